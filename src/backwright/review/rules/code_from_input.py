"""code-from-input: what a client sent is run as a program."""

from collections.abc import Iterator

from backwright.review.link.model import Model
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows


def check(model: Model) -> Iterator[Hit]:
    """Yield evaluations of a client's text."""
    yield from flows(model, "sink-eval", "runs what a client sent with", places=(0,))
