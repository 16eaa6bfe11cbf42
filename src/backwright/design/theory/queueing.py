"""Queues in closed form: what waits, for how long, and what is turned away.

Unless said otherwise: Poisson arrivals of `rate` per second, a mean `service` time in seconds, `servers`
alike that take the oldest first, no limit on waiting. Answers are seconds or shares (0..1). Where no steady
state exists `Unstable` is raised: no number is given. What is not exact comes back as `Approximate`.
"""

import math
from dataclasses import dataclass
from itertools import accumulate

from backwright.design.theory.ranges import above_zero, inner_part, not_negative, whole
from backwright.design.theory.special_functions import crossing
from backwright.model.errors import BackwrightError

SERVERS_MAX = 1_000_000  # the recursion of Erlang B takes one step a server: 0.1 s for so many
PLACES_MAX = 1_000_000  # likewise for waiting places
PATIENT_MAX = 1e10  # callers who arrive in a patience: a million states of the line to sum, 0.5 s
NEGLIGIBLE = 1e-20  # a state so rare changes no digit of a sum of the others


class Unstable(BackwrightError):
    """More is asked of something than it can do: waiting grows without end, so no latency is given.

    Attributes:
        where: What is overloaded, by name.
        offered: Load over capacity, at least 1.
    """

    def __init__(self, where: str, offered: float) -> None:
        super().__init__(f"unstable: offered {offered:.4g} of capacity at {where}")
        self.where = where
        self.offered = offered

    def __reduce__(self) -> "tuple[type[Unstable], tuple[str, float]]":
        """Pickle by its own two values, so that it comes back whole from a worker process."""
        return type(self), (self.where, self.offered)


@dataclass(frozen=True)
class Approximate:
    """A number that is not exact, with how far off it was in tests.

    Attributes:
        value: Seconds or a share, as the function says.
        within: Largest relative error seen where it was tested (0.1 is 10 %).
        method: Whose formula, and where it was tested.
    """

    value: float
    within: float
    method: str


def erlangs_of(rate: float, service: float, servers: int, where: str = "the queue") -> float:
    """Return the offered load, busy servers on average (rate x service); Unstable from `servers` on."""
    not_negative("rate", rate)
    above_zero("service", service)
    whole("servers", servers, 1, SERVERS_MAX)
    erlangs = rate * service
    if erlangs >= servers:
        raise Unstable(where, erlangs / servers)
    return erlangs


def erlang_b(servers: int, erlangs: float) -> float:
    """Return the share turned away if nobody may wait (M/G/c/c; holds for any service law).

    Recursion B(c) = a B(c-1) / (c + a B(c-1)), which only adds and multiplies positive numbers and so
    keeps all digits. Source: Erlang 1917; Cooper, Introduction to Queueing Theory, 1981, section 3.3.
    """
    whole("servers", servers, 0, SERVERS_MAX)
    not_negative("erlangs", erlangs)
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = erlangs * blocked / (count + erlangs * blocked)
    return blocked


def erlang_c(servers: int, erlangs: float, where: str = "the queue") -> float:
    """Return the share that has to wait (M/M/c), C = B / (1 - rho (1 - B)).

    Raises:
        Unstable: If erlangs >= servers.
    """
    erlangs_of(erlangs, 1.0, servers, where)
    blocked = erlang_b(servers, erlangs)
    return blocked / (1 - erlangs / servers * (1 - blocked))


@dataclass(frozen=True)
class Abandonment:
    """What happens where people give up (M/M/c+M).

    Attributes:
        waits: Share that finds all servers busy.
        abandons: Share that gives up before it is served.
        wait_mean: Over all, those who give up included, s.
        busy: Busy servers on average.
    """

    waits: float
    abandons: float
    wait_mean: float
    busy: float


