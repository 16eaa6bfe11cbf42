"""Queues in closed form agree with published tables, with chains solved blindly, and with each other."""

import math
import pickle
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.design.chains import mean, stationary

from backwright.design.theory.distributions import Distribution
from backwright.design.theory.general_service import (
    ggc_sojourn_percentile,
    mg1_sojourn_percentile,
    mg1_wait_tail,
)
from backwright.design.theory.queueing import (
    Unstable,
    erlang_a,
    erlang_b,
    erlang_c,
    ggc_wait_mean,
    md1_wait_mean,
    md1_wait_percentile,
    md1_wait_tail,
    mdc_wait_mean,
    mg1_wait_mean,
    mg1_wait_second_moment,
    mm1k,
    mmc_sojourn_mean,
    mmc_sojourn_percentile,
    mmc_sojourn_tail,
    mmc_sojourn_variance,
    mmc_wait_mean,
    mmc_wait_percentile,
    mmc_wait_tail,
    mmck,
    mmck_sojourn_percentile,
    mmck_sojourn_tail,
)

near = pytest.approx


@pytest.mark.parametrize(
    ("servers", "erlangs", "expected"),
    [
        pytest.param(1, 0.0101, 0.01, id="one line"),
        pytest.param(10, 4.461, 0.01, id="10 lines"),
        pytest.param(20, 12.03, 0.01, id="20 lines"),
        pytest.param(50, 37.90, 0.01, id="50 lines"),
        pytest.param(100, 84.06, 0.01, id="100 lines"),
        pytest.param(10, 5.0, 0.018385, id="10 lines at half load"),
        pytest.param(0, 5.0, 1.0, id="no line turns all away"),
        pytest.param(5, 0.0, 0.0, id="no load"),
    ],
)
def test_erlang_b_is_the_table_of_telephone_engineers(servers, erlangs, expected):
    assert expected == near(erlang_b(servers, erlangs), rel=2e-3)


@pytest.mark.parametrize(
    ("servers", "erlangs", "expected"),
    [
        pytest.param(2, 1.0, 1 / 3, id="two half busy servers"),
        pytest.param(1, 0.7, 0.7, id="one server: its load"),
        pytest.param(4, 3.2, 0.596432, id="four at .8"),
        pytest.param(10, 8.0, 0.409180, id="ten at .8"),
    ],
)
def test_erlang_c(servers, erlangs, expected):
    assert expected == near(erlang_c(servers, erlangs), rel=1e-5)


@pytest.mark.parametrize("servers", [100, 2000, 10_000])
def test_many_servers_lose_no_digits(servers):
    erlangs = servers * 0.99
    with localcontext() as context:
        context.prec = 60
        term = total = Decimal(1)
        for k in range(1, servers + 1):
            term = term * Decimal(erlangs) / k
            total += term
        exact = float(term / total)
    assert exact == near(erlang_b(servers, erlangs), rel=1e-12)


def test_four_servers_at_80_percent():
    assert 0.74554 == near(mmc_wait_mean(3.2, 1.0, 4), abs=5e-6)
    assert 6.8932 == near(mmc_sojourn_percentile(0.99, 3.2, 1.0, 4), abs=5e-5)


@pytest.mark.parametrize(
    ("rate", "servers"),
    [
        pytest.param(0.7, 1, id="one server"),
        pytest.param(1.0, 2, id="drain equals finish"),
        pytest.param(1.0000001, 2, id="drain nearly equals finish"),
        pytest.param(9.0, 10, id="ten"),
    ],
)
def test_sojourn_integrates_to_its_mean_and_variance(rate, servers):
    step, far = 0.01, 60 * mmc_sojourn_mean(rate, 1, servers)
    times = [step * (i + 0.5) for i in range(int(far / step))]
    tails = [mmc_sojourn_tail(t, rate, 1, servers) for t in times]
    first = step * math.fsum(tails)
    second = 2 * step * math.fsum(t * tail for t, tail in zip(times, tails, strict=True))
    assert mmc_sojourn_mean(rate, 1, servers) == near(first, rel=1e-4)
    assert mmc_sojourn_variance(rate, 1, servers) == near(second - first**2, rel=1e-3)


