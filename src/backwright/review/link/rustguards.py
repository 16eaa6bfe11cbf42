"""What a Rust handler's parameters say: who must be logged in, and what is taken out of a request."""

import re
from collections.abc import Iterable

from backwright.review.facts import Arg, Call, Function, Param
from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

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
_REFUSES = regex(
    r"unauthori[sz]ed|forbidden|\b40[13]\b|auth_?error|invalid_?token|missing_?(token|credentials)|not_?logged_?in|"
    r"(incorrect|invalid|bad)_?(login|credentials)|(login|auth\w*)_?required",
    re.IGNORECASE,
)
_PROVES = regex(r"authorization|bearer|\bjwt|token|session|cookie|api_?key|claims|identity", re.IGNORECASE)
_NAMED = regex(r"auth(?!or)|claims|user|admin|logged|login|principal|identity", re.IGNORECASE)
_PERSON = regex(
    r"^Auth([A-Z]\w*)?$|(User|Admin|Claims|Principal|Identity|ApiKey)$"
)  # an extractor of somebody who is known
_MAYBE = regex(r"^(Maybe|Opt(ional)?[A-Z_]|Possible)|(Maybe|Optional|Opt)$")
_FEW = regex(r"rate|limit|governor|throttl", re.IGNORECASE)
_ASKS = regex(
    r"(^|[._])(require|ensure|check|verify|validate|must_be|extract)_?(\w+_)?(auth|authenticated|authentication|authorization|token|session|logged_?in|login|admin|jwt|claims|api_?key)s?$|"
    r"(^|[._])get_?current_?user|(^|[._])current_?user$|get_user(_id)?_from|session\.get_user_id$|(^|\.)authorize$|"
    r"(^|[._])(user|claims|principal|account)(_\w+)?_from_(jwt|token|session|cookies?|headers?|req(uest)?|parts)$|"
    r"(^|[._])authori[sz](er|ation)\.(require|check|ensure|enforce|verify)\w*$",
    re.IGNORECASE,
)  # fmt: skip
_OPENS = regex(r"log_?in|sign_?in|sign_?up|register|reset|confirm|activate|refresh|callback", re.IGNORECASE)
_QUERY = regex(r"[?&]<(\w+)(\.\.)?>|[?&](\w+)=<\w+>")
_HELD = regex(r"<(\w+)>")
_BUILDS_ON = regex(r"\b([A-Z]\w*)(?:::|\.)\s*from_request(?:_parts)?\b")  # a guard that first asks another
# Rocket: `request.guard::<User>()?`, and those it does not like are turned down or handed to the next route.
_STANDS_ON = regex(r"\b(req|request)\.guard\b")
_TURNS_DOWN = regex(r"Outcome\W+(Failure|Error|Forward)\b|\bis_\w+")
# An extractor that takes nothing out, but asks whether somebody may: `T::enforce(authorizer, user.unwrap_or(&Anonymous))?`
_ENFORCES = regex(r"\benforce\b|\bauthori[sz]e(r?|d?)\b|\b(has|check|require)_permissions?\b", re.IGNORECASE)
_SOMEBODY = regex(r"user|claims|principal|identity|subject", re.IGNORECASE)
# A middleware puts somebody into the request's extensions; an extractor hands them over or refuses.
_PUT_THERE = regex(r"\bextensions(_mut)?(\(\))?\.(get|remove)\b")
_FAILS = regex(r"\bErr\b|error|reject|\bok_or|\bor_forward\b|\binto_outcome\b", re.IGNORECASE)
# A function that asks for a login: its name, and that it is given what the client sent.
_CHECKS = regex(
    r"^(check|verify|validate|require|ensure|assert|must|demand|authenticate|authori[sz]e|guard|gate|get_\w*user|(decode|parse|extract)_(claims|token|jwt|user|bearer))"
)
_SENT = frozenset("Parts RequestParts HttpRequest Request ServiceRequest HeaderMap CookieJar TypedHeader".split())
_SIGNED = regex(r"signature|hmac")
_OPTIONAL = regex(r"^(match|if)\b.*\bSome\(.*(=>|\{)\s*None\b", re.DOTALL)
_RESULT = regex(r"^(?:\w+::)*\w*Result<(.*?)(?:,\s*[\w:]+)?>$")
_ANY = regex(r"\bimpl\s+(Responder|IntoResponse)\b")  # a handler's answer is of a type that is not told
_ANSWER = regex(r"^(\w+::)*(Http)?Response\b|^impl\s+(Responder|IntoResponse)\b")
_KEEPS_GOING = regex(r"^(ok|unwrap_or(_default|_else)?|is_ok|map_or(_else)?)$")  # the error does not leave
_DEMANDS = frozenset("unwrap expect ok_or ok_or_else".split())
_OWN_USER = regex(r"\.((current|auth|logged_in|session)_?)?user(\.(clone|as_ref|as_deref|take)\(\))?$")
_HEADERS = regex(r"\bauthorization\b|\bx[-_]api[-_]key\b", re.IGNORECASE)
DEPTH_MAX = 3


