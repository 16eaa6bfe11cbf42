"""The adaptive engine: answers in, mastery and the next question out. Deterministic."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from backwright.assess.bank import Bank, answer_log_odds, entropy, information
from backwright.assess.beliefs import ROUNDS, SETTLE_ROUNDS, Beliefs
from backwright.assess.structure import Bools, Floats, Ints

TEMPER = 0.8  # answers are believed a little less than independent evidence would be
DONT_KNOW = (0.03, 0.5)  # chance of "I don't know" with and without mastery
WIDE = 12  # so many first questions are chosen for what they tell about all skills
CANDIDATES, LOOK_ROUNDS = 24, 3
EDGE = 0.004  # no skill is ever reported more certain than this


@dataclass(frozen=True)
class Asked:
    """The next question, and why: `gain` is what its answer is expected to tell, in bits."""

    item: int
    skill: int
    gain: float


class Engine:
    """One person's assessment in progress.

    Answers are order-free evidence: the same answers give the same mastery. The messages of the
    last step are only a warm start.
    """

    def __init__(self, beliefs: Beliefs, bank: Bank) -> None:
        self._blank_beliefs, self.bank = beliefs, bank
        self._messages, self._probability = beliefs.run(
            np.zeros((1, beliefs.count)), beliefs.blank(), SETTLE_ROUNDS
        )
        self._start = (self._messages, self._probability)
        self.reset()

    def reset(self) -> None:
        """Forget the person."""
        self._beliefs = self._blank_beliefs
        self._messages, self._probability = self._start
        self._evidence = np.zeros((1, self._beliefs.count))
        self._used = np.zeros(len(self.bank.skill), dtype=bool)
        self._best = self.bank.best(self._used)
        self.asked = 0

    @property
    def mastery(self) -> Floats:
        """P(mastered) per skill, kept off certainty."""
        kept: Floats = np.clip(self._probability[0], EDGE, 1 - EDGE)
        return kept

    def declare(self, used: dict[str, bool]) -> None:
        """Take in which languages the person says to have used."""
        self._beliefs = self._blank_beliefs.declare(used)
        self._settle(SETTLE_ROUNDS)

    def skip(self, item: int) -> None:
        """Mark a question as asked without any evidence (answered too fast to have been read)."""
        self._used[item] = True
        skill = int(self.bank.skill[item])
        self._best[skill] = self.bank.best_of(skill, self._used)

    def answer(self, item: int, right: bool | None) -> None:  # noqa: FBT001  (as people say it)
        """Take in an answer: right, wrong, or None for "I don't know"."""
        self.skip(item)
        self.asked += 1
        skill = int(self.bank.skill[item])
        self._evidence[0, skill] += self.weight_of(item, right)
        self._settle(ROUNDS)

    def weight_of(self, item: int, right: bool | None) -> float:  # noqa: FBT001
        """Return how much an answer speaks for mastery, in log-odds."""
        if right is None:
            return TEMPER * float(np.log(DONT_KNOW[0] / DONT_KNOW[1]))
        guess, slip = self.bank.guess[item], self.bank.slip[item]
        return TEMPER * float(answer_log_odds(guess, slip, right))

    def observe(self, log_odds: Floats, used: Iterable[int] = (), asked: int = 0) -> None:
        """Take in weighed evidence at once, (K); the way a stored log is replayed."""
        for item in used:
            self._used[item] = True
        self._best = self.bank.best(self._used)
        self._evidence = self._evidence + log_odds[None]
        self.asked += asked
        self._settle(SETTLE_ROUNDS)

    def next(self, scope: Ints | None = None) -> Asked | None:
        """Return the question worth asking next, or None when none is left in scope (skill indexes)."""
        open_ = self._open(scope)
        if not open_.any():
            return None
        item = np.where(open_, self._best, 0)
        guess, slip = self.bank.guess[item], self.bank.slip[item]
        probability = np.clip(self._probability[0], 1e-6, 1 - 1e-6)
        gain = np.where(open_, information(probability, guess, slip), -1.0)
        skill = int(np.argmax(gain))
        if self.asked < WIDE and open_.sum() > 1:
            skill = self._look_ahead(gain, guess, slip, scope)
        return Asked(int(self._best[skill]), skill, float(gain[skill]))

    def _open(self, scope: Ints | None) -> Bools:
        open_: Bools = self._best >= 0
        if scope is not None:
            inside = np.zeros_like(open_)
            inside[scope] = True
            open_ = open_ & inside
        return open_

    def _look_ahead(self, gain: Floats, guess: Floats, slip: Floats, scope: Ints | None) -> int:
        """Return the candidate whose answer is expected to leave the least entropy over all skills."""
        chosen = np.argsort(-gain)[:CANDIDATES]
        chosen = chosen[gain[chosen] >= 0]
        n = len(chosen)
        evidence = np.repeat(self._evidence, 2 * n, axis=0)
        guess, slip = guess[chosen], slip[chosen]
        evidence[np.arange(n), chosen] += answer_log_odds(guess, slip, right=True)
        evidence[n + np.arange(n), chosen] += answer_log_odds(guess, slip, right=False)
        _, after = self._beliefs.run(evidence, self._messages, LOOK_ROUNDS)
        left = entropy(np.clip(after, 1e-6, 1 - 1e-6))
        left = (left if scope is None else left[:, scope]).sum(axis=1)
        right = guess + (1 - slip - guess) * self._probability[0, chosen]
        return int(chosen[np.argmin(right * left[:n] + (1 - right) * left[n:])])

    def _settle(self, rounds: int) -> None:
        self._messages, self._probability = self._beliefs.run(
            self._evidence, self._messages, rounds
        )
