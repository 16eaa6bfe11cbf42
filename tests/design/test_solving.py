"""Solving: what is decided, what decides it, and what is said when nothing can be."""

from dataclasses import replace
from math import inf, isfinite

import pytest
from tests.design.designs import checkout, design

from backwright.design.layers.attempts import told
from backwright.design.layers.checking import check
from backwright.design.layers.flows import Values
from backwright.design.layers.latency import Solver, phases_of
from backwright.design.layers.solving import solve
from backwright.model.design import Slo

PAYMENT = "{mean: 150..220 ms, shape: lognormal, cv: 0.6}"
AT = "externals.payment.operations.charge"


def shop(limit: float, rate: float = 60):
    made = checkout(rate, pool=30, payment=PAYMENT)
    return replace(made, slo=Slo(((99.0, limit),)))


@pytest.mark.parametrize(
    ("limit", "decision"),
    [
        pytest.param(20.0, "meets", id="met whatever payment takes"),
        pytest.param(0.7, "undecided", id="payment decides"),
        pytest.param(0.3, "misses", id="missed whatever payment takes"),
    ],
)
def test_a_target_is_met_missed_or_not_decided(limit, decision):
    assert decision == solve(shop(limit)).decision


def test_the_threshold_is_where_the_target_turns():
    made = shop(0.7)
    (judgement,) = solve(made).judgements
    assert ("payment.charge", "under") == (judgement.by, judgement.side)
    assert 0.150 < judgement.threshold < 0.220
    at = Solver(made).latency(Values({AT: judgement.threshold}), (0.99,))
    assert 0.7 == pytest.approx(at.percentiles[0], rel=0.002)


def test_ranges_hold_the_estimate_and_widen_with_what_is_assumed():
    found = solve(shop(0.7))
    assert all(each.low <= each.value <= each.high for each in found.latency)
    assert all(each.noise is None for each in found.latency)
    measured = "{mean: 182 ms, shape: lognormal, cv: 0.6, source: measured, ref: traces}"
    sure = solve(replace(checkout(60, pool=30, payment=measured), slo=Slo(((99.0, 0.7),))))
    p99 = [next(e for e in each.latency if e.percentile == 99.0) for each in (found, sure)]
    assert p99[0].high - p99[0].low > p99[1].high - p99[1].low
    assert 0 < found.breaks_low < found.breaks_at < found.breaks_high


def test_what_would_help_is_tried_and_the_most_effective_comes_first():
    found = solve(shop(0.7))
    worst = [each.worst if each.worst is not None else inf for each in found.do]
    assert worst == sorted(worst)
    assert "answer before payment is asked" in found.do[0].does
    assert all(each.value < found.latency[3].value for each in found.do)
    assert told(found.do[0], 99.0).startswith("Answer before payment is asked")


def test_no_latency_is_given_for_what_is_unstable():
    found = solve(checkout(60))
    assert "unstable" == found.decision
    assert () == found.latency
    assert found.do
    assert found.breaks_at == pytest.approx(10 / 0.205)


def test_bursts_beyond_the_ceiling_have_no_closed_form():
    made = checkout(30)
    load = replace(made.workload, arrivals="mmpp", burst=3.0, burst_on=2.0, burst_off=8.0)
    found = solve(replace(made, workload=load))
    assert "not given" == found.decision
    assert "90/s" in found.not_given


def test_bursts_and_days_keep_the_mean_rate():
    load = checkout(30).workload
    for one in (
        replace(load, arrivals="mmpp", burst=3.0, burst_on=2.0, burst_off=8.0),
        replace(load, arrivals="diurnal", peak=1.8),
    ):
        phases = phases_of(replace(checkout(30), workload=one), 30.0)
        assert 1 == pytest.approx(sum(phase.share for phase in phases))
        # Shares are of arrivals, so time spent in a phase is share over rate.
        assert 30 == pytest.approx(1 / sum(phase.share / phase.rate for phase in phases))


def test_kinds_of_request_have_percentiles_of_their_own():
    made = design(
        "app: {workers: 50, handlers: {fast: [{wait: constant(5 ms)}], slow: [{wait: constant(500 ms)}]}}",
        load="rate: 10/s, mix: {app.fast: 90 %, app.slow: 10 %}",
    )
    found = solve(made)
    by = dict(found.by_entry)
    assert 0.005 == pytest.approx(by["app.fast"][3], rel=0.05)
    assert 0.5 == pytest.approx(by["app.slow"][0], rel=0.05)
    assert 0.5 == pytest.approx(found.latency[3].value, rel=0.05)


def test_errors_are_judged_too():
    made = design(
        "app: {workers: 50, handlers: {get: [{wait: 5 ms}, {fail: 1 %}]}}", slo="errors: 0.1 %"
    )
    found = solve(made)
    assert 0.01 == pytest.approx(found.failed)
    assert "misses" == found.decision


def test_a_design_without_limits_is_solved_and_never_breaks():
    found = solve(design("app: {handlers: {get: [{wait: constant(10 ms)}]}}"))
    assert not isfinite(found.breaks_at)
    assert 0.010 == pytest.approx(found.mean)


def test_no_latency_is_given_where_so_many_users_stand_in_line_that_the_rate_does_not_tell_how_long():
    found = solve(one_worker("users: 100000, think: 1 s"))
    assert ("not given", ()) == (found.decision, found.latency)
    assert "100,000 users wait for that 99 s on average" in found.not_given


def test_where_it_breaks_is_the_same_in_the_check():
    # A time-out as long as the work makes a second try of every third request.
    calls = '"client -> app": {timeout: 1 ms, retries: 50}'
    made = design("app: {workers: 4, handlers: {get: [{cpu: 1 ms}]}}", calls=calls)
    assert check(made).breaks_at == pytest.approx(solve(made).breaks_at)
    assert check(made).breaks_at < 3000


def test_a_size_that_nobody_builds_is_not_proposed():
    assert () == solve(one_worker("rate: 1e9/s")).do


def test_all_that_is_assumed_is_at_its_end_and_what_takes_most_is_varied_by_itself():
    handlers = ", ".join(f"h{n}: [{{cpu: 1 ms}}, {{call: db.read}}]" for n in range(15))
    mix = ", ".join(f"app.h{n}: 6.6667 %" for n in range(15))
    made = design(
        f"app: {{handlers: {{{handlers}}}}}",
        load=f"rate: 10/s, mix: {{{mix}}}",
        stores="db: {servers: 8, operations: {read: 40 ms}}",
    )
    found = solve(made)
    p50 = found.latency[0]
    assert "db.read" == found.swings[0].name
    assert p50.low == pytest.approx(0.7 * p50.value, rel=0.02)
    assert p50.high == pytest.approx(1.4 * p50.value, rel=0.02)


def one_worker(load: str):
    return design("app: {workers: 1, handlers: {get: [{cpu: 1 ms}]}}", load=load)
