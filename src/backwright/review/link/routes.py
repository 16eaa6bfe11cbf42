"""Routes: every endpoint that the files declare, with its handler and all that stands before it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import PurePosixPath

from msgspec import structs

from backwright.review.facts import Arg, Call, Function, Mark
from backwright.review.link.annotated import LANGUAGES, Annotated
from backwright.review.link.apiplatform import operations
from backwright.review.link.appliedmarks import marked, meaning
from backwright.review.link.aspnet import AspNet
from backwright.review.link.callableobjects import answering
from backwright.review.link.classuses import ClassUses
from backwright.review.link.codeigniter3 import controllers
from backwright.review.link.connexion import Connexion
from backwright.review.link.declared import Declared
from backwright.review.link.djangomethods import let_through
from backwright.review.link.djangoviews import DjangoViews, as_view
from backwright.review.link.goengineroutes import EngineRoutes
from backwright.review.link.gotables import rows
from backwright.review.link.gowrapping import allowed_methods
from backwright.review.link.javascript import EXPORTS
from backwright.review.link.ktor import declares
from backwright.review.link.listed import listed
from backwright.review.link.middlewarelists import before_last, list_of
from backwright.review.link.minimalapi import describes
from backwright.review.link.nest import Nest
from backwright.review.link.node import inline_words, lambda_in
from backwright.review.link.packs import FileRoute, Pack, Packs, Route, alternatives, glob
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.phpmarks import is_of
from backwright.review.link.phppages import scripts
from backwright.review.link.phprouters import PhpRouters
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routedecorators import RouteDecorators
from backwright.review.link.routeoptions import Told, put_in
from backwright.review.link.routers import (
    CONTROLLER,
    METHODS_OF,
    Context,
    Key,
    Routers,
    Use,
    Way,
    argument,
    matches_on,
    words_of,
)
from backwright.review.link.rustroutes import RustRoutes
from backwright.review.link.settings import Settings
from backwright.review.link.symfony import Symfony
from backwright.review.link.symfonyimports import imports
from backwright.review.link.unrouted import unrouted
from backwright.review.link.wordpress import registered
from backwright.review.link.words import mark_text
from backwright.review.regexes import regex

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
HANDLER_METHODS = frozenset(m.lower() for m in METHODS)
_PATH = regex(r"^$|^/|^\*$|^[\w<{(\[:^][\w<>{}()\[\]:./*?^$\\+|=-]*$")
_WORD = regex(r"\b(?:METHOD_|Method)?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE)\b", re.IGNORECASE)
_LOCALE = regex(r"[a-z]{2}([_-]\w+)?$")  # Symfony: a path for each language
_FILE_PATTERN = regex(r"\\\{route\\\}")


class Routes:
    """Finds what is declared, in all shapes that the packs know."""

    def __init__(
        self, project: Project, packs: dict[str, Packs], routers: Routers, texts: Mapping[str, str] | None = None
    ) -> None:
        self.project, self.packs, self.routers = project, packs, routers
        self.symfony = Symfony(texts or {}, lambda: imports(routers))
        self.connexion = Connexion(project, texts or {})
        self.nest, self.engines = Nest(project, packs, routers), EngineRoutes(self)
        self.aspnet = AspNet(project, packs, routers)
        self.settings = Settings(texts or {})
        self.annotated = Annotated(project, packs, routers, self.paths, self.settings)
        self.rust = RustRoutes(routers)
        self.views = DjangoViews(project)
        self.decorators = RouteDecorators(self)
        self.class_uses = ClassUses(routers)
        self._imports: dict[str, list[str]] = {}
        self.prefixes: dict[tuple[str, str], str] = {}  # (language, framework) to a prefix of the whole application

    def find(self, numbers: Iterable[int]) -> list[Declared]:
        """Return every endpoint of these files, each once, in the order of the files."""
        numbers = list(numbers)
        found: list[Declared] = []
        for at in numbers:
            file = self.project.files[at]
            packs = self.packs.get(file.language)
            if packs is None:
                continue
            if file.language == "rust":
                found += self._of_rust(at)
                continue
            for each in (
                *self._marked(at, packs),
                *self._marked_classes(at, packs),
                *self._called(at, packs),
                *self._by_file(at, packs),
                *self._roots(at, packs),
            ):
                plain = replace(each, path=canonical_path(self.aspnet.named(each.at, each.line, each.path)))
                found += self.nest.adjusted(plain) if each.framework == "nestjs" else [plain]
        found += self._written(numbers)
        unique: dict[tuple[object, ...], Declared] = {}
        for each in found:
            unique.setdefault((each.method, each.path, each.at, each.line, each.label), each)
        return list(unique.values())

    def _of_rust(self, at: int) -> Iterator[Declared]:
        """Rust: what the routers of a file come to when they are built."""
        for item in self.rust.by_file.get(at, ()):
            call = Call("", "", item.line, item.fn)
            handled = (
                [(item.made, None, self.project.label(item.made))]
                if item.made is not None
                else self.handlers(at, call, self.rust.handler(item))
            )
            for fn, cls, label in handled[:1]:
                own = (
                    tuple(Use(word, fn.file, item.line) for word in self.rust.words(fn))
                    if fn is not None and item.made is None
                    else ()
                )
                uses = tuple(Use(*use) for use in item.uses) + own
                for method in item.method.split(","):
                    yield Declared(
                        method,
                        canonical_path(item.path),
                        label if fn is not None else re.split(r"::|\\.", label)[-1],
                        at,
                        item.line,
                        item.framework,
                        fn,
                        cls,
                        uses,
                    )

    def used(self, at: int, pack: Pack) -> bool:
        """Whether a file, or any file of its language, uses the pack's library."""
        if not pack.imports:
            return True
        language = self.project.files[at].language
        known = self._imports.get(language)
        if known is None:
            known = self._imports[language] = sorted(
                {
                    i.module.replace("\\", ".").replace("::", ".").strip("./")
                    for f in self.project.files
                    if f.language == language
                    for i in f.imports
                }
            )
        return any(module == start or module.startswith(start) for start in pack.imports for module in known)

    # ---- marks on functions -----------------------------------------------------------------

    def _marked(self, at: int, packs: Packs) -> Iterator[Declared]:
        file = self.project.files[at]
        if file.language in LANGUAGES or file.language == "csharp":
            for told in self.annotated.find(at) if file.language in LANGUAGES else self.aspnet.find(at):
                yield Declared(
                    told.method,
                    told.path,
                    told.label,
                    told.at,
                    told.line,
                    told.framework,
                    told.handler,
                    told.cls,
                    told.uses,
                    None,
                    told.given,
                )
            return
        for fn, made, mark in marked(self.project, at):
            found = meaning(self, at, made, mark, packs)
            if found is not None:
                yield from self._of_mark(at, fn, made, mark, *found, packs)

    def _of_mark(
        self, at: int, fn: Fn, made: Function, mark: Mark, pack: Pack, route: Route, packs: Packs
    ) -> Iterator[Declared]:
        inside = fn.index if pack.language == "php" and fn.file == at else made.parent  # self::PATH
        paths = self.paths(at, inside, mark.args, route.path)
        if paths is None:
            return
        uses = tuple(
            Use(word, at, mark.line) for place in route.uses for v in _at(mark.args, place) for word in words_of(v)
        )
        others = tuple(Use(mark_text(m), fn.file, m.line) for m in made.marks if m.name != mark.name)
        cls = Cls(fn.file, made.cls) if made.cls >= 0 else None
        label = self.project.label(fn)
        methods = self.methods(at, made.parent, mark.args, mark.name, route)
        if not methods and route.method.startswith("also:"):
            methods = sorted({m.upper() for each in made.marks for m in (each.name,) if m.upper() in METHODS}) or ["*"]
        key = (
            self.routers.key_of(at, made.parent, mark.on) if mark.on and pack.language != "php" else None
        )  # PHP: a namespace
        ways = self.routers.ways(key, mark.line) if key is not None else None
        prefixes = self._class_prefixes(cls, packs) if cls is not None and key is None else [("", ())]
        for path in paths:
            for prefix, class_uses in prefixes:
                above_all = (
                    self.symfony.prefixes(self.project.files[at].path)
                    if pack.name == "symfony"
                    else [self._file_prefix(at, pack)]
                )
                for way in ways or [_way(each) for each in above_all]:
                    above = way.prefix if way else ""
                    before = way.uses if way else ()
                    full = (
                        path
                        if path.startswith("~") or (path.startswith("/") and pack.name == "aspnet")
                        else join(prefix, path)
                    )
                    whole = join(above, full.lstrip("~"))
                    whole = self._tokens(whole, made, cls)
                    for method in methods:
                        yield Declared(
                            method, whole, label, at, mark.line or made.line, pack.name, fn, cls,
                            (*before, *class_uses, *uses, *others), way.root if way else None, mark.args,
                        )  # fmt: skip

    def _class_prefixes(self, cls: Cls, packs: Packs) -> list[tuple[str, tuple[Use, ...]]]:
        found: list[tuple[str, tuple[Use, ...]]] = []
        uses: list[Use] = []
        for each in self.project.base_classes(cls):
            made = self.project.class_(each)
            uses += [Use(mark_text(m), each.file, m.line) for m in made.marks if m.name not in packs.class_marks]
            for mark in made.marks:
                for pack, spec in packs.class_marks.get(mark.name, ()):
                    if (found and each != cls) or not is_of(self.project, each.file, mark, pack.imports):
                        continue
                    for path in self.paths(each.file, -1, mark.args, spec.path) or [""]:
                        found.append((path, ()))
            for spec in [s for specs in packs.class_marks.values() for _, s in specs if s.attribute]:
                for made_field in made.fields:
                    if (
                        made_field.name == spec.attribute
                        and made_field.value is not None
                        and made_field.value.kind == "str"
                        and not found
                    ):
                        found.append((made_field.value.text, ()))
        return [(prefix, tuple(uses)) for prefix, _ in found or [("", ())]]

    def _tokens(self, path: str, made: Function, cls: Cls | None) -> str:
        if "[" not in path or cls is None:
            return path
        name = self.project.class_(cls).name
        for token, value in (
            ("[controller]", name.removesuffix("Controller")),
            ("[action]", made.name.removesuffix("Async")),
        ):
            path = re.sub(re.escape(token), value, path, flags=re.IGNORECASE)
        return path

    def _file_prefix(self, at: int, pack: Pack) -> str:
        path = self.project.files[at].path
        for spec in pack.file:
            if spec.declares and fnmatch("/" + path, "*/" + spec.glob):
                return spec.prefix
        if pack.language in LANGUAGES:
            return self.annotated.prefix(at, pack)
        return self.prefixes.get((self.project.files[at].language, pack.name), "")

    def _written(self, numbers: Sequence[int]) -> Iterator[Declared]:
        """Routes that stand in a file of configuration or in an OpenAPI document."""
        for told in (*self.connexion.operations(numbers), *listed(self.project, numbers)):
            made = self.project.function(told.handler)
            marks = tuple(Use(mark_text(m), told.handler.file, m.line) for m in made.marks)
            yield told.declared(made.line, marks)
        yield from unrouted(self.project, self.handlers, self.routers.constant, numbers)
        yield from PhpRouters(self).find(numbers)
        yield from self.engines.find(numbers)
        yield from self.decorators.find(numbers)
        for told_by in (operations, registered, scripts, controllers):
            yield from told_by(self, numbers)
        at = next((n for n in numbers if self.project.files[n].language == "php"), -1)
        for each in self.symfony.routes if at >= 0 else ():
            fn, cls, label = (
                self.handlers(at, Call("", "", each.line), Arg("str", each.controller))[0]
                if each.controller
                else (None, None, each.name)
            )
            marks = tuple(Use(mark_text(m), fn.file, m.line) for m in self.project.function(fn).marks) if fn else ()
            if cls:
                marks = tuple(Use(mark_text(m), cls.file, m.line) for m in self.project.class_(cls).marks) + marks
            for method in each.methods or ("*",):
                given = (Arg("str", each.name, "name"),)
                yield Declared(
                    method, canonical_path(each.path), label, at, each.line, "symfony", fn, cls, marks, None, given, each.file
                )  # fmt: skip

    # ---- marks on classes -------------------------------------------------------------------

    def _marked_classes(self, at: int, packs: Packs) -> Iterator[Declared]:
        for index, made in enumerate(self.project.files[at].classes):
            for mark in made.marks:
                for pack, route in packs.routes.get(mark.name, ()):
                    if route.shape != "class-mark" or not self.used(at, pack):
                        continue
                    if not is_of(self.project, at, mark, pack.imports):
                        continue
                    if route.handler != ("-1",):
                        yield from self._invoked(Cls(at, index), mark, pack, route)
                        continue
                    key = self.routers.key_of(at, -1, mark.on) if mark.on else None
                    ways = self.routers.ways(key) if key is not None else [None]
                    for path in self.paths(at, -1, mark.args, route.path) or [""]:
                        for way in ways:
                            context = Context(key, path) if key else Context(Key("file", at), path)
                            above = way or _way("")
                            yield from self._class_endpoints(
                                at,
                                mark.line,
                                Cls(at, index),
                                pack,
                                context.prefix,
                                prefix=above.prefix,
                                uses=above.uses,
                            )

    def _invoked(self, cls: Cls, mark: Mark, pack: Pack, route: Route) -> Iterator[Declared]:
        """A marked class with one method that answers: Symfony's __invoke. A mark on that method makes this one a prefix."""
        at, name = cls.file, self.project.class_(cls).name
        fn = next((f for f in self.project.methods.get((name, route.handler[0]), ()) if f.file == at), None)
        if fn is None or any(each.name == mark.name for each in self.project.function(fn).marks):
            return
        marks = [*self.project.class_(cls).marks, *self.project.function(fn).marks]
        uses = tuple(Use(mark_text(m), at, m.line) for m in marks if m.name != mark.name)
        for prefix in self.symfony.prefixes(self.project.files[at].path):
            for path in self.paths(at, -1, mark.args, route.path) or [""]:
                for method in self.methods(at, -1, mark.args, mark.name, route):
                    yield Declared(
                        method, join(prefix, path), f"{name}.{route.handler[0]}", at, mark.line, pack.name, fn, cls, uses, None, mark.args
                    )  # fmt: skip

    def _class_endpoints(
        self,
        at: int,
        line: int,
        cls: Cls,
        pack: Pack,
        path: str,
        way: Way | None = None,
        given: Arg | None = None,
        prefix: str = "",
        uses: tuple[Use, ...] = (),
    ) -> Iterator[Declared]:
        """The HTTP methods that a class answers: its own functions of that name, and what its base class does."""
        name = self.project.class_(cls).name
        marks = tuple(
            Use(mark_text(m), each.file, m.line)
            for each in self.project.base_classes(cls)
            for m in self.project.class_(each).marks
        )
        held = self._class_words(cls)
        made = as_view(given)
        for method, fn in self.views.answers(cls, pack, given):
            own = tuple(Use(mark_text(m), fn.file, m.line) for m in self.project.function(fn).marks) if fn else ()
            yield Declared(
                method,
                join(prefix, path),
                f"{name}.{self.project.function(fn).name}" if fn is not None else name,
                at,
                line,
                pack.name,
                fn,
                cls,
                (*uses, *held, *marks, *own),
                way.root if way else None,
                made.items if made is not None else (),
            )

    def _class_words(self, cls: Cls) -> tuple[Use, ...]:
        """What a view class says of itself: permission_classes, decorators, mixins."""
        words: list[Use] = []
        for each in self.project.base_classes(cls) if self.project.files[cls.file].language != "php" else ():
            made = self.project.class_(each)
            words += [Use(base, each.file, made.line) for base in made.bases]
            for made_field in made.fields:
                if made_field.value is not None and re.search(
                    r"permission|auth|throttle|decorators|guard|middleware", made_field.name
                ):
                    told = " ".join(words_of(made_field.value)) or "none"
                    words.append(Use(f"{made_field.name}={told}", each.file, made_field.line))
        return tuple(words)

    # ---- calls ------------------------------------------------------------------------------

    def _called(self, at: int, packs: Packs) -> Iterator[Declared]:
        for index, call in enumerate(self.project.files[at].calls):
            if call.name not in packs.routes and (call.name or call.loop < 0):
                continue
            claims = (self.aspnet.wrappers.claims, self.engines.claims, self.decorators.claims)
            is_read = any(claim(at, index) for claim in claims)
            for row in () if is_read else self.routers.unrolling.rows(at, call):
                yield from self._one_called(at, index, row.call, packs, row.at, row.fn)

    def _one_called(self, at: int, index: int, call: Call, packs: Packs, home: int, home_fn: int) -> Iterator[Declared]:
        """`home`: the file and function that the names of the arguments stand in."""
        specs = packs.routes.get(call.name, ())
        if specs:
            context: Context | None = None
            for pack, route in self.routers.meant(at, specs):
                if route.shape not in ("call", "resource"):
                    continue
                context = context or self.routers.context(at, call)
                if route.handler[0].startswith("around:") and not call.on:
                    context = self.routers.surroundings(at, call)
                if route.router and (held := argument(call.args, route.router)) is not None and held.kind == "name":
                    key = self.routers.key_of(at, call.fn, held.text)
                    context = Context(key, "", (), key in self.routers.known)
                if self.call_counts(at, call, context, pack, route):
                    found = list(self._of_rows(at, index, call, context, pack, route, (home, home_fn)))
                    yield from found
                    if found:
                        break

    def _of_rows(
        self, at: int, index: int, call: Call, context: Context, pack: Pack, route: Route, home: tuple[int, int]
    ) -> Iterator[Declared]:
        """A call in a loop over a table declares an endpoint for each of its rows."""
        table = rows(self.project, at, call) if pack.language == "go" else []
        for row in table:
            self.routers.row = row
            yield from self._of_call(at, index, call, self.routers.context(at, call), pack, route, home)
        self.routers.row = {}
        if not table:
            yield from self._of_call(at, index, call, context, pack, route, home)

    def call_counts(self, at: int, call: Call, context: Context, pack: Pack, route: Route) -> bool:
        on = self.routers.laravel.plain(at, call.on)
        if route.closure and not declares(self.project, self.packs[pack.language], at, call):
            return False
        if route.behind and not re.search(rf"(^|\.){route.behind}\(\)(\.\w+\(\))*$", on):
            return False
        if route.when and not (call.args and re.search(route.when, call.args[0].text)):
            return False
        if route.on == "":
            if on or (pack.language == "python" and self.project.in_file(at, call.name)):
                return False  # a function of the file that is called like it
            return self.used(at, pack) and (pack.language != "java" or self._imports_name(at, call.name, pack))
        if not route.path and pack.language == "go" and not matches_on(route.on, on):
            return False
        if context.is_router or context.key in self.routers.known:
            facade = bool(pack.facades) or self.routers.is_facade(self.packs[pack.language], on.partition(".")[0])
            return self.used(at, pack) and (not facade or matches_on(route.on, on))
        if not on or context.key.kind == "class":
            return False
        told = self.project.canonical(at, call.fn, on)
        if not (glob(route.on).match(on) or glob(route.on).match(told) or glob(route.on).match(on.rpartition(".")[2])):
            return False
        return route.on != "*" and self.used(at, pack)

    def _imports_name(self, at: int, name: str, pack: Pack) -> bool:
        """Java: whether a file imports a static method of that name from the framework."""
        made = self.project.imported[at].get(name)
        if made is not None:
            return made.module.startswith(pack.imports)
        return any(
            each.name == "*" and each.module.startswith(pack.imports) and each.module.rpartition(".")[2][:1].isupper()
            for each in self.project.files[at].imports
        )

    def _of_call(
        self,
        at: int,
        index: int,
        call: Call,
        context: Context,
        pack: Pack,
        route: Route,
        home: tuple[int, int] | None = None,
    ) -> Iterator[Declared]:
        told: Told | None = None
        if pack.language == "javascript":
            call, told = put_in(self.project, at, call)
        if route.shape == "resource" and call.args and call.args[0].kind == "dict":  # several: ["photos" => A::class]
            for item in call.args[0].items:
                args = (Arg("str", item.name), Arg(item.kind, item.text, "", item.items), *call.args[1:])
                yield from self._of_call(at, index, structs.replace(call, args=args), context, pack, route)
            return
        paths = self.paths(at, call.fn, call.args, route.path)
        if paths is None:
            return
        handler_at = next((v for place in route.handler for v in self._places(at, index, call, place)), None)
        if route.shape == "resource" and handler_at is None and pack.language == "php":
            return
        if route.under_class and handler_at is not None:
            paths = [join("/" + "/".join(handler_at.text.split(".")[:-1]), path) for path in paths]
        if handler_at is not None and handler_at.kind == "dict":  # Lumen: ["middleware" => "auth", "uses" => "A@b"]
            handler_at = argument(handler_at.items, "uses") or next(
                (i for i in handler_at.items if i.kind == "fn"), handler_at
            )
        if (
            route.shape == "call"
            and handler_at is not None
            and handler_at.kind in ("str", "num", "bool")
            and pack.language in ("javascript", "go", "rust")
        ):
            return
        if (
            pack.language == "javascript"
            and handler_at is not None
            and (handler_at.kind == "dict" or (handler_at.text == "cors" and call.name == "options"))
        ):
            return  # a client's call, or what answers a browser's preflight
        if handler_at is not None and handler_at.kind == "call" and handler_at.text.rpartition(".")[2] == "include":
            return  # a mount
        if pack.language == "go" and (
            handler_at is None or self.routers.go.router_in(at, call.fn, handler_at, call.line)[0] is not None
        ):
            return
        if told is not None and "*" not in route.uses:  # what the options name is found where they stand
            home = (told.at, told.fn) if handler_at in told.value.items else home
            before = self._call_uses(told.at, structs.replace(call, fn=told.fn), route, handler_at)
        else:
            before = self._call_uses(at, call, route, handler_at)
        given = context.uses + before + self.routers.behind(at, index)
        if route.handler[0].startswith("last:"):
            spent = next(
                (use for use in reversed(given) if use.text.partition("(")[0] in alternatives(route.handler[0][5:])),
                None,
            )
            given = tuple(use for use in given if use is not spent)
        ways = self.routers.ways(context.key, call.line)
        for path in paths:
            methods = self.methods(at, call.fn, call.args, call.name, route)
            if not methods or methods == ["*"]:
                methods = self.chained_methods(at, index) or (route.method.partition("|")[2] or "*").split(",")
            found = _WORD.match(path)
            if found and " " in path:  # Go's mux: "GET /x"
                methods, path = [found[1].upper()], path.partition(" ")[2].strip()
                path = path[path.find("/") :] if "/" in path else path
            for way in ways:
                start = (
                    join(self._file_prefix(at, pack), way.prefix)
                    if pack.language in LANGUAGES
                    else way.prefix or ("" if Key("file", at) in self.routers.edges else self._file_prefix(at, pack))
                )
                prefix = join(join(start, context.prefix), "")
                scoped, before = _scoped(*self.routers.laravel.qualified((*way.uses, *given), handler_at))
                answered, before = _answered(before, methods)
                if route.shape == "resource":
                    yield from self._resource(at, index, call, pack, route, scoped, path, prefix, before, way.root)
                    continue
                there = home[0] if home is not None else at
                for fn, cls, label in self.handlers(
                    there, call if there == at else structs.replace(call, fn=home[1] if home else -1), scoped
                ):
                    if cls is not None and fn is None and pack.language not in ("php", "go"):
                        yield from self._class_endpoints(at, call.line, cls, pack, path, way, scoped, prefix, before)
                        continue
                    marks = self._stands_before(fn, cls, pack) if fn is not None else ()
                    named = self._restricted(fn, label, pack) if answered == ["*"] else answered
                    for method in named:
                        yield Declared(
                            method, join(prefix, path), label, at, call.line, pack.name, fn, cls, (*before, *marks),
                            way.root, call.args,
                        )  # fmt: skip

    def _stands_before(self, fn: Fn, cls: Cls | None, pack: Pack) -> tuple[Use, ...]:
        """Return what stands before a handler where it is declared: what its class uses, and its marks."""
        made = self.project.function(fn)
        marks = (m for m in made.marks if pack.language != "csharp" or not describes(m.name))
        used = self.class_uses.of(cls, made.name, pack) if pack.class_use and cls is not None else ()
        return (*used, *(Use(mark_text(m), fn.file, m.line) for m in marks))

    def _restricted(self, fn: Fn | None, label: str, pack: Pack) -> list[str]:
        """The methods a view's own marks leave: @require_POST, @api_view(["GET"]); those of a library's view."""
        if fn is None:
            return self.views.of_library(label, pack)
        if self.project.files[fn.file].language == "go":
            return allowed_methods(self.project, fn) or ["*"]
        return let_through(self.project, fn)

    def _call_uses(self, at: int, call: Call, route: Route, handler: Arg | None) -> tuple[Use, ...]:
        found: list[Use] = []
        for place in route.uses:
            if place == "*":
                paths = [v for each in route.path for v in _at(call.args, each)]
                values = [
                    v
                    for v in call.args
                    if v is not handler and v not in paths and v.kind in ("name", "call", "list", "dict")
                ]
            else:
                values = list(_at(call.args, place))
            found += [Use(w, at, call.line) for v in values for w in self.routers.laravel.words(at, call.fn, v)]
            if self.project.files[at].language == "javascript":
                found += self._written_in_place(
                    at, call, handler, values if place != "*" else [v for v in call.args if v is not handler]
                )
        if self.project.files[at].language == "go":
            made = [
                word
                for value in call.args
                if route.uses and value is not handler and value.kind in ("name", "call")
                for word in self.routers.go.wrapping.made_words(at, call.fn, value.text)
            ]
            around = (
                self.routers.go.wrapping.innermost(at, call.fn, handler, None, call.line)[1]
                if handler is not None
                else ()
            )
            return (
                tuple(Use(word, at, call.line) for word in made)
                + tuple(found)
                + tuple(Use(word, at, call.line) for word in around)
            )
        if handler is not None and self.project.files[at].language == "javascript":
            found += [Use(word, file, call.line) for word, file in before_last(self.project, at, call.fn, handler)]
        if handler is not None and handler.kind == "call":
            found += [Use(word, at, call.line) for word in words_of(handler)]
        if handler is not None and handler.kind == "list" and all(v.text.endswith(".class") for v in handler.items):
            found += [
                Use(w, at, call.line) for v in handler.items[:-1] for w in words_of(v)
            ]  # [Auth::class, Show::class]
        return tuple(found)

    def _written_in_place(self, at: int, call: Call, handler: Arg | None, values: Sequence[Arg]) -> list[Use]:
        """JavaScript: what middleware demands that is written among the arguments, and options such as `rateLimit: false`."""
        refs = [
            each.ref
            for value in values
            if value is not handler
            for each in (value, *value.items)
            if each.kind == "fn" and each.ref >= 0
        ]
        found = [word for ref in refs for word in (inline_words(self.project, at, ref),) if word]
        for value in values:
            for each in (value, *value.items) if value.kind == "dict" else ():
                if each.name == "rateLimit":
                    found.append("disableRate" if each.text == "false" else "rateLimit")
        return [Use(word, at, call.line) for word in found]

    def _behind(self, at: int, index: int, name: str) -> Arg | None:
        """The first argument of a call of this name that is chained behind another."""
        outer, calls = self.routers.outer[at], self.project.files[at].calls
        while index in outer:
            index = outer[index]
            if calls[index].name == name and calls[index].args:
                return calls[index].args[0]
        return None

    def chained_methods(self, at: int, index: int) -> list[str]:
        """Gorilla's .Methods("GET"), Crow's .methods("POST"_method)."""
        outer, calls = self.routers.outer[at], self.project.files[at].calls
        while index in outer:
            index = outer[index]
            if calls[index].name.lower() in ("methods", "via", "method"):
                return [
                    m.upper()
                    for value in calls[index].args
                    for each in (value.items or (value,))
                    for m in _WORD.findall(self.routers.shown(each))
                ]
        return []

    def handlers(self, at: int, call: Call, value: Arg | None) -> list[tuple[Fn | None, Cls | None, str]]:
        """Return (function, class, label) of what a handler argument stands for."""
        told = answering(self.project, at, call.fn, value) if value is not None else None
        return [told] if told is not None else self._of_list(at, call, value) or self._handlers(at, call, value)

    def _of_list(self, at: int, call: Call, value: Arg | None) -> list[tuple[Fn | None, Cls | None, str]]:
        number, items = list_of(self.project, at, call.fn, value or Arg("none"))  # exports.create = [checked, create]
        inside = self.handlers(number, structs.replace(call, fn=-1), items[-1]) if items else []
        return [(fn, cls, value.text if value else "") for fn, cls, _ in inside]

    def _handlers(self, at: int, call: Call, value: Arg | None) -> list[tuple[Fn | None, Cls | None, str]]:
        project = self.project
        if value is None:
            return [(None, None, "")]
        if project.files[at].language == "go":
            wrapping = self.routers.go.wrapping
            held = wrapping.innermost(at, call.fn, value, None, call.line)[0]
            if held.text in self.routers.row:
                held = wrapping.innermost(at, call.fn, self.routers.row[held.text], None, call.line)[0]
            return [wrapping.handler(at, call.fn, held)]
        if value.kind == "fn" and value.ref >= 0:
            return [(Fn(at, value.ref), None, self._label_in_place(Fn(at, value.ref), value))]
        if value.kind in ("name", "type", "other"):
            on, _, name = value.text.lstrip("&").replace("::", ".").rpartition(".")
            found = project.resolve(at, call.fn, on, name)
            if found and project.function(found[0]).name != "__init__":  # of a class its methods answer
                own = project.own_class(found[0].file, found[0].index)
                is_module = own is None and on and on != "this" and project.files[at].language == "javascript"
                return [(found[0], own, value.text if is_module else project.label(found[0]))]
            cls = project.find_class(at, value.text.removesuffix(".class"))
            if cls is not None:
                invoke = project.method(cls, "__invoke") or project.method(cls, "handle")
                name = project.class_(cls).name
                return [
                    (
                        invoke[0] if invoke else None,
                        cls,
                        f"{name}.{project.function(invoke[0]).name}" if invoke else name,
                    )
                ]
            if value.text.endswith(".class"):
                return [(None, None, value.text.removesuffix(".class").replace("\\", ".").rpartition(".")[2])]
            return [] if value.text.endswith(".urls") else [(None, None, value.text)]  # Django: a mount
        if value.kind == "list":  # [Controller::class, 'method']
            words = [item.text for item in value.items]
            if len(words) == 2 and value.items[1].kind == "str":
                return [self._class_method(at, words[0].removesuffix(".class").removesuffix("::class"), words[1])]
            if len(words) == 2 and value.items[0].kind == "list":  # CodeIgniter: [[A::class, 'b'], '$1']
                return self.handlers(at, call, value.items[0])
            if value.items:
                return self.handlers(at, call, value.items[-1])
        if value.kind == "concat" and ".class" in value.items[0].text:  # A::class . ':method'
            value = Arg("str", value.text.replace("{}", value.items[0].text.removesuffix(".class"), 1))
        if value.kind == "str":
            cls_name, _, method = (
                value.text.replace("\\", ".").partition("@")
                if "@" in value.text
                else value.text.replace("\\", ".").partition(":")
            )
            if method.strip(":"):
                found_cls = self._class_method(at, cls_name, method.strip(":").partition("/")[0])
                return [
                    found_cls
                    if found_cls[1] is not None
                    else self._class_method(at, cls_name.rpartition(".")[2], found_cls[2].rpartition(".")[2])
                ]
            cls = project.find_class(at, cls_name) if pack_of_classes(self.packs, project.files[at].language) else None
            if cls is not None:
                return self.handlers(at, call, Arg("name", cls_name))
            found = project.resolve(at, call.fn, *_split(value.text))
            return [(found[0] if found else None, None, value.text)]
        if value.kind == "call":  # wrap(handler), View.as_view(), get(handler), this.list.bind(this)
            on, _, name = value.text.rpartition(".")
            if (
                project.files[at].language == "java"
                and not on
                and (made_cls := project.find_class(at, name) if name[:1].isupper() else None) is not None
            ):
                answers = next(
                    (fn for method in ("handle", "apply") for fn in project.method(made_cls, method)[:1]), None
                )  # new ListHandler()
                label = project.class_(made_cls).name
                return [
                    (answers, made_cls, f"{label}.{project.function(answers).name}" if answers is not None else label)
                ]
            is_bound = project.files[at].language == "cpp" and name.startswith("bind")  # std::bind(&Orders::list, this)
            if name in ("as_view", "bind", "as_asgi") and on and not is_bound:
                if name == "bind":
                    return self.handlers(at, call, Arg("name", on))
                cls = project.find_class(at, on.removesuffix("()"))
                return [(None, cls, project.class_(cls).name if cls is not None else on)]
            inner = next((i for i in value.items[:: 1 if is_bound else -1] if i.kind in ("fn", "name", "call")), None)
            if (
                inner is not None
                and inner.kind == "fn"
                and inner.ref < 0
                and project.files[at].language == "javascript"
            ):
                ref = lambda_in(project.files[at], call, value.text)
                return [(Fn(at, ref), None, project.label(Fn(at, ref)))] if ref >= 0 else [(None, None, "(anonymous)")]
            if project.files[at].language == "javascript" and inner is not None and inner.kind != "fn":
                handled = self.handlers(at, call, inner)
                return handled if handled and handled[0][0] is not None else [(None, None, value.text)]
            if inner is not None:
                return self.handlers(at, call, inner)
            made = project.resolve(at, call.fn, on, name)
            return [(made[0] if made else None, None, f"{value.text}()")]
        return [(None, None, "")]

    def _label_in_place(self, fn: Fn, value: Arg) -> str:
        """A function that is an entry of the route's own options, `handler: async () => ...`, has no name of its own."""
        made = self.project.function(fn)
        if value.name and value.name == made.name and made.parent < 0:
            return "(anonymous)"
        return self.project.label(Fn(fn.file, made.parent) if value.name and value.name == made.name else fn)

    def _class_method(self, at: int, cls_name: str, method: str) -> tuple[Fn | None, Cls | None, str]:
        cls = self.project.find_class(at, cls_name)
        if cls is None:
            return None, None, f"{cls_name}.{method}"
        found = self.project.method(cls, method)
        return (found[0] if found else None), cls, f"{self.project.class_(cls).name}.{method}"

    # ---- resources --------------------------------------------------------------------------

    def _resource(
        self,
        at: int,
        index: int,
        call: Call,
        pack: Pack,
        route: Route,
        handler: Arg | None,
        path: str,
        prefix: str,
        uses: tuple[Use, ...],
        root: Key,
    ) -> Iterator[Declared]:
        if (
            handler is not None and handler.kind == "str" and handler.text == path
        ):  # CodeIgniter: photos is the class Photos
            handler = Arg(
                "name", "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]", path.rpartition("/")[2]))
            )
        handled = self.handlers(at, call, handler)
        _, cls, label = handled[0]
        label = label.rpartition(".")[0] if label.endswith((".__invoke", ".handle", ".apply")) else label
        only, without = self._chosen(at, index, call, route.only), self._chosen(at, index, call, route.except_)
        words = self._class_words(cls) if cls is not None else ()
        marks = (
            tuple(Use(mark_text(m), cls.file, m.line) for m in self.project.class_(cls).marks)
            if cls is not None
            else ()
        )
        name = path.rstrip("/").rpartition("/")[2]
        nested = [part for part in name.split(".") if part]
        shallow = ""
        if len(nested) > 1 and pack.language == "php":
            folder = path[: len(path) - len(name)]
            path = folder + "/".join(f"{part}/{{{singular(part)}}}" for part in nested[:-1]) + f"/{nested[-1]}"
            name = nested[-1]
            if any(use.text.startswith("shallow(") for use in uses):
                shallow = join(prefix, folder + name)
        one = singular(name)
        path = join(prefix, path)
        for action in route.actions:
            method, suffix, function, needs = [*action.split(), "", ""][:4]
            if needs and any(
                use.text.startswith(f"{need.lstrip('!')}(") for need in needs.split(",") for use in uses
            ) == needs.startswith("!"):
                continue
            if (only and function not in only) or function in without:
                continue
            found = self.project.method(cls, function) if cls is not None else ()
            if cls is not None and not found and not self._inherits_action(cls, pack, function):
                continue
            if cls is not None and pack.class_methods:  # REST framework's viewsets
                if method not in self.views.allowed(cls):
                    continue
                suffix = suffix.replace("{pk}", f"{{{self.views.lookup(cls)}}}")
            above = path.rpartition("/")[0] if suffix == ".." else path
            target = join(
                shallow if shallow and "{one}" in suffix else above, suffix.strip(".").replace("{one}", f"{{{one}}}")
            )
            own = self.class_uses.of(cls, function, pack) if pack.class_use and cls is not None else ()
            own += (
                tuple(Use(mark_text(m), found[0].file, m.line) for m in self.project.function(found[0]).marks)
                if found
                else ()
            )
            yield Declared(
                method,
                target,
                f"{label}.{function}",
                at,
                call.line,
                pack.name,
                found[0] if found else self.views.step(cls, method, function) if cls is not None else None,
                cls,
                (*uses, *words, *marks, *own),
                root,
            )
        if cls is not None:
            yield from self._actions(at, call, pack, cls, path, label, (*uses, *words, *marks), root)

    def _inherits_action(self, cls: Cls, pack: Pack, action: str) -> bool:
        allowed = [
            m for base in self.project.ancestors(cls) for m in pack.class_methods.get(base.rpartition(".")[2], ())
        ]
        return action in allowed

    def _actions(
        self, at: int, call: Call, pack: Pack, cls: Cls, path: str, label: str, uses: tuple[Use, ...], root: Key
    ) -> Iterator[Declared]:
        """DRF: methods marked @action are endpoints below the resource."""
        for extra in self.views.extras(cls):
            own = tuple(
                Use(word, extra.handler.file, extra.mark.line)
                for v in extra.mark.args
                for word in words_of(v)
                if "ermission" in v.name or "auth" in v.name
            )
            for method in extra.methods:
                yield Declared(
                    method,
                    join(path, extra.suffix),
                    f"{label}.{self.project.function(extra.handler).name}",
                    extra.handler.file,
                    extra.mark.line,
                    pack.name,
                    extra.handler,
                    cls,
                    (*uses, *own),
                    root,
                )

    def _roots(self, at: int, packs: Packs) -> Iterator[Declared]:
        """What a router answers at its own path, if it is included anywhere."""
        for index, call in enumerate(self.project.files[at].calls):
            made = self.routers.router(at, call) if call.name in packs.routers else None
            if made is None or not made.root:
                continue
            pack = next(each for each in packs.packs if made in each.router)
            key = self.routers.destination(at, index)
            for way in self.routers.ways(key) if self.routers.edges.get(key) else ():
                yield Declared(
                    "GET", way.prefix or "/", made.root, at, call.line, pack.name, None, None, way.uses, way.root
                )

    def _chosen(self, at: int, index: int, call: Call, places: Sequence[str]) -> set[str]:
        """The names that arguments, or calls of that name chained behind, list: `["index"]`, "index,show"."""
        values = [value for place in places for value in _at(call.args, place)]
        outer, calls = self.routers.outer[at], self.project.files[at].calls
        while index in outer:
            index = outer[index]
            if calls[index].name in places:
                values += calls[index].args
        return {word.strip() for value in values for item in (value.items or (value,)) for word in item.text.split(",")}

    def _places(self, at: int, index: int, call: Call, place: str) -> list[Arg]:
        """What stands at a place; "chain:controller" is the argument of a call chained behind, "last:handler" of the last such, "around:1" one of the call around this one, "own:get" a method of the class around."""
        if place.startswith("chain:"):
            found = self._behind(at, index, place[6:])
            return [] if found is None else [found]
        if place.startswith("own:"):
            return [Arg("name", f"this.{place[4:]}")]
        if place.startswith("around:"):
            calls = self.project.files[at].calls
            outer = call.inside
            while outer >= 0 and (calls[outer].name == "and" or calls[outer].prev == index):
                outer = calls[outer].inside
            return _at(calls[outer].args, place[7:]) if outer >= 0 else []
        if place.startswith("last:"):
            outer_of, calls, values = self.routers.outer[at], self.project.files[at].calls, []
            while index in outer_of:
                index = outer_of[index]
                if calls[index].name in alternatives(place[5:]) and calls[index].args:
                    values = [calls[index].args[0]]
            return values
        return _at(call.args, place)

    # ---- files ------------------------------------------------------------------------------

    def _by_file(self, at: int, packs: Packs) -> Iterator[Declared]:
        file = self.project.files[at]
        for pack in packs.packs:
            for spec in pack.file:
                route = None if spec.declares else file_route(file.path, spec)
                if route is None or not self.used(at, pack):
                    continue
                uses = tuple(Use(word, at, 1) for word in spec.uses)
                if file.language == "javascript":
                    told = list(self._exported(at, pack, spec, route))
                    yield from told
                    if told:
                        break
                    continue
                for index, made in enumerate(file.functions):
                    if made.name in spec.exports and (made.parent < 0):
                        yield Declared(
                            made.name.upper(), route, made.name, at, made.line, pack.name, Fn(at, index), None, uses
                        )
                    elif not spec.exports and made.name in ("default", "module.exports"):
                        yield Declared("*", route, made.name, at, made.line, pack.name, Fn(at, index), None, uses)
                for assign in file.assigns:
                    name = assign.target.removeprefix("exports.")
                    if assign.fn < 0 and name in spec.exports and assign.value.kind in ("call", "name"):
                        fn = next((v.ref for v in assign.value.items if v.kind == "fn"), -1)
                        words = tuple(Use(w, at, assign.line) for w in words_of(assign.value))
                        yield Declared(
                            name.upper(),
                            route,
                            name,
                            at,
                            assign.line,
                            pack.name,
                            Fn(at, fn) if fn >= 0 else None,
                            None,
                            (*uses, *words),
                        )

    def _exported(self, at: int, pack: Pack, spec: FileRoute, route: str) -> Iterator[Declared]:
        """JavaScript: the functions that a file exports under the names of methods, or its default export."""
        file, project = self.project.files[at], self.project
        values = [assign for assign in file.assigns if assign.fn < 0]
        named = [
            (name, next((a for a in values if a.target in (name, f"exports.{name}", f"module.exports.{name}")), None))
            for name in spec.exports
        ]
        for name, assign in named:
            fn = next(
                iter(
                    project.resolve(at, -1, "", assign.value.text)
                    if assign is not None and assign.value.kind == "name"
                    else ()
                ),
                None,
            )
            fn = fn or next(iter(project.in_file(at, name)), None)
            if assign is None and fn is None:
                continue
            words = (
                tuple(Use(w, at, assign.line) for w in words_of(assign.value))
                if assign is not None and assign.value.kind == "call"
                else ()
            )
            label = assign.value.text if fn is not None and assign is not None and assign.value.kind == "name" else name
            yield Declared(
                name.upper(),
                route,
                label,
                at,
                project.function(fn).line if fn else assign.line if assign else 1,
                pack.name,
                fn,
                None,
                words,
            )
        if spec.exports:
            return
        fn = next(iter(self.routers.fastify.exported(at)), None)
        default = next((a for a in values if a.target in EXPORTS), None)
        value = default.value if default is not None else None
        if spec.wraps and not (value is not None and value.kind == "call" and value.text in spec.wraps):
            return
        if fn is not None or (value is not None and value.kind in ("call", "name")):
            words = (
                tuple(Use(w, at, default.line) for w in words_of(value))
                if default is not None and value is not None and value.kind == "call" and not spec.wraps
                else ()
            )
            label = project.label(fn) if fn else value.text if value is not None else ""
            yield Declared(
                spec.method or "*",
                route,
                label,
                at,
                project.function(fn).line if fn else default.line if default else 1,
                pack.name,
                fn,
                None,
                words,
            )

    # ---- arguments --------------------------------------------------------------------------

    def paths(self, at: int, fn: int, args: Sequence[Arg], places: Sequence[str]) -> list[str] | None:
        """Return the paths that a route names; None if what stands there is no path."""
        if not places:
            return [""]
        if places[0].startswith("/"):
            return [places[0]]
        for place in places:
            if place.startswith("type:"):
                typed = self.routers.typed.path(at, args, place[5:])
                if typed is not None:
                    return [typed]
                continue
            if place == "endpoint":
                said = self.routers.typed.endpoint(at, args)
                return [said.path] if said is not None else None
            if place.endswith("+"):  # all from there on
                values = [v for v in args if not v.name][int(place[:-1]) :]
            else:
                value = argument(args, place)
                several = (
                    value is not None
                    and value.items
                    and (
                        value.kind == "list"
                        or (value.kind == "call" and not self.routers.go.is_text(at, value))
                        or (value.kind == "dict" and all(_LOCALE.match(i.name) for i in value.items))
                    )
                )
                values = [] if value is None else list(value.items) if several else [value]
            if not values:
                continue
            told = [self.routers.constant(at, fn, item) for item in values]
            if told == [None] and values[0].kind == "call" and self.project.files[at].language == "php":
                told = ["{*}"]
            paths = [each for each in told if each is not None]
            if not paths:
                continue
            return [
                path
                for path in paths
                if path not in METHODS
                and (_PATH.match(path) or path.startswith("~") or _WORD.match(path) or "{" in path)
            ] or None
        required = not any(place.isalpha() for place in places)
        if args and all(value.kind in ("fn", "type") for value in args):
            return [""]  # Ktor: get { ... } answers the path of what it stands in
        return None if required and args else ([""] if not args or not required else None)

    def methods(self, at: int, fn: int, args: Sequence[Arg], name: str, route: Route) -> list[str]:
        how, _, default = route.method.partition("|")
        if how == "endpoint":
            said = self.routers.typed.endpoint(at, args)
            return [said.method] if said is not None else []
        if how == "name":
            found = _WORD.search(name)
            word = (
                found[1]
                if found
                else next((m for m in METHODS if name.upper().endswith(m) or name.upper().startswith(m)), "")
            )
            return (
                [word.upper()]
                if word
                else (["*"] if name in ("all", "any", "Any", "All") else default.split(",") if default else [])
            )
        if how.startswith("arg:"):
            value = argument(args, how[4:])
            if how.endswith("+"):
                given = [v for v in args if v.name == "<>"] if how == "arg:<>+" else args[int(how[4:-1]) :]
                value = Arg("list", items=tuple(given))
            if value is not None:
                texts = [self.routers.constant(at, fn, item) or item.text for item in (value.items or (value,))]
                told = [m.upper() for each in texts for m in _WORD.findall(each)]
                return told or default.split(",") if default or told else []
            return default.split(",") if default else []
        return [] if how.startswith("also:") or how == "chained" else how.split(",")


