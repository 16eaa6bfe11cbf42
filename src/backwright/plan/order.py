"""In which order: prerequisites first; what is begun first of all; then what the goal hangs on."""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from backwright.catalog import Catalog
from backwright.model.role import Target
from backwright.model.skill import SkillId
from backwright.plan.hours import Effort

STREAK_MAX = 2  # steps of one domain in a row, where there is a choice
RESTING = 0.5  # share of the weight of what rests on a skill that counts for the skill itself
HOURS_MIN = 0.5  # a step of less than half an hour is no step


def study_order(
    catalog: Catalog,
    targets: Mapping[SkillId, Target],
    left: Mapping[SkillId, Effort],
    started: Sequence[SkillId],
    track: str,
) -> list[SkillId]:
    """Return the skills that cost time, in the order to learn them. Deterministic.

    List scheduling: among the skills whose prerequisites are done, take one that is begun (in the
    order of beginning), else the best by (leads to a defining skill, level, weight x gain per
    hour), and change the domain after two in a row.
    """
    open_ = {skill for skill in targets if left[skill].hours >= HOURS_MIN}
    needs = {skill: _open_needs(catalog, skill, open_, track) for skill in open_}
    critical = _leads_to_defining(targets, needs)
    worth = _worth(targets, needs, left)
    begun = {skill: number for number, skill in enumerate(started)}
    order: list[SkillId] = []
    while open_:
        ready = sorted(skill for skill in open_ if not needs[skill] & open_)
        tired = _tired_of(catalog, order)
        best = min(
            ready,
            key=lambda skill: (
                begun.get(skill, len(begun)),
                catalog.skills[skill].domain == tired,
                skill not in critical,
                catalog.skills[skill].level,
                -worth[skill],
                skill,
            ),
        )
        order.append(best)
        open_.remove(best)
    return order


def _open_needs(
    catalog: Catalog, skill: SkillId, open_: AbstractSet[SkillId], track: str
) -> set[SkillId]:
    return {
        real
        for need in catalog.skills[skill].needs
        if (real := catalog.resolve(need.skill, track)) in open_ and real != skill
    }


def _leads_to_defining(
    targets: Mapping[SkillId, Target], needs: Mapping[SkillId, set[SkillId]]
) -> set[SkillId]:
    """Return the open skills that define the role or stand below one that does."""
    found: set[SkillId] = set()
    queue = [skill for skill in needs if targets[skill].weight == 3]
    while queue:
        skill = queue.pop()
        if skill not in found:
            found.add(skill)
            queue.extend(needs[skill])
    return found


def _worth(
    targets: Mapping[SkillId, Target],
    needs: Mapping[SkillId, set[SkillId]],
    left: Mapping[SkillId, Effort],
) -> dict[SkillId, float]:
    """Return (own weight + half the weight of all that rests on it) / square root of the hours.

    What much rests on comes early even if it is long; among equals the shorter one comes first.
    """
    above: dict[SkillId, set[SkillId]] = {skill: set() for skill in needs}
    for skill in needs:
        queue, seen = list(needs[skill]), set[SkillId]()
        while queue:
            below = queue.pop()
            if below not in seen:
                seen.add(below)
                above[below].add(skill)
                queue += needs[below]
    return {
        skill: (targets[skill].weight + RESTING * sum(targets[s].weight for s in above[skill]))
        / math.sqrt(max(HOURS_MIN, left[skill].hours))
        for skill in needs
    }


def _tired_of(catalog: Catalog, order: Sequence[SkillId]) -> str:
    """Return the domain of the last two steps if they share one, else ""."""
    last = {catalog.skills[skill].domain for skill in order[-STREAK_MAX:]}
    return last.pop() if len(order) >= STREAK_MAX and len(last) == 1 else ""
