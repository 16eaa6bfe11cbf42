"""Open networks of queues: rates by the traffic equations, response from end to end, percentiles fitted.

Product form (Jackson 1963; Baskett, Chandy, Muntz and Palacios 1975): Poisson arrivals from outside, routing
by chance alone; a station that serves in order of arrival has exponential service, the same for all classes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.design.theory.queueing import Approximate, erlangs_of, mmc_wait_mean
from backwright.design.theory.ranges import above_zero, inner_part, not_negative, part
from backwright.design.theory.special_functions import crossing, gamma_quantile

JUMPS_MAX = 1_000_000  # of uniformisation: a second or two


@dataclass(frozen=True)
class Place:
    """A station of an open network.

    Attributes:
        service: Mean time of one visit, s.
        servers: None: as many as needed, a delay.
    """

    name: str
    service: float
    servers: int | None = 1


@dataclass(frozen=True)
class PlaceLoad:
    """How a station fares.

    Attributes:
        rate: Visits per second; used: share of its servers busy, 0 for a delay.
        sojourn: Wait plus service of one visit, s; held: requests there on average.
    """

    name: str
    rate: float
    used: float
    sojourn: float
    held: float


@dataclass(frozen=True)
class Open:
    """An open network in steady state; response is from arrival to departure, s."""

    rate: float
    response: float
    places: tuple[PlaceLoad, ...]


def visits(
    names: Sequence[str], arrivals: Sequence[float], routing: Sequence[Sequence[float]]
) -> tuple[float, ...]:
    """Return visits per second to each station: the traffic equations, by elimination with pivots.

    Args:
        arrivals: From outside, per second.
        routing: Row i: the share that goes from i to each station; the rest of the row leaves.

    Raises:
        ValueError: For a row that adds up to more than 1, or if some requests never leave.
    """
    size = len(names)
    if len(arrivals) != size or len(routing) != size or any(len(row) != size for row in routing):
        raise ValueError(f"arrivals and routing must have {size} rows, one for each station")
    for name, rate, row in zip(names, arrivals, routing, strict=True):
        not_negative(f"arrivals at {name}", rate)
        for share in row:
            part(f"a share that leaves {name}", share)
        if math.fsum(row) > 1 + 1e-9:
            raise ValueError(f"shares that leave {name} add up to {math.fsum(row)}: at most 1")
    for name, leaves in zip(names, _can_leave(routing), strict=True):
        if not leaves:
            raise ValueError(f"what comes to {name} never leaves the network")
    matrix = [
        [float(i == j) - routing[j][i] for j in range(size)] + [arrivals[i]] for i in range(size)
    ]
    return _solved(matrix)


def _can_leave(routing: Sequence[Sequence[float]]) -> list[bool]:
    """Return for each station whether some of what is there gets out in the end."""
    leaves = [math.fsum(row) < 1 - 1e-12 for row in routing]
    for _ in routing:
        leaves = [
            out or any(share > 0 and there for share, there in zip(row, leaves, strict=True))
            for out, row in zip(leaves, routing, strict=True)
        ]
    return leaves


def _solved(matrix: list[list[float]]) -> tuple[float, ...]:
    """Return x of A x = b from rows [A | b], by Gaussian elimination with partial pivoting."""
    size = len(matrix)
    for i in range(size):
        pivot = max(range(i, size), key=lambda row: abs(matrix[row][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        for row in range(i + 1, size):
            factor = matrix[row][i] / matrix[i][i]
            if factor:
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[i], strict=True)]
    answer = [0.0] * size
    for i in reversed(range(size)):
        known = math.fsum(matrix[i][j] * answer[j] for j in range(i + 1, size))
        answer[i] = max(0.0, (matrix[i][size] - known) / matrix[i][i])
    return tuple(answer)


def jackson(
    places: Sequence[Place], arrivals: Sequence[float], routing: Sequence[Sequence[float]]
) -> Open:
    """Return how an open network of M/M/c stations fares, feedback included (exact).

    Raises:
        Unstable: Names the first station that is offered all it can do or more.
        ValueError: As `visits`; also if nothing arrives at all.
    """
    rates = visits([place.name for place in places], arrivals, routing)
    total = above_zero("arrivals in all", math.fsum(arrivals))
    loads = []
    for place, rate in zip(places, rates, strict=True):
        above_zero(f"service of {place.name}", place.service)
        used, wait = 0.0, 0.0
        if place.servers is not None:
            used = erlangs_of(rate, place.service, place.servers, place.name) / place.servers
            wait = mmc_wait_mean(rate, place.service, place.servers)
        sojourn = wait + place.service
        loads.append(PlaceLoad(place.name, rate, used, sojourn, rate * sojourn))
    return Open(total, math.fsum(load.held for load in loads) / total, tuple(loads))


@dataclass(frozen=True)
class MixedPlace:
    """A station that several classes visit.

    Attributes:
        order: fifo (exponential service, the same for all classes), shared (processor sharing, any
            service law) or delay (no limit, any law).
        servers: Of fifo and shared; at a shared station one request uses at most one server.
    """

    name: str
    order: Literal["fifo", "shared", "delay"]
    servers: int = 1


@dataclass(frozen=True)
class OpenClass:
    """A kind of request.

    Attributes:
        rate: Arrivals per second.
        visits: To each station for one request, on average; service: s of one visit there.
    """

    name: str
    rate: float
    visits: tuple[float, ...]
    service: tuple[float, ...]


@dataclass(frozen=True)
class OpenClassLoad:
    """Response of a kind of request, s, and how much of it at each station, s."""

    name: str
    response: float
    at: tuple[float, ...]


def bcmp(places: Sequence[MixedPlace], kinds: Sequence[OpenClass]) -> tuple[OpenClassLoad, ...]:
    """Return the mean response of each class in an open product-form network (exact).

    At a shared station a request's time stretches with its own service (insensitive to the law); at a
    fifo station all wait alike.

    Raises:
        Unstable: Names the first station that is offered all it can do or more.
        ValueError: For numbers out of range, or a fifo station whose classes differ in service.
    """
    for kind in kinds:
        not_negative(f"rate of {kind.name}", kind.rate)
        if len(kind.visits) != len(places) or len(kind.service) != len(places):
            raise ValueError(f"visits and service of {kind.name} need {len(places)} numbers each")
        for number in (*kind.visits, *kind.service):
            not_negative(f"visits and service of {kind.name}", number)
    stays: list[list[float]] = [[] for _ in kinds]
    for i, place in enumerate(places):
        wait, stretch = _at_place(place, i, kinds)
        for stay, kind in zip(stays, kinds, strict=True):
            stay.append(kind.visits[i] * (wait + stretch * kind.service[i]) if kind.visits[i] else 0.0)  # fmt: skip
    return tuple(
        OpenClassLoad(kind.name, math.fsum(stay), tuple(stay))
        for kind, stay in zip(kinds, stays, strict=True)
    )


def _at_place(place: MixedPlace, i: int, kinds: Sequence[OpenClass]) -> tuple[float, float]:
    """Return the wait of a visit, s, and by how much its service is stretched (1: not at all)."""
    if place.order == "delay":
        return 0.0, 1.0
    rate = math.fsum(kind.rate * kind.visits[i] for kind in kinds)
    erlangs = math.fsum(kind.rate * kind.visits[i] * kind.service[i] for kind in kinds)
    if rate == 0 or erlangs == 0:
        return 0.0, 1.0
    mean = erlangs / rate
    erlangs_of(rate, mean, place.servers, place.name)
    wait = mmc_wait_mean(rate, mean, place.servers)
    if place.order == "shared":
        return 0.0, 1 + wait / mean
    for kind in kinds:
        if kind.visits[i] and kind.rate and not math.isclose(kind.service[i], mean, rel_tol=1e-9):
            raise ValueError(
                f"service of {kind.name} at {place.name} is {kind.service[i]}, of all {mean}: a fifo"
                " station has product form only if they are equal"
            )
    return wait, 1.0


@dataclass(frozen=True)
class Stage:
    """One of several independent times that add up: mean in s, variance in s^2."""

    mean: float
    variance: float


def stages_percentile(share: float, stages: Sequence[Stage]) -> Approximate:
    """Return what the sum of independent stages stays below with this share (0..1), s.

    Fits mean and variance: a gamma law, or a delay plus nothing if nothing varies. Exact for one
    exponential stage, or several alike.
    """
    inner_part("share", share)
    for stage in stages:
        not_negative("mean of a stage", stage.mean)
        not_negative("variance of a stage", stage.variance)
    mean = above_zero("mean of all stages", math.fsum(stage.mean for stage in stages))
    variance = math.fsum(stage.variance for stage in stages)
    if variance == 0:
        return Approximate(mean, 0.0, "nothing varies")
    shape = mean * mean / variance
    return Approximate(
        gamma_quantile(shape, share) * mean / shape,
        0.06,
        "gamma law of the same mean and variance, against sums of two to six exponential stages, p99",
    )


class StagesTail:
    """P(X1 + X2 + ... > t) of independent exponential times of the given means, s (exact).

    Holds for the sojourns of a request in a line of M/M/1 stations (Burke 1956, Reich 1957).
    Uniformisation adds positive terms only, so that means near each other lose no digits.
    """

    def __init__(self, means: Sequence[float]) -> None:
        for mean in means:
            above_zero("mean of a stage", mean)
        self._pace = 1 / min(means)
        self._moves = [1 / (mean * self._pace) for mean in means]
        self._state = [1.0] + [0.0] * (len(means) - 1)
        self._inside: list[float] = []  # [n] = share not through after n jumps

    def __call__(self, t: float) -> float:
        """Return the share that takes longer than t s.

        Raises:
            ValueError: If t is over JUMPS_MAX times the shortest mean.
        """
        if t <= 0:
            return 1.0
        jumps = self._pace * t
        if jumps > JUMPS_MAX:
            raise ValueError(f"t is {t}: over {JUMPS_MAX} times the shortest stage")
        reach = 12 * math.sqrt(jumps) + 40
        first, last = max(0, math.floor(jumps - reach)), math.ceil(jumps + reach)
        while len(self._inside) <= last:
            self._jump()
        log = math.log(jumps)
        return min(
            1.0,
            math.fsum(
                math.exp(n * log - jumps - math.lgamma(n + 1)) * self._inside[n]
                for n in range(first, last + 1)
            ),
        )

    def _jump(self) -> None:
        self._inside.append(math.fsum(self._state))
        inflow = 0.0
        for i, move in enumerate(self._moves):
            out = self._state[i] * move
            self._state[i] += inflow - out
            inflow = out


def exponential_stages_percentile(share: float, means: Sequence[float]) -> float:
    """Return what the sum of independent exponential stages stays below with this share, s (exact).

    Raises:
        ValueError: For numbers out of range, or if the means lie so far apart that the sum takes over
            JUMPS_MAX times the shortest; `stages_percentile` fits then.
    """
    inner_part("share", share)
    return crossing(StagesTail(means), 1 - share, math.fsum(means))
