"""Spring's `@Cacheable(key = "#id")` on a method that asks who it is for: the check is inside, and nobody meets it once the entry is there."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Function
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import NAMES
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_WHO = regex(
    r"^((current|logged_?in|auth(enticated)?|request(ing|er)?|acting)_?)?(user|role|principal|authentication|buyer|seller|owner|customer|member|tenant|account|actor|viewer|requester)s?(_?(id|uuid|name|role|email))?$",
    re.IGNORECASE,
)
_KEYS = regex(r"#(\w+)")
_LOGS = regex(r"^(log|logger|LOG|LOGGER)(\.|$)")


def unchecked(model: Model, at: int) -> Iterator[Hit]:
    """Yield methods whose result depends on who asks, while the key of what is kept does not."""
    file = model.files[at]
    for index, made in enumerate(file.functions if file.language in ("java", "kotlin") else ()):
        for mark in made.marks:
            key = next((value for value in mark.args if value.name == "key"), None)
            if mark.name != "Cacheable" or key is None or not _is_of_params(key):
                continue
            said = {name for text in flat(mark.args) for name in _KEYS.findall(text)}
            who = next((p.name for p in made.params if _WHO.match(p.name) and p.name not in said), "")
            if who and said <= {p.name for p in made.params} and _is_asked(model, at, index, made, who):
                fn = Fn(at, index)
                message = f"{model.label(fn)} looks at {who}, but its result is kept under {key.text} for all"
                fix = f"Put {who} into the key, or check it outside of the method whose result is kept."
                yield Hit(at, mark.line, message, index, model.path_to(fn), fix=fix)


def _is_of_params(key: Arg) -> bool:
    return bool(_KEYS.search(key.text)) and not re.search(r"#(root|[pa]\d|target)\b|\bT\(|@", key.text)


def _is_asked(model: Model, at: int, index: int, made: Function, who: str) -> bool:
    """Whether a parameter is compared, or handed to something that is no log."""
    file = model.files[at]
    inside = {
        index,
        *(n for n, each in enumerate(file.functions) if each.kind == "lambda" and made.line <= each.line <= made.end),
    }
    compared = (text for each in file.compares if each.fn in inside for text in (each.left.text, each.right.text))
    handed = (
        text
        for call in file.calls
        if call.fn in inside and not _LOGS.match(call.on)
        for text in (call.on, *(value.text for value in call.args if value.kind != "fn"))
    )
    return any(who in NAMES.findall(text) for text in (*compared, *handed))


__all__ = ["unchecked"]
