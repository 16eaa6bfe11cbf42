"""Tokens in addresses: what stands in a URL ends in logs of servers and proxies, in histories and in the Referer header."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

SPOTS_MAX = 12  # routes named in one finding
_IN_QUERY = regex(
    r"[?&](access_?token|token|jwt|auth_?token|id_?token|refresh_?token|session(_?(id|token))?|api_?key)=\{\}",
    re.IGNORECASE,
)
_ONCE = regex(
    r"reset|verif|confirm|activat|invit|unsubscrib|magic|e?mail|one_?time|recover|preview|download|share", re.IGNORECASE
)
_SESSION = regex(r"^.session", re.IGNORECASE)  # of a person, or of a checkout, an upload, a signature
_SECRET = regex(r"token|jwt|secret|cookie|key", re.IGNORECASE)
# Where what stands in the address of the request itself is read.
_OF_ADDRESS = regex(
    r"(^|\.)((route_?)?params|query(_?params)?|search_?params)\b|\breq(uest)?\.(args|GET)\b", re.IGNORECASE
)
_IN_PATH = regex(r"\{(jwt|auth_?token|access_?token|session_?token|api_?key|user_?token)\}", re.IGNORECASE)
_ADDRESS = regex(r"^(url|redirect\w*|location|href|redirect_?(url|uri|to))$", re.IGNORECASE)
_REDIRECTS = regex(r"redirect", re.IGNORECASE)
_FIX = "Hand the token over in a cookie or in the body of an answer, or give out a code that is valid once and for a minute and is exchanged for the token."
_FIX_PATH = "Take a token of its own for such addresses, which reads nothing else and can be replaced, or take it from a header."


def in_addresses(model: Model) -> Iterator[Hit]:
    """Yield redirects that carry a token in their query, and routes that take one in their path."""
    for at in model.own:
        yield from _redirected(model, at)
    grouped: dict[int, list[Declared]] = defaultdict(list)
    for declared in model.declared:
        if _IN_PATH.search(declared.path) and not _ONCE.search(declared.path):
            grouped[declared.at].append(declared)
    for at, found in grouped.items():
        found.sort(key=lambda each: each.line)
        first = found[0]
        path = model.files[at].path
        spots = tuple(Spot(path, each.line, f"{each.method} {each.path}") for each in found[:SPOTS_MAX])
        yield Hit(
            at, first.line, f"{first.method} {first.path} takes a token as part of the address, where logs and histories keep it",
            path=spots, confidence=Confidence.MEDIUM, severity=Severity.MEDIUM, fix=_FIX_PATH,
        )  # fmt: skip


def _redirected(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    places = [
        (value, value.line or call.line, call.fn)
        for index, call in enumerate(file.calls)
        if _REDIRECTS.search(call.name)
        or any(d.does == "sink-redirect" for d in model.effects.of_call[at].get(index, ()))
        for value in _inner(call.args)
    ]
    places += [
        (item, item.line or made.line, made.fn)
        for made in file.returns
        for item in made.value.items
        if made.value.kind == "dict" and _ADDRESS.match(item.name)
    ]
    told: set[int] = set()
    for value, line, fn in places:
        address = _address(model, at, fn, value)
        found = _IN_QUERY.search(address.text)
        if line in told or found is None:
            continue
        label = model.label_around(at, fn)
        place = address.text.count("{}", 0, found.end()) - 1
        given = next(iter(address.items[place : place + 1]), Arg("other"))
        if _ONCE.search(f"{address.text} {label}") or (
            re.match(r"/[^/]", address.text) and _stood_there(model, at, fn, given)
        ):
            continue
        weak = _SESSION.match(found[0]) and not _SECRET.search(given.text)
        told.add(line)
        message = (
            f"{label} puts a token into the address that it redirects to: it stays in logs and in the browser's history"
        )
        path = model.path_to(Fn(at, model.named(at, fn))) if fn >= 0 else ()
        sure = Confidence.LOW if weak else Confidence.MEDIUM
        yield Hit(at, line, message, fn, path, sure, Severity.MEDIUM, fix=_FIX)


def _stood_there(model: Model, at: int, fn: int, value: Arg) -> bool:
    """Whether a token already stands in the address of the request that is redirected, within the same host."""
    if value.kind == "call":
        return bool(_OF_ADDRESS.search(value.text)) or any(_stood_there(model, at, fn, each) for each in value.items)
    if value.kind != "name":
        return False
    return bool(_OF_ADDRESS.search(value.text)) or any(
        made.value.kind in ("name", "call") and _OF_ADDRESS.search(made.value.text)
        for scope in model.enclosing(at, fn)
        for made in model.project.assigned[at].get((scope, value.text), ())
    )


def _inner(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        yield value
        if value.kind == "call":
            if value.items and value.items[0].kind == "str" and "%" in value.items[0].text:
                yield Arg("fmt", re.sub(r"%[sdvq]", "{}", value.items[0].text))
            yield from _inner(value.items)


def _address(model: Model, at: int, fn: int, value: Arg) -> Arg:
    """Return the text with what is put into it, also of a variable that holds one."""
    if value.kind in ("fmt", "concat"):
        return value
    if value.kind == "name":
        for number in (*model.enclosing(at, fn), -1):
            for each in model.project.assigned[at].get((number, value.text), ()):
                if each.value.kind in ("fmt", "concat"):
                    return each.value
    return Arg("other")
