"""unsafe-deserialization: bytes from outside become objects, and loading them may run code."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SAFE = regex(r"SafeLoader|CSafeLoader|safe_load|allowed_classes=false|BaseLoader", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield loads of a client's bytes, and loads in code that requests run."""
    yield from _of_settings(model)
    seen: set[tuple[int, int]] = set()
    for hit in flows(model, "sink-deserialize", "loads objects out of what a client sent with", _counts):
        path = model.files[hit.at].path
        seen |= {(hit.at, hit.line), *((hit.at, spot.line) for spot in hit.path if spot.file == path)}
        yield hit
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            if (
                (at, call.line) in seen
                or not any(does.does == "sink-deserialize" for does in told)
                or SAFE.search(" ".join(flat(call.args)))
            ):
                continue
            fn = Fn(at, model.named(at, call.fn))
            if model.is_served(fn):
                yield Hit(
                    at,
                    call.line,
                    f"{model.label(fn)} loads objects with {shown(call)}() while it answers a request",
                    call.fn,
                    model.path_to(fn),
                    Confidence.LOW,
                    tier=Tier.STRICT,  # mostly what the service itself wrote to its database or cache
                )


def _of_settings(model: Model) -> Iterator[Hit]:
    """Django: sessions that are pickled; in a cookie, whoever knows the key runs code."""
    for at in model.own:
        file = model.files[at]
        for assign in file.assigns if file.language == "python" else ():
            if assign.target == "SESSION_SERIALIZER" and "PickleSerializer" in assign.value.text:
                in_cookie = any(a.target == "SESSION_ENGINE" and "signed_cookies" in a.value.text for a in file.assigns)
                what = "in the browser, where whoever has the key writes it" if in_cookie else "in the store"
                yield Hit(
                    at,
                    assign.line,
                    f"SESSION_SERIALIZER unpickles the session {what}",
                    confidence=Confidence.HIGH if in_cookie else Confidence.MEDIUM,
                    tier=None if in_cookie else Tier.STRICT,
                )


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    return not SAFE.search(" ".join(flat(call.args)))
