"""What a simulation or a measurement says, and how sure: percentiles, warm-up, intervals, when to stop."""

import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import frexp

from backwright.design.theory.ranges import above_zero, inner_part, whole
from backwright.design.theory.special_functions import (
    beta_share,
    normal_quantile,
    student_quantile,
)

Samples = Sequence[float]

CONFIDENCE = 0.95
SUBDIVISIONS = 128  # buckets for each doubling: a bucket's middle is within 0.4 % of all in it
LEAST, MOST = 1e-9, 1e9  # s; a nanosecond to 30 years. What is beyond is counted at the end
OFFSET = frexp(LEAST)[1]
BUCKETS = (frexp(MOST)[1] - OFFSET + 1) * SUBDIVISIONS
BATCH = 5  # of MSER-5


def percentile(samples: Samples, share: float, *, is_sorted: bool = False) -> float:
    """Return the smallest sample that at least this share (0..1) of the samples does not exceed.

    The inverse of the empirical distribution function (nearest rank; type 1 of Hyndman and Fan
    1996): always a value that was seen, never one between two.

    Raises:
        ValueError: If there are no samples.
    """
    return percentiles(samples, (share,), is_sorted=is_sorted)[0]


def percentiles(
    samples: Samples, shares: Iterable[float], *, is_sorted: bool = False
) -> tuple[float, ...]:
    """Return several percentiles of the same samples, sorting them once; see `percentile`."""
    if not len(samples):
        raise ValueError("samples are empty: they have no percentile")
    ordered = samples if is_sorted else sorted(samples)
    return tuple(ordered[_rank(len(ordered), share) - 1] for share in shares)


def _rank(count: int, share: float) -> int:
    """Return which of `count` sorted samples is the percentile, counted from 1."""
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}: it must be from 0 to 1")
    return max(1, math.ceil(count * share - 1e-9))  # .99 * 100 is a hair above 99


class Histogram:
    """Counts in buckets that widen with the value: bounded memory, percentiles within 0.4 %.

    Log-linear, as Gil Tene's HdrHistogram: each doubling has SUBDIVISIONS buckets. About 60 kB, whatever
    is counted. Mean, least and most are exact.

    Attributes:
        count: Values added; total: their sum, s; least, most: s.
        outside: Values not from LEAST to MOST; they count in the first or last bucket.
    """

    __slots__ = ("count", "counts", "least", "most", "outside", "total")

    def __init__(self, values: Iterable[float] = ()) -> None:
        self.counts = array("q", bytes(8 * BUCKETS))
        self.count = self.outside = 0
        self.total = 0.0
        self.least, self.most = math.inf, -math.inf
        for value in values:
            self.add(value)

    def add(self, value: float, times: int = 1) -> None:
        """Count a duration, s; ValueError if it is negative or not a number."""
        if not value >= 0:
            raise ValueError(f"value is {value}: a duration must be 0 or more")
        if LEAST <= value < MOST:
            mantissa, exponent = frexp(value)
            place = (exponent - OFFSET) * SUBDIVISIONS + int((2 * mantissa - 1) * SUBDIVISIONS)
        else:
            place = 0 if value < LEAST else BUCKETS - 1
            self.outside += times
        self.counts[place] += times
        self.count += times
        self.total += value * times
        self.least = min(self.least, value)
        self.most = max(self.most, value)

    def merge(self, other: "Histogram") -> None:
        """Add all that another one counted."""
        for place, times in enumerate(other.counts):
            if times:
                self.counts[place] += times
        self.count += other.count
        self.outside += other.outside
        self.total += other.total
        self.least = min(self.least, other.least)
        self.most = max(self.most, other.most)

    @property
    def mean(self) -> float:
        """Return the mean of all values, s; ValueError if there are none."""
        if not self.count:
            raise ValueError("the histogram is empty: it has no mean")
        return self.total / self.count

    def percentile(self, share: float) -> float:
        """Return the percentile (nearest rank), s, within 0.4 % of the exact one."""
        if not self.count:
            raise ValueError("the histogram is empty: it has no percentile")
        rank, seen = _rank(self.count, share), 0
        if rank in {1, self.count}:
            return self.least if rank == 1 else self.most
        for place, times in enumerate(self.counts):
            seen += times
            if seen >= rank:
                octave, step = divmod(place, SUBDIVISIONS)
                middle = math.ldexp(1 + (step + 0.5) / SUBDIVISIONS, octave + OFFSET - 1)
                return min(self.most, max(self.least, middle))
        return self.most


