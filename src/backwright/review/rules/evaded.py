"""Evaded limits: tries counted by an address that the client writes into X-Forwarded-For itself, anew with each."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.saying import LIMIT
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit
from backwright.review.rules.trustedproxies import trusting

DEPTH_MAX = 3  # functions that hand an address on
SPOTS_MAX = 12
FIX = "Count by the address of the connection, or believe the header only from your own proxies and take the last entry that they wrote."
_GETS = (
    "get Get getHeader GetHeader header Header getFirst first get_one getHeaderString getHeaderLine server headers "
    "getheader request_header PeekBytes"
).split()
_HEADER = regex(r"\A(http_)?x[-_]forwarded[-_]for\Z", re.IGNORECASE)
_TAKEN = regex(r"\[\s*['\"](http_)?x[-_]forwarded[-_]for['\"]\s*\]", re.IGNORECASE)
# What counts by the address of a request unless it is told otherwise.
_LIBRARIES = regex(
    r"^(express-rate-limit|express-slow-down|express-brute|@?fastify[/-]rate-limit|koa-ratelimit|rate-limiter-flexible|@nestjs/throttler|slowapi|flask_limiter|fastapi_limiter)\b"
)
_ADDRESSES = frozenset(
    "ip getClientIp remoteAddress RemoteIpAddress remote_addr remoteHost getRemoteAddr RealIP ClientIP get_remote_address".split()
)
# Somebody looks at who sends the header, or at the entry that the own proxy wrote.
_CARES = regex(
    r"trust|proxies|is_?private|is_?proxy|behind|rpartition|lastIndexOf|\bpop$|is_?local|contains_?ip|use_?forward",
    re.IGNORECASE,
)
_LAST = regex(r"\[-1\]|\.at\(-1\)|rsplit|rightmost", re.IGNORECASE)


class Evaded:
    """Finds what a client's own word for its address is believed by, and limits that count by it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def hits(self, locks: tuple[Spot, ...]) -> Iterator[Hit]:
        """Yield one finding for each cause; `locks` are the settings that lock addresses out after failed log-ins."""
        for found in trusting(self.model):
            language = self.model.files[found.at].language
            limits = locks if found.is_locking else tuple(self._limits_of(language))
            if limits:
                message = f"the limit by address is evaded: {found.what} believes anybody's X-Forwarded-For"
                yield Hit(
                    found.at, found.line, message, -1, limits[:SPOTS_MAX], Confidence.MEDIUM,
                    key=f"evaded:{language}", fix=FIX,
                )  # fmt: skip
        yield from self._by_header()

    def _limits_of(self, language: str) -> Iterator[Spot]:
        """Yield what counts requests by their address: a library that does, or a limiter of the project that asks for it."""
        for at in self.model.own:
            file = self.model.files[at]
            if file.language != language or file.is_test:
                continue
            for made in file.imports:
                if not made.is_type_only and _LIBRARIES.search(f"{made.module}.{made.name}"):
                    yield Spot(file.path, made.line, f"{made.module} counts by address")
            for index, function in enumerate(file.functions):
                names = (function.name, function.owner, file.path.rpartition("/")[2].rpartition(".")[0])
                if any(LIMIT.search(name) for name in names if name) and self._asks_for_address(Fn(at, index)):
                    yield Spot(file.path, function.line, f"{self.model.label(Fn(at, index))} counts by address")

    def _asks_for_address(self, fn: Fn) -> bool:
        file = self.model.files[fn.file]
        return any(read.attr in _ADDRESSES for read in self.model.inside.reads[fn.file].get(fn.index, ())) or any(
            file.calls[number].name in _ADDRESSES for number in self.model.inside.calls[fn.file].get(fn.index, ())
        )

    def _by_header(self) -> Iterator[Hit]:
        for fn, line, name in self._sources():
            for place, told in self._keys(fn, name, DEPTH_MAX, set()):
                message = (
                    f"the limit by address is evaded: {self.model.label(fn)} takes it from the client's X-Forwarded-For"
                )
                spots = (Spot(self.model.files[place.file].path, told, f"{self.model.label(place)} counts by it"),)
                yield Hit(
                    fn.file,
                    line,
                    message,
                    fn.index,
                    spots,
                    Confidence.MEDIUM,
                    key=f"evaded:{fn.file}:{fn.index}",
                    fix=FIX,
                )
                break

    # ---- where an address comes from -------------------------------------------------------------

    def _sources(self) -> Iterator[tuple[Fn, int, str]]:
        """Yield functions that take the header, the line, and the variable that it goes to."""
        own = {at for at in self.model.own if not self.model.files[at].is_test}
        for name in _GETS:
            for at, index in self.model.project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                if at in own and call.fn >= 0 and call.args and _HEADER.match(call.args[0].text):
                    yield from self._source(Fn(at, call.fn), call.line, call.to)
        for at in own:
            file = self.model.files[at]
            for assign in file.assigns:
                if assign.fn >= 0 and _TAKEN.search(assign.value.text):
                    yield from self._source(Fn(at, assign.fn), assign.line, assign.target, assign.value.text)
            for returned in file.returns:
                if returned.fn >= 0 and _TAKEN.search(returned.value.text):
                    yield from self._source(Fn(at, returned.fn), returned.line, "return", returned.value.text)
        yield from self._of_lists(own)
        yield from self._of_frameworks(own)

    def _of_lists(self, own: set[int]) -> Iterator[tuple[Fn, int, str]]:
        """Yield functions that go through a list of headers: `for (String name : HEADERS) request.getHeader(name)`."""
        for at in own:
            file = self.model.files[at]
            values = [(each.target, each.value) for each in file.assigns if each.fn < 0]
            values += [
                (each.name, each.value) for made in file.classes for each in made.fields if each.value is not None
            ]
            lists = [name for name, value in values if any(_HEADER.match(item.text) for item in value.items)]
            for loop in file.loops if lists else ():
                if loop.fn >= 0 and any(re.search(rf"\b{re.escape(name)}\b", loop.over) for name in lists):
                    yield from self._source(Fn(at, loop.fn), loop.line, "return")

    def _source(self, fn: Fn, line: int, name: str, text: str = "") -> Iterator[tuple[Fn, int, str]]:
        if not _LAST.search(text) and not self._cares(fn):
            yield fn, line, name

    def _cares(self, fn: Fn) -> bool:
        file = self.model.files[fn.file]
        calls = (file.calls[number] for number in self.model.inside.calls[fn.file].get(fn.index, ()))
        reads = self.model.inside.reads[fn.file].get(fn.index, ())
        return (
            any(_CARES.search(call.name) or any(_LAST.search(value.text) for value in call.args) for call in calls)
            or any(_CARES.search(f"{read.base}.{read.attr}") for read in reads)
            or any(_CARES.search(param.name) for param in file.functions[fn.index].params)
        )

    def _of_frameworks(self, own: set[int]) -> Iterator[tuple[Fn, int, str]]:
        """Go: Echo's RealIP() and Gin's ClientIP() believe everybody until they are told whom to believe."""
        for name, library, told in (
            ("RealIP", "echo", ".IPExtractor"),
            ("ClientIP", "gin", ""),
        ):
            calls = [
                (at, self.model.files[at].calls[index])
                for at, index in self.model.project.calls_by_name.get(name, ())
                if at in own and any(library in made.module for made in self.model.files[at].imports)
            ]
            if not calls or (told and any(a.target.endswith(told) for at in own for a in self.model.files[at].assigns)):
                continue
            if not told and self.model.project.calls_by_name.get("SetTrustedProxies"):
                continue
            for at, call in calls:
                if call.fn >= 0:
                    yield Fn(at, call.fn), call.line, call.to

    # ---- what counts by it ------------------------------------------------------------------------

    def _keys(self, fn: Fn, name: str, depth: int, seen: set[Fn]) -> Iterator[tuple[Fn, int]]:
        """Yield the functions that count tries by an address that a function holds or gives back, with the line."""
        if fn in seen:
            return
        seen.add(fn)
        file = self.model.files[fn.file]
        if self._limits(fn):
            yield fn, file.functions[fn.index].line
            return
        word = re.compile(rf"\b{re.escape(name.lstrip('$'))}\b") if re.fullmatch(r"\$?\w+", name) else None
        if word is not None and name != "return":
            for number in self.model.inside.calls[fn.file].get(fn.index, ()):
                call = file.calls[number]
                if LIMIT.search(f"{call.on}.{call.name}") and any(_mentions(value, word) for value in call.args):
                    yield fn, call.line
                    return
        if depth == 0:
            return
        for edge in self.model.effects.callers.get(fn, ()):
            call = self.model.files[edge.at].calls[edge.call]
            if edge.caller.index < 0 or self.model.files[edge.at].is_test or self._cares(edge.caller):
                continue
            to = call.to
            if not to and call.inside >= 0:
                outer = self.model.files[edge.at].calls[call.inside]
                if LIMIT.search(f"{outer.on}.{outer.name}"):
                    yield edge.caller, call.line
                    continue
                to = outer.to
            yield from self._keys(edge.caller, to, depth - 1, seen)

    def _limits(self, fn: Fn) -> bool:
        """Whether a function is a limiter by its name or that of its class: `RateLimiterAspect.keyOf`."""
        file = self.model.files[fn.file]
        names = [file.functions[n].name for n in self.model.enclosing(fn.file, fn.index)]
        owner = file.functions[fn.index].owner
        return any(LIMIT.search(each) for each in (*names, owner) if each)


def _mentions(value: Arg, word: "re.Pattern[str]") -> bool:
    return (value.kind != "str" and word.search(value.text) is not None) or any(
        _mentions(item, word) for item in value.items
    )
