"""What a Rust handler's parameters say: who must be logged in, and what is taken out of a request."""

import re
from collections.abc import Iterable

from backwright.review.facts import Arg, Function, Param
from backwright.review.link.project import Fn, Project
from backwright.review.link.types import written

# Extractors that hand over data or the application's own state, whatever their types are called.
_DATA = frozenset(
    "State Data ThinData Json Form Query Path Extension ConnectInfo Multipart MultipartForm Connection Bytes Payload ReqData ValidatedJson Valid TempFile CookieJar "
    "PrivateCookieJar SignedCookieJar Cookies Session AuthSession PoolConn ContentLengthLimit Arc HttpRequest Request Uri Method HeaderMap String Next WebSocketUpgrade "
    "ServiceRequest Db FlashMessage IncomingFlashMessages Flash MatchedPath OriginalUri Host".split()
)
_PLACES = {
    "Query": "query", "QsQuery": "query", "Json": "body", "ValidatedJson": "body", "JsonExtractor": "body", "Bytes": "body", "Form": "form", "LenientForm": "form",
    "ValidatedForm": "form", "Multipart": "form", "MultipartForm": "form", "TypedMultipart": "form", "TypedHeader": "header", "Header": "header", "HeaderMap": "header", "CookieJar": "cookie",
}  # fmt: skip
_REFUSES = re.compile(
    r"unauthori[sz]ed|forbidden|\b40[13]\b|auth_?error|invalid_?token|missing_?(token|credentials)", re.IGNORECASE
)
_PROVES = re.compile(r"authorization|bearer|\bjwt|token|session|cookie|api_?key|claims|identity", re.IGNORECASE)
_NAMED = re.compile(r"auth(?!or)|claims|user|admin|logged|login|principal|identity", re.IGNORECASE)
_PERSON = re.compile(
    r"^Auth([A-Z]\w*)?$|(User|Admin|Claims|Principal|Identity|ApiKey)$"
)  # an extractor of somebody who is known
_MAYBE = re.compile(r"^(Maybe|Opt(ional)?[A-Z_]|Possible)|(Maybe|Optional|Opt)$")
_FEW = re.compile(r"rate|limit|governor|throttl", re.IGNORECASE)
_ASKS = re.compile(
    r"(^|[._])(require|ensure|check|verify|validate|must_be|extract)_?(\w+_)?(auth|authenticated|authentication|authorization|token|session|logged_?in|login|admin|jwt|claims|api_?key)s?$|"
    r"(^|[._])get_?current_?user|(^|[._])current_?user$|get_user(_id)?_from|session\.get_user_id$|(^|\.)authorize$",
    re.IGNORECASE,
)  # fmt: skip
_OPENS = re.compile(r"log_?in|sign_?in|sign_?up|register|reset|confirm|activate|refresh|callback", re.IGNORECASE)
_QUERY = re.compile(r"[?&]<(\w+)(\.\.)?>|[?&](\w+)=<\w+>")
_HELD = re.compile(r"<(\w+)>")
_BUILDS_ON = re.compile(r"\b([A-Z]\w*)(?:::|\.)\s*from_request(?:_parts)?\b")  # a guard that first asks another
DEPTH_MAX = 3


