"""From a role to what has to be learned: targets of a band, choices resolved, prerequisites added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backwright.catalog import Catalog
from backwright.model.role import Role, Target
from backwright.model.skill import SkillId

PREREQUISITE_LEVEL = 2  # what unlocks is enough: guided
LEVEL_MIN, LEVEL_MAX = 2, 4
SHIFTED_WEIGHT = 2  # a band moves what defines the role or is needed, not what is merely useful


@dataclass(frozen=True)
class Goal:
    """Skills to reach, prerequisites first, each with its target; weight 0 is a prerequisite only."""

    targets: Mapping[SkillId, Target]
    track: str

    @property
    def named(self) -> dict[SkillId, Target]:
        """The targets that the role itself names."""
        return {skill: target for skill, target in self.targets.items() if target.weight}


def targets_of(role: Role, shift: int) -> dict[SkillId, Target]:
    """Return the role's targets in a band: `shift` levels up or down, kept within 2..4."""
    return {
        skill: Target(
            min(LEVEL_MAX, max(LEVEL_MIN, target.level + shift))
            if target.weight >= SHIFTED_WEIGHT
            else target.level,
            target.weight,
        )
        for skill, target in role.targets.items()
    }


def goal_of(catalog: Catalog, targets: Mapping[SkillId, Target], track: str) -> Goal:
    """Return the targets with choices resolved to the track and all prerequisites added."""
    resolved: dict[SkillId, Target] = {}
    for skill, target in targets.items():
        real = catalog.resolve(skill, track)
        old = resolved.get(real, Target(0, 0))
        resolved[real] = Target(max(old.level, target.level), max(old.weight, target.weight))
    order = catalog.closure(resolved, track)
    below = Target(PREREQUISITE_LEVEL, 0)
    return Goal({skill: resolved.get(skill, below) for skill in order}, track)


def skills_goal(catalog: Catalog, skills: Iterable[SkillId], track: str, level: int = 3) -> Goal:
    """Return the goal of mastering these skills, as a path asks for."""
    return goal_of(catalog, {skill: Target(level, 2) for skill in skills}, track)
