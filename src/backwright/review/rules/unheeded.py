"""A comparison of a password whose answer nobody looks at, so that any password is right."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import BARE, Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

# Calls of libraries that answer with a truth value or, in Go, with an error, by language: name, and what they are called on.
_COMPARES = {
    "go": ({"CompareHashAndPassword"}, regex(r"^bcrypt$")),
    "rust": ({"verify"}, regex(r"^bcrypt$")),
    "python": ({"checkpw", "check_password_hash"}, regex(r"^(bcrypt|werkzeug\.security|bcrypt\.\w+|\w*bcrypt)?$")),
    "php": ({"password_verify"}, regex(r"^$")),
    "java": ({"matches", "checkpw"}, regex(r"(^|\.)(\w*[eE]ncoder|BCrypt)$")),
    "kotlin": ({"matches", "checkpw"}, regex(r"(^|\.)(\w*[eE]ncoder|BCrypt)$")),
    "csharp": ({"Verify", "EnhancedVerify"}, regex(r"^(BCrypt\.)?(Net\.)?BCrypt$")),
    "javascript": ({"compareSync"}, regex(r"^bcrypt(js)?$")),
}
_TRUE = regex(r"\b([bB]ool|[bB]oolean)\b")
_DECOY = regex(r"dummy|fake|decoy|timing|random|placeholder", re.IGNORECASE)
ARGS_MIN = 2  # what was typed, and what is stored


def unheeded_checks(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file in which a password is compared in a statement of its own."""
    comparing = {
        (at, index) for language, (names, _) in _COMPARES.items() for at, index in _calls(model, language, names)
    }
    answering = {
        Fn(at, made): model.files[at].functions[made].name
        for at, made in {(at, model.files[at].calls[index].fn) for at, index in comparing}
        if made >= 0 and _TRUE.search(model.files[at].functions[made].returns)
    }
    found: dict[int, list[Call]] = defaultdict(list)
    for at, index in sorted(comparing):
        if _is_dropped(model, at, index):
            found[at].append(model.files[at].calls[index])
    for fn, name in answering.items():
        for at, index in model.project.calls_by_name.get(name, ()) if name else ():
            call = model.files[at].calls[index]
            if _is_dropped(model, at, index) and fn in model.project.resolve_call(at, call):
                found[at].append(call)
    own = set(model.own)
    for at, calls in found.items():
        if at in own:
            yield _hit(model, at, sorted(calls, key=lambda each: each.line))


def _calls(model: Model, language: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the calls that compare a password."""
    on = _COMPARES[language][1]
    for name in sorted(names):
        for at, index in model.project.calls_by_name.get(name, ()):
            file = model.files[at]
            call = file.calls[index]
            if file.language != language or file.is_test or len(call.args) < ARGS_MIN or call.prev >= 0:
                continue
            if any(on.match(each) for each in _places(model, at, call)):
                yield at, index


def _places(model: Model, at: int, call: Call) -> Iterator[str]:
    """Yield what a call is made on, and the libraries that its name is from: by an import, or by one of a module that hands it on."""
    imported = model.project.imported
    yield call.on
    files = [at] if not call.on else []
    if (held := imported[at].get(call.on)) is not None and model.files[at].language == "rust":
        files += model.project.rust.files(at, f"{held.module}::{held.name}")
    for file in files:
        if (made := imported[file].get(call.name)) is not None:
            yield made.module.partition("::")[0]


def _is_dropped(model: Model, at: int, index: int) -> bool:
    """Whether a call is a statement of its own, and nothing is asked of what it gives: neither here nor of another such call, nor is it made to take as long."""
    file = model.files[at]
    call = file.calls[index]
    if not call.flags & BARE or call.to or call.inside >= 0 or any(_is_decoy(value) for value in call.args):
        return False
    near = model.inside.calls[at].get(call.fn, ())
    return not any(
        file.calls[n].prev == index or (file.calls[n].name == call.name and not file.calls[n].flags & BARE)
        for n in near
    )


def _is_decoy(value: Arg) -> bool:
    """Whether a hash is nobody's: it is compared with so that an unknown name takes as long as a known one."""
    return value.kind == "str" or _DECOY.search(value.text) is not None


def _hit(model: Model, at: int, calls: list[Call]) -> Hit:
    first = calls[0]
    path = tuple(
        Spot(model.files[at].path, call.line, f"{shown(call)}() and nothing asks what it says") for call in calls
    )
    message = (
        f"{shown(first)}() says whether the password is right, and nobody looks at its answer: any password is let in"
    )
    fix = "Refuse the login unless the comparison says that the password is right."
    return Hit(
        at, first.line, message, first.fn, path, Confidence.HIGH, Severity.HIGH, f"unheeded checks {at}", fix, tier=Tier.DEFAULT
    )  # fmt: skip
