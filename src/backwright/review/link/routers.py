"""Routers: which router a route is declared on, and under which prefixes that router hangs.

A router is named by where it lives: a variable, a parameter, a class's field, what a function returns, or a
closure whose receiver is not written. Every mount, group, alias and argument is an edge from child to parent with
a prefix and middleware; the full paths of a route are all ways up to a root.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import structs

from backwright.review.facts import Arg, Call, Field, File
from backwright.review.link.djangourls import DjangoUrls, in_force
from backwright.review.link.gorouters import GoRouters
from backwright.review.link.handing import Handing
from backwright.review.link.ktor import Typed, meant
from backwright.review.link.laravel import Laravel
from backwright.review.link.loops import Unrolling, other_row, row_mark, without_rows
from backwright.review.link.minimalapi import MinimalApi, is_convention, says_nothing
from backwright.review.link.node import Fastify, inline_words
from backwright.review.link.ownrouters import OwnRouters
from backwright.review.link.packs import Mount, Pack, Packs, Router, Scope
from backwright.review.link.paths import join
from backwright.review.link.phprequires import Requires
from backwright.review.link.project import SELVES, Cls, Fn, Project
from backwright.review.link.sums import summands
from backwright.review.link.words import argument, matches_on, placed, words_of
from backwright.review.regexes import regex

_GO_NAMING = frozenset("Methods Queries Schemes Host Headers Path PathPrefix Handler HandlerFunc Name Subrouter BuildOnly".split())  # fmt: skip
DEPTH_MAX = 12  # routers above each other
_UNUSED = 2  # rank of a framework that nobody imports
REFUSES = regex(
    r"\b401\b|Unauthori[sz]ed(?!Url)|UNAUTHORIZED|redirect.*login", re.I
)  # a filter that answers so wants a login
METHODS_OF = "methods="  # starts the word of a scope whose routes answer these methods
_VERBS = regex(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$")
WRAPPERS_MAX = 3  # functions followed that wrap a closure of routes
CONTROLLER = "controller="  # starts the word of a scope that says in which class the handlers are
_NAMING = regex(
    r"(set)?name|named|where\w*|as|setName|with_?name|withtags|withsummary|withdescription|produces\w*|tags|describe",
    re.IGNORECASE,
)
WAYS_MAX = 24  # full paths of one route: a router mounted in more places is a loop in the reading


class Key(NamedTuple):
    """Where a router lives. Kind: var, field, ret, closure, fn, file, class."""

    kind: str
    file: int
    index: int = -1  # type: ignore[assignment]
    name: str = ""


class Use(NamedTuple):
    """A middleware, guard or dependency: its words as written, and where."""

    text: str
    file: int
    line: int


class Edge(NamedTuple):
    """How a router hangs below another. `at`: line in the parent's file, for the order of middleware; `replaces`: as in Mount."""

    parent: Key
    prefix: str = ""
    uses: tuple[Use, ...] = ()
    at: int = 0
    replaces: bool = False


class Way(NamedTuple):
    """One full path up: the prefix, and all that is used on the way, outermost first."""

    prefix: str
    uses: tuple[Use, ...]
    root: Key


class Context(NamedTuple):
    """What a call in a chain is called on: the router, and what the chain adds to it."""

    key: Key
    prefix: str = ""
    uses: tuple[Use, ...] = ()
    is_router: bool = False  # known to be one, and not only called like one


