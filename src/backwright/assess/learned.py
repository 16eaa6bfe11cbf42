"""The prior learned from other people's answers: how skills, prerequisites and questions behave.

Expectation maximisation around the same belief propagation that measures a person: settle every
person's answers, then read off offset and leak per skill, whether each prerequisite really is one,
guess and slip per question. Authors' opinions stay as priors, each worth a stated number of people
or answers, so that what few people answered hardly moves.
"""

from dataclasses import dataclass, replace

import numpy as np

from backwright.assess.bank import PARTIAL_KNOWLEDGE, Bank
from backwright.assess.beliefs import (
    ABILITY,
    HOLDS,
    Beliefs,
    Explained,
    Messages,
    Parameters,
    logit,
    sigmoid,
)
from backwright.assess.prior import author_share, cold_parameters, fitted
from backwright.assess.structure import Bools, Floats, Ints, Structure, flat_groups

GUESS_WORTH, SLIP_WORTH = 100.0, 60.0  # answers that the author's guess and slip are worth
OVERLOOKED_WORTH = 1000.0  # answers, over all questions, that "authors overlook nothing" is worth
LEAK_PRIOR, LEAK_WORTH = 0.20, 20.0  # expected leak, and the people it is worth
SHARE_WORTH = 20.0  # people that the author's share of masters is worth at the start
SHIFT_WORTH = 50.0  # people that "authors are right about how hard it all is" is worth
OFFSET_SD = 0.5  # of a skill's offset around the author's opinion of its level
STEPS, ROUNDS = 13, 5  # of learning, and of settling in each: it goes on from the last
TEMPER = 0.85  # as in the engine; a little more, because here every skill was asked
BATCH = 250  # people settled at once
SHIFTS = np.linspace(-1.0, 1.0, 9)  # of offset, tried with and without a prerequisite
HOLDS_EDGE = 0.01  # no prerequisite is ever believed, or given up, more surely than this


@dataclass(frozen=True)
class _Counts:
    """Expected numbers of people, the sufficient statistics of one step.

    Attributes:
        mastered: P(mastered) per person and skill (N, K).
        met: By skill, ability and not mastered/mastered, with prerequisites met (K, grid, 2).
        lacking: The same without.
        for_group: Log-likelihood that each group gains by being a real prerequisite.
    """

    mastered: Floats
    met: Floats
    lacking: Floats
    for_group: Floats


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
    author_guess, author_slip = guess + PARTIAL_KNOWLEDGE, slip
    guess, slip = author_guess, author_slip
    answered = items >= 0
    author = cold_parameters(structure)
    share = _corrected_share(skill, guess, slip, items, right, author_share(structure))
    parameters = fitted(structure, share)
    people = _People(structure, len(items))
    for _ in range(STEPS if len(items) else 0):
        counts = people.count(parameters, _evidence(guess, slip, items, right))
        lacking = 1 - counts.mastered
        overlooked = _overlooked(items, answered & right, lacking, author_guess)
        guess = _rate(items, answered & right, lacking, author_guess + overlooked, GUESS_WORTH)
        slip = _rate(items, answered & ~right, counts.mastered, author_slip, SLIP_WORTH)
        guess, slip = np.clip(guess, 0.01, 0.6), np.clip(slip, 0.01, 0.5)
        parameters = _improved(parameters, author, counts)
    return parameters, Bank(np.asarray(skill), guess, slip, len(structure.skills))


class _People:
    """Everybody's answers, settled again and again; messages are kept as a warm start."""

    def __init__(self, structure: Structure, count: int) -> None:
        self.structure = structure
        self._messages: list[Messages | None] = [None] * len(range(0, count, BATCH))

    def count(self, parameters: Parameters, evidence: Floats) -> _Counts:
        """Return what the evidence (N, K) says under these parameters."""
        beliefs = Beliefs(self.structure, parameters)
        mastered, parts = [], []
        for number, first in enumerate(range(0, len(evidence), BATCH)):
            own = evidence[first : first + BATCH]
            start = self._messages[number] or beliefs.blank(len(own))
            self._messages[number], mastery = beliefs.run(own, start, ROUNDS)
            why = beliefs.explain(own, self._messages[number] or start, mastery)
            mastered.append(mastery)
            parts.append(_counted(self.structure, parameters, why))
        met, lacking, for_group = (sum(each) for each in zip(*parts, strict=True))
        return _Counts(np.concatenate(mastered), met, lacking, for_group)


def _counted(
    structure: Structure, parameters: Parameters, why: Explained
) -> tuple[Floats, Floats, Floats]:
    """Return the counts of one batch: met, lacking, for_group."""
    _, child = flat_groups(structure.groups)
    sums = np.zeros((len(child), len(structure.skills)))
    sums[np.arange(len(child)), child] = 1.0
    met = np.exp(np.log(why.group_met) @ sums)
    able = sigmoid(np.outer(parameters.slope, ABILITY) + parameters.offset[:, None])
    leaky = parameters.leak[:, None] * able
    told = why.told[..., None]
    cells = np.stack(
        [
            met[..., None] * why.ability * (1 - told) * (1 - able),
            met[..., None] * why.ability * told * able,
            (1 - met[..., None]) * why.ability * (1 - told) * (1 - leaky),
            (1 - met[..., None]) * why.ability * told * leaky,
        ],
        axis=-1,
    )
    cells /= cells.sum(axis=(2, 3), keepdims=True)
    total = cells.sum(axis=0)
    chance = np.einsum("bkt,kt->bk", why.ability, able)
    return total[..., :2], total[..., 2:], _for_groups(parameters, why, chance, met, child)


