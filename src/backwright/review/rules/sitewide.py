"""Settings of the whole application that anybody who is logged in may change, though the application knows roles."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.data import Access
from backwright.review.regexes import regex
from backwright.review.rules.others import CHANGING, Asked, Others, spots_of
from backwright.review.rules.owned import Owner, is_person, snake, thing
from backwright.review.rules.public import SETS_UP
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import Subject

_SETTINGS = regex(r"(^|_)(settings?|config(uration)?s?|options?|option_info|smtp|mail_server|email_provider)$")
_PATH = regex(r"(^|[/_.-])(settings?|config(uration)?s?|options?|smtp)([/_.-]|$)", re.IGNORECASE)
# Those of one user, or of one thing among many.
_OWN = regex(
    r"(?<![a-z])(users?|my|me|own|self|accounts?|profiles?|preferences?|personal|notifications?|viewer|reader|view|locale|language|themes?|display|public|webhooks?|push|devices?|members?|customers?)(?![a-z])"
)
_ROLE_FIELD = regex(r"^(roles?|is_?(admin|staff|super_?user|superadmin|moderator)|admin|super_?admin|permissions?|(user_?)?(type|role|level))$")  # fmt: skip
_ROLE_TYPE = regex(r"bool|role|permission|(user|account|member)_?(type|level|kind|role)", re.IGNORECASE)


def settings_for_all(others: Others) -> Iterator[Hit]:
    """Yield classes of handlers that change the settings of an application for whoever is logged in."""
    grouped: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    for each in others.asked:
        handler = each.declared.handler
        if handler is not None and "{" not in re.sub(r"/\{\w*(key|name|section|group|setting)\w*\}", "", each.endpoint.path):  # fmt: skip
            own = others.model.project.own_class(handler.file, handler.index)
            grouped[handler.file, own.index if own is not None else -1].append(each)
    knows_roles = _knows_roles(others)
    for key, group in grouped.items():
        changing = [each for each in group if each.endpoint.method in CHANGING and _is_open(others, each)]
        if changing and knows_roles(others.owners.apps.of(changing[0].declared.at)):
            shown = [each for each in group if each.endpoint.method == "GET" and _PATH.search(each.endpoint.path) and _is_open(others, each)]  # fmt: skip
            yield _hit(others, [*changing, *shown], f"settings for all {key}")


def _knows_roles(others: Others) -> partial[bool]:
    """What tells whether an application tells its users apart: a role is asked for somewhere, or kept of users."""
    apps = {others.owners.apps.of(each.declared.at) for each in others.asked if each.staff is not None}
    for cls, stored in others.model.data.entities.items():
        if is_person(stored.name):
            fields = others.owners.fields(cls.file, stored.table or stored.name, cls)
            if any(_ROLE_FIELD.match(snake(name)) and _ROLE_TYPE.search(snake(f"{name} {type_}")) for name, type_ in fields.items()):  # fmt: skip
                apps.add(others.owners.apps.of(cls.file))
    return partial(apps.__contains__)


def _is_open(others: Others, each: Asked) -> bool:
    """Whether an endpoint has to do with settings of everybody, and nothing asks for a role."""
    if each.staff is not None or SETS_UP.search(each.endpoint.path):
        return False
    said = snake(f"{each.endpoint.path} {each.endpoint.handler}").replace("_", " ")
    if _OWN.search(said):
        return False
    accesses = [a for fn in each.reach for a in others.model.data.by_function.get(fn, ()) if not others.owners.is_person(a)]  # fmt: skip
    kept = [a for a in accesses if _is_settings(others, a)]
    about = _PATH.search(each.endpoint.path) is not None or (
        len(kept) == len(accesses) and each.endpoint.method in ("PUT", "PATCH")
    )
    if not kept or not about:
        return False
    subject = Subject(Owner("role"), None, False, thing(others.owners.name(kept[0])), 0, 0)
    return others.vouchers.inside(each.reach, subject, each.declared) is None


def _is_settings(others: Others, access: Access) -> bool:
    name = thing(others.owners.name(access))
    return bool(_SETTINGS.search(name)) and not _OWN.search(name.replace("_", " ")) and others.owners.owner(access) is None  # fmt: skip


def _hit(others: Others, free: list[Asked], key: str) -> Hit:
    model, (declared, endpoint) = others.model, (free[0].declared, free[0].endpoint)
    path: list[Spot] = [spot for each in free for spot in spots_of(model, each.declared, each.endpoint, "no role is asked for")]  # fmt: skip
    message = f"{endpoint.method} {endpoint.path} changes settings of the whole application for anybody who is logged in; no role is asked for"
    fn = declared.beside
    fix = "Ask for the role of those who run the application."
    return Hit(declared.at, declared.line, message, fn, tuple(path), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)