class Routers:
    """The graph of routers of one repository."""

    def __init__(self, project: Project, packs: dict[str, Packs]) -> None:
        self.project, self.packs = project, packs
        self.edges: dict[Key, list[Edge]] = defaultdict(list)
        self.uses: dict[Key, list[tuple[int, Use]]] = defaultdict(list)  # with its line: in_force
        self.known: set[Key] = set()
        self.outer: list[dict[int, int]] = [
            {call.prev: index for index, call in enumerate(file.calls) if call.prev >= 0} for file in project.files
        ]
        self._keys: dict[tuple[int, int, str], Key] = {}
        self.row: dict[str, Arg] = {}  # what stands in the row of a table that is being read
        self._imports: dict[str, set[str]] = {}
        self._used: dict[tuple[str, str], bool] = {}
        self._ranks: dict[tuple[int, str], int] = {}
        self.handed: list[tuple[Key, Key, int]] = []  # one router under two names: inside, outside, line
        self.go = GoRouters(self)
        self.unrolling = Unrolling(project)
        self.typed = Typed(project)
        self._has_rows = False  # whether a group stands in a loop over a table
        self.fastify = Fastify(self)
        self.minimal = MinimalApi(self)
        self.django = DjangoUrls(self)
        self.own = OwnRouters(self)
        self.handing = Handing(self)
        self.requires, self.laravel = Requires(self.project), Laravel(self)

    # ---- keys -----------------------------------------------------------------------------

    def key(self, kind: str, at: int, index: int, name: str = "") -> Key:
        """Return a key from its parts."""
        return Key(kind, at, index, name)

    def use(self, text: str, at: int, line: int) -> Use:
        """Return a use from its parts."""
        return Use(text, at, line)

    def add_edge(self, child: Key, parent: Key, prefix: str = "", uses: tuple[Use, ...] = (), line: int = 0) -> None:
        """Hang one router below another."""
        self.edges[child].append(Edge(parent, prefix, uses, line))

    def arguments(self, call: Call, places: Sequence[str]) -> list[Arg]:
        """Return what stands at these places."""
        return [value for place in places if (value := argument(call.args, place)) is not None]

    def key_of(self, at: int, fn: int, chain: str) -> Key:
        """Return the key of what a name or chain without calls stands for."""
        asked = (at, fn, chain)
        if asked not in self._keys:
            self._keys[asked] = Key("var", at, -1, chain)  # modules that import each other end here
            self._keys[asked] = self._key_of(at, fn, chain)
        return self._keys[asked]

    def _key_of(self, at: int, fn: int, chain: str) -> Key:
        file = self.project.files[at]
        first, _, rest = chain.replace("->", ".").partition(".")
        if first in SELVES and rest:
            cls = self.project.own_class(at, fn)
            return Key("field", cls.file, cls.index, rest) if cls is not None else Key("var", at, -1, chain)
        scope = fn
        while True:
            if (scope, chain) in self.project.assigned[at]:
                return Key("var", at, scope, chain)
            if scope < 0:
                break
            made = file.functions[scope]
            if any(param.name == first for param in made.params):
                return Key("var", at, scope, chain)
            if made.receiver and made.receiver == first and (rest := rest or self.go.embedded.field(at, scope)):
                cls = self.project.own_class(at, scope)
                return Key("field", cls.file, cls.index, rest) if cls is not None else Key("var", at, scope, chain)
            scope = made.parent
        imported = self.project.imported[at].get(first)
        if imported is not None:
            held = self.own.imported(at, imported, rest)
            if held is not None:
                return held
        if (
            file.language == "javascript" and rest
        ):  # `userRoutes.router`, `new UserRoutes().router`: a field of that class
            typed = self.project.type_of(at, fn, chain.rpartition(".")[0]).cls
            if typed is not None:
                return Key("field", typed.file, typed.index, chain.rpartition(".")[2])
        cls = self.project.own_class(at, fn)
        if cls is not None and any(field.name == chain for field in self.project.class_(cls).fields):
            return Key("field", cls.file, cls.index, chain)
        if file.language == "go":  # a variable of the package
            for number in self.project.go.package_files(at):
                if (-1, chain) in self.project.assigned[number]:
                    return Key("var", number, -1, chain)
        if file.language == "php":
            return Key("var", *self.requires.holder(at, chain), chain)
        return Key("var", at, -1, chain)

    def implicit(self, at: int, fn: int) -> Key:
        """Return the router that a bare `get("/x")` is declared on: the closure or function around it."""
        if fn < 0:
            return Key("file", at)
        made = self.project.files[at].functions[fn]
        return Key("closure" if made.kind == "lambda" and made.call >= 0 else "fn", at, fn)

    def destination(self, at: int, index: int) -> Key:
        """Return the router that a chain of calls gives: what it is assigned to, or what its function returns."""
        calls = self.project.files[at].calls
        while index in self.outer[at]:
            index = self.outer[at][index]
        call = calls[index]
        if call.to == "return" and call.fn >= 0:
            return Key("ret", at, call.fn)
        if call.to:
            if (
                call.fn < 0
                and self.project.files[at].language == "javascript"
                and (held := self._field_at(at, call)) is not None
            ):
                return held
            return self.key_of(at, call.fn, call.to)
        return Key("call", at, index)

    def _field_at(self, at: int, call: Call) -> Key | None:
        """Return the field of a class that a call gives its value to where it is declared."""
        for index, made in enumerate(self.project.files[at].classes):
            if made.line <= call.line <= made.end and any(
                field.name == call.to and field.line == call.line for field in made.fields
            ):
                return Key("field", at, index, call.to)
        return None

    def context(self, at: int, call: Call) -> Context:
        """Return what a call is called on, with the scopes that stand before it in its chain."""
        file, packs = self.project.files[at], self.packs.get(self.project.files[at].language)
        is_javascript = file.language == "javascript"
        prefix = ""
        uses: tuple[Use, ...] = ()
        first, index = call, -1
        while first.prev >= 0:
            index, first = first.prev, file.calls[first.prev]
            scope = self.scope(at, first) if packs else None
            if scope is not None and file.language == "java" and any(value.kind == "fn" for value in first.args):
                continue  # what it opens is inside of the lambda
            if scope is not None and not (
                is_javascript and (scope.itself or scope.behind or any(v.kind == "fn" for v in first.args))
            ):
                prefix = join(self.text_at(at, first, scope.prefix).rstrip("*"), prefix)
                uses = self.scope_uses(at, first, scope) + uses
            elif packs and file.language == "go" and first.name in packs.mounts:  # v1.Group("/x").Use(auth)
                uses = self.uses_of(at, first, ["*"]) + uses
            elif packs and file.language == "csharp" and is_convention(first.name):  # MapGroup("/x").AllowAnonymous()
                uses = (self.convention(at, first), *uses)
        if index >= 0 and not first.on:
            if packs and self.router(at, first) is not None:
                key = self.destination(at, index)
                return Context(key, *((prefix, uses) if not is_javascript else ("", ())), is_router=True)
            if made := self.project.resolve_call(at, first):
                own, before = self.own.made_by(made[0], self.destination(at, index))
                return Context(own, prefix, before + uses, own.kind != "ret")
            if file.language == "kotlin" and self.scope(at, first) is not None:  # path("/x").nest { }
                return self._implicit_context(at, first, prefix, uses)
            return Context(self.destination(at, index), prefix, uses)
        if index >= 0 and packs and self.router(at, first) is not None:
            return Context(
                self.destination(at, index), *((prefix, uses) if not is_javascript else ("", ())), is_router=True
            )
        if not first.on or (packs and (told := self.scope(at, first)) is not None and "receiver" in told.prefix):
            return self._implicit_context(at, first, prefix, uses)
        name = first.on
        if packs and packs.facades and name[:1].isupper():  # Route::get
            if self.is_facade(packs, self.laravel.plain(at, name)):
                return Context(self.implicit(at, first.fn), prefix, uses, is_router=True)
            return Context(Key("class", at, -1, name), prefix, uses)
        key = self._of_closure(at, first) or self.key_of(at, first.fn, name)
        return Context(key, prefix, uses, key in self.known)

    def is_facade(self, packs: Packs, name: str) -> bool:
        """Whether a class is one whose static calls declare routes on what they stand in."""
        return name.replace("\\", ".").rpartition(".")[2] in packs.facades

    def _of_closure(self, at: int, call: Call) -> Key | None:
        """`$router->group([...], function () use ($router) { $router->get(...) })`, Flamego: the same name, the inner router."""
        file = self.project.files[at]
        fn = call.fn
        while file.language in ("php", "javascript", "go") and fn >= 0 and file.functions[fn].kind == "lambda":
            made = file.functions[fn]
            if any(param.name == call.on for param in made.params):
                return None
            if made.call >= 0:
                outer = file.calls[made.call]
                while outer.prev >= 0:
                    outer = file.calls[outer.prev]
                if call.on in (outer.on, "this") and self.scope(at, file.calls[made.call]) is not None:
                    return Key("closure", at, fn)
            fn = made.parent
        return None

    def surroundings(self, at: int, call: Call) -> Context:
        """Return what a bare call stands inside of."""
        return self._implicit_context(at, call, "", ())

    def _implicit_context(self, at: int, call: Call, prefix: str, uses: tuple[Use, ...]) -> Context:
        """A bare call: what it stands inside of, else the list or function it stands in."""
        calls = self.project.files[at].calls
        outer = call
        while outer.inside >= 0:
            outer = calls[outer.inside]
            if (
                outer.on and self.project.files[at].language == "javascript" and self.mounts(at, outer)
            ):  # app.use(mount("/x", other))
                above = self.context(at, outer)
                return Context(above.key, join(above.prefix, prefix), above.uses + uses, above.is_router)
            spec = self.scope(at, outer) or next(iter(self.mounts(at, outer)), None)
            if spec is not None and spec.prefix:
                prefix = join(self.text_at(at, outer, spec.prefix), prefix)
                uses = self.uses_of(at, outer, spec.uses) + uses
        if outer.to.endswith("[]"):
            return Context(self.key_of(at, outer.fn, outer.to[:-2]), prefix, uses)
        return Context(self.implicit(at, outer.fn), prefix, uses)

    # ---- what the packs say -----------------------------------------------------------------

    def router(self, at: int, call: Call) -> Router | None:
        """Return how a call makes a router, or None."""
        packs = self.packs.get(self.project.files[at].language)
        if packs is None:
            return None
        for on, router in packs.routers.get(call.name, ()):
            if on is None:
                if not call.on:
                    return router
            elif (
                on.match(call.on)
                or on.match(self.project.canonical(at, call.fn, call.on))
                or (not call.on and on.match(self.project.absolute(at, call.name).rpartition(".")[0]))
            ):
                return router
        return self.own.router(at, call)

    def scope(self, at: int, call: Call) -> Scope | None:
        """Return how a call opens a group, or None."""
        packs = self.packs.get(self.project.files[at].language)
        for _, scope in self.meant(at, packs.scopes.get(call.name, ())) if packs else ():
            if matches_on(scope.on, self.laravel.plain(at, call.on)):
                return scope  # type: ignore[no-any-return]
        return None

    def meant(self, at: int, specs: Sequence[tuple[Pack, Any]]) -> list[tuple[Pack, Any]]:
        """Return what may be meant in a file, when more frameworks have a word: first those it imports, then those of the repository."""
        if len(specs) < 2:
            return list(specs)
        ranked = [(self.rank(at, pack), pack, spec) for pack, spec in specs]
        best = min(rank for rank, _, _ in ranked)
        return [
            (pack, spec)
            for rank, pack, spec in sorted(ranked, key=lambda each: each[0])
            if rank < _UNUSED or best == _UNUSED
        ]

    def rank(self, at: int, pack: Pack) -> int:  # 0: the file imports it
        if (at, pack.name) not in self._ranks:
            language = self.project.files[at].language
            if language not in self._imports:
                self._imports[language] = {
                    _module(i.module) for f in self.project.files if f.language == language for i in f.imports
                }
            if (language, pack.name) not in self._used:
                self._used[language, pack.name] = any(
                    m.startswith(start) for start in pack.imports for m in self._imports[language]
                )
            rank = 0
            if pack.imports and not self._used[language, pack.name]:
                rank = _UNUSED
            elif pack.imports:
                here = {_module(i.module) for i in self.project.files[at].imports}
                rank = 0 if any(m.startswith(start) for start in pack.imports for m in here) else 1
            self._ranks[at, pack.name] = rank
        return self._ranks[at, pack.name]

    def mounts(self, at: int, call: Call) -> list[Mount]:
        """Return how a call may hang one router below another."""
        packs = self.packs.get(self.project.files[at].language)
        if packs is None or call.name not in packs.mounts:
            return []
        told = [mount for _, mount in self.meant(at, packs.mounts[call.name]) if matches_on(mount.on, call.on)]
        return self.go.engines.own_mounts(at, call, told)

    def text_at(self, at: int, call: Call, places: Sequence[str]) -> str:
        """Return the text of the first of these arguments that is a text, constants put in."""
        for place in places:
            if place.startswith("type:"):
                return self.typed.path(at, call.args, place[5:]) or ""
            value = placed(call, place)
            told = self.constant(at, call.fn, value) if value is not None else None
            if told is not None:
                return told
        return self.minimal.groups.own_prefix(at, call)

    def text_of(self, at: int, fn: int, args: Sequence[Arg], place: str) -> str:
        """Return the text at one place of a function's arguments or a dictionary's entries, "" if there is none."""
        value = argument(args, place)
        return (self.constant(at, fn, value) or "") if value is not None else ""

    def shown(self, value: Arg) -> str:
        """Return a value's text, or that of what stands for it in the row that is being read."""
        for _ in range(3):
            value = self.row.get(value.text, value) if value.kind == "name" else value
            value = (
                value.items[0]
                if value.kind == "call" and value.text.startswith("strings.To") and value.items
                else value
            )
        return value.text

    def constant(self, at: int, fn: int, value: Arg, depth: int = 8) -> str | None:
        """Return the text of a value if it can be known without running anything, else None."""
        if value.kind == "str":
            return value.text
        if value.kind in ("fmt", "concat"):
            told = value.text
            for item in value.items:
                known = self.constant(at, fn, item, depth - 1) if depth else None
                told = told.replace("{}", known if known is not None else "{*}", 1)
            return told
        if depth and (parts := [self.constant(at, fn, each, depth - 1) for each in summands(value)]):
            return "".join(part for part in parts if part is not None) if None not in parts else None
        if value.kind == "name" and value.text in self.row and depth:
            return self.constant(at, fn, self.row[value.text], depth - 1)
        known = self._named_constant(at, fn, value.text, depth) if value.kind == "name" and depth else None
        is_plain = value.kind == "call" and value.text in ("strings.ToUpper", "strings.ToLower", "HttpMethod")
        if is_plain and value.items and depth > 0:
            return self.constant(at, fn, value.items[0], depth - 1)
        known = known if known is not None else self.go.joined(at, fn, value, depth)
        return known if known is not None else self.laravel.text(at, fn, value, depth)

    def _named_constant(self, at: int, fn: int, chain: str, depth: int) -> str | None:
        project, file = self.project, self.project.files[at]
        scope = fn
        while True:
            for assign in project.assigned[at].get((scope, chain), ()):
                return self.constant(at, assign.fn, assign.value, depth - 1)
            if scope < 0:
                break
            scope = file.functions[scope].parent
        first, _, rest = chain.partition(".")
        if rest:
            holder = project.type_of(at, fn, chain.rpartition(".")[0])
            if holder.cls is not None:
                for field in project.class_(holder.cls).fields:
                    if field.name == chain.rpartition(".")[2] and field.value is not None:
                        return self.constant(holder.cls.file, -1, field.value, depth - 1)
        own = project.own_class(at, fn)
        cls = own if first in SELVES or not rest else project.find_class(at, chain.rpartition(".")[0])
        if cls is not None:
            for field in project.class_(cls).fields:
                if field.name == (rest or first).rpartition(".")[2] and field.value is not None:
                    return self.constant(cls.file, -1, field.value, depth - 1)
        if cls is not None and file.language in ("java", "kotlin"):
            for held in project.base_classes(cls)[1:]:
                told = next(
                    (
                        field
                        for field in project.class_(held).fields
                        if field.name == (rest or first).rpartition(".")[2]
                    ),
                    None,
                )
                if told is not None and told.value is not None:
                    return self.constant(held.file, -1, told.value, depth - 1)
        if file.language in ("java", "kotlin") and not rest:  # a constant of its class, or of one around it
            named = (field.value for made in file.classes for field in made.fields if field.name == first)
            if (value := next((each for each in named if each is not None), None)) is not None:
                return self.constant(at, -1, value, depth - 1)
        imported = project.imported[at].get(first)
        if imported is None and file.language in ("java", "kotlin") and not rest:  # import static com.acme.Paths.*
            imported = next(
                (
                    each
                    for each in file.imports
                    if each.name == "*"
                    and each.module.rpartition(".")[2] in project.classes_by_name
                    and self._static(at, each.module, chain) is not None
                ),
                None,
            )
        if imported is not None and file.language in ("java", "kotlin") and not rest:
            told = self._static(at, imported.module, imported.name if imported.name != "*" else chain)
            if (
                told is not None
                and told.value is not None
                and (holder_cls := project.find_class(at, imported.module.removesuffix(".Companion"))) is not None
            ):
                return self.constant(holder_cls.file, -1, told.value, depth - 1)
        if imported is not None:
            wanted = rest or imported.name
            for number in project.module_files(at, imported.module):
                for assign in project.assigned[number].get((-1, wanted), ()):
                    return self.constant(number, -1, assign.value, depth - 1)
        if rest:  # an entry of a constant dictionary
            for assign in project.assigned[at].get((-1, first), ()):
                for item in assign.value.items:
                    if item.name == rest:
                        return self.constant(at, -1, item, depth - 1)
        if file.language == "csharp" and not rest:  # a constant of the class around the one that it stands in
            told = next(
                (
                    field
                    for made in file.classes
                    for field in made.fields
                    if field.name == chain and field.value is not None
                ),
                None,
            )
            if told is not None and told.value is not None:
                return self.constant(at, -1, told.value, depth - 1)
        if file.language in ("go", "kotlin", "cpp", "java", "csharp", "rust"):
            for number, other in enumerate(project.files):
                if other.language == file.language and other.package == file.package and number != at:
                    for assign in project.assigned[number].get((-1, chain), ()):
                        return self.constant(number, -1, assign.value, depth - 1)
        return None

    def _static(self, at: int, module: str, name: str) -> Field | None:
        """Java: the field of a class that a static import names."""
        cls = self.project.find_class(at, module.removesuffix(".Companion"))
        return (
            next((field for field in self.project.class_(cls).fields if field.name == name), None)
            if cls is not None
            else None
        )

    def uses_of(self, at: int, call: Call, places: Sequence[str], note: str = "") -> tuple[Use, ...]:
        """Return the middleware that a call names in these arguments."""
        found = [Use(note, at, call.line)] if note else []
        is_go = self.project.files[at].language == "go"
        for place in places:
            values = call.args if place == "*" else [v for v in (argument(call.args, place),) if v is not None]
            for value in values:
                made = (
                    self.go.wrapping.made_words(at, call.fn, value.text)
                    if is_go and value.kind in ("name", "call")
                    else []
                )
                found += [Use(word, at, call.line) for word in made]
                found += [
                    Use(word, at, call.line)
                    for word in self.laravel.words(at, call.fn, value)
                    if not (place == "*" and value.kind == "str" and (is_go or word.startswith("/")))
                ]
                if value.kind == "fn" and value.ref >= 0 and self.go.is_middleware(at, value.ref):
                    found.append(Use(f"closure_{value.ref}", at, call.line))
                if value.kind == "fn" and value.ref >= 0 and self.project.files[at].language == "javascript":
                    found += [Use(word, at, call.line) for word in (inline_words(self.project, at, value.ref),) if word]
                if (
                    value.kind == "fn"
                    and value.ref >= 0
                    and self.project.files[at].language == "java"
                    and call.name in ("before", "handler", "filter", "accessManager")
                ):
                    found.append(Use(self._lambda_words(at, value.ref), at, call.line))
        return tuple(found)

    def _lambda_words(self, at: int, ref: int) -> str:
        """Java: what a filter that is written as a lambda says: the names of its calls, and whether it refuses who is not logged in."""
        calls = [call for call in self.project.files[at].calls if call.fn == ref]
        if any(REFUSES.search(f"{call.name} {' '.join(value.text for value in call.args)}") for call in calls):
            return "require_login"
        return " ".join(call.name for call in calls[:8])

    def scope_uses(self, at: int, call: Call, scope: Scope) -> tuple[Use, ...]:
        """Return what a scope puts before its routes: middleware, their controller, and the methods they are for."""
        uses = self.uses_of(at, call, scope.uses, scope.note) + self._controller_of(at, call, scope)
        uses += self.laravel.said(at, call)
        opened = [place for place in scope.opens if (v := argument(call.args, place)) is not None and v.text == "true"]
        if opened:
            uses = (Use(f"{scope.note}({' '.join(opened)})", at, call.line),)
        told = (
            [
                word
                for value in call.args
                for word in _VERBS.findall(self.shown(value).upper()) or self._own_method(at, call.fn, value)
            ]
            if scope.methods
            else []
        )
        return (*uses, Use(METHODS_OF + ",".join(told), at, call.line)) if told else uses

    def _own_method(self, at: int, fn: int, value: Arg) -> list[str]:
        """Kotlin: the method that a constant is made with: `val PURGE = HttpMethod("PURGE")`."""
        is_kotlin = self.project.files[at].language == "kotlin" and value.kind in ("name", "call")
        told = self.constant(at, fn, value) if is_kotlin else None
        return [told] if told is not None and re.fullmatch(r"[A-Z_]+", told) else []

    # ---- building ---------------------------------------------------------------------------

    def build(self, numbers: Iterable[int]) -> None:
        """Read every router, group, mount and alias of these files."""
        numbers = list(numbers)
        for at in numbers:
            self._make_routers(at)
        for at in numbers:
            file = self.project.files[at]
            packs = self.packs.get(file.language)
            if packs is None:
                continue
            for index, call in enumerate(file.calls):
                if call.name in packs.scopes:
                    self._read_scopes(at, index, call)
                if call.name in packs.mounts:
                    for row in self.unrolling.rows(at, call):
                        self._read_mounts(at, index, row.call, row.at, row.fn)
            self._read_aliases(at, file)
            self.laravel.hang(at)
        dotnet = [at for at in numbers if self.project.files[at].language == "csharp" and "csharp" in self.packs]
        for at in dotnet:
            self.minimal.made(at)
        for at in dotnet:
            self.minimal.read(at)
        go = [at for at in numbers if self.project.files[at].language == "go" and "go" in self.packs]
        self.go.know_given(go)
        for at in numbers:
            self._read_closures(at)
            self.handing.bind(at)
        self.go.hang_all(go)
        for at in numbers:
            if self.project.files[at].language == "javascript" and "javascript" in self.packs:
                self.fastify.read(at)
            elif self.project.files[at].language == "python" and "python" in self.packs:
                self.django.hang(at)
        self.django.hang_admin(numbers)
        self._share_uses()
        for at in numbers:
            self._hang_file(at)

    def _make_routers(self, at: int) -> None:
        file, packs = self.project.files[at], self.packs.get(self.project.files[at].language)
        for index, call in enumerate(file.calls):
            if packs is None or (call.name not in packs.routers and not self.own.may_make(call)):
                continue
            router = self.router(at, call)
            if router is None:
                continue
            key = self.destination(at, index)
            self.known.add(key)
            prefix, inherited = self.own.made(at, call, self.text_at(at, call, router.prefix))
            uses = inherited + self.uses_of(at, call, router.uses)
            above = argument(call.args, router.under) if router.under else None
            if above is not None and above.kind == "name":
                self.edges[key].append(Edge(self.key_of(at, call.fn, above.text), prefix, uses, call.line))
            elif prefix or uses:  # what it is made with counts wherever it hangs
                self.edges[key].append(Edge(Key("made", at, index), prefix, uses, call.line))
        for number, function in enumerate(file.functions):
            for param in function.params:
                if packs is not None and param.type and self.is_router_type(at, packs, param.type):
                    self.known.add(Key("var", at, number, param.name))
        if packs is not None and file.language == "go":
            self.go.know_fields(at)

    def _hang_file(self, at: int) -> None:
        """A file that nobody mounts has the prefix of where it lies: Laravel's routes/api.php."""
        file, packs = self.project.files[at], self.packs.get(self.project.files[at].language)
        key = Key("file", at)
        if packs is None or key in self.edges:
            return
        for pack in packs.packs:
            for spec in pack.file:
                if spec.declares and (spec.prefix or spec.uses) and fnmatch("/" + file.path, "*/" + spec.glob):
                    uses = tuple(Use(word, at, 1) for word in spec.uses)
                    self.edges[key].append(Edge(Key("root", at), spec.prefix, uses))
                    return

    def is_router_type(self, at: int, packs: Packs, declared: str) -> bool:
        """Whether a declared type is a router's."""
        name = self.project.named_type(at, declared).name.rpartition(".")[2].removesuffix("()")
        return name in packs.routers or name in _ROUTER_TYPES

    def _read_scopes(self, at: int, index: int, call: Call) -> None:
        """Kotlin: a group in a loop over a table is one for each of its rows."""
        rows = self.unrolling.rows(at, call) if self.project.files[at].language == "kotlin" else ()
        if len(rows) < 2:
            self._read_scope(at, index, call)
            return
        self._has_rows = True
        for number, row in enumerate(rows):
            self._read_scope(at, index, row.call, (Use(row_mark(call, number), at, call.line),))

    def _read_scope(self, at: int, index: int, call: Call, row: tuple[Use, ...] = ()) -> None:
        scope = self.scope(at, call)
        if scope is None or scope.around:
            return
        above = self.context(at, call)
        prefix = join(above.prefix, self.text_at(at, call, scope.prefix))
        uses = above.uses + self.scope_uses(at, call, scope) + row
        edge = Edge(above.key, prefix, uses, call.line)
        closures = [v.ref for v in call.args if v.kind == "fn" and v.ref >= 0 and not self.go.is_middleware(at, v.ref)]
        if scope.itself or scope.behind:
            if scope.itself and index not in self.outer[at]:
                self.edges[above.key].append(
                    Edge(Key("made", at, index), self.text_at(at, call, scope.prefix), (), call.line)
                )
            return
        if closures and self.project.files[at].language == "javascript":
            edge = self._said_behind(at, index, edge)
        elif closures and index in self.outer[at]:  # Slim: $app->group(...)->add(Auth::class)
            edge = edge._replace(uses=uses + self.behind(at, index))
        for ref in closures:
            self._hang_closure(at, ref, edge)
        files = ("concat", "fmt", "str") if self.project.files[at].language == "php" else ()
        handed = [value for value in call.args if value.kind in ("name", "call", *files) and not closures]
        for value in handed:  # `r.Route("/x", userRoutes)`
            for child in self.children(at, call, value):
                self.edges[child].append(edge)
                self.known.add(child)
        if not closures and self.project.files[at].language == "go" and (behind := self.go.only_used(at, index)):
            edge = edge._replace(uses=uses + tuple(use for each in behind for use in self.uses_of(at, each, ["*"])))
        elif not closures and self.project.files[at].language == "csharp":
            edge = edge._replace(uses=uses + self.behind(at, index))
        elif closures or index in self.outer[at]:
            return
        if not closures:
            key = self.destination(at, index)
            self.known.add(key)
            if key != above.key or self.project.files[at].language == "go":
                self.edges[key].append(edge)
            elif prefix and self.project.files[at].language == "javascript":  # new Hono().basePath("/x")
                self.edges[key].append(Edge(Key("made", at, index), prefix, uses, call.line))

    def _said_behind(self, at: int, index: int, edge: Edge) -> Edge:
        """Adonis: `group(() => ...).prefix("/x").use(auth)`: what is said behind a group counts for what is inside."""
        calls = self.project.files[at].calls
        while index in self.outer[at]:
            index = self.outer[at][index]
            scope = self.scope(at, calls[index])
            if scope is not None and scope.behind:
                prefix = join(self.text_at(at, calls[index], scope.prefix), edge.prefix)
                edge = edge._replace(
                    prefix=prefix, uses=edge.uses + self.uses_of(at, calls[index], scope.uses, scope.note)
                )
        return edge

    def _controller_of(self, at: int, call: Call, scope: Scope) -> tuple[Use, ...]:
        found = next((v for place in scope.controller if (v := argument(call.args, place)) is not None), None)
        return (Use(f"{CONTROLLER}{found.text.removesuffix('.class')}", at, call.line),) if found is not None else ()

    def behind(self, at: int, index: int) -> tuple[Use, ...]:
        """What the calls chained behind one say: `.RequireAuthorization()`, `->middleware("auth")`, but not what only names it."""
        found: list[Use] = []
        file = self.project.files[at]
        packs = self.packs[file.language]
        while index in self.outer[at]:
            index = self.outer[at][index]
            each = file.calls[index]
            if each.args and any(matches_on(route.on, each.on) for _, route in packs.routes.get(each.name, ())):
                break
            if (file.language == "csharp" and each.name in packs.scopes) or self.own.is_next(at, each):
                break
            if file.language == "csharp" and says_nothing(each.name):
                continue
            if not _NAMING.fullmatch(each.name) and not (file.language == "go" and each.name in _GO_NAMING):
                inside = " ".join(word for value in each.args for word in self.laravel.words(at, each.fn, value))
                found.append(Use(f"{each.name}({inside})", at, each.line))
        return tuple(found)

    def convention(self, at: int, call: Call) -> Use:
        """Return what a call such as `RequireAuthorization("Admin")` puts before routes."""
        inside = " ".join(word for value in call.args for word in words_of(value))
        return Use(f"{call.name}({inside})", at, call.line)

    def _hang_closure(self, at: int, ref: int, edge: Edge) -> None:
        self.edges[Key("closure", at, ref)].append(edge)
        self.known.add(Key("closure", at, ref))
        for param in self.project.files[at].functions[ref].params[:1]:
            key = Key("var", at, ref, param.name)
            self.edges[key].append(edge)
            self.known.add(key)

    def _read_mounts(self, at: int, index: int, call: Call, home: int, home_fn: int) -> None:
        """`home`: the file and function that the arguments' names stand in."""
        packs = self.packs[self.project.files[at].language]
        before = self.project.files[at].calls[call.prev].name if call.prev >= 0 else ""
        for mount in self.mounts(at, call):
            if mount.strips:
                continue  # read when all routers are known
            is_behind = mount.anywhere or self.own.is_said_behind(at, call)
            if is_behind and (before in packs.routes or before in packs.scopes):
                continue  # it is said of that route or group alone
            above = self.context(at, call)
            told = any(argument(call.args, place) is not None for place in mount.prefix)
            prefix = join(above.prefix, self.text_at(at, call, mount.prefix) if told else mount.default)
            uses = above.uses + self.uses_of(at, call, mount.uses, mount.note)
            given = (
                list(call.args)
                if "*" in mount.child
                else [v for p in mount.child if (v := argument(call.args, p)) is not None]
            )
            hung = False
            plain: list[Arg] = []  # what stands where a router may stand and is none
            if call.name == "addHook" and call.args and call.args[0].text not in _REQUEST_HOOKS:
                continue
            for value in given:
                for held in value.items if value.kind == "list" else (value,):
                    for child in self.children(
                        home, call if home == at else structs.replace(call, fn=home_fn), held
                    ) or self._made_inside(at, index):
                        if child.kind == "middleware":
                            plain.append(held)
                        elif child != above.key:
                            around = uses + self._around(at, call, given, held)
                            replaces = mount.replaces and bool(prefix)
                            self.edges[child].append(Edge(above.key, prefix, around, call.line, replaces))
                            hung = True
            if hung or (mount.child and "*" not in mount.child):
                for use in self.uses_of(at, structs.replace(call, args=tuple(plain)), ["*"]) if plain else ():
                    self.uses[above.key].append(
                        (call.line, use._replace(text=f"{prefix} {use.text}") if prefix else use)
                    )
                continue
            if not prefix:
                for use in self.uses_of(at, call, mount.uses or ["*"]):
                    self.uses[above.key].append((0 if mount.anywhere else call.line, use))
            else:
                # `app.use("/api", auth)`: it counts below that prefix only.
                below = prefix.rstrip("*").rstrip("/") if packs.packs and packs.packs[0].language == "java" else prefix
                for use in self.uses_of(at, call, ["*"]):
                    self.uses[above.key].append((call.line, use._replace(text=f"{below} {use.text}".strip())))

    def _around(self, at: int, call: Call, given: list[Arg], child: Arg) -> tuple[Use, ...]:
        """Return the middleware that stands beside a child in one call: `app.use("/x", auth, router)`."""
        return tuple(
            Use(word, at, call.line)
            for value in given
            if value is not child and value.kind in ("name", "call")
            for word in words_of(value)
        )

    def children(self, at: int, call: Call, value: Arg) -> list[Key]:
        """Return the routers that an argument stands for."""
        project = self.project
        if value.kind == "fn" and value.ref >= 0:
            return [] if self._is_middleware(Fn(at, value.ref)) else self.function_keys(Fn(at, value.ref))
        if value.kind == "name":
            key = self.key_of(at, call.fn, value.text)
            if key in self.known or (key.kind == "var" and key in self.edges):
                return [key]
            on, _, name = value.text.rpartition(".")
            if name == "class" and on:  # PHP: a class that is called
                cls = project.find_class(at, on)
                return [
                    k
                    for fn in (project.method(cls, "__invoke") if cls is not None else ())
                    for k in self.function_keys(fn)
                ]
            if project.files[at].language == "java" and (
                told := self._class_routers(project.type_of(at, call.fn, value.text).cls)
            ):
                return told
            found = project.resolve(at, call.fn, on, name)
            if found and project.files[at].language == "go" and not self.go.takes_router(found[0]):
                return []  # middleware
            if found and project.files[at].language == "javascript" and self._is_middleware(found[0]):
                return []
            if found:
                return self.function_keys(found[0])
            if made := self.own.made_for(key):
                return [made]
            if self._may_be_router(key):
                return (
                    [key, Key("middleware", at)]
                    if project.files[at].language == "javascript" and not self._is_known_elsewhere(key)
                    else [key]
                )
            return []
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            if (
                project.files[at].language == "java"
                and name[:1].isupper()
                and (told := self._class_routers(project.find_class(at, name)))
            ):
                return told
            if name in ("require", "import", "await") and value.items:
                return self.module_keys(at, self.constant(at, call.fn, value.items[0]) or value.items[0].text)
            if (
                name in ("routes", "middleware", "router", "callback", "handler", "into_router")
                and on
                and project.files[at].language != "java"
            ):
                return [self.key_of(at, call.fn, on)]
            found = self.go.no_middleware(at, project.resolve(at, call.fn, on, name))
            if found:
                ret = Key("ret", found[0].file, found[0].index)
                return (
                    [ret]
                    if project.files[at].language != "javascript" or self.own.makes(found[0])
                    else [ret, Key("middleware", at)]
                )
            if name == "include" and value.items:
                return self.django.included(at, call, value.items[0])
        if project.files[at].language == "php" and value.kind in ("str", "concat", "fmt", "call"):
            return [Key("file", number) for number in self.requires.files(at, value)]
        if value.kind == "str" and ("/" in value.text or "." in value.text):
            return self.module_keys(at, value.text) or self.django.named(at, value.text)
        return []

    def _is_middleware(self, fn: Fn) -> bool:
        """JavaScript: whether a function takes a request or context, and so is no plugin that declares routes."""
        if self.project.files[fn.file].language != "javascript":
            return False
        params = self.project.function(fn).params
        return (
            bool(params) and bool(_TAKES_REQUEST.match(params[0].name) or _TAKES_REQUEST_TYPE.match(params[0].type))
        ) or len(params) == 4

    def _class_routers(self, cls: Cls | None) -> list[Key]:
        """Helidon: a service is handed over, and one of its methods takes the rules that it adds to."""
        if cls is None:
            return []
        packs = self.packs[self.project.files[cls.file].language]
        return [
            key for index, made in enumerate(self.project.files[cls.file].functions)
            if made.cls == cls.index and made.params and made.params[0].type and self.is_router_type(cls.file, packs, made.params[0].type)
            for key in self.function_keys(Fn(cls.file, index))
        ]  # fmt: skip

    def _made_inside(self, at: int, index: int) -> list[Key]:
        """Return the routers that are made among a call's arguments."""
        return list(
            dict.fromkeys(
                self.destination(at, number)
                for number, call in enumerate(self.project.files[at].calls)
                if call.inside == index and self.router(at, call) is not None
            )
        )

    def _is_known_elsewhere(self, key: Key) -> bool:
        """Whether what a name stands for is another name of a known router."""
        held = [
            assign
            for assign in self.project.assigned[key.file].get((key.index, key.name), ())
            if assign.value.kind == "name"
        ]
        return any(self.key_of(key.file, assign.fn, assign.value.text) in self.known for assign in held)

    def _may_be_router(self, key: Key) -> bool:
        is_javascript = self.project.files[key.file].language == "javascript"
        for assign in self.project.assigned[key.file].get((key.index, key.name), ()) if key.kind == "var" else ():
            if is_javascript and assign.value.kind == "call":
                on, _, name = assign.value.text.rpartition(".")
                return bool(self.project.resolve(key.file, assign.fn, on, name)) or name in ("require", "import")
            if assign.value.kind in ("name", "call", "dict", "list"):
                return True
        return False

    def function_keys(self, fn: Fn) -> list[Key]:
        made = self.project.function(fn)
        keys = [Key("fn", fn.file, fn.index), Key("ret", fn.file, fn.index)]
        keys += [Key("var", fn.file, fn.index, param.name) for param in made.params[:1]]
        self.known.update(keys)
        return keys

    def module_keys(self, at: int, module: str) -> list[Key]:
        """Return what a module declares its routes on."""
        keys: list[Key] = []
        for number in self.project.module_files(at, module):
            keys.append(Key("file", number))
            for name in ("urlpatterns", "module.exports", "default"):
                if (-1, name) in self.project.assigned[number]:
                    keys.append(Key("var", number, -1, name))
            for fn in self.fastify.exported(number):
                keys += [] if self._is_middleware(fn) else self.function_keys(fn)
        return keys

    @cached_property
    def declaring(self) -> set[Fn]:
        """Functions that declare routes on a facade, and so on whatever they are called in."""
        found: set[Fn] = set()
        for at, file in enumerate(self.project.files):
            packs = self.packs.get(file.language)
            if packs is None or not packs.facades:
                continue
            for call in file.calls:
                fn = call.fn
                if fn < 0 or not call.on[:1].isupper() or not self.is_facade(packs, self.laravel.plain(at, call.on)):
                    continue
                while fn >= 0 and file.functions[fn].kind == "lambda":
                    fn = file.functions[fn].parent
                if fn >= 0:
                    found.add(Fn(at, fn))
        return found

    def _read_aliases(self, at: int, file: File) -> None:
        for assign in file.assigns:
            value = assign.value
            if value.kind == "name" and value.text and assign.target != value.text:
                source = self.key_of(at, assign.fn, value.text)
                target = Key("var", at, assign.fn, assign.target)
                if source != target and (source in self.known or assign.target in ("module.exports", "default")):
                    self.edges[source].append(Edge(target))
        for each in file.returns if file.language != "csharp" else ():
            if (
                each.value.kind == "call"
                and each.fn >= 0
                and file.language == "javascript"
                and each.value.text.endswith((".routes", ".middleware"))
            ):
                source = self.key_of(at, each.fn, each.value.text.rpartition(".")[0])
                if source in self.known:
                    self.edges[source].append(Edge(Key("ret", at, each.fn)))
            if each.value.kind == "name" and each.fn >= 0:
                source = self.key_of(at, each.fn, each.value.text)
                if source in self.known:
                    self.edges[source].append(Edge(Key("ret", at, each.fn)))

    def _read_closures(self, at: int) -> None:
        """A closure that no scope knows hangs where it stands: `routing { ... }`, `if`-blocks, callbacks."""
        file = self.project.files[at]
        packs = self.packs.get(file.language)
        if packs is None or not packs.routes:
            return
        for index, made in enumerate(file.functions):
            key = Key("closure", at, index)
            if made.kind != "lambda" or made.call < 0 or key in self.edges:
                continue
            call = file.calls[made.call]
            if call.name not in packs.routes:
                uses = self._wrapped_in(at, call, WRAPPERS_MAX) if file.language == "kotlin" else ()
                self.edges[key].append(Edge(self.implicit(at, call.fn), uses=uses, at=call.line))

    def _wrapped_in(self, at: int, call: Call, hops: int) -> tuple[Use, ...]:
        """Return what a function of the project puts before the routes of the closure it is given: `adminAuth { ... }`."""
        uses: list[Use] = []
        for fn in meant(self.project, at, call) if hops else ():
            made = self.project.function(fn)
            if not any("->" in param.type for param in made.params):
                continue
            for inner in self.project.files[fn.file].calls:
                if made.line <= inner.line <= made.end:
                    scope = self.scope(fn.file, inner)
                    if scope is None:
                        uses += (
                            self._wrapped_in(fn.file, inner, hops - 1) if inner.args and inner.name != call.name else ()
                        )
                    elif scope.uses or scope.note:
                        uses += self.scope_uses(fn.file, inner, scope)
        return tuple(uses)

    def _share_uses(self) -> None:
        """What a function adds to a router that it was handed counts for all that the router has: `addMiddleware(app)`."""
        for _ in range(2):
            for inside, outside, line in self.handed:
                have = {use for _, use in self.uses[outside]} if inside in self.uses else set()
                later = (
                    line + 1 if line and self.project.files[inside.file].language == "go" else line
                )  # not for that call
                self.uses[outside] += [
                    (later if start else 0, use) for start, use in self.uses.get(inside, ()) if use not in have
                ]

    # ---- answers ----------------------------------------------------------------------------

    def ways(self, key: Key, line: int = 0) -> list[Way]:
        """Return all full prefixes above a router, with what is used on the way."""
        found: list[Way] = []
        self._climb(key, "", (), line, frozenset(), found)
        unique: dict[tuple[str, tuple[str, ...]], Way] = {}
        for way in without_rows(found) if self._has_rows else found:
            unique.setdefault((way.prefix, tuple(use.text for use in way.uses)), way)
        return list(unique.values())[:WAYS_MAX]

    def _climb(
        self, key: Key, prefix: str, uses: tuple[Use, ...], line: int, seen: frozenset[object], found: list[Way]
    ) -> None:
        edges = self.go.blocks.edges(key, self.edges.get(key, ()), line)
        own = tuple(
            use
            for start, use in self.go.blocks.uses(key, self.uses.get(key, ()), line)
            if not line or in_force(start, line) or self.go.blocks.is_elsewhere(key, use, line, start)
        )
        made = [edge for edge in edges if edge.parent.kind == "made"]
        bare = prefix  # without the one that the router was made with
        for edge in made[:1]:
            prefix, uses = join(edge.prefix, prefix), edge.uses + uses
        uses = own + uses
        seen |= {self.go.blocks.token(key, line)}
        above = [
            (edge, before)
            for edge in edges
            for before in (edge.at - (edge.parent == key),)  # router = router.Group("/x")
            if edge.parent.kind != "made" and self.go.blocks.token(edge.parent, before) not in seen
        ]
        if not above or len(seen) > DEPTH_MAX or len(found) >= WAYS_MAX:
            found.append(Way(prefix, uses, key))
            return
        for edge, before in above:
            if self._has_rows and other_row(edge.uses, uses):
                continue
            below = bare if edge.replaces else prefix
            self._climb(edge.parent, join(edge.prefix, below), edge.uses + uses, before, seen, found)


