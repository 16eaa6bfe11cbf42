"""Networks in closed form agree with hand computation and with chains solved blindly."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.design.chains import mean, stationary

from backwright.design.theory.mva import Class, Station, bounds, classes, closed
from backwright.design.theory.networks import (
    MixedPlace,
    OpenClass,
    Place,
    Stage,
    StagesTail,
    bcmp,
    exponential_stages_percentile,
    jackson,
    stages_percentile,
    visits,
)
from backwright.design.theory.queueing import Unstable, mmc_sojourn_mean
from backwright.design.theory.special_functions import gamma_quantile

near = pytest.approx


def test_two_stations_by_hand():
    # demands .1 and .2 s, think 1 s: n=1: R=.3, X=1/1.3; n=2: R=.1(1+.1/1.3)+.2(1+.2/1.3)
    answer = closed([Station("app", 0.1), Station("db", 0.2)], users=2, think=1.0)
    response = 0.1 * (1 + 0.1 / 1.3) + 0.2 * (1 + 0.2 / 1.3)
    assert response == near(answer.response, rel=1e-12)
    assert 2 / (1 + response) == near(answer.throughput, rel=1e-12)
    assert [load.users for load in answer.stations] == near(
        [answer.throughput * 0.1 * (1 + 0.1 / 1.3), answer.throughput * 0.2 * (1 + 0.2 / 1.3)]
    )


@pytest.mark.parametrize(
    ("users", "think", "stations"),
    [
        pytest.param(7, 2.0, [(0.3, 2), (0.2, 1)], id="two servers and one"),
        pytest.param(9, 0.0, [(1.0, 3), (0.4, 2), (0.2, 1)], id="no think time"),
        pytest.param(12, 5.0, [(0.9, 3)], id="machine repair"),
        pytest.param(5, 1.0, [(0.5, 8)], id="more servers than users"),
        pytest.param(8, 0.5, [(0.5, 2), (0.5, 2)], id="two alike"),
    ],
)
def test_closed_is_the_chain_solved_blindly(users, think, stations):
    def moves(state):
        thinking = users - sum(state)
        found = []
        if think:
            found.append((thinking / think, (state[0] + 1, *state[1:])))
        for i, (demand, servers) in enumerate(stations):
            if not state[i]:
                continue
            after = list(state)
            after[i] -= 1
            if i + 1 < len(stations):
                after[i + 1] += 1
            elif not think:
                after[0] += 1
            found.append((min(state[i], servers) / demand, tuple(after)))
        return found

    start = (users if not think else 0, *(0 for _ in stations[1:]))
    chances = stationary(start, moves)
    answer = closed([Station(str(i), d, c) for i, (d, c) in enumerate(stations)], users, think)
    busy = mean(chances, lambda state: min(state[0], stations[0][1]))
    assert busy / stations[0][0] == near(answer.throughput, rel=1e-9)
    for i, load in enumerate(answer.stations):
        assert mean(chances, lambda state, i=i: state[i]) == near(load.users, rel=1e-9)


def test_more_servers_than_users_are_a_delay():
    many = closed([Station("db", 0.5, 8)], 5, 1.0)
    assert 5 / 1.5 == near(many.throughput)
    assert many.throughput == near(closed([Station("db", 0.5, None)], 5, 1.0).throughput)


def test_near_saturation_nothing_cancels():
    # 1,000 users at 64 servers: the textbook recursion of marginal chances turns negative here.
    answer = closed([Station("app", 1.0, 64), Station("db", 0.1, 16)], 1000, 2.0)
    assert 64 == near(answer.throughput, rel=1e-9)
    assert 1000 == near(sum(load.users for load in answer.stations) + 2 * answer.throughput)


def exact_classes(demands, users, think):
    """Return throughput of each class at single servers, over the lattice of populations."""
    queues = {}
    for population in itertools.product(*(range(n + 1) for n in users)):
        total, rates = [0.0] * len(demands[0]), []
        for r, count in enumerate(population):
            if count == 0:
                rates.append(0.0)
                continue
            less = tuple(n - (i == r) for i, n in enumerate(population))
            spent = [d * (1 + q) for d, q in zip(demands[r], queues[less], strict=True)]
            rates.append(count / (think[r] + sum(spent)))
            total = [t + rates[-1] * s for t, s in zip(total, spent, strict=True)]
        queues[population] = total
    return rates


@pytest.mark.parametrize(
    ("users", "demands"),
    [
        pytest.param((10, 10), ((0.2, 0.1), (0.05, 0.3)), id="two classes"),
        pytest.param((1, 20), ((1.0, 0.5), (0.1, 0.1)), id="one against many"),
    ],
)
def test_schweitzer_is_within_what_it_says(users, demands):
    exact = exact_classes(demands, users, (1.0, 1.0))
    kinds = [Class(str(r), users[r], 1.0, demands[r]) for r in range(2)]
    answer = classes((1, 1), kinds)
    for load, rate in zip(answer.classes, exact, strict=True):
        assert rate == near(load.throughput, rel=answer.within)


def test_one_class_of_many_users_is_nearly_exact():
    answer = classes((1, 4), [Class("all", 200, 3.0, (0.01, 0.2))])
    exact = closed([Station("a", 0.01), Station("b", 0.2, 4)], 200, 3.0)
    assert exact.throughput == near(answer.classes[0].throughput, rel=0.01)


@given(
    st.lists(st.tuples(st.floats(0.01, 5), st.integers(1, 6)), min_size=1, max_size=4),
    st.integers(1, 40),
    st.floats(0, 20),
)
def test_closed_keeps_within_its_bounds(parts, users, think):
    stations = [Station(str(i), d, c) for i, (d, c) in enumerate(parts)]
    answer, limit = closed(stations, users, think), bounds(stations, users, think)
    slack = 1 + 1e-9
    assert limit.throughput_low <= answer.throughput * slack
    assert answer.throughput <= limit.throughput_high * slack
    assert answer.response >= limit.response_low / slack - 1e-9
    assert answer.response <= limit.response_high * slack + 1e-9
    assert users == near(sum(s.users for s in answer.stations) + think * answer.throughput)


@given(st.integers(1, 60), st.integers(1, 8))
def test_one_more_user_never_lowers_throughput(users, servers):
    stations = [Station("a", 0.3, servers), Station("b", 0.1)]
    fewer, more = closed(stations, users, 1.0), closed(stations, users + 1, 1.0)
    assert fewer.throughput <= more.throughput * (1 + 1e-12)


def test_the_network_of_the_research():
    # Balancer, three apps of two servers, a database of six, one sixth comes back; exact 38.529 ms.
    places = [
        Place("lb", 0.0005),
        *(Place(f"app{i}", 0.01, 2) for i in range(3)),
        Place("db", 0.01, 6),
    ]
    third = 1 / 3
    routing = [
        [0, third, third, third, 0],
        *([0, 0, 0, 0, 1.0] for _ in range(3)),
        [1 / 6, 0, 0, 0, 0],
    ]
    answer = jackson(places, [350, 0, 0, 0, 0], routing)
    assert 0.038529 == near(answer.response, abs=5e-7)
    assert [420, 140, 140, 140, 420] == near([load.rate for load in answer.places])


def test_a_small_open_network_is_the_chain_solved_blindly():
    most = 60

    def moves(state):
        a, b = state
        found = [(1.0, (a + 1, b))] if a < most else []
        if a:
            found += [(2.0 * 0.8, (a - 1, min(most, b + 1))), (2.0 * 0.2, (a - 1, b))]
        if b:
            done = min(b, 2) * 1.0
            found += [(done * 0.25, (min(most, a + 1), b - 1)), (done * 0.75, (a, b - 1))]
        return found

    chances = stationary((0, 0), moves)
    answer = jackson([Place("a", 0.5), Place("b", 1.0, 2)], [1.0, 0.0], [[0, 0.8], [0.25, 0]])
    assert mean(chances, lambda state: state[0]) == near(answer.places[0].held, rel=1e-6)
    assert mean(chances, lambda state: state[1]) == near(answer.places[1].held, rel=1e-6)


def test_feedback_is_one_longer_visit():
    # M/M/1 that sends 1/4 back is as busy as one without feedback whose service is 4/3 as long.
    answer = jackson([Place("db", 0.1)], [6.0], [[0.25]])
    assert mmc_sojourn_mean(6.0, 0.1 / 0.75, 1) == near(answer.response)


def test_an_overloaded_station_is_named():
    with pytest.raises(Unstable, match=r"offered 1\.5 of capacity at db") as caught:
        jackson([Place("app", 0.01), Place("db", 0.15)], [10, 0], [[0, 1], [0, 0]])
    assert "db" == caught.value.where


def test_what_never_leaves_is_named():
    with pytest.raises(ValueError, match="what comes to a never leaves"):
        visits(["a", "b"], [1, 0], [[0, 1], [0, 1]])


def test_classes_share_a_processor_by_their_own_service():
    places = [MixedPlace("cpu", "shared"), MixedPlace("db", "fifo", 3), MixedPlace("wan", "delay")]
    kinds = [
        OpenClass("read", 4, (1, 2, 1), (0.05, 0.1, 0.3)),
        OpenClass("write", 2, (1, 1, 1), (0.2, 0.1, 0.7)),
    ]
    read, write = bcmp(places, kinds)
    used = 4 * 0.05 + 2 * 0.2
    at_db = mmc_sojourn_mean(4 * 2 + 2, 0.1, 3)
    assert (0.05 / (1 - used), 2 * at_db, 0.3) == near(read.at)
    assert (0.2 / (1 - used), at_db, 0.7) == near(write.at)


def test_fifo_with_unequal_classes_has_no_product_form():
    kinds = [OpenClass("a", 1, (1,), (0.1,)), OpenClass("b", 1, (1,), (0.3,))]
    with pytest.raises(ValueError, match=r"service of a at db is 0\.1"):
        bcmp([MixedPlace("db", "fifo")], kinds)


def test_equal_stages_are_a_gamma_law():
    exact = gamma_quantile(3, 0.99)
    assert exact == near(exponential_stages_percentile(0.99, [1, 1, 1]), rel=1e-9)
    assert exact == near(stages_percentile(0.99, [Stage(1, 1)] * 3).value, rel=1e-9)


def test_two_stages_are_their_formula():
    tail = StagesTail([1.0, 3.0])
    for t in (0.1, 1.0, 5.0, 20.0):
        exact = (3 * math.exp(-t / 3) - math.exp(-t)) / 2
        assert exact == near(tail(t), rel=1e-10)


def test_the_fit_is_within_what_it_says():
    means = [0.2, 1.0, 5.0]
    answer = stages_percentile(0.99, [Stage(mean, mean**2) for mean in means])
    assert exponential_stages_percentile(0.99, means) == near(answer.value, rel=answer.within)


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: closed([Station("a", -1)], 3), "demand of a is -1", id="demand"),
        pytest.param(lambda: closed([Station("a", 1)], 0), "users is 0", id="nobody"),
        pytest.param(lambda: closed([Station("a", 1, 0)], 1), "servers of a is 0", id="servers"),
        pytest.param(lambda: closed([Station("a", 0)], 1), "no time", id="nothing to do"),
        pytest.param(lambda: closed([Station("a", 1, 60)], 10**6), "60000000", id="too much work"),
        pytest.param(lambda: visits(["a"], [1], [[1.2]]), "1.2", id="share above one"),
        pytest.param(lambda: jackson([Place("a", 1)], [0], [[0]]), "arrivals in all", id="idle"),
        pytest.param(lambda: classes((1,), [Class("x", 1, 0, (1, 2))]), "demands of x", id="shape"),
    ],
)
def test_what_is_out_of_range_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
