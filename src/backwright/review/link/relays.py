"""Python: functions of the project that only hand the SQL they are given to a driver: a call of them is a query, too."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from backwright.review.facts import Arg, Call
from backwright.review.link.packs import Effect
from backwright.review.link.project import Fn, Project

ROUNDS = 2  # Repository.all -> Database.query -> cursor.execute
_KINDS = frozenset({"query", "sink-sql"})
_WRAPS = frozenset({"text", "SQL", "str"})  # sqlalchemy.text(query)
_SPELLED = {
    "sql",
    "query",
    "statement",
    "stmt",
    "q",
    "sql_query",
    "command",
    "cmd",
    "raw",
    "sentence",
    "consulta",
    "request",
}


def relayed(
    project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]
) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of the calls of such functions. `known`: for each file, call to what it does."""
    fresh: list[tuple[int, int, Sequence[Effect]]] = [
        (at, index, effects)
        for at, calls in enumerate(known)
        if project.files[at].language == "python"
        for index, effects in calls.items()
        if any(effect.does == "sink-sql" for effect in effects)
    ]
    done: set[Fn] = set()
    for _ in range(ROUNDS):
        relays: dict[Fn, list[Effect]] = {}
        for at, index, effects in fresh:
            call = project.files[at].calls[index]
            place = _place(project, at, call)
            if place is not None and Fn(at, call.fn) not in done:
                relays[Fn(at, call.fn)] = [
                    replace(effect, sql=place, call=(), many=None) for effect in effects if effect.does in _KINDS
                ]
        done |= relays.keys()
        fresh = []
        for fn, effects in relays.items():
            for at, index in project.calls_by_name.get(project.function(fn).name, ()):
                call = project.files[at].calls[index]
                if project.files[at].language != "python" or index in known[at] or Fn(at, call.fn) == fn:
                    continue
                if fn in project.resolve_call(at, call):
                    fresh.append((at, index, effects))
                    yield at, index, list(effects)


def _place(project: Project, at: int, call: Call) -> tuple[str, ...] | None:
    """Return at which place a function takes the text that a call runs, None if it makes the text itself."""
    if call.fn < 0 or not call.args:
        return None
    made = project.files[at].functions[call.fn]
    value = _heart(call.args[0])
    params = [param for param in made.params if param.name != made.receiver]
    names = [param.name for param in params]
    if value.kind != "name" or value.text not in names or value.text.lower() not in _SPELLED:
        return None
    if any(a.fn == call.fn and a.target == value.text for a in project.files[at].assigns):
        return None
    return (str(names.index(value.text)), value.text)


def _heart(value: Arg) -> Arg:
    if value.kind == "call" and value.text.rpartition(".")[2] in _WRAPS and value.items:
        return value.items[0]
    return value
