"""How sure a share is that was counted from samples."""

from math import sqrt
from typing import NamedTuple

Z95 = 1.96
Z_MANY = 3.0  # of hundreds of functions looked at, fewer than one grows by chance alone


class Share(NamedTuple):
    """A part of a whole, 0 to 1, with the 95 % interval that sampling leaves."""

    low: float
    value: float
    high: float


def share_of(value: float, samples: float, z: float = Z95) -> Share:
    """Return a share with its Wilson interval (Wilson 1927), the binomial's own.

    `samples` is how many independent samples the whole has; 0 says that it was traced, so that there is
    no sampling error. Samples that follow each other closely are not independent, so that the true
    interval is wider.
    """
    value = min(max(value, 0.0), 1.0)
    if samples <= 0:
        return Share(value, value, value)
    spread = z * z / samples
    middle = (value + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(value * (1 - value) / samples + spread / (4 * samples))
    return Share(min(max(middle - half, 0.0), value), value, max(min(middle + half, 1.0), value))


def speed_up(share: float) -> float | None:
    """Return by what factor the whole is faster if this share costs nothing (Amdahl 1967); None for all of it."""
    return None if share >= 1 else 1 / (1 - share)


def change_of(before: Share, after: Share) -> Share:
    """Return the change of a share, -1 to 1, with Newcombe's interval (1998, method 10)."""
    middle = after.value - before.value
    low = middle - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = middle + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Share(low, middle, high)
