"""userver: handlers are classes with a name, and the static configuration says which path each of them answers."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from backwright.review.link.connexion import Operation
from backwright.review.link.modulepaths import shared
from backwright.review.link.paths import canonical_path
from backwright.review.link.project import Cls, Project
from backwright.review.link.routers import Use
from backwright.review.link.types import written
from backwright.review.link.yamlish import parse_yaml
from backwright.review.regexes import regex

FRAMEWORK = "userver"
_BASE = regex(r"(^|\.)(Http|Web[sS]ocket)Handler\w*Base$|(^|\.)HttpHandlerStatic$")
_ANSWERS = (
    "HandleRequestThrow", "HandleRequestJsonThrow", "HandleRequestFlatbufThrow", "HandleRequestStream", "HandleRequest", "HandleParsedRequest", "Handle",
)  # fmt: skip
_METHODS = regex(r"[A-Z]+")


class _Told(NamedTuple):
    """What a file of configuration says of one component."""

    file: str
    path: str
    methods: tuple[str, ...]
    auth: str


def handled(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    """Yield the endpoints of the handlers in these files, as far as a file of configuration says where they are."""
    told: dict[str, list[_Told]] | None = None
    for at in numbers:
        file = project.files[at]
        for index, made in enumerate(file.classes if file.language == "cpp" else ()):
            name = next(
                (f.value.text for f in made.fields if f.name == "kName" and f.value and f.value.kind == "str"), ""
            )
            if not name or not any(_BASE.search(written(base).name) for base in project.ancestors(Cls(at, index))[1:]):
                continue
            told = _configured(project) if told is None else told
            yield from _of_class(project, Cls(at, index), told.get(name, []))


def _of_class(project: Project, cls: Cls, told: list[_Told]) -> Iterator[Operation]:
    found = [fn for name in _ANSWERS for fn in (*project.methods_of(cls, name), *project.method(cls, name))[:1]]
    own = [fn for fn in found if project.function(fn).owner == project.class_(cls).name]
    handler = next(iter((*own, *found)), None)
    if handler is None or not told:
        return
    here = project.files[cls.file].path
    near = max(told, key=lambda each: shared(each.file, here))
    uses = (Use(f"auth {near.auth}", cls.file, project.class_(cls).line),) if near.auth else ()
    for method in near.methods or ("*",):
        yield Operation(method, canonical_path(near.path), project.label(handler), handler, cls, uses, (), FRAMEWORK)


def _configured(project: Project) -> dict[str, list[_Told]]:
    """Return the name of a component to what the static configurations say of it."""
    found: dict[str, list[_Told]] = {}
    for path, text in project.texts.items():
        if not path.endswith((".yaml", ".yml")) or "components_manager" not in text:
            continue
        document = _document(text)
        manager = document.get("components_manager") if isinstance(document, dict) else None
        components = manager.get("components") if isinstance(manager, dict) else None
        for name, held in components.items() if isinstance(components, dict) else ():
            where = held.get("path") if isinstance(held, dict) else None
            if isinstance(where, str) and where.startswith("/"):
                methods = tuple(_METHODS.findall(str(held.get("method", ""))))
                found.setdefault(name, []).append(_Told(path, where, methods, _auth(held.get("auth"))))
    return found


@lru_cache(maxsize=50)
def _document(text: str) -> Any:  # noqa: ANN401  (a document may be anything)
    return parse_yaml(text)


def _auth(told: Any) -> str:  # noqa: ANN401
    types = told.get("types") if isinstance(told, dict) else None
    return " ".join(str(each) for each in types) if isinstance(types, list) else ""
