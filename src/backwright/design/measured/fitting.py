"""Samples at one or more loads to demands: CPU for each request, time in each section, where it saturates.

CPU for each request is fitted as marginal + fixed / rate: `fixed` is what the process burns each second
whatever the load (timers, cold caches, wake-ups that a busy loop shares between requests). Intervals are 95 %,
by Student's t over blocks of consecutive requests, because neighbours are not independent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isnan, nan, sqrt
from statistics import fmean, median, stdev

from backwright.design.measured.observed import Sample, Statement

BLOCKS = 20
SHARES = (
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.995,
    0.998,
    0.999,
)
WAITING = (".wait", "_wait", "wait")  # a section called so is waiting for a resource, no demand


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval, from `count` requests; infinite where one block is all there is."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Level:
    """What was sampled at one load.

    Attributes:
        rate: Requests per second.
        latencies: Of the client, s, one for each sample; () if only the server was asked.
    """

    rate: float
    samples: tuple[Sample, ...]
    latencies: tuple[float, ...] = ()


@dataclass(frozen=True)
class SectionFit:
    """A named part of an operation, at the load with the most samples, or where its mean is surely less.

    At low loads waking up adds to it, at high loads queueing does; nothing takes away from it.

    Attributes:
        points: Empirical law, (share, s).
        is_wait: Waiting for a resource: it follows from the load and is no demand.
    """

    name: str
    time: Estimate
    points: tuple[tuple[float, float], ...]
    is_wait: bool


@dataclass(frozen=True)
class OperationFit:
    """One operation.

    Attributes:
        wall: Time in the server at the lowest load; law: its points.
        cpu: CPU of a request at the highest load, everything included that the process does for it; None
            if nothing told.
        own: The part of it inside the application, at the highest load.
        network: Median of what the client sees beyond the server's own time and CPU, s, at the load where
            that is least.
    """

    name: str
    wall: Estimate
    law: tuple[tuple[float, float], ...]
    cpu: Estimate | None
    own: Estimate | None
    network: float
    sections: tuple[SectionFit, ...]


@dataclass(frozen=True)
class CpuFit:
    """CPU seconds of what requests queue for (event loop or process) for each request, over all operations.

    Attributes:
        levels: (rate, estimate), by rate.
        marginal, fixed: c(rate) = marginal + fixed / rate; fixed is s of CPU per second.
        depends_on_load: The interval of `fixed` does not hold 0: one number does not fit all loads.
        processes: How many event loops or processes answered.
    """

    levels: tuple[tuple[float, Estimate], ...]
    marginal: Estimate
    fixed: Estimate
    depends_on_load: bool
    processes: int


@dataclass(frozen=True)
class Fit:
    """All that was fitted."""

    operations: tuple[OperationFit, ...]
    cpu: CpuFit | None


def student(df: int) -> float:
    """Return t with 97.5 % of Student's law below it (expansion in 1/df, within .5 % from df 3)."""
    if df < 1:
        return inf
    return (
        12.706
        if df == 1
        else 4.303
        if df == 2
        else 1.96 + 2.372 / df + 2.823 / df**2 + 2.556 / df**3
    )


