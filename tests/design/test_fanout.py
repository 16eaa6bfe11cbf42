"""The slowest of n, the k-th of n, hedging: against formulas and brute force."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.theory.distributions import Distribution
from backwright.design.theory.fanout import (
    branch_share,
    done_tail,
    exponential_mean,
    fork_join,
    hedged_tail,
    mean_of,
    mean_until,
    percentile_until,
    share_slow,
)
from backwright.design.theory.queueing import Unstable

near = pytest.approx
exponential = Distribution().tail


@pytest.mark.parametrize(
    ("n", "need", "expected"),
    [
        pytest.param(1, None, 1.0, id="one"),
        pytest.param(2, None, 1.5, id="both of two"),
        pytest.param(100, None, 5.187377517639621, id="all of 100: the harmonic number"),
        pytest.param(3, 2, 1 / 3 + 1 / 2, id="two of three"),
        pytest.param(10, 1, 0.1, id="the fastest of ten"),
    ],
)
def test_exponential_branches(n, need, expected):
    assert expected == near(exponential_mean(1.0, n, need))
    assert expected == near(mean_until(exponential, 1.0, n, need), rel=1e-8)


def test_uniform_branches():
    # The k-th of n uniform numbers on 0..2 has mean 2 k / (n + 1).
    law = Distribution("uniform")
    assert 2 * 10 / 11 == near(mean_until(law.tail, 1.0, 10), rel=1e-6)
    assert 2 * 4 / 11 == near(mean_until(law.tail, 1.0, 10, 4), rel=1e-6)


def test_the_mean_of_the_slowest_is_above_the_slowest_mean():
    law = Distribution("lognormal", cv=2.0)
    random, sigma = Random(1), math.sqrt(math.log(5))
    draws = [
        max(random.lognormvariate(-(sigma**2) / 2, sigma) for _ in range(10)) for _ in range(40_000)
    ]
    assert sum(draws) / len(draws) == near(mean_until(law.tail, 1.0, 10), rel=0.02)
    assert mean_until(law.tail, 1.0, 10) > 4


def test_the_tail_at_scale():
    assert 0.634 == near(share_slow(0.01, 100), abs=5e-4)
    assert 0.9999 == near(branch_share(0.99, 100), abs=1e-6)


def test_a_percentile_of_the_slowest_is_a_higher_one_of_a_branch():
    slow = percentile_until(0.99, exponential, 1.0, 100)
    assert -math.log1p(-branch_share(0.99, 100)) == near(slow)
    assert 0.01 == near(done_tail(exponential, 100)(slow))


def test_hedging_after_the_p95():
    after = -math.log(0.05)
    hedged = hedged_tail(exponential, after)
    assert 0.05 == near(hedged(after - 1e-12))
    assert 0.05 * 0.1 * 0.1 == near(hedged(after + math.log(10)))


def test_two_branches_at_queues_are_nelson_and_tantawi():
    assert (12 - 0.5) / 8 * 2 == near(fork_join(0.5, 1.0, 2).value)
    assert fork_join(0.5, 1.0, 2).within == 0
    assert 2.0 == near(fork_join(0.5, 1.0, 1).value)
    with pytest.raises(Unstable):
        fork_join(1.0, 1.0, 2)


@given(st.integers(1, 60), st.data())
def test_more_needed_takes_longer(n, data):
    need = data.draw(st.integers(1, n))
    some, all_of_them = done_tail(exponential, n, need), done_tail(exponential, n)
    for t in (0.1, 1.0, 3.0):
        assert some(t) <= all_of_them(t) + 1e-12


@pytest.mark.parametrize(
    "law",
    [
        pytest.param(Distribution("gamma", 2.0, 0.5), id="gamma"),
        pytest.param(Distribution("lognormal", 2.0, 1.5), id="lognormal"),
        pytest.param(Distribution("pareto", 2.0, 0.7), id="pareto"),
        pytest.param(Distribution("uniform", 2.0, 0.2), id="uniform"),
        pytest.param(Distribution("constant", 2.0), id="constant"),
        pytest.param(Distribution("gamma", 2.0, 0.0), id="gamma that does not vary"),
        pytest.param(
            Distribution("empirical", points=((0, 0.5), (0.5, 1.0), (1, 5.5))), id="empirical"
        ),
    ],
)
def test_a_law_agrees_with_itself(law):
    assert 2.0 == near(law.average(), rel=1e-9)
    assert 2.0 == near(mean_of(law.tail, 1.0), rel=1e-5)
    assert 2.0 == near(law.excess(0), rel=1e-9)
    if law.kind != "constant":
        for share in (0.01, 0.5, 0.99):
            assert 1 - share == near(law.tail(law.quantile(share)), rel=1e-6)
    if law.shape not in {"empirical", "constant"}:
        assert law.cv == near(law.spread(), abs=1e-7)
    above = mean_of(lambda t: law.tail(t + 1.5), 1.0)
    assert law.excess(1.5) == near(above, rel=1e-4)


def test_moments_of_an_empirical_law():
    law = Distribution("empirical", points=((0, 0.0), (1, 2.0)))
    assert (1.0, 4 / 3, 2.0) == near((law.moment(1), law.moment(2), law.moment(3)))


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: exponential_mean(1, 3, 4), "need is 4", id="more than there are"),
        pytest.param(lambda: exponential_mean(0, 3), "mean is 0", id="no time"),
        pytest.param(lambda: Distribution("gamma", -1), "mean is -1", id="negative mean"),
        pytest.param(
            lambda: Distribution("empirical", points=((0, 1), (0.5, 2))), "share 1", id="points"
        ),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
