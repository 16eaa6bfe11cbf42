"""Weights drawn evenly from all that a person's order of criteria allows.

A partial order on weights cuts the simplex into one piece for each linear extension of the order, all of the
same volume. So a uniform draw is: a linear extension drawn evenly, and a uniform point of the simplex, sorted
along it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from random import Random

Pair = tuple[str, str]  # (more important, less important)


def pairs_of(chains: Iterable[Sequence[str]]) -> tuple[Pair, ...]:
    """Return the neighbours of each chain, which runs from most to least important."""
    return tuple(pair for chain in chains for pair in pairwise(chain))


def cycle_in(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Return criteria that are said to be above each other, as a closed walk; empty if there are none."""
    below: dict[str, list[str]] = {}
    for high, low in pairs:
        below.setdefault(high, []).append(low)

    def walk(at: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if at in trail:
            return (*trail[trail.index(at) :], at)
        for low in below.get(at, ()):
            if found := walk(low, (*trail, at)):
                return found
        return ()

    for start in below:
        if found := walk(start, ()):
            return found
    return ()


class Weights:
    """Draws weights (they add up to 1) over criteria in a partial order."""

    def __init__(self, criteria: Sequence[str], pairs: Iterable[Pair]) -> None:
        self.criteria = tuple(criteria)
        place = {name: number for number, name in enumerate(self.criteria)}
        self._above = [0] * len(self.criteria)  # bit mask of what must come before
        for high, low in pairs:
            if high in place and low in place:
                self._above[place[low]] |= 1 << place[high]
        self._known = {(1 << len(self.criteria)) - 1: 1}

    def _ways(self, done: int) -> int:
        """Return in how many orders the rest can follow once `done` (a bit mask) stands."""
        if done not in self._known:
            self._known[done] = sum(self._ways(done | 1 << each) for each in self._next(done))
        return self._known[done]

    def _next(self, done: int) -> list[int]:
        return [
            each
            for each, above in enumerate(self._above)
            if not done >> each & 1 and above & ~done == 0
        ]

    def draw(self, chance: Random) -> list[float]:
        """Return one draw, in the order of `criteria`."""
        spaces = sorted((chance.expovariate(1.0) for _ in self.criteria), reverse=True)
        total = sum(spaces)
        weights = [0.0] * len(spaces)
        done = 0
        for space in spaces:
            pick = chance.random() * self._ways(done)
            for each in self._next(done):
                pick -= self._ways(done | 1 << each)
                if pick < 0:
                    break
            weights[each] = space / total
            done |= 1 << each
        return weights


def mean_weights(criteria: Sequence[str], drawn: Sequence[Sequence[float]]) -> Mapping[str, float]:
    """Return the middle of the allowed weights: the mean of the draws."""
    return {
        name: sum(weights[number] for weights in drawn) / len(drawn)
        for number, name in enumerate(criteria)
    }
