"""Addresses of other hosts that are asked over plain HTTP: what goes there is read and changed by whoever stands between."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import backend, is_offline
from backwright.review.rules.rule import Hit

PLACES_MAX = 12  # further addresses named in one finding
_PLAIN = regex(r"http://((?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(?:[/?{#]|$)", re.IGNORECASE)
# Names that lead nowhere outside, or that are identifiers and no addresses.
_INSIDE = regex(
    r"(^|\.)(local|localhost|localdomain|internal|intranet|lan|home|corp|svc|cluster|consul|test|example|invalid|docker|onion|arpa)$|"
    r"(^|\.)example\.\w+$|(^|\.)(w3|xmlsoap|purl|xmlns|schema|openxmlformats|ogp)\.(org|com)$|^schemas?\.",
    re.IGNORECASE,
)
_FIX = "Ask it with https://; a host that has no certificate is no place for keys or personal data."


def asked_plainly(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file that asks a public host over plain HTTP, with the places of all its addresses."""
    asking = frozenset(
        fn for fn, all_ in model.effects.of_function.items() if any(does.does == "outgoing" for does in all_)
    )
    for at in backend(model):
        file = model.files[at]
        if is_offline(file):
            continue
        found: dict[int, tuple[str, Call]] = {}
        holds = _holds_any(file)
        for index, call in enumerate(file.calls):
            told = [
                each
                for value in call.args[:3]
                if holds or value.kind != "name"
                for each in _addresses(model, at, call, value)
            ]
            if told and _asks(model, asking, at, index, call):
                for line, host in told:
                    found.setdefault(line, (host, call))
        if found:
            yield _hit(model, at, found)


def _holds_any(file: File) -> bool:
    """Whether a variable, a constant or a field of a file is such an address."""
    fields = (field.value for made in file.classes for field in made.fields if field.value is not None)
    return any(_host(value) is not None for value in (*(assign.value for assign in file.assigns), *fields))


def _asks(model: Model, asking: frozenset[Fn], at: int, index: int, call: Call) -> bool:
    """Whether a call asks another service, itself or through a function of the project that it is given to."""
    if any(does.does == "outgoing" for does in model.effects.of_call[at].get(index, ())):
        return True
    return any(fn in asking for fn in model.project.resolve_call(at, call)[:2])


def _addresses(model: Model, at: int, call: Call, value: Arg) -> Iterator[tuple[int, str]]:
    """The lines and hosts of what an argument is: a text, a variable, a constant or a field of the file."""
    if value.kind in ("str", "fmt", "concat"):
        if (host := _host(value)) is not None:
            yield value.line or call.line, host
        return
    if value.kind != "name":
        return
    last = re.split(r"\.|->|::", value.text)[-1].lstrip("$")
    for number in (*model.enclosing(at, call.fn), -1):
        for assign in model.project.assigned[at].get((number, value.text), ()):
            if (host := _host(assign.value)) is not None:
                yield assign.line, host
    for made in model.files[at].classes:
        for field in made.fields:
            if field.name == last and field.value is not None and (host := _host(field.value)) is not None:
                yield field.line, host


def _host(value: Arg) -> str | None:
    found = _PLAIN.match(value.text.strip("\"'`")) if value.kind in ("str", "fmt", "concat") else None
    return found[1] if found is not None and not _INSIDE.search(found[1]) else None


def _hit(model: Model, at: int, found: dict[int, tuple[str, Call]]) -> Hit:
    (line, (host, call)), *others = sorted(found.items(), key=lambda each: each[0])
    path = model.files[at].path
    spots = tuple(Spot(path, each, f"so is {other}") for each, (other, _) in others[:PLACES_MAX])
    made = Hit(
        at,
        line,
        f"{host} is asked over plain HTTP: anybody between can read and change what is sent",
        call.fn,
        (Spot(path, call.line, f"{model.label(Fn(at, model.named(at, call.fn)))} asks it"),) if call.fn >= 0 else (),
        Confidence.MEDIUM,
        Severity.MEDIUM,
        fix=_FIX,
    )
    return structs.replace(made, path=(*made.path, *spots))
