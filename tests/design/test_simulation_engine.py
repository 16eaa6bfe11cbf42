"""Steps, lines and policies do what they say, on nets whose outcome was computed by hand."""

import pytest
from tests.design.small_nets import HALF, UNIT, lasting, latencies, net, run

from backwright.design.net import (
    AnyOf,
    Break,
    CacheGet,
    CacheSpec,
    Call,
    Delay,
    Fork,
    Group,
    Hold,
    Loop,
    Mailbox,
    Pick,
    Policy,
    Send,
    Station,
    Trouble,
    Use,
    Visit,
)

ONE = (Station("one", 1),)
FAIL = Break(HALF, 1.0)


@pytest.mark.parametrize(
    ("model", "arrivals", "expected"),
    [
        pytest.param(net(Delay(lasting(2.0))), [0], [2], id="a delay lasts as long as it says"),
        pytest.param(
            net(Use(0, lasting(2.0)), stations=ONE), [0, 1], [2, 3], id="who comes second waits"
        ),
        pytest.param(
            net(Hold(0, (Delay(lasting(1.0)), Delay(lasting(1.0)))), stations=ONE),
            [0, 1],
            [2, 3],
            id="a unit is held over the whole body",
        ),
        pytest.param(
            net(
                Hold(0, (Use(1, lasting(2.0)),)),
                stations=(Station("worker", 1), Station("database", 2)),
            ),
            [0, 0.5],
            [2, 3.5],
            id="a worker is held while it waits for the database",
        ),
        pytest.param(
            net(Use(0, lasting(1.0)), stations=(Station("stack", 1, order="lifo"),)),
            [0, 0.5, 0.6],
            [1, 2.5, 1.4],
            id="lifo serves who came last",
        ),
        pytest.param(
            net(
                Visit(0, (Use(0, lasting(1.0)),)),
                groups=(Group("app", 2),),
                stations=(Station("worker", 1, 0),),
            ),
            [0, 0.1, 0.2],
            [1, 1, 1.8],
            id="copies take turns, whoever is busy",
        ),
        pytest.param(
            net(AnyOf((0, 1), HALF, (Delay(lasting(1.0)),)), stations=ONE * 2),
            [0, 0],
            [1, 2],
            id="who wants the same lock waits though another is free",
        ),
        pytest.param(
            net(Loop(3, (Delay(lasting(1.0)),))), [0], [3], id="a loop runs round after round"
        ),
        pytest.param(net(Loop(0, (FAIL,))), [0], [0], id="no round is no work"),
        pytest.param(
            net(Pick(HALF, (0.3, 0.3), ((FAIL,), (Delay(lasting(2.0)),)))),
            [0],
            [2],
            id="a share of .3 to .6 takes the second option",
        ),
        pytest.param(
            net(Pick(HALF, (0.3, 0.1), ((FAIL,), (FAIL,)))),
            [0],
            [0],
            id="a share of .4 to 1 takes none",
        ),
        pytest.param(
            net(Hold(0, (Delay(lasting(1.0)), FAIL)), stations=ONE),
            [0, 0.5],
            [],
            id="what fails releases what it holds, or the second would never end",
        ),
    ],
)
def test_steps(model, arrivals, expected):
    outcome = run(model, *arrivals)
    assert expected == latencies(outcome)
    assert len(arrivals) - len(expected) == sum(outcome.failed)
    assert outcome.unfinished == 0


@pytest.mark.parametrize(
    ("need", "expected"), [(3, [3]), (2, [2]), (1, [1]), (0, [0])], ids="all two one none".split()
)
def test_a_fork_goes_on_when_enough_branches_are_done(need, expected):
    branches = tuple((Delay(lasting(seconds)),) for seconds in (3.0, 1.0, 2.0))
    assert expected == latencies(run(net(Fork(branches, need)), 0))


def test_a_fork_fails_when_enough_can_no_more_be_done():
    branches = ((Delay(lasting(1.0)), FAIL), (Delay(lasting(3.0)),), (Delay(lasting(5.0)),))
    assert [5] == latencies(run(net(Fork(branches, 2)), 0))
    assert (0, 1, 0, 0, 0) == run(net(Fork(branches, 3)), 0).errors


