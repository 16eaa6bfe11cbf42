"""The assessment in a browser: begin, answer, be told, stop, go on."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.bench import START, FixedClock

from backwright.faces.web.app import make_app

OLD = str(int(START.timestamp()) - 60)  # a page that was read for a minute


def fields(html):
    """Return the hidden fields of the question's form."""
    form = html[html.index("data-question") :]
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form))


def begin(client, **scope):
    return client.post("/assess", data={"languages-asked": "1", "languages": "py", **scope}).text


def test_the_first_page_asks_for_languages_and_says_what_comes(client):
    html = client.get("/assess").text
    assert "Answer about 25 questions" in html
    assert 'name="languages"' in html


def test_an_answer_is_told_why_with_its_source_and_another_question_follows(client):
    first = fields(begin(client))
    html = client.post("/assess", data={**first, "answer": "i", "idk": "i", "at": OLD}).text
    assert "You did not know." in html
    assert "Source:" in html
    assert fields(html)["question"] != first["question"]
    assert "question 2" in html


def test_the_same_answer_from_a_second_tab_is_told_and_not_counted_twice(client):
    first = fields(begin(client))
    answer = {**first, "idk": "i", "at": OLD}
    client.post("/assess", data=answer)
    html = client.post("/assess", data=answer).text
    assert "answered this question already" in html
    assert "1 answer kept" in client.get("/assess").text


def test_an_answer_faster_than_reading_is_not_counted(client):
    first = fields(begin(client))
    html = client.post("/assess", data={**first, "answer": "a"}).text
    assert "too fast" in html or "none of" in html


def test_an_exam_tells_nothing_on_the_way(client):
    first = fields(begin(client, exam="true"))
    assert first["exam"] == "true"
    html = client.post("/assess", data={**first, "idk": "i", "at": OLD}).text
    assert "In an exam the answers are not told" in html
    assert "Source:" not in html


def test_the_last_question_leads_to_the_report(client):
    first = fields(begin(client, more="1"))
    html = client.post("/assess", data={**first, "idk": "i", "at": OLD}).text
    assert "That was the last question" in html
    assert 'href="/report"' in html


def test_an_answer_that_is_none_of_the_options_shows_the_same_question_again(client):
    first = fields(begin(client))
    answer = client.post("/assess", data={**first, "at": OLD})
    assert answer.status_code == 400
    assert "say that you don&#39;t know" in answer.text
    assert fields(answer.text)["question"] == first["question"]


def test_a_restarted_server_takes_the_answer_to_a_question_that_was_open(client, database):
    first = fields(begin(client))
    site = database.site(replace(database.bench(), clock=FixedClock(START + timedelta(hours=1))))
    with TestClient(make_app(site), "http://127.0.0.1") as later:
        html = later.post("/assess", data={**first, "idk": "i", "at": OLD}).text
        assert "You did not know." in html
        assert "Go on where you stopped: 1 answer kept" in later.get("/assess").text


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        pytest.param({"question": "item:x/y@1", "answer": "a"}, 404, "no question", id="unknown"),
        pytest.param({"question": "../etc@1", "answer": "a"}, 400, "name a question", id="forged"),
        pytest.param({"question": "item:a/b@1"}, 400, "choose an answer", id="no answer"),
        pytest.param({"more": "9999"}, 400, "between 1 and 200", id="too many questions"),
        pytest.param({"more": "many"}, 400, "whole number", id="no number"),
        pytest.param({"role": "wizard"}, 404, "no role", id="no such role"),
        pytest.param({"domain": "magic"}, 404, "no domain", id="no such domain"),
    ],
)
def test_what_cannot_be_is_said_and_the_way_on_is_there(client, sent, status, said):
    answer = client.post("/assess", data=sent)
    assert status == answer.status_code
    assert said.lower() in answer.text.lower()
    assert '<button class="go">' in answer.text
