"""PHP's files that are put into others by `require`, and whose variables they go on with."""

import posixpath
import re
from functools import cached_property
from pathlib import PurePosixPath

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Fn, Project
from backwright.review.read.php.pages import PAGE

HANDS_ON = 3  # calls of an index that does no more than to run another
ABOVE_MAX = 3  # files that require each other
_REQUIRES = ("require", "require_once", "include", "include_once")


class Requires:
    """Finds the files that a `require` names, and the file that holds a variable they use."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _php(self) -> list[int]:
        return [n for n, file in enumerate(self.project.files) if file.language == "php"]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """Name without folders to the files of that name."""
        found: dict[str, list[int]] = {}
        for n in self._php:
            found.setdefault(self.project.files[n].path.rpartition("/")[2], []).append(n)
        return found

    def named(self, name: str) -> list[int]:
        """Return the files of this name in any folder."""
        return self._by_name.get(name, [])

    @cached_property
    def pages(self) -> dict[int, Fn]:
        """File to what it does outside of functions, where that answers requests."""
        return {
            n: Fn(n, index)
            for n in self._php
            for index, made in enumerate(self.project.files[n].functions[-1:], len(self.project.files[n].functions) - 1)
            if made.kind == PAGE
        }

    def run(self, at: int, call: Call) -> list[Fn]:
        """Return what a `require` runs of the one file that it names."""
        if call.name not in _REQUIRES or call.on or not call.args or not self.pages:
            return []
        named = self.files(at, call.args[0])
        return [self.pages[n] for n in named if n in self.pages and n != at] if len(named) == 1 else []

    @cached_property
    def required(self) -> set[int]:
        """Files that another puts in, if only as one of those of a folder."""
        found: set[int] = set()
        for name in _REQUIRES:
            for at, index in self.project.calls_by_name.get(name, ()):
                file = self.project.files[at]
                if len(file.calls) <= HANDS_ON and file.path.rpartition("/")[2] == "index.php":
                    continue  # it is the other file, at another address
                if file.language == "php" and not file.is_test and file.calls[index].args:
                    found.update(n for n in self.files(at, file.calls[index].args[0]) if n != at)
        return found

    def files(self, at: int, value: Arg) -> list[int]:
        """Return the files that `__DIR__ . "/api.php"` or `base_path("routes/api.php")` mean; what is put in may be anything."""
        told = value
        while told.kind == "call" and told.items:
            told = told.items[-1] if told.text.rpartition(".")[2] != "sprintf" else told.items[0]
        if told.kind not in ("str", "concat", "fmt") or not told.text.endswith(".php"):
            return []
        here = PurePosixPath(self.project.files[at].path).parent
        text, near = told.text, ""
        if text.startswith("{}") and told.items and told.items[0].text == "__DIR__":
            text = posixpath.normpath(f"{here}/{text[2:].lstrip('/')}")
        else:
            near = posixpath.normpath(f"{here}/{text}") if told.kind == "str" else ""
            text = text.removeprefix("{}").lstrip("./")
        name = text.rpartition("/")[2]
        named = self._php if "{}" in name or "%s" in name else self._by_name.get(name, [])
        pattern = re.compile(r"(?:.*/)?" + re.sub(r"\\\{\\\}|%s", "[^/]*", re.escape(text)))
        found = [n for n in named if pattern.fullmatch(self.project.files[n].path)]
        exact = [n for n in found if self.project.files[n].path == text]
        return [n for n in found if self.project.files[n].path == near] or exact or found

    @cached_property
    def _above(self) -> dict[int, tuple[int, int]]:
        """File to the file and function that alone requires it."""
        found: dict[int, set[tuple[int, int]]] = {}
        for name in _REQUIRES:
            for at, index in self.project.calls_by_name.get(name, ()):
                call = self.project.files[at].calls[index]
                if self.project.files[at].language != "php" or not call.args:
                    continue
                named = self.files(at, call.args[0])
                if len(named) == 1 and named[0] != at:
                    found.setdefault(named[0], set()).add((at, call.fn))
        return {at: next(iter(places)) for at, places in found.items() if len(places) == 1}

    def holder(self, at: int, chain: str) -> tuple[int, int]:
        """Return the file and function in which a variable of a file is made that a required file goes on with."""
        here = (at, -1)
        for _ in range(ABOVE_MAX):
            above = self._above.get(here[0])
            if above is None or here[1] >= 0:
                break
            here = above
            if (here[1], chain) in self.project.assigned[here[0]]:
                return here
        return at, -1
