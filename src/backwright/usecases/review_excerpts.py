"""The lines of code around the places that findings name, for readers who do not have the code open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from backwright.model.blueprint import Spot
from backwright.usecases.bench import Bench

AROUND_MAX = 10  # lines before and after: more is the file
PLACES_MAX = 400  # of one answer; nobody reads more findings than have these
WIDTH_MAX = 200  # characters of a line; what is longer is data or generated


@dataclass(frozen=True)
class Excerpt:
    """Lines of a file.

    Attributes:
        line: The one that a finding names.
        first: Number of the first of `lines`.
    """

    file: str
    line: int
    first: int
    lines: tuple[str, ...]


class Row(Protocol):
    """What is needed of a finding."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def path(self) -> tuple[Spot, ...]: ...


def excerpts_of(rows: Iterable[Row], root: str, around: int, bench: Bench) -> tuple[Excerpt, ...]:
    """Return an excerpt for each place that is named, each once, in order of the findings; none for `around` 0."""
    if around <= 0:
        return ()
    around = min(around, AROUND_MAX)
    places: dict[tuple[str, int], None] = {}
    for row in rows:
        places.update(dict.fromkeys((spot.file, spot.line) for spot in row.path))
        places[row.file, row.line] = None
    texts: dict[str, list[str]] = {}
    found = []
    for file, line in list(places)[:PLACES_MAX]:
        if file not in texts:
            content = bench.trees.read(root, file)
            texts[file] = content.decode("utf-8", "replace").splitlines() if content else []
        lines = texts[file]
        if 0 < line <= len(lines):
            first = max(1, line - around)
            kept = tuple(_short(each) for each in lines[first - 1 : line + around])
            found.append(Excerpt(file, line, first, kept))
    return tuple(found)


def _short(line: str) -> str:
    return line if len(line) <= WIDTH_MAX else f"{line[: WIDTH_MAX - 3]}..."
