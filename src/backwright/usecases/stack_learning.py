"""Hours until a person can work with an option: from what they have shown, or from what the team knows."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.catalog import Catalog
from backwright.model.mastery import Mastery
from backwright.model.role import Target
from backwright.model.skill import SkillId
from backwright.model.stack import LANGUAGE, Option
from backwright.plan.goal import Goal
from backwright.plan.hours import SKILL_SPREAD, Z80, effort_left
from backwright.plan.transfer import pair_share, savings, track_of

TARGET = Target(3, 1)  # applies it unaided: the level at which somebody can be left alone with it
SPREAD = math.exp(Z80 * SKILL_SPREAD)  # a fifth of people need more than this times the hours

Basis = Literal["measured", "the languages named", "nothing known"]


@dataclass(frozen=True)
class Hours:
    """Hours to one option: estimate, and the ends of an interval that holds six in ten cases."""

    option: str
    hours: float
    low: float
    high: float


def known_skills(team: Iterable[Option], kind: str) -> frozenset[SkillId]:
    """Return the skills that the options a team knows stand for.

    Who knows a language knows its core; where languages are compared, its usual framework, too.
    """
    known: set[SkillId] = set()
    for option in team:
        is_core_only = option.kind == LANGUAGE and kind != LANGUAGE
        known.update(option.skills[:1] if is_core_only else option.skills)
    return frozenset(known)


def learning(
    catalog: Catalog,
    options: Sequence[Option],
    mastery: Mastery,
    known: frozenset[SkillId],
) -> tuple[Hours, ...]:
    """Return the hours per option: the catalog's, less what mastery, team and other languages save."""
    wanted = tuple(dict.fromkeys(skill for option in options for skill in option.skills))
    saved = dict(savings(catalog, Goal(dict.fromkeys(wanted, TARGET), "any"), mastery))
    tracks = {track for skill in known if (track := track_of(catalog, skill))}
    for skill in wanted:
        own = track_of(catalog, skill)
        if own and own not in tracks and skill == catalog.profile.tracks[own].core:
            shares = [pair_share(catalog, own, other) for other in tracks]
            saved[skill] = max([saved.get(skill, 0.0), *shares])
    made = []
    for option in options:
        hours = sum(
            effort_left(
                catalog.skills[skill],
                TARGET,
                mastery.of(skill),
                catalog.profile.effort,
                measured=mastery.is_measured,
                saved=saved.get(skill, 0.0),
            ).hours
            for skill in option.skills
            if skill not in known
        )
        made.append(Hours(option.id, hours, hours / SPREAD, hours * SPREAD))
    return tuple(made)
