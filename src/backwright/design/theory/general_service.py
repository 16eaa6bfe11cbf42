"""Waiting where the service follows any law: percentiles at one server exactly, at several approximately."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from operator import mul

from backwright.design.theory.distributions import Distribution
from backwright.design.theory.queueing import (
    Approximate,
    erlang_c,
    erlangs_of,
    ggc_wait_mean,
    md1_wait_percentile,
)
from backwright.design.theory.ranges import inner_part
from backwright.design.theory.special_functions import crossing

STEPS = (
    1200  # of the integral equation: 15 ms for a light law, 150 ms for one that needs a far horizon
)
SLICES = 240  # of the service law, finer towards its tail
RAREST = 1e-7  # share of the service law beyond the last slice


@dataclass(frozen=True)
class Slice:
    """A piece of a law: the share above its start and above its end, and its middle and start in s."""

    upper: float
    lower: float
    middle: float
    start: float


def slices(law: Distribution) -> tuple[Slice, ...]:
    """Return a law cut at its quantiles, finest in the tail; what is beyond RAREST is one slice."""
    edges = [RAREST ** (i / SLICES) for i in range(SLICES)]
    cuts = [*sorted({*edges, *(1 - k / 60 for k in range(60))}, reverse=True), 0.0]
    return tuple(
        Slice(
            upper,
            lower,
            law.quantile(1 - (upper + lower) / 2),
            law.quantile(1 - upper) if upper < 1 else 0.0,
        )
        for upper, lower in pairwise(cuts)
    )


def after_service(
    wait_tail: Callable[[float], float], law: Distribution
) -> Callable[[float], float]:
    """Return the tail of a wait plus an independent service, from the tail of the wait."""
    if law.kind == "constant":
        return lambda t: wait_tail(t - law.mean) if t >= law.mean else 1.0
    pieces = slices(law)

    def tail(t: float) -> float:
        longer = law.tail(t)
        total = longer
        for piece in pieces:
            if piece.lower >= longer:
                total += (piece.upper - piece.lower) * wait_tail(max(0.0, t - piece.middle))
            else:  # t lies in this slice: only its part before t still waits
                if piece.upper > longer:
                    wait = max(0.0, (t - piece.start) / 2)
                    total += (piece.upper - longer) * wait_tail(wait)
                break
        return total

    return tail


def ggc_sojourn_percentile(
    share: float, rate: float, service: Distribution, servers: int, arrival_cv: float = 1.0
) -> Approximate:
    """Return the wait plus service that this share (0..1) stays below with any arrivals and services, s.

    Who waits (Erlang C) waits an exponential time whose mean is Allen-Cunneen's; the service is added by
    convolution. Exact for M/M/c; with one server and Poisson arrivals `mg1_sojourn_percentile` is taken.
    A heavy service law (cv 2) makes it up to a quarter too low at few servers.
    """
    inner_part("share", share)
    mean = service.average()
    erlangs = erlangs_of(rate, mean, servers)
    if servers == 1 and arrival_cv == 1:
        return Approximate(mg1_sojourn_percentile(share, rate, service), 0.002, "M/G/1")
    waits = erlang_c(servers, erlangs)
    wait = ggc_wait_mean(rate, mean, servers, arrival_cv, service.spread()).value
    if wait == 0:
        return Approximate(service.quantile(share), 0.0, "nobody waits")

    def wait_tail(t: float) -> float:
        return waits * math.exp(-waits * t / wait)

    return Approximate(
        crossing(after_service(wait_tail, service), 1 - share, mean),
        0.1 if arrival_cv == 1 and service.spread() <= 1 else 0.3,
        "Erlang C, exponential wait of Allen-Cunneen's mean; p99 against simulated G/G/c, cv up to 2",
    )


class WaitTail:
    """P(W > t) at one server with any service law (M/G/1), on a grid, linear in between.

    Solves w(t) = lambda int_t^inf P(S > u) du + lambda int_0^t w(t - u) P(S > u) du, the
    Pollaczek-Khinchine law as a renewal equation (Asmussen, Applied Probability and Queues, 2003,
    chapter VIII), by product integration: w is linear in each cell, the law's mass there is exact.
    """

    def __init__(self, rate: float, service: Distribution, horizon: float) -> None:
        self.step = step = horizon / STEPS
        beyond = [rate * service.excess(i * step / 2) for i in range(2 * STEPS + 1)]
        far = [  # weight of each cell's far end, then of its near end
            (beyond[i] + 4 * beyond[i + 1] + beyond[i + 2]) / 6 - beyond[i + 2]
            for i in range(0, 2 * STEPS, 2)
        ]
        near = [beyond[2 * i] - beyond[2 * i + 2] - far[i] for i in range(STEPS)]
        kernel = [near[i] + far[i - 1] for i in range(1, STEPS)]
        turned = kernel[::-1]  # so that a slice of it meets the values in their order
        self.values = [beyond[0]]
        for i in range(1, STEPS + 1):
            past = sum(map(mul, self.values[1:], turned[STEPS - i :]))
            past += far[i - 1] * self.values[0]
            self.values.append((beyond[2 * i] + past) / (1 - near[0]))

    def __call__(self, t: float) -> float:
        place = t / self.step
        index = int(place)
        if index >= len(self.values) - 1:
            return self.values[-1] if index == len(self.values) - 1 else 0.0
        part = place - index
        return self.values[index] * (1 - part) + self.values[index + 1] * part


def mg1_wait_tail(rate: float, service: Distribution, rarest: float) -> WaitTail:
    """Return P(W > t) at one server with any service law, far enough out to fall below `rarest` (0..1).

    Raises:
        Unstable: If rate x mean service >= 1.
        ValueError: If the wait is spread so widely that the grid cannot hold it.
    """
    inner_part("rarest", rarest)
    mean = service.average()
    erlangs_of(rate, mean, 1)
    horizon = 16 * mean
    for _ in range(24):
        tail = WaitTail(rate, service, horizon)
        if tail.values[-1] < rarest:
            return tail
        horizon *= 2
    raise ValueError(f"rarest is {rarest}: so far out the wait cannot be computed")


def mg1_sojourn_percentile(share: float, rate: float, service: Distribution) -> float:
    """Return the wait plus service that this share (0..1) stays below at one server, s.

    Exact up to the grid of `WaitTail`: within .02 % of M/M/1 and M/D/1 at loads up to .95.
    """
    inner_part("share", share)
    if service.kind == "constant":
        return md1_wait_percentile(share, rate, service.mean) + service.mean
    wait = mg1_wait_tail(rate, service, (1 - share) / 4)
    return crossing(after_service(wait, service), 1 - share, service.average())
