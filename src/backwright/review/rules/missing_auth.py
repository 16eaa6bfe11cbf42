"""missing-auth: an endpoint that changes something is open, while those beside it need a login."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.model import Model
from backwright.review.link.routes import Declared
from backwright.review.rules.guessable import GUESSED
from backwright.review.rules.rule import Hit

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
GUARDED_SHARE = 0.5  # of the siblings that change something: below it being open is the custom there
PUBLIC = re.compile(
    r"webhook|callback|contact|subscribe|newsletter|feedback|health|status|metrics|/public|search|graphql|csp-?report|oauth|saml|sso|"
    r"unsubscribe|track|beacon|login|log_?out|sign|regist|token|password|verify|confirm|activate|auth|session|refresh|ping|echo|demo|preview|validate|calculate|estimate|quote|guest|anonymous|two-?_?factor|2fa|mfa|otp|challenge|invit|embed|share|cart|checkout|error|locale|language|theme|cookie",
    re.IGNORECASE,
)  # fmt: skip
SIGNS_UP = re.compile(
    r"(^|/)(users?|accounts?|members?|customers?|people|profiles?|players?|subscribers?)/?$", re.IGNORECASE
)  # how accounts come to be
GUARDING = re.compile(
    r"(Admin|Auth\w*|Protected|Private|Secured?|User|LoginRequired)(Base)?(Controller|View|Handler|Resource|Mixin|Routes?)\b|Base(Admin|User|Auth)"
)
OPTIONAL = re.compile(r"\boptional|optional(auth|user|login|jwt)?$|(auth|user|login|jwt)_?optional", re.IGNORECASE)
PRIVATE = re.compile(r"(^|/)(admin|internal|private|manage|management|backoffice|debug|ops|system)(/|$)", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file: its open endpoints among guarded ones."""
    guarded_anywhere = any(endpoint.auth for endpoint in model.endpoints)
    groups: dict[int, list[tuple[Declared, Endpoint]]] = defaultdict(list)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        groups[declared.at].append((declared, endpoint))
    for at, found in groups.items():
        changing = [(d, e) for d, e in found if e.method in CHANGES]
        guarded = [e for _, e in changing if e.auth]
        siblings = len(guarded) >= 1 and len(guarded) >= GUARDED_SHARE * len(changing)
        for declared, endpoint in found:
            if endpoint.auth is not False or not _counts(model, declared, endpoint):
                continue
            hidden = PRIVATE.search(endpoint.path) is not None
            if endpoint.method in CHANGES and siblings:
                told = f"{len(guarded)} of {len(changing)} such endpoints beside it do"
                yield _hit(
                    model,
                    at,
                    declared,
                    endpoint,
                    told,
                    guarded,
                    Confidence.MEDIUM if len(guarded) > 1 else Confidence.LOW,
                )
            elif hidden and guarded_anywhere:
                yield _hit(
                    model, at, declared, endpoint, "its path says that it is not for everybody", [], Confidence.MEDIUM
                )


def _counts(model: Model, declared: Declared, endpoint: Endpoint) -> bool:
    if PUBLIC.search(endpoint.path) or PUBLIC.search(endpoint.handler):
        return False
    owner = (
        model.project.own_class(declared.handler.file, declared.handler.index) if declared.handler is not None else None
    )
    if owner is not None and any(GUARDING.search(base) for base in model.files[owner.file].classes[owner.index].bases):
        return False  # what it stands on asks who is there
    if any(OPTIONAL.search(use.text) for use in declared.uses):
        return False  # who is logged in is known, and the handler decides
    if endpoint.method == "POST" and SIGNS_UP.search(endpoint.path) and not PRIVATE.search(endpoint.path):
        return False
    return not any(pattern.search(endpoint.path) for _, pattern in GUESSED[:1])


def _hit(
    model: Model,
    at: int,
    declared: Declared,
    endpoint: Endpoint,
    told: str,
    guarded: list[Endpoint],
    confidence: Confidence,
) -> Hit:
    path = [Spot(endpoint.file, declared.line, f"{endpoint.method} {endpoint.path}: no guard found")]
    path += [Spot(e.file, e.line, f"{e.method} {e.path} needs a login") for e in guarded[:2]]
    fn = declared.handler.index if declared.handler is not None and declared.handler.file == at else -1
    message = f"{endpoint.method} {endpoint.path} needs no login; {told}"
    severity = Severity.HIGH if endpoint.method != "GET" else Severity.MEDIUM
    return Hit(at, declared.line, message, fn, tuple(path), confidence, severity)
