"""Endpoints declared by annotations on the JVM: Spring, JAX-RS, Micronaut; also inherited, composed, and from interfaces."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Function, Mark
from backwright.review.link.generated import Generated, mark_text
from backwright.review.link.marked import Marked
from backwright.review.link.modulepaths import shared
from backwright.review.link.packs import ClassMark, Pack, Packs, Route, matches
from backwright.review.link.paths import join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers, Use, argument
from backwright.review.link.settings import Settings, module_of
from backwright.review.link.sockets import Sockets
from backwright.review.regexes import regex

LANGUAGES = frozenset({"java", "kotlin"})
DEPTH_MAX = 3  # sub-resources below each other, annotations on annotations
_VERBS = regex(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE)\b")
_NAMED = regex(r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE", re.IGNORECASE)
_ABSTRACT = regex(r"^(Abstract|Base|Generic|Crud)\w*|\w*(Base|Support)$")
_PATHS = ("", "value", "path", "uri", "uris")
# Marks that describe an endpoint and guard nothing, whatever words stand in them.
_TELLS = regex(
    r"^(Api\w*|Operation|Tags?|Schema|Parameters?|Consumes|Produces|Override|Suppress\w*|Transactional|Response\w*|Timed|Counted|Generated|Deprecated|Nullable|Log(?![iI]n)\w*|Log[iI]n\w*Log\w*|SysLog|OperLog|Validated|CrossOrigin|"
    r"RequestBody|Cacheable|Cache\w*|Hidden|SecurityRequirements?|SecurityScheme|Component|Service|Repository|Autowired|Slf4j|Data|RequiredArgsConstructor|AllArgsConstructor|Json\w*|Swagger\w*|OpenAPI\w*|"
    r"Inject|Bean|Configuration|Tracing|WithSpan|SneakyThrows|RequestScoped|ApplicationScoped|Singleton|Header|Status|Post\w*Filter)$"
)  # fmt: skip


class _Method(NamedTuple):
    """A method of a class with all that is said of it there and where it is inherited from.

    Attributes:
        fn: What runs: the nearest one with a body.
        told: Where the mapping stands.
    """

    fn: Fn
    told: Fn
    marks: tuple[Mark, ...]


class Annotated:
    """Reads the classes that annotations make controllers of."""

    def __init__(
        self,
        project: Project,
        packs: Mapping[str, Packs],
        routers: Routers,
        paths: Callable[[int, int, Sequence[Arg], Sequence[str]], list[str] | None],
        settings: Settings,
    ) -> None:
        self.project, self.packs, self.routers, self.settings = project, packs, routers, settings
        self._paths_at = paths
        self.generated, self.sockets = Generated(self), Sockets(self)
        self._prefixes: dict[tuple[str, str], str] = {}

    def find(self, at: int) -> Iterator[Marked]:
        """Yield the endpoints of the classes of a file."""
        file = self.project.files[at]
        known = self.packs[file.language]
        for pack in known.packs:
            if not pack.controllers or not self._is_used(file.language, pack):
                continue
            for index, made in enumerate(file.classes):
                cls = Cls(at, index)
                if pack.exports and made.kind == "interface":
                    yield from self.generated.exported(cls, pack)
                if made.kind in ("interface", "annotation", "enum") or not made.name:
                    continue
                if self.generated.openapi.documents and made.bases:
                    yield from self.generated.implemented(cls, pack)
                if not self.is_controller(cls, pack):
                    continue
                yield from self.sockets.find(cls, pack)
                for prefix, methods in self.class_paths(cls, pack):
                    yield from self._of_class(cls, pack, join(self.prefix(at, pack, cls), prefix), methods, DEPTH_MAX)

    def pack(self, at: int, framework: str) -> Pack | None:
        """Return a framework's pack for the language of a file, None for other languages."""
        language = self.project.files[at].language
        known = self.packs.get(language) if language in LANGUAGES else None
        return known.by_name.get(framework) if known is not None else None

    def _is_used(self, language: str, pack: Pack) -> bool:
        return any(module.startswith(start) for start in pack.imports for module in self._imports[language])

    @cached_property
    def _imports(self) -> dict[str, set[str]]:
        family = {made.module for file in self.project.files if file.language in LANGUAGES for made in file.imports}
        return dict.fromkeys(LANGUAGES, family)

    # ---- marks ------------------------------------------------------------------------------

    def means(self, at: int, mark: Mark, pack: Pack) -> bool:
        """Whether a mark is one of the framework's and not another's of that name."""
        if mark.on:
            return f"{mark.on}.".startswith(tuple(f"{start}." for start in pack.imports)) or not mark.on[:1].islower()
        made = self.project.imported[at].get(mark.name)
        if made is not None:
            return made.module.startswith(pack.imports)
        stars = [made.module for made in self.project.files[at].imports if made.name == "*"]
        return (
            not stars
            or any(module.startswith(pack.imports) or pack.imports[0].startswith(module) for module in stars)
            or self.project.find_class(at, mark.name) is not None
        )

    def expanded(self, at: int, mark: Mark, depth: int = DEPTH_MAX) -> list[tuple[int, Mark]]:
        """Return a mark with those that its own annotation class has: `@ApiController("/x")` is a `@RequestMapping("/x")`."""
        found = [(at, mark)]
        cls = self.project.find_class(at, mark.name) if depth and mark.name in self.project.classes_by_name else None
        if cls is None or (
            self.project.class_(cls).kind != "annotation"
            and self.project.files[cls.file].language != "kotlin"  # whose annotations are classes by their kind
        ):
            return found
        given = [value for value in mark.args if value.name in _PATHS]
        for inner in self.project.class_(cls).marks:
            if inner.name in (
                "Target",
                "Retention",
                "Documented",
                "Inherited",
                "interface",
                mark.name,
            ):
                continue
            takes = given and (
                inner.name.endswith(("Mapping", "Path")) or not any(value.name in _PATHS for value in inner.args)
            )
            args = (*given, *(v for v in inner.args if v.name not in _PATHS)) if takes else inner.args
            found += self.expanded(
                at if takes and given else cls.file,
                Mark(inner.name, inner.on, args, mark.line),
                depth - 1,
            )
        return found

    @cached_property
    def _family(self) -> dict[Cls, list[tuple[int, Mark]]]:
        return {}

    def class_marks(self, cls: Cls) -> list[tuple[int, Mark]]:
        """Return all marks of a class and of what it inherits from, nearest first, each with the file it stands in."""
        if cls not in self._family:
            self._family[cls] = [
                told
                for each in self.project.base_classes(cls)
                for mark in self.project.class_(each).marks
                for told in self.expanded(each.file, mark)
            ]
        return self._family[cls]

    def is_controller(self, cls: Cls, pack: Pack) -> bool:
        """Whether a class is made a controller by its marks or those that it inherits."""
        marks = self.class_marks(cls)
        if not any(
            matches(pack.controllers, mark.name) and self.means(at, mark, pack) for at, mark in marks
        ) or self._is_client(cls, pack):
            return False
        made = self.project.class_(cls)
        heirs = self.project.heirs.get(cls, ())
        own = any(
            matches(pack.controllers, mark.name) for each in made.marks for _, mark in self.expanded(cls.file, each)
        )
        if heirs and (not own or _ABSTRACT.match(made.name)):
            return not any(self.is_controller(heir, pack) for heir in heirs if heir != cls)
        return own or bool(made.bases)

    def _is_client(self, cls: Cls, pack: Pack) -> bool:
        return any(matches(pack.clients, mark.name) for _, mark in self.class_marks(cls)) or any(
            matches(pack.clients, base) for base in self.project.ancestors(cls)[1:]
        )

    # ---- prefixes ---------------------------------------------------------------------------

    def prefix(self, at: int, pack: Pack, cls: Cls | None = None) -> str:
        """Return what the application's settings put before all routes of a file."""
        key = (
            module_of(self.project.files[at].path) if pack.name != "jax-rs" else self.project.files[at].path,
            pack.name,
        )
        if key not in self._prefixes:
            self._prefixes[key] = self._prefix(at, pack)
        return (
            join(self._prefixes[key], self._added(cls))
            if cls is not None and self._path_prefixes
            else self._prefixes[key]
        )

    def _prefix(self, at: int, pack: Pack) -> str:
        path, found = self.project.files[at].path, ""
        for key in pack.global_prefix:
            found = (
                join(found, self._application(at, key[1:]))
                if key.startswith("@")
                else join(found, self.settings.text(path, key).rstrip("*"))
            )
        return found

    def context(self, at: int, pack: Pack) -> str:
        """Return the part of the prefix that the server takes away before anything is matched."""
        path = self.project.files[at].path
        return next(
            (
                value
                for key in pack.global_prefix
                if key.startswith(("server.", "spring.webflux")) and (value := self.settings.text(path, key))
            ),
            "",
        )

    def _application(self, at: int, name: str) -> str:
        """The path on the application class that is nearest: `@ApplicationPath("/api")`."""
        here, best, found = self.project.files[at].path, -1, ""
        for number, mark in self._applications.get(name, ()):
            close = shared(self.project.files[number].path, here)
            if close > best:
                best, found = (
                    close,
                    self.routers.constant(
                        number,
                        -1,
                        argument(mark.args, "0") or argument(mark.args, "value") or Arg("str"),
                    )
                    or "",
                )
        return found.rstrip("*")

    @cached_property
    def _applications(self) -> dict[str, list[tuple[int, Mark]]]:
        found: dict[str, list[tuple[int, Mark]]] = {}
        for at, file in enumerate(self.project.files):
            for made in file.classes if file.language in LANGUAGES and not file.is_test else ():
                for mark in made.marks:
                    if mark.name.endswith("ApplicationPath"):
                        found.setdefault(mark.name, []).append((at, mark))
        return found

    @cached_property
    def _path_prefixes(self) -> list[tuple[str, str, str]]:
        """Spring: what `addPathPrefix` puts before the paths of some classes: (prefix, a mark they must have, a package)."""
        found = []
        for at, index in self.project.calls_by_name.get("addPathPrefix", ()):
            call = self.project.files[at].calls[index]
            if len(call.args) < 2:
                continue
            prefix = self.settings.filled(
                self.project.files[at].path, self.routers.constant(at, call.fn, call.args[0]) or ""
            )
            told = " ".join([call.args[1].text, *(item.text for item in call.args[1].items)])
            mark = re.search(r"(\w+)(?:\.class|::class)", told)
            package = re.search(r"forBasePackage\w*\W+([\w.]+)", told) or (
                [None, call.args[1].items[0].text] if "forBasePackage" in told and call.args[1].items else None
            )
            found.append(
                (
                    prefix,
                    mark[1] if mark and not package else "",
                    package[1] or "" if package else "",
                )
            )
        return found

    def _added(self, cls: Cls) -> str:
        marks = {mark.name for _, mark in self.class_marks(cls)}
        package = self.project.files[cls.file].package
        return next(
            (
                prefix
                for prefix, mark, start in self._path_prefixes
                if (not mark or mark in marks) and package.startswith(start)
            ),
            "",
        )

    def class_paths(self, cls: Cls, pack: Pack) -> list[tuple[str, tuple[str, ...]]]:
        """The prefixes of a class, each with the methods that its own mark allows."""
        specs = {name: spec for spec in pack.class_mark for name in spec.name.strip("{}").split(",")}
        for at, mark in self.class_marks(cls):
            spec: ClassMark | None = specs.get(mark.name)
            if spec is None or not self.means(at, mark, pack):
                continue
            values = self.paths(at, -1, mark.args, spec.path)
            told = argument(mark.args, "method")
            methods = tuple(_VERBS.findall(" ".join(v.text for v in (told, *told.items)))) if told is not None else ()
            if values:
                return [(path, methods) for path in values]
            if methods:
                return [("", methods)]
        return [("", ())]

    def paths(self, at: int, fn: int, args: Sequence[Arg], places: Sequence[str]) -> list[str]:
        """Return the paths that a mark names, settings put in."""
        found = self._paths_at(at, fn, args, places) or []
        path = self.project.files[at].path
        return [
            re.sub(r"\{[?&][^}]*\}", "", self.settings.filled(path, each) if "${" in each else each) for each in found
        ]

    # ---- classes ----------------------------------------------------------------------------

    def _of_class(self, cls: Cls, pack: Pack, prefix: str, allowed: tuple[str, ...], depth: int) -> Iterator[Marked]:
        name = self.project.class_(cls).name
        held = tuple(
            Use(mark_text(mark), at, mark.line) for at, mark in self.class_marks(cls) if self.guards(mark, pack)
        )
        for method in self._methods(cls, pack):
            made = self.project.function(method.fn)
            yields = False
            for at, mark, route in self._routes(method, pack):
                yields = True
                line = min(
                    (m.line for m in method.marks if m.line and route.path_mark and m.name == route.path_mark),
                    default=mark.line or made.line,
                )
                line = min(line, mark.line or line)
                marks = [each for mark in method.marks for _, each in self.expanded(method.told.file, mark)]
                own = tuple(Use(mark_text(m), method.told.file, m.line) for m in marks if self.guards(m, pack))
                for path in self._route_paths(at, method, mark, route):
                    for verb in self._verbs(mark, route, allowed):
                        yield Marked(
                            verb,
                            join(prefix, path),
                            f"{name}.{made.name}",
                            method.told.file,
                            line,
                            pack.name,
                            method.fn,
                            cls,
                            (*held, *own),
                            mark.args,
                        )
            if not yields and depth:
                yield from self._below(method, pack, prefix, depth)

    def _methods(self, cls: Cls, pack: Pack) -> list[_Method]:
        """The methods of a class with their marks; those that are inherited or that an interface declares are among them."""
        found: dict[tuple[str, int], list[Fn]] = {}
        for each in self.project.base_classes(cls):
            file = self.project.files[each.file]
            for index, made in enumerate(file.functions):
                if made.cls == each.index and made.kind == "method":
                    found.setdefault((made.name, len(made.params)), []).append(Fn(each.file, index))
        methods = []
        for all_ in found.values():
            told = next((fn for fn in all_ if self._is_mapped(fn, pack)), None)
            if told is not None:
                runs = (
                    all_[0]
                    if self.project.class_(Cls(all_[0].file, self.project.function(all_[0]).cls)).kind != "interface"
                    else next((fn for fn in all_ if self._has_body(fn)), all_[0])
                )
                marks = tuple(mark for fn in dict.fromkeys((told, *all_)) for mark in self.project.function(fn).marks)
                methods.append(_Method(runs, told, marks))
        return methods

    def _has_body(self, fn: Fn) -> bool:
        made, file = self.project.function(fn), self.project.files[fn.file]
        return made.end > made.line or any(told.fn == fn.index for told in file.returns)

    def _is_mapped(self, fn: Fn, pack: Pack) -> bool:
        known = self.route_names[pack.name]
        return any(mark.name in known or mark.name in self._composed for mark in self.project.function(fn).marks)

    @cached_property
    def _composed(self) -> frozenset[str]:
        """Names of the project's own annotations."""
        return frozenset(
            made.name
            for file in self.project.files
            if file.language in LANGUAGES
            for made in file.classes
            if made.kind == "annotation"
        )

    @cached_property
    def route_names(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for packs in self.packs.values():
            for pack in packs.packs:
                if pack.controllers:
                    names = {
                        name
                        for route in pack.route
                        if route.shape == "mark"
                        for name in route.name.strip("{}").split(",")
                    }
                    found[pack.name] = frozenset(names | {route.path_mark for route in pack.route if route.path_mark})
        return found

    def _routes(self, method: _Method, pack: Pack) -> Iterator[tuple[int, Mark, Route]]:
        for mark in method.marks:
            for at, each in self.expanded(method.told.file, mark):
                for route in pack.route:
                    if (
                        route.shape == "mark"
                        and each.name in route.name.strip("{}").split(",")
                        and self.means(at, each, pack)
                    ):
                        yield at, each, route

    def _route_paths(self, at: int, method: _Method, mark: Mark, route: Route) -> list[str]:
        args, places = mark.args, route.path
        if route.path_mark:
            told = next((each for each in method.marks if each.name == route.path_mark), None)
            if told is None:
                return [""]
            args = told.args
        fn = method.told.index if at == method.told.file else -1
        return self.paths(at, fn, args, places) or [""]

    def _verbs(self, mark: Mark, route: Route, allowed: tuple[str, ...]) -> Iterable[str]:
        how, _, default = route.method.partition("|")
        if how == "name":
            found = _NAMED.search(mark.name)
            return [found[0].upper()] if found else [default or "*"]
        if how.startswith("arg:"):
            value = argument(mark.args, how[4:])
            words = _VERBS.findall(" ".join(v.text.upper() for v in (value, *value.items))) if value is not None else []
            return list(dict.fromkeys((*allowed, *words))) or [default or "*"]
        return how.split(",")

    def guards(self, mark: Mark, pack: Pack) -> bool:
        """Whether a mark may guard an endpoint: none that only describes or maps it."""
        return (
            not _TELLS.match(mark.name)
            and mark.name not in self.route_names[pack.name]
            and not any(mark.name in spec.name.strip("{}").split(",") for spec in pack.class_mark)
            and not matches(pack.controllers, mark.name)
        )

    def _below(self, method: _Method, pack: Pack, prefix: str, depth: int) -> Iterator[Marked]:
        """JAX-RS: a method with a path and no verb gives the resource that answers below it."""
        route = next(
            (
                route
                for route in pack.route
                if route.path_mark and any(mark.name == route.path_mark for mark in method.marks)
            ),
            None,
        )
        if route is None:
            return
        for target in self._given_by(method.fn):
            for path in self._route_paths(method.told.file, method, Mark(""), route):
                yield from self._of_class(target, pack, join(prefix, path), (), depth - 1)

    def _given_by(self, fn: Fn) -> list[Cls]:
        made = self.project.function(fn)
        declared = self.project.named_type(fn.file, made.returns).cls
        if declared is not None and self.project.class_(declared).kind != "interface":
            return [declared]
        told = [each.value for each in self.project.files[fn.file].returns if each.fn == fn.index]
        texts = [value.text.rpartition(".")[2] if value.kind == "call" else value.text for value in told]
        names = [re.sub(r"\.class$|::class$", "", text) for text in texts] + [
            item.text.removesuffix(".class") for value in told for item in value.items if item.text.endswith(".class")
        ]
        found = [
            cls for name in names if name[:1].isupper() and (cls := self.project.find_class(fn.file, name)) is not None
        ]
        return found or ([declared] if declared is not None else [])


__all__ = ["Annotated", "Function", "Marked"]
