"""unbounded-read: an endpoint or a job that reads a table as long as it has become, or as much as a client asks for."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.applications import Applications
from backwright.review.rules.asking import Asking
from backwright.review.rules.choosing import Choosing
from backwright.review.rules.conditions import Part
from backwright.review.rules.firstrows import only_first
from backwright.review.rules.genericreads import GenericReads
from backwright.review.rules.growing import Growing
from backwright.review.rules.handedon import SHOWS, HandedOn
from backwright.review.rules.looping import is_offline, root
from backwright.review.rules.memorypages import MemoryPages
from backwright.review.rules.ofone import OfOne
from backwright.review.rules.pagesizes import PageSizes, Size
from backwright.review.rules.paginators import open_paginators
from backwright.review.rules.repeating import jobs
from backwright.review.rules.rule import Hit
from backwright.review.rules.uploads import boundless_uploads
from backwright.review.rules.wasted import is_wasted

DEPTH_MAX = 4  # calls followed from a handler to a query
HANDS_MAX = 2  # functions that only hand on what a query gives
SPOTS_MAX = 30  # places named in one finding
_SIZE_FIX = "Cut what the client asks for to an upper bound that the server sets: min(limit, 100)."
NAMED_MAX = 3  # tables named in one message
# What the rows of a statement become: one number, a few groups.
_GATHERED = regex(
    r"^(group_?by|sum|avg|average|count\w*|max|min|exists|distinct\w*|select_?distinct\w*|aggregate|having|annotate_count|reduce|delete\w*|update\w*|insert\w*|remove\w*|set|restore|truncate|execute_?(update|delete)\w*|destroy)$",
    re.IGNORECASE,
)
_SQL_GATHERED = regex(
    r"\b(group\s+by|(count|sum|max|min|avg|exists)\s*\(|rownum|information_schema|pg_|sqlite_)", re.IGNORECASE
)
# One or two columns without what repeats itself; all of a row, or `select distinct o from Order o`, is as long as the table.
_SQL_DISTINCT = regex(
    r"\bdistinct\s+(?:\w+\.)?(?!(\w+)\s+from\s+\w+\s+(?:as\s+)?\1\b)\w+(?:\s*,\s*[\w.]+)?\s+from\b", re.IGNORECASE
)
_SQL_JOINED = regex(r"\b(inner|cross|right)\s+join\b", re.IGNORECASE)
_SQL_BOUND = regex(r"\b(limit|fetch\s+(first|next)|top\s*\(?\s*[\d@:?])\b", re.IGNORECASE)
_SELECT = regex(r"\s*(select|with|from)\b", re.IGNORECASE)
_LISTS = regex(
    r"export|feed|rss|atom|csv|xlsx|download|trash|sitemap|autocomplete|suggest|search|/list\b|/all\b", re.IGNORECASE
)
# Code that runs once, when a version is put in place.
_ONCE = regex(
    r"(^|/)(migrations?|migrate|seeds?|seeders?|seeding|fixtures?|fix(es)?|upgrades?|patches|bootstrap|install\w*)(/|\.\w+$)",
    re.IGNORECASE,
)
_SENT = regex(r"^(to_?(list|array|set)(async)?|collect|into)$", re.IGNORECASE)


_STREAMS = frozenset({"ToAsyncEnumerable", "AsAsyncEnumerable", "ToCursorAsync"})  # C#: row by row, never at once


Key = tuple[int, int, Cls | None]


class Way(NamedTuple):
    """How a query is reached: what asks for it, and the calls down to it."""

    who: str
    start: Spot
    calls: tuple[Edge, ...]


class Found(NamedTuple):
    """A query that reads too much.

    Attributes:
        is_few: One owner or parent has few such rows by their nature.
    """

    access: Access
    part: Part
    table: str
    ways: tuple[Way, ...]
    is_job: bool = False
    is_few: bool = False


def check(model: Model) -> Iterator[Hit]:
    """Yield what endpoints and jobs read without a limit: one finding for each file and cause."""
    asking = Asking(model)
    choosing = Choosing(model, asking)
    reads = Reads(model, asking, choosing, Growing(model, choosing))
    grouped: dict[tuple[object, ...], list[Found]] = defaultdict(list)
    for found in reads.found():
        key: tuple[object, ...] = (
            (found.ways[0].who,) if found.is_job else (found.access.at, found.part <= Part.OPEN, found.is_few)
        )
        grouped[key].append(found)
    hits = [_hit(model, group) for group in grouped.values()]
    yield from hits
    yield from MemoryPages(model, choosing).hits(frozenset((model.files[hit.at].path, hit.line) for hit in hits))
    sized: dict[object, dict[Size, list[Way]]] = defaultdict(dict)
    apps = Applications(model)
    for size, way in reads.sizes():  # that nobody bounds what is asked for is one cause, wherever an application asks
        is_one = size.is_asked or size.what.endswith("=all")
        cause: object = (model.files[size.at].language, size.is_asked, apps.of(size.at)) if is_one else size.at
        sized[cause].setdefault(size, []).append(way)
    for sizes in sized.values():
        yield _size_hit(model, sizes)
    yield from open_paginators(model)
    yield from boundless_uploads(model)


class Reads:
    """Finds queries that read a growing table, and what asks for them."""

    def __init__(self, model: Model, asking: Asking, choosing: Choosing, growing: Growing) -> None:
        self.model, self.asking, self.choosing, self.growing = model, asking, choosing, growing
        self.handed_on, self.of_one = HandedOn(model), OfOne(model, choosing, growing)
        self.generic = GenericReads(model, choosing, growing)
        self._whole: dict[tuple[Key, bool], bool] = {}

    def found(self) -> Iterator[Found]:
        """Yield each query once, with all endpoints that ask for it; those of jobs if no endpoint does."""
        ways: dict[Key, list[Way]] = defaultdict(list)
        seen: dict[Key, Access] = {}
        for declared, endpoint in zip(self.model.declared, self.model.endpoints, strict=True):
            if declared.handler is None:
                continue
            start = Spot(self.model.files[declared.at].path, declared.line, f"{declared.method} {declared.path}")
            for access, way in self._of_endpoint(declared, endpoint.paginated):
                seen[_key(access)] = access
                ways[_key(access)].append(Way(f"{declared.method} {declared.path}", start, way))
        for key, access in seen.items():
            part, ways_here = self.choosing.part(access), tuple(ways[key])
            is_few = all(self.of_one.is_few(access, part, way.who) for way in ways_here)
            yield Found(access, part, self.growing.name(access), ways_here, is_few=is_few)
        of_jobs: dict[Key, tuple[Access, list[Way]]] = {}
        for fn, who in jobs(self.model):
            made = self.model.project.function(fn)
            start = Spot(self.model.files[fn.file].path, made.line, f"{who} runs by itself")
            for access, way in self._below(fn):
                key = _key(access)
                if key in seen or (is_offline(self.model.files[access.at]) and access.at != fn.file):
                    continue
                if self._is_handed_on(access) and (
                    self.model.files[access.at].language != "python" or not self.handed_on.is_gone_through(access, way)
                ):
                    continue
                if self.choosing.part(access) <= Part.SOME and self._is_whole(access, in_job=True):
                    of_jobs.setdefault(key, (access, []))[1].append(Way(who, start, way))
        for access, told in of_jobs.values():
            yield Found(access, self.choosing.part(access), self.growing.name(access), tuple(told), is_job=True)

    def _of_endpoint(self, declared: Declared, paginated: bool | None) -> Iterator[tuple[Access, tuple[Edge, ...]]]:
        assert declared.handler is not None  # noqa: S101
        cls = declared.handler_class
        is_list = cls is not None and declared.framework == "django" and paginated is False
        roots = [declared.handler, *(self.model.routes.views.reading(cls) if is_list and cls is not None else ())]
        reads = [each for fn in dict.fromkeys(roots) for each in self._below(fn)]
        in_pages = {
            access.table
            for access, _ in reads
            if access.op != "write" and access.is_bounded and any(d.does == "bounded" for d in access.does)
        }
        is_get = declared.method in ("GET", "*")
        is_one = re.search(r"\}$", declared.path) is not None
        for read, way in reads:
            access = self.generic.of(read, way) or read
            part = self.choosing.part(access)
            if self._is_handed_on(access) and (
                paginated is not False
                or part > Part.OPEN
                or self.model.files[access.at].language != "python"
                or not self.handed_on.is_gone_through(access, way)
            ):
                continue  # whoever asked for it may go on
            if way and self._is_handed_query(access) and self.choosing.by_caller(access, way[-1]) > Part.OPEN:
                continue
            if part in (Part.OWNER, Part.PARENT) and (
                not self._is_of_one(declared, access) if is_one else not self._is_about(declared, access)
            ):
                continue  # a page of one thing shows what belongs to it
            if not is_get and Part.OPEN < part < Part.UNKNOWN and is_wasted(self.model, access):
                pass  # only to delete or to count them
            elif (
                not is_get
                and (part > Part.OPEN or len(way) > 2 or not self.growing.is_paged(access))
                and part is not Part.ALL
            ) or (
                paginated is not False
                and part > Part.ALL
                and access.table not in in_pages
                and not (paginated is None and self.growing.is_paged(access))
            ):
                continue
            if self._is_whole(access):
                yield access, way

    def _is_handed_on(self, access: Access) -> bool:
        """Whether a query is given back that was not sent yet."""
        last = self.model.files[access.at].calls[access.calls[-1]]
        return access.is_lazy and not _SENT.match(last.name) and access.to == "return"

    def _is_of_one(self, declared: Declared, access: Access) -> bool:
        """Whether a page of one thing reads what others add to it without end: the photos of an album, no lines of an order."""
        nouns = re.findall(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}", "", declared.path))
        table = re.sub(r"[^a-z]", "", self.growing.name(access).lower())
        is_many = self.growing.is_steady(access) or (
            self.growing.is_paged(access) and any(_stem(each) in table for each in nouns[:-1])  # /alarms/severity/{of}
        )
        return (
            declared.method in ("GET", "*")
            and is_many
            and not any(_stem(each) in table or table in _stem(each) for each in nouns[-1:])
        )

    def sizes(self) -> Iterator[tuple[Size, Way]]:
        """Yield page sizes that do not bound, with what asks for such a page."""
        sizes = PageSizes(self.model)
        starts = {
            each.handler: (
                f"{each.method} {each.path}",
                Spot(self.model.files[each.at].path, each.line, f"{each.method} {each.path}"),
            )
            for each in self.model.declared
            if each.handler is not None
        }
        for fn, who in jobs(self.model):
            starts.setdefault(
                fn,
                (
                    who,
                    Spot(self.model.files[fn.file].path, self.model.project.function(fn).line, f"{who} runs by itself"),
                ),
            )
        for start, (who, spot) in starts.items():
            for fn, way in self._reach(start):
                if not _ONCE.search(self.model.files[fn.file].path):
                    for size in sizes.of(fn, way):
                        if (
                            not size.is_asked
                            or size.what.rpartition(".")[2].lower() not in sizes.bounds.bounded_by_rules
                        ):
                            yield size, Way(who, spot, way)

    def _is_about(self, declared: Declared, access: Access) -> bool:
        """Whether an endpoint is there to list what a query reads, by its path or its name: `/articles/{id}/comments`."""
        if _LISTS.search(declared.path):
            return True
        words = [_stem(word) for word in re.findall(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}", "", declared.path))[-2:]]
        if declared.handler is not None:
            words += [_stem(word) for word in re.findall(r"[A-Z]?[a-z]{2,}", self.model.label(declared.handler))]
        table = _stem(re.sub(r"[^A-Za-z]", "", self.growing.name(access)))
        return any(word and (word in table or table in word) for word in words)

    def _below(self, start: Fn) -> Iterator[tuple[Access, tuple[Edge, ...]]]:
        """Yield what a function and those below it read, with the calls that lead there."""
        for fn, way in self._reach(start):
            for access in self.model.data.by_function.get(fn, ()):
                yield access, way

    def _reach(self, start: Fn) -> Iterator[tuple[Fn, tuple[Edge, ...]]]:
        """Yield a function and those below it, with the calls that lead there; a lambda is no step."""
        ways: dict[Fn, tuple[Edge, ...]] = {start: ()}
        todo = [start]
        for fn in todo:  # grows while it is gone through
            yield fn, ways[fn]
            for edge, target in (*self.model.effects.callees.get(fn, ()), *self._scopes.get(fn, ())):
                if target in ways:
                    continue
                is_inside = self.model.project.function(target).kind == "lambda" and target.file == fn.file
                if is_inside or len(ways[fn]) < DEPTH_MAX:
                    ways[target] = ways[fn] if is_inside else (*ways[fn], edge)
                    todo.append(target)

    @cached_property
    def _scopes(self) -> dict[Fn, list[tuple[Edge, Fn]]]:
        """Eloquent: the scopes that a function's queries run, `scopeOpen` of the model in `Order::where(...)->open()`."""
        scopes: dict[str, list[Fn]] = defaultdict(list)
        for at, file in enumerate(self.model.files):
            for index, made in enumerate(file.functions if file.language == "php" else ()):
                if made.cls >= 0 and re.match(r"scope[A-Z]", made.name):
                    scopes[made.name[5:6].lower() + made.name[6:]].append(Fn(at, index))
        found: dict[Fn, list[tuple[Edge, Fn]]] = defaultdict(list)
        for at in self.model.own if scopes else ():
            file = self.model.files[at]
            for number, call in enumerate(file.calls if file.language == "php" else ()):
                if call.name in scopes and call.fn >= 0:
                    cls = self.model.data.by_name.get(root(call.on))
                    told = scopes[call.name] if cls is None else self.model.project.method(cls, _scope(call.name))
                    if len(told) == 1:
                        found[Fn(at, call.fn)].append((Edge(Fn(at, call.fn), at, number), told[0]))
        return found

    # ---- single queries -------------------------------------------------------------------------

    def _is_whole(self, access: Access, *, in_job: bool = False) -> bool:
        key = (_key(access), in_job)
        if key not in self._whole:
            self._whole[key] = self._reads_all(access, in_job=in_job)
        return self._whole[key]

    def _reads_all(self, access: Access, *, in_job: bool) -> bool:
        """Whether a query gives rows, more of them the longer its table is, and nothing on the way limits it."""
        file = self.model.files[access.at]
        if (
            access.op == "write"
            or access.many is False
            or access.is_bounded
            or access.loop >= 0
            or _ONCE.search(file.path)
            or self._is_cut_in_words(access)
            or (file.language == "csharp" and any(file.calls[n].name in _STREAMS for n in access.calls))
        ):
            return False
        part, table = self.choosing.part(access), self.growing.name(access)
        if part is Part.ALL and any(
            re.fullmatch(r"(inner_?)?join", file.calls[number].name, re.IGNORECASE) for number in access.calls
        ):
            part = Part.SOME  # of what has something on the other side
        if not table or part in (Part.UNKNOWN, Part.FEW) or self.growing.is_settled(access):
            return False
        if not self._matters(access, part, in_job=in_job) or not self._gives_rows(access, part):
            return False
        return not self.choosing.is_cut(access) and not only_first(self.model, access)

    def _is_cut_in_words(self, access: Access) -> bool:
        """MyBatis-Plus: whether the query's wrapper is given the end of the statement: `wrapper.last("limit 30")`."""
        file = self.model.files[access.at]
        if file.language not in ("java", "kotlin"):
            return False
        calls = (file.calls[number] for number in self.model.inside.calls[access.at].get(access.fn, ()))
        return any(call.name == "last" and any("limit" in value.text.lower() for value in call.args) for call in calls)

    def _matters(self, access: Access, part: Part, *, in_job: bool) -> bool:
        """Whether the part that is read grows with the table."""
        if part <= Part.OPEN:
            is_known = access.entity is not None or bool(self.choosing.sql(access))
            return not self.growing.may_be_short(access) and (not is_known or self.growing.may_grow(access))
        if in_job and part is Part.SOME and self.growing.is_added_to(access):
            return True  # what is due: as many as there are
        return self.growing.is_paged(access) or self.growing.is_steady(access)

    def _gives_rows(self, access: Access, part: Part) -> bool:
        calls = [self.model.files[access.at].calls[number] for number in access.calls]
        sql = self.choosing.sql(access)
        if sql:
            if part <= Part.OPEN and _SQL_JOINED.search(sql):
                return False
            return bool(_SELECT.match(sql)) and not any(
                each.search(sql) for each in (_SQL_GATHERED, _SQL_DISTINCT, _SQL_BOUND)
            )
        if (access.op == "raw" or not access.many) and not self._is_handed_query(access):
            return False
        asked = {self.model.files[at].calls[number].name for at, number, _ in self.choosing.calls(access)}
        if any(_SQL_GATHERED.search(text) for call in calls for text in _parts(call)):
            return False
        asked.discard("Set")  # C#: the table of an entity, `context.Set<Order>()`
        if any(_GATHERED.match(name) for name in asked):
            return False
        names = [call.name for call in calls]
        grouped = next((n for n, name in enumerate(names) if name in ("values", "values_list")), len(names))
        if "annotate" in names[grouped:]:
            return False  # Django: a group for each value
        if root(calls[0].on) in ("request", "req", "params") or (
            calls[0].on in ("self", "this") and access.entity is None
        ):
            return False
        if self._is_made_here(access, calls[0]):
            return False
        last = calls[-1]
        if last.inside >= 0 and self.model.files[access.at].calls[last.inside].name in (
            "get_object_or_404",
            "aget_object_or_404",
        ):
            return False
        return (
            not access.is_lazy
            or _SENT.match(last.name) is not None
            or access.to == "return"
            or self._is_iterated(access)
        )

    def _is_made_here(self, access: Access, first: Call) -> bool:
        """C#: whether the rows are what a method of the project gives one by one, and no query: `ItemsOf(order).ToListAsync()`."""
        if self.model.files[access.at].language != "csharp" or first.on not in ("", "this"):
            return False
        told = self.model.project.resolve_call(access.at, first)
        return any("AsyncEnumerable" in self.model.project.function(fn).returns for fn in told)

    def _is_handed_query(self, access: Access) -> bool:
        """PHP: whether a query of Doctrine is run that callers have built: `function orders(Query $query) { return $query->execute(); }`."""
        file = self.model.files[access.at]
        first = file.calls[access.calls[0]]
        if file.language != "php" or access.fn < 0 or first.name not in ("execute", "getResult", "getArrayResult"):
            return False
        params = file.functions[access.fn].params
        return any(
            param.name.lstrip("$") == root(first.on) and param.type.rpartition("\\")[2] == "Query" for param in params
        )

    def _is_iterated(self, access: Access) -> bool:
        file = self.model.files[access.at]
        last = file.calls[access.calls[-1]]
        if last.inside >= 0 and file.language == "python" and SHOWS.match(file.calls[last.inside].name):
            return True
        if file.language == "python" and access.to.isidentifier() and self.handed_on.is_shown(access):
            return True
        return any(
            made.kind == "each" and access.to and re.match(rf"{re.escape(access.to)}\b(?!\[|\.)", made.over)
            for made in file.loops
            if made.fn == access.fn
        )


