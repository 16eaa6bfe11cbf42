"""JavaScript: promises that nobody waits for where a library or a loop starts them: mails, and what forEach() is handed."""

from collections.abc import Iterator

from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_TRY, Call
from backwright.review.link.model import Model, is_front, shown
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing, Weight
from backwright.review.rules.looping import is_offline
from backwright.review.rules.telling import Silent
from backwright.review.rules.weighing import in_browser

_MAILS = regex(r"^(sendMail|send|sendEmail)$")
_DEPTH_MAX = 2  # calls between what is awaited in a loop and the write
_AWAIT = (
    "Await it, or end it with a catch() that logs the error: Node.js ends the process on a rejection that nobody takes."
)
_LOOP = "Go through the list with for ... of and await each, or await Promise.all(list.map(...))."


def unwaited(model: Model, failing: Failing, at: int) -> Iterator[Silent]:
    """Yield mails and loops of writes whose promises are left alone."""
    file = model.files[at]
    if file.language != "javascript" or is_front(file) or in_browser(file) or is_offline(file):
        return
    for index, call in enumerate(file.calls):
        if not call.flags & BARE or call.flags & AWAITED or call.to or call.inside >= 0 or call.fn < 0:
            continue
        if model.effects.chain(at, index)[-1] != index:
            continue
        if call.name in ("forEach", "map"):
            weight = _written(model, failing, at, index)
            if weight is not None:
                says = (
                    f"hands {call.name}() an async function that waits for {shown(file.calls[weight.call])}(): "
                    "nobody waits for the function, and a failure is an unhandled rejection"
                )
                yield Silent(call.line, call.fn, "loop", says, _LOOP)
        elif _MAILS.match(call.name) and _is_mail(model, at, index, call):
            says = f"does not wait for {shown(call)}(): a mail that cannot be sent is an unhandled rejection"
            yield Silent(call.line, call.fn, "mail", says, _AWAIT)


def _written(model: Model, failing: Failing, at: int, index: int) -> Weight | None:
    """Return a write that the async function waits for which a call is handed, and whose error leaves it."""
    file = model.files[at]
    given = [v.ref for v in file.calls[index].args if v.kind == "fn" and v.ref >= 0 and file.functions[v.ref].is_async]
    for fn in given:
        inside = model.inside.calls[at].get(fn, ())
        waited = [n for n in inside if file.calls[n].flags & AWAITED and not file.calls[n].flags & IN_TRY]
        chains = [n for each in waited for n in model.effects.chain(at, each)]
        if any(file.calls[n].name == "catch" for n in chains):
            continue
        weight = failing.weigh(at, chains)
        if weight is not None and weight.kind == "write" and weight.depth <= _DEPTH_MAX:
            return weight
    return None


def _is_mail(model: Model, at: int, index: int, call: Call) -> bool:
    """Whether a call sends a mail by a library that gives a promise, and is handed no callback."""
    if any(v.kind in ("fn", "name") for v in call.args[1:]) or call.flags & DEFERRED:
        return False
    return any(does.does == "mail" and not does.effect.blocks for does in model.effects.of_call[at].get(index, ()))
