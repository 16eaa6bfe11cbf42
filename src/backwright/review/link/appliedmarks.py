"""Marks of functions: those that declare a route, and Python's that are called instead of written above: `app.get("/x")(show)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import structs

from backwright.review.facts import Function, Mark
from backwright.review.link.packs import Pack, Packs, Route, glob
from backwright.review.link.phpmarks import is_of
from backwright.review.link.project import Fn, Project

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes


def marked(project: Project, at: int) -> Iterator[tuple[Fn, Function, Mark]]:
    """Yield each function with each mark that a file gives it; `parent` of the function is where the mark's names stand."""
    file = project.files[at]
    for index, made in enumerate(file.functions):
        for mark in made.marks:
            yield Fn(at, index), made, mark
    for call in file.calls if file.language == "python" else ():
        if call.name or call.prev < 0 or len(call.args) != 1 or call.args[0].kind != "name":
            continue
        on, _, name = call.args[0].text.rpartition(".")
        decorator = file.calls[call.prev]
        for fn in project.resolve(at, call.fn, on, name)[:1]:
            made = structs.replace(project.function(fn), parent=call.fn)
            yield fn, made, Mark(decorator.name, decorator.on, decorator.args, decorator.line)


def meaning(routes: Routes, at: int, made: Function, mark: Mark, packs: Packs) -> tuple[Pack, Route] | None:
    """Return which framework's route a mark is: the one that made the router it is on first, then what the file imports."""
    specs = [(pack, route) for pack, route in packs.routes.get(mark.name, ()) if route.shape == "mark"]
    if len(specs) > 1 and packs.packs[0].language == "python":
        makers = routes.routers.own.makers(routes.routers.key_of(at, made.parent, mark.on)) if mark.on else ()
        ranked = routes.routers.meant(at, specs)
        specs = sorted(ranked, key=lambda each: each[0].name not in makers)
    for pack, route in specs:
        if is_of(routes.project, at, mark, pack.imports) and _counts(routes, at, made, mark, pack, route):
            return pack, route
    return None


def _counts(routes: Routes, at: int, made: Function, mark: Mark, pack: Pack, route: Route) -> bool:
    if route.on == "":
        return not mark.on and routes.used(at, pack)
    if not mark.on:
        return route.on == "*" and routes.used(at, pack)
    key = routes.routers.key_of(at, made.parent, mark.on)
    if key in routes.routers.known:
        return routes.used(at, pack)
    on = routes.project.canonical(at, made.parent, mark.on)
    return bool(glob(route.on).match(mark.on) or glob(route.on).match(on)) and routes.used(at, pack)
