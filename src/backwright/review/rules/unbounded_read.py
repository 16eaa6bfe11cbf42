"""unbounded-read: an endpoint that reads a whole table, however long it has become."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.effects import CONTEXT
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.routes import Declared
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import root
from backwright.review.rules.rule import Hit

# Calls that neither choose rows nor bound them: a chain of nothing else reads the whole table.
WHOLE = re.compile(
    r"^(all|get|find|find_?all|list_?all|stream_?all|findMany|list|selectFrom|select|select_?all|query|queryset|from|table|objects|to_?list(Async)?|to_?array(Async)?|fetch_?all|load|exec|execute|scalars|unique|fetch|getResult(List)?|"
    r"order_?by|sort(_?by)?|latest|oldest|ThenBy|OrderByDescending|order|desc|asc|include|with|prefetch_related|select_related|options|joinedload|selectinload|preload|eager_?load|populate|lean|AsNoTracking|"
    r"AsNoTrackingWithIdentityResolution|AsSplitQuery|AsTracking|AsQueryable|ThenInclude|ProjectTo|ProjectToType|ListAsync|"
    r"as_select|as_returning|values|values_list|only|defer|createQueryBuilder|getQuery|createQuery|toSql|collect|raw|lists|pluck|db|session|getMany|getRawMany|Model|Set|query_as|query_scalar|"
    r"newQuery|connection|returning|project|projection|map|toArray|fetchAllAssociative|findAndCount|leftJoinAndSelect|innerJoinAndSelect|left_?(outer_?)?join|expect|unwrap|iter|into_iter|try_collect|map_err|boxed|Find|Table|Order|Preload|Rows|All|Scan|QueryAsync|Query|withRelations|relations|into|scopes|collection|database|getCollection)$",
    re.IGNORECASE,
)
SMALL = re.compile(
    r"tags?$|categor|roles?$|countr|settings?$|types?$|status(es)?$|permissions?$|currenc|languages?$|brands?$|plans?$|tiers?$|regions?$|menus?$|features?$|config|locales?$|units?$|levels?$|"
    r"genres?$|options?$|groups?$|teams?$|departments?$|zones?$|cit(y|ies)$|states?$|templates?$|kinds?$|enums?$|colors?$|sizes?$|flags?$|migrations?$|themes?$|plugins?$|providers?$|sources?$|destinations?$",
    re.IGNORECASE,
)  # fmt: skip
ENDPOINTS_MAX = 6  # other endpoints named in one finding
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
    r"^(select\w*|from|query\w*|order\w*|sort\w*|include|with|populate|preload|options|values\w*|only|map|project\w*|left_?(outer_?)?join\w*|expect|unwrap|map_err|iter|into_iter|collect|innerJoin\w*|create\w*|table|load|fetch\w*|all|scalars|execute|exec|Query\w*|get|scopes|collection|database|getCollection)$",
    re.IGNORECASE,
)
BOUNDS = re.compile(r"^(limit|take|paginate\w*|top|offset|skip|setMaxResults)$", re.IGNORECASE)
SQL_BOUND = re.compile(
    r"\b(limit|fetch\s+(first|next)|top\s*\(?\d|count\s*\(|sum\s*\(|group\s+by|max\s*\(|min\s*\(|avg\s*\(|exists|distinct|(inner|cross|right)\s+join|rownum|information_schema|pg_|sqlite_)",
    re.IGNORECASE,
)
# A condition that is given a value, or that picks rows by one: what it leaves may be few. `WHERE deleted_at IS NULL` leaves most.
SQL_CHOICE = re.compile(
    r"\bwhere\b(?=.*(\?|\$\d|[:@]\w|%s|%\(|\{|=|\bin\b|\bbetween\b|\bmatch\b|\blike\b))", re.IGNORECASE | re.DOTALL
)
# Documents and options of a query that say nothing: bson.D{}, new FindOptions().
EMPTY = re.compile(r"(^|\.)(D|M|Document|FindOptions|doc!?|Find)$")


def check(model: Model) -> Iterator[Hit]:
    """Yield endpoints that read all rows of a table that grows, once per query."""
    asking = Asking(model)
    found: dict[tuple[int, int], list[tuple[Declared, Access]]] = {}
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if declared.handler is None or declared.method not in ("GET", "*"):
            continue
        cls = declared.handler_class
        is_list = cls is not None and declared.framework == "django" and endpoint.paginated is False
        steps = model.routes.views.reading(cls) if is_list and cls is not None else []
        reads = list(dict.fromkeys(each for fn in (declared.handler, *steps) for each in _reads(model, fn)))
        in_pages = {access.table for access in reads if _is_page(access)}
        for access in reads:
            whole = _is_whole_sql(asking, access)
            is_open = endpoint.paginated is False or access.table in in_pages  # the other way: without a page all of it
            if whole or (whole is None and is_open and _is_whole(model, access)):
                found.setdefault((access.at, access.index), []).append((declared, access))
    for (first, access), *others in found.values():
        yield _hit(model, first, access, [declared for declared, _ in others])


def _reads(model: Model, handler: Fn) -> Iterator[Access]:
    """Yield what a handler and the functions right below it read."""
    for fn in model.effects.below(handler, 3):
        yield from model.data.by_function.get(fn, ())


def _is_page(access: Access) -> bool:
    """Whether a query reads a page of a table."""
    return access.op != "write" and access.is_bounded and any(does.does == "bounded" for does in access.does)


def _is_whole_sql(asking: Asking, access: Access) -> bool | None:
    """Whether a statement reads a whole table; None if no statement is known."""
    sql = asking.sql(access)
    if not sql:
        return None
    if _is_cut(asking.model, access):
        return False
    if not access.table or access.loop >= 0 or access.is_bounded or access.many is False or _is_small(access):
        return False
    if SQL_BOUND.search(sql) or SQL_CHOICE.search(sql):
        return False
    return re.match(r"\s*select\b", sql, re.IGNORECASE) is not None


def _is_cut(model: Model, access: Access) -> bool:
    """Whether a statement that is kept in a variable is limited by a call of its own: `query.setMaxResults(20)`."""
    calls = model.files[access.at].calls
    name = calls[access.calls[0]].on
    return bool(name) and any(call.fn == access.fn and call.on == name and BOUNDS.match(call.name) for call in calls)


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
    begun = [model.files[at].calls[number] for at, numbers in access.begun for number in numbers]
    starts = {model.project.function(Fn(at, made)).name for at, made in _functions(model, access)}
    for call in (*calls, *begun):
        if call.name not in starts and (
            not WHOLE.match(call.name) or (not SHAPES.match(call.name) and _conditions(model, access, call))
        ):
            return False
    if root(calls[0].on) in ("request", "req", "ctx", "c", "params") or (
        calls[0].on in ("self", "this") and access.entity is None
    ):
        return False
    if access.is_lazy and access.to != "return":
        return _is_iterated(model, access)
    return True


def _functions(model: Model, access: Access) -> set[tuple[int, int]]:
    """Return the functions in which a query is begun: that one calls them chooses no rows, what stands in them may."""
    found = {(begun.at, model.files[begun.at].calls[begun.calls[0]].fn) for begun in access.begun}
    return {each for each in found if each[1] >= 0}


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
        if str(number) in into or value.kind == "type" or value.text in CONTEXTS or CONTEXT.search(value.text):
            continue
        if value.kind == "call" and not value.items and EMPTY.search(value.text):
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
        if value.kind in ("name", "call") and (value.text[:1].islower() or "Spec" in value.text):
            return True  # a specification chooses rows, too
    return False


def _is_iterated(model: Model, access: Access) -> bool:
    file = model.files[access.at]
    last = file.calls[access.calls[-1]]
    return last.inside >= 0 or any(
        access.to and re.match(rf"{re.escape(access.to)}\b(?!\[|\.)", made.over)
        for made in file.loops
        if made.fn == access.fn
    )


def _line(model: Model, access: Access) -> int:
    """Return the line of the call that reads; in C#, where chains stand over many lines, the one that the statement starts on."""
    file = model.files[access.at]
    return min(file.calls[number].line for number in access.calls) if file.language == "csharp" else access.line


def _hit(model: Model, declared: Declared, access: Access, others: list[Declared]) -> Hit:
    file = model.files[access.at]
    fn = Fn(access.at, model.named(access.at, access.fn))
    call = file.calls[access.index]
    message = f"{declared.method} {declared.path} reads all of {access.table} at once: {shown(call)}() has no limit"
    path = (*model.path_to(fn), *_asked_by(model, fn, others))
    return Hit(access.at, _line(model, access), message, access.fn, path, key=f"{access.at}:{access.index}", fix="")


def _asked_by(model: Model, fn: Fn, others: list[Declared]) -> Iterator[Spot]:
    """Yield where other endpoints ask for the same."""
    for other in others[:ENDPOINTS_MAX]:
        if other.handler is None:
            continue
        line = next((edge.call for edge, to in model.effects.callees.get(other.handler, ()) if to == fn), -1)
        file = model.files[other.handler.file]
        at = file.calls[line].line if line >= 0 else model.project.function(other.handler).line
        yield Spot(file.path, at, f"{other.method} {other.path}, too")
