"""Where a person may want to go: roles with targets, learning paths, technologies, criteria."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from backwright.model.skill import SkillId

RoleId = NewType("RoleId", str)

SECTIONS = (
    "prerequisites",
    "core-concepts",
    "architecture",
    "scaling",
    "deployment",
    "projects",
    "resources",
    "timeline",
    "interview",
    "career",
)
WEIGHT_NAMES = {3: "defining", 2: "needed", 1: "useful"}


@dataclass(frozen=True)
class Target:
    """What a role asks of one skill.

    Attributes:
        level: 2 guided, 3 unaided, 4 expert.
        weight: 3 defining, 2 needed, 1 useful.
    """

    level: int
    weight: int


@dataclass(frozen=True)
class Entry:
    """One line of a role's section, linked to a skill or a source (or both)."""

    say: str
    skill: str = ""
    source: str = ""


@dataclass(frozen=True)
class Role:
    """One role: what the work is, what it asks, where it leads.

    Attributes:
        track: Language group that choice skills resolve to ("py"), or "any" for the person's own.
        targets: Every target, the base profile merged in, mid level.
        before, after: Ids of roles people usually come from and go to.
        sections: The ten sections of a roadmap, by the names in SECTIONS.
    """

    id: RoleId
    name: str
    track: str
    work: str
    not_it: str
    technologies: tuple[str, ...]
    paths: tuple[str, ...]
    progression: tuple[Entry, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    targets: Mapping[SkillId, Target] = field(default_factory=dict)
    sections: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """One stage of a path: its name, what it is for, its skills in order."""

    name: str
    about: str
    skills: tuple[SkillId, ...]


@dataclass(frozen=True)
class Path:
    """A learning path: stages in order.

    Attributes:
        months: The usual span in months, (low, high).
        assumes: Skills that the path takes for granted.
        track: Language group that choice skills resolve to.
    """

    id: str
    name: str
    about: str
    months: tuple[int, int]
    stages: tuple[Stage, ...]
    assumes: tuple[SkillId, ...] = ()
    track: str = "any"


@dataclass(frozen=True)
class Technology:
    """A language, framework, store or tool: what for, when not, which skills, official docs."""

    id: str
    name: str
    kind: str
    what_for: str
    when_not: str
    skills: tuple[SkillId, ...]
    docs: tuple[str, ...]
    key: bool = False
    since: str = ""


@dataclass(frozen=True)
class Pitfall:
    """One of the ten classic mistakes, tied to the one skill that prevents it."""

    id: str
    name: str
    skill: SkillId
    about: str
    instead: str


@dataclass(frozen=True)
class Criterion:
    """A success criterion that is computed from evidence.

    Attributes:
        needs: Skill to wanted level (2 guided, 3 unaided, 4 expert); all must be met.
        any_of: Skills of which at least `any_count` must be met at `any_level`.
    """

    id: str
    name: str
    needs: Mapping[SkillId, int]
    any_of: tuple[SkillId, ...] = ()
    any_count: int = 0
    any_level: int = 3


@dataclass(frozen=True)
class LearningLevel:
    """One of the four learning levels: its usual months and what it consists of."""

    id: str
    name: str
    months: tuple[int, int]
    about: str
    skills: tuple[SkillId, ...]
