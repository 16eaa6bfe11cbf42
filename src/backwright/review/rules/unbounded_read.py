"""unbounded-read: an endpoint that reads a whole table, however long it has become."""

import re
from collections.abc import Iterable, Iterator

from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.routes import Declared
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import root
from backwright.review.rules.rule import Hit

# Calls that neither choose rows nor bound them: a chain of nothing else reads the whole table.
WHOLE = re.compile(
    r"^(all|get|find|find_?all|findMany|list|selectFrom|select|select_?all|query|queryset|from|table|objects|to_?list(Async)?|to_?array(Async)?|fetch_?all|load|exec|execute|scalars|unique|fetch|getResult(List)?|"
    r"order_?by|sort(_?by)?|latest|oldest|ThenBy|OrderByDescending|order|desc|asc|include|with|prefetch_related|select_related|options|joinedload|selectinload|preload|eager_?load|populate|lean|AsNoTracking|"
    r"as_select|as_returning|values|values_list|only|defer|createQueryBuilder|getQuery|createQuery|toSql|collect|raw|lists|pluck|db|session|getMany|getRawMany|Model|Set|query_as|query_scalar|"
    r"newQuery|connection|returning|project|projection|map|toArray|fetchAllAssociative|findAndCount|leftJoinAndSelect|innerJoinAndSelect|Find|Table|Order|Preload|Rows|All|Scan|QueryAsync|Query|withRelations|relations|into)$",
    re.IGNORECASE,
)
SMALL = re.compile(
    r"tags?$|categor|roles?$|countr|settings?$|types?$|status(es)?$|permissions?$|currenc|languages?$|brands?$|plans?$|tiers?$|regions?$|menus?$|features?$|config|locales?$|units?$|levels?$|"
    r"genres?$|options?$|groups?$|teams?$|departments?$|zones?$|cit(y|ies)$|states?$|templates?$|kinds?$|enums?$|colors?$|sizes?$|flags?$|migrations?$|themes?$|plugins?$|providers?$|sources?$|destinations?$",
    re.IGNORECASE,
)  # fmt: skip
CONTEXTS = frozenset(
    {
        "ctx",
        "context",
        "cancellationToken",
        "token",
        "ct",
        "r.Context",
        "c.Request.Context",
        "pool",
        "conn",
        "db",
    }
)
SHAPING = frozenset("order orderBy sort select relations include attributes populate lean with".split())
SHAPES = re.compile(
    r"^(select\w*|from|query\w*|order\w*|sort\w*|include|with|populate|preload|options|values\w*|only|map|project\w*|leftJoin\w*|innerJoin\w*|create\w*|table|load|fetch\w*|all|scalars|execute|exec|Query\w*|get)$",
    re.IGNORECASE,
)
BOUNDS = re.compile(r"^(limit|take|paginate\w*|top|offset|skip|setMaxResults)$", re.IGNORECASE)
SQL_BOUND = re.compile(
    r"\b(where|limit|fetch\s+(first|next)|top\s*\(?\d|count\s*\(|sum\s*\(|group\s+by|max\s*\(|min\s*\(|avg\s*\(|exists|join|rownum|information_schema|pg_)\b",
    re.IGNORECASE,
)


def check(model: Model) -> Iterator[Hit]:
    """Yield endpoints that read all rows of a table that grows, once per query."""
    asking = Asking(model)
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if declared.handler is None or declared.method not in ("GET", "*"):
            continue
        cls = declared.handler_class
        steps = model.routes.views.reading(cls) if cls is not None and declared.framework == "django" else []
        for access in _reads(model, (declared.handler, *(steps if endpoint.paginated is False else ()))):
            whole = _is_whole_sql(asking, access)
            if whole or (whole is None and endpoint.paginated is False and _is_whole(model, access)):
                yield _hit(model, declared, access)


