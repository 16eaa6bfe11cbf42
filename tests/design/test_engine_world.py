"""Arrivals, failures, autoscalers and the account of a run: computed by hand, or within what chance allows."""

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.design.hand_written import mmc, net_d
from tests.design.random_nets import random_net
from tests.design.small_nets import EVEN, GAP, UNIT, lasting, latencies, net, run

from backwright.design.engine import simulate
from backwright.design.engine.streams import generator, keys, stream
from backwright.design.net import (
    CacheGet,
    CacheSpec,
    Call,
    Delay,
    Group,
    Hold,
    Policy,
    Sampler,
    Scaler,
    Source,
    Station,
    Trouble,
    Use,
    Visit,
)

# Arrivals


def test_regular_arrivals_are_even():
    model = net(Delay(lasting(0.0)), source=Source(EVEN, UNIT, (1.0,), rate=2.0))
    outcome = simulate(model, 1, 10.25)
    assert [0.5 * (k + 1) for k in range(20)] == list(outcome.started[0])


def test_arrivals_stop_at_the_most():
    model = net(Delay(lasting(1.0)), source=Source(EVEN, UNIT, (1.0,), rate=1.0))
    outcome = simulate(model, 1, inf, arrivals_max=3)
    assert ([1, 1, 1], 4.0) == (latencies(outcome), outcome.ended_at)


def test_the_rate_follows_a_failure_of_kind_load():
    source = Source(EVEN, UNIT, (1.0,), rate=2.0)
    model = net(
        Delay(lasting(0.0)), source=source, troubles=(Trouble("load", 3.25, 2.0, factor=4.0),)
    )
    outcome = simulate(model, 1, 7.9)
    # Half of the gap of 0.5 s is left at 3.25 and becomes 1/16 s; 1/16 of 1/8 is left at 5.25.
    expected = [0.5 * k for k in range(1, 7)] + [3.3125 + 0.125 * k for k in range(16)]
    expected += [5.5 + 0.5 * k for k in range(5)]
    assert expected == list(outcome.started[0])


def test_users_think_ask_and_think_again():
    source = Source(GAP, UNIT, (1.0,), users=2, think=lasting(1.0))
    model = net(Use(0, lasting(2.0)), stations=(Station("one", 1),), source=source)
    outcome = simulate(model, 1, 9.5)
    # Both ask at 1; one is served until 3 and asks at 4, when the other, served until 5, ...
    assert [1, 1, 4, 6] == list(outcome.started[0])
    assert [2, 4, 3, 3] == latencies(outcome)


def test_a_user_whose_request_failed_asks_again():
    source = Source(GAP, UNIT, (1.0,), users=1, think=lasting(1.0))
    model = net(Use(0, lasting(2.0)), stations=(Station("none", 0, queue_max=0),), source=source)
    assert (5, 0) == (simulate(model, 1, 5.5).failed[0], simulate(model, 1, 5.5).unfinished)


def test_poisson_arrivals_have_equal_mean_and_variance():
    outcome = simulate(
        net(Delay(lasting(0.0)), source=Source(GAP, UNIT, (1.0,), rate=20.0)), 3, 2000
    )
    assert np.mean(outcome.offered) == pytest.approx(20, abs=4 * sqrt(20 / 2000))
    assert np.var(outcome.offered) == pytest.approx(20, rel=0.15)


def test_bursts_keep_the_mean_and_vary_more():
    source = Source(
        GAP, UNIT, (1.0,), rate=20.0, burst=4.0, burst_on=1.0, burst_off=5.0, switch=GAP
    )
    offered = simulate(net(Delay(lasting(0.0)), source=source), 3, 6000).offered
    assert np.mean(offered) == pytest.approx(20, rel=0.05)
    assert np.var(offered) > 20 * 10
    assert np.mean(np.array(offered) > 60) == pytest.approx(1 / 6, abs=0.08)


