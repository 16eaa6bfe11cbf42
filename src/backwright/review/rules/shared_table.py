"""shared-table: a module writes a table that another module owns, past what that module offers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.modules import TECHNICAL
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

MANY = 20  # pairs of module and foreign table
TEXTS = ("str", "fmt", "concat")
STATEMENT = regex(r"\s*(select|insert|update|delete|merge|replace|with)\s", re.IGNORECASE)
CHANGED = regex(
    r"\s*(?:update|insert\s+into|delete\s+from|merge\s+into|replace\s+into|select\b.*?\bfrom)\s+[\"`\[]?([\w.]+)",
    re.IGNORECASE | re.DOTALL,
)
_OF_COLLECTION = regex(r"_(one|many)$")  # MongoDB: a name that is a collection's
WRITES = ("insert", "update", "delete", "merge", "replace")


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each module and foreign table; where nearly every wall is crossed there is none to repair, and each is a low one."""
    hits = list(_hits(model))
    for hit in hits:
        yield hit if len(hits) <= MANY else replace(hit, confidence=Confidence.LOW)


def _hits(model: Model) -> Iterator[Hit]:
    by_table: dict[str, dict[str, list[Access]]] = defaultdict(lambda: defaultdict(list))
    for access in model.data.accesses:
        module = model.modules.of_file.get(access.at)
        table = access.table or _named(model, access)
        if model.files[access.at].language == "cpp" and _statement(model, access) is None:
            continue  # a word that stands where a table could
        if module is not None and table and not model.files[access.at].is_test:
            by_table[table.lower()][module].append(access)
    for table, users in by_table.items():
        owner = _owner(model, table, users)
        if owner is None:
            continue
        for module, accesses in users.items():
            if module == owner or not _is_beside(module, owner):
                continue
            seen = _of_owner(model, table, owner, users)
            written = [
                a
                for a in accesses
                if _writes(model, a)
                and model.modules.program(model.files[a.at].path) == model.modules.program(seen.file)
            ]
            if written:
                past = next((a for a in written if a.entity is None or _statement(model, a) is not None), written[0])
                hit = _hit(model, table, owner, module, past, seen)
                if _is_common(model, table, past) or _is_guessed(model, table, past):
                    yield replace(hit, tier=Tier.STRICT)
                elif past.entity is not None and _statement(model, past) is None:
                    yield replace(hit, confidence=Confidence.LOW)  # by the class that the owner offers for it
                elif _is_made_elsewhere(model, table, owner):
                    yield replace(hit, confidence=Confidence.LOW)  # one place makes the tables of all
                else:
                    yield hit


def _is_made_elsewhere(model: Model, table: str, owner: str) -> bool:
    """Whether SQL outside of a module creates the table that it seems to own, where no class says whose it is."""
    if model.data.by_name.get(table) is not None:
        return False
    name = table.rpartition(".")[2]
    made = re.compile(
        rf"create\s+table\s+(?:if\s+not\s+exists\s+)?(?:\w+\.)?[\"`\[]?{re.escape(name)}\b", re.IGNORECASE
    )
    places = [path for path, text in model.texts.items() if path.endswith(".sql") and made.search(text)]
    last = owner.rpartition("/")[2]
    return bool(places) and not any(last in path.split("/") for path in places)


def _is_common(model: Model, table: str, access: Access) -> bool:
    """Whether one schema declares all tables for all modules (Prisma, Knex), so that who owns one is only a guess by its name."""
    return (
        access.entity is None
        and model.data.by_name.get(table) is None
        and model.files[access.at].language == "javascript"
        and _statement(model, access) is None
    )


def _is_guessed(model: Model, table: str, access: Access) -> bool:
    """Whether a table has only the name of a variable that something is done to: `queryset.update()`, `obj.delete()`."""
    return (
        access.entity is None
        and model.data.by_name.get(table) is None
        and model.files[access.at].language == "python"
        and _statement(model, access) is None
        and not any(_OF_COLLECTION.search(model.files[access.at].calls[n].name) for n in access.calls)
    )


