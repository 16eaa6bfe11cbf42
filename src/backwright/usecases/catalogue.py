"""The catalog and a person's rows as lists that programs page through; not a verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from backwright.model.errors import NotFound
from backwright.model.evidence import Evidence
from backwright.model.role import Path, Role, Technology
from backwright.model.skill import Skill, Source
from backwright.usecases import explain
from backwright.usecases.explain import RuleRow
from backwright.usecases.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from backwright.usecases.bench import Bench

PAGE, PAGE_MAX = (
    50,
    200,
)  # entries of a page; a role has about 20 kB, so that a page stays below 4 MB
T = TypeVar("T")


@dataclass(frozen=True)
class Collection:
    """A list of the catalog.

    Attributes:
        one: What an entry is called.
        kind: The dataclass of an entry; it has an id.
        entries: The entries by id.
        in_content: Whether it changes with the content only, whose digest then says if it did.
    """

    name: str
    one: str
    summary: str
    kind: type
    entries: Callable[[Bench], Mapping[Any, Any]]
    in_content: bool = True


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some entries of a list, in order of their ids.

    Attributes:
        total: Of the whole list.
        next: The id after which the next page begins, "" if this is the last.
    """

    items: tuple[T, ...]
    total: int
    next: str


COLLECTIONS = (
    Collection(
        "roles",
        "role",
        "Roles with their targets, technologies and progression",
        Role,
        lambda bench: bench.catalog.roles,
    ),
    Collection(
        "skills",
        "skill",
        "Skills with what they need, hours and resources",
        Skill,
        lambda bench: bench.catalog.skills,
    ),
    Collection(
        "technologies",
        "technology",
        "Technologies: what for, when not, which skills",
        Technology,
        lambda bench: bench.catalog.technologies,
    ),
    Collection(
        "paths",
        "path",
        "Learning paths with their stages",
        Path,
        lambda bench: bench.catalog.paths,
    ),
    Collection(
        "rules",
        "rule",
        "Rules of the review, with severity and skill",
        RuleRow,
        lambda bench: {row.id: row for row in _rules(bench)},
        in_content=False,
    ),
    Collection(
        "sources",
        "source",
        "Sources that lessons and facts cite",
        Source,
        lambda bench: bench.catalog.sources,
    ),
)


def page_of(collection: Collection, bench: Bench, after: str, limit: int) -> Page[Any]:
    """Return the entries whose ids come after one, at most `limit`."""
    entries = collection.entries(bench)
    ids = sorted(entries)
    chosen, following = _cut([each for each in ids if each > after], limit)
    return Page(tuple(entries[each] for each in chosen), len(ids), following)


def entry_of(collection: Collection, bench: Bench, entry_id: str) -> Any:  # noqa: ANN401  (an entry's dataclass)
    """Return one entry; NotFound names the nearest ids."""
    entries = collection.entries(bench)
    if entry_id not in entries:
        close = ", ".join(nearest(entry_id[:80], list(entries)))
        raise NotFound(
            f"no {collection.one} is called '{entry_id[:80]}'",
            detail=f"nearest: {close}" if close else "",
        )
    return entries[entry_id]


def evidence_after(bench: Bench, after: str, limit: int) -> Page[Evidence]:
    """Return the person's rows recorded after one, oldest first."""
    rows = bench.store.rows(bench.profile)
    chosen, following = _cut([row.id for row in rows if row.id > after], limit)
    wanted = set(chosen)
    return Page(tuple(row for row in rows if row.id in wanted), len(rows), following)


def _cut(ids: list[str], limit: int) -> tuple[list[str], str]:
    chosen = ids[:limit]
    return chosen, chosen[-1] if len(ids) > limit else ""


def _rules(bench: Bench) -> Iterable[RuleRow]:
    found = explain.run(explain.Ask(), bench)
    return found.rules if isinstance(found, explain.RuleList) else ()