def _reads(model: Model, handlers: Iterable[Fn]) -> Iterator[Access]:
    """Yield what a handler, the steps of its view and the functions right below them read."""
    seen = dict.fromkeys(handlers, 0)
    level = list(seen)
    for depth in range(1, 4):
        level = [target for fn in level for _, target in model.effects.callees.get(fn, ()) if target not in seen]
        for fn in level:
            seen.setdefault(fn, depth)
    for fn in seen:
        yield from model.data.by_function.get(fn, ())


def _is_whole_sql(asking: Asking, access: Access) -> bool | None:
    """Whether a statement reads a whole table; None if no statement is known."""
    sql = asking.sql(access)
    if not sql:
        return None
    if not access.table or access.loop >= 0 or access.is_bounded or access.many is False or _is_small(access):
        return False
    return re.match(r"\s*select\b", sql, re.IGNORECASE) is not None and not SQL_BOUND.search(sql)


def _is_small(access: Access) -> bool:
    return SMALL.search(re.sub(r"(?<=\w)(Model|Entity|Table|Record|Row)s?$", "", access.table)) is not None


def _is_whole(model: Model, access: Access) -> bool:
    if access.op in ("write", "raw") or not access.many or access.is_bounded or _is_small(access):
        return False
    if not access.table or access.loop >= 0:
        return False
    file = model.files[access.at]
    calls = [file.calls[number] for number in access.calls]
    if _was_bounded(model, access, calls[0]):
        return False
    for call in calls:
        if not WHOLE.match(call.name) or (not SHAPES.match(call.name) and _conditions(model, access, call)):
            return False
    if root(calls[0].on) in ("request", "req", "ctx", "c", "params") or (
        calls[0].on in ("self", "this") and access.entity is None
    ):
        return False
    if access.is_lazy and access.to != "return":
        return _is_iterated(model, access)
    return True


def _was_bounded(model: Model, access: Access, first: Call) -> bool:
    """Whether a query goes on from a variable that was limited before, is the rows of one parent, or is asked for one row."""
    file = model.files[access.at]
    if file.language == "python" and re.search(r"_set(\.|$)", first.on):
        return True
    last = file.calls[access.calls[-1]]
    if last.inside >= 0 and file.calls[last.inside].name in ("get_object_or_404", "aget_object_or_404"):
        return True
    if not model.project.assigned[access.at].get((access.fn, root(first.on))):
        return False
    return any(call.fn == access.fn and call.line < access.line and BOUNDS.match(call.name) for call in file.calls)


def _conditions(model: Model, access: Access, call: Call) -> bool:
    """Whether a call is given a condition: `find({ status: 'open' })`. Where the rows go to is none."""
    into = {place for does in access.does if model.effects.call(does) is call for place in does.effect.into}
    for number, value in enumerate(call.args):
        if str(number) in into or value.kind == "type" or value.text in CONTEXTS:
            continue
        if value.name in ("where", "filter", "limit", "take", "by") or value.kind in (
            "fn",
            "fmt",
            "concat",
            "num",
            "list",
        ):
            return True
        if value.kind == "dict" and any(item.name not in SHAPING for item in value.items):
            return True
        if value.kind in ("name", "call") and value.text[:1].islower():
            return True
    return False


def _is_iterated(model: Model, access: Access) -> bool:
    file = model.files[access.at]
    last = file.calls[access.calls[-1]]
    return last.inside >= 0 or any(
        access.to and re.match(rf"{re.escape(access.to)}\b(?!\[|\.)", made.over)
        for made in file.loops
        if made.fn == access.fn
    )


def _hit(model: Model, declared: Declared, access: Access) -> Hit:
    file = model.files[access.at]
    fn = Fn(access.at, model.named(access.at, access.fn))
    call = file.calls[access.index]
    message = f"{declared.method} {declared.path} reads all of {access.table} at once: {shown(call)}() has no limit"
    return Hit(
        access.at,
        access.line,
        message,
        access.fn,
        model.path_to(fn),
        key=f"{access.at}:{access.index}",
        fix="",
    )
