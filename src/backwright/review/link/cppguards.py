"""C++: interceptors of oatpp, which stand before every endpoint but those that they name themselves, and handlers that ask who is there."""

import re
from collections import defaultdict
from fnmatch import fnmatch

from backwright.review.facts import Arg, Call
from backwright.review.link.cpphanded import pointed
from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_ADDS = "addRequestInterceptor"
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

    def demands(self, method: str, path: str) -> bool:
        """Whether an interceptor turns away who is not logged in at an endpoint."""
        return any(not any(fnmatch(f"{method} {path.strip('/')}", free) for free in frees) for frees in self.guards)

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
