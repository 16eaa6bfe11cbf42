"""C++: what stands before every endpoint, such as oatpp's interceptors, but those that it names itself, and handlers that ask who is there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.cpphanded import pointed
from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

_ADDS = "addRequestInterceptor"
# Calls that put a function before every handler.
_BEFORE = {
    "registerPreRoutingAdvice": "drogon", "registerPostRoutingAdvice": "drogon", "registerPreHandlingAdvice": "drogon",
    "registerSyncAdvice": "drogon", "set_pre_routing_handler": "cpp-httplib", "set_pre_request_handler": "cpp-httplib",
}  # fmt: skip
_SOURCES = frozenset({"src", "source", "app", "main"})
_PATH = regex(r"^/[\w./-]*\*?$")
_ASKS_PATH = regex(r"^(get_?)?(path|url|uri|target|matchedPathPattern|raw_url)$", re.IGNORECASE)
# What is open on purpose where all else asks for a login.
_OPEN = regex(
    r"login|log-in|sign|regist|auth|token|health|ping|docs|swagger|public|static|metrics|favicon|assets|index|refresh|^/$",
    re.IGNORECASE,
)
_DEPTH_MAX = 2  # functions followed to the token that they look at
_CALLS_MAX = 20  # calls of a handler looked at: what comes later is no check before the work
_LOGIN = regex(
    r"^(authorization|x-(api|auth)[\w-]*|api-?key|x-access-token)$|\bbearer\b|^(session_?|sess|access_?|auth_?|j)(id|token|wt)$",
    re.IGNORECASE,
)
_TOKENS = regex(
    r"(^|\.)jwt\b.*\.(decode|verify)$|(verify|validate|check|decode|parse)_?(access_?|auth_?|jwt_?|bearer_?)?(jwt|token)$|^(require|ensure)_?(auth|login|user|admin|session|permission|role)",
    re.IGNORECASE,
)
_SETS = regex(r"set|add|put|insert|append|with|make|sign|create|emplace|erase|remove|<<", re.IGNORECASE)
_IN_SESSION = regex(r"^(find|get|count|contains|getOptional|exists|has|get_value)$")
# What answers 401 to a wrong password, whoever asks.
_LOGS_IN = regex(
    r"(do|handle|post|user|auth|process)?_?((log|sign)_?(in|on|up)|register|authenticate)(?-i:(?![a-z]))(?!_?(histor|log|status|info|state|record|event|attempt|session))",
    re.IGNORECASE,
)
_KEPT = regex(r"token|session|sid$", re.IGNORECASE)
_WHO = regex(r"user|login|logged|account|uid$|^id$", re.IGNORECASE)
_TURNS_AWAY = regex(
    r"\b40[13]\b|k40[13]|CODE_40[13]|unauthori[sz]ed|forbidden|not_?logged|(log|sign) ?in first|please (log|sign) ?in|login_?required|NotAuthenticated|AuthException|\u672a\u767b\u5f55|\u8bf7(\u5148)?\u767b\u5f55",
    re.IGNORECASE,
)
_STATUS = regex(r"(^|\.)(status|code|status_code|result)_?$")
_REFUSES = regex(r"CODE_401|Unauthorized|handleAuthorization", re.IGNORECASE)


class CppGuards:
    """What a server's interceptors demand, and the paths that they let through."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.guards = tuple(_guards(project)) if _ADDS in project.calls_by_name else ()
        self._looking: dict[Fn, bool] = {}
        self.frees = [(where, fn.file, free) for where, fn in _before(project) if (free := self._free(fn)) is not None]

    def demands(self, at: int, framework: str, method: str, path: str) -> bool:
        """Whether what stands before all endpoints of a server turns away who is not logged in at this one, in a file."""
        if framework == "oatpp" and any(
            not any(fnmatch(f"{method} {path.strip('/')}", free) for free in frees) for frees in self.guards
        ):
            return True
        return any(
            where == framework and self._is_below(at, file)
            and not any(path == free or (free != "/" and path.startswith(free)) for free in frees)
            for where, file, frees in self.frees
        )  # fmt: skip

    def _is_below(self, at: int, guard: int) -> bool:
        """Whether a file is in the folder of the program that has a guard; another program beside it has its own."""
        folder = self.project.files[guard].path.rpartition("/")[0]
        if folder.rpartition("/")[2] in _SOURCES:
            folder = folder.rpartition("/")[0]
        return not folder or self.project.files[at].path.startswith(f"{folder}/")

    def _free(self, fn: Fn) -> list[str] | None:
        """Return the paths that a function before all handlers lets through without a login; None if it asks for none, or for some paths only."""
        file, calls = self.project.files[fn.file], self._calls(fn)
        if not any(self._asks(fn.file, call) for call in calls) or not self._turns_away(fn):
            return None
        named = [value.text for call in calls for value in call.args if value.kind == "str" and _PATH.match(value.text)]
        tests = [test for test in file.compares if test.fn == fn.index or within(self.project, fn, test.fn)]
        named += [
            side.text
            for test in tests
            for side in (test.left, test.right)
            if side.kind == "str" and _PATH.match(side.text)
        ]
        asks_path = any(_ASKS_PATH.match(call.name) for call in calls) or any(
            _ASKS_PATH.match(read.attr)
            for read in file.reads
            if read.fn == fn.index or within(self.project, fn, read.fn)
        )
        if (asks_path and not named) or not all(_OPEN.search(name) for name in named):
            return None  # it may ask for a login below some paths only
        return [name.rstrip("*") for name in named]

    def asks_itself(self, handler: Fn) -> bool:
        """Whether a handler looks at a token or a session, and turns away who has none."""
        if _LOGS_IN.match(self.project.function(handler).name):
            return False
        for fn in (handler, *self._handed_on(handler)):
            own = self._calls(fn)[:_CALLS_MAX]
            asked = next((number for number, call in enumerate(own) if self._asks(fn.file, call)), None)
            if asked is None:
                continue
            if self._turns_away(fn, own[asked].line):
                return True
            if any(self._turns_away(each) for each in self._judges(fn.file, own, asked)):
                return True  # by what they throw
        return False

    def _judges(self, at: int, own: list[Call], asked: int) -> Iterator[Fn]:
        """Yield the functions that ask, or that are given what was asked for: `demand(req.getHeader("Authorization"))`."""
        call = own[asked]
        yield from self.project.resolve_call(at, call)
        if call.inside >= 0:
            yield from self.project.resolve_call(at, self.project.files[at].calls[call.inside])
        for other in own[asked + 1 :] if call.to and call.to != "return" else ():
            if any(value.text == call.to for value in other.args):
                yield from self.project.resolve_call(at, other)

    def _handed_on(self, handler: Fn) -> list[Fn]:
        """The methods that go on when the body was read: `readBodyToDtoAsync(...).callbackTo(&Create::store)`."""
        return [fn for call in self._calls(handler) for fn in pointed(self.project, handler.file, call)]

    def _calls(self, fn: Fn) -> list[Call]:
        file = self.project.files[fn.file]
        return [call for call in file.calls if call.fn == fn.index or within(self.project, fn, call.fn)]

    def _asks(self, at: int, call: Call) -> bool:
        if asks_for_login(call) or _TOKENS.search(f"{call.on}.{call.name}") or _TOKENS.search(call.name):
            return True
        return any(self._looks(fn, _DEPTH_MAX) for fn in self.project.resolve_call(at, call)[:1])

    def _turns_away(self, fn: Fn, line: int = 0) -> bool:
        """Whether a function answers, from a line on, that somebody has to log in or may not."""
        if any(
            refuses(call.name, *(value.text for value in call.args)) for call in self._calls(fn) if call.line >= line
        ):
            return True
        file = self.project.files[fn.file]
        told = [each for each in file.assigns if each.line >= line and sets_refusal(each)]
        return any(each.fn == fn.index or within(self.project, fn, each.fn) for each in told)

    def _looks(self, fn: Fn, depth: int) -> bool:
        """Whether a function looks at who asks: at a header, a token, or a session."""
        if fn not in self._looking:
            self._looking[fn] = False
            for call in self._calls(fn)[:_CALLS_MAX]:
                told = asks_for_login(call) or _TOKENS.search(f"{call.on}.{call.name}") is not None
                deeper = self.project.resolve_call(fn.file, call)[:1] if not told and depth > 1 else ()
                if told or any(self._looks(each, depth - 1) for each in deeper):
                    self._looking[fn] = True
                    break
        return self._looking[fn]


