"""Passwords that are sent by mail as they are: whoever reads the mailbox, or a copy of it, can log in."""

from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.credentials import is_clear
from backwright.review.rules.rule import Hit

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
                if target in mailing and any(word in named for word in ("mail", "notif", "send")):
                    fn = Fn(at, model.named(at, call.fn))
                    spot = Spot(model.files[target.file].path, made.line, made.name)
                    message = f"{model.label_around(at, call.fn)} sends the password itself by mail with {made.name}()"
                    path = (*model.path_to(fn), spot) if call.fn >= 0 else (spot,)
                    yield Hit(at, call.line, message, call.fn, path, Confidence.MEDIUM, Severity.HIGH, fix=_FIX)
