"""Model hooks: which records are hashed by a listener that stands elsewhere, before they are stored."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Function
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

_BEFORE = regex(r"^\W?(before|pre[_A-Z]|creating|updating|saving)")
_BEFORE_MARKS = regex(
    r"^(Pre(Persist|Update)|Before(Insert|Update|Create|Save|Upsert)|listens_for|receiver|OnEvent|AsEntityListener)$"
)
_LISTENERS = frozenset({"EntityListeners", "ObservedBy", "AsEntityListener", "EventSubscriber"})
_NAME = regex(r"[A-Z]\w*")


def hooked_elsewhere(model: Model, hashing: set[Fn]) -> frozenset[str]:
    """Return the names of classes that a listener outside of them hashes: an observer, a subscriber, a signal's receiver.

    `hashing` are the functions that come to a slow hash.
    """
    found: set[str] = set()
    listeners: set[str] = set()
    for fn in hashing:
        made = model.project.function(fn)
        if _BEFORE.match(made.name) or any(_BEFORE_MARKS.match(mark.name) for mark in made.marks):
            found.update(name for text in _about(made) for name in _NAME.findall(text))
            listeners.add(made.owner)
    for at in model.own if listeners - {""} else ():
        for cls in model.files[at].classes:
            for mark in cls.marks:
                named = {name for value in _all(mark.args) for name in _NAME.findall(value.text)}
                if mark.name in _LISTENERS and named & listeners:
                    found.add(cls.name)
    return frozenset(found)


def _about(made: Function) -> Iterator[str]:
    """Yield where a listener says what it listens to: the types of its parameters, what its marks are given."""
    yield from (param.type for param in made.params)
    for mark in made.marks:
        yield from (re.split(r"\W", value.text)[0] for value in _all(mark.args) if value.kind != "str")


def _all(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        yield value
        yield from _all(value.items)
