"""Distributions on a grid: laws keep their mean and percentiles, sums and races are right."""

import pytest
from tests.design.designs import design

from backwright.design.layers.density import DensityArithmetic, convolved
from backwright.design.layers.flows import Values
from backwright.design.layers.latency import Solver
from backwright.design.layers.moments import MomentArithmetic, Moments, Waiting, survival, within
from backwright.design.theory.distributions import Distribution
from backwright.model.design import CallPolicy, Law, Quantity

POINTS = ((0.0, 0.01), (0.5, 0.03), (0.9, 0.1), (1.0, 0.4))
MEAN = 0.02 * 0.5 + 0.065 * 0.4 + 0.25 * 0.1


def law(shape: str, cv: float = 1.0, mean: float = 0.1, points=()) -> Law:
    return Law(Quantity(mean, mean, mean), shape, cv, points)


LAWS = [
    pytest.param(law("exponential"), id="exponential"),
    pytest.param(law("lognormal", 0.6), id="lognormal"),
    pytest.param(law("lognormal", 2.0), id="lognormal with a long tail"),
    pytest.param(law("gamma", 0.5), id="gamma"),
    pytest.param(law("uniform", 0.4), id="uniform"),
    pytest.param(law("pareto", 0.8), id="pareto"),
    pytest.param(law("empirical", 1.0, MEAN, POINTS), id="empirical"),
]


@pytest.mark.parametrize("one", LAWS)
def test_a_law_keeps_its_percentiles(one):
    arithmetic = DensityArithmetic(0.002, 2000, {})
    made = arithmetic.law(one, one.mean.value, "")
    exact = Distribution(one.shape, one.mean.value, one.cv, one.points)
    for share in (0.5, 0.9, 0.99):
        assert exact.quantile(share) == pytest.approx(arithmetic.percentiles(made, [share])[0], rel=0.01, abs=0.001)  # fmt: skip


@pytest.mark.parametrize("one", LAWS)
def test_a_law_keeps_its_mean_on_any_grid_that_holds_it(one):
    for step in (0.002, 0.05):
        made = DensityArithmetic(step, int(20 / step), {}).law(one, one.mean.value, "")
        assert one.mean.value == pytest.approx(sum(n * each for n, each in enumerate(made)) * step, rel=0.02)  # fmt: skip


def test_convolution_by_one_multiplication_is_the_sum_of_products():
    first, second = [0.5, 0.25, 0.125, 0.125], [0.1, 0.0, 0.9]
    exact = [0.05, 0.025, 0.4625, 0.2375, 0.1125, 0.1125]
    assert exact == pytest.approx(convolved(first, second, 6), abs=1e-7)
    assert exact[:3] == pytest.approx(convolved(first, second, 3), abs=1e-7)


def test_ten_times_the_same_is_nine_sums():
    arithmetic = DensityArithmetic(0.01, 200, {})
    one = arithmetic.law(law("exponential"), 0.1, "")
    total = arithmetic.nothing()
    for _ in range(10):
        total = arithmetic.then(total, one)
    assert total == pytest.approx(arithmetic.times(one, 10), abs=1e-6)


def test_the_slower_of_two_exponentials_takes_half_as_long_again():
    arithmetic = DensityArithmetic(0.002, 1000, {})
    one = arithmetic.exponential(0.1)
    both = arithmetic.fastest([one, one], 2)
    first = arithmetic.fastest([one, one], 1)
    assert 0.15 == pytest.approx(sum(n * each for n, each in enumerate(both)) * 0.002, rel=0.01)
    assert 0.05 == pytest.approx(sum(n * each for n, each in enumerate(first)) * 0.002, rel=0.02)


def test_a_wait_that_is_cut_off_keeps_what_is_below_the_cut():
    wait = Waiting(0.5, 0.1, 0.15)
    arithmetic = DensityArithmetic(0.001, 1000, {"pool": wait})
    made = arithmetic.wait("pool")
    assert 1 == pytest.approx(sum(made))
    assert wait.moments.mean == pytest.approx(sum(n * e for n, e in enumerate(made)) * 0.001, rel=0.01)  # fmt: skip
    assert wait.total == pytest.approx(wait.moments.mean + wait.beyond)


def test_a_try_that_is_too_late_is_tried_again():
    policy = CallPolicy("a", "b", timeout=0.1, retries=1)
    arithmetic = DensityArithmetic(0.001, 1000, {})
    made = arithmetic.tried(arithmetic.exponential(0.1), policy, 0.0)
    lost = 0.36788  # exp(-1)
    assert 1 - lost**2 == pytest.approx(sum(made), abs=0.003)
    assert 1 - lost == pytest.approx(sum(made[:101]), abs=0.005)


def test_those_below_a_limit_have_the_moments_of_the_part():
    one = Moments(0.1, 0.01)
    tail, step = survival(one), 0.0001
    parts = [(n * step, tail((n - 0.5) * step) - tail((n + 0.5) * step)) for n in range(1, 1500)]
    mass = sum(share for _, share in parts)
    mean = sum(t * share for t, share in parts) / mass
    assert mean == pytest.approx(within(one, 0.15).mean, rel=0.01)


def test_time_outs_make_a_call_no_longer_than_its_tries():
    policy = CallPolicy("a", "b", timeout=0.05, retries=2)
    made = MomentArithmetic({}).tried(Moments(1.0, 1.0), policy, 0.0)
    assert made.mean <= 0.15
    assert made.mean > 0.14


def test_percentiles_far_below_the_tail_are_read_from_a_finer_grid():
    made = design(
        "app: {workers: 90, handlers: {get: [{cache: c, miss: [{call: far.read}]}]}}",
        caches="c: {hit: 90 %, time: constant(1 ms)}",
        externals="far: {operations: {read: constant(2 s)}}",
    )
    found = Solver(made).latency(Values(), (0.5, 0.99))
    assert 0.001 == pytest.approx(found.percentiles[0], rel=0.05)
    assert 2.001 == pytest.approx(found.percentiles[1], rel=0.01)
