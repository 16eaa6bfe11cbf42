"""The contract of the Store port, the same rows through every adapter."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC
from itertools import islice
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from tests.bench import START, bench_in
from tests.evidence_rows import ROWS, evidence

from backwright.adapters.postgres import PostgresStore
from backwright.adapters.sqlite import SqliteStore
from backwright.assess.person import person_of
from backwright.model.errors import StoreProblem
from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.usecases.standing import mastery_from


def test_a_new_store_holds_nothing(store):
    assert () == store.rows("me")
    assert () == tuple(store.all_rows())
    assert () == store.profiles()
    assert 0 == store.delete("me")


def test_what_is_appended_comes_back_in_the_order_of_recording(store):
    rows = tuple(evidence(number) for number in range(1, 50))
    shuffled = list(rows)
    Random(1).shuffle(shuffled)
    assert 20 == store.append(shuffled[:20])
    assert 29 == store.append(shuffled[20:])
    assert rows == store.rows("me")


def test_appending_nothing_adds_nothing(store):
    assert 0 == store.append([])
    assert () == store.rows("me")


def test_a_row_that_is_there_already_is_skipped_and_keeps_its_first_value(store):
    first = evidence(1, given="first")
    store.append([first])
    assert 1 == store.append([replace(first, given="second"), evidence(2)])
    assert (first, evidence(2)) == store.rows("me")


def test_a_row_twice_in_one_batch_is_added_once(store):
    assert 1 == store.append([evidence(1), evidence(1)])
    assert (evidence(1),) == store.rows("me")


def test_a_row_of_another_profile_with_the_same_id_is_skipped_too(store):
    store.append([evidence(1)])
    assert 0 == store.append([evidence(1, profile="other")])
    assert (("me", 1),) == store.profiles()


@pytest.mark.parametrize(
    "column", [f.name for f in fields(Evidence) if f.name not in ("occurred_at", "recorded_at")]
)
def test_one_bad_row_keeps_the_whole_batch_out(store, column):
    store.append([evidence(1)])
    bad = replace(evidence(3), **{column: None})
    with pytest.raises(StoreProblem):
        store.append([evidence(2), bad, evidence(4)])
    assert (evidence(1),) == store.rows("me")
    assert 1 == store.append([evidence(2)]), "the store works on after the refusal"


def test_profiles_are_counted_by_name(store):
    store.append([evidence(n, profile=p) for n, p in enumerate(["b", "a", "B", "b", "ä"])])
    assert (("B", 1), ("a", 1), ("b", 2), ("ä", 1)) == store.profiles()


def test_nobody_sees_the_rows_of_another(store):
    store.append([evidence(1, profile="a"), evidence(2, profile="b"), evidence(3, profile="A")])
    assert ["a"] == [row.profile for row in store.rows("a")]
    assert () == store.rows("%")
    assert () == store.rows("' OR 1=1 --")


def test_all_rows_are_everybodys_in_the_order_of_recording(store):
    rows = [evidence(n, profile="ab"[n % 2]) for n in range(10)]
    store.append(rows[::-1])
    assert rows == list(store.all_rows())


def test_deleting_a_profile_forgets_it_and_nobody_else(store):
    store.append([evidence(n, profile="ab"[n % 2]) for n in range(10)])
    assert 5 == store.delete("a")
    assert () == store.rows("a")
    assert (("b", 5),) == store.profiles()
    assert 0 == store.delete("a")
    assert 1 == store.append([evidence(0, profile="a")]), "a forgotten id can come back"


def test_reading_all_while_appending_comes_to_an_end(store):
    store.append([evidence(number) for number in range(5)])
    for number, _ in enumerate(islice(store.all_rows(), 10)):
        store.append([evidence(100 + number)])
    assert 10 == len(store.rows("me")), "the five that were there were read, not those added"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("naïve \U0001f600 日本語 \u202e\u0301", id="unicode"),
        pytest.param("a\tb\nc\r\nd\x0b\x1f\x7f\u2028\ufeff", id="control characters"),
        pytest.param("'; DROP TABLE evidence; -- \\ %s ? {} \"", id="SQL"),
        pytest.param("x" * 100_000, id="100,000 characters"),
        pytest.param(" ", id="a space"),
    ],
)
def test_odd_text_comes_back_as_it_was(store, text):
    row = evidence(1, given=text, profile=text, skill=text, source=text, variant=text)
    store.append([row])
    assert (row,) == store.rows(text)
    assert ((text, 1),) == store.profiles()
    assert 1 == store.delete(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a\0b", "a\ufffdb", id="NUL"),
        pytest.param("\udcff", "\ufffd", id="half a character, from a broken terminal"),
    ],
)
def test_what_no_database_keeps_is_replaced_and_the_answer_counts(store, text, kept):
    store.append([evidence(1, given=text, profile=text)])
    assert (evidence(1, given=kept, profile=kept),) == store.rows(text)
    assert 1 == store.delete(text)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(row=ROWS)
def test_every_field_of_any_row_comes_back_equal(store, row):
    store.append([row])
    assert (row,) == store.rows(row.profile)
    (back,) = store.all_rows()
    assert row.occurred_at.astimezone(UTC).isoformat() == back.occurred_at.isoformat()
    assert 1 == store.delete(row.profile)


def test_ten_thousand_rows_go_in_and_out(store):
    rows = tuple(evidence(number) for number in range(10_000))
    assert 10_000 == store.append(rows)
    assert rows == store.rows("me")
    assert 0 == store.append(rows)
    assert (("me", 10_000),) == store.profiles()
    assert 10_000 == store.delete("me")


def test_both_stores_give_the_same_mastery(tmp_path, postgres):
    """The numbers pass through REAL and DOUBLE PRECISION columns and must not change at all."""
    bench = bench_in(tmp_path)
    chance = Random(3)
    skills = sorted(skill.id for skill in bench.catalog.real_skills)
    rows = [
        evidence(
            number,
            skill=chance.choice(skills),
            outcome=chance.choice([Outcome.RIGHT, Outcome.WRONG, Outcome.UNKNOWN, Outcome.RAPID]),
            kind=chance.choice([Kind.ANSWER, Kind.DRILL]),
            guess=chance.random() / 2,
            slip=chance.random() / 3,
            source="item:made-up",
        )
        for number in range(60)
    ]
    sqlite = SqliteStore(tmp_path / "evidence.db")
    seen = []
    for store in (sqlite, postgres):
        store.append(rows)
        read = store.rows("me")
        seen.append(mastery_from(bench, read, person_of("me", read), START))
    assert seen[0] == seen[1]
    assert seen[0].is_measured


def test_a_newer_postgresql_database_is_refused_and_left_alone(postgres, postgres_address):
    import psycopg

    postgres.append([evidence(1)])
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute("UPDATE backwright_version SET version = 99")
        with pytest.raises(StoreProblem, match="newer Backwright"):
            PostgresStore(postgres_address).append([evidence(2)])
        assert (1,) == connection.execute("SELECT count(*) FROM evidence").fetchone()


def test_a_postgresql_that_does_not_answer_is_a_store_problem_that_names_the_setting():
    store = PostgresStore("postgresql://localhost:1/nowhere")
    with pytest.raises(StoreProblem, match="does not answer") as refused:
        store.rows("me")
    assert "BACKWRIGHT_DATABASE_URL" in refused.value.hint


def test_a_stamp_changes_with_the_rows_of_its_profile_only(store):
    before = store.stamp("a"), store.stamp("b")
    store.append([evidence(1, profile="a"), evidence(2, profile="a")])
    added = store.stamp("a")
    assert added != before[0]
    assert store.stamp("b") == before[1]
    store.delete("a")
    assert store.stamp("a") == before[0]


def test_a_store_serves_several_threads(store):
    made = [evidence(number, profile="a") for number in range(1, 21)]
    with ThreadPoolExecutor(4) as threads:
        assert 20 == sum(threads.map(lambda row: store.append([row]), made))
        assert {20} == set(threads.map(lambda _: len(store.rows("a")), range(8)))
