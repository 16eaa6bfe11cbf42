"""connection-per-request: a database connection, a pool, or a client with connections of its own, that each request makes anew, or takes from a pool for good."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.borrowed import borrowed
from backwright.review.rules.connecting import Kept, Requests
from backwright.review.rules.looping import backend
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

MAKES = {
    "connect": "a connection",
    "pool": "a pool of connections",
    "client-pool": "a client with connections of its own",
}
EMBEDDED = regex(r"sqlite|duckdb|:memory:|lmdb|rocksdb|leveldb|badger|bolt|\.db\b", re.IGNORECASE)
_BORROWS = regex(r"(^|\.)(get|borrow|acquire|lease)_?\w*(connection(from\w*)?|resource|socket)$", re.IGNORECASE)
UNPOOLED = regex(r"pooling\s*=\s*(false|no)\b", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield calls that open a connection or a pool in code that a request runs, unless it is kept, then connections that are borrowed for good: one finding for each file and kind."""
    requests = Requests(model)
    joined: dict[tuple[int, Severity | None], Hit] = {}
    for hit in _opening(model, requests):
        first = joined.setdefault((hit.at, hit.severity), hit)
        if first is not hit:
            spot = Spot(model.files[hit.at].path, hit.line, "here, too")
            joined[hit.at, hit.severity] = structs.replace(first, path=(*first.path, spot))
    yield from joined.values()
    yield from borrowed(model, requests)


def _opening(model: Model, requests: Requests) -> Iterator[Hit]:
    opens = [
        does
        for at in backend(model)
        for told in model.effects.of_call[at].values()
        for does in told
        if does.does in MAKES and does.fn >= 0
    ]
    if not opens:
        return
    kept = Kept(model, requests)
    done: set[tuple[int, int]] = set()
    for does in opens:
        call = model.effects.call(does)
        place = (does.at, model.effects.chain(does.at, does.index)[-1])
        if (
            place in done
            or not requests.runs(does.at, does.fn)
            or _is_embedded(model, does, call)
            or _is_pooled(model, does, call)
        ):
            continue
        done.add(place)
        if kept.is_kept(does.at, does.index):
            continue
        fn = Fn(does.at, model.named(does.at, does.fn))
        declared = model.endpoint_of(fn)
        who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
        where = f" in {model.label(fn)}" if declared is not None else ""
        what = MAKES[does.does]
        yield Hit(
            does.at,
            call.line,
            f"{who} opens {what} for each request: {shown(call)}(){where}",
            does.fn,
            model.path_to(fn),
            Confidence.LOW
            if _is_for_cache(model, fn, call)
            else Confidence.MEDIUM
            if does.does == "client-pool"
            else None,
            Severity.MEDIUM if does.does == "client-pool" else None,
            key=f"{does.at}:{fn.index}:{does.does}" if does.does == "client-pool" else "",
            fix=_fix(does),
        )


def _is_for_cache(model: Model, fn: Fn, call: Call) -> bool:
    """Whether a connection fills a cache that is asked before and written after: most requests open none."""
    calls = [model.files[fn.file].calls[n] for n in model.inside.calls[fn.file].get(fn.index, ())]
    cached = [each for each in calls if re.search(r"cache", each.on, re.IGNORECASE)]
    return any(each.name.startswith("get") and each.line < call.line and _is_one_key(each) for each in cached) and any(
        each.name.startswith(("set", "put", "add")) and each.line > call.line for each in cached
    )


def _is_one_key(call: Call) -> bool:
    """Whether a cache is asked for one thing for all requests, and not for one of many."""
    key = call.args[0] if call.args else None
    return key is not None and (key.kind == "str" or (key.kind == "name" and key.text.rpartition(".")[2].isupper()))


def _is_embedded(model: Model, does: Does, call: Call) -> bool:
    """Whether the database is a file or memory of this process: opening it costs next to nothing."""
    texts = [call.on, call.name, *flat(call.args), *model.effects.receivers(does.at, call)]
    return any(EMBEDDED.search(text) for text in texts)


def _is_pooled(model: Model, does: Does, call: Call) -> bool:
    """ADO.NET keeps a pool for each connection string, so that opening a connection borrows one, unless that is switched off.

    An HttpClient that is given a handler which it does not dispose borrows that handler's sockets.
    """
    if any(value.kind == "call" and _BORROWS.search(value.text) for value in call.args[:1]):
        return True  # a new face of a connection that is open
    if call.name == "HttpClient":
        return len(call.args) > 1 and call.args[1].text == "false"
    if model.files[does.at].language != "csharp" or does.does != "connect" or not call.name.endswith("Connection"):
        return False
    if any(UNPOOLED.search(text) for text in flat(call.args)) or any(
        a.target.endswith("Pooling") and a.value.text.lower() == "false" for a in model.files[does.at].assigns
    ):
        return False
    return not any(
        UNPOOLED.search(text)
        for path, text in model.texts.items()
        if "appsettings" in path.lower() or path.endswith((".config", ".env"))
    )


def _fix(does: Does) -> str:
    if does.does == "client-pool":
        return "Make the client once when the service starts and hand it to what uses it: it keeps connections open and may be used by many at once."
    if does.does == "pool":
        return "Make the pool once when the service starts and hand it to what uses it; a pool per request has nothing to share."
    return "Open a bounded pool once when the service starts, and borrow a connection from it for each unit of work."


__all__ = ["check"]
