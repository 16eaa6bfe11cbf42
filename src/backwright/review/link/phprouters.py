"""Routers that a PHP project has written itself: `$map->get("/users", "users", UsersController::class)`.

A class is one if two of its methods are called like HTTP methods and take a path and a handler, or if one takes the HTTP
method, too. What is called like this elsewhere, a client or a test, has no handler among its parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes

FRAMEWORK = "own router"
VERBS_MIN = 2  # methods of a class that are called like HTTP methods, for it to be a router
GROUPS_MAX = 6  # groups around each other
_VERBS = ("get", "post", "put", "patch", "delete", "options", "head", "any")
_PATH = regex(r"(path|uri|url|pattern|route|endpoint|prefix)", re.IGNORECASE)
_HANDLER = regex(r"(handler|callback|controller|action|callable|target|closure|func|fn)\w*", re.IGNORECASE)
_METHOD = regex(r"(http_?)?(method|verb)s?", re.IGNORECASE)
_BEFORE = regex(r"(middlewares?|guards?|filters?|auth\w*|before|roles?|permissions?|options?)", re.IGNORECASE)
_GUARDS = regex(
    r"((add|with|set)?(_?middlewares?|guards?|filters?)|add|auth\w*|before|secured?|permissions?|roles?)\(",
    re.IGNORECASE,
)
_WRITTEN = regex(r"\\{0,2}/[^\s]*$|[\w{][\w{}:./-]*$|$")
_NAMES = regex(r"(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)\b", re.IGNORECASE)


class Way(NamedTuple):
    """A method that declares a route, or opens a group: places of its path, handler, HTTP method and middleware; -1 is none."""

    path: int
    handler: int
    method: int
    guards: int = -1


class PhpRouters:
    """Finds such classes, and reads the calls of their methods as the routes that they declare."""

    def __init__(self, routes: Routes) -> None:
        self.routes, self.project = routes, routes.project

    def find(self, numbers: Sequence[int]) -> Iterator[Declared]:
        """Yield the routes of these files."""
        wanted = set(numbers)
        for name in sorted({self.project.function(fn).name for fn in self._ways}):
            for at, index in self.project.calls_by_name.get(name, ()):
                file = self.project.files[at]
                if at in wanted and file.language == "php" and not file.is_test:
                    yield from self._of_call(at, index, file.calls[index])

    # ---- classes ------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> dict[Fn, Way]:
        """The methods of such classes, each with the places of what it takes."""
        found: dict[Fn, Way] = {}
        for at, file in enumerate(self.project.files):
            if file.language != "php" or file.is_test:
                continue
            told: dict[int, dict[Fn, Way]] = {}
            for index, made in enumerate(file.functions):
                way = self._way(Fn(at, index)) if made.cls >= 0 and made.kind == "method" else None
                if way is not None:
                    told.setdefault(made.cls, {})[Fn(at, index)] = way
            for ways in told.values():
                verbs = {self.project.function(fn).name for fn, way in ways.items() if way.method < 0}
                if len(verbs) >= VERBS_MIN or any(way.method >= 0 for way in ways.values()):
                    found.update(ways)
        return found

    def _way(self, fn: Fn) -> Way | None:
        made = self.project.function(fn)
        names = [param.name for param in made.params]
        path = next((n for n, name in enumerate(names[:2]) if _PATH.fullmatch(name)), -1)
        handler = next((n for n, name in enumerate(names) if _HANDLER.fullmatch(name)), -1)
        if path < 0 or handler <= path:
            return None
        guards = next((n for n, name in enumerate(names) if n > handler and _BEFORE.fullmatch(name)), -1)
        if made.name.lower() in _VERBS:
            return Way(path, handler, -1, guards)
        method = next((n for n, name in enumerate(names) if _METHOD.fullmatch(name)), -1)
        return Way(path, handler, method, guards) if 0 <= method < handler and made.name in ("addRoute", "add", "map", "route", "match") else None  # fmt: skip

    def _called(self, at: int, call: Call) -> Way | None:
        """Return how a call declares a route, or None."""
        for fn in self.project.resolve_call(at, call)[:1]:
            return self._ways.get(fn)
        calls = self.project.files[at].calls
        first = call
        while first.prev >= 0:
            first = calls[first.prev]
        if first is call or not first.flags & NEW:  # (new Routes("api"))->get(...)->post(...)
            return None
        cls = self.project.find_class(at, f"{first.on}.{first.name}" if first.on else first.name)
        found = self.project.method(cls, call.name) if cls is not None else ()
        return self._ways.get(found[0]) if found else None

    # ---- calls --------------------------------------------------------------------------------

    def _of_call(self, at: int, index: int, call: Call) -> Iterator[Declared]:
        way = self._called(at, call)
        plain = [value for value in call.args if not value.name]
        if way is None or len(plain) <= way.handler or self._is_inside(at, call):
            return
        routers = self.routes.routers
        path = routers.constant(at, call.fn, plain[way.path])
        if path is None or not _WRITTEN.match(path):
            return
        methods = [call.name.upper()] if way.method < 0 else self._methods(at, call, plain[way.method])
        handler, before = self._handler(plain[way.handler])
        before += tuple(plain[way.guards : way.guards + 1]) if way.guards >= 0 else ()
        uses = tuple(routers.use(word, at, call.line) for value in before for word in routers.laravel.words(at, call.fn, value))  # fmt: skip
        for fn, cls, label in self.routes.handlers(at, call, handler)[:1]:
            for method in methods:
                yield Declared(
                    "*" if method == "ANY" else method,
                    canonical_path(join(self._above(at, call), path)),
                    label,
                    at,
                    call.line,
                    FRAMEWORK,
                    fn,
                    cls,
                    uses + tuple(use for use in routers.behind(at, index) if _GUARDS.match(use.text)),
                )

    def _handler(self, value: Arg) -> tuple[Arg, tuple[Arg, ...]]:
        """Return the handler, and what stands before it in a list: `[Auth::class, ShowUser::class]` runs one after the other."""
        classes = value.kind == "list" and all(item.text.endswith(".class") for item in value.items)
        return (value.items[-1], value.items[:-1]) if classes and value.items else (value, ())

    def _methods(self, at: int, call: Call, value: Arg) -> list[str]:
        told = [
            self.routes.routers.constant(at, call.fn, item) or item.text for item in (value.items or (value,))
        ]  # "GET|POST", ["GET", "POST"]
        return [word.upper() for each in told for word in _NAMES.findall(each)] or ["*"]

    def _is_inside(self, at: int, call: Call) -> bool:
        """Whether a call stands in such a class itself: there it hands on what it was given."""
        cls = self.project.own_class(at, call.fn) if call.fn >= 0 else None
        return cls is not None and any(fn.file == cls.file and self.project.function(fn).cls == cls.index for fn in self._ways)  # fmt: skip

    def _above(self, at: int, call: Call) -> str:
        """Return the prefix of the groups that a call stands in: `$map->group("/api", function ($map) { ... })`."""
        file, prefix, fn = self.project.files[at], "", call.fn
        for _ in range(GROUPS_MAX):
            if fn < 0:
                break
            made = file.functions[fn]
            if made.call >= 0:
                outer = file.calls[made.call]
                told = outer.args[0] if outer.args else None
                if outer.name in ("group", "prefix", "mount", "addGroup") and told is not None and told.kind != "fn":
                    prefix = join(self.routes.routers.constant(at, outer.fn, told) or "", prefix)
            fn = made.parent
        return prefix