# ---- findings -----------------------------------------------------------------------------------


def _key(access: Access) -> Key:
    return access.at, access.index, access.entity


def _parts(call: Call) -> Iterator[str]:
    """Yield what a query selects as SQL of its own: "count(*)" of `db.select({ total: sql`count(*)` })`."""
    if call.name == "select":
        yield from (
            part.text
            for value in call.args
            for item in value.items
            if item.kind == "call" and item.text.startswith("sql")
            for part in item.items
        )


def _scope(name: str) -> str:
    return f"scope{name[:1].upper()}{name[1:]}"


def _stem(word: str) -> str:
    word = word.lower()
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def _hit(model: Model, group: list[Found]) -> Hit:
    group.sort(key=lambda found: (found.part, found.access.line))
    first = group[0]
    access = first.access
    file = model.files[access.at]
    call = file.calls[access.index]
    tables = list(dict.fromkeys(found.table for found in group))
    who = first.ways[0].who
    what = _what(first, tables)
    message = f"{who} reads {what} at once: {shown(call)}() has no limit"
    spots: dict[tuple[str, int], Spot] = {}
    for found in group:
        line = _line(model, found.access)
        path = model.files[found.access.at].path
        if found is not first:
            spots.setdefault((path, line), Spot(path, line, f"reads {found.table}, too"))
        if found.access.line != line:
            spots.setdefault((path, found.access.line), Spot(path, found.access.line, "all rows come here"))
        begins = min(model.files[found.access.at].calls[number].line for number in found.access.calls)
        if begins < line:
            spots.setdefault((path, begins), Spot(path, begins, "the query begins"))
        if (sent := _goes_on(model, found.access)) > line:
            spots.setdefault((path, sent), Spot(path, sent, "the query goes on"))
    ways = [way for found in group for way in found.ways]
    _add_ways(model, ways, spots)
    if first.part <= Part.OPEN and access in model.data.by_function.get(Fn(access.at, access.fn), ()):
        _add_askers(model, Fn(access.at, access.fn), spots)
    certain = first.part <= Part.OPEN and not first.is_job
    return Hit(
        access.at, _line(model, access), message, access.fn, tuple(spots.values())[:SPOTS_MAX],
        confidence=None if certain else Confidence.LOW if first.is_few else Confidence.MEDIUM, key=f"{access.at}:{access.index}",
    )  # fmt: skip


