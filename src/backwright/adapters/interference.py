"""Watches, while a load runs, how much of the machine others take; a small process of its own."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from backwright.model.measured import Interference

FOREIGN_MAX = (
    0.04  # share of all cores that others may take; above, a p99 is theirs as much as ours
)
STOLEN_MAX = 0.25  # our own server and generator compete with the probe, too, so this is lenient
STEAL_MAX = 0.02
PATIENCE = 5.0
UNKNOWN = Interference(None, 0.0, None, "", is_clean=False, why="the probe did not start")
_WATCH = str(Path(__file__).with_name("watching.py"))


class Probe:
    """Measures from entering to leaving the block; then `found` says what it saw.

    Args:
        ports: Whoever listens there, with its children, is part of what is measured.
        system: Names of further processes that are, such as "postgres".
    """

    def __init__(self, ports: tuple[int, ...], system: tuple[str, ...] = ()) -> None:
        self._about = json.dumps({"ports": ports, "names": system, "pids": [os.getpid()]})
        self.found = UNKNOWN

    def __enter__(self) -> Self:
        with suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603  (our own file)
                [sys.executable, "-I", "-S", _WATCH, self._about],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
            )  # fmt: skip
            if self._process.stdout:
                self._process.stdout.readline()  # it has started and looked around
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not hasattr(self, "_process"):
            return
        try:
            said, _ = self._process.communicate("", timeout=PATIENCE)
            self.found = judged(json.loads(said))
        except (subprocess.TimeoutExpired, ValueError):
            self._process.kill()
            self._process.communicate()


def judged(seen: dict[str, float | str | None]) -> Interference:
    """Return what was seen with a verdict."""
    foreign, steal = seen["foreign"], seen["steal"]
    stolen, busiest = float(seen["stolen"] or 0.0), str(seen["busiest"] or "")
    why = []
    if isinstance(foreign, float) and foreign > FOREIGN_MAX:
        why.append(f"other processes took {foreign:.0%} of the machine")
    if isinstance(steal, float) and steal > STEAL_MAX:
        why.append(f"the hypervisor took {steal:.0%} of the machine")
    if stolen > STOLEN_MAX:
        why.append(f"{stolen:.0%} of the probe's slices were interrupted")
    return Interference(
        foreign if isinstance(foreign, float) else None, stolen,
        steal if isinstance(steal, float) else None, busiest, not why, "; ".join(why),
    )  # fmt: skip
