"""Laws, lint and remedies: what is said, and that it is true."""

import pytest
from tests.design.designs import checkout, design, held_workers

from backwright.design.layers.changes import held_across, released, without_call
from backwright.design.layers.checking import check
from backwright.design.layers.flows import Values
from backwright.design.layers.laws import (
    break_of,
    busy,
    ceilings_of,
    connections_of,
    least_size,
    months_until,
    storms_of,
    tries_along,
)
from backwright.design.layers.layered import layers_of
from backwright.design.layers.lint import lint
from backwright.design.layers.provenance import name_of, numbers_of
from backwright.design.wording import digits, listed, per_second, percent, said, seconds

ONE = "app: {workers: 4, handlers: {get: [{call: far.read}]}}"
FAR = "far: {operations: {read: 10 ms}}"


def test_little():
    assert 12.6 == pytest.approx(busy(60, 0.210))


@pytest.mark.parametrize(
    ("rate", "held", "copies", "size"),
    [
        pytest.param(60, 0.205, 1, 13, id="12.3 are held, so 13"),
        pytest.param(60, 0.200, 1, 13, id="12 are held, and 12 would be full"),
        pytest.param(60, 0.205, 2, 7, id="two instances with 7 each"),
        pytest.param(0.1, 0.001, 1, 1, id="one at least"),
    ],
)
def test_the_smallest_size_is_more_than_what_is_held(rate, held, copies, size):
    assert size == least_size(rate, held, copies)


@pytest.mark.parametrize(
    ("rate", "ceiling", "growth", "months"),
    [
        pytest.param(100, 200, 1.0, 1.0, id="doubling fills twice the room in a month"),
        pytest.param(100, 50, 0.05, 0.0, id="full already"),
        pytest.param(100, 200, 0.0, None, id="no growth, never"),
        pytest.param(100, 1e9, 0.01, None, id="too far ahead to say"),
    ],
)
def test_months_until_full(rate, ceiling, growth, months):
    assert months == months_until(rate, ceiling, growth)


def test_connections_are_counted_over_instances_and_after_scaling_out():
    made = design(
        "app: {instances: 3, workers: 20, handlers: {get: [{call: db.read}]}}",
        pools="p: {owner: app, to: db, size: 20}",
        stores="db: {servers: 8, connections: 100, operations: {read: 5 ms}}",
        scale="app: {signal: workers, target: 65 %, interval: 30 s, boot: 90 s, min: 3, max: 6}",
    )
    found = connections_of(made)
    assert [(60, 120, 100)] == [(each.now, each.most, each.accepts) for each in found]
    assert "too many connections" in warned(made)


