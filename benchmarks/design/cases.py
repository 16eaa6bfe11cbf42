"""Systems whose answer is known exactly, as nets that an engine can run: the closed-form suite.

Times are around 10 ms, so that a million requests are some hours of simulated time. Each case says what to
measure and what it must come to: mean and p99 of the latency (s), shares, requests per second.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from backwright.design.net import (
    AnyOf,
    Break,
    CacheGet,
    CacheSpec,
    Fork,
    Group,
    Hold,
    Loop,
    Op,
    Pick,
    Use,
    Visit,
)
from backwright.design.theory.caching import ttl_hit_ratio, zipf
from backwright.design.theory.distributions import Distribution
from backwright.design.theory.fanout import (
    exponential_mean,
    fork_join,
    hedged_tail,
    mean_of,
    mean_until,
    percentile_until,
)
from backwright.design.theory.general_service import after_service, mg1_sojourn_percentile
from backwright.design.theory.mva import Closed, closed
from backwright.design.theory.mva import Station as ClosedStation
from backwright.design.theory.networks import Place, exponential_stages_percentile, jackson
from backwright.design.theory.queueing import (
    erlang_b,
    md1_wait_mean,
    md1_wait_percentile,
    mg1_wait_mean,
    mmc_sojourn_mean,
    mmc_sojourn_percentile,
    mmc_sojourn_tail,
    mmck,
    mmck_sojourn_percentile,
)
from backwright.design.theory.special_functions import crossing, gamma_quantile
from benchmarks.design.approximations import mdc_states
from benchmarks.design.nets import Build, Case, S, failed, hits, mean, p99, throughput, tries


def markov_queues() -> list[Case]:
    """Poisson arrivals, exponential service, no limit."""
    cases = []
    for servers, used, millions in (
        (1, 0.3, 4), (1, 0.5, 9), (1, 0.7, 20), (2, 0.6, 9), (4, 0.8, 36), (10, 0.8, 15), (32, 0.8, 3)
    ):  # fmt: skip
        b, rate = Build(), used * servers / S
        cases.append(
            Case(
                f"M/M/{servers} at {used}",
                b.net([b.use(servers)], rate=rate),
                (
                    mean(mmc_sojourn_mean(rate, S, servers)),
                    p99(mmc_sojourn_percentile(0.99, rate, S, servers)),
                ),
                millions,
            )
        )
    b = Build()
    cases.append(
        Case("M/M/1 at 0.5, last in first out: mean as in order",
             b.net([b.use(order="lifo")], rate=50.0), (mean(2 * S),), 9)
    )  # fmt: skip
    b = Build()
    locks = tuple(b.station() for _ in range(10))
    cases.append(
        Case("ten locks, one picked evenly: each M/M/1 at 0.5",
             b.net([AnyOf(locks, b.unit(), (b.delay(),))], rate=500.0),
             (mean(2 * S), p99(2 * S * math.log(100))), 9)
    )  # fmt: skip
    return cases


def other_arrivals() -> list[Case]:
    """One exponential server behind regular arrivals, or behind a round-robin balancer (GI/M/1)."""
    cases = []
    for name, used, shape in (
        ("D/M/1 at 0.6", 0.6, None), ("E2/M/1 at 0.6: one of two copies in turn", 0.6, 2),
        ("E4/M/1 at 0.6: one of four copies in turn", 0.6, 4)
    ):  # fmt: skip
        rate = used / S
        root = 0.5
        for _ in range(500):  # the share that finds somebody there, sigma = A*(mu (1 - sigma))
            drain = (1 - root) / S
            root = math.exp(-drain / rate) if shape is None else (1 / (1 + drain / (rate * shape))) ** shape  # fmt: skip
        stay, b = S / (1 - root), Build()
        if shape is None:
            net = b.net([b.use()], rate=rate, regular=True)
        else:
            b.groups.append(Group("app", shape))
            net = b.net([Visit(0, (b.use(group=0),))], rate=rate * shape)
        cases.append(Case(name, net, (mean(stay), p99(stay * math.log(100))), 12))
    b = Build()
    cases.append(Case("D/D/1: nobody waits", b.net([b.use(shape="constant")], rate=80.0, regular=True),
                      (mean(S), p99(S)), 0.2))  # fmt: skip
    return cases


def constant_service() -> list[Case]:
    """Poisson arrivals, constant service."""
    cases = []
    for servers, used, millions in (
        (1, 0.5, 3),
        (1, 0.7, 9),
        (2, 0.6, 3),
        (4, 0.7, 5),
        (10, 0.8, 5),
    ):
        b, rate = Build(), used * servers / S
        if servers == 1:
            wait, slow = md1_wait_mean(rate, S), md1_wait_percentile(0.99, rate, S)
        else:
            states = mdc_states(rate, S, servers)
            wait = float(np.maximum(np.arange(len(states)) - servers, 0) @ states) / rate
            slow = crossing(lambda t, c=servers, r=rate, p=states: franx(t, r, c, p), 0.01, S)
        cases.append(
            Case(f"M/D/{servers} at {used}", b.net([b.use(servers, shape="constant")], rate=rate),
                 (mean(wait + S), p99(slow + S)), millions)
        )  # fmt: skip
    return cases


def franx(t: float, rate: float, servers: int, states: np.ndarray) -> float:
    """Return P(W > t) of M/D/c from its states (Franx 2001)."""
    waiting = np.cumsum(np.r_[states[: servers + 1].sum(), states[servers + 1 :]])
    steps = math.floor(t / S) + 1
    gap = rate * (steps * S - t)
    term, total = math.exp(-gap), 0.0
    for j in range(steps * servers):
        total += term * waiting[min(steps * servers - 1 - j, len(waiting) - 1)]
        term *= gap / (j + 1)
    return 1 - total


@dataclass(frozen=True)
class Mixture:
    """One of several laws by chance, as far as `general_service` needs it."""

    parts: tuple[tuple[float, Distribution], ...]
    kind = "mixture"

    def average(self) -> float:
        return sum(share * law.average() for share, law in self.parts)

    def spread(self) -> float:
        second = sum(share * law.moment(2) for share, law in self.parts)
        return math.sqrt(second / self.average() ** 2 - 1)

    def tail(self, t: float) -> float:
        return sum(share * law.tail(t) for share, law in self.parts)

    def excess(self, t: float) -> float:
        return sum(share * law.excess(t) for share, law in self.parts)

    def quantile(self, share: float) -> float:
        return crossing(self.tail, 1 - share, self.average())


def general_service() -> list[Case]:
    """One server with services of all shapes."""
    cases = []
    points = ((0.0, 0.002), (0.5, 0.006), (0.9, 0.02), (1.0, 0.05))
    for used, shape, cv, extra, millions in (
        (0.5, "lognormal", 1.0, (), 16), (0.5, "lognormal", 0.5, (), 3), (0.6, "gamma", 0.5, (), 7),
        (0.5, "gamma", 1.5, (), 30), (0.6, "uniform", 1.0, (), 8), (0.5, "empirical", 1.0, points, 8)
    ):  # fmt: skip
        law = Distribution(shape, S, cv, extra)
        rate, b = used / law.average(), Build()
        program = [Use(b.station(), b.law(shape, S, cv, extra))]
        cases.append(
            Case(f"M/G/1 at {used}, {shape} cv {law.spread():.2f}", b.net(program, rate=rate),
                 (mean(mg1_wait_mean(rate, law.average(), law.spread()) + law.average()),
                  p99(mg1_sojourn_percentile(0.99, rate, law))), millions)
        )  # fmt: skip
    mixed = Mixture(((0.8, Distribution(mean=0.006)), (0.2, Distribution(mean=0.026))))
    b = Build()
    choice = Pick(b.unit(), (0.8, 0.2), ((b.delay(mean=0.006),), (b.delay(mean=0.026),)))
    cases.append(
        Case("M/H2/1 at 0.5: one request in five is slow", b.net([Hold(b.station(), (choice,))], rate=50.0),
             (mean(mg1_wait_mean(50.0, S, mixed.spread()) + S), p99(mg1_sojourn_percentile(0.99, 50.0, mixed))), 20)
    )  # fmt: skip
    return cases


def full_queues() -> list[Case]:
    """Few places, or little patience: some are turned away."""
    cases = []
    for name, servers, erlangs, shape in (
        ("M/M/4/4: Erlang B at 3 erlangs", 4, 3.0, "exponential"),
        ("M/D/10/10: Erlang B holds for any service", 10, 8.0, "constant"),
        ("M/G/2/2: Erlang B, lognormal cv 2", 2, 1.0, "lognormal"),
    ):
        b = Build()
        net = b.net([b.use(servers, shape=shape, cv=2.0, queue_max=0)], rate=erlangs / S)
        cases.append(Case(name, net, (failed(erlang_b(servers, erlangs)), mean(S)), 5))
    for servers, used, places in ((1, 0.9, 6), (2, 1.0, 10), (4, 1.25, 10)):
        b, rate = Build(), used * servers / S
        answer = mmck(rate, S, servers, places)
        cases.append(
            Case(f"M/M/{servers}/{places} at {used}",
                 b.net([b.use(servers, queue_max=places - servers)], rate=rate),
                 (failed(answer.lost), mean(answer.sojourn_mean),
                  p99(mmck_sojourn_percentile(0.99, rate, S, servers, places))), 9)
        )  # fmt: skip
    rate, drain, patience = 80.0, 100.0, 0.03
    apart, fall = drain - rate, math.exp((rate - drain) * patience)
    idle = 1 / (1 + rate * (1 - fall) / apart + rate / drain * fall)
    lost = idle * rate * fall / drain
    early = idle * rate * (1 - fall * (1 + apart * patience)) / apart**2
    b = Build()
    cases.append(
        Case("M/M/1 at 0.8 whose callers wait 30 ms at most", b.net([b.use(patience=patience)], rate=rate),
             (failed(lost), mean(early / (1 - lost) + S)), 7)
    )  # fmt: skip
    b = Build()
    cases.append(
        Case("a bulkhead of 4 is Erlang B", b.net([b.call([b.delay()], bulkhead=4)], rate=300.0),
             (failed(erlang_b(4, 3.0)), mean(S)), 4)
    )  # fmt: skip
    return cases


def again(program: tuple[Op, ...], b: Build, share: float, depth: int) -> tuple[Op, ...]:
    """Return a program after which a share of requests starts anew, up to `depth` times."""
    if depth == 0:
        return program
    return (*program, Pick(b.unit(), (share,), (again(program, b, share, depth - 1),)))


def open_networks() -> list[Case]:
    """Lines of stations, with and without a way back."""
    cases = []
    b, rate = Build(), 50.0
    services = (0.01, 0.008, 0.004)
    stays = [1 / (1 / s - rate) for s in services]
    cases.append(
        Case("three M/M/1 in a line", b.net([b.use(mean=s) for s in services], rate=rate),
             (mean(sum(stays)), p99(exponential_stages_percentile(0.99, stays))), 3)
    )  # fmt: skip
    b, rate = Build(), 50.0
    first = Distribution(mean=0.02)
    slow = crossing(after_service(lambda t: mmc_sojourn_tail(t, 50.0, 0.04, 4), first), 0.01, S)
    cases.append(
        Case("M/M/1, then M/M/4", b.net([b.use(), b.use(4, 0.04)], rate=rate),
             (mean(0.02 + mmc_sojourn_mean(rate, 0.04, 4)), p99(slow)), 3)
    )  # fmt: skip
    b = Build()
    cases.append(
        Case("M/M/1 at 0.6, a quarter comes back",
             b.net(again((b.use(),), b, 0.25, 18), rate=45.0),
             (mean(jackson([Place("db", S)], [45.0], [[0.25]]).response),), 18)
    )  # fmt: skip
    b = Build()
    apps = tuple((b.use(2),) for _ in range(3))
    line = (b.use(mean=0.0005), Pick(b.unit(), (1 / 3, 1 / 3, 1 / 3), apps), b.use(6))
    third = 1 / 3
    answer = jackson(
        [Place("lb", 0.0005), *(Place(f"app{i}", S, 2) for i in range(3)), Place("db", S, 6)],
        [350, 0, 0, 0, 0],
        [[0, third, third, third, 0], *([[0, 0, 0, 0, 1.0]] * 3), [1 / 6, 0, 0, 0, 0]],
    )
    cases.append(
        Case("Jackson: balancer, three M/M/2, M/M/6, a sixth comes back",
             b.net(again(line, b, 1 / 6, 12), rate=350.0), (mean(answer.response),), 10)
    )  # fmt: skip
    b = Build()
    app, db = b.use(2), b.use()
    # After the database always back to the app; from the app 40 % to the database, the rest leaves.
    program: tuple[Op, ...] = (app,)
    for _ in range(24):
        program = (app, Pick(b.unit(), (0.4,), ((db, *program),)))
    answer = jackson([Place("app", S, 2), Place("db", S)], [60, 0], [[0, 0.4], [1.0, 0]])
    cases.append(
        Case("Jackson: app and database call to and fro", b.net(program, rate=60.0),
             (mean(answer.response),), 6)
    )  # fmt: skip
    b = Build()
    cases.append(
        Case("BCMP: lognormal delay, M/M/2, constant delay",
             b.net([b.delay("lognormal", 0.03, 1.2), b.use(2), b.delay("constant", 0.005)], rate=120.0),
             (mean(0.035 + mmc_sojourn_mean(120.0, S, 2)),), 2)
    )  # fmt: skip
    b = Build()
    db = b.use(3)
    stay = mmc_sojourn_mean(200.0, S, 3)
    cases.append(
        Case("BCMP: two classes share M/M/3, each with its own delay",
             b.net([b.delay(mean=0.02), db], [db, db, b.delay("uniform", 0.05)], rate=150.0, kinds=(2 / 3, 1 / 3)),
             (mean(0.02 + stay), mean(0.05 + 2 * stay, 1)), 4)
    )  # fmt: skip
    return cases


def closed_systems() -> list[Case]:
    """So many users with a pause between answer and next request."""
    cases = []

    def case(name: str, users: int, think: tuple[str, float], parts: Sequence[tuple[int | None, float]]) -> None:  # fmt: skip
        b = Build()
        stations = [ClosedStation(str(i), s, c) for i, (c, s) in enumerate(parts)]
        answer: Closed = closed(stations, users, think[1])
        program = [b.delay("gamma", s, 0.5) if c is None else b.use(c, s) for c, s in parts]
        net = b.net(program, users=users, think=b.law(*think))
        cases.append(
            Case(name, net, (throughput(answer.throughput), mean(answer.response)), 6,
                 answer.throughput)
        )  # fmt: skip

    case("closed: 10 users, think 90 ms, M/M/1", 10, ("exponential", 0.09), [(1, S)])
    case("closed: 30 users, constant think, two servers then one", 30, ("constant", 0.2), [(2, S), (1, 0.004)])  # fmt: skip
    case("closed: 50 users, three stations of 1, 4, 8", 50, ("uniform", 0.1), [(1, 0.002), (4, 0.012), (8, 0.02)])  # fmt: skip
    case("closed: 5 users, a delay inside", 5, ("lognormal", 0.02), [(1, S), (None, 0.03), (2, S)])
    b = Build()
    work = (b.delay(mean=0.005), b.delay(mean=0.02))
    net = b.net([Hold(b.station(6), work)], users=40, think=b.law("constant", 0.001))
    cases.append(
        Case("held workers: 6 of them, 5 ms of work and a call of 20 ms carry 240/s", net,
             (throughput(240.0), mean(40 / 240 - 0.001)), 1.0, 240.0)
    )  # fmt: skip
    return cases


def held_resources() -> list[Case]:
    """A worker that is held over what it waits for is a queue whose service is all of that."""
    rate, b = 24.0, Build()
    cv = math.hypot(5, 20) / 25
    law = Distribution(mean=0.02)
    held = Hold(b.station(), (b.delay(mean=0.005), b.use(1, 0.02)))
    hold = Sum(Distribution(mean=0.005), law)
    return [
        Case("one worker held over a query is M/G/1 at 0.6", b.net([held], rate=rate),
             (mean(mg1_wait_mean(rate, 0.025, cv) + 0.025), p99(mg1_sojourn_percentile(0.99, rate, hold))), 10)
    ]  # fmt: skip


@dataclass(frozen=True)
class Sum:
    """The sum of two exponential times of different means, as far as `general_service` needs it."""

    one: Distribution
    two: Distribution
    kind = "sum"

    def average(self) -> float:
        return self.one.mean + self.two.mean

    def tail(self, t: float) -> float:
        a, b = self.one.mean, self.two.mean
        return (b * math.exp(-t / b) - a * math.exp(-t / a)) / (b - a)

    def excess(self, t: float) -> float:
        a, b = self.one.mean, self.two.mean
        return (b * b * math.exp(-t / b) - a * a * math.exp(-t / a)) / (b - a)

    def quantile(self, share: float) -> float:
        return crossing(self.tail, 1 - share, self.average())


def forks() -> list[Case]:
    """Several at once."""
    cases = []
    b = Build()
    cases.append(
        Case("fork over two M/M/1 at 0.5, both needed",
             b.net([Fork(((b.use(),), (b.use(),)), 2)], rate=50.0), (mean(fork_join(50.0, S, 2).value),), 4)
    )  # fmt: skip
    for name, law, n, need in (
        ("all of 5 exponential delays", Distribution(mean=S), 5, 5),
        ("2 of 5 exponential delays", Distribution(mean=S), 5, 2),
        ("all of 10 lognormal delays", Distribution("lognormal", S, 1.0), 10, 10),
        ("3 of 4 uniform delays", Distribution("uniform", S), 4, 3),
    ):
        b = Build()
        branches = tuple((b.delay(law.shape, law.mean, law.cv),) for _ in range(n))
        exact = exponential_mean(S, n, need) if law.shape == "exponential" else mean_until(law.tail, S, n, need)  # fmt: skip
        cases.append(
            Case(f"fork: {name}", b.net([Fork(branches, need)], rate=100.0),
                 (mean(exact), p99(percentile_until(0.99, law.tail, S, n, need))), 1)
        )  # fmt: skip
    return cases


def delays() -> list[Case]:
    """No queue at all: sums, choices and shapes."""
    law = Distribution("lognormal", S, 1.5)
    b, cases = Build(), []
    cases.append(
        Case("M/G/inf: a lognormal delay, cv 1.5", b.net([b.delay("lognormal", S, 1.5)], rate=1000.0),
             (mean(S), p99(law.quantile(0.99))), 3)
    )  # fmt: skip
    b = Build()
    cases.append(
        Case("a loop of four exponential delays", b.net([Loop(4, (b.delay(),))], rate=100.0),
             (mean(4 * S), p99(gamma_quantile(4, 0.99) * S)), 0.5)
    )  # fmt: skip
    mixed = Mixture(((0.3, Distribution(mean=0.05)), (0.7, Distribution(mean=0.004))))
    b = Build()
    choice = Pick(b.unit(), (0.3, 0.7), ((b.delay(mean=0.05),), (b.delay(mean=0.004),)))
    cases.append(
        Case("a choice of two delays", b.net([choice], rate=100.0),
             (mean(mixed.average()), p99(mixed.quantile(0.99))), 4)
    )  # fmt: skip
    return cases


def calls() -> list[Case]:
    """Failures, retries, time-outs, hedges."""
    cases, fails = [], 0.3
    b = Build()
    up = 0.99**3
    cases.append(
        Case("availability: three parts of 99 % in series",
             b.net([Break(b.unit(), 0.01), Break(b.unit(), 0.01), Break(b.unit(), 0.01), b.delay()], rate=100.0),
             (failed(1 - up), mean(S)), 4)
    )  # fmt: skip
    given = [fails ** (n - 1) * (1 - fails) / (1 - fails**4) for n in range(1, 5)]
    number = sum(n * share for n, share in enumerate(given, 1))
    for name, rest, pause in (
        ("3 retries at once", {}, 0.0),
        ("3 retries, pause 5, 10, 20 ms", {"base": 0.005}, 1.0),
        ("3 retries, full jitter", {"base": 0.005, "jitter_kind": "full"}, 0.5),
    ):
        b = Build()
        settings = {**rest, "jitter": b.unit()} if "jitter_kind" in rest else rest
        body = (b.delay(), Break(b.unit(), fails))
        paused = sum(share * 0.005 * (2 ** (n - 1) - 1) for n, share in enumerate(given, 1))
        cases.append(
            Case(f"30 % of tries fail, {name}", b.net([b.call(body, retries=3, **settings)], rate=100.0),
                 (failed(fails**4), mean(number * S + pause * paused), tries((1 - fails**4) / (1 - fails))), 3)
        )  # fmt: skip
    b, late = Build(), math.exp(-2)
    cases.append(
        Case("a time-out of two mean times", b.net([b.call([b.delay()], timeout=2 * S)], rate=100.0),
             (failed(late), mean(S - 2 * S * late / (1 - late))), 2)
    )  # fmt: skip
    b, hedged = Build(), hedged_tail(Distribution(mean=S).tail, 2 * S)
    cases.append(
        Case("a hedge after two mean times", b.net([b.call([b.delay()], hedge=2 * S)], rate=100.0),
             (mean(mean_of(hedged, S)), p99(crossing(hedged, 0.01, S))), 1.5)
    )  # fmt: skip
    return cases


def caches() -> list[Case]:
    """Hits and misses."""
    cases = []
    b = Build()
    b.caches.append(CacheSpec("c", b.law("constant", 0.001), b.unit(), hit=0.9))
    cases.append(
        Case("a cache that hits 9 of 10", b.net([CacheGet(0, (b.delay(mean=0.05),))], rate=100.0),
             (mean(0.006), p99(0.001 + 0.05 * math.log(10)), hits(0.9)), 15)
    )  # fmt: skip
    b = Build()
    b.caches.append(CacheSpec("c", b.law("constant", 0.001), b.unit(), keys=6, zipf=1.0, entries=2))
    hit = lru_exact(6, 1.0, 2)
    cases.append(
        Case("LRU of 2 among 6 keys", b.net([CacheGet(0, (b.delay("constant", 1e-9),))], rate=100.0), (hits(hit),))
    )  # fmt: skip
    b = Build()
    b.caches.append(
        CacheSpec("c", b.law("constant", 1e-6), b.unit(), keys=1000, zipf=1.0, entries=1000, ttl=2.0)
    )  # fmt: skip
    hit = ttl_hit_ratio(1000, 1.0, 200.0, 2.0)
    cases.append(
        Case("1,000 keys that expire after 2 s", b.net([CacheGet(0, (b.delay("constant", 1e-9),))], rate=200.0), (hits(hit),))
    )  # fmt: skip
    return cases


def lru_exact(keys: int, exponent: float, entries: int) -> float:
    """Return the hit ratio of LRU by summing over all orders of the last keys asked for (King 1971)."""
    shares = [group.each for group in zipf(keys, exponent)]
    total = 0.0
    for held in permutations(range(keys), entries):
        chance, left = 1.0, 1.0
        for key in held:
            chance *= shares[key] / left
            left -= shares[key]
        total += chance * sum(shares[key] for key in held)
    return total


def every_case() -> tuple[Case, ...]:
    """Return all cases."""
    makers = (
        markov_queues, other_arrivals, constant_service, general_service, full_queues, open_networks,
        closed_systems, held_resources, forks, delays, calls, caches,
    )  # fmt: skip
    return tuple(case for make in makers for case in make())
