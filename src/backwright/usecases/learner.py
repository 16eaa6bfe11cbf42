"""A person as the plan sees them: mastery, hours a week, pace, and what is begun."""

from backwright.catalog import Catalog
from backwright.model.evidence import Evidence, Kind
from backwright.model.mastery import State
from backwright.model.skill import SkillId
from backwright.plan.hours import full_hours, pace_from
from backwright.plan.schedule import Learner
from backwright.usecases.standing import DEFAULT_HOURS_PER_WEEK, Standing

STUDIED_MINUTES = 60  # less was a look at something known already, and says nothing about pace


def learner_of(catalog: Catalog, stand: Standing, per_week: float = 0.0) -> Learner:
    """Return what the schedule needs to know: mastery, hours, pace and what is begun."""
    per_week = per_week or stand.person.hours_per_week or DEFAULT_HOURS_PER_WEEK
    minutes = minutes_by_skill(stand.rows)
    finished = [
        (spent / 60, full_hours(catalog.skills[skill], 3, catalog.profile.effort))
        for skill, spent in minutes.items()
        if skill in catalog.skills
        and spent >= STUDIED_MINUTES
        and stand.mastery.of(skill).state is State.STRONG
    ]
    begun = [s for s in minutes if s in catalog.skills and not stand.mastery.of(s).meets(3)]
    return Learner(stand.mastery, per_week, pace_from(finished), tuple(begun))


def minutes_by_skill(rows: tuple[Evidence, ...]) -> dict[SkillId, float]:
    """Return the minutes logged per skill, in the order of first logging."""
    minutes: dict[SkillId, float] = {}
    for row in rows:
        if row.kind is Kind.TIME:
            minutes[SkillId(row.skill)] = minutes.get(SkillId(row.skill), 0.0) + row.weight
    return minutes