def file_route(path: str, spec: FileRoute) -> str | None:
    """Return the path that a file stands for by where it lies, or None."""
    pattern = re.escape(spec.glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    pattern = re.sub(
        r"\\\{(\w+(?:,\w+)*)\\\}", lambda m: m[0] if m[1] == "route" else "(?:" + m[1].replace(",", "|") + ")", pattern
    )
    found = re.search(r"(?:^|/)" + _FILE_PATTERN.sub("(?P<route>.*?)", pattern) + "$", path)
    if not found:
        return None
    route = found.groupdict().get("route", "").strip("/")  # "app/route.ts" is the root itself
    if route.endswith("index"):
        route = route.removesuffix("index").rstrip("/")
    parts = [part for part in PurePosixPath(route).parts if not re.fullmatch(r"\(.*\)|@\w+", part)]
    return join(spec.prefix, "/".join(parts)) or "/"


def _answered(before: tuple[Use, ...], methods: list[str]) -> tuple[list[str], tuple[Use, ...]]:
    """Return the methods that a route answers, with those that stand before it, and what else stands there."""
    verbs = [
        word
        for use in before
        if use.text.startswith(METHODS_OF)
        for word in use.text.removeprefix(METHODS_OF).split(",")
    ]
    rest = tuple(use for use in before if not use.text.startswith(METHODS_OF))
    return (verbs if verbs and methods == ["*"] else methods), rest


def _scoped(handler: Arg | None, uses: tuple[Use, ...]) -> tuple[Arg | None, tuple[Use, ...]]:
    """Return the handler with the controller that a scope names put before a mere method name, and the uses without that word."""
    told = [use.text.removeprefix(CONTROLLER) for use in uses if use.text.startswith(CONTROLLER)]
    if not told:
        return handler, uses
    if handler is not None and handler.kind == "str" and re.fullmatch(r"\w+", handler.text):
        handler = Arg("list", items=(Arg("name", told[-1]), handler))
    return handler, tuple(use for use in uses if not use.text.startswith(CONTROLLER))


def pack_of_classes(packs: dict[str, Packs], language: str) -> bool:
    """Whether handlers of a language may be named by a class in a text."""
    return bool(packs[language].facades)


def singular(name: str) -> str:
    """Return the name of one of many: categories, addresses and photos are category, address and photo."""
    name = name.replace("-", "_")
    if name.endswith(("series", "species", "news")):
        return name
    for ending, one in (
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("uses", "us"),
        ("ss", "ss"),
        ("us", "us"),
        ("s", ""),
    ):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)] + one
    return name


def _way(prefix: str) -> Way:
    return Way(prefix, (), Key("root", -1))


def _at(args: Sequence[Arg], place: str) -> list[Arg]:
    found = argument(args, place)
    return [] if found is None else [found]


def _split(chain: str) -> tuple[str, str]:
    on, _, name = chain.rpartition(".")
    return on, name
