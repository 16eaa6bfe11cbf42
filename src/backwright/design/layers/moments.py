"""Durations as mean and variance: fast, exact for sums and choices, fitted where a tail is needed."""

from collections.abc import Callable, Mapping, Sequence
from math import erfc, exp, inf, isfinite, log, log1p, sqrt
from typing import NamedTuple

from backwright.model.design import Backoff, CallPolicy, Law

POINTS = 200  # of an integral over a survival function: .1 % on a mean, as tested
NEVER = 1e-9  # a chance below this is none
REACH = 9.0  # standard deviations above the mean to which it goes


class Moments(NamedTuple):
    """Mean in s, variance in s^2. `Waiting` uses infinity where there is no steady state."""

    mean: float
    variance: float

    @property
    def scv(self) -> float:
        """Squared coefficient of variation."""
        return self.variance / self.mean**2 if self.mean > 0 and isfinite(self.mean) else 0.0


ZERO = Moments(0.0, 0.0)


class Waiting(NamedTuple):
    """A wait: none, or with a chance an exponential time, cut off where it would go on elsewhere.

    Attributes:
        chance: Share that waits; mean: of those, before the cut, s. Infinite without a steady state.
        cut: Longest wait here, s.
        scv: Squared coefficient of variation of those that wait: 1 exponential, otherwise gamma, uncut.
    """

    chance: float
    mean: float
    cut: float = inf
    scv: float = 1.0

    @property
    def total(self) -> float:
        """Mean over all, before the cut, s."""
        return self.chance * self.mean if self.chance else 0.0

    @property
    def beyond(self) -> float:
        """Mean over all of what is beyond the cut, s."""
        return self.total * exp(-self.cut / self.mean) if self.total and self.cut < inf else 0.0

    @property
    def moments(self) -> Moments:
        """Mean and variance over all, with the cut."""
        chance, mean, cut, scv = self
        if not self.total or cut <= 0:
            return ZERO
        if scv != 1.0:
            first = chance * mean
            return Moments(first, chance * mean * mean * (1 + scv) - first * first)
        if not isfinite(mean):
            return Moments(cut, 0.0) if isfinite(cut) else Moments(inf, inf)
        left = exp(-cut / mean)
        first = chance * mean * (1 - left)
        second = chance * 2 * (mean * mean - (left * mean * (mean + cut) if left else 0.0))
        return Moments(first, max(0.0, second - first * first))


NO_WAIT = Waiting(0.0, 0.0)


def scv_of(law: Law) -> float:
    """Return the squared coefficient of variation of a law."""
    match law.shape:
        case "constant":
            return 0.0
        case "exponential":
            return 1.0
        case "uniform":
            return min(1.0, law.cv * sqrt(3)) ** 2 / 3
        case "empirical":
            mean, second = 0.0, 0.0
            for (low, a), (high, b) in zip(law.points, law.points[1:], strict=False):
                mean += (high - low) * (a + b) / 2
                second += (high - low) * (a * a + a * b + b * b) / 3
            return second / mean**2 - 1 if mean > 0 else 0.0
        case _:
            return law.cv**2


def survival(one: Moments) -> Callable[[float], float]:
    """Return P(X > t) of a lognormal law with these moments."""
    if one.variance <= 0 or one.mean <= 0:
        return lambda t: 1.0 if t < one.mean else 0.0
    width = log1p(one.scv)
    middle = log(one.mean) - width / 2
    scale = sqrt(2 * width)
    return lambda t: 1.0 if t <= 0 else 0.5 * erfc((log(t) - middle) / scale)


def of_survival(tail: Callable[[float], float], reach: float) -> Moments:
    """Return the moments of a law from its survival function, by the midpoint rule up to `reach` s."""
    step = reach / POINTS
    mean = second = 0.0
    for number in range(POINTS):
        t = (number + 0.5) * step
        alive = tail(t)
        mean += alive * step
        second += 2 * t * alive * step
    return Moments(mean, max(0.0, second - mean * mean))


def within(one: Moments, limit: float) -> Moments:
    """Return the moments of those of a lognormal law that are below a limit."""
    if one.variance <= 0 or one.mean <= 0:
        return one if one.mean <= limit else Moments(limit, 0.0)
    width = log1p(one.scv)
    at = (log(limit / one.mean) + width / 2) / sqrt(width)
    below = _normal(at)
    if below < NEVER:
        return Moments(limit, 0.0)
    mean = one.mean * _normal(at - sqrt(width)) / below
    second = (one.variance + one.mean**2) * _normal(at - 2 * sqrt(width)) / below
    return Moments(mean, max(0.0, second - mean * mean))


