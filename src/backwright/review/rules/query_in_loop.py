"""query-in-loop: one query, or one request to another service, for each element of a list."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.data import Access
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.rules.asked import Asked, InLoops
from backwright.review.rules.asking import Asking
from backwright.review.rules.assemblers import Assemblers
from backwright.review.rules.contextpages import ContextPages
from backwright.review.rules.eagerly import eager_lists
from backwright.review.rules.generatedmappers import GeneratedMappers
from backwright.review.rules.itemrules import item_rules
from backwright.review.rules.joining import Causes
from backwright.review.rules.lazily import Lazily, Lazy
from backwright.review.rules.listpages import ListPages
from backwright.review.rules.lists import Element, Lists, Reading
from backwright.review.rules.looping import Loops, backend
from backwright.review.rules.oneobject import by_type, place, told_of
from backwright.review.rules.resolving import resolvers
from backwright.review.rules.rowcallbacks import row_callbacks
from backwright.review.rules.rule import Hit
from backwright.review.rules.saved import Saved
from backwright.review.rules.serializing import Serializers
from backwright.review.rules.shortlists import is_handful, is_short, only_reports
from backwright.review.rules.templatequeries import template_queries
from backwright.review.rules.templating import Shown, Templates
from backwright.review.rules.weighing import weighed, worked_on

# What is sent once per element, and several of them.
THINGS = {
    "query": ("one query", "queries"),
    "request": ("one request to another service", "requests to another service"),
    "delete": ("one DELETE", "statements"),
    "update": ("one UPDATE", "statements"),
}
MORE_MAX = 12  # further queries of a called function that are named
LINES_MAX = 2  # lines of a chain whose end alone is named
RENDERS_MAX = 6  # places that render one template named in a finding
CHANGE = "Change or delete all rows with one statement: its condition lists the ids, or is the one that chose the rows."


def check(model: Model) -> Iterator[Hit]:
    """Yield calls in loops that ask once per element."""
    loops, asking = Loops(model), Asking(model)
    lazily = Lazily(model, loops, asking)
    lists = Lists(model, loops, lazily)
    in_loops, causes = InLoops(model, loops, asking, lists), Causes(model)
    asked: set[tuple[int, int]] = set()  # Python: a related name is a query that another place tells as a lazy read
    for at in backend(model):
        for found in in_loops.by_loop(at):
            causes.add_loop(found, hit := _hit(model, asking, loops, found, in_loops.besides(found)))
            asked |= {(at, hit.line)} if model.files[at].language == "python" else set()
    mapped = chain(GeneratedMappers(lists).readings(), Assemblers(lists).readings())
    readings_ = chain(lists.readings(), Serializers(lists).readings(), mapped)
    for readings in _by_list(model, (each for each in readings_ if (each.lazy.at, each.lazy.line) not in asked)):
        causes.add_list(readings, _lazy(model, readings))
    told = list(causes.joined())
    yield from told
    yield from (hit for hit in Saved(model, loops).hits() if all(hit.key != each.key for each in told))
    templates = Templates(model, lists, lazily)
    pages = ListPages(model, lists, lazily, templates)
    given = ContextPages(model, templates)
    for shown_ in _by_template(chain(templates.readings(), pages.readings(), given.readings())):
        yield _in_template(model, shown_)
    yield from template_queries(model)
    yield from eager_lists(model, asking, lazily)
    yield from row_callbacks(model, lazily)
    yield from item_rules(model)
    for fields in by_type(resolvers(model, asking)):
        yield _resolver(model, asking, fields)


def _more(model: Model, asking: Asking, asked: Asked) -> Iterator[Step]:
    """Yield what the function that a loop calls asks besides the first query."""
    if not asked.steps:
        return
    first = asked.steps[0]
    fn = Fn(first.at, model.named(first.at, model.files[first.at].calls[first.call].fn))
    if fn in asking.reach:
        yield from asking.more(fn)


def _hit(model: Model, asking: Asking, loops: Loops, found: list[Asked], besides: Iterator[int]) -> Hit:
    at, index, loop, what, steps, confidence, _ = found[0]
    file = model.files[at]
    call, made = file.calls[index], file.loops[loop]
    fn = Fn(at, model.named(at, call.fn))
    declared = model.endpoint_of(fn) if call.fn >= 0 else None
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    each = _noun(made.vars, made.over)
    one, many = THINGS[what]
    thing = one if len(found) == 1 else f"{len(found)} {many}"
    how = f"calls {shown(call)}() in a loop: {thing}" if steps else f"runs {thing}"
    spots = [
        spot
        for asked in found
        for spot in (
            *_stands(model, at, asked.call),
            *model.path_down(asked.steps),
        )
    ]
    below = (step for asked in found if asked.what == "query" for step in _more(model, asking, asked))
    spots += model.path_down(islice(below, MORE_MAX))
    spots += [Spot(file.path, file.calls[n].line, f"{shown(file.calls[n])}, too") for n in islice(besides, MORE_MAX)]
    path = (
        *model.path_to(fn),
        Spot(file.path, made.line, f"for each {each}"),
        *dict.fromkeys(spots),
    )
    few = is_short(model, loops, asking, at, loop, [asked.call for asked in found])
    confidence = Confidence.LOW if few else weighed(model, at, call.fn, confidence)
    fix = CHANGE if all(asked.what in ("delete", "update") for asked in found) else ""
    return Hit(at, call.line, f"{who} {how} per {each}", call.fn, path, confidence, key=f"{at}:{loop}", fix=fix)


def _stands(model: Model, at: int, index: int) -> Iterator[Spot]:
    """Yield where a call stands; of a query that is a long chain, also where it begins."""
    call = model.files[at].calls[index]
    access = model.data.by_call.get((at, index))
    if access is not None and call.line - (begin := _begin(model, access)) > LINES_MAX:
        yield Spot(model.files[at].path, begin, shown(model.files[at].calls[access.calls[0]]))
    yield Spot(model.files[at].path, call.line, shown(call))


def _by_list(model: Model, readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield what is read on the elements of one list; of Python's, on those of one serializer, or of one entity in a function."""
    lists: dict[tuple[int, int, object], list[Reading]] = {}
    for reading in readings:
        element = reading.element
        where = element.cls if model.files[element.at].language == "python" else element.line
        key = (element.at, element.fn, where) if element.fn >= 0 else (-1, -1, element.how)
        lists.setdefault(key, []).append(reading)
    yield from lists.values()


