"""Rust: the paths that a guard lets everybody pass on, from the list that it looks into: `IGNORE_ROUTES.iter().any(|each| req.path().starts_with(each))`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Arg
from backwright.review.link.inside import within
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.declared import Declared
    from backwright.review.link.project import Project

_NAME = regex(r"[A-Za-z_]\w*")
_LISTED = regex(r"(ignore|skip|public|open|white|allow|exempt|exclu|bypass|unprotected|unauth|anonymous|no_?auth|free)\w*", re.IGNORECASE)  # fmt: skip
_CONSTANT = regex(r"(\w+(?:::|\.))*([A-Z][A-Z0-9_]{3,})\b")
_ORIGIN = regex(r"origin|header|host|method|(^|_)ips?(_|$)", re.IGNORECASE)
DEPTH_MAX = 2  # functions between a guard and its list


class Let(NamedTuple):
    """A path that is let pass: "" as the method stands for all of them."""

    method: str
    path: str
    is_start: bool


def passes(project: Project, at: int, text: str, declared: Declared) -> bool:
    """Whether a guard of this name lets everybody pass who asks for an endpoint."""
    key = ("rust lets pass", at, text)
    if key not in project.kept:
        project.kept[key] = tuple(_lets(project, at, text))
    told: tuple[Let, ...] = project.kept[key]  # type: ignore[assignment]
    return any(_fits(each, declared) for each in told)


def _fits(let: Let, declared: Declared) -> bool:
    if let.method not in ("", declared.method):
        return False
    parts, asked = let.path.strip("/").split("/"), declared.path.strip("/").split("/")
    if len(parts) > len(asked) or (len(parts) < len(asked) and not let.is_start):
        return False
    return all(part == other or part[:1] in ("{", ":") for part, other in zip(parts, asked, strict=False))


def _lets(project: Project, at: int, text: str) -> Iterator[Let]:
    for fn in _bodies(project, at, text):
        reached = _reached(project, fn)
        calls = [call for each in reached for call in project.files[each.file].calls if _is_in(project, each, call.fn)]
        if not any(call.name == "path" and not call.args for call in calls):
            continue
        is_start = any(call.name == "starts_with" for call in calls)
        names = {(each.file, found[2]) for each in reached for found in _constants(project, each)}
        for number, name in sorted(names):
            if _LISTED.search(name) and not _ORIGIN.search(name):
                for value in _list(project, number, name):
                    yield from _let(value, is_start=is_start)


def _bodies(project: Project, at: int, text: str) -> Iterator[Fn]:
    """What a layer runs: a function handed to `from_fn`, or `call` of the services in the file of an Actix middleware."""
    for name in _NAME.findall(text):
        cls = project.find_class(at, name) if name[:1].isupper() else None
        if cls is not None:
            for index, made in enumerate(project.files[cls.file].functions):
                if made.name == "call" and made.owner.startswith(name):
                    yield Fn(cls.file, index)
        elif name[:1].islower():
            yield from project.resolve(at, -1, "", name)[:1]


def _reached(project: Project, fn: Fn) -> list[Fn]:
    found = [fn]
    for _ in range(DEPTH_MAX):
        for each in tuple(found):
            for call in project.files[each.file].calls:
                if _is_in(project, each, call.fn):
                    found += [to for to in project.resolve_call(each.file, call)[:1] if to not in found]
    return found


def _is_in(project: Project, fn: Fn, index: int) -> bool:
    return index == fn.index or within(project, fn, index)


def _constants(project: Project, fn: Fn) -> Iterator[re.Match[str]]:
    """The constants that a function names."""
    file = project.files[fn.file]
    for call in file.calls:
        if _is_in(project, fn, call.fn):
            for text in (call.on, *(value.text for value in call.args if value.kind == "name")):
                yield from _CONSTANT.finditer(text)


def _list(project: Project, at: int, name: str) -> tuple[Arg, ...]:
    """The values of a constant: of the file, else the only one of that name."""
    for numbers in ((at,), range(len(project.files))):
        told = [
            assign.value
            for number in numbers
            if project.files[number].language == "rust"
            for assign in project.assigned[number].get((-1, name), ())
            if assign.value.kind == "list"
        ]
        if told:
            return told[0].items if len(told) == 1 else ()
    return ()


def _let(value: Arg, *, is_start: bool) -> Iterator[Let]:
    if value.kind == "str" and value.text.startswith("/"):
        yield Let("", value.text, is_start)
        return
    paths = [item.text for item in value.items if item.kind == "str" and item.text.startswith("/")]
    method = next((item.text.rpartition(".")[2] for item in value.items if "Method." in item.text), "")
    if len(paths) == 1:
        yield Let(method if method.isupper() else "", paths[0], is_start)
