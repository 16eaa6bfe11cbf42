"""The MCP server: how long until it is ready, and what a call costs over its work.

Lines of the protocol are written and read here, without a client's library, which would check each
answer against its schema and be measured, too. Ready is the time from starting the process to the list
of tools; the first start ever describes every tool and keeps that, and is printed, too. What a call
costs over its work: the same verb with the same request is run in this process, answer, text and values
as the server makes them, and over stdio, in turn. Each figure is the least of several, as noise only
ever adds; processor time (of the server, all calls, divided by them) is beside it, as it says more on
a busy machine. Beside it a server of the same library with one tool that returns nothing.

    python -m benchmarks.mcp_server
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backwright.faces.mcp.calls import call
from backwright.faces.mcp.working import Workshop
from backwright.usecases import USE_CASES
from backwright.wiring import make_bench

READY_MS = 900.0  # goal
OVER_WORK_MS = 3.0  # goal
RUNS = 9
CALLS = 60
WARM = 5  # calls that are not counted: they import the verb
BARE = """
from mcp.server import MCPServer
server = MCPServer("bare")
@server.tool()
def nothing() -> str:
    return ""
server.run()
"""
REQUESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("schema", {}),
    ("explore", {"name": "go-developer"}),
    ("explain", {"rule": "query-in-loop"}),
    ("learn", {"name": "api-design"}),
    ("roadmap", {"role": "backend-developer"}),
    ("review", {"path": "example"}),
    ("design.check", {"path": "shop"}),
)


class Wire:
    """One server, spoken to line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._number = process, 0

    def cpu_ms(self) -> float:
        """Return the processor time that the server has used so far; Linux only, in steps of 10 ms."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") * 1000

    def ask(self, method: str, params: dict[str, Any]) -> str:
        """Return the line that answers; what else comes meanwhile is passed over."""
        self._number += 1
        self._say({"id": self._number, "method": method, "params": params})
        expected = f'"id":{self._number},'
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if expected in line[:60] or expected in line[-60:]:
                return line
        raise RuntimeError("the server has gone")

    def hello(self) -> None:
        """Shake hands."""
        who = {"name": "bench", "version": "1"}
        self.ask(
            "initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": who}
        )
        self._say({"method": "notifications/initialized"})

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._process.stdin.flush()


def main(quick: bool = False) -> None:
    """Print both tables."""
    runs, calls = (3, 15) if quick else (RUNS, CALLS)
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        os.environ |= {k: v for k, v in environment.items() if k.startswith("BACKWRIGHT_")}
        ours, bare = ["-m", "backwright", "mcp"], ["-c", BARE]
        print(f"{'ready: connected, tools listed':44}{'ms':>9}{'CPU ms':>9}{'goal':>7}")
        for name, arguments, times, goal in (
            ("backwright mcp, the first time ever", ours, 1, ""),
            ("backwright mcp", ours, runs, f"{READY_MS:.0f}"),
            ("bare server of the same library", bare, runs, ""),
        ):
            each = [_ready(arguments, environment) for _ in range(times)]
            wall, cpu = (min(column) for column in zip(*each, strict=True))
            print(f"{name:44}{wall:9.0f}{cpu:9.0f}{goal:>7}")
        print()
        _calls(ours, bare, environment, calls)


def _ready(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    start = time.perf_counter()
    with _served(arguments, environment) as wire:
        wire.hello()
        wire.ask("tools/list", {})
        return (time.perf_counter() - start) * 1000, wire.cpu_ms()


def _calls(ours: list[str], bare: list[str], environment: dict[str, str], calls: int) -> None:
    columns = ("work", "stdio", "over", "CPU work", "CPU over")
    print(f"{'call, ms':44}{''.join(f'{each:>9}' for each in columns)}{'goal':>7}")
    with _served(bare, environment) as wire:
        wire.hello()
        params = {"name": "nothing", "arguments": {}}
        _row(
            "nothing (bare server)",
            lambda: None,
            lambda: wire.ask("tools/call", params),
            wire,
            calls,
        )
    bench = Workshop(make_bench()).bench
    with _served(ours, environment) as wire:
        wire.hello()
        for verb, arguments in REQUESTS:
            use_case = next(u for u in USE_CASES if u.name == verb)
            params = {"name": verb.replace(".", "_"), "arguments": arguments}
            _row(
                f"{params['name']} {json.dumps(arguments)}",
                lambda: call(use_case, arguments, bench),  # noqa: B023
                lambda: wire.ask("tools/call", params),  # noqa: B023
                wire,
                calls,
            )
    bench.close()


def _row(
    name: str, work: Callable[[], object], ask: Callable[[], object], wire: Wire, calls: int
) -> None:
    for _ in range(WARM):
        work(), ask()
    here, there, cpu, before = [], [], 0.0, wire.cpu_ms()
    for _ in range(calls):
        began = time.process_time()
        here.append(_timed(work))
        cpu += (time.process_time() - began) * 1000 / calls
        there.append(_timed(ask))
    over = (wire.cpu_ms() - before) / calls - cpu
    figures = (min(here), min(there), min(there) - min(here), cpu, over)
    print(f"{name:44.44}{''.join(f'{each:9.2f}' for each in figures)}{OVER_WORK_MS:7.0f}")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def _served(arguments: list[str], environment: dict[str, str]) -> Iterator[Wire]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield Wire(process)
    finally:
        process.communicate(timeout=30)


def _environment(folder: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BACKWRIGHT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {
        "BACKWRIGHT_DATA_DIR": str(Path(folder, "data")),
        "BACKWRIGHT_CACHE_DIR": str(Path(folder, "cache")),
    }


if __name__ == "__main__":
    main("--quick" in sys.argv)
