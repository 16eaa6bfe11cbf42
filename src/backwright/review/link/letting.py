"""Middleware that lets everybody through, whatever it is called: it looks who is there and goes on (JavaScript; Python's is read in `fastapi` and `pythonmiddleware`, Rust's in `rustletting`)."""

import re
from typing import TYPE_CHECKING

from backwright.review.facts import NEW
from backwright.review.link import fastapi, pythonmiddleware
from backwright.review.link.node import inline_words
from backwright.review.link.rustletting import passes
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.declared import Declared
    from backwright.review.link.project import Fn, Project
    from backwright.review.link.routers import Use

_NAME = regex(r"([A-Za-z_$][\w$]*)(\([^()]*\))?$")
_ANSWERS = regex(r"^(status|json|send|sendStatus|end|redirect|throw|abort|html|text|body|render|jsonp|code|error)$")
_DEMANDS = regex(r"authenticate|authori[sz]e|verify|require|ensure|assert|protect|jwt|guard|check|validate|auth", 2)
_FAILS = regex(r"(Error|Exception)$")


def lets_through(project: "Project", use: "Use", declared: "Declared") -> bool:
    """Whether a middleware always goes on, or does for this endpoint: it answers nothing, throws nothing, and calls nothing that could."""
    text, at = use.text, use.file
    if project.files[at].language == "rust":
        return passes(project, at, text, declared)
    if project.files[at].language == "python":
        return fastapi.lets_through(project, at, text) or pythonmiddleware.lets_through(
            project, at, text, declared.path
        )
    told = _NAME.match(text)
    if told is None or project.files[at].language != "javascript":
        return False
    key = ("lets through", at, text)
    if key not in project.kept:
        project.kept[key] = _goes_on(project, at, told)
    return project.kept[key] is True


def _goes_on(project: "Project", at: int, told: re.Match[str]) -> bool:
    fn = next(iter(project.resolve(at, -1, "", told[1])), None)
    if fn is not None and told[2]:
        fn = _given(project, fn)
    if fn is None or project.files[fn.file].language != "javascript" or not project.function(fn).params:
        return False
    file = project.files[fn.file]
    inside = {fn.index} | {n for n, made in enumerate(file.functions) if made.parent == fn.index}
    calls = [call for call in file.calls if call.fn in inside]
    if not any(call.name == "next" for call in calls):
        return False
    if any(
        back.fn == fn.index and not (back.value.kind == "call" and back.value.text == "next") for back in file.returns
    ):
        return False
    for call in calls:
        if call.name != "next" and any(value.text == "next" for value in call.args):
            return False  # another one decides
        if (_ANSWERS.match(call.name) and call.on) or (call.flags & NEW and _FAILS.search(call.name)):
            return False
        targets = project.resolve_call(fn.file, call)
        if any(inline_words(project, *each) for each in targets) or (not targets and _DEMANDS.search(call.name)):
            return False
    return True


def _given(project: "Project", fn: "Fn") -> "Fn | None":
    """Return the function that a function gives."""
    refs = [
        back.value.ref for back in project.files[fn.file].returns if back.fn == fn.index and back.value.kind == "fn"
    ]
    return fn._replace(index=refs[0]) if refs and refs[0] >= 0 else None
