"""FastAPI: where a handler's parameter comes from when only its name and type say so, and what refuses nobody."""

from backwright.review.facts import Arg, Param
from backwright.review.link.declared import Declared
from backwright.review.link.paths import parameters
from backwright.review.link.project import Project
from backwright.review.link.typenames import alias_of
from backwright.review.link.types import written
from backwright.review.regexes import regex

_DEPENDED = regex(r"(?:\w+\.)?(?:Depends|Security)\((?:dependency=)?([\w.]+)")
_ANNOTATED = regex(r"(\w+\.)?Annotated\[")
_BACKEND = "starlette.authentication.AuthenticationBackend"
_BODIES = ("BaseModel", "SQLModel")
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
    is_body = cls is not None and any(b.endswith(_BODIES) for b in project.ancestors(cls))
    return "body" if is_body else ""


def gives_none(project: Project, at: int, value: Arg | None) -> bool:
    """Whether a value is a dependency on a scheme that gives nothing for who is not logged in, and refuses nobody."""
    if value is None or value.kind != "call" or value.text.rpartition(".")[2] not in ("Depends", "Security"):
        return False
    held = next((item for item in value.items if item.name in ("", "dependency")), None)
    return held is not None and _is_lenient(project, at, held)


def lets_through(project: Project, at: int, text: str) -> bool:
    """Whether what stands before an endpoint refuses nobody: such a dependency, or what only looks who is there.

    Starlette's middleware asks a backend who somebody is; who is nobody goes on, as a user who is not logged in.
    """
    told = _DEPENDED.match(text)
    if told is not None:
        alias = alias_of(project, at, told[1])
        if alias is not None and _ANNOTATED.match(alias[1].text):
            return (
                True  # `Depends(CurrentUser)` makes one of the class, and asks for nothing that stands behind its name
            )
        return _is_lenient(project, at, Arg("name", told[1]))
    if text == "AuthenticationMiddleware":
        return project.absolute(at, text).startswith(("starlette.", "fastapi."))
    cls = project.find_class(at, text.removesuffix("()")) if text.endswith("()") else None
    return cls is not None and any(each.endswith(_BACKEND) for each in project.ancestors(cls))


def _is_lenient(project: Project, at: int, value: Arg) -> bool:
    if value.kind == "name":
        held = _made(project, at, value.text)
        return held is not None and held.kind == "call" and _is_lenient(project, at, held)
    return value.kind == "call" and any(item.name == "auto_error" and item.text == "False" for item in value.items)


def _made(project: Project, at: int, name: str) -> Arg | None:
    """Return what a name of a module, or one that is imported from another, is given."""
    imported = project.imported[at].get(name)
    places = [(at, name)]
    if imported is not None:
        places = [(number, imported.name) for number in project.module_files(at, imported.module)]
    return next((each.value for n, told in places for each in project.assigned[n].get((-1, told), ())), None)