def _is_beside(module: str, owner: str) -> bool:
    """Whether two modules are parts beside each other: neither holds the other, neither is a technical layer or the place where all is put together."""
    names = [name.rpartition("/")[2].lower() for name in (module, owner)]
    return (
        not any(name in TECHNICAL or name == "." for name in names)
        and not module.startswith(f"{owner}/")
        and not owner.startswith(f"{module}/")
    )


def _owner(model: Model, table: str, users: dict[str, list[Access]]) -> str | None:
    """The module that declares the entity; else the one whose name is in the table's, else the one that uses it in most places."""
    cls = model.data.by_name.get(table) or next(
        (a.entity for all_ in users.values() for a in all_ if a.entity is not None), None
    )
    if cls is not None:
        module = model.modules.of_file.get(cls.file, "")
        return module if module and module.rpartition("/")[2].lower() not in TECHNICAL else None
    if len(users) < 2:
        return None
    named = [m for m in users if m.rpartition("/")[2].lower().rstrip("s") in table or table.rstrip("s") in m.lower()]
    if len(named) == 1:
        return named[0]
    writes = Counter({m: sum(_writes(model, a) for a in all_) for m, all_ in users.items()})
    places = Counter({m: len(all_) for m, all_ in users.items()})
    best = max(users, key=lambda m: (places[m], writes[m], m))
    if places[best] == min(places.values()) or best.rpartition("/")[2].lower() in TECHNICAL:
        return None
    return best


def _of_owner(model: Model, table: str, owner: str, users: dict[str, list[Access]]) -> Spot:
    """Where the owner is seen to own it: its own access, or the entity."""
    name = owner.rpartition("/")[2]
    if users.get(owner):
        return Spot(
            model.files[users[owner][0].at].path, users[owner][0].line, f"{name}, whose table it is, has its own access"
        )
    cls = model.data.by_name.get(table) or next(
        a.entity for all_ in users.values() for a in all_ if a.entity is not None
    )
    return Spot(model.files[cls.file].path, model.project.class_(cls).line, f"{name} declares what is stored in it")


def _writes(model: Model, access: Access) -> bool:
    text = _statement(model, access)
    if text is not None:
        return text.text.strip().lower().startswith(WRITES)
    return access.op == "write"


def _named(model: Model, access: Access) -> str:
    """The table that a statement changes, where the access does not know it."""
    text = _statement(model, access)
    found = CHANGED.match(text.text) if text is not None else None
    return found[1] if found else ""


def _statement(model: Model, access: Access) -> Arg | None:
    """The SQL of an access: an argument, what `text("...")` holds, or what was put into a variable of the function or file."""
    file = model.files[access.at]
    for number in access.calls:
        for value in _flat(file.calls[number].args[:3]):
            if value.kind in TEXTS and STATEMENT.match(value.text):
                return value
            if value.kind == "name" and value.text.isidentifier():
                for fn in (*model.enclosing(access.at, access.fn), -1) if access.fn >= 0 else (-1,):
                    for assign in model.project.assigned[access.at].get((fn, value.text), ()):
                        if assign.value.kind in TEXTS and STATEMENT.match(assign.value.text):
                            return Arg(assign.value.kind, assign.value.text, line=assign.line)
    return None


def _flat(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        yield value
        if value.kind == "call":
            yield from (Arg(each.kind, each.text, line=each.line or value.line) for each in value.items[:1])


def _hit(model: Model, table: str, owner: str, module: str, access: Access, owned: Spot) -> Hit:
    fn = Fn(access.at, model.named(access.at, access.fn))
    file = model.files[access.at].path
    text = _statement(model, access)
    line = text.line if text is not None and text.line else access.line
    first, second = module.rpartition("/")[2], owner.rpartition("/")[2]
    path = (*(model.path_to(fn) if access.fn >= 0 else ()), Spot(file, line, f"{first} writes {table}"), owned)
    return Hit(
        access.at,
        line,
        f"{first} writes the table {table}, which belongs to {second}",
        access.fn,
        path,
        key=f"{module} {table}",
    )
