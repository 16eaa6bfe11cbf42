"""What PHP's middleware demands, told by what it does and not by the namespace that it lies in."""

import re
from collections.abc import Iterable, Sequence

from backwright.review.facts import Call
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

LOGOUT_LINES = 8  # between logging somebody out and sending them to the login
_NAMESPACE = regex(r"\\?(?:\w+\\)+(?=\w+\.class\b)")
_LOGS_OUT = frozenset({"logout", "logoutCurrentDevice", "logoutOtherDevices"})
_STAFF = regex(r"(?<![a-z])(Admin|Moderator|Staff|SuperUser)(?![a-z])")  # as words of a class's name
_ASKS_USER = frozenset({"user", "check", "guest", "id", "hasRole", "isAdmin", "hasPermissionTo", "can", "cannot"})
_TURNS_AWAY = regex(r"^(abort(_if|_unless)?|redirect|back|to|route|away)$|\b40[134]\b|Exception$|denied", re.IGNORECASE)
_WHO = r"(\$?\w*request(\(\))?|auth\([^()]*\)|Auth::(guard\([^()]*\)->)?|Sentinel::|\$this->auth)(->)?(user|check|id|hasUser)\(\)"
_NOBODY = regex(rf"!\s*{_WHO}$|(auth\([^()]*\)->|Auth::)guest\(\)$", re.IGNORECASE)
_SOMEBODY = regex(r"(\w*request(\(\))?|auth(\(\))?|Auth(\.guard\(\))?)\.(user|check|id|hasUser)", re.IGNORECASE)
_GUEST = regex(r"(auth(\(\))?|Auth(\.guard\(\))?)\.guest", re.IGNORECASE)
_ASSERTS = regex(
    r"(assert|ensure|require)(Is|User)*(Registered|Admin|Can|Permission|Authenticated|Authorized|Logged_?In|Login|Auth)"
)
_ASKED_ON = ("this", "this.security", "security", "this.authorizationChecker", "authorizationChecker")
_DENIES = regex(r"createAccessDeniedException|AccessDenied(Http)?Exception|UnauthorizedHttpException")
THROW_LINES = 2  # between asking and throwing
CALLS_MAX = 8  # of a handler: what comes later is no check before the work


def plainly(word: str) -> str:
    """Return what stands before an endpoint without the namespaces of classes: that of a package is no guard."""
    return _NAMESPACE.sub("", word)


def turns_away(name: str, calls: Sequence[Call], refusals: Iterable[Call]) -> bool:
    """Whether a middleware class asks for a login: it refuses, and not only those whom it has just logged out.

    One that is called after those who run a site does, too, if it asks for the user and sends others away.
    """
    told = list(refusals)
    outs = [call.line for call in calls if call.name in _LOGS_OUT]
    if told:
        return not outs or not all(any(0 <= each.line - line <= LOGOUT_LINES for line in outs) for each in told)
    return (
        _STAFF.search(name) is not None
        and any(call.name in _ASKS_USER for call in calls)
        and any(
            _TURNS_AWAY.search(text) for call in calls for text in (call.name, *(value.text for value in call.args))
        )
    )


def steps(project: Project, handler: Fn, cls: Cls | None) -> list[Fn]:
    """Return a handler and the methods that it calls on itself: those of the class that inherits it, if it is one's."""
    own = cls if cls is not None else project.own_class(handler.file, handler.index)
    called = (
        call.name
        for call in project.files[handler.file].calls
        if call.fn == handler.index and call.on in ("this", "self", "static")
    )
    inner = [fn for name in dict.fromkeys(called) for fn in (project.method(own, name) if own is not None else ())[:1]]
    return [handler, *(fn for fn in inner if fn != handler)]


def asks_itself(project: Project, handler: Fn) -> bool:
    """Whether a handler begins with `abort_if(!$request->user(), 403)`, `abort_unless(auth()->check(), 401)` or `$actor->assertAdmin()`."""
    own = [call for call in project.files[handler.file].calls if call.fn == handler.index]
    for call in own[:CALLS_MAX]:
        if call.on and _ASSERTS.fullmatch(call.name):  # $actor->assertCan("edit", $post)
            return True
        if call.name not in ("abort_if", "abort_unless") or call.on or not call.args:
            continue
        told = call.args[0]
        if call.name == "abort_unless":
            if told.kind == "call" and _SOMEBODY.fullmatch(told.text):
                return True
        elif told.kind == "other":
            if "&&" not in told.text and any(_NOBODY.match(part.strip()) for part in told.text.split("||")):
                return True
        elif told.kind == "call" and told.text == "is_null" and told.items:
            if _SOMEBODY.fullmatch(told.items[0].text):
                return True
        elif told.kind == "call" and _GUEST.fullmatch(told.text):
            return True
    return _throws(own[: 2 * CALLS_MAX])


def _throws(own: Sequence[Call]) -> bool:
    """Symfony: whether somebody is asked for, and right behind that access is denied: `if (!$this->getUser()) throw $this->createAccessDeniedException();`."""
    asked = [call.line for call in own if call.name in ("getUser", "isGranted") and call.on in _ASKED_ON]
    denied = [call.line for call in own if _DENIES.fullmatch(call.name)]
    return any(0 <= line - before <= THROW_LINES for line in denied for before in asked)
