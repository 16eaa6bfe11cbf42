"""Blueprints drafted from code: always readable, however odd the names, and nothing left out in silence."""

from hypothesis import given
from hypothesis import strategies as st

from backwright.design.written.drafting import HANDLERS_MAX, Drafted, Served, Touch, draft
from backwright.design.written.reading import read_design
from backwright.model.design import Repeat

ORDERS = Served("GET", "/orders", "a.py:3", (Touch("read", "Order", False, "b.py:9"), Touch("read", "Item", True, "b.py:12")))  # fmt: skip
PAY = Served("POST", "/pay", "a.py:9", (Touch("call", "charge", False, "c.py:4", 0.0), Touch("write", "Order", False, "c.py:8")))  # fmt: skip


def test_queries_calls_loops_and_pools_become_a_design():
    text = draft("shop", (Drafted("shop", "django", (ORDERS, PAY), "psycopg2"),))
    design = read_design(text).design
    assert ["shop", "database", "charge"] == [node.name for node in design.nodes]
    repeat = design.node("shop").handler("get_orders").steps[2]
    assert isinstance(repeat, Repeat)
    assert "in a loop, b.py:12: how many rounds?" in text
    assert "no time-out was found in the code for: charge" in text
    assert ["shop_pool"] == [pool.name for pool in design.pools]


def test_a_known_default_time_out_becomes_a_policy():
    served = Served("GET", "/x", "a.py:1", (Touch("call", "geo", False, "a.py:2", 100.0),))
    design = read_design(draft("x", (Drafted("x", "", (served,)),))).design
    assert 100 == design.policy("x", "geo").timeout


def test_endpoints_beyond_the_limit_are_counted():
    many = tuple(Served("GET", f"/e{n}", "a.py:1", ()) for n in range(HANDLERS_MAX + 7))
    text = draft("x", (Drafted("x", "", many),))
    assert "7 more endpoints are left out" in text
    assert HANDLERS_MAX == len(read_design(text).design.node("x").handlers)


def test_a_service_may_be_called_as_yaml_calls_nothing():
    text = draft("x", (Drafted("NULL", "", (Served("GET", "/", "a.py:1", ()),), "5"),))
    reading = read_design(text)
    assert () == reading.problems
    assert reading.design.node("service_NULL").handlers


NAMES = st.text(max_size=30)
TOUCHES = st.builds(Touch, st.sampled_from(["read", "write", "raw", "call"]), NAMES, st.booleans(), NAMES, st.sampled_from([None, 0.0, 3.0]))  # fmt: skip
SERVED = st.builds(Served, st.sampled_from(["GET", "*", "POST"]), NAMES, NAMES, st.lists(TOUCHES, max_size=4).map(tuple))  # fmt: skip
SERVICES = st.lists(st.builds(Drafted, NAMES, NAMES, st.lists(SERVED, min_size=1, max_size=5).map(tuple), NAMES), min_size=1, max_size=3)  # fmt: skip


@given(NAMES, SERVICES.map(tuple))
def test_whatever_the_code_is_called_the_draft_reads(name, services):
    reading = read_design(draft(name, services))
    assert () == reading.problems
