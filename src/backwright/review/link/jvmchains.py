"""Security chains of JVM applications: Spring Security's and Shiro's rules in order, and which of them an endpoint meets."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.annotated import LANGUAGES, Annotated
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers
from backwright.review.link.settings import Settings, module_of
from backwright.review.regexes import regex

MATCHERS = frozenset(
    {
        "antMatchers",
        "requestMatchers",
        "mvcMatchers",
        "pathMatchers",
        "regexMatchers",
        "anyRequest",
        "anyExchange",
        "authorize",
        "antMatcher",
        "mvcMatcher",
        "matchers",
    }
)
_SCOPES = frozenset({"securityMatcher", "securityMatchers", "antMatcher", "mvcMatcher", "regexMatcher"})
_OPENS = regex(r"permitAll|anonymous|permit\b", re.IGNORECASE)
_ROLES = regex(r"role|authorit|permission|perms|\baccess\b", re.IGNORECASE)
_MANIFESTS = ("pom.xml", "build.gradle", "build.gradle.kts")
_STARTED = frozenset({"SpringBootApplication", "EnableAutoConfiguration", "QuarkusMain"})
_WORD = regex(r"[\w.-]*\w")
_SERVERS = {"EndpointRequest": "/actuator/**", "toH2Console": "/h2-console/**"}
_METHOD = regex(r"\b(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)\b")


class Rule(NamedTuple):
    """One line of a security configuration. asks_for_role: it is not enough to be logged in."""

    methods: frozenset[str]
    pattern: str
    is_open: bool
    is_regex: bool = False
    asks_for_role: bool = False


class Chain(NamedTuple):
    """One security configuration: where it stands, the paths that it is for, its rules in order."""

    at: int
    order: int
    scopes: tuple[str, ...]
    rules: tuple[Rule, ...]


class Endpointed(NamedTuple):
    """What a verdict is asked for."""

    at: int
    method: str
    path: str
    framework: str
    handler: Fn | None
    cls: Cls | None
    texts: tuple[str, ...]


class Chains:
    """All chains of a repository."""

    def __init__(self, project: Project, routers: Routers, annotated: Annotated, settings: Settings) -> None:
        self.project, self.routers, self.annotated, self.settings = (
            project,
            routers,
            annotated,
            settings,
        )
        self._made_of: dict[str, set[str]] = {}

    def verdict(self, asked: Endpointed) -> bool | None:
        rule = self.rule(asked)
        return None if rule is None else not rule.is_open

    def rule(self, asked: Endpointed) -> Rule | None:
        """Return the line of the configuration that decides over an endpoint."""
        path = self.inner(asked)
        for chain in sorted(
            (c for c in self.all if self.reaches(c.at, asked.at)),
            key=lambda c: (
                module_of(self.project.files[c.at].path) != module_of(self.project.files[asked.at].path),
                c.order,
                not c.scopes,
                -len(
                    c.rules
                ),  # of several for everything one is used: the one that says more, not a bare one for a part
            ),
        ):
            if chain.scopes and not any(
                ant(scope, path) for pattern in chain.scopes for scope in self.filled(asked, pattern)
            ):
                continue
            for rule in chain.rules:
                if rule.methods and asked.method not in rule.methods and asked.method != "*":
                    continue
                for pattern in self.filled(asked, rule.pattern):
                    if re.fullmatch(pattern, path) is not None if rule.is_regex else ant(pattern, path):
                        if rule.methods and asked.method == "*" and rule.is_open:
                            continue
                        return rule
            if chain.order >= 0:  # what is ignored for some methods is asked about for the others
                return None
        return None

    def inner(self, asked: Endpointed) -> str:
        """The path without what the server takes away before anything is matched."""
        pack = self.annotated.pack(asked.at, asked.framework)
        context = self.annotated.context(asked.at, pack) if pack is not None else ""
        context = "/" + context.strip("/") if context.strip("/") else ""
        return (asked.path.removeprefix(context) or "/") if context and asked.path.startswith(context) else asked.path

    def filled(self, asked: Endpointed, pattern: str) -> list[str]:
        """A pattern, with those that stand in the settings of the endpoint's module."""
        if not pattern.startswith("${"):
            return [pattern]
        key, _, default = pattern[2:-1].partition(":")
        value = self.settings.get(self.project.files[asked.at].path, key) or self.settings.only(key)
        if isinstance(value, list):
            return value
        return [each.strip() for each in (value or default).split(",") if each.strip()]

    def reaches(self, at: int, to: int) -> bool:
        """Whether a configuration counts for a file: of the same module, of one that its build file names, or of one that is put together from it.

        A module that is no application by itself is a part of the only one that has a configuration.
        """
        mine, other = module_of(self.project.files[at].path), module_of(self.project.files[to].path)
        if mine == other:
            return True
        manifest = self._manifest(other)
        name = mine.rstrip("/").rpartition("/")[2]
        if manifest is None or (bool(name) and name in manifest) or other in self._parts(mine):
            return True
        return other not in self._applications and self._configured == {mine}

    @cached_property
    def _configured(self) -> set[str]:
        return {module_of(self.project.files[chain.at].path) for chain in self.all}

    @cached_property
    def _applications(self) -> set[str]:
        """Modules that are started by themselves."""
        return {
            module_of(file.path)
            for file in self.project.files
            if file.language in LANGUAGES
            and not file.is_test
            and any(mark.name in _STARTED for made in file.classes for mark in made.marks)
        }

    def _manifest(self, module: str) -> str | None:
        return next((told for name in _MANIFESTS if (told := self.settings.texts.get(f"{module}{name}"))), None)

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Folders of modules by their last name, which is what build files call them; none that several have."""
        found: dict[str, set[str]] = {}
        for path in self.settings.texts:
            folder, _, name = path.rpartition("/")
            if name in _MANIFESTS and folder:
                found.setdefault(folder.rpartition("/")[2], set()).add(f"{folder}/")
        return {name: next(iter(folders)) for name, folders in found.items() if len(folders) == 1}

    def _parts(self, module: str) -> set[str]:
        """The modules that a module's build file names, and those that theirs name."""
        if module not in self._made_of:
            found: set[str] = set()
            left = [module]
            while left:
                manifest = self._manifest(left.pop()) or ""
                named = {self._modules[word] for word in set(_WORD.findall(manifest)) if word in self._modules}
                left += named - found
                found |= named
            self._made_of[module] = found
        return self._made_of[module]

    @cached_property
    def _configuring(self) -> list[int]:
        """Files that configure the security of an application, in a way that may not have been understood."""
        return [
            at
            for at, file in enumerate(self.project.files)
            if file.language in LANGUAGES
            and (
                any(re.search(r"Security(Web)?FilterChain\b", made.returns) for made in file.functions)
                or any("WebSecurityConfigurerAdapter" in base for made in file.classes for base in made.bases)
            )
        ]

    @property
    def is_configured(self) -> bool:
        """Whether anything in the repository configures its security itself."""
        return bool(self._configuring)

    def is_configured_at(self, at: int) -> bool:
        """Whether the security of the application that a file is of is configured by itself."""
        return any(self.reaches(each, at) for each in self._configuring)

    @cached_property
    def all(self) -> list[Chain]:
        found: list[Chain] = []
        for at, file in enumerate(self.project.files):
            if file.language not in LANGUAGES or file.is_test:
                continue
            groups: dict[int, list[int]] = {}
            for index, call in enumerate(file.calls):
                if call.name in MATCHERS or call.name in _SCOPES:
                    groups.setdefault(self._named(at, call.fn), []).append(index)
            for fn, indexes in groups.items():
                found += self._of_function(at, fn, sorted(indexes, key=lambda index: self._place(at, index)))
            found += self._shiro(at)
        return found

    def _named(self, at: int, fn: int) -> int:
        functions = self.project.files[at].functions
        while fn >= 0 and functions[fn].kind == "lambda" and functions[fn].parent >= 0:
            fn = functions[fn].parent
        return fn

    def _place(self, at: int, index: int) -> tuple[int, int]:
        """Where a call stands in the order of the text: calls of a chain are listed last one first."""
        return self.project.files[at].calls[index].line, -index

    def _of_function(self, at: int, fn: int, indexes: Sequence[int]) -> list[Chain]:
        file = self.project.files[at]
        scopes: list[str] = []
        rules: list[Rule] = []
        ignored: list[Rule] = []
        for index in indexes:
            call = file.calls[index]
            then = file.calls[self.routers.outer[at][index]] if index in self.routers.outer[at] else None
            patterns, methods = (
                self.patterns(at, call),
                frozenset(m for value in call.args for text in texts(value) for m in _METHOD.findall(text)),
            )
            if "ignoring()" in call.on or re.search(r"\bignoring\b", call.on):
                ignored += [Rule(methods, pattern, is_open=True) for pattern in patterns]
                continue
            if call.name in _SCOPES or call.on.endswith(("requestMatchers()", "securityMatchers()")):
                if (
                    call.inside < 0
                    or file.calls[call.inside].name in _SCOPES
                    or call.name in ("securityMatcher", "securityMatchers")
                ):
                    refs = {value.ref for value in call.args if value.kind == "fn"}
                    inside = [path for each in file.calls if each.fn in refs for path in self.patterns(at, each)]
                    scopes += patterns or inside or ([_scope(call)] if call.args else [])
                continue
            if call.inside >= 0 and (
                file.calls[call.inside].name in MATCHERS or file.calls[call.inside].name in _SCOPES
            ):
                continue
            verdict = (
                then.name + " " + " ".join(text for value in then.args for text in texts(value))
                if then is not None
                else ""
            )
            if call.name == "authorize" and call.args:  # Kotlin: authorize("/x", permitAll)
                verdict = " ".join(texts(call.args[-1]))
                if any(value.text == "anyRequest" for value in call.args):
                    patterns = ["/**"]
            elif call.name == "authorize" or not verdict or then is None or (then.name in MATCHERS and not then.args):
                continue
            only_methods = all(_METHOD.search(value.text) for value in call.args)  # not of paths that are not known
            if call.name in ("anyRequest", "anyExchange") or (not patterns and methods and only_methods):
                patterns = ["/**"]
            is_open = bool(_OPENS.search(verdict))
            asks = not is_open and _ROLES.search(verdict) is not None
            rules += [Rule(methods, pattern, is_open, call.name == "regexMatchers", asks) for pattern in patterns]
        found = [Chain(at, -1, tuple(rule.pattern for rule in ignored), tuple(ignored))] if ignored else []
        return [*found, Chain(at, self._order(at, fn), tuple(scopes), tuple(rules))] if rules else found

    def _order(self, at: int, fn: int) -> int:
        if fn < 0:
            return 10_000
        made = self.project.files[at].functions[fn]
        marks = [
            *made.marks,
            *(self.project.files[at].classes[made.cls].marks if made.cls >= 0 else ()),
        ]
        for mark in marks:
            if mark.name == "Order" and mark.args and re.fullmatch(r"-?\d+", mark.args[0].text):
                return int(mark.args[0].text)
        return 10_000

    def patterns(self, at: int, call: Call) -> list[str]:
        return [pattern for value in call.args for pattern in self._texts_of(at, call.fn, value)]

    def _texts_of(self, at: int, fn: int, value: Arg, depth: int = 3) -> list[str]:
        """The paths that an argument stands for: a text, a constant, a list, a matcher, or a setting as "${key}"."""
        if value.kind == "other" and value.text.startswith("*"):  # Kotlin hands on an array: *PUBLIC
            value = Arg("name", value.text[1:])
        if value.kind == "str":
            return [value.text] if value.text.startswith(("/", "*", "^")) else []
        if value.kind in ("list",):
            return [text for item in value.items for text in self._texts_of(at, fn, item, depth)]
        if value.kind in ("concat", "fmt"):
            told = self.routers.constant(at, fn, value)
            # What is not known is one word, and at the start nothing that any path begins with.
            return [told[:1] + told[1:].replace("{*}", "*")] if told else []
        if value.kind == "call":
            inner = [text for item in value.items for text in self._texts_of(at, fn, item, depth)]
            return inner or self._set(at, fn, value.text)
        if value.kind == "name" and depth and not value.text.startswith("HttpMethod"):
            told = self.routers.constant(at, fn, value)
            if told is not None:
                return [told]
            held = self._held(at, fn, value.text)
            found = self._texts_of(held[0], fn if held[0] == at else -1, held[1], depth - 1) if held is not None else []
            return found or self._set(at, fn, value.text)
        return []

    def _held(self, at: int, fn: int, name: str) -> tuple[int, Arg] | None:
        """The value of a variable, a field or a constant."""
        for scope in (fn, -1):
            for assign in self.project.assigned[at].get((scope, name), ()):
                return at, assign.value
        owner, _, last = name.rpartition(".")
        cls = self.project.find_class(at, owner) if owner and owner != "this" else self.project.own_class(at, fn)
        for each in self.project.base_classes(cls) if cls is not None else ():
            for field in self.project.class_(each).fields:
                if field.name == last and field.value is not None:
                    return each.file, field.value
        return None

    def _set(self, at: int, fn: int, name: str) -> list[str]:
        """A setting that a variable of a loop, a getter of a properties class or a marked field stands for."""
        file = self.project.files[at]
        name = name.removesuffix(".toArray").removesuffix("()")
        for assign in self.project.assigned[at].get((fn, name), ()):  # List<String> open = properties.getOpen();
            if assign.value.kind in ("call", "name"):
                name = assign.value.text.removesuffix(".toArray").removesuffix("()")
        for loop in file.loops:
            if name in loop.vars and loop.fn == fn:
                name = re.sub(r"\(\)", "", loop.over)
        if "." not in name:
            own = self.project.own_class(at, fn)
            for field in self.project.class_(own).fields if own is not None else ():
                for mark in field.marks:
                    if field.name == name and mark.name == "Value" and mark.args:
                        return [mark.args[0].text.replace("#{", "${").replace("'${", "${").partition("}")[0] + "}"]
            return []
        on, _, last = re.sub(r"\(\)", "", name).rpartition(".")
        cls = self.project.type_of(at, fn, on).cls
        for mark in self.project.class_(cls).marks if cls is not None else ():
            if mark.name == "ConfigurationProperties" and mark.args:
                key = re.sub(r"^get", "", last)
                return ["${" + f"{mark.args[0].text}.{key}" + "}"]
        return []

    def _shiro(self, at: int) -> list[Chain]:
        """Shiro: `chain.put("/login", "anon")`, in order."""
        rules = []
        for call in self.project.files[at].calls:
            if (
                call.name in ("put", "addPathDefinition")
                and len(call.args) == 2
                and all(value.kind == "str" for value in call.args)
            ):
                path, word = call.args[0].text, call.args[1].text
                if path.startswith("/") and re.match(
                    r"(anon|authc|user|jwt|perms|roles|oauth2|token|logout|noSessionCreation)\b",
                    word,
                ):
                    asks = word.startswith(("perms", "roles"))
                    rules.append(Rule(frozenset(), path, word.startswith(("anon", "logout")), asks_for_role=asks))
        return [Chain(at, 10_000, (), tuple(rules))] if rules else []


def _scope(call: Call) -> str:
    """Return the paths of a scope that is no text: those of the servers' own endpoints, else one that no path has."""
    told = " ".join(text for value in call.args for text in texts(value))
    return next((path for word, path in _SERVERS.items() if word in told), "{*}")


def texts(value: Arg) -> Iterable[str]:
    """Yield all texts in a value."""
    if value.text:
        yield value.text
    for item in value.items:
        yield from texts(item)


def ant(pattern: str, path: str) -> bool:
    """Whether an Ant pattern such as /api/** covers a path."""
    if pattern in ("/**", "**", "/*/**") or (pattern == "/*" and path.count("/") == 1):
        return True
    regex = (
        re.escape(pattern.rstrip("/") or "/")
        .replace(r"/\*\*", "(?:/.*)?")
        .replace(r"\*\*", ".*")
        .replace(r"\*", "[^/]*")
    )
    regex = re.sub(r"\\\{[^}]*\\\}", "[^/]+", regex)
    return re.fullmatch(regex, path) is not None


__all__ = ["Chain", "Chains", "Endpointed", "ant", "texts"]