def refuses(*texts: str) -> bool:
    """Whether one of these says that somebody has to log in or may not."""
    return any(_TURNS_AWAY.search(text) for text in texts)


def sets_refusal(assign: Assign) -> bool:
    """Whether a status is set that refuses: `res.code = 401`."""
    return _STATUS.search(assign.target) is not None and refuses(assign.value.text)


def _before(project: Project) -> list[tuple[str, Fn]]:
    """The functions that a server runs before every handler, with its framework: those handed to it, and Crow's middleware for the whole application."""
    found: list[tuple[str, Fn]] = []
    for name, framework in _BEFORE.items():
        for at, index in project.calls_by_name.get(name, ()):
            call = project.files[at].calls[index]
            if project.files[at].language == "cpp" and not project.files[at].is_test:
                found += [
                    (framework, Fn(at, value.ref)) for value in call.args if value.kind == "fn" and value.ref >= 0
                ]
    apps = [
        (at, [value.text for value in project.files[at].calls[index].args if value.name == "<>"])
        for at, index in project.calls_by_name.get("App", ()) if project.files[at].language == "cpp"
    ]  # fmt: skip
    told = [each for there in project.cpp.aliases.values() for each in there if "App<" in each[1]]
    apps += [(at, list(heart.args)) for at, text in told if (heart := written(text)).name.rpartition(".")[2] == "App"]
    for at, names in apps:
        for name in names if not project.files[at].is_test else ():
            cls = project.find_class(at, name)
            if cls is not None and not any("ILocalMiddleware" in base for base in project.class_(cls).bases):
                found += [("crow", fn) for fn in project.method(cls, "before_handle")[:1]]
    return list(dict.fromkeys(found))


