"""unbounded-read: an endpoint that reads a whole table, however long it has become."""

import re
from collections.abc import Iterator

from backwright.review.link.data import Access
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.routes import Declared
from backwright.review.rules.asking import Asking
from backwright.review.rules.rule import Hit

FILTERS = re.compile(
    r"where|filter|exclude|find_?by|findall_?by|search|match|having|in_bulk|limit|take|first|top|paginat|page|slice|skip|offset|group|count|sum|avg|max|min|aggregate|exists|distinct|"
    r"chunk|cursor|stream|iterator|lazy|each|scope|related|belonging|by_?id|for_|_for|of_|_of|between|like|join",
    re.IGNORECASE,
)  # fmt: skip
SMALL = re.compile(
    r"tags?$|categor|roles?$|countr|settings?$|types?$|status(es)?$|permissions?$|currenc|languages?$|brands?$|plans?$|tiers?$|regions?$|menus?$|features?$|config|locales?$|units?$|levels?$|"
    r"genres?$|options?$|groups?$|teams?$|departments?$|zones?$|cit(y|ies)$|states?$|templates?$|kinds?$|enums?$|colors?$|sizes?$|flags?$|migrations?$|themes?$|plugins?$|providers?$|sources?$|destinations?$",
    re.IGNORECASE,
)  # fmt: skip
SQL_BOUND = re.compile(r"\b(where|limit|fetch\s+(first|next)|top\s*\(?\d|count\s*\(|sum\s*\(|group\s+by|max\s*\(|min\s*\(|avg\s*\(|exists|join|rownum|information_schema|pg_)\b", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield endpoints that read all rows of a table that grows, once per query."""
    asking = Asking(model)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if endpoint.paginated is not False or declared.handler is None:
            continue
        for access in _reads(model, declared.handler):
            if _is_whole(model, asking, access):
                yield _hit(model, declared, access)


def _reads(model: Model, handler: Fn) -> Iterator[Access]:
    """Yield what a handler and the functions right below it read."""
    seen = {handler: 0}
    level = [handler]
    for depth in range(1, 4):
        level = [target for fn in level for _, target in model.effects.callees.get(fn, ()) if target not in seen]
        for fn in level:
            seen.setdefault(fn, depth)
    for fn in seen:
        yield from model.data.by_function.get(fn, ())


def _is_whole(model: Model, asking: Asking, access: Access) -> bool:
    if access.op == "write" or not access.many or access.is_bounded or SMALL.search(access.table or ""):
        return False
    if not access.table or access.loop >= 0:
        return False
    file = model.files[access.at]
    calls = [file.calls[number] for number in access.calls]
    sql = asking.sql(access)
    if sql:
        return bool(re.search(r"\bselect\b", sql, re.IGNORECASE)) and not SQL_BOUND.search(sql)
    if access.op == "raw":
        return False
    for call in calls:
        if FILTERS.search(call.name) or (call.name not in ("select", "Select", "from", "query", "order_by", "orderBy", "OrderBy", "sort", "all") and _conditions(call.args)):
            return False
    if access.is_lazy and access.to != "return":
        return _is_iterated(model, access)
    return True


def _conditions(args: tuple[object, ...]) -> bool:
    """Whether a call is given a condition: `find({ status: 'open' })`."""
    for value in args:
        kind, items, name = getattr(value, "kind", ""), getattr(value, "items", ()), getattr(value, "name", "")
        if kind == "dict" and items and any(i.name not in ("order", "orderBy", "sort", "select", "relations", "include", "attributes", "populate", "lean") for i in items):
            return True
        if kind in ("fn", "fmt", "concat") or name in ("where", "filter", "limit", "take"):
            return True
    return False


def _is_iterated(model: Model, access: Access) -> bool:
    file = model.files[access.at]
    last = file.calls[access.calls[-1]]
    return last.inside >= 0 or any(access.to and re.match(rf"{re.escape(access.to)}\b(?!\[|\.)", made.over) for made in file.loops if made.fn == access.fn)


def _hit(model: Model, declared: Declared, access: Access) -> Hit:
    file = model.files[access.at]
    fn = Fn(access.at, model.named(access.at, access.fn))
    call = file.calls[access.index]
    message = f"{declared.method} {declared.path} reads all of {access.table} at once: {shown(call)}() has no limit"
    return Hit(access.at, access.line, message, access.fn, model.path_to(fn), key=f"{access.at}:{access.index}", fix="")
