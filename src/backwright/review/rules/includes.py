"""What a template hands to those it includes, and the chains of names that it shows."""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from backwright.review.regexes import regex

# {% include "x" with {'entry': entry} only %}, {{ include('x', {entry: entry}) }}, @include('x', ['entry' => $entry])
INCLUDE = regex(
    r"(?:@?\binclude(?:If|When|Unless|First)?|@each|@component)\b\s*\(?[^'\"]*['\"]([^'\"]+)['\"]\s*(?:,|with)?\s*([\[{].*)?",
    re.DOTALL,
)
ENTRY = regex(
    r"['\"]?(\w+)['\"]?\s*(?:=>|:(?!:))\s*\$?([A-Za-z_]\w*(?:(?:->|\?->|\.|\?\.)[A-Za-z_]\w*)*)(?!\w*\s*[('\"])"
)
NAMED = regex(r"['\"]?(\w+)['\"]?\s*(?:=>|:(?!:))\s*(?=(\w*))(?:\$(\w+)\s*\?\?\s*(?:false|null))?")
CHAIN = regex(r"(?<![\w.\"'/>])\$?([A-Za-z_]\w*)((?:\s*(?:\?->|->|\?\.|\.)[A-Za-z_]\w*)+)(\s*\()?")
AFTER = regex(r"\s*\)\s*->")
STEP = regex(r"[A-Za-z_]\w*")


class Included(NamedTuple):
    """A template that another includes.

    Attributes:
        given: Name in the included one to the chain that it stands for: "entry" to ("activity", "loggable").
        names: All names that it is given, whatever they stand for; with the name that one stands for if that may be missing.
    """

    name: str
    given: dict[str, tuple[str, ...]]
    names: dict[str, str]
    is_only: bool


def included(text: str) -> Included | None:
    """Return what a directive includes, with what it hands over."""
    found = INCLUDE.search(text)
    if found is None:
        return None
    given = {name: tuple(STEP.findall(chain)) for name, chain in ENTRY.findall(found[2] or "")}
    names = {name: option for name, value, option in NAMED.findall(found[2] or "") if value != "false"}
    return Included(found[1], given, names, re.search(r"[}\]]\s*only\b", text) is not None)


def chains(text: str) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield each chain of names in an expression: its root, the words behind it, and whether PHP goes on from what the last one gives if called."""
    for found in CHAIN.finditer(text):
        yield found[1], tuple(STEP.findall(found[2])), bool(found[3]) and AFTER.match(text, found.end()) is not None


GUARD = regex(r"relationLoaded\(\s*['\"](\w+)")
OPTION = regex(
    r"@if\s*\(+\s*\$(\w+)\s*\?\?\s*false|@(?:isset|notempty)\s*\(\s*\$(\w+)\s*\)|\{%-?\s*if\s+(\w+)\s+is\s+defined"
)
BLOCK = regex(
    r"@(if|isset|notempty|unless|empty\s*\()\b|@(end(?:if|isset|notempty|unless|empty))|(\{%-?\s*if\b)|(\{%-?\s*endif\b)"
)


def guarded(text: str) -> set[str]:
    """Return the relations that a template shows only if they were loaded, in lower case without underscores."""
    return {name.replace("_", "").lower() for name in GUARD.findall(text)}


def without_options(text: str, given: Container[str]) -> str:
    """Return a template with the blocks blanked that it shows only if it is given a name that it is not given."""
    for found in reversed(list(OPTION.finditer(text))):
        if (found[1] or found[2] or found[3]) in given:
            continue
        end = _end_of_block(text, found.end())
        text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end]) + text[end:]
    return text


def _end_of_block(text: str, start: int) -> int:
    depth = 1
    for found in BLOCK.finditer(text, start):
        depth += 1 if found[1] or found[3] else -1
        if depth == 0:
            return found.end()
    return start


def directive(text: str, start: int) -> str:
    """Return a directive with all of its arguments, from where it starts to where its brackets close."""
    depth = 0
    for place in range(start, min(len(text), start + DIRECTIVE_MAX)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth <= 0 and text[place] in ")]}":
            return text[start : place + 1]
    return text[start : start + DIRECTIVE_MAX]


DIRECTIVE_MAX = 1_000  # characters of one directive
