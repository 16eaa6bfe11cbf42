"""Which tables grow while the application runs, by what adds to them, by what pages through them, and by their names."""

import re
from collections.abc import Container
from functools import cached_property

from backwright.review.facts import NEW, Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.choosing import PAGER, Choosing
from backwright.review.rules.looping import is_offline

_ADDS = regex(
    r"create|insert|save|persist|add|put|upsert|store|new|append|bulk|attach|sync|execute|exec|query", re.IGNORECASE
)
_ADDING = frozenset(
    "create Create insert insertOne InsertOne insertMany add Add AddAsync persist save firstOrCreate forceCreate create_or_update bulk_create get_or_create".split()
)
_INTO = frozenset({"insert_into", "replace_into", "insertInto", "mergeInto"})  # Diesel, jOOQ: given the table
# Tables that a developer or an administrator fills, whoever may add to them.
SETTLED = regex(
    r"roles?$|role_?(inheritances?|hierarch(y|ies)|parents?)$|countr|settings?$|propert(y|ies)$|auth(_methods?)?$|config|preferences?$|permissions?$|currenc|languages?$|plans?$|tiers?$|regions?$|menus?$|features?$|locales?$|units?$|levels?$|options?$|departments?$|zones?$|states?$|"
    r"templates?$|kinds?$|enums?$|colors?$|sizes?$|flags?$|migrations?$|themes?$|plugins?$|providers?$|sources?$|destinations?$|status(es)?$|types?$|polic(y|ies)$|tenants?$|tiers?$|field(set)?s?$|brackets?$|"
    r"authorit(y|ies)$|privileges?$|channels?$|servers?$|environments?$|domains?$|modules?$|schedules?$|slots?$|badges?$|(?:(?<![a-z])|(?=(?-i:R)))rates?$|specialt(y|ies)|cards?_?types?$|timezones?$|formats?$|streams?$|trophies$|trophy$|librar(y|ies)$|"
    r"rules?$|filters?$|tokens?$|dashboards?$|clients?_?apps?$|api_?keys?$|keys?$|webhooks?$|subscriptions?_?plans?$|licen[cs]es?$|hooks?$|integrations?$|credentials?$|muscles?$|equipments?$|warehouses?$|branch(es)?$|"
    r"systems?$|choices?$|choice_?lists?$|disks?$|storages?$|terms?$|banners?$|keywords?$|sections?$|steps?$|stages?$|columns?$|questions_?options?$|bots?$|workflows?$|pipelines?$|nodes?$|agents?$|devices?$|folders?$|holidays?$",
    re.IGNORECASE,
)
# Tables that are short in one application and long in the next: what says it is whether its users add to them.
MAYBE = regex(
    r"tags?$|categor|genres?$|labels?$|groups?$|teams?$|brands?$|cit(y|ies)$|topics?$|vets?$|organi[sz]ations?$|publishers?$",
    re.IGNORECASE,
)
# Tables to which each use of the application adds a row.
STEADY = regex(
    r"(log|audit|histor(y|ie)|event|alarm|alert|incident|message|notification|activit(y|ie)|comment|submission|transaction|payment|order|invoice|entr(y|ie)|visit|view|vote|reply|replie|review|post|article|measurement|metric|record|attempt|solve|"
    r"fight|booking|reservation|ticket|reading|sample|hit|click|impression|delivery|deliverie|job_?run|execution|run|error|report|result|feed_?item|item|song|track|photo|image|file|document|note|todo|task|ping|flip|score|scrobble|book|chapter|product|user|customer|account|member|audit_?record|"
    r"follow|follower|subscriber|favou?rite|like|bookmark|wish|coupon_?user|group_?on|estimate|expense|upload|share|video|clip|paste|snippet|story|storie|thread|conversation|chat|recipe|feedback|footprint|receipt|bill|quote|contact|email|mail|appointment|workout|meal|issue|donation|link)s?$",
    re.IGNORECASE,
)
_ENDING = regex(r"(?<=\w)(Model|Entity|Table|Record|Row|Dto|Document|Doc|s_table|_table|_tbl)s?$")
_NO_TABLE = regex(
    r"\w(utils?|helpers?)$|quer(y|ies|yable|ybuilder|y_?sets?)s?\d*$|^(stmt|statement|builder|results?|qb\d*|r|s|q|conn\w*|client|pool|rows?|cursor|cur|res|data|out|source|ordered|dsl\w*|model\w*|cls|self|repository|repo|manager|store)$",
    re.IGNORECASE,
)
_PARAMETER = regex(r"T(Entity|Model|Document|Item|Row|Record|State|Aggregate|Dto)?$")  # of a generic class
RELATED = frozenset({"$relatedQuery"})  # Objection: it is given the name of a relation
_KEEPER = regex(r"(\w+?)(Entity)?(Repository|Dao|DAO|Store|Queries|Mapper|Table)(Impl)?$")


