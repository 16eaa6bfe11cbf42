"""What a JVM application's configuration says of its endpoints: security chains, interceptors, filters, settings."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.annotated import LANGUAGES, Annotated
from backwright.review.link.packs import Pack, Packs, matches
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers
from backwright.review.link.settings import Settings, module_of

MATCHERS = frozenset({"antMatchers", "requestMatchers", "mvcMatchers", "pathMatchers", "regexMatchers", "anyRequest", "anyExchange", "authorize", "antMatcher", "mvcMatcher", "matchers"})
_SCOPES = frozenset({"securityMatcher", "securityMatchers", "antMatcher", "mvcMatcher", "regexMatcher"})
_OPENS = re.compile(r"permitAll|anonymous|permit\b", re.IGNORECASE)
_METHOD = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)\b")
_DENIES = re.compile(r"\b401\b|unauthori[sz]ed|UNAUTHORIZED|NotLogin|NeedLogin|LoginException|AuthenticationException|TokenException|InvalidToken|(?:^|[^\w/])/?login(\.html)?$|redirect:.*login")
_GUARD = re.compile(r"auth(?!or(?!i))|login|token|jwt|session|permission|SaInterceptor|checkLogin|security|api_?key", re.IGNORECASE)
_LIMIT = re.compile(r"rate_?-?limit|throttl|(?<!un)limiter|bucket4j|tryConsume|access_?limit|request_?limit|tryAcquire|too_?many", re.IGNORECASE)
_SKIPS = re.compile(r"^(Pass|Ignore|Skip|No|Anon|Public|Allow|Permit|Exclude|Open|Unauth|White|Free|Without)|Anonymous|Ignore$|PassToken")
_EXEMPT = re.compile(r"login|register|sign-?(up|in)|public|auth|health|swagger|static|docs|open|captcha|error|favicon|actuator|token|callback|notify|webjars|\.\w+$", re.IGNORECASE)
_FILTERS = ("*OncePerRequestFilter", "*GenericFilterBean", "*HttpFilter", "*.Filter", "Filter", "*.WebFilter", "WebFilter", "*ContainerRequestFilter", "*HttpServerFilter", "*.GlobalFilter")
_PRINCIPALS = re.compile(r"^(Principal|Authentication|\w*AuthenticationToken|OAuth2User|OidcUser|SecurityIdentity|JsonWebToken|UserPrincipal|UserDetails|Subject|\w*UserDetails|CurrentUser|LoginUser)$")
_PARAM_MARKS = re.compile(r"^(AuthenticationPrincipal|CurrentUser|LoginUser|Auth|CurrentSecurityContext|RegisteredOAuth2AuthorizedClient|LoggedIn\w*|AuthUser|CurrentUserId|UserId|SessionAttribute)$")
_CHECKS = re.compile(r"(require|check|verify|ensure|assert)_?(Login|Auth|Session|Token|Admin|Permission|LoggedIn|Authenticated)", re.IGNORECASE)


class Rule(NamedTuple):
    """One line of a security configuration."""

    methods: frozenset[str]
    pattern: str
    is_open: bool
    is_regex: bool = False


class Chain(NamedTuple):
    """One security configuration: where it stands, the paths that it is for, its rules in order."""

    at: int
    order: int
    scopes: tuple[str, ...]
    rules: tuple[Rule, ...]


class Scoped(NamedTuple):
    """An interceptor or filter: what it is for, what it leaves out, and marks that a handler must or must not have."""

    at: int
    words: str
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    is_guard: bool = False
    is_limit: bool = False


class Endpointed(NamedTuple):
    """What a verdict is asked for."""

    at: int
    method: str
    path: str
    framework: str
    handler: Fn | None
    cls: Cls | None
    texts: tuple[str, ...]


class JvmGuards:
    """Verdicts for the endpoints of Java and Kotlin."""

    def __init__(self, project: Project, packs: Mapping[str, Packs], routers: Routers, annotated: Annotated, settings: Settings) -> None:
        self.project, self.packs, self.routers, self.annotated, self.settings = project, packs, routers, annotated, settings

    def judges(self, at: int, framework: str) -> bool:
        """Whether endpoints of a framework are judged here: those whose marks or whose server's configuration tell."""
        pack = self._pack(at, framework)
        return pack is not None and bool(pack.controllers)

    def _pack(self, at: int, framework: str) -> Pack | None:
        language = self.project.files[at].language
        return self.packs[language].by_name.get(framework) if language in LANGUAGES and language in self.packs else None

    # ---- verdicts ---------------------------------------------------------------------------

    def requires_login(self, asked: Endpointed, auth: Sequence[str] = (), *, words: re.Pattern[str], opens: re.Pattern[str]) -> bool:
        """Return whether a login stands before an endpoint: by its marks, the configuration, or what its handler asks for.

        `words`, `opens`: what names that guard and that open look like; `auth`: globs of the user's own.
        """
        pack = self._pack(asked.at, asked.framework)
        told: bool | None = None
        is_weak = False
        for text in asked.texts:
            if opens.search(text) or (pack is not None and matches(pack.open, text)):
                told, is_weak = False, text.startswith(("PreAuthorize", "PermitAll", "Secured"))
            elif words.search(text) or (pack is not None and matches(pack.auth, text)) or matches(auth, text):
                told = True
        if told or (told is False and not (is_weak and pack is not None and "org.springframework" in pack.imports)):
            return told
        configured = self.configured(asked)
        if configured is not None:
            return configured or (self._asks(asked) and self._refuses(asked))
        return told is None and (self._asks(asked) or self._checks(asked))

    def configured(self, asked: Endpointed) -> bool | None:
        """Return what the configuration says of an endpoint, None if it says nothing."""
        file = self.project.files[asked.at]
        for verdict in (self._by_chain(asked), self._by_settings(asked), self._by_scoped(asked)):
            if verdict is not None:
                return verdict
        manifest = self.settings.manifests(file.path)
        if asked.framework.startswith("micronaut"):
            is_on = self.settings.text(file.path, "micronaut.security.enabled") != "false"
            has = "micronaut-security" in manifest if manifest is not None else self._imports("io.micronaut.security")
            return True if has and is_on else None
        if asked.framework.startswith("spring") and not self._chains and manifest is not None:
            return True if re.search(r"spring-boot-starter-(security|oauth2-resource-server)\b", manifest) and not self._has_chain else None
        return None

    def limits(self, asked: Endpointed) -> bool:
        """Return whether a filter, an interceptor or a setting limits an endpoint's requests."""
        if any(each.is_limit and self._covers(each, asked) for each in self._scoped):
            return True
        return any("url" not in name or re.fullmatch(str(value), asked.path) or _ant(str(value), asked.path) for name, value in self.settings.below(self.project.files[asked.at].path, "bucket4j.filters").items() if name.endswith("url"))

    def _imports(self, start: str) -> bool:
        return any(made.module.startswith(start) for file in self.project.files if file.language in LANGUAGES for made in file.imports)

    # ---- Spring Security --------------------------------------------------------------------

    def _by_chain(self, asked: Endpointed) -> bool | None:
        path = self._inner(asked)
        for chain in sorted((c for c in self._chains if self._reaches(c.at, asked.at)), key=lambda c: (module_of(self.project.files[c.at].path) != module_of(self.project.files[asked.at].path), c.order, not c.scopes)):
            if chain.scopes and not any(_ant(scope, path) for pattern in chain.scopes for scope in self._filled(asked, pattern)):
                continue
            for rule in chain.rules:
                if rule.methods and asked.method not in rule.methods and asked.method != "*":
                    continue
                for pattern in self._filled(asked, rule.pattern):
                    if re.fullmatch(pattern, path) is not None if rule.is_regex else _ant(pattern, path):
                        if rule.methods and asked.method == "*" and rule.is_open:
                            continue
                        return not rule.is_open
            return None
        return None

    def _inner(self, asked: Endpointed) -> str:
        """The path without what the server takes away before anything is matched."""
        pack = self._pack(asked.at, asked.framework)
        context = self.annotated.context(asked.at, pack) if pack is not None else ""
        context = "/" + context.strip("/") if context.strip("/") else ""
        return (asked.path.removeprefix(context) or "/") if context and asked.path.startswith(context) else asked.path

    def _filled(self, asked: Endpointed, pattern: str) -> list[str]:
        """A pattern, with those that stand in the settings of the endpoint's module."""
        if not pattern.startswith("${"):
            return [pattern]
        key, _, default = pattern[2:-1].partition(":")
        value = self.settings.get(self.project.files[asked.at].path, key)
        if isinstance(value, list):
            return value
        return [each.strip() for each in (value or default).split(",") if each.strip()]

    def _reaches(self, at: int, to: int) -> bool:
        """Whether a configuration counts for a file: of the same module, or of one that its build file names."""
        mine, other = module_of(self.project.files[at].path), module_of(self.project.files[to].path)
        if mine == other:
            return True
        manifest = self.settings.texts.get(f"{other}pom.xml") or self.settings.texts.get(f"{other}build.gradle") or self.settings.texts.get(f"{other}build.gradle.kts")
        name = mine.rstrip("/").rpartition("/")[2]
        return manifest is None or (bool(name) and name in manifest)

    @cached_property
    def _has_chain(self) -> bool:
        """Whether the application configures its security itself, in a way that may not have been understood."""
        return any(
            re.search(r"Security(Web)?FilterChain\b", made.returns) for file in self.project.files if file.language in LANGUAGES for made in file.functions
        ) or any("WebSecurityConfigurerAdapter" in base for file in self.project.files for made in file.classes for base in made.bases)

    @cached_property
    def _chains(self) -> list[Chain]:
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
            patterns, methods = self._patterns(at, call), frozenset(m for value in call.args for text in _texts(value) for m in _METHOD.findall(text))
            if "ignoring()" in call.on or re.search(r"\bignoring\b", call.on):
                ignored += [Rule(frozenset(), pattern, is_open=True) for pattern in patterns]
                continue
            if call.name in _SCOPES or call.on.endswith(("requestMatchers()", "securityMatchers()")):
                if call.inside < 0 or file.calls[call.inside].name in _SCOPES or call.name in ("securityMatcher", "securityMatchers"):
                    scopes += patterns
                continue
            if call.inside >= 0 and (file.calls[call.inside].name in MATCHERS or file.calls[call.inside].name in _SCOPES):
                continue
            verdict = then.name + " " + " ".join(text for value in then.args for text in _texts(value)) if then is not None else ""
            if call.name == "authorize" and call.args:  # Kotlin: authorize("/x", permitAll)
                verdict = " ".join(_texts(call.args[-1]))
                if any(value.text == "anyRequest" for value in call.args):
                    patterns = ["/**"]
            elif call.name == "authorize" or not verdict or then is None or (then.name in MATCHERS and not then.args):
                continue
            if call.name in ("anyRequest", "anyExchange") or (not patterns and methods):
                patterns = ["/**"]
            is_open = bool(_OPENS.search(verdict))
            rules += [Rule(methods, pattern, is_open, call.name == "regexMatchers") for pattern in patterns]
        found = [Chain(at, -1, tuple(rule.pattern for rule in ignored), tuple(ignored))] if ignored else []
        return [*found, Chain(at, self._order(at, fn), tuple(scopes), tuple(rules))] if rules else found

    def _order(self, at: int, fn: int) -> int:
        if fn < 0:
            return 10_000
        made = self.project.files[at].functions[fn]
        marks = [*made.marks, *(self.project.files[at].classes[made.cls].marks if made.cls >= 0 else ())]
        for mark in marks:
            if mark.name == "Order" and mark.args and re.fullmatch(r"-?\d+", mark.args[0].text):
                return int(mark.args[0].text)
        return 10_000

    def _patterns(self, at: int, call: Call) -> list[str]:
        return [pattern for value in call.args for pattern in self._texts_of(at, call.fn, value)]

    def _texts_of(self, at: int, fn: int, value: Arg, depth: int = 3) -> list[str]:
        """The paths that an argument stands for: a text, a constant, a list, a matcher, or a setting as "${key}"."""
        if value.kind == "str":
            return [value.text] if value.text.startswith(("/", "*", "^")) else []
        if value.kind in ("list",):
            return [text for item in value.items for text in self._texts_of(at, fn, item, depth)]
        if value.kind in ("concat", "fmt"):
            told = self.routers.constant(at, fn, value)
            return [told.replace("{*}", "*")] if told else []
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
            if call.name in ("put", "addPathDefinition") and len(call.args) == 2 and all(value.kind == "str" for value in call.args):
                path, word = call.args[0].text, call.args[1].text
                if path.startswith("/") and re.match(r"(anon|authc|user|jwt|perms|roles|oauth2|token|logout|noSessionCreation)\b", word):
                    rules.append(Rule(frozenset(), path, word.startswith(("anon", "logout"))))
        return [Chain(at, 10_000, (), tuple(rules))] if rules else []

    # ---- settings ---------------------------------------------------------------------------

    def _by_settings(self, asked: Endpointed) -> bool | None:
        path = self.project.files[asked.at].path
        best: tuple[int, bool] | None = None
        for name, value in self.settings.below(path, "quarkus.http.auth.permission").items():
            if not name.endswith(".paths"):
                continue
            start = name.removesuffix("paths")
            told = self.settings.below(path, "quarkus.http.auth.permission")
            methods = str(told.get(f"{start}methods", ""))
            policy = str(told.get(f"{start}policy", ""))
            for pattern in str(value).split(",") if isinstance(value, str) else value:
                covers = _ant(pattern.strip().replace("/*", "/**") if pattern.strip().endswith("/*") else pattern.strip(), asked.path)
                if covers and (not methods or asked.method in methods) and (best is None or len(pattern) > best[0]):
                    best = (len(pattern), policy != "permit")
        if best is not None:
            return best[1]
        maps = self.settings.below(path, "micronaut.security.interceptUrlMap")
        for name, value in maps.items():
            if name.endswith(".pattern") and _ant(str(value), asked.path):
                access = str(maps.get(name.removesuffix("pattern") + "access", ""))
                return "isAnonymous" not in access
        return None

    # ---- interceptors and filters -------------------------------------------------------------

    def _by_scoped(self, asked: Endpointed) -> bool | None:
        return True if any(each.is_guard and self._covers(each, asked) for each in self._scoped) else None

    def _covers(self, each: Scoped, asked: Endpointed) -> bool:
        if not self._reaches(each.at, asked.at):
            return False
        path = self._inner(asked)
        names = {text.partition("(")[0] for text in asked.texts}
        if names & set(each.skips):
            return False
        patterns = [told for pattern in each.paths for told in self._filled(asked, pattern)]
        without = [told for pattern in each.without for told in self._filled(asked, pattern)]
        return (not each.paths or any(_ant(pattern, path) for pattern in patterns)) and not any(_ant(pattern, path) for pattern in without)

    @cached_property
    def _scoped(self) -> list[Scoped]:
        found = [each for at, index in self.project.calls_by_name.get("addInterceptor", ()) if self.project.files[at].language in LANGUAGES for each in self._interceptor(at, index)]
        for at, file in enumerate(self.project.files):
            if file.language in LANGUAGES and not file.is_test:
                for index, made in enumerate(file.classes):
                    if made.bases and made.kind not in ("interface", "annotation") and any(matches(_FILTERS, base) for base in self.project.ancestors(Cls(at, index))[1:]):
                        found += self._filter(Cls(at, index))
        return found

    def _interceptor(self, at: int, index: int) -> Iterator[Scoped]:
        file = self.project.files[at]
        call = file.calls[index]
        paths: list[str] = []
        without: list[str] = []
        outer, after = self.routers.outer[at], index
        while after in outer:
            after = outer[after]
            told = file.calls[after]
            (paths if told.name == "addPathPatterns" else without if told.name == "excludePathPatterns" else []).extend(self._patterns(at, told))
        if not call.args:
            return
        value = call.args[0]
        words = " ".join(_texts(value)) + " " + " ".join(c.name for c in file.calls if value.items and value.items[0].kind == "fn" and c.fn == value.items[0].ref)
        cls = self._class_of(at, call.fn, value)
        denies, skips, limits = self._says(cls) if cls is not None else (False, (), False)
        name = self.project.class_(cls).name if cls is not None else words
        is_limit = bool(_LIMIT.search(words) or _LIMIT.search(name) or limits)
        is_guard = not is_limit and (denies or bool(_GUARD.search(name) if cls is None else re.search(r"auth(?!or(?!i))|login|permission", name, re.IGNORECASE)))
        is_asked = any(re.search(r"Login|Auth|Permission|Token", skip) and not _SKIPS.search(skip) for skip in skips)
        yield Scoped(at, name, tuple(paths), tuple(without), tuple(skip for skip in skips if _SKIPS.search(skip)), is_guard and not is_asked, is_limit)

    def _class_of(self, at: int, fn: int, value: Arg) -> Cls | None:
        if value.kind == "call":
            last = value.text.rpartition(".")[2]
            found = self.project.find_class(at, last) if last[:1].isupper() else None
            return found or self.project.returned_by(at, fn, value.text.rpartition(".")[0], last).cls
        return self.project.type_of(at, fn, value.text).cls if value.kind == "name" else None

    def _says(self, cls: Cls) -> tuple[bool, tuple[str, ...], bool]:
        """Whether a class refuses who is not logged in, the annotations that it looks for, and whether it limits."""
        file = self.project.files[cls.file]
        inside = {index for index, made in enumerate(file.functions) if self.project.own_class(cls.file, index) == cls}
        calls = [call for call in file.calls if call.fn in inside]
        texts = [f"{call.name} {' '.join(text for value in call.args for text in _texts(value))}" for call in calls]
        texts += [read.attr for read in file.reads if read.fn in inside]
        skips = tuple(
            dict.fromkeys(
                text.removesuffix(".class").removesuffix("::class").rpartition(".")[2] for call in calls if re.search(r"nnotation", call.name)
                for value in call.args for text in _texts(value) if text.endswith("class")
            )
        )  # fmt: skip
        return any(_DENIES.search(text) for text in texts), skips, any(_LIMIT.search(f"{call.on}.{call.name}") for call in calls)

    def _filter(self, cls: Cls) -> Iterator[Scoped]:
        """A servlet, reactive or JAX-RS filter that refuses requests by itself, or limits them."""
        made, file = self.project.class_(cls), self.project.files[cls.file]
        denies, skips, limits = self._says(cls)
        is_limit = bool(limits or _LIMIT.search(made.name))
        names = [mark.name for mark in made.marks if (found := self.project.find_class(cls.file, mark.name)) is not None and any(m.name == "NameBinding" for m in self.project.class_(found).marks)]
        if names or not (denies or is_limit):
            return
        paths = [text for mark in made.marks if mark.name in ("WebFilter", "Filter", "ServerFilter") for value in mark.args for text in _texts(value) if text.startswith("/")]
        paths += [text for at, index in self._registered(made.name) for text in self._patterns(at, self.project.files[at].calls[index])]
        literals = [
            text for call in file.calls if self.project.own_class(cls.file, call.fn) == cls and call.name in ("startsWith", "equals", "contains", "matches", "match", "antMatcher", "endsWith", "equalsIgnoreCase", "of", "asList", "listOf", "anyMatch")
            for value in call.args for text in _texts(value) if text.startswith("/") and len(text) > 1
        ]  # fmt: skip
        literals += [text for field in made.fields if field.value is not None for text in _texts(field.value) if text.startswith("/") and len(text) > 1]
        without = [text for text in literals if _EXEMPT.search(text)]
        only = [text for text in literals if not _EXEMPT.search(text)]
        is_guard = denies and not is_limit and not self._has_chain
        below = tuple(text if "*" in text else f"{text.rstrip('/')}/**" for text in without)
        yield Scoped(cls.file, made.name, tuple(paths) or tuple(text if "*" in text else f"{text.rstrip('/')}/**" for text in only), below, tuple(s for s in skips if _SKIPS.search(s)), is_guard, is_limit)

    def _registered(self, name: str) -> Iterator[tuple[int, int]]:
        """Where the paths of a filter are given: in a method that registers it."""
        for word in ("addUrlPatterns", "setUrlPatterns"):
            for at, index in self.project.calls_by_name.get(word, ()):
                fn = self.project.files[at].calls[index].fn
                made = self.project.files[at].functions[fn] if fn >= 0 else None
                inside = [call for call in self.project.files[at].calls if call.fn == fn]
                if any(call.name == name or any(name in text for value in call.args for text in _texts(value)) for call in inside) or (made is not None and (name in made.returns or any(name in p.type for p in made.params))):
                    yield at, index

    # ---- handlers ---------------------------------------------------------------------------

    def _asks(self, asked: Endpointed) -> bool:
        """Whether a handler asks for who is logged in, as a parameter that cannot be left out."""
        if asked.handler is None:
            return False
        return any(_asks_for(param.type, [mark.name for mark in param.marks]) for param in self.project.function(asked.handler).params if param.default is None)

    def _refuses(self, asked: Endpointed) -> bool:
        """Whether a handler itself answers that somebody must log in."""
        file = self.project.files[asked.handler.file] if asked.handler is not None else None
        return file is not None and asked.handler is not None and any(call.fn == asked.handler.index and _DENIES.search(f"{call.name} {' '.join(text for value in call.args for text in _texts(value))}") for call in file.calls)

    def _checks(self, asked: Endpointed) -> bool:
        if asked.handler is None:
            return False
        file = self.project.files[asked.handler.file]
        calls = [call for call in file.calls if call.fn == asked.handler.index]
        if any(_CHECKS.match(call.name) for call in calls[:12]):
            return True
        looks = any(call.name in ("getAttribute", "getUserPrincipal", "getRemoteUser") and re.search(r"session|request|req|Session\(\)", call.on) for call in calls)
        texts = [text for told in file.returns if told.fn == asked.handler.index for text in _texts(told.value)]
        texts += [f"{call.name} {' '.join(text for value in call.args for text in _texts(value))}" for call in calls]
        return looks and "login" not in asked.path.lower() and any(_DENIES.search(text) for text in texts)


def _asks_for(type_: str, marks: Sequence[str]) -> bool:
    heart = re.sub(r"^(Mono|Uni)<(.*)>$", r"\2", type_)
    if heart.startswith("Optional") or heart.endswith("?") or any(mark in ("Nullable", "RequestBody", "Body", "ModelAttribute", "RequestParam", "PathVariable") for mark in marks):
        return False
    return bool(_PRINCIPALS.match(heart)) or any(_PARAM_MARKS.match(mark) for mark in marks)


def _texts(value: Arg) -> Iterable[str]:
    if value.text:
        yield value.text
    for item in value.items:
        yield from _texts(item)


def _ant(pattern: str, path: str) -> bool:
    """Whether an Ant pattern such as /api/** covers a path."""
    if pattern in ("/**", "**", "/*/**") or (pattern == "/*" and path.count("/") == 1):
        return True
    regex = re.escape(pattern.rstrip("/") or "/").replace(r"/\*\*", "(?:/.*)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    regex = re.sub(r"\\\{[^}]*\\\}", "[^/]+", regex)
    return re.fullmatch(regex, path) is not None


__all__ = ["Endpointed", "JvmGuards"]
