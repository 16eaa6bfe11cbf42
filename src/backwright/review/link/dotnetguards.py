"""ASP.NET: handlers that ask themselves who is there, and the policy for all that says nothing."""

import re

from backwright.review.facts import AWAITED, NEW, Call
from backwright.review.link.declared import Declared
from backwright.review.link.inside import within
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

_REFUSALS = frozenset("Unauthorized Challenge Forbid UnauthorizedResult ChallengeResult ForbidResult UnauthorizedAccessException".split())  # fmt: skip
_NAMED = regex(r"[A-Z]\w*")
_BEFORE = frozenset("OnActionExecuting OnActionExecutionAsync OnAuthorization OnAuthorizationAsync OnResourceExecuting OnResourceExecutionAsync InvokeAsync".split())  # fmt: skip
# What gives who it is that asks, by its name alone, or by what it is asked of.
_WHO = regex(r"User|Account|Player|Member|FindFirst|Claim|Token|Session")
_CURRENT = regex(r"(Current|LoggedIn|SignedIn|Authenticated|Requesting)_?(User|Account|Player|Member)")
_OF_REQUEST = regex(
    r"(this|(this\.)?(User|HttpContext|Request)|(this\.)?HttpContext\.\w+|_?\w*[cC]ontext(Accessor)?\.HttpContext(\.\w+)?)$"
)
_LEADS = frozenset("Redirect RedirectToAction RedirectToPage RedirectToRoute LocalRedirect".split())
_LOGIN = regex(r"(^|[/~_])(log|sign)_?(in|on)$|^(Log|Sign)(In|in|On|on)$", re.IGNORECASE)
_FIRST = 8  # calls of a handler among which it asks for the user
_LINES = 6  # from there to where it refuses
_HIDDEN = 3  # and to where it says that there is nothing
_REFUSED = regex(r"\b(401|403)\b|Unauthori[sz]ed|Forbid|Challenge")


def filter_refuses(project: Project, declared: Declared) -> bool:
    """Whether a filter of the project that stands before an action refuses by itself, with a key of its own for one.

    `[TypeFilter(typeof(NeedsKey))]` or `[NeedsKey]` counts also beside `[AllowAnonymous]`, which only turns the usual login off.
    """
    texts = [(use.file, use.text) for use in declared.uses]
    if declared.handler is not None:
        at, made = declared.handler.file, project.function(declared.handler)
        marks = [*made.marks, *(project.files[at].classes[made.cls].marks if made.cls >= 0 else ())]
        texts += [(at, text) for mark in marks for text in texts_of(mark.args)]
    return any(
        _refuses(project, cls)
        for at, text in texts
        for name in _NAMED.findall(text)
        for cls in (project.find_class(at, name), project.find_class(at, f"{name}Attribute"))
        if cls is not None
    )


def _refuses(project: Project, cls: Cls) -> bool:
    """Whether a filter answers 401 or 403 before the action runs, or throws what says so: new ForbiddenException()."""
    file = project.files[cls.file]
    before = {n for n, made in enumerate(file.functions) if made.cls == cls.index and made.name in _BEFORE}
    return any(
        a.fn in before and a.target.endswith(".Result") and any(_REFUSED.search(text) for text in texts_of((a.value,)))
        for a in file.assigns
    ) or any(
        c.fn in before and (c.name in _REFUSALS or (c.flags & NEW and _REFUSED.search(c.name))) for c in file.calls
    )


def asks_itself(project: Project, handler: Fn) -> bool:
    """Whether a handler looks whether somebody is logged in, and refuses."""
    file = project.files[handler.file]
    inside = {handler.index, *(n for n in range(len(file.functions)) if within(project, handler, n))}
    asked = any(r.fn in inside and r.attr == "IsAuthenticated" for r in file.reads) or any(
        c.fn in inside and c.name == "AuthorizeAsync" for c in file.calls
    )
    if asked and any(c.fn in inside and c.name in _REFUSALS for c in file.calls):
        return True
    return _refuses_nobody(project, handler)


def _refuses_nobody(project: Project, handler: Fn) -> bool:
    """Whether a handler first asks who it is that asks, and at once refuses whom it does not know: `if (user == null) return Unauthorized();`."""
    file = project.files[handler.file]
    calls = sorted((c for c in file.calls if c.fn == handler.index), key=lambda each: each.line)
    refused = [(c.line, _LINES if _is_refusal(c) else _HIDDEN) for c in calls if _is_refusal(c) or c.name == "NotFound"]
    for n, call in enumerate(calls[:_FIRST] if refused else ()):
        if call.to and call.to != "return" and _asks_for_user(call):
            end = next((line for line, far in refused if call.line < line <= call.line + far), 0)
            between = (c for c in calls[n + 1 :] if c.line < end and c.flags & AWAITED and c.name != "ConfigureAwait")
            return end > 0 and all(_asks_for_user(c) or _is_given(c, call.to) for c in between)
        if call.flags & AWAITED or _is_refusal(call):
            return False  # what it is asked for decides
    return False


def _is_refusal(call: Call) -> bool:
    if call.name in _REFUSALS:
        return True
    texts = list(texts_of(call.args))
    if call.name == "StatusCode":
        return any(_REFUSED.search(text) for text in texts)
    return call.name in _LEADS and any(_LOGIN.search(text) for text in texts)


def _is_given(call: Call, name: str) -> bool:
    """Whether a call is given what a variable holds: `_players.FindAsync(userId)`."""
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts_of(call.args))


def _asks_for_user(call: Call) -> bool:
    """Whether a call gives who it is that asks: `_users.GetUserAsync(User)`, `HttpContext.CurrentUserId()`, `User.FindFirstValue(...)`."""
    if not _WHO.search(call.name):
        return False
    return _CURRENT.search(call.name) is not None or any(
        _OF_REQUEST.match(text) for text in (call.on, *(value.text for value in call.args))
    )


def has_fallback_policy(project: Project) -> bool:
    """Whether the application sets a policy for endpoints that have none."""
    files = [file for file in project.files if file.language == "csharp"]
    return any(a.target.endswith("FallbackPolicy") for file in files for a in file.assigns) or any(
        c.name == "SetFallbackPolicy" for file in files for c in file.calls
    )
