"""What stands in which function, looked up once for all rules."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from backwright.review.facts import Assign, Compare, File, Loop, Read
from backwright.review.link.perfile import PerFile, grouped
from backwright.review.link.project import Fn, Project


class _Placed(Protocol):
    fn: int


T = TypeVar("T", bound=_Placed)


class Inside:
    """For each file: function (-1 for none) to facts of one kind. Each index is made when it is first asked for."""

    def __init__(self, files: Sequence[File]) -> None:
        self._files = files

    @cached_property
    def calls(self) -> PerFile[dict[int, list[int]]]:
        """Numbers of calls."""
        return PerFile(self._files, lambda file: grouped((call.fn, number) for number, call in enumerate(file.calls)))

    @cached_property
    def reads(self) -> PerFile[dict[int, list[Read]]]:
        """Reads of attributes."""
        return self._facts(lambda file: file.reads)

    @cached_property
    def compares(self) -> PerFile[dict[int, list[Compare]]]:
        """Tests for equality."""
        return self._facts(lambda file: file.compares)

    @cached_property
    def assigns(self) -> PerFile[dict[int, list[Assign]]]:
        """Assignments."""
        return self._facts(lambda file: file.assigns)

    @cached_property
    def loops(self) -> PerFile[dict[int, list[Loop]]]:
        """Loops."""
        return self._facts(lambda file: file.loops)

    def _facts(self, kind: Callable[[File], Iterable[T]]) -> PerFile[dict[int, list[T]]]:
        return PerFile(self._files, lambda file: grouped((each.fn, each) for each in kind(file)))


def within(project: Project, fn: Fn, inner: int) -> bool:
    """Whether a function is written in another, up to three functions deep."""
    functions = project.files[fn.file].functions
    for _ in range(3):
        if inner < 0:
            return False
        inner = functions[inner].parent
        if inner == fn.index:
            return True
    return False
