"""Answers in which a library tells that it failed, and that nobody looks at: a refused request, an account that was not made."""

import re
from collections.abc import Iterator

from backwright.review.facts import BARE, DEFERRED, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing
from backwright.review.rules.looping import is_offline
from backwright.review.rules.telling import Silent, whole_of
from backwright.review.rules.weighing import in_browser

# ASP.NET Identity: what gives an IdentityResult, and throws nothing.
_MANAGERS = regex(r"(^|\.)_?\w*([uU]ser|[rR]ole)_?[mM]anager$")
_ACCOUNTS = regex(
    r"^(Create|Update|Delete|AddToRoles?|RemoveFromRoles?|AddPassword|RemovePassword|ChangePassword|ResetPassword|SetEmail|ChangeEmail|"
    r"ConfirmEmail|SetUserName|SetPhoneNumber|AddClaims?|RemoveClaims?|ReplaceClaim|AddLogin|RemoveLogin|SetTwoFactorEnabled|SetLockoutEnabled|"
    r"SetLockoutEndDate)Async$"
)
# Requests whose answer has a status, and that throw nothing if it is an error.
_SENT = {
    "csharp": regex(r"^(Post|Put|Patch|Delete|Send)(AsJson)?Async$"),
    "javascript": regex(r"^fetch$"),
    "python": regex(r"^(post|put|patch|delete)$"),
    "php": regex(r"^(post|put|patch|delete)$"),
}
_LIBRARIES = frozenset({"HttpClient", "fetch", "requests", "httpx"})
_RAISES = frozenset({"throw", "throwIf", "raise_for_status", "EnsureSuccessStatusCode"})
_LARAVEL = regex(r"^(Illuminate\.Support\.Facades\.)?Http(\.|$)")
_STATISTICS = regex(r"metric|telemetr|analytic|track|statsd|ping|health|notif|webhook|event", re.IGNORECASE)


def unanswered(model: Model, failing: Failing, at: int) -> Iterator[Silent]:
    """Yield changes whose answer is thrown away where it is the only word of a failure."""
    file = model.files[at]
    asked = _SENT.get(file.language)
    if asked is None or is_offline(file) or in_browser(file) or "/examples/" in f"/{file.path}":
        return
    for index, call in enumerate(file.calls):
        if not call.flags & BARE or call.flags & DEFERRED or call.fn < 0 or call.to or call.inside >= 0:
            continue
        if call.catch >= 0:
            continue  # tidies up after a failure
        if file.language == "csharp" and _gives_result(model, at, call) and not failing.is_asking(at, call.fn):
            says = f"throws away the result of {shown(call)}(), which is all that tells that it failed: the code goes on as if it had worked"
            yield Silent(call.line, call.fn, "result", says, "Look at Succeeded: log the errors, and tell the client.")
        elif asked.match(call.name) and _is_sent(model, at, index, file, call):
            says = f"never looks at the answer of {shown(call)}(), which throws nothing for a 4xx or 5xx: what was refused counts as done"
            yield Silent(
                call.line, call.fn, "answer", says, "Look at the status of the answer, and treat an error as one."
            )


def _gives_result(model: Model, at: int, call: Call) -> bool:
    """Whether a call gives an IdentityResult, itself or as a function of the project."""
    if _ACCOUNTS.match(call.name) and _MANAGERS.search(call.on):
        return True
    targets = model.project.resolve_call(at, call)
    return bool(targets) and all("IdentityResult" in model.project.function(fn).returns for fn in targets)


def _is_sent(model: Model, at: int, index: int, file: File, call: Call) -> bool:
    """Whether a call is a request that changes something, and the last word of its chain."""
    chain = model.effects.chain(at, index)
    if chain[-1] != index or _RAISES & {file.calls[n].name for n in chain}:
        return False
    named = model.project.function(Fn(at, model.named(at, call.fn)))
    if _STATISTICS.search(named.name) or _STATISTICS.search(named.owner):
        return False  # whoever is told may be away
    if file.language == "php":
        return bool(_LARAVEL.match(whole_of(file.calls[chain[0]])))
    if call.name == "SendAsync" and "http" not in call.on.lower():
        return False  # mail is sent by that name, too
    if model.project.resolve_call(at, call):
        return False  # a client of the project's own, which is looked at itself
    told = model.effects.of_call[at].get(index, ())
    if not any(does.does == "outgoing" and does.effect.library in _LIBRARIES for does in told):
        return False
    if file.language == "javascript":
        return any(
            item.name == "method" and item.text.upper() not in ("GET", "HEAD") for v in call.args for item in v.items
        )
    return True
