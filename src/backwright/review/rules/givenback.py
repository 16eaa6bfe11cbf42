"""Errors that are given back as if they were the result: `catch (error) { return error }`, and statuses that FastAPI does not read."""

import re
from collections.abc import Iterator

from backwright.review.facts import IN_TRY, Return
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, Failing
from backwright.review.rules.telling import Silent

_LANGUAGES = frozenset({"javascript", "python"})
# What is made to give errors back, and says so.
_SAYS_SO = regex(
    r"error|err\b|result|safe|maybe|attempt|^try|settle|check|valid|parse|test|catch|either", re.IGNORECASE
)
_TYPED = regex(r"[eE]rror|Exception|Result|Either|unknown|\bany\b")
_LOOKED_AT = frozenset(
    {"message", "stack", "name", "code", "error", "status", "statusCode", "args", "detail", "errors"}
)
_STATUS = regex(r"\}\s*,\s*[45]\d\d$")


def given_back(model: Model, failing: Failing, at: int) -> Iterator[Silent]:
    """Yield handlers that hand the error they caught to who asked for a result."""
    file = model.files[at]
    if file.language not in _LANGUAGES:
        return
    for each in file.returns:
        if _is_unread_status(model, at, each):
            says = "answers 200: FastAPI sends the pair as the body, and its second part is no status"
            yield Silent(
                each.line,
                each.fn,
                "status",
                says,
                "Set response.status_code, or return a JSONResponse with the status.",
            )
        if each.catch < 0 or each.value.kind != "name" or each.fn < 0:
            continue
        made = file.catches[each.catch]
        if not made.var or each.value.text != made.var or made.fn != each.fn:
            continue
        if file.language == "python" and made.types and not any(BROAD.match(name) for name in made.types):
            continue
        function = (
            file.functions[model.named(at, each.fn)] if model.named(at, each.fn) >= 0 else file.functions[each.fn]
        )
        if _SAYS_SO.search(function.name) or _TYPED.search(function.returns):
            continue
        if _is_looked_at(model, Fn(at, model.named(at, each.fn))):
            continue
        guarded = [n for n in failing.guarded(at, each.catch) if file.calls[n].flags & IN_TRY]
        weight = failing.weigh(at, guarded)
        if weight is not None:
            says = f"gives back the error of {file.calls[weight.call].name}() as if it were the result: who asked cannot tell that it failed"
            yield Silent(each.line, each.fn, "given back", says, "Throw it on, or give back what callers look at.")


def _is_unread_status(model: Model, at: int, each: Return) -> bool:
    """Whether a handler of FastAPI returns a body and a status as Flask's do."""
    if model.files[at].language != "python" or each.value.kind != "other" or not _STATUS.search(each.value.text):
        return False
    return any(d.framework == "fastapi" and d.handler == Fn(at, each.fn) for d in model.declared)


def _is_looked_at(model: Model, fn: Fn) -> bool:
    """Whether some caller reads of what it is given what only an error has."""
    name = model.project.function(fn).name.rpartition(".")[2] if fn.index >= 0 else ""
    for at, index in model.project.calls_by_name.get(name, ()) if name else ():
        file = model.files[at]
        call = file.calls[index]
        held = {each.target for each in model.inside.assigns[at].get(call.fn, ()) if each.line == call.line}
        if any(read.fn == call.fn and read.base in held and read.attr in _LOOKED_AT for read in file.reads):
            return True
    return False


__all__ = ["given_back"]