def erlang_a(rate: float, service: float, servers: int, patience: float) -> Abandonment:
    """Return what an M/M/c queue does whose callers give up after an exponential time of mean `patience` s.

    Stable at any load. Sums the states with somebody waiting, starting from the likeliest, so that
    nothing overflows. Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002.
    """
    above_zero("rate", rate)
    above_zero("service", service)
    above_zero("patience", patience)
    whole("servers", servers, 1, SERVERS_MAX)
    if rate * patience > PATIENT_MAX:
        raise ValueError(f"rate x patience is {rate * patience}: at most {PATIENT_MAX}")
    served = servers / service
    top = max(0, math.floor((rate - served) * patience))
    mass, queued, none_waits = 1.0, float(top), 0.0 if top else 1.0
    term, waiting = 1.0, top
    while term > NEGLIGIBLE * mass:
        waiting += 1
        term *= rate / (served + waiting / patience)
        mass += term
        queued += waiting * term
    term = 1.0
    for waiting in range(top, 0, -1):
        term *= (served + waiting / patience) / rate
        if term < NEGLIGIBLE * mass:
            break
        mass += term
        queued += (waiting - 1) * term
        if waiting == 1:
            none_waits = term
    blocked = erlang_b(servers, rate * service)
    scale = blocked / (none_waits * (1 - blocked) + mass * blocked)
    length = queued * scale
    gives_up = min(1.0, length / patience / rate)
    return Abandonment(
        mass * scale, gives_up, length / rate, min(servers, rate * (1 - gives_up) * service)
    )


def mmc_wait_mean(rate: float, service: float, servers: int) -> float:
    """Return the mean wait of an M/M/c queue, C / (c mu - lambda), s."""
    erlangs = erlangs_of(rate, service, servers)
    return erlang_c(servers, erlangs) * service / (servers - erlangs)


def mmc_wait_tail(t: float, rate: float, service: float, servers: int) -> float:
    """Return the share that waits longer than t s in an M/M/c queue, C exp(-(c mu - lambda) t)."""
    erlangs = erlangs_of(rate, service, servers)
    return erlang_c(servers, erlangs) * math.exp(-(servers - erlangs) / service * t)


def mmc_wait_percentile(share: float, rate: float, service: float, servers: int) -> float:
    """Return the wait that this share (0..1, such as .99) stays below in an M/M/c queue, s."""
    inner_part("share", share)
    erlangs = erlangs_of(rate, service, servers)
    waits = erlang_c(servers, erlangs)
    if waits <= 1 - share:
        return 0.0
    return math.log(waits / (1 - share)) * service / (servers - erlangs)


def mmc_sojourn_mean(rate: float, service: float, servers: int) -> float:
    """Return wait plus service of an M/M/c queue on average, s."""
    return mmc_wait_mean(rate, service, servers) + service


def mmc_sojourn_variance(rate: float, service: float, servers: int) -> float:
    """Return the variance of wait plus service of an M/M/c queue, s^2.

    The wait is 0 with chance 1 - C, else exponential, so its variance is C (2 - C) / (c mu - lambda)^2.
    """
    erlangs = erlangs_of(rate, service, servers)
    waits = erlang_c(servers, erlangs)
    return waits * (2 - waits) * (service / (servers - erlangs)) ** 2 + service**2


def mmc_sojourn_tail(t: float, rate: float, service: float, servers: int) -> float:
    """Return the share whose wait plus service is longer than t s in an M/M/c queue (exact).

    With d = c mu - lambda: exp(-mu t) + C mu (exp(-mu t) - exp(-d t)) / (d - mu), the last factor written
    so that d near mu loses no digits. Source: Cooper 1981, section 3.4, convolved with the service.
    """
    erlangs = erlangs_of(rate, service, servers)
    return _two_exponentials(t, erlang_c(servers, erlangs), (servers - erlangs) / service, service)


