"""Open endpoints: what changes data or hands out what is private without asking who is there, in an application that has a login."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.link.cppguards import asks_for_login
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.others import Others, last_of, spots_of
from backwright.review.rules.owned import PRIVATE_THING, is_person
from backwright.review.rules.public import is_meant_open
from backwright.review.rules.rule import Hit

# Paths on which a person shows what everybody may see.
SHOWN = regex(
    r"profile|author|avatar|public|exist|availab|search|suggest|(?<!ac)count|look_?up|check|recent|popular|leader|rank",
    re.IGNORECASE,
)
# What says who it is that asks: `HttpContext.CurrentUserId()`, `User.FindFirst(...)`, `_currentUser.Id`.
_WHO = regex(
    r"current_?(user|account|member|player|login)|user_?(context|accessor)|http_?context(_?accessor)?\b.*\bUser\b|(^|\.)User\.(Identity|Claims|Find|Get|Is)|logged_?in|principal|get_?user_?id",
    re.IGNORECASE,
)
# Where a login is said beside each route, by an attribute or a filter, so that one that is missing can be seen.
PLAIN = frozenset({"csharp", "cpp"})
SPOTS_MAX = 60  # of one finding: what is longer is read by nobody
_ID = regex(r"\{(\w*(id|uuid|pk|no|sn|number)|e?mail)\}/?$", re.IGNORECASE)
_LIST = regex(r"(s|people|staff|all|list|data)/?$", re.IGNORECASE)
_CHANGING_TAIL = regex(
    r"\}/(update|edit|delete|remove|change|destroy|disable|ban|block|role|roles|password|reset)/?$", re.IGNORECASE
)


class Found(NamedTuple):
    """An open endpoint, what it does, and the query that does it."""

    declared: Declared
    endpoint: Endpoint
    does: str
    access: Access | None
    of_person: bool


class Personal(NamedTuple):
    """An open endpoint, and the query and field by which it has to do with what is private of a person."""

    declared: Declared
    endpoint: Endpoint
    access: Access | None
    field: str


def open_endpoints(model: Model, others: Others) -> Iterator[Hit]:
    """Yield what is open though it changes data or hands out private data, and at most one for what has no login at all."""
    apps = others.owners.apps
    without: list[Found] = []
    without_login: list[tuple[Declared, Endpoint]] = []
    grouped: dict[tuple[int, str], list[Found]] = defaultdict(list)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if endpoint.auth is not False or declared.handler is None or is_meant_open(model, declared, endpoint):
            continue
        has_login = apps.of(declared.at) in apps.with_login
        if not has_login and apps.with_login:
            continue  # what stands beside an application with a login, and is none of it
        if not has_login:
            without_login.append((declared, endpoint))
        found = _found(others, declared, endpoint, has_login=has_login)
        if found is None:
            continue
        if has_login:
            grouped[declared.at, _collection(endpoint.path)].append(found)
        else:
            without.append(found)
    plainly: dict[int, list[Found]] = defaultdict(list)
    for group in grouped.values():
        changed = [each for each in group if each.does == "changes"]
        for each in group:
            is_plain = changed and model.files[each.declared.at].language in PLAIN
            if each.does in ("changes", "creates") and is_plain and not _knows_who(others, each):
                plainly[each.declared.at].append(each)
            elif each.does != "creates" or changed:
                yield _hit(model, each)
    for group in plainly.values():
        if any(each.does == "changes" for each in group):
            yield _of_file(model, group)
        else:
            yield from (_hit(model, each) for each in group)
    personal = _personal(others, without_login) if not apps.with_login else []
    if any(endpoint.method == "GET" or "{" in endpoint.path for _, endpoint, _, _ in personal):
        yield _of_persons(model, personal)
    elif without:
        yield _of_project(others, sorted(without, key=_risk, reverse=True))


def _personal(others: Others, open_: list[tuple[Declared, Endpoint]]) -> list[Personal]:
    """Endpoints that have to do with what is private of a person, each with the query and the field."""
    found: list[Personal] = []
    for declared, endpoint in open_:
        for fn in others.bodies.reach(declared, endpoint):
            told = next(
                (
                    (access, field)
                    for access in others.model.data.by_function.get(fn, ())
                    if (field := others.owners.private_field(access))
                ),
                None,
            )
            if told is not None:
                found.append(Personal(declared, endpoint, *told))
                break
        else:
            segments = (part for part in endpoint.path.split("/") if part and "{" not in part)
            field = others.owners.private_person(declared.at) if any(is_person(part) for part in segments) else ""
            if field:
                found.append(Personal(declared, endpoint, None, field))
    return found


def _found(others: Others, declared: Declared, endpoint: Endpoint, *, has_login: bool) -> Found | None:
    model, owners = others.model, others.owners
    reach = others.bodies.reach(declared, endpoint)
    if has_login and others.vouchers.refuses(reach, declared):
        return None
    accesses = [access for fn in reach for access in model.data.by_function.get(fn, ())]
    kinds = {id(access): others.kind(access) for access in accesses}
    written = next((a for a in accesses if kinds[id(a)] == "change"), None) or next(
        (a for a in accesses if kinds[id(a)] in ("save", "insert")), None
    )
    near = last_of(endpoint)
    of_person = is_person(near)
    if endpoint.method in ("PUT", "PATCH", "DELETE") or (
        endpoint.method == "POST" and _CHANGING_TAIL.search(endpoint.path)
    ):
        is_unknown = has_login and not accesses and _is_by_method(others, declared, endpoint)
        if written is not None or others.removes(reach) or is_unknown or (of_person and (accesses or not has_login)):
            return Found(
                declared, endpoint, "changes", written, of_person or _CHANGING_TAIL.search(endpoint.path) is not None
            )
        return None
    if endpoint.method == "POST":
        return (
            Found(declared, endpoint, "creates", written, of_person)
            if written is not None and not (has_login and "{" in endpoint.path)
            else None
        )
    if endpoint.method == "GET" and not SHOWN.search(endpoint.path) and (of_person or PRIVATE_THING.search(near)):
        if not (_ID if "{" in endpoint.path else _LIST).search(endpoint.path):
            return None  # `/user` without an id is who asks
        for access in accesses:
            if of_person and owners.is_person(access) and owners.private(access):
                return Found(declared, endpoint, f"hands out {owners.private(access)} of", access, of_person)
            if not of_person and near in owners.name(access).lower() and owners.owner(access) is not None:
                return Found(declared, endpoint, "hands out", access, of_person)
        if (
            of_person
            and any(not owners.name(access) for access in accesses)
            and (field := owners.private_person(declared.at))
        ):
            return Found(declared, endpoint, f"hands out {field} of", accesses[0], of_person)
    return None


def _knows_who(others: Others, found: Found) -> bool:
    """Whether a handler, what stands beside it or what it calls asks who it is that asks, whatever is done with that."""
    handler = found.declared.handler
    near = {target for _, target in others.model.effects.callees.get(handler, ())} if handler is not None else set()
    for fn in others.bodies.reach(found.declared, found.endpoint):
        if fn not in near and handler is not None and fn.file != handler.file:
            continue  # further down it is often noted who changed a row, and no more
        calls = [call for _, call in others.bodies.calls_of(fn)]
        if any(asks_for_login(call) or _WHO.search(f"{call.on}.{call.name}") for call in calls):
            return True
        if any(_WHO.search(f"{read.base}.{read.attr}") for read in others.bodies.reads_of(fn)):
            return True
    return False


def _is_by_method(others: Others, declared: Declared, endpoint: Endpoint) -> bool:
    """C++, where many a database is one that no pack knows: whether a method and an id say what is done, as a guarded one of its kind does."""
    if others.model.files[declared.at].language != "cpp" or not endpoint.path.endswith("}"):
        return False
    apps = others.owners.apps
    return any(
        each.auth and each.method == endpoint.method and each.path.endswith("}") and apps.of(other.at) == apps.of(declared.at)
        for other, each in zip(others.model.declared, others.model.endpoints, strict=True)
    )  # fmt: skip


def _collection(path: str) -> str:
    """The path of what an endpoint's resource is one of."""
    return re.sub(r"(/\{[^}]*\})+(/[\w-]+)?$", "", path) or path


