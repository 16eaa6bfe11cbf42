"""redirect-from-input: a redirect to wherever a link says, in the name of this site."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

CHECKS = ("is_safe_url", "url_has_allowed_host_and_scheme", "urlsplit", "urlparse", "is_safe_redirect", "IsLocalUrl", "startswith", "startsWith", "HasPrefix", "url_for", "reverse", "LocalRedirect")


def check(model: Model) -> Iterator[Hit]:
    """Yield redirects whose target a client decides."""
    yield from flows(model, "sink-redirect", "redirects to where a client says with", _counts, (0,))


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    around = set(model.enclosing(at, call.fn))
    if value.kind in ("fmt", "concat") and value.text.startswith("/") and not value.text.startswith(("//", "/{")):
        return False
    return not any(other.name in CHECKS for other in model.files[at].calls if other.fn in around)
