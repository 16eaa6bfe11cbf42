"""How many hours are left to a target, and how unsure that is.

Hours in the catalog are one author's guess for a median learner. Effort shares per level and the
two spreads below are assumptions (docs/method.md, Time); the person's own pace replaces the first.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backwright.model.mastery import Mastery, SkillMastery
from backwright.model.role import Target
from backwright.model.skill import Skill, SkillId

PACE_SPREAD = 0.5  # sd of log pace between people, before anything is logged
SKILL_SPREAD = 0.6  # sd of log(actual / estimated) of one finished skill
PACE_LOG_MAX = math.log(4)  # one skill says no more than four times as fast or as slow
Z80 = 0.8416  # the standard normal's 80th percentile
REVIEWS = 0.15  # share of study time kept for reviews


@dataclass(frozen=True)
class Pace:
    """Hours this person takes per estimated hour: median, log spread, finished skills behind it."""

    median: float = 1.0
    spread: float = PACE_SPREAD
    logged: int = 0


@dataclass(frozen=True)
class Effort:
    """Hours left on one skill: expected, and the variance that comes from not knowing the state."""

    hours: float
    variance: float


def pace_from(finished: Iterable[tuple[float, float]]) -> Pace:
    """Return the pace learned from (actual, estimated) hours of finished skills.

    Normal prior on log pace (0, PACE_SPREAD), normal noise SKILL_SPREAD: the conjugate update.
    """
    logs = [
        max(-PACE_LOG_MAX, min(PACE_LOG_MAX, math.log(actual / estimated)))
        for actual, estimated in finished
        if actual > 0 < estimated
    ]
    precision = 1 / PACE_SPREAD**2 + len(logs) / SKILL_SPREAD**2
    mean = sum(logs) / SKILL_SPREAD**2 / precision
    return Pace(math.exp(mean), math.sqrt(1 / precision), len(logs))


def full_hours(skill: Skill, level: int, effort: Mapping[int, float]) -> float:
    """Return the hours from "prerequisites met" to the level, for somebody who knows nothing of it."""
    return skill.hours * effort[level]


def effort_left(
    skill: Skill,
    target: Target,
    known: SkillMastery,
    effort: Mapping[int, float],
    *,
    measured: bool,
    saved: float = 0.0,
) -> Effort:
    """Return what is left: with chance p the person is at level 3 already, else starts below.

    A met target costs nothing. Without any measurement the person counts as a beginner.

    Args:
        saved: Share of the hours that other skills save (transfer), 0 to 1.
    """
    full = full_hours(skill, target.level, effort) * (1 - saved)
    if not measured:
        return Effort(full, 0.0)
    if known.meets(target.level):
        return Effort(0.0, 0.0)
    p = known.probability
    rest = max(0.0, full - full_hours(skill, 3, effort) * (1 - saved))
    return Effort((1 - p) * full + p * rest, p * (1 - p) * (full - rest) ** 2)


def p80(hours: float, variance: float, pace: Pace) -> float:
    """Return the hours that suffice with 8 chances in 10, for the sum of some efforts at a pace.

    Log-normal with the pace's spread and the relative spread of the state, added in quadrature.
    """
    if hours <= 0:
        return 0.0
    spread = math.hypot(pace.spread, math.sqrt(variance) / hours)
    return hours * pace.median * math.exp(Z80 * spread)


def total(efforts: Iterable[Effort]) -> Effort:
    """Return the sum of independent efforts."""
    listed: Sequence[Effort] = list(efforts)
    return Effort(sum(e.hours for e in listed), sum(e.variance for e in listed))


def efforts(
    skills: Mapping[SkillId, Skill],
    targets: Mapping[SkillId, Target],
    mastery: Mastery,
    effort: Mapping[int, float],
    saved: Mapping[SkillId, float],
) -> dict[SkillId, Effort]:
    """Return what is left of every target; `saved` is the share that transfer takes off."""
    return {
        skill: effort_left(
            skills[skill],
            target,
            mastery.of(skill),
            effort,
            measured=mastery.is_measured,
            saved=saved.get(skill, 0.0),
        )
        for skill, target in targets.items()
    }