def warned(made, level: str = "") -> set[str]:
    rate = made.workload.rate.value if made.workload.rate else 1.0
    found = lint(made, layers_of(made, rate))
    return {each.name for each in found if not level or each.level == level}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        pytest.param(
            "timeout nesting",
            design(ONE, externals=FAR, calls="client -> app: {timeout: 1 s}, app -> far: {timeout: 3 s}"),
            id="a callee that waits longer than its caller",
        ),
        pytest.param(
            "timeout nesting",
            design(ONE, externals=FAR, calls="client -> app: {timeout: 2 s}, app -> far: {timeout: 1 s, retries: 2}"),
            id="tries that together outlast the caller",
        ),
        pytest.param(
            "retry product",
            design(ONE, externals=FAR, calls="client -> app: {retries: 2}, app -> far: {retries: 2}"),
            id="tries of tries",
        ),
        pytest.param(
            "retry without backoff",
            design(ONE, externals=FAR, calls="app -> far: {timeout: 1 s, retries: 2}"),
            id="tries at once",
        ),
        pytest.param("no timeout", design(ONE, externals=FAR), id="an external system without a time-out"),
        pytest.param(
            "retry storm",
            design(ONE, load="rate: 200/s", externals=FAR, calls="client -> app: {timeout: 1 s, retries: 3}"),
            id="load of a half with four tries",
        ),
        pytest.param(
            "pool above workers",
            design(
                "app: {workers: 4, handlers: {get: [{call: db.read}]}}",
                pools="p: {owner: app, to: db, size: 9}",
                stores="db: {servers: 9, operations: {read: 5 ms}}",
            ),
            id="more connections than workers",
        ),
        pytest.param(
            "cold cache",
            design(
                "app: {workers: 90, handlers: {get: [{cache: c, miss: [{call: db.read}]}]}}",
                load="rate: 500/s",
                caches="c: {hit: 90 %}",
                stores="db: {servers: 2, operations: {read: 10 ms}}",
            ),
            id="a store that cannot do without its cache",
        ),
        pytest.param(
            "single point",
            design(ONE, externals=FAR, slo="survive: instance"),
            id="one instance of what must survive the loss of one",
        ),
        pytest.param(
            "no spare",
            design(
                "app: {instances: 2, workers: 4, handlers: {get: [{call: far.read}]}}",
                load="rate: 500/s",
                externals=FAR,
                slo="survive: instance",
            ),
            id="two instances that are both needed",
        ),
        pytest.param(
            "blocked loop",
            design("app: {model: eventloop, handlers: {get: [{cpu: 80 ms}]}}", load="rate: 1/s"),
            id="computing on an event loop",
        ),
        pytest.param(
            "lock order",
            design(
                "app: {workers: 4, handlers: {a: [{lock: x, keys: 1, steps: [{lock: y, keys: 1, steps: [{wait: 1 ms}]}]}],"
                " b: [{lock: y, keys: 1, steps: [{lock: x, keys: 1, steps: [{wait: 1 ms}]}]}]}}",
                load="rate: 1/s, mix: {app.a: 50 %, app.b: 50 %}",
            ),
            id="two locks in both orders",
        ),
        pytest.param(
            "no room for the peak",
            design(ONE, load="rate: 300/s, peak: 2x", externals=FAR),
            id="a peak above the ceiling",
        ),
        pytest.param(
            "over the limit",
            design("app: {workers: 90, handlers: {get: [{call: far.read}]}}", load="rate: 300/s", externals="far: {limit: 200/s, operations: {read: 10 ms}}"),
            id="more calls than are let through",
        ),
        pytest.param(
            "hedging cost",
            design(ONE, externals=FAR, calls="app -> far: {timeout: 1 s, hedge: 5 ms}"),
            id="a second try for most calls",
        ),
        pytest.param(
            "unbounded queue",
            design(ONE, externals=FAR, slo="p99: 100 ms"),
            id="a line without end in front of a target",
        ),
    ],
)  # fmt: skip
def test_lint_finds(name, made):
    assert name in warned(made)


def test_a_careful_design_has_no_warnings():
    made = design(
        "app: {instances: 3, workers: 8, queue: {max: 50}, handlers: {get: [{call: far.read}]}}",
        externals=FAR,
        calls="client -> app: {timeout: 3 s}, app -> far: {timeout: 500 ms, retries: 1, backoff: 50 ms full, budget: 10 %, breaker: {errors: 50 %}, deadline: propagate}",
        slo="p99: 300 ms, survive: instance",
    )
    assert set() == warned(made, "warning")


def test_a_warning_names_its_line():
    made = checkout()
    found = lint(made, layers_of(made, 30))
    assert all(each.line > 0 for each in found)


def test_tries_multiply_along_the_way():
    made = design(
        ONE,
        externals=FAR,
        calls="client -> app: {retries: 2}, app -> far: {retries: 3, budget: 10 %}",
    )
    assert {("client", "app"): 3.0, ("app", "far"): pytest.approx(3.3)} == tries_along(made)


def test_no_storm_where_abandoned_work_is_dropped():
    policy = "client -> app: {{timeout: 1 s, retries: 3{more}}}"
    bad, good = (
        design(ONE, load="rate: 200/s", externals=FAR, calls=policy.format(more=more))
        for more in ("", ", deadline: propagate")
    )
    assert storms_of(bad, layers_of(bad, 200))
    assert not storms_of(good, layers_of(good, 200))


