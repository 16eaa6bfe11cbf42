"""Design check: what a blueprint can carry by law, where it breaks, and what is wrong whatever the numbers."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.design.layers.checking import Checked, check
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.design_learning import LEARN, named
from backwright.usecases.spec import Mark


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    rate: Annotated[str, "Arrivals, instead of those in the file: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Change a number: orders.workers=24", Mark(metavar="K=V")] = ()


@dataclass(frozen=True)
class DesignChecked:
    """A blueprint checked by law.

    Attributes:
        rate, sets: As they were asked for.
        learn: (skill id, its name) of what would help.
    """

    path: str
    name: str
    rate: str
    sets: tuple[str, ...]
    checked: Checked
    learn: tuple[tuple[str, str], ...]
    verdict: Literal["ok", "unstable", "saturated"]


def run(ask: Ask, bench: Bench) -> DesignChecked:
    """Check; errors as in `load_design`."""
    design = load_design(ask.path, ask.set, bench, ask.rate)
    found = check(design)
    wanted: dict[str, None] = {}
    tight = [c for c in found.ceilings if c.state in ("unstable", "little room")]
    for ceiling in tight[:1]:
        wanted[LEARN.get(ceiling.kind, "perf.capacity")] = None
    wanted.update({warned.skill: None for warned in found.warnings})
    wanted.setdefault("perf.capacity", None)
    return DesignChecked(
        ask.path,
        design.name,
        ask.rate,
        ask.set,
        found,
        named(wanted),
        found.verdict,
    )
