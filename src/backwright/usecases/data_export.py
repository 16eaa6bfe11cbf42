"""Data export: a person's evidence as JSON lines, to a file or as text."""

from dataclasses import dataclass
from typing import Annotated

from backwright.usecases.bench import Bench
from backwright.usecases.jsonl import to_json_lines
from backwright.usecases.spec import Mark


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str,
        "File to write; the rows are printed when left out",
        Mark(positional=True, disk="write"),
    ] = ""
    everybody: Annotated[bool, "Everybody's rows, not only yours"] = False


@dataclass(frozen=True)
class Answer:
    """What was exported.

    Attributes:
        profile: Whose rows, "" for everybody's.
        path: The absolute path that was written, "" if none was.
        text: The JSON lines, "" when they went to a file.
    """

    profile: str
    rows: int
    path: str
    text: str


def run(ask: Ask, bench: Bench) -> Answer:
    """Export; StoreProblem if the file cannot be written, which then is as it was."""
    found = bench.store.all_rows() if ask.everybody else bench.store.rows(bench.profile)
    rows = tuple(found)
    text = to_json_lines(rows)
    path = bench.files.write(ask.path, text) if ask.path else ""
    return Answer("" if ask.everybody else bench.profile, len(rows), path, "" if path else text)
