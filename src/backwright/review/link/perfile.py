"""An index of each file, made when it is first asked for: of most files of a large repository nobody asks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from backwright.review.facts import File

K = TypeVar("K")
V = TypeVar("V")


class PerFile(Generic[V]):
    """A list of what `make` gives for each file."""

    def __init__(self, files: Sequence[File], make: Callable[[File], V]) -> None:
        self._files, self._make = files, make
        self._made: dict[int, V] = {}

    def __getitem__(self, at: int) -> V:
        if at not in self._made:
            self._made[at] = self._make(self._files[at])
        return self._made[at]


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Return the values of each key, in order."""
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
