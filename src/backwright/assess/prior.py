"""What to believe before the first question: authors' levels, or the answers of other people."""

import numpy as np

from backwright.assess.beliefs import (
    HOLDS,
    TOUCHED,
    TOUCHED_SHIFT,
    UNTOUCHED,
    Parameters,
    logit,
    sigmoid,
)
from backwright.assess.structure import Floats, Structure

SLOPE = 1.7  # logits of mastery per unit of ability
LEAK = 0.15  # chance of mastery without prerequisites, relative to with them
# People differ in how much they learn without prerequisites: (leak, share of people).
LEAKS = ((0.03, 0.50), (0.15, 0.22), (0.55, 0.16), (1.0, 0.12))
SAMPLE = 3000
FIT_ROUNDS = 25
SEED = 5  # of the sample that offsets are fitted on; a constant, so that reports repeat


def expected_share(level: Floats) -> Floats:
    """Return the share of people who master a skill of this level, an author's opinion before data."""
    return sigmoid(-(-1.9 + 0.75 * level) * 1.1 - 0.9)


def cold_parameters(structure: Structure) -> Parameters:
    """Return parameters from the authors' levels alone."""
    return fitted(structure, author_share(structure))


def author_share(structure: Structure) -> Floats:
    """Return the share of masters per skill (K) that authors expect.

    A level speaks about people who have touched the subject; most have not touched most languages.
    """
    share = expected_share(np.array(structure.level, dtype=float))
    in_language = structure.is_language[structure.domain_index]
    result: Floats = np.where(in_language, TOUCHED * share, share)
    return result


def fitted(
    structure: Structure,
    share: Floats,
    leak: Floats | None = None,
    holds: Floats | None = None,
) -> Parameters:
    """Return parameters whose prior gives each skill its share of masters (K values in 0..1).

    The offset of each skill is found by forward sampling of the whole model, because a
    prerequisite that many lack lowers what it unlocks.
    """
    count = len(structure.skills)
    slope = np.full(count, SLOPE)
    leak = np.full(count, LEAK) if leak is None else leak
    offset = logit(share, 0.02) + 0.8
    for round_ in range(FIT_ROUNDS):
        seen = _sample(structure, Parameters(offset, slope, leak, holds=holds), SEED + round_)
        step = logit(np.clip(share, 0.02, 0.98)) - logit(np.clip(seen, 0.01, 0.99))
        offset = np.clip(offset + 0.8 * np.clip(step, -1, 1), -7, 7)
    return Parameters(offset, slope, leak, holds=holds)


def _sample(structure: Structure, parameters: Parameters, seed: int) -> Floats:
    """Return each skill's share of masters among people drawn from the model."""
    random = np.random.default_rng(seed)
    domains = len(structure.domains)
    general = random.normal(size=SAMPLE)
    share = parameters.share
    ability = np.sqrt(share) * general[:, None]
    ability = ability + np.sqrt(1 - share) * random.normal(size=(SAMPLE, domains))
    languages = np.flatnonzero(structure.is_language)
    if len(languages):
        untouched = random.random((SAMPLE, len(languages))) > TOUCHED
        low = UNTOUCHED + 0.3 * random.normal(size=untouched.shape)
        ability[:, languages] = np.where(untouched, low, ability[:, languages] + TOUCHED_SHIFT)
    mastered = np.zeros((SAMPLE, len(structure.skills)), dtype=bool)
    uniform = random.random(mastered.shape)
    values, weights = (np.array(column) for column in zip(*LEAKS, strict=True))
    person_leak = random.choice(values, p=weights, size=SAMPLE)
    holds = _holds_by_skill(structure, parameters)
    for skill in structure.topological:
        met = np.ones(SAMPLE, dtype=bool)
        for group, real in zip(structure.groups[skill], holds[skill], strict=True):
            met &= mastered[:, list(group)].any(axis=1) | (random.random(SAMPLE) > real)
        z = (
            parameters.slope[skill] * ability[:, structure.domain_index[skill]]
            + parameters.offset[skill]
        )
        leak = np.clip(person_leak * parameters.leak[skill] / LEAK, 0.0, 1.0)
        chance = sigmoid(z) * np.where(met, 1.0, leak)
        mastered[:, skill] = uniform[:, skill] < chance
    result: Floats = mastered.mean(axis=0)
    return result


def _holds_by_skill(structure: Structure, parameters: Parameters) -> list[Floats]:
    """Return the chance that each group of each skill really is one."""
    sizes = [len(groups) for groups in structure.groups]
    holds = np.full(sum(sizes), HOLDS) if parameters.holds is None else parameters.holds
    return np.split(holds, np.cumsum(sizes)[:-1])