def test_a_day_has_its_top_and_its_bottom():
    source = Source(GAP, UNIT, (1.0,), rate=20.0, period=100.0, peak=1.5, thin=UNIT)
    offered = np.array(simulate(net(Delay(lasting(0.0)), source=source), 3, 5000).offered)
    by_time_of_day = offered.reshape(50, 100).mean(axis=0)
    assert offered.mean() == pytest.approx(20, rel=0.03)
    assert by_time_of_day[20:30].mean() == pytest.approx(30, rel=0.05)
    assert by_time_of_day[70:80].mean() == pytest.approx(10, rel=0.08)


# Failures


def service(*body, copies=1, zones=1, **parts):
    """Return a net whose request visits a service of two workers per copy."""
    return net(
        Visit(0, (Hold(0, body),)),
        groups=(Group("app", copies, zones),),
        stations=(Station("worker", 2, 0), Station("lock", 1)),
        **parts,
    )


def test_a_slow_node_takes_longer_while_it_lasts():
    model = service(Delay(lasting(1.0), 0), troubles=(Trouble("slow", 5.0, 5.0, 0, 3.0),))
    assert [1, 3, 1] == latencies(run(model, 0, 6, 20))


def test_a_killed_copy_loses_its_work_and_comes_back_empty():
    model = service(Delay(lasting(5.0)), troubles=(Trouble("kill", 2.0, 3.0, 0),))
    outcome = run(model, 0, 3.5, 6.5)
    assert [5] == latencies(outcome)
    assert (0, 0, 1, 1) == outcome.errors[:4]  # lost at 2; nobody is up at 3.5
    assert (1, 0, 0, 0, 1, 1) == outcome.copies[0][:6]  # looked at from 1 s on
    assert 2 + 5 == pytest.approx(outcome.stations[0].busy * outcome.ended_at)


def test_a_killed_copy_gives_back_what_it_holds_elsewhere():
    model = service(
        Hold(1, (Delay(lasting(5.0)),)), copies=2, troubles=(Trouble("kill", 2.0, 30.0, 0),)
    )
    # The first, at copy 0, holds the lock until 2; the second, at copy 1, has it from then on.
    assert [6.5] == latencies(run(model, 0, 0.5))


def test_who_is_killed_does_not_stay_in_line_elsewhere():
    model = service(
        Hold(1, (Delay(lasting(5.0)),)), copies=2, troubles=(Trouble("kill", 2.0, 30.0, 0),)
    )
    # 0 goes to copy 0 and holds the lock; 0.1 to copy 1 and waits; 0.2 to copy 0 and waits.
    outcome = run(model, 0, 0.1, 0.2)
    assert [6.9] == latencies(outcome)
    assert (0, 0, 2) == outcome.errors[:3]
    assert (2, 0, 0) == outcome.waiting[1][:3]  # looked at from 1 s on; the kill comes first at 2


def test_a_retry_goes_to_a_copy_that_is_up():
    model = net(
        Call(0, (Visit(0, (Delay(lasting(5.0)),)),)),
        groups=(Group("app", 2),),
        policies=(Policy("p", retries=1),),
        troubles=(Trouble("kill", 2.0, 30.0, 0),),
    )
    assert [7] == latencies(run(model, 0))


def test_work_at_other_nodes_goes_on_when_its_caller_is_killed():
    model = net(
        Visit(0, (Call(0, (Visit(1, (Use(0, lasting(5.0)),)),)),)),
        groups=(Group("app", 1), Group("db", 1)),
        stations=(Station("db", 1, 1),),
        policies=(Policy("p"),),
        troubles=(Trouble("kill", 2.0, 30.0, 0),),
    )
    outcome = run(model, 0)
    assert (0, 0, 1) == outcome.errors[:3]
    assert 5 == pytest.approx(outcome.stations[0].busy * outcome.ended_at)


