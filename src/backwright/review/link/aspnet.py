"""ASP.NET Core's controllers, whose routes stand in attributes or in conventions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from backwright.review.facts import Arg, Call, Function, Mark
from backwright.review.link.fastendpoints import FAST, VERBS, FastEndpoints
from backwright.review.link.marked import Marked
from backwright.review.link.minimalapi import GUARDS, MAPS_CONTROLLERS, describes
from backwright.review.link.packs import Packs
from backwright.review.link.paths import join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers, Use, argument, words_of
from backwright.review.link.routetokens import RouteTokens, Transformer
from backwright.review.link.routewrappers import RouteWrappers
from backwright.review.link.served import Served
from backwright.review.link.types import written
from backwright.review.regexes import regex

DEFAULT_PATTERN = "{controller=Home}/{action=Index}/{id?}"
_BASES = regex(r"(^|\.)\w*(Controller|ControllerBase)$")
# The framework's own bases, whatever the class is called, and those of Ardalis' endpoints: `EndpointBaseAsync.WithRequest<T>.WithoutResult`.
_IS_ONE = regex(
    r"(Microsoft\.AspNetCore\.Mvc\.)?(Controller|ControllerBase)$|(Ardalis\.ApiEndpoints\.)?(EndpointBaseAsync|EndpointBaseSync|BaseEndpoint|BaseAsyncEndpoint)(\.|$)"
)
_NO_ACTIONS = frozenset(
    "Dispose DisposeAsync OnActionExecuting OnActionExecuted OnActionExecutionAsync ToString Equals GetHashCode Initialize OnException".split()
)
_PLACE = regex(r"\{\*{0,2}(\w+)(?::([^{}=?]*))?(=[^{}]*)?(\?)?\}")


class Convention(NamedTuple):
    """A conventional route: its pattern, the area it is for, and what it is fixed to."""

    pattern: str
    area: str = ""
    fixed: Mapping[str, str] = {}
    by_name: bool = False  # Web API: the action's name says the method


class Host(NamedTuple):
    """An application: the folder of the file that maps its controllers, conventional routes, and what stands before all."""

    folder: str
    conventions: tuple[Convention, ...]
    uses: tuple[Use, ...]


class AspNet:
    """Reads the classes of C# that answer requests."""

    def __init__(self, project: Project, packs: Mapping[str, Packs], routers: Routers) -> None:
        self.project, self.packs, self.routers = project, packs, routers
        self._fast, self._served = FastEndpoints(self), Served(routers, packs)
        self.wrappers = RouteWrappers(self, packs)
        self.named = routers.minimal.groups.named
        self._route_tokens = RouteTokens(project)

    def find(self, at: int) -> Iterator[Marked]:
        """Yield the endpoints of the classes of a file, and those of calls that say less than a whole route."""
        for index, made in enumerate(self.project.files[at].classes):
            cls = Cls(at, index)
            if made.kind not in ("class", "record") or any(
                mark.name in ("abstract", "NonController") for mark in made.marks
            ):
                continue
            if self._is_controller(cls):
                yield from self._of_controller(cls)
            elif any(
                written(base).name.rpartition(".")[2] in FAST or base.startswith("Ep.")
                for each in self.project.base_classes(cls)
                for base in self.project.class_(each).bases
            ):
                yield from self._fast.find(cls)
        yield from self.wrappers.find(at)
        yield from self._served.find(at)

    # ---- controllers ------------------------------------------------------------------------

    def _is_controller(self, cls: Cls) -> bool:
        made = self.project.class_(cls)
        if any(
            self._is_framework_base(each.file, b) for each in self._family(cls) for b in self.project.class_(each).bases
        ):
            return True
        if made.name.endswith("Controller") or any(
            m.name in ("ApiController", "Controller") for m in self._class_marks(cls)
        ):
            bases = [base for each in self._family(cls) for base in self.project.class_(each).bases]
            if any(_BASES.search(written(base).name) for base in bases):
                return True
            return any(m.name in ("ApiController", "Controller", "Route") for m in self._class_marks(cls)) or any(
                mark.name in VERBS for fn in self._functions(cls) for mark in self.project.function(fn).marks
            )
        return False

    def _is_framework_base(self, at: int, base: str) -> bool:
        name = written(base).name
        return bool(_IS_ONE.match(name)) and self.project.find_class(at, name) is None

    def _family(self, cls: Cls) -> list[Cls]:
        """A class, its other parts, and what it inherits from."""
        found: list[Cls] = []
        for each in self.project.base_classes(cls):
            made = self.project.class_(each)
            package = self.project.files[each.file].package
            same = [
                c
                for c in self.project.classes_by_name.get(made.name, ())
                if self.project.files[c.file].package == package and self.project.class_(c).kind == made.kind
            ]
            found += [c for c in dict.fromkeys((each, *same)) if c not in found]
        return found

    def _class_marks(self, cls: Cls) -> list[Mark]:
        return [mark for each in self._family(cls) for mark in self.project.class_(each).marks]

    def _functions(self, cls: Cls) -> list[Fn]:
        return [
            Fn(cls.file, n) for n, made in enumerate(self.project.files[cls.file].functions) if made.cls == cls.index
        ]

    def _actions(self, cls: Cls) -> Iterator[tuple[Fn, list[tuple[int, Mark]]]]:
        """Yield the actions of a controller, own and inherited, each with its attributes and those of what it overrides."""
        all_: dict[tuple[str, ...], list[Fn]] = {}
        for each in self._family(cls):
            made = self.project.class_(each)
            fields = {field.name for field in made.fields}
            for fn in self._functions(each):
                method = self.project.function(fn)
                if method.kind != "method" or not method.is_public or not method.receiver or method.parent >= 0:
                    continue
                if method.name in fields or method.name in _NO_ACTIONS or method.name.startswith(("set_", "get_")):
                    continue
                all_.setdefault((method.name, *(param.type for param in method.params)), []).append(fn)
        for functions in all_.values():
            marks = [(fn.file, mark) for fn in functions for mark in self.project.function(fn).marks]
            if not any(mark.name == "NonAction" for _, mark in marks):
                yield functions[0], self._nearest_routes(functions, marks)

    def _nearest_routes(self, functions: Sequence[Fn], marks: list[tuple[int, Mark]]) -> list[tuple[int, Mark]]:
        """Drop the routes that an overriding method replaces."""
        for fn in functions:
            own = self.project.function(fn).marks
            if any(_is_route(mark) for mark in own):
                return [
                    *((fn.file, mark) for mark in own),
                    *((at, mark) for at, mark in marks if not _is_route(mark) and mark not in own),
                ]
        return marks

    def _of_controller(self, cls: Cls) -> Iterator[Marked]:
        made = self.project.class_(cls)
        if cls != self._family(cls)[0] or self._is_later_part(cls):
            return
        host = self._host(cls.file)
        prefixes = self._prefixes(cls)
        class_uses = self._class_uses(cls)
        for fn, marks in self._actions(cls):
            method = self.project.function(fn)
            uses = (
                *host.uses,
                *class_uses,
                *(self.use(at, mark) for at, mark in marks if not describes(mark.name)),
            )
            line = next((mark.line for _, mark in marks if _is_route(mark) and mark.line), method.line)
            given = tuple(value for _, mark in marks if _is_route(mark) for value in mark.args)
            for methods, path in self._paths(cls, fn, marks, prefixes, host):
                for each in methods:
                    yield Marked(
                        each,
                        path,
                        f"{made.name}.{method.name}",
                        fn.file,
                        line,
                        "aspnet",
                        fn,
                        cls,
                        uses,
                        given,
                    )

    def _is_later_part(self, cls: Cls) -> bool:
        """Whether another file holds the first part of a partial class."""
        made = self.project.class_(cls)
        parts = [
            c for c in self.project.classes_by_name.get(made.name, ())
            if self.project.files[c.file].package == self.project.files[cls.file].package and self.project.class_(c).kind == made.kind
            and (made.bases or not self.project.class_(c).bases or c.file < cls.file)
        ]  # fmt: skip
        parts = [c for c in parts if any(m.name == "partial" for m in self.project.class_(c).marks)]
        return len(parts) > 1 and any(m.name == "partial" for m in made.marks) and cls != parts[0]

    def _class_uses(self, cls: Cls) -> tuple[Use, ...]:
        return tuple(
            self.use(each.file, mark)
            for each in reversed(self._family(cls))
            for mark in self.project.class_(each).marks
            if not describes(mark.name)
        )

    def use(self, at: int, mark: Mark) -> Use:
        """An attribute's words; those of its own base classes and constructor are added: `class AdminOnly : AuthorizeAttribute`."""
        inside = " ".join(
            f"{value.name}={word}" if value.name else word for value in mark.args for word in words_of(value)
        )
        name = mark.name.removesuffix("Attribute")
        cls = self.project.find_class(at, f"{name}Attribute") or self.project.find_class(at, mark.name)
        bases = (
            " ".join(base for base in self.project.ancestors(cls)[1:] if GUARDS.search(base)) if cls is not None else ""
        )
        return Use(f"{name}({inside})" + (f" {bases}" if bases else ""), at, mark.line)

    def _prefixes(self, cls: Cls) -> list[str]:
        """The templates of the nearest class that has any."""
        for each in self._family(cls):
            found = [
                path for mark in self.project.class_(each).marks if mark.name in ("Route", "RoutePrefix")
                for path in (self.template(each.file, self._inside(each), mark),) if path is not None
            ]  # fmt: skip
            if found:
                return found
        return []

    def _inside(self, cls: Cls) -> int:
        """Return any function of a class, for names that are constants of the class."""
        return next((fn.index for fn in self._functions(cls)), -1)

    def template(self, at: int, fn: int, mark: Mark) -> str | None:
        value = argument(mark.args, "0") or argument(mark.args, "template")
        if mark.name == "AcceptVerbs":
            value = argument(mark.args, "Route")
        return self.routers.constant(at, fn, value) if value is not None else None

    def _paths(
        self, cls: Cls, fn: Fn, marks: list[tuple[int, Mark]], prefixes: list[str], host: Host
    ) -> Iterator[tuple[list[str], str]]:
        templates: list[tuple[list[str], str | None]] = []
        bare: list[str] = []
        routes: list[str] = []
        for at, mark in marks:
            template = self.template(at, fn.index if at == fn.file else -1, mark) if _is_route(mark) else None
            methods = (
                [VERBS[mark.name]]
                if mark.name in VERBS
                else [v.text.upper() for v in mark.args if v.kind == "str" and not v.name]
                if mark.name == "AcceptVerbs"
                else []
            )
            if methods and template is not None:
                templates.append((methods, template))
            elif methods:
                bare += methods
            elif template is not None:
                routes.append(template)
        templates += [(bare or ["*"], route) for route in routes]
        if not templates or (bare and not routes):
            templates.append((bare or ["*"], None))
        for methods, template in templates:
            if template is not None and template.startswith(("/", "~/")):
                whole = [template.lstrip("~")]
            elif prefixes:
                whole = [join(prefix.lstrip("~"), template or "") for prefix in prefixes]
            elif template is not None:
                whole = [template]
            else:
                yield from self._conventional(cls, fn, methods, host)
                continue
            for path in dict.fromkeys(whole):
                yield methods, self._tokens(path, cls, fn)

    def _tokens(self, path: str, cls: Cls, fn: Fn) -> str:
        changed = self._token_transformer(cls) if "[" in path else None
        for token, value in (
            ("controller", self._name(cls)),
            ("action", self._action(fn)),
            ("area", self._area(cls)),
        ):
            told = changed.applied(value) if changed is not None else value
            path = re.sub(rf"\[{token}\]", told, path, flags=re.IGNORECASE)
        return path

    def _token_transformer(self, cls: Cls) -> Transformer | None:
        """What the application of a controller makes of the names that it puts into templates."""
        host = self._host(cls.file)
        return next((told for at, told in self._route_tokens.of_tokens.items() if self._host(at) == host), None)

    def _name(self, cls: Cls) -> str:
        return self.project.class_(cls).name.removesuffix("Controller")

    def _action(self, fn: Fn) -> str:
        made = self.project.function(fn)
        named = next((v.text for mark in made.marks if mark.name == "ActionName" for v in mark.args[:1]), "")
        return named or made.name.removesuffix("Async") or made.name

    def _area(self, cls: Cls) -> str:
        return next(
            (
                v.text
                for mark in self._class_marks(cls)
                if mark.name == "Area"
                for v in mark.args[:1]
                if v.kind == "str"
            ),
            "",
        )

    # ---- conventions ------------------------------------------------------------------------

    def _conventional(self, cls: Cls, fn: Fn, methods: list[str], host: Host) -> Iterator[tuple[list[str], str]]:
        area, made = self._area(cls), self.project.function(fn)
        params = {param.name.lower() for param in made.params}
        is_api = any(mark.name == "ApiController" for mark in self._class_marks(cls)) and not self._has_own_mark(cls)
        for each in () if is_api else host.conventions:
            if bool(area) != bool(each.area) or (each.area not in ("", "*") and each.area != area):
                continue
            told = dict(each.fixed)
            if told.get("controller", self._name(cls)) != self._name(cls) or told.get(
                "action", self._action(fn)
            ) != self._action(fn):
                continue
            if "{controller" not in each.pattern and "controller" not in told:
                continue
            values = {"controller": self._name(cls), "action": self._action(fn), "area": area}

            def put(match: re.Match[str], values: dict[str, str] = values) -> str:
                if match[1] in values:
                    changed = self._route_tokens.of_place(match[2] or "")
                    return changed.applied(values[match[1]]) if changed is not None else values[match[1]]
                return "" if match[4] and match[1].lower() not in params else f"{{{match[1]}}}"

            path = re.sub(r"/{2,}", "/", _PLACE.sub(put, each.pattern)).rstrip("/")
            if each.by_name and methods == ["*"]:
                methods = [verb for name, verb in VERBS.items() if made.name.startswith(name[4:])] or ["POST"]
            yield methods, path
            return

    def _has_own_mark(self, cls: Cls) -> bool:
        """Whether the project calls an attribute of its own [ApiController], which asks for no routes in attributes."""
        return self.project.find_class(cls.file, "ApiControllerAttribute") is not None

    def _host(self, at: int) -> Host:
        """Return the application that a file's controllers belong to."""
        path = self.project.files[at].path
        near = [host for host in self._hosts if not host.folder or path.startswith(f"{host.folder}/")]
        if near:
            return max(near, key=lambda host: len(host.folder))
        if len(self._hosts) == 1:
            return self._hosts[0]
        every: list[Convention] = []
        for each in (each for host in self._hosts for each in host.conventions):
            if each not in every:  # conventions hold dictionaries
                every.append(each)
        return Host(
            "",
            tuple(every)
            if self._hosts
            else (Convention(DEFAULT_PATTERN), Convention(f"{{area}}/{DEFAULT_PATTERN}", "*")),
            (),
        )

    @cached_property
    def _hosts(self) -> list[Host]:
        found: dict[str, Host] = {}
        for at, file in enumerate(self.project.files):
            if file.language != "csharp" or file.is_test:
                continue
            folder = (
                str(PurePosixPath(file.path).parent).replace(".", "", 1)
                if "/" not in file.path
                else str(PurePosixPath(file.path).parent)
            )
            if PurePosixPath(folder).name in (
                "Extensions",
                "App_Start",
                "Configuration",
                "Infrastructure",
                "Startup",
                "Setup",
                "Hosting",
            ):
                folder = str(PurePosixPath(folder).parent)
            for index, call in enumerate(file.calls):
                filters = (
                    call.name == "Add"
                    and call.on.endswith("Filters")
                    and any(
                        "AuthorizeFilter" in v.text or any("AuthorizeFilter" in i.text for i in v.items)
                        for v in call.args
                    )
                )
                if call.name not in MAPS_CONTROLLERS and not filters:
                    continue
                held = found.get(folder, Host(folder, (), ()))
                uses = (
                    (Use("AuthorizeFilter", at, call.line),)
                    if filters
                    else self.routers.behind(at, index) + self.routers.context(at, call).uses
                )
                found[folder] = Host(folder, held.conventions + tuple(self._convention(at, call)), held.uses + uses)
        hosts = list(found.values())
        bare = [host for host in hosts if not host.conventions]
        return [
            host
            for host in hosts
            if host not in bare or not any(o is not host and o.folder.startswith(host.folder) for o in hosts)
        ]

    def _convention(self, at: int, call: Call) -> Iterator[Convention]:
        if call.name in ("MapDefaultControllerRoute", "UseMvcWithDefaultRoute"):
            yield Convention(DEFAULT_PATTERN)
        elif call.name in (
            "MapControllerRoute",
            "MapRoute",
            "MapAreaControllerRoute",
            "MapHttpRoute",
        ):
            is_area = call.name == "MapAreaControllerRoute"
            places = ("pattern", "template", "url", "routeTemplate", "2" if is_area else "1")
            pattern = next(
                (
                    t
                    for p in places
                    if (v := argument(call.args, p)) is not None and (t := self.routers.constant(at, call.fn, v))
                ),
                "",
            )
            area = (
                (argument(call.args, "areaName") or argument(call.args, "1") or Arg("str")).text
                if is_area
                else "*"
                if "{area" in pattern
                else ""
            )
            fixed = next(
                (v for p in ("defaults", "2") if (v := argument(call.args, p)) is not None and v.kind == "dict"),
                None,
            )
            told = (
                {
                    item.name: item.text
                    for item in fixed.items
                    if item.name in ("controller", "action") and item.kind == "str"
                }
                if fixed is not None
                else {}
            )
            told = {name: value for name, value in told.items() if f"{{{name}" not in pattern}
            if pattern:
                yield Convention(
                    pattern,
                    area,
                    told,
                    by_name=call.name == "MapHttpRoute" and "{action" not in pattern,
                )


