"""What the engine says about a load that is also measured: the same arrivals, or blind; and the ceiling."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from backwright.design.engine import simulate
from backwright.design.measured.comparing import Span
from backwright.design.net import Net, Run

REPLICATIONS = 20
SPREAD = 2.58  # standard deviations to either side of which one run in a hundred lies
BLIND_REQUESTS = 40_000
BLIND_WARMUP = 0.1  # share of a blind run that is left out
CEILING_REQUESTS = 1_000
CEILING_GAP = 20.0  # a request alone in the system: so many s apart, as good as nothing waits


@dataclass(frozen=True)
class Prediction:
    """Latencies that are expected, s.

    Attributes:
        p50, p99: Over all replications; low and high hold 99 % of what a single run would give, by the
            spread of its logarithm between replications.
        failed: Share of requests that fail.
    """

    p50: Span
    p99: Span
    failed: float
    p99s: tuple[float, ...] = ()


def same_arrivals(
    net: Net,
    at: Sequence[float],
    which: Sequence[int],
    seed: int,
    *,
    network: float = 0.0,
    skip: float = 0.0,
) -> Prediction:
    """Return the prediction for these very arrivals and operations, over replications of everything else.

    Args:
        network: What client and network add to each latency, s.
        skip: Requests that arrive earlier are not counted, s.
    """
    trace = list(zip(at, which, strict=True))
    runs = [simulate(net, seed + n, inf, skip, trace=trace) for n in range(REPLICATIONS)]
    return _told(runs, network)


def blind(net: Net, rate: float, seed: int, *, network: float = 0.0) -> Prediction:
    """Return the prediction for arrivals of the same rate that nobody has seen."""
    length = BLIND_REQUESTS / rate / 4
    runs = [simulate(net, seed + 100 + n, length, length * BLIND_WARMUP) for n in range(4)]
    return _told(runs, network)


def _told(runs: Sequence[Run], network: float) -> Prediction:
    import numpy as np

    each = [np.concatenate([np.asarray(a) for a in run.latencies]) + network for run in runs]
    arrived = sum(sum(run.arrived) for run in runs)
    failed = sum(sum(run.failed) for run in runs)
    pooled = np.concatenate(each)
    if not len(pooled):
        nothing = Span(inf, inf, inf)
        return Prediction(nothing, nothing, 1.0)
    spans: list[Span] = []
    p99s: tuple[float, ...] = ()
    for share in (0.5, 0.99):
        values = [float(np.quantile(x, share)) for x in each if len(x)]
        logs = np.log(values)
        half = SPREAD * float(logs.std(ddof=1)) if len(values) > 1 else 0.0
        low, high = float(np.exp(logs.mean() - half)), float(np.exp(logs.mean() + half))
        value = float(np.quantile(pooled, share))
        spans.append(Span(value, min(low, value), max(high, value)))
        p99s = tuple(values)
    return Prediction(spans[0], spans[1], failed / arrived if arrived else 0.0, p99s)


def ceiling(net: Net, seed: int) -> tuple[str, float]:
    """Return what gives out first and at how many requests per second.

    Requests run alone; a station that is busy b seconds for each of them carries capacity / b (the
    utilisation law; waits inside what is held only lower it, so this is an upper bound).
    """
    trace = array("d", (CEILING_GAP * n for n in range(1, CEILING_REQUESTS + 1)))
    run = simulate(net, seed, CEILING_GAP * (CEILING_REQUESTS + 1), trace=trace)
    rate = CEILING_REQUESTS / run.ended_at
    found = [("nothing", inf)]
    for station, use in zip(net.stations, run.stations, strict=True):
        copies = net.groups[station.group].copies if station.group >= 0 else 1
        if use.busy > 0:
            found.append((station.name, station.capacity * copies * rate / use.busy))
    return min(found, key=lambda each: each[1])
