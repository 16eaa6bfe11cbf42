"""xml-with-entities: XML from outside is read by a parser that follows external entities."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SAFE = regex(
    r"resolve_entities=False|disallow-doctype-decl|XMLConstants\.FEATURE_SECURE_PROCESSING|DtdProcessing\.Prohibit|LIBXML_NONET|ACCESS_EXTERNAL|SUPPORT_DTD|external-general-entities"
)
_ON = regex(r"external_?ges|external-general-entities", re.IGNORECASE)
_STANDARD = regex(r"^xml\.(etree|dom|sax)\b")


def check(model: Model) -> Iterator[Hit]:
    """Yield parses of a client's XML where nothing in the file turns entities off."""
    for hit in flows(model, "sink-xml", "parses a client's XML with", _counts):
        if _is_standard(
            model, hit
        ):  # Python's own parsers follow none since 3.7.1; what is left is entities of entities
            yield replace(hit, tier=Tier.STRICT, confidence=Confidence.LOW)
        else:
            yield hit


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if any("defusedxml" in made.module for made in model.files[at].imports):
        return False
    return _are_on(model, at) or not any(SAFE.search(" ".join(flat(other.args))) for other in model.files[at].calls)


def _are_on(model: Model, at: int) -> bool:
    """Python: whether a parser is told to follow external entities."""
    return any(
        call.name == "setFeature"
        and len(call.args) > 1
        and _ON.search(call.args[0].text)
        and call.args[1].text in ("True", "true", "1")
        for call in model.files[at].calls
    )


def _is_standard(model: Model, hit: Hit) -> bool:
    if model.files[hit.at].language != "python" or _are_on(model, hit.at):
        return False
    calls = [
        call
        for number, call in enumerate(model.files[hit.at].calls)
        if call.line == hit.line
        and any(does.does == "sink-xml" for does in model.effects.of_call[hit.at].get(number, ()))
    ]
    return bool(calls) and all(
        any(_STANDARD.match(receiver) for receiver in model.effects.receivers(hit.at, call)) for call in calls
    )
