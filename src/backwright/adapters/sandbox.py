"""The Sandbox port: runs the catalog's own programs in a bounded process, never user code."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from backwright.model.item import Run
from backwright.usecases.ports import Ran

SECONDS_MAX = 20  # compiling Rust on a busy machine takes a few; a program itself must be quick
CPU_SECONDS_MAX = 20
OUTPUT_BYTES_MAX = 64 * 1024  # an answer is a word; more is a runaway loop
BATCH_MAX = 50  # programs in one process: enough that starting it costs nothing
_BATCHED = ("python", "sqlite")
_RESULT_BYTES_MAX = 7 * OUTPUT_BYTES_MAX  # JSON may write a character as six
_BATCH = str(Path(__file__).with_name("batch.py"))

# runtime: (file name, command before it, compile command or None)
_RUNTIMES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "python": ("main.py", (sys.executable, "-I"), ()),
    "node": ("main.mjs", ("node",), ()),
    "bash": ("main.sh", ("bash",), ()),
    "php": ("main.php", ("php", "-n"), ()),
    "go": ("main.go", ("go", "run"), ()),
    "java": ("Main.java", ("java", "-Xshare:auto", "-XX:TieredStopAtLevel=1"), ()),
    "cpp": ("main.cpp", (), ("g++", "-std=c++20", "-O0", "-pthread", "-o", "main", "main.cpp")),
    "rust": ("main.rs", (), ("rustc", "--edition", "2021", "-o", "main", "main.rs")),
}


class ProcessSandbox:
    """Runs programs in a temporary folder with limits on time and output. Memory is not limited."""

    def runtimes(self) -> frozenset[str]:
        """Return the runtimes that this machine has."""
        return frozenset(name for name in ("sqlite", *_RUNTIMES) if _is_here(name))

    def run(self, run: Run) -> Ran:
        """Run the program; return what it printed. Never raises for what the program does."""
        if not _is_here(run.runtime):
            return Ran("", f"{run.runtime} is not on this machine", missing=True)
        with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
            if run.runtime == "sqlite":
                results, problem = _batch([run], folder)
                return results[0] if results else Ran("", problem)
            name, command, build = _RUNTIMES[run.runtime]
            Path(folder, name).write_text(run.program, encoding="utf-8")
            if build:
                built = _execute(build, folder, "")
                if built.problem:
                    return built
                return _execute((str(Path(folder, "main")),), folder, "")
            return _execute((*command, name), folder, "")

    def run_many(self, runs: Sequence[Run]) -> list[Ran]:
        """Run the programs, up to BATCH_MAX Python and SQL ones in one process.

        Those share its imports and its time limit, so when a batch does not come to its end,
        each of its programs is run alone and no program suffers for another.
        """
        together = [number for number, run in enumerate(runs) if run.runtime in _BATCHED]
        done: dict[int, Ran] = {}
        for start in range(0, len(together), BATCH_MAX):
            numbers = together[start : start + BATCH_MAX]
            with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
                results, _ = _batch([runs[number] for number in numbers], folder)
            done.update(zip(numbers, results, strict=False))
        return [done[n] if n in done else self.run(run) for n, run in enumerate(runs)]


def _batch(runs: Sequence[Run], folder: str) -> tuple[list[Ran], str]:
    """Return what each program printed, or nothing and why the batch did not come to its end."""
    programs = json.dumps([(run.runtime, run.program) for run in runs])
    command = (sys.executable, "-I", _BATCH, str(OUTPUT_BYTES_MAX))
    ran = _execute(command, folder, programs, bytes_max=len(runs) * _RESULT_BYTES_MAX)
    if ran.problem:
        return [], ran.problem
    return [Ran(printed, problem) for printed, problem in json.loads(ran.printed)], ""


@cache
def _is_here(runtime: str) -> bool:
    """Whether a runtime is on this machine and starts; a version manager's empty shim does not."""
    if runtime in ("sqlite", "python"):
        return True
    if runtime not in _RUNTIMES:
        return False
    _, command, build = _RUNTIMES[runtime]
    program = (command or build)[0]
    if not shutil.which(program):
        return False
    with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
        asked = _execute((program, "version" if runtime == "go" else "--version"), folder, "")
    return not asked.problem


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _execute(
    command: Sequence[str], folder: str, text: str, *, bytes_max: int = OUTPUT_BYTES_MAX
) -> Ran:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": folder,
        "TMPDIR": folder,  # what a program leaves there goes with the folder
        "LC_ALL": "C.UTF-8",
        "GOCACHE": str(Path(tempfile.gettempdir(), "backwright-go-cache")),
        "GO111MODULE": "off",
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME") or str(Path.home() / ".rustup"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.invalid",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.invalid",
    }
    with subprocess.Popen(  # noqa: S603  (the catalog's own program, by an absolute or found name)
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=_limits,  # noqa: PLW1509  (one thread starts programs)
    ) as process:
        try:
            out, err = process.communicate(text, timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Ran("", f"took longer than {SECONDS_MAX} s")
    if process.returncode:
        last = err.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        return Ran(out[:bytes_max].strip(), last[0])
    return Ran(out[:bytes_max].strip(), "")
