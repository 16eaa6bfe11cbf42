"""Choosing from intervals: what is eliminated, beaten, clear, and what would change it."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backwright.advise.stack import (
    CLEAR,
    Candidate,
    choose,
    contradicting,
    dominates,
    failing,
    relaxing,
)
from backwright.advise.weights import Weights, cycle_in, mean_weights, pairs_of
from backwright.model.stack import Constraint, Criterion, Fact, Option

X, Y, Z = (
    Criterion(name, name, name, "for a test", ("store",), "more", low=0, high=1) for name in "xyz"
)
CRITERIA = {"x": X, "y": Y}


def option(name: str, words: dict[str, str] | None = None) -> Option:
    facts = {
        key: Fact((word,), "book/1", "2026-01-01", "documentation")
        for key, word in (words or {}).items()
    }
    return Option(name, name, "store", "for a test", "1", facts)


def candidate(name: str, *ends: float | tuple[float, float]) -> Candidate:
    """Return an option whose values in x, y, z are these numbers or intervals."""
    pairs = [each if isinstance(each, tuple) else (each, each) for each in ends]
    return Candidate(option(name), dict(zip("xyz", pairs, strict=False)))


def chosen(candidates, constraints=(), criteria=CRITERIA, order=(), seed=1, samples=4000):
    return choose(candidates, constraints, criteria, order, Random(seed), samples)


# Weights


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param((), (1 / 3, 1 / 3, 1 / 3), id="without an order all weigh the same"),
        pytest.param(
            (("x", "y"), ("y", "z")),
            (11 / 18, 5 / 18, 2 / 18),
            id="a full order: rank-order centroid",
        ),
        pytest.param((("x", "y"),), (1 / 2, 1 / 6, 1 / 3), id="one pair: mean of three orders"),
    ],
)
def test_weights_are_even_over_what_the_order_allows(pairs, expected):
    weights = Weights("xyz", pairs)
    chance = Random(3)
    drawn = [weights.draw(chance) for _ in range(20_000)]
    assert all(abs(sum(each) - 1) < 1e-9 for each in drawn)
    assert all(d["xyz".index(a)] >= d["xyz".index(b)] for d in drawn for a, b in pairs)
    assert list(expected) == pytest.approx(list(mean_weights("xyz", drawn).values()), abs=0.01)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=6))
def test_an_order_is_a_circle_or_can_be_drawn_from(pairs):
    circle = cycle_in(pairs)
    if circle:
        assert circle[0] == circle[-1]
        assert all(step in pairs for step in pairwise(circle))
        return
    drawn = Weights("abcde", pairs).draw(Random(1))
    assert all(drawn["abcde".index(a)] >= drawn["abcde".index(b)] for a, b in pairs)


def test_a_chain_is_its_neighbouring_pairs():
    assert (("a", "b"), ("b", "c"), ("x", "y")) == pairs_of([("a", "b", "c"), ("x", "y"), ("z",)])


# Acceptability, against exact values


@pytest.mark.parametrize(
    ("candidates", "order", "expected"),
    [
        pytest.param([("a", 1, 0), ("b", 0, 1)], (), 1 / 2, id="mirror images share evenly"),
        pytest.param([("a", 1, 0), ("b", 0, 0.5)], (), 2 / 3, id="half as good on the other side"),
        pytest.param([("a", 1, 0), ("b", 0, 1)], (("x", "y"),), 1, id="an order decides"),
        pytest.param(
            [("a", (0, 1), 0.5), ("b", 0.5, 0.5)], (), 1 / 2, id="a full interval around the other"
        ),
        pytest.param(
            [("a", (0, 1), 0), ("b", (0, 1), 0)], (), 1 / 2, id="two intervals that are the same"
        ),
    ],
)
def test_first_rank_acceptability(candidates, order, expected):
    choice = chosen([candidate(*each) for each in candidates], order=order)
    share = {rated.option: rated.first for rated in choice.ranked}
    share |= {struck.option: 0.0 for struck in choice.beaten}
    assert expected == pytest.approx(share["a"], abs=0.025)


@pytest.mark.parametrize(
    ("values", "verdict", "winners"),
    [
        pytest.param(
            [("a", 1, 0.4), ("b", 0.5, 0.5)], "clear", ("a",), id="one leads nearly always"
        ),
        pytest.param(
            [("a", 1, 0), ("b", 0, 1)], "any of", ("a", "b"), id="two share the first place"
        ),
        pytest.param(
            [("a", 1, 0), ("b", 0.8, 0.5), ("c", 0.65, 0.65), ("d", 0.5, 0.8), ("e", 0, 1)],
            "no winner",
            (),
            id="five share it",
        ),
        pytest.param([("a", 1, 1), ("b", 0.5, 1)], "clear", ("a",), id="only one is not beaten"),
        pytest.param(
            [("a", 1, 1), ("b", 1, 1)], "any of", ("a", "b"), id="nothing tells them apart"
        ),
    ],
)
def test_verdict(values, verdict, winners):
    choice = chosen([candidate(*each) for each in values])
    assert (verdict, {*winners}) == (choice.verdict, {*choice.winners})


def test_what_hides_in_alike_intervals_is_one_and_the_same():
    """Hours of one person: equal intervals are equal hours, so the other criterion decides."""
    kept = [candidate("a", (0.2, 0.9), 0.6), candidate("b", (0.2, 0.9), 0.5)]
    apart = choose(kept, (), CRITERIA, (), Random(1), 2000, frozenset())
    together = choose(kept, (), CRITERIA, (), Random(1), 2000, frozenset({"x"}))
    assert 0.5 < apart.ranked[0].first < 0.95
    assert ("clear", ("a",), "b") == (together.verdict, together.winners, together.beaten[0].option)


def test_an_unknown_fact_is_its_full_range_and_never_proves_dominance():
    known, unknown = candidate("known", 0.9, 0.9), candidate("unknown", (0, 1), 0.9)
    assert not dominates(known.ends, unknown.ends, CRITERIA)
    assert dominates(candidate("best", 1, 0.9).ends, candidate("low", (0, 0.5), 0.9).ends, CRITERIA)


def test_the_fact_that_decides_is_the_one_to_measure():
    choice = chosen(
        [candidate("a", (0, 1), 0.5), candidate("b", 0.5, 0.5), candidate("c", 0.4, 0.55)]
    )
    assert choice.measure is not None
    assert ("a", "x") == (choice.measure.option, choice.measure.criterion)
    assert 0.1 < choice.measure.gain < 0.6


def test_at_the_flip_weight_both_are_worth_the_same():
    a, b = candidate("a", 1, 0.2), candidate("b", 0.3, 0.8)
    choice = chosen([a, b])
    flip = choice.flip
    assert flip is not None
    weight = {flip.criterion: flip.to, "xy".replace(flip.criterion, ""): 1 - flip.to}
    worth = [sum(weight[n] * c.ends[n][0] for n in "xy") for c in (a, b)]
    assert worth[0] == pytest.approx(worth[1])
    assert {"a", "b"} == {flip.winner, flip.instead}


def test_what_leads_everywhere_has_no_flip():
    choice = chosen([candidate("a", 1, 0.5), candidate("b", (0.4, 0.9), (0.2, 0.5))])
    assert choice.flip is None


VALUES = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3)), min_size=2, max_size=6
)


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_shares_add_up_and_no_beaten_option_ever_comes_first(values):
    all_of = [
        candidate(f"o{n}", (x, min(1, x + wide)), (y, min(1, y + wide)))
        for n, (x, y, wide) in enumerate(values)
    ]
    choice = chosen(all_of, samples=200)
    assert 1 == pytest.approx(sum(rated.first for rated in choice.ranked))
    by_name = {each.option.id: each for each in all_of}
    for struck in choice.beaten:
        low, high = by_name[struck.option].ends, by_name[struck.why].ends
        assert all(low[n][1] <= high[n][0] for n in "xy")


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_an_option_that_another_one_beats_changes_nothing(values):
    """What turns the order around in methods that scale by the options at hand cannot happen here."""
    all_of = [candidate(f"o{n}", x, y) for n, (x, y, _) in enumerate(values)]
    before = chosen(all_of, samples=200)
    x, y = all_of[0].ends["x"][0], all_of[0].ends["y"][0]
    assume(min(x, y) > 0.01)
    after = chosen([*all_of, candidate("worse", x * 0.7, y * 0.7)], samples=200)
    if after.samples == before.samples:  # else two that were equal are now told apart
        worth = {r.option: r.first for r in before.ranked}
        assert worth == {r.option: r.first for r in after.ranked if r.option in worth}


# Constraints


WORDY = Criterion("kind", "Kind", "kind", "for a test", ("store",), words=("red", "blue", "green"))
ASK_RED, NO_RED = (Constraint("kind", s, ("red",), excludes=e) for s, e in (("red", False), ("not red", True)))  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [
        pytest.param(ASK_RED, False, id="the word holds"),
        pytest.param(NO_RED, True, id="the word must not hold"),
        pytest.param(
            Constraint("kind", "blue", ("blue", "green")), True, id="none of the words holds"
        ),
        pytest.param(Constraint("x", "x>=.6", least=0.6), True, id="certainly too little"),
        pytest.param(Constraint("x", "x>=.4", least=0.4), False, id="enough at one end"),
        pytest.param(Constraint("x", "x<=.1", most=0.1), True, id="certainly too much"),
        pytest.param(Constraint("y", "y>=1", least=1), False, id="not known breaks nothing"),
        pytest.param(
            Constraint("shape", "round", ("round",)), False, id="no such fact breaks nothing"
        ),
    ],
)
def test_a_constraint_breaks_only_for_certain(constraint, broken):
    it = Candidate(option("it", {"kind": "red"}), {"x": (0.3, 0.5), "y": (0, 1)})
    assert broken == bool(failing(it, (constraint,), CRITERIA))


def test_when_nothing_is_left_it_is_said_what_to_give_up():
    few = [
        Candidate(option("a", {"kind": "red"}), {"x": (0.9, 0.9)}),
        Candidate(option("b", {"kind": "blue"}), {"x": (0.1, 0.1)}),
        Candidate(option("c", {"kind": "blue"}), {"x": (0.2, 0.2)}),
    ]
    needs = (Constraint("kind", "blue", ("blue",)), Constraint("x", "x>=.5", least=0.5))
    choice = chosen(few, needs, {"x": X})
    assert ("none left", 3) == (choice.verdict, len(choice.eliminated))
    assert (("x>=.5", ("b", "c")), ("blue", ("a",))) == relaxing(few, needs, {"x": X})
    assert (("blue", "x>=.5"),) == contradicting(few, needs, {"x": X})


def test_clear_is_four_in_five():
    assert CLEAR == 0.8
