"""Functions and methods of a Go project that register routes for others: `func (e *Engine) Get(path string, h Handler) { e.mux.Handle("GET", path, e.wrap(h)) }`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call, Function
from backwright.review.link.gowrapping import HANDLES
from backwright.review.link.packs import Mount, Pack, Route, glob
from backwright.review.link.paths import join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.words import argument

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers

LEVELS_MAX = 3  # such functions that call one another
HOPS_MAX = 3  # variables between a parameter and what is registered
JOINS = frozenset({"path.Join", "url.JoinPath", "filepath.Join"})
_TEXTS = frozenset({"string", ""})


class Wrapper(NamedTuple):
    """A function that registers a route, and how.

    Attributes:
        inner: The call in it that does so, by its place in the file.
        pack, route: What the framework says of that call.
        below: The other such function that it calls, instead.
        path: What stands there for the path.
        handler: The parameter that is the handler, with what is read of it: `h`, `h.List`.
        value: What stands there for the handler.
        ref: The closure that runs the handler, if one does; else -1.
    """

    fn: Fn
    inner: int
    pack: Pack | None
    route: Route | None
    below: Wrapper | None
    path: Arg
    handler: str
    value: Arg
    ref: int = -1


class Engines:
    """Finds such functions, and where they are called."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project

    @cached_property
    def wrappers(self) -> dict[Fn, list[Wrapper]]:
        """Function to the routes that it registers for who calls it."""
        found: dict[Fn, list[Wrapper]] = {}
        fresh = list(self._direct())
        for _ in range(LEVELS_MAX):
            for each in fresh:
                found.setdefault(each.fn, []).append(each)
            known = set(found)
            fresh = [again for each in fresh for again in self._around(each) if again.fn not in known]
        return found

    def sites(self, fn: Fn) -> Iterator[tuple[int, int]]:
        """Yield the calls that run a function, outside of tests."""
        name = self.project.function(fn).name
        for at, index in self.project.calls_by_name.get(name, ()) if name else ():
            file = self.project.files[at]
            call = file.calls[index]
            if file.language == "go" and not file.is_test and fn in self.project.resolve_call(at, call):
                yield at, index

    # ---- what registers ---------------------------------------------------------------------

    def _direct(self) -> Iterator[Wrapper]:
        """Functions that call a framework's router."""
        packs = self.routers.packs.get("go")
        for name, specs in packs.routes.items() if packs is not None else ():
            for at, index in self.project.calls_by_name.get(name, ()):
                file = self.project.files[at]
                call = file.calls[index]
                made = file.functions[call.fn] if call.fn >= 0 and file.language == "go" else None
                if made is None or file.is_test or not _may_wrap(made, call):
                    continue
                for pack, route in self.routers.meant(at, specs):
                    if route.shape != "call" or route.behind or not route.path or not self._counts(at, call, route):
                        continue
                    path = argument(call.args, route.path[0])
                    handler = next((v for p in route.handler if (v := argument(call.args, p)) is not None), None)
                    found = self._made(at, index, call, path, handler)
                    if found is not None:
                        yield found._replace(pack=pack, route=route)
                        break

    def _counts(self, at: int, call: Call, route: Route) -> bool:
        """Whether a call is made on a router: a known one, or what is one by its type or package."""
        context = self.routers.context(at, call)
        if context.is_router or context.key in self.routers.known:
            return True
        told = self.project.canonical(at, call.fn, call.on)
        return told not in ("", call.on) and route.on not in ("", "*") and bool(glob(route.on).match(told))

    def _made(self, at: int, index: int, call: Call, path: Arg | None, handler: Arg | None) -> Wrapper | None:
        """Return what a call says of the function around it, if both path and handler are parameters of that."""
        made = self.project.files[at].functions[call.fn]
        texts = {param.name for param in made.params if param.type in _TEXTS}
        others = {param.name: param.type for param in made.params if param.type not in _TEXTS}
        if path is None or handler is None or not _is_text(path) or not mentioned(path, texts):
            return None
        held, ref = self._held(at, call, handler, set(others), HOPS_MAX)
        name, _, member = held.partition(".")
        if not held or not self._answers(at, others[name], member):
            return None
        return Wrapper(Fn(at, call.fn), index, None, None, None, path, held, handler, ref)

    def _answers(self, at: int, declared: str, member: str) -> bool:
        """Whether a parameter of a type, or this method of it, is a handler."""
        if not member and (HANDLES.search(declared) or declared.startswith("func(")):
            return True
        cls = self.project.find_class(at, declared.lstrip("*"))
        made = self.project.class_(cls) if cls is not None else None
        if cls is None or made is None:
            return False
        if made.kind in ("interface", "struct"):
            return bool(self.project.method(cls, member or "ServeHTTP"))
        return not made.bases and not member  # a type of functions has a name only

    def _held(self, at: int, call: Call, value: Arg, params: set[str], hops: int) -> tuple[str, int]:
        """Return the parameter that a handler comes from, and the closure around it: `h`, `wrap(h)`, `func(...) { h(w, r) }`."""
        if value.kind == "name":
            first = value.text.partition(".")[0]
            if first in params:
                return value.text, -1
            told = self.project.assigned[at].get((call.fn, value.text), ()) if hops else ()
            found = [self._held(at, call, each.value, params, hops - 1) for each in told]
            return next((each for each in found if each[0]), ("", -1))
        if value.kind == "fn":
            ref = value.ref if value.ref >= 0 else self._lambda(at, call)
            return self._in_closure(at, ref, params), ref
        for item in value.items if value.kind == "call" else ():
            held = self._held(at, call, item, params, hops)
            if held[0]:
                return held
        return "", -1

    def _lambda(self, at: int, call: Call) -> int:
        """The closure that is written among the arguments of a call, in a wrapper."""
        for index in range(call.fn + 1, len(functions := self.project.files[at].functions)):
            if functions[index].line > functions[call.fn].end:
                return -1
            if functions[index].parent == call.fn and functions[index].line >= call.line:
                return index
        return -1

    def _in_closure(self, at: int, ref: int, params: set[str]) -> str:
        """The parameter that a closure runs: `h(w, r)`, `h.ServeHTTP(w, r)`."""
        file = self.project.files[at]
        if ref < 0:
            return ""
        start, end = file.functions[ref].line, file.functions[ref].end
        for call in file.calls:
            if start <= call.line <= end and call.fn >= ref:
                if not call.on and call.name in params:
                    return call.name
                if call.name == "ServeHTTP" and call.on in params:
                    return call.on
        return ""

    def _around(self, below: Wrapper) -> Iterator[Wrapper]:
        """Functions that call such a function with parameters of their own."""
        for at, index in self.sites(below.fn):
            call = self.project.files[at].calls[index]
            if call.fn < 0 or Fn(at, call.fn) == below.fn:
                continue
            if not _may_wrap(self.project.files[at].functions[call.fn], call):
                continue
            given = self.given(below.fn, call)
            own = {param.name for param in self.project.files[at].functions[call.fn].params}
            names = mentioned(below.path, set(given))
            path = next((value for name, value in given.items() if name in names and mentioned(value, own)), None)
            found = self._made(at, index, call, path, given.get(below.handler.partition(".")[0]))
            if found is not None and "." not in below.handler:
                yield found._replace(below=below)

    def given(self, fn: Fn, call: Call) -> dict[str, Arg]:
        """Return what a call gives to each parameter; the last one may be several."""
        params = self.project.function(fn).params
        found = {param.name: value for param, value in zip(params, call.args, strict=False)}
        if params and params[-1].type.startswith("[]") and len(call.args) >= len(params):
            found[params[-1].name] = Arg("list", items=call.args[len(params) - 1 :])
        return found

    def own_mounts(self, at: int, call: Call, told: list[Mount]) -> list[Mount]:
        """Return what a call mounts, if the words that frameworks have for it are the project's own here.

        A method `Use` that keeps its middleware counts in the order of the lines, whatever a framework does; and what another
        method than a group's gives is no router: `app.Worker().Use(trace)`.
        """
        file = self.project.files[at]
        if file.language != "go" or not call.on:
            return told
        if call.prev >= 0 and self._is_other(at, file.calls[call.prev]):
            return []
        for fn in self.project.resolve_call(at, call)[:1] if len(told) > 1 or any(m.anywhere for m in told) else ():
            inside = self.project.files[fn.file].calls
            if not any(each.fn == fn.index and each.name == call.name for each in inside):
                plain = [each for each in told if not each.child] or told
                return [structs.replace(plain[0], anywhere=False)]
        return told

    def _is_other(self, at: int, call: Call) -> bool:
        """Whether a call gives something of the project that is called neither like a group nor like a router."""
        packs = self.routers.packs["go"]
        if any(call.name in names for names in (packs.scopes, packs.mounts, packs.routes, packs.routers)):
            return False
        found = self.project.resolve_call(at, call)
        return bool(found) and not any(
            self.routers.is_router_type(fn.file, packs, self.project.function(fn).returns) for fn in found
        )

    # ---- types ------------------------------------------------------------------------------

    @cached_property
    def classes(self) -> frozenset[Cls]:
        """Types of the project that are routers: they register routes for others, and make groups or take middleware."""
        found = {cls for fn in self.wrappers if (cls := self._owner(fn)) is not None}
        return frozenset(cls for cls in found if self.project.method(cls, "Use") or self._gives(cls))

    def _owner(self, fn: Fn) -> Cls | None:
        made = self.project.function(fn)
        return self.project.own_class(fn.file, fn.index) if made.receiver or made.owner else None

    def _gives(self, cls: Cls) -> list[Fn]:
        """The methods of a router that give a router of its kind, or of another that registers."""
        owners = {self._owner(fn) for fn in self.wrappers}
        return [
            fn
            for fn in self._methods.get(cls, ())
            if self.project.find_class(fn.file, self.project.function(fn).returns.lstrip("*")) in owners
        ]

    @cached_property
    def groups(self) -> frozenset[Fn]:
        """The methods of such routers that open a group."""
        return frozenset(fn for cls in self.classes for fn in self._gives(cls))

    @cached_property
    def _methods(self) -> dict[Cls, list[Fn]]:
        """The methods that give something, of types that register routes."""
        found: dict[Cls, list[Fn]] = defaultdict(list)
        owners = {cls for fn in self.wrappers if (cls := self._owner(fn)) is not None}
        for number in sorted({each for cls in owners for each in self.project.go.package_files(cls.file)}):
            for index, made in enumerate(self.project.files[number].functions):
                if made.owner and made.returns and (cls := self.project.own_class(number, index)) in owners:
                    found[cls].append(Fn(number, index))
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.project.class_(cls).name for cls in self.classes)

    def is_own(self, at: int, declared: str) -> bool:
        """Whether a declared type is such a router."""
        name = declared.lstrip("*")
        return name.rpartition(".")[2] in self._names and self.project.find_class(at, name) in self.classes

    def know(self, numbers: Sequence[int]) -> None:
        """Know parameters and fields that are such a router, and what such a router gives."""
        key = self.routers.key
        for at in numbers if self._names else ():
            file = self.project.files[at]
            for index, function in enumerate(file.functions):
                for param in function.params:
                    if param.type and self.is_own(at, param.type):
                        self.routers.known.add(key("var", at, index, param.name))
            for index, made in enumerate(file.classes):
                for field in made.fields:
                    if field.type and self.is_own(at, field.type):
                        self.routers.known.add(key("field", at, index, field.name))
        for fn in sorted(self.groups):
            self._hang_groups(fn)

    def _hang_groups(self, fn: Fn) -> None:
        """`admin := api.Sub("/admin", requireAdmin)`; the frameworks' own words for it are read elsewhere."""
        routers, made = self.routers, self.project.function(fn)
        if made.name in routers.packs["go"].scopes:
            return
        texts = [param.name for param in made.params if param.type in _TEXTS]
        for at, index in self.sites(fn):
            call = self.project.files[at].calls[index]
            target, above, given = routers.destination(at, index), routers.context(at, call), self.given(fn, call)
            if call.on and target != above.key:
                prefix = routers.text_at(at, call, [str(call.args.index(given[texts[0]]))]) if texts else ""
                others = [str(n) for n, value in enumerate(call.args) if not texts or value is not given[texts[0]]]
                uses = above.uses + routers.uses_of(at, call, others)
                routers.add_edge(target, above.key, join(above.prefix, prefix), uses, call.line)
                routers.known.update((target, above.key))


def mentioned(value: Arg, names: Mapping[str, Arg] | set[str]) -> set[str]:
    """Return which of these names stand in a value."""
    found = {value.text} & set(names) if value.kind == "name" else set()
    for item in value.items:
        found |= mentioned(item, names)
    return found


def _may_wrap(made: Function, call: Call) -> bool:
    """Whether a function may register a route for others: it has a name, two parameters, and a call of it is given one of them."""
    names = {param.name for param in made.params}
    return bool(made.name) and len(names) > 1 and any(mentioned(value, names) for value in call.args)


def _is_text(value: Arg) -> bool:
    """Whether a value may be a text that is put together, and is not a struct with texts in it."""
    return value.kind in ("name", "concat", "fmt", "other") or (value.kind == "call" and value.text in JOINS)
