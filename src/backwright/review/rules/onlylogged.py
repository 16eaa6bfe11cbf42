"""Handlers that do nothing but log around the work that was asked for, where success is told after them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import AWAITED, BARE, DEFERRED, Call, Catch, Function
from backwright.review.link.declared import Declared
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer, is_flash
from backwright.review.rules.failing import BROAD, FIXED, OUTSIDE, Failing, Weight, kind_of
from backwright.review.rules.faint import FILES
from backwright.review.rules.looping import is_offline
from backwright.review.rules.patterns import flat
from backwright.review.rules.telling import Silent, Telling, whole_of
from backwright.review.rules.weighing import in_browser

# What is done beside the work: it may be late, or not come at all.
BESIDE = regex(
    r"notif|mail|sms(?![a-z])|webhook|publish|emit(?!t)|broadcast|cache|warm|audit|metric|telemetr|analytic|track|statistic|clean|purge|prune|evict|"
    r"thumbnail|avatar|favicon|preview|last_?(seen|used|login|active)|heartbeat|history|index|sync(?!$|hron)|backup|migrat|(?<![a-z])seed|init|dispose|rollback|retry|rate_?limit|"
    r"revision|touch|(?<![a-z])bump|scan|crawl|worker|schedul|poll(?![a-z])|(?<![a-z])(run|start)(?![a-z])|session|cookie|token|lock|(?<![a-z])send_?info",
    re.IGNORECASE,
)
_LOGS = regex(r"(^|_)logs?(_|$)|(^|[a-z])Logs?($|[A-Z])")
# What says that it changes something.
CLAIMS = regex(
    r"^_*(save|store|persist|create|insert|add|update|edit|set|change|delete|remove|import|upload|apply|assign|move|rename|write|register|submit|record|put|post)(?![a-z])",
    re.IGNORECASE,
)
# What tells somebody that it failed.
TELLS = regex(
    r"notif|(^|[._])send|emit(?!t)|publish|alert|toast|flash|set_?(status|error)|(^|[._])status$", re.IGNORECASE
)
EMITS = regex(r"^(emit|send|reply|callback|cb|ack)$")
SOCKETS = regex(r"(^|\.)(socket|client|ws|conn)$")
ERRORS = frozenset({"go", "rust"})  # languages in which a function may return after each call
LOGS_IN = regex(
    r"log_?in|sign_?in|logon|verify|authenticat|authoriz|oauth|/auth/", re.IGNORECASE
)  # what is written there is beside it
DATABASE = regex(r"(^|[._])(db_?)?session(\(\))?(?=$|\.)", re.IGNORECASE)
ANSWER = regex(r"^(http)?(servlet)?(resp|response)$", re.IGNORECASE)
HOPS_MAX = 3  # functions between a handler and the endpoint that tells of success
DEPTH_MAX = 3  # calls between a handler and what failed
FIX = "Answer with an error, or throw it on: who asked must hear that it was not done."
_QUIET = frozenset({"log", "comment", "return", "pass", "call"})


def is_beside(name: str) -> bool:
    """Whether a name is that of work that is done beside what was asked for."""
    return bool(BESIDE.search(name) or _LOGS.search(name))


class Around(NamedTuple):
    """What a handler stands in: its function, the first and the last line of what it guards and itself."""

    fn: int
    start: int
    end: int


class OnlyLogged:
    """Handlers that log, and go on to a success."""

    def __init__(self, model: Model, failing: Failing, telling: Telling) -> None:
        self.model, self.failing, self.telling = model, failing, telling

    def in_file(self, at: int, known: set[int]) -> Iterator[Silent]:
        """Yield the handlers of a file after which success is told; known has lines that another check has told."""
        file = self.model.files[at]
        if is_offline(file) or in_browser(file):
            return
        for index, made in enumerate(file.catches):
            if made.fn < 0 or "log" not in made.does or made.line in known or not set(made.does) <= _QUIET:
                continue
            found = self._told(at, index, made)
            if found is not None:
                yield found

    def _told(self, at: int, index: int, made: Catch) -> Silent | None:
        file = self.model.files[at]
        around = self._around(at, made)
        if around is None or not self._only_logs(at, index, made) or self.failing.is_asking(at, made.fn):
            return None
        if made.types and not all(BROAD.match(t.strip()) or OUTSIDE.search(t.strip()) for t in made.types):
            return None
        named = self._entry(at, around.fn)
        guarded = self._with_handed(at, self.failing.guarded(at, index))
        near = (n for n in guarded if file.language == "go" or file.calls[n].line >= around.start)
        writes = [each for each in (self._write(at, n) for n in near) if each is not None]
        weight = min(writes, key=lambda each: (self._is_sent(at, each), each.depth), default=None)
        function = self.model.project.function(named)
        if (
            weight is None
            and self._sends(at, function, guarded)
            and (declared := self.model.endpoint_of(named)) is not None
        ):
            says = f"only logs what fails while it writes the answer: who calls {declared.path} gets a success with half a body, or none"
            return Silent(made.line, made.fn, "only logged", says, FIX)
        if weight is None or is_beside(function.name) or is_beside(function.owner) or self._is_looked_at(at, around):
            return None
        if made.loop >= 0 and not self._claims(named):
            return None  # one of many, of which the others are done
        if self._writes_elsewhere(at, around, named, set(guarded)):
            return None
        path = self._way_up(named, is_all=self._is_all(at, around, set(guarded)))
        if path is None:
            return None
        says = f"only logs that {shown(file.calls[weight.call])}() failed and goes on: {path} is answered as if it had worked"
        return Silent(made.line, made.fn, "only logged", says, FIX)

    def _entry(self, at: int, fn: int) -> Fn:
        """Return the function with a name around another, or the one that takes an event."""
        for number in self.model.enclosing(at, fn):
            if self._is_event(Fn(at, number)):
                return Fn(at, number)
        return Fn(at, self.model.named(at, fn))

    def _around(self, at: int, made: Catch) -> Around | None:
        file = self.model.files[at]
        function = file.functions[made.fn]
        if function.kind == "lambda" and function.call >= 0 and function.line == made.line:
            call = file.calls[function.call]
            if call.name == "catch":
                last = file.calls[self.model.effects.chain(at, function.call)[-1]]
                if not last.flags & AWAITED or last.to or not last.flags & BARE:
                    return None
                first = file.calls[self.model.effects.chain(at, function.call)[0]]
                return Around(call.fn, first.line, max(made.end, call.line))
            return None
        if any(
            file.functions[n].call >= 0 and file.calls[file.functions[n].call].flags & DEFERRED
            for n in self.model.enclosing(at, made.fn)
        ):
            return None  # nobody waits for it
        return Around(made.fn, made.start or made.line, made.end)

    def _only_logs(self, at: int, index: int, made: Catch) -> bool:
        """Whether all calls of a handler log, or make what is logged, and it returns nothing that tells."""
        file = self.model.files[at]
        for number in self.telling.calls(at, index):
            call = file.calls[number]
            if is_answer(file, call) and not self.telling.is_log(at, number):
                return False
            if is_flash(call) or TELLS.search(whole_of(call)):
                return False
            if call.inside < 0 and not self.telling.is_log(at, number) and not self._is_read(at, number):
                return False
        returned = [each for each in file.returns if each.catch == index]
        if file.functions[made.fn].kind == "lambda" and file.functions[made.fn].line == made.line:
            returned = [r for r in returned if r.value.kind != "call" or not self.telling.calls(at, index)]
        if any(kind_of(each.value) != "true" for each in returned):
            return False
        return not (
            "return" in made.does and not returned and any(r.fn == made.fn and r.catch < 0 for r in file.returns)
        )

    def _is_read(self, at: int, number: int) -> bool:
        chain = self.model.effects.chain(at, number)
        return any(self.telling.is_log(at, n) for n in chain)

    def _write(self, at: int, number: int) -> Weight | None:
        """Return what a call changes, if that is no side work."""
        file = self.model.files[at]
        found = self.failing.weigh(at, [number])
        if found is None or found.kind != "write" or found.depth > DEPTH_MAX:
            found = self.failing.likely(at, number)
        if found is None:
            return Weight("write", number, (), 0) if FILES.match(file.calls[number].name) else None
        last = found.steps[-1] if found.steps else None
        told = (
            self.model.effects.of_call[last.at].get(last.call, ())
            if last
            else self.model.effects.of_call[at].get(number, ())
        )
        if any(does.does in ("publish", "mail") for does in told) or self._is_side(file.calls[number]):
            return None
        return found

    def _is_sent(self, at: int, weight: Weight) -> bool:
        """Whether what is changed is another service's."""
        return any(does.does == "outgoing" for does in self.model.effects.of_call[at].get(weight.call, ()))

    def _is_side(self, call: Call) -> bool:
        """Whether a call does side work, by its name and by what it is called on: session.commit() is none."""
        return is_beside(call.name) or is_beside(DATABASE.sub("", call.on))

    def _sends(self, at: int, function: Function, guarded: list[int]) -> bool:
        """Java, Kotlin: whether a handler guards all that a function writes to the answer itself."""
        calls = self.model.files[at].calls
        if function.returns not in ("", "void", "Unit") or self.model.files[at].language not in ("java", "kotlin"):
            return False
        return any(calls[n].name in ("getOutputStream", "getWriter") and ANSWER.search(calls[n].on) for n in guarded)

    def _with_handed(self, at: int, guarded: list[int]) -> list[int]:
        """Return calls, and those in the functions that they are handed: of a transaction, say."""
        functions = self.model.files[at].functions
        handed = {n for n, made in enumerate(functions) if made.call in guarded}
        inner = [n for fn in handed for n in self.model.inside.calls[at].get(fn, ())]
        return [*guarded, *inner]

    def _is_looked_at(self, at: int, around: Around) -> bool:
        """Whether something that is set where it may fail is used after the handler."""
        file = self.model.files[at]
        assigns = self.model.inside.assigns[at].get(around.fn, ())
        targets = {
            a.target.split(".")[0].split("[")[0].lstrip("$") for a in assigns if around.start <= a.line <= around.end
        }
        targets -= {""}
        if any(r.fn == around.fn and r.catch < 0 and around.start <= r.line <= around.end for r in file.returns):
            return True  # what follows is what is answered if it failed
        if not targets:
            return False
        if any(a.line < around.start and a.target.lstrip("$") in targets for a in assigns):
            return True
        word = re.compile(r"(?<![\w.])\$?(" + "|".join(re.escape(t) for t in targets) + r")(?!\w)")
        after = [n for n in self.model.inside.calls[at].get(around.fn, ()) if file.calls[n].line > around.end]
        texts = [text for n in after for text in (file.calls[n].on, *flat(file.calls[n].args))]
        texts += [t for r in file.returns if r.fn == around.fn and r.line > around.end for t in flat((r.value,))]
        return any(word.search(text) for text in texts)

    def _writes_elsewhere(self, at: int, around: Around, named: Fn, guarded: set[int]) -> bool:
        """Whether the function changes something that the handler does not guard."""
        file = self.model.files[at]
        for number in self._calls_of(named):
            call = file.calls[number]
            if number in guarded or around.start <= call.line <= around.end:
                continue
            if self._write(at, number) is not None and not self._is_apart(at, call.fn, call.line, around.start):
                return True
        return False

    def _calls_of(self, fn: Fn) -> list[int]:
        """Return the calls in a function and in the lambdas in it."""
        made = self.model.project.function(fn)
        file = self.model.files[fn.file]
        inner = (
            n
            for n, each in enumerate(file.functions)
            if n == fn.index or (made.line <= each.line <= made.end and fn.index in self.model.enclosing(fn.file, n))
        )
        return [number for n in inner for number in self.model.inside.calls[fn.file].get(n, ())]

    def _is_apart(self, at: int, fn: int, one: int, other: int) -> bool:
        """Whether a function returns between two lines: they stand in branches of their own."""
        first, last = sorted((one, other))
        file = self.model.files[at]
        return file.language not in ERRORS and any(
            r.fn == fn and r.catch < 0 and first < r.line < last for r in file.returns
        )

    def _is_all(self, at: int, around: Around, guarded: set[int]) -> bool:
        """Whether nothing that may fail stands outside of what a handler guards."""
        inside = self.model.inside.calls[at].get(around.fn, ())
        return not any(self.failing.works(at, n) or self._write(at, n) for n in inside if n not in guarded)

    def _way_up(self, named: Fn, *, is_all: bool) -> str | None:
        """Return the endpoint that tells of success: the function itself, or one for which it does all the work."""
        level, seen = [named], {named}
        for _ in range(HOPS_MAX + 1):
            for fn in level:
                declared = self.model.handlers.get(fn) or self.model.hooks.get(fn)
                if declared is not None and (
                    LOGS_IN.search(declared.path) or LOGS_IN.search(self.model.project.function(fn).name)
                ):
                    return None
                if declared is not None and (self._changes(declared, fn, named) or (is_all and fn == named)):
                    return f"{declared.method} {declared.path}".removeprefix("* ")
                if self._is_event(fn) and self._emits(fn):
                    return "the event"
            level = [caller for fn in level for caller in self._above(fn, seen)]
        return None

    def _above(self, fn: Fn, seen: set[Fn]) -> Iterator[Fn]:
        """Yield the functions that wait for another and do nothing else, once each."""
        for edge in self.model.effects.callers.get(fn, ()):
            if edge.caller.index < 0 or self.model.files[edge.at].is_test:
                continue
            caller = Fn(edge.at, self.model.named(edge.at, edge.caller.index))
            if caller not in seen and self._passes(edge, caller, fn):
                seen.add(caller)
                yield caller

    def _changes(self, declared: Declared, fn: Fn, named: Fn) -> bool:
        """Whether an endpoint is one that changes something: by its method, or by the name of what does it."""
        method = declared.method.upper()
        return method not in ("GET", "HEAD", "*") or (method == "*" and fn != named) or self._claims(fn)

    def _claims(self, fn: Fn) -> bool:
        return bool(CLAIMS.match(self.model.project.function(fn).name))

    def _is_event(self, fn: Fn) -> bool:
        """Whether a function takes an event of a socket."""
        file = self.model.files[fn.file]
        made = file.functions[fn.index]
        return (
            made.call >= 0
            and file.calls[made.call].name == "on"
            and SOCKETS.search(file.calls[made.call].on) is not None
        )

    def _emits(self, fn: Fn) -> bool:
        """Whether a function sends something back over its socket."""
        calls = self.model.files[fn.file].calls
        return any(EMITS.match(calls[n].name) for n in self._calls_of(fn))

    def _is_fixed(self, fn: Fn) -> bool:
        """Whether what a function gives says nothing of what failed in it."""
        returns = [r for r in self.model.files[fn.file].returns if r.fn == fn.index and r.catch < 0]
        return bool(returns) and all(r.value.kind in FIXED for r in returns[-1:])

    def _passes(self, edge: Edge, caller: Fn, fn: Fn) -> bool:
        """Whether a caller waits for a function, looks at nothing that it gives, and changes nothing else."""
        file = self.model.files[edge.at]
        call = file.calls[edge.call]
        if call.flags & DEFERRED or call.catch >= 0 or (call.to and call.to != "return" and not self._is_fixed(fn)):
            return False
        if caller not in self.model.handlers and is_beside(file.functions[caller.index].name):
            return False
        for number in self._calls_of(caller):
            if number == edge.call or fn in self.model.project.resolve_call(edge.at, file.calls[number]):
                continue
            line = file.calls[number].line
            if self._write(edge.at, number) is not None and not self._is_apart(edge.at, caller.index, call.line, line):
                return False
        return True
