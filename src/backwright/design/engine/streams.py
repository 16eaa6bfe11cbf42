"""Random numbers of a simulation: each law, choice and arrival process has a stream of its own.

Stream number i (the key of a sampler, else its index) of a run with seed s is numpy's PCG64 on
SeedSequence(s, spawn_key=(i,)), so what one law draws never shifts what another draws: two designs that share
a seed see the same chance.
"""

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backwright.design.net import Sampler

Draw = Callable[[], float]
Floats = NDArray[np.float64]

FIRST, BATCH = 64, 1024  # a short run draws little; numpy's cost per call is spread over a batch
ZIPF_HEAD = 65_536  # keys with exact chances; behind them the sum is an integral, right to 1e-10


def generator(seed: int, number: int) -> np.random.Generator:
    """Return the generator of stream `number`."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number,))))


def key_of(sampler: Sampler, number: int) -> int:
    """Return the number of a sampler's stream: its key, else its place in the net."""
    return sampler.key if sampler.key >= 0 else number


def batches(
    make: Callable[[int], NDArray[Any]], on_refill: Callable[[], None] | None = None
) -> Iterator[list[Any]]:
    """Yield batches of draws for ever; numpy gives the same numbers whatever the size of a batch."""
    size = FIRST
    while True:
        yield make(size).tolist()
        size = BATCH
        if on_refill is not None:
            on_refill()


def stream(
    sampler: Sampler, seed: int, number: int, on_refill: Callable[[], None] | None = None
) -> Draw:
    """Return a function that gives the next number of a stream.

    `on_refill` is called whenever a batch is used up: every 1,024 draws.
    """
    if sampler.shape == "constant":
        return repeat(sampler.mean).__next__
    make = maker(sampler, generator(seed, number))
    return chain.from_iterable(batches(make, on_refill)).__next__


def maker(sampler: Sampler, rng: np.random.Generator) -> Callable[[int], Floats]:
    """Return a function that draws n numbers of a law.

    Gamma: shape 1/cv^2. Lognormal: sigma^2 = ln(1 + cv^2). Uniform: mean +- mean * min(1, cv * sqrt(3)).
    Pareto: alpha = 1 + sqrt(1 + 1/cv^2). Empirical: linear between its points (inverse of the
    distribution function). With cv 0 the first three are constant.
    """
    mean, cv = sampler.mean, sampler.cv
    if sampler.shape == "exponential":
        return lambda n: rng.exponential(mean, n)
    if sampler.shape == "unit":
        return rng.random
    if sampler.shape == "empirical":
        shares, seconds = np.array(sampler.points).T
        return lambda n: np.interp(rng.random(n), shares, seconds)
    if sampler.shape == "uniform":
        half = mean * min(1.0, cv * sqrt(3))
        return lambda n: rng.uniform(mean - half, mean + half, n)
    if cv == 0 or mean == 0:
        return lambda n: np.full(n, mean)
    if sampler.shape == "lognormal":
        variance = log(1 + cv * cv)
        return lambda n: rng.lognormal(log(mean) - variance / 2, sqrt(variance), n)
    if sampler.shape == "gamma":
        return lambda n: rng.gamma(1 / cv**2, mean * cv**2, n)
    alpha = 1 + sqrt(1 + 1 / cv**2)
    least = mean * (alpha - 1) / alpha
    return lambda n: least * (1 + rng.pareto(alpha, n))


def keys(
    count: int, exponent: float, rng: np.random.Generator, on_refill: Callable[[], None]
) -> Callable[[], int]:
    """Return a function that gives the next of `count` keys, 0 the most popular, by a Zipf law.

    Key k has a share in proportion to 1 / (k + 1)^exponent. The shares of the first 65,536 are summed; of
    the rest the integral from k + 1/2 to k + 3/2 is taken, which has an inverse.
    """
    head = min(count, ZIPF_HEAD)
    sums = np.cumsum(1.0 / np.arange(1, head + 1) ** exponent)
    start, power = head + 0.5, 1 - exponent

    ratio = (count + 0.5) / start
    rise = log(ratio) if power == 0 else (ratio**power - 1) / power
    tail = rise * start**power if count > head else 0.0

    def make(n: int) -> NDArray[np.int64]:
        drawn = rng.random(n) * (sums[-1] + tail)
        result = np.searchsorted(sums, drawn, side="right")
        if tail:
            rest = (drawn - sums[-1]) / start**power
            far = np.exp(rest) if power == 0 else np.maximum(rest * power + 1, 0) ** (1 / power)
            beyond = np.minimum(far * start + 0.5, count).astype(np.int64) - 1
            result = np.where(result < head, result, np.maximum(beyond, head))
        drawn_keys: NDArray[np.int64] = np.minimum(result, count - 1).astype(np.int64)
        return drawn_keys

    return chain.from_iterable(batches(make, on_refill)).__next__
