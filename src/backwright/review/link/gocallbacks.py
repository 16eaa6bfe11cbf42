"""Go: routers that a shared server hands to a function it was given, `Run(func(r chi.Router) http.Handler { ... })`."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Call
from backwright.review.link.project import Fn, Project

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers

HOPS_MAX = 3  # functions that only hand a function on


class Callbacks:
    """Binds the parameters of functions that are handed over to the routers they are called with."""

    def __init__(self, routers: "Routers", project: Project) -> None:
        self.routers, self.project = routers, project

    def hang(self, numbers: Iterable[int]) -> None:
        """Hang what such functions declare on the routers that they get."""
        for at in numbers:
            file = self.project.files[at]
            for call in file.calls:
                if call.on or not call.args or call.fn < 0 or not self._given_router(at, call):
                    continue
                fn, place = self._parameter(at, call.fn, call.name)
                given = self._handed.get((fn, place), ()) if fn is not None else ()
                if given:
                    self._bind(at, call, given)

    def _given_router(self, at: int, call: Call) -> bool:
        return any(
            value.kind == "name" and self.routers.key_of(at, call.fn, value.text) in self.routers.known
            for value in call.args
        )

    def _bind(self, at: int, call: Call, given: Iterable[Fn]) -> None:
        for number, value in enumerate(call.args):
            key = self.routers.key_of(at, call.fn, value.text) if value.kind == "name" else None
            if key is None or key not in self.routers.known:
                continue
            for fn in given:
                params = self.project.function(fn).params
                if number < len(params):
                    child = self.routers.key("var", fn.file, fn.index, params[number].name)
                    self.routers.add_edge(child, key, "", (), call.line)
                    self.routers.known.add(child)
            self._mount(at, call, key)

    def _mount(self, at: int, call: Call, key: "Key") -> None:
        """`root.Mount("/api", make(router))`: what the function gives back is the router that it got."""
        if call.inside < 0:
            return
        around = self.project.files[at].calls[call.inside]
        for mount in self.routers.mounts(at, around):
            above = self.routers.context(at, around)
            if above.key != key:
                prefix = self.routers.text_at(at, around, mount.prefix)
                self.routers.add_edge(key, above.key, above.prefix + prefix, above.uses, around.line)
                return

    def _parameter(self, at: int, fn: int, name: str) -> tuple[Fn | None, int]:
        """The function around a place that has a parameter of that name, and which it is."""
        functions = self.project.files[at].functions
        while fn >= 0:
            place = next((n for n, param in enumerate(functions[fn].params) if param.name == name), -1)
            if place >= 0:
                return Fn(at, fn), place
            fn = functions[fn].parent
        return None, -1

    @cached_property
    def _handed(self) -> dict[tuple[Fn, int], list[Fn]]:
        """Parameter to the closures that calls hand to it, directly or through functions that hand it on."""
        found: dict[tuple[Fn, int], list[Fn]] = defaultdict(list)
        passed: dict[tuple[Fn, int], list[tuple[Fn, int]]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            if file.language != "go":
                continue
            for call in file.calls:
                for place, value in enumerate(call.args):
                    named = value.kind == "name" and value.text.isidentifier() and call.fn >= 0
                    fn, own = self._parameter(at, call.fn, value.text) if named else (None, -1)
                    if (value.kind != "fn" or value.ref < 0) and fn is None:
                        continue
                    for target in self.project.resolve_call(at, call)[:1]:
                        if value.kind == "fn":
                            found[target, place].append(Fn(at, value.ref))
                        elif fn is not None:
                            passed[fn, own].append((target, place))
        for _ in range(HOPS_MAX):
            for handed_on, targets in passed.items():
                for parameter in targets:
                    found[parameter] += [each for each in found.get(handed_on, ()) if each not in found[parameter]]
        return found
