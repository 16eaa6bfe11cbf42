"""Controllers and handlers that ask for no role or permission, where the others of an application ask for one nearly everywhere."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.opened import SPOTS_MAX
from backwright.review.rules.others import CHANGING, Asked, Others, spots_of
from backwright.review.rules.owned import Owner, snake
from backwright.review.rules.public import PUBLIC, SETS_UP
from backwright.review.rules.rule import Hit
from backwright.review.rules.staffed import OWN_USE, is_asked_here
from backwright.review.rules.vouching import Subject

CLASSES_MIN = 5  # that ask for a role: fewer are no custom
CUSTOM_SHARE = 0.7  # of the classes that change something: where fewer ask, some are for everybody who is logged in
# Controllers of what everybody does with what is his own, or that everybody's pages need.
_FOR_ALL = regex(
    r"(?<![a-z])(me|my|own|self|profiles?|accounts?|auth\w*|logins?|personal|preferences?|notifications?|notices?|messages?|comments?|files?|uploads?|attachments?|images?|common|captcha|home|index|public|"
    r"front|portal|app|mobile|client|test|demo|error|chat|ai|search|dashboard|session|token|passw\w*|callback|hook|socket|sse|open|user_?info|center|favou?rites?|feedback|tickets?|tasks?|todos?)(?![a-z])"
)


# A handler that asks first: `User::checkPermission($request, ...)`, `this.authorize("orders.edit")`.
_CHECK = regex(
    r"^(check|require|ensure|assert|verify|demand|need|must_?have|validate)_?\w*(permission|privilege|role|right|access|authori[sz]ation)s?$|^(authorize|deny_?access_?unless_?granted|gate)$",
    re.IGNORECASE,
)
LEFT_MIN = 3  # handlers of a class that ask, beside one that does not


class Controller(NamedTuple):
    """A class with its endpoints behind a login, those of them that change something, and those of these that ask for a role."""

    endpoints: list[Asked]
    changing: list[Asked]
    guarded: list[Asked]


def without_roles(others: Others) -> Iterator[Hit]:
    """Yield controllers none of whose changes need a role, though nearly all others' do."""
    apps: dict[str, dict[Cls, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for each in others.asked:
        handler = each.declared.handler
        own = others.model.project.own_class(handler.file, handler.index) if handler is not None else None
        if own is not None:
            apps[others.owners.apps.of(each.declared.at)][own].append(each)
    for classes in apps.values():
        made = {
            cls: Controller(found, changing, [each for each in changing if _asks(others, each)])
            for cls, found in classes.items()
            if (changing := [each for each in found if each.endpoint.method in CHANGING])
        }
        asking = {cls: one for cls, one in made.items() if 2 * len(one.guarded) >= len(one.changing)}
        if len(asking) < CLASSES_MIN or len(asking) < CUSTOM_SHARE * len(made):
            continue
        beside = next(iter(asking.values())).guarded[0]
        for cls, one in made.items():
            name = snake(others.model.project.class_(cls).name)
            if one.guarded:
                left = [e for e in one.changing if e not in one.guarded and e.staff is None and _is_free(others, e)]
                if left and len(one.guarded) >= max(LEFT_MIN, CUSTOM_SHARE * len(one.changing)):
                    yield _hit(
                        others, cls, left, one.guarded[0], f"{len(one.guarded)} others of this class ask for a role"
                    )
                continue
            if any(each.staff is not None for each in one.endpoints):
                continue
            free = [each for each in one.endpoints if _is_free(others, each)]
            if not (_FOR_ALL.search(name.replace("_", " ")) or PUBLIC.search(name)) and any(
                each in one.changing for each in free
            ):
                yield _hit(others, cls, free, beside, f"{len(asking)} other classes of this application ask for a role")


def _asks(others: Others, each: Asked) -> bool:
    """Whether an endpoint asks for a role before its handler, or its handler itself does."""
    if each.staff is not None:
        return is_asked_here(each.staff, each)
    handler = each.declared.handler
    return handler is not None and any(_CHECK.match(call.name) for _, call in others.bodies.calls_of(handler))


def _is_free(others: Others, each: Asked) -> bool:
    """Whether an endpoint is for nobody in particular, and nothing in it asks who comes."""
    endpoint = each.endpoint
    words = snake(f"{endpoint.path.rpartition('/')[2]} {endpoint.handler.rpartition('.')[2]}").replace("-", "_")
    if PUBLIC.search(endpoint.path) or SETS_UP.search(endpoint.path) or _FOR_ALL.search(words.replace("_", " ")):
        return False
    if endpoint.method in CHANGING and OWN_USE.search(words):
        return False
    return others.vouchers.inside(each.reach, Subject(Owner("role"), None, False, "", 0, 0), each.declared) is None


def _hit(others: Others, cls: Cls, free: list[Asked], beside: Asked, told: str) -> Hit:
    model = others.model
    free.sort(key=lambda each: (each.endpoint.method not in CHANGING, each.declared.line))
    declared, endpoint = free[0].declared, free[0].endpoint
    path = [spot for each in free for spot in spots_of(model, each.declared, each.endpoint, "no role is asked for")]
    path = [*path[:SPOTS_MAX], Spot(beside.endpoint.file, beside.declared.line, f"{beside.endpoint.method} {beside.endpoint.path} asks for one")]  # fmt: skip
    more = f" and {len(free) - 1} more" if len(free) > 1 else ""
    message = f"{endpoint.method} {endpoint.path}{more} can be used by anybody who is logged in: {told}"
    fix = "Ask for a role as the other classes do, or say on the class that everybody may."
    key = f"without roles {cls}"
    return Hit(declared.at, declared.line, message, declared.beside, tuple(path), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)  # fmt: skip