def warm_up(samples: Samples) -> int:
    """Return how many samples to drop from the front, by MSER-5, in the order they were taken.

    Batches of five are averaged; the cut minimises the squared standard error of the mean of what is
    left. At most half is dropped: if the best cut lies there, the run was too short (White 1997; Franklin and
    White 2008). 0 for fewer than 20 samples.
    """
    batches = [
        math.fsum(samples[i : i + BATCH]) / BATCH for i in range(0, len(samples) - BATCH + 1, BATCH)
    ]
    count = len(batches)
    if count < 4:
        return 0
    shift = math.fsum(batches) / count  # so that squares do not cancel
    total = square = 0.0
    best, cut = math.inf, 0
    for index in range(count - 1, -1, -1):
        value = batches[index] - shift
        total += value
        square += value * value
        left = count - index
        if index <= count // 2:
            error = max(0.0, square - total * total / left) / left**2
            if error <= best:
                best, cut = error, index
    return cut * BATCH


@dataclass(frozen=True)
class Interval:
    """An estimate and what it may be.

    Attributes:
        half: Half the width; of an interval that is not symmetric, the longer side.
        confidence: Share of such intervals that hold the true value.
        count: Replications, batches or samples behind it.
    """

    estimate: float
    low: float
    high: float
    half: float
    confidence: float
    count: int


