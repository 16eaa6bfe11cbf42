"""What each level of an interview asks, and how its parts weigh.

Published rubrics agree on the parts (scope, estimates, high-level design, depth, trade-offs) and on what moves with the
level: breadth first, then depth, then what the candidate raises unasked. The weights below are our judgement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backwright.model.case import LEVELS, Case, Estimate, Level, Point, Prompt

FAILURES_MAX = 2  # injections in one interview
KNOWLEDGE_QUESTIONS = 5
# Share of the checklist half by part: (scope, design, failure, follow-up).
WEIGHTS: Mapping[Level, tuple[float, float, float, float]] = {
    "junior": (0.25, 0.50, 0.10, 0.15),
    "mid": (0.20, 0.45, 0.15, 0.20),
    "senior": (0.20, 0.35, 0.20, 0.25),
    "staff": (0.15, 0.30, 0.25, 0.30),
}
SHIFT: Mapping[Level, int] = {
    "junior": -1,
    "mid": 0,
    "senior": 1,
    "staff": 1,
}  # of a role's targets
TARGET_FROM: Mapping[Level, int] = {"junior": 2, "mid": 3, "senior": 3, "staff": 4}
ABOUT: Mapping[Level, str] = {
    "junior": "a working design for the main path, with numbers of the right size",
    "mid": "a working design with right numbers, and where it breaks first",
    "senior": "a design that survives, what fails first, who notices, what it costs",
    "staff": "all that a senior shows, and what not to build, how it grows, who has to agree",
}


@dataclass(frozen=True)
class Asked:
    """What is asked of a candidate of one level, in order."""

    scope: tuple[Point, ...]
    estimates: tuple[Estimate, ...]
    design: tuple[Point, ...]
    failures: tuple[Prompt, ...]
    follow_ups: tuple[Prompt, ...]


def rank(level: Level) -> int:
    """Return 0 for junior to 3 for staff."""
    return LEVELS.index(level)


def asked_of(case: Case, level: Level) -> Asked:
    """Return what a case asks at a level: prompts up to it; points above it count only if met."""
    top = rank(level)
    failures = [p for p in case.failures if rank(p.level) <= top]
    follow_ups = [p for p in case.follow_ups if top - 1 <= rank(p.level) <= top]
    return Asked(
        case.scope,
        tuple(e for e in case.estimates if rank(e.level) <= top),
        case.design,
        tuple(failures[-FAILURES_MAX:]),
        tuple(sorted(follow_ups, key=lambda p: rank(p.level))),
    )


def is_expected(point: Point, level: Level) -> bool:
    """Whether a point is expected at a level."""
    return rank(point.level) <= rank(level)


def share_met(met: Iterable[bool]) -> float | None:
    """Return the share of points that are met; None without any."""
    listed = list(met)
    return sum(listed) / len(listed) if listed else None


def weighed(level: Level, shares: Iterable[float | None]) -> float | None:
    """Return the checklist half: the parts' shares by the level's weights; parts not asked do not count."""
    pairs = [(w, s) for w, s in zip(WEIGHTS[level], shares, strict=True) if s is not None]
    total = sum(weight for weight, _ in pairs)
    return sum(weight * share for weight, share in pairs) / total if total else None
