"""Rust: the guard of a lock of the standard library that is held across an await: whoever else wants it blocks its thread."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import AWAITED, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit

_LOCKS = frozenset({"lock", "read", "write"})
_PLACES_MAX = 60


def held_guards(model: Model) -> Iterator[Hit]:
    """Yield one finding for each lock whose guard lives on while something is awaited, with all places in its path."""
    grouped: dict[str, list[Hit]] = defaultdict(list)
    for at in model.own:
        file = model.files[at]
        if file.language != "rust" or file.is_test or is_offline(file):
            continue
        for call in file.calls:
            if call.until and (lock := _locked(file, call)) is not None:
                for hit in _held(model, at, call, lock):
                    grouped[hit.key].append(hit)
    for first, *more in grouped.values():
        places = (Spot(model.files[hit.at].path, hit.line, "the same") for hit in more[:_PLACES_MAX])
        yield structs.replace(first, path=(*first.path, *places))


def _locked(file: File, call: Call) -> Call | None:
    """Return the call that takes the lock whose guard a call gives: `x.lock().unwrap()`."""
    if call.name not in ("unwrap", "expect") or call.prev < 0:
        return None
    lock = file.calls[call.prev]
    return lock if lock.name in _LOCKS and not lock.args and not (lock.flags | call.flags) & AWAITED else None


def _held(model: Model, at: int, guard: Call, lock: Call) -> Iterator[Hit]:
    file = model.files[at]
    waited = [
        call
        for call in file.calls
        if call.fn == guard.fn and call.flags & AWAITED and guard.line < call.line <= guard.until
    ]
    dropped = min(
        (
            call.line
            for call in file.calls
            if call.fn == guard.fn
            and call.name == "drop"
            and call.line > guard.line
            and any(value.text == guard.to for value in call.args)
        ),
        default=guard.until + 1,
    )
    waited = [call for call in waited if call.line < dropped]
    if not waited:
        return
    fn = Fn(at, model.named(at, guard.fn))
    first = min(waited, key=lambda call: call.line)
    yield Hit(
        at,
        first.line,
        f"{model.label(fn)} holds {lock.on} while it awaits {shown(first)}(): every other request that needs the lock stops its thread",
        guard.fn,
        (
            *model.path_to(fn),
            Spot(file.path, lock.line, f"{lock.on} is locked"),
            Spot(file.path, first.line, shown(first)),
        ),
        Confidence.HIGH,
        Severity.HIGH if model.is_served(fn) else Severity.MEDIUM,
        key=f"rust:{lock.on.rpartition('.')[2]}",
        fix="Await first and lock afterwards, or let the guard go before the await: a block of its own, or drop(guard).",
    )
