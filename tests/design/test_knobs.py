"""Knobs: what can be turned, what it costs, and that turning one changes nothing else."""

from dataclasses import replace

import pytest
from tests.bench import CONTENT

from backwright.design.trials.knobs import (
    Knob,
    KnobError,
    cost_per_hour,
    knob_named,
    knobs_of,
    turned,
    usual_knobs,
    value_of,
    weight_of,
)
from backwright.design.written.reading import read_design

DESIGNS = {path.stem: read_design(path.read_text()).design for path in (CONTENT / "examples" / "designs").glob("*.yaml")}  # fmt: skip
EVERY = [(name, knob) for name, design in DESIGNS.items() for knob in knobs_of(design)]


@pytest.mark.parametrize(("name", "knob"), EVERY, ids=lambda each: getattr(each, "name", each))
def test_a_turned_knob_stands_as_it_was_set_and_the_others_as_they_were(name, knob):
    design = DESIGNS[name]
    made = turned(design, knob, 37)
    assert 37 == value_of(made, knob)
    others = [each for each in knobs_of(design) if each != knob]
    assert [value_of(design, each) for each in others] == [value_of(made, each) for each in others]


def test_the_usual_knobs_leave_stores_alone():
    assert ["orders.instances", "orders_db.size"] == [k.name for k in usual_knobs(DESIGNS["shop"])]


def test_a_knob_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(
        KnobError, match=r"'orders.wrkers' cannot be turned; there is: orders.instances"
    ):
        knob_named(DESIGNS["shop"], "orders.wrkers")


def test_cost_counts_instances_and_replicas_at_the_persons_own_prices():
    text = (CONTENT / "examples" / "designs" / "shop.yaml").read_text()
    text += "\nprices: {currency: EUR, orders: 0.2/h, postgres: 1.5/h}\n"
    design = read_design(text).design
    more = turned(design, Knob("orders", "instances"), 3)
    assert (pytest.approx(1.7), pytest.approx(2.1)) == (cost_per_hour(design), cost_per_hour(more))


def test_without_prices_an_instance_weighs_more_than_any_number_of_connections_in_reach():
    design = DESIGNS["shop"]
    knobs = usual_knobs(design)
    wide = turned(design, Knob("orders_db", "size"), 500)
    two = turned(design, Knob("orders", "instances"), 2)
    assert weight_of(wide, knobs) < weight_of(two, knobs)
    assert weight_of(design, knobs) < weight_of(wide, knobs)


def test_an_event_loop_has_loops_and_no_workers():
    design = DESIGNS["event-driven"]
    names = [knob.name for knob in knobs_of(design)]
    assert "api.loops" in names
    assert "api.workers" not in names
    assert 5 == replace(turned(design, Knob("api", "loops"), 5)).node("api").cores
