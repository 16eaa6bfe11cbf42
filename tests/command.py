"""Runs the command line for tests: in this process, which is fast, or as a process of its own."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import click

from backwright.faces.cli import main
from backwright.faces.cli.commands import root
from backwright.usecases.simulated import simulate
from backwright.usecases.standing import declare
from tests.bench import bench_in, cache_folder

ROOT = Path(__file__).parents[1]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
OURS = ("BACKWRIGHT_", "NO_COLOR", "COLUMNS", "LINES", "TERM", "LC_", "PYTHONIOENCODING")


class Said(NamedTuple):
    """What one command line came to."""

    status: int
    out: str
    err: str


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def environment(data: Path, columns: int = 80, **more: str) -> dict[str, str]:
    """Return an environment in which nothing but `data` is this person's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}  # noqa: TID251
    return {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "BACKWRIGHT_DATA_DIR": str(data),
        "BACKWRIGHT_CACHE_DIR": str(cache_folder()),
        "COLUMNS": str(columns),
        "TERM": "xterm",
        **more,
    }


def say(
    line: str | list[str],
    data: Path,
    columns: int = 80,
    typed: str = "",
    *,
    screen: bool = False,
    **more: str,
) -> Said:
    """Run `backwright <line>` in this process, its current folder beside the data.

    Args:
        line: The arguments, as text or one by one.
        typed: What stands on standard input, which is no terminal.
        screen: Whether stdout and stderr are terminals.
        more: Environment variables.
    """
    arguments = shlex.split(line) if isinstance(line, str) else line
    out, err = (Screen(), Screen()) if screen else (io.StringIO(), io.StringIO())
    folder = data.parent / "here"
    folder.mkdir(exist_ok=True)
    with (
        mock.patch.dict(os.environ, environment(data, columns, **more), clear=True),  # noqa: TID251
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(folder),
    ):
        status = main(arguments)
    return Said(status, out.getvalue(), err.getvalue())


def process(line: str, data: Path, typed: str = "", **more: str) -> Said:
    """Run `backwright <line>` as a process of its own."""
    ran = subprocess.run(
        command(line),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(data, **more),
    )
    return Said(ran.returncode, ran.stdout, ran.stderr)


def command(line: str) -> list[str]:
    """Return the argument vector of `backwright <line>`."""
    return [sys.executable, "-m", "backwright", *shlex.split(line)]


@cache
def known_person() -> Path:
    """Return a data folder of somebody with 25 answers; copy it, do not change it."""
    folder = cache_folder() / "known-person"
    bench = bench_in(folder)
    rows = simulate(bench, "intermediate", 7, 25, lambda _: None).rows
    said = [declare(bench, "name", "Sam"), declare(bench, "languages", "js py")]
    bench.store.append([*said, *(replace(row, profile="me") for row in rows)])
    return folder


def copy_of_known_person(tmp_path: Path) -> Path:
    """Return a data folder with 25 answers, free to be changed."""
    shutil.copytree(known_person(), tmp_path / "data")
    return tmp_path / "data"


def next_commands(text: str) -> list[str]:
    """Return the commands of every `next` and `try:` block of a text, continuation lines joined."""
    found: list[str] = []
    lines = iter(ESCAPE.sub("", text).splitlines())
    inside = False
    for line in lines:
        start = re.match(r"(?:next  ?|try: )(backwright\b.*)", line)
        more = re.match(r" {4,6}(backwright\b.*)", line) if inside else None
        if not (start or more):
            inside = inside and line.startswith("      ")
            continue
        inside = True
        told = (start or more)[1]
        while told.endswith("\\"):
            told = f"{told[:-1].strip()} {next(lines).strip()}"
        found.append(re.split(r"  +", told)[0])
    return found


def parse(line: str) -> str:
    """Return the dotted verb of a command line; click.UsageError if it does not parse."""
    program, *arguments = (word for word in shlex.split(line) if word != "--help")
    assert program == "backwright", line
    if not arguments:
        return "start"
    context = root.make_context("backwright", list(arguments))
    group: click.Command = root
    verb: list[str] = []
    while isinstance(group, click.Group):
        name, group, rest = group.resolve_command(context, _left(context))
        verb.append(name)
        # Help is shown whatever is missing.
        context = group.make_context(name, rest, parent=context, resilient_parsing="--help" in line)
    return ".".join(verb)


def _left(context: click.Context) -> list[str]:
    # What click 8 keeps apart from `args` is part of it from click 9 on.
    return [*getattr(context, "_protected_args", []), *context.args]
