"""Data import: adds evidence from JSON lines; rows that are there already are skipped."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from backwright.usecases.bench import Bench
from backwright.usecases.jsonl import read_json_lines
from backwright.usecases.spec import Mark

PROBLEMS_SHOWN_MAX = 100  # a file that is no export at all has one per line


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "File with JSON lines, as `data export` writes it", Mark(positional=True, disk="file")
    ]
    dry_run: Annotated[bool, "Say what would be added, and add nothing"] = False
    skip_bad: Annotated[bool, "Leave out bad lines instead of adding nothing"] = False
    into: Annotated[str, "Profile that all rows shall belong to", Mark(metavar="PROFILE")] = ""


@dataclass(frozen=True)
class Answer:
    """What was imported, or would be.

    Attributes:
        path: The file as it was named.
        read: Lines that are rows.
        added: Rows added; with `dry_run` those that would be.
        already_there: Rows whose id is stored already, whoever's it is, or comes twice in the file.
        bad: Lines that are no rows.
        problems: Why, as "line 3: ...", the first PROBLEMS_SHOWN_MAX of them.
        verdict: "failed" if bad lines kept the file from being imported.
    """

    path: str
    read: int
    added: int
    already_there: int
    bad: int
    problems: tuple[str, ...]
    dry_run: bool
    verdict: Literal["ok", "failed"]


def run(ask: Ask, bench: Bench) -> Answer:
    """Import the file, all of it or none; NotFound if there is no such file."""
    rows, problems = read_json_lines(bench.files.read(ask.path))
    if ask.into:
        rows = tuple(replace(row, profile=ask.into) for row in rows)
    refused = bool(problems) and not ask.skip_bad
    if refused:
        added = already_there = 0
    elif ask.dry_run:
        added = len({row.id for row in rows} - {row.id for row in bench.store.all_rows()})
        already_there = len(rows) - added
    else:
        added = bench.store.append(rows) if rows else 0
        already_there = len(rows) - added
    return Answer(
        path=ask.path,
        read=len(rows),
        added=added,
        already_there=already_there,
        bad=len(problems),
        problems=problems[:PROBLEMS_SHOWN_MAX],
        dry_run=ask.dry_run,
        verdict="failed" if refused else "ok",
    )
