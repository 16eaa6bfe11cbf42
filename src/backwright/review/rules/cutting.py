"""Functions of the project that limit the query which they give: `new OpenOrders(page).Run(db)`, `orders.Get(skip, take)`."""

import re

from backwright.review.facts import Call
from backwright.review.link.csharpextensions import extended
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

BODIES_MAX = 2  # functions followed from a query to what limits it
_LIMITS = regex(r"^(limit|take|top|set_?max_?results|for_?page|fetch_?first|set_?limit)$", re.IGNORECASE)


class Cutting:
    """Answers are kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[tuple[Fn, int, frozenset[str]], bool] = {}

    def cuts(self, at: int, number: int, depth: int = BODIES_MAX, unset: frozenset[str] = frozenset()) -> bool:
        """Whether a call runs a function of the project that limits the query it gives.

        `unset`: parameters around the call that have nothing but their default: `int take = 0` of a page that nobody asked for.
        """
        call = self.model.files[at].calls[number]
        targets = self.model.project.resolve_call(at, call)[:2] if depth else ()
        return any(self._is_cutting(fn, depth, self._left_out(call, fn, unset)) for fn in targets)

    def _left_out(self, call: Call, fn: Fn, unset: frozenset[str]) -> frozenset[str]:
        """Return the parameters of a function that a call gives nothing, or what was not given itself; C# only."""
        if self.model.files[fn.file].language != "csharp":
            return frozenset()
        made = self.model.project.function(fn)
        params = made.params[1:] if extended(self.model.project, fn) else made.params
        plain = [value for value in call.args if not value.name and value.kind != "type"]
        given = {value.name: value for value in call.args if value.name}
        given |= {param.name: value for param, value in zip(params, plain, strict=False)}
        return frozenset(
            param.name
            for param in params
            if param.default is not None and (param.name not in given or given[param.name].text in unset)
        )

    def _is_cutting(self, fn: Fn, depth: int, unset: frozenset[str]) -> bool:
        key = (fn, depth, unset)
        if key not in self._known:
            calls = self.model.files[fn.file].calls
            self._known[key] = any(
                (_LIMITS.match(calls[n].name) and not (calls[n].args and calls[n].args[0].text in unset))
                or self.cuts(fn.file, n, depth - 1, unset)
                for n in self.model.inside.calls[fn.file].get(fn.index, ())
            )
        return self._known[key]