def test_wait_percentile_is_where_the_tail_is():
    wait = mmc_wait_percentile(0.99, 9.0, 1.0, 10)
    assert 0.01 == near(mmc_wait_tail(wait, 9.0, 1.0, 10))
    assert mmc_wait_percentile(0.3, 1.0, 1.0, 10) == 0.0


@pytest.mark.parametrize(
    ("rate", "servers", "patience"),
    [
        pytest.param(3.0, 4, 0.5, id="below capacity"),
        pytest.param(8.0, 4, 2.0, id="twice what it can do"),
        pytest.param(4.0, 4, 10.0, id="just at capacity"),
    ],
)
def test_erlang_a_is_the_chain_solved_blindly(rate, servers, patience):
    def moves(n):
        leaving = min(n, servers) + max(0, n - servers) / patience
        return [(rate if n < 300 else 0.0, n + 1), (leaving, n - 1)]

    chances = stationary(0, moves)
    queue = mean(chances, lambda n: max(0, n - servers))
    answer = erlang_a(rate, 1.0, servers, patience)
    assert queue / rate == near(answer.wait_mean, rel=1e-9)
    assert queue / patience / rate == near(answer.abandons, rel=1e-9)
    assert mean(chances, lambda n: n >= servers) == near(answer.waits, rel=1e-9)
    assert mean(chances, lambda n: min(n, servers)) == near(answer.busy, rel=1e-9)


def test_erlang_a_of_endless_patience_is_erlang_c():
    answer = erlang_a(3.2, 1.0, 4, 1e9)
    assert erlang_c(4, 3.2) == near(answer.waits, rel=1e-6)
    assert mmc_wait_mean(3.2, 1.0, 4) == near(answer.wait_mean, rel=1e-6)


def test_a_flooded_call_centre_serves_what_it_can():
    answer = erlang_a(1e6, 1.0, 1000, 60.0)
    assert 0.999 == near(answer.abandons, rel=1e-9)
    assert 1000 == near(answer.busy, rel=1e-9)


@pytest.mark.parametrize(
    ("rate", "servers", "places"),
    [
        pytest.param(0.8, 1, 5, id="one server"),
        pytest.param(5.0, 3, 10, id="overloaded"),
        pytest.param(3.0, 3, 40, id="just at capacity"),
        pytest.param(4.0, 4, 4, id="nobody may wait"),
    ],
)
def test_mmck_is_the_chain_solved_blindly(rate, servers, places):
    chances = stationary(
        0, lambda n: [(rate if n < places else 0.0, n + 1), (min(n, servers), n - 1)]
    )
    answer = mmck(rate, 1.0, servers, places)
    assert chances[places] == near(answer.lost, rel=1e-10)
    waiting = mean(chances, lambda n: max(0, n - servers))
    assert waiting == near(answer.waiting, rel=1e-10, abs=1e-14)
    assert mean(chances, lambda n: min(n, servers)) == near(answer.busy, rel=1e-10)
    kept = rate * (1 - chances[places])
    assert waiting / kept == near(answer.wait_mean, rel=1e-10, abs=1e-14)


def test_mm1k_is_its_textbook_formula():
    ratio = 0.8
    assert (1 - ratio) * ratio**5 / (1 - ratio**6) == near(mm1k(0.8, 1.0, 5).lost)
    assert mm1k(1.0, 1.0, 9).lost == near(0.1)


def test_no_places_to_wait_is_erlang_b():
    assert erlang_b(7, 5.0) == near(mmck(5.0, 1.0, 7, 7).lost)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_very_long_line_is_an_endless_one(servers):
    rate = 0.8 * servers
    assert mmc_sojourn_percentile(0.99, rate, 1, servers) == near(
        mmck_sojourn_percentile(0.99, rate, 1, servers, servers + 300), rel=1e-9
    )


def test_mmck_sojourn_integrates_to_its_mean():
    step = 0.01
    tails = [mmck_sojourn_tail(step * (i + 0.5), 6.0, 1.0, 4, 30) for i in range(4000)]
    assert mmck(6.0, 1.0, 4, 30).sojourn_mean == near(step * math.fsum(tails), rel=1e-4)