def mmc_sojourn_percentile(share: float, rate: float, service: float, servers: int) -> float:
    """Return the wait plus service that this share (0..1) stays below in an M/M/c queue, s (exact)."""
    inner_part("share", share)
    erlangs = erlangs_of(rate, service, servers)
    waits, drain = erlang_c(servers, erlangs), (servers - erlangs) / service
    return crossing(lambda t: _two_exponentials(t, waits, drain, service), 1 - share, service)


def _two_exponentials(t: float, waits: float, drain: float, service: float) -> float:
    """Return the tail of (0 or exponential of rate `drain`, with chance `waits`) plus the service."""
    finish = 1 / service
    apart = abs(drain - finish) * t
    shared = 1.0 if apart == 0 else -math.expm1(-apart) / apart
    return math.exp(-finish * t) + waits * finish * t * math.exp(-min(drain, finish) * t) * shared


@dataclass(frozen=True)
class Finite:
    """What a queue with few places does (M/M/c/K).

    Attributes:
        lost: Share that finds it full and is turned away.
        busy, waiting: Servers busy, and in line, on average.
        wait_mean, sojourn_mean: Of those let in, s.
        found: Chance that one who is let in finds c, c+1, ..., K-1 there.
    """

    lost: float
    busy: float
    waiting: float
    wait_mean: float
    sojourn_mean: float
    found: tuple[float, ...]


def mmck(rate: float, service: float, servers: int, places: int) -> Finite:
    """Return what an M/M/c queue does that holds at most `places`, those in service included.

    Stable at any load. The states above c are a geometric series on top of Erlang B.
    Source: Gross and Harris, Fundamentals of Queueing Theory, section 2.5.
    """
    above_zero("rate", rate)
    above_zero("service", service)
    whole("servers", servers, 1, SERVERS_MAX)
    whole("places", places, servers, servers + PLACES_MAX)
    erlangs = rate * service
    ratio, line = erlangs / servers, places - servers
    if ratio <= 1:
        terms = [ratio**waiting for waiting in range(line + 1)]
        one = 1.0
    else:  # counted down from the fullest state, so that nothing overflows
        terms = [ratio ** (waiting - line) for waiting in range(line + 1)]
        one = terms[0]
    blocked = erlang_b(servers, erlangs)
    mass = math.fsum(terms)
    scale = blocked / (one * (1 - blocked) + mass * blocked)
    lost = terms[-1] * scale
    waiting = math.fsum(n * term for n, term in enumerate(terms)) * scale
    kept = scale * (one * (1 - blocked) / blocked + mass - terms[-1]) if blocked else 1.0
    wait = waiting / (rate * kept)
    found = tuple(term * scale / kept for term in terms[:-1])
    return Finite(lost, erlangs * kept, waiting, wait, wait + service, found)


def mm1k(rate: float, service: float, places: int) -> Finite:
    """Return what one server with at most `places` in the system does (M/M/1/K)."""
    return mmck(rate, service, 1, places)


def mmck_sojourn_tail(t: float, rate: float, service: float, servers: int, places: int) -> float:
    """Return the share of those let into an M/M/c/K queue that takes longer than t s (exact).

    Who finds c + j there waits for j + 1 departures, each exponential of rate c mu, then is served. Meant
    for lines of up to a few thousand places.
    """
    return _mmck_tail(t, mmck(rate, service, servers, places), service, servers)


def _mmck_tail(t: float, queue: Finite, service: float, servers: int) -> float:
    at_once = 1 - math.fsum(queue.found)
    if not queue.found:
        return math.exp(-t / service)
    last = len(queue.found)
    finish, drain = 1 / service, servers / service
    waiting = _poisson_below(drain * t, last)  # [j] = P(fewer than j+1 departures by t)
    if servers == 1:
        late = [*_poisson_below(drain * t, last + 1)[1:]]
    else:
        other = _poisson_above((drain - finish) * t, last)
        gain = servers / (servers - 1)
        late = [
            waiting[j] + math.exp(-finish * t + (j + 1) * math.log(gain)) * other[j]
            for j in range(last)
        ]
    slow = math.fsum(
        chance * min(1.0, tail) for chance, tail in zip(queue.found, late, strict=True)
    )
    return at_once * math.exp(-finish * t) + slow