def test_a_zone_takes_its_share_of_every_group():
    model = net(
        Delay(lasting(1.0)),
        groups=(Group("app", 6, 3), Group("db", 1, 1)),
        troubles=(Trouble("zone", 2.5, 2.0, 1),),
    )
    outcome = simulate(model, 1, 6.0)
    assert (6, 6, 4, 4, 6, 6) == outcome.copies[0]
    assert (1, 1, 1, 1, 1, 1) == outcome.copies[1]


def test_errors_are_a_share_of_the_calls_to_a_node():
    model = net(
        Call(0, (Visit(0, ()),)),
        groups=(Group("app", 1),),
        policies=(Policy("p", callee=0),),
        troubles=(Trouble("errors", 10.0, 10.0, 0, 0.3, draw=UNIT),),
        source=Source(GAP, UNIT, (1.0,), rate=200.0),
    )
    outcome = simulate(model, 1, 30)
    assert 0 == sum(outcome.errors[:10]) + sum(outcome.errors[20:])
    assert sum(outcome.errors[10:20]) == pytest.approx(600, abs=4 * sqrt(2000 * 0.3 * 0.7))


def test_a_cache_is_emptied():
    spec = CacheSpec("c", lasting(0.1), UNIT, keys=1, entries=1)
    model = net(
        CacheGet(0, (Delay(lasting(2.0)),)),
        caches=(spec,),
        troubles=(Trouble("cold", 5.0, 0.0, 0),),
    )
    assert [0.1, 2.1, 0.1] == latencies(run(model, 0, 6, 12))


# Autoscalers


@pytest.mark.parametrize(
    ("signal", "target"),
    [("use", 0.5), ("queue", 5.0)],
    ids=["of workers in use", "of requests in line"],
)
def test_an_autoscaler_adds_copies_after_they_have_booted_and_takes_them_back(signal, target):
    scaler = Scaler(0, 0, signal, target, interval=10.0, boot=4.5, least=1, most=3)
    capacity = 10 if signal == "use" else 0
    model = net(
        Visit(0, (Use(0, lasting(1.0)),)),
        groups=(Group("app", 1),),
        stations=(Station("worker", capacity, 0, patience=1.0),),
        scalers=(scaler,),
        source=Source(EVEN, UNIT, (1.0,), rate=10.0),
        troubles=(Trouble("load", 16.0, 100.0, factor=0.0),),
    )
    outcome = simulate(model, 1, 40.0)
    # Over 0-10, 9.5 on average are held (or wait): 2 copies of 5. Over 10-20 it is 6.5, 20-30 nothing.
    assert [1] * 14 + [2] * 15 + [1] * 11 == list(outcome.copies[0])


# The account


def test_the_warm_up_is_not_counted():
    model = net(Use(0, lasting(1.0)), stations=(Station("one", 1),))
    outcome = simulate(model, 1, inf, 10.0, trace=[0, 1, 2, 9.5, 12])
    assert ([1], [12], (1,)) == (latencies(outcome), list(outcome.started[0]), outcome.arrived)
    assert 0.5 + 1 == pytest.approx(outcome.stations[0].busy * (outcome.ended_at - 10))
    assert 5 == sum(outcome.good)


def test_samples_are_taken_each_second():
    model = net(Use(0, lasting(2.0)), stations=(Station("one", 1),))
    outcome = simulate(model, 1, 5.0, trace=[0.5, 0.6, 0.7])
    assert ((1, 1, 1, 1, 1), (2, 2, 1, 1, 0)) == (outcome.busy[0], outcome.waiting[0])
    assert (2, 1) == (outcome.stations[0].peak_waiting, outcome.unfinished)


def test_a_run_that_is_stopped_gives_what_it_has():
    asked = iter([False] * 5 + [True] * 9)
    outcome = simulate(mmc(1, 0.5, 0.1), 1, 1000, should_stop=lambda: next(asked))
    assert outcome.was_stopped
    assert 0 < len(outcome.latencies[0]) < 100
    assert sum(outcome.offered) == sum(outcome.good) + outcome.unfinished


