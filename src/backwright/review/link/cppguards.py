"""C++: what stands before every endpoint, such as oatpp's interceptors, but those that it names itself, and handlers that ask who is there."""

import re
from collections import defaultdict
from fnmatch import fnmatch

from backwright.review.facts import Arg, Call
from backwright.review.link.cpphanded import pointed
from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_ADDS = "addRequestInterceptor"
# Calls that put a function before every handler.
_BEFORE = frozenset(
    "registerPreRoutingAdvice registerPostRoutingAdvice registerPreHandlingAdvice registerSyncAdvice set_pre_routing_handler set_pre_request_handler".split()
)
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
    r"(^|\.)jwt\b.*\.(decode|verify)$|(verify|validate|check|decode|parse)_?(access_?|auth_?|jwt_?|bearer_?)?(jwt|token)$|^(require|ensure)_?(auth|login|user|admin|session|permission)",
    re.IGNORECASE,
)
_IN_SESSION = regex(r"^(find|get|contains|getOptional|exists|has|get_value)$")
_WHO = regex(r"user|login|logged|account|uid$|^id$", re.IGNORECASE)
_TURNS_AWAY = regex(
    r"\b40[13]\b|k40[13]|CODE_40[13]|unauthori[sz]ed|forbidden|not_?logged|(log|sign) ?in first|please (log|sign) ?in|login_?required|NotAuthenticated|AuthException|\u672a\u767b\u5f55|\u8bf7(\u5148)?\u767b\u5f55",
    re.IGNORECASE,
)
_REFUSES = regex(r"CODE_401|Unauthorized|handleAuthorization", re.IGNORECASE)


class CppGuards:
    """What a server's interceptors demand, and the paths that they let through."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.guards = tuple(_guards(project)) if _ADDS in project.calls_by_name else ()
        self._looking: dict[Fn, bool] = {}
        self.frees = [free for fn in _before(project) if (free := self._free(fn)) is not None]

    def demands(self, method: str, path: str) -> bool:
        """Whether an interceptor turns away who is not logged in at an endpoint."""
        if any(not any(fnmatch(f"{method} {path.strip('/')}", free) for free in frees) for frees in self.guards):
            return True
        return any(
            not any(path == free or (free != "/" and path.startswith(free)) for free in frees) for frees in self.frees
        )

    def _free(self, fn: Fn) -> list[str] | None:
        """Return the paths that a function before all handlers lets through without a login; None if it asks for none, or for some paths only."""
        file, calls = self.project.files[fn.file], self._calls(fn)
        if not any(self._asks(fn.file, call) for call in calls) or not any(_turns_away(call) for call in calls):
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
        for fn in (handler, *self._handed_on(handler)):
            own = self._calls(fn)[:_CALLS_MAX]
            asked = next((number for number, call in enumerate(own) if self._asks(fn.file, call)), None)
            if asked is None:
                continue
            if any(_turns_away(call) for call in own[asked:]):
                return True
            if any(
                _turns_away(call)
                for each in self.project.resolve_call(fn.file, own[asked])
                for call in self._calls(each)
            ):
                return True  # it does so itself, by what it throws
        return False

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


def _before(project: Project) -> list[Fn]:
    """The functions that a server runs before every handler: those handed to it, and Crow's middleware for the whole application."""
    found: list[Fn] = []
    for at, index in (place for name in _BEFORE for place in project.calls_by_name.get(name, ())):
        call = project.files[at].calls[index]
        if project.files[at].language == "cpp" and not project.files[at].is_test:
            found += [Fn(at, value.ref) for value in call.args if value.kind == "fn" and value.ref >= 0]
    for at, index in project.calls_by_name.get("App", ()):
        call = project.files[at].calls[index]
        for value in call.args if project.files[at].language == "cpp" and not project.files[at].is_test else ():
            cls = project.find_class(at, value.text) if value.name == "<>" else None
            if cls is not None and not any("ILocalMiddleware" in base for base in project.class_(cls).bases):
                found += project.method(cls, "before_handle")[:1]
    return list(dict.fromkeys(found))


def asks_for_login(call: Call) -> bool:
    """Whether a call gets what says who is there: the header with a token, a cookie, or a user in the session."""
    if any(value.kind == "str" and _LOGIN.search(value.text) for value in call.args):
        return True
    if "session" not in call.on.lower() or not _IN_SESSION.match(call.name):
        return False
    return any(value.kind == "str" and _WHO.search(value.text) for value in call.args)


def _turns_away(call: Call) -> bool:
    return any(_TURNS_AWAY.search(text) for text in (call.name, *(value.text for value in call.args)))


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
