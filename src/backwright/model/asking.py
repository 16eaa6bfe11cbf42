"""What questions in plain words lead to: pages that can be quoted, and commands that compute an answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# What a command template may hold: read from the question, or from the page that was found first.
SLOTS = (
    "availability",
    "callers",
    "case",
    "blueprint",
    "data",
    "files",
    "growth",
    "hours",
    "kind",
    "level",
    "logins",
    "options",
    "patterns",
    "rate",
    "role",
    "rows",
    "rule",
    "skill",
    "team",
    "teams",
    "visitors",
)
_SLOT = re.compile(r"\{([a-z_]+)(?:\|([^}]*))?\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True)
class Intent:
    """Something people want to know that a command computes.

    Attributes:
        command: Template without the program's name: {slot}, {slot|default}, [left out when its
            slot is empty].
        why: What the command answers, as the rest of a sentence that begins with the command.
        ask: Ways to say it.
        words: Words and phrases that speak for it wherever they stand.
        pages: Pages that speak for it when they are found; "rule:*" stands for all of a kind.
        given: Slots that speak for it when the question fills them.
    """

    id: str
    command: str
    why: str
    ask: tuple[str, ...]
    words: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meaning:
    """What people say, and the field's words for it."""

    say: tuple[str, ...]
    means: str


@dataclass(frozen=True)
class Asking:
    """All that tells which question is meant.

    Attributes:
        asked: Ways to ask for a page, by its id.
        outside: Words and phrases of other fields.
        elsewhere: Questions of other fields.
    """

    intents: tuple[Intent, ...]
    meanings: tuple[Meaning, ...]
    asked: Mapping[str, tuple[str, ...]]
    outside: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def slots_of(template: str) -> Iterator[str]:
    """Yield the slots of a command template."""
    for slot in _SLOT.finditer(template):
        yield slot[1]


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """Return the command with its slots filled; None if one without a default stays empty."""

    def optional(found: re.Match[str]) -> str:
        return found[1] if all(values.get(slot) for slot in slots_of(found[1])) else ""

    text = _OPTIONAL.sub(optional, template)
    if any(not values.get(slot[1]) and slot[2] is None for slot in _SLOT.finditer(text)):
        return None
    return _SLOT.sub(lambda slot: values.get(slot[1]) or slot[2], text)
