"""Results in which a library tells that it failed, and that nobody looks at: an account that was not made."""

from collections.abc import Iterator

from backwright.review.facts import BARE, DEFERRED, Call
from backwright.review.link.model import Model, shown
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing
from backwright.review.rules.looping import is_offline
from backwright.review.rules.telling import Silent
from backwright.review.rules.weighing import in_browser

# ASP.NET Identity: what gives an IdentityResult, and throws nothing.
_MANAGERS = regex(r"(^|\.)_?\w*([uU]ser|[rR]ole)_?[mM]anager$")
_ACCOUNTS = regex(
    r"^(Create|Update|Delete|AddToRoles?|RemoveFromRoles?|AddPassword|RemovePassword|ChangePassword|ResetPassword|SetEmail|ChangeEmail|"
    r"ConfirmEmail|SetUserName|SetPhoneNumber|AddClaims?|RemoveClaims?|ReplaceClaim|AddLogin|RemoveLogin|SetTwoFactorEnabled|SetLockoutEnabled|"
    r"SetLockoutEndDate)Async$"
)


def unanswered(model: Model, failing: Failing, at: int) -> Iterator[Silent]:
    """Yield changes whose answer is thrown away where it is the only word of a failure."""
    file = model.files[at]
    if file.language != "csharp" or is_offline(file) or in_browser(file) or "/examples/" in f"/{file.path}":
        return
    for call in file.calls:
        if not call.flags & BARE or call.flags & DEFERRED or call.fn < 0 or call.to or call.inside >= 0:
            continue
        if call.catch >= 0:
            continue  # tidies up after a failure
        if _gives_result(model, at, call) and not failing.is_asking(at, call.fn):
            says = f"throws away the result of {shown(call)}(), which is all that tells that it failed: the code goes on as if it had worked"
            yield Silent(call.line, call.fn, "result", says, "Look at Succeeded: log the errors, and tell the client.")


def _gives_result(model: Model, at: int, call: Call) -> bool:
    """Whether a call gives an IdentityResult, itself or as a function of the project."""
    if _ACCOUNTS.match(call.name) and _MANAGERS.search(call.on):
        return True
    targets = model.project.resolve_call(at, call)
    return bool(targets) and all("IdentityResult" in model.project.function(fn).returns for fn in targets)
