"""query-in-loop: one query, or one request to another service, for each element of a list."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.data import Access
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.asking import Asking
from backwright.review.rules.lazily import Lazily, Lazy, plain
from backwright.review.rules.lists import Element, Lists, Reading
from backwright.review.rules.looping import Loops, backend, is_offline, served
from backwright.review.rules.resolving import resolvers
from backwright.review.rules.rule import Hit
from backwright.review.rules.serializing import Serializers
from backwright.review.rules.templating import Shown, Templates
from backwright.review.rules.weighing import ACTS, weighed

# What makes something of each element; that it asks is one mistake, wherever it is looped over.
SERIALIZES = re.compile(
    r"to_?(dict|array|json|dto|view|model|response|map|object|resource)|serial|present|transform|respon|render|^from$|^of$|"
    r"as_?(dict|json)|dump|format|resource|mapper|convert",
    re.IGNORECASE,
)
SAME_MAX = 12  # other loops named in one finding
WHOLE = ("whereIn", "inList", "In", "in_", "__in", "any_", "ANY", "Contains", "eq_any", "is_in")


def check(model: Model) -> Iterator[Hit]:
    """Yield calls in loops that ask once per element."""
    loops, asking = Loops(model), Asking(model)
    lazily = Lazily(model, loops, asking)
    lists = Lists(model, loops, lazily)
    in_loops = list(_in_loops(model, loops, asking, lists))
    yield from in_loops
    asked = {(hit.at, hit.line) for hit in in_loops if hit.at >= 0 and model.files[hit.at].language == "python"}
    readings_ = chain(lists.readings(), Serializers(lists).readings())
    for readings in _by_list(model, (each for each in readings_ if (each.lazy.at, each.lazy.line) not in asked)):
        yield _lazy(model, readings)
    pages: dict[tuple[int, int, int, str], list[Shown]] = {}
    for shown_ in Templates(model, lists, lazily).readings():
        element = shown_.element
        pages.setdefault((element.at, element.fn, element.line, shown_.file), []).append(shown_)
    for shown_on_page in pages.values():
        yield _in_template(model, shown_on_page)
    for fn, parent, field in resolvers(model, asking):
        yield _resolver(model, asking, fn, parent, field)


class Asked(NamedTuple):
    """A call in a loop that asks once per element.

    Attributes:
        what: query or request.
        steps: The way down to it, for a call of a function; empty if it stands in the loop itself.
    """

    at: int
    call: int
    loop: int
    what: str
    steps: list[Step]
    confidence: Confidence


def _in_loops(model: Model, loops: Loops, asking: Asking, lists: Lists) -> Iterator[Hit]:
    """Yield one finding for each loop that asks; what a function asks through others is told once, wherever it is looped over."""
    told: set[tuple[int, int]] = set()
    causes: dict[tuple[object, ...], list[Hit]] = {}
    for at in backend(model):
        by_loop: dict[int, list[Asked]] = {}
        for asked in _asked(model, loops, asking, lists, at):
            by_loop.setdefault(asked.loop, []).append(asked)
        for found in by_loop.values():
            calls = model.files[at].calls
            through = [a for a in found if len(a.steps) > 1 and SERIALIZES.search(calls[a.call].name)]
            ends = {(asked.steps[-1].at, asked.steps[-1].call) for asked in through}
            if len(through) == len(found) and ends <= told:
                continue
            told |= ends
            hit = _hit(model, found)
            causes.setdefault((hit.confidence is Confidence.LOW, *_cause(model, at, found)), []).append(hit)
    for first, *others in causes.values():
        spots = tuple(Spot(model.files[hit.at].path, hit.line, "in a loop, too") for hit in others[:SAME_MAX])
        is_through = all("() in a loop" in hit.message for hit in (first, *others))
        many = f"{len(others)} more loops" if len(others) > 1 else "one more loop"
        does = "of it" if not is_through else "call it" if len(others) > 1 else "calls it"
        more = f" ({many} {does})" if others else ""
        yield structs.replace(first, message=f"{first.message}{more}", path=(*first.path, *spots)) if others else first


def _cause(model: Model, at: int, found: list[Asked]) -> tuple[object, ...]:
    """Return what is missing: the batch form of the function that a loop asks through first, else what the loop itself asks."""
    steps = found[0].steps
    if steps:
        first = steps[0]
        return ("through", Fn(first.at, model.named(first.at, model.files[first.at].calls[first.call].fn)))
    fn = model.files[at].calls[found[0].call].fn
    if fn < 0 or model.files[at].language != "python":
        return (at, found[0].loop)
    declared = model.endpoint_of(Fn(at, model.named(at, fn)))  # the loops of one request stand together
    return (at, declared.method, declared.path) if declared is not None else (at, model.named(at, fn))


def _asked(model: Model, loops: Loops, asking: Asking, lists: Lists, at: int) -> Iterator[Asked]:
    file = model.files[at]
    inside = {
        number for number, made in enumerate(file.functions)
        if made.kind == "lambda" and any(file.functions[n].loop >= 0 for n in model.enclosing(at, number))
    }  # fmt: skip
    done: set[tuple[int, ...]] = set()
    for index, call in enumerate(file.calls):
        if call.loop < 0 and call.fn not in inside:
            continue
        access = model.data.by_call.get((at, index))
        if access is not None:
            if (
                access.calls not in done
                and asking.reads(access)
                and not _is_loaded(model, lists, at, access)
                and not _is_checked(model, asking, access)
            ):
                yield from _direct(model, loops, at, access.index, "query", access.calls)
            done.add(access.calls)
        elif any(d.does == "outgoing" and asking.asks(d) for d in model.effects.of_call[at].get(index, ())):
            chain = tuple(model.effects.chain(at, index))
            if chain not in done:
                yield from _direct(model, loops, at, index, "request", chain)
            done.add(chain)
        elif call.name in asking.names or call.name in model.project.imported[at]:
            yield from _through(model, loops, asking, at, index)


def _is_loaded(model: Model, lists: Lists, at: int, access: Access) -> bool:
    """Whether a query goes through a relation that was loaded before: `song.genres.pluck("id")` after `songs.load("genres")`."""
    words = re.split(r"\W+", model.files[at].calls[access.calls[0]].on)
    first = model.files[at].calls[access.calls[0]].name
    return any(plain(word) in lists.nearby(at, access.fn) for word in (*words[1:], first) if word)


def _is_checked(model: Model, asking: Asking, access: Access) -> bool:
    """Whether a row is looked at by a statement before another changes it, one by one: each is a unit of work."""
    if access.op != "raw" or not access.table or access.loop < 0:
        return False
    same = model.data.by_function.get(Fn(access.at, access.fn), ())
    return any(
        other.loop == access.loop and other.table == access.table and other.op == "raw" and not asking.reads(other)
        for other in same
    )


def _direct(model: Model, loops: Loops, at: int, index: int, what: str, chain: tuple[int, ...]) -> Iterator[Asked]:
    loop = _loop(model, loops, at, index, chain, what)
    if loop >= 0 and (what == "request" or _is_known(model, at, model.files[at].calls[index].fn, at, index)):
        yield Asked(at, index, loop, what, [], Confidence.HIGH)


def _through(model: Model, loops: Loops, asking: Asking, at: int, index: int) -> Iterator[Asked]:
    call = model.files[at].calls[index]
    if ACTS.search(call.name):  # a thing is done to each element: that it asks on the way is not what is wrong
        return
    targets = [fn for fn in model.project.resolve_call(at, call) if fn in asking.reach or fn in asking.builders]
    if not targets or (targets[0] not in asking.reach and not asking.is_used_at_once(at, index)):
        return
    target = targets[0]
    _, what, depth = asking.reach.get(target, (None, "query", 0))
    loop = _loop(model, loops, at, index, (index,), what)
    if loop < 0 or Fn(at, model.named(at, call.fn)) == target:
        return
    steps = asking.steps(target) if target in asking.reach else [asking.builders[target]]
    if what == "request" or _is_known(model, at, call.fn, steps[-1].at, steps[-1].call):
        yield Asked(
            at,
            index,
            loop,
            what,
            steps,
            _sureness(depth, len(targets), is_served=served(model, at, call.fn) or not model.declared),
        )


def _sureness(depth: int, targets: int, *, is_served: bool) -> Confidence:
    """Return how sure it is that a call asks: the further down, the more conditions stand between."""
    if depth < 3 and targets == 1:
        return Confidence.HIGH
    return Confidence.MEDIUM if depth < 3 or is_served else Confidence.LOW


def _is_known(model: Model, at: int, fn: int, query_at: int, query: int) -> bool:
    """Whether a request runs this, or the table is known: tools that walk through any database ask each table in turn."""
    access = model.data.by_call.get((query_at, query))
    return (
        not model.declared or served(model, at, fn) or access is None or access.entity is not None or bool(access.table)
    )


def _loop(model: Model, loops: Loops, at: int, index: int, chain: tuple[int, ...], what: str) -> int:
    """Return the loop that makes a call run once per element, -1 for none."""
    file = model.files[at]
    call = file.calls[index]
    if not served(model, at, call.fn) and (is_offline(file) or (what == "request" and model.declared)):
        return -1
    for loop in loops.around(at, index):
        if not loops.grows(at, loop):
            if file.loops[loop].kind == "while":
                continue
            return -1
        names = loops.names(at, loop)
        if not any(loops.depends(at, number, names) for number in chain) and not _prepared(
            model, loops, at, index, names
        ):
            continue
        if (
            _asks_for_whole(model, at, chain, file.loops[loop].vars)
            or loops.remembers(at, loop, index)
            or loops.searches(at, loop, index)
        ):
            return -1
        return loop
    return -1


def _prepared(model: Model, loops: Loops, at: int, index: int, names: frozenset[str]) -> bool:
    """Whether a statement was given something of the element before it is run: statement.setLong(1, order.id)."""
    file = model.files[at]
    call = file.calls[index]
    if not call.on or call.loop < 0:
        return False
    return any(
        file.calls[number].on == call.on
        and number != index
        and loops.depends(at, number, names)
        and file.calls[number].args
        for number in loops.calls[at].get(call.loop, ())
    )


def _asks_for_whole(model: Model, at: int, chain: tuple[int, ...], variables: tuple[str, ...]) -> bool:
    """Whether the variable of the loop is a list that one query asks for at once."""
    for number in chain:
        call = model.files[at].calls[number]
        for value in call.args:
            listed = (
                call.name in WHOLE
                or value.name.endswith("__in")
                or (value.kind == "call" and value.text.rpartition(".")[2] in WHOLE)
            )
            if listed and any(each.text in variables for each in (value, *value.items)):
                return True
    return False


def _hit(model: Model, found: list[Asked]) -> Hit:
    at, index, loop, what, steps, confidence = found[0]
    file = model.files[at]
    call, made = file.calls[index], file.loops[loop]
    fn = Fn(at, model.named(at, call.fn))
    declared = model.endpoint_of(fn) if call.fn >= 0 else None
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    each = _noun(made.vars, made.over)
    many = "one" if len(found) == 1 else f"{len(found)}"
    thing = (
        f"{many} {'query' if len(found) == 1 else 'queries'}"
        if what == "query"
        else f"{many} request{'s' * (len(found) > 1)} to another service"
    )
    how = f"calls {shown(call)}() in a loop: {thing}" if steps else f"runs {thing}"
    spots = [
        spot
        for asked in found
        for spot in (
            Spot(file.path, file.calls[asked.call].line, shown(file.calls[asked.call])),
            *model.path_down(asked.steps),
        )
    ]
    path = (
        *model.path_to(fn),
        Spot(file.path, made.line, f"for each {each}"),
        *dict.fromkeys(spots),
    )
    sure = weighed(model, at, call.fn, confidence)
    return Hit(at, call.line, f"{who} {how} per {each}", call.fn, path, sure, key=f"{at}:{loop}")


def _by_list(model: Model, readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield what is read on the elements of one list, once however many lists a serializer is used for."""
    lists: dict[tuple[int, int, object], list[Reading]] = {}
    for reading in readings:
        element = reading.element
        is_python = model.files[element.at].language == "python"
        where = element.cls if is_python else element.line
        key = (element.at, element.fn, where) if element.fn >= 0 else (-1, -1, element.how)
        lists.setdefault(key, []).append(reading)
    told: set[tuple[int, int, str]] = set()
    for found in lists.values():
        places = {(r.lazy.at, r.lazy.line, r.lazy.relation.name) for r in found}
        if not places <= told:
            told |= places
            yield found


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
    )
    told = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} loaded lazily for each"
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
    sure = Confidence.HIGH if element.access is not None else Confidence.MEDIUM
    if model.files[element.at].language != "python":
        return sure
    if all(any(ACTS.search(spot.note.rpartition(".")[2]) for spot in each.lazy.path[:1]) for each in readings):
        return Confidence.LOW
    return weighed(model, element.at, element.fn, sure) if len(names) == 1 else sure


