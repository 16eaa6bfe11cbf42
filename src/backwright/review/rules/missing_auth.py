"""missing-auth: an endpoint is open though others are guarded, or anybody who is logged in gets at what belongs to others."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.link.declared import Declared
from backwright.review.link.effects import Does
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.blazorpages import open_pages
from backwright.review.rules.claimed import claimed_users
from backwright.review.rules.givenroles import roles_for_anybody
from backwright.review.rules.hubs import open_hubs
from backwright.review.rules.opened import open_endpoints
from backwright.review.rules.otheraccounts import OtherAccounts
from backwright.review.rules.others import Others
from backwright.review.rules.patterns import flat
from backwright.review.rules.peers import unlike_peers
from backwright.review.rules.public import PRIVATE, PUBLIC, is_meant_open
from backwright.review.rules.recordless import unseen_records
from backwright.review.rules.records import records_of_others
from backwright.review.rules.routers import unguarded_files
from backwright.review.rules.rule import Hit
from backwright.review.rules.sitewide import settings_for_all
from backwright.review.rules.staffed import changes_of_staff
from backwright.review.rules.unasked import Unasked
from backwright.review.rules.unawaited import unawaited_checks
from backwright.review.rules.unheeded import unheeded_checks
from backwright.review.rules.withoutroles import without_roles

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Endpoints that change something, and how many of them need a login where that is the custom.
CUSTOM_MIN, CUSTOM_SHARE = 10, 0.85
UPLOADS = regex(r"(^|[/_-])(upload|import|restore|attach)", re.IGNORECASE)
SURE = frozenset({"go", "rust"})  # every place that was read there was right: nothing is reached by name alone
GUARDED_SHARE = 0.5  # of the siblings that change something: below it being open is the custom there


def check(model: Model) -> Iterator[Hit]:
    """Yield open endpoints among guarded ones, then others that are open, then those that forget to ask whose a record is."""
    others = Others(model)
    files = dict(unguarded_files(model, others))
    found = [
        *files.values(),
        *(hit for hit in (*_beside_guarded(model, others), *open_endpoints(model, others)) if hit.at not in files),
        *(_surely(model, hit) for hit in records_of_others(others)),
        *changes_of_staff(others),
        *without_roles(others),
        *unseen_records(others),
        *unlike_peers(others),
    ]
    told = {(hit.at, hit.line) for hit in found}
    found += [hit for hit in settings_for_all(others) if (hit.at, hit.line) not in told]
    yield from found
    yield from roles_for_anybody(others)
    yield from open_hubs(model, others)
    yield from open_pages(model)
    yield from unawaited_checks(model)
    yield from unheeded_checks(model)
    yield from claimed_users(others)
    told = {(hit.at, hit.line) for hit in found if hit.tier in (None, Tier.DEFAULT)}
    handlers = {
        d.handler for d in model.declared if d.handler is not None and ((d.at, d.line) in told or d.at in files)
    }
    yield from Unasked(others).hits(handlers)
    yield from OtherAccounts(others).hits(handlers)


def _surely(model: Model, hit: Hit) -> Hit:
    """Return what speaks for itself for the default set: others look for the owner of the very same thing, and types tell that this one does not."""
    is_sure = hit.tier is None and hit.confidence is Confidence.HIGH and model.files[hit.at].language in SURE
    return structs.replace(hit, tier=Tier.DEFAULT) if is_sure else hit


def _beside_guarded(model: Model, others: Others) -> Iterator[Hit]:
    apps = others.owners.apps
    nearly_all = _nearly_all(model)
    groups: dict[int, list[tuple[Declared, Endpoint]]] = defaultdict(list)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        groups[declared.at].append((declared, endpoint))
    for at, found in groups.items():
        changing = [(d, e) for d, e in found if e.method in CHANGES]
        guarded = [e for _, e in changing if e.auth]
        siblings = len(guarded) >= 1 and len(guarded) >= GUARDED_SHARE * len(changing)
        for declared, endpoint in found:
            if endpoint.auth is not False or is_meant_open(model, declared, endpoint):
                continue
            if others.vouchers.refuses(others.bodies.reach(declared, endpoint), declared):
                continue  # it looks itself who is there
            hidden = PRIVATE.search(endpoint.path) is not None
            if endpoint.method in CHANGES and siblings:
                told = f"{len(guarded)} of {len(changing)} such endpoints beside it do"
                sure = len(guarded) > 1 or (nearly_all and _is_grave(endpoint))
                confidence = (
                    Confidence.MEDIUM if sure and not _only_reads(others, declared, endpoint) else Confidence.LOW
                )
                yield _hit(model, at, declared, endpoint, told, guarded, confidence)
            elif hidden and apps.of(declared.at) in apps.with_login and not _does_nothing(model, declared, endpoint):
                yield _hit(
                    model, at, declared, endpoint, "its path says that it is not for everybody", [], Confidence.MEDIUM
                )


def _only_reads(others: Others, declared: Declared, endpoint: Endpoint) -> bool:
    """Whether a POST changes nothing as far as can be seen: it runs queries, and all of them read."""
    if endpoint.method != "POST" or declared.handler is None or UPLOADS.search(endpoint.path):
        return False
    reach = others.bodies.reach(declared, endpoint)
    kinds = [others.kind(access) for fn in reach for access in others.model.data.by_function.get(fn, ())]
    return bool(kinds) and set(kinds) == {"read"} and not others.removes(reach)


def _is_grave(endpoint: Endpoint) -> bool:
    """Whether an endpoint changes what is there, or takes files."""
    return endpoint.method != "POST" or UPLOADS.search(endpoint.path) is not None


def _nearly_all(model: Model) -> bool:
    """Whether a login is the custom: nearly all that changes something in a repository needs one."""
    changing = [e.auth for e in model.endpoints if e.method in CHANGES and not PUBLIC.search(f"{e.path} {e.handler}")]
    return len(changing) >= CUSTOM_MIN and changing.count(True) >= CUSTOM_SHARE * len(changing)


def _does_nothing(model: Model, declared: Declared, endpoint: Endpoint) -> bool:
    """Whether a page is shown that asks nothing and runs nothing of the project: that something is switched off, or the page of an application in the browser."""
    handler = declared.handler
    return (
        endpoint.method in ("GET", "*")
        and handler is not None
        and not model.effects.callees.get(handler)
        and all(
            does.does in ("sink-redirect", "clean") or (does.does == "sink-path" and _is_page(model, does))
            for does in model.effects.of_function.get(handler, ())
        )
    )


def _is_page(model: Model, does: Does) -> bool:
    """Whether a file that is sent is a page that lies there for everybody."""
    return any(".html" in text for text in flat(model.files[does.at].calls[does.index].args))


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
    fn = declared.beside
    message = f"{endpoint.method} {endpoint.path} needs no login; {told}"
    severity = Severity.HIGH if endpoint.method != "GET" else Severity.MEDIUM
    return Hit(at, declared.line, message, fn, tuple(path), confidence, severity)
