"""PHP: handlers whose check does not see the record that the client names, though the checks of others see theirs."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call
from backwright.review.link.declared import Declared
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import WHO, words
from backwright.review.rules.opened import SPOTS_MAX
from backwright.review.rules.others import BINDS, CHANGING, SOCIAL, Asked, Others, spots_of
from backwright.review.rules.owned import Owner, is_person, snake, texts, thing
from backwright.review.rules.rule import Hit

CHECKED_MIN = 3  # handlers that show a check the record: one may be a habit of its author
CHECKED_SHARE = 0.4  # of those that are given one
_CHECKS = regex(
    r"^(authorize(For(User|Resource))?|can|cannot|cant|allows|denies|inspect|check|any|none|denyAccessUnlessGranted|isGranted|hasPermissionTo)$"
)
_REMOVES = regex(r"^(delete|destroy|remove|forceDelete|restore|archive)\w*$", re.IGNORECASE)
_CHOSEN = regex(r"(?<![a-z])(ids|selected\w*|\w+_ids|items|records|users|rows|checked)$", re.IGNORECASE)
_TENANT = regex(r"^(company|tenant|organi[sz]ation|workspace|team)$")
_ASKS = regex(r"(?<!\w)(request|req|input|data|validated)\b", re.IGNORECASE)


class Given(NamedTuple):
    """A record, or the ids of some, that a handler is given by the client; `var` holds it."""

    each: Asked
    cls: Cls
    name: str
    var: str
    owner: Owner
    line: int
    is_many: bool


def unseen_records(others: Others) -> Iterator[Hit]:
    """Yield handlers that ask what somebody may do in general, and then do it to any record: one finding for an application."""
    given = [found for each in others.asked for found in _given(others, each)]
    asks = [(found, _checks(others, found)) for found in given]
    single = [(found, checks) for found, checks in asks if not found.is_many]
    sees = [found for found, checks in single if _is_seen(found, checks)]
    if len(sees) < CHECKED_MIN or len(sees) < CHECKED_SHARE * len(single):
        return
    beside = {(found.each.endpoint.handler_file, found.name) for found in sees}
    grouped: dict[tuple[str, bool], list[Given]] = defaultdict(list)
    for found, checks in asks:
        endpoint = found.each.endpoint
        forgot = endpoint.method in CHANGING and (endpoint.handler_file, found.name) in beside
        if _sees_any(checks) or not (checks or forgot):
            continue
        if not _is_bound_elsewhere(others, found, bool(checks)):
            grouped[others.owners.apps.of(found.each.declared.at), found.is_many].append(found)
    for key, group in grouped.items():
        yield _hit(others, group, next((s for s in sees if s.name == group[0].name), sees[0]), f"unseen records {key}")


def _given(others: Others, each: Asked) -> Iterator[Given]:
    """Yield what a handler is given: a record that the framework finds, or ids of what is to be removed."""
    handler, project = each.declared.handler, others.model.project
    if handler is None or each.declared.framework not in BINDS or others.model.files[handler.file].language != "php":
        return
    made = project.function(handler)
    asked = {param.name for param in each.endpoint.params if param.where == "path"}
    for param in made.params:
        if param.type and param.name.lstrip("$&*") in asked:
            cls = project.named_type(handler.file, param.type).cls
            owner = _owner(others, cls)
            if cls is not None and owner is not None:
                yield Given(each, cls, thing(project.class_(cls).name), param.name.lstrip("$&*"), owner, made.line, is_many=False)  # fmt: skip
    for _, call in others.bodies.calls_of(handler):
        if not _REMOVES.match(call.name) or not call.on:
            continue
        ids = _ids(others, handler, call)
        cls = project.find_class(handler.file, re.match(r"\w*", call.on)[0]) if ids else None  # type: ignore[index]
        owner = _owner(others, cls)
        if cls is not None and owner is not None:
            yield Given(each, cls, thing(project.class_(cls).name), ids, owner, call.line, is_many=True)


def _ids(others: Others, fn: Fn, call: Call) -> str:
    """What the client sent as ids of what a call removes: `Order::destroy($request->ids)`, `Order::whereIn('id', $request->ids)->delete()`."""
    chain, at = [call], call
    while at.prev >= 0:
        at = others.model.files[fn.file].calls[at.prev]
        chain.append(at)
    if any(words(" ".join(texts(c.args))) & WHO and not _CHOSEN.search(c.args[-1].text) for c in chain if c.args):
        return ""
    for each in chain:
        for value in each.args:
            if _ASKS.search(value.text) and _CHOSEN.search(value.text.rstrip("')\"]")):
                return value.text
    return ""


def _owner(others: Others, cls: Cls | None) -> Owner | None:
    stored = others.model.data.entities.get(cls) if cls is not None else None
    if cls is None or stored is None or others.scopes.is_filtered(cls):
        return None
    if is_person(stored.name) and not is_person(others.model.project.class_(cls).name):
        return None
    tenant = next((name for name, each in stored.relations.items() if not each.is_many and _TENANT.match(name)), "")
    found = others.owners.owner_of(cls.file, stored.table or stored.name, cls)
    return found or (Owner(tenant, is_noted=True) if tenant else None)


def _checks(others: Others, found: Given) -> list[Call]:
    handler = found.each.declared.handler
    return [c for _, c in others.bodies.calls_of(handler) if _CHECKS.match(c.name) and c.args] if handler is not None else []  # fmt: skip


def _is_seen(found: Given, checks: list[Call]) -> bool:
    """Whether a check is shown a record, its id or what hangs on it."""
    return any(
        re.search(rf"(?<!\w){re.escape(found.var)}(?!\w)", text)
        for call in checks
        for value in call.args
        for text in texts((value,))
        if value.kind not in ("str", "num")
    )


def _sees_any(checks: list[Call]) -> bool:
    """Whether a check is shown anything at all that is no class and no name of a right."""
    values = (value for call in checks for arg in call.args for value in (arg, *arg.items))
    return any(value.kind not in ("str", "num", "list") and not value.text.endswith((".class", "::class")) for value in values)  # fmt: skip


def _is_bound_elsewhere(others: Others, found: Given, has_check: bool) -> bool:
    """Whether something else holds a record against who is logged in, or what is done is done for oneself."""
    declared, endpoint = found.each.declared, found.each.endpoint
    if SOCIAL.search(snake(endpoint.handler.rpartition(".")[2])) and not has_check:
        return True
    if others.vouchers.before(declared, endpoint) is not None:
        return True
    handler = declared.handler
    for fn in (*filter(None, (handler,)), *others.vouchers.hooks(declared), *_rules(others, declared)):
        known = others.bodies.known_in(fn)
        for compare in others.bodies.compares_of(fn):
            if any(others.bodies.names_who(side, known.pure) for side in (compare.left, compare.right)):
                return True
        for _, call in others.bodies.calls_of(fn):
            named = words(" ".join(texts(call.args))) & WHO
            if call.name in ("where", "authorizeResource", "whereBelongsTo", "abort_if", "abort_unless", "throw_unless", "throw_if") and (named or call.name != "where"):  # fmt: skip
                return True
            if fn != handler and _CHECKS.match(call.name):
                return True
            if fn == handler and not _CHECKS.match(call.name) and call.on in ("this", "self") and _looks(others, fn, call, found.var):  # fmt: skip
                return True
    return False


def _looks(others: Others, fn: Fn, call: Call, var: str) -> bool:
    """Whether a helper of the class is handed the record and checks it."""
    if not any(var == value.text for value in call.args):
        return False
    below = [target for edge, target in others.model.effects.callees.get(fn, ()) if others.model.files[edge.at].calls[edge.call] == call]  # fmt: skip
    return any(
        _CHECKS.match(inner.name) or "abort" in inner.name
        for target in below
        for _, inner in others.bodies.calls_of(target)
    )


def _rules(others: Others, declared: Declared) -> Iterator[Fn]:
    """What a request of Laravel's says of its fields."""
    project, handler = others.model.project, declared.handler
    for param in project.function(handler).params if handler is not None else ():
        cls = project.named_type(handler.file, param.type).cls if handler is not None and param.type else None
        yield from project.method(cls, "rules") if cls is not None else ()


