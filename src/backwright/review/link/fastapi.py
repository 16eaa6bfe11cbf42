"""FastAPI: where a handler's parameter comes from when only its name and type say so, and what its class depends on."""

from backwright.review.facts import Arg, Param
from backwright.review.link.declared import Declared
from backwright.review.link.paths import parameters
from backwright.review.link.project import Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

_DEPENDS = regex(r"\b(Depends|Security)\b")
_DEPENDED = regex(r"(?:\w+\.)?(?:Depends|Security)\((?:dependency=)?([\w.]+)")
_BACKEND = "starlette.authentication.AuthenticationBackend"
_BODIES = ("BaseModel", "SQLModel", "ninja.Schema")
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
    is_body = cls is not None and any(b.endswith(_BODIES[:2]) for b in project.ancestors(cls))
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


def gives_none(project: Project, at: int, value: Arg | None) -> bool:
    """Whether a value is a dependency on a scheme that gives nothing for who is not logged in, and refuses nobody."""
    if value is None or value.kind != "call" or value.text.rpartition(".")[2] not in ("Depends", "Security"):
        return False
    held = next((item for item in value.items if item.name in ("", "dependency")), None)
    return held is not None and _is_lenient(project, at, held)


def asks_nobody(project: Project, at: int, param: Param) -> bool:
    """Python: whether a parameter is such a dependency, or a body, whatever that is called: `payload: AuthPayload`."""
    if project.files[at].language != "python":
        return False
    if param.default is not None and param.default.kind == "call":
        return gives_none(project, at, param.default)
    if not param.type or _DEPENDS.search(param.type) or _DEPENDS.search(param.default.text if param.default else ""):
        return False
    cls = project.named_type(at, param.type).cls
    name = written(param.type).name
    if cls is None or project.class_(cls).name != name or (cls.file != at and name not in project.imported[at]):
        return False  # a name for `Annotated[User, Depends(current)]` stands for more than the class
    return any(base.endswith(_BODIES) for base in project.ancestors(cls))


def lets_through(project: Project, at: int, text: str) -> bool:
    """Whether what stands before an endpoint refuses nobody: such a dependency, or what only looks who is there.

    Starlette's middleware asks a backend who somebody is; who is nobody goes on, as a user who is not logged in.
    """
    told = _DEPENDED.match(text)
    if told is not None:
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
