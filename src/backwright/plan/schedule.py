"""Order and hours to dates: P50 and P80 for each step, what to drop for a deadline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backwright.catalog import Catalog
from backwright.model.mastery import Mastery, State
from backwright.model.plan import Plan, Step
from backwright.model.role import Target
from backwright.model.skill import SkillId
from backwright.plan.goal import Goal
from backwright.plan.hours import REVIEWS, Effort, Pace, full_hours, p80, total
from backwright.plan.order import study_order
from backwright.plan.transfer import efforts_left, reached, whole_efforts

WEEKS_PER_MONTH = 365.25 / 12 / 7
EVEN = 0.5
ROUNDING = 1e-9  # of a day: sums of hours are not exact


@dataclass(frozen=True)
class Learner:
    """What the schedule needs to know of a person.

    Attributes:
        hours_per_week: Hours they can study.
        started: Skills begun but not finished, in the order of beginning.
    """

    mastery: Mastery
    hours_per_week: float
    pace: Pace
    started: tuple[SkillId, ...] = ()


def plan_for(catalog: Catalog, goal: Goal, learner: Learner, start: date) -> Plan:
    """Return the dated plan. The same state gives the same plan, to the byte."""
    left = efforts_left(catalog, goal, learner.mastery)
    order = study_order(catalog, goal.targets, left, learner.started, goal.track)
    steps = _steps(catalog, goal, learner, left, order, start)
    whole = total(left[skill] for skill in order)
    zero = sum(
        full_hours(catalog.skills[skill], target.level, catalog.profile.effort)
        for skill, target in goal.targets.items()
    )
    return Plan(
        steps=tuple(steps),
        start=start,
        end_p50=steps[-1].end_p50 if steps else start,
        end_p80=steps[-1].end_p80 if steps else start,
        hours=whole.hours * learner.pace.median,
        hours_p80=p80(whole.hours, whole.variance, learner.pace),
        hours_zero=zero,
        pace=learner.pace.median,
        pace_spread=learner.pace.spread,
        logged=learner.pace.logged,
    )


def _steps(
    catalog: Catalog,
    goal: Goal,
    learner: Learner,
    left: Mapping[SkillId, Effort],
    order: Sequence[SkillId],
    start: date,
) -> list[Step]:
    steps, done = [], Effort(0.0, 0.0)
    in_plan = set(order)
    pace, per_week = learner.pace.median, learner.hours_per_week
    for skill in order:
        before, done = done, total((done, left[skill]))
        effort = left[skill]
        opens = tuple(s for s in order if skill in _needs(catalog, s, goal.track) and s in in_plan)
        steps.append(
            Step(
                skill=skill,
                name=catalog.skills[skill].name,
                level=goal.targets[skill].level,
                weight=goal.targets[skill].weight,
                hours=effort.hours * learner.pace.median,
                hours_p80=p80(effort.hours, effort.variance, learner.pace),
                start_p50=on_day(start, before.hours * pace, per_week, ends=False),
                end_p50=on_day(start, done.hours * pace, per_week, ends=True),
                end_p80=on_day(
                    start, p80(done.hours, done.variance, learner.pace), per_week, ends=True
                ),
                why=_why(catalog, goal, learner, skill, opens),
                opens=opens,
                started=skill in learner.started,
            )
        )
    return steps


def on_day(start: date, hours: float, hours_per_week: float, *, ends: bool) -> date:
    """Return the day on which the next hour begins, or on which the last of so many hours ends.

    Hours are spread evenly over the week, with the share for reviews kept free; the first day is
    the start itself.
    """
    days = hours / (hours_per_week * (1 - REVIEWS)) * 7
    number = max(0, math.ceil(days - ROUNDING) - 1) if ends else math.floor(days + ROUNDING)
    try:
        return start + timedelta(days=number)
    except OverflowError:
        return date.max


def weeks(hours: float, hours_per_week: float) -> float:
    """Return the weeks that so many hours take, reviews included."""
    return hours / (hours_per_week * (1 - REVIEWS))


def _needs(catalog: Catalog, skill: SkillId, track: str) -> set[SkillId]:
    return {catalog.resolve(need.skill, track) for need in catalog.skills[skill].needs}


def _why(
    catalog: Catalog, goal: Goal, learner: Learner, skill: SkillId, opens: Sequence[SkillId]
) -> str:
    """Return why the step is there and stands here, in a few words."""
    known = learner.mastery.of(skill)
    reasons = []
    if skill in learner.started:
        reasons.append("begun")
    elif learner.mastery.is_measured:
        share = f"{known.probability:.0%}".replace("%", " %")
        if known.state is State.UNKNOWN:
            word = "you may know it" if known.probability >= EVEN else "probably new"
            reasons.append(f"{word} ({share})")
        elif known.evidence:
            reasons.append(
                f"a gap ({share})" if known.state is State.GAP else f"to expert ({share})"
            )
    weight = goal.targets[skill].weight
    if weight:
        reasons.append({3: "defines the role", 2: "needed", 1: "expected"}[weight])
    if opens:
        more = f" and {len(opens) - 1} more" if len(opens) > 1 else ""
        reasons.append(f"leads to {catalog.skills[opens[0]].name}{more}")
    elif not weight:
        reasons.append("rests under the rest")
    return "; ".join(reasons)


@dataclass(frozen=True)
class Cut:
    """What a deadline leaves.

    Attributes:
        keep: Targets that fit, prerequisites and met ones included.
        dropped: Named targets left out, least important first.
        hours_left: Hours until the deadline, reviews kept free.
        hours_per_week_p50, hours_per_week_p80: What the whole plan would take instead.
    """

    keep: Mapping[SkillId, Target]
    dropped: tuple[SkillId, ...]
    hours_left: float
    hours_per_week_p50: float
    hours_per_week_p80: float


def cut_to(catalog: Catalog, goal: Goal, learner: Learner, start: date, deadline: date) -> Cut:
    """Return what to leave out so that the expected hours fit before the deadline.

    Whole targets go, the least important first (useful, needed, defining; the dearest first among
    equals), each with the prerequisites that nothing else needs. What then still fits comes back,
    the most important first.
    """
    left = whole_efforts(catalog, goal, learner.mastery)
    days = (deadline - start).days
    budget = days / 7 * learner.hours_per_week * (1 - REVIEWS)
    named = goal.named
    by_importance = sorted(named, key=lambda s: (named[s].weight, -left[s].hours, s))
    candidates = [skill for skill in by_importance if left[skill].hours > 0]
    needed = reached(catalog, goal, left, candidates)
    whole = total(left[skill] for skill in needed)
    dropped: list[SkillId] = []
    for skill in candidates:
        if sum(left[s].hours for s in needed) * learner.pace.median <= budget:
            break
        dropped.append(skill)
        needed = reached(catalog, goal, left, [s for s in candidates if s not in dropped])
    for skill in sorted(dropped, key=lambda s: (-named[s].weight, left[s].hours, s)):
        more = reached(catalog, goal, left, [s for s in candidates if s in needed or s == skill])
        if sum(left[s].hours for s in more) * learner.pace.median <= budget:
            needed = more
    kept = {s: t for s, t in goal.targets.items() if s in needed or left[s].hours == 0}
    weeks_left = max(days / 7, 1 / 7)
    return Cut(
        keep=kept,
        dropped=tuple(s for s in dropped if s not in kept),
        hours_left=budget,
        hours_per_week_p50=whole.hours * learner.pace.median / weeks_left / (1 - REVIEWS),
        hours_per_week_p80=p80(whole.hours, whole.variance, learner.pace)
        / weeks_left
        / (1 - REVIEWS),
    )
