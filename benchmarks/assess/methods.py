"""What is compared: our engine and its peers, all behind one small protocol."""

from contextlib import redirect_stdout
from io import StringIO
from typing import Protocol

import numpy as np

from backwright.assess.bank import PARTIAL_KNOWLEDGE, Bank, author_bank
from backwright.assess.beliefs import Beliefs, logit, sigmoid
from backwright.assess.engine import Engine
from backwright.assess.irt import two_parameter
from backwright.assess.learned import learn
from backwright.assess.prior import author_share, cold_parameters
from backwright.assess.structure import Bools, Floats
from benchmarks.assess.world import Others, Visible


class Method(Protocol):
    """An assessment that asks one person at a time."""

    def reset(self, person: int) -> None: ...
    def declare(self, used: dict[str, bool]) -> None: ...
    def next(self) -> int: ...
    def skip(self, item: int) -> None: ...
    def answer(self, item: int, right: bool | None) -> None: ...
    @property
    def mastery(self) -> Floats: ...


def engine_of(visible: Visible, others: Others | None) -> Engine:
    """Return our engine, from the authors' opinions alone or from other people's answers."""
    structure, skill = visible.structure, visible.skill
    if others is not None:
        parameters, bank = learn(
            structure, skill, visible.guess, visible.slip, others.items, others.right
        )
        return Engine(Beliefs(structure, parameters), bank)
    bank = author_bank(
        skill.tolist(), visible.guess.tolist(), visible.slip.tolist(), len(structure.skills)
    )
    return Engine(Beliefs(structure, cold_parameters(structure)), bank)


class Ours:
    """Backwright's engine."""

    name = "backwright"

    def __init__(self, visible: Visible, others: Others | None) -> None:
        self.engine = engine_of(visible, others)
        self.items = len(visible.skill)

    def reset(self, person: int) -> None:
        self.engine.reset()

    def declare(self, used: dict[str, bool]) -> None:
        self.engine.declare(used)

    def next(self) -> int:
        asked = self.engine.next()
        if asked is None:
            raise LookupError("every question has been asked")
        return asked.item

    def skip(self, item: int) -> None:
        self.engine.skip(item)

    def answer(self, item: int, right: bool | None) -> None:
        self.engine.answer(item, right)

    @property
    def mastery(self) -> Floats:
        return self.engine.mastery


class RandomOrder(Ours):
    """Our inference, questions in random order: what choosing them is worth."""

    name = "random order, our inference"

    def reset(self, person: int) -> None:
        super().reset(person)
        self._order = iter(np.random.default_rng([77, person]).permutation(self.items).tolist())

    def next(self) -> int:
        return int(next(self._order))


class _Peer:
    """What peers share: they have no use for declared languages; "I don't know" is wrong."""

    def __init__(self, visible: Visible, others: Others | None) -> None:
        self.visible, self.others = visible, others
        self.guess, self.slip = visible.guess, visible.slip
        self.share = author_share(visible.structure) if others is None else shares(visible, others)
        self.reset(0)

    def reset(self, person: int) -> None:
        self.used = np.zeros(len(self.visible.skill), dtype=bool)

    def declare(self, used: dict[str, bool]) -> None:
        """Peers have no place for it."""

    def skip(self, item: int) -> None:
        self.used[item] = True


