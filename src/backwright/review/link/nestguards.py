"""NestJS: what guards of the project ask: only where a decorator wants them to, or nothing of who is there."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from backwright.review.facts import Arg
from backwright.review.link.javascript import called
from backwright.review.link.nestletting import lets_all_in
from backwright.review.link.perfile import PerFile, grouped
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Routers, Use
from backwright.review.link.saying import LIMIT
from backwright.review.regexes import regex

_DEPTH = 2  # functions that a guard calls
_CLASSES = regex(r"[A-Z]\w+")
_ASKS = frozenset({"get", "getAll", "getAllAndOverride", "getAllAndMerge"})  # of the Reflector: what decorators told
_REQUEST = frozenset({"getRequest", "switchToHttp", "getContext", "getArgs"})
_LETS_IN = regex(
    r"public|open|skip|anonym|allow|exempt|bypass|ignor|disabl|optional|no_?auth|without|guest|free|except|unauth|unprotected",
    re.IGNORECASE,
)
_WHO = regex(
    r"user|token|auth|session|login|jwt|passport|identity|principal|credential|api[-_]?key|account|member|\b401\b|signature|secret|permission|role|"
    r"\bacl|subject|claims|password|cookie",
    re.IGNORECASE,
)
_FORBIDS = regex(r"\b403\b|FORBIDDEN|Forbidden")
# Guards by which somebody signs in, and before which nobody is known.
_SIGNS_IN = regex(
    r"\bAuthGuard\((local|google|facebook|github|gitlab|twitter|linkedin|microsoft|discord|apple)\b[^)]*\)|"
    r"\b(Local|Google|Facebook|Git[hH]ub|Twitter|Apple)(Auth|OAuth)?Guard\b"
)
_DESCRIBES = regex(r"Api[A-Z]\w*")
_APPLIES = frozenset({"UseGuards", "SetMetadata", "createDecorator"})
_GUARD = regex(r"Guard$")


class NestGuards:
    """Reads the classes that stand before endpoints as guards."""

    def __init__(self, project: Project, routers: Routers, files: Sequence[int]) -> None:
        self.project, self.routers, self.files = project, routers, files
        self._known: dict[Cls, bool] = {}
        self._open: dict[Cls, bool] = {}
        self._calls = PerFile(project.files, lambda file: grouped((call.fn, call) for call in file.calls))

    def said(self, at: int, text: str, uses: Sequence[Use]) -> str:
        """Return what stands before an endpoint without the guards that are none here. `uses`: all its decorators."""
        return _CLASSES.sub(lambda name: self._said(at, name[0], uses), _SIGNS_IN.sub("", text))

    def _said(self, at: int, name: str, uses: Sequence[Use]) -> str:
        cls = self.project.find_class(at, name)
        if cls is not None and self._lets_all_in(cls):
            return ""
        asked = next(iter(self.project.methods_of(cls, "canActivate")), None) if cls is not None else None
        if cls is None or asked is None or self.project.files[cls.file].language != "javascript":
            return name
        if (setters := self._setters_of(asked)) and not any(_is_by(use.text, setters) for use in uses):
            return ""  # it asks only where one of these stands
        if LIMIT.search(name) or any(
            base != "CanActivate" and base[:2] != "On" for base in self.project.class_(cls).bases
        ):
            return name
        if cls not in self._known:
            self._known[cls] = self._sees(asked) and any(self._asks_who(fn) for fn in self._below(cls))
        return name if self._known[cls] else _GUARD.sub("", name)

    def _lets_all_in(self, cls: Cls) -> bool:
        if cls not in self._open:
            self._open[cls] = self.project.files[cls.file].language == "javascript" and lets_all_in(self.project, cls)
        return self._open[cls]

    def only_documents(self, use: Use) -> bool:
        """Whether a decorator of the project only describes an endpoint: it makes others of Swagger's, and no guard."""
        name = use.text.partition("(")[0]
        fn = next(iter(self.project.resolve(use.file, -1, "", name)), None) if name.isidentifier() else None
        if fn is None or self.project.files[fn.file].language != "javascript":
            return False
        names = {call.name for call in self._calls[fn.file].get(fn.index, ())}
        return any(_DESCRIBES.match(each) for each in names) and not names & _APPLIES

    # ---- only where it is wanted ----------------------------------------------------------------

    def _setters_of(self, asked: Fn) -> frozenset[str]:
        """Return the decorators without which a guard lets everybody through at once: `const roles = this.reflector.get(...); if (!roles) return true;`."""
        file = self.project.files[asked.file]
        calls = [call for call in file.calls if call.fn == asked.index]
        told = [call for call in calls if call.name in _ASKS and call.on.lower().endswith("reflector") and call.args]
        first = min((each for each in file.returns if each.fn == asked.index), key=lambda each: each.line, default=None)
        if len(told) != 1 or first is None or first.value.text != "true" or first.line < told[0].line:
            return frozenset()
        wanted = told[0]
        if not wanted.to or _LETS_IN.search(f"{wanted.to} {wanted.args[0].text}"):
            return frozenset()
        if any(call.name in _REQUEST and call.line < first.line for call in calls):
            return frozenset()  # it may be for another reason
        key = self._key(asked.file, asked.index, wanted.args[0])
        made = {key} if wanted.args[0].kind == "name" and key[:1].isupper() and not key.isupper() else set()
        return frozenset(made | self._setters.get(key, set()))

    @cached_property
    def _setters(self) -> dict[str, set[str]]:
        """What SetMetadata sets to the decorators that do so."""
        found: dict[str, set[str]] = defaultdict(set)
        for at, index in self.project.calls_by_name.get("SetMetadata", ()):
            call = self.project.files[at].calls[index]
            if self.project.files[at].language != "javascript" or not call.args:
                continue
            name = called(self.project, Fn(at, call.fn)) if call.fn >= 0 else call.to
            if name:
                found[self._key(at, call.fn, call.args[0])] |= {name, "SetMetadata"}
        return dict(found)

    def _key(self, at: int, fn: int, value: Arg) -> str:
        return self.routers.constant(at, fn, value) or value.text.rpartition(".")[2]

    # ---- who is there ---------------------------------------------------------------------------

    def _sees(self, asked: Fn) -> bool:
        """Whether a guard looks at what it is asked about at all: one that does not lets everybody through, or nobody."""
        made, file = self.project.function(asked), self.project.files[asked.file]
        if not made.params:
            return False
        name = made.params[0].name
        if not name.isidentifier():
            return True
        inside = {asked.index} | {n for n, each in enumerate(file.functions) if each.parent == asked.index}
        told = [f"{call.on} {' '.join(value.text for value in call.args)}" for call in file.calls if call.fn in inside]
        told += [read.base for read in file.reads if read.fn in inside]
        told += [each.value.text for each in file.assigns if each.fn in inside]
        told += [each.value.text for each in file.returns if each.fn in inside]
        return any(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) for text in told)

    def _below(self, cls: Cls) -> Iterator[Fn]:
        """Yield the methods of a guard and what they call of the project."""
        level = [
            Fn(cls.file, n) for n, made in enumerate(self.project.files[cls.file].functions) if made.cls == cls.index
        ]
        seen = set(level)
        for _ in range(_DEPTH + 1):
            yield from level
            inside = [(fn.file, call) for fn in level for call in self._calls[fn.file].get(fn.index, ())]
            below = (each for at, call in inside for each in self.project.resolve_call(at, call))
            level = [each for each in dict.fromkeys(below) if each not in seen]
            seen.update(level)

    def _asks_who(self, fn: Fn) -> bool:
        """Whether a function looks at anything that could tell who is there."""
        file = self.project.files[fn.file]
        words = [f"{read.base}.{read.attr}" for read in file.reads if read.fn == fn.index]
        words += [f"{each.target} {each.value.text}" for each in file.assigns if each.fn == fn.index]
        returned = [each.value.text for each in file.returns if each.fn == fn.index]
        words += returned
        words += [side.text for each in file.compares if each.fn == fn.index for side in (each.left, each.right)]
        for call in self._calls[fn.file].get(fn.index, ()):
            words += [call.on, call.name, *(value.text for value in call.args)]
        if any(read.attr == "headers" and read.fn == fn.index for read in file.reads) and not _forbids(words, returned):
            return True  # which one is not always to be seen
        return any(_WHO.search(word) for word in words)


def _forbids(words: Sequence[str], returned: Sequence[str]) -> bool:
    """Whether a function lets everybody through but for what it forbids in so many words: 403 is for who is known."""
    return all(each == "true" for each in returned) and any(_FORBIDS.search(word) for word in words)


def _is_by(text: str, names: frozenset[str]) -> bool:
    return text.partition("(")[0].rpartition(".")[2] in names
