"""A dated plan: steps in order, each with its hours and two dates, and why it is there."""

from dataclasses import dataclass
from datetime import date

from backwright.model.skill import SkillId


@dataclass(frozen=True)
class Step:
    """One skill to learn.

    Attributes:
        level: Target: 2 guided, 3 unaided, 4 expert.
        hours: Expected hours left (P50), from what is known of the person.
        hours_p80: Hours that suffice with 8 chances in 10, for this step alone.
        start_p50, end_p50, end_p80: Dates at the given hours a week.
        why: Why it stands here: what it unlocks, what it rests on.
        opens: Skills of the plan that this one unlocks directly.
        weight: 3 defining, 2 needed, 1 useful, 0 a prerequisite of those.
        started: Whether the person has begun it; started steps never move.
    """

    skill: SkillId
    name: str
    level: int
    weight: int
    hours: float
    hours_p80: float
    start_p50: date
    end_p50: date
    end_p80: date
    why: str
    opens: tuple[SkillId, ...] = ()
    started: bool = False


@dataclass(frozen=True)
class Plan:
    """Every step to a goal.

    Attributes:
        hours, hours_p80: All steps together.
        hours_zero: What the goal costs somebody who knows nothing.
        pace: The person's hours per estimated hour (1 = as estimated), with its spread (log sd).
        logged: Finished steps that pace was learned from.
    """

    steps: tuple[Step, ...]
    start: date
    end_p50: date
    end_p80: date
    hours: float
    hours_p80: float
    hours_zero: float
    pace: float
    pace_spread: float
    logged: int
