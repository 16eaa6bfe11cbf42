"""Starts the bare application and ours, each as one process, and sends load with wrk."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STARTS_BY = 30  # seconds
WRK = re.compile(r"Requests/sec:\s+([\d.]+)")
BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[int]:
    """Run a server until the block ends; give its process id."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + STARTS_BY
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit(f"did not start: {' '.join(command)}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


@contextmanager
def bare() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.serve.bare:app", "--port", str(port)]
    with running([*command, "--log-level", "warning"], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def ours(data: Path, *arguments: str) -> Iterator[tuple[str, int]]:
    port = free_port()
    command = [sys.executable, "-m", "backwright", "serve", "--no-open", "--port", str(port)]
    with running([*command, *arguments], port, BACKWRIGHT_DATA_DIR=str(data)) as pid:
        yield f"http://127.0.0.1:{port}", pid


def requests_per_second(url: str, seconds: int = 4, connections: int = 16) -> float:
    """Return what wrk gets through one thread; SystemExit if wrk is missing or answers are errors."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed: apt install wrk")
    ran = subprocess.run(
        [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", url],
        capture_output=True,
        text=True,
        check=True,
    )
    if wrong := BAD.search(ran.stdout):
        raise SystemExit(f"{url}: {wrong.group(0)}")
    return float(WRK.search(ran.stdout).group(1))


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process and its children, shared pages counted once each, in MB."""
    total = 0
    for each in [pid, *children(pid)]:
        with suppress(OSError, IndexError, ValueError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def children(pid: int) -> list[int]:
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    return found
