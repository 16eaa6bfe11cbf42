"""JavaScript: connections that are borrowed from a pool and not given back, at all or when a query fails."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import AWAITED, IN_CATCH, IN_FINALLY, IN_TRY, Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.connecting import Requests
from backwright.review.rules.rule import Hit

_DRIVERS = regex(r"^(pg|pg-pool|mysql2?(/promise)?|promise-mysql|mariadb|@neondatabase/.*)$")
_LENDS = frozenset({"connect", "getConnection"})
_POOL = regex(r"(^|[._])\w*pool$", re.IGNORECASE)
_GIVES_BACK = frozenset({"release", "releaseConnection", "end", "destroy", "close", "dispose"})
SPOTS_MAX = 24  # other places named in one finding
_FIX = "Give it back in a finally block: `const client = await pool.connect(); try { ... } finally { client.release(); }`; for one query, ask the pool itself."


def borrowed(model: Model, requests: Requests) -> Iterator[Hit]:
    """Yield one finding for each file and kind."""
    joined: dict[tuple[int, Confidence | None], Hit] = {}
    for hit in _all(model, requests):
        first = joined.setdefault((hit.at, hit.confidence), hit)
        if first is not hit and len(first.path) < SPOTS_MAX:
            spot = Spot(model.files[hit.at].path, hit.line, "here, too")
            joined[hit.at, hit.confidence] = structs.replace(first, path=(*first.path, spot))
    yield from joined.values()


def _all(model: Model, requests: Requests) -> Iterator[Hit]:
    own = [at for at in model.own if model.files[at].language == "javascript"]
    if not any(_DRIVERS.match(made.module) for at in own for made in model.files[at].imports):
        return
    files = frozenset(own)
    places = {place for name in _LENDS for place in model.project.calls_by_name.get(name, ()) if place[0] in files}
    for at, index in sorted(places):
        call = model.files[at].calls[index]
        if not call.flags & AWAITED or not call.to.isidentifier() or call.fn < 0 or not _is_of_pool(call):
            continue
        told = _lost(model, at, call)
        if told is None or not requests.runs(at, call.fn):
            continue
        fn = Fn(at, model.named(at, call.fn))
        declared = model.endpoint_of(fn)
        who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
        message = f"{who} borrows a connection and {told[0]}: {shown(call)}()"
        yield Hit(at, call.line, message, call.fn, model.path_to(fn), told[1], Severity.HIGH, fix=_FIX)


def _is_of_pool(call: Call) -> bool:
    return bool(_POOL.search(call.on)) and call.to != "return" and not _POOL.search(call.to)


def _lost(model: Model, at: int, lent: Call) -> tuple[str, Confidence | None] | None:
    """Return what happens to a connection that is lent, None if it is given back or handed on."""
    file, name = model.files[at], lent.to
    fn = Fn(at, lent.fn)
    calls = [file.calls[n] for n in model.inside.calls[at].get(fn.index, ())]
    used = [call for call in calls if call.on == name or call.on.startswith(f"{name}.")]
    back = [call for call in used if call.name in _GIVES_BACK]
    back += [call for call in calls if call.name in _GIVES_BACK and _is_given(call.args, name)]
    if not back:
        is_handed = any(_is_given(call.args, name) for call in calls if call.on != name)
        is_handed |= any(_is_given((each.value,), name) for each in file.returns if each.fn == lent.fn)
        is_handed |= any(_is_given((each.value,), name) for each in file.assigns if each.fn == lent.fn)
        return None if is_handed else ("never gives it back", None)
    if any(call.flags & (IN_FINALLY | IN_CATCH) for call in back):
        return None
    last = max(call.line for call in back)
    others = [call for call in calls if call not in back and call is not lent and call.flags & AWAITED]
    asked = [call for call in others if lent.line <= call.line <= last]
    is_caught = all(call.flags & IN_TRY for call in asked) and not all(call.flags & IN_TRY for call in back)
    return ("does not give it back when a query fails", Confidence.MEDIUM) if asked and not is_caught else None


def _is_given(values: tuple[Arg, ...], name: str) -> bool:
    """Whether a name is among values, or in what they hold."""
    return any(
        value.text == name or (value.kind == "other" and name in value.text) or _is_given(value.items, name)
        for value in values
        if value.kind not in ("str", "fn")
    )
