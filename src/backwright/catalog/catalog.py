"""The catalog: everything Backwright knows, typed, keyed by id, and the few questions asked of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backwright.model.case import Case
from backwright.model.item import Item
from backwright.model.role import (
    Criterion,
    LearningLevel,
    Path,
    Pitfall,
    Role,
    RoleId,
    Technology,
)
from backwright.model.skill import Skill, SkillId, Source
from backwright.model.stack import Stack


@dataclass(frozen=True)
class Track:
    """A language group: which skills stand for "a backend language" and "a web framework"."""

    id: str
    name: str
    core: SkillId
    web: SkillId


@dataclass(frozen=True)
class Profile:
    """What holds for every role.

    Attributes:
        effort: Share of a skill's hours that a target level costs, by level 2 to 4.
        bands: Shift of targets of weight 2 and 3 by band name, clipped to 2..4.
        default_track: The track of a plan when neither role nor person names one.
        transfer: Share of a language skill's hours saved by another language, by "a b" in order.
        transfer_default: The same where no pair is named.
        transfer_other: The same between skills of different kinds (language, framework).
    """

    effort: Mapping[int, float]
    bands: Mapping[str, int]
    tracks: Mapping[str, Track]
    default_track: str
    transfer: Mapping[str, float]
    transfer_default: float = 0.0
    transfer_other: float = 0.0


@dataclass(frozen=True)
class Catalog:
    """Everything but lessons, which are read when one is shown. Built once, never changed."""

    skills: Mapping[SkillId, Skill]
    items: Mapping[SkillId, tuple[Item, ...]]
    roles: Mapping[RoleId, Role]
    paths: Mapping[str, Path]
    technologies: Mapping[str, Technology]
    sources: Mapping[str, Source]
    pitfalls: tuple[Pitfall, ...]
    criteria: tuple[Criterion, ...]
    levels: tuple[LearningLevel, ...]
    profile: Profile
    lessons: frozenset[SkillId]
    domains: tuple[str, ...]
    stack: Stack = field(default_factory=Stack)
    cases: Mapping[str, Case] = field(default_factory=dict)

    @property
    def real_skills(self) -> tuple[Skill, ...]:
        """Every skill that can be learned: all but the choices between several."""
        return tuple(skill for skill in self.skills.values() if not skill.is_choice)

    def resolve(self, skill: SkillId, track: str) -> SkillId:
        """Return the member that stands for a choice on this track; any other skill as it is."""
        if not self.skills[skill].is_choice:
            return skill
        chosen = self.profile.tracks[self.track_or_default(track)]
        return chosen.core if chosen.core in self.skills[skill].any_of else chosen.web

    def track_or_default(self, track: str) -> str:
        """Return `track`, or the default one for "any" and empty."""
        return track if track in self.profile.tracks else self.profile.default_track

    def closure(self, skills: Iterable[SkillId], track: str = "any") -> tuple[SkillId, ...]:
        """Return the skills with all their prerequisites, prerequisites first, choices resolved.

        The order is that of a depth-first walk over the ids as given, so it is stable.
        """
        done: dict[SkillId, None] = {}

        def visit(skill: SkillId) -> None:
            real = self.resolve(skill, track)
            if real in done:
                return
            for need in self.skills[real].needs:
                visit(need.skill)
            done[real] = None

        for skill in skills:
            visit(skill)
        return tuple(done)

    def named(self, skills: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return (id, name) of skills, each once, in order; what is no skill is left out."""
        known = (self.skills.get(SkillId(skill)) for skill in dict.fromkeys(skills))
        return tuple((skill.id, skill.name) for skill in known if skill is not None)

    def citation(self, reference: str) -> str:
        """Return "source id/section" as text for a reader: "PostgreSQL manual, Indexes"."""
        source_id, _, section = reference.partition("/")
        source = self.sources.get(source_id)
        title = source.title if source else source_id
        return f"{title}, {section}" if section else title
