"""Loops that make few rounds by the way they are written: over chunks, pages, tries, kinds of things, a list that is written out."""

import re
from collections.abc import Iterable

from backwright.review.facts import Arg
from backwright.review.regexes import regex

# Loops that make few rounds however much data there is: chunks, pages, tries.
_CHUNKS = regex(
    r"chunk|batch|\bslices?\b|\bwindows?\b|windowed|partition|paginat|iter_?pages|in_groups_of|eachSlice|each_slice|attempt|retr(y|ies)|backoff|\btries\b|generateSequence|\.iterate\(|itertools\.count|Enumerable\.Range|repeatEvery",
    re.IGNORECASE,
)
# What holds such a word and is gone through row by row: `paginatedList.getResultList()`, Go's `slices.Backward(entries)`.
_NO_CHUNKS = regex(
    r"\w*paginat\w*(?=(\(\))?\.(get)?_?(items|data|results?(_?list)?|object_?list|content|rows|records|elements|list)\b)|"
    r"\bslices\.(?=(All|Backward|Values|Sorted\w*|Collect|Compact\w*|Concat|Clone)\()",
    re.IGNORECASE,
)
# One round for each kind of thing that the code knows, however many things there are.
_KINDS = regex(
    r"\$?((entity|model|content|object|resource|record)_?(type|class|model|kind)(_?name)?|table_?name|klass|class_?name)$",
    re.IGNORECASE,
)
# A list that is written out where it is gone through, and what groups rows by a kind that the code knows.
_FIXED = regex(r"(listOf|listOfNotNull|setOf|arrayOf|List\.of|Set\.of)\(\)$")
_GROUPS = regex(r"group(ed|ing)?_?by|partition_?by", re.IGNORECASE)
_KIND = regex(r"\(?[$&]?\w*(type|kind)\b", re.IGNORECASE)
# What sends one event after the other as they happen, which is no list: a channel, a socket, a subscription.
_EVENTS = regex(
    r"\.(recv|try_recv|recv_timeout|ReadAllAsync|iter_text|iter_json|iter_bytes|listen)\(|"
    r"(^|[.>_])(ch|chan|channel|receiver|rx|socket|websocket|pubsub|consumer|subscription)(\(\))?$",
    re.IGNORECASE,
)
_CHANNELS = regex(r"[a-z0-9](Ch|Chan|Channel|Receiver|Rx)$")
_VALUES = frozenset({"values", "entries", "keys", "cases"})
_SPLITS = frozenset({"split", "Split", "explode"})
_SEPARATORS = frozenset({"/", ".", "\\"})  # what a path or a dotted name is made of
# What a registry holds are pieces of the program.
_PIECES = regex(
    r"(registry|(entity|type|model|kind|plugin|module|driver|service)_?provider)(\(\))?(\.|->)(get_?)?(all|list|values|keys|items)\(\)$",
    re.IGNORECASE,
)


def comes_as_events(over: str) -> bool:
    """Whether a loop waits for what happens next, and so makes a round for each thing that happens."""
    return bool(_EVENTS.search(over)) or bool(_CHANNELS.search(over))


def gives_few(value: Arg) -> bool:
    """Whether a call gives the values of an enum, or the segments of a path: `Object.values(Role)`, `path.split("/")`."""
    on, _, name = value.text.rpartition(".")
    if on == "Object":
        return name in _VALUES and any(item.text[:1].isupper() for item in value.items[:1])
    if not value.items:
        return name in _VALUES and on.isidentifier() and on[:1].isupper()
    return name in _SPLITS and any(item.kind == "str" and item.text in _SEPARATORS for item in value.items[:2])


def makes_few(over: str, variables: Iterable[str]) -> bool:
    """Whether a loop makes few rounds however much data there is, by what it is said to go through and what it calls an element."""
    if _CHUNKS.search(_NO_CHUNKS.sub("", over)) or any(_CHUNKS.search(var) or _KINDS.match(var) for var in variables):
        return True
    if _FIXED.match(over) or _PIECES.search(over):
        return True
    return bool(_GROUPS.search(over)) and any(_KIND.match(var) for var in variables)