def mean_interval(values: Samples, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean over replications of any statistic, with Student's interval.

    Values are one per replication (a mean, a p99, a share), independent of each other. With one value
    the interval is infinite.
    """
    inner_part("confidence", confidence)
    count = len(values)
    if count == 0:
        raise ValueError("values are empty: there is nothing to average")
    mean = math.fsum(values) / count
    if count == 1:
        return Interval(mean, -math.inf, math.inf, math.inf, confidence, 1)
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    half = student_quantile((1 + confidence) / 2, count - 1) * math.sqrt(variance / count)
    return Interval(mean, mean - half, mean + half, half, confidence, count)


@dataclass(frozen=True)
class BatchMeans:
    """The mean of one long run, its interval, and whether the batches may be taken as independent.

    Attributes:
        correlation: Of neighbouring batches. Far from 0 (over 2 / sqrt(batches)), the interval is too
            narrow: take longer batches.
    """

    interval: Interval
    correlation: float


def batch_means(samples: Samples, batches: int = 20, confidence: float = CONFIDENCE) -> BatchMeans:
    """Return the mean of correlated samples of one run, from means of consecutive batches.

    What does not fill the last batch is left out at the front, where the warm-up would be. Source: Law,
    Simulation Modeling and Analysis, chapter 9; 10 to 30 batches are usual.
    """
    whole("batches", batches, 2, 10_000)
    size = len(samples) // batches
    if size == 0:
        raise ValueError(f"samples are {len(samples)}: too few for {batches} batches")
    first = len(samples) - size * batches
    means = [math.fsum(samples[i : i + size]) / size for i in range(first, len(samples), size)]
    interval = mean_interval(means, confidence)
    apart = [mean - interval.estimate for mean in means]
    variance = math.fsum(x * x for x in apart)
    together = math.fsum(x * y for x, y in pairwise(apart))
    return BatchMeans(interval, together / variance if variance else 0.0)


def percentile_interval(
    samples: Samples, share: float, confidence: float = CONFIDENCE, *, is_sorted: bool = False
) -> Interval:
    """Return a percentile with an interval between two order statistics, for independent samples.

    Holds whatever the law: the number of samples below the true percentile is binomial. Confidence is at
    least what is asked. An end is infinite if there are too few samples for it (for p99 at 95 %
    below 368). Samples of one run are correlated: the interval is then too narrow; use
    replications. Source: David and Nagaraja, Order Statistics, section 7.1.
    """
    inner_part("share", share)
    inner_part("confidence", confidence)
    count = len(samples)
    estimate = percentile(samples, share, is_sorted=is_sorted)
    ordered = samples if is_sorted else sorted(samples)
    rest = (1 - confidence) / 2
    low = _largest(count, lambda rank: _at_most(count, share, rank - 1) <= rest)
    high = _largest(count, lambda rank: _at_most(count, share, rank - 1) < 1 - rest) + 1
    bottom = ordered[low - 1] if low >= 1 else -math.inf
    top = ordered[high - 1] if high <= count else math.inf
    half = max(estimate - bottom, top - estimate)
    return Interval(estimate, bottom, top, half, confidence, count)


def _at_most(count: int, share: float, k: int) -> float:
    """Return P(Binomial(count, share) <= k)."""
    if k < 0:
        return 0.0
    return 1.0 if k >= count else beta_share(count - k, k + 1, 1 - share)


def _largest(count: int, holds: Callable[[int], bool]) -> int:
    """Return the largest rank of 1 .. count for which something holds that stops holding; 0 if none."""
    low, high = 0, count + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


@dataclass(frozen=True)
class Difference:
    """By how much one design differs from another.

    Attributes:
        interval: Of after minus before; it is clear if 0 is outside.
        gain: How many times narrower than with independent random numbers.
    """

    interval: Interval
    gain: float

    @property
    def is_clear(self) -> bool:
        """Whether the sign of the difference is sure at the interval's confidence."""
        return self.interval.low > 0 or self.interval.high < 0


def paired_difference(
    before: Samples, after: Samples, confidence: float = CONFIDENCE
) -> Difference:
    """Return after minus before over replications that used the same random numbers, pair by pair.

    Raises:
        ValueError: If there are not as many of one as of the other, or fewer than two.
    """
    if len(before) != len(after) or len(before) < 2:
        raise ValueError(f"pairs are {len(before)} and {len(after)}: as many of each, at least 2")
    interval = mean_interval([b - a for a, b in zip(before, after, strict=True)], confidence)
    alone = math.hypot(
        mean_interval(before, confidence).half, mean_interval(after, confidence).half
    )
    return Difference(interval, alone / interval.half if interval.half else math.inf)


REPLICATIONS_LEAST = 5  # fewer give a variance that is itself a guess, and stopping by luck


def is_tight(interval: Interval, share: float, least: int = REPLICATIONS_LEAST) -> bool:
    """Return whether to stop: the half-width is at most this share of the estimate.

    Sequential stopping (Chow and Robbins 1965; Law, section 9.4.1). Coverage is slightly below the
    nominal confidence because it stops when the variance looks small; `least` replications bound that.
    """
    above_zero("share", share)
    return interval.count >= least and interval.half <= share * abs(interval.estimate)


def replications_for(interval: Interval, share: float) -> int:
    """Return about how many replications would bring the half-width to this share of the estimate.

    From the variance seen so far, with the normal quantile in the long run; at least as many as there are.
    """
    above_zero("share", share)
    if interval.count < 2 or not interval.estimate:
        raise ValueError(
            f"count is {interval.count}, estimate {interval.estimate}: nothing to go by"
        )
    seen = student_quantile((1 + interval.confidence) / 2, interval.count - 1)
    deviation = interval.half / seen * math.sqrt(interval.count)
    goal = share * abs(interval.estimate)
    needed = (normal_quantile((1 + interval.confidence) / 2) * deviation / goal) ** 2
    return max(interval.count, math.ceil(needed))
