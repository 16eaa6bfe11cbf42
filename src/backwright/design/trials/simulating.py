"""Repeated simulations of one design: percentiles with intervals, and a run long enough to believe."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import NamedTuple

from backwright.design.engine import simulate
from backwright.design.net import Net, Run
from backwright.design.programs import Plan
from backwright.design.theory.statistics import Histogram, mean_interval, warm_up

PERCENTILES = (50.0, 90.0, 95.0, 99.0, 99.9)
RUNS_MIN, RUNS_MAX = 6, 40  # an interval from fewer than six runs is too wide to say anything
ARRIVALS_PER_RUN = 15_000  # p99 then rests on 150 requests, p99.9 on 15, in each run
LENGTH_MIN = 30.0  # s: shorter runs are all warm-up
CALM = 60.0  # s that are simulated after the last failure, to see whether it recovers
WARM_SHARE = 0.1  # of a run that is not counted, at least; a pilot run may ask for more
WARM_MOST = 0.5
PILOT_ARRIVALS, PILOT_LEAST, PILOT_SEED = 4000, 200, 1_000_003
ARRIVALS_MAX = 20_000_000  # of all runs together: about ten minutes on a small machine


class Experiment(NamedTuple):
    """One simulation to be run: everything it needs, so that it can be sent to another process."""

    net: Net
    seed: int
    length: float
    warmup: float
    trace: tuple[float, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """A percentile of the latency, s, with its confidence interval over the runs (95 %).

    Attributes:
        percentile: Such as 99.0; 0 stands for the mean.
    """

    percentile: float
    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Ratio:
    """A share or a rate with its confidence interval over the runs."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """What is kept of one run: small enough to be sent between processes.

    Attributes:
        latency: Percentile to seconds, over all kinds; NaN without a success. By kind likewise.
        good, failed: Share of the requests that arrived after the warm-up and ended.
        run: The run without its latencies; seen: these as counts, of all kinds and of each.
    """

    latency: tuple[float, ...]
    by_kind: tuple[tuple[float, ...], ...]
    good: float
    failed: float
    arrivals: int
    run: Run
    seen: Histogram
    seen_by_kind: tuple[Histogram, ...] = ()


def summary_of(experiment: Experiment) -> Summary:
    """Simulate once."""
    run = simulate(
        experiment.net,
        experiment.seed,
        experiment.length,
        experiment.warmup,
        trace=experiment.trace or None,
    )
    ended = sum(run.arrived)
    failed = sum(run.failed)
    kinds = tuple(map(Histogram, run.latencies))
    everything = _pooled(kinds)
    return Summary(
        _points(everything),
        tuple(map(_points, kinds)) if len(kinds) > 1 else (),
        (ended - failed) / ended if ended else 0.0,
        failed / ended if ended else 0.0,
        ended,
        replace(run, latencies=(), started=()),
        everything,
        kinds if len(kinds) > 1 else (),
    )


def _pooled(parts: Iterable[Histogram]) -> Histogram:
    """Return all that was counted in the parts."""
    whole = Histogram()
    for part in parts:
        whole.merge(part)
    return whole


def _points(seen: Histogram) -> tuple[float, ...]:
    """Return mean and percentiles, NaN if nothing was seen."""
    if not seen.count:
        return (float("nan"),) * (len(PERCENTILES) + 1)
    return (seen.mean, *(seen.percentile(each / 100) for each in PERCENTILES))


def spread_over(experiments: list[Experiment], executor: Executor | None) -> Iterator[Summary]:
    """Yield the results in order, from other processes if there are any."""
    if executor is None:
        yield from map(summary_of, experiments)
        return
    futures: list[Future[Summary]] = [executor.submit(summary_of, each) for each in experiments]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


@dataclass(frozen=True)
class Sample:
    """All runs of one design so far."""

    summaries: tuple[Summary, ...]
    length: float
    warmup: float
    seed: int

    def latency(self, kind: int = -1) -> tuple[Estimate, ...]:
        """Return mean and percentiles, of one kind of request or of all.

        Of all runs pooled: the average of each run's own p99.9 would be too low, because few runs see the
        rare bad stretches. The width of the interval is that of the runs' own percentiles.
        """
        rows = [s.latency if kind < 0 or not s.by_kind else s.by_kind[kind] for s in self.summaries]
        pooled = _pooled(
            s.seen if kind < 0 or not s.seen_by_kind else s.seen_by_kind[kind]
            for s in self.summaries
        )
        made = []
        for number, (point, value) in enumerate(
            zip((0.0, *PERCENTILES), _points(pooled), strict=True)
        ):
            values = [row[number] for row in rows if row[number] == row[number]]
            if values:
                _, low, high = _interval(values)
                half = (high - low) / 2
                made.append(Estimate(point, value, max(0.0, value - half), value + half))
        return tuple(made)

    def of(self, value: Callable[[Summary], float]) -> Ratio:
        """Return the mean of something over the runs, with its interval."""
        return Ratio(*_interval([value(each) for each in self.summaries]))

    def is_tight(self, point: float, share: float) -> bool:
        """Whether the interval of a percentile is within +- share of its value."""
        if len(self.summaries) < RUNS_MIN:
            return False
        found = next((e for e in self.latency() if e.percentile == point), None)
        return found is None or found.half <= share * found.value

    def timeline(self, field: str) -> tuple[float, ...]:
        """Return the mean over the runs of what is counted each second: offered, good, errors."""
        rows = [getattr(each.run, field) for each in self.summaries]
        return tuple(sum(column) / len(column) for column in zip(*rows, strict=False))

    def rows(self, field: str, number: int) -> tuple[float, ...]:
        """Return the mean over the runs of a part's samples, second by second: busy, waiting, depth."""
        rows = [getattr(each.run, field)[number] for each in self.summaries]
        return tuple(sum(column) / len(column) for column in zip(*rows, strict=False))


