"""What a parameter holds: the queries whose rows callers hand over, also through what only narrows a list."""

from collections.abc import Iterator

from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.rules.looping import root
from backwright.review.rules.parameters import own_params, parameter_of

DEPTH_MAX = 4  # callers followed up
CALLERS_MAX = 12  # callers of one function that are asked
FOUND_MAX = 12


class Handed:
    """Follows the parameters of functions to what their callers hand over."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[tuple[int, int, str, Cls], list[Access]] = {}

    def queries(self, at: int, fn: int, name: str, cls: Cls) -> list[Access]:
        """Return the queries of many `cls` that a name may hold, if it is a parameter."""
        key = (at, fn, name, cls)
        if key not in self._known:
            found = dict.fromkeys(self._of_name(at, fn, name, cls, DEPTH_MAX))
            self._known[key] = list(found)[:FOUND_MAX]
        return self._known[key]

    def _of_name(self, at: int, fn: int, name: str, cls: Cls, depth: int) -> Iterator[Access]:
        if fn < 0 or not name or depth == 0:
            return
        access = self.model.data.origin(at, fn, name)
        if access is not None:
            if access.entity == cls and access.many is not False:
                yield access
            return
        made = self.model.files[at].functions[fn]
        if name not in own_params(made):
            if made.kind == "lambda":
                yield from self._of_name(at, made.parent, name, cls, depth)
            return
        for edge in self.model.effects.callers.get(Fn(at, fn), ())[:CALLERS_MAX]:
            call = self.model.files[edge.at].calls[edge.call]
            for param, value in parameter_of(made, call, enumerate(call.args)):
                if param == name:
                    yield from self._of_value(edge.at, call.fn, value, cls, depth - 1)

    def _of_value(self, at: int, fn: int, value: Arg, cls: Cls, depth: int) -> Iterator[Access]:
        if value.kind not in ("name", "call"):
            return
        access = self.model.data.origin_of(at, fn, value)
        if access is not None:
            if access.entity == cls and access.many is not False:
                yield access
            return
        yield from self._of_name(at, fn, root(value.text), cls, depth)
        for item in value.items[:3] if value.kind == "call" else ():  # approved(orders): a part of the same list
            if item.kind == "name":
                yield from self._of_name(at, fn, root(item.text), cls, depth)
