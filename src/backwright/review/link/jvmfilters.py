"""Interceptors and filters of JVM applications: which requests they refuse, and which they limit."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.annotated import LANGUAGES
from backwright.review.link.jvmchains import Chains, Endpointed, ant, texts
from backwright.review.link.jvmresolvers import refuses
from backwright.review.link.packs import matches
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex

DENIES = regex(
    r"\b401\b|[Uu]n[Aa]uthori[sz]ed|UNAUTHORI[SZ]ED|NotLogin|NeedLogin|LoginException|AuthenticationException|TokenException|InvalidToken|(?:^|[^\w/])/?login(\.html)?$|redirect:.*login"
)
_GUARD = regex(
    r"auth(?!or(?!i))|login(?!terceptor)|token|jwt|session|permission|SaInterceptor|checkLogin|security|api_?key|sso(web|client|interceptor|filter)|shiro",
    re.IGNORECASE,
)
_LIMIT = regex(
    r"rate_?-?limit|throttl|(?<!un)limiter|bucket4j|tryConsume|access_?limit|request_?limit|tryAcquire|too_?many",
    re.IGNORECASE,
)
_SKIPS = regex(
    r"^(Pass|Ignore|Skip|No|Anon|Public|Allow|Permit|Exclude|Open|Unauth|White|Free|Without)|Anonymous|Ignore$|PassToken|Not(Required|Needed)$"
)
# An annotation that an endpoint must have for an interceptor to ask anything.
_ASKED = regex(
    r"Log[iI]n|Auth|Permission|Token|Role|Admin|Require|Secured|Member|User|Access|Need|Must|Protected|Private"
)
# An annotation of its own that says so: @Sso(login = false).
_OPENED = regex(r"\b(need_?)?(login|auth\w*|required|check\w*|validate|verify)\b\W{1,3}false\b", re.IGNORECASE)
_EXEMPT = regex(
    r"login|register|sign-?(up|in)|public|auth|health|swagger|static|docs|open|captcha|error|favicon|actuator|token|callback|notify|webjars|\.\w+$",
    re.IGNORECASE,
)
_TAKEN_BACK = regex(r"[Rr]evoked|[Bb]lack_?[Ll]ist")  # refuses tokens that were, and asks nobody for one
_COMPARES = frozenset(
    "startsWith equals contains matches match antMatcher endsWith equalsIgnoreCase of asList listOf anyMatch".split()
)
_FILTERS = (
    "*OncePerRequestFilter",
    "*GenericFilterBean",
    "*HttpFilter",
    "*.Filter",
    "Filter",
    "*.WebFilter",
    "WebFilter",
    "*ContainerRequestFilter",
    "*HttpServerFilter",
    "*.GlobalFilter",
)

_TEXTS = regex(r"(Set|List|Collection|MutableList|Array)<(String|out String)>|String\[\]")
_ENDS = regex(r"(?:^|_)(?i:ends?)(?![a-z])|(?i:suffix)|[a-z]Ends?(?![a-z])")
_RUN = frozenset({"doFilter", "doFilterInternal", "filter", "preHandle"})
_GATEWAY = ("*.GlobalFilter", "GlobalFilter")  # Spring Cloud Gateway's: it stands before all services
_LEFT_OUT = regex(
    r"white|ignor|exclu|skip|permit|anon|open|allow|pass|public|free|without|no-?(auth|login|token)|except",
    re.IGNORECASE,
)


class Scoped(NamedTuple):
    """An interceptor or filter: what it is for, what it leaves out, and marks that a handler must or must not have."""

    at: int
    words: str
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    is_guard: bool = False
    is_limit: bool = False
    is_gateway: bool = False


class Filters:
    """All interceptors and filters of a repository."""

    def __init__(self, chains: Chains) -> None:
        self.chains, self.project = chains, chains.project

    def limits(self, asked: Endpointed) -> bool:
        """Whether one of them limits an endpoint's requests."""
        return any(each.is_limit and self._covers(each, asked) for each in self.all)

    def verdict(self, asked: Endpointed) -> bool | None:
        if any(_OPENED.search(text) for text in asked.texts):
            return None
        return True if any(each.is_guard and self._covers(each, asked) for each in self.all) else None

    def _covers(self, each: Scoped, asked: Endpointed) -> bool:
        if not self.chains.reaches(each.at, asked.at) and not each.is_gateway:
            return False
        path = self.chains.inner(asked)
        names = {text.partition("(")[0] for text in asked.texts}
        if names & set(each.skips):
            return False
        patterns = [told for pattern in each.paths for told in self.chains.filled(asked, pattern)]
        without = [
            told if told == pattern else below(told, is_gateway=each.is_gateway)
            for pattern in each.without
            for told in self.chains.filled(asked, pattern)
        ]
        return (not each.paths or any(ant(pattern, path) for pattern in patterns)) and not any(
            ant(pattern, path) for pattern in without
        )

    @cached_property
    def all(self) -> list[Scoped]:
        found = [
            each
            for at, index in self.project.calls_by_name.get("addInterceptor", ())
            if self.project.files[at].language in LANGUAGES
            for each in self._interceptor(at, index)
        ]
        for at, file in enumerate(self.project.files):
            if file.language in LANGUAGES and not file.is_test:
                for index, made in enumerate(file.classes):
                    if (
                        made.bases
                        and made.kind not in ("interface", "annotation")
                        and any(matches(_FILTERS, base) for base in self.project.ancestors(Cls(at, index))[1:])
                    ):
                        found += self._filter(Cls(at, index))
        return found

    def _interceptor(self, at: int, index: int) -> Iterator[Scoped]:
        file = self.project.files[at]
        call = file.calls[index]
        paths: list[str] = []
        without: list[str] = []
        outer, after = self.chains.routers.outer[at], index
        while after in outer:
            after = outer[after]
            told = file.calls[after]
            (paths if told.name == "addPathPatterns" else without if told.name == "excludePathPatterns" else []).extend(
                self.chains.patterns(at, told)
            )
        if not call.args:
            return
        value = call.args[0]
        words = (
            " ".join(texts(value))
            + " "
            + " ".join(
                c.name for c in file.calls if value.items and value.items[0].kind == "fn" and c.fn == value.items[0].ref
            )
        )
        cls = self._class_of(at, call.fn, value)
        denies, skips, limits = self._says(cls) if cls is not None else (False, (), False)
        type_ = self.project.type_of(at, call.fn, value.text).name if value.kind == "name" else ""
        name = self.project.class_(cls).name if cls is not None else f"{words} {type_.rpartition('.')[2]}"
        is_limit = bool(_LIMIT.search(words) or _LIMIT.search(name) or limits)
        is_guard = not is_limit and (
            denies
            or (cls is not None and self._refuses(cls))
            or bool(
                _GUARD.search(name)
                if cls is None
                else re.search(r"auth(?!or(?!i))|login(?!terceptor)|permission", name, re.IGNORECASE)
            )
        )
        is_asked = any(_ASKED.search(skip) and not _SKIPS.search(skip) for skip in skips)
        yield Scoped(
            at,
            name,
            tuple(paths),
            tuple(without),
            tuple(skip for skip in skips if _SKIPS.search(skip)),
            is_guard and not is_asked,
            is_limit,
        )

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
        told_texts = [
            f"{call.name} {' '.join(text for value in call.args if value.kind != 'fn' for text in texts(value))}"
            for call in calls
        ]
        told_texts += [read.attr for read in file.reads if read.fn in inside]
        skips = tuple(
            dict.fromkeys(
                text.removesuffix(".class").removesuffix("::class").rpartition(".")[2] for call in calls if re.search(r"nnotation", call.name)
                for value in call.args for text in texts(value) if text.endswith("class")
            )
        )  # fmt: skip
        return (
            any(DENIES.search(text) for text in told_texts),
            skips,
            any(_LIMIT.search(f"{call.on}.{call.name}") for call in calls),
        )

    def _filter(self, cls: Cls) -> Iterator[Scoped]:
        """A servlet, reactive or JAX-RS filter that refuses requests by itself, or limits them."""
        made, file = self.project.class_(cls), self.project.files[cls.file]
        denies, skips, limits = self._says(cls)
        is_limit = bool(limits or _LIMIT.search(made.name))
        names = [
            mark.name
            for mark in made.marks
            if (found := self.project.find_class(cls.file, mark.name)) is not None
            and any(m.name == "NameBinding" for m in self.project.class_(found).marks)
        ]
        denies = (denies or self._refuses(cls)) and not _TAKEN_BACK.search(made.name)
        if names or not (denies or is_limit):
            return
        paths = [
            text
            for mark in made.marks
            if mark.name in ("WebFilter", "Filter", "ServerFilter")
            for value in mark.args
            for text in texts(value)
            if text.startswith("/")
        ]
        paths += [
            text
            for at, index in self._registered(made.name)
            for text in self.chains.patterns(at, self.project.files[at].calls[index])
        ]
        paths = [f"{text}*" if text.endswith("/*") else text for text in paths]  # servlets': all that is below
        inside = [
            call for call in file.calls if call.name in _COMPARES and self.project.own_class(cls.file, call.fn) == cls
        ]
        skipping = {index for index, each in enumerate(file.functions) if each.name == "shouldNotFilter"}
        passed = [(call.fn in skipping, call.name, value) for call in inside for value in call.args]
        passed += [(bool(_LEFT_OUT.search(f.name)), f.name, f.value) for f in made.fields if f.value is not None]
        literals = [
            (left, f"/**{text}" if _ENDS.search(name) else text)
            for left, name, value in passed
            for text in texts(value)
            if re.match(r"/.", text)
        ]
        without = [text for left, text in literals if left or _EXEMPT.search(text)]
        only = [text for left, text in literals if text not in without]
        is_gateway = any(matches(_GATEWAY, base) for base in self.project.ancestors(cls)[1:])
        is_outside = bool(paths)  # registered by itself: what the security's configuration lets through meets it, too
        is_guard = denies and not is_limit and (is_outside or not self.chains.is_configured_at(cls.file))
        settings = [
            text
            for call in inside
            for text in (*self.chains.patterns(cls.file, call), *self.chains.patterns(cls.file, _subject(call)))
            if text.startswith("${") and _LEFT_OUT.search(text)
        ]
        for at, handed in self._handed(cls) or [(cls.file, ())]:
            yield Scoped(
                at,
                made.name,
                tuple(paths) or tuple(below(text, is_gateway=is_gateway) for text in only),
                (*(below(text, is_gateway=is_gateway) for text in (*without, *handed)), *settings),
                tuple(s for s in skips if _SKIPS.search(s)),
                is_guard,
                is_limit,
                is_gateway,
            )

    def _handed(self, cls: Cls) -> list[tuple[int, tuple[str, ...]]]:
        """Return where a filter is made, each with the paths that it is handed there to leave out: `new AuthFilter(OPEN)`."""
        found: list[tuple[int, tuple[str, ...]]] = []
        takes = {f.name.lower() for f in self.project.class_(cls).fields if f.value is None and _TEXTS.match(f.type)}
        if not any(_LEFT_OUT.search(name) for name in takes):
            return []
        for at, index in self.project.calls_by_name.get(self.project.class_(cls).name, ()):
            call = self.project.files[at].calls[index]
            if self.project.files[at].is_test or not call.args or self.project.find_class(at, call.name) != cls:
                continue
            found.append((at, tuple(self.chains.patterns(at, call))))
        return found

    def _refuses(self, cls: Cls) -> bool:
        """Whether what a class runs for a request throws something about a login, in itself or below."""
        functions = self.project.files[cls.file].functions
        runs = [Fn(cls.file, n) for n, each in enumerate(functions) if each.cls == cls.index and each.name in _RUN]
        return any(refuses(self.project, fn) for fn in runs)

    def _registered(self, name: str) -> Iterator[tuple[int, int]]:
        """Where the paths of a filter are given: in a method that registers it."""
        for word in ("addUrlPatterns", "setUrlPatterns"):
            for at, index in self.project.calls_by_name.get(word, ()):
                fn = self.project.files[at].calls[index].fn
                made = self.project.files[at].functions[fn] if fn >= 0 else None
                inside = [call for call in self.project.files[at].calls if call.fn == fn]
                if any(
                    call.name == name or any(name in text for value in call.args for text in texts(value))
                    for call in inside
                ) or (made is not None and (name in made.returns or any(name in p.type for p in made.params))):
                    yield at, index


def below(path: str, *, is_gateway: bool = False) -> str:
    """Return a pattern for a path that a filter compares with and all below it; a gateway's paths have the service's name before them."""
    told = path if "*" in path else f"{path.rstrip('/')}/**"
    return f"/**{told}" if is_gateway and told.startswith("/") and not told.startswith("/**") else told


def _subject(call: Call) -> Call:
    """Return a call with what it is made on as its argument: `whiteList.contains(path)`."""
    return Call(call.name, "", call.line, call.fn, args=(Arg("name", call.on),))
