"""Clients of the JVM that wait for ever by how they are made: Spring's WebClient as it comes, and time-outs of zero."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit

_MODULE = "org.springframework.web.reactive.function.client"
_ENDS = frozenset({"timeout", "withTimeout", "withTimeoutOrNull"})
_LIMITING = frozenset(
    {"clientConnector", "exchangeFunction", "apply", "mutate"}
)  # bring a client that may have a time-out
_READS = regex(
    r"^(set)?(Read|read|So|so|Socket|socket|Response|response|Call|call|Data|data)Timeout(Millis)?$|^ReadTimeoutHandler$"
)
_STREAMS = regex(r"\b(sse|eventsource|WebSocket\w*|websocket)\b", re.IGNORECASE)  # what is open for ever by its nature
_ZERO = frozenset({"0", "0L", "Duration.ZERO", "java.time.Duration.ZERO"})
_FIX_ZERO = "Give it a time that whoever asks can wait; zero is no limit."
_FIX = "Give it a clientConnector of an HttpClient with responseTimeout, or end each request with timeout(...)."


def unlimited(model: Model, told: set[tuple[str, int]]) -> Iterator[Hit]:
    """Yield the WebClients that are built without a connector where no request is ended; told has places that another check names."""
    files = [at for at in model.own if _knows(model.files[at])]
    if any(call.name in _ENDS for at in files for call in model.files[at].calls):
        return
    for at in files:
        file = model.files[at]
        made = [call for index, call in enumerate(file.calls) if _is_bare(model, at, index)]
        made = [call for call in made if (file.path, call.line) not in told]
        if not made:
            continue
        fn = made[0].fn
        spots = tuple(Spot(file.path, call.line, "and here") for call in made[1:])
        yield Hit(
            at,
            made[0].line,
            "makes a WebClient without a time-out for the answer: Reactor Netty has none by default",
            fn,
            (*(model.path_to(Fn(at, model.named(at, fn))) if fn >= 0 else ()), *spots),
            Confidence.LOW if is_offline(file) else Confidence.HIGH,
            Severity.MEDIUM,
            fix=_FIX,
        )


def never(model: Model) -> Iterator[Hit]:
    """Yield time-outs of zero, which clients of the JVM take for none: `connection.setReadTimeout(0)`, once a file."""
    for at in model.own:
        file = model.files[at]
        if file.language not in ("java", "kotlin") or any(_STREAMS.search(made.module) for made in file.imports):
            continue
        found = [call for call in file.calls if is_zero(call) and _READS.search(call.name)]
        for call in found[:1]:
            spots = tuple(Spot(file.path, each.line, shown(each)) for each in found[1:])
            message = f"{shown(call)}({call.args[0].text}) waits for ever for an answer: zero is no time-out"
            sure = Confidence.LOW if is_offline(file) else Confidence.HIGH
            yield Hit(at, call.line, message, call.fn, spots, sure, Severity.MEDIUM, fix=_FIX_ZERO)


def is_zero(call: Call) -> bool:
    """Whether a call is given a time of zero: `setReadTimeout(0)`, `ReadTimeoutHandler(0)`."""
    return bool(call.args) and call.args[0].text in _ZERO


def _knows(file: File) -> bool:
    return file.language in ("java", "kotlin") and any(made.module.startswith(_MODULE) for made in file.imports)


def _is_bare(model: Model, at: int, index: int) -> bool:
    """Whether a call begins a chain that builds a WebClient and says nothing of how it asks."""
    calls = model.files[at].calls
    call = calls[index]
    if call.on.rpartition(".")[2] != "WebClient" or call.name not in ("builder", "create"):
        return False
    chain = [calls[number] for number in model.effects.chain(at, index)]
    if any(each.name in _LIMITING or "imeout" in each.name for each in chain):
        return False
    return call.name == "create" or (chain[-1].name == "build" and not _is_changed(calls, call))


def _is_changed(calls: tuple[Call, ...], call: Call) -> bool:
    """Whether the builder is kept in a variable, on which more may be set."""
    return any(each.on == call.to and each.name in _LIMITING for each in calls if call.to and call.to != "return")