class Catsim(_Peer):
    """catsim: one ability, four-parameter logistic, most informative question.

    Calibrated with our own MML-EM of the 2PL (catsim brings none), answers corrected for guess and
    slip. Mastery is averaged over the posterior of the ability, not taken at its point estimate.
    """

    name = "catsim (4PL CAT)"
    grid = np.linspace(-4, 4, 81)

    def __init__(self, visible: Visible, others: Others | None) -> None:
        from catsim import ItemBank
        from catsim.estimation import NumericalSearchEstimator
        from catsim.selection import MaxInfoSelector

        super().__init__(visible, others)
        self.slope, self.difficulty = self._calibrated()
        skill = visible.skill
        columns = (self.slope[skill], self.difficulty[skill], visible.guess, 1 - visible.slip)
        with redirect_stdout(StringIO()):  # it prints an empty line
            self.bank = ItemBank(np.column_stack(columns))
        self.selector, self.estimator = MaxInfoSelector(), NumericalSearchEstimator()

    def _calibrated(self) -> tuple[Floats, Floats]:
        if self.others is None:
            slope = np.full(len(self.share), 1.3)
            return slope, -logit(self.share) / slope
        fit = two_parameter(self.others.right.astype(float))
        weight = np.exp(-(self.grid**2) / 4)
        slope, difficulty = np.zeros(len(self.share)), np.zeros(len(self.share))
        for k, (a, d) in enumerate(zip(fit.slope, fit.intercept, strict=True)):
            asked = self.others.items[:, k]
            g, s = self.guess[asked].mean(), self.slip[asked].mean()
            mastery = np.clip((sigmoid(a * self.grid + d) - g) / (1 - s - g), 0.005, 0.995)
            line = np.polyfit(self.grid, logit(mastery), 1, w=weight)
            slope[k] = np.clip(line[0], 0.2, 5)
            difficulty[k] = np.clip(-line[1] / slope[k], -6, 6)
        return slope, difficulty

    def reset(self, person: int) -> None:
        super().reset(person)
        self.ability = 0.0
        self.asked: list[int] = []
        self.right: list[bool] = []
        self.shown: list[int] = []
        self.belief = -(self.grid**2) / 2

    def next(self) -> int:
        chosen = self.selector.select(
            item_bank=self.bank, administered_items=self.shown, est_theta=self.ability
        )
        if chosen is None:
            raise LookupError("every question has been asked")
        return int(chosen)

    def skip(self, item: int) -> None:
        self.shown.append(item)

    def answer(self, item: int, right: bool | None) -> None:
        self.skip(item)
        self.asked.append(item)
        self.right.append(bool(right))
        k, g, s = self.visible.skill[item], self.guess[item], self.slip[item]
        chance = sigmoid(self.slope[k] * (self.grid - self.difficulty[k]))
        chance = g + (1 - s - g) * chance
        self.belief = self.belief + np.log(chance if right else 1 - chance)
        found = self.estimator.estimate(
            item_bank=self.bank,
            administered_items=self.asked,
            response_vector=self.right,
            est_theta=self.ability,
        )
        self.ability = float(np.clip(found, -4, 4))

    @property
    def mastery(self) -> Floats:
        weight = np.exp(self.belief - self.belief.max())
        chance = sigmoid(self.slope * (self.grid[:, None] - self.difficulty))
        result: Floats = weight / weight.sum() @ chance
        return result


class Elo(_Peer):
    """Elo on three levels (all, domain, skill), steps that shrink with what is known.

    After Pelanek, "Applications of the Elo rating system in adaptive educational systems" (2016).
    """

    name = "Elo (Pelanek)"

    def __init__(self, visible: Visible, others: Others | None) -> None:
        super().__init__(visible, others)
        self.bank = Bank(visible.skill, self.guess, self.slip, len(self.share))
        self.domain = visible.structure.domain_index

    def reset(self, person: int) -> None:
        super().reset(person)
        domains = len(self.visible.structure.domains)
        self.general, self.asked = 0.0, 0
        self.by_domain, self.asked_domain = np.zeros(domains), np.zeros(domains)
        self.by_skill = np.zeros(len(self.share))

    @property
    def _log_odds(self) -> Floats:
        return logit(self.share) + self.general + self.by_domain[self.domain] + self.by_skill

    @property
    def mastery(self) -> Floats:
        return sigmoid(self._log_odds)

    def next(self) -> int:
        best = self.bank.best(self.used)
        spread = 0.15 * self.asked_domain[self.domain] / (1 + self.asked)
        worth = np.where(best >= 0, -np.abs(self.mastery - 0.5) - spread, -9)
        return int(best[np.argmax(worth)])

    def answer(self, item: int, right: bool | None) -> None:
        self.skip(item)
        k = self.visible.skill[item]
        d, g, s = self.domain[k], self.guess[item], self.slip[item]
        known = sigmoid(self._log_odds)[k]
        chance = g + (1 - s - g) * known
        step = (1 - s - g) * known * (1 - known) * (bool(right) - chance) / (chance * (1 - chance))
        self.general += 1.2 / (1 + 0.08 * self.asked) * step
        self.by_domain[d] += 1.6 / (1 + 0.25 * self.asked_domain[d]) * step
        self.by_skill[k] += 2.5 * step
        self.asked += 1
        self.asked_domain[d] += 1


def shares(visible: Visible, others: Others) -> Floats:
    """Return the share of masters per skill: the share right with guess and slip taken out."""
    guess, slip = visible.guess + PARTIAL_KNOWLEDGE, visible.slip
    right: Bools = others.right
    g, s = guess[others.items].mean(axis=0), slip[others.items].mean(axis=0)
    result: Floats = np.clip((right.mean(axis=0) - g) / (1 - s - g), 0.02, 0.98)
    return result


METHODS: tuple[type[Ours] | type[Catsim] | type[Elo], ...] = (Ours, Catsim, RandomOrder, Elo)