def asks_for_login(call: Call) -> bool:
    """Whether a call gets what says who is there: the header with a token, a cookie, or a user in the session."""
    if any(value.kind == "str" and _LOGIN.search(value.text) for value in call.args):
        return not _SETS.match(call.name)
    if "session" not in call.on.lower() or not _IN_SESSION.match(call.name):
        return False
    return any(
        (value.kind == "str" and _WHO.search(value.text)) or (value.kind == "name" and _KEPT.search(value.text))
        for value in call.args
    )


def _guards(project: Project) -> list[frozenset[str]]:
    """The endpoints that each interceptor names, as `POST users/login`; those are let through."""
    found: list[frozenset[str]] = []
    for file in project.files:
        if file.language != "cpp" or file.is_test:
            continue
        calls: dict[str, list[Call]] = defaultdict(list)
        for call in file.calls:
            if call.fn >= 0 and file.functions[call.fn].owner:
                calls[file.functions[call.fn].owner].append(call)
        for owner in {made.owner for made in file.functions if made.name == "intercept" and made.owner}:
            if any(_refuses(call) for call in calls[owner]):
                found.append(frozenset(_named(call) for call in calls[owner] if call.name == "route" and len(call.args) > 1))  # fmt: skip
    return found


def _refuses(call: Call) -> bool:
    return any(_REFUSES.search(text) for text in (call.name, *(value.text for value in call.args)))


def _named(call: Call) -> str:
    method, path = (_text(value) for value in call.args[:2])
    return f"{method} {path.strip('/')}"


def _text(value: Arg) -> str:
    return value.text if value.kind == "str" else "\0"
