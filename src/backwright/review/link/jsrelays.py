"""JavaScript: functions of the project that only hand the SQL they are given to a driver: a call of them is a query, too."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from backwright.review.facts import Arg, Call
from backwright.review.link.boundqueries import bound
from backwright.review.link.javascript import called
from backwright.review.link.packs import Effect
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

ROUNDS = 2  # Repository.all -> Database.query -> cursor.execute
SCOPES_MAX = 4  # functions in the one that is given the SQL: `new Promise((resolve) => pool.query(sql, resolve))`
KINDS = frozenset({"query", "sink-sql"})
_FIRST = regex(r"\[0?\]|\.(at|shift|pop)\(")  # rows[0]
_WRAPS = frozenset({"text", "SQL", "str"})  # sqlalchemy.text(query)


def relayed(
    project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]
) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of the calls of such functions. `known`: for each file, call to what it does."""
    fresh: list[tuple[int, int, Sequence[Effect]]] = [
        (at, index, effects)
        for at, calls in enumerate(known)
        if project.files[at].language == "javascript"
        for index, effects in calls.items()
        if any(effect.does == "sink-sql" for effect in effects)
    ]
    yield from bound(project, known)
    done: set[Fn] = set()
    for _ in range(ROUNDS):
        relays: dict[Fn, list[Effect]] = {}
        for at, index, effects in fresh:
            taken = _taken(project, at, project.files[at].calls[index])
            if taken is not None and taken[0] not in done:
                fn, place = taken
                relays[fn] = [_handed_on(project, fn, each, place) for each in effects if each.does in KINDS]
        done |= relays.keys()
        fresh = []
        for fn, effects in relays.items():
            for at, index in project.calls_by_name.get(called(project, fn), ()):
                call = project.files[at].calls[index]
                if project.files[at].language != "javascript" or index in known[at] or Fn(at, call.fn) == fn:
                    continue
                if fn in project.resolve_call(at, call):
                    fresh.append((at, index, effects))
                    yield at, index, list(effects)


def _handed_on(project: Project, fn: Fn, effect: Effect, place: tuple[str, ...]) -> Effect:
    """Return what a call of such a function does."""
    is_one = effect.does == "query" and any(
        back.fn == fn.index and _FIRST.search(back.value.text) for back in project.files[fn.file].returns
    )
    return replace(effect, sql=place, call=(), does="one" if is_one else effect.does, many=effect.many and not is_one)


def _taken(project: Project, at: int, call: Call) -> tuple[Fn, tuple[str, ...]] | None:
    """Return the function that is given the text that a call runs, with the place where it takes it; None if the text is made here."""
    file, index = project.files[at], call.fn
    value = heart(call.args[0]) if call.args else None
    if value is None or value.kind != "name":
        return None
    for _ in range(SCOPES_MAX):
        if index < 0 or any(a.fn == index and a.target == value.text for a in file.assigns):
            return None
        made = file.functions[index]
        names = [param.name for param in made.params if param.name != made.receiver]
        if value.text in names:
            return Fn(at, index), (str(names.index(value.text)), value.text)
        index = made.parent
    return None


def heart(value: Arg) -> Arg:
    """Return the SQL within what only marks it as SQL."""
    if value.kind == "call" and value.text.rpartition(".")[2] in _WRAPS and value.items:
        return value.items[0]
    return value
