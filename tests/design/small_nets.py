"""Nets small enough to be computed by hand: constant times, given arrivals."""

from collections.abc import Sequence
from math import inf
from typing import Any

from backwright.design.engine import simulate
from backwright.design.net import Net, Op, Run, Sampler, Source

GAP, EVEN, UNIT, HALF = 0, 1, 2, 3
SECONDS = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0)
SAMPLERS = (
    Sampler("exponential"),
    Sampler("constant"),
    Sampler("unit"),
    Sampler("constant", 0.5),  # stands for a draw of 0.5 from 0..1
    *(Sampler("constant", seconds) for seconds in SECONDS),
)


def lasting(seconds: float) -> int:
    """Return the law that is always so long."""
    return 4 + SECONDS.index(seconds)


def net(*program: Op, source: Source | None = None, **parts: Any) -> Net:
    """Return a net of one program."""
    given = {
        name: parts.get(name, ())
        for name in ("groups", "stations", "policies", "mailboxes", "caches")
    }
    return Net(
        samplers=SAMPLERS,
        **given,
        source=source or Source(GAP, UNIT, (1.0,), rate=1.0),
        programs=(program,),
        names=("request",),
        troubles=parts.get("troubles", ()),
        scalers=parts.get("scalers", ()),
    )


def run(model: Net, *arrivals: float, length: float = inf, seed: int = 1) -> Run:
    """Simulate requests that arrive at these times, until nothing is left to do or so long."""
    return simulate(model, seed, length, trace=arrivals)


def latencies(outcome: Run, digits: int = 9) -> Sequence[float]:
    """Return how long those took that succeeded, in the order of their arrival."""
    return [round(each, digits) for each in outcome.latencies[0]]
