"""Go: functions of the project that only hand the statement they are given to a driver: a call of them is the query."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from backwright.review.facts import Arg, Call, Function
from backwright.review.link.packs import Effect
from backwright.review.link.project import Fn, Project
from backwright.review.link.words import CONTEXT, argument
from backwright.review.regexes import regex

RELAYS_MAX = 400  # functions of one repository
_STATEMENT = regex(
    r"^(string|.*(Sqlizer|SqlBuilder|Builder|BuilderType|Dataset|SelectQuery|Expression|Statement|SQL|Sql))$"
)
_ANYTHING = regex(r"(any|interface\s*\{\s*\}|\*?(\[\])?\*?[A-Z])$")  # what holds whatever the caller gives
_SAYS = frozenset("Model Table Collection Raw NewSelect From NewQuery C".split())
_SPELLS = regex(r"(?i)(prepare|rebind|quer|sql|replace|placeholder|format|trim)\w*$")
_TO_TEXT = frozenset({"ToSql", "ToSQL", "MustSql", "Build", "Sql", "SQL"})
# What the drivers give: a method of an interface with such a result is a query, whoever implements it.
_ROWS = regex(r"\b(sql\.Rows|sqlx\.Rows|pgx\.Rows)\b")
_ROW = regex(r"\b(sql\.Rows?|sqlx\.Rows?|pgx\.Rows?|sql\.Result|pgconn\.CommandTag)\b")
_LISTS = regex(r"^\[\]|^map\[|Rows|chan\b|Chan|Iter|Seq|List|Page|Cursor|s$|^error$|^any$|^interface|^$")
_BOUNDED = Effect("bounded", ())


class _Relay(NamedTuple):
    """A function that hands a statement on.

    Attributes:
        place, into: At which places it takes the statement, and where its rows go (-1 if it takes no such place). Without a
            statement it knows only what its caller asks for: `store.First(&order, 1)`.
        is_bounded: It limits the statement itself.
    """

    fn: Fn
    place: int
    into: int
    effect: Effect
    is_bounded: bool = False


def relayed(
    project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]
) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of the calls of such functions, and of the calls inside them, which are no queries of their own."""
    yield from _Finder(project, known).found()


