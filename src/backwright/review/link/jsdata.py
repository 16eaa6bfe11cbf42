"""JavaScript's data access beyond what packs can say: Sequelize's made methods, and builders kept in a variable."""

from collections.abc import Iterator

from backwright.review.facts import AWAITED, Arg, Call, File
from backwright.review.link.packs import Effect
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_SIDES = {"belongsTo": False, "hasOne": False, "hasMany": True, "belongsToMany": True}
HOPS_MAX = 4  # modules that hand a constant on
_TABLE = regex(r"([tT]able|[cC]ollection|[mM]odel|[vV]iew)(With\w+)?$")  # pgTable("orders", { ... })
_AGGREGATE = regex(r"^(count|countDistinct|sum|sumDistinct|avg|avgDistinct|min|max)(\(\)\.(mapWith|as))?$")
_COLLECTION = regex(r"[cC]ollection")
_MODEL = regex(r"([\w.]*Model)<(?:\w+\.)?(\w+)")
_ANY_ROW = regex(r"any|unknown|object|[A-Z]|T[A-Z]\w*|T_\w+")
_STORED_AS = regex(r"(?<=\w)(Document|Doc|DBModel|Model|Entity)$")
_VERBS_ONE = ("get", "set", "create")
_VERBS_MANY = ("get", "count", "has", "add", "set", "remove", "create")


def accessors(project: Project) -> dict[str, Effect]:
    """Return the methods that Sequelize makes for associations: `Order.belongsTo(Customer)` gives order.getCustomer()."""
    found: dict[str, Effect] = {}
    for name, is_many in _SIDES.items():
        for at, index in project.calls_by_name.get(name, ()):
            call = project.files[at].calls[index]
            if project.files[at].language != "javascript" or not call.on or not call.args:
                continue
            target = call.args[0].text.rpartition(".")[2]
            alias = next(
                (i.text for v in call.args[1:] for i in v.items if i.name == "as" and i.kind == "str"),
                "",
            )
            word = alias or (plural(target) if is_many else target)
            if not word.isidentifier():
                continue
            word = word[:1].upper() + word[1:]
            for verb in _VERBS_MANY if is_many else _VERBS_ONE:
                op = "read" if verb in ("get", "count", "has") else "write"
                made = Effect(
                    does="query",
                    call=(),
                    op=op,
                    many=is_many and verb == "get",
                    library="Sequelize",
                )
                found[f"{verb}{word}"] = made
                if is_many and verb in ("add", "remove", "has", "create"):
                    found[f"{verb}{singular(word)}"] = made
    return found


def aggregates(file: File, chain: list[int]) -> bool:
    """Whether a statement of Drizzle only counts or sums up, and so gives one row: `select({ n: count() }).from(orders)`."""
    calls = [file.calls[number] for number in chain if file.language == "javascript"]
    first = next((call for call in calls if call.name == "select" and call.args and call.args[0].kind == "dict"), None)
    if first is None or not first.args[0].items or any(call.name == "groupBy" for call in calls):
        return False
    return all(_AGGREGATE.search(item.text) for item in first.args[0].items)


def constant(project: Project, at: int, value: Arg) -> str:
    """Return the table that an argument of a query means: a text, what a constant of a file or of its imports holds, else its last word."""
    if value.kind == "str":
        return value.text.partition(" ")[0]
    return (held(project, at, value.text) if value.kind == "name" else "") or value.text.rpartition(".")[2]


def held(project: Project, at: int, name: str) -> str:
    """Return the text of a constant, "" if a name is none: `ORDERS`, `tables.orders`, `Tables.ORDERS` of an enum."""
    if project.files[at].language != "javascript":
        return ""
    first, _, rest = name.partition(".")
    for number, known in _places(project, at, first, HOPS_MAX):
        for assign in project.assigned[number].get((-1, known), ()):
            if assign.value.kind == "str" and not rest:
                return assign.value.text
            if assign.value.kind == "call" and (rest or not _TABLE.search(assign.value.text)):
                continue
            told = next((item for item in assign.value.items if item.name == rest and item.kind == "str"), None)
            if told is not None:
                return told.text
    return ""


