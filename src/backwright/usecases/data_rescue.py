"""Data rescue: copies out what can still be read of a damaged database."""

from dataclasses import dataclass
from shlex import quote
from typing import Annotated

from backwright.model.errors import NothingToDo
from backwright.usecases.bench import Bench
from backwright.usecases.jsonl import to_json_lines
from backwright.usecases.spec import Mark


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "File to write the readable rows to", Mark(positional=True, disk="write")]


@dataclass(frozen=True)
class Answer:
    """What was rescued. The damaged database itself is left as it is.

    Attributes:
        rescued: Rows written, everybody's.
        lost: Rows known to be lost. At least so many: a damaged page does not say what it held.
        path: The absolute path that was written.
        next: The command that puts the rescued rows in the damaged database's place.
    """

    rescued: int
    lost: int
    path: str
    next: str


def run(ask: Ask, bench: Bench) -> Answer:
    """Rescue; NothingToDo if there is no local database or no row of it can be read."""
    rows, lost = bench.rescue() if bench.rescue else ((), 0)
    if not rows:
        raise NothingToDo(
            "no row of the database can be read" if lost else "there is no row to rescue",
            detail="No file was written, and the database was not changed.",
            hint="backwright config explain   (says in which folder it is)",
        )
    path = bench.files.write(ask.path, to_json_lines(rows))
    return Answer(len(rows), lost, path, _next(bench, path))


def _next(bench: Bench, path: str) -> str:
    """Return the command; SQLite's own side files must move together with the database."""
    put_back = f"backwright data import {quote(path)}"
    folder = next((row[1] for row in bench.settings() if row[0] == "data_dir"), "")
    if not folder:
        return put_back
    here = quote(folder)
    return f"mkdir {here}/damaged && mv {here}/evidence.db* {here}/damaged/ && {put_back}"