def _lazy(model: Model, readings: list[Reading]) -> Hit:
    element, lazy = readings[0]
    fn = Fn(element.at, model.named(element.at, element.fn))
    if element.fn >= 0:
        declared = model.endpoint_of(fn)
        who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    else:
        declared = next((d for d in model.declared if d.handler is None and d.at == element.at), None)
        who = f"{declared.method} {declared.path}" if declared is not None else element.how
    entity = model.project.class_(element.cls).name
    names = list(dict.fromkeys(_relation(each.lazy) for each in readings))
    spots = [
        spot
        for _, each in readings
        for spot in (
            *each.path,
            Spot(model.files[each.at].path, each.line, f"reads {entity}.{_relation(each)}"),
        )
    ]
    start = (
        *(model.path_to(fn) if element.fn >= 0 else ()),
        *(Spot(model.files[e.at].path, e.line, e.how) for e in dict.fromkeys(r.element for r in readings)),
        *(Spot(model.files[each.at].path, _begin(model, each), "the list") for each in element.lists),
        *dict.fromkeys(spot for r in readings for spot in r.element.spots),
    )
    told = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} loaded lazily for each"
    if not any(each.lazy.relation.is_lazy for each in readings):
        told = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} EAGER and loaded after the list, for each"
    if all(each.lazy.asks for each in readings):
        told = f"{_listed(names)} {'asks' if len(names) == 1 else 'ask'} anew for each"
    many = "one query" if len(names) == 1 else f"{len(names)} queries"
    return Hit(
        lazy.at,
        lazy.line,
        f"{who} runs {many} per {entity}: {told}",
        lazy.fn,
        (*start, *dict.fromkeys(spots)),
        _sure_of_lazy(model, readings, names),
        key=f"lazy:{element.at}:{element.fn}:{element.line}",
        fix="" if lazy.asks else _eager_fix(model, lazy.at, element, lazy.relation.name),
    )


def _sure_of_lazy(model: Model, readings: list[Reading], names: list[str]) -> Confidence:
    """Return how sure it is that lazy reads hold a request up: not so if each element is worked on, or nobody waits."""
    element = readings[0].element
    sure = Confidence.HIGH if element.access is not None or element.is_known else Confidence.MEDIUM
    if is_handful(model, element.access) or only_reports(model, element.at, _loop_of(model, element)):
        return Confidence.LOW
    if model.files[element.at].language != "python":
        return sure
    if all(worked_on(each.lazy.path) for each in readings):
        return Confidence.LOW
    return weighed(model, element.at, element.fn, sure) if len(names) == 1 else sure


def _loop_of(model: Model, element: Element) -> int:
    """Return the loop that goes through the elements, -1 if none does."""
    loops = model.files[element.at].loops
    return next((n for n, made in enumerate(loops) if made.fn == element.fn and made.line == element.line), -1)


