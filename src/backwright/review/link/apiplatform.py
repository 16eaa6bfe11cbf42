"""API Platform: classes that are resources, and the operations on them: `#[ApiResource(operations: [new Get(), new Post()])]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Class, Mark
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.phpmarks import is_of
from backwright.review.link.symfony import API_PLATFORM
from backwright.review.link.words import argument

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes

_OPERATIONS = {"Get": "GET", "GetCollection": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE"}
_DEFAULT = ("Get", "GetCollection", "Post", "Patch", "Delete")  # of a resource that names none
_OF_ALL = ("GetCollection", "Post")  # asked at the path of all, the others at that of one
_OLD = {"get": "Get", "post": "Post", "put": "Put", "patch": "Patch", "delete": "Delete"}  # itemOperations: ["get"]
_MODULES = ("ApiPlatform.",)
_SECURITY = ("security", "securityPostDenormalize", "security_post_denormalize")
_STEPS = ("controller", "processor", "provider")
_STEP_METHODS = ("__invoke", "process", "provide")


def operations(routes: Routes, numbers: Sequence[int]) -> Iterator[Declared]:
    """Yield the operations of all resources among these files."""
    for at in numbers:
        file = routes.project.files[at]
        for made in file.classes if file.language == "php" and not file.is_test else ():
            marks = [m for m in made.marks if (m.name == "ApiResource" or m.name in _OPERATIONS)]
            own = [m for m in marks if is_of(routes.project, at, m, _MODULES) and _is_imported(routes, at, m)]
            for mark in own:
                yield from _of_mark(routes, at, made, mark, alone=len(own) == 1)


def _is_imported(routes: Routes, at: int, mark: Mark) -> bool:
    return (mark.on or mark.name).partition(".")[0] in routes.project.imported[at]


def _of_mark(routes: Routes, at: int, made: Class, mark: Mark, *, alone: bool) -> Iterator[Declared]:
    if mark.name in _OPERATIONS:
        yield from _operation(routes, at, made, mark.name, mark.args, (), mark.line)
        return
    listed = argument(mark.args, "operations")
    if listed is not None and listed.kind in ("list", "dict"):
        for item in listed.items:
            name = item.text.rpartition(".")[2]
            if item.kind == "call" and name in _OPERATIONS:
                yield from _operation(routes, at, made, name, item.items, mark.args, item.line or mark.line)
        return
    old = [argument(mark.args, place) for place in ("collectionOperations", "itemOperations")]
    if any(old):
        for place, each in enumerate(old):
            for item in each.items if each is not None else ():
                name = _OLD.get((item.name or item.text).lower(), "")
                if name:
                    name = "GetCollection" if name == "Get" and not place else name
                    yield from _operation(routes, at, made, name, item.items, mark.args, item.line or mark.line)
        return
    for name in _DEFAULT if alone else ():
        yield from _operation(routes, at, made, name, (), mark.args, mark.line)


def _operation(
    routes: Routes, at: int, made: Class, name: str, args: Sequence[Arg], shared: Sequence[Arg], line: int
) -> Iterator[Declared]:
    def text(place: str) -> str:
        for held in (args, shared):
            told = argument(held, place)
            if told is not None and told.kind in ("str", "concat", "fmt", "name"):
                return routes.routers.constant(at, -1, told) or ""
        return ""

    path = text("uriTemplate") or _default_path(text("shortName") or made.name, name)
    path = join(text("routePrefix"), path.replace("{._format}", "").replace(".{_format}", ""))
    uses = tuple(
        routes.routers.use(f"IsGranted({told})", at, line) for place in _SECURITY for told in (text(place),) if told
    )
    step = next((told for place in _STEPS if (told := argument(args, place)) is not None), None)
    cls = routes.project.find_class(at, step.text.removesuffix(".class")) if step is not None else None
    fn = next((f for m in _STEP_METHODS if cls is not None for f in routes.project.method(cls, m)[:1]), None)
    prefixes = [each.prefix for each in routes.symfony.folders if each.path == API_PLATFORM] or [""]
    for prefix in prefixes[:1]:
        yield Declared(
            text("method") or _OPERATIONS[name],
            canonical_path(join(prefix, path)),
            routes.project.label(fn) if fn is not None else f"{made.name}.{name}",
            at,
            line,
            "symfony",
            fn,
            cls if fn is not None else None,
            uses,
        )


def _default_path(name: str, operation: str) -> str:
    """Return the path that a resource has by its name: `BookReview` is at /book_reviews."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    many = f"{words[:-1]}ies" if re.search(r"[^aeiou]y$", words) else f"{words}es" if re.search(r"(s|x|ch|sh)$", words) else f"{words}s"  # fmt: skip
    return f"/{many}" if operation in _OF_ALL else f"/{many}/{{id}}"
