"""Random texts of a helper, `randomString(32)`: what those who call it take them for."""

import re

from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import words_of

CALLERS_MAX = 30  # of one helper: what is asked for more often is for everything
# A helper whose name says that it makes a text by chance, and nothing of what for.
_HELPER = regex(
    r"^_*((get|make|create|generate|gen|build|new)_?)?(a_?)?(random|rand|rnd)(ized?|om)?_?(ly)?(_?(alpha\w*|num(eric|ber)?s?|hex|ascii|unique|safe))*_?(string|str|text|chars?|letters?|word|id|code|key|hash|hex|value|bytes)?s?$|"
    r"^_*(string|str|text)_?(random|rand)$|^_*(generate|gen|make|create)_?(unique_?)?(string|str|hash|chars?)$",
    re.IGNORECASE,
)
_SECRETS = frozenset(
    "token tokens otp password passwd secret session sid apikey salt csrf nonce invite invitation verification activation".split()
)
_OF_KEYS = frozenset("api session access secret auth token".split())  # whose key lets somebody in
_OTHERS = frozenset(
    "count length len size color expires expiry at limit index test mock fake sample name type id email username".split()
)


def asked_for(model: Model, at: int, call: Call) -> str:
    """Return the helper's name if a weak random number stands in one whose text a caller takes for a secret, else ""."""
    helper = Fn(at, model.named(at, call.fn)) if call.fn >= 0 else None
    if helper is None or helper.index < 0 or not _HELPER.match(model.project.function(helper).name):
        return ""
    callers = model.effects.callers.get(helper, ())
    if len(callers) > CALLERS_MAX:
        return ""
    for edge in callers:
        file = model.files[edge.at]
        made = file.calls[edge.call]
        if file.is_test:
            continue
        number = model.named(edge.at, made.fn) if made.to == "return" and made.fn >= 0 else -1
        told = file.functions[number] if number >= 0 else None
        if _is_secret(told.name, told.owner) if told is not None else _is_secret(made.to, ""):
            return model.project.function(helper).name
    return ""


def _is_secret(name: str, owner: str) -> bool:
    """Whether what a text is put into, or the function that returns it with its class, is called after a secret."""
    words = set(words_of(re.split(r"[.\]'\"\[>]+", name.rstrip("]'\""))[-1].strip("$")))
    whose = {*words, *words_of(owner)}
    return not words & _OTHERS and bool(words & _SECRETS or ("key" in words and whose & _OF_KEYS))
