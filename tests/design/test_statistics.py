"""Percentiles, intervals, warm-up and stopping: against tables, definitions and coverage."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backwright.design.theory.special_functions import (
    beta_share,
    binomial_below,
    gamma_quantile,
    gamma_tail,
    normal_quantile,
    student_quantile,
)
from backwright.design.theory.statistics import (
    Histogram,
    batch_means,
    is_tight,
    mean_interval,
    paired_difference,
    percentile,
    percentile_interval,
    percentiles,
    replications_for,
    warm_up,
)

near = pytest.approx


@pytest.mark.parametrize(
    ("share", "df", "expected"),
    [
        pytest.param(0.975, 1, 12.7062047362, id="1 degree"),
        pytest.param(0.975, 2, 4.3026527297, id="2 degrees"),
        pytest.param(0.995, 5, 4.0321429836, id="5 degrees"),
        pytest.param(0.975, 10, 2.2281388520, id="10 degrees"),
        pytest.param(0.95, 30, 1.6972608866, id="30 degrees"),
        pytest.param(0.9995, 3, 12.9239786367, id="far out"),
        pytest.param(0.025, 10, -2.2281388520, id="the other side"),
        pytest.param(0.5, 7, 0.0, id="the middle"),
        pytest.param(0.975, 1e7, 1.9599642, id="nearly normal"),
    ],
)
def test_students_table(share, df, expected):
    assert expected == near(student_quantile(share, df), abs=1e-6)


def test_other_special_functions():
    assert 1.959963984540054 == near(normal_quantile(0.975), rel=1e-10)
    assert -3.090232306167813 == near(normal_quantile(0.001), rel=1e-10)
    assert math.exp(-3) == near(gamma_tail(1, 3), rel=1e-12)
    assert math.erfc(2.0) == near(gamma_tail(0.5, 4.0), rel=1e-12)
    assert math.log(2) == near(gamma_quantile(1, 0.5), rel=1e-10)
    assert 0.5248 == near(beta_share(2, 3, 0.4), rel=1e-12)
    assert sum(math.comb(10, k) * 0.3**k * 0.7 ** (10 - k) for k in range(4)) == near(
        binomial_below(10, 0.3, 4), rel=1e-12
    )


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.5, 50, id="p50 of 1..100"),
        pytest.param(0.99, 99, id="p99 of 1..100"),
        pytest.param(0.991, 100, id="just above"),
        pytest.param(0.0, 1, id="the least"),
        pytest.param(1.0, 100, id="the most"),
    ],
)
def test_a_percentile_is_a_value_that_was_seen(share, expected):
    samples = list(range(100, 0, -1))
    assert expected == percentile(samples, share)
    assert (expected,) == percentiles(sorted(samples), (share,), is_sorted=True)


@given(st.lists(st.floats(1e-9, 1e8), min_size=1, max_size=200), st.floats(0, 1))
def test_a_histogram_is_within_half_a_percent(samples, share):
    counted = Histogram(samples)
    assert percentile(samples, share) == near(counted.percentile(share), rel=0.005)
    assert math.fsum(samples) / len(samples) == near(counted.mean, rel=1e-9)


def test_histograms_add_up():
    random = Random(1)
    samples = [random.lognormvariate(0, 2) for _ in range(1000)]
    halves, whole = Histogram(samples[:500]), Histogram(samples)
    halves.merge(Histogram(samples[500:]))
    assert whole.counts == halves.counts
    assert (whole.count, whole.least, whole.most) == (halves.count, halves.least, halves.most)
    assert whole.outside == 0


def test_what_no_bucket_holds_is_counted():
    counted = Histogram([0.0, 1.0, 2e9])
    assert 2 == counted.outside
    assert (0.0, 2e9) == (counted.percentile(0.0), counted.percentile(1.0))


def test_warm_up_is_found():
    random = Random(2)
    samples = [10 * math.exp(-n / 100) + random.gauss(0, 1) for n in range(5000)]
    assert 150 <= warm_up(samples) <= 600
    assert 0 == warm_up([1.0] * 19)
    assert 2500 >= warm_up([float(n) for n in range(5000)])


def test_batches_of_a_correlated_run():
    random, value, samples = Random(3), 0.0, []
    for _ in range(40_000):
        value = 0.95 * value + random.gauss(0, 1)
        samples.append(value)
    answer = batch_means(samples, 20)
    assert answer.interval.low < 0 < answer.interval.high
    assert answer.interval.half > 3 * mean_interval(samples).half
    assert abs(answer.correlation) < 0.5


def test_an_interval_holds_the_truth_as_often_as_it_says():
    random = Random(4)
    held = sum(
        (interval := mean_interval([random.gauss(5, 2) for _ in range(6)], 0.9)).low
        < 5
        < interval.high
        for _ in range(2000)
    )
    assert 0.9 == near(held / 2000, abs=0.02)


def test_a_percentile_interval_holds_the_truth_at_least_as_often_as_it_says():
    random, exact = Random(5), math.log(100)
    held = sum(
        (interval := percentile_interval([random.expovariate(1) for _ in range(800)], 0.99)).low
        <= exact
        <= interval.high
        for _ in range(400)
    )
    assert held / 400 >= 0.93


def test_too_few_samples_for_a_percentile_have_no_upper_end():
    assert math.inf == percentile_interval(range(360), 0.99).high
    assert math.inf > percentile_interval(range(370), 0.99).high


def test_common_random_numbers_tighten_a_difference():
    random = Random(6)
    luck = [random.gauss(100, 20) for _ in range(10)]
    before = [x + random.gauss(0, 1) for x in luck]
    after = [x - 5 + random.gauss(0, 1) for x in luck]
    answer = paired_difference(before, after)
    assert answer.interval.low < -5 < answer.interval.high
    assert answer.is_clear
    assert answer.gain > 5


def test_stopping():
    wide, tight = (
        mean_interval([1.0, 2.0, 1.5, 0.5, 3.0]),
        mean_interval([1.0, 1.01, 0.99, 1.0, 1.0]),
    )
    assert not is_tight(wide, 0.05)
    assert is_tight(tight, 0.05)
    assert not is_tight(mean_interval([1.0, 1.0]), 0.05)
    assert replications_for(wide, 0.05) > 500
    assert 5 == replications_for(tight, 0.05)
    assert math.inf == mean_interval([1.0]).half


@settings(max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_more_confidence_is_wider(values):
    assert mean_interval(values, 0.8).half <= mean_interval(values, 0.99).half


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: percentile([], 0.5), "samples are empty", id="no samples"),
        pytest.param(lambda: percentile([1], 99), "share is 99", id="percent"),
        pytest.param(lambda: mean_interval([]), "values are empty", id="nothing"),
        pytest.param(lambda: mean_interval([1, 2], 95), "confidence is 95", id="confidence"),
        pytest.param(lambda: Histogram([-1.0]), "value is -1", id="negative"),
        pytest.param(lambda: Histogram([math.nan]), "value is nan", id="not a number"),
        pytest.param(lambda: batch_means([1.0], 2), "samples are 1", id="too few"),
        pytest.param(lambda: paired_difference([1], [1]), "pairs are 1", id="one pair"),
        pytest.param(lambda: student_quantile(0.9, 0.5), "df is 0.5", id="no degree"),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
