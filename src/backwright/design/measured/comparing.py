"""Predicted beside measured: percentiles with intervals, errors, and the effect of a change in sign and size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal

Direction = Literal["lower", "higher", "none", "open"]

BLOCKS, RESAMPLES = 30, 400
NO_EFFECT = 0.10  # a p99 that moves by less is taken as unmoved: repeated runs differ by as much
NO_EFFECT_AT_MOST = 1.25  # an interval that reaches further could hide an effect


@dataclass(frozen=True)
class Span:
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """A ratio after / before with its interval, and what it says: lower, higher, none or open (both fit)."""

    ratio: float
    low: float
    high: float
    direction: Direction


def percentile(values: Sequence[float], share: float, seed: int = 5) -> Span:
    """Return a percentile of latencies in order of arrival, its interval by resampling whole blocks.

    Neighbours wait in the same queue, so single values may not be drawn apart (Kunsch 1989).
    """
    import numpy as np

    data = np.asarray(values)
    if not len(data):
        return Span(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(_resampled(data, share, seed), (0.025, 0.975))
    return Span(float(np.quantile(data, share)), float(low), float(high))


def _resampled(data, share: float, seed: int):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  (numpy is imported where it is needed)
    import numpy as np

    rng = np.random.default_rng(seed)
    blocks = np.array_split(data, min(BLOCKS, len(data)))
    picks = rng.integers(0, len(blocks), (RESAMPLES, len(blocks)))
    return np.array([np.quantile(np.concatenate([blocks[i] for i in row]), share) for row in picks])


def measured_effect(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], share: float, seed: int = 5
) -> Effect:
    """Return the effect of a change on a percentile, from runs before and after it, pooled."""
    import numpy as np

    first, second = (
        np.concatenate([np.asarray(r) for r in before]),
        np.concatenate([np.asarray(r) for r in after]),
    )
    ratios = _resampled(second, share, seed) / _resampled(first, share, seed + 1)
    low, high = (float(x) for x in np.quantile(ratios, (0.025, 0.975)))
    ratio = float(np.quantile(second, share) / np.quantile(first, share))
    return Effect(ratio, low, high, direction(ratio, low, high))


def predicted_effect(ratios: Sequence[float]) -> Effect:
    """Return the effect over pairs of simulations that share arrivals and chance (geometric mean and range)."""
    logs = sorted(log(r) for r in ratios)
    middle = exp(sum(logs) / len(logs))
    low, high = exp(logs[0]), exp(logs[-1])
    return Effect(middle, low, high, direction(middle, middle, middle))


def direction(ratio: float, low: float, high: float) -> Direction:
    """Return what a ratio says: small is no effect; where the interval is too wide to say, it is open."""
    if abs(ratio - 1) <= NO_EFFECT:
        return "none" if low >= 1 / NO_EFFECT_AT_MOST and high <= NO_EFFECT_AT_MOST else "open"
    if low <= 1 <= high:
        return "open"
    return "lower" if ratio < 1 else "higher"


def agree(predicted: Effect, measured: Effect) -> bool | None:
    """Return whether the sign was right; None if the measurement leaves it open."""
    if measured.direction == "open":
        return None
    return predicted.direction == measured.direction
