"""Who calls whom and how often, against rates worked out by hand."""

import pytest
from designs_to_draw import MARKET, SHOP, STORE, about, calls, chosen, law, service, store

from backwright.design.drawn.relations import flows_of, policy_words
from backwright.design.drawn.sketch import sketch_of
from backwright.model.design import (
    Cache,
    CallPolicy,
    Choice,
    Design,
    Entry,
    Handler,
    Lookup,
    Pool,
    Repeat,
    Workload,
)

FLOWS = [
    pytest.param(SHOP, "client", "orders", 60, id="all arrivals"),
    pytest.param(SHOP, "orders", "orders_db", 60, id="a connection for each request"),
    pytest.param(SHOP, "orders_db", "postgres", 60, id="through the pool"),
    pytest.param(SHOP, "orders", "payment", 60, id="beside the pool"),
    pytest.param(MARKET, "gateway", "orders", 42, id="a tenth of 420"),
    pytest.param(MARKET, "catalogue", "redis", 378, id="every look-up"),
    pytest.param(MARKET, "catalogue", "catalogue_db", 37.8, id="a tenth of them miss"),
    pytest.param(MARKET, "mails", "mailer", 42, id="through the queue"),
    pytest.param(MARKET, "mailer", "smtp", 42, id="behind the queue"),
    pytest.param(STORE, "users", "users_pool", 2160, id="twice for each of 1,080"),
    pytest.param(STORE, "users", "identity", 108, id="a tenth of 1,080"),
    pytest.param(STORE, "prices", "price_cache", 1080, id="from two callers"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "source", "target", "expected"), FLOWS)
def test_rates(design, source, target, expected):
    flow = next(f for f in sketch_of(design).flows if (f.source, f.target) == (source, target))
    assert expected == pytest.approx(flow.rate)


def test_what_follows_an_unknown_hit_ratio_is_an_upper_limit():
    flows = {(f.source, f.target): f for f in flows_of(STORE, 1200, {})}
    assert flows["prices", "price_db"].at_most
    assert not flows["prices", "price_cache"].at_most
    known = {(f.source, f.target): f for f in flows_of(STORE, 1200, {"price_cache": 0.75})}
    assert not known["prices", "price_db"].at_most
    assert 270 == pytest.approx(known["prices", "price_db"].rate)


def test_what_is_held_is_named_only_where_it_is_not_needed():
    flows = {(f.source, f.target): f for f in flows_of(SHOP, 60, {})}
    assert ("orders_db",) == flows["orders", "payment"].held
    assert () == flows["orders_db", "postgres"].held


def test_a_pool_between_two_is_used_without_being_named():
    design = Design(
        "d", (service("a", Handler("x", calls("db.q"))), store("db", "q")), Workload((Entry("x", chosen(1), "a", "x"),), about(9)),
        pools=(Pool("p", "a", "db", 3),), policies=(CallPolicy("a", "db", timeout=0.2),),
    )  # fmt: skip
    flows = {(f.source, f.target): f for f in flows_of(design, 9, {})}
    assert {("client", "a"), ("a", "p"), ("p", "db")} == set(flows)
    assert ("time-out 200 ms",) == flows["p", "db"].policy


def test_shares_repeats_and_misses_multiply():
    steps = (Repeat(5, (Choice(((chosen(0.2), (Lookup("c", calls("db.q")),)),)),)),)
    design = Design(
        "d", (service("a", Handler("x", steps)), store("db", "q")), Workload((Entry("x", chosen(1), "a", "x"),), about(10)),
        caches=(Cache("c", law(0.001), hit=about(0.75)),),
    )  # fmt: skip
    flows = {(f.source, f.target): f.rate for f in flows_of(design, 10, {})}
    assert 10 * 5 * 0.2 == pytest.approx(flows["a", "c"])
    assert 10 * 5 * 0.2 * 0.25 == pytest.approx(flows["a", "db"])


def test_a_closed_workload_has_no_rates_until_it_is_solved():
    design = Design(
        "d",
        (service("a", Handler("x", ())),),
        Workload((Entry("x", chosen(1), "a", "x"),), users=500, think=law(2)),
    )
    sketch = sketch_of(design)
    assert [None] == [flow.rate for flow in sketch.flows]
    assert ("500 users, think 2 s",) == sketch.part("client").lines


def test_calls_in_a_circle_do_not_hang():
    design = Design(
        "d", (service("a", Handler("x", calls("b.x"))), service("b", Handler("x", calls("a.x")))), Workload((Entry("x", chosen(1), "a", "x"),), about(1)),
    )  # fmt: skip
    assert {("client", "a"), ("a", "b"), ("b", "a")} == {
        (f.source, f.target) for f in flows_of(design, 1, {})
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(CallPolicy("a", "b"), (), id="nothing set"),
        pytest.param(CallPolicy("a", "b", retries=1), ("1 retry",), id="one retry"),
        pytest.param(CallPolicy("a", "b", retries=2, budget=0.1), ("2 retries, budget 10 %",), id="a budget"),
        pytest.param(CallPolicy("a", "b", hedge=0.1, limit=100, bulkhead=5, deadline="propagate"), ("hedge after 100 ms", "limit 100/s", "at most 5 at once", "deadline passed on"), id="limits"),
    ],
)  # fmt: skip
def test_policies_in_words(policy, expected):
    assert expected == policy_words(policy)