def mmck_sojourn_percentile(
    share: float, rate: float, service: float, servers: int, places: int
) -> float:
    """Return what this share (0..1) of those let into an M/M/c/K queue stays below, s (exact)."""
    inner_part("share", share)
    queue = mmck(rate, service, servers, places)
    return crossing(lambda t: _mmck_tail(t, queue, service, servers), 1 - share, service)


def _poisson(mean: float, k: int) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if mean > 0 else float(k == 0)


def _poisson_below(mean: float, count: int) -> list[float]:
    """Return P(N <= j) for j = 0 .. count-1 of a Poisson law."""
    return [min(1.0, share) for share in accumulate(_poisson(mean, k) for k in range(count))]


def _poisson_above(mean: float, count: int) -> list[float]:
    """Return P(N > j) for j = 0 .. count-1 of a Poisson law, with all digits however small."""
    beyond, k = 0.0, count
    while True:
        term = _poisson(mean, k)
        beyond += term
        if k > mean and term <= NEGLIGIBLE * beyond:
            break
        k += 1
    shares = accumulate((_poisson(mean, k) for k in range(count - 1, 0, -1)), initial=beyond)
    return [*shares][::-1]


def mg1_wait_mean(rate: float, service: float, cv: float) -> float:
    """Return the mean wait at one server with any service law (M/G/1), s.

    Args:
        cv: Coefficient of variation of the service (0 constant, 1 exponential).

    Source: Pollaczek 1930, Khinchine 1932: W = rho s (1 + cv^2) / (2 (1 - rho)).
    """
    not_negative("cv", cv)
    used = erlangs_of(rate, service, 1)
    return used * service * (1 + cv * cv) / (2 * (1 - used))


def mg1_wait_second_moment(rate: float, service: float, second: float, third: float) -> float:
    """Return E[W^2] of the wait at one server with any service law, s^2.

    Args:
        second, third: E[S^2] in s^2 and E[S^3] in s^3 of the service, both at least the mean's power.

    Source: Takacs 1962: E[W^2] = 2 E[W]^2 + lambda E[S^3] / (3 (1 - rho)).
    """
    used = erlangs_of(rate, service, 1)
    for name, moment, power in (("second", second, 2), ("third", third, 3)):
        if not math.isfinite(moment) or moment < service**power * (1 - 1e-12):
            raise ValueError(f"{name} is {moment}: it must be at least service^{power} and finite")
    mean = rate * second / (2 * (1 - used))
    return 2 * mean * mean + rate * third / (3 * (1 - used))


def md1_wait_mean(rate: float, service: float) -> float:
    """Return the mean wait at one server with constant service (M/D/1), rho s / (2 (1 - rho)), s."""
    return mg1_wait_mean(rate, service, 0.0)


def md1_wait_tail(t: float, rate: float, service: float) -> float:
    """Return the share that waits longer than t s at one server with constant service (exact).

    Franx' form (Operations Research Letters 29, 2001) adds positive terms only, where Erlang's
    and Crommelin's alternate in sign and lose all digits beyond some ten services. Good to about 1e-11.
    """
    erlangs_of(rate, service, 1)
    if t < 0:
        return 1.0
    steps = math.floor(t / service) + 1
    if steps > PLACES_MAX:
        raise ValueError(f"t is {t}: more than {PLACES_MAX} services are too far out to compute")
    return _md1_tail(t, rate, service, _md1_queue(rate * service, steps))


