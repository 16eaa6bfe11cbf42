"""What is held while something else is waited for: ceilings, waits, percentiles against exact queues."""

from heapq import heappop, heappush
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.design.designs import checkout, design, held_workers, one_store

from backwright.design.layers.flows import Values, flows_of
from backwright.design.layers.latency import Solver
from backwright.design.layers.laws import break_of, ceilings_of
from backwright.design.layers.layered import _line_of_others, layers_of
from backwright.design.theory.mva import Station, closed
from backwright.design.theory.queueing import mmc_sojourn_mean, mmc_sojourn_percentile


def breaks(made):
    return break_of(ceilings_of(made, layers_of(made, 1.0)))


@pytest.mark.parametrize(
    ("made", "rate", "what"),
    [
        pytest.param(held_workers(), 240.0, "app workers", id="six workers held for 25 ms"),
        pytest.param(checkout(), 10 / 0.205, "db pool", id="a pool held across a payment call"),
        pytest.param(checkout(pool=20), 16 / 0.210, "orders workers", id="workers, with a larger pool"),
        pytest.param(one_store(1, 6), 600.0, "db", id="a store with six servers"),
    ],
)  # fmt: skip
def test_it_breaks_where_size_over_time_held_says(made, rate, what):
    assert rate == pytest.approx(breaks(made).rate, rel=1e-9)
    assert what == breaks(made).ceiling.name


def test_workers_that_wait_for_each_other_below_do_less_than_their_time_held_says():
    made = design(
        "app: {workers: 8, handlers: {get: [{cpu: exponential(5 ms)}, {call: db.read}]}}",
        stores="db: {servers: 6, operations: {read: exponential(20 ms)}}",
    )
    exact = closed([Station("db", 0.020, 6)], 8, 0.005).throughput
    assert exact < 0.98 * min(8 / 0.025, 6 / 0.020)
    assert exact == pytest.approx(breaks(made).rate, rel=1e-9)
    assert not layers_of(made, exact * 1.01).is_stable
    assert layers_of(made, exact * 0.95).is_stable


@pytest.mark.parametrize("servers", [1, 4, 16])
@pytest.mark.parametrize("used", [0.3, 0.7, 0.9])
def test_a_store_alone_is_an_exact_queue(servers, used):
    rate = used * servers / 0.010
    found = Solver(one_store(rate, servers)).latency(Values(), (0.5, 0.95, 0.99))
    assert mmc_sojourn_mean(rate, 0.010, servers) == pytest.approx(found.mean, rel=1e-6)
    for share, value in zip((0.5, 0.95, 0.99), found.percentiles, strict=True):
        exact = mmc_sojourn_percentile(share, rate, 0.010, servers)
        assert exact == pytest.approx(value, rel=0.004)


