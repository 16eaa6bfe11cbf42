"""go-zero: endpoints that stand in lists of routes with what is said of them all: `server.AddRoutes([]rest.Route{...}, rest.WithJwt(secret))`."""

from collections.abc import Iterable, Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.connexion import Operation
from backwright.review.link.gowrapping import Wrapping
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Project
from backwright.review.link.routers import Use
from backwright.review.regexes import regex

FRAMEWORK = "go-zero"
_MODULE = regex(r"github\.com/(zeromicro|tal-tech)/go-zero/rest$")
_PARAM = regex(r":(\w+)")
_NESTED_MAX = 4  # lists in calls in lists


def gozero(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    """Yield what these files declare on go-zero's server."""
    wrapping = Wrapping(project)
    for at in numbers:
        file = project.files[at]
        if file.language != "go" or file.is_test or not any(_MODULE.match(made.module) for made in file.imports):
            continue
        for call in file.calls:
            if call.name in ("AddRoutes", "AddRoute") and call.args:
                yield from _declared(project, wrapping, at, call)


def _declared(project: Project, wrapping: Wrapping, at: int, call: Call) -> Iterator[Operation]:
    uses = tuple(
        Use(f"{value.text}({' '.join(item.text for item in value.items)})", at, call.line)
        for value in call.args[1:]
        if value.kind == "call"
    )
    uses += tuple(Use(each.text, at, call.line) for each in _middleware(call.args[0]))
    prefix = next((v.items[0].text for v in call.args[1:] if v.text.endswith("WithPrefix") and v.items), "")
    for route in _routes(call.args[0]):
        held = {item.name: item for item in route.items}
        path, handler = held.get("Path"), held.get("Handler")
        if path is None or handler is None or path.kind != "str":
            continue
        method = held["Method"].text.rpartition(".")[2].removeprefix("Method").upper() if "Method" in held else "*"
        inner, words = wrapping.innermost(at, call.fn, handler, None, call.line)
        fn, cls, label = wrapping.handler(at, call.fn, inner)
        if fn is not None:
            around = (*uses, *(Use(word, at, call.line) for word in words))
            whole = canonical_path(_PARAM.sub(r"{\1}", join(prefix, path.text)))
            yield Operation(method, whole, label, fn, cls, around, (), FRAMEWORK)


def _routes(value: Arg, depth: int = _NESTED_MAX) -> Iterator[Arg]:
    """Yield the entries of a list of routes, also of one in `rest.WithMiddlewares(..., routes...)`."""
    names = {item.name for item in value.items}
    if value.kind in ("dict", "call") and {"Path", "Handler"} <= names:
        yield value
    elif depth:
        for item in value.items:
            yield from _routes(item, depth - 1)


def _middleware(value: Arg) -> list[Arg]:
    """What stands before the routes in `rest.WithMiddlewares([]rest.Middleware{...}, routes...)`, or in WithMiddleware."""
    if value.kind != "call" or not value.text.endswith(("WithMiddlewares", "WithMiddleware")) or not value.items:
        return []
    first = value.items[0]
    return list(first.items) if first.kind == "list" else [first]


__all__ = ["FRAMEWORK", "gozero"]
