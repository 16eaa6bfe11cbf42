"""Packs: what frameworks and libraries mean, as data. One TOML file each; users can add their own.

A pattern such as "requests.{get,post}" is matched on the dotted name of a call: the part before the last dot
is a glob on what it is called on (as written, or with its root replaced by what it was imported as or by its type:
"requests.Session().get"), the part behind it lists names. Braces hold alternatives, `*` is any text, `%` one word.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct, field, toml


class Router(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that makes a router: `APIRouter(prefix="/x", dependencies=[...])`.

    Attributes:
        call: Patterns of the constructor.
        prefix: Where the prefix stands: places ("0") and keywords.
        uses: Arguments that hold middleware, guards or dependencies.
        under: Where the router stands that it adds its routes to.
        root: What answers GET at the router's own path: REST framework's list of its resources.
    """

    call: tuple[str, ...]
    prefix: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    under: str = ""
    root: str = ""


class Scope(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that opens a group below a router: `r.Group("/v1", auth)`, `route("/v1") { ... }`.

    Attributes:
        name: Names of the call, with braces.
        on: Glob on what it is called on; "" for none, "*" for any.
        prefix: Where the prefix stands, or the prefix itself if it starts with "/"; empty if the scope only adds middleware.
        uses: Arguments that hold middleware; "*" for all that are no path and no closure.
        note: Word added to the chain whatever the arguments are: "auth" for Ktor's authenticate.
        opens: Arguments that, if true, make it ask for nothing: `authenticate(optional = true)`.
        controller: Where the class stands whose methods the routes inside name alone.
        methods: The arguments are HTTP methods, those of the routes inside.
        itself: It changes the router that it is called on: Koa's `router.prefix("/x")`.
        behind: It stands behind a group, and counts for what is inside it: Adonis' `group(() => ...).prefix("/x")`.
        around: It counts for the routes among its arguments alone, and not for what it is assigned to: Django's i18n_patterns.
    """

    name: str
    on: str = "*"
    prefix: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    note: str = ""
    opens: tuple[str, ...] = ()
    controller: tuple[str, ...] = ()
    methods: bool = False
    itself: bool = False
    behind: bool = False
    around: bool = False


class Mount(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that hangs one router below another: `app.use("/x", router)`.

    Attributes:
        prefix, child: Where they stand; a child may be a router, a function that fills or returns one, a
            module or a file. "*" in child: every argument that is one.
        uses, note: As in Scope.
        default: The prefix if none is given.
        anywhere: Middleware counts for routes that were declared before it too.
        replaces: Its prefix, if it gives one, stands in place of the one that the child was made with: Flask's blueprints.
        strips: Names of calls around the child that take the prefix away from what it sees; without one of them its paths are whole
            and the prefix is not put before them. Empty: the prefix is always put before them.
    """

    name: str
    on: str = "*"
    prefix: tuple[str, ...] = ()
    child: tuple[str, ...] = ("0",)
    uses: tuple[str, ...] = ()
    note: str = ""
    default: str = ""
    anywhere: bool = False
    replaces: bool = False
    strips: tuple[str, ...] = ()


class Route(Struct, frozen=True, forbid_unknown_fields=True):
    """What declares an endpoint.

    Attributes:
        shape: mark (on a function), class-mark (on a class whose methods are the HTTP methods), call,
            resource (one call for several endpoints of a class of the project), or served (C#: one call, and a library answers).
        name: Names, with braces.
        on: Glob on what it is called on, raw or canonical. A call counts if its receiver is a known router, or if
            `on` matches and its path looks like one.
        method: "name" (the word itself), "GET,POST", "arg:methods" or "arg:0" (an argument; "arg:2+" all from there on, "arg:<>+" all type arguments), each with "|GET" as default;
            "chained" (a call `methods` behind it); "endpoint" (what the object says that the first argument names); "handler" (names of the class's methods); "*" any.
        path: Where the path stands; empty for none; a place that starts with "/" is the path itself (for served: if none is
            given), "type:Resource" that mark on the class of the type argument, "endpoint" the object that the first argument names.
        when: Regular expression that must be found in the first argument's text.
        handler: Where the handler stands ("-1" the last argument, "last:handler" the argument of the last call of that name behind it,
            "around:1" an argument of the call it is itself an argument of, "chain:controller" the argument of a call behind it,
            "own:get" a method of the class that the call stands in).
        uses: Arguments that hold middleware; "*" for all between path and handler.
        actions: For a resource: "GET /", "GET /{id}", each followed by the method's name, and by the calls chained
            behind it without which it does not exist ("!apiOnly": with which it does not). For served: each followed by what
            the library itself puts before it.
        only, except_: Arguments or chained calls that choose among the actions.
        router: Where the router stands, if the call is not made on it: `huma.Get(api, "/x", list)`.
        behind: Name of a call that must stand before it in its chain: `app.route("/x").get(list)`.
        closure: It counts only with a function among its arguments, and not inside of the function of another such route.
        under_class: The handler's class comes first in the path: Drogon's METHOD_ADD.
        path_mark: Another mark on the same function that holds the path: JAX-RS's `@GET @Path("/x")`.
    """

    shape: str
    name: str
    on: str = "*"
    method: str = "name"
    path: tuple[str, ...] = ("0",)
    handler: tuple[str, ...] = ("-1",)
    uses: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    except_: tuple[str, ...] = field(default=(), name="except")
    router: str = ""
    behind: str = ""
    when: str = ""
    path_mark: str = ""
    closure: bool = False
    under_class: bool = False


class ClassMark(Struct, frozen=True, forbid_unknown_fields=True):
    """A mark, or the class attribute `attribute`, that gives a class's endpoints a prefix."""

    name: str
    path: tuple[str, ...] = ("0",)
    attribute: str = ""


class FileRoute(Struct, frozen=True, forbid_unknown_fields=True):
    """Files that are routes by where they lie, or that have a prefix of their own.

    Attributes:
        glob: Of the path; `{route}` stands for what becomes the path.
        prefix: Put before the routes that the file declares, or before `{route}`.
        exports: Functions that are HTTP methods; empty: the default export answers any method.
        declares: The file declares its routes itself; only the prefix is given here.
        uses: Words added to the chain of all its endpoints.
        method: The HTTP method that its name says; wraps: names of the call that the default export must be.
    """

    glob: str
    prefix: str = ""
    exports: tuple[str, ...] = ()
    declares: bool = False
    uses: tuple[str, ...] = ()
    method: str = ""
    wraps: tuple[str, ...] = ()


class Alias(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an application names its middleware: `"auth" => Authenticate::class`, `group("api", [...])`.

    Attributes:
        field: Globs of fields and assigned names that hold a dictionary of names.
        bases: Globs of what the class whose field it is inherits from; nothing but such a field counts then.
        call, on: A call that gives names, and a glob on what it is called on.
        named: What is named: "" for each key of the dictionary, a place ("0") for a text there, "call" for the call's own name,
            or "=api" for that name; "=*" counts for every endpoint; "paths": each key is middleware, its value says for
            which paths; "globals": "before" lists middleware for every path, each with what it does not count for.
        words: Added whatever stands there.
    """

    field: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    call: str = ""
    on: str = "*"
    named: str = ""
    words: tuple[str, ...] = ()


class ClassUse(Struct, frozen=True, forbid_unknown_fields=True):
    """A call in a class that adds middleware to its methods: `$this->middleware("auth")->only("store")`.

    Attributes:
        call, on: Its name, and a glob on what it is called on.
        within: Names of the methods that it may stand in; empty for any.
        uses: Where the middleware stands.
        only, except_: Arguments, or calls chained behind it, that choose among the methods.
        strings: The method returns a list, and what stands in it as text counts too.
        note: Added word.
    """

    call: str
    on: str = "*"
    within: tuple[str, ...] = ()
    uses: tuple[str, ...] = ("0",)
    only: tuple[str, ...] = ("only",)
    except_: tuple[str, ...] = field(default=("except",), name="except")
    strings: bool = False
    note: str = ""


class Effect(Struct, frozen=True, forbid_unknown_fields=True):
    """What a call does.

    Attributes:
        does: One word:
            query (sent to a database now), lazy (a query that is built and sent when it is used), part (a step of
            building one: filter, order), one (makes or asks a query for at most one row), bounded (limits a query), eager (loads
            relations with it), batch (many rows in one statement), transaction;
            outgoing (HTTP, RPC), publish (a queue or topic), mail; client (makes a client object of any of these), client-pool (one with connections of its own);
            connect (opens one database connection), pool (opens a pool), migrate (changes the schema);
            serve (listens until the program ends), session-set (stores or ends a client's session);
            sleep, file, process, cpu (hashing, compression, image work): hold a thread; resolve (asks for a host's address);
            offload (runs what it is given on another thread);
            password-hash (slow and salted), hash (fast), cipher, random-weak, random-strong, token-make, token-check;
            cache-set, cache-get, cache-make; lock; log, metric, trace, health, shutdown, limit, auth;
            sink-* (dangerous with input: sink-command, sink-path, sink-eval, sink-template, sink-redirect, sink-deserialize, sink-html, sink-xml, sink-sql);
            source (gives what a client sent), clean (makes it harmless).
        call: Patterns. A name may end with "*": "*Dao.{findBy*}". Places are those of the arguments; a context that Go hands first
            is not counted.
        op: read, write or raw (SQL text), for a query.
        many: Whether it may return many rows; None if that depends.
        blocks: Whether it holds the thread it is called on, although its kind alone does not say so; False: never.
        timeout: Arguments that set a timeout; "*.timeout" an entry of any argument that is a dictionary.
        default: The timeout without them: "none", or text such as "30 s". Of a pool, the bound, and of a cache, the expiry or
            bound: "none" if the library sets none by itself.
        ttl: Arguments that set an expiry or bound.
        sql: Where SQL text stands.
        size: Arguments that bound a pool.
        into: Where the destination stands, a list for many rows; its type is an entity.
        entity: Where the entity stands: "on" for the receiver's root, "type" for its type argument, or an argument.
        library: Shown to people: "SQLAlchemy".
        where: For a source: what it is taken from, "query", "body", "header", "cookie", "form" or "path".
        unless: Globs of what it is called on for which it does not count: a list that a query gave has a `first` too.
        needs: Counts only if one of these arguments is given.
        words: Regular expression that must be found in the text of the first argument.
        ahead: For bounded: counts for the queries that follow in the same function: PageHelper.startPage(1, 20).
        at_service: For outgoing: its client was made for one service, and what it is given is the key of something there and no address.

    Places may also be "chain:timeout" (the first argument of a call of that name in the same chain), "near:WORD" (an
    argument with this word of any call in the same function, or in one written in it), and "made:0" (an argument of the
    call that made what this is called on: the SQL of a prepared statement, the options of a client).
    """

    does: str
    call: tuple[str, ...]
    op: str = "read"
    many: bool | None = None
    blocks: bool | None = None
    timeout: tuple[str, ...] = ()
    default: str = ""
    ttl: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    entity: str = ""
    into: tuple[str, ...] = ()
    library: str = ""
    where: str = ""
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    words: str = ""
    ahead: bool = False
    at_service: bool = False


class Asks(Struct, frozen=True, forbid_unknown_fields=True):
    """Interfaces of the project whose methods a library implements: repositories, mappers, declared HTTP clients.

    A call of one of their methods has the effect; the method's name, marks and types say the rest.

    Attributes:
        does: query or outgoing.
        bases, marks: Globs of what the interface inherits from, or is marked with.
        statements: Marks of a method that hold its SQL or JPQL, each with its op: "Query read".
        writes: Globs of names and marks of methods that change something.
        ones: Globs of names of methods that give at most one row, whatever their type.
        bounds: Globs of types and names of parameters, of types it returns and of names of methods that bound what is read.
        blocks: Whether a call holds its thread; none of those that return Mono, Flux, Uni, a future or are suspended.
        default: The timeout, for outgoing.
        library: Shown to people.
    """

    does: str
    bases: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    ones: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    blocks: bool | None = None
    default: str = ""
    library: str = ""


class Entity(Struct, frozen=True, forbid_unknown_fields=True):
    """Which classes are stored in a table.

    Attributes:
        bases, marks: Names of base classes or marks (globs) that say so.
        field_marks: Marks on any of its fields: Go's `gorm:"..."`.
        methods: Methods, any of which says so: TableName.
    """

    bases: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    field_marks: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


class Relation(Struct, frozen=True, forbid_unknown_fields=True):
    """Which fields of an entity lead to others, loaded when first read.

    Attributes:
        marks: Marks on the field (globs); calls: its value's constructor (globs); method: a method of
            the class whose body calls one of these (Eloquent, Sequelize).
        lazy: Whether it is loaded on first read if nothing else is said.
        eager_when: Text in the mark or value that makes it eager: "FetchType.EAGER", "lazy='joined'".
        many: Whether it leads to many.
    """

    marks: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    method_calls: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    lazy: bool = True
    lazy_when: tuple[str, ...] = ()
    eager_when: tuple[str, ...] = ()
    many: bool | None = None


class Pack(Struct, frozen=True, forbid_unknown_fields=True):
    """One framework or library.

    Attributes:
        name, language: As shown.
        imports: Modules (prefixes) that show that it is used; empty: always looked for.
        auth, limit: Globs of names that require a login or limit requests, besides the usual words.
        open: Globs of names that open what is closed by default.
        stacked: Guards around each other all count: one that opens takes nothing from one around it.
        class_methods: Base class of a handler to the HTTP methods it answers.
        class_hooks: Base class of a handler to functions of its heirs that are called like a method and are none.
        facades: Classes whose static calls declare routes on what they stand in: Laravel's Route.
        loop_calls: Patterns of calls that run the functions they are given on an event loop that must not be held.
        loop_classes: Base class to the methods of it that run on such a loop.
        async_only: Its handlers run on an event loop or on a few shared threads even if they are plain functions (Vert.x, Ktor, Drogon).
        loop_off: Patterns of calls after which the runtime no longer holds the loop for blocking calls.
        middleware_methods: Methods of a middleware class that handle a request; one that answers 401 requires a login.
        global_prefix: Keys of the application's settings, and "@Name" for class marks, that hold a prefix of all its routes.
        controllers: Globs of class marks: only methods of classes that have one, or inherit one, are endpoints by their marks.
        clients: Globs of class marks and bases: methods of these interfaces ask others and declare nothing.
        exports: Class marks of repositories that the framework itself serves.
    """

    name: str
    language: str
    imports: tuple[str, ...] = ()
    router: tuple[Router, ...] = ()
    scope: tuple[Scope, ...] = ()
    mount: tuple[Mount, ...] = ()
    route: tuple[Route, ...] = ()
    class_mark: tuple[ClassMark, ...] = ()
    file: tuple[FileRoute, ...] = ()
    effect: tuple[Effect, ...] = ()
    entity: tuple[Entity, ...] = ()
    relation: tuple[Relation, ...] = ()
    auth: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    stacked: bool = False
    class_methods: dict[str, tuple[str, ...]] = {}
    class_hooks: dict[str, tuple[str, ...]] = {}
    global_prefix: tuple[str, ...] = ()
    async_only: bool = False
    facades: tuple[str, ...] = ()
    middleware_methods: tuple[str, ...] = ()
    loop_calls: tuple[str, ...] = ()
    loop_classes: dict[str, tuple[str, ...]] = {}
    loop_off: tuple[str, ...] = ()
    alias: tuple[Alias, ...] = ()
    class_use: tuple[ClassUse, ...] = ()
    asks: tuple[Asks, ...] = ()
    controllers: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()


def parse_pack(text: str) -> Pack:
    """Return a pack from TOML; msgspec.ValidationError names what is wrong."""
    return toml.decode(text, type=Pack)


class Packs:
    """All packs of one language, indexed by the words that trigger them."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        self.by_name = {pack.name: pack for pack in self.packs}
        self._called: dict[str, list[tuple[re.Pattern[str] | None, Effect]]] = {}

    # Each index compiles many patterns, so it is made when it is first asked for.

    @cached_property
    def effects(self) -> Mapping[str, list[tuple[re.Pattern[str] | None, Effect]]]:
        """Last word of a call to (what it must be called on, what it does)."""
        return _index((pattern, effect) for pack in self.packs for effect in pack.effect for pattern in effect.call)

    @cached_property
    def routers(self) -> Mapping[str, list[tuple[re.Pattern[str] | None, Router]]]:
        """Last word of a call to the router that it makes."""
        return _index((p, r) for pack in self.packs for r in pack.router for p in r.call)

    @cached_property
    def scopes(self) -> Mapping[str, list[tuple[Pack, Any]]]:
        """Name to the calls that open a group of routes."""
        return self._named("scope")

    @cached_property
    def mounts(self) -> Mapping[str, list[tuple[Pack, Any]]]:
        """Name to the calls that hang a router below another."""
        return self._named("mount")

    @cached_property
    def routes(self) -> Mapping[str, list[tuple[Pack, Any]]]:
        """Name to the calls that register a route."""
        return self._named("route")

    @cached_property
    def class_marks(self) -> Mapping[str, list[tuple[Pack, Any]]]:
        """Name to the marks that make a class a controller."""
        return self._named("class_mark")

    @cached_property
    def facades(self) -> frozenset[str]:
        """Names that stand for services whose methods are not the project's."""
        return frozenset(name for pack in self.packs for name in pack.facades)

    @cached_property
    def _starts(self) -> Mapping[str, list[tuple[re.Pattern[str] | None, Effect]]]:
        return {name[:-1]: told for name, told in self.effects.items() if name.endswith("*") and len(name) > 1}

    def called(self, name: str) -> list[tuple[re.Pattern[str] | None, Effect]]:
        """Return what calls of this name may do."""
        known = self._called.get(name)
        if known is None:
            known = list(self.effects.get(name, ()))
            for start, told in self._starts.items():
                if name.startswith(start):
                    known += told
            self._called[name] = known
        return known

    def _named(self, kind: str) -> dict[str, list[tuple[Pack, Any]]]:
        found: dict[str, list[tuple[Pack, Any]]] = defaultdict(list)
        for pack in self.packs:
            for each in getattr(pack, kind):
                for name in alternatives(each.name):
                    found[name].append((pack, each))
        return found


def _index(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[tuple[re.Pattern[str] | None, Any]]]:
    found: dict[str, list[tuple[re.Pattern[str] | None, Any]]] = defaultdict(list)
    for pattern, value in pairs:
        on, names = split_pattern(pattern)
        for name in alternatives(names):
            found[name].append((glob(on) if on else None, value))
    return found


def split_pattern(pattern: str) -> tuple[str, str]:
    """Return the part before the last dot that stands in no brace, and the part behind it."""
    depth = 0
    for at in range(len(pattern) - 1, -1, -1):
        char = pattern[at]
        depth += (char == "}") - (char == "{")
        if char == "." and depth == 0:
            return pattern[:at], pattern[at + 1 :]
    return "", pattern


def alternatives(names: str) -> list[str]:
    """Return "a" and "b" for "{a,b}", and "xa", "xb" for "x{a,b}"."""
    found = re.fullmatch(r"([^{]*)\{([^}]*)\}(.*)", names)
    if not found:
        return [names]
    return [f"{found[1]}{each.strip()}{rest}" for each in found[2].split(",") for rest in alternatives(found[3])]


@lru_cache(maxsize=10_000)
def glob(pattern: str) -> re.Pattern[str]:
    """Return a glob with `*`, `%` (one word), `^` (one word that starts with a capital) and braces as a regular expression that matches the whole text."""
    out, depth = [], 0
    for char in pattern:
        if char == "*":
            out.append(".*")
        elif char == "%":
            out.append(r"\w*")
        elif char == "^":
            out.append(r"[A-Z]\w*")
        elif char == "{":
            out.append("(?:")
            depth += 1
        elif char == "}" and depth:
            out.append(")")
            depth -= 1
        elif char == "," and depth:
            out.append("|")
        else:
            out.append(re.escape(char))
    return re.compile("".join(out) + r"\Z", re.DOTALL)


def matches(patterns: Iterable[str], text: str) -> bool:
    """Whether one of the globs matches the whole text."""
    return any(glob(pattern).match(text) for pattern in patterns)
