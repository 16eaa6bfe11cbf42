"""Go's queries: which struct or table one is about, and whether its destination is a list."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.builders import Begun
from backwright.review.link.effects import Does, Effects
from backwright.review.link.goprepared import Prepared
from backwright.review.link.gostatements import Statements
from backwright.review.link.project import NOTHING, Cls, Project, Type
from backwright.review.link.tables import main_part
from backwright.review.regexes import regex

_TABLE = regex(r"\b(?:from|into|update|join)\s+[\"`\[]?(?:\{\}_?)?([\w.]+)", re.IGNORECASE)
_CHANGES = regex(r"\s*(with\b.*\)\s*)?(insert|update|delete)\b", re.IGNORECASE | re.DOTALL)
_NAMED = frozenset({"Collection", "Table", "C"})  # calls that name a table or collection
# Builders of SQL, and what names the table in them; others give the name of a column to a call of these names.
_BUILDERS = frozenset({"squirrel", "dbx", "SQL"})
_TABLES = frozenset("From Into Insert InsertInto Update Upsert Delete DeleteFrom Replace".split())
_FIRST = regex(r"[A-Za-z_]\w*(\.\w+)*")
BUILT_MAX = 6  # calls over which a builder is followed back to where it was begun
_MODELS = frozenset({"Model", "AutoMigrate", "NewSelect", "NewInsert"})
_RELATED = frozenset({"Related", "Association"})
_PLAIN = frozenset("string int int32 int64 uint uint64 float64 bool".split())  # one value of one row
_ENT = regex(r"(?:^|\.)([A-Z]\w+)$")
_ENT_CALLS = frozenset(
    "Query Create CreateBulk MapCreateBulk Update UpdateOne UpdateOneID Delete DeleteOne DeleteOneID Get GetX".split()
)


def _of_table(by_name: Mapping[str, Cls], table: str) -> Cls | None:
    """Return the struct of a table, which GORM calls by the plural: `mail_logs` holds what is a MailLog."""
    singular = f"{table[:-3]}y" if table.endswith("ies") else table.removesuffix("s")
    return by_name.get(table) or by_name.get("".join(word.capitalize() for word in singular.split("_")))


class GoData:
    """What Go's queries are about."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects
        self.statements, self.prepared = Statements(project, effects), Prepared(project, effects)

    def destinations(self) -> set[Cls]:
        """Return the structs that some query is given as the place for its rows."""
        found: set[Cls] = set()
        for at, calls in enumerate(self.effects.of_call):
            if self.project.files[at].language == "go":
                for told in calls.values():
                    for does in told:
                        known = self.destination(does)
                        if known.cls is not None and self.project.class_(known.cls).kind == "struct":
                            found.add(known.cls)
        return found

    def destination(self, does: Does) -> Type:
        """Return the type of where a query puts its rows."""
        value = self.effects.given(does, does.effect.into) if does.effect.into else None
        known = self._type(does.at, self.effects.call(does).fn, value) if value is not None else NOTHING
        return self._element(known)

    def _element(self, known: Type) -> Type:
        """Return a list's type as many of what it holds: `type Orders []Order`."""
        made = self.project.class_(known.cls) if known.cls is not None else None
        if made is None or known.cls is None or made.kind == "struct" or not made.bases or made.bases[0][:2] != "[]":
            return known
        inner = self.project.named_type(known.cls.file, made.bases[0][2:])
        return inner._replace(is_many=True) if inner is not NOTHING else known._replace(is_many=True)

    def _type(self, at: int, fn: int, value: Arg) -> Type:
        if value.kind == "name":
            return self.project.type_of(at, fn, value.text)
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            return self.project.returned_by(at, fn, on, name)
        return NOTHING

    def kind(
        self, at: int, chain: list[int], stores: list[Does], told: bool | None, op: str
    ) -> tuple[bool | None, str]:
        """Return whether many rows may come, not if they are put into one struct, and whether a query reads or writes."""
        begun = self.statements.sent(at, chain, stores)
        op = self.statements.op(at, chain, begun, op) if op == "raw" else op
        if op == "raw" and any(self._changes(does) for does in stores):
            op = "write"
        if op == "write" or self.statements.is_one_row(at, chain, begun):
            told = False
        return self.many(stores, told), op

    def _changes(self, does: Does) -> bool:
        """Whether a query is given an expression that changes rows: `Expr("UPDATE orders ...", id)`."""
        value = self.effects.given(does, does.effect.sql) if does.effect.sql else None
        text = self.prepared.text(does, value)
        return text is not value and value is not None and text is not None and _CHANGES.match(text.text) is not None

    def begun(self, at: int, chain: list[int], stores: list[Does]) -> list[Begun]:
        """Return the chains of the statement that a query sends."""
        return self.statements.sent(at, chain, stores)

    def many(self, stores: Iterable[Does], told: bool | None) -> bool | None:
        """Return whether many rows may come: not if they are put into one struct."""
        for does in stores:
            known = self.destination(does)
            if told and (known.cls is not None or known.name in _PLAIN) and not known.is_many:
                return False
        return told

    def about(
        self, at: int, chain: list[int], stores: list[Does], sql: str, by_name: Mapping[str, Cls]
    ) -> tuple[Cls | None, str]:
        """Return the struct and the table of a query, (None, "") if neither is known."""
        calls = [self.project.files[at].calls[number] for number in chain]
        table = _TABLE.search(main_part(sql))
        if table:
            return by_name.get(table[1]), table[1]
        if built := self.statements.table(at, chain, self.statements.sent(at, chain, stores) if stores else []):
            return _of_table(by_name, built), built
        for call in calls:
            if call.name in _NAMED and call.args and (name := self._text(at, call.fn, call.args[0])):
                return _of_table(by_name, name), name
        if any(does.effect.library in _BUILDERS for does in stores):
            for call in self._built(at, chain):
                if call.name in _TABLES and call.args:
                    value = call.args[0]
                    text = value.text if value.kind in ("concat", "fmt") else self._text(at, call.fn, value)
                    if found := _FIRST.search(text.replace("{}", "")):  # "boards AS b", {{users}}, prefix + "boards"
                        return _of_table(by_name, found[0]), found[0]
        related = _RELATED & {call.name for call in calls}  # db.Model(user).Related(&orders) gives orders
        for call in calls if not related else ():
            if call.name in _MODELS and call.args:
                known = self._type(at, call.fn, call.args[0])
                if known.cls is not None:
                    return known.cls, self.project.class_(known.cls).name
        for does in stores:
            known = self.destination(does)
            if known.cls is not None:
                return known.cls, self.project.class_(known.cls).name
        first = calls[0]
        is_ent = first.name in _ENT_CALLS and any(does.effect.library == "ent" for does in stores)
        entity = _ENT.search(first.on) if is_ent else None
        if entity:
            return by_name.get(entity[1]), entity[1]
        return None, self._collection(at, first)

    def _built(self, at: int, chain: list[int]) -> Iterator[Call]:
        """Yield the calls of a chain, and of those that built what it starts with: `query = query.Where(...)`."""
        calls, seen = self.project.files[at].calls, set[int]()
        for _ in range(BUILT_MAX):
            yield from (calls[number] for number in chain)
            seen.update(chain)
            first = calls[chain[0]]
            made = [
                n for n in self._puts[at].get((first.fn, first.on), ()) if n not in seen and calls[n].line <= first.line
            ]
            if not made:
                return
            chain = self.effects.chain(at, made[-1])

    @cached_property
    def _puts(self) -> list[dict[tuple[int, str], list[int]]]:
        """Of each Go file: function and variable to the calls whose result is put there."""
        found: list[dict[tuple[int, str], list[int]]] = []
        for file in self.project.files:
            puts: dict[tuple[int, str], list[int]] = {}
            for number, call in enumerate(file.calls if file.language == "go" else ()):
                if call.to:
                    puts.setdefault((call.fn, call.to), []).append(number)
            found.append(puts)
        return found

    def _text(self, at: int, fn: int, value: Arg) -> str:
        if value.kind == "str":
            return value.text
        if value.kind != "name":
            return ""
        for number in self.project.go.package_files(at):
            for scope in (fn, -1) if number == at else (-1,):
                for assign in self.project.assigned[number].get((scope, value.text), ()):
                    if assign.value.kind == "str":
                        return assign.value.text
        return ""

    def _collection(self, at: int, call: Call) -> str:
        """The name of a collection that was put into a variable or field: `coll: db.Collection("orders")`."""
        made = self.project.assigned[at].get((call.fn, call.on), ()) or self.project.assigned[at].get((-1, call.on), ())
        for assign in made:
            if assign.value.kind == "call" and assign.value.text.rpartition(".")[2] in _NAMED and assign.value.items:
                return self._text(at, assign.fn, assign.value.items[0])
        holder, _, field = call.on.rpartition(".")
        cls = self.project.type_of(at, call.fn, holder).cls if holder else None
        if cls is None:
            return ""
        name = self.project.class_(cls).name
        for number in self.project.go.package_files(cls.file):
            for each in self.project.files[number].calls:
                if each.flags & NEW and each.name == name:
                    value = next((v for v in each.args if v.name == field and v.kind == "call"), None)
                    if value is not None and value.text.rpartition(".")[2] in _NAMED and value.items:
                        return self._text(number, each.fn, value.items[0])
        return ""