def _goes_on(model: Model, access: Access) -> int:
    """Return the line where a query goes on that was put into a variable, 0 if it does not."""
    file = model.files[access.at]
    if not access.to.isidentifier() or access.to == "return":
        return 0
    numbers = model.inside.calls[access.at].get(access.fn, ())
    calls = (file.calls[number] for number in numbers if number not in access.calls)
    return max((call.line for call in calls if call.prev < 0 and call.on == access.to), default=0)


def _size_hit(model: Model, sizes: dict[Size, list[Way]]) -> Hit:
    first = next(iter(sizes))
    who = sizes[first][0].who
    file = model.files[first.at]
    if first.is_asked:
        message = f"{who} gives as many rows as the client asks for: {first.what} has no upper bound"
    else:
        message = f"{who} asks for a page that is no page: {first.what} gives all rows at once"
    spots: dict[tuple[str, int], Spot] = {}
    for size in sizes:  # where sizes are taken comes first: a path is cut at its end
        taken = model.files[size.at].path
        if (size.at, size.line) != (first.at, first.line):
            spots.setdefault((taken, size.line), Spot(taken, size.line, f"{size.what}, too"))
    for size, ways in sizes.items():
        path = model.files[size.used[0]].path
        if (path, size.used[1]) != (file.path, first.line):
            spots.setdefault((path, size.used[1]), Spot(path, size.used[1], "limits the rows"))
        _add_ways(model, ways, spots)
    return Hit(
        first.at,
        first.line,
        message,
        -1,
        tuple(spots.values())[:SPOTS_MAX],
        confidence=Confidence.MEDIUM,
        key=f"{first.at}:{first.line}:{first.is_asked}",
        fix=_SIZE_FIX,
    )


