"""Sizing: never worse than going through every fleet, and honest where there is none."""

from itertools import product

import pytest

from backwright.design.layers.layered import layers_of
from backwright.design.programs import plan_of
from backwright.design.trials.judging import judge, judged, without_one
from backwright.design.trials.knobs import knob_named, turned, weight_of
from backwright.design.trials.simulating import replicate, run_length
from backwright.design.trials.sizing import ARRIVALS, RUNS, at_rate, ceiling, size
from backwright.design.written.reading import read_design

SEED = 11


def small(rate: float, p99: str, cpu: str = "20 ms", query: str = "10 ms", extra: str = "") -> str:
    return f"""\
version: 1
name: small
workload: {{rate: {rate}/s, mix: {{app.get: 100 %}}}}
services:
  app:
    instances: 1
    workers: 2
    handlers: {{get: [{{cpu: {cpu}}}, {{call: db.read}}]}}
stores: {{db: {{servers: 4, operations: {{read: {query}}}}}}}
pools: {{pool: {{owner: app, to: db, size: 1}}}}
slo: {{p99: {p99}{extra}}}
"""


def holds(design) -> bool:
    """Decide a fleet as the search does, without the search."""
    if not layers_of(design, design.workload.rate.value).is_stable:
        return False
    sample = replicate(plan_of(design), SEED, runs=RUNS, length=run_length(plan_of(design), ARRIVALS), tight=None)  # fmt: skip
    return all(each.judgement == "meets" for each in judged(design.slo, sample))


@pytest.mark.parametrize(
    ("rate", "p99"),
    [
        pytest.param(60, "250 ms", id="a little waiting is allowed"),
        pytest.param(90, "170 ms", id="hardly any waiting is allowed"),
    ],
)
def test_the_fleet_found_weighs_no_more_than_the_lightest_of_all(rate, p99):
    design = at_rate(read_design(small(rate, p99)).design, rate)
    knobs = tuple(knob_named(design, name) for name in ("app.instances", "pool.size"))
    found = size(design, knobs, SEED)
    assert found.is_proved
    every = [turned(turned(design, knobs[0], a), knobs[1], b) for a, b in product(range(1, 7), range(1, 4))]  # fmt: skip
    lightest = min(weight_of(each, knobs) for each in every if holds(each))
    assert lightest == pytest.approx(weight_of(found.design, knobs))


def test_more_than_a_fixed_part_can_do_is_no_fleet():
    design = at_rate(read_design(small(500, "250 ms")).design, 500)
    found = size(design, (knob_named(design, "app.instances"),), SEED)
    assert (None, "something that cannot be turned is overloaded at this rate") == (found.design, found.why)  # fmt: skip


def test_an_objective_below_the_work_itself_is_no_fleet():
    design = at_rate(read_design(small(5, "30 ms")).design, 5)
    found = size(design, (knob_named(design, "app.instances"),), SEED)
    assert found.design is None
    assert "not spent in waiting" in found.why


def test_a_loss_that_must_be_survived_needs_one_more():
    plain = at_rate(read_design(small(90, "200 ms")).design, 90)
    safe = at_rate(read_design(small(90, "200 ms", extra=", survive: instance")).design, 90)
    knobs = (knob_named(plain, "app.instances"),)
    assert size(plain, knobs, SEED).values[0] + 1 == size(safe, knobs, SEED).values[0]
    assert ["one app"] == [lost for lost, _ in without_one(turned(safe, knobs[0], 3))]


def test_the_ceiling_is_where_the_first_part_is_full():
    design = read_design(small(10, "250 ms")).design
    name, rate = ceiling(design, 1e-3, 1e6)
    assert ("app workers", pytest.approx(2 / 0.030, rel=0.35)) == (name, rate)


def test_what_never_fills_has_no_ceiling():
    text = "version: 1\nworkload: {rate: 1/s}\nservices: {a: {handlers: {x: [{wait: 1 s}]}}}\n"
    assert ceiling(read_design(text).design, 1e-3, 1e6) is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param(1, 2, "meets", id="all of the interval is within"),
        pytest.param(2.5, 3.5, "not decided", id="the limit lies inside"),
        pytest.param(3.1, 4, "misses", id="all of the interval is beyond"),
    ],
)
def test_an_objective_is_judged_by_the_interval(low, high, expected):
    assert expected == judge(low, high, 3)
