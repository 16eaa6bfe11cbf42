"""Passwords that are sent by mail as they are: whoever reads the mailbox, or a copy of it, can log in."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear
from backwright.review.rules.rule import Hit

_WRITES = regex(r"(generate|make|build|create|compose|render|prepare|write|format)_?\w*e?mail\w*$", re.IGNORECASE)
_SENDS = regex(r"^(send|deliver|queue|enqueue)\w*e?mail\w*$", re.IGNORECASE)
_FIX = "Send a link with a token that is valid once and for a short time, and let the person choose the password there."


def mailed(model: Model) -> Iterator[Hit]:
    """Yield calls that hand a password to a function that sends mail with it."""
    mailing = model.effects.reaching(frozenset({"mail"}))
    for at in model.own:
        file = model.files[at]
        for call in file.calls:
            given = next(
                (v for v in call.args if v.kind == "name" and is_clear(v.name or v.text) and is_clear(v.text)), None
            )
            if given is None:
                continue
            for target in model.project.resolve_call(at, call)[:1]:
                made = model.project.function(target)
                named = f"{made.name} {made.owner}".lower()
                is_sent = target in mailing and any(word in named for word in ("mail", "notif", "send"))
                if is_sent or _is_written_and_sent(model, at, call, target):
                    fn = Fn(at, model.named(at, call.fn))
                    spot = Spot(model.files[target.file].path, made.line, made.name)
                    message = f"{model.label_around(at, call.fn)} sends the password itself by mail with {made.name}()"
                    path = (*model.path_to(fn), spot) if call.fn >= 0 else (spot,)
                    yield Hit(at, call.line, message, call.fn, path, Confidence.MEDIUM, Severity.HIGH, fix=_FIX)


def _is_written_and_sent(model: Model, at: int, call: Call, target: Fn) -> bool:
    """Whether a function writes a mail with the password in it, which the caller sends: `send_email(to, new_account_email(password))`."""
    if not _WRITES.match(model.project.function(target).name):
        return False
    calls = model.files[at].calls
    near = [calls[number] for number in model.inside.calls[at].get(call.fn, ())]
    if not any(
        _SENDS.search(text) for each in near for text in (each.name, *(v.text for v in each.args if v.kind == "name"))
    ):
        return False
    used = (model.files[target.file].calls[n] for n in model.inside.calls[target.file].get(target.index, ()))
    return any(is_clear(text) for each in used for text in texts_of(each.args) if text.isidentifier())
