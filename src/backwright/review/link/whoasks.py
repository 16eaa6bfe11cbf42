"""Handlers that ask themselves who is there, and turn away who is not logged in."""

import re

from backwright.review.facts import Call
from backwright.review.link.aiohttpguards import is_behind
from backwright.review.link.flaskhooks import is_hooked
from backwright.review.link.project import Fn, Project
from backwright.review.link.pythonguards import has_it_checked
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

_ASKS = regex(
    r"(get_?server_?session|require_?(user|auth|session|login|admin)|\bauth$|get_?(current_?)?user(_?id)?(FromRequest|FromToken|Session|Claims)?$|verify_?(token|jwt|session|auth)|check_?(auth|token|login|session|permission)|ensure_?auth|"
    r"get_jwt_identity|verify_jwt_in_request|principal|current_user|is_?authenticated|getSession|denyAccessUnlessGranted|authorize$|Auth\.(user|id|check)|isGranted|RequireUser|call\.principal|jwt\.(decode|verify))", re.IGNORECASE,
)  # fmt: skip
_READS = regex(
    r"current_user\.(id|is_)|(^|\.)session\.not in$|^self\.current_user$|request\.user\b|req\.(user|session\.user|auth)|ctx\.state\.user|request\.auth",
    re.IGNORECASE,
)
_OF_BODY = regex(r"req(uest)?\.(user|auth)\w")  # Python: `req: LoginRequest` is a body, and `req.username` what it says
_CALLS_MAX = 12  # calls looked at: what comes later is no check before the work
# Python: to ask whether somebody is logged in is no check; pages for guests send them away for it.
_IS_LOGGED_IN = regex(r"(^|\.)(is_authenticated|is_anonymous|is_staff|is_superuser)$")
_GETS_USER = regex(r"get_?user(_?id)?$", re.IGNORECASE)
_USER = regex(r"(^|\.)(request\.user|current_user|g\.user)$")
_REFUSES = frozenset(
    "HttpResponseForbidden PermissionDenied redirect_to_login NotAuthenticated AuthenticationFailed handle_no_permission "
    "permission_denied no_permissions_fail HttpResponseUnauthorized unauthorized Unauthorized Forbidden".split()
)
# Classes that projects name after it and hand to what makes an answer: `answered(NotAuthenticated401)`.
_REFUSAL = regex(
    r"(\w+\.)*\w*(NotAuthenticated|Unauthori[sz]ed|AuthenticationFailed|NotLoggedIn|PermissionDenied|Forbidden)\d*(Error|Exception)?$"
)
_GOES_ELSEWHERE = frozenset({"redirect", "HttpResponseRedirect"})
_STATUSES = frozenset({"401", "403", "status.HTTP_401_UNAUTHORIZED", "status.HTTP_403_FORBIDDEN"})
_HEADER = regex(r"\brequest\.(headers|META)\b")
_KEY = regex(r"^(settings|\w*config|app\.config)\b.*(KEY|TOKEN|SECRET|PASSWORD)", re.IGNORECASE)
_SWITCHES_USER = regex(r"((django|auth)_|_)?log(in|out)(_user)?")  # who asks and then does so turns nobody away
# Sends away who is logged in already, by asking the same as a login does.
GUESTS = regex(
    r"(middleware\()?\W*(guests?(_?only)?|only_?guests?|redirect_?if_?auth\w*|ensure_?guest|not_?logged_?in|anonymous_?required)\b",
    re.IGNORECASE,
)


