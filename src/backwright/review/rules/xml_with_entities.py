"""xml-with-entities: XML from outside is read by a parser that follows external entities."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SAFE = re.compile(
    r"resolve_entities=False|disallow-doctype-decl|XMLConstants\.FEATURE_SECURE_PROCESSING|DtdProcessing\.Prohibit|LIBXML_NONET|ACCESS_EXTERNAL|SUPPORT_DTD|external-general-entities"
)


def check(model: Model) -> Iterator[Hit]:
    """Yield parses of a client's XML where nothing in the file turns entities off."""
    yield from flows(model, "sink-xml", "parses a client's XML with", _counts)


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    return not any(SAFE.search(" ".join(flat(other.args))) for other in model.files[at].calls) and not any(
        "defusedxml" in made.module for made in model.files[at].imports
    )
