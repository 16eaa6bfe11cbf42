"""Go's statements that are built: the chains a query is sent with, and what they say of table, change and number of rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import BARE, Arg, Call
from backwright.review.link.builders import DEPTH_MAX, Begun, calls_into
from backwright.review.link.effects import Does, Effects
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

# Calls that begin a statement, of any builder: squirrel, goqu, dbr, sqlbuilder, bun.
_READS = frozenset("Select SelectBuilder From NewSelect NewSelectBuilder SelectDistinct".split())
_WRITES = frozenset(
    "Insert InsertInto InsertBySql Update Delete DeleteFrom Replace NewInsert NewUpdate NewDelete NewInsertBuilder NewUpdateBuilder "
    "NewDeleteBuilder".split()
)
_BEGINS = _READS | _WRITES
_HOLDERS = (
    "From",
    "Into",
    "Table",
    "TableExpr",
    "ModelTableExpr",
    "InsertInto",
    "DeleteFrom",
    "Insert",
    "Update",
    "Delete",
    "Replace",
)
_ENDS = frozenset({"ToSql", "ToSQL", "MustSql", "Build", "Sql", "SQL"})  # the text of a statement
_BUILDS = regex(r"Builder\w*$|Sqlizer$|Dataset$|Select(Query|Stmt)?$|(Insert|Update|Delete)(Query|Stmt)?$|Stmt$|Query$")
# Functions around a text that give the same text, for this database.
_SPELLS = regex(r"(?i)(prepare|rebind|quer|sql|replace|placeholder|format|trim|join)\w*$")
_ONE_ROW = regex(r"(?i)^\s*(select\s+)?(count|sum|max|min|avg|exists|coalesce\s*\(\s*(sum|max|min|count))\s*\(|^1$")
_TABLE = regex(r"^\s*(?:\{\}_?)?[\"`\[]?(\w[\w.]*)")


class Statements:
    """Finds the chains that make a statement. Answers are kept."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects
        self._sent: dict[tuple[int, int], list[Begun]] = {}

    # ---- which chains -----------------------------------------------------------------------

    def sent(self, at: int, chain: list[int], stores: Iterable[Does]) -> list[Begun]:
        """Return the chains of the statement that a query sends: its own, of the variable it is called on, or of an argument."""
        key = (at, chain[0])
        if key not in self._sent:
            self._sent[key] = self._find(at, chain, list(stores))
        return self._sent[key]

    def _find(self, at: int, chain: list[int], stores: list[Does]) -> list[Begun]:
        calls = self.project.files[at].calls
        found = list(self._before(at, calls[chain[0]], calls[chain[-1]].line, set(chain), DEPTH_MAX))
        if self._is_statement(found):
            return found
        for does in stores:
            value = self.effects.given(does, does.effect.sql) if does.effect.sql else None
            call = self.effects.call(does)
            built = list(self._value(at, call.fn, value, call.line, does.index)) if value is not None else []
            if self._is_statement(built):
                return built
        return []

    def _is_statement(self, found: list[Begun]) -> bool:
        return any(self.project.files[each.at].calls[number].name in _BEGINS for each in found for number in each.calls)

    def _value(
        self, at: int, fn: int, value: Arg, line: int, index: int = -1, depth: int = DEPTH_MAX
    ) -> Iterator[Begun]:
        """Yield the chains of a value: a variable, a chain among the arguments, or a call that only spells a text."""
        if depth == 0:
            return
        if value.kind == "name":
            yield from self._variable(at, fn, value.text, line, set(), depth)
        elif value.kind == "call":
            name = value.text.rpartition(".")[2]
            if _SPELLS.search(name) and name not in _ENDS and value.items and value.items[0].kind in ("name", "call"):
                yield from self._value(at, fn, value.items[0], line, index, depth - 1)
                return
            for number in self._within[at].get(index, ()):
                if self.project.files[at].calls[number].name == name and number not in self.effects.outer[at]:
                    chain = self.effects.chain(at, number)
                    yield Begun(at, tuple(chain))
                    yield from self._before(at, self.project.files[at].calls[chain[0]], line, set(chain), depth - 1)
                    return

    def _before(self, at: int, first: Call, line: int, known: set[int], depth: int) -> Iterator[Begun]:
        """Yield the chains that a chain goes on from: of its variable, or of the function that it starts with."""
        if depth == 0:
            return
        if not first.on or first.on.isidentifier():
            yield from self._variable(at, first.fn, first.on, line, known, depth)
        for fn in self.project.resolve_call(at, first)[:1]:
            if _BUILDS.search(_first_type(self.project.function(fn).returns)):
                yield from self._returned(fn, depth)

    def _returned(self, fn: Fn, depth: int) -> Iterator[Begun]:
        calls = self.project.files[fn.file].calls
        for number in self._into[fn.file].get((fn.index, "return"), ())[:1]:
            chain = self.effects.chain(fn.file, number)
            yield Begun(fn.file, tuple(chain))
            yield from self._before(fn.file, calls[chain[0]], calls[number].line, set(chain), depth - 1)
        for each in self._returns.get(fn, ())[:1]:
            yield from self._variable(fn.file, fn.index, each, self.project.function(fn).end, set(), depth - 1)

    def _variable(self, at: int, fn: int, name: str, line: int, known: set[int], depth: int) -> Iterator[Begun]:
        """Yield the chains whose result a variable is given before a line, those it goes on from with them."""
        file = self.project.files[at]
        for _ in range(DEPTH_MAX if depth and name and name not in self.project.imported[at] else 0):
            numbers = [n for n in self._into[at].get((fn, name), ()) if file.calls[n].line <= line and n not in known]
            for number in numbers:
                chain = self.effects.chain(at, number)
                if known & set(chain):
                    continue
                known |= set(chain)
                yield Begun(at, tuple(chain))
                first = file.calls[chain[0]]
                if first.on != name:
                    yield from self._before(at, first, first.line, known, depth - 1)
            for number in self._on[at].get((fn, name), ()) if numbers else ():  # sb.From("orders")
                chain = self.effects.chain(at, number)
                if file.calls[number].line <= line and not known & set(chain):
                    known |= set(chain)
                    yield Begun(at, tuple(chain))
            if numbers or fn < 0 or any(param.name == name for param in file.functions[fn].params):
                return
            fn = file.functions[fn].parent

    @cached_property
    def _into(self) -> list[dict[tuple[int, str], list[int]]]:
        return calls_into(self.project, "go")

    @cached_property
    def _on(self) -> list[dict[tuple[int, str], list[int]]]:
        """For each file: (function, variable) to the calls that are made on it and dropped: `sb.Where(...)`."""
        all_: list[dict[tuple[int, str], list[int]]] = []
        for file in self.project.files:
            found: dict[tuple[int, str], list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls if file.language == "go" else ()):
                if call.prev < 0 and not call.to and call.flags & BARE and call.on.isidentifier():
                    found[call.fn, call.on].append(index)
            all_.append(found)
        return all_

    @cached_property
    def _within(self) -> list[dict[int, list[int]]]:
        """For each file: call to the calls among its arguments."""
        all_: list[dict[int, list[int]]] = []
        for file in self.project.files:
            found: dict[int, list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls if file.language == "go" else ()):
                if call.inside >= 0:
                    found[call.inside].append(index)
            all_.append(found)
        return all_

    @cached_property
    def _returns(self) -> dict[Fn, list[str]]:
        """Function to the variables that it returns."""
        found: dict[Fn, list[str]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for each in file.returns if file.language == "go" else ():
                if each.value.kind == "name" and each.value.text.isidentifier():
                    found[Fn(at, each.fn)].append(each.value.text)
        return found

    # ---- what they say ----------------------------------------------------------------------

    def table(self, at: int, chain: list[int], begun: list[Begun]) -> str:
        """Return the table of a statement, "" if it is not known."""
        all_ = self._parts(at, chain, begun)
        if not self._is_statement(all_):
            return ""
        calls = [(each.at, self.project.files[each.at].calls[number]) for each in all_ for number in each.calls]
        for name in _HOLDERS:
            for file, call in calls:
                if call.name == name and call.args and (table := self._named(file, call.fn, call.args[0])):
                    return table
        return ""

    def _named(self, at: int, fn: int, value: Arg, depth: int = 3) -> str:
        """Return the table that a value names: `"orders AS o"`, `s.prefix + "orders"`, `models.TableOrders`, `goqu.T("orders")`."""
        if depth == 0:
            return ""
        if value.kind in ("str", "fmt", "concat"):
            told = value.text
            if told.lstrip('"`[').startswith("{}") and value.items:
                if (known := self._named(at, fn, value.items[0], depth - 1)) and not _TABLE.match(told):
                    return known
            found = _TABLE.match(told)
            return found[1] if found is not None and not told.lstrip().startswith("(") else ""
        if value.kind == "name":
            text = self.constant(at, fn, value.text)
            return self._named(at, fn, text, depth - 1) if text is not None else ""
        if value.kind == "call" and value.items:
            given = [item for item in value.items if item.kind in ("str", "name")]
            return self._named(at, fn, given[0], depth - 1) if given else ""
        return ""

    def constant(self, at: int, fn: int, name: str) -> Arg | None:
        """Return the text that a variable holds: of the function, the package, or an imported package of the project."""
        package, _, last = name.rpartition(".")
        if "." in package:
            return None
        if package:
            made = self.project.imported[at].get(package)
            places = [(number, -1) for number in self.project.module_files(at, made.module)] if made is not None else []
        else:
            places = [(at, fn), *((number, -1) for number in self.project.go.package_files(at))]
        for number, scope in places:
            for assign in self.project.assigned[number].get((scope, last), ()):
                if assign.value.kind in ("str", "fmt", "concat"):
                    return assign.value
        return None

    def _parts(self, at: int, chain: list[int], begun: list[Begun]) -> list[Begun]:
        """The chains of a statement with its own, without the call that sends it: gorm's `Update("name", "x")` names no table."""
        return [Begun(at, tuple(chain[:-1])), *begun]

    def op(self, at: int, chain: list[int], begun: list[Begun], told: str) -> str:
        """Return whether a statement reads or writes; what its effect says of it if it does not show."""
        all_ = self._parts(at, chain, begun)
        names = {self.project.files[each.at].calls[number].name for each in all_ for number in each.calls}
        if names & _WRITES:
            return "write"
        return "read" if names & _READS else told

    def is_one_row(self, at: int, chain: list[int], begun: list[Begun]) -> bool:
        """Whether a statement counts or sums up: `Select("COUNT(*)")` without groups."""
        parts = self._parts(at, chain, begun)
        calls = [self.project.files[each.at].calls[number] for each in parts for number in each.calls]
        chosen = [call for call in calls if call.name == "Select" and call.args]
        return (
            bool(chosen)
            and not any(call.name.startswith("GroupBy") for call in calls)
            and all(
                len(call.args) == 1 and call.args[0].kind == "str" and _ONE_ROW.match(call.args[0].text) is not None
                for call in chosen
            )
        )


def _first_type(returns: str) -> str:
    return returns.strip("()").partition(",")[0].strip("* ")