class RustGuards:
    """Judges the parameters of Rust's handlers."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._asked: dict[tuple[int, str], str] = {}

    def word(self, at: int, param: Param) -> str:
        """Return what a parameter demands: its type if that may be a guard, "" if it takes data only or may be absent."""
        outer = _outer(param.type)
        if outer in _DATA or _MAYBE.search(outer) or (param.default is not None and param.default.kind == "none"):
            return ""
        key = (at, param.type)
        if key not in self._asked:
            self._asked[key] = self._demands(param.type, outer)
        return self._asked[key]

    def _demands(self, type_: str, outer: str, depth: int = DEPTH_MAX) -> str:
        made = [
            fn for name in ("from_request_parts", "from_request") for fn in self.project.methods.get((outer, name), ())
        ]
        if not made or _FEW.search(type_):
            return "require_login" if _PERSON.search(outer) else type_
        told = " ".join(self._said(fn) for fn in made)
        if _REFUSES.search(told) or (_PROVES.search(told) and re.search(r"\bErr\b|error|reject", told, re.IGNORECASE)):
            return "require_login"
        within = {name for name in _BUILDS_ON.findall(told) if name not in _DATA and name != outer}
        if depth and any(self._demands(name, name, depth - 1) == "require_login" for name in within):
            return "require_login"
        return type_ if _PROVES.search(told) or _NAMED.search(outer) else ""

    def _said(self, fn: Fn, depth: int = 1) -> str:
        """The words of a function: what it calls, reads, returns and does with errors."""
        file = self.project.files[fn.file]
        inside = {fn.index, *(n for n in range(len(file.functions)) if self._within(fn, n))}
        calls = [c for c in file.calls if c.fn in inside]
        words = [f"{c.on}.{c.name} {' '.join(_flat(c.args))}" for c in calls]
        words += [" ".join(_flat((r.value,))) for r in file.returns if r.fn in inside]
        words += [
            self._said(other, depth - 1) for c in calls if depth for other in self.project.resolve_call(fn.file, c)[:1]
        ]
        words += [f"{c.body} Err" for c in file.catches if c.fn in inside]
        words += [f"{r.base}.{r.attr}" for r in file.reads if r.fn in inside]
        return " ".join([*words, self.project.function(fn).returns])

    def _within(self, fn: Fn, inner: int) -> bool:
        functions = self.project.files[fn.file].functions
        for _ in range(DEPTH_MAX):
            inner = functions[inner].parent if inner >= 0 else -1
            if inner == fn.index:
                return True
        return False

    def asks_itself(self, handler: Fn) -> bool:
        """Whether a handler finds out by itself who is there before it does anything."""
        made = self.project.function(handler)
        if _OPENS.search(made.name):
            return False
        calls = [
            c for c in self.project.files[handler.file].calls if c.fn == handler.index or self._within(handler, c.fn)
        ]
        return any(_ASKS.search(f"{c.on}.{c.name}" if c.on else c.name) for c in calls[:16])

    # ---- what is taken ------------------------------------------------------------------------

    def taken(self, handler: Fn, in_path: Iterable[str]) -> list[tuple[str, str]]:
        """Return the parameters that a handler takes out of a request, as (name, where)."""
        made = self.project.function(handler)
        found: list[tuple[str, str]] = []
        data = self._rocket(made, found)
        for param in made.params:
            outer = _outer(param.type)
            where = _PLACES.get(outer, "")
            if param.name in data:
                found.append((param.name, "form" if where == "form" else "body"))
            elif where == "query" and (fields := self.fields(handler.file, param)):
                found += [(name, "query") for name in fields]
            elif where and not any(name == param.name for name, _ in found):
                found.append((param.name, where))
        taken = set(in_path)
        return [each for each in found if each[0] not in taken]

    def _rocket(self, made: Function, found: list[tuple[str, str]]) -> set[str]:
        """Rocket's `#[post("/x?<page>", data = "<form>")]`: adds what stands in the query, returns the names of bodies."""
        names: set[str] = set()
        for mark in made.marks:
            for value in mark.args:
                if value.kind == "str" and value.name in ("", "uri"):
                    found += [(m[1] or m[3], "query") for m in _QUERY.finditer(value.text)]
                elif value.name == "data":
                    names.update(_HELD.findall(value.text))
        return names

    def fields(self, at: int, param: Param) -> list[str]:
        """Return the names of the fields of what a parameter is filled with."""
        cls = self.project.named_type(at, param.type).cls
        return (
            [field.name for field in self.project.class_(cls).fields]
            if cls is not None and self.project.class_(cls).kind == "struct"
            else []
        )

    def query_words(self, handler: Fn) -> list[str]:
        """Return all names of what a handler takes out of the query, for whether a list comes in pages."""
        return [name for name, where in self.taken(handler, ()) if where == "query"]


def _flat(values: Iterable[Arg], depth: int = DEPTH_MAX) -> list[str]:
    return [text for value in values for text in (value.text, *(_flat(value.items, depth - 1) if depth else ()))]


def _outer(type_: str) -> str:
    """Return the name of a type without its path and its arguments: "Json" of "web::Json<Order>"."""
    plain = re.sub(r"&'?\w*\s*|\bmut\s+", "", type_).partition("<")[0].strip()
    return re.split(r"::|\.", plain)[-1] or written(type_).name
