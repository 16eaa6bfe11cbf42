"""NestJS: what an application adds to the paths of its controllers and puts before them."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call, Mark
from backwright.review.link.nestguards import NestGuards
from backwright.review.link.packs import Packs
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers, Use, argument, words_of
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.declared import Declared

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "ALL")
NEUTRAL = "VERSION_NEUTRAL"
_FALLBACK = regex(r"(?:\?\?|\|\|)\s*[\"'`]([\w/.-]+)[\"'`]")
_DOCUMENTS = regex(r"(\w+\.)?(Api[A-Z]\w*|SwaggerApi\w*)\(")
_BY_ROLE = regex(r"roles?|permission|polic|abilit|scope|acl|feature|plan", re.IGNORECASE)
_ROLE_MARK = regex(r"^(\w+\.)?\w*(Roles?|Permissions?|Polic(y|ies)|Abilit(y|ies)|Scopes?|Can|Require\w+)\(")


class Nest:
    """Global prefixes, versions, modules' prefixes, guards for everything and middleware for routes."""

    def __init__(self, project: Project, packs: Mapping[str, Packs], routers: Routers) -> None:
        self.project, self.routers = project, routers
        self.at = (
            [
                n
                for n, f in enumerate(project.files)
                if f.language == "javascript" and any(i.module.startswith("@nestjs") for i in f.imports)
            ]
            if "javascript" in packs
            else []
        )
        self._guards = NestGuards(project, routers, self.at)

    def adjusted(self, declared: "Declared") -> Iterator["Declared"]:
        """Yield an endpoint with all that its application adds: once for each version."""
        told = (use for use in declared.uses if not _DOCUMENTS.match(use.text))
        uses = tuple(use for use in told if not self._guards.only_documents(use))
        module = self._module_prefix(declared.handler_class)
        inner = join(module, declared.path)
        before = (*self._global_guards(declared.at, uses), *self._middleware(declared, inner))
        uses = tuple(self._told(use, uses) for use in uses)
        for version in self._versions(declared):
            path = join(version, inner) if version else inner
            prefix = self._prefix(declared, inner)
            yield replace(declared, path=join(prefix, path) if prefix else path, uses=(*before, *uses))

    # ---- prefixes -----------------------------------------------------------------------------

    def _calls(self, name: str) -> list[tuple[int, Call]]:
        known = set(self.at)
        return [
            (at, self.project.files[at].calls[index])
            for at, index in self.project.calls_by_name.get(name, ())
            if at in known
        ]

    @cached_property
    def _applications(self) -> frozenset[str]:
        """The folders of what is started: of each `NestFactory.create(...)`."""
        places = {
            self.project.files[at].path
            for name in ("create", "createMicroservice", "createApplicationContext")
            for at, call in self._calls(name)
            if call.on == "NestFactory" and not self.project.files[at].is_test
        }
        return frozenset(path.rpartition("/src/")[0] if "/src/" in path else "" for path in places)

    def _application(self, at: int) -> str | None:
        path = self.project.files[at].path
        found = [each for each in self._applications if not each or path.startswith(f"{each}/")]
        return max(found, key=len, default=None)

    def _is_elsewhere(self, at: int, other: int) -> bool:
        """Whether a file belongs to another application of the same repository."""
        here, there = self._application(at), self._application(other)
        return here is not None and there is not None and here != there

    def _nearest(self, name: str, at: int) -> tuple[int, Call] | None:
        """Return the call of this name in the application that a file belongs to."""
        path = self.project.files[at].path
        found = [each for each in self._calls(name) if not self._is_elsewhere(at, each[0])]
        return max(
            found,
            key=lambda each: len(posixpath.commonprefix([self.project.files[each[0]].path, path])),
            default=None,
        )

    def _prefix(self, declared: "Declared", path: str) -> str:
        found = self._nearest("setGlobalPrefix", declared.at)
        if found is None or not found[1].args:
            return ""
        at, call = found
        prefix = self.routers.constant(at, call.fn, call.args[0]) or self._default(call.args[0])
        excluded = argument(call.args, "1.exclude")
        if (
            prefix
            and excluded is not None
            and any(self._covers(at, item, declared.method, path) for item in excluded.items)
        ):
            return ""
        return canonical_path(prefix) if prefix else ""

    def _default(self, value: Arg) -> str:
        """Return the text behind `config.get("app.prefix") ?? "api"`, or that the configuration gives to that key; "" if there is none."""
        found = _FALLBACK.search(value.text)
        if found:
            return found[1]
        asked = value.items[0] if value.kind == "call" and value.items else value
        key = asked.text.rpartition(".")[2]
        if not key.isidentifier():
            return ""
        for at in self.at:
            file = self.project.files[at]
            for held in (
                *(each.value for each in file.returns),
                *(each.value for each in file.assigns),
            ):
                entry = (
                    next((item for item in self._inside(held) if item.name == key), None)
                    if held.kind in ("dict", "call")
                    else None
                )
                told = _FALLBACK.search(entry.text) if entry is not None else None
                if entry is not None and (told or entry.kind == "str"):
                    return told[1] if told else entry.text
        return ""

    def _covers(self, at: int, item: Arg, method: str, path: str) -> bool:
        """Whether a path of `exclude` or `forRoutes` means an endpoint."""
        told = argument(item.items, "path") if item.kind == "dict" else item
        verb = argument(item.items, "method") if item.kind == "dict" else None
        if told is None:
            return False
        text = self.routers.constant(at, -1, told)
        if text is None:
            return False
        if verb is not None and not verb.text.endswith((f".{method}", ".ALL")):
            return False
        wanted = canonical_path(text.replace("(.*)", "*"))
        pattern = re.sub(r"\\\{\w*\\\}|\\\{\\\*\\\}|\\\*", "[^{}]*|{}", re.escape(wanted))
        pattern = re.escape(wanted).replace(r"/\{\*\}", "(?:/.*)?").replace(r"\*", ".*")
        pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", pattern)
        return re.fullmatch(pattern, path) is not None

    def _versions(self, declared: "Declared") -> list[str]:
        found = self._nearest("enableVersioning", declared.at)
        if found is None:
            return [""]
        _, call = found
        kind = argument(call.args, "0.type")
        if kind is not None and not kind.text.endswith("URI"):
            return [""]
        letter = argument(call.args, "0.prefix")
        start = "v" if letter is None else ("" if letter.kind == "bool" else letter.text)
        told = self._told_versions(declared) or self._texts(argument(call.args, "0.defaultVersion"), found[0])
        return [f"/{start}{version}" if version != NEUTRAL else "" for version in told] or [""]

    def _told_versions(self, declared: "Declared") -> list[str]:
        made = self.project.function(declared.handler).marks if declared.handler is not None else ()
        held = self.project.class_(declared.handler_class).marks if declared.handler_class is not None else ()
        for marks in (made, held):
            for mark in marks:
                if mark.name == "Version":
                    return self._texts(mark.args[0] if mark.args else None, declared.at)
                if mark.name == "Controller":
                    return self._texts(
                        argument(mark.args, "0.version") or argument(mark.args, "version"),
                        declared.at,
                    )
        return []

    def _texts(self, value: Arg | None, at: int) -> list[str]:
        if value is None:
            return []
        items = value.items if value.kind == "list" else (value,)
        return [
            NEUTRAL if item.text.endswith(NEUTRAL) else (self.routers.constant(at, -1, item) or item.text)
            for item in items
        ]

    # ---- modules ------------------------------------------------------------------------------

    @cached_property
    def _module_paths(self) -> dict[str, str]:
        """Name of a module to the prefix that RouterModule.register gives it."""
        found: dict[str, str] = {}

        def read(at: int, items: Sequence[Arg], above: str) -> None:
            for item in items:
                if item.kind == "name":
                    found[item.text] = above
                    continue
                path = argument(item.items, "path")
                prefix = join(above, (self.routers.constant(at, -1, path) or "") if path is not None else "")
                module = argument(item.items, "module")
                if module is not None:
                    found[module.text] = prefix
                children = argument(item.items, "children")
                if children is not None:
                    read(at, children.items, prefix)

        for name in ("register", "forRoutes"):
            for at, call in self._calls(name):
                if call.on == "RouterModule" and call.args:
                    for place, _, table in self.routers.unrolling.tables(at, -1, call.args[0]):
                        read(place, table.items, "")
        return found

    def _inside(self, value: Arg) -> Iterator[Arg]:
        yield value
        for item in value.items:
            yield from self._inside(item)

    @cached_property
    def _modules_of(self) -> dict[str, str]:
        """Name of a controller to its module's name."""
        found: dict[str, str] = {}
        for at in self.at:
            for made in self.project.files[at].classes:
                for mark in made.marks:
                    if mark.name == "Module":
                        listed = argument(mark.args, "0.controllers") or argument(mark.args, "controllers")
                        found.update({item.text: made.name for item in (listed.items if listed is not None else ())})
        return found

    def _module_prefix(self, cls: Cls | None) -> str:
        if cls is None:
            return ""
        return self._module_paths.get(self._modules_of.get(self.project.class_(cls).name, ""), "")

    # ---- guards and middleware ------------------------------------------------------------------

    def _global_guards(self, at: int, uses: tuple[Use, ...]) -> Iterator[Use]:
        path = self.project.files[at].path.split("/")
        for place, line, name in self._everywhere:
            other = self.project.files[place].path.split("/")
            if self._is_elsewhere(at, place) or (path[:1] == other[:1] == ["apps"] and path[1:2] != other[1:2]):
                continue
            if (
                _BY_ROLE.search(name)
                and not re.search("auth(?!or)|jwt", name, re.IGNORECASE)
                and not any(_ROLE_MARK.match(use.text) for use in uses)
            ):
                continue  # it only counts where a role is asked for
            told = self._guards.said(place, name, uses)
            if told and not told.startswith("("):
                yield Use(told, place, line)

    def _told(self, use: Use, uses: tuple[Use, ...]) -> Use:
        """Return a decorator with those of its guards that count here."""
        return (
            use._replace(text=self._guards.said(use.file, use.text, uses)) if use.text.startswith("UseGuards(") else use
        )

    @cached_property
    def _everywhere(self) -> list[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for at, call in self._calls("useGlobalGuards"):
            found += [(at, call.line, word) for value in call.args for word in words_of(value)]
        for at in self.at:
            for made in self.project.files[at].classes:
                for mark in made.marks:
                    for value in mark.args if mark.name == "Module" else ():
                        found += [(at, mark.line, word) for word in self._provided(value)]
            for assign in self.project.files[at].assigns:
                if assign.fn < 0:
                    found += [(at, assign.line, word) for word in self._provided(assign.value)]
        return found

    def _provided(self, value: Arg) -> Iterator[str]:
        for each in self._inside(value):
            told = argument(each.items, "provide") if each.kind == "dict" else None
            if told is not None and told.text.endswith("APP_GUARD"):
                used = next(
                    (
                        v
                        for name in ("useClass", "useExisting", "useFactory", "useValue")
                        if (v := argument(each.items, name)) is not None
                    ),
                    None,
                )
                if used is not None:
                    yield (used.text if used.kind != "fn" else " ".join(re.findall(r"new (\w+)", used.text)))

    @cached_property
    def _applied(self) -> list[tuple[int, tuple[Use, ...], tuple[Arg, ...], tuple[Arg, ...]]]:
        """`consumer.apply(Auth).exclude(...).forRoutes(...)`: file, middleware, what it is for, what it is not for."""
        found = []
        for at, call in self._calls("forRoutes"):
            calls = self.project.files[at].calls
            without: tuple[Arg, ...] = ()
            each = call
            for _ in range(6):
                if each.prev < 0:
                    break
                each = calls[each.prev]
                if each.name == "exclude":
                    without += each.args
                elif each.name == "apply":
                    uses = tuple(Use(word, at, each.line) for value in each.args for word in words_of(value))
                    found.append((at, uses, call.args, without))
        return found

    def _middleware(self, declared: "Declared", path: str) -> Iterator[Use]:
        name = self.project.class_(declared.handler_class).name if declared.handler_class is not None else ""
        for at, uses, targets, without in self._applied:
            if self._is_elsewhere(declared.at, at):
                continue
            if any(self._covers(at, item, declared.method, path) for item in without):
                continue
            if any(
                item.text == name
                or item.text in ("*", "/*path", "{*splat}", "*splat", "/*")
                or self._covers(at, item, declared.method, path)
                for item in targets
            ):
                yield from uses


__all__ = ["Fn", "Mark", "Nest"]
