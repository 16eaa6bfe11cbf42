"""Python: what a statement is about that a call is handed, or that it begins with: `session.merge(order)`, `super().save()`.

A statement may be a variable of the function, a parameter that says of which class it is (`query: Select[tuple[Order]]`), or one
that a decorator of the project fills in: `kwargs["query"] = select(Order)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call, File
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

_ROWS = frozenset({"merge", "refresh", "delete"})  # what a session is handed a row for
_SENDS = frozenset({"execute", "scalar", "scalars", "stream", "stream_scalars", "exec"})
_BEGINS = frozenset({"select", "query", "update", "delete", "insert"})
_KEEPS = frozenset({"save", "asave", "delete", "adelete"})  # methods of a row
_ASKED = frozenset({"get_object_or_404", "aget_object_or_404", "get_list_or_404"})
_SESSION = regex(r"(^|[._])(session|db)(\(\))?$|Session(\(\))?$", re.IGNORECASE)
_STATEMENT = regex(r"\b(Select|Query|Statement|Update|Delete|Insert)\b")
_WORD = regex(r"[A-Za-z_]\w*")


def begun(file: File, call: Call) -> Iterator[str]:
    """Yield the variables that the first arguments of a call are, or in Python go on from: `session.scalars(query.limit(1))`."""
    for value in call.args[:2]:
        if value.kind == "name":
            yield value.text
        elif value.kind == "call" and file.language == "python" and not call.name[:1].isupper():
            root, dot, _ = value.text.partition(".")
            if dot and root.isidentifier() and root not in ("self", "cls"):
                yield root


class Statements:
    """Finds what chains are about that do not name it themselves."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def about(self, at: int, first: Call, last: Call) -> str:
        """Return the name of the class that a chain is about, "" if that is not seen. `first`, `last`: its outermost calls."""
        is_kept = not first.on and last.name in _KEEPS
        if is_kept and first.name == "super":
            own = self.project.own_class(at, first.fn)
            return self.project.class_(own).name if own is not None else ""
        if is_kept and first.name[:1].isupper():  # Vote(answer=answer).save()
            return first.name
        if not first.args:
            return ""
        value = first.args[0]
        if not first.on and first.name in _ASKED:
            known = self.project.django.asked(at, first.fn, f"{value.text}()" if value.kind == "call" else value.text)
            if known is not None and known.model is not None:
                return f"{self.project.class_(known.model).name}.objects"
            return value.text if value.kind == "name" and value.text[:1].isupper() else ""
        if not _SESSION.search(first.on):
            return ""
        if first.name in _ROWS and value.kind == "name":
            row = self._row(at, first.fn, value.text)
            return self.project.class_(row).name if row is not None else ""
        return self._given(at, first.fn, value) if first.name in _SENDS else ""

    def _row(self, at: int, fn: int, name: str) -> Cls | None:
        """Return the class of a row, by the type of the parameter if it is one: `order = session.merge(order)`."""
        params = self.project.files[at].functions[fn].params if fn >= 0 else ()
        told = next((param.type for param in params if param.name == name), "")
        return (self.project.named_type(at, told) if told else self.project.type_of(at, fn, name)).cls

    def _given(self, at: int, fn: int, value: Arg) -> str:
        """Return what a statement is about that the function is handed."""
        if fn < 0 or value.kind not in ("name", "call"):
            return ""
        root = value.text.partition(".")[0]
        made = self.project.files[at].functions[fn]
        param = next((each for each in made.params if each.name == root), None)
        if param is None:
            return ""
        for name in _WORD.findall(param.type) if _STATEMENT.search(param.type) else ():
            if self.project.find_class(at, name) is not None:
                return f"{name}"
        for mark in made.marks:
            for target in self.project.resolve(at, made.parent, mark.on, mark.name)[:1]:
                if told := self._filled_in(target, root):
                    return self.project.class_(told).name
        return ""

    def _filled_in(self, decorator: Fn, name: str) -> Cls | None:
        """Return the class that a decorator selects from for a keyword of what it decorates: `kwargs["query"] = select(Order)`."""
        file = self.project.files[decorator.file]
        inside = [n for n, made in enumerate(file.functions) if made.parent == decorator.index]
        for inner in inside:
            keys = (f"kwargs['{name}']", f'kwargs["{name}"]')
            if not any((inner, key) in self.project.assigned[decorator.file] for key in keys):
                continue
            for call in file.calls:
                if call.fn == inner and call.name in _BEGINS and call.args:
                    for word in _WORD.findall(call.args[0].text)[:1]:
                        return self.project.find_class(decorator.file, word)
        return None


__all__ = ["Statements", "begun"]