def kiefer_wolfowitz(rate, servers, draw, count=400_000, seed=7):
    """Return mean, p50 and p99 of the time in an M/G/c queue, simulated customer by customer."""
    chance, free, now, times = Random(seed), [0.0] * servers, 0.0, []
    for number in range(count):
        now += chance.expovariate(rate)
        end = max(now, heappop(free)) + draw(chance)
        heappush(free, end)
        if number > count // 20:
            times.append(end - now)
    times.sort()
    return sum(times) / len(times), times[len(times) // 2], times[len(times) * 99 // 100]


def test_held_workers_are_an_m_g_6_queue_and_percentiles_agree_with_its_simulation():
    mean, p50, p99 = kiefer_wolfowitz(180, 6, lambda r: r.expovariate(200) + r.expovariate(50))
    found = Solver(held_workers(180)).latency(Values(), (0.5, 0.99))
    assert mean == pytest.approx(found.mean, rel=0.03)
    assert p50 == pytest.approx(found.percentiles[0], rel=0.03)
    assert p99 == pytest.approx(found.percentiles[1], rel=0.04)


def test_a_full_pool_makes_requests_wait_as_one_queue_wherever_they_wait():
    # 16 workers let only 16 come to the pool, so some wait for a worker instead; together they wait as long.
    mean, _, p99 = kiefer_wolfowitz(45, 10, lambda r: 0.18 + r.expovariate(40), 300_000)
    layers = layers_of(checkout(45), 45)
    pool = next(use for use in layers.uses if use.resource.kind == "pool")
    found = Solver(checkout(45)).latency(Values(), (0.99,))
    assert pool.wait.cut == pytest.approx(6 / 10 * 0.205)
    assert mean + 0.005 == pytest.approx(found.mean, rel=0.06)
    assert p99 + 0.005 == pytest.approx(found.percentiles[0], rel=0.10)


def test_nobody_waits_at_a_store_that_does_as_much_as_its_pool_lets_through():
    store = next(u for u in layers_of(checkout(45), 45).uses if u.resource.name == "postgres")
    assert store.wait.moments.mean == 0


def test_users_who_think_are_as_many_as_little_says():
    made = design(
        "app: {workers: 12, handlers: {get: [{cpu: exponential(20 ms)}, {call: db.read}]}}",
        load="users: 60, think: constant(500 ms)",
        stores="db: {servers: 6, operations: {read: exponential(50 ms)}}",
    )
    solver = Solver(made)
    rate = solver.rate(Values())
    found = solver.latency(Values(), (0.5,), rate)
    assert 60 == pytest.approx(rate * (0.5 + found.mean), rel=0.01)
    exact = closed([Station("db", 0.05, 6)], 60, 0.52).throughput
    assert exact == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("users", [5, 40, 500, 6_000, 200_000])
def test_the_line_of_others_is_the_one_that_all_terms_make(users):
    come, size = 4 / 300, 4
    weights, term = [1.0], 1.0
    for n in range(1, min(users, 2_000)):
        term *= (users - n) * come / min(n, size)
        weights.append(term)
        if term > 1e250:
            weights = [each * 1e-200 for each in weights]
            term *= 1e-200
    mass, late, first, _ = _line_of_others(users, come, size)
    assert 0 < late <= mass
    if users <= 2_000:
        lines = [(w, n - size + 1) for n, w in enumerate(weights) if n >= size]
        assert late / mass == pytest.approx(sum(w for w, _ in lines) / sum(weights), abs=1e-9)
        assert first / mass == pytest.approx(sum(w * n for w, n in lines) / sum(weights), abs=1e-6)
    else:  # all but those who are elsewhere: as many as come back while one leaves
        assert first / late == pytest.approx(users - 4 / come - 4, rel=0.01)


def test_users_wait_longer_where_the_time_held_varies_and_most_of_them_think():
    # Little pages wait behind large reports; simulated: p99 of a page 96 ms +- 10.
    made = design(
        "app: {handlers: {page: [{call: pg.read}], report: [{repeat: 4, steps: [{call: pg.scan}]}]}}",
        load="users: 200, think: exponential(4 s), mix: {app.page: 90 %, app.report: 10 %}",
        stores="pg: {servers: 4, operations: {read: exponential(5 ms), scan: exponential(80 ms)}}",
    )
    solver = Solver(made)
    page, _ = solver.latency(Values(), (0.99,), solver.rate(Values())).by_entry
    assert page[0] == pytest.approx(0.090, rel=0.15)


def test_repeats_choices_and_caches_multiply_calls():
    steps = "[{repeat: 3, steps: [{call: db.read}]}, {choose: [{share: 20 %, steps: [{call: db.write}]}]}, {cache: c, miss: [{call: db.read}]}]"
    made = design(
        f"app: {{workers: 9, handlers: {{get: {steps}}}}}",
        stores="db: {servers: 9, operations: {read: 1 ms, write: 1 ms}}",
        caches="c: {hit: 90 %}",
    )
    flows = flows_of(made, 100)
    assert 310 == pytest.approx(flows.operations["db", "read"])
    assert 20 == pytest.approx(flows.operations["db", "write"])
    assert 100 == pytest.approx(flows.lookups["c"])


def test_calls_that_fail_are_tried_again_and_their_budget_is_kept():
    made = design(
        "app: {workers: 9, handlers: {get: [{call: far.read}], put: [{call: near.read}]}}",
        load="rate: 10/s, mix: {app.get: 50 %, app.put: 50 %}",
        externals="far: {operations: {read: 1 ms}}, near: {operations: {read: 1 ms}}",
        calls="app -> far: {retries: 2, failing: 50 %}, app -> near: {retries: 2, failing: 50 %, budget: 10 %}",
    )
    flows = flows_of(made, 100)
    assert 50 * 1.75 == pytest.approx(flows.operations["far", "read"])
    assert 50 * 1.10 == pytest.approx(flows.operations["near", "read"])


@settings(max_examples=60, deadline=None)
@given(
    used=st.floats(0.05, 0.93),
    workers=st.integers(1, 40),
    pool=st.integers(1, 40),
    payment=st.floats(0.001, 0.5),
)
def test_more_load_never_makes_a_stable_design_faster(used, workers, pool, payment):
    made = checkout(1, pool, workers, f"exponential({payment:.9f} s)")
    limit = breaks(made).rate
    low, high = (layers_of(made, limit * share) for share in (used * 0.9, used))
    assert low.is_stable
    assert high.is_stable
    assert low.entries[0].mean <= high.entries[0].mean * (1 + 1e-6)
    bare = 0.005 + 0.025 + payment
    assert high.entries[0].mean >= bare * (1 - 1e-6) - 1e-9