def test_a_run_without_end_is_refused():
    with pytest.raises(ValueError, match="arrivals_max"):
        simulate(mmc(1, 0.5, 0.1), 1, inf)


def test_the_same_seed_gives_the_same_run():
    assert simulate(net_d(), 5, 20) == simulate(net_d(), 5, 20)
    assert simulate(net_d(), 5, 20) != simulate(net_d(), 6, 20)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.floats(0.2, 2.0))
def test_nobody_is_lost(seed, length):
    outcome = simulate(random_net(seed), seed, length)
    ended = sum(outcome.good) + sum(outcome.errors)
    assert sum(outcome.offered) == ended + outcome.unfinished
    assert sum(outcome.arrived) == ended == sum(map(len, outcome.latencies)) + sum(outcome.failed)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_no_station_holds_more_than_it_can(seed):
    model = random_net(seed)
    outcome = simulate(model, seed, 2.0)
    for station, use in zip(model.stations, outcome.stations, strict=True):
        copies = model.groups[station.group].copies if station.group >= 0 else 1
        assert -1e-9 <= use.busy <= station.capacity * copies + 1e-9
        assert use.waiting >= -1e-9


# Chance


@pytest.mark.parametrize(
    ("sampler", "cv"),
    [
        pytest.param(Sampler("exponential", 0.02), 1.0, id="exponential"),
        pytest.param(Sampler("lognormal", 0.02, 1.2), 1.2, id="lognormal"),
        pytest.param(Sampler("gamma", 0.02, 0.5), 0.5, id="gamma"),
        pytest.param(Sampler("uniform", 0.02, 0.2), 0.2, id="uniform, narrow"),
        pytest.param(Sampler("uniform", 0.02), 1 / sqrt(3), id="uniform, as wide as it can be"),
        pytest.param(Sampler("pareto", 0.02, 0.4), 0.4, id="pareto"),
        pytest.param(Sampler("constant", 0.02), 0.0, id="constant"),
        pytest.param(Sampler("gamma", 0.02, 0.0), 0.0, id="gamma without spread"),
        pytest.param(
            Sampler("empirical", points=((0.0, 0.0), (0.5, 0.02), (1.0, 0.04))),
            1 / sqrt(3),
            id="empirical",
        ),
    ],
)
def test_laws_have_the_mean_and_spread_they_say(sampler, cv):
    draw = stream(sampler, 1, 0)
    drawn = np.array([draw() for _ in range(100_000)])
    assert drawn.mean() == pytest.approx(0.02, rel=0.02)
    assert drawn.std() / 0.02 == pytest.approx(cv, rel=0.05, abs=1e-12)


@pytest.mark.parametrize("exponent", [0.0, 0.8, 1.0, 1.3])
def test_keys_follow_zipf_beyond_the_table(exponent):
    count = 200_000
    draw = keys(count, exponent, generator(1, 0), lambda: None)
    drawn = np.array([draw() for _ in range(100_000)])
    weights = 1 / np.arange(1, count + 1) ** exponent
    for upto in (1, 100, 65_536, 150_000):
        share = weights[:upto].sum() / weights.sum()
        assert (drawn < upto).mean() == pytest.approx(
            share, abs=4 * sqrt(share * (1 - share) / 1e5) + 1e-9
        )
    assert 0 <= drawn.min() <= drawn.max() < count


# What an engine is for


@pytest.mark.parametrize(
    ("retries", "recovers"),
    [(3, False), (0, True)],
    ids=["with retries never", "without them at once"],
)
def test_a_burst_leaves_a_system_in_a_metastable_state(retries, recovers):
    model = replace(
        net_d(420.0, workers=64, retries=retries),
        troubles=(Trouble("load", 20.0, 10.0, factor=3.0),),
    )
    outcome = simulate(model, 1, 95.0)
    before, after = (sum(outcome.good[a:b]) / (b - a) / 420 for a, b in ((5, 20), (75, 95)))
    assert before > 0.95
    assert (after > 0.95) == recovers
    assert (after < 0.2) != recovers
