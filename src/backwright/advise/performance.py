"""Which law limits a service, from three numbers: rate, time on the processor, time waiting."""

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

USE_MAX = 0.7  # above it a queue doubles its wait with each step; the usual planning limit
TAIL = 2.5  # p99 by a mean of so many times; an exponential has 4.6, a constant 1


@dataclass(frozen=True)
class Load:
    """What a service is asked and what it has.

    Attributes:
        rate: Requests a second that arrive.
        cpu_ms: On the processor for each request.
        wait_ms: Waiting for others (database, calls, locks) for each request.
        workers: Requests that can be in progress at once.
        cores: Processors that run them.
        p99_ms: As measured; None if it was not.
    """

    rate: float
    cpu_ms: float
    wait_ms: float
    workers: int
    cores: float
    p99_ms: float | None = None


@dataclass(frozen=True)
class Limit:
    """One resource.

    Attributes:
        busy: How many of it are in use on average (Little's law).
        has: How many there are.
        ceiling: Requests a second at which all are in use.
    """

    name: str
    busy: float
    has: float
    used: float
    ceiling: float


@dataclass(frozen=True)
class LoadLaw:
    """The answer.

    Attributes:
        limits: The tightest first.
        law: What limits: "workers", "cores" or "neither".
        queue_ms: Mean wait for a worker (M/M/c), None if the service is unstable.
        mean_ms: Mean response, with that wait.
        p99_ms: Of the model: exponential service and waits; None if unstable.
        tail: What the measured p99 says beside that: "" if none was given.
        workers_needed: Workers at which the tightest is used at most USE_MAX.
        cores_needed: The same for cores.
        speed_up_cpu, speed_up_wait: Factor by which a request without queueing is faster if that part
            costs nothing (Amdahl); None for all of it.
        measure: What to look at next.
    """

    limits: tuple[Limit, ...]
    law: Literal["workers", "cores", "neither"]
    is_stable: bool
    queue_ms: float | None
    mean_ms: float | None
    p99_ms: float | None
    tail: Literal["", "as the model", "longer than the model", "shorter than the model"]
    workers_needed: int
    cores_needed: int
    speed_up_cpu: float | None
    speed_up_wait: float | None
    measure: Literal["cpu", "wall", "locks", "heap"]


def erlang_c(servers: int, offered: float) -> float:
    """Return the chance that an arrival has to wait in M/M/c (Erlang 1917); `offered` below `servers`.

    By the recursion of Erlang B, which does not overflow.
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def law_of(load: Load) -> LoadLaw:
    """Return what limits the service.

    A worker is held while its request waits, so workers are busy rate * (cpu + wait), cores rate * cpu
    (Little 1961; utilisation law). The queue is that for a worker, if cores are not the tighter limit.
    """
    held = (load.cpu_ms + load.wait_ms) / 1000
    workers = _limit("workers", load.rate, held, load.workers)
    cores = _limit("cores", load.rate, load.cpu_ms / 1000, load.cores)
    limits = tuple(sorted((workers, cores), key=lambda limit: -limit.used))
    tightest = limits[0]
    stable = tightest.used < 1
    queue = mean = p99 = None
    if stable:
        servers = load.workers if tightest is workers else max(int(load.cores), 1)
        service = held if tightest is workers else load.cpu_ms / 1000
        queue, p99 = _queue(load.rate, servers, service, held)
        mean = queue + held * 1000
    law = "neither" if tightest.used < USE_MAX else tightest.name
    tail = _tail(load.p99_ms, p99)
    measure = _measure(load, law, tail)
    whole = load.cpu_ms + load.wait_ms
    return LoadLaw(
        limits, "workers" if law == "workers" else "cores" if law == "cores" else "neither", stable, queue, mean, p99, tail,
        max(ceil(workers.busy / USE_MAX), 1), max(ceil(cores.busy / USE_MAX), 1),
        whole / load.wait_ms if load.wait_ms else None,
        whole / load.cpu_ms if load.cpu_ms else None,
        measure,
    )  # fmt: skip


def _limit(name: str, rate: float, seconds: float, has: float) -> Limit:
    busy = rate * seconds
    return Limit(name, busy, has, busy / has, has / seconds if seconds else inf)


def _queue(rate: float, servers: int, service: float, held: float) -> tuple[float, float | None]:
    """Return (mean wait, p99 of the response) in ms; the p99 for exponential service in FIFO M/M/c."""
    offered = rate * service
    if offered >= servers:
        return 0.0, None  # a fraction of a core was rounded away; no queue can be computed
    waits = erlang_c(servers, offered)
    drain = (servers - offered) / service  # departures a second while all are busy, less arrivals
    mean = 1000 * waits / drain
    low, high = 0.0, 1.0
    while _beyond(high, waits, drain, 1 / held) > 0.01 and high < 1e6:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _beyond(middle, waits, drain, 1 / held) > 0.01 else (low, middle)
        )
    return mean, 1000 * high


def _beyond(t: float, waits: float, drain: float, mu: float) -> float:
    """Return P(response > t): a wait that is 0 or exponential, then an exponential service."""
    from math import exp

    if abs(drain - mu) < 1e-9 * mu:
        drain *= 1 + 1e-6  # the two rates must differ in this form
    both = (drain * exp(-mu * t) - mu * exp(-drain * t)) / (drain - mu)
    return (1 - waits) * exp(-mu * t) + waits * both


def _tail(measured: float | None, model: float | None) -> Literal["", "as the model", "longer than the model", "shorter than the model"]:  # fmt: skip
    if measured is None or model is None:
        return ""
    if measured > 1.5 * model:  # the model's spread is assumed, so only a clear difference speaks
        return "longer than the model"
    return "shorter than the model" if measured < model / TAIL else "as the model"


def _measure(load: Load, law: str, tail: str) -> Literal["cpu", "wall", "locks", "heap"]:
    if law == "cores":
        return "cpu"
    if tail == "longer than the model":
        return "locks"  # something queues that is not in the numbers: a pool, a lock, a pause
    return "wall" if load.wait_ms >= load.cpu_ms else "cpu"