def _is_route(mark: Mark) -> bool:
    return mark.name in VERBS or mark.name in ("Route", "AcceptVerbs")


def parameter_places(
    project: Project,
    at: int,
    made: Function,
    method: str,
    in_path: Sequence[str],
    *,
    is_controller: bool,
) -> list[tuple[str, str]]:
    """Return (name, place) of what the framework takes out of the request for a handler's parameters that no attribute speaks of."""
    found: list[tuple[str, str]] = []
    for param in made.params:
        heart = written(param.type)
        name = heart.name.rpartition(".")[2]
        if param.name in in_path or any(mark.name in _PLACED for mark in param.marks) or not param.type:
            continue
        if name in ("IFormFile", "IFormFileCollection", "IFormCollection"):
            found.append((param.name, "form"))
        elif name in _SIMPLE:
            found.append((param.name, "query"))
        else:
            cls = project.find_class(at, heart.name)
            kind = project.class_(cls).kind if cls is not None else ""
            if kind == "enum":
                found.append((param.name, "query"))
            elif kind in ("class", "record", "struct") and not _SERVICE.search(name):
                if method in ("POST", "PUT", "PATCH"):
                    found.append((param.name, "body"))
                elif is_controller:
                    found.append((param.name, "query"))
    return found


_PLACED = frozenset(
    "FromBody FromQuery FromRoute FromHeader FromForm FromServices FromKeyedServices AsParameters Service".split()
)
_SIMPLE = frozenset(
    "string String int Int32 long Int64 short byte bool Boolean Guid DateTime "
    "DateTimeOffset DateOnly TimeOnly TimeSpan decimal Decimal double Double float char uint ulong ushort Uri StringValues".split()
)
_SERVICE = regex(
    r"(Service|Services|Context|Repository|Handler|Manager|Client|Options|Validator|Factory|Provider|Store|Db|Mediator|Sender|Logger|Mapper|Cache|Processor|Publisher)$"
)


__all__ = ["AspNet", "parameter_places"]
