"""Designs as programs: what is held over what, which streams are shared, and that a net says what was meant."""

from dataclasses import replace

import pytest
from tests.bench import CONTENT

from backwright.design import net as n
from backwright.design.engine import simulate
from backwright.design.programs import plan_of, taken
from backwright.design.written.reading import read_design
from backwright.model.design import Quantity

SHOP = (CONTENT / "examples" / "designs" / "shop.yaml").read_text()


def test_the_shop_holds_its_worker_and_its_connection_over_the_payment():
    plan = plan_of(read_design(SHOP).design)
    (call,) = plan.net.programs[0]
    assert "client -> orders" == plan.net.policies[call.policy].name
    (visit,) = call.body
    (worker,) = visit.body
    assert plan.workers["orders"] == worker.station
    _, connection = worker.body
    assert plan.pools["orders_db"] == connection.station
    assert [n.Visit, n.Call] == [type(op) for op in connection.body]


def test_a_call_through_a_pool_holds_a_connection_for_the_call_only():
    text = SHOP.replace("- hold: orders_db\n          steps:\n            - call: postgres.write\n            - call: payment.charge", "- call: postgres.write\n        - call: payment.charge")  # fmt: skip
    plan = plan_of(read_design(text).design)
    body = plan.net.programs[0][0].body[0].body[0].body
    assert [n.Delay, n.Hold, n.Call] == [type(op) for op in body]


def test_an_external_limit_becomes_a_policy_of_its_callers():
    plan = plan_of(read_design(SHOP).design)
    assert 200 == plan.net.policies[plan.policies["orders", "payment"]].limit


def test_streams_keep_their_keys_when_something_else_is_added():
    plain = plan_of(read_design(SHOP).design)
    more = plan_of(read_design(SHOP.replace("externals:", "  audit: {servers: 1, operations: {write: 1 ms}}\n\nexternals:")).design)  # fmt: skip
    keys = {sampler.key for sampler in plain.net.samplers if sampler.key >= 0}
    assert keys <= {sampler.key for sampler in more.net.samplers}


@pytest.mark.parametrize("path", sorted((CONTENT / "examples" / "designs").glob("*.yaml")), ids=lambda path: path.stem)  # fmt: skip
def test_no_two_laws_or_choices_share_a_stream(path):
    samplers = plan_of(read_design(path.read_text()).design).net.samplers
    keys = [sampler.key for sampler in samplers if sampler.key >= 0]
    assert len({*keys}) == len(keys)
    assert min(keys) > len(samplers)  # nor that of one without a key


def test_two_designs_that_differ_in_one_setting_meet_the_same_arrivals():
    first = simulate(
        plan_of(read_design(SHOP, "", ("workload.rate=30/s",)).design).net, 3, 30.0, 0.0
    )
    second = simulate(plan_of(read_design(SHOP, "", ("workload.rate=30/s", "orders.workers=40")).design).net, 3, 30.0, 0.0)  # fmt: skip
    assert first.offered == second.offered


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(-1, 1.0, id="the low end"),
        pytest.param(0, 2.0, id="the value"),
        pytest.param(0.5, 3.5, id="half way up"),
        pytest.param(1, 5.0, id="the high end"),
    ],
)
def test_a_number_is_taken_at_a_place_of_its_interval(at, expected):
    assert expected == taken(Quantity(2.0, 1.0, 5.0), at)


def test_replicas_serve_the_reads_that_are_named():
    text = """\
version: 1
workload: {rate: 10/s, mix: {a.get: 1}}
services: {a: {handlers: {get: [{call: db.read}, {call: db.write}]}}}
stores: {db: {servers: 2, replicas: 3, replica_reads: [read], operations: {read: 1 ms, write: 1 ms}}}
"""
    plan = plan_of(read_design(text).design)
    groups = [plan.net.groups[op.group] for op in plan.net.programs[0]]
    assert [("db replicas", 3), ("db", 1)] == [(group.name, group.copies) for group in groups]


def test_a_failure_of_a_cache_or_a_node_finds_its_target():
    design = read_design(SHOP.replace("slo:", "failures: [{at: 5 s, for: 5 s, slow: payment, factor: 3x}]\nslo:")).design  # fmt: skip
    (trouble,) = plan_of(design).net.troubles
    assert ("slow", 3.0) == (trouble.kind, trouble.factor)
    assert "payment" == plan_of(design).net.groups[trouble.target].name
    assert () == plan_of(replace(design, failures=())).net.troubles
