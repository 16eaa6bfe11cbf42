"""C#: which of the extension methods that share a name takes what a call gives, besides what it is made on."""

from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call, Param
from backwright.review.link.csharpextensions import extended
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_DELEGATE = regex(r"(\w*Delegate|Func|Action|Expression|Predicate|Comparison|EventHandler)\b")
_NUMBERS = frozenset("int long short byte uint ulong ushort double float decimal Int32 Int64 Double Decimal".split())
_TEXTS = frozenset({"string", "String"})
_FLAGS = frozenset({"bool", "Boolean"})
_KINDS = {"str": "text", "fmt": "text", "concat": "text", "num": "number", "bool": "flag", "fn": "lambda"}


def extending(project: "Project", at: int, found: "tuple[Fn, ...]", call: Call, given: list[Arg]) -> "tuple[Fn, ...]":
    """Return the method that takes as many arguments, of which none is known to be of another kind; () if there is none."""
    fitting, count = [], len(given)
    for fn in found:
        made = project.function(fn)
        is_static = not call.on or call.on.rpartition(".")[2] == project.files[fn.file].classes[made.cls].name
        params = made.params if is_static or not extended(project, fn) else made.params[1:]
        needed = sum(param.default is None and not param.type.endswith("[]") for param in params)
        is_open = bool(params) and params[-1].type.endswith("[]")
        if not needed <= count or (count > len(params) and not is_open):
            continue
        if not any(_is_other(project, at, call, fn, *each) for each in zip(given, params, strict=False)):
            fitting.append((abs(len(params) - count), fn))
    return tuple(fn for _, fn in sorted(fitting)[:1])


def _is_other(project: "Project", at: int, call: Call, fn: "Fn", value: Arg, param: Param) -> bool:
    """Whether an argument is known to be of another kind than a parameter: a text for a lambda, an object for a number."""
    if value.name or not param.type:
        return False
    heart = written(param.type)
    wanted = "lambda" if _DELEGATE.match(param.type) else _kind(heart.name)
    if not wanted and project.find_class(fn.file, heart.name) is not None:
        wanted = "object"
    told = _KINDS.get(value.kind, "")
    if value.kind == "name":
        known = project.type_of(at, call.fn, value.text)
        if known.is_many != heart.is_many:
            return False  # one of them may hold the other
        told = "object" if known.cls is not None else _kind(known.name)
    return bool(told and wanted) and told != wanted and {told, wanted} != {"number", "object"}


def _kind(name: str) -> str:
    """Return what kind a built-in type is of, "" for any other."""
    return next(
        (kind for names, kind in ((_TEXTS, "text"), (_NUMBERS, "number"), (_FLAGS, "flag")) if name in names), ""
    )


__all__ = ["extending"]
