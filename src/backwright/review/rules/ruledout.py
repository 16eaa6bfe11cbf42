"""Queries that a constant argument rules out: `show(Kind.Page)` of what asks only `if (kind == Kind.Chapter)`."""

from collections.abc import Mapping

from backwright.review.facts import Arg
from backwright.review.link.effects import Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.parameters import parameter_of

_CONSTANT = regex(r"(\w+\.)*[A-Z]\w*\.[A-Z]\w*$")
_BRANCH_LINES = 2  # lines from a condition to the first statement behind it


class RuledOut:
    """Which ways to a query lead through a branch that is not taken with what the call gives."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_ruled_out(self, at: int, index: int, target: Fn, steps: list[Step]) -> bool:
        """Whether the query at the end of these steps stands behind a comparison with another constant than is given."""
        given = self._given(at, index, target, {})
        for step in steps:
            if not given:
                return False
            if self._is_behind(target, step, given):
                return True
            if step.target is None:
                return False
            given = self._given(step.at, step.call, step.target, given)
            target = step.target
        return False

    def is_left_to_caller(self, at: int, index: int, target: Fn, steps: list[Step]) -> bool:
        """Python: whether a function that saves its object does so only if `commit` is true, and is told not to: `set(key, value, commit=False)`."""
        last = steps[-1]
        if self.model.files[at].language != "python" or self.model.files[last.at].calls[last.call].name != "save":
            return False
        asked = next((each for each in self.model.project.function(target).params if each.name == "commit"), None)
        if asked is None:
            return False
        given = next((v for v in self.model.files[at].calls[index].args if v.name == "commit"), asked.default)
        return given is not None and given.text == "False"

    def _given(self, at: int, index: int, target: Fn, known: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters that are given constants, with these; `known`: those of the function around."""
        call = self.model.files[at].calls[index]
        handed = parameter_of(self.model.project.function(target), call, enumerate(call.args))
        found = ((name, self._constant(value, known)) for name, value in handed)
        return {name: text for name, text in found if text}

    def _constant(self, value: Arg, known: Mapping[str, str]) -> str:
        if value.kind == "str":
            return f'"{value.text}"'
        if value.kind != "name":
            return ""
        return known.get(value.text, value.text if _CONSTANT.match(value.text) else "")

    def _is_behind(self, fn: Fn, step: Step, given: Mapping[str, str]) -> bool:
        if step.at != fn.file:
            return False
        line = self.model.files[step.at].calls[step.call].line
        for each in self.model.inside.compares[fn.file].get(fn.index, ()):
            if each.line < line <= each.line + _BRANCH_LINES and any(
                name.text in given and (other := self._constant(told, {})) and other != given[name.text]
                for name, told in ((each.left, each.right), (each.right, each.left))
            ):
                returns = self.model.files[fn.file].returns
                return not any(r.fn == fn.index and each.line <= r.line < line for r in returns)
        return False