def _risk(found: Found) -> tuple[int, int, str]:
    order = {"DELETE": 3, "PUT": 2, "PATCH": 2, "POST": 1}
    return (int(found.of_person), order.get(found.endpoint.method, 0), found.endpoint.path)


def _spots(model: Model, found: Found) -> tuple[Spot, ...]:
    path = spots_of(model, found.declared, found.endpoint, "no guard found")
    if found.access is not None:
        at = found.access.at
        path.append(Spot(model.files[at].path, found.access.line, f"{model.label_around(at, found.access.fn)} does it"))
    return tuple(path)


def _hit(model: Model, found: Found) -> Hit:
    declared, endpoint = found.declared, found.endpoint
    what = last_of(endpoint).replace("_", " ")
    does = {"changes": f"changes or deletes any {what}", "creates": f"lets anybody create a {what}"}.get(
        found.does, f"{found.does} any {what}"
    )
    fn = declared.beside
    severity = Severity.HIGH if endpoint.method != "GET" or found.of_person else Severity.MEDIUM
    message = f"{endpoint.method} {endpoint.path} needs no login and {does}; other endpoints of this application do"
    return Hit(declared.at, declared.line, message, fn, _spots(model, found), Confidence.MEDIUM, severity)


def _of_file(model: Model, group: list[Found]) -> Hit:
    """One finding for what a file opens to everybody; what deletes or changes comes first."""
    first = next(each for each in group if each.does == "changes")
    declared, endpoint = first.declared, first.endpoint
    more = [each for each in group if each is not first]
    what = last_of(endpoint).replace("_", " ")
    told = f" and {len(more)} more need" if more else " needs"
    message = (
        f"{endpoint.method} {endpoint.path}{told} no login and anybody changes or deletes any {what};"
        " other endpoints of this application do"
    )
    path = (
        *_spots(model, first),
        *(spot for each in more for spot in spots_of(model, each.declared, each.endpoint, "no guard found")),
    )
    return Hit(
        declared.at,
        declared.line,
        message,
        declared.beside,
        path[:SPOTS_MAX],
        Confidence.MEDIUM,
        Severity.HIGH,
        tier=Tier.DEFAULT,
    )


