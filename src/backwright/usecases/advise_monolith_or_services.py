"""Advise monolith-or-services: whether there is a reason to divide, what it would cost, what is missing."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.design.division import Division, Facts, division_of
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench

DEFAULTS: dict[str, Any] = {
    "teams": 1,
    "releases": 1.0,
    "minutes": 30.0,
    "parts": 5,
    "crossing": 2.0,
    "hop_ms": 2.0,
    "slow": 0.01,
    "availability": 0.999,
    "rate": 50.0,
    "app_ms": 5.0,
    "cores": 4,
    "peak": 3.0,
    "months": 3.0,
    "shared_tables": 5,
    "transactions": 0.1,
}
LIMITS = {
    "teams": (1, 1000, "teams"),
    "releases": (0.0, 1000.0, "a day"),
    "minutes": (0.1, 10_000.0, "minutes"),
    "parts": (2, 1000, "services"),
    "crossing": (0.0, 1000.0, "calls a request"),
    "hop_ms": (0.0, 60_000.0, "ms"),
    "slow": (0.0, 1.0, "of the calls"),
    "availability": (0.5, 1.0, "of the time"),
    "rate": (0.001, 1e9, "requests a second"),
    "app_ms": (0.001, 60_000.0, "ms"),
    "cores": (1, 1024, "cores"),
    "peak": (1.0, 1000.0, "times the average"),
    "months": (0.0, 1200.0, "months"),
    "shared_tables": (0, 100_000, "tables"),
    "transactions": (0.0, 1.0, "of the requests"),
}


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    teams: Annotated[int | None, "Teams that release the same code (assumed 1)"] = None
    releases: Annotated[float | None, "Per team and workday, wanted (assumed 1)"] = None
    minutes: Annotated[float | None, "Of one, merge to watched in production (assumed 30)"] = None
    apart: Annotated[bool, "A part must fail, or be certified, by itself"] = False
    hardware: Annotated[bool, "A part needs another kind of machine"] = False
    months: Annotated[float | None, "For which the boundaries have held (assumed 3)"] = None
    shared_tables: Annotated[int | None, "Tables that more than one part writes (assumed 5)"] = None
    transactions: Annotated[float | None, "Share of requests that write in several parts at once (assumed 0.1)"] = None  # fmt: skip
    operated: Annotated[bool, "Tracing, deployment and people on call are there for each service"] = False  # fmt: skip
    parts: Annotated[int | None, "Services that are thought of (assumed 5)"] = None
    crossing: Annotated[float | None, "Calls between them in an average request (assumed 2)"] = None
    hop_ms: Annotated[float | None, "Time of one such call (assumed 2)"] = None
    slow: Annotated[float | None, "Share of such calls that is slow (assumed 0.01)"] = None
    availability: Annotated[float | None, "Of one service (assumed 0.999)"] = None
    rate: Annotated[float | None, "Requests a second (assumed 50)"] = None
    app_ms: Annotated[float | None, "Processor time per request (assumed 5)"] = None
    cores: Annotated[int | None, "Of one machine (assumed 4)"] = None
    peak: Annotated[float | None, "Busiest moment over the average (assumed 3)"] = None


@dataclass(frozen=True)
class DivisionAdvice:
    """Whether to divide, and into what it was reckoned."""

    division: Division
    facts: Facts
    assumed: tuple[Assumed, ...]
    verdict: Literal["ok"] = "ok"


def run(ask: Ask, bench: Bench) -> DivisionAdvice:
    """Advise; BadRequest if a number makes no sense."""
    values, assumed = filled(ask, DEFAULTS)
    in_range(values, LIMITS, "advise monolith-or-services")
    facts = Facts(
        teams=values["teams"],
        releases=values["releases"],
        minutes=values["minutes"],
        parts=values["parts"],
        crossing=values["crossing"],
        hop=values["hop_ms"] / 1000,
        slow=values["slow"],
        availability=values["availability"],
        rate=values["rate"],
        app=values["app_ms"] / 1000,
        cores=values["cores"],
        peak=values["peak"],
        apart=ask.apart,
        hardware=ask.hardware,
        months=values["months"],
        shared=values["shared_tables"],
        transactions=values["transactions"],
        operated=ask.operated,
    )
    return DivisionAdvice(division_of(facts), facts, assumed)