@pytest.mark.parametrize(
    ("station", "arrivals", "succeeded", "errors"),
    [
        pytest.param(
            Station("line", 1, queue_max=1), [0, 0.1, 0.2], [2, 3.9], (1, 0, 0, 0), id="a full line refuses"
        ),
        pytest.param(
            Station("line", 1, patience=1.0), [0, 0.5], [2], (0, 1), id="patience ends after a second"
        ),
        pytest.param(
            Station("line", 1, patience=2.0), [0, 0.5], [2, 3.5], (0, 0, 0, 0), id="patience suffices"
        ),
        pytest.param(
            Station("line", 1, order="codel"), [0, 0.1, 0.2, 2.5], [2, 2], (0, 0, 2, 0, 0),
            id="codel fails who waited while nobody was served in time",
        ),
    ],
)  # fmt: skip
def test_who_waits_in_vain_is_refused(station, arrivals, succeeded, errors):
    outcome = run(net(Use(0, lasting(2.0)), stations=(station,)), *arrivals)
    assert succeeded == latencies(outcome)
    assert errors == outcome.errors
    assert sum(errors) == outcome.stations[0].refused


def test_codel_serves_who_waited_shortly():
    station = Station("line", 1, order="codel")
    outcome = run(net(Use(0, lasting(0.1)), stations=(station,)), 0, 0.098, 0.3)
    assert [0.1, 0.102, 0.1] == latencies(outcome)


def call(*body, **policy):
    """Return a net whose request is one call."""
    return net(
        Call(0, body), groups=(Group("app", 2),), stations=ONE, policies=(Policy("p", **policy),)
    )


WORK = Use(0, lasting(2.0))


@pytest.mark.parametrize(
    ("model", "arrivals", "succeeded", "tries", "timeouts", "refused", "errors"),
    [
        pytest.param(
            call(Delay(lasting(2.0)), timeout=3.0), [0], [2], 1, 0, 0, (0, 0, 0), id="an answer in time"
        ),
        pytest.param(
            call(Delay(lasting(2.0)), timeout=1.0, retries=1, base=0.5), [0], [], 2, 2, 0, (0, 0, 1, 0),
            id="two tries of a second, half a second apart",
        ),
        pytest.param(
            call(WORK, timeout=2.5, retries=1), [0, 0.1], [2], 3, 2, 0, (0, 0, 0, 0, 0, 1),
            id="a retry stands in line behind the work that was given up",
        ),
        pytest.param(
            call(FAIL, retries=3, base=1.0, most=3.0), [0.1], [], 4, 0, 0, (0,) * 6 + (1,),
            id="pauses double up to the most: tries at 0, 1, 3 and 6",
        ),
        pytest.param(
            call(FAIL, retries=2, base=2.0, jitter_kind="full", jitter=HALF), [0.1], [], 3, 0, 0, (0, 0, 0, 1),
            id="full jitter of a half: tries at 0, 1 and 3",
        ),
        pytest.param(
            call(FAIL, retries=2, base=2.0, jitter_kind="equal", jitter=HALF), [0.1], [], 3, 0, 0, (0,) * 6 + (1,),
            id="equal jitter of a half is the whole pause: tries at 0, 2 and 6",
        ),
        pytest.param(
            call(FAIL, retries=1, budget=0.5), [0, 1, 2, 3], [], 6, 0, 0, (1, 1, 1, 1),
            id="a budget of a half lets every second call retry",
        ),
        pytest.param(
            call(FAIL, breaker_errors=0.5, breaker_window=2, breaker_open=10.0),
            [0, 1, 2, 3, 11.5, 12, 22.5], [], 4, 0, 3, (1, 1, 1, 1, *(0,) * 7, 1, 1, *(0,) * 9, 1),
            id="a breaker opens after two failures and tries one call each ten seconds",
        ),
        pytest.param(
            call(Delay(lasting(0.5)), limit=1.0), [0, 0.5, 1.0, 1.2], [0.5, 0.5], 2, 0, 2, (1, 1),
            id="a limit of one a second",
        ),
        pytest.param(
            call(Delay(lasting(1.0)), bulkhead=1), [0, 0.5, 1.5], [1, 1], 2, 0, 1, (1, 0, 0),
            id="a bulkhead of one",
        ),
        pytest.param(
            call(failing=1.0, chance=HALF, retries=2), [0], [], 3, 0, 0, (1,), id="calls that fail by themselves"
        ),
        pytest.param(
            call(Visit(0, (Delay(lasting(3.0)),)), hedge=1.0), [0], [3], 2, 0, 0, (0, 0, 0, 0),
            id="a hedge starts a second try, and the first answer counts",
        ),
        pytest.param(
            call(WORK, hedge=1.0), [0, 0.1], [2, 3.9], 4, 0, 0, (0,) * 8,
            id="hedges stand in the same line",
        ),
    ],
)  # fmt: skip
def test_policies(model, arrivals, succeeded, tries, timeouts, refused, errors):
    outcome = run(model, *arrivals)
    assert (succeeded, tries, timeouts, refused) == (
        latencies(outcome),
        outcome.tries[0],
        outcome.timeouts[0],
        outcome.refused[0],
    )
    assert errors == outcome.errors