def _for_groups(
    parameters: Parameters, why: Explained, chance: Floats, met: Floats, child: list[int]
) -> Floats:
    """Return per group and shift the log-likelihood with it less that without it, (groups, ...)."""
    holds = _holds(parameters, len(child))
    own = (why.group_met - (1 - holds)) / np.maximum(holds, 1e-9)  # P(a member is mastered)
    result = np.zeros((len(child), 2, len(SHIFTS)))
    for group, skill in enumerate(child):
        rest = met[:, skill] / why.group_met[:, group]
        able = sigmoid(logit(chance[:, skill])[:, None] + SHIFTS)
        told, leak = why.told[:, skill, None], parameters.leak[skill]
        for number, ready in enumerate((rest, rest * own[:, group])):
            expected = able * (ready + (1 - ready) * leak)[:, None]
            likely = told * expected + (1 - told) * (1 - expected)
            result[group, number] = np.log(likely).sum(axis=0)
    return result


def _holds(parameters: Parameters, groups: int) -> Floats:
    return np.full(groups, HOLDS) if parameters.holds is None else parameters.holds


def _improved(now: Parameters, author: Parameters, counts: _Counts) -> Parameters:
    """Return the parameters that make the counts likeliest, with the authors' priors."""
    slope, offset, leak = now.slope, now.offset, now.leak
    able = sigmoid(np.outer(slope, ABILITY) + offset[:, None])
    # Without prerequisites a person needs luck besides ability: split those who failed by cause.
    unlucky = counts.lacking[..., 0] * able * (1 - leak[:, None]) / (1 - leak[:, None] * able)
    lucky = counts.lacking[..., 0] * leak[:, None] * (1 - able) / (1 - leak[:, None] * able)
    hits = counts.met[..., 1] + counts.lacking[..., 1] + unlucky
    total = counts.met.sum(axis=2) + counts.lacking.sum(axis=2)
    got_through = (counts.lacking[..., 1] + lucky).sum(axis=1)
    leak = (LEAK_PRIOR * LEAK_WORTH + got_through) / (LEAK_WORTH + counts.lacking.sum(axis=(1, 2)))
    # Authors say which skill is harder than which; how hard it all is shows in the answers.
    trusted = len(counts.mastered) / (SHIFT_WORTH + len(counts.mastered))
    centre = author.offset + trusted * (offset - author.offset).mean()
    for _ in range(4):
        able = sigmoid(np.outer(slope, ABILITY) + offset[:, None])
        gradient = (hits - total * able).sum(axis=1) - (offset - centre) / OFFSET_SD**2
        curve = (total * able * (1 - able)).sum(axis=1) + 1 / OFFSET_SD**2
        offset = offset + np.clip(gradient / curve, -1, 1)
    best = counts.for_group.max(axis=2)
    odds = logit(np.array(HOLDS)) + best[:, 1] - best[:, 0]
    holds = np.clip(sigmoid(np.clip(odds, -20, 20)), HOLDS_EDGE, 1 - HOLDS_EDGE)
    return replace(now, offset=offset, leak=leak, holds=holds)


def _evidence(guess: Floats, slip: Floats, items: Ints, right: Bools) -> Floats:
    g, s = guess[items], slip[items]
    weight = TEMPER * np.where(right, np.log((1 - s) / g), np.log(s / (1 - g)))
    return np.where(items >= 0, weight, 0.0)


def _rate(items: Ints, hit: Bools, weight: Floats, prior: Floats, worth: float) -> Floats:
    """Return the weighted share of hits per question, shrunk towards the author's opinion."""
    hits, total = _sums(items, hit, weight, len(prior))
    result: Floats = (prior * worth + hits) / (worth + total)
    return result


def _overlooked(items: Ints, hit: Bools, weight: Floats, prior: Floats) -> float:
    """Return by how much authors are wrong on the whole: people guess better than they think.

    Only for guesses. A common slip would take in what people know less well than the model says.
    """
    hits, total = _sums(items, hit, weight, len(prior))
    return float((hits - prior * total).sum() / (OVERLOOKED_WORTH + total.sum()))


def _sums(items: Ints, hit: Bools, weight: Floats, size: int) -> tuple[Floats, Floats]:
    """Return the weight of hits and of all answers per question."""
    asked = items >= 0
    flat = items[asked]
    hits = np.bincount(flat, (weight * hit)[asked], minlength=size).astype(float)
    return hits, np.bincount(flat, weight[asked], minlength=size).astype(float)


def _corrected_share(
    skill: Ints, guess: Floats, slip: Floats, items: Ints, right: Bools, author: Floats
) -> Floats:
    """Return the share of masters per skill: the share right, with guess and slip taken out.

    The author's opinion counts as SHARE_WORTH people.
    """
    count = items.shape[1]
    share = author.copy()
    for k in range(count):
        asked = items[:, k] >= 0
        if number := int(asked.sum()):
            g, s = guess[items[asked, k]].mean(), slip[items[asked, k]].mean()
            found = np.clip((right[asked, k].mean() - g) / (1 - s - g), 0.02, 0.98)
            share[k] = (author[k] * SHARE_WORTH + found * number) / (SHARE_WORTH + number)
    return share
