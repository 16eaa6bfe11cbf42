"""Advise scale: how to carry so many requests, which way of building is the first that holds, and what comes next."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.design.ladder import Demand, Rung, chosen, design_of, ladder
from backwright.design.layers.solving import solve
from backwright.design.written.units import UnitError, read_number
from backwright.model.errors import BadRequest
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.spec import Mark

DEFAULTS: dict[str, Any] = {
    "peak": 3.0,
    "reads": 0.9,
    "app_ms": 5.0,
    "read_ms": 1.0,
    "write_ms": 4.0,
    "cacheable": 0.5,
    "hit": 0.9,
    "later": 0.3,
    "growth": 5.0,
    "cores": 8,
    "p99_ms": 300.0,
}
LIMITS = {
    "peak": (1.0, 1000.0, "times the average"),
    "reads": (0.0, 1.0, "of the requests"),
    "app_ms": (0.001, 60_000.0, "ms"),
    "read_ms": (0.0, 60_000.0, "ms"),
    "write_ms": (0.0, 60_000.0, "ms"),
    "cacheable": (0.0, 1.0, "of the reads"),
    "hit": (0.0, 1.0, "of those"),
    "later": (0.0, 1.0, "of a write's work"),
    "growth": (0.0, 1000.0, "% a month"),
    "cores": (1, 1024, "cores"),
    "p99_ms": (1.0, 600_000.0, "ms"),
}
EXAMPLE = "backwright advise scale 100M/day"


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    requests: Annotated[str, "On average: 1M/day, 1200/s", Mark(positional=True)]
    peak: Annotated[float | None, "Busiest moment over the average (assumed 3)"] = None
    reads: Annotated[float | None, "Share of requests that only read (assumed 0.9)"] = None
    app_ms: Annotated[float | None, "Processor time of the application per request (assumed 5)"] = None  # fmt: skip
    read_ms: Annotated[float | None, "Processor time of the store per read (assumed 1)"] = None
    write_ms: Annotated[float | None, "Processor time of the store per write (assumed 4)"] = None
    cacheable: Annotated[float | None, "Share of reads that may be a little old (assumed 0.5)"] = None  # fmt: skip
    hit: Annotated[float | None, "Of those, share found in a cache (assumed 0.9)"] = None
    later: Annotated[float | None, "Share of a write's work that may be done after the answer (assumed 0.3)"] = None  # fmt: skip
    growth: Annotated[float | None, "Percent a month (assumed 5)"] = None
    cores: Annotated[int | None, "Of one machine (assumed 8)"] = None
    p99_ms: Annotated[float | None, "Latency that you promise (assumed 300)"] = None
    survive: Annotated[bool, "Must go on when a machine is lost"] = False


@dataclass(frozen=True)
class ScaleAdvice:
    """Which way of building is the first that holds.

    Attributes:
        rungs: Ways to build, simplest first; at: index of the first that holds, -1 if none does.
        left_out: Names of those that hold and do not survive the loss of a machine, if that is asked.
        p99: Of the one that holds, at the peak, s, analytically; infinite if it is not stable.
        p99_limit: That is promised, s.
        assumed: What nobody said.
    """

    requests: str
    rate: float
    at_peak: float
    peak: float
    rungs: tuple[Rung, ...]
    at: int
    left_out: tuple[str, ...]
    p99: float
    p99_limit: float
    least: float
    demand: Demand
    survive: bool
    assumed: tuple[Assumed, ...]
    verdict: Literal["ok", "misses", "none"] = "ok"


def run(ask: Ask, bench: Bench) -> ScaleAdvice:
    """Advise; BadRequest if a number makes no sense."""
    values, assumed = filled(ask, DEFAULTS)
    in_range(values, LIMITS, f"advise scale {ask.requests}")
    try:
        rate = read_number(ask.requests, "rate")
    except UnitError as error:
        raise BadRequest(f'"{ask.requests}": {error}', hint=EXAMPLE) from None
    if not 0 < rate <= 1e9:
        raise BadRequest(f"{ask.requests}: between one request a day and a billion a second", hint=EXAMPLE)  # fmt: skip
    demand = Demand(
        rate,
        values["peak"],
        values["reads"],
        values["app_ms"] / 1000,
        values["read_ms"] / 1000,
        values["write_ms"] / 1000,
        values["cacheable"],
        values["hit"],
        values["later"],
        values["growth"] / 100,
        values["cores"],
        values["p99_ms"] / 1000,
    )
    rungs = ladder(demand)
    left_out: tuple[str, ...] = ()
    at = chosen(rungs)
    if ask.survive and 0 <= at < FIRST_OF_SEVERAL:
        left_out = tuple(rung.name for rung in rungs[at:FIRST_OF_SEVERAL] if rung.carries)
        at = next((i for i, rung in enumerate(rungs) if i >= FIRST_OF_SEVERAL and rung.carries), -1)
    p99 = least = float("inf")
    if at >= 0:
        solved = solve(design_of(demand, rungs[at].name))
        p99 = next((p.value for p in solved.latency if p.percentile == 99.0), float("inf"))
        calm = solve(design_of(Demand(**{**demand.__dict__, "rate": rate / 1000}), rungs[at].name))
        least = next((p.value for p in calm.latency if p.percentile == 99.0), float("inf"))
    return ScaleAdvice(
        requests=ask.requests,
        rate=rate,
        at_peak=demand.at_peak,
        peak=demand.peak,
        rungs=rungs,
        at=at,
        left_out=left_out,
        p99=p99,
        p99_limit=demand.p99,
        least=least,
        demand=demand,
        survive=ask.survive,
        assumed=assumed,
        verdict="none" if at < 0 else "ok" if p99 <= demand.p99 else "misses",
    )


FIRST_OF_SEVERAL = 2  # rungs before this one are lost whole with a machine
