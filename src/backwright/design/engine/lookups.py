"""Caches while the simulation runs: a given hit ratio, or keys by a Zipf law in a real LRU."""

from collections.abc import Callable
from math import exp, inf

from backwright.design.engine.streams import Draw
from backwright.design.net import CacheSpec

HIT = -1


class GivenRatio:
    """A cache that hits with a given chance, and less for a while after it was emptied."""

    def __init__(self, spec: CacheSpec, draw: Draw) -> None:
        self.hit = spec.hit or 0.0
        self.refill = spec.refill
        self.draw = draw
        self.since = 0 if spec.starts_cold else inf  # look-ups since it was emptied

    def ask(self, _: float) -> int:
        """Return HIT, or the key that was missed."""
        chance = self.hit
        if self.since != inf:
            chance *= 1 - exp(-self.since / self.refill) if self.refill else 1.0
            self.since += 1
        return HIT if self.draw() < chance else 0

    def store(self, now: float, key: int) -> None:
        """Keep a key."""

    def empty(self) -> None:
        """Forget all keys."""
        self.since = 0


class LeastRecentlyUsed:
    """A cache of `entries` keys that drops the least recently used; a key lives `ttl` s after it was stored.

    Unless it starts cold it holds the most popular keys (numbers from 0 on), as if the less popular
    were asked for longer ago and ages were spread evenly over the ttl.
    """

    def __init__(self, spec: CacheSpec, draw: Callable[[], int]) -> None:
        self.entries = spec.entries
        self.ttl = inf if spec.ttl is None else spec.ttl
        self.draw = draw
        n = 0 if spec.starts_cold else min(spec.entries, spec.keys)
        self.until = {key: self.ttl * (key + 1) / n for key in range(n - 1, -1, -1)}

    def ask(self, now: float) -> int:
        """Return HIT, or the key that was missed."""
        key = self.draw()
        until = self.until.pop(key, None)
        if until is None or until <= now:
            return key
        self.until[key] = until  # the last of a dict is the most recently used
        return HIT

    def store(self, now: float, key: int) -> None:
        """Keep a key."""
        self.until.pop(key, None)
        if len(self.until) >= self.entries:
            if not self.entries:
                return
            del self.until[next(iter(self.until))]
        self.until[key] = now + self.ttl

    def empty(self) -> None:
        """Forget all keys."""
        self.until.clear()


Shelf = GivenRatio | LeastRecentlyUsed