def _places(project: Project, at: int, name: str, hops: int) -> Iterator[tuple[int, str]]:
    """Yield the files that may define a name, with what they call it: this one, those it is imported from, those that hand it on."""
    yield at, name
    made = project.imported[at].get(name)
    if made is not None and hops:
        for number in project.module_files(at, made.module):
            yield from _places(project, number, made.name if made.name not in ("", "*", "default") else name, hops - 1)
    elif hops and hops < HOPS_MAX:
        for star in project.files[at].imports:
            if star.name == star.alias == "*":
                for number in project.module_files(at, star.module):
                    yield from _places(project, number, name, hops - 1)


def collection(project: Project, at: int, chain: list[int]) -> str:
    """Return what a function of the project is asked for that gives a collection of MongoDB: `collectionOf(tenant, "orders").find()`."""
    file = project.files[at]
    if file.language != "javascript" or not chain:
        return ""
    call = file.calls[chain[0]]
    while call.prev >= 0:
        call = file.calls[call.prev]
    if call.on.isidentifier():  # const orders = collectionOf(tenant, "orders")
        call = next((each for each in file.calls if each.to == call.on and each.fn == call.fn), call)
    if not _COLLECTION.search(call.name) or not project.resolve_call(at, call):
        return ""
    given = next((v for v in reversed(call.args) if v.kind == "str"), None) or next(
        (v for v in reversed(call.args) if v.kind == "name"), None
    )
    if given is None:
        return ""
    return constant(project, at, given)


def declared_model(project: Project, at: int, call: Call) -> tuple[str, str]:
    """Return the dotted name of the library's type that what a call is made on is declared with, and of which row it is: `cats: Model<Cat>`."""
    on, _, name = call.on.rpartition(".")
    declared = ""
    if on == "this":
        own = project.own_class(at, call.fn)
        told = [(cls.file, field.type) for cls in (project.base_classes(own) if own is not None else ())
                for field in project.class_(cls).fields if field.name == name]  # fmt: skip
        at, declared = told[0] if told else (at, "")
    elif not on and name:
        fn = call.fn
        for _ in range(HOPS_MAX):
            if fn < 0 or declared:
                break
            made = project.files[at].functions[fn]
            declared, fn = next((param.type for param in made.params if param.name == name), ""), made.parent
    found = _MODEL.match(declared)
    if found is None:
        return "", ""
    return project.absolute(at, found[1]), "" if _ANY_ROW.fullmatch(found[2]) else _STORED_AS.sub("", found[2])


def plural(name: str) -> str:
    """Return the name of many of one."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else f"{name}s"


def singular(name: str) -> str:
    """Return the name of one of many."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("s")


def beside(file: File, chain: list[int], outer: dict[int, int]) -> list[int]:
    """Return the calls of other statements that build the same query: `qb.where(...)`, then `qb.getMany()`.

    They are those of the same function that are made on the same variable, or whose result it is.
    """
    first = file.calls[chain[0]]
    name = first.on
    if not name.isidentifier() or not any(call.to == name and call.fn == first.fn for call in file.calls):
        last = file.calls[chain[-1]]
        name = last.to
        if not name.isidentifier() or last.flags & AWAITED or name == "return":
            return []
    found: list[int] = []
    for index, call in enumerate(file.calls):
        if call.fn == first.fn and index not in chain and name in (call.on, call.to):
            found.append(index)
            at = index
            while call.to == name and file.calls[at].prev >= 0:  # what it was made with
                at = file.calls[at].prev
                found.append(at)
            at = index
            while call.on == name and at in outer:  # what is chained behind
                at = outer[at]
                found.append(at)
    return list(dict.fromkeys(found))


def around(file: File, call: Call) -> list[int]:
    """Return the calls among whose arguments one stands that is not awaited: `knex("x").select(knex.raw("count(*)"))`."""
    found: list[int] = []
    inside = call.inside if not call.flags & AWAITED else -1
    while inside >= 0:
        found.append(inside)
        inside = file.calls[inside].inside
    return found


__all__ = [
    "accessors",
    "aggregates",
    "around",
    "beside",
    "collection",
    "constant",
    "declared_model",
    "held",
    "plural",
    "singular",
]
