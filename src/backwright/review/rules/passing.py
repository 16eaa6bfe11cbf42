"""Functions of the project that errors are passed to: those given any error, and those that send what they are given."""

from collections import defaultdict
from collections.abc import Container, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.javascript import called
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.answering import ANSWERS, is_answer, is_flash
from backwright.review.rules.failing import BROAD
from backwright.review.rules.filling import read_of
from backwright.review.rules.handling import handles_any
from backwright.review.rules.parameters import own_params, parameter_of

HOPS_MAX = 3  # functions that hand an error on
Site = tuple[int, int]  # number of a file, and of a call in it


class Passing:
    """Where errors and texts go."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def given_any(self) -> dict[Fn, dict[str, list[Site]]]:
        """Function to its parameters that are given whatever error was caught, or whatever a handler of any error is given.

        Each with the calls where that happens; a function that hands it on is followed.
        """
        found: dict[Fn, dict[str, list[Site]]] = defaultdict(lambda: defaultdict(list))
        fresh = [(site, *given) for site in self._catching() for given in self._given(*site, self._any_errors(*site))]
        for _ in range(HOPS_MAX):
            new: list[tuple[Site, Fn, str]] = []
            for site, target, param in fresh:
                if site in found[target][param]:
                    continue
                found[target][param].append(site)
                for number in self.model.inside.calls[target.file].get(target.index, ()):
                    new += [(site, *given) for given in self._given(target.file, number, {param})]
            fresh = new
        return {fn: dict(params) for fn, params in found.items()}

    def _catching(self) -> Iterator[Site]:
        """Yield the calls that may be given an error that was caught."""
        for at in self.model.own:
            for number, call in enumerate(self.model.files[at].calls):
                if call.args and call.fn >= 0:
                    yield at, number

    def _given(self, at: int, number: int, names: Container[str]) -> Iterator[tuple[Fn, str]]:
        """Yield the parameters of the project's functions that a call gives one of these names."""
        call = self.model.files[at].calls[number]
        places = [(n, value) for n, value in enumerate(call.args) if names and _holds(value, names)]
        if places:
            for target in self.model.project.resolve_call(at, call):
                for param, _ in parameter_of(self.model.project.function(target), call, places):
                    yield target, param

    def _any_errors(self, at: int, number: int) -> frozenset[str]:
        """Return the names of the error that may be any one where a call stands, and of what was made of it."""
        file = self.model.files[at]
        call = file.calls[number]
        if call.catch >= 0:
            made = file.catches[call.catch]
            if (
                not made.var
                or file.language in ("go", "rust")
                or not all(BROAD.match(each.strip()) for each in made.types)
            ):
                return frozenset()
            made_of_it = (
                each.target for each in self.model.inside.assigns[at].get(made.fn, ())
                if made.line <= each.line <= made.end and each.value.kind == "call"
                and any(item.kind == "name" and item.text == made.var for item in each.value.items)
            )  # fmt: skip
            return frozenset({made.var, *made_of_it})
        if not handles_any(file, file.functions[call.fn]):
            return frozenset()
        params = own_params(file.functions[call.fn])
        return frozenset(value.text for value in call.args if value.kind == "name" and value.text in params)

    @cached_property
    def senders(self) -> dict[Fn, dict[str, Call]]:
        """Function to its parameters that it puts into an answer, as they are or in a text, each with the call that answers."""
        found: dict[Fn, dict[str, Call]] = defaultdict(dict)
        for at in self.model.own:
            file = self.model.files[at]
            if file.language not in ANSWERS:
                continue
            for call in file.calls:
                if call.fn < 0 or call.catch >= 0 or not (is_answer(file, call) or is_flash(call)):
                    continue
                params = set(own_params(file.functions[call.fn]))
                held = self.model.project.assigned[at]
                names = list(_names(call.args))
                names += [
                    text for name in names for each in held.get((call.fn, name), ()) for text in _names((each.value,))
                ]
                for name in names:
                    if name in params:
                        found[Fn(at, call.fn)].setdefault(name, call)
        return found

    @cached_property
    def _sender_names(self) -> frozenset[str]:
        return frozenset(called(self.model.project, fn) for fn in self.senders)

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


def _holds(value: Arg, names: Container[str]) -> bool:
    """Whether a value is one of these names, or a dictionary with one in it."""
    if value.kind == "dict":
        return any(_holds(item, names) for item in value.items)
    return (value.kind == "name" and value.text in names) or (
        value.kind == "other" and value.text.startswith("...") and value.text[3:] in names
    )


def _names(values: tuple[Arg, ...]) -> Iterator[str]:
    for value in values:
        if value.kind == "name":
            yield value.text
        elif value.kind == "call" and (held := read_of(value)):
            yield held  # data of data.toStyledString()
        if value.kind != "fn":
            yield from _names(value.items)
