"""Go: variables that have one name in several blocks of a function, `{ g := e.Group("/a") } { g := e.Group("/b") }`, are told apart by their lines."""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from backwright.review.link.project import Project

if TYPE_CHECKING:
    from backwright.review.link.routers import Edge, Key, Use


class Blocks:
    """Answers which of the routers that a variable held is meant at a line."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._spans: dict[tuple[Key, int], tuple[int, int] | None] = {}

    @cached_property
    def _lines(self) -> list[dict[str, list[int]]]:
        """For each file: first word of what calls are made on to their lines."""
        all_: list[dict[str, list[int]]] = []
        for file in self.project.files:
            found: dict[str, list[int]] = {}
            for call in file.calls if file.language == "go" else ():
                found.setdefault(call.on.partition(".")[0], []).append(call.line)
            all_.append(found)
        return all_

    def span(self, key: "Key", line: int) -> tuple[int, int] | None:
        """Return from which line to before which a variable holds what it holds at a line; None if it is given a value only once."""
        if key.kind != "var" or not line or self.project.files[key.file].language != "go":
            return None
        asked = (key, line)
        if asked not in self._spans:
            self._spans[asked] = self._span(key, line)
        return self._spans[asked]

    def _span(self, key: "Key", line: int) -> tuple[int, int] | None:
        told = self.project.assigned[key.file].get((key.index, key.name), ())
        starts = sorted({each.line for each in told})
        used = self._lines[key.file].get(key.name, ())
        # Given again without having been used in between, it is the other arm of a condition.
        cuts = [after for before, after in pairwise(starts) if any(before < each < after for each in used)]
        if not cuts:
            return None
        first = max((each for each in cuts if each <= line), default=0)
        return first, min((each for each in cuts if each > line), default=1 << 30)

    def token(self, key: "Key", line: int) -> tuple["Key", int]:
        """Return a router with where it was given what it holds at a line."""
        span = self.span(key, line)
        return key, span[0] if span is not None else 0

    def is_elsewhere(self, key: "Key", use: "Use", line: int, start: int) -> bool:
        """Whether a router is given middleware in another file, or a field's in another method, than at this line: their order is not that of the lines.

        `start`: the line from which it counts; it is not the middleware's own if that was added where the router was handed to.
        """
        is_go = self.project.files[key.file].language == "go"
        if use.file != key.file:
            return not is_go or start == use.line
        if key.kind != "field" or not is_go:
            return False
        functions = self.project.files[use.file].functions
        return not any(made.line <= use.line <= made.end and made.line <= line <= made.end for made in functions)

    def edges(self, key: "Key", told: Iterable["Edge"], line: int) -> list["Edge"]:
        """Return where a router hangs at a line."""
        found, span = list(told), self.span(key, line)
        if span is None:
            return found
        near = [edge for edge in found if edge.parent.kind == "made" or span[0] <= edge.at < span[1]]
        return near if any(edge.parent.kind != "made" for edge in near) else found

    def uses(self, key: "Key", told: Iterable[tuple[int, "Use"]], line: int) -> list[tuple[int, "Use"]]:
        """Return what was added to a router, without what was added to another of its name."""
        found, span = list(told), self.span(key, line)
        if span is None:
            return found
        return [
            (start, use)
            for start, use in found
            if not start or use.file != key.file or span[0] <= use.line < span[1] or not span[0] <= line < span[1]
        ]
