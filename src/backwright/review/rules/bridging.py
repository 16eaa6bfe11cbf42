"""Kotlin: runBlocking while a request of Ktor is answered, in what a library calls back and no route is seen to lead to."""

from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit
from backwright.review.rules.serving import Serving

_CALL = regex(r"^(this\.)?(call|\w*[cC]all)(\.(request|response|sessions|parameters))?(\(\))?$")
_PLACES_MAX = 60


def bridges(model: Model, serving: Serving, known: set[tuple[int, int]]) -> Iterator[Hit]:
    """Yield one finding for all runBlocking whose block reads or answers a Ktor call; `known`: (file, line) told already."""
    hits = [hit for hit in _all(model, serving) if (hit.at, hit.line) not in known]
    if hits:
        first = hits[0]
        places = [Spot(model.files[hit.at].path, hit.line, "the same") for hit in hits[1 : _PLACES_MAX + 1]]
        yield structs.replace(first, path=(*first.path, *places))


def _all(model: Model, serving: Serving) -> Iterator[Hit]:
    for at in model.own:
        file = model.files[at]
        if file.language != "kotlin" or file.is_test or is_offline(file):
            continue
        if not any(each.module.startswith("io.ktor.server") for each in file.imports):
            continue
        for index, call in enumerate(file.calls):
            if call.name != "runBlocking" or call.on or call.fn < 0 or serving.leaves(at, index):
                continue
            inside = {
                number
                for number, made in enumerate(file.functions)
                if any(file.functions[outer].call == index for outer in model.enclosing(at, number))
            }
            if any(each.fn in inside and _CALL.match(each.on) for each in file.calls):
                label = model.label(Fn(at, model.named(at, call.fn)))
                where = f" in {label}" if label.isidentifier() or "." in label else ""
                yield Hit(
                    at,
                    call.line,
                    f"runBlocking() stops a thread of the server while a request is answered{where}",
                    call.fn,
                    (Spot(file.path, call.line, "runBlocking"),),
                    Confidence.MEDIUM,
                    Severity.HIGH,
                    key="kotlin:bridge",
                    fix="Make the function suspend, or launch the work in the scope of the call.",
                )
