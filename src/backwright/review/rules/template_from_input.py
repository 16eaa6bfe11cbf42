"""template-from-input: what a client sent becomes the template itself, and the engine runs what stands in it."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows


def check(model: Model) -> Iterator[Hit]:
    """Yield templates that a client takes part in writing."""
    yield from flows(model, "sink-template", "makes a template of what a client sent with", _counts, (0,))


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    return value.name in ("", "source", "template", "template_string")
