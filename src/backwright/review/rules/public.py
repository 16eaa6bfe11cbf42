"""What is meant to be open: logins, sign-up, webhooks and other ways in for guests."""

import re

from backwright.model.blueprint import Endpoint
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.routers import Use
from backwright.review.link.whoasks import GUESTS
from backwright.review.regexes import regex
from backwright.review.rules.guessable import GUESSED
from backwright.review.rules.openlists import is_listed_open
from backwright.review.rules.owned import texts
from backwright.review.rules.unmounted import is_unmounted

PUBLIC = regex(
    r"webhook|callback|(pay|payment|order|refund)[-_/]?notify|notify[-_]?url|contact|subscribe|newsletter|feedback|/report(-\w+)?/?$|abuse|health|status|metrics|/public|search|graphql|csp-?report|oauth|saml|sso|"
    r"unsubscribe|track|beacon|login|log_?out|sign|regist|token|password|verify|confirm|activate|auth|session|refresh|ping|echo|demo|preview|validate|calculate|estimate|quote|guest|anonymous|two-?_?factor|2fa|mfa|otp|challenge|invit|embed|share|recover|unlock|cart|checkout|error|locale|language|theme|cookie",
    re.IGNORECASE,
)  # fmt: skip
_CONTACT = regex(r"contacts?", re.IGNORECASE)
SETS_UP = regex(
    r"^/(api/)?(v\d+/)?(setup|set-up|install(er|ation)?|wizard|onboarding|first-?run|bootstrap|needs-bootstrap)(/|$)",
    re.IGNORECASE,
)  # what is there before the first account is
ASKS = regex(
    r"(^|[/_-])(exists?|available|created|configured|enabled|initiali[sz]ed|bootstrapped|ready)/?$", re.IGNORECASE
)  # a question with yes or no for an answer
SIGNS_UP = regex(
    r"(^|/)(users?|accounts?|members?|customers?|people|profiles?|players?|subscribers?)(/(create|new|add))?/?$",
    re.IGNORECASE,
)  # how accounts come to be
GUARDING = regex(
    r"(Admin|Auth\w*|Protected|Private|Secured?|User|LoginRequired)(Base)?(Controller|View|Handler|Resource|Mixin|Routes?)\b|Base(Admin|User|Auth)"
)
OPTIONAL = regex(r"\boptional|optional(auth|user|login|jwt)?$|(auth|user|login|jwt)_?optional", re.IGNORECASE)
_REFUSES = regex(r"unauthori|forbid|\b40[13]\b|not_?found|denied", re.IGNORECASE)
PRIVATE = regex(r"(^|/)(admin|internal|private|manage|management|backoffice|debug|ops|system)(/|$)", re.IGNORECASE)


def _said(endpoint: Endpoint, text: str) -> str:
    """What a path or a name says; who writes to somebody changes no contact that is kept: `DELETE /contacts/{id}`."""
    return _CONTACT.sub("", text) if endpoint.method in ("PUT", "PATCH", "DELETE") else text


def is_meant_open(model: Model, declared: Declared, endpoint: Endpoint) -> bool:
    """Whether an endpoint is open by what it is for, is guarded in a way that only its class tells, or is reached by nobody."""
    if (
        is_unmounted(model, declared)
        or SETS_UP.search(endpoint.path)
        or PUBLIC.search(_said(endpoint, endpoint.path))
        or PUBLIC.search(_said(endpoint, endpoint.handler.replace("(anonymous)", "")))
    ):
        return True
    if is_listed_open(model, endpoint.path):
        return True
    if endpoint.method == "GET" and ASKS.search(endpoint.path):
        return True
    owner = (
        model.project.own_class(declared.handler.file, declared.handler.index) if declared.handler is not None else None
    )
    if owner is not None and any(GUARDING.search(base) for base in model.files[owner.file].classes[owner.index].bases):
        return True  # what it stands on asks who is there
    if any(_may_refuse(model, use) for use in declared.uses):
        return True
    if any(GUESTS.match(use.text) for use in declared.uses):
        return True  # whoever is logged in already is sent away
    if any(OPTIONAL.search(use.text) for use in declared.uses):
        return True  # who is logged in is known, and the handler decides
    if endpoint.method == "POST" and SIGNS_UP.search(endpoint.path) and not PRIVATE.search(endpoint.path):
        return True
    return any(pattern.search(endpoint.path) for _, pattern in GUESSED[:1])


def _may_refuse(model: Model, use: Use) -> bool:
    """Whether what stands before an endpoint is a class or function of the project that turns somebody away."""
    name = re.match(r"\w+", use.text)
    names = (name[0], f"{name[0]}Attribute", f"{name[0]}Filter") if name else ()
    for cls in filter(None, (model.project.find_class(use.file, each) for each in names)):
        made = model.files[cls.file].functions
        if any(_says_no(model, cls.file, n) for n, fn in enumerate(made) if fn.cls == cls.index):
            return True
    for fn in model.project.resolve(use.file, -1, "", name[0]) if name else ():
        inner = (n for n, made in enumerate(model.files[fn.file].functions) if made.parent == fn.index)
        if any(_says_no(model, fn.file, n) for n in (fn.index, *inner)):
            return True
    return False


def _says_no(model: Model, at: int, fn: int) -> bool:
    """Whether a function answers 401 or the like."""
    calls = (model.files[at].calls[n] for n in model.inside.calls[at].get(fn, ()))
    told = [text for call in calls for text in (call.name, *texts(call.args))]
    told += [text for each in model.files[at].returns if each.fn == fn for text in texts((each.value,))]
    return any(_REFUSES.search(text) for text in told)
