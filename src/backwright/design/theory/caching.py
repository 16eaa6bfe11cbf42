"""Hit ratios: LRU under Zipf popularity by Che's approximation, ideal and TTL caches, and cold ones.

Requests are independent draws of keys (independent reference model): rank r is asked for with a share
proportional to r^-exponent. Keys are counted one by one at the head and in groups of neighbouring ranks
behind it, so that 1e9 keys take milliseconds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from backwright.design.theory.queueing import Approximate
from backwright.design.theory.ranges import above_zero, not_negative, part, whole

KEYS_MAX = 10**12  # more than any store has; the groups reach that far
HEAD = 256  # ranks taken one by one
WIDTH = 1.02  # last over first rank of a group; popularity differs by 2 % within one


@dataclass(frozen=True)
class Ranks:
    """Keys of similar popularity: how many, and the share of requests that asks for one of them."""

    count: int
    each: float


def power_sum(first: int, last: int, exponent: float) -> float:
    """Return the sum of r^-exponent over ranks first .. last (Euler and Maclaurin behind HEAD)."""
    total = math.fsum(r**-exponent for r in range(first, min(last, HEAD) + 1))
    low = max(first, HEAD + 1)
    if low > last:
        return total
    area = math.log(last / low)
    if exponent != 1:  # written with expm1, so that exponents near 1 lose no digits
        area = low ** (1 - exponent) * math.expm1((1 - exponent) * area) / (1 - exponent)
    ends = (low**-exponent + last**-exponent) / 2
    bend = exponent * (low ** (-exponent - 1) - last ** (-exponent - 1)) / 12
    return float(total + area + ends + bend)


@lru_cache(maxsize=16)
def zipf(keys: int, exponent: float) -> tuple[Ranks, ...]:
    """Return the popularity of keys in groups, most popular first; counts add up to `keys`, shares to 1."""
    whole("keys", keys, 1, KEYS_MAX)
    not_negative("exponent", exponent)
    total = power_sum(1, keys, exponent)
    groups = [Ranks(1, r**-exponent / total) for r in range(1, min(keys, HEAD) + 1)]
    first = HEAD + 1
    while first <= keys:
        last = min(keys, math.floor(first * WIDTH))
        mass = power_sum(first, last, exponent) / total
        groups.append(Ranks(last - first + 1, mass / (last - first + 1)))
        first = last + 1
    return tuple(groups)


def ideal_hit_ratio(keys: int, exponent: float, entries: int) -> float:
    """Return the hit ratio of a cache that holds exactly the most popular keys, the best there is."""
    whole("keys", keys, 1, KEYS_MAX)
    whole("entries", entries, 0, KEYS_MAX)
    not_negative("exponent", exponent)
    held = min(entries, keys)
    return power_sum(1, held, exponent) / power_sum(1, keys, exponent) if held else 0.0


def characteristic_time(keys: int, exponent: float, entries: int) -> float:
    """Return for how many requests a key stays in an LRU cache without being asked for (Che).

    Solves sum over keys of 1 - exp(-p T) = entries; inf if everything fits.
    """
    whole("entries", entries, 1, KEYS_MAX)
    groups = zipf(keys, exponent)
    if entries >= keys:
        return math.inf

    def held(time: float) -> float:
        return math.fsum(-group.count * math.expm1(-group.each * time) for group in groups)

    return _rising(held, entries, float(entries))


def _rising(curve: Callable[[float], float], level: float, guess: float) -> float:
    """Return where a curve that rises from 0 reaches a level."""
    low, high = 0.0, guess
    while curve(high) < level:
        low, high = high, high * 4
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if curve(middle) < level else (low, middle)
    return high


def lru_hit_ratio(keys: int, exponent: float, entries: int) -> Approximate:
    """Return the steady hit ratio of an LRU cache of so many entries under Zipf popularity.

    Source: Che, Tung and Wang 2002; why it is so good: Fricker, Robert and Roberts 2012.
    """
    time = characteristic_time(keys, exponent, entries)
    if time == math.inf:
        return Approximate(1.0, 0.0, "everything fits")
    hit = math.fsum(
        -group.count * group.each * math.expm1(-group.each * time) for group in zipf(keys, exponent)
    )
    return Approximate(hit, 0.02, "Che 2002, against simulated LRU of 10 entries and more")


def ttl_hit_ratio(
    keys: int, exponent: float, rate: float, ttl: float, *, is_renewed: bool = False
) -> float:
    """Return the hit ratio of a cache without size limit whose entries expire (exact for Poisson requests).

    Args:
        rate: Look-ups per second, over all keys.
        ttl: Seconds an entry lives from when it was stored; from its last use if `is_renewed`.

    A key asked for l times a second hits l ttl / (1 + l ttl); renewed, 1 - exp(-l ttl). Source: Jung,
    Berger and Balakrishnan 2003; Fofack et al. 2014.
    """
    above_zero("rate", rate)
    not_negative("ttl", ttl)

    def hits(asked: float) -> float:
        return -math.expm1(-asked * ttl) if is_renewed else asked * ttl / (1 + asked * ttl)

    return math.fsum(
        group.count * group.each * hits(group.each * rate) for group in zipf(keys, exponent)
    )


def ttl_entries(keys: int, exponent: float, rate: float, ttl: float) -> float:
    """Return how many entries a cache holds on average whose entries expire `ttl` s after being stored."""
    above_zero("rate", rate)
    not_negative("ttl", ttl)
    return math.fsum(
        group.count * group.each * rate * ttl / (1 + group.each * rate * ttl)
        for group in zipf(keys, exponent)
    )


@dataclass(frozen=True)
class Stampede:
    """What reaches the store behind a cache, in look-ups per second.

    Attributes:
        steady: With the cache warm; cold: just after it was emptied.
        factor: Cold over steady; inf if the warm cache never misses.
        same_key: Loads of the hottest key that run at once when its entry is gone, if nobody makes the
            others wait for the first.
    """

    steady: float
    cold: float
    factor: float
    same_key: float


def stampede(rate: float, hit_ratio: float, hottest: float, load: float) -> Stampede:
    """Return what an emptied cache lets through.

    Args:
        rate: Look-ups per second; hit_ratio: of the warm cache, 0..1.
        hottest: Share of look-ups that ask for the most popular key, 0..1.
        load: Seconds to load an entry from the store.
    """
    not_negative("rate", rate)
    part("hit_ratio", hit_ratio)
    part("hottest", hottest)
    not_negative("load", load)
    steady = rate * (1 - hit_ratio)
    factor = rate / steady if steady else math.inf
    return Stampede(steady, rate, factor, rate * hottest * load)


def misses_after_emptying(
    keys: int, exponent: float, entries: int, rate: float, seconds: float
) -> float:
    """Return the misses per second so long after a cache was emptied (Poisson requests, no expiry).

    While it fills, a look-up misses if its key was not asked for since; from then on as Che has it.
    """
    above_zero("rate", rate)
    not_negative("seconds", seconds)
    time = min(rate * seconds, characteristic_time(keys, exponent, entries))
    if time == math.inf:
        return 0.0
    return rate * math.fsum(
        group.count * group.each * math.exp(-group.each * time) for group in zipf(keys, exponent)
    )


def seconds_until_warm(keys: int, exponent: float, entries: int, rate: float) -> float:
    """Return the seconds until an emptied LRU cache is full again; inf if everything fits."""
    above_zero("rate", rate)
    return characteristic_time(keys, exponent, entries) / rate
