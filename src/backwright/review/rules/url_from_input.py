"""url-from-input: the server asks an address that a client chose (server-side request forgery)."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

# Text before the first value fixes the host: it names one, or is the start of a path below the client's own address.
HOST = re.compile(r"^(https?:)?//[^{}/]+/|^/|^[^{}/:]+/")


def check(model: Model) -> Iterator[Hit]:
    """Yield outgoing calls whose address a client decides."""
    yield from flows(model, "outgoing", "asks an address that a client chose with", _counts, (0, 1))


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if value.name not in ("", "url", "uri", "address", "endpoint", "target"):
        return False
    plain = [v for v in call.args if not v.name]
    if (
        not value.name
        and plain
        and value is not plain[0]
        and not (
            call.name in ("request", "stream", "Request", "NewRequest", "NewRequestWithContext") and value in plain[:3]
        )
    ):
        return False
    if value.kind in ("fmt", "concat"):
        return not HOST.match(value.text)
    if value.kind == "name":
        for number in (*model.enclosing(at, call.fn), -1):
            for assign in model.project.assigned[at].get((number, value.text), ()):
                if assign.value.kind in ("fmt", "concat") and HOST.match(assign.value.text):
                    return False
    return value.kind not in ("dict", "list")
