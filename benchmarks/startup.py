"""Start-up and memory of the small verbs, beside click alone and a bare interpreter.

Wall time is the least of RUNS fresh processes, as noise only ever adds; memory is the largest
resident set of the process. Bytecode must be compiled (make set-up does it): otherwise every
import compiles again, which measures the compiler.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
PYTHON = sys.executable
RUN = "from backwright.__main__ import run; run()"

CASES: tuple[tuple[str, list[str], float | None], ...] = (
    ("python -c pass (bare interpreter)", ["-c", "pass"], None),
    ("import click (peer: the floor of the library)", ["-c", "import click"], None),
    ("backwright --help", ["-c", RUN, "--help"], 60),
    ("backwright data import (appends evidence)", ["-c", RUN, "data", "import", "{file}"], 120),
    (
        "backwright learn --log (appends evidence)",
        ["-c", RUN, "learn", "fnd.git", "--log", "5"],
        None,
    ),
    ("backwright explore", ["-c", RUN, "explore"], 200),
    ("backwright explore go-developer", ["-c", RUN, "explore", "go-developer"], None),
    ("backwright design check shop", ["-c", RUN, "design", "check", "shop"], 150),
    ("backwright design solve shop", ["-c", RUN, "design", "solve", "shop"], 150),
    ("backwright assess --report (25 answers)", ["-c", RUN, "assess", "--report"], None),
)


def main(quick: bool = False) -> None:
    """Print a table: least wall ms, CPU ms, MB, and the goal where there is one."""
    runs = 5 if quick else RUNS
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        file = _evidence(folder, environment)
        print(f"{'':50}{'wall ms':>9}{'CPU ms':>9}{'MB':>7}{'goal ms':>9}")
        for name, arguments, goal in CASES:
            command = [PYTHON, *(part.format(file=file) for part in arguments)]
            wall, cpu, size = _least(command, environment, folder, runs)
            print(
                f"{name:50}{wall:9.0f}{cpu:9.0f}{size:7.0f}{'' if goal is None else f'{goal:9.0f}'}"
            )
        _catalog(environment)


def _environment(folder: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BACKWRIGHT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {
        "BACKWRIGHT_DATA_DIR": str(Path(folder, "data")),
        "BACKWRIGHT_CACHE_DIR": str(Path(folder, "cache")),
    }


def _evidence(folder: str, environment: dict[str, str]) -> str:
    """Answer 25 questions with "I don't know" through a pipe, and export them."""
    file = str(Path(folder, "rows.jsonl"))
    for arguments, text in ((["assess"], "i\n" * 25), (["data", "export", file], "")):
        subprocess.run(
            [PYTHON, "-c", RUN, *arguments],
            env=environment,
            input=text,
            text=True,
            capture_output=True,
            check=False,
        )
    return file


def _least(
    command: list[str], environment: dict[str, str], folder: str, runs: int
) -> tuple[float, float, float]:
    walls, cpus, sizes = [], [], []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, error = process.communicate()
        walls.append((time.perf_counter() - started) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
        sizes.append(_largest(command, environment, folder) if not sizes else sizes[0])
        if process.returncode not in (0, 1):
            raise SystemExit(f"{command}: {error.decode()}")
    return min(walls), min(cpus), sizes[0]


def _largest(command: list[str], environment: dict[str, str], folder: str) -> float:
    """Return the largest resident set in MB, asked of a parent that has no other child."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [PYTHON, "-c", code, *command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) / 1024


def _catalog(environment: dict[str, str]) -> None:
    code = (
        "import time; from backwright.wiring import make_bench; b = make_bench(); b.catalog;"
        "from backwright.catalog.compiled import load_catalog; from backwright.settings import read_settings;"
        "from backwright.adapters.disk import DiskCache; s = read_settings(); c = DiskCache(s.cache_dir);"
        "times = []\n"
        "for _ in range(9):\n"
        "    t = time.perf_counter(); load_catalog(s.content_dir, c.get, c.put)\n"
        "    times.append(time.perf_counter() - t)\n"
        "print(f'{min(times) * 1000:.1f}')"
    )
    done = subprocess.run(
        [PYTHON, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    print(f"{'whole catalog from the compiled file':50}{float(done.stdout):9.1f}{'':9}{'':7}{50:9}")


if __name__ == "__main__":
    main("--quick" in sys.argv)