def _of_project(others: Others, group: list[Found]) -> Hit:
    """One finding for an application without any login, at what does most harm; doubtful unless it keeps accounts and says its logins plainly."""
    model, found, count = others.model, group[0], len(group)
    declared, endpoint = found.declared, found.endpoint
    fn = declared.beside
    more = f" and {count - 1} more" if count > 1 else ""
    message = (
        f"{endpoint.method} {endpoint.path}{more} can be used by everybody: nothing in this application needs a login"
    )
    fix = "Put a login before what changes data, unless what stands before this application asks for one."
    path = [spot for each in group for spot in spots_of(model, each.declared, each.endpoint, "no guard found")]
    keeps = model.files[declared.at].language in PLAIN and others.owners.private_person(declared.at) != ""
    return Hit(
        declared.at,
        declared.line,
        message,
        fn,
        tuple(dict.fromkeys((*_spots(model, found), *path)))[:SPOTS_MAX],
        Confidence.MEDIUM if keeps else Confidence.LOW,
        Severity.MEDIUM,
        fix=fix,
        tier=None if keeps else Tier.STRICT,
    )


def _of_persons(model: Model, found: list[Personal]) -> Hit:
    """One finding for an application without any login that holds what is private of persons, with all its places."""
    found = sorted(found, key=lambda each: each[1].method == "POST")
    declared, endpoint, access, field = found[0]
    path = [spot for d, e, _, _ in found for spot in spots_of(model, d, e, "no guard found")]
    if access is not None:
        path.append(
            Spot(model.files[access.at].path, access.line, f"{model.label_around(access.at, access.fn)} does it")
        )
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    message = f"{endpoint.method} {endpoint.path}{more} give everybody what is private of persons ({field}): nothing in this application needs a login"
    fn = declared.beside
    fix = "Put a login before what reads or changes it, unless what stands before this application asks for one."
    return Hit(
        declared.at, declared.line, message, fn, tuple(path[:SPOTS_MAX]), Confidence.MEDIUM, Severity.HIGH, fix=fix
    )