def _add_ways(model: Model, ways: Sequence[Way], spots: dict[tuple[str, int], Spot]) -> None:
    """Add the calls that lead to a query, those next to it first: a path is cut at its end."""
    for depth in range(1, DEPTH_MAX + 1):
        for way in ways:
            if len(way.calls) >= depth:
                edge = way.calls[-depth]
                path, at = model.files[edge.at].path, model.files[edge.at].calls[edge.call].line
                spots.setdefault((path, at), Spot(path, at, f"{model.label(edge.caller)} asks for it"))
    for way in ways:
        spots.setdefault((way.start.file, way.start.line), way.start)


def _add_askers(model: Model, start: Fn, spots: dict[tuple[str, int], Spot]) -> None:
    """Add the other places that ask for the whole table, through functions that only hand it on."""
    seen, todo = {start}, [(start, 0)] if start.index >= 0 else []
    for fn, depth in todo:  # grows while it is gone through
        for edge in model.effects.callers.get(fn, ()):
            file = model.files[edge.at]
            call = file.calls[edge.call]
            if file.is_test or is_offline(file) or edge.caller.index < 0:
                continue
            spots.setdefault(
                (file.path, call.line), Spot(file.path, call.line, f"{model.label(edge.caller)} asks for it, too")
            )
            if call.to == "return" and depth < HANDS_MAX and edge.caller not in seen:
                seen.add(edge.caller)
                todo.append((edge.caller, depth + 1))


def _what(first: Found, tables: list[str]) -> str:
    named = ", ".join(tables[:NAMED_MAX]) + (" and more" if len(tables) > NAMED_MAX else "")
    if first.part is Part.OWNER:
        return f"all {named} of one owner"
    if first.part is Part.PARENT:
        return f"all {named} of one parent"
    return f"all of {named}"


def _line(model: Model, access: Access) -> int:
    """Return the line of the call that reads; in C#, where chains stand over many lines, the one that the statement starts on."""
    file = model.files[access.at]
    return min(file.calls[number].line for number in access.calls) if file.language == "csharp" else access.line