_REQUEST_HOOKS = frozenset({"onRequest", "preHandler", "preValidation", "preParsing", "preSerialization"})
_TAKES_REQUEST = regex(
    r"_?(req|request|ctx|context|c|err|error|_)$|\{\s*(req|request|params|query|body|headers|set|cookie)\b",
    re.IGNORECASE,
)
_TAKES_REQUEST_TYPE = regex(r"(\w+\.)?(\w*Request|Context|ParameterizedContext|Koa\.Context|HttpContext)\b")
_ROUTER_TYPES = frozenset(
    "Router IRouter Express Application FastifyInstance Hono Koa RouterGroup IRouter Engine Group Echo Mux ServeMux ContextMux TreeMux ContextGroup Route Routing "
    "IEndpointRouteBuilder IVersionedEndpointRouteBuilder RouteGroupBuilder WebApplication RouteCollectorProxy RouteCollectorProxyInterface App ServiceConfig Scope "
    "RouteGroup Fiber HttpRouter RoutingConfigurator SimpleApp Server INestApplication Javalin HttpRules Rules HttpRouting Builder Flask FastAPI APIRouter Blueprint Application".split()
)


def _module(name: str) -> str:
    return name.replace("\\", ".").replace("::", ".").strip("./")


__all__ = ["Cls", "Context", "Edge", "Key", "Routers", "Use", "Way", "argument", "matches_on", "words_of"]
