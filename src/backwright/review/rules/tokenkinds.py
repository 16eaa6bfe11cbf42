"""Tokens of two kinds, short and long lived, that are signed with one key and not told apart: either passes for the other (PyJWT, python-jose)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.inside import within
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_LIBRARY = regex(r"^(jwt|jose\.jwt)$")
_REFRESH = regex(r"refresh|renew", re.IGNORECASE)
# Of other use: what they say of whom is mostly something else, an address and no id.
_APART = regex(r"reset|verif|confirm|invit|activat|e?mail|state|guild|download|file|share|magic", re.IGNORECASE)
_WHO = regex(
    r"current_?user|get_user|authenticat|logged_?in|login_?required|require|identity|refresh|renew|decode_access", 2
)
_KIND = regex(r"^(token_?)?(type|typ|kind|purpose|use|usage|scopes?)$|^(is_)?refresh$|^aud$", re.IGNORECASE)
_KIND_IN_TEXT = regex(
    r"""[\["'.](token_?)?(type|typ|kind|purpose|use|usage|scopes?|refresh|aud)["'\]]*(\W|$)""", re.IGNORECASE
)
_NAMED_KIND = regex(r"^(access|refresh)(_?token)?$|\.\w*(ACCESS|REFRESH)\w*(\.value)?$")
_LOOKS_UP = regex(r"valid|find|exists|get|select|lookup|white_?list|active|stored", re.IGNORECASE)
_FIX = "Write the kind into each token and ask for it where one is read, or sign each kind with a key (or for an audience) of its own."


class _Signed(NamedTuple):
    """A call that makes or reads a token."""

    fn: Fn
    call: Call
    key: str


def unlike(model: Model) -> Iterator[Hit]:
    """Yield what takes tokens without asking of which kind they are; one finding for each key."""
    made, read = list(_calls(model, "encode")), list(_calls(model, "decode"))
    for key in dict.fromkeys(each.key for each in made):
        names = [(each, model.project.function(each.fn).name) for each in made if each.key == key]
        longer = [each for each, name in names if _REFRESH.search(name)]
        shorter = [each for each, name in names if not _REFRESH.search(name) and not _APART.search(name)]
        if not longer or not shorter:
            continue
        found = [hit for each in read if each.key == key for hit in _taken(model, each)]
        if not found:
            continue
        first = min(found, key=lambda each: (each.fn.file, each.call.line))
        spots = (Spot(model.files[e.fn.file].path, e.call.line, "takes either kind, too") for e in found if e != first)
        makers = (
            Spot(model.files[e.fn.file].path, e.call.line, "is signed with the same key")
            for e in (shorter[0], longer[0])
        )
        who = model.label(first.fn)
        yield Hit(
            first.fn.file,
            first.call.line,
            f"{who} takes a token without asking of which kind it is: refresh and access tokens are signed with the same key ({key}), and either passes for the other",
            first.fn.index,
            (Spot(model.files[first.fn.file].path, first.call.line, who), *spots, *makers),
            Confidence.MEDIUM,
            fix=_FIX,
        )


def _calls(model: Model, name: str) -> Iterator[_Signed]:
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or file.is_test:
            continue
        for call in file.calls:
            if call.name != name or call.fn < 0 or not _LIBRARY.match(model.project.canonical(at, call.fn, call.on)):
                continue
            key = _key(call)
            if key and not any(value.name in ("audience", "issuer") for value in call.args):
                yield _Signed(Fn(at, model.named(at, call.fn)), call, key)


def _key(call: Call) -> str:
    plain = [value for value in call.args if not value.name]
    told = next((value for value in call.args if value.name == "key"), plain[1] if len(plain) > 1 else None)
    return " ".join(flat((told,))) if told is not None and told.kind in ("name", "call") else ""


def _taken(model: Model, read: _Signed) -> Iterator[_Signed]:
    """Yield who takes what a call reads and asks nothing of its kind: the function around it, or those that call this."""
    if _asks(model, read.fn) or _is_looked_up(model, read):
        return
    name = model.project.function(read.fn).name
    edges = model.effects.callers.get(read.fn, ())
    callers = [
        _Signed(Fn(edge.at, model.named(edge.at, model.files[edge.at].calls[edge.call].fn)), model.files[edge.at].calls[edge.call], read.key)
        for edge in edges
        if model.files[edge.at].calls[edge.call].fn >= 0
    ]  # fmt: skip
    if any(_names_kind(value) for each in callers for value in each.call.args):
        return  # it is told which kind is wanted
    if _WHO.search(name):
        if not any(_asks(model, each.fn) for each in callers):
            yield read
        return
    for each in callers:
        if _WHO.search(model.project.function(each.fn).name) and not _asks(model, each.fn):
            yield each


def _asks(model: Model, fn: Fn) -> bool:
    """Whether a function, or one written in it, reads the kind of a token."""
    file = model.files[fn.file]

    def is_here(number: int) -> bool:
        return number == fn.index or within(model.project, fn, number)

    if any(_KIND.match(read.attr) for read in file.reads if is_here(read.fn)):
        return True
    texts = [
        value.text for call in file.calls if call.name in ("get", "pop") and is_here(call.fn) for value in call.args[:1]
    ]
    if any(map(_KIND.match, texts)):
        return True
    sides = [f"{each.left.text} {each.right.text} " for each in file.compares if is_here(each.fn)]
    sides += [f"{each.value.text} " for each in file.assigns if is_here(each.fn)]
    return any(map(_KIND_IN_TEXT.search, sides))


def _names_kind(value: Arg) -> bool:
    """Whether an argument says which kind is wanted: `"access"`, `TokenType.ACCESS`; a variable that is called so does not."""
    is_told = value.kind == "str" or (value.kind == "name" and "." in value.text)
    return is_told and _NAMED_KIND.search(value.text) is not None


def _is_looked_up(model: Model, read: _Signed) -> bool:
    """Whether the token is looked up among those that are in force."""
    shown = next((value.text for value in read.call.args if value.kind == "name"), "")
    calls = (model.files[read.fn.file].calls[n] for n in model.inside.calls[read.fn.file].get(read.call.fn, ()))
    return any(
        call is not read.call and _LOOKS_UP.search(call.name) and any(value.text == shown for value in call.args)
        for call in calls
    )
