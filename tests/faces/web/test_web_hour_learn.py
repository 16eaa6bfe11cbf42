"""Lessons, practice, reviews, minutes and progress in a browser."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.bench import START, FixedClock
from tests.faces.web.test_web_hour_assess import OLD, fields

from backwright.faces.web.app import make_app


@pytest.fixture
def months_later(database):
    """A browser at the page of somebody whose answers are half a year old."""
    bench = replace(database.known(), clock=FixedClock(START + timedelta(days=180)))
    with TestClient(make_app(database.site(bench)), "http://127.0.0.1") as made:
        yield made


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/learn", "Your plan"),
        ("/learn?name=api-design", "Path: "),
        ("/learn?name=sql.indexes", "What you will be able to do"),
        ("/learn?paths=true", "learning paths"),
        ("/learn?progress=true", "success criteria are met"),
        ("/learn?due=true", "Nothing is due for review"),
    ],
)
def test_each_page_says_first_what_comes_next(anyone, path, said):
    answer = anyone.get(path)
    assert answer.status_code == 200
    assert said in answer.text
    assert answer.text.count("btn go") == 1


def test_a_lesson_is_read_part_by_part_to_its_drill(client):
    html = client.get("/learn?name=sql.transactions&part=1").text
    parts = int(re.search(r"part 1 of (\d+)", html)[1])
    assert "part=2" in html
    last = client.get(f"/learn?name=sql.transactions&part={parts}").text
    assert "Practise it" in last
    assert "Sources" in last
    assert "lesson begun" in client.get("/learn?name=backend-developer").text
    assert client.get(f"/learn?name=sql.transactions&part={parts + 1}").status_code == 400


def test_practice_tells_what_an_answer_moved_and_goes_on(known):
    first = fields(known.get("/learn?name=sql.indexes&drill=true").text)
    html = known.post("/learn", data={**first, "idk": "i", "at": OLD}).text
    assert "You did not know." in html
    assert "that you do it unaided" in html
    assert fields(html)["question"] != first["question"]


def test_an_answer_left_out_shows_the_same_question(known):
    first = fields(known.get("/learn?name=sql.indexes&drill=true").text)
    answer = known.post("/learn", data=first)
    assert answer.status_code == 400
    assert fields(answer.text)["question"] == first["question"]


def test_what_was_known_half_a_year_ago_is_due(months_later):
    assert "due" in months_later.get("/").text
    html = months_later.get("/learn?due=true").text
    due = int(re.search(r"Review: (\d+) skills? (?:is|are) due", html)[1])
    html = months_later.post("/learn", data={**fields(html), "idk": "i"}).text
    assert f"Review: {due - 1}" in html


@pytest.mark.parametrize(
    ("minutes", "status", "said"),
    [
        ("25", 200, "Logged."),
        ("-1", 400, "not a time to log"),
        ("9999", 400, "not a time to log"),
        ("long", 400, "is not a number"),
    ],
)
def test_minutes_are_logged_if_they_can_be(client, minutes, status, said):
    answer = client.post("/learn", data={"name": "sql.indexes", "log": minutes})
    assert status == answer.status_code
    assert said in answer.text
