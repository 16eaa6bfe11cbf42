"""Durations as whole distributions on an even grid: sums, choices, races and time-outs keep their tails.

A density is a list: the chance of 0, 1, 2, ... steps. Chance beyond the grid is left out, which changes
nothing below it, since times only add up. Sums are convolutions: the lists are packed into two large whole
numbers and multiplied (Kronecker substitution; von zur Gathen and Gerhard, Modern Computer Algebra, 8.4),
so that an answer needs no numeric library and starts at once.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import erf, exp, expm1, lgamma, log, log1p, sqrt

from backwright.design.layers.moments import Waiting, at_least
from backwright.design.theory.special_functions import gamma_tail
from backwright.model.design import Backoff, CallPolicy, Law

UNIT = 1 << 28  # chances are whole numbers of this; 4e-9 is far below what a p99.9 needs
SHORT = 6  # a list up to so long is multiplied out
LEAST_SCV = 1e-4  # a wait that varies by less than 1 % is constant
Density = list[float]


class DensityArithmetic:
    """Independent durations on a grid of `count` steps of `step` s.

    Attributes:
        waits: Of each resource; what is not named has no wait.
        kept: Laws that were cut up before, for the same grid.
    """

    def __init__(
        self,
        step: float,
        count: int,
        waits: Mapping[str, Waiting],
        kept: dict[tuple[Law, float], Density] | None = None,
    ) -> None:
        self.step = step
        self.count = count
        self.waits = waits
        self._laws = {} if kept is None else kept

    def nothing(self) -> Density:
        return [1.0]

    def law(self, law: Law, mean: float, node: str) -> Density:
        found = self._laws.get((law, mean))
        if found is None:
            found = self._laws[law, mean] = self.made(limited_mean(law, mean), mean)
        return found

    def wait(self, resource: str) -> Density:
        waiting = self.waits.get(resource)
        if waiting is None or waiting.total < self.step * 1e-6 or waiting.cut <= 0:
            return [1.0]
        late = self._late(waiting)
        at = self._steps(min(waiting.cut, self.step * self.count))
        if at < len(late):
            late = [*late[:at], 1 - sum(late[:at])]
        return self.either([(1 - waiting.chance, [1.0]), (waiting.chance, late)])

    def _late(self, waiting: Waiting) -> Density:
        if waiting.scv == 1.0:
            return self.exponential(waiting.mean)
        if waiting.scv < LEAST_SCV:
            return self.made(lambda x: min(x, waiting.mean), waiting.mean)
        return self.made(
            lambda x: _gamma(1 / waiting.scv, waiting.mean * waiting.scv, x), waiting.mean
        )

    def then(self, first: Density, second: Density) -> Density:
        if len(second) < len(first):
            first, second = second, first
        if len(first) > SHORT:
            return convolved(first, second, self.count)
        if len(first) == 1:
            return second if first[0] == 1.0 else [first[0] * each for each in second]
        total = [0.0] * min(self.count, len(first) + len(second) - 1)
        for shift, share in enumerate(first):
            for number, each in enumerate(second[: self.count - shift]):
                total[number + shift] += share * each
        return total

    def either(self, parts: Sequence[tuple[float, Density]]) -> Density:
        total = [0.0] * max(len(one) for _, one in parts)
        for share, one in parts:
            if share > 0:
                for number, each in enumerate(one):
                    total[number] += share * each
        return total

    def times(self, one: Density, count: int) -> Density:
        total, power = self.nothing(), one
        while count:
            if count & 1:
                total = self.then(total, power)
            count >>= 1
            if count:
                power = self.then(power, power)
        return total

    def fastest(self, branches: Sequence[Density], need: int) -> Density:
        if len(branches) == 1:
            return branches[0]
        lists = [self._tails(one) for one in branches]
        left = [at_least(tails, need) for tails in zip(*lists, strict=True)]
        return [1 - left[0], *(a - b for a, b in pairwise(left))]

    def tried(self, one: Density, policy: CallPolicy, failing: float) -> Density:
        if policy.hedge is not None:
            late = self._tails([*[0.0] * self._steps(policy.hedge), *one])
            left = [a * b for a, b in zip(self._tails(one), late, strict=True)]
            one = [1 - left[0], *(a - b for a, b in pairwise(left))]
        won, lost = one, 0.0
        failed: Density = [failing]
        if policy.timeout is not None:
            limit = self._steps(policy.timeout)
            if limit < self.count:
                won = one[: limit + 1]
                lost = max(0.0, 1 - sum(won))
                failed = [failing, *[0.0] * limit]
                failed[limit] += lost * (1 - failing)
        won = [each * (1 - failing) for each in won]
        if not policy.retries or failing + lost < 1e-9:
            return won
        total, before = won, self.nothing()
        for number in range(policy.retries):
            before = self.then(
                self.then(before, failed), self._pause(policy.backoff, number, policy.timeout)
            )
            total = self.either([(1.0, total), (1.0, self.then(before, won))])
        return total

    def failing(self, chance: float) -> Density:
        return [1 - chance]

    def called(self, one: Density, node: str) -> Density:
        return one

    def exponential(self, mean: float) -> Density:
        """Return an exponential law."""
        ratio = exp(-self.step / mean)
        first = mean / self.step * -expm1(-self.step / mean)
        factor = first * -expm1(-self.step / mean)
        made = [1 - first]
        while len(made) < self.count and factor > 1e-12:
            made.append(factor)
            factor *= ratio
        return made

    def made(self, limited: Callable[[float], float], mean: float) -> Density:
        """Return the density of a law from E[min(X, x)]; its mean is kept exactly.

        Source: the method of local moment matching; Klugman, Panjer and Willmot, Loss Models, 9.6.
        """
        levels = [limited(number * self.step) / self.step for number in range(self.count + 1)]
        left = [b - a for a, b in pairwise(levels)]
        density = [1 - left[0], *(max(0.0, a - b) for a, b in pairwise(left))]
        while len(density) > 1 and density[-1] < 1e-12:
            density.pop()
        return density

    def percentiles(self, one: Density, shares: Sequence[float]) -> list[float | None]:
        """Return the times, s, that shares (0..1) of those that end well stay below; None: beyond the grid."""
        below = list(accumulate(one))
        found: list[float | None] = []
        for share in shares:
            at = next((n for n, reached in enumerate(below) if reached >= share), None)
            if at is None:
                found.append(None)
                continue
            before = below[at - 1] if at else 0.0
            part = (share - before) / (below[at] - before) if below[at] > before else 1.0
            found.append(max(0.0, (at - 0.5 + part) * self.step))
        return found

    def _tails(self, one: Density) -> Density:
        """Return P(X > n steps) for the whole grid."""
        below = [*accumulate(one[: self.count])]
        below += [below[-1]] * (self.count - len(below))
        return [max(0.0, 1 - each) for each in below]

    def _steps(self, seconds: float) -> int:
        return min(self.count, round(seconds / self.step))

    def _pause(self, backoff: Backoff, number: int, timeout: float | None) -> Density:
        pause = min(backoff.base * backoff.factor**number, backoff.most)
        if pause <= 0 or (timeout is None and pause < self.step / 10):
            return [1.0]
        low = {"none": 1.0, "equal": 0.5, "full": 0.0}[backoff.jitter] * pause
        high = {"none": 1.0, "equal": 1.5, "full": 1.0}[backoff.jitter] * pause
        return self.made(lambda x: _uniform(low, high, x), (low + high) / 2)


def convolved(first: Density, second: Density, count: int) -> Density:
    """Return the first `count` chances of a sum, to about 1e-8."""
    left = array("Q", [int(each * UNIT + 0.5) for each in first])
    right = array("Q", [int(each * UNIT + 0.5) for each in second])
    size = len(left) + len(right)
    product = int.from_bytes(left.tobytes(), "little") * int.from_bytes(right.tobytes(), "little")
    made = array("Q")
    made.frombytes(product.to_bytes(8 * size, "little")[: 8 * min(count, size - 1)])
    scale = 1.0 / (UNIT * UNIT)
    return [each * scale for each in made]


def limited_mean(law: Law, mean: float) -> Callable[[float], float]:
    """Return the function x -> E[min(X, x)] of a law, both in s. The shapes are those of the engine."""
    if mean <= 0 or law.shape == "constant" or (law.cv == 0 and law.shape not in ("exponential", "empirical")):  # fmt: skip
        return lambda x: min(x, mean)
    match law.shape:
        case "exponential":
            return lambda x: -mean * expm1(-x / mean)
        case "uniform":
            half = mean * min(1.0, law.cv * sqrt(3))
            return lambda x: _uniform(mean - half, mean + half, x)
        case "lognormal":
            return lambda x: _lognormal(mean, law.cv, x)
        case "gamma":
            return lambda x: _gamma(1 / law.cv**2, mean * law.cv**2, x)
        case "pareto":
            alpha = 1 + sqrt(1 + 1 / law.cv**2)
            return lambda x: _pareto(mean * (alpha - 1) / alpha, alpha, x)
        case _:
            area = sum((q - p) * (a + b) / 2 for (p, a), (q, b) in pairwise(law.points))
            scale = mean / area if area > 0 else 1.0
            points = [(share, time * scale) for share, time in law.points]
            return lambda x: _empirical(points, x)


def _uniform(low: float, high: float, x: float) -> float:
    if x <= low:
        return x
    if x >= high:
        return (low + high) / 2
    return x - (x - low) ** 2 / (2 * (high - low))


def _lognormal(mean: float, cv: float, x: float) -> float:
    if x <= 0:
        return 0.0
    spread = log1p(cv * cv)
    at = (log(x / mean) + spread / 2) / sqrt(2 * spread)
    inner = 0.5 * (1 + erf(at - sqrt(spread / 2)))
    return mean * inner + x * 0.5 * (1 - erf(at))


def _gamma(shape: float, scale: float, x: float) -> float:
    if x <= 0:
        return 0.0
    z = x / scale
    tail = gamma_tail(shape, z)
    further = tail + exp(shape * log(z) - z - lgamma(shape + 1))
    return shape * scale * (1 - further) + x * tail


def _pareto(least: float, alpha: float, x: float) -> float:
    if x <= least:
        return x
    return float(least + least / (alpha - 1) * (1 - (least / x) ** (alpha - 1)))


def _empirical(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return the mean of what is below x, and x for what is above; linear between the points."""
    total = 0.0
    for (p, a), (q, b) in pairwise(points):
        if b <= x:
            total += (q - p) * (a + b) / 2
        elif a >= x:
            total += (q - p) * x
        else:
            middle = p + (q - p) * (x - a) / (b - a)
            total += (middle - p) * (a + x) / 2 + (q - middle) * x
    return total
