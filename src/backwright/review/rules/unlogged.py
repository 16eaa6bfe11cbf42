"""Handlers for any error that answer and write nothing down, in frameworks that leave the log to them."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call, Catch, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.read.sweep import LOG
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer
from backwright.review.rules.failing import BROAD
from backwright.review.rules.handling import ERROR_NAMES, handles_any
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

WRAPS = frozenset({"csharp", "javascript", "php", "python", "java", "kotlin"})
# What runs the rest of the application, in middleware of these languages.
NEXT = regex(
    r"^(this\.)?_?next(\.(invoke|handle|proceed|Invoke))?$|^call_next$|\.get_response$|"
    r"^(\w*[hH]andler|next)\.handle$|\.doFilter$"
)
LOGGERS = regex(r"(^|[._])_?\w*(logger|Logger|log)$")  # who is given one writes to it


def unlogged(model: Model, at: int) -> Iterator[Hit]:
    """Yield handlers for any error that answer and write nothing down, in frameworks that leave the log to them."""
    file = model.files[at]
    yield from _around_next(model, at)
    if file.language not in ("java", "kotlin", "javascript", "python"):
        return
    for index, made in enumerate(file.functions):
        if not handles_any(file, made) or not made.params:
            continue
        if file.language == "python" and not any(mark.name == "errorhandler" for mark in made.marks):
            continue  # Starlette and Django log what they hand over
        names = [param.name for param in made.params]
        error = next((name for name in names if ERROR_NAMES.match(name.lstrip("_"))), "it" if names == ["it"] else "")
        inside = {n for n in range(len(file.functions)) if index in model.enclosing(at, n)}
        calls = [(n, call) for n, call in enumerate(file.calls) if call.fn in inside]
        if not any(is_answer(file, call) for _, call in calls):
            continue
        if error and not any(_may_log(model, at, n, call, error) for n, call in calls):
            label = model.label(Fn(at, model.named(at, index)))
            message = f"{label} answers for any error and logs nothing: nobody hears what failed"
            fix = "Log the error with the request's method and path before answering."
            yield Hit(at, made.line, message, index, (), Confidence.MEDIUM, Severity.MEDIUM, f"{at}:{made.line}", fix)


def _around_next(model: Model, at: int) -> Iterator[Hit]:
    """Yield middleware that catches whatever the rest of the application throws, answers, and logs nothing."""
    file = model.files[at]
    for index, made in enumerate(file.catches):
        if file.language not in WRAPS or made.fn < 0 or {"raise", "log"} & set(made.does):
            continue
        if not all(BROAD.match(each.strip()) for each in made.types) or not _guards_next(file, made):
            continue
        calls = [(n, call) for n, call in enumerate(file.calls) if call.catch == index]
        below = [fn for _, call in calls for fn in model.project.resolve_call(at, call)]
        helpers = [(fn.file, n, call) for fn in below for n, call in _calls_of(model, fn)]
        everything = [*((at, n, call) for n, call in calls), *helpers]
        if not any(is_answer(model.files[where], call) for where, _, call in everything):
            continue
        if any(_is_log(model, where, n, call) for where, n, call in everything) or _is_handed_on(
            model, at, made, calls
        ):
            continue
        label = model.label(Fn(at, model.named(at, made.fn)))
        message = f"{label} answers for any error and logs nothing: nobody hears what failed"
        fix = "Log the error with the request's method and path before answering."
        yield Hit(at, made.line, message, made.fn, (), Confidence.MEDIUM, Severity.MEDIUM, f"{at}:{made.line}", fix)


def _guards_next(file: File, made: Catch) -> bool:
    """Whether what a handler guards runs the rest of the application."""
    return any(
        call.fn == made.fn and made.start <= call.line <= made.line and call.catch < 0 and NEXT.search(_whole(call))
        for call in file.calls
    )


def _is_handed_on(model: Model, at: int, made: Catch, calls: list[tuple[int, Call]]) -> bool:
    """Whether the error is given to something that is no answer and not known to the project: it may log it."""
    return any(
        value.kind == "name" and value.text == made.var
        for _, call in calls
        if not is_answer(model.files[at], call) and not model.project.resolve_call(at, call)
        for value in call.args
    )


def _calls_of(model: Model, fn: Fn) -> list[tuple[int, Call]]:
    return [(n, call) for n, call in enumerate(model.files[fn.file].calls) if call.fn == fn.index]


def _whole(call: Call) -> str:
    return f"{call.on}.{call.name}" if call.on else call.name


def _is_log(model: Model, at: int, index: int, call: Call) -> bool:
    told = model.effects.of_call[at].get(index, ())
    if LOG.search(_whole(call)) or any(does.does in ("log", "trace") for does in told):
        return True
    return any(LOGGERS.search(value.text) for value in call.args if value.kind == "name")


def _may_log(model: Model, at: int, index: int, call: Call, error: str) -> bool:
    """Whether a call writes to a log, or does anything with the error: what is sent of it is another rule's."""
    if _is_log(model, at, index, call):
        return True
    word = re.compile(rf"(?<![\w$]){re.escape(error)}(?!\w)")
    return bool(word.search(call.on)) or any(word.search(text) for text in flat(call.args))
