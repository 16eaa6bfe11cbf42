"""Functions of a C# project that register routes for others: `MapGet(this IEndpointRouteBuilder builder, Delegate handler, string pattern = "")`."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Arg, Param
from backwright.review.link.marked import Marked
from backwright.review.link.minimalapi import describes
from backwright.review.link.packs import Packs
from backwright.review.link.paths import join
from backwright.review.link.project import Fn
from backwright.review.link.routers import argument

if TYPE_CHECKING:
    from backwright.review.link.aspnet import AspNet

_VERBS = {f"Map{verb.title()}": verb for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")}


class Wrapper(NamedTuple):
    """A function, the route that it registers (file, index of the call), and which of the parameters the path and handler are."""

    fn: Fn
    inner: int
    method: str
    path: Arg
    handler: Arg


class Wrapped(NamedTuple):
    """A call of such a function: what stands at its parameters."""

    wrapper: Wrapper
    at: int
    place: int
    given: dict[str, Arg]


class RouteWrappers:
    """Finds such functions, and reads calls of them as the routes that they are."""

    def __init__(self, aspnet: "AspNet", packs: Mapping[str, Packs]) -> None:
        self.aspnet, self.project, self.routers = aspnet, aspnet.project, aspnet.routers
        self._packs = packs.get("csharp")

    def claims(self, at: int, index: int) -> bool:
        """Whether a call is read here: one of a wrapper, or the one in it."""
        return (at, index) in self._claimed

    def find(self, at: int) -> Iterator[Marked]:
        """Yield the routes that calls in a file register through wrappers."""
        for each in self._by_file.get(at, ()):
            yield from self._of_call(each)

    @cached_property
    def _wrappers(self) -> dict[str, list[Wrapper]]:
        found: dict[str, list[Wrapper]] = defaultdict(list)
        for name, method in _VERBS.items():
            for at, index in self.project.calls_by_name.get(name, ()) if self._packs else ():
                file = self.project.files[at]
                call = file.calls[index]
                made = file.functions[call.fn] if call.fn >= 0 else None
                if file.language != "csharp" or made is None or made.kind == "lambda" or not made.name:
                    continue
                path = argument(call.args, "0") or argument(call.args, "pattern")
                handler = argument(call.args, "1") or argument(call.args, "handler")
                params = {param.name for param in _taken(made.params, made.receiver)}
                if path is None or handler is None or not self.routers.minimal.takes_router(Fn(at, call.fn)):
                    continue
                if _is_one(handler, params) or _is_one(path, params):
                    found[made.name].append(Wrapper(Fn(at, call.fn), index, method, path, handler))
        return found

    @cached_property
    def _calls(self) -> list[Wrapped]:
        found: list[Wrapped] = []
        for name, wrappers in self._wrappers.items():
            inside = {(wrapper.fn.file, wrapper.inner) for wrapper in wrappers}
            for at, index in self.project.calls_by_name.get(name, ()):
                file = self.project.files[at]
                if file.language == "csharp" and not file.is_test and (at, index) not in inside:
                    found += [each for each in (self._fits(at, index, w) for w in wrappers) if each is not None][:1]
        return found

    @cached_property
    def _by_file(self) -> dict[int, list[Wrapped]]:
        found: dict[int, list[Wrapped]] = defaultdict(list)
        for each in self._calls:
            found[each.at].append(each)
        return found

    @cached_property
    def _claimed(self) -> set[tuple[int, int]]:
        called = {(each.at, each.place) for each in self._calls}
        return called | {(each.fn.file, each.inner) for wrappers in self._wrappers.values() for each in wrappers}

    def _fits(self, at: int, index: int, wrapper: Wrapper) -> Wrapped | None:
        """Return a call with what it gives to a wrapper's parameters, None if it must mean another function of that name."""
        call, made = self.project.files[at].calls[index], self.project.function(wrapper.fn)
        params = _taken(made.params, made.receiver)
        plain = [value for value in call.args if value.kind != "type" and not value.name]
        if not call.on or len(plain) > len(params):
            return None
        given = {param.name: value for param, value in zip(params, plain, strict=False)}
        given |= {value.name: value for value in call.args if value.name and value.kind != "type"}
        given |= {p.name: p.default for p in params if p.name not in given and p.default is not None}
        handler, path = given.get(wrapper.handler.text), given.get(wrapper.path.text)
        if _is_one(wrapper.handler, given.keys()) and (
            handler is None
            or handler.kind not in ("name", "fn", "call", "other")
            or self.routers.constant(at, call.fn, handler) is not None
        ):
            return None
        wanted = {p.name for p in params}
        if _is_one(wrapper.path, wanted) and (path is None or self.routers.constant(at, call.fn, path) is None):
            return None
        if _is_one(wrapper.handler, wanted) and handler is None:
            return None
        return Wrapped(wrapper, at, index, given)

    def _of_call(self, told: Wrapped) -> Iterator[Marked]:
        wrapper, at = told.wrapper, told.at
        call = self.project.files[at].calls[told.place]
        inside = wrapper.fn.file
        inner = self.project.files[inside].calls[wrapper.inner]
        path = self._text(told, wrapper.path)
        fn, label = self._handler(told)
        context, below = self.routers.context(at, call), self.routers.context(inside, inner)
        marks = self.project.function(fn).marks if fn is not None else ()
        uses = (
            *context.uses,
            *below.uses,
            *self.routers.behind(inside, wrapper.inner),
            *self.routers.behind(at, told.place),
            *(self.aspnet.use(fn.file, mark) for mark in marks if fn is not None and not describes(mark.name)),
        )
        cls = self.project.own_class(at, call.fn)
        for way in self.routers.ways(context.key, call.line):
            whole = join(join(join(way.prefix, context.prefix), below.prefix), path)
            yield Marked(
                wrapper.method, whole, label, at, call.line, "minimal-api", fn, cls, (*way.uses, *uses), call.args
            )

    def _text(self, told: Wrapped, path: Arg) -> str:
        call = self.project.files[told.at].calls[told.place]
        value = told.given.get(path.text) if path.kind == "name" else None
        if value is not None:
            return self.routers.constant(told.at, call.fn, value) or ""
        return self.routers.constant(told.wrapper.fn.file, told.wrapper.fn.index, path) or ""

    def _handler(self, told: Wrapped) -> tuple[Fn | None, str]:
        handler, at = told.wrapper.handler, told.wrapper.fn.file
        call = self.project.files[told.at].calls[told.place]
        if handler.kind == "name" and handler.text in told.given:
            handler, at = told.given[handler.text], told.at
        if handler.kind == "fn" and handler.ref >= 0:
            return Fn(at, handler.ref), self.project.label(Fn(at, handler.ref))
        on, _, name = handler.text.rpartition(".")
        fn = next(iter(self.project.resolve(at, call.fn, on, name)), None) if at == told.at else None
        return fn, self.project.label(fn) if fn is not None else handler.text


def _taken(params: tuple[Param, ...], receiver: str) -> tuple[Param, ...]:
    """Return the parameters that a caller fills in."""
    return params[1:] if receiver and params and params[0].name == receiver else ()


def _is_one(value: Arg, names: Container[str]) -> bool:
    return value.kind == "name" and value.text in names


__all__ = ["RouteWrappers"]
