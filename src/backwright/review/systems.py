"""The system in one picture: how many endpoints, tables, calls, services, and which frameworks."""

from collections import Counter
from dataclasses import dataclass

from backwright.review.link.model import Model

JOBS = frozenset({"consume", "schedule"})


@dataclass(frozen=True)
class System:
    """Counts over everything that was linked.

    Attributes:
        with_login, open, unknown: Endpoints by what stands before them.
        languages: With their lines, most first.
    """

    endpoints: int
    with_login: int
    open: int
    unknown: int
    limited: int
    entities: int
    tables: int
    queries: int
    outgoing: int
    jobs: int
    modules: int
    frameworks: tuple[str, ...]
    libraries: tuple[str, ...]
    languages: tuple[tuple[str, int], ...]


UNKNOWN = System(*(0,) * 11, frameworks=(), libraries=(), languages=())


def system_of(model: Model) -> System:
    """Return the picture of a linked repository."""
    endpoints = model.endpoints
    lines: Counter[str] = Counter()
    for number in model.own:
        lines[model.files[number].language] += model.files[number].lines
    accesses = [a for a in model.data.accesses if not model.files[a.at].is_test]
    does = [d for at in model.own for told in model.effects.of_call[at].values() for d in told]
    return System(
        endpoints=len(endpoints),
        with_login=sum(e.auth is True for e in endpoints),
        open=sum(e.auth is False for e in endpoints),
        unknown=sum(e.auth is None for e in endpoints),
        limited=sum(e.limited is True for e in endpoints),
        entities=len(model.data.entities),
        tables=len({a.table for a in accesses if a.table}),
        queries=len(accesses),
        outgoing=sum(d.does == "outgoing" for d in does),
        jobs=sum(d.does in JOBS for d in does),
        modules=len(model.modules.graph),
        frameworks=tuple(name for name, _ in Counter(e.framework for e in endpoints).most_common(6)),
        libraries=tuple(name for name, _ in Counter(a.library for a in accesses if a.library).most_common(6)),
        languages=tuple(lines.most_common()),
    )
