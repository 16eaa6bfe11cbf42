"""Answers that are kept on an object: `if not hasattr(user, "_roles"): user._roles = ask(user)` asks once for each user."""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.effects import Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.looping import Loops, root
from backwright.review.rules.parameters import own_params, parameter_of

_ASKS_FOR = frozenset({"hasattr", "getattr"})


class KeptOnObjects:
    """Which ways to a query lead through a function that keeps the answer on what it is handed."""

    def __init__(self, model: Model, loops: Loops) -> None:
        self.model, self.loops = model, loops

    def is_same(self, at: int, index: int, target: Fn, steps: list[Step], names: frozenset[str]) -> bool:
        """Whether the answer is kept on an object that is the same in each round.

        `steps`: the way from the target of the call to its query. `names`: what stands for the element of the round.
        """
        way = [Step(at, index, target), *steps]
        for place, (into, out) in enumerate(pairwise(way)):
            kept = self._kept.get(into.target, {}) if into.target is not None else {}
            name = kept.get(out.call, "") if into.target is not None and out.at == into.target.file else ""
            if name and self._is_same(way[: place + 1], name, names):
                return True
        return False

    def _is_same(self, way: list[Step], name: str, names: frozenset[str]) -> bool:
        """Follow the object up to the call in the loop."""
        for step in reversed(way):
            if step.target is None:
                return False
            call = self.model.files[step.at].calls[step.call]
            value = self._given(call, step.target, name)
            if step is way[0]:
                return not self.loops.mentions(step.at, value, names)
            name = root(value.text)
            around = self.model.files[step.at].functions[self.model.named(step.at, call.fn)]
            if name not in own_params(around):
                return False
        return False

    def _given(self, call: Call, target: Fn, name: str) -> Arg:
        """Return what a parameter is given; of a method that a framework runs, what it is called on."""
        given = parameter_of(self.model.project.function(target), call, enumerate(call.args))
        spread = (value for value in call.args if value.name == "**")
        return next((value for param, value in given if param == name), next(spread, Arg("name", call.on)))

    @cached_property
    def _kept(self) -> dict[Fn, dict[int, str]]:
        """Function to the calls whose answer it keeps, with the parameter on which it does."""
        found: dict[Fn, dict[int, str]] = {}
        for at in self.model.own:
            file = self.model.files[at]
            for each in file.assigns:
                name, _, attr = each.target.partition(".")
                if each.fn < 0 or not attr.isidentifier() or name not in own_params(file.functions[each.fn]):
                    continue
                if self._is_asked_before(at, each, name, attr):
                    calls = self._filling(at, each)
                    found.setdefault(Fn(at, each.fn), {}).update(dict.fromkeys(calls, name))
        return found

    def _filling(self, at: int, made: Assign) -> Iterator[int]:
        calls = self.model.files[at].calls
        for index in self.model.inside.calls[at].get(made.fn, ()):
            if calls[index].to == made.target or calls[index].line == made.line:
                yield index

    def _is_asked_before(self, at: int, made: Assign, name: str, attr: str) -> bool:
        """Whether the object is asked for the answer before it is given one."""
        calls, inside = self.model.files[at].calls, self.model.inside
        if any(r.base == name and r.attr == attr and r.line < made.line for r in inside.reads[at].get(made.fn, ())):
            return True
        return any(
            calls[index].name in _ASKS_FOR
            and [value.text for value in calls[index].args[:2]] == [name, attr]
            and calls[index].line <= made.line
            for index in inside.calls[at].get(made.fn, ())
        )