def asks_who(project: Project, handler: Fn, inside: list[Call], plain: re.Pattern[str]) -> bool:
    """Whether a handler asks who is there. `inside`: its calls; `plain`: what in a name means no login."""
    file = project.files[handler.file]
    if file.language == "python":
        inside = [call for call in inside if not _looks_up(project, handler, call)]
    names = [f"{call.on}.{call.name}" for call in inside][:_CALLS_MAX]
    reads = [f"{read.base}.{read.attr}" for read in file.reads if read.fn == handler.index]
    if file.language == "python":
        names = [_plain(project, handler.file, name) for name in names if not _IS_LOGGED_IN.search(name)]
        reads = [name for name in reads if not _IS_LOGGED_IN.search(name) and not _only_asked(project, handler, name)]
        reads = [name for name in reads if not _OF_BODY.match(name)]
        if turns_away(project, handler) or is_hooked(project, handler) or is_behind(project, handler):
            return True
        if has_it_checked(project, handler, inside[:_CALLS_MAX]):
            return True
    return any(_ASKS.search(plain.sub("", name)) for name in names) or any(_READS.search(name) for name in reads)


def _looks_up(project: Project, handler: Fn, call: Call) -> bool:
    """Whether a user is looked up by what stands in the path: `User.get_user(username)` asks who that is, not who is there."""
    named = {param.name for param in project.function(handler).params} - {"self", "request", "token", "info"}
    return _GETS_USER.match(call.name) is not None and any(value.text in named for value in call.args)


def _plain(project: Project, at: int, chain: str) -> str:
    """Return what a module of the project is asked for without the module's name: `from shop.web import user as current_user`."""
    on, _, name = chain.rpartition(".")
    made = project.imported[at].get(on)
    return name if made is not None and project.module_files(at, made.inner) else chain


def _only_asked(project: Project, handler: Fn, chain: str) -> bool:
    """Whether all that is done with a user is to ask if he is logged in: `cfg.error if request.user.is_authenticated else None`."""
    file = project.files[handler.file]
    on = [read.attr for read in file.reads if read.fn == handler.index and read.base == chain]
    if not on or not all(_IS_LOGGED_IN.search(attr) for attr in on):
        return False
    values = [value for call in file.calls if call.fn == handler.index for value in call.args]
    values += [each.value for each in file.assigns if each.fn == handler.index]
    values += [each.value for each in file.returns if each.fn == handler.index]
    values += [side for each in file.compares if each.fn == handler.index for side in (each.left, each.right)]
    return chain not in texts_of(values)


def turns_away(project: Project, fn: Fn) -> bool:
    """Python: whether a function asks if somebody is logged in, and first of all sends who is not to the login."""
    file = project.files[fn.file]
    calls = [call for call in file.calls if call.fn == fn.index]
    if _compares_key(project, fn, calls):
        return True
    asks = [read for read in file.reads if read.fn == fn.index and _IS_LOGGED_IN.search(read.attr)]
    held = {a.target for a in file.assigns if a.fn == fn.index and _USER.search(a.value.text)} if asks else set()
    asked = [read.line for read in asks if read.base in held or _USER.search(read.base)]
    if not asked or any(_SWITCHES_USER.fullmatch(call.name) for call in calls):
        return False
    after = sorted((call for call in calls if call.line >= asked[0]), key=lambda call: call.line)
    return next((told for call in after if (told := _turns_away(call)) is not None), False)


def _compares_key(project: Project, fn: Fn, calls: list[Call]) -> bool:
    """Whether a function first of all compares a header with a key from the settings, and refuses who has another."""
    file = project.files[fn.file]
    held = {a.target for a in file.assigns if a.fn == fn.index and _HEADER.search(a.value.text)}
    for test in (each for each in file.compares if each.fn == fn.index):
        sides = (test.left.text, test.right.text)
        if any(_KEY.search(one) and (other in held or _HEADER.search(other)) for one, other in (sides, sides[::-1])):
            after = min((call for call in calls if call.line > test.line), key=lambda call: call.line, default=None)
            return after is not None and _turns_away(after) is True
    return False


def _turns_away(call: Call) -> bool | None:
    """Whether a call refuses; None for one that does not say where to go."""
    if call.name in _REFUSES or any(value.text in _STATUSES for value in call.args):
        return True
    if any(value.kind in ("name", "call") and _REFUSAL.match(value.text) for value in call.args):
        return True
    if call.name not in _GOES_ELSEWHERE:
        return None
    return any("login" in each.text.lower() for value in call.args for each in (value, *value.items))
