"""JavaScript: options of a route that a name stands for, here or in another module: `app.openapi(routes.list, list)`, `fastify.get("/x", opts)`."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call
from backwright.review.link.javascript import EXPORTS
from backwright.review.link.project import Project

SCOPES_MAX = 8  # functions inside functions
HOPS_MAX = 3  # modules that hand on what others export
_OPTIONS = frozenset("handler schema preHandler onRequest preValidation preParsing config url".split())  # Fastify's
_DESCRIBES = "createRoute"  # Hono's OpenAPI: what it is given describes a route


class Told(NamedTuple):
    """A dictionary of options, with the file and function that the names in it stand in."""

    at: int
    fn: int
    value: Arg


def put_in(project: Project, at: int, call: Call) -> tuple[Call, Told | None]:
    """Return a call in which a name that stands for a dictionary of options is that dictionary, and the one that another module has."""
    args, told = list(call.args), None
    for place, value in enumerate(args):
        made = _held(project, at, call.fn, value) if value.kind == "name" else Told(at, call.fn, value)
        if made is None:
            continue
        held = made.value
        if held.kind == "call" and held.text == _DESCRIBES and held.items:
            held = held.items[0]
        elif made.at != at and not any(item.name in _OPTIONS for item in held.items):
            continue  # some other object
        if held.kind == "dict" and held is not value:
            args[place] = structs.replace(held, name="")
            told = made._replace(value=args[place]) if made.at != at else told
    return (structs.replace(call, args=tuple(args)) if args != list(call.args) else call), told


def _held(project: Project, at: int, fn: int, value: Arg) -> Told | None:
    """Return what a name stands for: a variable of the function or file, what a module exports, or an entry of what it exports."""
    first, _, rest = value.text.partition(".")
    if not rest:
        functions = project.files[at].functions
        for _ in range(SCOPES_MAX):
            for assign in project.assigned[at].get((fn, first), ()):
                return Told(at, assign.fn, assign.value)
            if fn < 0:
                break
            if any(param.name == first for param in functions[fn].params):
                return None
            fn = functions[fn].parent
    elif (-1, first) in project.assigned[at]:
        return next(_entry(at, assign.value, rest) for assign in project.assigned[at][-1, first])
    return _imported(project, at, first, rest, HOPS_MAX)


def _imported(project: Project, at: int, first: str, rest: str, hops: int) -> Told | None:
    made = project.imported[at].get(first)
    if made is None or "." in rest or not hops:
        return None
    is_module = made.name in ("", "*")
    for number in project.module_files(at, made.module):
        names = (rest,) if is_module and rest else EXPORTS if is_module or made.name == "default" else (made.name,)
        for name in names:
            for value in _exported(project, number, name):
                return value if not rest or name == rest else _entry(number, value.value, rest)
            if name in project.imported[number] and name not in EXPORTS:  # handed on
                return _imported(project, number, name, "" if name == rest else rest, hops - 1)
        if is_module and rest:  # module.exports = { list: {...} }
            for name in EXPORTS:
                for value in _exported(project, number, name):
                    return _entry(number, value.value, rest)
    return None


def _exported(project: Project, number: int, name: str) -> Iterator[Told]:
    for target in (name, f"exports.{name}", f"module.exports.{name}"):
        for assign in project.assigned[number].get((-1, target), ()):
            if assign.value.kind == "name" and name in EXPORTS:
                yield from _exported(project, number, assign.value.text)
            else:
                yield Told(number, -1, assign.value)


def _entry(at: int, value: Arg, name: str) -> Told | None:
    """Return an entry of a dictionary."""
    return next((Told(at, -1, item) for item in value.items if value.kind == "dict" and item.name == name), None)
