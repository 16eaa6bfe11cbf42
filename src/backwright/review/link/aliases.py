"""Aliases: what the short names of middleware stand for, and what counts for every endpoint without being named."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call, File, Function
from backwright.review.link import pythonmiddleware
from backwright.review.link.cppguards import asks_for_login, sets_refusal
from backwright.review.link.packs import Alias, Packs, matches
from backwright.review.link.phpguards import plainly, turns_away
from backwright.review.link.project import Cls, Project
from backwright.review.link.routers import argument, matches_on, words_of
from backwright.review.link.whoasks import GUESTS
from backwright.review.regexes import regex

DEPTH_MAX = 3  # a group's name, a middleware's name, its class
_TOKENS = regex(r"[A-Za-z_][\w.\\-]*")
_SHORT = regex(r"^(?:middleware\()?([\w.\\-]+)(?: ?(?:\{\})?:[^ ()]*)?\)?$")  # one name, with what is handed to it
_SAYS_LITTLE = regex(
    r"guard|(two_?factor|2fa)\w*", re.IGNORECASE
)  # it guards something, or asks again who is logged in
_NAME = regex(r"[\w.]+")
_WITHOUT = regex(r"withoutMiddleware\(([^()]*)\)")
# What the name of a filter may say without asking who is there: `check_user_name`, `check_login_input`.
_CHECKED = regex(r"user|login|token|auth|session|guard|account", re.IGNORECASE)
_DENIES = regex(
    r"\b401\b|unauthori[sz]ed|unauthenticated|AuthenticationException|(?:^|[^\w/])/?login$",
    re.IGNORECASE,
)


class _Scoped(NamedTuple):
    """Middleware that counts for paths: all of these globs (none: every path), except some."""

    words: tuple[str, ...]
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Aliases:
    """All names that the files of a repository give to middleware."""

    def __init__(self, project: Project, packs: Mapping[str, Packs]) -> None:
        self.project, self.packs = project, packs
        self.names: dict[str, dict[str, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )  # language to name to words
        self.scoped: dict[str, list[_Scoped]] = defaultdict(list)
        self._denying: dict[tuple[int, str], str] = {}
        for at, file in enumerate(project.files):
            known = packs.get(file.language)
            specs = (
                [spec for pack in known.packs for spec in pack.alias] if known is not None and not file.is_test else []
            )
            if specs:
                self._read(at, specs)

    def _read(self, at: int, specs: list[Alias]) -> None:
        file = self.project.files[at]
        for spec in specs:
            if spec.field:
                for made in file.classes:
                    if spec.bases and not any(matches(spec.bases, base) for base in made.bases):
                        continue
                    for field in made.fields:
                        if field.value is not None and matches(spec.field, field.name):
                            self._take(at, spec, field.value)
                for assign in file.assigns if not spec.bases else ():
                    if matches(spec.field, assign.target.rpartition(".")[2]):
                        self._take(at, spec, assign.value)
        calls: dict[str, list[Alias]] = defaultdict(list)
        for spec in specs:
            for name in spec.call.strip("{}").split(",") if spec.call else ():
                calls[name].append(spec)
        for call in file.calls:
            for spec in calls.get(call.name, ()):
                if matches_on(spec.on, call.on):
                    self._take_call(at, spec, call)

    def _take(self, at: int, spec: Alias, value: Arg) -> None:
        language = self.project.files[at].language
        if value.kind not in ("dict", "list"):
            return
        if spec.named == "paths":  # "auth" => ["before" => ["admin/*"]]
            for item in value.items:
                patterns = argument(item.items, "before") or item
                paths = tuple(each.text for each in patterns.items if each.kind == "str")
                if item.name and paths:
                    self.scoped[language].append(_Scoped((item.name,), paths))
        elif spec.named == "globals":  # ["before" => ["csrf", "auth" => ["except" => ["login"]]]]
            before = argument(value.items, "before")
            for item in before.items if before is not None else ():
                without = argument(item.items, "except") if item.name else None
                words = (item.name,) if item.name else tuple(words_of(item))
                open_ = tuple(each.text for each in (without.items or (without,))) if without is not None else ()
                self.scoped[language].append(_Scoped(words, (), open_))
        elif spec.named == "=*":
            self.scoped[language].append(_Scoped((*words_of(value), *spec.words)))
        else:
            for item in value.items:
                if item.name:
                    self.names[language][item.name] += words_of(item)

    def _take_call(self, at: int, spec: Alias, call: Call) -> None:
        language = self.project.files[at].language
        words = [word for value in call.args for word in words_of(value)] + list(spec.words)
        if not spec.named:
            for value in call.args:
                self._take(at, spec, value)
        elif spec.named == "=*":
            self.scoped[language].append(_Scoped(tuple(words)))
        elif spec.named == "call":
            self.names[language][call.name] += words
        elif spec.named.startswith("="):
            self.names[language][spec.named[1:]] += words
        else:
            named = argument(call.args, spec.named)
            if named is not None and named.kind == "str":
                self.names[language][named.text] += words[1:]

    # ---- answers ----------------------------------------------------------------------------

    def words(self, at: int, text: str, depth: int = DEPTH_MAX) -> Iterator[str]:
        """Yield what the names in a text stand for, and "login_required" for a class that answers 401."""
        language = self.project.files[at].language
        known = self.packs.get(language)
        methods = [name for pack in known.packs for name in pack.middleware_methods] if known is not None else []
        if not methods:
            return
        names = self.names.get(language, {})
        for token in _TOKENS.findall(text):
            if depth and token in names:
                for word in names[token]:
                    yield self._said(at, word)
                    if word != token:
                        yield from self.words(at, word, depth - 1)
            elif token[:1].isupper() or "\\" in token:
                yield from filter(None, [self._denies(at, token.removesuffix(".class"), methods)])

    def own(self, at: int, text: str) -> str | None:
        """Return what a short name means if that is a class of the project with a body: its name, or "login_required"; None otherwise.

        A class whose name says no more than that it guards something is one that asks for a login only if it answers 401.
        """
        known = self.packs.get(self.project.files[at].language) if not GUESTS.match(text) else None
        methods = [name for pack in known.packs for name in pack.middleware_methods] if known is not None else []
        if self.project.files[at].language == "cpp":
            return self._own_cpp(at, text, methods)
        short = _SHORT.match(text)
        names: Sequence[str] = self.names.get(self.project.files[at].language, {}).get(short[1], ()) if short else ()
        if short and short[1].endswith(".class") and not names:
            names = (short[1],)
        for name in names if methods and len(names) == 1 else ():  # more: a group
            name = name.removesuffix(".class")
            cls = self.project.find_class(at, name)
            if cls is not None and self._handles(cls, methods):
                return self._denies(at, name, methods) or _SAYS_LITTLE.sub("", self.project.class_(cls).name)
        return None

    def remaining(self, at: int, words: Sequence[str]) -> list[str]:
        """Return words without the middleware that a later one takes away: Laravel's `withoutMiddleware(CheckToken::class)`."""
        left: list[str] = []
        for word in words:
            taken = _WITHOUT.match(word)
            if taken is not None:
                gone = {told for name in _TOKENS.findall(plainly(taken[1])) for told in self._told(at, name)}
                left = [each for each in left if _first(each) not in gone]
            left.append(word)
        return left

    def _told(self, at: int, name: str) -> set[str]:
        """The words that one middleware has come to: its name, that of its class, what this demands."""
        return {_first(each) for each in (name, self.own(at, name) or "", *self.words(at, name)) if each}

    def _said(self, at: int, word: str) -> str:
        own = self.own(at, word)
        return plainly(word) if own is None else own

    def _own_cpp(self, at: int, text: str, methods: list[str]) -> str | None:
        """C++: a filter or an aspect is named as its class is, `"AuthFilter"`, `check_name{}`; that may check anything."""
        name, _, rest = text.replace("::", ".").partition("(")
        if name == "CROW_MIDDLEWARES":
            told = [self._own_cpp(at, each, methods) for each in _NAME.findall(rest)[1:]]
            return None if None in told or not told else " ".join(each for each in told if each)
        name = name.partition("{")[0]
        cls = self.project.find_class(at, name) if methods and _NAME.fullmatch(name) else None
        if cls is None or not self._handles(cls, methods):
            return None
        packs = self.packs[self.project.files[at].language].packs
        if denies := self._denies(at, name, methods):
            return denies
        return name if any(matches(pack.auth, name) for pack in packs) else _CHECKED.sub("", name)

    def _handles(self, cls: Cls, methods: list[str]) -> bool:
        return any(
            self._inside(cls, made) and made.name in methods for file in self._files(cls) for made in file.functions
        )

    def _inside(self, cls: Cls, made: Function) -> bool:
        """Whether a function is a method of a class; C++: also one that is written outside of it."""
        if self.project.files[cls.file].language == "cpp":
            return made.owner == self.project.class_(cls).name
        return made.cls == cls.index

    def _files(self, cls: Cls) -> list[File]:
        """The files with methods of a class."""
        if self.project.files[cls.file].language != "cpp":
            return [self.project.files[cls.file]]
        return [self.project.files[at] for at in self._written.get(self.project.class_(cls).name, ())]

    @cached_property
    def _written(self) -> dict[str, list[int]]:
        """C++: the name of a class to the files with its methods."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for owner in {made.owner for made in file.functions if made.owner} if file.language == "cpp" else ():
                found[owner].append(at)
        return found

    def everywhere(self, at: int, path: str) -> Iterator[str]:
        """Yield the words that count for a path without being named at its route."""
        if self.project.files[at].language == "python":
            yield from pythonmiddleware.everywhere(self.project, at, path)
        for each in self.scoped.get(self.project.files[at].language, ()):
            if each.paths and not _covered(each.paths, path):
                continue
            if each.without and _covered(each.without, path):
                continue
            for word in each.words:
                yield self._said(at, word)
                yield from self.words(at, word)

    def _denies(self, at: int, name: str, methods: list[str]) -> str:
        key = (at, name)
        if key not in self._denying:
            cls = self.project.find_class(at, name)
            self._denying[key] = "login_required" if cls is not None and self._answers(cls, methods) else ""
        return self._denying[key]

    def _answers(self, cls: Cls, methods: list[str]) -> bool:
        """Whether a middleware's own methods answer 401, or send to the login."""
        if not self._handles(cls, methods):
            return False
        if self.project.files[cls.file].language == "cpp":
            return self._answers_cpp(cls)
        file = self.project.files[cls.file]
        inside = {n for n, made in enumerate(file.functions) if made.cls == cls.index}
        calls = [call for call in file.calls if call.fn in inside]
        refusals = [c for c in calls if _refuses(c)]
        return turns_away(self.project.class_(cls).name, calls, refusals)

    def _answers_cpp(self, cls: Cls) -> bool:
        for file in self._files(cls):
            inside = {n for n, made in enumerate(file.functions) if self._inside(cls, made)}
            inside |= {n for n, made in enumerate(file.functions) if made.parent in inside}
            if not any(asks_for_login(call) for call in file.calls if call.fn in inside):
                continue
            if any(each.fn in inside and sets_refusal(each) for each in file.assigns):
                return True
            if any(_refuses(call) for call in file.calls if call.fn in inside):
                return True
        return False


def _first(word: str) -> str:
    """Return the name that a word begins with: "auth" of "auth:api"."""
    told = _TOKENS.match(plainly(word))
    return told[0].removesuffix(".class") if told is not None else ""


def _refuses(call: Call) -> bool:
    return any(_DENIES.search(text) for text in (call.name, *(value.text for value in call.args)))


def _covered(patterns: tuple[str, ...], path: str) -> bool:
    plain = path.strip("/")
    return any(
        fnmatch(plain, pattern.strip("/").replace("/*", "*")) or plain == pattern.strip("/") for pattern in patterns
    )
