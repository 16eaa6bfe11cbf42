"""A closed-form case: a net that an engine can run, what is known of it exactly, and how to measure that."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from backwright.design.net import (
    CacheSpec,
    Call,
    Delay,
    Group,
    Net,
    Op,
    Policy,
    Run,
    Sampler,
    Source,
    Station,
    Use,
)

S = 0.01  # s; the usual service time
Metric = Callable[[Run, float], float]  # of a run and its warm-up, s


@dataclass(frozen=True)
class Known:
    """Something measured and what it is exactly; kind says which target it has."""

    kind: str
    exact: float
    measure: Metric


@dataclass(frozen=True)
class Case:
    """A net with what is known of it.

    Attributes:
        millions: Of requests at full size, enough for a 99 % interval of about .3 % of the mean and 1 % of
            the p99.
        closed_rate: Requests per second of a closed system; 0 of an open one.
    """

    name: str
    net: Net
    known: tuple[Known, ...]
    millions: float = 1.0
    closed_rate: float = 0.0

    @property
    def rate(self) -> float:
        """Requests per second, open or closed."""
        return self.closed_rate or self.net.source.rate


def latencies(run: Run, kind: int = 0) -> np.ndarray:
    """Return the latencies of a kind of request, s."""
    return np.frombuffer(run.latencies[kind], dtype=np.float64)


def mean(exact: float, kind: int = 0) -> Known:
    """Expect a mean latency, s."""
    return Known("mean", exact, lambda run, _: float(latencies(run, kind).mean()))


def p99(exact: float, kind: int = 0) -> Known:
    """Expect a p99 of the latency, s."""

    def measure(run: Run, _: float) -> float:
        values = latencies(run, kind)
        rank = math.ceil(len(values) * 0.99) - 1
        return float(np.partition(values, rank)[rank])

    return Known("p99", exact, measure)


def failed(exact: float) -> Known:
    """Expect a share of requests that fail."""
    return Known("failed", exact, lambda run, _: sum(run.failed) / sum(run.arrived))


def throughput(exact: float) -> Known:
    """Expect requests per second, counted as they arrive: the last ones are still under way."""
    return Known(
        "per second",
        exact,
        lambda run, warm: (sum(run.arrived) + run.unfinished) / (run.ended_at - warm),
    )


def hits(exact: float) -> Known:
    """Expect a hit ratio."""
    return Known("hits", exact, lambda run, _: run.hits[0] / run.lookups[0])


def tries(exact: float) -> Known:
    """Expect tries per request."""
    return Known("tries", exact, lambda run, _: run.tries[0] / sum(run.arrived))


@dataclass
class Build:
    """Collects the parts of a net; each method returns the index of what it adds."""

    samplers: list[Sampler] = field(
        default_factory=lambda: [Sampler("exponential"), Sampler("unit")]
    )
    stations: list[Station] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    caches: list[CacheSpec] = field(default_factory=list)

    def law(self, shape: str = "exponential", mean: float = S, cv: float = 1.0, points: tuple = ()) -> int:  # fmt: skip
        self.samplers.append(Sampler(shape, mean, cv, points))
        return len(self.samplers) - 1

    def unit(self) -> int:
        return self.law("unit", 1.0)

    def station(self, capacity: int = 1, **rest: object) -> int:
        self.stations.append(Station(f"s{len(self.stations)}", capacity, **rest))
        return len(self.stations) - 1

    def use(self, capacity: int = 1, mean: float = S, shape: str = "exponential", cv: float = 1.0, **rest: object) -> Use:  # fmt: skip
        return Use(self.station(capacity, **rest), self.law(shape, mean, cv))

    def delay(self, shape: str = "exponential", mean: float = S, cv: float = 1.0) -> Delay:
        return Delay(self.law(shape, mean, cv))

    def call(self, body: Sequence[Op], **rest: object) -> Call:
        self.policies.append(Policy(f"p{len(self.policies)}", **rest))
        return Call(len(self.policies) - 1, tuple(body))

    def net(self, *programs: Sequence[Op], rate: float = 0.0, kinds: tuple[float, ...] = (), users: int = 0, think: int = -1, regular: bool = False) -> Net:  # fmt: skip
        if regular:
            self.samplers[0] = Sampler("constant")
        return Net(
            tuple(self.samplers),
            tuple(self.groups),
            tuple(self.stations),
            tuple(self.policies),
            (),
            tuple(self.caches),
            Source(0, 1, kinds or (1.0,), rate=rate, users=users, think=think),
            tuple(tuple(program) for program in programs),
            tuple(f"kind{i}" for i in range(len(programs))),
        )
