"""Wrappers around what signs a token: who calls them without options gets a token that never expires."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

HOPS_MAX = 2  # wrappers of wrappers
_EXPIRY = regex(r"\bexp\b|expir|\bttl\b|max_?age|lifetime|duration", re.IGNORECASE)


def unlimited(model: Model, at: int, call: Call) -> Iterator[tuple[int, Call]]:
    """Yield calls that lead to `sign(payload, secret, options)` with neither options nor an expiry among what they sign."""
    if len(call.args) < 3 or call.fn < 0 or call.args[-1].kind != "name":
        return
    todo = [(Fn(at, model.named(at, call.fn)), call.args[0].text, call.args[-1].text)]
    for _ in range(HOPS_MAX):
        above: list[tuple[Fn, str, str]] = []
        for fn, payload, options in todo:
            names = [param.name for param in model.project.function(fn).params]
            if payload not in names or options not in names:
                continue
            for edge in model.effects.callers.get(fn, ()):
                asked = model.files[edge.at].calls[edge.call]
                given = _at(asked, names.index(options))
                if given is None:
                    signed = _at(asked, names.index(payload))
                    if signed is not None and signed.kind == "dict" and not _says_expiry(signed):
                        yield edge.at, asked
                elif given.kind == "name" and edge.caller.index >= 0:
                    signed = _at(asked, names.index(payload))
                    above.append((edge.caller, signed.text if signed is not None else "", given.text))
        todo = above


def _says_expiry(value: Arg) -> bool:
    return any(_EXPIRY.search(text) for text in flat((value,))) or any(
        _EXPIRY.search(item.name) or item.name in ("...", "**") or item.text.startswith("...") for item in value.items
    )


def _at(call: Call, place: int) -> Arg | None:
    return call.args[place] if place < len(call.args) else None