def crommelin(t, rate):
    """Return P(W > t) of M/D/1 with service 1 by Crommelin's alternating sum, in 400 digits."""
    with localcontext() as context:
        context.prec = 400
        load, late = Decimal(str(rate)), Decimal(str(t))
        total = Decimal(0)
        for k in range(int(t) + 1):
            power = (load * (k - late)) ** k / math.factorial(k) if k else Decimal(1)
            total += power * (load * (late - k)).exp()
        return float(1 - (1 - load) * total)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("t", [0, 0.5, 1, 3.7, 10, 25.25])
def test_md1_is_crommelins_sum_without_its_cancellation(rate, t):
    assert crommelin(t, rate) == near(md1_wait_tail(t, rate, 1.0), abs=1e-11)


def test_md1_far_out():
    wait = md1_wait_percentile(0.999, 0.99, 1.0)
    assert crommelin(wait, 0.99) == near(0.001, rel=1e-6)
    assert md1_wait_mean(0.8, 1.0) == near(2.0)


def test_md1_tail_integrates_to_the_second_moment_of_takacs():
    step = 0.01
    times = [step * (i + 0.5) for i in range(6000)]
    second = 2 * step * math.fsum(t * md1_wait_tail(t, 0.7, 1.0) for t in times)
    assert mg1_wait_second_moment(0.7, 1.0, 1.0, 1.0) == near(second, rel=1e-4)


@pytest.mark.parametrize("rate", [0.2, 0.6, 0.9])
def test_mg1_percentile_is_mm1_for_exponential_service(rate):
    exact = math.log(100) / (1 - rate)
    assert exact == near(mg1_sojourn_percentile(0.99, rate, Distribution()), rel=2e-4)


def test_mg1_percentile_is_md1_for_almost_constant_service():
    law = Distribution("empirical", points=((0, 0.9999), (1, 1.0001)))
    exact = 1 + md1_wait_percentile(0.99, 0.8, 1.0)
    assert exact == near(mg1_sojourn_percentile(0.99, 0.8, law), rel=2e-4)


@pytest.mark.parametrize(
    "law",
    [
        pytest.param(Distribution("lognormal", cv=1.5), id="lognormal"),
        pytest.param(Distribution("gamma", cv=0.5), id="gamma"),
        pytest.param(Distribution("uniform"), id="uniform"),
    ],
)
def test_mg1_tail_integrates_to_pollaczek_and_khinchine(law):
    tail = mg1_wait_tail(0.7, law, 1e-5)
    area = tail.step * (math.fsum(tail.values) - tail.values[0] / 2)
    assert mg1_wait_mean(0.7, 1.0, law.spread()) == near(area, rel=2e-3)


@pytest.mark.parametrize(
    ("servers", "used", "exact"),
    [
        pytest.param(1, 0.8, 2.0, id="exact for one"),
        pytest.param(2, 0.8, 0.903284, id="two at .8"),
        pytest.param(8, 0.9, 0.449973, id="eight at .9"),
    ],
)
def test_cosmetatos_is_within_what_it_says(servers, used, exact):
    # Exact waits: state equations solved in benchmarks/design/approximations.py.
    answer = mdc_wait_mean(used * servers, 1.0, servers)
    assert exact == near(answer.value, rel=answer.within)


def test_six_held_workers_of_the_research():
    # 5 ms of work and a call of 20 ms, both exponential, at 220/s: simulated mean 58.7 ms, p99 222.8 ms.
    cv = math.hypot(5, 20) / 25
    mean_wait = ggc_wait_mean(220, 0.025, 6, 1.0, cv)
    assert 0.0578 == near(mean_wait.value + 0.025, abs=5e-5)
    p99 = ggc_sojourn_percentile(0.99, 220, Distribution("gamma", 0.025, cv), 6)
    assert 0.2228 == near(p99.value, rel=p99.within)


