"""Failures that a function tells by what it returns, and that a caller throws away: send() gives False, and nobody looks."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from backwright.model.blueprint import Spot
from backwright.review.facts import BARE, DEFERRED, Arg, Catch
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, OUTSIDE, Failing
from backwright.review.rules.telling import Silent, Telling

LANGUAGES = frozenset({"python", "javascript", "php", "java", "kotlin", "csharp", "cpp"})
HOPS_MAX = 3  # functions that return what another gave them
FAILED = regex(r"^\(?\s*(false|False)\b")
KEYS = regex(r"^(success|ok|sent|is_?success|succeeded)$", re.IGNORECASE)
FIX = "Look at what it returns: log the failure, and tell the client."


class Signalled:
    """Functions that swallow an error, tell of it by what they return, and log nothing."""

    def __init__(self, model: Model, failing: Failing, telling: Telling) -> None:
        self.model, self.failing, self.telling = model, failing, telling

    def in_file(self, at: int) -> Iterator[Silent]:
        """Yield the calls of a file whose returned failure nobody looks at."""
        file = self.model.files[at]
        if file.language not in LANGUAGES or not self._telling_by_value:
            return
        for call in file.calls:
            if not call.flags & BARE or call.flags & DEFERRED or call.fn < 0 or call.to or call.name not in self._names:
                continue
            targets = self.model.project.resolve_call(at, call)
            if targets and all(fn in self._telling_by_value for fn in targets) and self._is_served(at, call.fn):
                says = f"throws away what {shown(call)}() returns, which is how it tells that it failed, and nothing is logged"
                yield Silent(call.line, call.fn, "ignored", says, FIX, (self._telling_by_value[targets[0]],))

    def _is_served(self, at: int, fn: int) -> bool:
        return self.model.is_served(Fn(at, self.model.named(at, fn)))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.model.project.function(fn).name for fn in self._telling_by_value)

    @cached_property
    def _telling_by_value(self) -> dict[Fn, Spot]:
        """Function to the place where the error that it tells of by its value is taken."""
        found = {
            Fn(at, made.fn): Spot(self.model.files[at].path, made.line, "the error becomes a value")
            for at in self.model.own if self.model.files[at].language in LANGUAGES
            for index, made in enumerate(self.model.files[at].catches) if self._tells(at, index, made)
        }  # fmt: skip
        level = found | dict(self._through_variable(found))
        for _ in range(HOPS_MAX + 1):
            found |= level
            level = {
                edge.caller: spot for fn, spot in level.items() for edge in self.model.effects.callers.get(fn, ())
                if self._returns(edge.at, edge.call) and edge.caller not in found
            }  # fmt: skip
        return found

    def _through_variable(self, found: Mapping[Fn, Spot]) -> Iterator[tuple[Fn, Spot]]:
        """Yield functions that return what a method gave them that is one of several: PROVIDERS[name].send(mail)."""
        function = self.model.project.function
        methods: dict[str, list[Fn]] = defaultdict(list)
        names = {function(fn).name for fn in found if function(fn).cls >= 0}
        for at in self.model.own:
            for number, made in enumerate(self.model.files[at].functions):
                if made.cls >= 0 and made.name in names and any(r.fn == number for r in self.model.files[at].returns):
                    methods[made.name].append(Fn(at, number))
        sure = {name: found[fns[0]] for name, fns in methods.items() if all(fn in found for fn in fns)}
        for at in self.model.own:
            for call in self.model.files[at].calls:
                if call.to == "return" and call.name in sure and call.on and call.fn >= 0:
                    if not self.model.project.resolve_call(at, call):
                        yield Fn(at, call.fn), sure[call.name]

    def _returns(self, at: int, index: int) -> bool:
        call = self.model.files[at].calls[index]
        return call.to == "return" and call.fn >= 0

    def _tells(self, at: int, index: int, made: Catch) -> bool:
        file = self.model.files[at]
        if made.fn < 0 or {"raise", "log"} & set(made.does) or "return" not in made.does:
            return False
        if not all(BROAD.match(each.strip()) or OUTSIDE.search(each.strip()) for each in made.types):
            return False
        answers = [each for each in file.returns if each.catch == index]
        if not answers or not all(_is_failure(each.value) for each in answers):
            return False
        if any(self.telling.is_log(at, number) for number in self.telling.calls(at, index)):
            return False
        weight = self.failing.weigh(at, self.failing.guarded(at, index))
        return weight is not None and weight.kind in ("write", "request")


def _is_failure(value: Arg) -> bool:
    """Whether a value says that something failed: False, (False, "why"), {"success": False}."""
    if value.kind == "bool":
        return value.text.lower() == "false"
    if value.kind == "dict":
        return any(KEYS.match(item.name) and item.text.lower() == "false" for item in value.items)
    if value.kind == "list" and value.items:
        return value.items[0].text.lower() == "false"
    return value.kind == "other" and bool(FAILED.match(value.text))


__all__ = ["Signalled"]
