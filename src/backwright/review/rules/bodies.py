"""Bodies: what stands in each function, and how what a client names travels from a handler through all that it calls."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Assign, Call, Compare, Read
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.routes import Declared
from backwright.review.link.taint import INJECTED, SOURCE

DEPTH_MAX = 5  # handler, service, repository, query object, helper
REACH_MAX = 120  # functions: what reaches more is no single answer to a request
ROUNDS = 3  # assignments followed in one function
ASKED = re.compile(r"\b(kwargs|path_params|view_args|PathValue|URLParam|Vars|ParamsInt|pathParameters|params)\b|\bargs\.\w")
_ROOT = re.compile(r"[A-Za-z_]\w*")


class Bodies:
    """Facts by function, and the reach of handlers; made once for a model."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def calls(self) -> list[dict[int, list[int]]]:
        """For each file: function to the numbers of its calls."""
        found: list[dict[int, list[int]]] = []
        for file in self.model.files:
            by_fn: dict[int, list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls):
                by_fn[call.fn].append(index)
            found.append(by_fn)
        return found

    @cached_property
    def _compares(self) -> list[dict[int, list[Compare]]]:
        found: list[dict[int, list[Compare]]] = []
        for file in self.model.files:
            by_fn: dict[int, list[Compare]] = defaultdict(list)
            for each in file.compares:
                by_fn[each.fn].append(each)
            found.append(by_fn)
        return found

    @cached_property
    def _reads(self) -> list[dict[int, list[Read]]]:
        found: list[dict[int, list[Read]]] = []
        for file in self.model.files:
            by_fn: dict[int, list[Read]] = defaultdict(list)
            for each in file.reads:
                by_fn[each.fn].append(each)
            found.append(by_fn)
        return found

    @cached_property
    def _assigns(self) -> list[dict[int, list[Assign]]]:
        found: list[dict[int, list[Assign]]] = []
        for file in self.model.files:
            by_fn: dict[int, list[Assign]] = defaultdict(list)
            for each in file.assigns:
                by_fn[each.fn].append(each)
            found.append(by_fn)
        return found

    def calls_of(self, fn: Fn) -> Iterator[tuple[int, Call]]:
        """Yield the calls of a function with their numbers."""
        for index in self.calls[fn.file].get(fn.index, ()):
            yield index, self.model.files[fn.file].calls[index]

    def compares_of(self, fn: Fn) -> list[Compare]:
        """Return the comparisons of a function."""
        return self._compares[fn.file].get(fn.index, [])

    def reads_of(self, fn: Fn) -> list[Read]:
        """Return the attributes that a function reads."""
        return self._reads[fn.file].get(fn.index, [])

    def assigns_of(self, fn: Fn) -> list[Assign]:
        """Return the assignments of a function."""
        return self._assigns[fn.file].get(fn.index, [])

    # ---- reach ------------------------------------------------------------------------------

    def reach(self, declared: Declared) -> dict[Fn, set[str]]:
        """Return all functions that a handler runs, each with the variables that hold what the client named."""
        handler = declared.handler
        if handler is None:
            return {}
        made = self.model.project.function(handler)
        found = {
            handler: {p.name.lstrip("$") for p in made.params if not INJECTED.match(p.name.lstrip("$"))} - {"_"},
        }
        self._spread(handler, found[handler])
        level = [handler]
        for _ in range(DEPTH_MAX):
            below: list[Fn] = []
            for fn in level:
                for edge, target in self.model.effects.callees.get(fn, ()):
                    if target in found or len(found) >= REACH_MAX:
                        continue
                    found[target] = self._given(fn, found[fn], target, self.model.files[edge.at].calls[edge.call])
                    self._spread(target, found[target])
                    below.append(target)
            level = below
        return found

    def _given(self, fn: Fn, known: set[str], target: Fn, call: Call) -> set[str]:
        """The parameters of a function that hold what the client named; a closure sees what is around it."""
        made = self.model.project.function(target)
        if made.kind == "lambda" and made.call >= 0:
            return set(known)
        params = made.params
        if made.receiver and params and params[0].name == made.receiver:
            params = params[1:]
        found = {
            params[place].name.lstrip("$*&")
            for place, value in enumerate(call.args[: len(params)])
            if not value.name and self.holds(value, known)
        }
        return found | {value.name for value in call.args if value.name and self.holds(value, known)}

    def _spread(self, fn: Fn, known: set[str]) -> None:
        for _ in range(ROUNDS):
            before = len(known)
            for assign in self.assigns_of(fn):
                if self.holds(assign.value, known):
                    known.update(_ROOT.findall(assign.target.partition("[")[0].partition(".")[0].partition("->")[0]))
            for _, call in self.calls_of(fn):
                if call.to and call.to != "return" and any(self.holds(value, known) for value in call.args):
                    known.add(call.to.partition(".")[0].lstrip("$"))
            if len(known) == before:
                break

    def holds(self, value: Arg, known: set[str]) -> bool:
        """Whether what the client named is part of a value."""
        if value.kind in ("name", "call", "other", "fn", "type") and self.is_asked(value.text, known):
            return True
        return any(self.holds(item, known) for item in value.items)

    def is_asked(self, text: str, known: set[str]) -> bool:
        """Whether an expression is, or starts with, what the client named."""
        if SOURCE.search(text) or ASKED.search(text):
            return True
        return any(name in known for name in re.findall(r"(?<![\w.>])\$?([A-Za-z_]\w*)", text))