def md1_wait_percentile(share: float, rate: float, service: float) -> float:
    """Return the wait that this share (0..1) stays below at one server with constant service, s (exact)."""
    inner_part("share", share)
    used = erlangs_of(rate, service, 1)
    queue: list[float] = []
    while not queue or 1 - queue[-1] > (1 - share) * 1e-3:
        queue = _md1_queue(used, 2 * len(queue) + 64)
        if len(queue) > PLACES_MAX:
            raise ValueError(f"share is {share}: at load {used} that is too far out to compute")
    return crossing(lambda t: _md1_tail(t, rate, service, queue), 1 - share, service)


def _md1_tail(t: float, rate: float, service: float, queue: list[float]) -> float:
    steps = math.floor(t / service) + 1
    if steps > len(queue):  # so far out that less than a thousandth of what is asked is left
        return 0.0
    gap = rate * (steps * service - t)
    term, total = math.exp(-gap), 0.0
    for j in range(steps):
        total += queue[steps - 1 - j] * term
        term *= gap / (j + 1)
        if term < NEGLIGIBLE:
            break
    return max(0.0, 1 - total)


def _md1_queue(used: float, count: int) -> list[float]:
    """Return P(at most j wait) for j = 0 .. count-1 of an M/D/1 queue.

    Balances crossings of each level of the chain seen by departures: positive terms only. From where the
    ratio of neighbours no longer changes, the states are a geometric series.
    """
    none = math.exp(-used)
    above, term, left = (
        [],
        none,
        -math.expm1(-used),
    )  # above[j] = P(more than j arrive in a service)
    for j in range(count + 1):
        above.append(left)
        term *= used / (j + 1)
        left = max(0.0, left - term) if left > 1e-12 else term * (1 + used / (j + 2))
    states = [1 - used]
    ratio, settled = 0.0, 0
    for level in range(1, count + 1):
        if settled < 4:
            into = states[0] * above[level - 1]
            into += math.fsum(
                states[k] * above[level - k] for k in range(max(1, level - 60), level)
            )
            states.append(into / none)
            previous, ratio = ratio, states[-1] / states[-2] if states[-2] else 0.0
            settled = settled + 1 if abs(previous - ratio) < 1e-15 else 0
        else:
            states.append(states[-1] * ratio)
    total, shares = states[0], []
    for state in states[1:]:
        total += state
        shares.append(min(1.0, total))
    return shares


def mdc_wait_mean(rate: float, service: float, servers: int) -> Approximate:
    """Return the mean wait of several servers with constant service (M/D/c), s.

    Source: Cosmetatos 1975: half of M/M/c times 1 + (1 - rho)(c - 1)(sqrt(4 + 5c) - 2) / (16 c rho).
    """
    erlangs = erlangs_of(rate, service, servers)
    if erlangs == 0:
        return Approximate(0.0, 0.0, "no load, no wait")
    used = erlangs / servers
    extra = (1 - used) * (servers - 1) * (math.sqrt(4 + 5 * servers) - 2) / (16 * used * servers)
    return Approximate(
        mmc_wait_mean(rate, service, servers) / 2 * (1 + extra),
        0.03,
        "Cosmetatos 1975, against exact M/D/c with 1 to 32 servers at load .5 to .95",
    )


def ggc_wait_mean(
    rate: float, service: float, servers: int, arrival_cv: float = 1.0, service_cv: float = 1.0
) -> Approximate:
    """Return the mean wait of several servers with any arrivals and services (G/G/c), s.

    Args:
        arrival_cv, service_cv: Coefficients of variation of the gaps between arrivals and of the service.

    Exact for M/M/c and M/G/1. Source: Allen, Probability, Statistics and Queueing Theory, 1990; Cunneen.
    """
    not_negative("arrival_cv", arrival_cv)
    not_negative("service_cv", service_cv)
    spread = (arrival_cv**2 + service_cv**2) / 2
    return Approximate(
        mmc_wait_mean(rate, service, servers) * spread,
        0.15,
        "Allen-Cunneen; error in parts of wait + service, against simulated G/G/c, cv up to 2",
    )
