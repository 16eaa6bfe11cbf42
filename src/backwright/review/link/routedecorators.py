"""Python: decorators of the project that register what they decorate: `@protected(router.get, "/orders", ["read"])`.

One is a function that is handed a router, or the method of a router, and calls that with the function that it decorates:
`method(path, dependencies=[Depends(login)])(func)`, `router.add_api_route(path, func)`, `bp.add_url_rule(path, view_func=func)`.
What is put around the function there stands before the endpoint.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call, Function, Mark
from backwright.review.link.appliedmarks import marked, meaning
from backwright.review.link.declared import Declared
from backwright.review.link.fastapi import gives_none
from backwright.review.link.packs import Pack, Packs, Route
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.pythonguards import demands
from backwright.review.link.routers import Use, argument, words_of
from backwright.review.link.words import mark_text
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes

_WORD = regex(r"[A-Za-z_]\w*")
_RIGHTS = regex(r"scope|role|permission|auth|login|protect", re.IGNORECASE)
_KEEPS = frozenset({"wraps", "update_wrapper"})


class Registers(NamedTuple):
    """Such a function: the function in it that registers, the call or mark that does, its index (-1 for a mark), what is registered."""

    fn: Fn
    inner: Fn
    call: Call
    place: int
    handler: Arg


class RouteDecorators:
    """Finds such functions, and reads what they decorate as the routes that it is."""

    def __init__(self, routes: Routes) -> None:
        self.routes, self.project, self.routers = routes, routes.project, routes.routers
        self.packs = routes.packs.get("python") or Packs(())

    def claims(self, at: int, index: int) -> bool:
        """Whether a call is the one in such a function that registers: it declares nothing by itself."""
        return (at, index) in self._claimed

    def find(self, numbers: Sequence[int]) -> Iterator[Declared]:
        """Yield the routes of these files."""
        for at in numbers if self._by_name else ():
            file = self.project.files[at]
            if file.language != "python" or file.is_test:
                continue
            for fn, made, mark in marked(self.project, at):
                for told in self._meant(at, made, mark):
                    yield from self._of_mark(at, fn, made, mark, told)

    # ---- the decorators -----------------------------------------------------------------------

    @cached_property
    def _by_name(self) -> dict[str, list[Registers]]:
        found: dict[str, list[Registers]] = defaultdict(list)
        for each in self._all():
            found[self.project.function(each.fn).name].append(each)
        return found

    @cached_property
    def _claimed(self) -> set[tuple[int, int]]:
        return {(each.inner.file, each.place) for told in self._by_name.values() for each in told}

    def _all(self) -> Iterator[Registers]:
        project, routes = self.project, self.packs.routes
        for at, index in project.calls_by_name.get("", ()):  # method(path)(func)
            file = project.files[at]
            call = file.calls[index]
            if file.language == "python" and call.prev >= 0 and len(call.args) == 1 and not file.is_test:
                yield from self._inside(at, call, call.prev, call.args[0], by_mark=True)
        for name, specs in routes.items():
            places = [place for _, route in specs if route.shape == "call" for place in route.handler]
            for at, index in project.calls_by_name.get(name, ()) if places else ():
                file = project.files[at]
                call = file.calls[index]
                value = next((v for place in places if (v := argument(call.args, place)) is not None), None)
                if file.language == "python" and value is not None and not file.is_test:
                    yield from self._inside(at, call, index, value)
        for at, file in enumerate(project.files):
            for made in file.functions if file.language == "python" and not file.is_test else ():
                for mark in made.marks if made.parent >= 0 else ():
                    call = Call(mark.name, mark.on, mark.line, made.parent, args=mark.args)
                    yield from self._registers(at, call, call, -1, Arg("name", made.name))

    def _inside(self, at: int, call: Call, index: int, value: Arg, *, by_mark: bool = False) -> Iterator[Registers]:
        told = self.project.files[at].calls[index]
        if by_mark and told.prev >= 0 and not told.name:  # getattr(router, "get")(path)
            got = self.project.files[at].calls[told.prev]
            if got.name == "getattr" and len(got.args) == 2 and got.args[0].kind == "name":
                told = structs.replace(told, name="getattr", on=got.args[0].text, args=(got.args[1], *told.args))
        yield from self._registers(at, call, told, index, value)

    def _registers(self, at: int, call: Call, told: Call, index: int, value: Arg) -> Iterator[Registers]:
        """Yield the function that a call registers for, if what it registers is the function that is decorated."""
        file = self.project.files[at]
        inner = file.functions[call.fn] if call.fn >= 0 else None
        if inner is None or inner.parent < 0 or inner.kind == "lambda":
            return
        decorated = _decorated(inner)
        names = {param.name for param in file.functions[inner.parent].params}
        is_handed = not told.on and told.name in names
        is_known = told.name in self.packs.routes or told.name == "getattr"
        if decorated and (is_handed or is_known) and self._comes_from(at, call, value, decorated):
            yield Registers(Fn(at, inner.parent), Fn(at, call.fn), told, index, value)

    def _comes_from(self, at: int, call: Call, value: Arg, decorated: str) -> bool:
        """Whether a value is the decorated function, or what is put around it."""
        if value.kind == "call":
            return any(item.text == decorated for item in value.items)
        if value.kind != "name" or value.text == decorated:
            return value.kind == "name"
        told = self.project.assigned[at].get((call.fn, value.text), ())
        return any(item.text == decorated for each in told for item in each.value.items) or any(
            made.name == value.text and made.parent == call.fn for made in self.project.files[at].functions
        )

    # ---- what they decorate -------------------------------------------------------------------

    def _meant(self, at: int, made: Function, mark: Mark) -> list[Registers]:
        imported = self.project.imported[at].get(mark.name) if not mark.on else None
        there = self._by_name.get(imported.name if imported is not None and imported.name else mark.name, ())
        if not there or meaning(self.routes, at, made, mark, self.packs) is not None:
            return []
        fns = self.project.resolve(at, made.parent, mark.on, mark.name)
        return [each for each in there if each.fn in fns]

    def _of_mark(self, at: int, fn: Fn, made: Function, mark: Mark, told: Registers) -> Iterator[Declared]:
        routers, inner = self.routers, told.inner
        given = self._given(at, made, mark, told)
        call = told.call
        if call.name == "getattr":
            named = self._method(told, given)
            if not named:
                return
            call = structs.replace(call, name=named, args=call.args[1:])
        place, there, scope = self._registered_on(at, made, call, given, inner)
        if place is None:
            return
        found = self._spec(there, structs.replace(made, parent=scope), place, call)
        if found is None:
            return
        pack, route = found
        args = tuple(_filled(call.args, given))
        paths = self.routes.paths(inner.file, inner.index, args, route.path)
        key = routers.key_of(there, scope, place.on) if place.on else None
        methods = self.routes.methods(inner.file, inner.index, args, place.name, route) or ["*"]
        cls = Cls(fn.file, made.cls) if made.cls >= 0 else None
        uses = self._before(told, call, route, given)
        if not any(_says_none(name, value) for name, value in given.items()):
            uses = (Use(f"{mark.name}()", at, mark.line), *uses)
        others = tuple(Use(mark_text(each), fn.file, each.line) for each in made.marks if each.name != mark.name)
        for path in paths or ():
            for way in routers.ways(key, mark.line if there == at else call.line) if key is not None else ():
                for method in methods:
                    whole = canonical_path(join(way.prefix, path))
                    yield Declared(
                        method, whole, self.project.label(fn), at, mark.line or made.line, pack.name, fn, cls,
                        (*way.uses, *uses, *others), way.root, args,
                    )  # fmt: skip

    def _given(self, at: int, made: Function, mark: Mark, told: Registers) -> dict[str, Arg]:
        """Return what stands at each parameter of the decorator, texts where they are known."""
        outer = self.project.function(told.fn)
        params = [param for param in outer.params if param.name != outer.receiver]
        plain = [value for value in mark.args if not value.name]
        named = {value.name: value for value in mark.args if value.name}
        found: dict[str, Arg] = {}
        for param in params:
            if param.name.startswith("**"):
                found[param.name] = Arg("list", items=tuple(named.values()))
            elif param.name.startswith("*"):
                found[param.name], plain = Arg("list", items=tuple(plain)), []
            elif param.name in named:
                found[param.name] = named.pop(param.name)
            elif plain:
                found[param.name] = plain.pop(0)
            elif param.default is not None:
                found[param.name] = param.default
        return {name: self._known(at, made.parent, value) for name, value in found.items()}

    def _known(self, at: int, fn: int, value: Arg) -> Arg:
        if value.kind == "list":
            return structs.replace(value, items=tuple(self._known(at, fn, item) for item in value.items))
        text = self.routers.constant(at, fn, value) if value.kind in ("name", "fmt", "concat") else None
        return Arg("str", text, value.name) if text is not None else value

    def _method(self, told: Registers, given: dict[str, Arg]) -> str:
        """Return the method that `getattr(router, method.lower())` names."""
        value = told.call.args[0]
        held = given.get(value.text.partition(".")[0], value)
        text = self.routers.constant(told.inner.file, told.inner.index, held)
        return text.lower() if text else ""

    def _registered_on(
        self, at: int, made: Function, call: Call, given: dict[str, Arg], inner: Fn
    ) -> tuple[Mark | None, int, int]:
        """Return the method of a router that is called, and the file and function that the router's name stands in."""
        held = given.get(call.name) if not call.on else None
        if held is not None:  # method(path)
            on, _, name = held.text.rpartition(".")
            return (Mark(name, on) if held.kind == "name" and on else None), at, made.parent
        root, dot, rest = call.on.partition(".")
        held = given.get(root)
        if held is not None:  # router.get(path)
            return (Mark(call.name, f"{held.text}{dot}{rest}") if held.kind == "name" else None), at, made.parent
        return Mark(call.name, call.on), inner.file, inner.index

    def _spec(self, at: int, made: Function, place: Mark, call: Call) -> tuple[Pack, Route] | None:
        found = meaning(self.routes, at, made, place, self.packs)
        if found is not None:
            return found
        asked = structs.replace(call, name=place.name, on=place.on, fn=made.parent)
        context = self.routers.context(at, structs.replace(asked, prev=-1))
        for pack, route in self.routers.meant(at, self.packs.routes.get(place.name, ())):
            if route.shape == "call" and self.routes.call_counts(at, asked, context, pack, route):
                return pack, route
        return None

    def _before(self, told: Registers, call: Call, route: Route, given: dict[str, Arg]) -> tuple[Use, ...]:
        """Return what stands before each function that is registered so: dependencies, and what is put around it."""
        at, project = told.inner.file, self.project
        file = project.files[at]
        inner = project.function(told.inner)
        decorated = _decorated(inner)
        nobody = {name for name, value in given.items() if _says_none(name, value)}
        words: list[str] = []
        for place in route.uses:
            value = argument(call.args, place)
            for item in (value.items or (value,)) if value is not None else ():
                if not gives_none(project, at, item):
                    words += words_of(item)
        for index, each in enumerate(file.calls):
            if each.fn != told.inner.index or index == told.place or told.place < 0:
                continue
            if not any(value.text == decorated for value in each.args) or each.name in _KEEPS:
                continue
            if each.name == "" and each.prev == told.place:
                continue
            if each.to != told.handler.text and each.inside < 0:
                continue  # what it gives is not what is registered
            around = file.calls[each.prev] if not each.name and each.prev >= 0 else each
            texts = {word for value in around.args for word in _WORD.findall(value.text)}
            if not texts & nobody:
                words.append(f"{around.name}()")
        for index, made in enumerate(file.functions):
            if made.parent == told.inner.index and made.name == told.handler.text:
                marks = [mark for mark in made.marks if mark.name not in _KEEPS and mark.line != told.call.line]
                words += [mark_text(mark) for mark in marks]
                words.append(demands(project, Fn(at, index)) if not nobody else "")
        return tuple(Use(word, at, call.line) for word in words if word)


def _decorated(inner: Function) -> str:
    """Return the name of the function that a decorator is given: its only parameter."""
    names = [param.name for param in inner.params if param.name != inner.receiver]
    return names[0] if len(names) == 1 else ""


def _says_none(name: str, value: Arg) -> bool:
    """Whether a decorator is told that nobody needs a right: `scopes=[]`, `login=False`."""
    is_none = (value.kind == "list" and not value.items) or (value.kind == "bool" and value.text == "False")
    return is_none and not name.startswith("*") and _RIGHTS.search(name) is not None


def _filled(args: Sequence[Arg], given: dict[str, Arg]) -> Iterator[Arg]:
    """Yield arguments with what is given in place of the parameters."""
    for value in args:
        if value.kind == "other" and value.text.startswith("*") and value.text in given:
            yield from given[value.text].items
            continue
        held = given.get(value.text) if value.kind == "name" else None
        if held is not None:
            yield structs.replace(held, name=value.name)
        else:
            yield structs.replace(value, items=tuple(_filled(value.items, given)))


__all__ = ["RouteDecorators"]
