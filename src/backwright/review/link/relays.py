"""Functions of Python and PHP that only hand the SQL they are given to a driver: a call of them is a query, too.

PHP prepares what it is given in one call and runs it in another, `$stmt = $this->pdo->prepare($sql); $stmt->execute($params);`: the
text counts where it is prepared, and how many rows are asked for is told by how the function takes them.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from backwright.review.facts import Call
from backwright.review.link.jsrelays import KINDS, heart
from backwright.review.link.jsrelays import relayed as relayed_in_javascript
from backwright.review.link.packs import Effect
from backwright.review.link.project import Fn, Project

ROUNDS = 3  # Repository.all -> Database.fetchAll -> Database.query -> cursor.execute
_ALL = frozenset({"fetchAll", "fetch_all", "mysqli_fetch_all", "fetchAllAssociative", "result_array"})
_ONE = frozenset({"fetch", "fetch_assoc", "fetch_object", "fetch_row", "fetchColumn", "fetchObject", "mysqli_fetch_assoc", "rowCount", "lastInsertId", "num_rows"})  # fmt: skip
_LANGUAGES = frozenset({"python", "php"})
_PREPARES = frozenset({"prepare", "mysqli_prepare"})
_EXECUTES = frozenset({"execute", "mysqli_stmt_execute"})
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
    yield from relayed_in_javascript(project, known)
    fresh: list[tuple[int, int, Sequence[Effect]]] = [
        (at, index, effects)
        for at, calls in enumerate(known)
        if project.files[at].language in _LANGUAGES
        for index, effects in calls.items()
        if any(effect.does == "sink-sql" for effect in effects)
    ]
    done: set[Fn] = set()
    for _ in range(ROUNDS):
        relays: dict[Fn, list[Effect]] = {}
        for at, index, effects in fresh:
            call = project.files[at].calls[index]
            place = _place(project, at, call, effects)
            if place is not None and Fn(at, call.fn) not in done:
                run = effects if project.files[at].language == "python" else (*effects, *_run(project, known, at, call))
                many = _many(project, at, call.fn)
                relays[Fn(at, call.fn)] = [
                    replace(effect, sql=place, call=(), many=many) for effect in run if effect.does in KINDS
                ]
        done |= relays.keys()
        fresh = []
        for fn, effects in relays.items():
            for at, index in project.calls_by_name.get(project.function(fn).name, ()):
                call = project.files[at].calls[index]
                if project.files[at].language not in _LANGUAGES or index in known[at] or Fn(at, call.fn) == fn:
                    continue
                if fn in project.resolve_call(at, call):
                    fresh.append((at, index, effects))
                    yield at, index, list(effects)


def _run(project: Project, known: Sequence[Mapping[int, Sequence[Effect]]], at: int, call: Call) -> list[Effect]:
    """Return what runs the statement that a call prepares, in the same function."""
    if call.name not in _PREPARES:
        return []
    calls = project.files[at].calls
    return [
        effect
        for index, effects in known[at].items()
        if calls[index].fn == call.fn and calls[index].name in _EXECUTES
        for effect in effects
        if effect.does == "query"
    ][:1]


def _many(project: Project, at: int, fn: int) -> bool | None:
    """Return whether a function of PHP takes all rows of what it asks for, None if that cannot be seen."""
    if project.files[at].language != "php":
        return None
    names = {call.name for call in project.files[at].calls if call.fn == fn}
    if not _ALL.isdisjoint(names):
        return True
    return None if _ONE.isdisjoint(names) else False


def _place(project: Project, at: int, call: Call, effects: Sequence[Effect]) -> tuple[str, ...] | None:
    """Return at which place a function takes the text that a call runs, None if it makes the text itself."""
    if call.fn < 0 or not call.args:
        return None
    made = project.files[at].functions[call.fn]
    first = next((p for e in effects for p in e.sql[:1] if p.isdigit()), "0")
    place = int(first) if project.files[at].language == "php" else 0
    if place >= len(call.args):
        return None
    value = heart(call.args[place])
    params = [param for param in made.params if param.name != made.receiver]
    names = [param.name for param in params]
    if value.kind != "name" or value.text not in names or value.text.lower() not in _SPELLED:
        return None
    if any(a.fn == call.fn and a.target == value.text for a in project.files[at].assigns):
        return None
    return (str(names.index(value.text)), value.text)
