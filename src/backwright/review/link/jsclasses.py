"""JavaScript: classes that modules hand on with all they have, what getters give, and what is taken out of an object that a function is handed."""

import re
from typing import TYPE_CHECKING

from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project, Type

SCOPES_MAX = 8  # functions inside functions
_PART = regex(r"(\w+)(?:\s*:\s*(\w+))?(?:\s*=.*)?$")


def class_handed_on(project: "Project", number: int, name: str) -> "Cls | None":
    """Return the class of a name that a file hands on by `export * from "./orders"`, None if none or several do."""
    if project.files[number].language != "javascript":
        return None
    files = project.stars.files(number)
    found = [cls for cls in project.classes_by_name.get(name, ()) if cls.file in files]
    return found[0] if len(found) == 1 else None


def getter(project: "Project", cls: "Cls", name: str) -> "Type | None":
    """Return what `get queue(): Queue` gives: a method that is read and not called, and takes nothing; None if there is none, or its class has heirs."""
    found = project.methods_of(cls, name) if project.files[cls.file].language == "javascript" else []
    made = project.function(found[0]) if found else None
    if made is None or made.params or not made.returns or made.is_async:
        return None
    known = project.named_type(found[0].file, made.returns)
    return known if known.cls is None or not project.heirs.get(known.cls) else None  # which heir it is, is not known


def class_taken_out(project: "Project", at: int, fn: int, name: str) -> "Cls | None":
    """Return the class of a name that a function around takes out of what it is handed: `({ orders }: { orders: OrderService }) => ...`, `({ orders }: Services) => ...`."""
    if project.files[at].language != "javascript":
        return None
    functions = project.files[at].functions
    for _ in range(SCOPES_MAX):
        if fn < 0:
            return None
        for param in functions[fn].params:
            if param.name[:1] == "{" and param.type and (field := _taken(param.name, name)):
                return _of_field(project, at, param.type, field)
        fn = functions[fn].parent
    return None


def _taken(pattern: str, name: str) -> str:
    """Return the entry that a name stands for in `{ orders, users: people = none }`, "" if it stands for none."""
    for part in pattern.strip("{} \n").split(","):
        told = _PART.match(part.strip())
        if told is not None and (told[2] or told[1]) == name:
            return told[1]
    return ""


def _of_field(project: "Project", at: int, declared: str, field: str) -> "Cls | None":
    if not declared.startswith("{"):
        owner = project.named_type(at, declared).cls
        fields = project.class_(owner).fields if owner is not None else ()
        told = next((each.type for each in fields if each.name == field), "")
        return project.named_type(owner.file, told).cls if told and owner is not None else None
    told = next((found[1] for found in re.finditer(rf"\b{re.escape(field)}\??\s*:\s*([\w.]+)", declared)), "")
    return project.named_type(at, told).cls if told else None
