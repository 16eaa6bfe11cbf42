"""PHP's files that are put into others by `require`, and whose variables they go on with."""

import posixpath
import re
from functools import cached_property
from pathlib import PurePosixPath

from backwright.review.facts import Arg
from backwright.review.link.project import Project

ABOVE_MAX = 3  # files that require each other
_REQUIRES = ("require", "require_once", "include", "include_once")


class Requires:
    """Finds the files that a `require` names, and the file that holds a variable they use."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _php(self) -> list[int]:
        return [n for n, file in enumerate(self.project.files) if file.language == "php"]

    def files(self, at: int, value: Arg) -> list[int]:
        """Return the files that `__DIR__ . "/api.php"` or `base_path("routes/api.php")` mean; what is put in may be anything."""
        told = value
        while told.kind == "call" and told.items:
            told = told.items[-1] if told.text.rpartition(".")[2] != "sprintf" else told.items[0]
        if told.kind not in ("str", "concat", "fmt") or not told.text.endswith(".php"):
            return []
        here = PurePosixPath(self.project.files[at].path).parent
        text = told.text
        if text.startswith("{}") and told.items and told.items[0].text == "__DIR__":
            text = posixpath.normpath(f"{here}/{text[2:].lstrip('/')}")
        else:
            text = text.removeprefix("{}").lstrip("./")
        pattern = re.compile(r"(?:.*/)?" + re.sub(r"\\\{\\\}|%s", "[^/]*", re.escape(text)))
        found = [n for n in self._php if pattern.fullmatch(self.project.files[n].path)]
        exact = [n for n in found if self.project.files[n].path == text]
        return exact or found

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
