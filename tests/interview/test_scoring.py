"""Scores: numbers by their logarithm, words by a quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import catalog_and_digest

from backwright.interview.cases import draw
from backwright.interview.quoting import quotes, shows
from backwright.interview.scoring import checklist_of, judge, rows_of
from backwright.model.case import Point

CASE = catalog_and_digest()[0].cases["url-shortener"]
DRAWN = draw(CASE, 0)
READS = DRAWN.estimate("reads")  # 11,574 a second, within a factor of 1.5


@pytest.mark.parametrize(
    ("said", "verdict", "score"),
    [
        pytest.param("11.6k", "right", 1, id="right"),
        pytest.param("17k", "right", 1, id="within the tolerance"),
        pytest.param("8k/s", "right", 1, id="as far below"),
        pytest.param("54.8k", "off", 0.4, id="further off earns less"),
        pytest.param("120k", "off", 0, id="a factor of ten earns nothing"),
        pytest.param("278k", "trap", 0, id="an hour for a day is a trap"),
        pytest.param("1157", "trap", 0, id="one link for each person is another"),
        pytest.param("i", "unknown", 0, id="I don't know"),
    ],
)
def test_an_estimate(said, verdict, score):
    made = judge(DRAWN, READS, said)
    assert (verdict, score) == (made.verdict, pytest.approx(made.score, abs=0.02))


@given(st.floats(1.0, 50.0))
def test_too_high_and_too_low_by_the_same_factor_are_worth_the_same(factor):
    reference = DRAWN.numbers["reads"]
    high, low = (
        judge(DRAWN, READS, repr(value)) for value in (reference * factor, reference / factor)
    )
    assert high.score == pytest.approx(low.score, abs=2e-3)
    assert 0 <= high.score <= 1


CACHE = Point(
    "cache", "a cache", ("cache & miss|ttl", "idempoten*", "not & mean|average"), "cache.basics"
)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        pytest.param("A cache in front is filled on a miss.", True, id="both words"),
        pytest.param("A cache is in front of it.", False, id="one of two words"),
        pytest.param("Cache, miss, TTL.", False, id="a list of words is no sentence"),
        pytest.param("We do not need a cache, whatever a miss costs.", False, id="denied"),
        pytest.param("Without a cache every miss goes to the store.", False, id="without it"),
        pytest.param("No problem: the cache takes a miss well.", True, id="a no before a colon denies nothing"),
        pytest.param("Every write is idempotent by its key.", True, id="a beginning of a word"),
        pytest.param("We look at p99, not at the average.", True, id="a denial that is the idea"),
        pytest.param("The cached miss is interesting to us.", False, id="another word"),
        pytest.param("A CACHE is filled after each Miss.", True, id="case does not matter"),
    ],
)  # fmt: skip
def test_a_sentence_shows_a_point(sentence, found):
    assert found is shows(sentence, CACHE.evidence)


def test_a_point_without_a_sentence_does_not_count():
    rows = rows_of([CACHE], "A database is enough for all of this.", "junior")
    assert [""] == [row.quote for row in rows]


def test_one_sentence_shows_three_points_at_most():
    points = [Point(f"p{n}", "x", ("queue*",), "msg.queues") for n in range(5)]
    assert 3 == sum(bool(f.quote) for f in quotes("A queue takes all of this work.", points))


def test_a_statement_is_one_sentence():
    point = Point("row", "x", ("update & where",), "sql.transactions")
    said = "One UPDATE seats SET holder = 7 ... WHERE status = 'free' decides."
    assert said == quotes(said, [point])[0].quote


@given(st.text(max_size=300))
def test_a_quote_is_from_the_answer(text):
    for found in quotes(text, CASE.design):
        start = found.quote.removesuffix(" ...")
        assert start in " ".join(text.split())


def test_a_part_that_was_not_answered_does_not_count():
    rows = rows_of([CACHE], "A cache in front is filled on a miss.", "junior")
    assert 1 == checklist_of(rows, (), (), (), "junior").score
    assert None is checklist_of((), (), (), (), "junior").score


def test_what_a_senior_would_say_is_beyond_a_junior():
    late = Point("late", "x", ("queue*",), "msg.queues", "senior")
    made = checklist_of(
        (), rows_of([late], "Put it behind a queue, please.", "junior"), (), (), "junior"
    )
    assert (0, 0, 1) == (made.parts[1].met, made.parts[1].expected, made.parts[1].beyond)
