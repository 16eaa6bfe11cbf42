"""shared-table: a module writes a table that another module owns, past what that module offers."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.modules import TECHNICAL
from backwright.review.link.project import Fn
from backwright.review.rules.rule import Hit

WRITES = ("insert", "update", "delete", "merge", "replace")


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each module and foreign table."""
    by_table: dict[str, dict[str, list[Access]]] = defaultdict(lambda: defaultdict(list))
    for access in model.data.accesses:
        module = model.modules.of_file.get(access.at)
        if module is not None and access.table and not model.files[access.at].is_test:
            by_table[access.table.lower()][module].append(access)
    for table, users in by_table.items():
        owner = _owner(model, table, users)
        if owner is None:
            continue
        for module, accesses in users.items():
            own_name = module.rpartition("/")[2].lower()
            if module == owner or own_name in TECHNICAL or module.startswith(f"{owner}/") or owner.startswith(f"{module}/"):
                continue
            written = [a for a in accesses if _writes(model, a)]
            if written:
                yield _hit(model, table, owner, module, written[0], users[owner])


def _owner(model: Model, table: str, users: dict[str, list[Access]]) -> str | None:
    """The module that declares the entity; else the one whose name is in the table's, else the one that writes it most."""
    if len(users) < 2:
        return None
    cls = model.data.by_name.get(table) or next((a.entity for all_ in users.values() for a in all_ if a.entity is not None), None)
    if cls is not None:
        module = model.modules.of_file.get(cls.file, "")
        return module if module in users and module.rpartition("/")[2].lower() not in TECHNICAL else None
    named = [m for m in users if m.rpartition("/")[2].lower().rstrip("s") in table or table.rstrip("s") in m.lower()]
    if len(named) == 1:
        return named[0]
    writes = Counter({m: sum(_writes(model, a) for a in all_) for m, all_ in users.items()})
    places = Counter({m: len(all_) for m, all_ in users.items()})
    best = max(users, key=lambda m: (places[m], writes[m], m))
    if places[best] == min(places.values()) or best.rpartition("/")[2].lower() in TECHNICAL:
        return None
    return best


def _writes(model: Model, access: Access) -> bool:
    if access.op == "write":
        return True
    if access.op != "raw":
        return False
    calls = model.files[access.at].calls
    return any(_sql(calls[number]) for number in access.calls)


def _sql(call: Call) -> bool:
    return any(value.kind in ("str", "fmt", "concat") and value.text.strip().lower().startswith(WRITES) for value in call.args)


def _hit(model: Model, table: str, owner: str, module: str, access: Access, owned: list[Access]) -> Hit:
    fn = Fn(access.at, model.named(access.at, access.fn))
    file = model.files[access.at].path
    other = owned[0]
    path = (
        *model.path_to(fn),
        Spot(file, access.line, f"{module} writes {table}"),
        Spot(model.files[other.at].path, other.line, f"{owner}, whose table it is, has its own access"),
    )
    first, second = module.rpartition("/")[2], owner.rpartition("/")[2]
    return Hit(access.at, access.line, f"{first} writes the table {table}, which belongs to {second}", access.fn, path, key=f"{module} {table}")