def test_ggc_is_exact_for_mmc():
    answer = ggc_sojourn_percentile(0.99, 3.2, Distribution(), 4)
    assert mmc_sojourn_percentile(0.99, 3.2, 1.0, 4) == near(answer.value, rel=2e-4)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: erlang_c(4, 5.2), id="Erlang C"),
        pytest.param(lambda: mmc_wait_mean(5.2, 1, 4), id="M/M/c"),
        pytest.param(lambda: mmc_sojourn_percentile(0.99, 5.2, 1, 4), id="a percentile"),
        pytest.param(lambda: mdc_wait_mean(5.2, 1, 4), id="M/D/c"),
        pytest.param(lambda: ggc_wait_mean(5.2, 1, 4), id="G/G/c"),
    ],
)
def test_overload_has_no_latency(ask):
    with pytest.raises(Unstable, match=r"unstable: offered 1\.3 of capacity") as caught:
        ask()
    assert caught.value.offered == near(1.3)


@pytest.mark.parametrize("used", [1.0, 1.5])
def test_one_server_overloaded(used):
    for ask in (
        lambda: mg1_wait_mean(used, 1, 1),
        lambda: md1_wait_tail(1, used, 1),
        lambda: mg1_sojourn_percentile(0.9, used, Distribution("gamma", cv=0.5)),
    ):
        with pytest.raises(Unstable):
            ask()


def test_unstable_travels_between_processes():
    copy = pickle.loads(pickle.dumps(Unstable("db", 1.3)))
    assert ("db", 1.3) == (copy.where, copy.offered)


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: erlang_b(-1, 1), "servers is -1", id="servers below 0"),
        pytest.param(lambda: erlang_b(2, -1), "erlangs is -1", id="negative load"),
        pytest.param(lambda: mmc_wait_mean(1, 0, 1), "service is 0", id="no service"),
        pytest.param(lambda: mmc_wait_mean(math.nan, 1, 1), "rate is nan", id="not a number"),
        pytest.param(lambda: mmc_wait_percentile(99, 1, 1, 2), "share is 99", id="percent"),
        pytest.param(lambda: mmck(1, 1, 3, 2), "places is 2", id="fewer places than servers"),
        pytest.param(lambda: erlang_a(1, 1, 1, 0), "patience is 0", id="no patience"),
        pytest.param(
            lambda: mg1_wait_second_moment(0.5, 1, 0.5, 1), "second is 0.5", id="impossible moment"
        ),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()


loads = st.floats(0.01, 0.97)
counts = st.integers(1, 200)


@given(loads, loads, counts)
def test_more_load_waits_longer(one, other, servers):
    low, high = sorted((one, other))
    assert mmc_wait_mean(low * servers, 1, servers) <= mmc_wait_mean(high * servers, 1, servers)
    assert mmc_sojourn_percentile(0.99, low * servers, 1, servers) <= (
        mmc_sojourn_percentile(0.99, high * servers, 1, servers) * (1 + 1e-9)
    )


@given(st.floats(0.01, 300), counts)
def test_the_recursion_of_erlang_holds(erlangs, servers):
    before, after = erlang_b(servers - 1, erlangs), erlang_b(servers, erlangs)
    assert after <= before
    assert after == near(erlangs * before / (servers + erlangs * before), rel=1e-12)


@given(st.floats(0.1, 20), st.integers(1, 8), st.integers(0, 50))
def test_what_is_let_in_is_what_is_served(rate, servers, line):
    answer = mmck(rate, 1.0, servers, servers + line)
    assert answer.busy == near(rate * (1 - answer.lost), rel=1e-6, abs=1e-9)
    assert 0 <= answer.lost <= 1
    assert math.fsum(answer.found) <= 1 + 1e-9


@settings(max_examples=30)
@given(loads, st.floats(0.01, 20), st.floats(0.01, 20))
def test_md1_tail_falls(used, one, other):
    low, high = sorted((one, other))
    assert md1_wait_tail(high, used, 1.0) <= md1_wait_tail(low, used, 1.0) + 1e-11


@given(st.floats(0.1, 30), st.integers(1, 10), st.floats(0.01, 100))
def test_who_gives_up_and_who_is_served_are_all(rate, servers, patience):
    answer = erlang_a(rate, 1.0, servers, patience)
    assert rate == near(answer.busy + rate * answer.abandons, rel=1e-9)
    assert answer.busy <= servers * (1 + 1e-12)
