"""Queries of Django that are given back before they are sent: whether anybody above goes through all their rows."""

import re
from collections.abc import Sequence

from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.choosing import BOUNDS, CHOOSES
from backwright.review.rules.patterns import flat

# What Python does with a query that it is handed: it goes through all rows, or shows them.
SHOWS = regex(
    r"^(list|len|sum|set|sorted|tuple|any|all|max|min|dict|enumerate|iter|map|zip|render\w*|JsonResponse|\w*Response|\w*Serializer|\w*Schema|dump|jsonify)$"
)
_SHOWS_MANY = regex(r"^(\w*Serializer|serializer_class|get_serializer|\w*Schema|dump)$")
# What goes on from a query and does not give its rows.
_TAKES_FEW = regex(
    r"^(first|last|get|earliest|latest|exists|count|aggregate|in_bulk|update|delete|none|contains|union|intersection|difference|values|values_list|annotate)$"
)
_ABOVE, _WHOLE, _OTHER = "above", "whole", "other"


class HandedOn:
    """Follows a query up the calls that lead to it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_gone_through(self, access: Access, way: Sequence[Edge]) -> bool:
        """Whether the callers show all rows, or give the query to the framework, which does. `way`: the calls down to it."""
        for edge in reversed(way):
            used = self._use(edge.at, edge.call)
            if used is not _ABOVE:
                return used is _WHOLE
        return True

    def is_shown(self, access: Access) -> bool:
        """Whether the variable that a query is put into is handed to what shows all rows: `OrderSerializer(orders, many=True)`."""
        calls, name = self.model.files[access.at].calls, access.to
        near = [calls[n] for n in self.model.inside.calls[access.at].get(access.fn, ())]
        given = [call for call in near if call.line >= access.line and name in {value.text for value in call.args}]
        if any(call.name.startswith("paginate") or BOUNDS.match(call.name) for call in given):
            return False
        return any(
            _SHOWS_MANY.match(call.name) and any(v.name == "many" and v.text == "True" for v in call.args)
            for call in given
        )

    def _use(self, at: int, number: int) -> str:
        """Return what becomes of the query that a call gives: it is given back, gone through, or used in some other way."""
        calls = self.model.files[at].calls
        chain = self.model.effects.chain(at, number)
        after = [calls[each] for each in chain[chain.index(number) + 1 :]] if number in chain else []
        if any(_TAKES_FEW.match(call.name) or CHOOSES.match(call.name) or BOUNDS.match(call.name) for call in after):
            return _OTHER
        last = after[-1] if after else calls[number]
        if last.to == "return":
            return _ABOVE
        if last.inside >= 0:
            return _WHOLE if SHOWS.match(calls[last.inside].name) else _OTHER
        return self._use_of_name(at, last) if last.to else self._looped(at, last, calls[number].name)

    def _use_of_name(self, at: int, made: Call) -> str:
        """Return what becomes of the variable that a query is put into."""
        file, name = self.model.files[at], made.to
        if self._looped(at, made, name) is _WHOLE:
            return _WHOLE
        for number in self.model.inside.calls[at].get(made.fn, ()):
            call = file.calls[number]
            if call.line >= made.line and SHOWS.match(call.name) and name in flat(call.args):
                return _WHOLE
        is_returned = any(
            each.fn == made.fn and each.value.kind == "name" and each.value.text == name for each in file.returns
        )
        return _ABOVE if is_returned else _OTHER

    def _looped(self, at: int, made: Call, name: str) -> str:
        """Whether a loop of the same function goes through a variable or what a call gives."""
        found = (
            re.search(rf"(^|[\s.]){re.escape(name)}(\(.*\))?$", loop.over.strip()) is not None
            for loop in self.model.files[at].loops
            if loop.fn == made.fn and loop.kind == "each" and loop.line >= made.line
        )
        return _WHOLE if any(found) else _OTHER
