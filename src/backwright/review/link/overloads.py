"""Which of the methods that share a name a call runs: by how many arguments it gives, and by what they are."""

from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.csharpextensions import extended
from backwright.review.link.extending import extending
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_CONSTANT = regex(r"([A-Z]\w*)\.[A-Z][A-Z0-9_]*$")  # Status.OPEN is a Status
_FUNCTION = regex(r"\b(Func|Expression|Action|Predicate|Function|Supplier|Consumer|Specification)\b|->")
_LAMBDA = "()"
_ANY = frozenset("Object Any object dynamic var auto".split())


def overloaded(project: "Project", at: int, found: "tuple[Fn, ...]", call: Call) -> "tuple[Fn, ...]":
    """Return, of methods that share a name, those that take what is given."""
    given = [value for value in call.args if value.kind != "type"]
    if project.files[at].language == "csharp" and any(extended(project, fn) for fn in found):
        return extending(project, at, found, call, given)
    count = len(given)
    if fitting := tuple(f for f in found if len(project.function(f).params) == count):
        return tuple(_of_types(project, at, fn, call, given) for fn in fitting) if count else fitting
    for fn in _same(project, found[0], count):
        return (_of_types(project, at, fn, call, given),)
    return found


def _same(project: "Project", fn: "Fn", count: int) -> "list[Fn]":
    """Return the methods of a class that have a name in common and take as many arguments."""
    first = project.function(fn)
    there = project.functions_by_name.get(first.name, ())
    if len(there) < 2:
        return []
    same = [f for f in there if f.file == fn.file]
    return [f for f in same if (m := project.function(f)).owner == first.owner and len(m.params) == count]


def _of_types(project: "Project", at: int, fn: "Fn", call: Call, given: list[Arg]) -> "Fn":
    """Return the method beside this one whose parameters fit the arguments best, itself if none is known to fit better."""
    others = _same(project, fn, len(given))
    if len(others) < 2:
        return fn
    types = [_type(project, at, call, value) for value in given]
    fits = {each: _fit(project, each, types) for each in (fn, *others)}
    best = max(fits, key=lambda each: fits[each])
    return best if fits[best] > fits[fn] else fn


def _type(project: "Project", at: int, call: Call, value: Arg) -> tuple[str, bool]:
    """Return the name of the type of an argument, "" if it is not known, and whether it holds many."""
    if value.kind in ("str", "fmt", "concat"):
        return "String", False
    if value.kind == "fn":
        return _LAMBDA, False
    if value.kind == "name":
        if constant := _CONSTANT.match(value.text):
            return constant[1], False
        known = project.type_of(at, call.fn, value.text)
    elif value.kind == "call":
        on, _, name = value.text.rpartition(".")
        known = project.returned_by(at, call.fn, on, name)
    else:
        return "", False
    return ("", False) if "(" in known.name else (known.name.rpartition(".")[2], known.is_many)


def _fit(project: "Project", fn: "Fn", types: list[tuple[str, bool]]) -> int:
    """Return how well a method takes arguments of these types: what is named the same speaks for it, what cannot be against it."""
    found = 0
    for param, (name, is_many) in zip(project.function(fn).params, types, strict=False):
        wanted = written(param.type)
        heart = wanted.name.rpartition(".")[2]
        if name == _LAMBDA:
            found += 1 if _FUNCTION.search(param.type) else -2
            continue
        if not name or not heart or heart in _ANY or (len(heart) < 3 and heart.isupper()):
            continue  # a type parameter takes anything
        if is_many != wanted.is_many:
            found -= 2
        elif name == heart:
            found += 1
        else:
            known = project.find_class(fn.file, name)
            found -= known is None or heart not in {base.rpartition(".")[2] for base in project.ancestors(known)}
    return found
