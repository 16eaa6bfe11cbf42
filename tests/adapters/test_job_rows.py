"""Jobs as rows: who gets one, how many there may be, what becomes of those whose process is gone. Both databases."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
import sqlalchemy as sa

from backwright.adapters import job_rows
from backwright.adapters.job_rows import OPEN_MAX, QUEUED_MAX, Job, JobRows
from backwright.adapters.reply_rows import Reply, ReplyRows
from backwright.adapters.tables import sqlite_url
from backwright.model.errors import Busy, StoreProblem, TooMany

SCHEMAS = count()
HERE, ME = "here", f"here:{os.getpid()}"
GONE = f"here:{2**22 + 1}"  # above the largest number that Linux gives to a process


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "served.db")
        return
    import psycopg

    address, schema = request.getfixturevalue("postgres_address"), f"jobs_{next(SCHEMAS)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        mark = "&" if "?" in address else "?"
        yield f"{address}{mark}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def rows(url):
    """Rows over an empty database."""
    made = JobRows(url)
    yield made
    made.close()


def job(number=0, profile="me"):
    return Job(f"job-{number}", profile, "map", "{}", HERE)


def test_the_oldest_is_done_first_and_by_one_only(rows):
    for number in range(3):
        rows.add(job(number))
    assert 2 == rows.before(rows.get("job-2"))
    taken = [rows.claim(HERE, ME, at_once=9) for _ in range(4)]
    assert ["job-0", "job-1", "job-2", None] == [each and each.id for each in taken]


def test_many_that_claim_at_once_get_different_jobs(rows):
    for number in range(12):
        rows.add(job(number, f"p{number}"))
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: rows.claim(HERE, ME, at_once=99), range(20)))
    ids = [each.id for each in taken if each]
    assert 12 == len(ids) == len(set(ids))


def test_no_more_are_done_at_once_than_the_machine_takes(rows):
    for number in range(3):
        rows.add(job(number))
    assert rows.claim(HERE, ME, at_once=1)
    assert rows.claim(HERE, ME, at_once=1) is None


def test_a_job_stays_on_the_machine_that_has_its_files(rows):
    rows.add(job())
    assert rows.claim("elsewhere", "elsewhere:1", at_once=9) is None


def test_a_person_cannot_fill_the_queue(rows):
    for number in range(OPEN_MAX):
        rows.add(job(number))
    with pytest.raises(TooMany) as told:
        rows.add(job(99))
    assert told.value.seconds > 0
    rows.add(job(100, "somebody else"))


def test_a_full_queue_says_when_to_come_again(rows):
    for number in range(QUEUED_MAX):
        rows.add(job(number, f"p{number}"))
    with pytest.raises(Busy) as told:
        rows.add(job(99, "the next"))
    assert told.value.seconds > 0


def test_what_came_of_a_job_is_kept_with_its_parts(rows):
    rows.add(job())
    mine = rows.claim(HERE, ME, at_once=1)
    assert rows.beat(mine.id, "half")
    rows.finish(mine, "done", None, {"answer.json": ("application/json", b"{}" * 5000)})
    assert "done" == rows.get(mine.id).state
    assert ("application/json", b"{}" * 5000) == rows.part(mine.id, "answer.json")
    assert ("answer.json",) == rows.parts(mine.id)
    assert {"done": 1} == rows.count()


def test_a_job_that_waits_is_cancelled_at_once_and_one_in_progress_is_told(rows):
    rows.add(job(1))
    rows.unwant("job-1")
    assert "cancelled" == rows.get("job-1").state
    rows.add(job(2))
    mine = rows.claim(HERE, ME, at_once=1)
    assert rows.beat(mine.id, "")
    rows.unwant(mine.id)
    assert not rows.beat(mine.id, "")


def test_a_job_whose_process_is_gone_is_lost(rows):
    rows.add(job())
    rows.claim(HERE, GONE, at_once=1)
    rows.sweep(HERE, ME)
    assert "lost" == rows.get("job-0").state


def test_a_job_on_another_machine_is_lost_when_its_lease_has_ended(rows, monkeypatch):
    rows.add(job())
    rows.claim(HERE, ME, at_once=1)
    rows.sweep("elsewhere", "elsewhere:1")
    assert "running" == rows.get("job-0").state
    monkeypatch.setattr(job_rows, "LEASE_SECONDS", -1.0)
    rows.sweep("elsewhere", "elsewhere:1")
    assert "lost" == rows.get("job-0").state


def test_a_process_does_not_give_up_its_own_job(rows, monkeypatch):
    monkeypatch.setattr(job_rows, "LEASE_SECONDS", -1.0)
    rows.add(job())
    rows.claim(HERE, ME, at_once=1)
    rows.sweep(HERE, ME)
    assert "running" == rows.get("job-0").state


def test_a_job_that_was_given_up_and_yet_finishes_counts(rows, monkeypatch):
    rows.add(job())
    mine = rows.claim(HERE, ME, at_once=1)
    monkeypatch.setattr(job_rows, "LEASE_SECONDS", -1.0)
    rows.sweep("elsewhere", "elsewhere:1")
    rows.finish(mine, "done", None, {"a": ("text/plain", b"x")})
    assert "done" == rows.get(mine.id).state


def test_nobody_else_can_finish_a_job(rows):
    rows.add(job())
    mine = rows.claim(HERE, ME, at_once=1)
    rows.finish(replace(mine, owner="another:1"), "done", None, {"a": ("text/plain", b"x")})
    assert "running" == rows.get(mine.id).state
    assert () == rows.parts(mine.id)


def test_results_are_forgotten_after_a_day(rows, monkeypatch):
    rows.add(job())
    mine = rows.claim(HERE, ME, at_once=1)
    rows.finish(mine, "done", None, {"a": ("text/plain", b"x")})
    monkeypatch.setattr(job_rows, "KEPT_SECONDS", -1)
    rows.sweep(HERE, ME)
    assert rows.get(mine.id) is None
    assert rows.part(mine.id, "a") is None


def test_who_leaves_leaves_no_jobs(rows):
    rows.add(job(1))
    rows.add(job(2, "other"))
    rows.forget("me")
    assert rows.get("job-1") is None
    assert rows.get("job-2")


def test_the_first_requests_of_several_processes_make_the_tables_once(url):
    several = [JobRows(url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert [{}] * 6 == list(pool.map(JobRows.count, several))
    for each in several:
        each.close()


def test_a_database_that_is_not_there_is_a_problem_with_a_sentence():
    nowhere = JobRows("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreProblem, match="does not answer"):
        nowhere.count()


def test_a_key_is_taken_once_and_gives_the_first_answer_again(url):
    replies = ReplyRows(url)
    assert replies.begin("me", "k", "d") is None
    assert 0 == replies.begin("me", "k", "d").status
    replies.fill("me", "k", Reply("d", 200, "{}", b"x"))
    assert Reply("d", 200, "{}", b"x") == replies.begin("me", "k", "other")
    assert replies.begin("somebody else", "k", "d") is None
    replies.close()


def test_a_key_that_is_given_up_is_free(url):
    replies = ReplyRows(url)
    replies.begin("me", "k", "d")
    replies.give_up("me", "k")
    assert replies.begin("me", "k", "d") is None
    replies.forget("me")
    assert replies.begin("me", "k", "d") is None
    replies.close()


def test_sqlite_writers_wait_for_each_other_in_the_log(tmp_path):
    rows = JobRows(sqlite_url(tmp_path / "served.db"))
    rows.count()
    with rows._engine.connect() as connection:
        assert "wal" == connection.execute(sa.text("PRAGMA journal_mode")).scalar()
        assert 1 == connection.execute(sa.text("PRAGMA synchronous")).scalar()
    rows.close()
