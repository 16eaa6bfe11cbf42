"""FastAPI: what a dependency is that is no plain function: a name for one, an object that is called, a function that makes one; and which ask nobody."""

import re

from backwright.review.facts import Arg, Param
from backwright.review.link.callableobjects import answering
from backwright.review.link.declared import Declared
from backwright.review.link.fastapi import gives_none
from backwright.review.link.project import Fn, Project
from backwright.review.link.pythonguards import demands, depended
from backwright.review.link.saying import AUTH, NOT_AUTH
from backwright.review.link.typenames import alias_of
from backwright.review.link.types import written
from backwright.review.regexes import regex

HOPS_MAX = 4  # names of names, dependencies of dependencies
_DEPENDS = regex(r"\b(Depends|Security)\b")
_MARKS = frozenset({"Depends", "Security"})
_VALUES = frozenset({"Query", "Body", "Path", "Form", "File"})
_TAKEN = regex(r"^(\w+\.)?Annotated\[.*\b(Query|Body|Path|Form|File)\(", re.DOTALL)  # out of the request
_BODIES = ("BaseModel", "SQLModel", "ninja.Schema", "Enum")
# What works for a handler and is asked nothing before: `get_user_service`, `UserRepositoryDep`.
_SERVES = regex(
    r"(service|repository|repo|dao|crud|use_?case|uow|unit_?of_?work|manager|store|storage|gateway|client|cache|interactor|facade|controller|handler)s?(_?dep(endency)?)?$",
    re.IGNORECASE,
)
_IN_PERSON = regex(r"current|require|logged|authenticated|allow|only|check|verif|valid", re.IGNORECASE)


def runs(project: Project, at: int, name: str, hops: int = HOPS_MAX) -> Fn | None:
    """Return the function of a name; Python: also the one that a dependency of that name runs, `admin = Depends(RoleChecker(["admin"]))`."""
    found = next(iter(project.resolve(at, -1, "", name)), None)
    if found is not None or not hops or project.files[at].language != "python":
        return found
    held = alias_of(project, at, name)
    if held is None:
        cls = project.find_class(at, name)
        return next(iter(project.method(cls, "__call__")), None) if cls is not None else None
    return _run_by(project, *held, hops) if held[1].text != name else None


def _run_by(project: Project, at: int, value: Arg, hops: int) -> Fn | None:
    if value.kind == "call" and value.text.rpartition(".")[2] in _MARKS:
        inner = next((item for item in value.items if item.name in ("", "dependency")), None)
        return _run_by(project, at, inner, hops - 1) if inner is not None and hops else None
    if value.kind == "name":
        return runs(project, at, value.text, hops - 1) if hops and value.text.isidentifier() else None
    called = answering(project, at, -1, value)
    if called is not None:
        return called[0]
    if value.kind != "call":
        return None
    on, _, name = value.text.rpartition(".")
    return next(iter(project.resolve(at, -1, on, name)), None)


def asks_nobody(project: Project, at: int, param: Param) -> bool:
    """Python: whether a parameter asks nobody who he is, whatever it is called.

    That is a scheme that gives nothing for who is not logged in, a value or a body of the request, `payload: AuthPayload`,
    and what only works for the handler: `users: UserService = Depends(get_user_service)`.
    """
    if project.files[at].language != "python":
        return False
    if _only_serves(project, at, param):
        return True
    if param.default is not None and param.default.kind == "call":
        return param.default.text.rpartition(".")[2] in _VALUES or gives_none(project, at, param.default)
    if _TAKEN.search(param.type) and not _DEPENDS.search(param.type):
        return True
    if not param.type or _DEPENDS.search(param.type) or _DEPENDS.search(param.default.text if param.default else ""):
        return False
    cls = project.named_type(at, param.type).cls
    name = written(param.type).name
    if cls is None or project.class_(cls).name != name or (cls.file != at and name not in project.imported[at]):
        return False  # a name for `Annotated[User, Depends(current)]` stands for more than the class
    return any(base.endswith(_BODIES) for base in project.ancestors(cls))


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


def _only_serves(project: Project, at: int, param: Param, hops: int = HOPS_MAX) -> bool:
    """Whether all that a parameter depends on makes what works for the handler, and nothing that this needs asks who is there."""
    names = depended(project, at, param)
    if not names or not hops:
        return False
    for place, dotted in names:
        on, _, name = dotted.rpartition(".")
        if not _SERVES.search(name) or _IN_PERSON.search(name):
            return False
        fn = next(iter(project.resolve(place, -1, on, name)), None)
        cls = project.find_class(place, dotted) if fn is None else None
        if cls is not None:
            fn = next(iter(project.method(cls, "__init__")), None)
        if fn is None:
            continue
        if cls is None and demands(project, fn, 0):
            return False
        for inner in project.function(fn).params:
            if not _says_nobody(project, fn.file, inner, hops - 1):
                return False
    return True


def _says_nobody(project: Project, at: int, param: Param, hops: int) -> bool:
    needed = depended(project, at, param)
    if not needed or _only_serves(project, at, param, hops):
        return True
    for place, dotted in needed:
        if AUTH.search(NOT_AUTH.sub("", dotted)):
            return False
        on, _, name = dotted.rpartition(".")
        for fn in project.resolve(place, -1, on, name)[:1]:
            if demands(project, fn):
                return False
    return True