def _hit(others: Others, group: list[Given], beside: Given, key: str) -> Hit:
    model = others.model
    group.sort(key=lambda each: (each.each.endpoint.method == "GET", each.line))
    first = group[0]
    declared: Declared = first.each.declared
    endpoint: Endpoint = first.each.endpoint
    path: list[Spot] = []
    for found in group:
        path += spots_of(model, found.each.declared, found.each.endpoint, "any record")
        handler = found.each.declared.handler
        if handler is not None:
            told = "ids are not held against whose they are" if found.is_many else "no check sees the record"
            path.append(Spot(model.files[handler.file].path, found.line, told))
            path += [Spot(model.files[handler.file].path, c.line, "asks what may be done in general") for c in _checks(others, found)[:1]]  # fmt: skip
    other = beside.each
    path = [*dict.fromkeys(path), Spot(other.endpoint.handler_file, other.endpoint.handler_line, f"{other.endpoint.handler} shows its check the record")]  # fmt: skip
    path = path[:SPOTS_MAX]
    more = f" ({len(group) - 1} more do so)" if len(group) > 1 else ""
    message = (
        f"{endpoint.method} {endpoint.path} takes any {first.name.replace('_', ' ')} that the client names{more}: "
        f"no check sees it, so nobody asks whose it is ({first.owner.field})"
    )
    handler = declared.handler
    at = handler.file if handler is not None else declared.at
    fn = handler.index if handler is not None else -1
    fix = "Give the record to the check, or look it up among those of who is logged in."
    line = first.line if handler is not None else declared.line
    return Hit(at, line, message, fn, tuple(path), Confidence.MEDIUM, Severity.HIGH, key=key, fix=fix)
