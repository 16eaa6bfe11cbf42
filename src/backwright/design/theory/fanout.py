"""Waiting for several at once: the slowest of n, the k-th of n, hedged requests.

A law is given by its tail, P(X > t) with t in seconds; the n are independent and alike. Sources: David and
Nagaraja, Order Statistics, 2003; Dean and Barroso, The Tail at Scale, 2013.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from backwright.design.theory.queueing import Approximate, erlangs_of
from backwright.design.theory.ranges import above_zero, inner_part, not_negative, part, whole
from backwright.design.theory.special_functions import binomial_below, crossing

Tail = Callable[[float], float]

BRANCHES_MAX = 1_000_000  # no request fans out wider
PIECES = 64  # of the integral, each with five points of Gauss and Legendre
POINTS = (  # on -1..1, with weights (NIST Digital Library of Mathematical Functions, table 3.5.2)
    (0.0, 128 / 225),
    (math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
    (-math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
    (math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
    (-math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
)


def exponential_mean(mean: float, n: int, need: int | None = None) -> float:
    """Return the mean time until `need` of n exponential branches are done, s (exact); all if not said.

    mean x (1/n + 1/(n-1) + ... + 1/(n-need+1)): each gap is the least of those still running.
    """
    above_zero("mean", mean)
    least = _checked(n, need)
    return mean * math.fsum(1 / k for k in range(n - least + 1, n + 1))


def done_tail(tail: Tail, n: int, need: int | None = None) -> Tail:
    """Return the tail of the time until `need` of n branches are done; all if not said."""
    least = _checked(n, need)
    if least == n:
        return lambda t: -math.expm1(n * math.log1p(-tail(t))) if tail(t) < 1 else 1.0
    if least == 1:
        return lambda t: tail(t) ** n
    return lambda t: binomial_below(n, 1 - tail(t), least)


def mean_of(tail: Tail, scale: float) -> float:
    """Return the mean of a law from its tail, s, by numerical integration (about six digits if smooth).

    Args:
        scale: A typical value, s: where to start looking for the far end.
    """
    above_zero("scale", scale)
    far = crossing(tail, 1e-12, scale)
    middle = min(crossing(tail, 0.5, scale), far / 2)
    edges = [middle * i / PIECES for i in range(PIECES)] if middle else []
    start = middle or far * 1e-6
    growth = (far / start) ** (1 / PIECES)
    edges += [start * growth**i for i in range(PIECES + 1)] if middle else [
        0.0, *(start * growth**i for i in range(PIECES + 1))
    ]  # fmt: skip
    total = 0.0
    for low, high in pairwise(edges):
        centre, half = (low + high) / 2, (high - low) / 2
        total += half * math.fsum(weight * tail(centre + half * x) for x, weight in POINTS)
    return total


def mean_until(tail: Tail, scale: float, n: int, need: int | None = None) -> float:
    """Return the mean time until `need` of n branches are done, s, for any law; all if not said.

    It is above the largest of the means: the mean of the slowest, not the slowest mean.
    """
    return mean_of(done_tail(tail, n, need), scale)


def percentile_until(
    share: float, tail: Tail, scale: float, n: int, need: int | None = None
) -> float:
    """Return the time by which `need` of n branches are done with this share (0..1), s, for any law."""
    inner_part("share", share)
    above_zero("scale", scale)
    return crossing(done_tail(tail, n, need), 1 - share, scale)


def share_slow(slow: float, n: int) -> float:
    """Return the share of requests that meet at least one slow branch of n, 1 - (1 - slow)^n.

    With 1 % slow and n = 100 it is 63 %.
    """
    part("slow", slow)
    whole("n", n, 1, BRANCHES_MAX)
    return -math.expm1(n * math.log1p(-slow)) if slow < 1 else 1.0


def branch_share(share: float, n: int) -> float:
    """Return the percentile of a branch that decides a percentile of the slowest of n, share^(1/n).

    The p99 of a request that waits for 100 is the p99.99 of a branch.
    """
    inner_part("share", share)
    whole("n", n, 1, BRANCHES_MAX)
    return math.exp(math.log(share) / n)


def hedged_tail(tail: Tail, after: float) -> Tail:
    """Return the tail if a second, independent try starts `after` s and the first answer wins.

    The price is tail(after): the share of requests that are sent twice. Load that the second tries add is
    not in here.
    """
    not_negative("after", after)
    return lambda t: tail(t) * (tail(t - after) if t >= after else 1.0)


def fork_join(rate: float, service: float, n: int) -> Approximate:
    """Return the mean response of a request that is split over n M/M/1 servers and waits for all, s.

    Every request goes to all n. Exact for 1 and 2; else Nelson and Tantawi 1988, who found it within
    5 % of simulation up to n = 32.
    """
    whole("n", n, 1, BRANCHES_MAX)
    used = erlangs_of(rate, service, 1)
    alone = service / (1 - used)
    if n == 1:
        return Approximate(alone, 0.0, "M/M/1")
    pair = (12 - used) / 8 * alone
    if n == 2:
        return Approximate(pair, 0.0, "Nelson and Tantawi 1988, exact for two")
    ratio = math.fsum(1 / k for k in range(1, n + 1)) / 1.5
    return Approximate(
        (ratio + (1 - ratio) * 4 * used / 11) * pair, 0.05, "Nelson and Tantawi 1988, n up to 32"
    )


def _checked(n: int, need: int | None) -> int:
    whole("n", n, 1, BRANCHES_MAX)
    return n if need is None else whole("need", need, 1, n)