class RustGuards:
    """Judges the parameters of Rust's handlers."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._asked: dict[tuple[int, str], str] = {}
        self._checking: dict[Fn, bool] = {}

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
        proves = _PROVES.search(told) or (_NAMED.search(outer) and _PUT_THERE.search(told))
        enforces = _ENFORCES.search(told) and _SOMEBODY.search(told)
        if _REFUSES.search(told) or ((proves or enforces) and _FAILS.search(told)):
            return "require_login"
        if _PERSON.search(outer) and _STANDS_ON.search(told) and _TURNS_DOWN.search(told):
            return "require_login"
        within = {name for name in _BUILDS_ON.findall(told) if name not in _DATA and name != outer}
        if depth and any(self._demands(name, name, depth - 1) == "require_login" for name in within):
            return "require_login"
        return type_ if _PROVES.search(told) or _NAMED.search(outer) else ""

    def _said(self, fn: Fn, depth: int = 1) -> str:
        """The words of a function: what it calls, reads, returns and does with errors."""
        file = self.project.files[fn.file]
        inside = {fn.index, *(n for n in range(len(file.functions)) if within(self.project, fn, n))}
        calls = [c for c in file.calls if c.fn in inside]
        words = [f"{c.on}.{c.name} {' '.join(_flat(c.args))}" for c in calls]
        words += [" ".join(_flat((r.value,))) for r in file.returns if r.fn in inside]
        words += [
            self._said(other, depth - 1) for c in calls if depth for other in self.project.resolve_call(fn.file, c)[:1]
        ]
        words += [f"{c.body} Err" for c in file.catches if c.fn in inside and (c.body or not c.does)]
        words += [f"{r.base}.{r.attr}" for r in file.reads if r.fn in inside]
        return " ".join([*words, self.project.function(fn).returns])

    def asks_itself(self, handler: Fn, depth: int = 1) -> bool:
        """Whether a handler finds out by itself who is there, or hands all its work to a function that does."""
        if _OPENS.search(self.project.function(handler).name):
            return False
        file = self.project.files[handler.file]
        inside = [
            (n, c) for n, c in enumerate(file.calls) if c.fn == handler.index or within(self.project, handler, c.fn)
        ]
        kept = {c.prev for _, c in inside if _KEEPS_GOING.match(c.name)}
        asked = [c for n, c in inside if n not in kept]
        if any(_ASKS.search(f"{c.on}.{c.name}" if c.on else c.name) for c in asked[:16]):
            return True
        if any(c.name in _DEMANDS and _OWN_USER.search(c.on) for c in asked):
            return True  # `context.user.clone().ok_or(Error::Unauthorized)?`
        if any(self._is_check(handler, c) for c in asked) or self._reads_header(handler, asked):
            return True
        return depth > 0 and self._hands_on(handler, asked, depth - 1)

    def _hands_on(self, handler: Fn, calls: list[Call], depth: int) -> bool:
        """Whether each function that is given the request and makes the answer asks for a login."""
        made = self.project.function(handler)
        sent = {p.name for p in made.params if _outer(p.type) in _SENT}
        makers = [
            fn
            for c in calls
            if sent and any(value.text in sent for value in c.args)
            for fn in self._run_by(handler.file, c)
            if (answer := _answer(self.project.function(fn).returns))
            and (answer in made.returns or (_ANY.search(made.returns) and _ANSWER.match(answer)))
        ]
        return bool(makers) and all(self.asks_itself(fn, depth) for fn in makers)

    def _is_check(self, handler: Fn, call: Call) -> bool:
        """Whether a call is `AuthCheck::default().check(&req).await?`: it is given the request, and refuses strangers."""
        if not _CHECKS.match(call.name) or self._is_held(handler, call):
            return False
        return any(self._turns_away(fn) for fn in self._run_by(handler.file, call))

    def _is_held(self, handler: Fn, call: Call) -> bool:
        """Whether a call is made for some requests only: `match wanted { Some(_) => Some(check(&req)?), None => None }`."""
        return any(
            each.fn == call.fn
            and each.value.kind == "other"
            and _OPTIONAL.match(each.value.text)
            and f"{call.name}(" in each.value.text
            for each in self.project.files[handler.file].assigns
        )

    def _run_by(self, at: int, call: Call) -> tuple[Fn, ...]:
        """The functions a call may run; a method after a chain of setters is one of the type that the chain begins with."""
        if found := self.project.resolve_call(at, call)[:1]:
            return found
        root = call.on.partition(".")[0].rpartition("::")[2]
        return tuple(self.project.methods.get((root, call.name), ())[:1]) if root[:1].isupper() else ()

    def _turns_away(self, fn: Fn) -> bool:
        if fn not in self._checking:
            made = self.project.function(fn)
            is_check = "Result" in made.returns and bool(_SENT & self._types(fn))
            told = self._said(fn) if is_check else ""
            is_signed = bool(_SIGNED.search(made.name) and _FAILS.search(told))  # a webhook: only its sender can sign
            self._checking[fn] = is_signed or bool(_REFUSES.search(told) and _PROVES.search(told))
        return self._checking[fn]

    def _types(self, fn: Fn) -> set[str]:
        return {_outer(param.type) for param in self.project.function(fn).params}

    def _reads_header(self, handler: Fn, calls: list[Call]) -> bool:
        """Whether a handler itself compares a secret header and refuses: `headers.get(AUTHORIZATION)`, `Err(forbidden())`."""
        if not any(c.name == "get" and _HEADERS.search(" ".join(_flat(c.args))) for c in calls):
            return False
        return bool(_REFUSES.search(" ".join(f"{c.name} {' '.join(_flat(c.args))}" for c in calls)))

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


def _answer(returns: str) -> str:
    """Return what a function gives if all is well: "Json<Order>" of "Result<Json<Order>, Error>"."""
    held = _RESULT.match(returns)
    return held[1] if held else returns


def _outer(type_: str) -> str:
    """Return the name of a type without its path and its arguments: "Json" of "web::Json<Order>"."""
    plain = re.sub(r"&'?\w*\s*|\bmut\s+", "", type_).partition("<")[0].strip()
    return re.split(r"::|\.", plain)[-1] or written(type_).name
