"""The linked model of a repository: what rules look at."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from backwright.model.blueprint import Endpoint, Spot
from backwright.review.facts import Call, File, Function
from backwright.review.link.data import Data
from backwright.review.link.declared import Declared
from backwright.review.link.effects import Edge, Effects, Step
from backwright.review.link.inside import Inside
from backwright.review.link.judge import Judge
from backwright.review.link.jvmguards import JvmGuards
from backwright.review.link.livewire import components
from backwright.review.link.modules import Modules
from backwright.review.link.nobody import Nobody
from backwright.review.link.packs import Pack, Packs, alternatives, glob, split_pattern
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.remote import remote
from backwright.review.link.rendered import rendered
from backwright.review.link.routers import Routers
from backwright.review.link.routes import Routes
from backwright.review.link.storedtext import StoredText
from backwright.review.link.taint import Taint
from backwright.review.regexes import regex

_FRONT_PATH = regex(
    r"(^|/)(front-?end|wwwroot|resources/(assets/)?js|client/src|webapp/src|public/([^?]*/)?(js|javascripts|assets|lib|vendor|plugins)|(static|assets)/(js|javascripts?|scripts?)|browser)/|\.stories\.|\.min\.js$",
    re.IGNORECASE,
)
# What only a browser has.
_OF_BROWSER = regex(r"(window\.)?(localStorage|sessionStorage)$|window\.(location|history)$|window\.document\b")
_OF_PAGE = frozenset(
    {
        "createElement",
        "querySelector",
        "querySelectorAll",
        "getElementById",
        "addEventListener",
        "matchMedia",
        "scrollTo",
    }
)
_MAYBE_FRONT = regex(r"(^|/)(static|assets|composables|components|hooks|stores?|views|pages)/", re.IGNORECASE)
_BACK_PATH = regex(
    r"(^|/)(route\.[jt]sx?|\+server\.[jt]s|pages/api/.*|middleware\.[jt]s|server/(api|routes|middleware|plugins)/.*)$"
)
_FRONT_MODULE = regex(
    r"(react|vue|svelte|preact|solid-js|jquery|pinia|vuex|redux|mobx|zustand|prosemirror-view|next/(router|navigation|link|image)|lit)(/|-dom(?!/server)|-router|$)|@angular/|@vue/|@mui/|@headlessui/|@tanstack/react|react-(?!email)"
)
_BACK_MODULE = regex(
    r"(express|koa|fastify|hono|elysia|restify|polka|h3|next/server|@?koa[/-]|@nestjs/|@fastify/|@hono/|@adonisjs/|@hapi/|@feathersjs/|@trpc/server|@apollo/server|apollo-server|"
    r"node:(http|https|net|fs|child_process|cluster|worker_threads)|fs|http|https|net|cluster|child_process|pg|mysql2?|mongodb|mongoose|sequelize|typeorm|knex|objection|drizzle-orm|@prisma/client|ioredis|redis|"
    r"better-sqlite3|amqplib|kafkajs|bullmq|bull|nodemailer|bcrypt(js)?|argon2|jsonwebtoken|passport|express-\w|winston|pino)(/.*)?$"
)

_FRONT_LIBRARY = regex(r'"(react|react-dom|vue|svelte|preact|@angular/core|solid-js|jquery|antd|lit)"')
_BACK_LIBRARY = regex(
    r'"(express|fastify|koa|hono|next|nuxt|@nestjs/core|@hapi/hapi|prisma|@prisma/client|typeorm|sequelize|mongoose|knex|drizzle-orm|pg|mysql2|mongodb|elysia|@adonisjs/core|@sveltejs/kit|@trpc/server|restify|sails|meteor|apollo-server|@apollo/server|socket\.io|ws)"'
)
# What is built into pages and neither offered to other packages nor run by Node.
_BUILDS_PAGES = regex(r'"[^"\n]*\bvite build\b(?![^"\n]*--ssr)[^"\n]*"')
_RUNS_ON_SERVER = regex(
    r'"(main|module|exports|bin)"\s*:|"(vite-node|vite-plugin-node|astro|@astrojs/[^"]*|@remix-run/[^"]*|@react-router/[^"]*|[^"]*-start|vinxi|nitro(pack)?|electron|@hono/[^"]*|h3|@types/express|dotenv)"'
)


# Who may come is said near the routes there, and what is committed is what runs: rules that are often wrong in large repositories
# are mostly right in smaller ones (docs/method.md).
SMALL_LINES_MAX = 40_000


class Model:
    """Facts of all files, linked. Everything is computed when it is first asked for.

    Attributes:
        texts: Other files that say something: manifests, configuration, templates (path to content).
    """

    def __init__(
        self, files: Sequence[File], packs: Mapping[str, Packs], texts: Mapping[str, str] | None = None,
        *, auth: Iterable[str] = (), limit: Iterable[str] = (), gateway_limits: bool = False,
    ) -> None:  # fmt: skip
        self.project = Project(files, texts)
        self.files = self.project.files
        self.packs = dict(packs)
        self.texts = dict(texts or {})
        self._auth, self._limit, self._gateway_limits = tuple(auth), tuple(limit), gateway_limits
        self.kept: dict[Hashable, object] = {}  # what rules found out and share

    @cached_property
    def is_small(self) -> bool:
        """Whether a repository is one that a person can have in mind."""
        return sum(file.lines for file in self.files) <= SMALL_LINES_MAX

    @cached_property
    def nobody(self) -> Nobody:
        """Which files serve nobody, besides those whose path alone marks them as tests."""
        return Nobody(self.files)

    @cached_property
    def own(self) -> list[int]:
        """Numbers of the files that are no tests, serve somebody and are no part of a page in the browser."""
        return [
            number for number, file in enumerate(self.files)
            if not file.is_test and not file.is_generated and not is_front(file) and not self.nobody.is_for(file) and not (file.language == "javascript" and self._in_front_package(file.path))
        ]  # fmt: skip

    @cached_property
    def routed(self) -> list[int]:
        """Numbers of the files that may hold routes: the own ones, and what a generator wrote from a document."""
        return sorted({*self.own, *(n for n, file in enumerate(self.files) if file.is_generated and not file.is_test)})

    def _in_front_package(self, path: str) -> bool:
        """Whether the nearest manifest above a file is that of pages and of no server."""
        folders, nearest = self._packages, path
        while nearest:
            nearest = nearest.rpartition("/")[0]
            if nearest in folders:
                return folders[nearest]
        return folders.get("", False)

    @cached_property
    def _packages(self) -> dict[str, bool]:
        """Folders with a manifest, and whether it is one of pages only."""
        return {
            path.rpartition("/")[0]: _is_of_pages(text)
            for path, text in self.texts.items()
            if path.rpartition("/")[2] == "package.json"
        }

    @cached_property
    def inside(self) -> Inside:
        """What stands in which function."""
        return Inside(self.files)

    @cached_property
    def effects(self) -> Effects:
        """What calls do."""
        return Effects(self.project, self.packs, self.texts)

    @cached_property
    def data(self) -> Data:
        """Entities and queries."""
        return Data(self.project, self.packs, self.effects)

    @cached_property
    def routers(self) -> Routers:
        """The graph of routers."""
        routers = Routers(self.project, self.packs)
        routers.build(self.routed)
        return routers

    @cached_property
    def judge(self) -> Judge:
        """Verdicts on endpoints."""
        guards = JvmGuards(self.project, self.packs, self.routers, self.routes.annotated, self.routes.settings)
        return Judge(
            self.project,
            self.packs,
            self.effects,
            self.data,
            self.texts,
            self._auth,
            self._limit,
            gateway_limits=self._gateway_limits,
            guards=guards,
        )

    @cached_property
    def routes(self) -> Routes:
        """What finds endpoints."""
        return Routes(self.project, self.packs, self.routers, self.texts)

    @cached_property
    def declared(self) -> list[Declared]:
        """Endpoints as declared."""
        found = [self._without_base(each) for each in self.routes.find(self.routed)]
        paths: dict[tuple[int, int, str], list[str]] = {}
        for each in found:
            if self.files[each.at].is_generated:
                paths.setdefault((each.at, each.line, each.method), []).append(each.path)
        return [  # generated files offer several ways to mount the same: one that nobody uses leads nowhere
            each
            for each in found
            if not any(
                other != each.path and other.endswith(each.path)
                for other in paths.get((each.at, each.line, each.method), ())
            )
        ]

    def _without_base(self, each: Declared) -> Declared:
        """An endpoint of a generated file without the base that its options may have: "" unless somebody sets it."""
        if not self.files[each.at].is_generated or "{*}" not in each.path:
            return each
        return replace(each, path=each.path.replace("/{*}", "", 1) or "/")

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """Endpoints with verdicts, in the same order as `declared`."""
        return [self.judge.endpoint(each) for each in self.declared]

    @cached_property
    def modules(self) -> Modules:
        """Modules, their imports and tables."""
        return Modules(self.project, self.own, self.data)

    @cached_property
    def taint(self) -> Taint:
        """What comes from clients."""
        return Taint(self.project, self.effects, self.handlers, self.served)

    @cached_property
    def stored_text(self) -> StoredText:
        """What clients write into fields."""
        return StoredText(self)

    # ---- reach ------------------------------------------------------------------------------

    @cached_property
    def handlers(self) -> dict[Fn, Declared]:
        """Handler to its first endpoint."""
        found: dict[Fn, Declared] = {}
        for each in self.declared:
            if each.handler is not None:
                found.setdefault(each.handler, each)
        return found

    @cached_property
    def served(self) -> dict[Fn, tuple[Fn | None, Edge | None]]:
        """Every function that some endpoint or message runs, with who calls it."""
        found = self.effects.from_functions(dict.fromkeys((*self.handlers, *self.hooks)))
        sent = (fn for each in self.effects.dotnet.handlers.values() for fn in each if fn not in found)
        return {**self.effects.from_functions(sent), **found}

    @cached_property
    def called_remotely(self) -> Mapping[Fn, object]:
        """Every function that a remote procedure call or a GraphQL field runs."""
        return self.effects.from_functions(remote(self.project))

    @cached_property
    def hooks(self) -> dict[Fn, Declared]:
        """What a library runs for a request besides handlers: methods of Django's views, pages, server actions."""
        found: dict[Fn, Declared] = {}
        for each in self.declared:
            if each.handler_class is not None and each.framework == "django":
                for fn in self.routes.views.methods(each.handler_class):
                    found.setdefault(fn, each)
        for fn, declared in (*rendered(self.project), *components(self.project)):
            found.setdefault(fn, declared)
        return found

    def is_served(self, fn: Fn) -> bool:
        """Whether a request may run this function: from an endpoint, directly or through others."""
        return fn in self.served

    def endpoint_of(self, fn: Fn) -> Declared | None:
        """Return an endpoint that runs a function, if one is known."""
        for _ in range(12):
            if (declared := self.handlers.get(fn) or self.hooks.get(fn)) is not None:
                return declared
            above = self.served.get(fn, (None, None))[0]
            if above is None:
                return None
            fn = above
        return None

    def path_to(self, fn: Fn) -> tuple[Spot, ...]:
        """Return the way from an endpoint to a function; empty if none leads there."""
        spots: list[Spot] = []
        for _ in range(12):
            declared = self.handlers.get(fn) or self.hooks.get(fn)
            if declared is not None:
                spots.append(Spot(self.files[declared.at].path, declared.line, f"{declared.method} {declared.path}"))
                return tuple(reversed(spots))
            above, edge = self.served.get(fn, (None, None))
            if above is None or edge is None:
                return ()
            call = self.files[edge.at].calls[edge.call]
            spots.append(Spot(self.files[edge.at].path, call.line, f"{self.label(above)} calls {self.label(fn)}"))
            fn = above
        return tuple(reversed(spots))

    def path_down(self, steps: Iterable[Step]) -> tuple[Spot, ...]:
        """Return steps from a call down to an effect as spots."""
        spots = []
        for step in steps:
            call = self.files[step.at].calls[step.call]
            target = self.label(step.target) if step.target is not None else shown(call)
            spots.append(Spot(self.files[step.at].path, call.line, target))
        return tuple(spots)

    # ---- small answers ----------------------------------------------------------------------

    def path_around(self, at: int, fn: int) -> tuple[Spot, ...]:
        """Return the way from an endpoint to the named function around a place; empty for the module level."""
        return self.path_to(Fn(at, self.named(at, fn))) if fn >= 0 else ()

    def label(self, fn: Fn) -> str:
        """Return how a person calls a function."""
        return self.project.label(fn) if fn.index >= 0 else "(module)"

    def label_around(self, at: int, fn: int) -> str:
        """Return how a person calls a place: the named function around it, or the file outside of any."""
        return self.label(Fn(at, self.named(at, fn))) if fn >= 0 else self.files[at].path.rpartition("/")[2]

    def function_at(self, at: int, fn: int) -> Function | None:
        """Return a function's facts, None for the module level."""
        return self.files[at].functions[fn] if fn >= 0 else None

    def enclosing(self, at: int, fn: int) -> list[int]:
        """Return a function and those it is written in, innermost first."""
        found, functions = [], self.files[at].functions
        while fn >= 0:
            found.append(fn)
            fn = functions[fn].parent
        return found

    def named(self, at: int, fn: int) -> int:
        """Return the innermost function with a name, for showing it."""
        functions, number = self.files[at].functions, fn
        while number >= 0:
            made = functions[number]
            if made.kind != "lambda" or made.name:
                return number
            number = made.parent
        return fn

    def in_async(self, at: int, fn: int) -> bool:
        """Whether a function runs on an event loop: it, or for a lambda what it is written in, is async."""
        for number in self.enclosing(at, fn):
            made = self.files[at].functions[number]
            if made.is_async or Fn(at, number) in self.on_loop:
                return True
            if made.kind != "lambda":
                return False
        return False

    @cached_property
    def on_loop(self) -> set[Fn]:
        """Functions that run on an event loop without being marked async: PHP's, by the servers that run them."""
        roots: list[Fn] = []
        own = set(self.own)
        for language in sorted({self.files[at].language for at in own} & self.packs.keys()):
            for pack in self.packs[language].packs:
                if (pack.loop_calls or pack.loop_classes) and not any(
                    at in own for at, _ in self._calls_of(language, pack.loop_off)
                ):
                    roots += [
                        Fn(at, value.ref) for at, index in self._calls_of(language, pack.loop_calls) if at in own
                        for value in self.files[at].calls[index].args if value.kind == "fn" and value.ref >= 0
                    ]  # fmt: skip
                    roots += [
                        fn
                        for at in own
                        if pack.loop_classes and self.files[at].language == language
                        for fn in self._loop_methods(at, pack)
                    ]
        return set(self.effects.from_functions(roots)) if roots else set()

    def _loop_methods(self, at: int, pack: Pack) -> list[Fn]:
        file: File = self.files[at]
        found: list[Fn] = []
        for index, made in enumerate(file.classes):
            bases = self.project.ancestors(Cls(at, index))[1:] if made.bases and pack.loop_classes else ()
            names = {
                name
                for base, methods in pack.loop_classes.items()
                if any(glob(base).match(each) for each in bases)
                for name in methods
            }
            if file.language == "cpp":  # they may be written outside of the class
                found += [fn for name in names for fn in self.project.methods_of(Cls(at, index), name)]
                continue
            found += [Fn(at, n) for n, fn in enumerate(file.functions) if fn.cls == index and fn.name in names]
        return found

    def _calls_of(self, language: str, patterns: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Yield the calls of a language that match one of these patterns, as (file, index)."""
        for pattern in patterns:
            on, names = split_pattern(pattern)
            test = glob(on) if on else None
            for name in alternatives(names):
                for at, index in self.project.calls_by_name.get(name, ()):
                    call = self.files[at].calls[index]
                    if self.files[at].language == language and (
                        any(test.match(each) for each in self.effects.receivers(at, call))
                        if test is not None
                        else not call.on
                    ):
                        yield at, index

    def loops(self, at: int, loop: int) -> list[int]:
        """Return a loop and those around it, innermost first, within the same run of a function."""
        found = []
        while loop >= 0:
            found.append(loop)
            loop = self.files[at].loops[loop].parent
        return found

    def imports(self, *starts: str, language: str = "") -> bool:
        """Whether any file that is no test imports a module that starts so."""
        return any(
            module.startswith(starts)
            for spoken, modules in self._imported.items() if not language or spoken == language
            for module in modules
        )  # fmt: skip

    @cached_property
    def _imported(self) -> dict[str, set[str]]:
        """Language to the modules that its files import, with dots between their parts."""
        found: dict[str, set[str]] = {}
        for number in self.own:
            modules = found.setdefault(self.files[number].language, set())
            modules.update(made.module for made in self.files[number].imports)
        return {
            spoken: {module.replace("\\", ".").replace("::", ".") for module in modules}
            for spoken, modules in found.items()
        }


def _is_of_pages(manifest: str) -> bool:
    """Whether a package.json names a library for pages, or builds some, and names nothing that serves."""
    builds = _BUILDS_PAGES.search(manifest) is not None and not _RUNS_ON_SERVER.search(manifest)
    return (builds or _FRONT_LIBRARY.search(manifest) is not None) and not _BACK_LIBRARY.search(manifest)


def is_front(file: File) -> bool:
    """Whether a file belongs to a page in the browser, and so not to the back end."""
    if file.language != "javascript":
        return False
    if _BACK_PATH.search(file.path):
        return False
    modules = [made.module for made in file.imports if not made.is_type_only]
    if any(_BACK_MODULE.match(module) for module in modules):
        return False
    if _FRONT_PATH.search(file.path) or any(_FRONT_MODULE.match(module) for module in modules):
        return True
    if any(
        _OF_BROWSER.match(call.on) or (call.on in ("document", "window") and call.name in _OF_PAGE)
        for call in file.calls
    ):
        return True
    return bool(_MAYBE_FRONT.search(file.path)) and (file.path.endswith((".jsx", ".tsx")) or not modules)


def shown(call: Call) -> str:
    """Return a call as a person would write it, cut."""
    whole = f"{call.on}.{call.name}" if call.on else call.name
    return whole if len(whole) <= 60 else f"...{whole[-57:]}"