def _relation(lazy: Lazy) -> str:
    return f"{lazy.via}.{lazy.relation.name}" if lazy.via else lazy.relation.name


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _by_template(readings: Iterable[Shown]) -> Iterable[list[Shown]]:
    """Return what one template reads of the rows of one entity, from wherever it is rendered."""
    found: dict[tuple[str, Cls, bool], list[Shown]] = {}
    for each in readings:
        found.setdefault((each.file, each.element.cls, each.asks), []).append(each)
    return found.values()


def _in_template(model: Model, found: list[Shown]) -> Hit:
    first = next((each for each in found if each.element.access is not None), found[0])
    element, relation = first.element, first.relation.name
    entity = model.project.class_(element.cls).name
    fn = Fn(element.at, model.named(element.at, element.fn))
    declared = model.endpoint_of(fn)
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    who = who if element.fn >= 0 else element.how.partition(" ")[0]
    places = {(each.element.at, each.element.line): each.element for each in (first, *found)}
    renders = [
        spot
        for each in list(places.values())[:RENDERS_MAX]
        for spot in (
            *([Spot(model.files[each.access.at].path, _begin(model, each.access), "the list")] if each.access else []),
            Spot(model.files[each.at].path, each.line, each.how),
        )
    ]
    reads = [Spot(each.file, each.line, f"reads {entity}.{each.relation.name}") for each in (first, *found)]
    path = (
        *model.path_to(fn),
        *dict.fromkeys(renders),
        *dict.fromkeys(reads),
        *dict.fromkeys(s for each in found for s in each.through),
    )
    how = "which asks anew" if first.asks else "which is loaded lazily"
    names = list(dict.fromkeys(each.relation.name for each in (first, *found)))
    many = "one query" if len(names) == 1 else f"{len(names)} queries"
    message = f"{who} runs {many} per {entity}: the template reads {_listed(names)}, {how} for each"
    confidence = Confidence.HIGH if element.access is not None else Confidence.MEDIUM
    return Hit(
        -1,
        first.line,
        message,
        path=path,
        confidence=confidence,
        key=f"lazy:{first.file}:{entity}:{first.asks}",
        fix="" if first.asks else _eager_fix(model, element.at, element, relation),
        file=first.file,
    )


def _resolver(model: Model, asking: Asking, found: list[tuple[Fn, str, str]]) -> Hit:
    """Return what is told of the resolvers of one type."""
    fn, parent, _ = found[0]
    fix = "Resolve the field with a data loader or a batch mapping, which asks once for all objects of the list."
    others = [each for each, _, _ in found[1:]]
    below = (spot for each in others for spot in (place(model, each), *model.path_down(asking.steps(each))[-1:]))
    return Hit(
        fn.file,
        model.project.function(fn).line,
        told_of([field for _, _, field in found], parent),
        fn.index,
        (*model.path_down(asking.steps(fn)), *dict.fromkeys(below)),
        Confidence.MEDIUM,
        fix=fix,
    )


def _eager_fix(model: Model, at: int, element: Element, relation: str) -> str:
    """Say how the relation is loaded with the list, in the words of the library that the query is made with."""
    library = element.access.library if element.access is not None else ""
    entity = model.project.class_(element.cls).name
    many = next(
        (r.is_many for r in model.data.entities[element.cls].relations.values() if r.name == relation),
        False,
    )
    told = {
        "Django ORM": f'Add .{"prefetch_related" if many else "select_related"}("{relation}") to the queryset.',
        "SQLAlchemy": f'Add .options({"selectinload" if many else "joinedload"}({entity}.{relation})) to the query.',
        "Eloquent": f"Add ->with('{relation}') to the query.",
        "Entity Framework": f"Add .Include(x => x.{relation}) to the query.", "EF Core": f"Add .Include(x => x.{relation}) to the query.",
        "Exposed": f"Add .with({entity}::{relation}) to the query.",
        "TypeORM": f"Add relations: {{ {relation}: true }} to the find.", "Sequelize": f"Add include: '{relation}' to the query.",
        "Doctrine": f"Join and select the relation in the query: ->leftJoin('e.{relation}', 'r')->addSelect('r').",
    }  # fmt: skip
    if library in told:
        return told[library]
    if model.files[at].language in ("java", "kotlin"):
        return f'Load it with the list: @EntityGraph(attributePaths = "{relation}") on the repository method, or join fetch in its query.'
    return ""


def _begin(model: Model, access: Access) -> int:
    """Return the line on which a query begins, which may be a chain of many lines."""
    calls = model.files[access.at].calls
    return min(calls[number].line for number in access.calls)


def _noun(variables: tuple[str, ...], over: str) -> str:
    for name in variables:
        if len(name) > 1 and name not in ("it", "el", "idx", "key"):
            return name.lstrip("$&")
    last = over.replace("()", "").rpartition(".")[2].strip("$&* ")
    return f"element of {last}" if last.isidentifier() else "element"
