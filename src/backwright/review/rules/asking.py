"""Functions that ask a database or another service, themselves or through others, each time they are called."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.effects import STORES, Does, Edge, Step
from backwright.review.link.javascript import called
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.guessed import Guessed
from backwright.review.rules.kept import Kept
from backwright.review.rules.looping import LOOKS_UP, REMEMBERED
from backwright.review.rules.rounds import is_for_errors
from backwright.review.rules.unsent import Unsent

CALLS_MAX = 4  # calls followed down from the one in the loop
STATEMENT = regex(
    r"^\s*\(?\s*(select|with|show|values|match|from|insert|update|delete|replace|merge|truncate|create|alter|drop|set|begin|commit|"
    r"rollback|lock|copy|call|vacuum|savepoint|pragma|load|install|explain|grant|use|exec)\b",
    re.IGNORECASE,
)
GETS_OR_MAKES = regex(r"^(first|get|find)_?or_?(create|new|insert|init)", re.IGNORECASE)
READS = regex(r"^\s*\(?\s*(select|with|show|values|match|from)\b", re.IGNORECASE)
CHANGES = regex(r"\b(POST|PUT|PATCH|DELETE|Post|Put|Patch|Delete|MethodPost|MethodPut|MethodPatch|MethodDelete)\b")
CHANGING_NAMES = regex(
    r"^(post|put|patch|delete|Post|Put|Patch|Delete)|publish|notify|upload|(Post|Put|Patch|Delete)(Async|AsJsonAsync|ForObject|ForEntity)?$"
)
CHANGING_FUNCTIONS = regex(
    r"^(send|post|notify|publish|deliver|upload|push|dispatch|trigger|emit|sync|import|migrate|index|reindex|warm|refresh|delete|remove|update|create|save|insert|upsert|ping)",
    re.IGNORECASE,
)
GUARDS = frozenset(
    {
        "whenLoaded",
        "relationLoaded",
        "isInitialized",
        "IsLoaded",
        "when_loaded",
        "is_cached",
        "isLoaded",
    }
)
GIVES_DICT = frozenset({"in_bulk", "to_dict", "keyBy", "index_by", "group_by_key"})
MEMO_MARKS = regex(r"cache|memo|lru|once", re.IGNORECASE)
CACHED = regex(r"(?<!un)cached|(with|from|via|through)_?cache", re.IGNORECASE)  # a function that says so itself
# What a cache is asked, whoever wrote it: cache.GetString(key), userCache.tryGet(id).
FROM_CACHE = regex(r"_?(?i:(try_?)?(get|fetch|load|read|find|peek|retrieve|remember|lookup))(?![a-z])")
SENDS = frozenset(
    "list len sum set sorted any all tuple max min bool dict next enumerate count iter map zip reversed join extend".split()
)


class Asking:
    """Which calls and functions ask."""

    def __init__(self, model: Model) -> None:
        self.model, self.guessed, self.kept = model, Guessed(model), Kept(model)
        self.unsent = Unsent(model)

    # ---- single accesses --------------------------------------------------------------------

    def reads(self, access: Access) -> bool:
        """Whether a query reads, and is sent where it stands."""
        kinds = {does.does for does in access.does}
        last = self.model.files[access.at].calls[access.index]
        made = self.model.effects.maker(access.at, access.calls[0])
        if made is not None and made.name in GIVES_DICT:  # orders.get(id) of what in_bulk gave is a look-up
            return False
        if (access.op == "write" and not GETS_OR_MAKES.match(last.name)) or "batch" in kinds:
            return False
        sql = self.sql(access)
        if sql:
            return READS.search(sql) is not None and not re.search(
                r"\bfor\s+(no\s+key\s+)?update\b", sql, re.IGNORECASE
            )
        if access.op == "raw" and not self._gives_rows(access):
            return False
        return (not access.is_lazy or self._is_sent(access)) and not self.kept.came_along(access)

    def sql(self, access: Access) -> str:
        """Return the SQL statement of a query, "" if it is not known; a mere condition is none."""
        for does in access.does:
            if does.effect.sql and does.does in STORES:
                value = self.model.effects.given(does, does.effect.sql)
                text = self.model.routers.constant(access.at, access.fn, value) if value is not None else None
                if text is None and value is not None and value.kind in ("str", "fmt", "concat"):
                    text = value.text
                if text and STATEMENT.match(text):
                    return text
        return ""

    def _gives_rows(self, access: Access) -> bool:
        calls = self.model.files[access.at].calls
        names = " ".join(calls[number].name for number in access.calls)
        return bool(access.to) or bool(
            re.search(r"fetch|query|select|get|find|one|all|row|load|scalar", names, re.IGNORECASE)
        )

    def _is_sent(self, access: Access) -> bool:
        """Whether a query that waits for its use is used at once."""
        file = self.model.files[access.at]
        last = file.calls[access.calls[-1]]
        if last.inside >= 0:
            return file.calls[last.inside].name in SENDS
        if access.to in ("return", ""):
            return access.to == "" and self._is_gone_through(access)
        if re.split(r"[.(]", file.calls[access.calls[0]].on)[0] == access.to:
            return False
        return any(each.fn == access.fn and re.match(rf"{re.escape(access.to)}\b", each.over) for each in file.loops)

    def _is_gone_through(self, access: Access) -> bool:
        file = self.model.files[access.at]
        name = file.calls[access.calls[-1]].name
        return any(each.line == access.line and name in each.over for each in file.loops)

    def asks(self, does: Does) -> bool:
        """Whether an outgoing call reads: one that changes something must be made once per thing."""
        file = self.model.files[does.at]
        chain = [file.calls[number] for number in self.model.effects.chain(does.at, does.index)]
        if any(CHANGING_NAMES.search(call.name) for call in chain) or any(
            CHANGES.search(text) for call in chain for value in call.args for text in _texts(value)
        ):
            return False
        for call in file.calls:
            if (
                call.fn == does.fn
                and "equest" in call.name
                and call.name not in ("request",)
                and any(CHANGES.search(text) for value in call.args for text in _texts(value))
            ):
                return False
        made = self.model.function_at(does.at, self.model.named(does.at, does.fn))
        return made is None or not CHANGING_FUNCTIONS.search(made.name)

    # ---- functions --------------------------------------------------------------------------

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all functions that ask."""
        return frozenset(called(self.model.project, fn) for fn in (*self.reach, *self.unsent.builders))

    def is_used_at_once(self, at: int, index: int) -> bool:
        """Whether the result of a call is gone through, counted or put into a list where the call stands."""
        file = self.model.files[at]
        call = file.calls[index]
        if call.inside >= 0 and file.calls[call.inside].name in SENDS:
            return True
        if len(self.model.effects.chain(at, index)) > 1 and self.model.effects.chain(at, index)[-1] != index:
            return True
        return any(
            each.line == call.line and each.fn == call.fn and f"{call.name}(" in each.over for each in file.loops
        )

    @cached_property
    def of_function(self) -> dict[Fn, tuple[Step, str]]:
        """Function to its first query or request, with what it is: "query" or "request"."""
        found: dict[Fn, tuple[Step, str]] = {}
        for access in self.model.data.accesses:
            fn = Fn(access.at, access.fn)
            if access.fn < 0 or fn in found or self.model.files[access.at].is_test:
                continue
            if not self._is_for_errors(access) and self.reads(access):
                found[fn] = (Step(access.at, access.index, None), "query")
        for at in self.model.own:
            for index, told in self.model.effects.of_call[at].items():
                for does in told:
                    fn = Fn(at, does.fn)
                    if does.does == "outgoing" and does.fn >= 0 and fn not in found and self.asks(does):
                        found[fn] = (Step(at, index, None), "request")
        for at in self.model.own:
            file = self.model.files[at]
            for index, call in enumerate(file.calls):
                fn = Fn(at, call.fn)
                if call.fn >= 0 and fn not in found and self.guessed.reads(at, index):
                    found[fn] = (Step(at, index, None), "query")
            for number, made in enumerate(file.functions):
                fn = Fn(at, number)
                if made.owner and fn not in found and (index := self.guessed.asks(fn, made)) >= 0:
                    found[fn] = (Step(at, index, None), "query")
        return found

    def _is_for_errors(self, access: Access) -> bool:
        """Whether a query is sent only if something failed."""
        return is_for_errors(self.model.files[access.at], self.model.files[access.at].calls[access.index])

    @cached_property
    def reach(self) -> dict[Fn, tuple[Step, str, int]]:
        """Function to its first step to a query or request, what it is, and how many calls lead there."""
        found: dict[Fn, tuple[Step, str, int]] = {}
        level = []
        for fn, (step, what) in self.of_function.items():
            if not self.remembers(fn):
                found[fn] = (step, what, 0)
                level.append(fn)
        for fn, step in self.unsent.senders.items():
            if fn not in found and not self.model.files[fn.file].is_test and not self.remembers(fn):
                found[fn] = (step, "query", 1)
                level.append(fn)
        for depth in range(1, CALLS_MAX + 2):
            above: list[Fn] = []
            for fn in level:  # grows: what stands in a lambda stands in the function around it
                for edge in self.model.effects.callers.get(fn, ()):
                    caller = edge.caller
                    if (
                        caller.index < 0
                        or caller in found
                        or self.model.files[caller.file].is_test
                        or self.remembers(caller)
                    ):
                        continue
                    if self._passes(edge.at, self.model.files[edge.at].calls[edge.call], fn):
                        is_inside = self._is_inside(edge, fn)
                        if depth > CALLS_MAX and not is_inside:
                            continue
                        found[caller] = (Step(edge.at, edge.call, fn), found[fn][1], depth - is_inside)
                        (level if is_inside else above).append(caller)
            level = above
        return found

    def _is_inside(self, edge: Edge, fn: Fn) -> bool:
        """Whether a function is a lambda that is written in the one that runs it."""
        made = self.model.project.function(fn)
        return made.kind == "lambda" and made.call >= 0 and Fn(fn.file, made.parent) == edge.caller

    def _passes(self, at: int, call: Call, fn: Fn) -> bool:
        """Whether a call gives what it calls anything to go by, and is no construction."""
        made = self.model.project.function(fn)
        if is_for_errors(self.model.files[at], call):
            return False
        if made.kind == "lambda" and made.call >= 0 and made.parent == call.fn:
            return True
        return made.kind != "constructor" and (bool(call.args) or bool(call.on))

    def remembers(self, fn: Fn) -> bool:
        """Whether a function keeps what it has asked for: by a mark, a cache, or a look-up before it asks."""
        return self._remembering.get(fn) or self._remember(fn)

    @cached_property
    def _remembering(self) -> dict[Fn, bool]:
        return {}

    def _remember(self, fn: Fn) -> bool:
        model = self.model
        made = model.project.function(fn)
        file = model.files[fn.file]
        kept = CACHED.search(made.name) is not None
        kept = kept or any(call.fn == fn.index and call.name in GUARDS for call in file.calls)
        kept = (
            kept
            or any(MEMO_MARKS.search(mark.name) for mark in made.marks)
            or any(does.does in ("cache-get", "cache-make") for does in model.effects.of_function.get(fn, ()))
        )
        if not kept:
            looked = {call.on for call in file.calls if call.fn == fn.index and call.name in LOOKS_UP and call.on}
            put = {
                assign.target.partition("[")[0]
                for assign in file.assigns
                if assign.fn == fn.index and "[" in assign.target
            }
            put |= {
                call.on
                for call in file.calls
                if call.fn == fn.index and call.name in ("set", "put", "insert", "Add", "TryAdd", "emplace", "Store")
            }
            kept = bool(looked & put) or any(REMEMBERED.search(name) for name in put if name)
            kept = kept or any(
                call.fn == fn.index
                and (call.name in LOOKS_UP or FROM_CACHE.match(call.name))
                and re.search(r"cache|memo", call.on, re.IGNORECASE)
                for call in file.calls
            )
        self._remembering[fn] = kept or self.kept.hands_back(fn)
        return self._remembering[fn]

    def more(self, fn: Fn) -> Iterator[Step]:
        """Yield the other queries that a function sends, itself or through one call: each is one more per element."""
        known = {(step.at, step.call) for step in self.steps(fn)}
        for index in self.model.inside.calls[fn.file].get(fn.index, ()):
            if (fn.file, index) in known:
                continue
            access = self.model.data.by_call.get((fn.file, index))
            if access is not None:
                if access.index == index and self.reads(access):
                    yield Step(fn.file, index, None)
                continue
            call = self.model.files[fn.file].calls[index]
            for target in self.model.project.resolve_call(fn.file, call)[:1] if call.name in self.names else ():
                if target in self.reach and self.reach[target][1] == "query":
                    yield Step(fn.file, index, target)
                    yield self.reach[target][0]

    def steps(self, fn: Fn) -> list[Step]:
        """Return the way from a function down to its query or request."""
        found = [self.reach[fn][0]]
        while (below := found[-1].target) is not None and len(found) <= 2 * CALLS_MAX:
            if below not in self.reach:
                return found + self.unsent.steps(below)
            found.append(self.reach[below][0])
        return found


def _texts(value: Arg) -> list[str]:
    found = [value.text] if value.kind in ("str", "name", "other", "call") else []
    for item in value.items:
        found += _texts(item)
    return found
