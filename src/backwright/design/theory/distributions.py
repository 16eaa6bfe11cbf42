"""Laws of durations as mathematics: moments, tails and quantiles of the shapes a blueprint can name."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from backwright.design.theory.ranges import above_zero, inner_part, not_negative
from backwright.design.theory.special_functions import gamma_quantile, gamma_tail, normal_quantile

Shape = Literal["constant", "exponential", "lognormal", "gamma", "uniform", "pareto", "empirical"]


TINY = 1e-300  # s; stands for 0 where a logarithm is taken


@dataclass(frozen=True)
class Distribution:
    """A law of durations; the fields are those of `design.net.Sampler`.

    Attributes:
        mean: Seconds, above 0. Of an empirical law it is computed from `points`.
        cv: Standard deviation over mean, 0 or more, of lognormal, gamma, pareto and uniform. A uniform
            law is the mean +- mean x min(1, cv sqrt(3)). With cv 0 these are constant.
        points: Of an empirical law: (share 0..1, seconds), both rising, linear in between.
    """

    shape: Shape = "exponential"
    mean: float = 1.0
    cv: float = 1.0
    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no law: ValueError names the value."""
        if self.shape == "empirical":
            _check_points(self.points)
            return
        above_zero("mean", self.mean)
        not_negative("cv", self.cv)

    @property
    def kind(self) -> Shape:
        """The shape, with everything that does not vary called constant."""
        varies = self.cv > 0 or self.shape in {"exponential", "empirical"}
        return self.shape if varies else "constant"

    @property
    def half_width(self) -> float:
        """How far a uniform law reaches from its mean, s."""
        return self.mean * min(1.0, self.cv * math.sqrt(3))

    def moment(self, power: int) -> float:
        """Return E[X^power] for a power of 1, 2 or 3, s^power; inf if a Pareto tail is too heavy."""
        match self.kind:
            case "constant":
                factor = 1.0
            case "exponential":
                factor = math.factorial(power)
            case "lognormal":
                factor = (1 + self.cv**2) ** (power * (power - 1) / 2)
            case "gamma":
                k = 1 / self.cv**2
                factor = math.prod(1 + step / k for step in range(power))
            case "uniform":
                low, high = self.mean - self.half_width, self.mean + self.half_width
                return _mean_power(low, high, power)
            case "pareto":
                index = self._index()
                least = self.mean * (index - 1) / index
                return least**power * index / (index - power) if index > power else math.inf
            case "empirical":
                return math.fsum(
                    (share - before) * _mean_power(low, high, power)
                    for (before, low), (share, high) in pairwise(self.points)
                )
        return self.mean**power * factor

    def average(self) -> float:
        """Return E[X], s."""
        return self.moment(1)

    def spread(self) -> float:
        """Return the coefficient of variation, standard deviation over mean; inf if there is none."""
        first = self.moment(1)
        return math.sqrt(max(0.0, self.moment(2) - first * first)) / first if first else 0.0

    def tail(self, t: float) -> float:
        """Return P(X > t)."""
        if t < 0:
            return 1.0
        match self.kind:
            case "constant":
                return float(t < self.mean)
            case "exponential":
                return math.exp(-t / self.mean)
            case "lognormal":
                variance = math.log1p(self.cv**2)
                z = (math.log(max(t, TINY) / self.mean) + variance / 2) / math.sqrt(variance)
                return math.erfc(z / math.sqrt(2)) / 2
            case "gamma":
                return gamma_tail(1 / self.cv**2, t / (self.mean * self.cv**2))
            case "uniform":
                return min(1.0, max(0.0, (self.mean + self.half_width - t) / (2 * self.half_width)))
            case "pareto":
                index = self._index()
                least = self.mean * (index - 1) / index
                return 1.0 if t <= least else (least / t) ** index
        return self._empirical_tail(t)

    def excess(self, t: float) -> float:
        """Return E[max(0, X - t)], the integral of the tail from t on, s; t from 0 on."""
        mean = self.mean
        match self.kind:
            case "constant":
                return max(0.0, mean - t)
            case "exponential":
                return mean * math.exp(-t / mean)
            case "lognormal":
                if t == 0:
                    return mean
                sigma = math.sqrt(math.log1p(self.cv**2))
                z = math.log(t / mean) / sigma - sigma / 2
                above = math.erfc(z / math.sqrt(2)) / 2
                return max(0.0, mean * above - t * self.tail(t))
            case "gamma":
                scale = mean * self.cv**2
                above = gamma_tail(1 / self.cv**2 + 1, t / scale)
                return max(0.0, mean * above - t * self.tail(t))
            case "uniform":
                return _mean_above(mean - self.half_width, mean + self.half_width, t)
            case "pareto":
                index = self._index()
                least = mean * (index - 1) / index
                return mean - t if t <= least else (least / t) ** index * t / (index - 1)
        return math.fsum(
            (after - before) * _mean_above(low, high, t)
            for (before, low), (after, high) in pairwise(self.points)
        )

    def quantile(self, share: float) -> float:
        """Return the duration that this share (0..1, ends not included) stays below, s."""
        inner_part("share", share)
        match self.kind:
            case "constant":
                return self.mean
            case "exponential":
                return -self.mean * math.log1p(-share)
            case "lognormal":
                variance = math.log1p(self.cv**2)
                z = normal_quantile(share)
                return self.mean * math.exp(z * math.sqrt(variance) - variance / 2)
            case "gamma":
                return gamma_quantile(1 / self.cv**2, share) * self.mean * self.cv**2
            case "uniform":
                return self.mean + self.half_width * (2 * share - 1)
            case "pareto":
                index = self._index()
                return self.mean * (index - 1) / index * math.exp(-math.log1p(-share) / index)
        for (before, low), (after, high) in pairwise(self.points):
            if share <= after:
                return low + (high - low) * (share - before) / (after - before)
        return self.points[-1][1]

    def _index(self) -> float:
        """Return the exponent of a Pareto law of this cv: 1 + sqrt(1 + 1 / cv^2), above 2."""
        return 1 + math.sqrt(1 + 1 / self.cv**2)

    def _empirical_tail(self, t: float) -> float:
        if t < self.points[0][1]:
            return 1.0
        for (before, low), (after, high) in pairwise(self.points):
            if t < high:
                return 1 - before - (after - before) * (t - low) / (high - low)
        return 0.0


def _mean_power(low: float, high: float, power: int) -> float:
    """Return E[X^power] of a uniform law from low to high."""
    return math.fsum(low**k * high ** (power - k) for k in range(power + 1)) / (power + 1)


def _mean_above(low: float, high: float, t: float) -> float:
    """Return E[max(0, X - t)] of a uniform law from low to high."""
    if t <= low:
        return (low + high) / 2 - t
    return (high - t) ** 2 / (2 * (high - low)) if t < high else 0.0


def _check_points(points: tuple[tuple[float, float], ...]) -> None:
    if len(points) < 2 or points[0][0] != 0 or points[-1][0] != 1:
        raise ValueError(f"points are {points}: they must go from share 0 to share 1")
    for (before, low), (after, high) in pairwise(points):
        not_negative("a point's seconds", low)
        if after <= before or high < low:
            raise ValueError(f"points are {points}: shares and seconds must rise")