class Growing:
    """Answers about the tables of one repository."""

    def __init__(self, model: Model, choosing: Choosing) -> None:
        self.model, self.choosing = model, choosing

    def name(self, access: Access) -> str:
        """Return the table of a query as its class or statement says it, "" if that is not known."""
        first = self.model.files[access.at].calls[access.calls[0]]
        if first.name in RELATED and first.args and first.args[0].kind == "str":
            return first.args[0].text
        table = self._alias(access)
        if self.model.files[access.at].language == "csharp":
            table = "" if self._is_fetched(access, table) else self._argument(access, table)
        if access.entity is None and table.lower().endswith("manager"):  # userManager.Users
            words = self.model.files[access.at].calls[access.calls[0]].on.split(".")
            table = next((word for word in words if word[:1].isupper() and word != table), "")
        if access.entity is None and (_NO_TABLE.search(table) or len(table) < 3):
            cls = self.entity(access)
            return self.model.data.entities[cls].table or self.model.data.entities[cls].name if cls is not None else ""
        return table

    def _is_fetched(self, access: Access, table: str) -> bool:
        """Whether a table is only the name of a variable that holds what another call has fetched: `found = await indexes.ListAsync()`."""
        told = self.model.project.assigned[access.at].get((access.fn, table), ()) if access.entity is None else ()
        return any(each.value.kind == "call" and each.value.text.endswith("Async") for each in told)

    def _argument(self, access: Access, table: str) -> str:
        """Return what a class gives for the type parameter that its base calls its rows: `OrderStore : Store<Order>`, "" if it does not say."""
        if not _PARAMETER.match(table) or access.fn < 0:
            return table
        own = self.model.project.own_class(access.at, self.model.named(access.at, access.fn))
        bases = self.model.project.class_(own).bases if own is not None else ()
        found = (re.search(r"<\s*(?:\w+\.)*(\w{3,})\s*[,>]", base) for base in bases)
        return next((each[1] for each in found if each), "")

    def entity(self, access: Access) -> Cls | None:
        """Return what a query reads; where it does not say so, what the class around it is there for: `OrderRepository`."""
        if access.entity is not None or (access.table and not _NO_TABLE.search(access.table)):
            return access.entity
        own = (
            self.model.project.own_class(access.at, self.model.named(access.at, access.fn)) if access.fn >= 0 else None
        )
        found = _KEEPER.match(self.model.project.class_(own).name) if own is not None else None
        cls = self.model.data.by_name.get(found[1]) if found is not None else None
        return cls if cls in self.model.data.entities else None

    def _alias(self, access: Access) -> str:
        """jOOQ: `private val b = Tables.BOOK` stands for the book."""
        file, table = self.model.files[access.at], access.table
        if file.language not in ("java", "kotlin") or access.entity is not None or len(table) > 6:
            return table
        for made in file.classes:
            for field in made.fields:
                if (
                    field.name == table
                    and field.value is not None
                    and re.search(r"\.[A-Z][A-Z0-9_]+$|^[A-Z][A-Z0-9_]+$", field.value.text)
                ):
                    return field.value.text.rpartition(".")[2].lower()
        return table

    def is_paged(self, access: Access) -> bool:
        """Whether some other query reads the same table in pages: whoever wrote it knew that it becomes long."""
        return (self.entity(access) or self.name(access)) in self._paged

    def is_settled(self, access: Access) -> bool:
        """Whether a table is short by its nature."""
        return SETTLED.search(_heart(self.name(access))) is not None

    def may_be_short(self, access: Access) -> bool:
        """Whether a table is often short, and nobody is seen to add to it."""
        return MAYBE.search(_heart(self.name(access))) is not None and not self.is_added_to(access)

    def is_steady(self, access: Access) -> bool:
        """Whether each use of the application adds a row, by the table's name and by what adds to it."""
        return STEADY.search(_heart(self.name(access))) is not None and self.is_added_to(access)

    def may_grow(self, access: Access) -> bool:
        """Whether anything says that a table becomes longer: what adds to it, a page of it, or its name."""
        return self.is_added_to(access) or self.is_paged(access) or STEADY.search(_heart(self.name(access))) is not None

    def is_added_to(self, access: Access) -> bool:
        """Whether something that runs for requests or in the background adds rows."""
        return (self.entity(access) or self.name(access)) in self._added or self.name(
            access
        ).lower() in self._added_names

    @cached_property
    def _paged(self) -> set[Cls | str]:
        own = set(self.model.own)
        found: set[Cls | str] = set()
        for access in self.model.data.accesses:
            if access.op == "write" or access.many is False or access.at not in own:
                continue
            if self._is_page(access) or self.choosing.is_cut(access):
                found.add(self.entity(access) or self.name(access))
        for at in self.model.own:
            file = self.model.files[at]
            for call in file.calls if file.language == "csharp" else ():
                if call.args and call.args[0].kind == "name" and (PAGER.search(call.name) or PAGER.search(call.on)):
                    cls = self.model.project.type_of(
                        at, call.fn, call.args[0].text
                    ).cls  # PagedList.Create(query, page)
                    if cls in self.model.data.entities:
                        found.add(cls)
        return found - {""}

    def _is_page(self, access: Access) -> bool:
        """Whether a query is cut to a page, and not to its first row."""
        bounds = [self.model.effects.call(does) for does in access.does if does.does == "bounded"]
        return any(
            not (call.args and call.args[0].kind == "num" and call.args[0].text in ("0", "1")) for call in bounds
        )

    @cached_property
    def _added(self) -> set[Cls | str]:
        found: set[Cls | str] = set()
        for access in self.model.data.accesses:
            if access.op == "write" and self._runs(access.at, access.fn) and access.table:
                call = self.model.files[access.at].calls[access.index]
                if _ADDS.search(call.name):
                    found.add(access.entity or access.table)
        names = {self.model.project.class_(cls).name: cls for cls in self.model.data.entities}
        for at in self.model.own:
            file = self.model.files[at]
            for call in file.calls:
                made = call.name if call.flags & NEW or file.language in ("python", "kotlin", "go", "rust") else ""
                if call.name in _ADDING and call.on:
                    made = call.on.removesuffix(".objects").removesuffix(".query()").rpartition(".")[2]
                    if file.language == "csharp" and made not in names:
                        made = self._kept(at, call, names)
                if made in names and self._runs(at, call.fn):
                    cls = self.model.project.find_class(at, made) or names[made]
                    found.add(cls if cls in self.model.data.entities else names[made])
        return found

    def _kept(self, at: int, call: Call, names: Container[str]) -> str:
        """Return the entity that a repository of the project keeps: `IOrders : IRepository<Order>` of `orders.AddAsync(order)`."""
        known = self.model.project.type_of(at, call.fn, call.on).cls
        bases = self.model.project.base_classes(known) if known is not None else ()
        told = (args for cls in bases for base in self.model.project.class_(cls).bases for args in written(base).args)
        return next((name for name in told if name in names), "")

    @cached_property
    def _added_names(self) -> set[str]:
        """Tables of statements that add: `INSERT INTO orders`."""
        found: set[str] = set()
        for at in self.model.own:
            for call in self.model.files[at].calls:
                if call.name in _INTO and call.args and call.args[0].kind == "name":
                    words = [word for word in re.split(r"\W+", call.args[0].text) if word and word != "table"]
                    found.update(word.lower() for word in words[-1:])
                for value in call.args[:3]:
                    if value.kind in ("str", "fmt", "concat") and "insert" in value.text[:200].lower():
                        told = re.search(
                            r"\binsert\s+(?:or\s+\w+\s+)?(?:ignore\s+)?into\s+[\"`\[]?(?:\w+\.)?[\"`\[]?(\w+)",
                            value.text,
                            re.IGNORECASE,
                        )
                        if told:
                            found.add(told[1].lower())
        return found

    def _runs(self, at: int, fn: int) -> bool:
        return fn >= 0 and not is_offline(self.model.files[at])


def _heart(name: str) -> str:
    return _ENDING.sub("", name.strip('`"[]'))
