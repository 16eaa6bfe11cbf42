"""Text that clients store: names of fields and columns that are written with what they sent, and those that a sanitizer has seen."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.project import Fn
from backwright.review.link.remembering import remembered
from backwright.review.link.taint import Trace
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.model import Model

_CREATES = regex(
    r"^(create|insert|update|save|upsert|fill|get_or_create|update_or_create|bulk_create|insert_?(one|many)|update_?(one|many|by_?id)|"
    r"find_?(one|by_?id)_?and_?update|values|set|add)$",
    re.IGNORECASE,
)
_INSERT = regex(r"INSERT\s+INTO\s+[\w.\"'`]+\s*\(([^)]*)\)", re.IGNORECASE)
_SET = regex(r"[\"'`]?(\w+)[\"'`]?\s*=\s*(?:\?|%s|\$\d|:\w+|@\w+|'?\{\})")
SANITIZES = regex(
    r"(^|[_.])(bleach|nh3|purif\w*|sanit\w*|dompurify|strip_?tags|clean(_?html|_?text)?|linkify|escape(_?html)?|html_?escape|htmlspecialchars|xss|kses\w*)($|[_.])|"
    r"sanitiz|sanitis|purif|striptags|strip_tags|cleanHtml|escapeHtml|htmlspecialchars|HtmlEncode",
    re.IGNORECASE,
)
_sanitizes = remembered(SANITIZES)
NESTED_MAX = 3  # dictionaries in dictionaries: { data: { post: { text } } }


def plain(name: str) -> str:
    """Return a field's name as all spellings of it share it."""
    return name.replace("_", "").lower()


class StoredText:
    """What clients write into fields, by the field's plain name."""

    def __init__(self, model: "Model") -> None:
        self.model = model

    def trace(self, name: str) -> Trace | None:
        """Return how a client's text gets into a field of that name, None if none does or it is cleaned on the way."""
        return None if self.is_cleaned(name) else self._written.get(plain(name))

    def is_cleaned(self, name: str) -> bool:
        """Whether a sanitizer is seen for what has that name."""
        return plain(name) in self._cleaned

    @cached_property
    def _written(self) -> dict[str, Trace]:
        found: dict[str, Trace] = {}
        entities = self.model.data.entities
        for fn, known in self.model.taint.values.items():
            own = self.model.project.own_class(fn.file, fn.index)
            for key, trace in known.items():
                on, _, name = key.rpartition(".")
                if on and (on not in ("self", "this") or own in entities):
                    found.setdefault(plain(name), trace)
        for at in self.model.own:
            for index, call in enumerate(self.model.files[at].calls):
                for name, trace in self._given(at, index, call):
                    found.setdefault(plain(name), trace)
        return found

    def _given(self, at: int, index: int, call: Call) -> Iterator[tuple[str, Trace]]:
        """What one call stores: a new entity's fields, a setter's argument, the columns of a statement."""
        if call.fn < 0 or not call.args:
            return
        known = self.model.taint.around(Fn(at, call.fn))
        if not known and not any("req" in value.text.lower() for value in call.args):
            return
        if _CREATES.match(call.name) or (call.flags & NEW and self._is_entity(at, call)) or self._is_entity(at, call):
            for value in call.args:
                yield from self._entries(at, call, value, NESTED_MAX)
        elif re.match(r"set[A-Z]", call.name) and len(call.args) == 1 and call.on:
            if trace := self.model.taint.of(Fn(at, call.fn), call.args[0], known, call.line):
                yield call.name[3:], trace
        elif any(does.does == "sink-sql" for does in self.model.effects.of_call[at].get(index, ())):
            yield from self._columns(at, call)

    def _is_entity(self, at: int, call: Call) -> bool:
        if not call.name[:1].isupper():
            return False
        cls = self.model.project.find_class(at, call.name)
        return cls is not None and cls in self.model.data.entities

    def _entries(self, at: int, call: Call, value: Arg, depth: int) -> Iterator[tuple[str, Trace]]:
        if value.kind == "dict":
            for item in value.items if depth else ():
                yield from self._entries(at, call, item, depth - 1)
            return
        if value.name and value.name not in ("...", "**", "where"):
            fn = Fn(at, call.fn)
            trace = self.model.taint.of(fn, value, self.model.taint.around(fn), call.line)
            if trace is not None:
                yield value.name, trace

    def _columns(self, at: int, call: Call) -> Iterator[tuple[str, Trace]]:
        fn = Fn(at, call.fn)
        known = self.model.taint.around(fn)
        trace = next(
            (t for value in call.args if (t := self.model.taint.of(fn, value, known, call.line)) is not None), None
        )
        if trace is None:
            return
        text = " ".join(value.text for value in call.args[:2])
        for found in _INSERT.finditer(text):
            yield from ((word.strip(" \"'`"), trace) for word in found[1].split(","))
        if re.search(r"\bUPDATE\b", text, re.IGNORECASE):
            yield from ((word, trace) for word in _SET.findall(text.partition("WHERE")[0]))

    @cached_property
    def _cleaned(self) -> frozenset[str]:
        """Names that stand beside a call of a sanitizer: among its arguments, or as what its answer is put into."""
        found: set[str] = set()
        for at in self.model.own:
            for call in self.model.files[at].calls:
                if _sanitizes(call.name) or _sanitizes(call.on.rpartition(".")[2]):
                    names = [call.to, *(_names(call.args))]
                    made = self.model.function_at(at, call.fn)
                    names += [re.sub(r"^(clean|get|set|safe|render)_?", "", made.name)] if made is not None else []
                    found |= {plain(re.split(r"[.\[\]'\"]+", name.rstrip("]'\""))[-1]) for name in names if name}
                found |= {plain(name) for name in _cleaned_entries(call.args)}
        return frozenset(found)


def _cleaned_entries(values: tuple[Arg, ...]) -> Iterator[str]:
    """Names of entries whose value a sanitizer gives: `{ text: purify(text) }`."""
    for value in values:
        if value.name and value.kind == "call" and SANITIZES.search(value.text):
            yield value.name
        elif value.kind == "dict":
            yield from _cleaned_entries(value.items)


def _names(values: tuple[Arg, ...]) -> Iterator[str]:
    for value in values:
        if value.kind in ("name", "other", "call"):
            yield from re.findall(r"[A-Za-z_][\w.]*", value.text)
        elif value.kind == "str":
            yield value.text
        yield from _names(value.items)
