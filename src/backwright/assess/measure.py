"""The evidence log to mastery: weighed answers, aged, settled in the factor graph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from backwright.assess.ageing import card_of, retrievability
from backwright.assess.bank import PARTIAL_KNOWLEDGE, answer_log_odds
from backwright.assess.beliefs import SETTLE_ROUNDS, Beliefs, Parameters
from backwright.assess.engine import DONT_KNOW, EDGE, TEMPER
from backwright.assess.repeats import ASKED, without_repeats
from backwright.assess.structure import Floats, Structure
from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.model.mastery import Mastery, SkillMastery
from backwright.model.skill import SkillId

SPEAKS = (*ASKED, Kind.LAB, Kind.FINDING)  # kinds that say something about mastery
EXPERT_LEVEL = 4


@dataclass(frozen=True)
class Weighed:
    """One person's rows as numbers.

    Attributes:
        log_odds: For mastery, per skill (K), aged.
        retrievability: Chance that it is still remembered, per skill that was shown.
    """

    log_odds: Floats
    retrievability: Mapping[str, float]


def log_odds_of(row: Evidence) -> float:
    """Return how much a row speaks for mastery when fresh, in natural log-odds."""
    if row.kind not in SPEAKS or row.outcome in (Outcome.RAPID, Outcome.NONE):
        return 0.0
    if row.outcome is Outcome.UNKNOWN:
        known, unknown = DONT_KNOW
        return TEMPER * row.weight * float(np.log(known / unknown))
    right = row.outcome is Outcome.RIGHT
    guess = np.array(min(0.95, row.guess + PARTIAL_KNOWLEDGE))
    return TEMPER * row.weight * float(answer_log_odds(guess, np.array(row.slip), right))


def weigh(structure: Structure, rows: Iterable[Evidence], now: datetime) -> Weighed:
    """Return the rows' weight per skill; what was shown long ago weighs less."""
    by_skill: dict[str, list[Evidence]] = defaultdict(list)
    for row in without_repeats(rows):
        if row.kind in SPEAKS:
            by_skill[row.skill].append(row)
    total = np.zeros(len(structure.skills))
    remembered: dict[str, float] = {}
    for number, skill in enumerate(structure.skills):
        if own := by_skill.get(skill):
            remembered[skill] = retrievability(card_of(own), now)
            total[number] = remembered[skill] * sum(log_odds_of(row) for row in own)
    return Weighed(total, remembered)


def declared(structure: Structure, languages: Sequence[str] | None) -> dict[str, bool]:
    """Return what was said about each language; nothing when the person was not asked."""
    if languages is None:
        return {}
    return {language: language in languages for language in structure.languages}


def mastery_of(
    structure: Structure,
    parameters: Parameters,
    rows: Sequence[Evidence],
    languages: Sequence[str] | None,
    levels: Mapping[str, int],
    now: datetime,
) -> Mastery:
    """Return the mastery of one person. The same rows at the same moment give the same answer.

    Args:
        levels: Difficulty 1..4 by entry source, to count level-4 evidence.
    """
    weighed = weigh(structure, rows, now)
    beliefs = Beliefs(structure, parameters).declare(declared(structure, languages))
    _, probability = beliefs.run(weighed.log_odds[None], beliefs.blank(), SETTLE_ROUNDS)
    counted = [
        row
        for row in without_repeats(rows)
        if row.kind in SPEAKS and row.outcome is not Outcome.RAPID
    ]
    skills = {}
    for number, skill in enumerate(structure.skills):
        own = [row for row in counted if row.skill == skill]
        skills[SkillId(skill)] = SkillMastery(
            skill=SkillId(skill),
            probability=float(np.clip(probability[0, number], EDGE, 1 - EDGE)),
            evidence=len(own),
            expert_answers=sum(_is_expert(row, levels) for row in own),
            last=max((row.occurred_at for row in own), default=None),
            retrievability=weighed.retrievability.get(skill, 1.0),
        )
    return Mastery(
        skills=skills,
        answers=sum(row.kind in SPEAKS for row in counted),
        dropped=sum(row.outcome is Outcome.RAPID for row in rows),
        left_out=_left_out(structure, languages, counted),
    )


def _is_expert(row: Evidence, levels: Mapping[str, int]) -> int:
    """Return how much level-4 evidence a row is: a lab counts as all that is asked for."""
    if row.outcome is not Outcome.RIGHT:
        return 0
    if row.kind is Kind.LAB:
        return EXPERT_LEVEL
    return int(levels.get(row.source, 0) >= EXPERT_LEVEL)


def _left_out(
    structure: Structure, languages: Sequence[str] | None, rows: Sequence[Evidence]
) -> tuple[SkillId, ...]:
    """Return the skills of languages that the person never used and was never asked about."""
    if languages is None:
        return ()
    shown = {row.skill for row in rows}
    return tuple(
        SkillId(skill)
        for skill, domain in zip(structure.skills, structure.domain, strict=True)
        if domain in structure.languages and domain not in languages and skill not in shown
    )