def _interval(values: list[float]) -> tuple[float, float, float]:
    if len(values) < 2:
        return values[0], values[0], values[0]
    found = mean_interval(values)
    return found.estimate, found.low, found.high


def run_length(plan: Plan, arrivals: int = ARRIVALS_PER_RUN) -> float:
    """Return how long one run should be, s: enough requests, and time to recover from what fails."""
    source = plan.net.source
    rate = source.rate or source.users / max(_mean(plan, source.think), 1e-3)
    length = max(LENGTH_MIN, arrivals / rate)
    for trouble in plan.net.troubles:
        length = max(length, trouble.at + trouble.lasting + CALM)
    return length


def _mean(plan: Plan, law: int) -> float:
    return plan.net.samplers[law].mean if law >= 0 else 1.0


def arrivals_of(plan: Plan, length: float) -> float:
    """Return about how many requests a run has."""
    source = plan.net.source
    rate = source.rate or source.users / max(_mean(plan, source.think), 1e-3)
    loads = (t for t in plan.net.troubles if t.kind == "load" and t.at < length)
    extra = sum((t.factor - 1) * min(t.lasting, length - t.at) for t in loads if t.factor > 1)
    return rate * (length + extra)


def replicate(  # noqa: PLR0913  (each is a choice of the person)
    plan: Plan,
    seed: int,
    *,
    executor: Executor | None = None,
    runs: int = RUNS_MAX,
    length: float = 0.0,
    tight: tuple[float, float] | None = (99.0, 0.05),
    at_once: int = 2,
    on_progress: Callable[[Sample], bool] = lambda _: True,
) -> Sample:
    """Simulate a design again and again until a percentile is known tightly enough.

    Run i has the seed `seed + i`, so two designs that are replicated with the same seed meet the same
    arrivals and service times (common random numbers).

    Args:
        runs: At most so many.
        tight: (percentile, share): stop when its interval is within +- share; None makes all runs.
        at_once: Runs that are sent out together.
        on_progress: Told after each batch; False stops.
    """
    length = length or run_length(plan)
    warmup = warm_up_of(plan, seed, length)
    made: list[Summary] = []
    sample = Sample((), length, warmup, seed)
    while len(made) < runs:
        count = min(max(at_once, RUNS_MIN if not made else at_once), runs - len(made))
        batch = [Experiment(plan.net, seed + len(made) + i, length, warmup) for i in range(count)]
        for each in spread_over(batch, executor):
            made.append(each)
            sample = Sample(tuple(made), length, warmup, seed)
        if not on_progress(sample) or (tight is not None and sample.is_tight(*tight)):
            break
    return sample


def warm_up_of(plan: Plan, seed: int, length: float) -> float:
    """Return how much of a run is not counted, s: what MSER-5 cuts off a pilot run, at least a tenth.

    The pilot has a seed of its own. With failures on the clock at most half of the time before the first.
    """
    least, most = WARM_SHARE * length, WARM_MOST * length
    if plan.net.troubles:
        return min(least, min(trouble.at for trouble in plan.net.troubles) / 2)
    share = min(1.0, PILOT_ARRIVALS / max(1.0, arrivals_of(plan, length)))
    pilot = simulate(plan.net, seed + PILOT_SEED, length * share, 0.0)
    seen = sorted(
        pair
        for starts, spent in zip(pilot.started, pilot.latencies, strict=True)
        for pair in zip(starts, spent, strict=True)
    )
    if len(seen) < PILOT_LEAST:
        return least
    cut = warm_up([spent for _, spent in seen])
    return min(most, max(least, seen[cut][0])) if cut < len(seen) else most


@dataclass(frozen=True)
class Difference:
    """How much a second design is above the first, run by run with common random numbers (95 %)."""

    percentile: float
    first: float
    second: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Second minus first."""
        return self.second - self.first

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def differences(first: Sample, second: Sample, kind: int = -1) -> tuple[Difference, ...]:
    """Return mean and percentiles of two designs, compared run by run, of one kind of request or of all."""
    made = []
    rows = [
        (a.latency, b.latency) if kind < 0 else (a.by_kind[kind], b.by_kind[kind])
        for a, b in zip(first.summaries, second.summaries, strict=False)
    ]
    ones, twos = ({e.percentile: e.value for e in each.latency(kind)} for each in (first, second))
    for number, point in enumerate((0.0, *PERCENTILES)):
        changes = [
            b[number] - a[number]
            for a, b in rows
            if a[number] == a[number] and b[number] == b[number]
        ]
        if len(changes) >= 2:
            half = mean_interval(changes).half  # of the pairs: what both share cancels out
            value = twos[point] - ones[point]
            made.append(Difference(point, ones[point], twos[point], value - half, value + half))
    return tuple(made)
