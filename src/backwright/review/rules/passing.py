"""Functions of the project that errors are passed to: those given any error, and those that send what they are given."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.answering import ANSWERS, is_answer
from backwright.review.rules.failing import BROAD
from backwright.review.rules.handling import handles_any
from backwright.review.rules.looping import own_params, parameter_of


class Passing:
    """Where errors and texts go."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def given_any(self) -> dict[Fn, frozenset[str]]:
        """Function to its parameters that are given whatever error was caught, or whatever a handler of any error is given."""
        found: dict[Fn, set[str]] = defaultdict(set)
        for at in self.model.own:
            file = self.model.files[at]
            for call in file.calls:
                name = self._any_error(at, call)
                places = [
                    (n, value) for n, value in enumerate(call.args) if value.kind == "name" and value.text == name
                ]
                if not name or not places:
                    continue
                for target in self.model.project.resolve_call(at, call):
                    for param, _ in parameter_of(self.model.project.function(target), call, places):
                        found[target].add(param)
        return {fn: frozenset(names) for fn, names in found.items()}

    def _any_error(self, at: int, call: Call) -> str:
        """Return the name of the error that may be any one where a call stands, "" for none."""
        file = self.model.files[at]
        if call.catch >= 0:
            made = file.catches[call.catch]
            is_any = file.language not in ("go", "rust") and all(BROAD.match(each.strip()) for each in made.types)
            return made.var if is_any else ""
        if call.fn < 0 or not handles_any(file, file.functions[call.fn]):
            return ""
        params = own_params(file.functions[call.fn])
        return next((value.text for value in call.args if value.kind == "name" and value.text in params), "")

    @cached_property
    def senders(self) -> dict[Fn, dict[str, Call]]:
        """Function to its parameters that it puts into an answer as they are, each with the call that answers."""
        found: dict[Fn, dict[str, Call]] = defaultdict(dict)
        for at in self.model.own:
            file = self.model.files[at]
            if file.language not in ANSWERS:
                continue
            for call in file.calls:
                if call.fn < 0 or call.catch >= 0 or not is_answer(file, call):
                    continue
                params = set(own_params(file.functions[call.fn]))
                for name in _names(call.args):
                    if name in params:
                        found[Fn(at, call.fn)].setdefault(name, call)
        return found

    @cached_property
    def _sender_names(self) -> frozenset[str]:
        return frozenset(self.model.project.function(fn).name for fn in self.senders)

    def sent_by(self, at: int, call: Call) -> list[tuple[Fn, Arg, Call]]:
        """Return the arguments of a call that a function of the project puts into an answer, with the call that answers."""
        found: list[tuple[Fn, Arg, Call]] = []
        if call.name not in self._sender_names:
            return found
        for target in self.model.project.resolve_call(at, call):
            known = self.senders.get(target)
            if known:
                made = self.model.project.function(target)
                given = parameter_of(made, call, enumerate(call.args))
                found += [(target, value, known[name]) for name, value in given if name in known]
        return found


def _names(values: tuple[Arg, ...]) -> Iterator[str]:
    for value in values:
        if value.kind == "name":
            yield value.text
        if value.kind != "fn":
            yield from _names(value.items)