def _relation(lazy: Lazy) -> str:
    return f"{lazy.via}.{lazy.relation.name}" if lazy.via else lazy.relation.name


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _in_template(model: Model, found: list[Shown]) -> Hit:
    first = found[0]
    element = first.element
    entity = model.project.class_(element.cls).name
    fn = Fn(element.at, model.named(element.at, element.fn))
    declared = model.endpoint_of(fn)
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    told = {f"{model.project.class_(each.element.cls).name}.{each.relation.name}": each for each in found}
    names = list(dict.fromkeys(each.relation.name for each in told.values()))
    path = (
        *model.path_to(fn),
        Spot(model.files[element.at].path, element.line, element.how),
        *(Spot(each.file, each.line, f"reads {name}") for name, each in told.items()),
    )
    many, which = ("one query", "which is") if len(names) == 1 else (f"{len(names)} queries", "which are")
    message = f"{who} runs {many} per {entity}: the template reads {_listed(names)}, {which} loaded lazily for each"
    return Hit(
        -1,
        first.line,
        message,
        path=path,
        confidence=Confidence.HIGH if element.access is not None else Confidence.MEDIUM,
        key=f"lazy:{first.file}:{entity}.{first.relation.name}",
        fix=_eager_fix(model, element.at, element, first.relation.name),
        file=first.file,
    )


def _resolver(model: Model, asking: Asking, fn: Fn, parent: str, field: str) -> Hit:
    made = model.project.function(fn)
    message = f"The resolver of {parent}.{field} runs one query for each {parent} of a list"
    fix = "Resolve the field with a data loader or a batch mapping, which asks once for all objects of the list."
    return Hit(
        fn.file,
        made.line,
        message,
        fn.index,
        model.path_down(asking.steps(fn)),
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


def _noun(variables: tuple[str, ...], over: str) -> str:
    for name in variables:
        if len(name) > 1 and name not in ("it", "el", "idx", "key"):
            return name.lstrip("$&")
    last = over.replace("()", "").rpartition(".")[2].strip("$&* ")
    return f"element of {last}" if last.isidentifier() else "element"