def _normal(z: float) -> float:
    return 0.5 * erfc(-z / sqrt(2))


def at_least(tails: Sequence[float], need: int) -> float:
    """Return the chance that fewer than `need` of independent things are done; each tail: not yet done."""
    ways = [1.0] + [0.0] * len(tails)  # ways[k]: chance that k are done
    for count, tail in enumerate(tails):
        for k in range(count + 1, 0, -1):
            ways[k] = ways[k] * tail + ways[k - 1] * (1 - tail)
        ways[0] *= tail
    return sum(ways[:need])


def pauses_of(backoff: Backoff, retries: int) -> list[Moments]:
    """Return the pause before each retry."""
    made = []
    for number in range(retries):
        pause = min(backoff.base * backoff.factor**number, backoff.most)
        share = 0.5 if backoff.jitter == "full" else 1.0
        spread = 0.0 if backoff.jitter == "none" else pause**2 / 12
        made.append(Moments(pause * share, spread))
    return made


class MomentArithmetic:
    """Mean and variance of independent durations.

    Attributes:
        waits: Of each resource; what is not named has no wait.
        lost: Chance that a try times out, by caller and callee; of several operations the largest.
    """

    def __init__(self, waits: Mapping[str, Waiting]) -> None:
        self.waits = {name: waiting.moments for name, waiting in waits.items()}
        self.lost: dict[tuple[str, str], float] = {}

    def nothing(self) -> Moments:
        return ZERO

    def law(self, law: Law, mean: float, node: str) -> Moments:
        return Moments(mean, mean * mean * scv_of(law))

    def wait(self, resource: str) -> Moments:
        return self.waits.get(resource, ZERO)

    def then(self, first: Moments, second: Moments) -> Moments:
        return Moments(first.mean + second.mean, first.variance + second.variance)

    def either(self, parts: Sequence[tuple[float, Moments]]) -> Moments:
        mean = second = 0.0
        for share, one in parts:
            if share > 0:
                mean += share * one.mean
                second += share * (one.variance + one.mean**2)
        return Moments(mean, max(0.0, second - mean * mean) if isfinite(mean) else mean)

    def times(self, one: Moments, count: int) -> Moments:
        return Moments(one.mean * count, one.variance * count)

    def fastest(self, branches: Sequence[Moments], need: int) -> Moments:
        if len(branches) == 1:
            return branches[0]
        if not all(isfinite(one.mean) for one in branches):
            return Moments(float("inf"), float("inf"))
        tails = [survival(one) for one in branches]
        reach = max(one.mean + REACH * sqrt(one.variance) for one in branches) * 1.0001
        return of_survival(lambda t: at_least([tail(t) for tail in tails], need), reach)

    def tried(self, one: Moments, policy: CallPolicy, failing: float) -> Moments:
        if not isfinite(one.mean):
            if policy.timeout is None:
                return one
            one = Moments(policy.timeout * 10, 0.0)  # all time out
        if policy.hedge is not None:
            one = self._hedged(one, policy.hedge)
        late, won = 0.0, one
        if policy.timeout is not None:
            limit = policy.timeout
            late = survival(one)(limit)
            link = (policy.caller, policy.callee)
            self.lost[link] = max(late, self.lost.get(link, 0.0))
            if late > NEVER:
                won = within(one, limit)
        return self._again(won, late, policy, failing)

    def _again(self, won: Moments, late: float, policy: CallPolicy, failing: float) -> Moments:
        """Return the time over all tries: one fails at once with chance `failing`, or at its time-out."""
        lost = failing + (1 - failing) * late
        if lost < NEVER:
            return won
        limit = policy.timeout or 0.0
        share = (1 - failing) * late / lost
        failed = Moments(share * limit, share * (1 - share) * limit * limit)
        paths, before, chance = [], ZERO, 1.0
        for pause in pauses_of(policy.backoff, policy.retries):
            paths.append((chance * (1 - lost), self.then(before, won)))
            before = self.then(self.then(before, failed), pause)
            chance *= lost
        paths.append((chance * (1 - lost), self.then(before, won)))
        paths.append((chance * lost, self.then(before, failed)))
        return self.either(paths)

    def failing(self, chance: float) -> Moments:
        return ZERO

    def called(self, one: Moments, node: str) -> Moments:
        return one

    def _hedged(self, one: Moments, after: float) -> Moments:
        tail = survival(one)
        reach = one.mean + REACH * sqrt(one.variance)
        return of_survival(lambda t: tail(t) * (tail(t - after) if t > after else 1.0), reach)
