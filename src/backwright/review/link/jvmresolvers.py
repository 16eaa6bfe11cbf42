"""Spring's argument resolvers: parameters that a handler is only given if somebody is logged in: `@LoginMember Member member`."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import IN_TRY, NEW, Call, Mark
from backwright.review.link.jvmnames import JVM
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

_RESOLVER = "HandlerMethodArgumentResolver"
_REACHED_MAX = 30  # functions below a resolver that are looked at
_DEPTH_MAX = 3
_REFUSAL = regex(r"auth(?!or(?!i))|token|log_?in|sign_?in|session|credential|cookie|jwt|principal", re.IGNORECASE)
_PARSES = regex(r"parseClaimsJws|parseSignedClaims|parseClaimsJwt")
_GUEST = regex(r"guest|anonymous", re.IGNORECASE)
# What a parameter or its annotation is called that tells who is logged in; of others, a store's or a language's, it is not the point.
_PERSON = regex(
    r"auth|log(ged)?_?in|sign(ed)?_?in|user|member|account|principal|session|admin|customer|identity|actor|requester|accessor|token|payload",
    re.IGNORECASE,
)
_CLASS = regex(r"([A-Z]\w*)(?:\.class|::class)")


class _Demanded(NamedTuple):
    """What a resolver gives and refuses: parameters with these annotations, or of these types if there are none."""

    marks: frozenset[str]
    types: frozenset[str]


class Resolvers:
    """All argument resolvers of a repository that refuse who is not logged in."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def demands(self, handler: Fn | None) -> bool:
        """Whether a handler takes a parameter that nobody gets who is not logged in."""
        if handler is None or not self._all:
            return False
        for param in self.project.function(handler).params:
            if param.default is not None or param.type.endswith("?") or any(m.name == "Nullable" for m in param.marks):
                continue
            heart = written(param.type).name.rpartition(".")[2]
            for each in self._all:
                if any(m.name in each.marks and self._is_required(handler.file, m) for m in param.marks):
                    return True
                if not each.marks and heart in each.types:
                    return True
        return False

    def _is_required(self, at: int, mark: Mark) -> bool:
        """Whether an annotation does not say that it may be left empty: `@LoginMember(required = false)`."""
        told = next((value.text for value in mark.args if value.name in ("required", "optional")), None)
        name = next((value.name for value in mark.args if value.name in ("required", "optional")), "")
        cls = self.project.find_class(at, mark.name) if told is None else None
        for field in self.project.class_(cls).fields if cls is not None else ():
            if field.name in ("required", "optional") and field.value is not None:
                told, name = field.value.text, field.name
        return told is None or (told == "true") == (name == "required")

    @cached_property
    def _all(self) -> list[_Demanded]:
        found: list[_Demanded] = []
        for at, file in enumerate(self.project.files):
            if file.language not in JVM or file.is_test:
                continue
            for index, made in enumerate(file.classes):
                if made.bases and made.kind != "interface" and any(
                    base.rpartition(".")[2] == _RESOLVER for base in self.project.ancestors(Cls(at, index))[1:]
                ):  # fmt: skip
                    found += self._resolver(Cls(at, index))
        return found

    def _resolver(self, cls: Cls) -> Iterator[_Demanded]:
        gives, supports = self._method(cls, "resolveArgument"), self._method(cls, "supportsParameter")
        if gives is None or supports is None or self._may_be_nobody(gives) or not refuses(self.project, gives):
            return
        marks: set[str] = set()
        types: set[str] = set()
        for call in _calls(self.project, supports):
            named = _CLASS.findall(" ".join([call.on, *(value.text for value in call.args)]))
            (marks if "nnotation" in call.name else types).update(named)
        for told in self.project.files[supports.file].compares:
            if told.fn == supports.index:
                types.update(_CLASS.findall(f"{told.left.text} {told.right.text}"))
        own = {
            name for name in types if self.project.find_class(supports.file, name) is not None and _PERSON.search(name)
        }
        if any(_PERSON.search(name) for name in marks) or (own and not marks):
            yield _Demanded(frozenset(marks), frozenset(own))

    def _method(self, cls: Cls, name: str) -> Fn | None:
        return next(iter(self.project.method(cls, name)), None)

    def _may_be_nobody(self, fn: Fn) -> bool:
        """Whether a resolver gives nothing, or a guest, to who is not logged in, and no annotation says when."""
        told = [each.value for each in self.project.files[fn.file].returns if each.fn == fn.index]
        calls = _calls(self.project, fn)
        if any(call.name in ("required", "optional") for call in calls):
            return False
        return any(value.kind == "none" or _GUEST.search(value.text) for value in told)


def _calls(project: Project, fn: Fn) -> list[Call]:
    """Return the calls of a function and of the lambdas in it."""
    functions = project.files[fn.file].functions
    inside = {fn.index}
    for index, made in enumerate(functions):
        if made.kind == "lambda" and made.parent in inside:
            inside.add(index)
    return [call for call in project.files[fn.file].calls if call.fn in inside]


def refuses(project: Project, fn: Fn) -> bool:
    """Whether a function, or what it calls, throws something about a login or a token, and does not catch it itself."""
    todo, seen = [(fn, 0)], {fn}
    while todo:
        each, depth = todo.pop(0)
        for call in _calls(project, each):
            if call.flags & IN_TRY and not depth:
                continue
            if _PARSES.match(call.name) or _is_refusal(call):
                return True
            below = project.resolve_call(each.file, call) if depth < _DEPTH_MAX else ()
            new = [f for f in below if f not in seen and len(seen) < _REACHED_MAX]
            seen.update(new)
            todo += [(f, depth + 1) for f in new]
    return False


def _is_refusal(call: Call) -> bool:
    if call.name in ("requireNotNull", "checkNotNull") and not call.on and call.args:  # Kotlin's, which throw
        return bool(_REFUSAL.search(call.args[0].text))
    if not (call.flags & NEW or call.name[:1].isupper()) or not re.search(r"(Exception|Error)$", call.name):
        return False
    return bool(_REFUSAL.search(" ".join([call.name, *(value.text for value in call.args)])))
