"""Where each skill stands on the map: columns by what it still needs, bands by domain.

The steps are those of layered drawing (Sugiyama, Tagawa, Toda 1981): layers by longest path, then
orders by barycentres, here with each domain kept together. A library that orders every layer freely
(fast-sugiyama 0.5) had more crossings on 4 of 5 plans once its order was cut into domains.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from backwright.model.skill import SkillId
from backwright.plan.route import RouteSkill

# Orders stop improving after about ten sweeps on our roles of 60 to 90 skills.
SWEEPS = 24


@dataclass(frozen=True)
class Band:
    """The rows of one domain, `height` of them from row `top` on; none if all of it is done."""

    domain: str
    top: int
    height: int


@dataclass(frozen=True)
class Layout:
    """A place for every skill that is not done.

    Attributes:
        column: Longest way from what is done: 0 can be begun now.
        row: Counted through all bands; no two skills of a column share one.
        edges: (what is needed, what needs it), both on the map.
    """

    column: Mapping[SkillId, int]
    row: Mapping[SkillId, int]
    bands: tuple[Band, ...]
    edges: tuple[tuple[SkillId, SkillId], ...]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return max(self.column.values(), default=-1) + 1


def arrange(skills: Mapping[SkillId, RouteSkill]) -> Layout:
    """Return the layout with the shortest lines that a fixed number of sweeps finds.

    `skills` come prerequisites first. Domains that are done as a whole keep a band without rows,
    after the others.
    """
    left = {skill: about for skill, about in skills.items() if about.state != "done"}
    edges = tuple((need, skill) for skill in left for need in left[skill].needs if need in left)
    column = _columns(left)
    near: dict[SkillId, list[SkillId]] = {skill: [] for skill in left}
    for need, skill in edges:
        near[need].append(skill)
        near[skill].append(need)

    domains = list(dict.fromkeys(about.domain for about in left.values()))
    place = {skill: float(index) for index, skill in enumerate(left)}
    best = _stack(left, column, domains, place)
    row = best[0]
    for _ in range(SWEEPS):
        place = {s: fmean(row[n] for n in near[s]) if near[s] else float(row[s]) for s in left}
        domains.sort(key=_middle(left, place))
        stacked = _stack(left, column, domains, place)
        row = stacked[0]
        best = min(best, stacked, key=lambda found: _length(edges, found[0]))
    row, bands = best
    folded = dict.fromkeys(about.domain for about in skills.values())
    height = sum(band.height for band in bands)
    rest = [Band(domain, height, 0) for domain in folded if domain not in domains]
    return Layout(column, row, (*bands, *rest), edges)


def _columns(skills: Mapping[SkillId, RouteSkill]) -> dict[SkillId, int]:
    columns: dict[SkillId, int] = {}
    for skill, about in skills.items():
        columns[skill] = max(
            (columns[need] + 1 for need in about.needs if need in columns), default=0
        )
    return columns


def _middle(
    skills: Mapping[SkillId, RouteSkill], place: Mapping[SkillId, float]
) -> Callable[[str], float]:
    def middle(domain: str) -> float:
        return fmean(place[skill] for skill, about in skills.items() if about.domain == domain)

    return middle


def _stack(
    skills: Mapping[SkillId, RouteSkill],
    column: Mapping[SkillId, int],
    domains: Sequence[str],
    place: Mapping[SkillId, float],
) -> tuple[dict[SkillId, int], tuple[Band, ...]]:
    """Return rows and bands: domains in order, each cell of a column sorted by `place`."""
    rows: dict[SkillId, int] = {}
    bands = []
    top = 0
    for domain in domains:
        used: dict[int, int] = {}
        own = [skill for skill, about in skills.items() if about.domain == domain]
        for skill in sorted(own, key=place.__getitem__):
            rows[skill] = top + used.get(column[skill], 0)
            used[column[skill]] = rows[skill] - top + 1
        bands.append(Band(domain, top, max(used.values())))
        top += bands[-1].height
    return rows, tuple(bands)


def _length(edges: Sequence[tuple[SkillId, SkillId]], row: Mapping[SkillId, int]) -> int:
    """Return how many rows all lines go up and down."""
    return sum(abs(row[need] - row[skill]) for need, skill in edges)
