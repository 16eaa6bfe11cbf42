"""Growth and division: three inputs, three verdicts, and the arithmetic behind them."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.division import Facts, costs_of, division_of, line_of
from backwright.design.ladder import CAP, Demand, chosen, design_of, ladder, limits_of, shape_of
from backwright.design.layers.layered import layers_of

USUAL = Demand(rate=11.6, peak=3, reads=0.9, app=0.005, read=0.001, write=0.004, cacheable=0.5, hit=0.9, later=0.3, growth=0.05, cores=8, p99=0.3)  # fmt: skip
TEAM = Facts(teams=1, releases=1, minutes=30, parts=5, crossing=2, hop=0.002, slow=0.01, availability=0.999, rate=50, app=0.005, cores=4, peak=3, apart=False, hardware=False, months=12, shared=1, transactions=0.1, operated=True)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"rate": 1e6 / 86_400}, "one machine", id="a million a day"),
        pytest.param({"rate": 1e8 / 86_400}, "several instances", id="a hundred million a day"),
        pytest.param({"rate": 5e9 / 86_400, "reads": 0.3}, "partitions", id="five thousand million, mostly writes"),
        pytest.param({"rate": 1500.0}, "cache", id="reads that the store alone cannot carry"),
        pytest.param({"rate": 3000.0}, "replicas", id="more reads than a cache takes away"),
    ],
)  # fmt: skip
def test_the_first_rung_that_carries_the_peak_is_the_answer(change, expected):
    rungs = ladder(replace(USUAL, **change))
    assert expected == rungs[chosen(rungs)].name


def test_one_machine_carries_its_cores_over_the_time_of_a_request():
    demand = 0.005 + 0.9 * 0.001 + 0.1 * 0.004
    assert {"its processor": pytest.approx(8 * CAP / demand)} == limits_of(USUAL, "one machine")


def test_a_rung_lasts_until_growth_reaches_its_ceiling():
    rung = ladder(USUAL)[0]
    assert pytest.approx(rung.ceiling) == USUAL.at_peak * 1.05**rung.months


@given(
    st.floats(0.1, 1e5), st.floats(1, 20), st.floats(0, 1), st.floats(1e-4, 0.1), st.floats(0, 0.9)
)
def test_no_rung_carries_less_than_the_one_before_it_but_for_work_that_moves(rate, peak, reads, app, later):  # fmt: skip
    rungs = ladder(replace(USUAL, rate=rate, peak=peak, reads=reads, app=app, later=later))
    ceilings = [rung.ceiling for rung in rungs]
    assert all(a <= b * (1 + 1e-9) for a, b in pairwise(ceilings))


@pytest.mark.parametrize("name", ["one machine", "several instances", "cache", "replicas", "queue", "partitions"])  # fmt: skip
def test_a_rung_that_carries_the_peak_is_stable_as_a_design(name):
    demand = replace(USUAL, rate=200.0)
    design = design_of(demand, name)
    assert layers_of(design, design.workload.rate.value).is_stable
    assert shape_of(demand, name).instances >= 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, "one", id="one team has no reason"),
        pytest.param({"teams": 8, "releases": 2}, "services", id="eight teams on one release line"),
        pytest.param({"teams": 8, "releases": 2, "operated": False}, "not yet", id="a reason, and nobody to operate them"),
        pytest.param({"teams": 8, "releases": 2, "shared": 9}, "not yet", id="a reason, and shared tables"),
        pytest.param({"apart": True}, "carve", id="one part must fail by itself"),
        pytest.param({"teams": 8, "releases": 2, "minutes": 5}, "one", id="eight teams with a short release"),
    ],
)  # fmt: skip
def test_a_division_needs_a_reason_and_what_it_takes(change, expected):
    assert expected == division_of(replace(TEAM, **change)).verdict


def test_a_release_line_waits_as_md1():
    line = line_of(8, 30)
    assert (0.5, pytest.approx(0.5 * 30 / (2 * 0.5))) == (line.used, line.wait)
    assert float("inf") == line_of(16, 30).wait


def test_each_service_that_a_request_needs_costs_availability_and_time():
    costs = costs_of(TEAM)
    assert (pytest.approx(0.999**3), pytest.approx(0.004)) == (costs.availability, costs.latency)
    assert (2, 10) == (costs.whole_machines, costs.machines)
