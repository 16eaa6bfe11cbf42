"""Django: calls of a project's own managers and query sets that give a query: `Order.objects.paid()`, and what that is asked for by."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.link.packs import Effect
from backwright.review.link.project import Project

DEPTH_MAX = 4  # methods of query sets that one goes on from
_LAZY = Effect("lazy", (), many=True, library="Django ORM", entity="on")
_BOUNDED = Effect("bounded", ())
_OWN = ("self", "super()", "cls")


class Built:
    """What methods of managers and query sets put into the chains that they are called in."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def effects(self) -> Iterator[tuple[int, int, list[Effect]]]:
        """Yield (file, call, effects) of the calls that give a query; none of those from which another such method is made."""
        django = self.project.django
        for name in sorted(django.methods):
            for at, index in self.project.calls_by_name.get(name, ()):
                call = self.project.files[at].calls[index]
                if call.on.partition(".")[0] in _OWN and self.project.own_class(at, call.fn) in django.holders:
                    continue
                for fn in django.resolve(at, call.fn, call.on, name) if call.on else ():
                    if django.kind(fn) == "query":
                        yield at, index, [_LAZY, _BOUNDED] if (fn.file, fn.index) in self._cut else [_LAZY]

    @cached_property
    def _cut(self) -> frozenset[tuple[int, int]]:
        """Functions that return a slice: `return self.order_by("-at")[:10]`."""
        return frozenset(
            (at, each.fn)
            for at, file in enumerate(self.project.files)
            for each in (file.returns if file.language == "python" else ())
            if each.value.kind == "name" and "[:" in each.value.text
        )

    def behind(self, at: int, chain: list[int], depth: int = DEPTH_MAX) -> list[tuple[int, tuple[int, ...]]]:
        """Return the chains that the methods return which a chain is made of, each with its file."""
        found: list[tuple[int, tuple[int, ...]]] = []
        django = self.project.django
        for number in chain if depth else ():
            call = self.project.files[at].calls[number]
            for fn in django.resolve(at, call.fn, call.on, call.name) if call.on else ():
                for last in self._given_back.get((fn.file, fn.index), ()) if django.kind(fn) == "query" else ():
                    inner = [last]
                    while (before := self.project.files[fn.file].calls[inner[0]].prev) >= 0:
                        inner.insert(0, before)
                    found += [(fn.file, tuple(inner)), *self.behind(fn.file, inner, depth - 1)]
        return found

    @cached_property
    def _given_back(self) -> dict[tuple[int, int], list[int]]:
        """(file, function) to the calls whose result it returns."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for index, call in enumerate(file.calls if file.language == "python" else ()):
                if call.to == "return":
                    found[at, call.fn].append(index)
        return found
