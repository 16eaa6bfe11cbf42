"""The MCP server: how long until it is ready, and what a call costs over its work.

Lines of the protocol are written and read here, without a client's library, which would check each
answer against its schema and be measured, too. Ready is the time from starting the process to the list
of tools; the first start ever describes every tool and keeps that, and is printed, too. What a call
costs over its work: the same verb with the same request is run in this process, answer, text and values
as the server makes them, and over stdio, in turn. Each figure is the least of several, as noise only
ever adds. Beside it a server of the same library with one tool that returns nothing.

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
from dataclasses import replace
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
        first = _ready(ours, environment)
        ready = min(_ready(ours, environment) for _ in range(runs))
        floor = min(_ready(bare, environment) for _ in range(runs))
        print(f"{'ready: connected, tools listed':44}{'ms':>8}{'goal':>8}")
        print(f"{'backwright mcp':44}{ready:8.0f}{READY_MS:8.0f}")
        print(f"{'backwright mcp, the first time ever':44}{first:8.0f}")
        print(f"{'bare server of the same library':44}{floor:8.0f}\n")
        _calls(ours, bare, environment, calls)


def _ready(arguments: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    with _served(arguments, environment) as wire:
        wire.hello()
        wire.ask("tools/list", {})
        return (time.perf_counter() - start) * 1000


def _calls(ours: list[str], bare: list[str], environment: dict[str, str], calls: int) -> None:
    print(f"{'call':44}{'work ms':>9}{'stdio ms':>9}{'over ms':>9}{'goal':>7}")
    with _served(bare, environment) as wire:
        wire.hello()
        params = {"name": "nothing", "arguments": {}}
        least = min(_timed(lambda: wire.ask("tools/call", params)) for _ in range(calls))
        print(f"{'nothing (bare server)':44}{0:9.2f}{least:9.2f}{least:9.2f}")
    bench = replace(Workshop(make_bench()).bench)
    with _served(ours, environment) as wire:
        wire.hello()
        for verb, arguments in REQUESTS:
            use_case = next(u for u in USE_CASES if u.name == verb)
            params = {"name": verb.replace(".", "_"), "arguments": arguments}
            work, whole = [], []
            for _ in range(calls + WARM):
                work.append(_timed(lambda: call(use_case, arguments, bench)))  # noqa: B023
                whole.append(_timed(lambda: wire.ask("tools/call", params)))  # noqa: B023
            here, there = min(work[WARM:]), min(whole[WARM:])
            shown = f"{params['name']} {json.dumps(arguments)}"
            print(f"{shown:44.44}{here:9.2f}{there:9.2f}{there - here:9.2f}{OVER_WORK_MS:7.0f}")
    bench.close()


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
