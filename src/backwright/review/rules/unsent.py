"""Queries that a function gives unsent, `def active(self): return Order.objects.filter(...)`, and the functions that send them."""

from functools import cached_property

from backwright.review.link.effects import Edge, Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

HANDS_MAX = 3  # functions that hand a query on to each other
# What sends a query and gives what it found.
_SENDS = regex(
    r"(all|first|last|one|get|count|exists|exist|any|scalars?|single|list|fetch|sum|avg|average|min|max|pluck|value|earliest|latest|aggregate|iterator|paginate)"
    r"(_or_(none|404|fail)|OrFail|OrDefault|OrNull|_one|_all|One|All|Array|Many|Result|ResultList)?(Async)?$|"
    r"(to|To|into)_?(List|Array|Set|Map|Dictionary|list|array|set|vec)(Async)?$|get(Single)?Result(s|List)?$|get_results?$|load(_?(one|many))?$|one_or_none$|scalar_(one|subquery)\w*$|in_bulk$"
)
_GOES_THROUGH = frozenset(
    "list len sum set sorted any all tuple max min bool dict next enumerate iter map zip reversed join extend".split()
)


class Unsent:
    """Which functions give a query that is sent when its result is used, and which use one at once."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def builders(self) -> dict[Fn, Step]:
        """Functions that return a query which is sent when its result is used, also one that another function gives them."""
        found = {
            Fn(a.at, a.fn): Step(a.at, a.index, None)
            for a in self.model.data.accesses if a.is_lazy and a.to == "return" and a.fn >= 0 and a.op != "write"
        }  # fmt: skip
        level = list(found)
        for _ in range(HANDS_MAX):
            above: list[Fn] = []
            for fn in level:
                for edge in self.model.effects.callers.get(fn, ()):
                    if edge.caller not in found and edge.caller.index >= 0 and self._hands_on(edge):
                        found[edge.caller] = Step(edge.at, edge.call, fn)
                        above.append(edge.caller)
            level = above
        return found

    @cached_property
    def senders(self) -> dict[Fn, Step]:
        """Functions that send what such a function gives them, where they call it."""
        found: dict[Fn, Step] = {}
        for fn in self.builders:
            for edge in self.model.effects.callers.get(fn, ()):
                if edge.caller.index >= 0 and edge.caller not in self.builders and self._is_sent(edge):
                    found.setdefault(edge.caller, Step(edge.at, edge.call, fn))
        return found

    def steps(self, fn: Fn) -> list[Step]:
        """Return the way from a function that gives a query to where it is made."""
        found = [self.builders[fn]]
        while found[-1].target is not None and len(found) <= HANDS_MAX:
            found.append(self.builders[found[-1].target])
        return found

    def _last(self, edge: Edge) -> int:
        return self.model.effects.chain(edge.at, edge.call)[-1]

    def _hands_on(self, edge: Edge) -> bool:
        file, last = self.model.files[edge.at], self._last(edge)
        return file.calls[last].to == "return" and not (last != edge.call and _SENDS.match(file.calls[last].name))

    def _is_sent(self, edge: Edge) -> bool:
        """Whether what is given is gone through, counted or put into a list where the function is called."""
        file, last = self.model.files[edge.at], self._last(edge)
        call, end = file.calls[edge.call], file.calls[last]
        if last != edge.call and _SENDS.match(end.name):
            return True
        if end.inside >= 0:
            return file.calls[end.inside].name in _GOES_THROUGH and not file.calls[end.inside].on
        return any(
            each.line == call.line and each.fn == call.fn and f"{call.name}(" in each.over for each in file.loops
        )