def test_a_breaker_closes_when_the_one_that_is_let_through_succeeds():
    model = net(
        Call(0, ()),
        groups=(Group("app", 1),),
        policies=(Policy("p", breaker_errors=0.5, breaker_window=2, breaker_open=10.0, callee=0),),
        troubles=(Trouble("errors", 0.5, 5.0, 0, 1.0, draw=HALF),),
    )
    outcome = run(model, 0, 1, 2, 3, 4, 15, 15.1, 15.2)
    # 0 succeeds, so after 1 one of two has failed: open until 11. 15 is let through and closes it.
    assert [0, 0, 0, 0] == latencies(outcome)
    assert (5, 3) == (outcome.tries[0], outcome.refused[0])


@pytest.mark.parametrize(
    ("propagate", "busy"),
    [(False, 6), (True, 3)],
    ids=["burns capacity", "is dropped if deadlines propagate"],
)
def test_work_whose_caller_gave_up(propagate, busy):
    model = net(
        Call(0, (Use(0, lasting(3.0)),)),
        stations=ONE,
        policies=(Policy("p", timeout=1.0, propagate=propagate),),
    )
    outcome = run(model, 0, 0.5)
    assert (2, 2) == (outcome.failed[0], outcome.timeouts[0])
    assert busy == pytest.approx(outcome.stations[0].busy * outcome.ended_at)


def test_a_deadline_propagates_through_calls_that_do_not_know_it():
    inner = Call(1, (Use(0, lasting(3.0)),))
    model = net(
        Call(0, (inner,)),
        stations=ONE,
        policies=(Policy("p", timeout=1.0, propagate=True), Policy("q")),
    )
    outcome = run(model, 0, 0.5)
    assert 3 == pytest.approx(outcome.stations[0].busy * outcome.ended_at)


BOX = Mailbox("box", 1, (Delay(lasting(2.0)),), max=1)


def test_a_sender_goes_on_and_a_full_mailbox_refuses():
    outcome = run(net(Send(0), mailboxes=(BOX,)), 0, 0.1, 0.2, 2.5)
    assert [0, 0, 0] == latencies(outcome)  # the third finds one in work and one waiting
    assert (1, 0, 0, 0, 0, 0) == outcome.errors
    assert (1, 0, 1, 0, 0, 0) == (*outcome.depth[0],)  # 0.1 waits until 2, 2.5 until 4


def test_a_message_that_fails_comes_back_and_ends_as_a_dead_letter():
    box = Mailbox("box", 1, (Use(0, lasting(1.0)), FAIL), attempts=3)
    outcome = run(net(Send(0), mailboxes=(box,), stations=ONE), 0.5)
    assert (1,) == outcome.dead_letters
    assert 3 == pytest.approx(outcome.stations[0].busy * outcome.ended_at)


@pytest.mark.parametrize(
    ("spec", "arrivals", "expected"),
    [
        pytest.param(CacheSpec("c", lasting(0.1), HALF, hit=0.6), [0, 1], [0.1, 0.1], id="hits by chance"),
        pytest.param(CacheSpec("c", lasting(0.1), HALF, hit=0.4), [0, 1], [2.1, 2.1], id="misses by chance"),
        pytest.param(
            # the chance climbs as .9 (1 - exp(-n / 2)): 0, .35, .57
            CacheSpec("c", lasting(0.1), HALF, hit=0.9, refill=2.0, starts_cold=True), [0, 5, 10],
            [2.1, 2.1, 0.1], id="warms up with look-ups",
        ),
        pytest.param(
            CacheSpec("c", lasting(0.1), UNIT, keys=1, entries=1, starts_cold=True), [0, 1, 3],
            [2.1, 2.1, 0.1], id="keeps a key once it was fetched, not while it is",
        ),
        pytest.param(
            CacheSpec("c", lasting(0.1), UNIT, keys=1, entries=1, ttl=1.0, starts_cold=True), [0, 2.5, 10],
            [2.1, 0.1, 2.1], id="forgets a key after its time",
        ),
        pytest.param(
            CacheSpec("c", lasting(0.1), UNIT, keys=5, entries=5), [0, 1, 2], [0.1] * 3, id="starts warm"
        ),
        pytest.param(
            CacheSpec("c", lasting(0.1), UNIT, keys=5, entries=0), [0, 1, 2], [2.1] * 3, id="without room"
        ),
    ],
)  # fmt: skip
def test_caches(spec, arrivals, expected):
    outcome = run(net(CacheGet(0, (Delay(lasting(2.0)),)), caches=(spec,)), *arrivals)
    assert expected == latencies(outcome)
    assert (expected.count(0.1), len(expected)) == (outcome.hits[0], outcome.lookups[0])
