"""Doubtful secrets: literals that are one, of which it is not clear that they open this application."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.credentials import words_of
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import Setting

# Services that are only told what happened; each program that is given away shows the key that it does so with.
_IS_TOLD = regex(
    r"bugsnag|sentry|rollbar|raygun|honeybadger|airbrake|posthog|mixpanel|amplitude|segment|logrocket|instabug|"
    r"app_?center|app_?insights|telemetry|analytics|crash_?report|error_?report",
    re.IGNORECASE,
)
# Things that leave their maker with a password that their manual names.
_THINGS = frozenset(
    "device devices modem tracker sensor camera printer scanner firmware factory vendor manufacturer peer sim terminal".split()
)
# Not decode and verify: who knows the key of a signature makes one that passes.
_OPENS = regex(r"decrypt|decipher|unscrambl|deobfuscat", re.IGNORECASE)
_MADE_UP = frozenset("dummy fake mock mocked sample samples example examples placeholder stub fixture".split())
_NAME_ENDS = regex(r"[.\[\]'\":>]+")


def is_doubtful(model: Model, each: Setting, kind: str) -> bool:
    """Whether a name with a literal is that of somebody else's key or password, or of one that only sends reports."""
    if kind == "token":
        return _IS_TOLD.search(f"{each.holder} {each.name}") is not None
    if kind == "password":
        return each.where in ("field", "assign") and bool(_THINGS & set(words_of(each.last)))
    return kind == "key" and each.where in ("field", "assign") and _only_opens(model, each)


def _only_opens(model: Model, each: Setting) -> bool:
    """Whether a key only opens what others have closed: every call that is given it decrypts, and none signs or encrypts."""
    name = _NAME_ENDS.split(each.name.rstrip("]'\""))[-1].lstrip("$&*")
    given = [
        call.name
        for at in model.own
        if model.files[at].language == model.files[each.at].language
        for call in model.files[at].calls
        if any(name == _NAME_ENDS.split(text)[-1].lstrip("$&*") for text in _names(call.args))
    ]
    return bool(given) and all(_OPENS.search(called) for called in given)


def _names(values: tuple[Arg, ...]) -> Iterator[str]:
    for value in values:
        if value.kind == "name":
            yield value.text
        yield from _names(value.items)


def is_made_up(model: Model, hit: Hit) -> bool:
    """Whether a secret stands in a function or a file that makes samples, by its name: `fullDummyPayload`, `SampleDataService.cs`."""
    if hit.at < 0:
        return False
    file = model.files[hit.at]
    stem = file.path.rpartition("/")[2].partition(".")[0]
    names = [file.functions[number].name for number in model.enclosing(hit.at, hit.fn)] if hit.fn >= 0 else []
    return any(_MADE_UP & set(words_of(name)) for name in (stem, *names))


def doubted(hit: Hit) -> Hit:
    """Return a finding for those who ask for doubtful ones, too."""
    return structs.replace(hit, confidence=Confidence.LOW, severity=Severity.MEDIUM, tier=Tier.STRICT)
