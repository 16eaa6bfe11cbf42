"""The share of several skills that a person masters: what is expected, and between which shares it probably lies."""

from collections.abc import Iterable
from dataclasses import dataclass

TAIL = 0.1  # left out at each end, so that the range holds four times in five


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1.

    Attributes:
        expected: The mean of the chances.
        low, high: The share is below `low` in at most one case of ten, and above `high` in at most one.
    """

    expected: float
    low: float
    high: float


def share_of(chances: Iterable[float]) -> Share:
    """Return the share of things that hold, each with its own chance (Poisson's binomial distribution).

    The things count as independent of each other. Skills are not quite: who knows more than we think in one
    probably does in the next, so the true range is somewhat wider.
    """
    exactly = [1.0]  # exactly[n]: the chance that n of those so far hold
    count, total = 0, 0.0
    for chance in chances:
        count, total = count + 1, total + chance
        grown = [p * (1 - chance) for p in exactly] + [0.0]
        for n, p in enumerate(exactly):
            grown[n + 1] += p * chance
        exactly = grown
    if not count:
        return Share(0.0, 0.0, 0.0)
    return Share(
        round(total / count, 3),
        round(_quantile(exactly, TAIL) / count, 3),
        round(_quantile(exactly, 1 - TAIL) / count, 3),
    )


def _quantile(exactly: list[float], level: float) -> int:
    """Return the smallest number that is not exceeded with at least this chance."""
    below = 0.0
    for n, p in enumerate(exactly):
        below += p
        if below >= level - 1e-12:
            return n
    return len(exactly) - 1
