"""Errors that a handler returns to a framework whose own error handler sends their text: Fiber's does, unless it is given another."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing

MODULE = regex(r"github\.com/gofiber/fiber(/v\d+)?$")
SETTING = "ErrorHandler"
NEAR = 1  # calls between a handler and the query, write or request whose error it returns


class Returned(NamedTuple):
    """An error that is handed to the framework: where, and in which function."""

    line: int
    fn: int
    var: str


class ReturnedErrors:
    """What handlers return of errors, in applications that leave the answer to the framework."""

    def __init__(self, model: Model, failing: Failing) -> None:
        self.model, self.failing = model, failing

    def in_file(self, at: int) -> Iterator[Returned]:
        """Yield what a file's handlers return of failed queries, writes and requests."""
        file = self.model.files[at]
        if file.language != "go" or not self._is_left_to_framework(at):
            return
        for each in file.returns:
            if each.catch < 0 or Fn(at, each.fn) not in self.model.handlers:
                continue
            var = file.catches[each.catch].var
            if not var or not _gives(each.value, var):
                continue
            weight = self.failing.weigh(at, self.failing.guarded(at, each.catch))
            if weight is not None and weight.depth <= NEAR:
                yield Returned(each.line, each.fn, var)

    @cached_property
    def _applications(self) -> list[tuple[list[str], bool]]:
        """Folder of each application that is made, and whether it may have an error handler of its own."""
        found = []
        for at in self.model.own:
            file = self.model.files[at]
            names = {made.alias or "fiber" for made in file.imports if MODULE.match(made.module)}
            for call in file.calls:
                if call.name == "New" and call.on in names and not file.is_test:
                    entries = (item.name for value in call.args for item in value.items)
                    is_told = any(value.kind == "name" for value in call.args) or SETTING in entries
                    found.append((file.path.split("/")[:-1], is_told))
        return found

    def _is_left_to_framework(self, at: int) -> bool:
        """Whether the applications nearest to a file have no error handler of their own."""
        folder = self.model.files[at].path.split("/")[:-1]
        if not any(MODULE.match(made.module) for made in self.model.files[at].imports):
            return False
        shared = [(_shared(folder, each), is_told) for each, is_told in self._applications]
        most = max((number for number, _ in shared), default=0)
        nearest = [is_told for number, is_told in shared if number == most]
        return bool(nearest) and not any(nearest)


def _gives(value: Arg, var: str) -> bool:
    """Whether a returned value is the error, or one that wraps it."""
    if value.kind == "name":
        return value.text == var
    return value.kind == "call" and value.text == "fmt.Errorf" and any(item.text == var for item in value.items)


def _shared(one: list[str], other: list[str]) -> int:
    """Return how many folders two paths share."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
