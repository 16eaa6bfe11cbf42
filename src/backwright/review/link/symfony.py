"""What Symfony's configuration says of endpoints: routes and prefixes in config/routes, and the firewall's rules."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from backwright.review.facts import Arg
from backwright.review.link.symfonyimports import Imported, parse_xml
from backwright.review.link.yamlish import parse_yaml
from backwright.review.regexes import regex

API_PLATFORM = "api_platform"  # the type of what API Platform declares, and of its folder
DEPTH_MAX = 5  # files of routes that include each other
_ROUTES = regex(
    r"(^|/)config/(routes|routing)(\.(ya?ml|xml)|/.*\.(ya?ml|xml))$|(^|/)Resources/config/rout(ing|es)[\w/]*\.(ya?ml|xml)$"
)
_FILES = regex(r"\.(ya?ml|xml)$")
_NOT_PROD = regex(r"(^|/)config/routes/(dev|test)/")  # loaded by a kernel that is no production's
_INSIDE = regex(r"/(?:config|src)/")  # below the folder of an application
_SECURITY = regex(r"(^|/)config/(packages/)?(prod/)?security\.ya?ml$")
_LOGIN_ALONE = regex(r"^(ROLE_USER|IS_AUTHENTICATED\w*)$")
_PUBLIC = regex(r"PUBLIC_ACCESS|IS_AUTHENTICATED_ANONYMOUSLY|^$")


@dataclass(frozen=True)
class Written:
    """A route in a file of configuration."""

    file: str
    line: int
    path: str
    controller: str
    methods: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Folder:
    """A folder, file or namespace whose marked controllers have a prefix. "" is all of them."""

    path: str
    prefix: str


class Rule(NamedTuple):
    """A rule of the firewall: for which paths, methods and name of a route, whether a login is required, and the roles."""

    path: re.Pattern[str]
    methods: frozenset[str]
    requires: bool
    roles: tuple[str, ...]
    route: str = ""


class Symfony:
    """Symfony's YAML, read when it is asked for."""

    def __init__(self, texts: Mapping[str, str], imports: Callable[[], Iterable[Imported]] = tuple) -> None:
        self.texts, self._imports = texts, imports

    # ---- routes ---------------------------------------------------------------------------

    @cached_property
    def _parsed(self) -> list[Written | Folder]:
        files = [path for path in sorted(self.texts) if _ROUTES.search(path)]
        found: list[Written | Folder] = []
        named: set[str] = set()
        for told in self._imports() if self.texts else ():
            found += self._entries(told.file, {"imported": told.entry}, "", named, DEPTH_MAX)
        for path in files:
            if path not in named:
                found += self._read(path, "", named, DEPTH_MAX)
        return found

    @property
    def routes(self) -> list[Written]:
        """Routes that are written in YAML."""
        return [each for each in self._parsed if isinstance(each, Written)]

    @cached_property
    def folders(self) -> list[Folder]:
        """Prefixes of controllers, those of the longest path first."""
        return sorted(
            (each for each in self._parsed if isinstance(each, Folder)),
            key=lambda each: -len(each.path),
        )

    def prefixes(self, path: str) -> list[str]:
        """Return the prefixes of the controllers in a file: one for each time it is loaded."""
        for folder in self.folders:
            if folder.path != API_PLATFORM and _covers(folder.path, path):
                return [each.prefix for each in self.folders if each.path == folder.path]
        return [""]

    def _read(self, path: str, prefix: str, named: set[str], depth: int) -> Iterator[Written | Folder]:
        named.add(path)
        told = parse_xml(self.texts[path]) if path.endswith(".xml") else parse_yaml(self.texts[path])
        for name, entry in told.items() if isinstance(told, dict) else ():
            if name.startswith("when@"):
                if "prod" in name:
                    yield from self._entries(path, entry, prefix, named, depth)
            else:
                yield from self._entries(path, {name: entry}, prefix, named, depth)

    def _entries(self, path: str, told: object, prefix: str, named: set[str], depth: int) -> Iterator[Written | Folder]:
        for name, entry in told.items() if isinstance(told, dict) else ():
            if not isinstance(entry, dict):
                continue
            own = entry.get("prefix") or ""
            for each in own.values() if isinstance(own, dict) else [own]:
                inner = _join(prefix, str(each or ""))
                if "resource" in entry:
                    yield from self._resource(path, entry, inner, named, depth)
                elif "path" in entry or "pattern" in entry:
                    yield from self._route(path, name, entry, inner)

    def _route(self, path: str, name: str, entry: dict[str, Any], prefix: str) -> Iterator[Written]:
        defaults = entry.get("defaults")
        controller = (
            entry.get("controller") or (defaults.get("_controller") if isinstance(defaults, dict) else "") or ""
        )
        methods = entry.get("methods") or ()
        words = re.findall(r"[A-Z]+", " ".join(methods) if isinstance(methods, list) else str(methods).upper())
        paths = entry.get("path") or entry.get("pattern")
        line = next(
            (
                n
                for n, text in enumerate(self.texts[path].splitlines(), 1)
                if text.strip().startswith(f"{name}:") or f'id="{name}"' in text
            ),
            1,
        )
        for each in paths.values() if isinstance(paths, dict) else [paths]:
            yield Written(
                path,
                line,
                _join(prefix, str(each or "")),
                str(controller),
                tuple(w.upper() for w in words),
                name,
            )

    def _resource(
        self, path: str, entry: dict[str, Any], prefix: str, named: set[str], depth: int
    ) -> Iterator[Written | Folder]:
        resource, kind = entry["resource"], str(entry.get("type") or "")
        if isinstance(resource, dict):
            resource = resource.get("path") or ""
        resource = str(resource)
        if resource == "routing.controllers":
            yield Folder("", prefix)
            return
        if resource.startswith("@") or (
            kind and kind not in ("attribute", "annotation", "yaml", "xml", "glob", "directory", "rest", API_PLATFORM)
        ):
            return  # of a bundle
        if kind == API_PLATFORM:
            yield Folder(API_PLATFORM, prefix)
            return
        told = resource.startswith("%kernel.project_dir%")
        resource = resource.replace("%kernel.project_dir%", _root(path))
        whole = posixpath.normpath(resource if told else posixpath.join(posixpath.dirname(path), resource))
        files = [each for each in self.texts if each == whole or _glob(whole).fullmatch(each)]
        if _FILES.search(whole) or (files and kind != "attribute" and not whole.endswith(".php")):
            for each in files if depth else ():
                if each not in named and not _NOT_PROD.search(each) and (_ROUTES.search(each) or _FILES.search(whole)):
                    yield from self._read(each, prefix, named, depth - 1)
            return
        yield Folder(whole, prefix)

    # ---- security ---------------------------------------------------------------------------

    @cached_property
    def _security(self) -> list[dict[str, Any]]:
        found = []
        for path in sorted(self.texts):
            if _SECURITY.search(path):
                told = parse_yaml(self.texts[path])
                if isinstance(told, dict) and isinstance(told.get("security"), dict):
                    found.append(told["security"])
        return found

    @cached_property
    def _rules(self) -> list[Rule]:
        """The firewall's rules in order."""
        rules: list[Rule] = []
        for security in self._security:
            for name, wall in (security.get("firewalls") or {}).items():
                if isinstance(wall, dict) and wall.get("security") is False and wall.get("pattern") and name != "dev":
                    rules.append(Rule(_regex(str(wall["pattern"])), frozenset(), False, ()))
            for rule in security.get("access_control") or ():
                if not isinstance(rule, dict) or ("path" not in rule and "route" not in rule):
                    continue
                roles = rule.get("roles", rule.get("role"))
                words = [str(w) for w in (roles if isinstance(roles, list) else [roles]) if w]
                requires = bool(words or rule.get("allow_if")) and not all(
                    _PUBLIC.search(word) for word in words or ["x"]
                )
                methods = rule.get("methods") or ()
                named = frozenset(
                    m.upper() for m in (methods if isinstance(methods, list) else re.findall(r"\w+", str(methods)))
                )
                pattern = _regex(str(rule.get("path") or "^/"))
                rules.append(Rule(pattern, named, requires, tuple(words), str(rule.get("route") or "")))
        return rules

    def requires_login(self, method: str, path: str, given: Sequence[Arg] = ()) -> bool | None:
        """Return what the first rule for a path, or for the name among what a route is given, says; None if there is none."""
        rule = self._first(method, path, given)
        return rule.requires if rule is not None else None

    def asks_for_role(self, method: str, path: str, given: Sequence[Arg] = ()) -> bool:
        """Whether the first rule for a path asks for more than that somebody is logged in."""
        rule = self._first(method, path, given)
        return rule is not None and rule.requires and not any(_LOGIN_ALONE.search(role) for role in rule.roles)

    def _first(self, method: str, path: str, given: Sequence[Arg]) -> Rule | None:
        name = next((value.text for value in given if value.name == "name"), "")
        for rule in self._rules:
            named = not rule.route or rule.route == name or (name and rule.route.endswith(f"_{name}"))
            if (not rule.methods or method in rule.methods) and named and rule.path.search(path):
                return rule
        return None

    @cached_property
    def throttled(self) -> frozenset[str]:
        """Paths and names of the routes whose logins are throttled."""
        found: set[str] = set()
        for security in self._security:
            for wall in (security.get("firewalls") or {}).values():
                if isinstance(wall, dict) and "login_throttling" in wall:
                    for kind in ("form_login", "json_login", "form_login_ldap", "json_login_ldap"):
                        told = wall.get(kind)
                        found.update(
                            str(told[key])
                            for key in ("check_path", "login_path")
                            if isinstance(told, dict) and told.get(key)
                        )
                    found.add("*")
        return frozenset(found)


def _regex(pattern: str) -> re.Pattern[str]:
    """A rule's path as an expression that also fits paths with {parameters}."""
    told = re.sub(r"%[\w.]+%", "[^/]+", pattern)
    try:
        return re.compile(told)
    except re.error:
        return re.compile(re.escape(pattern.lstrip("^")))


def _glob(pattern: str) -> re.Pattern[str]:
    told = re.escape(pattern.rstrip("/")).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    told = re.sub(r"\\\{([^{}]*)\\\}", lambda m: "(?:" + m[1].replace(",", "|") + ")", told)
    return re.compile(told + r"(?:/.*)?")


def _covers(folder: str, path: str) -> bool:
    return not folder or path == folder or _glob(folder).fullmatch(path) is not None


def _root(path: str) -> str:
    return _INSIDE.split(f"/{path}")[0].strip("/") or "."


def _join(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path else prefix
