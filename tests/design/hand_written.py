"""Two models as a person writes them with SimPy, for the engine to be compared with: M/M/c, and Net D.

Net D: requests go round robin to 3 services of 8 workers; a worker is held over a query at a database that does 6 at
once. The client gives up after 250 ms and tries twice more, after a pause; what it gave up goes on.
"""

from collections.abc import Callable

import simpy

from backwright.design.engine.streams import stream
from backwright.design.net import (
    Call,
    Delay,
    Group,
    Hold,
    Net,
    Policy,
    Sampler,
    Source,
    Station,
    Use,
    Visit,
)

GAP = Sampler("exponential")


def mmc(servers: int, load: float, mean: float) -> Net:
    """Return M/M/c."""
    return Net(
        samplers=(GAP, Sampler("exponential", mean)),
        groups=(),
        stations=(Station("server", servers),),
        policies=(),
        mailboxes=(),
        caches=(),
        source=Source(0, -1, (1.0,), rate=load * servers / mean),
        programs=((Use(0, 1),),),
        names=("request",),
    )


def simpy_mmc(net: Net, seed: int, arrivals: int) -> list[float]:
    """Return the latencies of M/M/c, in order of their end."""
    env, result = simpy.Environment(), []
    server = simpy.Resource(env, net.stations[0].capacity)
    gap, service = (stream(sampler, seed, k) for k, sampler in enumerate(net.samplers))

    def customer():
        arrived = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(service())
        result.append(env.now - arrived)

    def source():
        for _ in range(arrivals):
            yield env.timeout(gap() / net.source.rate)
            env.process(customer())

    env.process(source())
    env.run()
    return result


def net_d(rate: float = 420.0, workers: int = 8, retries: int = 2, timeout: float = 0.25) -> Net:
    """Return Net D."""
    query = (Hold(0, (Delay(1), Use(1, 2))),)
    return Net(
        samplers=(GAP, Sampler("exponential", 0.005), Sampler("exponential", 0.010), Sampler("unit")),
        groups=(Group("app", 3),),
        stations=(Station("workers", workers, 0), Station("database", 6)),
        policies=(
            Policy("client", timeout, retries, base=0.05, jitter_kind="equal", jitter=3),
        ),
        mailboxes=(),
        caches=(),
        source=Source(0, -1, (1.0,), rate=rate),
        programs=((Call(0, (Visit(0, query),)),),),
        names=("request",),
    )  # fmt: skip


def simpy_net_d(net: Net, seed: int, arrivals: int) -> tuple[list[float], dict[str, int]]:
    """Return the latencies of Net D, in order of their end, and what was counted."""
    env, result = simpy.Environment(), []
    policy = net.policies[0]
    apps = [simpy.Resource(env, net.stations[0].capacity) for _ in range(net.groups[0].copies)]
    database = simpy.Resource(env, net.stations[1].capacity)
    gap, compute, query, jitter = (stream(s, seed, k) for k, s in enumerate(net.samplers))
    count = {"tries": 0, "timeouts": 0, "failed": 0}

    def attempt(app: simpy.Resource):
        with app.request() as worker:
            yield worker
            yield env.timeout(compute())
            with database.request() as turn:
                yield turn
                yield env.timeout(query())

    def client(next_app: Callable[[], simpy.Resource]):
        arrived = env.now
        for n in range(policy.retries + 1):
            count["tries"] += 1
            answer = env.process(attempt(next_app()))
            outcome = yield answer | env.timeout(policy.timeout)
            if answer in outcome:
                result.append(env.now - arrived)
                return
            count["timeouts"] += 1
            if n < policy.retries:
                yield env.timeout(policy.base * policy.factor**n * (0.5 + jitter()))
        count["failed"] += 1

    def source():
        turn = 0

        def next_app() -> simpy.Resource:
            nonlocal turn
            turn += 1
            return apps[(turn - 1) % len(apps)]

        for _ in range(arrivals):
            yield env.timeout(gap() / net.source.rate)
            env.process(client(next_app))

    env.process(source())
    env.run()
    return result, count
