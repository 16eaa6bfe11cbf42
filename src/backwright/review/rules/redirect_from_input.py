"""redirect-from-input: a redirect to wherever a link says, in the name of this site."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.guarded import starts_with_input
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

CHECKS = (
    "is_safe_url",
    "url_has_allowed_host_and_scheme",
    "urlsplit",
    "urlparse",
    "is_safe_redirect",
    "IsLocalUrl",
    "startswith",
    "startsWith",
    "HasPrefix",
    "url_for",
    "reverse",
    "LocalRedirect",
)

CHECKING = regex(
    r"^_*((get|make|to|ensure)_?)?(is_?)?(allow|safe|valid|trust|local|internal|relative)\w*(redirect|url|next|target|host|path|link)|^_*(check|sanitize|clean|verify)_?(redirect|url|next|target|return)",
    re.IGNORECASE,
)

_ASKED_FOR = frozenset(
    "request.path request.get_full_path request.get_full_path() request.url request.full_path request.base_url req.path r.URL.Path".split()
)
# `route('orders.show', [$id])`, `uri!(orders::show: id = id)`, `url("info/" . $id)`, `disk->temporaryUrl($file)`.
_OWN_ADDRESS = regex(
    r"(^|[.>:])(route|to_route|uri|url|urlFor|url_for|path_for|pathFor|reverse|reverse_lazy|generateUrl|signedRoute|temporary(Signed)?(Route|Url)|get_?signed_?url|"
    r"(generate_)?presign\w*|get_?authori[sz](e|ation)_?ur[il]|create_?authori[sz](e|ation)_?url|generate_?auth_?url|auth_?code_?url)$",
    re.IGNORECASE,
)


def check(model: Model) -> Iterator[Hit]:
    """Yield redirects whose target a client decides."""
    yield from flows(model, "sink-redirect", "redirects to where a client says with", _counts, (0,))


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if value.text in _ASKED_FOR:
        return False  # the page that was asked for
    if value.kind == "call" and _OWN_ADDRESS.search(value.text) and not _is_whole(value):
        return False  # made by the router, the storage or a provider's client: what it is given stands in the path or the query
    if call.name == "redirect" and value.name and value is not call.args[0]:
        return False  # Django: what the named page's path is made of
    around = set(model.enclosing(at, call.fn))
    if value.kind == "call" and value.text.endswith("URL") and len(value.items) == 2:
        place = Fn(at, call.fn)
        return model.taint.of(place, value.items[0], model.taint.around(place), call.line) is not None
    if value.kind in ("fmt", "concat") and value.text.startswith("/") and not value.text.startswith(("//", "/{")):
        return False
    if any(text.lower() in ("referer", "referrer", "http_referer") for text in flat((value,))):
        return False  # back to the page that asked: nobody else can choose it for the client
    if not starts_with_input(model, at, call.fn, value, call.line):
        return False  # only what stands behind the host
    return not any(
        other.name in CHECKS or CHECKING.search(other.name) for other in model.files[at].calls if other.fn in around
    )


def _is_whole(value: Arg) -> bool:
    """Whether an address is made of one text that is not known: `url($target)` hands on one that is whole."""
    return (
        value.text.rpartition(".")[2] == "url"
        and len(value.items) == 1
        and value.items[0].kind not in ("fmt", "concat", "str")
    )
