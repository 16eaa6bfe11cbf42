"""Bodies: what stands in each function, and how what a client names travels from a handler through all that it calls."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backwright.model.blueprint import Endpoint
from backwright.review.facts import Arg, Assign, Call, Compare, Param, Read
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.taint import SOURCE
from backwright.review.regexes import regex
from backwright.review.rules.owned import snake

DEPTH_MAX = 5  # handler, service, repository, query object, helper
REACH_MAX = 120  # functions: what reaches more is no single answer to a request
WORDS_KEPT = 20_000  # texts whose words are kept: most stand in many functions' reach
ROUNDS = 3  # assignments followed in one function
ASKED = regex(r"\b(kwargs|path_params|view_args|PathValue|URLParam|Vars|ParamsInt|pathParameters|params)\b|\bargs\.\w")
WHO = frozenset(
    "user users owner owners author account member members membership customer creator buyer seller tenant org organization organisation company "
    "workspace team principal identity claims claim viewer actor profile uid subject person patient student uploader poster requester auth "
    "username userid useruuid memberid collaborator collaborators participant recipient".split()
)  # words for somebody
_NAME = regex(r"[A-Za-z_]\w*")
_CARRIES = regex(r"\$?(_?req(uest)?|ctx|context|c|self|this|g|res|response|session)(\.|->|\[)")
_FILLS = regex(r"(set|add|put|and|with|append|where)", re.IGNORECASE)
_FIRST = regex(r"(?<![\w.>:])\$?([A-Za-z_]\w*)")  # names that an expression starts with


class Known(NamedTuple):
    """Variables of a function: keys hold what the client named; pure ones nothing besides, such as who is logged in.

    Attributes:
        above, line: The function that runs it first, and where.
    """

    keys: set[str]
    pure: set[str]
    above: Fn | None = None
    line: int = 0


class Bodies:
    """Facts by function, and the reach of handlers; made once for a model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._reach: dict[tuple[Fn, frozenset[str]], dict[Fn, Known]] = {}

    def calls_of(self, fn: Fn) -> Iterator[tuple[int, Call]]:
        """Yield the calls of a function with their numbers."""
        for index in self.model.inside.calls[fn.file].get(fn.index, ()):
            yield index, self.model.files[fn.file].calls[index]

    def compares_of(self, fn: Fn) -> list[Compare]:
        """Return the comparisons of a function."""
        return self.model.inside.compares[fn.file].get(fn.index, [])

    def reads_of(self, fn: Fn) -> list[Read]:
        """Return the attributes that a function reads."""
        return self.model.inside.reads[fn.file].get(fn.index, [])

    def assigns_of(self, fn: Fn) -> list[Assign]:
        """Return the assignments of a function."""
        return self.model.inside.assigns[fn.file].get(fn.index, [])

    # ---- reach ------------------------------------------------------------------------------

    def reach(self, declared: Declared, endpoint: Endpoint) -> dict[Fn, Known]:
        """Return all functions that a handler runs, each with the variables that hold what the client named."""
        handler = declared.handler
        if handler is None:
            return {}
        asked = {param.name for param in endpoint.params}
        key = (handler, frozenset(asked))
        if key not in self._reach:
            made = self.model.project.function(handler)
            first = {p.name.lstrip("$&*") for p in made.params if is_asked_for(p, asked)}
            self._reach[key] = self.reach_from(handler, first)
        return self._reach[key]

    def reach_from(self, handler: Fn, first: set[str]) -> dict[Fn, Known]:
        """Return the same of any function, with the parameters that hold what the client named."""
        found = {handler: Known(set(first), set(first))}
        self._spread(handler, found[handler])
        level = [handler]
        for _ in range(DEPTH_MAX):
            below: list[Fn] = []
            for fn in level:
                for edge, target in self.model.effects.callees.get(fn, ()):
                    if target in found or len(found) >= REACH_MAX:
                        continue
                    call = self.model.files[edge.at].calls[edge.call]
                    found[target] = self._given(found[fn], target, call)._replace(above=fn, line=call.line)
                    if found[target].keys:
                        self._spread(target, found[target])
                    below.append(target)
            level = below
        return found

    def known_in(self, fn: Fn) -> Known:
        """Return what a function takes out of the request by itself, for one that a framework runs."""
        found = Known(set(), set())
        self._spread(fn, found)
        return found

    def before(self, reach: Mapping[Fn, Known], last: Fn, line: int) -> Iterator[tuple[Fn, int]]:
        """Yield what has run when a line of a function is reached: each function with the last line that counts, 0 for all."""
        cut = {last: line}
        above = reach[last] if last in reach else Known(set(), set())
        while above.above is not None and above.above not in cut:
            cut[above.above] = above.line
            above = reach[above.above]
        todo = list(cut)
        seen = set(cut)
        for fn in todo:
            yield fn, cut.get(fn, 0)
            for edge, target in self.model.effects.callees.get(fn, ()):
                at_line = self.model.files[edge.at].calls[edge.call].line
                if target in reach and target not in seen and not (fn in cut and at_line > cut[fn]):
                    seen.add(target)
                    todo.append(target)

    def _given(self, known: Known, target: Fn, call: Call) -> Known:
        """The parameters of a function that hold what the client named; a closure sees what is around it."""
        made = self.model.project.function(target)
        if made.kind == "lambda" and made.call >= 0:
            return Known(set(known.keys), set(known.pure))
        params = made.params
        if made.receiver and params and params[0].name == made.receiver:
            params = params[1:]
        found = Known(set(), set())
        if made.receiver and root(call.on) in known.keys:
            found.keys.add(made.receiver)
            found.pure.update({made.receiver} if root(call.on) in known.pure else ())
        for place, value in enumerate(call.args):
            name = value.name or (params[place].name.lstrip("$*&") if place < len(params) else "")
            if name and self.holds(value, known.keys):
                found.keys.add(name)
                if not self.names_who(value, known.pure):
                    found.pure.add(name)
        return found

    def _spread(self, fn: Fn, known: Known) -> None:
        """Follow assignments within a function, and what is put into an object that the function made."""
        made = {root(a.target) for a in self.assigns_of(fn)} | {root(c.to) for _, c in self.calls_of(fn) if c.to}
        for _ in range(ROUNDS):
            before = len(known.keys) + len(known.pure)
            for assign in self.assigns_of(fn):
                if _CARRIES.match(assign.target):
                    continue  # what is put into a request's session makes nothing else of it the client's
                self._put(known, _NAME.findall(assign.target.partition("[")[0].partition(".")[0]), (assign.value,))
            for loop in self.model.inside.loops[fn.file].get(fn.index, ()):
                self._put(known, list(loop.vars), (loop.value or Arg("name", loop.over),))
            for _, call in self.calls_of(fn):
                if call.to and call.to != "return":
                    self._put(known, [root(call.to)], call.args)
                if root(call.on) in made and _FILLS.match(call.name):
                    self._put(known, [root(call.on)], call.args)
            if len(known.keys) + len(known.pure) == before:
                break

    def _put(self, known: Known, names: list[str], values: tuple[Arg, ...]) -> None:
        if any(self.holds(value, known.keys) for value in values):
            known.keys.update(names)
            if not any(self.names_who(value, known.pure) for value in values):
                known.pure.update(names)

    def holds(self, value: Arg, known: set[str]) -> bool:
        """Whether what the client named is part of a value."""
        if value.kind in ("name", "call", "other", "fn", "type") and self.is_asked(value.text, known):
            return True
        return any(self.holds(item, known) for item in value.items)

    def is_asked(self, text: str, known: set[str]) -> bool:
        """Whether an expression is, or starts with, what the client named."""
        is_source, names = starts(text)
        return is_source or not known.isdisjoint(names)

    def names_who(self, value: Arg, pure: set[str]) -> bool:
        """Whether a value names somebody that the client did not name: who is logged in, as far as can be told."""
        if value.kind in ("str", "num", "bool", "none"):
            return False
        if value.name and words(value.name) & WHO and not value.items:
            return not self.is_asked(value.text, pure)
        if value.kind not in ("fmt", "concat", "dict", "list") and words(value.text) & WHO:
            if not self.is_asked(value.text, pure):
                return True
        return any(self.names_who(item, pure) for item in value.items)


@lru_cache(maxsize=WORDS_KEPT)
def starts(text: str) -> tuple[bool, frozenset[str]]:
    """Return whether an expression takes something out of a request, and the names that its parts start with."""
    return SOURCE.search(text) is not None or ASKED.search(text) is not None, frozenset(_FIRST.findall(text))


@lru_cache(maxsize=WORDS_KEPT)
def root(text: str) -> str:
    """Return the first name of an expression."""
    found = _NAME.search(text)
    return found[0] if found is not None else ""


@lru_cache(maxsize=WORDS_KEPT)
def words(text: str) -> frozenset[str]:
    """Return the words of a text, names taken apart, in lower case, also two together."""
    found: set[str] = set()
    for name in _NAME.findall(text):
        parts = snake(name).split("_")
        found.update(parts)
        found.update(f"{one}{two}" for one, two in pairwise(parts))
    return frozenset(found)


def is_asked_for(param: Param, asked: set[str]) -> bool:
    """Whether a parameter of a handler is filled with what the client sent."""
    named = {text for mark in param.marks for value in mark.args for text in (value.text,)}
    return param.name.lstrip("$&*") in asked or bool(named & asked)
