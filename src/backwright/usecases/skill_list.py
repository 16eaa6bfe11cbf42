"""Every skill in one list, by domain: how hard, how long, and where the person stands."""

from dataclasses import dataclass

from backwright.catalog import Catalog
from backwright.model.mastery import Mastery
from backwright.usecases.standing import state_name


@dataclass(frozen=True)
class SkillListRow:
    """One skill in the list; `hours` from its prerequisites to doing it unaided."""

    id: str
    name: str
    domain: str
    level: int
    hours: float
    state: str
    has_lesson: bool
    questions: int


@dataclass(frozen=True)
class SkillList:
    """Every skill, in the order of domains, easier ones first."""

    skills: tuple[SkillListRow, ...]
    measured: bool


def skill_list(catalog: Catalog, mastery: Mastery) -> SkillList:
    """Return all skills but choices, which are met by one of their members."""
    order = {domain: n for n, domain in enumerate(catalog.domains)}
    rows = [
        SkillListRow(
            skill.id,
            skill.name,
            skill.domain,
            skill.level,
            skill.hours,
            state_name(mastery, skill.id),
            skill.id in catalog.lessons,
            len(catalog.items.get(skill.id, ())),
        )
        for skill in catalog.real_skills
    ]
    rows.sort(key=lambda row: (order[row.domain], row.level, row.id))
    return SkillList(tuple(rows), mastery.is_measured)
