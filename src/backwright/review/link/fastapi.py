"""FastAPI: where a handler's parameter comes from when only its name and type say so, and what its class depends on."""

from backwright.review.facts import Param
from backwright.review.link.declared import Declared
from backwright.review.link.paths import parameters
from backwright.review.link.project import Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

_DEPENDS = regex(r"\b(Depends|Security)\b")
_PLAIN = frozenset("str int float bool UUID date datetime Literal uuid.UUID datetime.date datetime.datetime".split())


def place_of(project: Project, declared: Declared, param: Param) -> str:
    """Return "query" or "body", "" for what the path holds or a dependency gives."""
    default = param.default.text if param.default is not None else ""
    if (
        param.name in parameters(declared.path)
        or default.endswith("Depends")
        or "Depends(" in param.type
        or not param.type
    ):
        return ""
    if written(param.type).name in _PLAIN:
        return "query"
    cls = project.named_type(declared.at, param.type).cls
    is_body = cls is not None and any(b.endswith(("BaseModel", "SQLModel")) for b in project.ancestors(cls))
    return "body" if is_body else ""


def dependencies(project: Project, declared: Declared) -> list[tuple[int, Param]]:
    """Return what the class of a handler is given before any of its methods runs, each with its file, nearest last.

    A class-based view (`@cbv(router)`) has its dependencies as attributes or as parameters of its constructor, and so
    have the classes that it inherits from; the nearest of one name counts.
    """
    seen: set[str] = set()
    found: list[tuple[int, Param]] = []
    cls = declared.handler_class if declared.framework == "fastapi" else None
    for each in project.base_classes(cls) if cls is not None else ():
        file = project.files[each.file]
        made = file.classes[each.index]
        built = project.methods.get((made.name, "__init__"), ())
        own = [fn for fn in built if fn.file == each.file and file.functions[fn.index].cls == each.index]
        params = [param for fn in own for param in file.functions[fn.index].params]
        for param in (*(Param(f.name, f.type, f.marks, f.value) for f in made.fields), *params):
            default = param.default.text if param.default is not None else ""
            if param.name not in seen and _DEPENDS.search(f"{default} {param.type}"):
                found.append((each.file, param))
            seen.add(param.name)
    return found[::-1]
