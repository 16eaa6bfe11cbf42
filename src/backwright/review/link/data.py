"""Data access: entities with their relations, and every place that reads or writes them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from backwright.review.facts import Arg, Call, Class, Field, Return
from backwright.review.link.builders import Begun, Builders
from backwright.review.link.cppdata import about as cpp_table
from backwright.review.link.cppdata import is_one
from backwright.review.link.effects import STORES, Does, Effects
from backwright.review.link.godata import GoData
from backwright.review.link.jsdata import aggregates, around, beside, collection
from backwright.review.link.jvmtypes import stored_in, type_arguments
from backwright.review.link.packs import Packs, Relation, matches
from backwright.review.link.project import NOTHING, Cls, Fn, Project
from backwright.review.link.pythonstatements import begun
from backwright.review.link.querydsl import entities_named
from backwright.review.link.related import Related, backrefs, relation_methods, reverses
from backwright.review.link.sqltexts import SqlTexts
from backwright.review.link.tables import named_table, table_in, table_of
from backwright.review.link.types import written
from backwright.review.regexes import regex

WORDS = regex(r"[A-Za-z_]\w*")
_ROOT_ENDS = regex(r"[.\[(]")
_CHANGES = regex(
    r"\s*(insert|update|delete|replace|merge|create|alter|drop|truncate|set|begin|commit|rollback|start|call|pragma)\b",
    re.IGNORECASE,
)
_FEW = regex(
    r"\blimit\s+[\d:?$%{]|\bfetch\s+(first|next)\b|\btop\s*\(?\d|^\s*select\s+(count|sum|max|min|avg|exists|1\b)\s*\(?(?!.*\bgroup\s+by\b)",
    re.IGNORECASE | re.DOTALL,
)
# What a query is called on that says nothing of its table.
_NO_TABLE = frozenset(
    (
        "dsl diesel sqlx dslContext jooq jdbc jdbcTemplate jdbcClient mongoTemplate databaseClient "
        "namedParameterJdbcTemplate statement preparedStatement ps db this self prisma session objects query conn "
        "connection cursor tx client pool knex context _context ctx fastify app raw request req em entityManager "
        "manager objectManager builder queryBuilder qb model modelClass stmt command cmd result "
    ).split()
)
INNER_MAX = 30  # calls among the arguments of one query
_SHAPES = frozenset({"eager", "bounded", "part", "batch"})  # what a part of a statement says about the whole
DEPTH_MAX = 4  # functions followed from a value to the query it comes from


@dataclass(frozen=True)
class Stored:
    """An entity: a class that is stored in a table."""

    cls: Cls
    name: str
    table: str
    relations: Mapping[str, Related] = field(default_factory=dict)


@dataclass(frozen=True)
class Access:
    """One query, which may be a chain of calls.

    Attributes:
        index: The call that a finding points at: the last that has an effect.
        calls: All calls of the chain.
        op: read, write or raw.
        entity: The entity, if known; `table` is its name or what stands in the SQL.
        many: Whether it may return many rows; None if that is not known.
        is_bounded: Limited, paged, or at most one row.
        words: Every word among the chain's arguments, for relations that are loaded with it.
        eager: Words among the arguments of what loads relations.
        does: Effects of the chain.
        begun: The chains that it goes on from: in a variable, in a function that returns a builder.
    """

    at: int
    index: int
    fn: int
    loop: int
    line: int
    calls: tuple[int, ...]
    op: str
    library: str
    entity: Cls | None
    table: str
    many: bool | None
    is_bounded: bool
    is_lazy: bool
    eager: frozenset[str]
    does: tuple[Does, ...]
    to: str = ""
    begun: tuple[Begun, ...] = ()


class Data:
    """Entities and accesses of one repository."""

    def __init__(self, project: Project, packs: Mapping[str, Packs], effects: Effects) -> None:
        self.project, self.packs, self.effects = project, packs, effects
        self._go, self._builders, self._sql = GoData(project, effects), Builders(project, effects), SqlTexts(project)

    # ---- entities ---------------------------------------------------------------------------

    @cached_property
    def entities(self) -> dict[Cls, Stored]:
        """Every class that a pack calls an entity."""
        found: dict[Cls, Stored] = {}
        for at, file in enumerate(self.project.files):
            packs = self.packs.get(file.language)
            if packs is None or not any(pack.entity for pack in packs.packs):
                continue
            for index, made in enumerate(file.classes):
                cls = Cls(at, index)
                if self._is_entity(cls, made, packs):
                    found[cls] = Stored(cls, made.name, self._table_of(cls, made), self._relations(cls, packs))
        return found

    @cached_property
    def _destinations(self) -> set[Cls]:
        return self._go.destinations()

    def _table_of(self, cls: Cls, made: Class) -> str:
        """The table of a class; Go's is what its method TableName returns."""
        for fn in (
            self.project.methods.get((made.name, "TableName"), ())
            if self.project.files[cls.file].language == "go"
            else ()
        ):
            if self.project.go.same_package(fn.file, cls.file):
                return next(
                    (
                        r.value.text
                        for r in self.project.files[fn.file].returns
                        if r.fn == fn.index and r.value.kind == "str"
                    ),
                    "",
                )
        return named_table(made, self.project.files[cls.file].language)

    @cached_property
    def by_name(self) -> dict[str, Cls]:
        """Name of an entity, and of its table, to its class."""
        found: dict[str, Cls] = {}
        for cls, stored in self.entities.items():
            found.setdefault(stored.name, cls)
            if stored.table:
                found.setdefault(stored.table, cls)
        return found

    def _bases(self, cls: Cls) -> tuple[str, ...]:
        """What a class inherits from. Go embeds: only a base for models hands on what it is, not every struct around one."""
        if self.project.files[cls.file].language != "go":
            return self.project.ancestors(cls)[1:]
        found: list[str] = []
        for each in self.project.base_classes(cls):
            made = self.project.class_(each)
            if each == cls or re.search(r"Base|^(Common)?(Model|Entity)$", made.name):
                found += [self.project.absolute(each.file, base.lstrip("*")) for base in made.bases]
        return tuple(found)

    def _is_entity(self, cls: Cls, made: Class, packs: Packs) -> bool:
        if self.project.files[cls.file].language == "go" and cls in self._destinations:
            return True
        if self.project.files[cls.file].language == "csharp" and cls in self.effects.dotnet.entities:
            return True
        for pack in packs.packs:
            for spec in pack.entity:
                if spec.field_marks and any(
                    matches(spec.field_marks, mark.name) for each in made.fields for mark in each.marks
                ):
                    return True
                if any(
                    self.project.go.same_package(fn.file, cls.file)
                    for name in spec.methods
                    for fn in self.project.methods.get((made.name, name), ())
                ):
                    return True
                if spec.marks and any(matches(spec.marks, mark.name) for mark in made.marks):
                    return True
                if spec.bases and any(matches(spec.bases, name) for name in self._bases(cls)):
                    return not any(
                        f.name == "Meta" and "abstract" in (f.value.text if f.value else "") for f in made.fields
                    )
        return False

    def _relations(self, cls: Cls, packs: Packs) -> dict[str, Related]:
        found: dict[str, Related] = {}
        specs = [spec for pack in packs.packs for spec in pack.relation]
        for each in self.project.base_classes(cls):
            made = self.project.class_(each)
            for made_field in (*made.fields, *self._getters(each)):
                for spec in specs:
                    related = self._related(each, made_field, spec)
                    if related is not None:
                        found.setdefault(made_field.name, related)
                        break
            for spec in specs:
                if spec.method_calls:
                    relation_methods(self.project, each, spec, found)
        self._backrefs(cls, found)
        return found

    def _getters(self, cls: Cls) -> list[Field]:
        """Java: marked getters, which say the same as marked fields: `@ManyToOne public Customer getCustomer()`."""
        file = self.project.files[cls.file]
        if file.language != "java":
            return []
        getters = [
            made
            for made in file.functions
            if made.cls == cls.index and made.marks and made.name.startswith("get") and not made.params
        ]
        return [Field(made.name[3:4].lower() + made.name[4:], made.line, made.returns, made.marks) for made in getters]

    def _related(self, cls: Cls, made: Field, spec: Relation) -> Related | None:
        text = " ".join(
            [
                made.type,
                *(f"{m.name}({' '.join(_flat(m.args))})" for m in made.marks),
                " ".join(_flat((made.value,) if made.value else ())),
            ]
        )
        hit = any(matches(spec.marks, mark.name) for mark in made.marks) if spec.marks else False
        if not hit and spec.calls and made.value is not None and made.value.kind in ("call", "other"):
            hit = matches(spec.calls, made.value.text) or matches(
                spec.calls, self.project.absolute(cls.file, made.value.text)
            )
        if not hit and spec.types and made.type:
            hit = matches(spec.types, made.type) and self._leads_to_entity(cls, made.type)
        if not hit:
            return None
        lazy = spec.lazy
        if any(word in text for word in spec.eager_when):
            lazy = False
        if any(word in text for word in spec.lazy_when):
            lazy = True
        target = self._target(cls, made)
        many = spec.many if spec.many is not None else written(made.type).is_many
        name = self.project.class_(target).name if target is not None else written(made.type).name
        return Related(made.name, many, lazy, made.line, target, name)

    def _leads_to_entity(self, cls: Cls, declared: str) -> bool:
        found = self.project.named_type(cls.file, declared).cls
        packs = self.packs[self.project.files[cls.file].language]
        return found is not None and found != cls and self._is_entity(found, self.project.class_(found), packs)

    def _target(self, cls: Cls, made: Field) -> Cls | None:
        known = self.project.named_type(cls.file, made.type).cls if made.type else None
        if known is not None:
            return known
        values = list(made.value.items) if made.value is not None else []
        values += [value for mark in made.marks for value in mark.args]
        for value in values:
            for name in (value.text, *(item.text for item in value.items)):
                heart = WORDS.findall(name.removesuffix(".class").replace("=>", " "))
                if heart and value.kind in ("str", "name", "fn", "call", "other"):
                    found = self.project.find_class(cls.file, heart[-1])
                    if found is not None:
                        return found
                    if heart[-1] == "self":
                        return cls
        return None

    def _backrefs(self, cls: Cls, found: dict[str, Related]) -> None:
        """The other side of a foreign key: by related_name or `<model>_set` in Django, by backref in SQLAlchemy."""
        for owner, made_field, name, many in self._foreign_keys.get(self.project.class_(cls).name, ()):
            found.setdefault(name, Related(name, many, True, made_field.line, owner, self.project.class_(owner).name))

    @cached_property
    def _foreign_keys(self) -> dict[str, list[tuple[Cls, Field, str, bool]]]:
        found: dict[str, list[tuple[Cls, Field, str, bool]]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            if file.language != "python":
                continue
            for index, made in enumerate(file.classes):
                for target, made_field, name, is_many in (*backrefs(made), *reverses(made)):
                    found[target].append((Cls(at, index), made_field, name, is_many))
        return found

    # ---- accesses ---------------------------------------------------------------------------

    @cached_property
    def accesses(self) -> list[Access]:
        """Every query of the repository."""
        found: list[Access] = []
        for at, calls in enumerate(self.effects.of_call):
            done: set[int] = set()
            for index, told in calls.items():
                if index in done or not any(does.does in STORES for does in told):
                    continue
                chain = self.effects.chain(at, index)
                done.update(chain)
                if self.project.files[at].language == "javascript" and self._is_part(at, chain, calls):
                    continue
                found.append(self._access(at, chain))
        return found

    def _is_part(self, at: int, chain: list[int], told: Mapping[int, list[Does]]) -> bool:
        """JavaScript: whether raw SQL among the arguments of a query is only a part of that query."""
        if not any(d.effect.op == "raw" for number in chain for d in told.get(number, ())):
            return False
        outer = [
            number
            for inside in around(self.project.files[at], self.project.files[at].calls[chain[-1]])
            for number in self.effects.chain(at, inside)
        ]
        return any(
            d.does in STORES or d.does == "part"
            for number in outer
            if number not in chain
            for d in told.get(number, ())
        )

    def _access(self, at: int, chain: list[int]) -> Access:
        calls = self.project.files[at].calls
        inner = self.inner(at, chain)
        others = (
            beside(self.project.files[at], chain, self.effects.outer[at])
            if self.project.files[at].language == "javascript"
            else []
        )
        inner += others
        does = [d for number in chain for d in self.effects.of_call[at].get(number, ())]
        stores = [d for d in does if d.does in STORES]
        does += [d for number in inner for d in self.effects.of_call[at].get(number, ()) if d.does in _SHAPES]
        does += [
            d
            for d in self._ahead.get(Fn(at, calls[chain[-1]].fn), ())
            if self.effects.call(d).line <= calls[chain[-1]].line
        ]
        last = stores[-1]
        call = calls[last.index]
        entity, table = self._entity(at, chain, stores)
        is_go = self.project.files[at].language == "go"
        begun = self._go.begun(at, chain, stores) if is_go else self._builders.begun(at, chain)
        does += [d for d in self._builders.does(begun) if d.does in _SHAPES]
        if entity is None:
            told = (self._entity(each.at, list(each.calls), [], 0) for each in begun)
            entity, table = next((one for one in told if one[0] is not None), (None, table))
        for number in chain:  # `$artist->songs()->count()` asks for songs
            step = self.entities[entity].relations.get(calls[number].name) if entity in self.entities else None
            if step is not None and step.target in self.entities:
                entity = step.target
                table = self.entities[entity].table or self.entities[entity].name
        if others and entity is None:
            made = [
                number
                for number in others
                if number in self.effects.of_call[at] or calls[number].name == "createQueryBuilder"
            ]
            entity, table = next(
                (
                    held
                    for number in made
                    if (held := self._entity(at, self.effects.chain(at, number), stores))[0] is not None
                ),
                (entity, table),
            )
        eager = frozenset(word for d in does if d.does == "eager" for word in _words(self.effects.call(d)))
        kinds = {d.does for d in does}
        many = next((d.effect.many for d in reversed(stores) if d.effect.many is not None), None)
        if "one" in kinds:
            many = False
        op = next((d.effect.op for d in stores if d.effect.op != "read"), "read")
        if any(d.effect.sql for d in stores):
            many = self._sql_many(stores, many)
        many, op = self._go.kind(at, chain, stores, many, op) if is_go else (many, op)
        if self.project.files[at].language == "cpp" and is_one(call):
            many = False
        bounded = many is False or "bounded" in kinds or aggregates(self.project.files[at], chain)
        return Access(
            at, last.index, call.fn, call.loop, call.line, tuple(chain), op,
            next((d.effect.library for d in stores if d.effect.library), ""), entity, table, many, bounded,
            all(d.does == "lazy" for d in stores), eager, tuple(does), calls[chain[-1]].to, tuple(begun),
        )  # fmt: skip

    @cached_property
    def _ahead(self) -> dict[Fn, list[Does]]:
        """Function to what bounds the queries that follow in it."""
        found: dict[Fn, list[Does]] = defaultdict(list)
        for fn, all_ in self.effects.of_function.items():
            for does in all_:
                if does.effect.ahead:
                    found[fn].append(does)
        return found

    def inner(self, at: int, chain: list[int]) -> list[int]:
        """Return the calls among a chain's arguments: `session.scalars(select(Order).options(...))`, also if put into a variable before."""
        found: list[int] = []
        todo = list(chain)
        while todo and len(found) < INNER_MAX:
            number = todo.pop(0)
            call = self.project.files[at].calls[number]
            below = list(self._within[at].get(number, ()))
            kept = (self._made[at].get((call.fn, name)) for name in begun(self.project.files[at], call))
            below += [n for made in kept if made is not None for n in self.effects.chain(at, made)]
            fresh = [n for n in below if n not in found and n not in chain]
            found += fresh
            todo += fresh
        return found

    @cached_property
    def _within(self) -> list[dict[int, list[int]]]:
        all_: list[dict[int, list[int]]] = []
        for file in self.project.files:
            found: dict[int, list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls):
                if call.inside >= 0:
                    found[call.inside].append(index)
            all_.append(found)
        return all_

    @cached_property
    def _made(self) -> list[dict[tuple[int, str], int]]:
        """For each file: (function, variable) to the last call whose result it is."""
        return [
            {(c.fn, c.to): n for n, c in enumerate(file.calls) if c.to and c.to != "return"}
            for file in self.project.files
        ]

    def _sql_many(self, stores: list[Does], many: bool | None) -> bool | None:
        """What the SQL text itself says of how many rows it gives: a count, a limit and a change give few."""
        sql = next((t for d in stores for t in self._sql_texts(d)), "")
        return False if _CHANGES.match(sql) or _FEW.search(sql) else many

    def _entity(self, at: int, chain: list[int], stores: list[Does], hops: int = 2) -> tuple[Cls | None, str]:
        calls, language = self.project.files[at].calls, self.project.files[at].language
        first = calls[chain[0]]
        if told := next((d.effect.entity for d in stores if d.effect.entity.startswith("text:")), "")[5:]:
            cls = self.by_name.get(told) or self.by_name.get(told.removesuffix("Model"))
            return cls, (self.entities[cls].table if cls is not None else "") or told
        if language == "cpp":
            sql = next((t for d in stores for t in self._sql_texts(d)), "")
            table = cpp_table(self.project, at, chain, self.effects, sql)
            cls = self.project.find_class(at, table) if table else None
            return cls if cls in self.entities else self.by_name.get(table), table
        if self.project.files[at].language == "go":
            return self._go.about(
                at, chain, stores, next((t for d in stores for t in self._sql_texts(d)), ""), self.by_name
            )
        spelled = self.effects.python.about(at, first, calls[chain[-1]]) if language == "python" else ""
        names = WORDS.findall(spelled or first.on)
        for number in (*chain, *self.inner(at, chain)):
            for value in calls[number].args:
                if value.kind in ("name", "call", "type", "other", "str"):
                    names += WORDS.findall(value.text)[:6]
                    names += [word for item in value.items[:3] for word in WORDS.findall(item.text)[:2]]
        if (stored := stored_in(self.project, at, first)) in self.entities:
            return stored, self.entities[stored].table or self.entities[stored].name
        names = [*entities_named(self.project, at, [calls[number] for number in chain]), *names]
        own = self.project.own_class(at, first.fn) if first.on.split(".")[0] in ("cls", "Self", "static") else None
        if own is not None and own in self.entities:
            return own, self.entities[own].table or self.entities[own].name
        for name in (each for each in names if each[:1].isupper() or each in self.by_name):
            cls = self.project.find_class(at, name) or self.by_name.get(name)
            if cls in self.entities:
                return cls, self.entities[cls].table or self.entities[cls].name
        for number in chain if self.project.files[at].language == "java" else ():  # entityManager.persist(order)
            for value in calls[number].args[:1]:
                given = self.project.type_of(at, calls[number].fn, value.text).cls if value.kind == "name" else None
                if given is not None and given in self.entities:
                    return given, self.entities[given].table or self.entities[given].name
        known = (
            NOTHING
            if not first.on or first.name.startswith("SaveChanges")
            else self.project.type_of(at, first.fn, first.on)
        )
        for name in (*known.args, *type_arguments(self.project, at, first, known)):
            cls = self.project.find_class(at, name) or self.by_name.get(name)
            if cls is not None and not (
                self.project.files[at].language == "csharp" and self.effects.dotnet.is_context(cls)
            ):
                return cls, (self.entities[cls].table if cls in self.entities else "") or self.project.class_(cls).name
        stated = self._of_statement(at, chain)
        if stated is not None:
            return stated, self.entities[stated].table or self.entities[stated].name
        words = [w for w in re.split(r"[.()\[\]]+", spelled if spelled[:1].isupper() else first.on) if w]
        near = self.effects.python.related.get(words[-1] if words else "")
        words += [self.entities[near].name] if near in self.entities and near is not None else []
        if known.cls is not None and self.project.class_(known.cls).name not in words:
            words.append(self.project.class_(known.cls).name)
        for word in reversed(words):  # prisma.user, this.orderRepository, db.Orders, models.User
            singular = re.sub(r"(Repository|Repo|Model|Dao|Mapper|Store|DAO)$", "", word).rstrip("_")
            for name in (
                singular,
                singular[:1].upper() + singular[1:],
                singular.rstrip("s"),
                (singular[:1].upper() + singular[1:]).rstrip("s"),
            ):
                if name in self.by_name:
                    return self.by_name[name], self.entities[self.by_name[name]].table or name
        made = self.effects.maker(at, chain[0])
        if made is not None and made.prev < 0 and hops and made is not first:
            number = next(n for n, call in enumerate(calls) if call is made)
            cls, table = self._entity(at, [number], [], hops - 1)
            if cls is not None:
                return cls, table
        named = self._named_table(at, chain) or collection(self.project, at, chain)
        if named:
            return self.by_name.get(named), named
        if self.project.files[at].language == "csharp":
            held = self.effects.dotnet.begun_with(at, first, self.entities)
            if held is not None:
                return held, self.entities[held].table or self.entities[held].name
            if any(calls[number].name.startswith(("Save", "Commit", "Complete")) for number in chain):
                return None, ""  # all that was changed
        sql = next((t for d in stores for t in self._sql_texts(d)), "")
        if table := table_in(sql):
            return self.by_name.get(table), table
        for number in (
            chain if self.project.files[at].language in ("java", "kotlin") else ()
        ):  # jOOQ: dsl.selectFrom(ORDERS)
            call = calls[number]
            if (
                call.name in ("selectFrom", "from", "insertInto", "update", "deleteFrom", "mergeInto")
                and call.args
                and call.args[0].kind == "name"
            ):
                named = call.args[0].text.rpartition(".")[2].lower()
                return self.by_name.get(named), named
        return None, _table_word(words)

    def _named_table(self, at: int, chain: list[int]) -> str:
        """Return the table that an argument names: `knex("users")`, `db.collection("users")`, `from(users)`."""
        for number in chain:
            for does in self.effects.of_call[at].get(number, ()):
                place = "<>" if does.effect.entity == "type" else does.effect.entity
                value = self.effects.given(does, (place,)) if place not in ("", "on") else None
                known = self._sql.known(at, does.fn, value) if value is not None else None
                if known is not None and (name := table_of(known, self.project.files[at].language)):
                    return name
        return ""

    def _of_statement(self, at: int, chain: list[int]) -> Cls | None:
        """Return the entity of a statement that was built before: `query = select(Post)`, or by a function."""
        for number in chain:
            call = self.project.files[at].calls[number]
            for value in call.args[:2]:
                if value.kind == "name":
                    found = self._selected(at, call.fn, value.text)
                elif value.kind == "call":
                    on, _, name = value.text.rpartition(".")
                    found = next(
                        (
                            f
                            for f in (
                                self._selected(fn.file, fn.index, "")
                                for fn in self.project.resolve(at, call.fn, on, name)[:1]
                            )
                            if f is not None
                        ),
                        None,
                    )
                else:
                    continue
                if found is not None:
                    return found
        return None

    def _selected(self, at: int, fn: int, to: str) -> Cls | None:
        """Return the entity that a function selects from, into the variable `to` or at all."""
        for call in self._selects[at].get(fn, ()):
            chain_to = call.to or next(
                (a.target for a in self.project.files[at].assigns if a.fn == fn and a.line == call.line), ""
            )
            if (
                to
                and chain_to != to
                and not any(a.line <= call.line for a in self.project.assigned[at].get((fn, to), ()))
            ):
                continue
            for value in call.args:
                for name in WORDS.findall(value.text)[:3]:
                    cls = self.project.find_class(at, name) if name[:1].isupper() else None
                    if cls in self.entities:
                        return cls
        return None

    @cached_property
    def _selects(self) -> list[dict[int, list[Call]]]:
        """For each file: function to its calls that begin a statement."""
        found: list[dict[int, list[Call]]] = []
        for file in self.project.files:
            by_fn: dict[int, list[Call]] = defaultdict(list)
            for call in file.calls:
                if call.name in ("select", "selectFrom", "from", "query") and call.args:
                    by_fn[call.fn].append(call)
            found.append(by_fn)
        return found

    def _sql_texts(self, does: Does) -> list[str]:
        places = does.effect.sql
        if self.project.files[does.at].language == "cpp":  # the text may come first, or behind a connection
            told = (self._sql_text(does, self.effects.given(does, (place,))) for place in places)
            return next((texts for texts in told if texts), [])
        return self._sql_text(does, self.effects.given(does, places))

    def _sql_text(self, does: Does, value: Arg | None) -> list[str]:
        if value is not None and value.kind == "name":
            value = self._put_into(does.at, does.fn, value.text) or value
        value = self._go.prepared.text(does, value)
        if value is None or value.kind not in ("str", "fmt", "concat"):
            return []
        return [self._sql.filled(does.at, does.fn, value)]

    def _put_into(self, at: int, fn: int, name: str) -> Arg | None:
        """The first text that was put into a variable, or into a constant of the file or package."""
        files = self.project.go.package_files(at) if self.project.files[at].language == "go" else [at]
        for number in (at, *files):
            for scope in (fn, -1) if number == at else (-1,):
                for assign in self.project.assigned[number].get((scope, name), ()):
                    if assign.value.kind in ("str", "fmt", "concat"):
                        return self._go.prepared.whole(number, scope, name, assign.value)
        if self.project.files[at].language == "cpp":
            return self.project.cpp.constant(at, name)
        return None

    # ---- where a value comes from -----------------------------------------------------------

    @cached_property
    def _assigned(self) -> dict[tuple[int, int, str], Access]:
        return {(a.at, a.fn, a.to): a for a in self.accesses if a.to and a.to != "return"}

    @cached_property
    def _returned(self) -> dict[Fn, Access]:
        return {Fn(a.at, a.fn): a for a in self.accesses if a.to == "return"}

    @cached_property
    def by_function(self) -> dict[Fn, list[Access]]:
        """Function to the queries that stand in it."""
        found: dict[Fn, list[Access]] = defaultdict(list)
        for access in self.accesses:
            found[Fn(access.at, access.fn)].append(access)
        return found

    @cached_property
    def by_call(self) -> dict[tuple[int, int], Access]:
        """(file, call) to the query that the call is part of."""
        return {(a.at, number): a for a in self.accesses for number in a.calls}

    @cached_property
    def _origins(self) -> dict[tuple[int, int, str, int], Access | None]:
        return {}

    def origin(self, at: int, fn: int, chain: str, depth: int = DEPTH_MAX) -> Access | None:
        """Return the query that a value comes from: assigned here, returned by a function, or built on another."""
        if depth <= 0 or not chain:
            return None
        key = (at, fn, chain, depth)
        if key not in self._origins:
            self._origins[key] = self._origin(at, fn, chain, depth)
        return self._origins[key]

    def _origin(self, at: int, fn: int, chain: str, depth: int) -> Access | None:
        first = _ROOT_ENDS.split(chain, maxsplit=1)[0]
        scope = fn
        for _ in range(DEPTH_MAX):
            for name in (chain, first, f"{first}[]"):
                access = self._assigned.get((at, scope, name))
                if access is not None:  # what is put into a list one by one is one of many
                    return replace(access, many=None) if name.endswith("[]") else access
                for assign in reversed(self.project.assigned[at].get((scope, name), ())):
                    found = self._origin_of_value(at, scope, assign.value, depth)
                    if found is not None:
                        return found
            if scope < 0:
                break
            scope = self.project.files[at].functions[scope].parent
        if chain.endswith("()"):
            on, _, name = chain[:-2].rpartition(".")
            return self._origin_of_call(at, fn, on, name, depth)
        return None

    def origin_of(self, at: int, fn: int, value: Arg) -> Access | None:
        """Return the query that an argument comes from."""
        return self._origin_of_value(at, fn, value, DEPTH_MAX)

    def _origin_of_value(self, at: int, fn: int, value: Arg, depth: int) -> Access | None:
        if depth <= 0:
            return None
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            found = self._origin_of_call(at, fn, on, name, depth)
            if found is not None:
                return found
            root = _ROOT_ENDS.split(value.text, maxsplit=1)[0]
            inner = self.origin(at, fn, root, depth - 1) if root and root != name else None
            if inner is not None:
                return inner
            for item in value.items[:2]:
                if item.kind in ("name", "call"):
                    inner = self._origin_of_value(at, fn, item, depth - 1)
                    if inner is not None:
                        return inner
            return None
        if value.kind == "name":
            return self.origin(at, fn, value.text, depth - 1)
        return None

    def _origin_of_call(self, at: int, fn: int, on: str, name: str, depth: int) -> Access | None:
        for found in self.project.resolve(at, fn, on, name)[:2]:
            access = self._returned.get(found)
            if access is not None:
                return access
            for each in self._returns[found.file].get(found.index, ()):
                inner = self._origin_of_value(found.file, found.index, each.value, depth - 1)
                if inner is not None:
                    return inner
        return None

    @cached_property
    def _returns(self) -> list[dict[int, list[Return]]]:
        """For each file: function to what it returns."""
        all_: list[dict[int, list[Return]]] = []
        for file in self.project.files:
            found: dict[int, list[Return]] = defaultdict(list)
            for made in file.returns:
                found[made.fn].append(made)
            all_.append(found)
        return all_

    @cached_property
    def _mappings(self) -> list[dict[int, int]]:
        """For each file: loop to the call that runs its function once per element."""
        return [
            {
                made.loop: made.call
                for made in file.functions
                if made.kind == "lambda" and made.loop >= 0 and made.call >= 0
            }
            for file in self.project.files
        ]

    def element(self, at: int, loop: int) -> tuple[Cls | None, Access | None]:
        """Return the entity that a loop goes through, and the query it comes from, as far as they are known."""
        made = self.project.files[at].loops[loop]
        mapping = self._mappings[at].get(loop, -1)  # `orders.all()` on one line and `.map { }` on the next
        access = self.by_call.get((at, self.project.files[at].calls[mapping].prev)) if mapping >= 0 else None
        for number, call in enumerate(self.project.files[at].calls if access is None else ()):
            if (
                call.line == made.line
                and call.fn == made.fn
                and (at, number) in self.by_call
                and _covers(call, made.over)
            ):
                access = self.by_call[at, number]
                break
        access = access or self.origin(at, made.fn, made.over.removeprefix("await ").strip())
        if access is None and made.value is not None:
            access = self._origin_of_value(at, made.fn, made.value, DEPTH_MAX)
        known = self.project.type_of(at, made.fn, made.over) if made.over else NOTHING
        cls = known.cls if known.cls in self.entities else None
        for var in made.vars:
            typed = self.project.type_of(at, made.fn, var)
            if typed.cls in self.entities:
                cls = typed.cls
        return cls or (access.entity if access else None), access


def _covers(call: Call, over: str) -> bool:
    return bool(call.name) and call.name in over


def _flat(values: tuple[Arg | None, ...]) -> list[str]:
    found: list[str] = []
    for value in values:
        if value is not None:
            found.append(f"{value.name}={value.text}" if value.name else value.text)
            found += _flat(value.items)
    return found


def _words(call: Call) -> set[str]:
    return {word for text in _flat(call.args) for word in WORDS.findall(text)}


def _table_word(words: list[str]) -> str:
    for word in words:
        if (
            word.lstrip("_") not in _NO_TABLE
            and word not in ("Database", "Context")
            and word.isidentifier()
            and not word.endswith(("Context", "UnitOfWork", "onnection", "risma", "rismaService", "rismaClient"))
        ):
            return word
    return ""
