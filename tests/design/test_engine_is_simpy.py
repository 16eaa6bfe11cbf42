"""The engine gives what SimPy gives, float for float, when both draw from the same streams."""

from math import inf

import pytest
from tests.design.hand_written import mmc, net_d, simpy_mmc, simpy_net_d
from tests.design.identity import differences
from tests.design.random_nets import random_net

from backwright.design.engine import simulate

SEEDS = range(60)  # benchmarks/design/identity.py runs a thousand
ARRIVALS = 60


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_net_runs_alike(seed):
    found, _ = differences(random_net(seed), seed, ARRIVALS)
    assert [] == found


@pytest.mark.parametrize("servers", [1, 4])
def test_a_queue_written_by_hand_runs_alike(servers):
    net = mmc(servers, 0.8, 0.025)
    run = simulate(net, 7, inf, arrivals_max=3000)
    assert sorted(simpy_mmc(net, 7, 3000)) == sorted(run.latencies[0])


@pytest.mark.parametrize(
    "rate",
    [pytest.param(420.0, id="at 70 %"), pytest.param(650.0, id="with time-outs and retries")],
)
def test_a_network_with_held_workers_written_by_hand_runs_alike(rate):
    net = net_d(rate)
    run = simulate(net, 7, inf, arrivals_max=3000)
    latencies, count = simpy_net_d(net, 7, 3000)
    assert sorted(latencies) == sorted(run.latencies[0])
    assert count == {"tries": run.tries[0], "timeouts": run.timeouts[0], "failed": run.failed[0]}
    assert (count["timeouts"] > 0) == (rate > 500)
