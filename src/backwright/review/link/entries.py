"""Functions that clients reach without a route of their own: GraphQL resolvers, plain HTTP servers, handlers of errors and of every request."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, File, Function
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_SERVER = regex(r"(^|\.)(Base|Simple|CGI|WSGI)HTTPRequestHandler$")
_OF_SERVER = ("self.path", "self.headers", "self.rfile", "self.requestline")
_GRAPHQL = ("graphene", "ariadne", "strawberry", "graphql", "tartiflette")
_RESOLVES = regex(r"^(resolve(_\w+)?|mutate|mutate_and_get_payload|perform_mutation|subscribe(_\w+)?)$")
_INFO = regex(r"^_*info_*$")
_HANDLES = frozenset("errorhandler app_errorhandler exception_handler before_request before_app_request".split())
_RESOLVER_TYPE = regex(r"^\*?(query|mutation|subscription)Resolver$")
_ROOTS = regex(r"(^|\.)(Query|Mutation|Subscription)$")
_REQUESTS = frozenset({"ctx", "context", "req", "request", "c"})
_ARGUMENT = frozenset(
    {"Argument", "InputArgument", "Args", "Arg", "GraphQLArgument"}
)  # Spring, DGS, NestJS, type-graphql


def entries(project: Project) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    """Yield each such function with the names that hold what a client sent; none where it asks the request itself."""
    for at, file in enumerate(project.files):
        if file.is_test:
            continue
        if file.language == "python":
            yield from _of_python(at, file)
        elif file.language == "javascript":
            yield from _resolvers_of_maps(at, file)
            yield from _middleware(at, file)
        elif file.language == "csharp":
            yield from _health_checks(at, file)
        elif file.language == "go":
            yield from _of_gqlgen(at, file)
        if file.language in ("java", "kotlin", "javascript"):
            yield from _by_marked_parameters(at, file)


def _of_python(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    servers = {n for n, made in enumerate(file.classes) if any(_SERVER.search(base) for base in made.bases)}
    has_graphql = any(made.module.partition(".")[0] in _GRAPHQL for made in file.imports)
    for number, made in enumerate(file.functions):
        if made.cls in servers:
            yield Fn(at, number), _OF_SERVER
        elif [param.name for param in made.params[-2:]] == ["environ", "start_response"]:
            yield Fn(at, number), ("environ",)
        elif (taken := _resolved(made)) and (has_graphql or taken[0] > 0):
            yield Fn(at, number), tuple(p.name.lstrip("*") for p in made.params[taken[0] + 1 :] if p.name != "*")
        elif any(mark.name in _HANDLES for mark in made.marks):
            yield Fn(at, number), ()


def _resolved(made: Function) -> tuple[int] | None:
    """The place of `info` among a resolver's parameters, which comes before the arguments of the client."""
    if not _RESOLVES.match(made.name) and not any(mark.name == "field" for mark in made.marks):
        return None
    return next(((n,) for n, param in enumerate(made.params[:3]) if n and _INFO.match(param.name)), None)


def _resolvers_of_maps(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    """Apollo: `{ Query: { user: (parent, args) => ... } }`, also `const Query = { ... }`."""
    named = {made.name: number for number, made in enumerate(file.functions) if made.kind == "function"}
    if not any(re.search(r"apollo|graphql", made.module) for made in file.imports) and not any(
        _ROOTS.search(assign.target) for assign in file.assigns
    ):
        return
    for assign in file.assigns:
        if assign.value.kind == "dict":
            maps = [assign.value] if _ROOTS.search(assign.target) else []
            maps += [item for item in assign.value.items if item.kind == "dict" and _ROOTS.search(item.name)]
            for each in maps:
                yield from _in_map(at, file, each, named)


def _in_map(at: int, file: File, told: Arg, named: dict[str, int]) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    for item in told.items:
        number = item.ref if item.kind == "fn" else named.get(item.text, -1) if item.kind == "name" else -1
        if number < 0:
            number = next(
                (n for n, made in enumerate(file.functions) if item.name and made.name == item.name and made.params), -1
            )
        if number >= 0 and len(file.functions[number].params) > 1:
            yield Fn(at, number), tuple(re.findall(r"\w+", file.functions[number].params[1].name))


def _middleware(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    """Koa, Express: a function that is handed to use() sees every request."""
    for number, made in enumerate(file.functions):
        if made.call >= 0 and file.calls[made.call].name == "use" and made.params and made.params[0].name in _REQUESTS:
            yield Fn(at, number), ()


def _health_checks(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    """ASP.NET: a health check runs when somebody asks for the page that shows it."""
    for number, made in enumerate(file.functions):
        if made.name == "CheckHealthAsync" and made.cls >= 0 and "IHealthCheck" in file.classes[made.cls].bases:
            yield Fn(at, number), ()


def _of_gqlgen(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    for number, made in enumerate(file.functions):
        if _RESOLVER_TYPE.match(made.owner) and made.is_public and len(made.params) > 1:
            yield Fn(at, number), tuple(p.name for p in made.params if "Context" not in p.type)


def _by_marked_parameters(at: int, file: File) -> Iterator[tuple[Fn, tuple[str, ...]]]:
    for number, made in enumerate(file.functions):
        names = tuple(p.name for p in made.params if any(mark.name in _ARGUMENT for mark in p.marks))
        if names and made.marks:
            yield Fn(at, number), names
