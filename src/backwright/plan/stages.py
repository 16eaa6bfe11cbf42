"""A plan in the large: what this week holds, when each stage is reached, what is left of each domain."""

from collections.abc import Iterable
from dataclasses import dataclass

from backwright.model.plan import Plan, Step
from backwright.plan.exports.wording import domain_name
from backwright.plan.hours import REVIEWS
from backwright.plan.route import RouteSkill

WEEK_FULL = 0.5  # hours; what is left of a week below that begins nothing new
STAGES = (
    (3, "What defines the role"),
    (2, "All that is needed"),
    (0, "The whole role"),
)  # by the least weight of the skills that are named in it


@dataclass(frozen=True)
class WeekPart:
    """A step, and how many hours of it fall into the first week."""

    skill: str
    name: str
    hours: float


@dataclass(frozen=True)
class Stage:
    """A part of the role by importance, with what leads to it. Dates are ISO.

    Attributes:
        steps, hours: Up to there, what comes before in the order included.
        last: Name of the step that ends it.
    """

    name: str
    steps: int
    hours: float
    last: str
    end_p50: str
    end_p80: str


@dataclass(frozen=True)
class DomainLeft:
    """What is left of a domain.

    Attributes:
        done: Its skills that are at their target.
        end_p50, end_p80: ISO dates of its last step, "" if there is none.
    """

    domain: str
    name: str
    done: int
    steps: int
    hours: float
    end_p50: str
    end_p80: str


def this_week(plan: Plan, hours_per_week: float) -> tuple[WeekPart, ...]:
    """Return what the first week holds: its hours without those for reviews."""
    left = hours_per_week * (1 - REVIEWS)
    parts = []
    for step in plan.steps:
        now = min(left, step.hours)
        parts.append(WeekPart(step.skill, step.name, now))
        left -= now
        if left < WEEK_FULL:
            break
    return tuple(parts)


def stages_of(plan: Plan) -> tuple[Stage, ...]:
    """Return when each part of the role is reached; parts that end with the same step are one."""
    found: dict[int, Stage] = {}
    for weight, name in STAGES:
        ends = [at for at, step in enumerate(plan.steps) if step.weight >= weight]
        if ends:
            found[ends[-1]] = _stage(name, plan.steps[: ends[-1] + 1])
    return tuple(found[at] for at in sorted(found))


def _stage(name: str, steps: tuple[Step, ...]) -> Stage:
    last = steps[-1]
    hours = round(sum(step.hours for step in steps), 1)
    return Stage(name, len(steps), hours, last.name, str(last.end_p50), str(last.end_p80))


def domains_of(plan: Plan, skills: Iterable[RouteSkill]) -> tuple[DomainLeft, ...]:
    """Return every domain of the role, in the order in which the skills come."""
    steps = {step.skill: step for step in plan.steps}
    by_domain: dict[str, list[RouteSkill]] = {}
    for skill in skills:
        by_domain.setdefault(skill.domain, []).append(skill)
    found = []
    for domain, own in by_domain.items():
        left = [steps[skill.id] for skill in own if skill.id in steps]
        found.append(
            DomainLeft(
                domain,
                domain_name(domain),
                len(own) - len(left),
                len(left),
                round(sum(step.hours for step in left), 1),
                str(max(step.end_p50 for step in left)) if left else "",
                str(max(step.end_p80 for step in left)) if left else "",
            )
        )
    return tuple(found)
