"""unsafe-deserialization: bytes from outside become objects, and loading them may run code."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SAFE = re.compile(r"SafeLoader|CSafeLoader|safe_load|allowed_classes=false|BaseLoader", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield loads of a client's bytes, and loads in code that requests run."""
    seen: set[tuple[int, int]] = set()
    for hit in flows(model, "sink-deserialize", "loads objects out of what a client sent with", _counts):
        seen.add((hit.at, hit.line))
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
                    Confidence.MEDIUM,
                )


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    return not SAFE.search(" ".join(flat(call.args)))
