"""What .NET middleware catches of the requests that it passes on: `try { await _next(context); } catch (Exception e) { ... }`."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity
from backwright.review.facts import IN_TRY, NEW, Call, Catch
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.read.sweep import LOG
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer
from backwright.review.rules.failing import BROAD
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

PASSES_ON = regex(r"(^|\.)_?next(\.Invoke)?$", re.IGNORECASE)
FIX = "Log the exception with the request's method and path before answering."


def unheard(model: Model, at: int) -> Iterator[Hit]:
    """Yield catches of whatever fails in a request that answer and write nothing down."""
    file = model.files[at]
    if file.language != "csharp" or not any(made.var for made in file.catches):
        return
    for index, made in enumerate(file.catches):
        if not _takes_any(made) or {"raise", "log"} & set(made.does) or not _passes_on(model, at, made):
            continue
        inside = [call for call in file.calls if call.catch == index]
        if not any(_answers(model, at, call) for call in inside):
            continue
        if not any(_may_tell(model, at, call, made.var) for call in inside):
            label = model.label(Fn(at, model.named(at, made.fn)))
            message = f"{label} answers for any error and logs nothing: nobody hears what failed"
            key = f"{at}:{made.line}"
            yield Hit(at, made.line, message, made.fn, (), Confidence.MEDIUM, Severity.MEDIUM, key, FIX)


def _takes_any(made: Catch) -> bool:
    return bool(made.var) and all(BROAD.match(each.strip()) for each in made.types)


def _passes_on(model: Model, at: int, made: Catch) -> bool:
    """Whether the rest of the pipeline runs in what is guarded."""
    return any(
        call.fn == made.fn and call.flags & IN_TRY and made.start <= call.line <= made.line
        and PASSES_ON.search(f"{call.on}.{call.name}" if call.on else call.name)
        for call in model.files[at].calls
    )  # fmt: skip


def _answers(model: Model, at: int, call: Call) -> bool:
    """Whether a call, or the function of the project that it runs, answers the request."""
    if is_answer(model.files[at], call):
        return True
    return any(
        is_answer(model.files[fn.file], inner)
        for fn in model.project.resolve_call(at, call)
        for inner in model.files[fn.file].calls
        if inner.fn == fn.index
    )


def _may_tell(model: Model, at: int, call: Call, error: str, hops: int = 2) -> bool:
    """Whether a call writes to a log or hands the error to anything that may, answers and made objects apart."""
    if LOG.search(f"{call.on}.{call.name}") or "log" in call.name.lower():
        return True
    if not any(re.search(rf"(?<!\w){re.escape(error)}(?!\w)", text) for text in (call.on, *flat(call.args))):
        return False
    targets = model.project.resolve_call(at, call) if hops else ()
    if not targets:
        return not (call.flags & NEW or is_answer(model.files[at], call) or call.on.startswith(f"{error}."))
    for fn in targets:
        place = next((n for n, value in enumerate(call.args) if value.text == error), -1)
        params = model.project.function(fn).params
        if not 0 <= place < len(params):
            return True
        inside = [inner for inner in model.files[fn.file].calls if inner.fn == fn.index]
        if any(_may_tell(model, fn.file, inner, params[place].name, hops - 1) for inner in inside):
            return True
    return False


__all__ = ["unheard"]
