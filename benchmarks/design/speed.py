"""How fast the engine is, beside SimPy and Ciw in the same run: CPU time for each request.

    python -m benchmarks.design.speed            five rounds of 20,000 requests, about a minute
    python -m benchmarks.design.speed --quick    three rounds of 4,000

Rounds are interleaved and the least time of each counts, because the machine may do other things. SimPy's
models are written by hand (tests/design/hand_written.py), draw from the same streams as the engine's, cheap ones,
and must give the same latencies, float for float. Ciw draws its own; it cannot hold a worker while it
waits elsewhere, so it has no Net D.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import ciw
import simpy
from tests.design.hand_written import mmc, net_d, simpy_mmc, simpy_net_d

from backwright.design.engine import simulate
from backwright.design.engine.streams import stream
from backwright.design.net import Net, Pick, Sampler, Source, Station, Use

AT_LEAST = 5.0  # times SimPy, on M/M/c and Net D
SEED = 7


@dataclass(frozen=True)
class Model:
    """A model for each of the three; `ciw` is None where Ciw cannot express it."""

    name: str
    net: Net
    simpy: Callable[[Net, int, int], Sequence[float]]
    ciw: Callable[[int], object] | None = None


def jackson() -> Net:
    """Return a balancer, then one of three pairs of servers, then a database that does six at once: 420/s."""
    pairs = tuple((Use(k, 1 + k),) for k in (1, 2, 3))
    return Net(
        samplers=(
            Sampler("exponential"),
            Sampler("exponential", 0.0005),
            *(Sampler("exponential", 0.010) for _ in range(4)),
            Sampler("unit"),
        ),
        groups=(),
        stations=(
            Station("balancer", 1), *(Station(f"app{k}", 2) for k in range(3)), Station("db", 6)
        ),
        policies=(),
        mailboxes=(),
        caches=(),
        source=Source(0, -1, (1.0,), rate=420.0),
        programs=((Use(0, 1), Pick(6, (1 / 3, 1 / 3, 1 / 3), pairs), Use(4, 5)),),
        names=("request",),
    )  # fmt: skip


def simpy_jackson(net: Net, seed: int, arrivals: int) -> list[float]:
    """Return the latencies of that network, in order of their end."""
    env, result = simpy.Environment(), []
    stations = [simpy.Resource(env, station.capacity) for station in net.stations]
    gap, *times, choice = (stream(sampler, seed, k) for k, sampler in enumerate(net.samplers))

    def visit(k: int):
        with stations[k].request() as turn:
            yield turn
            yield env.timeout(times[k]())

    def customer():
        arrived = env.now
        yield from visit(0)
        u = choice()
        yield from visit(1 if u < 1 / 3 else 2 if u < 2 / 3 else 3)
        yield from visit(4)
        result.append(env.now - arrived)

    def source():
        for _ in range(arrivals):
            yield env.timeout(gap() / net.source.rate)
            env.process(customer())

    env.process(source())
    env.run()
    return result


def ciw_mmc(servers: int) -> Callable[[int], object]:
    """Return what runs M/M/c with Ciw."""

    def run(arrivals: int) -> object:
        ciw.seed(SEED)
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(0.8 * servers / 0.025)],
            service_distributions=[ciw.dists.Exponential(1 / 0.025)],
            number_of_servers=[servers],
        )
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(arrivals, method="Finish")
        return simulation

    return run


def ciw_jackson(arrivals: int) -> object:
    """Run that network with Ciw."""
    ciw.seed(SEED)
    exponential, third = ciw.dists.Exponential, 1 / 3
    network = ciw.create_network(
        arrival_distributions=[exponential(420.0), None, None, None, None],
        service_distributions=[exponential(2000), *(exponential(100) for _ in range(4))],
        number_of_servers=[1, 2, 2, 2, 6],
        routing=[
            [0.0, third, third, third, 0.0],
            *([0.0] * 4 + [1.0] for _ in range(3)),
            [0.0] * 5,
        ],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(arrivals, method="Finish")
    return simulation


MODELS = (
    Model("M/M/1", mmc(1, 0.8, 0.025), simpy_mmc, ciw_mmc(1)),
    Model("M/M/4", mmc(4, 0.8, 0.025), simpy_mmc, ciw_mmc(4)),
    Model("Jackson", jackson(), simpy_jackson, ciw_jackson),
    Model("Net D", net_d(), lambda net, seed, n: simpy_net_d(net, seed, n)[0]),
)


def cpu(work: Callable[[], object]) -> tuple[float, object]:
    """Return CPU seconds and the result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def main() -> None:
    """Measure, print the table, fail below the promise."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rounds, requests = (3, 4000) if options.quick else (5, 20_000)
    best: dict[tuple[str, str], float] = {}
    differ = []

    def note(model: Model, engine: str, seconds: float) -> None:
        key = model.name, engine
        best[key] = min(best.get(key, inf), seconds / requests * 1e9)

    for number in range(rounds):
        for model in MODELS:
            seconds, mine = cpu(lambda m=model: simulate(m.net, SEED, inf, arrivals_max=requests))
            note(model, "engine", seconds)
            seconds, theirs = cpu(lambda m=model: m.simpy(m.net, SEED, requests))
            note(model, "simpy", seconds)
            if number == 0 and sorted(theirs) != sorted(mine.latencies[0]):
                differ.append(model.name)
            if model.ciw is not None:
                note(model, "ciw", cpu(lambda m=model: m.ciw(requests))[0])
    print(f"ns of CPU per request, least of {rounds} rounds of {requests:,} requests\n")
    print(f"{'':9}{'engine':>9}{'SimPy':>9}{'Ciw':>9}{'x SimPy':>9}{'x Ciw':>8}   latencies")
    slow = []
    for model in MODELS:
        mine, theirs = best[model.name, "engine"], best[model.name, "simpy"]
        other = best.get((model.name, "ciw"))
        said = "differ" if model.name in differ else "as SimPy's"
        ciw_said = f"{other:9,.0f}" if other else f"{'-':>9}"
        ciw_ratio = f"{other / mine:8.1f}" if other else f"{'-':>8}"
        print(
            f"{model.name:9}{mine:9,.0f}{theirs:9,.0f}{ciw_said}{theirs / mine:9.1f}{ciw_ratio}   {said}"
        )
        if model.name in ("M/M/4", "Net D") and theirs / mine < AT_LEAST:
            slow.append(model.name)
    if slow:
        print(f"\nless than {AT_LEAST:.0f} times SimPy: {', '.join(slow)}")
    raise SystemExit(bool(slow or differ))


main()
