"""One deployable or several: what drives a division, what it costs, both in numbers.

A driver must be there before a division pays: teams that wait for each other's releases, a part that
must fail by itself, a part that needs another machine. The costs come with every division.
"""

from dataclasses import dataclass
from math import ceil, inf

from backwright.design.theory.availability import downtime, series
from backwright.design.theory.fanout import share_slow
from backwright.design.theory.queueing import md1_wait_mean

CAP = 0.65  # of a processor at the peak, as in the ladder of growth
WORKDAY = 8 * 60  # minutes in which releases are made
BUSY = 0.7  # of the release line in use: a release then waits more than its own length
SPARE = 2  # instances of a service at least, so that one may be lost
STABLE_MONTHS = 6  # that a boundary has held inside one deployable: our judgement
SHARED_MAX = 2  # tables that two parts may both write and still be divided: each needs a plan


@dataclass(frozen=True)
class Facts:
    """What was said about teams and system.

    Attributes:
        teams: That release from the same code; releases: per team and day; minutes: that one takes from
            merge to watched in production, one at a time.
        parts: Services that are thought of; crossing: calls between them in an average request.
        hop: Mean time of one such call, network and encoding, s; slow: share of them that is slow.
        availability: Of one service.
        rate, app, cores, peak: Load, processor seconds per request, cores of a machine, busiest over average.
        apart: A part must fail or be certified by itself; hardware: a part needs another machine.
        months: For which the boundaries have held; shared: tables that more than one part writes.
        transactions: Share of requests that write in more than one part at once.
        operated: Tracing, automatic deployment and people on call are there for each service.
    """

    teams: int
    releases: float
    minutes: float
    parts: int
    crossing: float
    hop: float
    slow: float
    availability: float
    rate: float
    app: float
    cores: int
    peak: float
    apart: bool
    hardware: bool
    months: float
    shared: int
    transactions: float
    operated: bool


@dataclass(frozen=True)
class Line:
    """A release line: how much it is used, and how long a release waits on average, minutes."""

    used: float
    wait: float


@dataclass(frozen=True)
class Costs:
    """What a division costs.

    Attributes:
        latency: Added to the average request, s; slow: share of requests that meet a slow call.
        availability: Of a request that needs all parts, divided; whole: as one deployable.
        hours: Down in a year, divided and whole.
        machines, whole_machines: At the peak, one to spare each.
        sagas: Requests per second that need a saga instead of a transaction.
    """

    latency: float
    slow: float
    availability: float
    whole: float
    hours: float
    whole_hours: float
    machines: int
    whole_machines: int
    sagas: float


@dataclass(frozen=True)
class Division:
    """The answer.

    Attributes:
        verdict: one (keep one deployable), carve (take one part out), not yet (there is a driver, and
            something is missing), services.
        drivers, missing: In words.
        line, divided: Release lines as they are and with one for each team.
    """

    verdict: str
    drivers: tuple[str, ...]
    missing: tuple[str, ...]
    line: Line
    divided: Line
    costs: Costs


def division_of(facts: Facts) -> Division:
    """Return whether to divide."""
    line = line_of(facts.teams * facts.releases, facts.minutes)
    divided = line_of(facts.releases, facts.minutes)
    waits = line.used >= BUSY and facts.teams > 1
    drivers = []
    if waits:
        drivers.append("releases")
    if facts.apart:
        drivers.append("isolation")
    if facts.hardware:
        drivers.append("hardware")
    missing = missing_of(facts)
    if not drivers:
        verdict = "one"
    elif missing:
        verdict = "not yet"
    else:
        verdict = "services" if waits else "carve"
    return Division(verdict, tuple(drivers), missing, line, divided, costs_of(facts))


def missing_of(facts: Facts) -> tuple[str, ...]:
    """Return what has to be there before a division."""
    made = []
    if facts.months < STABLE_MONTHS:
        made.append("boundaries")
    if facts.shared > SHARED_MAX:
        made.append("tables")
    if not facts.operated:
        made.append("operation")
    return tuple(made)


def line_of(releases: float, minutes: float) -> Line:
    """Return a release line: releases come at random over a workday and take the same time (M/D/1)."""
    used = releases * minutes / WORKDAY
    if used >= 1:
        return Line(used, inf)
    return Line(used, md1_wait_mean(releases / WORKDAY, minutes) if used > 0 else 0.0)


def costs_of(facts: Facts) -> Costs:
    """Return what it costs to divide into so many parts."""
    needed = 1 + facts.crossing  # services that an average request depends on
    divided = facts.availability**needed
    whole = series([facts.availability])
    processors = facts.rate * facts.peak * facts.app / (facts.cores * CAP)
    each = processors / facts.parts
    return Costs(
        facts.crossing * facts.hop,
        share_slow(facts.slow, round(facts.crossing)) if facts.crossing >= 1 else facts.crossing * facts.slow,
        divided,
        whole,
        downtime(divided) / 3600,
        downtime(whole) / 3600,
        facts.parts * max(SPARE, ceil(each) + 1),
        max(SPARE, ceil(processors) + 1),
        facts.rate * facts.transactions,
    )  # fmt: skip
