"""The Sandbox port: runs the catalog's own programs in a bounded process, never user code."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from backwright.model.item import Run
from backwright.usecases.ports import Ran

SECONDS_MAX = 20  # compiling Rust on a busy machine takes a few; a program itself must be quick
CPU_SECONDS_MAX = 20
OUTPUT_BYTES_MAX = 64 * 1024  # an answer is a word; more is a runaway loop

_SQLITE = """
import sqlite3, sys
def statements(text):
    part = ""
    for line in text.splitlines(keepends=True):
        for piece in line.replace(";", ";\\0").split("\\0"):
            part += piece
            if part.strip() and sqlite3.complete_statement(part):
                yield part
                part = ""
    if part.strip():
        yield part
db = sqlite3.connect(":memory:", isolation_level=None)
rows = []
for statement in statements(sys.stdin.read()):
    cursor = db.execute(statement)
    rows = cursor.fetchall() if cursor.description else rows
for row in rows:
    print("|".join("NULL" if value is None else str(value) for value in row))
"""

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
    """Runs one program at a time in a temporary folder with limits on time, memory and output."""

    def runtimes(self) -> frozenset[str]:
        """Return the runtimes that this machine has."""
        found = {"sqlite", "python"}
        for name, (_, command, build) in _RUNTIMES.items():
            if shutil.which((command or build)[0]):
                found.add(name)
        return frozenset(found)

    def run(self, run: Run) -> Ran:
        """Run the program; return what it printed. Never raises for what the program does."""
        if run.runtime not in self.runtimes():
            return Ran("", f"{run.runtime} is not on this machine", missing=True)
        with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
            if run.runtime == "sqlite":
                return _execute((sys.executable, "-I", "-c", _SQLITE), folder, run.program)
            name, command, build = _RUNTIMES[run.runtime]
            Path(folder, name).write_text(run.program, encoding="utf-8")
            if build:
                built = _execute(build, folder, "")
                if built.problem:
                    return built
                return _execute((str(Path(folder, "main")),), folder, "")
            return _execute((*command, name), folder, "")


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _execute(command: Sequence[str], folder: str, text: str) -> Ran:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": folder,
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
        return Ran(out[:OUTPUT_BYTES_MAX].strip(), last[0])
    return Ran(out[:OUTPUT_BYTES_MAX].strip(), "")
