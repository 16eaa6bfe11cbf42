"""What JPA loads at once: a list mapped as EAGER, and the side of a one-to-one that has no key, with one more query for each row."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.data import Access
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.link.related import Related
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.jpacaches import LOADS_TOGETHER, JpaCaches
from backwright.review.rules.lazily import Lazily, plain
from backwright.review.rules.rule import Hit

LIBRARIES = frozenset({"JPA", "Hibernate", "Spring Data", "Panache"})
PLACES_MAX = 12  # queries named in one finding
# What gives whole entities: `select o from Order o`, `from Order o`.
_WHOLE = regex(r"\s*(select\s+(distinct\s+)?(\w+)\s+from\s+\w+\s+(as\s+)?\3\b|from\s+\w+)", re.IGNORECASE)


def eager_lists(model: Model, asking: Asking, lazily: Lazily) -> Iterator[Hit]:
    """Yield each list that is mapped as EAGER and that queries of its owner do not join, once for all these queries."""
    by_entity: dict[Cls, list[Access]] = defaultdict(list)
    for access in model.data.accesses:
        if access.entity is not None and _reads_entities(model, asking, access):
            by_entity[access.entity].append(access)
    if not by_entity or JpaCaches(model).loads_in_batches:
        return
    eager = {cls: found for cls in model.data.entities if (found := _eager(model, cls))}
    for cls, relations in eager.items():
        above = [owner for owner, held in eager.items() if owner != cls and any(each.target == cls for each in held)]
        told: set[bool] = set()
        for related in relations:
            if not related.is_many and related.is_many in told:
                continue  # one-to-ones of one entity are one mistake
            asked = [
                access
                for entity in (cls, *above)  # the rows of an eager list have their own eager lists
                for access in by_entity.get(entity, ())
                if not _joins(asking, lazily, access, related.name)
            ]
            if asked:
                told.add(related.is_many)
                yield _hit(model, cls, related, asked)


def _reads_entities(model: Model, asking: Asking, access: Access) -> bool:
    """Whether a query gives many entities to a request."""
    if access.library not in LIBRARIES or access.op == "write" or not access.many:
        return False
    if not model.is_served(Fn(access.at, access.fn)):
        return False
    sql = asking.sql(access)
    return _WHOLE.match(sql) is not None if sql else access.library == "Spring Data"


def _eager(model: Model, cls: Cls) -> list[Related]:
    if model.files[cls.file].language not in ("java", "kotlin"):
        return []
    made = model.project.class_(cls)
    if any(mark.name in LOADS_TOGETHER for mark in made.marks):
        return []
    together = {field.name for field in made.fields if any(mark.name in LOADS_TOGETHER for mark in field.marks)}
    relations = model.data.entities[cls].relations.values()
    inverse = {
        field.name
        for field in made.fields
        for mark in field.marks
        if mark.name == "OneToOne" and any(value.name == "mappedBy" for value in mark.args)
    }
    return [
        each
        for each in relations
        if each.name not in together and ((each.is_many and not each.is_lazy) or each.name in inverse)
    ]


def _joins(asking: Asking, lazily: Lazily, access: Access, name: str) -> bool:
    return re.search(rf"fetch\s+\w+\.{name}\b", asking.sql(access), re.IGNORECASE) is not None or plain(
        name
    ) in lazily.eager_words(access)


def _hit(model: Model, cls: Cls, related: Related, found: list[Access]) -> Hit:
    first = found[0]
    entity = model.project.class_(cls).name
    fn = Fn(first.at, model.named(first.at, first.fn))
    declared = model.endpoint_of(fn)
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    spots = [
        Spot(model.files[each.at].path, each.line, shown(model.files[each.at].calls[each.index]))
        for each in found[: PLACES_MAX + 1]
    ]
    how = "is EAGER" if related.is_many else "is one-to-one and its key is on the other side, so it is never lazy"
    mapped = Spot(model.files[cls.file].path, related.line, f"{entity}.{related.name} {how}")
    more = (
        f" ({len(found) - 1} more queries of it)"
        if len(found) > 2
        else " (one more query of it)"
        if len(found) == 2
        else ""
    )
    return Hit(
        first.at,
        first.line,
        f"{who} runs one query per {entity}: {related.name} {how}, and the query does not join it{more}",
        first.fn,
        (*model.path_to(fn), mapped, *dict.fromkeys(spots)),
        Confidence.MEDIUM,
        key=f"eager:{cls.file}:{cls.index}:{related.name}",
        fix=f'{"Map it as LAZY, and load" if related.is_many else "Load"} {related.name} where it is needed: join fetch in the query, or @EntityGraph(attributePaths = "{related.name}").',
    )