def mean_of(values: Sequence[float]) -> Estimate:
    """Return the mean of values in their order, its interval over blocks."""
    if not values:
        return Estimate(nan, nan, nan, 0)
    count = min(BLOCKS, len(values))
    cuts = [len(values) * n // count for n in range(count + 1)]
    means = [fmean(values[a:b]) for a, b in pairwise(cuts)]
    value = fmean(values)
    if count < 2:
        return Estimate(value, 0.0, inf, len(values))
    half = student(count - 1) * stdev(means) / sqrt(count)
    return Estimate(value, max(0.0, value - half), value + half, len(values))


def law_of(values: Iterable[float]) -> tuple[tuple[float, float], ...]:
    """Return points of the empirical law; shares of which fewer than two values lie beyond are left out."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return ()
    last = len(ordered) - 1
    inner = [s for s in SHARES if s * len(ordered) >= 2 and (1 - s) * len(ordered) >= 2]
    return ((0.0, ordered[0]), *((s, _at(ordered, s * last)) for s in inner), (1.0, ordered[-1]))


def _at(ordered: Sequence[float], position: float) -> float:
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def fit(levels: Sequence[Level]) -> Fit:
    """Fit demands to what was sampled at each load; levels in any order, at least one with samples."""
    ordered = sorted((level for level in levels if level.samples), key=lambda level: level.rate)
    cpu = _cpu(ordered)
    names = sorted({sample.name for level in ordered for sample in level.samples})
    return Fit(tuple(_operation(name, ordered, cpu, len(names)) for name in names), cpu)


def _operation(name: str, levels: Sequence[Level], cpu: CpuFit | None, names: int) -> OperationFit:
    seen = [level for level in levels if any(s.name == name for s in level.samples)]
    walls = [s.wall for s in seen[0].samples if s.name == name]
    owns = [s.cpu for s in seen[-1].samples if s.name == name and s.cpu is not None]
    own = mean_of(owns) if owns else None
    total = _total(own, seen[-1], cpu, names)
    outside = max(0.0, total.value - own.value) if total and own else 0.0
    beyond = min((_beyond(name, level) for level in seen), default=0.0)
    return OperationFit(
        name,
        mean_of(walls),
        law_of(walls),
        total,
        own,
        max(0.0, beyond - outside),
        tuple(_sections(name, seen)),
    )


def _sections(name: str, levels: Sequence[Level]) -> Iterator[SectionFit]:
    spent: dict[str, list[list[float]]] = {}
    for number, level in enumerate(levels):
        for sample in level.samples:
            if sample.name == name:
                for section, seconds in sample.sections:
                    spent.setdefault(section, [[] for _ in levels])[number].append(seconds)
    for section, by_level in spent.items():
        values = _undisturbed([values for values in by_level if values])
        yield SectionFit(
            section, mean_of(values), law_of(values), section.lower().endswith(WAITING)
        )


def _undisturbed(levels: Sequence[Sequence[float]]) -> Sequence[float]:
    """Return the times of the load with the most samples, unless another load's mean is surely less.

    The least of several noisy means would be too low on average.
    """
    most = max(levels, key=len)
    limit = mean_of(most).low
    surely_less = [values for values in levels if mean_of(values).high < limit]
    return min(surely_less, key=fmean, default=most)


def _total(own: Estimate | None, level: Level, cpu: CpuFit | None, names: int) -> Estimate | None:
    """Return the whole CPU of one operation's request: its own part, plus an even share of the rest."""
    if cpu is None:
        return own
    process = cpu.levels[-1][1]
    if names == 1:
        return process
    if own is None:
        return None  # which operation burns the process's CPU cannot be told
    everybody = [s.cpu for s in level.samples if s.cpu is not None]
    rest = max(0.0, process.value - fmean(everybody))
    half = max(process.value - process.low, 0.0) + (own.value - own.low)
    value = own.value + rest
    return Estimate(value, max(own.low, value - half), value + half, own.count)


def _beyond(name: str, level: Level) -> float:
    """Return the median of what the client saw beyond the server's own time."""
    beyond = [
        latency - s.wall
        for s, latency in zip(level.samples, level.latencies, strict=False)
        if s.name == name and not isnan(latency)
    ]
    return median(beyond) if beyond else 0.0


def _cpu(levels: Sequence[Level]) -> CpuFit | None:
    points: list[tuple[float, Estimate]] = []
    processes = 0
    blocks: list[tuple[float, float]] = []
    for level in levels:
        spent, pids = _increments(level.samples)
        if not spent:
            continue
        processes = max(processes, pids)
        points.append((level.rate, mean_of(spent)))
        size = max(1, len(spent) // BLOCKS)
        starts = range(0, len(spent) - size + 1, size)
        blocks += [(level.rate, fmean(spent[start : start + size])) for start in starts]
    if not points:
        return None
    marginal, fixed = _line([(1 / rate, value) for rate, value in blocks])
    if len({rate for rate, _ in points}) < 2:
        only = points[0][1]
        return CpuFit(
            tuple(points),
            only,
            Estimate(nan, nan, nan, 0),
            depends_on_load=False,
            processes=processes,
        )
    return CpuFit(
        tuple(points),
        marginal,
        fixed,
        depends_on_load=not fixed.low <= 0 <= fixed.high,
        processes=processes,
    )


def _increments(samples: Sequence[Sample]) -> tuple[list[float], int]:
    """Return CPU between consecutive answers of the same loop or process, and how many there are."""
    last: dict[str, float] = {}
    spent = []
    told = [s for s in samples if s.busy is not None]
    for sample in sorted(told, key=lambda s: s.busy or 0.0):
        assert sample.busy is not None  # noqa: S101  (filtered above)
        if sample.whose in last:
            spent.append(sample.busy - last[sample.whose])
        last[sample.whose] = sample.busy
    return spent, len(last)


def _line(points: Sequence[tuple[float, float]]) -> tuple[Estimate, Estimate]:
    """Return intercept and slope of the least-squares line with their 95 % intervals."""
    count = len(points)
    x0, y0 = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    if spread == 0 or count < 3:
        return Estimate(y0, 0.0, inf, count), Estimate(0.0, -inf, inf, count)
    slope = sum((x - x0) * (y - y0) for x, y in points) / spread
    start = y0 - slope * x0
    error = sum((y - start - slope * x) ** 2 for x, y in points) / (count - 2)
    t = student(count - 2)
    half, half0 = t * sqrt(error / spread), t * sqrt(error * (1 / count + x0 * x0 / spread))
    return (
        Estimate(start, start - half0, start + half0, count),
        Estimate(slope, slope - half, slope + half, count),
    )


def statement_time(statements: Sequence[Statement], word: str, requests: int) -> Estimate | None:
    """Return the database's time per request in statements that hold the word, s; None if none does.

    Mean over calls times calls per request; its interval is the normal one of the mean over calls.
    """
    chosen = [s for s in statements if word.lower() in s.query.lower() and s.calls]
    if not chosen:
        return None
    calls = sum(s.calls for s in chosen)
    mean = sum(s.calls * s.mean for s in chosen) / calls
    second = sum(s.calls * (s.deviation**2 + s.mean**2) for s in chosen) / calls
    half = 1.96 * sqrt(max(0.0, second - mean * mean) / calls)
    each = calls / requests if requests else 1.0
    return Estimate(mean * each, max(0.0, mean - half) * each, (mean + half) * each, calls)
