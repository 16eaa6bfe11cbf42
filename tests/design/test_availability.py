"""Availability: against counting all states, and the arithmetic of zones and retries."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.theory.availability import (
    after_zone_loss,
    downtime,
    from_times,
    k_of_n,
    k_of_n_down,
    over_zones,
    parallel,
    repair_time,
    retried,
    retry_product,
    series,
)

near = pytest.approx


def test_chains_and_groups():
    assert 0.999**5 == near(series([0.999] * 5))
    assert 0.9999 == near(parallel([0.99, 0.99]))
    assert (1.0, 0.0) == (series([]), parallel([]))


@pytest.mark.parametrize(("need", "copies"), [(1, 1), (2, 3), (3, 5), (5, 5), (0, 4)])
def test_k_of_n_counts_all_states(need, copies):
    up = 0.97
    exact = sum(
        math.prod(up if each else 1 - up for each in state)
        for state in itertools.product((True, False), repeat=copies)
        if sum(state) >= need
    )
    assert exact == near(k_of_n(need, copies, up), rel=1e-12)


def test_a_common_cause_bounds_what_copies_can_do():
    alone, common = k_of_n_down(1, 6, 0.999), k_of_n_down(1, 6, 0.999, common=0.05)
    assert 1e-18 == near(alone, rel=1e-6)
    assert 5e-5 == near(common, rel=1e-6)


def test_times():
    assert 0.999 == near(from_times(999.0, 1.0))
    assert 1.0 == near(repair_time(0.999, 999.0))
    assert 8.766 == near(downtime(0.999) / 3600)


def test_retries_help_against_hiccups_and_not_against_outages():
    hiccup, outage = retried(0.1, 2), retried(0.1, 2, lasting=1.0)
    assert (0.001, 1.11, 3) == near((hiccup.fails, hiccup.tries, hiccup.tries_most))
    assert (0.1, 1.2) == near((outage.fails, outage.tries))
    assert (1.0, 4.0) == near((retried(1.0, 3).fails, retried(1.0, 3).tries))
    assert 27 == retry_product([3, 3, 3])


@pytest.mark.parametrize(
    ("need", "zones", "lost", "per_zone", "total"),
    [
        pytest.param(10, 3, 1, 5, 15, id="three zones cost half again"),
        pytest.param(10, 2, 1, 10, 20, id="two zones cost double"),
        pytest.param(10, 3, 0, 4, 12, id="nothing lost, rounding only"),
        pytest.param(1, 3, 2, 1, 3, id="one of three is enough"),
    ],
)
def test_zones(need, zones, lost, per_zone, total):
    answer = over_zones(need, zones, lost)
    assert (per_zone, total) == (answer.per_zone, answer.total)
    assert total - per_zone * lost >= need


def test_load_moves_to_the_zones_that_are_left():
    assert 0.9 == near(after_zone_loss(0.6, 3))
    assert 0.6 == near(over_zones(10, 3, target=0.9).used_most)


shares = st.floats(0, 1)


@given(st.integers(1, 40), st.data(), shares, shares)
def test_needing_more_is_up_less(copies, data, up, common):
    need = data.draw(st.integers(0, copies - 1))
    fewer, more = k_of_n(need, copies, up, common), k_of_n(need + 1, copies, up, common)
    assert -1e-12 <= more <= fewer + 1e-12 <= 1 + 1e-9


@given(shares, st.integers(0, 20), shares)
def test_retries_never_make_failures_more_frequent(failing, retries, lasting):
    answer = retried(failing, retries, lasting)
    assert failing * lasting - 1e-12 <= answer.fails <= failing + 1e-12
    assert 1 <= answer.tries <= answer.tries_most + 1e-9


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: series([99.9]), "availability is 99.9", id="percent"),
        pytest.param(lambda: k_of_n(4, 3, 0.9), "need is 4", id="more than there are"),
        pytest.param(lambda: over_zones(3, 1), "lost is 1", id="the only zone"),
        pytest.param(lambda: from_times(0, 1), "between_failures is 0", id="never up"),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
