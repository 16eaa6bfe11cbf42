"""Kotlin's extension functions: which one a call means, by what is imported and by what it is made on."""

from typing import TYPE_CHECKING

from backwright.review.link.types import AROUND, MANY
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project, Type

_FITTING_MAX = 4  # of one file, for a page, an optional and a list of the same
_ANYTHING = regex(r"Any|[A-Z]\d?|T[A-Z]\w*")


def extensions(project: "Project", at: int, fn: int, known: "Type", name: str) -> "tuple[Fn, ...]":
    """Return the extension functions that a call on something runs."""
    there = [f for f in project.functions_by_name.get(name, ()) if _extends(project, f)]
    seen = [f for f in there if _is_seen(project, at, fn, f, name)] if there else []
    if not seen:
        return ()
    fitting = [f for f in seen if _fits(project, project.function(f).owner, known)]
    exact = [f for f in fitting if not known.is_many and project.function(f).owner == known.name] or fitting
    return tuple(exact[:_FITTING_MAX]) if len({f.file for f in exact}) == 1 else ()


def is_extension(project: "Project", fn: "Fn") -> bool:
    """Whether a function stands in no class, though it may look like a method: `fun Route.users()`."""
    return project.function(fn).cls == -2 and project.files[fn.file].language == "kotlin"


def _extends(project: "Project", fn: "Fn") -> bool:
    """Whether a function is an extension, in no class or in one."""
    made, file = project.function(fn), project.files[fn.file]
    if file.language != "kotlin" or not made.owner or made.kind == "lambda":
        return False
    return made.cls == -2 or (made.cls >= 0 and file.classes[made.cls].name != made.owner)


def starred(project: "Project", at: int, name: str) -> "tuple[Fn, ...]":
    """Return the extension functions that may be called without an object and are of a package that is imported whole."""
    stars = {each.module for each in project.files[at].imports if each.name == "*"}
    there = project.functions_by_name.get(name, ()) if stars else ()
    given = [f for f in there if project.files[f.file].package in stars and is_extension(project, f)]
    return tuple(given[:_FITTING_MAX])


def _is_seen(project: "Project", at: int, fn: int, made: "Fn", name: str) -> bool:
    """Whether a file sees an extension: its own, of its package, imported; or one that is written in a class that the calling one inherits from."""
    file, package = project.files[at], project.files[made.file].package
    holder = project.function(made).cls
    if holder >= 0:
        cls = project.own_class(at, fn)
        return cls is not None and any(base == (made.file, holder) for base in project.base_classes(cls))
    if made.file == at or package == file.package:
        return True
    imported = project.imported[at].get(name)
    if imported is not None and imported.module == package:
        return True
    return any(each.name == "*" and each.module == package for each in file.imports)


def _fits(project: "Project", owner: str, known: "Type") -> bool:
    """Whether something may be what an extension is for; what it is wrapped in is not known any more."""
    last = owner.rpartition(".")[2].removesuffix("?")
    if not known.name or "(" in known.name or _ANYTHING.fullmatch(last) or last in AROUND:
        return True
    if known.is_many:
        return last in MANY or last in ("Map", "MutableMap", "MutableCollection", "MutableSet", "Sequence", "Array")
    if last == known.name.rpartition(".")[2]:
        return True
    return known.cls is not None and last in {above.rpartition(".")[2] for above in project.ancestors(known.cls)}
