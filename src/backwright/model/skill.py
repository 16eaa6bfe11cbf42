"""Skills and what links them: prerequisites with their reasons, resources, quality tiers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

SkillId = NewType("SkillId", str)

LEVEL_NAMES = {1: "beginner", 2: "intermediate", 3: "advanced", 4: "expert"}
MASTERY_NAMES = {0: "none", 1: "aware", 2: "guided", 3: "unaided", 4: "expert"}


@dataclass(frozen=True)
class Need:
    """A direct prerequisite, and why the skill cannot be learned without it."""

    skill: SkillId
    why: str


@dataclass(frozen=True)
class Resource:
    """A page worth reading for one skill.

    Attributes:
        path: Appended to the source's URL; a whole URL stands alone; empty means the source itself.
    """

    source: str
    title: str
    path: str = ""


class Tier(StrEnum):
    """How complete a skill's material is. Computed from its files, never declared."""

    SEED = "seed"
    USABLE = "usable"
    COMPLETE = "complete"
    CALIBRATED = "calibrated"  # not computed yet: needs the answers per question


@dataclass(frozen=True)
class Skill:
    """One thing a backend engineer can do, or (with `any_of`) a choice between several.

    Attributes:
        level: 1 beginner to 4 expert; never falls along a prerequisite edge.
        hours: Focused hours from "prerequisites met" to "applies it unaided", median learner.
            One author's guess; 0 for a choice.
        can: The observable ability, one sentence.
        variants: Interchangeable tools; evidence is kept per skill and variant.
        any_of: Not empty for a choice, which is met by the best of its members.
    """

    id: SkillId
    name: str
    domain: str
    level: int
    hours: float = 0.0
    can: str = ""
    topics: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    resources: tuple[Resource, ...] = ()
    any_of: tuple[SkillId, ...] = ()

    @property
    def is_choice(self) -> bool:
        """Whether this is an OR node, met by the best of its members."""
        return bool(self.any_of)


@dataclass(frozen=True)
class Source:
    """Where a claim comes from: documentation, standard, book, course, article, paper, community."""

    id: str
    title: str
    kind: str
    url: str


@dataclass(frozen=True)
class Brief:
    """What a skill without a lesson is about, in a few paragraphs of Markdown, and where to read on."""

    skill: SkillId
    title: str
    markdown: str
    source: str
    url: str


@dataclass(frozen=True)
class Lesson:
    """A lesson in parts that fit a screen: (heading, Markdown)."""

    skill: SkillId
    title: str
    intro: str
    parts: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
