"""REST, GraphQL or gRPC: verdicts by caller, the arithmetic of trips and bytes, the fewest technologies."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import bench_in

from backwright.advise.api import (
    Line,
    Screen,
    binary,
    costs,
    encoding,
    fewest,
    is_costly,
    one_trip,
    rest,
    serve,
)
from backwright.catalog.advice import read_advice
from backwright.model.errors import BadRequest
from backwright.model.guidance import ApiGuide
from backwright.usecases.advise_api import LINES, Ask, run

SCREEN = Screen(4, 2, 0.4, 2.0, 0.0)
LINE = Line(100, 8)
CALLERS = ("browser", "mobile", "partner", "service")
DOMAIN = {
    "teams": ("few", "many"),
    "pushes": ("none", "server", "both"),
    "lateness": ("soon", "minutes"),
    "cached": ("mostly", "partly"),
    "encoding": ("heavy", "light"),
}
DEEP = replace(SCREEN, depth=4)


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


@pytest.fixture
def guide(bench) -> ApiGuide:
    return read_advice(bench.advice("api"), "api", ApiGuide)


@pytest.mark.parametrize(
    ("ask", "ways"),
    [
        pytest.param(Ask(), ["rest"], id="a page that needs two trips of 50 ms"),
        pytest.param(Ask(callers=("mobile",), depth=4), ["composed"], id="one team's app that needs four trips of 100 ms"),
        pytest.param(Ask(callers=("mobile",), depth=4, teams=3), ["graphql"], id="three teams' apps that need four trips"),
        pytest.param(Ask(callers=("mobile",), depth=4, teams=3, cacheable=1.0), ["rest"], id="the same, all of it in the cache"),
        pytest.param(Ask(callers=("partner",), depth=4), ["rest"], id="one partner, however slow: an endpoint can be added"),
        pytest.param(Ask(callers=("partner",), depth=4, teams=9), ["graphql"], id="nine partners who need four trips each"),
        pytest.param(Ask(callers=("service",)), ["rest"], id="services that call a hundred times a second"),
        pytest.param(Ask(callers=("service",), calls_per_second=50_000), ["grpc"], id="services that call 50,000 times"),
        pytest.param(Ask(callers=("service",), pushes="both"), ["grpc"], id="services that talk both ways"),
    ],
)  # fmt: skip
def test_different_answers_get_different_ways(ask, ways, bench):
    assert ways == [each.way.id for each in run(ask, bench).served]


@pytest.mark.parametrize(
    ("ask", "push"),
    [
        pytest.param(Ask(pushes="server"), "sse", id="only the server speaks first"),
        pytest.param(Ask(pushes="both"), "websocket", id="both do"),
        pytest.param(Ask(pushes="server", late_s=60), "polling", id="news may be a minute late"),
        pytest.param(Ask(callers=("partner",), pushes="server"), "webhooks", id="the receiver is a server of a partner"),
        pytest.param(Ask(callers=("service",), pushes="server"), "broker", id="news for services of your own"),
        pytest.param(Ask(callers=("service",), pushes="both"), "streams", id="services that talk both ways"),
    ],
)  # fmt: skip
def test_different_answers_get_different_ways_for_news(ask, push, bench):
    assert push == run(ask, bench).served[0].push.id


def test_without_pushes_there_is_none(bench):
    answer = run(Ask(), bench)
    assert (None, None) == (answer.served[0].push, answer.polled_per_second)


def test_rest_takes_whole_objects_level_by_level():
    # 2 x 100 ms + 8 kB x 8 / 8 Mbit/s = 208 ms.
    assert (2, 8.0, 208.0) == pytest.approx(astuple_of(rest(SCREEN, LINE)))


def test_a_level_that_is_all_in_the_cache_costs_no_trip():
    # Two objects on each of two levels: a trip is saved with .5 x .5.
    cost = rest(replace(SCREEN, cacheable=0.5), LINE)
    assert (1.5, 4.0) == (pytest.approx(cost.trips), pytest.approx(cost.kb))
    # Five objects on two levels: three, then two.
    uneven = rest(replace(SCREEN, resources=5, cacheable=0.5), LINE)
    assert (1 - 0.125) + (1 - 0.25) == pytest.approx(uneven.trips)


def test_one_trip_takes_the_fields_that_are_shown_and_walks_inside():
    # 100 ms + 3.2 kB x 8 / 8 Mbit/s + 2 x 1 ms inside.
    assert (1, 3.2, 105.2) == pytest.approx(astuple_of(one_trip("graphql", SCREEN, LINE)))


def test_a_binary_form_is_half_the_bytes_and_all_the_trips():
    assert (2, 4.0, 204.0) == pytest.approx(astuple_of(binary(SCREEN, LINE)))


def astuple_of(cost) -> tuple[float, float, float]:
    return cost.trips, cost.kb, cost.ms


@pytest.mark.parametrize(
    ("whole", "single", "costly"),
    [
        pytest.param(250, 150, True, id="100 ms saved"),
        pytest.param(250, 151, False, id="99 ms saved, and less than half"),
        pytest.param(40, 20, True, id="half of the time saved"),
        pytest.param(4, 2, False, id="half of nothing"),
    ],
)
def test_when_trips_are_costly(whole, single, costly):
    assert costly == is_costly(whole, single)


def test_encoding_is_calls_times_bytes_times_time():
    # 50,000/s x 2 kB x 25 us = 2.5 cores; 30 % of it binary; 1.75 cores saved.
    work = encoding(50_000, 2, 25)
    assert (2.5, 0.75) == (pytest.approx(work.json_cores), pytest.approx(work.binary_cores))
    assert (800, 400) == (pytest.approx(work.json_mbit), pytest.approx(work.binary_mbit))
    assert work.is_heavy
    assert not encoding(100, 2, 25).is_heavy


@given(
    resources=st.integers(1, 40), depth=st.integers(1, 40), used=st.floats(0.01, 1),
    kb=st.floats(0.01, 100), cacheable=st.floats(0, 1), rtt=st.floats(0.1, 1000), mbit=st.floats(0.1, 1000),
)  # fmt: skip
def test_more_cached_never_costs_more_and_one_trip_never_takes_more_bytes_than_all(
    resources, depth, used, kb, cacheable, rtt, mbit
):
    screen = Screen(resources, min(depth, resources), used, kb, cacheable)
    line = Line(rtt, mbit)
    cold = replace(screen, cacheable=0.0)
    assert rest(screen, line).ms <= rest(cold, line).ms + 1e-9
    assert rest(cold, line).trips == screen.depth
    assert one_trip("composed", screen, line).kb <= rest(cold, line).kb + 1e-9


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("screen", [SCREEN, DEEP], ids=["two trips", "four trips"])
def test_every_combination_of_answers_has_a_way_with_a_reason(caller, screen, guide):
    for values in product(*DOMAIN.values()):
        answers = {name: (value,) for name, value in zip(DOMAIN, values, strict=True)}
        found = serve(caller, answers, screen, LINES[caller], guide)
        assert caller in found.way.callers
        assert found.because, answers
        assert (found.push is None) == (answers["pushes"] == ("none",))
        assert found.push is None or (caller in found.push.callers and found.push_because), answers
        assert all(each.say and each.source for each in found.ruled_out + found.push_ruled_out)


def test_grpc_is_never_given_to_browsers_or_strangers(guide):
    for caller in ("browser", "mobile", "partner"):
        for values in product(*DOMAIN.values()):
            answers = {name: (value,) for name, value in zip(DOMAIN, values, strict=True)}
            found = serve(caller, answers, DEEP, LINES[caller], guide)
            assert "grpc" not in (*found.allowed, *(cost.way for cost in found.costs))


@pytest.mark.parametrize(
    ("ask", "families"),
    [
        pytest.param(Ask(callers=("browser", "partner")), ("REST",), id="REST is enough for both"),
        pytest.param(Ask(callers=("browser", "mobile"), depth=4, teams=4), ("GraphQL",), id="GraphQL serves page and app"),
        pytest.param(Ask(callers=("browser", "service"), pushes="both"), ("REST", "gRPC"), id="a page cannot use gRPC"),
        pytest.param(Ask(callers=("mobile", "partner", "service"), depth=4, teams=3, pushes="both"), ("GraphQL", "gRPC"), id="two for three"),
    ],
)  # fmt: skip
def test_the_fewest_technologies_that_serve_all(ask, families, bench):
    assert families == run(ask, bench).fewest.families


def test_the_fewest_never_leaves_a_caller_out(guide):
    for values in product(*DOMAIN.values()):
        answers = {name: (value,) for name, value in zip(DOMAIN, values, strict=True)}
        served = [serve(caller, answers, DEEP, LINES[caller], guide) for caller in CALLERS]
        least = fewest(served, guide)
        by_id = {way.id: way for way in guide.ways}
        for each in served:
            allowed = {by_id[id_].name: by_id[id_].family for id_ in each.allowed}
            assert allowed[least.ways[each.caller]] in least.families


def test_a_screen_that_is_late_by_network_alone_is_said(bench):
    answer = run(Ask(callers=("mobile",), rtt_ms=600, depth=4, within_ms=500), bench)
    assert "slow" == answer.verdict


def test_a_chain_longer_than_its_objects_is_refused(bench):
    with pytest.raises(BadRequest, match="--depth 9 is more than --resources 4"):
        run(Ask(depth=9), bench)


def test_what_is_assumed_is_only_what_was_used(bench):
    options = [each.option for each in run(Ask(), bench).assumed]
    assert "--rtt-ms 50" in options
    assert not [each for each in options if each.startswith(("--late-s", "--calls-per-second"))]
    several = [each.option for each in run(Ask(callers=("browser", "mobile")), bench).assumed]
    assert not [each for each in several if each.startswith("--rtt-ms")]


def test_every_check_is_a_rule_that_there_is(guide, bench):
    rules = {path.split("/")[-1].removesuffix(".md") for path in bench.knowledge() if path.endswith(".md")}  # fmt: skip
    assert set() == {rule for way in guide.ways + guide.pushes for rule in way.rules} - rules


def test_every_way_to_ask_has_a_cost(guide):
    assert {way.id for way in guide.ways} == {cost.way for cost in costs(SCREEN, LINE)}