class _Finder:
    def __init__(self, project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]) -> None:
        self.project, self.known = project, known
        self.told: dict[tuple[int, int], list[Effect]] = {}

    def found(self) -> Iterator[tuple[int, int, list[Effect]]]:
        todo = [
            (at, index, effect)
            for at, calls in enumerate(self.known)
            if self.project.files[at].language == "go" and not self.project.files[at].is_test
            for index, effects in calls.items()
            for effect in effects
            if effect.does == "query"
        ]
        relays: dict[Fn, _Relay] = {}
        inner: dict[Fn, list[tuple[int, int]]] = defaultdict(list)
        called: set[Fn] = set()
        for declared in self._declared():
            relays[declared.fn] = declared
            todo += self._callers(declared, called)
        while todo and len(relays) < RELAYS_MAX:
            at, index, effect = todo.pop()
            relay = self._relay(at, index, effect)
            if relay is None:
                continue
            inner[relay.fn].append((at, index))
            if relay.fn not in relays:
                relays[relay.fn] = relay
                todo += self._callers(relay, called)
        for fn in called:
            for at, index in inner[fn]:
                effects = self.told.get((at, index)) or self.known[at].get(index, ())
                self.told[at, index] = [effect for effect in effects if effect.does != "query"]
        for (at, index), effects in self.told.items():
            yield at, index, effects

    # ---- who calls --------------------------------------------------------------------------

    def _callers(self, relay: _Relay, called: set[Fn]) -> list[tuple[int, int, Effect]]:
        found: list[tuple[int, int, Effect]] = []
        made = self.project.function(relay.fn)
        for at, index in self.project.calls_by_name.get(made.name, ()):
            file = self.project.files[at]
            if file.language != "go" or file.is_test or self._is_known(at, index):
                continue
            call = file.calls[index]
            if relay.fn not in self.project.resolve_call(at, call) or self._named(at, call.fn) == relay.fn:
                continue
            if made.kind == "method" and self.project.type_of(at, call.fn, call.on).cls is None:
                continue  # many have a method of that name
            called.add(relay.fn)
            effect = replace(
                relay.effect,
                sql=_place(made, call, relay.place) if relay.place >= 0 else (),
                into=_place(made, call, relay.into) if relay.into >= 0 else (),
                entity="",
                call=(),
            )
            others = [each for each in self.known[at].get(index, ()) if each.does != "query"]
            self.told[at, index] = [*others, effect, *([_BOUNDED] if relay.is_bounded else [])]
            found.append((at, index, effect))
        return found

    def _is_known(self, at: int, index: int) -> bool:
        return any(
            effect.does == "query" for effect in (*self.known[at].get(index, ()), *self.told.get((at, index), ()))
        )

    def _declared(self) -> Iterator[_Relay]:
        """Yield the methods of interfaces that give what a driver gives: `QueryContext(ctx, string, ...any) (*sql.Rows, error)`."""
        for at, file in enumerate(self.project.files):
            if file.language != "go" or file.is_test:
                continue
            interfaces = {made.name for made in file.classes if made.kind == "interface"}
            for index, made in enumerate(file.functions if interfaces else ()):
                if made.owner in interfaces and _ROW.search(made.returns):
                    place = next((n for n, param in enumerate(made.params) if param.type == "string"), -1)
                    if place >= 0:
                        many = _ROWS.search(made.returns) is not None
                        effect = Effect("query", (), op="raw", many=many, library="database/sql")
                        yield _Relay(Fn(at, index), place, -1, effect)

    # ---- who is one -------------------------------------------------------------------------

    def _named(self, at: int, fn: int) -> Fn | None:
        """The function with a name that a call stands in."""
        functions = self.project.files[at].functions
        while fn >= 0 and functions[fn].kind == "lambda":
            fn = functions[fn].parent
        return Fn(at, fn) if fn >= 0 else None

    def _relay(self, at: int, index: int, effect: Effect) -> _Relay | None:
        """Return the function around a query if it is given the whole statement."""
        call = self.project.files[at].calls[index]
        fn = self._named(at, call.fn)
        if fn is None:
            return None
        made = self.project.function(fn)
        names = [param.name for param in made.params]
        name = self._statement(at, call, effect)
        into = self._given(at, call, effect.into)
        dest = names.index(into.text) if into is not None and into.kind == "name" and into.text in names else -1
        if name and name in names and _STATEMENT.match(made.params[names.index(name)].type.lstrip("*[] ")):
            many = False if effect.many and _gives_one(made) else effect.many
            return _Relay(fn, names.index(name), dest, replace(effect, many=many), self._bounds(fn, at, index))
        if dest < 0 or not _ANYTHING.match(made.params[dest].type) or self._is_told(at, call, effect):
            return None
        effect = replace(effect, many=False if effect.many is False else None, op=effect.op.replace("raw", "read"))
        return _Relay(fn, -1, dest, effect, self._bounds(fn, at, index))

    def _is_told(self, at: int, call: Call, effect: Effect) -> bool:
        """Whether a query says itself what it is about, wherever its rows go."""
        value = self._given(at, call, effect.sql)
        made = self._made(at, call.fn, value.text) if value is not None and value.kind == "name" else None
        if any(each is not None and each.kind in ("str", "fmt", "concat") for each in (value, made)):
            return True
        first = call
        while first.prev >= 0:
            first = self.project.files[at].calls[first.prev]
            if first.name in _SAYS:
                return True
        return False

    def _bounds(self, fn: Fn, at: int, index: int) -> bool:
        """Whether a function limits what it is given before it hands it on: `if page.Limit > 0 { q = q.Limit(page.Limit) }`."""
        return _BOUNDED in self.told.get((at, index), ()) or any(
            call.name == "Limit" and call.args and self._named(fn.file, call.fn) == fn
            for call in self.project.files[fn.file].calls
        )

    def _statement(self, at: int, call: Call, effect: Effect) -> str:
        """The variable that holds the statement of a query: an argument, what it is called on, or what it was prepared from."""
        value = self._given(at, call, effect.sql)
        if value is None and effect.op == "raw" and call.on.isidentifier():  # stmt.QueryContext(ctx, args...)
            made = self._made(at, call.fn, call.on)
            value = made.items[-1] if made is not None and "repare" in made.text and made.items else None
        if value is None:
            first = call
            while first.prev >= 0:
                first = self.project.files[at].calls[first.prev]
            return first.on if first.on.isidentifier() else ""
        for _ in range(4):
            if value.kind == "call":
                name = value.text.rpartition(".")[2]
                if name in _TO_TEXT:
                    value = Arg("name", value.text.rpartition(".")[0])
                elif _SPELLS.search(name) and value.items:
                    value = value.items[0]
                else:
                    return ""
            if value.kind != "name":
                return ""
            if (made := self._made(at, call.fn, value.text)) is None:
                return value.text
            value = made
        return ""

    def _given(self, at: int, call: Call, places: Sequence[str]) -> Arg | None:
        args = call.args[1:] if call.args and CONTEXT.search(call.args[0].text) else call.args
        for place in places:
            first, name = call, place.removeprefix("chain:")
            while name != place and first.prev >= 0 and first.name != name:
                first = self.project.files[at].calls[first.prev]
            if name != place:
                if first.name == name and first.args:
                    return first.args[0]
            elif (found := argument(args, place)) is not None:
                return found
        return None

    def _made(self, at: int, fn: int, name: str) -> Arg | None:
        """The call whose result a variable holds, in its function or one around it."""
        file = self.project.files[at]
        while fn >= 0:
            if any(param.name == name for param in file.functions[fn].params):
                return None  # `query += " RETURNING id"` leaves it the caller's
            for assign in self.project.assigned[at].get((fn, name), ()):
                if assign.value.kind not in ("call", "name") or assign.value.text.partition(".")[0] != name:
                    return assign.value
            fn = file.functions[fn].parent
        return None


def _place(made: Function, call: Call, place: int) -> tuple[str, ...]:
    """Where a call has what a function takes at a place; a context that is handed first is not counted."""
    counted = bool(call.args) and CONTEXT.search(call.args[0].text) is not None
    return (str(place - 1 if counted and place else place),)


def _gives_one(made: Function) -> bool:
    """Whether a function gives one thing: `(*Order, error)`, `(Model, error)`."""
    first = made.returns.strip("()").partition(",")[0].partition("[")[0].strip() or made.returns.strip("()")
    if made.returns.lstrip("(").startswith(("[]", "map[", "*[]")):
        return False
    return not _LISTS.search(first.lstrip("*"))
