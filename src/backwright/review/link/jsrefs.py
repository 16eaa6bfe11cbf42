"""JavaScript: functions by their names: those that calls are given, `orders.map(toDto)`, `run(OrderService.list.bind(this))`, and those taken out of modules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Call

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

HOPS_MAX = 8  # functions inside functions


def references(project: "Project", at: int, call: Call) -> "Iterator[Fn]":
    """Yield the functions of the project that a call is given by their names."""
    for value in call.args:
        name = value.text
        if value.kind == "call" and name.endswith(".bind"):
            name = name.removesuffix(".bind")
        elif value.kind != "name":
            continue
        on, _, last = name.rpartition(".")
        if last in project.functions_by_name or last in project.imported[at]:
            for fn in _meant(project, at, call.fn, on, last):
                if project.function(fn).kind != "constructor" and fn.index != call.fn:
                    yield fn


def unpacked(project: "Project", at: int, fn: int, name: str) -> "tuple[Fn, ...]":
    """Return the function that a name was taken out of a module's object for: `const { list } = ordersController`."""
    if project.files[at].language != "javascript":
        return ()
    for scope in dict.fromkeys((fn, -1)):
        for each in project.assigned[at].get((scope, name), ()):
            on, _, taken = each.value.text.rpartition(".")
            if each.value.kind == "name" and on in project.imported[at] and taken.isidentifier():
                return project.resolve(at, scope, on, taken)
    return ()


def _meant(project: "Project", at: int, fn: int, on: str, name: str) -> "tuple[Fn, ...]":
    first = on.partition(".")[0] or name
    if first != "this" and _is_variable(project, at, fn, first):
        return ()
    if not on:
        return project.in_file(at, name) or (project.resolve(at, fn, "", name) if name in project.imported[at] else ())
    known = project.type_of(at, fn, on)
    if known.cls is not None:
        return project.method(known.cls, name)[:1]
    return project.resolve(at, fn, on, name) if on in project.imported[at] else ()


def _is_variable(project: "Project", at: int, fn: int, name: str) -> bool:
    """Whether a name is a parameter or a variable of a function around, and not the module's."""
    for _ in range(HOPS_MAX):
        if fn < 0:
            return False
        made = project.files[at].functions[fn]
        if (fn, name) in project.assigned[at] or any(name in _names(param.name) for param in made.params):
            return not any(
                each.fn == fn and each.value.kind == "fn" for each in project.assigned[at].get((fn, name), ())
            )
        fn = made.parent
    return False


def _names(param: str) -> list[str]:
    """Return the names that a parameter binds: one, or those of a pattern `{ a, b: c }`."""
    return (
        [param]
        if param.isidentifier()
        else [part.strip(" {}[]") for each in param.split(",") for part in each.split(":")]
    )
