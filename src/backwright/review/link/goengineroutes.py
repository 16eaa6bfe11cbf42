"""Go: calls of a project's own functions that register routes, read as the routes that they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.goengines import Wrapper, mentioned
from backwright.review.link.gotables import rows
from backwright.review.link.gowrapping import allowed_methods
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.routers import Key, Use, Way
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes

_HANDLERS = ("name", "call", "fn", "other")
_GUARDS = regex(r"iddleware|[hH]andler|^(\[\])?func\(")  # types of parameters that are more than a text or a flag


class Step(NamedTuple):
    """A call on the way from where a route is written to the framework's, and what it says of the function that it stands in."""

    at: int
    call: Call
    wrapper: Wrapper | None


class EngineRoutes:
    """The routes that such calls declare."""

    def __init__(self, routes: Routes) -> None:
        self.routes, self.project, self.routers = routes, routes.project, routes.routers
        self.engines = routes.routers.go.engines

    def claims(self, at: int, index: int) -> bool:
        """Whether a call is read here: one that declares a route through such a function, or one in it."""
        return (at, index) in self._claimed

    def find(self, numbers: Sequence[int]) -> Iterator[Declared]:
        """Yield the routes of these files."""
        for at in numbers:
            yield from (declared for _, declared in self._by_file.get(at, ()))

    @cached_property
    def _by_file(self) -> dict[int, list[tuple[int, Declared]]]:
        found: dict[int, list[tuple[int, Declared]]] = defaultdict(list)
        for fn, wrappers in self.engines.wrappers.items():
            for at, index in self.engines.sites(fn):
                call = self.project.files[at].calls[index]
                if call.fn >= 0 and Fn(at, call.fn) in self.engines.wrappers:
                    continue
                for wrapper in wrappers:
                    found[at] += [(index, each) for each in self._of_call(at, call, wrapper)]
        return found

    @cached_property
    def _claimed(self) -> set[tuple[int, int]]:
        called = {(at, index) for at, told in self._by_file.items() for index, _ in told}
        return called | {(fn.file, each.inner) for fn, told in self.engines.wrappers.items() for each in told}

    # ---- one call ---------------------------------------------------------------------------

    def _of_call(self, at: int, call: Call, wrapper: Wrapper) -> Iterator[Declared]:
        table = rows(self.project, at, call)
        for row in table or [{}]:
            self.routers.row = row
            told = structs.replace(call, args=tuple(row.get(v.text, v) if v.kind == "name" else v for v in call.args))
            yield from self._of_row(at, told, wrapper)
        self.routers.row = {}

    def _of_row(self, at: int, call: Call, wrapper: Wrapper) -> Iterator[Declared]:
        steps = [Step(at, call, None)]
        texts, given, each = self._bound(at, call, wrapper, {}), self.engines.given(wrapper.fn, call), wrapper
        handler = given.get(each.handler.partition(".")[0])
        if handler is None or handler.kind not in _HANDLERS or self._is_text(at, call, handler):
            return
        while True:
            if any(
                name not in texts for name in mentioned(each.path, set(self.engines.given(each.fn, steps[-1].call)))
            ):
                return  # a path that is not known
            inner = self.project.files[each.fn.file].calls[each.inner]
            steps.append(Step(each.fn.file, inner, each))
            if each.below is None:
                break
            texts, each = self._bound(each.fn.file, inner, each.below, texts), each.below
        yield from self._declared(steps, each, texts, handler)

    def _is_text(self, at: int, call: Call, value: Arg) -> bool:
        return value.kind == "name" and self.routers.constant(at, call.fn, value) is not None

    def _bound(self, at: int, call: Call, wrapper: Wrapper, row: dict[str, Arg]) -> dict[str, Arg]:
        """Return the texts that a call gives to a function's parameters, and "" for what is in fields of its object."""
        before, self.routers.row = self.routers.row, {**self.routers.row, **row}
        found: dict[str, Arg] = {}
        for name, value in self.engines.given(wrapper.fn, call).items():
            told = self.routers.constant(at, call.fn, value)
            if told is not None:
                found[name] = Arg("str", told)
            elif value.kind == "name" and value.text.rpartition(".")[2].startswith("Method"):  # http.MethodGet
                found[name] = Arg("str", value.text.rpartition(".")[2].removeprefix("Method").upper())
        self.routers.row = before
        inside, receiver = wrapper.fn, self.project.function(wrapper.fn).receiver
        for name in _fields(wrapper.path, receiver) if receiver else ():
            if self.routers.constant(inside.file, inside.index, Arg("name", name)) is None:
                found[name] = Arg("str")
        return found

    def _declared(self, steps: list[Step], last: Wrapper, texts: dict[str, Arg], handler: Arg) -> Iterator[Declared]:
        pack, route, (inside, inner, _) = last.pack, last.route, steps[-1]
        if pack is None or route is None:
            return
        before, self.routers.row = self.routers.row, texts
        paths = self.routes.paths(inside, inner.fn, inner.args, route.path)
        methods = self.routes.methods(inside, inner.fn, inner.args, inner.name, route) or ["*"]
        if methods == ["*"]:
            methods = self.routes.chained_methods(inside, last.inner) or ["*"]
        self.routers.row = before
        at, call, _ = steps[0]
        fn, cls, label = self._handler(at, call, handler, steps)
        uses = self._uses(steps, handler)
        if methods == ["*"] and fn is not None:
            methods = allowed_methods(self.project, fn) or methods
        for path in paths or ():
            word, _, rest = path.partition(" ")
            named, plain = ([word], rest.strip()) if word.isupper() and rest else (methods, path)
            for way in self._ways(steps, len(steps) - 1):
                whole = canonical_path(join(way.prefix, plain))
                for method in named:
                    yield Declared(
                        method, whole, label, at, call.line, pack.name, fn, cls, (*way.uses, *uses), way.root, call.args
                    )

    def _handler(self, at: int, call: Call, handler: Arg, steps: list[Step]) -> tuple[Fn | None, Cls | None, str]:
        wrapper = steps[1].wrapper
        member = wrapper.handler.partition(".")[2] if wrapper is not None else ""
        if member:  # crud("/orders", orders) registers orders.List
            known = self.project.value_type(at, call.fn, handler).cls
            found = self.project.method(known, member)[:1] if known is not None else ()
            return (found[0] if found else None), known, self.project.label(found[0]) if found else member
        return self.routes.handlers(at, call, handler)[0]

    # ---- what stands before it --------------------------------------------------------------

    def _uses(self, steps: list[Step], handler: Arg) -> tuple[Use, ...]:
        """What the functions on the way put around a handler, the middleware they are given, and what is around it where it is written."""
        found: list[Use] = []
        for outer, step in pairwise(steps):
            if step.wrapper is not None:
                found += self._given_to(outer, step.wrapper)
                found += self._put_around(step, step.wrapper)
        at, call = steps[0].at, steps[0].call
        around = self.routers.go.wrapping.innermost(at, call.fn, handler, None, call.line)[1]
        return (*found, *(self.routers.use(word, at, call.line) for word in around))

    def _given_to(self, outer: Step, wrapper: Wrapper) -> Iterator[Use]:
        """Yield the middleware that a call gives to a function beside the handler."""
        given = self.engines.given(wrapper.fn, outer.call)
        for param in self.project.function(wrapper.fn).params:
            value = given.get(param.name)
            if value is None or param.name == wrapper.handler.partition(".")[0] or not _GUARDS.search(param.type):
                continue
            several = value.items if value.kind == "list" else (value,)
            yield from self.routers.uses_of(outer.at, structs.replace(outer.call, args=several), ["*"])

    def _put_around(self, step: Step, wrapper: Wrapper) -> Iterator[Use]:
        """Yield what a function puts around the handler it is given."""

        def fits(_at: int, _fn: int, value: Arg) -> bool:
            return value.kind == "name" and value.text == wrapper.handler

        at, call = step.at, step.call
        for word in self.routers.go.wrapping.innermost(at, call.fn, wrapper.value, fits, call.line)[1]:
            yield self.routers.use(word, at, call.line)
        if wrapper.ref >= 0:
            yield self.routers.use(f"closure_{wrapper.ref}", at, call.line)

    def _ways(self, steps: list[Step], place: int) -> list[Way]:
        """Return the full prefixes above the router that a call on the way is made on, with what is used there."""
        routers, at, call, wrapper = self.routers, *steps[place]
        context = routers.context(at, call)
        if wrapper is None or place == 0:
            return [_below(way, context.prefix, context.uses) for way in routers.ways(context.key, call.line)]
        made, before = self.project.function(wrapper.fn), steps[place - 1]
        first = call
        while first.prev >= 0:
            first = self.project.files[at].calls[first.prev]
        start, _, rest = first.on.partition(".")
        if start and start == made.receiver:
            outer = self._ways(steps, place - 1)
            if not rest:
                return [_below(way, context.prefix, context.uses) for way in outer]
            own = routers.ways(self._field(at, call, first.on) or context.key, call.line)
            inner = [_below(way, context.prefix, context.uses) for way in own]
            return [_below(each, way.prefix, way.uses) for each in inner for way in outer]
        given = self.engines.given(wrapper.fn, before.call).get(start) if not rest else None
        if given is None:
            outer = routers.ways(context.key, call.line)
        elif given.kind == "name":  # as if the call had been made there, on what is handed over
            there = before._replace(call=structs.replace(before.call, on=given.text, prev=-1))
            outer = self._ways([*steps[: place - 1], there], place - 1)
        else:
            outer = self._ways_of(before, context.key)
        return [_below(way, context.prefix, context.uses) for way in outer]

    def _ways_of(self, before: Step, param: Key) -> list[Way]:
        """Return the ways above a router that a function is handed where it is made: `get(r.Group("/x"), "/y", show)`."""
        line = before.call.line
        edges = [
            edge for edge in self.routers.edges.get(param, ()) if edge.at == line and edge.parent.file == before.at
        ]
        found = [_below(way, edge.prefix, edge.uses) for edge in edges for way in self.routers.ways(edge.parent, line)]
        return found or [Way("", (), param)]

    def _field(self, at: int, call: Call, chain: str) -> Key | None:
        """The field of another object that a chain ends with: `g.engine.mux` is the engine's."""
        on, _, name = chain.rpartition(".")
        if "." not in on:
            return None
        cls = self.project.type_of(at, call.fn, on).cls
        return self.routers.key("field", cls.file, cls.index, name) if cls is not None else None


def _below(way: Way, prefix: str, uses: tuple[Use, ...]) -> Way:
    return Way(join(way.prefix, prefix), way.uses + uses, way.root) if prefix or uses else way


def _fields(value: Arg, receiver: str) -> Iterator[str]:
    """Yield the fields of its own object that a value is made of."""
    if value.kind == "name" and value.text.startswith(f"{receiver}."):
        yield value.text
    for item in value.items:
        yield from _fields(item, receiver)