def test_giving_the_connection_back_is_tried_before_it_is_said():
    made = checkout()
    found = check(made)
    assert "unstable" == found.verdict
    assert 10 / 0.205 == pytest.approx(found.breaks_at)
    assert "A connection is held 205 ms: 180 ms waiting for payment and 25 ms in postgres. 10 / 0.205 s = 48.8/s." == found.why  # fmt: skip
    assert (
        "Return the connection before the payment call: held 25 ms, the pool then carries 400/s.",
        "A pool of 13 is the least that is stable, and leaves 5 % of room.",
    ) == found.do
    assert ("payment",) == held_across(made, "db")
    freed = released(made, "db")
    assert 400 == pytest.approx({c.name: c for c in ceilings_of(freed, layers_of(freed, 1))}["db pool"].can_do)  # fmt: skip


def test_the_least_pool_that_is_said_to_be_stable_is_and_one_less_is_not():
    assert layers_of(checkout(pool=13), 60).is_stable
    assert not layers_of(checkout(pool=12), 60).is_stable


def test_a_call_moved_behind_a_queue_is_no_longer_waited_for():
    moved = without_call(checkout(pool=30), "orders", "payment")
    assert 0.030 == pytest.approx(layers_of(moved, 10).entries[0].mean, rel=0.01)


def test_nothing_limited_breaks_never():
    made = design("app: {handlers: {get: [{wait: 10 ms}]}}")
    assert break_of(ceilings_of(made, layers_of(made, 10))) is None
    assert check(made).breaks_at is None


def test_users_who_ask_for_more_than_it_carries_wait():
    made = design(ONE, load="users: 1000, think: 1 s", externals=FAR)
    found = check(made)
    assert "saturated" == found.verdict
    assert 400 == pytest.approx(found.breaks_at)


def test_second_tries_alone_can_make_a_design_unstable_and_it_says_so():
    made = design(
        "app: {workers: 1000, handlers: {get: [{call: db.read}]}}",
        load="rate: 590/s",
        stores="db: {servers: 6, operations: {read: {mean: 10 ms, shape: exponential}}}",
        calls="client -> app: {timeout: 250 ms, retries: 3}",
    )
    found = check(made)
    assert "unstable" == found.verdict
    assert "calls of app time out" in found.held
    assert 600 == pytest.approx(found.breaks_at)


def test_numbers_are_counted_by_where_they_come_from():
    found = numbers_of(held_workers())
    assert (0, 0, ("app.get.cpu", "far.read")) == (found.measured, found.cited, found.assumed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(seconds(0.205), "205 ms", id="milliseconds"),
        pytest.param(seconds(1.2), "1.2 s", id="seconds"),
        pytest.param(seconds(0.00035), "350 us", id="microseconds"),
        pytest.param(seconds(float("inf")), "without end", id="no end"),
        pytest.param(per_second(48.78), "48.8/s", id="a rate"),
        pytest.param(percent(0.004), "0.4 %", id="a small share"),
        pytest.param(digits(1200), "1,200", id="thousands"),
        pytest.param(listed(["a", "b", "c"]), "a, b and c", id="a list"),
        pytest.param(said("caches.c.hit", 0.9), "90 %", id="a share by its place"),
        pytest.param(said("workload.rate", 60), "60/s", id="a rate by its place"),
        pytest.param(name_of("services.orders.handlers.buy.0.cpu"), "orders.buy.cpu", id="a place"),
    ],
)
def test_words(text, expected):
    assert expected == text


def test_values_stand_in_for_what_is_assumed():
    made = held_workers()
    at = "externals.far.operations.read"
    slow = layers_of(made, 1, Values({at: 0.1}))
    assert 0.105 == pytest.approx(slow.entries[0].mean)
