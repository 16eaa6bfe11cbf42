"""Queries that are begun elsewhere: in a variable, or in a function of the project that returns a builder."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from backwright.review.link.effects import Does, Effects
from backwright.review.link.project import Project
from backwright.review.regexes import regex

BUILT = ("php",)  # where queries are looked for in what they go on from
DEPTH_MAX = 5  # variables and functions followed back from a query to where it begins
LOADS = frozenset({"select_related", "prefetch_related", "options"})
VARIABLE = regex(r"\$?[A-Za-z_]\w*$")


class Begun(NamedTuple):
    """A chain of calls that a query goes on from: file, and its calls."""

    at: int
    calls: tuple[int, ...]


def calls_into(project: Project, language: str = "") -> list[dict[tuple[int, str], list[int]]]:
    """Return, for each file (of a language, if one is named), (function, variable or "return") to the calls whose result it is."""
    all_: list[dict[tuple[int, str], list[int]]] = []
    for file in project.files:
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for index, call in enumerate(file.calls if language in ("", file.language) else ()):
            if call.to:
                found[call.fn, call.to].append(index)
        all_.append(found)
    return all_


class Builders:
    """Finds the chains that a query goes on from."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects

    @cached_property
    def _into(self) -> list[dict[tuple[int, str], list[int]]]:
        return calls_into(self.project)

    @cached_property
    def _on(self) -> list[dict[tuple[int, str], list[int]]]:
        """For each file: (function, variable) to the calls that are made on it: `$query->take(20);`."""
        all_: list[dict[tuple[int, str], list[int]]] = []
        for file in self.project.files:
            found: dict[tuple[int, str], list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls):
                if call.on and VARIABLE.match(call.on) and call.prev < 0:
                    found[call.fn, call.on].append(index)
            all_.append(found)
        return all_

    def begun(self, at: int, chain: list[int]) -> list[Begun]:
        """Return the chains that lead to one, in the languages where they are looked for."""
        if self.project.files[at].language == "python":
            return [*(Begun(*each) for each in self.effects.built.behind(at, chain)), *self._loads(at, chain)]
        return self.behind(at, chain) if self.project.files[at].language in BUILT else []

    def behind(self, at: int, chain: list[int], depth: int = DEPTH_MAX) -> list[Begun]:
        """Return the chains that lead to one, nearest first: what was put into its variable, what the function it starts with returns."""
        if depth == 0:
            return []
        first = self.project.files[at].calls[chain[0]]
        line = self.project.files[at].calls[chain[-1]].line
        found: list[Begun] = []
        if first.on not in ("this", "self", "static", "parent") and VARIABLE.match(first.on):
            into = [n for n in self._into[at].get((first.fn, first.on), ()) if n not in chain]
            for number in into[:1]:
                found += self._with(at, number, depth)
            found += [
                Begun(at, tuple(self.effects.chain(at, n)))
                for n in self._on[at].get((first.fn, first.on), ())
                if n not in chain and self.project.files[at].calls[n].line < line
            ]
        if found:
            return found
        for fn in self.project.resolve_call(at, first)[:1]:
            for number in self._into[fn.file].get((fn.index, "return"), ())[:1]:
                found += self._with(fn.file, number, depth)
        return found

    def _loads(self, at: int, chain: list[int]) -> list[Begun]:
        """Python: what loads relations in the chains that were put into the variable a chain begins with: `q = q.prefetch_related("lines")`."""
        calls = self.project.files[at].calls
        first, line = calls[chain[0]], calls[chain[-1]].line
        into = self._into[at].get((first.fn, first.on.partition(".")[0]), ())
        chains = [self.effects.chain(at, n) for n in into if n not in chain and calls[n].line <= line]
        loads = (tuple(n for n in each if calls[n].name in LOADS) for each in chains)
        return [Begun(at, each) for each in loads if each]

    def _with(self, at: int, number: int, depth: int) -> list[Begun]:
        chain = self.effects.chain(at, number)
        return [Begun(at, tuple(chain)), *self.behind(at, chain, depth - 1)]

    def does(self, begun: list[Begun]) -> list[Does]:
        """Return all effects of these chains."""
        return [does for each in begun for n in each.calls for does in self.effects.of_call[each.at].get(n, ())]
