"""The questions as arrays: which skill each asks, how far its answer can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from backwright.assess.structure import Bools, Floats, Ints

# Partial knowledge lets people without mastery answer right more often than authors think.
PARTIAL_KNOWLEDGE = 0.05


@dataclass(frozen=True)
class Bank:
    """I questions over K skills.

    Attributes:
        skill: Index of the skill per question (I).
        guess: Chance of a right answer without mastery (I), partial knowledge included.
        slip: Chance of a wrong answer despite mastery (I).
        skills: K.
    """

    skill: Ints
    guess: Floats
    slip: Floats
    skills: int
    _order: Ints = field(init=False, repr=False)
    _start: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        even = information(np.full(len(self.skill), 0.5), self.guess, self.slip)
        order = np.lexsort((np.arange(len(even)), -even, self.skill))
        object.__setattr__(self, "_order", order)
        start = np.searchsorted(self.skill[order], np.arange(self.skills + 1))
        object.__setattr__(self, "_start", start)

    def best_of(self, skill: int, used: Bools) -> int:
        """Return the most informative unused question of a skill, or -1."""
        for item in self._order[self._start[skill] : self._start[skill + 1]]:
            if not used[item]:
                return int(item)
        return -1

    def best(self, used: Bools) -> Ints:
        """Return the most informative unused question of every skill, -1 where none is left."""
        return np.array([self.best_of(skill, used) for skill in range(self.skills)])


def author_bank(
    skill: Sequence[int], guess: Sequence[float], slip: Sequence[float], skills: int
) -> Bank:
    """Return a bank from the authors' expectations, padded for partial knowledge."""
    padded = np.asarray(guess, dtype=float) + PARTIAL_KNOWLEDGE
    return Bank(np.asarray(skill, dtype=np.int64), padded, np.asarray(slip, dtype=float), skills)


def entropy(p: Floats) -> Floats:
    """Return the entropy of a yes/no with chance p, in bits."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    result: Floats = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return result


def information(p: Floats, guess: Floats, slip: Floats) -> Floats:
    """Return what an answer is expected to tell about mastery with chance p, in bits."""
    right = guess + (1 - slip - guess) * p
    return entropy(right) - p * entropy(slip) - (1 - p) * entropy(guess)


def answer_log_odds(guess: Floats, slip: Floats, right: bool) -> Floats:  # noqa: FBT001
    """Return how much a right or wrong answer speaks for mastery, in natural log-odds."""
    return np.log((1 - slip) / guess) if right else np.log(slip / (1 - guess))
