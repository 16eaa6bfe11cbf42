"""Rust's routers, which are values: what Axum, Actix, Rocket and Warp build by chains of calls is worked out as it would run."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import MACRO, Arg, Call, Function, Mark
from backwright.review.link.paths import join
from backwright.review.link.project import SELVES, Fn, Project
from backwright.review.link.rustmarks import GIVES, closure_words, guarding
from backwright.review.link.rustpaths import path_of
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers

DEPTH_MAX = 14  # functions and variables followed into each other
ROUTES_MAX = 4000  # of one value: more is a loop in the reading
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "connect"})
_STARTS = frozenset({"Router", "App", "OpenApiRouter", "ApiRouter", "Scope", "Resource"})
_JOINS = frozenset(
    "route route_service route_with_tsr nest nest_service nest_api_service merge service configure routes api_route mount or and".split()
)
_AXUM = regex(r"^(get|post|put|patch|delete|head|options|trace|any|on)(_service|_with)?$")
_ACTIX_KINDS = ("scope", "resource")
_PLACED = frozenset("route route_service nest nest_service api_route nest_api_service route_with_tsr mount".split())
_GROWS = frozenset({"append", "extend", "push", "extend_from_slice"})  # of a list of routes
_LAYERS = frozenset({"layer", "route_layer", "wrap", "wrap_fn", "with"})
_WARP_ENDS = frozenset({"map", "and_then", "then"})
_METHOD = regex(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE)\b", re.IGNORECASE)
_NOTHING = regex(r"not_?found|404|fallback|no_?route|unknown", re.IGNORECASE)
_REFUSES = regex(r"(reject|deny|forbid|block|refuse|no)_?(anonymous|guest|unauth)\w*", re.IGNORECASE)


class Item(NamedTuple):
    """One route as far as it is built. `uses`: outermost first, each with the file and line it stands at."""

    method: str
    path: str
    at: int
    line: int
    fn: int = -1  # that the handler is named in
    handler: Arg | None = None
    made: Fn | None = None
    uses: tuple[tuple[str, int, int], ...] = ()
    framework: str = ""


class Built(NamedTuple):
    """The value of a chain: its routes, and what an Actix scope puts before them when it is done."""

    items: tuple[Item, ...] = ()
    prefix: str = ""
    uses: tuple[tuple[str, int, int], ...] = ()
    kind: str = ""

    def done(self) -> tuple[Item, ...]:
        """Return the routes with all that this router adds."""
        if not self.prefix and not self.uses:
            return self.items
        return tuple(i._replace(path=join(self.prefix, i.path), uses=self.uses + i.uses) for i in self.items)


Env = dict[tuple[int, int, str], Built]  # (file, function, variable) to the router it holds


class RustRoutes:
    """Works out the routers of a repository. Depends on names only: nothing is typed."""

    def __init__(self, routers: "Routers") -> None:
        self.routers = routers
        self.project: Project = routers.project
        self._eaten: set[tuple[int, int]] = set()  # (file, last call of a chain) that another router took
        self._run: set[Fn] = set()  # functions whose router another one took
        self._depth = 0

    # ---- answers ----------------------------------------------------------------------------

    @cached_property
    def by_file(self) -> dict[int, list[Item]]:
        """Every route, by the file that declares it."""
        found: dict[int, list[Item]] = defaultdict(list)
        told: list[tuple[int, int, Built]] = []
        for at, file in enumerate(self.project.files):
            if file.language == "rust":
                for index in self._tops(at):
                    built = self._chain(at, index, {})
                    if built.items:
                        told.append((at, index, built))
        for at, index, built in told:
            if (at, index) in self._eaten or self._is_run(at, self.project.files[at].calls[index].fn):
                continue
            for item in built.done():
                if item.handler is not None or item.made is not None:
                    found[item.at].append(item)
        found = defaultdict(list, {at: list(_unique(items)) for at, items in found.items()})
        have = {fn for items in found.values() for item in items for fn in self._registered(item)}
        for at, file in enumerate(self.project.files):
            found[at] += [i for i in self._alone(at) if i.made not in have] if file.language == "rust" else ()
        return found

    def _registered(self, item: Item) -> Iterable[Fn]:
        """The handler of a route that was seen to be registered."""
        if item.made is not None:
            return (item.made,)
        value = self.handler(item)
        on, _, name = value.text.rpartition(".") if value is not None and value.kind == "name" else ("", "", "")
        return self.project.resolve(item.at, item.fn, on, name)[:1] if name else ()

    def handler(self, item: Item) -> Arg | None:
        """Return a route's handler without the types it is made for: `list::<Store>`."""
        value = item.handler
        if value is not None and value.kind in ("name", "other"):
            return Arg("name", re.sub(r"(::)?<.*", "", value.text).rstrip(".:"))
        return value

    def words(self, fn: Fn) -> list[str]:
        """Return what the attributes of a handler say."""
        return [self._mark_words(mark) for mark in guarding(self.project.function(fn).marks)]

    def _alone(self, at: int) -> Iterator[Item]:
        """Handlers that are marked and that nobody was seen to register: macros do it, or code that was not read."""
        for index, made in enumerate(self.project.files[at].functions):
            yield from self._of_marks(at, index, made)

    def _tops(self, at: int) -> list[int]:
        """The last calls of all chains that build a router and stand in none."""
        file, outer = self.project.files[at], self.routers.outer[at]
        found = []
        for index, call in enumerate(file.calls):
            if (call.name in _JOINS or call.name in _LAYERS) and not self._is_argument(at, call):
                top = index
                while top in outer:
                    top = outer[top]
                found.append(top)
        return list(dict.fromkeys(found))

    def _is_argument(self, at: int, call: Call) -> bool:
        calls = self.project.files[at].calls
        for _ in range(12):
            if call.inside < 0:
                return False
            call = calls[call.inside]
            if call.name in _JOINS or _AXUM.match(call.name):
                return True
        return False

    def _is_run(self, at: int, fn: int) -> bool:
        while fn >= 0:
            if Fn(at, fn) in self._run:
                return True
            fn = self.project.files[at].functions[fn].parent
        return False

    # ---- values -----------------------------------------------------------------------------

    def _chain(self, at: int, top: int, env: Env) -> Built:
        """Return what a chain of calls gives."""
        if self._depth > DEPTH_MAX:
            return Built()
        self._depth += 1
        numbers = self._numbers(at, top)
        calls = self.project.files[at].calls
        first = calls[numbers[0]]
        built = self._start(at, numbers[0], first, env)
        rest = numbers[1:]
        if built is None:
            built, rest = self._variable(at, first.fn, first.on, numbers[0], env) or Built(), numbers
        for number in rest:
            built = self._step(at, number, calls[number], built, env)
            if len(built.items) > ROUTES_MAX:
                break
        self._depth -= 1
        return built

    def _numbers(self, at: int, top: int) -> list[int]:
        calls, found = self.project.files[at].calls, [top]
        while calls[found[-1]].prev >= 0:
            found.append(calls[found[-1]].prev)
        return found[::-1]

    def _start(self, at: int, index: int, call: Call, env: Env) -> Built | None:
        """Return what the first call of a chain makes, None if it is called on a variable."""
        on = call.on.rpartition(".")[2]
        if on in _STARTS and call.name in ("new", "default", "with_openapi", "with_path"):
            return Built(prefix=self._text(at, call, 0) if on in ("Scope", "Resource") else "", kind=on.lower())
        if call.name in _ACTIX_KINDS and on in ("", "web"):
            return Built(prefix=self._text(at, call, 0), kind=call.name)
        if on == "web" or (not on and self._comes_from(at, call.name, "actix_web")):
            if call.name in _VERBS or call.name in ("route", "method", "to"):
                method = call.name.upper() if call.name in _VERBS else self._methods(call.args[:1]) or "*"
                return Built(
                    (self._item(at, call, method, call.args[0] if call.name == "to" and call.args else None, "actix"),),
                    kind="method",
                )
        if (
            call.on.endswith("warp")
            or on in ("warp", "path", "body", "query", "header", "reply", "addr", "cookie", "ws", "multipart")
            or (not on and self._comes_from(at, call.name, "warp"))
        ):
            told = self._warp(at, call)
            if told is not None:
                return told
        if (
            on in ("routing", "")
            and (found := _AXUM.match(call.name))
            and call.args
            and not (call.name in ("on", "any") and on == "" and not self._comes_from(at, call.name, "axum"))
        ):
            return self._axum(at, call, found[1])
        if call.flags & MACRO:
            return (
                Built(tuple(i for value in call.args for i in self._handler(at, call.fn, value, call.line)))
                if call.name.endswith("routes")
                else Built()
            )
        return self._called(at, index, call, env)

    def _comes_from(self, at: int, name: str, module: str) -> bool:
        made = self.project.imported[at].get(name)
        if made is not None:
            return made.module.startswith(module)
        return any(each.name == "*" and each.module.startswith(module) for each in self.project.files[at].imports)

    def _called(self, at: int, index: int, call: Call, env: Env) -> Built | None:
        """Return the router that a function of the project gives."""
        if call.on and "." not in call.on and call.on not in SELVES and self._has_variable(at, call.fn, call.on):
            return None
        if call.on in ("self",) and not self.project.resolve_call(at, call):
            return None
        given = {
            place: built
            for place, value in enumerate(call.args)
            if (built := self._value(at, index, call, value, env, set())) is not None and built.items
        }
        for fn in self.project.resolve_call(at, call)[:1]:
            return self._function(fn, given)
        return (
            Built()
            if not call.on or call.on[:1].isupper() or "." in call.on or call.on in self.project.imported[at]
            else None
        )

    def _has_variable(self, at: int, fn: int, name: str) -> bool:
        while fn >= 0:
            made = self.project.files[at].functions[fn]
            if (fn, name) in self.project.assigned[at] or any(p.name == name for p in made.params):
                return True
            fn = made.parent
        return False

    def _function(self, fn: Fn, given: dict[int, Built] | None = None) -> Built:
        """Return what a function gives: all that it may return."""
        if self._depth > DEPTH_MAX:
            return Built()
        self._depth += 1
        made = self.project.function(fn)
        env = {
            (fn.file, fn.index, made.params[place].name): built
            for place, built in (given or {}).items()
            if place < len(made.params)
        }
        self._run.add(fn)
        items: list[Item] = []
        kind = ""
        for told in self.project.files[fn.file].returns:
            if told.fn == fn.index:
                top = self._top_at(fn.file, fn.index, told.value, told.line)
                if top is not None:
                    given_back = self._chain(fn.file, top, env)
                    items += given_back.done()
                    kind = kind or given_back.kind
                elif told.value.kind == "name":
                    built = self._variable(
                        fn.file, fn.index, told.value.text, len(self.project.files[fn.file].calls), env
                    )
                    items += built.done() if built is not None else ()
                    kind = kind or (built.kind if built is not None else "")
        self._depth -= 1
        return Built(
            _unique(items), kind={"both": "filter"}.get(kind, kind) if kind in ("filter", "both", "method") else ""
        )

    def _top_at(self, at: int, fn: int, value: Arg, line: int) -> int | None:
        """Return the last call of a returned chain."""
        if value.kind != "call":
            return None
        found = [
            n
            for n, c in enumerate(self.project.files[at].calls)
            if c.fn == fn and (f"{c.on}.{c.name}" if c.on else c.name) == value.text and c.to in ("return", "")
        ]
        return next(
            (n for n in found if self._line(at, n) >= line and n not in self.routers.outer[at]),
            found[-1] if found else None,
        )

    def _line(self, at: int, index: int) -> int:
        return self.project.files[at].calls[index].line

    def _variable(self, at: int, fn: int, name: str, before: int, env: Env) -> Built | None:
        """Return what a variable holds before a call: what it was last given."""
        file, calls = self.project.files[at], self.project.files[at].calls
        line = calls[before].line if before < len(calls) else file.lines + 1
        own = set(self._numbers(at, self._topmost(at, before))) if before < len(calls) else set()
        scope = fn
        while scope >= 0:
            made = [
                n
                for n in self._given[at].get((scope, name), ())
                if n not in own and n not in self.routers.outer[at] and calls[n].line <= line
            ]
            if made:
                self._eaten.add((at, made[-1]))
                return self._grown(at, scope, name, made[-1], line, self._chain(at, made[-1], env), env)
            for assign in reversed(self.project.assigned[at].get((scope, name), ())):
                if assign.value.kind == "name" and assign.line <= line and assign.value.text != name:
                    return self._variable(at, scope, assign.value.text, before, env)
            if (at, scope, name) in env:
                return env[at, scope, name]
            scope = file.functions[scope].parent
        return None

    def _grown(self, at: int, fn: int, name: str, first: int, line: int, built: Built, env: Env) -> Built:
        """Return a list of routes with what is added to it: `routes.append(&mut users::routes())`."""
        for index, call in enumerate(self.project.files[at].calls[first:], first):
            if call.fn == fn and call.on == name and call.name in _GROWS and call.line <= line:
                told = [self._value(at, index, call, value, env, set()) for value in call.args]
                built = built._replace(items=built.items + tuple(i for b in told if b is not None for i in b.done()))
        return built

    def _topmost(self, at: int, index: int) -> int:
        while index in self.routers.outer[at]:
            index = self.routers.outer[at][index]
        return index

    @cached_property
    def _given(self) -> list[dict[tuple[int, str], list[int]]]:
        """For each file: (function, variable) to the calls whose result it is given."""
        all_: list[dict[tuple[int, str], list[int]]] = []
        for file in self.project.files:
            found: dict[tuple[int, str], list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls if file.language == "rust" else ()):
                if call.to and call.to != "return":
                    found[call.fn, call.to].append(index)
            all_.append(found)
        return all_

    def _value(self, at: int, index: int, call: Call, value: Arg, env: Env, used: set[int]) -> Built | None:
        """Return what an argument of a call gives."""
        if value.kind == "list":
            told = [self._value(at, index, call, item, env, used) for item in value.items]
            return Built(tuple(i for each in told if each is not None for i in each.done()))
        if value.kind == "call":
            top = self._inner(at, index, value, used)
            return self._chain(at, top, env) if top is not None else None
        if value.kind == "name":
            return self._variable(at, call.fn, value.text, index, env) or self._named(at, call, value)
        return self._filled(Fn(at, value.ref)) if value.kind == "fn" and value.ref >= 0 else None

    def _inner(self, at: int, index: int, value: Arg, used: set[int]) -> int | None:
        """Return the last call of the chain that an argument is."""
        calls, last = self.project.files[at].calls, value.text.rpartition(".")[2]
        tops = [n for n in self._within[at].get(index, ()) if n not in used and n not in self.routers.outer[at]]
        exact = [n for n in tops if (f"{calls[n].on}.{calls[n].name}" if calls[n].on else calls[n].name) == value.text]
        found = next(
            iter(exact or [n for n in tops if calls[n].name == last] or (tops if len(value.text) > 200 else [])), None
        )  # long chains are cut
        if found is not None:
            used.add(found)
        return found

    @cached_property
    def _within(self) -> list[dict[int, list[int]]]:
        all_: list[dict[int, list[int]]] = []
        for file in self.project.files:
            found: dict[int, list[int]] = defaultdict(list)
            for number, call in enumerate(file.calls if file.language == "rust" else ()):
                if call.inside >= 0:
                    found[call.inside].append(number)
            all_.append(found)
        return all_

    def _named(self, at: int, call: Call, value: Arg) -> Built | None:
        """A function handed by its name: a marked handler, or one that fills a configuration."""
        on, _, name = value.text.rpartition(".")
        for fn in self.project.resolve(at, call.fn, on, name)[:1]:
            marked = tuple(self._of_marks(fn.file, fn.index, self.project.function(fn)))
            return Built(marked) if marked else self._filled(fn) if call.name == "configure" else None
        return None

    def _filled(self, fn: Fn) -> Built:
        """Return what a function adds to the configuration that it is given."""
        made = self.project.function(fn)
        if self._depth > DEPTH_MAX or not made.params:
            return Built()
        self._depth += 1
        self._run.add(fn)
        file = self.project.files[fn.file]
        items: list[Item] = []
        for index, call in enumerate(file.calls):
            if call.fn == fn.index and index not in self.routers.outer[fn.file] and call.inside < 0:
                first = file.calls[self._numbers(fn.file, index)[0]]
                if first.on == made.params[0].name:
                    items += self._chain(fn.file, index, {}).done()
                elif call.to in ("", "return") and any(
                    v.kind == "name" and v.text == made.params[0].name for v in call.args
                ):
                    for other in self.project.resolve_call(fn.file, call)[:1]:
                        items += self._filled(other).done()
        self._depth -= 1
        return Built(_unique(items))

    # ---- steps ------------------------------------------------------------------------------

    def _step(self, at: int, index: int, call: Call, built: Built, env: Env) -> Built:
        name, args, used = call.name, call.args, set[int]()
        if name in _LAYERS:
            return self._layered(at, index, call, built)
        if built.kind == "method":
            return self._method_step(at, index, call, built)
        if name in _PLACED and len(args) > 1:
            path = path_of(self.routers, at, call.fn, args[0])
            if path is None:
                return built
            below = self._value(at, index, call, args[1], env, used)
            items = (
                tuple(
                    i._replace(path=join(path, i.path), line=call.line if below.kind == "method" else i.line)
                    for i in below.done()
                )
                if below is not None
                else ()
            )
            return built._replace(items=built.items + items)
        if (
            name in ("merge", "service", "configure", "routes", "or", "route")
            and args
            and built.kind not in ("filter", "both")
        ) or name == "or":
            told = [self._value(at, index, call, value, env, used) for value in args]
            return built._replace(
                items=built.items + tuple(i for each in told if each is not None for i in each.done())
            )
        if built.kind == "resource" and (name in _VERBS or name == "to") and args:
            return built._replace(
                items=(*built.items, self._item(at, call, "*" if name == "to" else name.upper(), args[0], "actix"))
            )
        if name in ("default_service", "fallback") and args and built.kind not in ("filter", "both"):
            return self._rest(at, index, call, built, env)
        if name == "and" and args:
            return self._both(built, self._value(at, index, call, args[0], env, used))
        if name in _WARP_ENDS and args and built.kind in ("filter", "both"):
            return Built(tuple(self._ended(i, call, built.kind) for i in built.items), kind="filter")
        return built

    def _rest(self, at: int, index: int, call: Call, built: Built, env: Env) -> Built:
        """What answers all that no route matches, unless it only says that nothing is there."""
        value = call.args[0]
        below = self._value(at, index, call, value, env, set()) if value.kind == "call" else None
        items = (
            below.done()
            if below is not None
            else (self._item(at, call, "*", value, "axum"),)
            if value.kind == "name" and call.name == "fallback"
            else ()
        )
        plain = [
            i
            for i in items
            if i.handler is not None and i.handler.kind == "name" and not _NOTHING.search(i.handler.text)
        ]
        return built._replace(
            items=built.items + tuple(i._replace(path=join("/{path}", i.path), line=call.line) for i in plain)
        )

    def _method_step(self, at: int, index: int, call: Call, built: Built) -> Built:
        """Axum's `get(a).post(b)`, Actix' `web::get().guard(x).to(a)`."""
        name, args = call.name, call.args
        found = _AXUM.match(name)
        if name == "merge" and args and (other := self._value(at, index, call, args[0], {}, set())) is not None:
            return built._replace(items=built.items + other.items)
        if built.items and built.items[0].framework == "axum":
            return built._replace(items=built.items + self._axum(at, call, found[1]).items) if found and args else built
        if name == "to" and args:
            return built._replace(
                items=tuple(i._replace(handler=args[0], fn=call.fn, line=call.line) for i in built.items)
            )
        if name in ("method", "guard") and (method := self._methods(args[:1])) and built.items:
            return built._replace(items=tuple(i._replace(method=method) if i.method == "*" else i for i in built.items))
        return built

    def _methods(self, args: Sequence[Arg]) -> str:
        told = [m.upper() for value in args for m in _METHOD.findall(value.text)]
        return ",".join(dict.fromkeys(told))

    def _layered(self, at: int, index: int, call: Call, built: Built) -> Built:
        uses = tuple(use for value in call.args for use in self._uses(at, index, call, value))
        if not uses:
            return built
        if built.kind in ("app", "scope", "resource"):
            return built._replace(uses=uses + built.uses)
        return built._replace(items=tuple(i._replace(uses=uses + i.uses) for i in built.items))

    def _uses(self, at: int, index: int, call: Call, value: Arg) -> list[tuple[str, int, int]]:
        """Return the words of a layer: those of its whole chain, and what a variable was given."""
        if value.kind == "name":
            made = next(
                (
                    v
                    for scope in (call.fn, -1)
                    for a in reversed(self.project.assigned[at].get((scope, value.text), ()))
                    for v in (a.value,)
                ),
                None,
            )
            if made is not None and made.kind == "call":
                inner = " ".join(i.text for i in made.items if i.kind in ("name", "call"))
                return [(w, at, call.line) for w in (f"{made.text}({inner})",) if not GIVES.search(w)]
        if value.kind == "fn" and value.ref >= 0:
            words = closure_words(self.project.files[at], value.ref)
            return [(words, at, call.line)] if words else []
        if value.kind == "call" and (top := self._inner(at, index, value, set())) is not None:
            found = []
            for number in self._numbers(at, top):
                each = self.project.files[at].calls[number]
                inner = " ".join(i.text for v in each.args for i in (v, *v.items) if i.kind in ("name", "call", "str"))
                found.append(
                    f"{each.on}.{each.name}({inner})" if each.prev < 0 and each.on else f"{each.name}({inner})"
                )
            if not found[0].startswith("ServiceBuilder") and any(GIVES.search(word) for word in found):
                return []
            return [(_REFUSES.sub("require_login", word), at, call.line) for word in found if not GIVES.search(word)]
        return [(value.text, at, call.line)] if value.text and not GIVES.search(value.text) else []

    def _item(self, at: int, call: Call, method: str, handler: Arg | None, framework: str, path: str = "") -> Item:
        return Item(method, path, at, call.line, call.fn, handler, None, (), framework)

    def _axum(self, at: int, call: Call, verb: str) -> Built:
        method = "*" if verb == "any" else verb.upper()
        value = call.args[0]
        if verb == "on":
            method, value = self._methods(call.args[:1]) or "*", call.args[-1]
        if value.kind in ("str", "num", "bool"):
            return Built()
        return Built((self._item(at, call, method, value, "axum"),), kind="method")

    # ---- Warp ---------------------------------------------------------------------------------

    def _warp(self, at: int, call: Call) -> Built | None:
        name = call.name
        if name in _VERBS and (call.on.endswith(("warp", "method")) or not call.on):
            return Built((self._item(at, call, name.upper(), None, "warp"),), kind="filter")
        if name == "path" and call.flags & MACRO:
            parts = [part for value in call.args for part in self._segments(value)]
            return Built((self._item(at, call, "*", None, "warp", "/".join(parts)),), kind="filter")
        if name == "path" and (call.on.endswith("warp") or not call.on):
            return Built((self._item(at, call, "*", None, "warp", self._text(at, call, 0)),), kind="filter")
        if call.on.endswith("path") or call.on == "warp":
            path = (
                "{%s}" % ("param" if name == "param" else "tail")
                if name in ("param", "tail") and call.on.endswith("path")
                else ""
            )
            if name in ("serve", "service", "test"):
                return Built()
            asked = ((f"header({' '.join(v.text for v in call.args)})", at, call.line),) if name == "header" else ()
            return Built((self._item(at, call, "*", None, "warp", path)._replace(uses=asked),), kind="filter")
        if (
            call.on.rpartition(".")[2] in ("body", "query", "header", "addr", "cookie", "multipart", "ws", "filters")
            and "warp" in call.on
        ):
            words = (
                ((f"{call.name}({' '.join(v.text for v in call.args)})", at, call.line),)
                if call.on.endswith("header")
                else ()
            )
            return Built((self._item(at, call, "*", None, "warp")._replace(uses=words),), kind="filter")
        return None

    def _ended(self, item: Item, call: Call, kind: str) -> Item:
        """Warp: give a filter its handler; what a filter among those before it does with its own value comes before that."""
        held = item.handler
        if held is not None and kind != "both":
            return item
        before = ((held.text, item.at, item.line),) if held is not None and held.kind == "name" else ()
        return item._replace(handler=call.args[0], fn=call.fn, uses=item.uses + before)

    def _segments(self, value: Arg) -> list[str]:
        """The parts of `path!("orders" / u32 / "items")`."""
        whole = value.text if value.kind != "str" else f'"{value.text}"'
        found = []
        for part in re.split(r"\s*/\s*", whole):
            text = part.strip()
            if text.startswith('"'):
                found.append(text.strip('"'))
            elif text and text != "..":
                found.append("{param}")
        return found

    def _both(self, one: Built, other: Built | None) -> Built:
        """`a.and(b)`: what both demand, for each way that either can go."""
        if other is None or not other.items:
            return one
        if not one.items:
            return other
        found = [
            b._replace(
                method=b.method if a.method == "*" else a.method,
                path=join(a.path, b.path),
                uses=a.uses + b.uses,
                at=a.at if b.handler is None else b.at,
                line=a.line if b.handler is None else b.line,
            )
            for a in one.done()
            for b in other.done()
        ]
        return Built(tuple(found), kind="both")

    # ---- marks --------------------------------------------------------------------------------

    def _handler(self, at: int, fn: int, value: Arg, line: int) -> list[Item]:
        """The routes of a handler named in `routes![...]`."""
        on, _, name = value.text.rpartition(".")
        for found in self.project.resolve(at, fn, on, name)[:1]:
            return list(self._of_marks(found.file, found.index, self.project.function(found)))
        return []

    def _of_marks(self, at: int, index: int, made: Function) -> Iterator[Item]:
        """The routes that a function's attributes declare."""
        for mark in made.marks:
            for method, path in self._mark(at, mark, made):
                others = (m for m in guarding(made.marks) if m.name not in (*_VERBS, "route", "routes"))
                words = [self._mark_words(m) for m in others]
                words += [v.text for v in mark.args if v.name == "wrap"]
                uses = tuple((word, at, mark.line) for word in words if not GIVES.search(word))
                framework = "rocket" if self._is_rocket(at) else "actix"
                yield Item(method, path, at, mark.line, -1, None, Fn(at, index), uses, framework)

    def _mark_words(self, mark: Mark) -> str:
        return f"{mark.name}({' '.join(v.text for v in mark.args)})"

    def _is_rocket(self, at: int) -> bool:
        return self._used_rocket and not any(made.module.startswith("actix") for made in self.project.files[at].imports)

    @cached_property
    def _used_rocket(self) -> bool:
        return any(
            made.module.startswith("rocket")
            for file in self.project.files
            if file.language == "rust"
            for made in file.imports
        )

    def _mark(self, at: int, mark: Mark, made: Function) -> Iterable[tuple[str, str]]:
        plain = [v for v in mark.args if not v.name]
        if mark.name == "path" and mark.on.endswith("utoipa"):
            path = next((self.routers.constant(at, -1, v) for v in mark.args if v.name == "path"), None)
            marked = any(m.name in _VERBS for m in made.marks)
            if path is not None and not marked:
                told = [v.text.upper() for v in plain if v.text in _VERBS] or [
                    m.upper() for v in mark.args if v.name == "method" for m in _METHOD.findall(v.text)
                ]
                return [(method, path) for method in told]
            return ()
        if mark.on not in ("", "actix_web", "rocket", "web") or not plain:
            return ()
        if mark.name in _VERBS and (path := self.routers.constant(at, -1, plain[0])) is not None:
            return [(mark.name.upper(), path.partition("?")[0])]
        if mark.name == "route":
            uri = next((v for v in mark.args if v.name == "uri"), plain[0] if plain[0].kind == "str" else plain[-1])
            path = self.routers.constant(at, -1, uri)
            methods = [
                m.upper() for v in mark.args if v.name == "method" or v.kind == "name" for m in _METHOD.findall(v.text)
            ]
            return [(method, (path or "").partition("?")[0]) for method in methods or ["*"]] if path is not None else ()
        return ()

    def _text(self, at: int, call: Call, place: int) -> str:
        return (self.routers.constant(at, call.fn, call.args[place]) or "") if len(call.args) > place else ""


def _unique(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return routes without those that were met twice."""
    return tuple(
        {
            (*i[:5], i.handler.text if i.handler else "", i.handler.ref if i.handler else -1, *i[6:]): i for i in items
        }.values()
    )
