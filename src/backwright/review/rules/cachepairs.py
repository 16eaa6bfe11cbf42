"""Pairs that do not fit: an entry that is looked up under one key and stored under another, or returned before it has a life."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.caching import CACHE, entry_key
from backwright.review.rules.looping import NAMES
from backwright.review.rules.rule import Hit

_GETS = regex(r"^(get|find|fetch|read|lookup|try_?get)", re.IGNORECASE)
_SETS = regex(r"^(set|put|add|save|store|write|upsert)", re.IGNORECASE)
_LIVES = regex(r"^expires?_?(after|at)|^setTtl|^setExpir", re.IGNORECASE)


def stored_elsewhere(model: Model, at: int) -> Iterator[Hit]:
    """Yield `get(PREFIX + user)` with `set(PREFIX, value)` behind it: all users share one entry, and nobody finds it."""
    file = model.files[at]
    by_function: dict[int, list[Call]] = defaultdict(list)
    for call in file.calls:
        if call.fn >= 0 and call.args and CACHE.search(call.on) and (_GETS.match(call.name) or _SETS.match(call.name)):
            by_function[call.fn].append(call)
    for fn, calls in by_function.items():
        asked = [
            (call, _made(model, at, fn, entry_key(call) or call.args[0])) for call in calls if _GETS.match(call.name)
        ]
        for call in calls:
            key = entry_key(call) or call.args[0]
            if not _SETS.match(call.name) or key.kind != "name" or len(call.args) < 2:
                continue
            for other, made in asked:
                if other.on == call.on and made is not None and key.text in _parts(made) and len(_parts(made)) > 1:
                    rest = next(part for part in _parts(made) if part != key.text)
                    message = f"{model.label_around(at, fn)} looks up {made.text.replace('{}', '...')} with {rest}, but stores under {key.text} alone, which all share"
                    path = (
                        *model.path_to(Fn(at, model.named(at, fn))),
                        Spot(file.path, other.line, f"{shown(other)}()"),
                    )
                    yield Hit(
                        at,
                        call.line,
                        message,
                        fn,
                        path,
                        Confidence.HIGH,
                        fix="Store under the very key that is looked up.",
                    )
                    break


def _made(model: Model, at: int, fn: int, key: Arg) -> Arg | None:
    """What a key is put together from, here or in a variable."""
    if key.kind in ("fmt", "concat"):
        return key
    if key.kind == "name":
        for made in model.project.assigned[at].get((fn, key.text), ()):
            if made.value.kind in ("fmt", "concat") or (made.value.kind == "other" and "+" in made.value.text):
                return made.value
    return None


def _parts(made: Arg) -> list[str]:
    if made.kind == "other":
        return NAMES.findall(made.text)
    return [item.text for item in made.items if item.kind == "name"]


def returned_early(model: Model, at: int) -> Iterator[Hit]:
    """Yield a closure of Symfony's cache that returns before it gives the entry a life: what failed is then kept for good."""
    file = model.files[at]
    if file.language != "php":
        return
    for index, made in enumerate(file.functions):
        if made.kind != "lambda" or made.call < 0 or not any("ItemInterface" in param.type for param in made.params):
            continue
        lives = [call.line for call in file.calls if call.fn == index and _LIVES.match(call.name)]
        early = [each.line for each in file.returns if each.fn == index and lives and each.line < min(lives)]
        if early:
            message = f"{model.label_around(at, made.parent)} keeps what it returns at line {early[0]} without an expiry: expiresAfter comes later"
            path = tuple(Spot(file.path, line, "returned before expiresAfter") for line in early)
            yield Hit(
                at,
                made.line,
                message,
                index,
                path,
                Confidence.HIGH,
                fix="Call expiresAfter first, with a short life for failures.",
            )
