"""How well a person is known: one probability per skill, and the word that goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backwright.model.skill import SkillId

STRONG = 0.8
GAP = 0.2
MET = {2: 0.5, 3: STRONG, 4: 0.9}  # a target of this level counts as met from this probability
EXPERT_QUESTIONS = 3  # right level-4 answers that a target of 4 asks for besides
# The person's level is read from the share of the role's targets that are met.
LEVEL_FROM = (("expert", 0.9), ("advanced", 0.65), ("intermediate", 0.35), ("beginner", 0.0))


class State(StrEnum):
    """What is known of one skill."""

    STRONG = "strong"
    GAP = "gap"
    UNKNOWN = "unknown"


def state_of(probability: float) -> State:
    """Return strong from .8, gap up to .2, unknown between."""
    if probability >= STRONG:
        return State.STRONG
    return State.GAP if probability <= GAP else State.UNKNOWN


@dataclass(frozen=True)
class SkillMastery:
    """One skill: the chance that the person applies it unaided.

    Attributes:
        probability: 0 to 1.
        evidence: Rows that speak about this very skill.
        expert_answers: Right level-4 answers, labs and reviews among them.
        last: When it was last shown, None if never.
        retrievability: Chance that what was shown is still remembered, 1 when fresh or never shown.
    """

    skill: SkillId
    probability: float
    evidence: int = 0
    expert_answers: int = 0
    last: datetime | None = None
    retrievability: float = 1.0

    @property
    def state(self) -> State:
        """Strong, gap or not known yet."""
        return state_of(self.probability)

    def meets(self, level: int) -> bool:
        """Whether a target of this level (2 guided, 3 unaided, 4 expert) is met."""
        enough = self.probability >= MET[level]
        return enough and (level < 4 or self.expert_answers >= EXPERT_QUESTIONS)


@dataclass(frozen=True)
class Mastery:
    """Every skill of one person.

    Attributes:
        answers: Questions that count.
        dropped: Answers too fast to have been read.
        left_out: Skills of languages that the person says never to have used.
    """

    skills: Mapping[SkillId, SkillMastery]
    answers: int
    dropped: int
    left_out: tuple[SkillId, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether anything at all is known."""
        return self.answers > 0

    def of(self, skill: SkillId) -> SkillMastery:
        """Return one skill; nothing is known of one that is not there."""
        return self.skills.get(skill, SkillMastery(skill, 0.0))
