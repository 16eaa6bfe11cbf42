"""The prior learned from other people's answers: shares, leaks, guess and slip per question.

Expectation maximisation around the same belief propagation that measures a person: settle every
person's answers, then read off how questions and prerequisites behaved. Author's opinions stay as
priors, each worth a stated number of answers, so that a question with few answers hardly moves.
"""

import numpy as np

from backwright.assess.bank import PARTIAL_KNOWLEDGE, Bank
from backwright.assess.beliefs import ROUNDS, Beliefs, Parameters
from backwright.assess.engine import TEMPER
from backwright.assess.prior import fitted
from backwright.assess.structure import Bools, Floats, Ints, Structure

GUESS_WORTH, SLIP_WORTH = 30.0, 30.0  # answers that the author's guess and slip are worth
STEPS = 3


def learn(
    structure: Structure,
    skill: Ints,
    guess: Floats,
    slip: Floats,
    items: Ints,
    right: Bools,
) -> tuple[Parameters, Bank]:
    """Return parameters and a bank fitted to N people's answers.

    Args:
        structure: K skills.
        skill: Skill per question (I).
        guess: The authors' guess per question (I), without padding.
        slip: The authors' slip per question (I).
        items: One question per person and skill, -1 for none (N, K).
        right: Whether it was answered right (N, K).
    """
    count = len(structure.skills)
    author_guess, slip = guess + PARTIAL_KNOWLEDGE, slip.copy()
    guess, author_slip = author_guess.copy(), slip.copy()
    answered = items >= 0
    share = _corrected_share(skill, guess, slip, items, right)
    parameters = fitted(structure, share)
    for _ in range(STEPS):
        evidence = _evidence(guess, slip, items, right)
        beliefs = Beliefs(structure, parameters)
        mastered = _settled(beliefs, evidence)
        guess = _rate(items, answered & right, 1 - mastered, author_guess, GUESS_WORTH)
        slip = _rate(items, answered & ~right, mastered, author_slip, SLIP_WORTH)
        guess, slip = np.clip(guess, 0.01, 0.6), np.clip(slip, 0.01, 0.5)
        parameters = fitted(structure, np.clip(mastered.mean(axis=0), 0.02, 0.98))
    return parameters, Bank(np.asarray(skill), guess, slip, count)


def _settled(beliefs: Beliefs, evidence: Floats, batch: int = 250) -> Floats:
    parts = [
        beliefs.run(evidence[n : n + batch], beliefs.blank(), ROUNDS)[1]
        for n in range(0, len(evidence), batch)
    ]
    return np.concatenate(parts)


def _evidence(guess: Floats, slip: Floats, items: Ints, right: Bools) -> Floats:
    g, s = guess[items], slip[items]
    weight = TEMPER * np.where(right, np.log((1 - s) / g), np.log(s / (1 - g)))
    return np.where(items >= 0, weight, 0.0)


def _rate(items: Ints, hit: Bools, weight: Floats, prior: Floats, worth: float) -> Floats:
    """Return the weighted share of hits per question, shrunk towards the author's opinion."""
    size = len(prior)
    asked = items >= 0
    flat = items[asked]
    hits = np.bincount(flat, (weight * hit)[asked], minlength=size)
    total = np.bincount(flat, weight[asked], minlength=size)
    result: Floats = (prior * worth + hits) / (worth + total)
    return result


def _corrected_share(skill: Ints, guess: Floats, slip: Floats, items: Ints, right: Bools) -> Floats:
    """Return the share of masters per skill: the share right, with guess and slip taken out."""
    count = items.shape[1]
    share = np.full(count, 0.5)
    for k in range(count):
        asked = items[:, k] >= 0
        if asked.any():
            g, s = guess[items[asked, k]].mean(), slip[items[asked, k]].mean()
            share[k] = np.clip((right[asked, k].mean() - g) / (1 - s - g), 0.02, 0.98)
    return share
