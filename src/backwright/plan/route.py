"""A plan with all that a reader of it needs: names, reasons, resources, sections. What exports render."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backwright.model.plan import Plan
from backwright.model.skill import SkillId


@dataclass(frozen=True)
class Link:
    """Where to read on."""

    title: str
    url: str


@dataclass(frozen=True)
class RouteSkill:
    """One skill of the route, in the plan or met already.

    Attributes:
        state: "done", "started", "ready" (all it needs is done) or "locked".
        mastery: Chance that the person applies it unaided, None when nothing is known.
        needs: Direct prerequisites within the route.
    """

    id: SkillId
    name: str
    domain: str
    can: str
    level: int
    weight: int
    state: str
    mastery: float | None
    needs: tuple[SkillId, ...]
    resources: tuple[Link, ...]


@dataclass(frozen=True)
class SectionLine:
    """One line of a section, with what it is linked to."""

    say: str
    skill: str = ""
    skill_name: str = ""
    state: str = ""
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class Route:
    """A dated way to a role.

    Attributes:
        sections: The ten sections of a roadmap, in order.
        skills: Every skill of the goal, prerequisites first.
    """

    role: str
    name: str
    band: str
    track: str
    person: str
    hours_per_week: float
    measured: bool
    plan: Plan
    sections: Mapping[str, tuple[SectionLine, ...]] = field(default_factory=dict)
    skills: Mapping[SkillId, RouteSkill] = field(default_factory=dict)
