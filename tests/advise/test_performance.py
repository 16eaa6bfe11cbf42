"""Which law limits a service: against sums done by hand and the tables of queueing."""

from math import exp

import pytest

from backwright.advise.performance import Load, erlang_c, law_of


@pytest.mark.parametrize(
    ("load", "law", "used", "ceiling"),
    [
        pytest.param(
            Load(60, 25, 180, 16, 4), "workers", 0.76875, 78.05, id="workers held by waiting"
        ),
        pytest.param(Load(60, 25, 0, 16, 2), "cores", 0.75, 80.0, id="work for the processor"),
        pytest.param(Load(5, 10, 40, 8, 2), "neither", 0.03125, 160.0, id="a quiet service"),
        pytest.param(Load(100, 5, 5, 1, 2), "workers", 1.0, 100.0, id="exactly full is unstable"),
    ],
)
def test_the_tightest_resource_limits(load, law, used, ceiling):
    found = law_of(load)
    assert law == found.law
    assert used == pytest.approx(found.limits[0].used)
    assert ceiling == pytest.approx(found.limits[0].ceiling, rel=1e-3)


def test_an_unstable_service_has_no_latency():
    found = law_of(Load(100, 5, 50, 4, 2))
    assert (False, None, None, None) == (
        found.is_stable,
        found.queue_ms,
        found.mean_ms,
        found.p99_ms,
    )


@pytest.mark.parametrize(
    ("servers", "offered", "waits"),
    [
        pytest.param(1, 0.8, 0.8, id="one server waits with its use"),
        pytest.param(2, 1.0, 1 / 3, id="two servers half used"),
        pytest.param(4, 3.2, 0.5964, id="four servers at 80 %"),
        pytest.param(1000, 900, 0.000593, id="a thousand do not overflow"),
    ],
)
def test_erlang_c(servers, offered, waits):
    assert waits == pytest.approx(erlang_c(servers, offered), rel=2e-3, abs=1e-4)


def test_the_p99_of_one_server_is_that_of_an_exponential():
    # M/M/1: the response is exponential with rate mu - lambda = 100 - 50.
    found = law_of(Load(50, 10, 0, 1, 4))
    assert 1000 / 50 == pytest.approx(found.mean_ms)
    assert 0.01 == pytest.approx(exp(-50 * found.p99_ms / 1000), rel=1e-3)


@pytest.mark.parametrize(
    ("load", "measure"),
    [
        pytest.param(Load(60, 25, 0, 16, 2), "cpu", id="cores limit: what the processor does"),
        pytest.param(
            Load(60, 5, 180, 16, 4), "wall", id="waiting holds workers: what it waits for"
        ),
        pytest.param(
            Load(10, 5, 20, 16, 4, 2000),
            "locks",
            id="a tail that the model has not: what queues inside",
        ),
        pytest.param(Load(10, 20, 5, 16, 4, 60), "cpu", id="a quiet service: the larger part"),
    ],
)
def test_what_to_measure_next(load, measure):
    assert measure == law_of(load).measure


def test_a_request_is_bound_by_its_other_part():
    found = law_of(Load(1, 25, 75, 16, 4))
    assert (100 / 75, 4.0) == (
        pytest.approx(found.speed_up_cpu),
        pytest.approx(found.speed_up_wait),
    )
