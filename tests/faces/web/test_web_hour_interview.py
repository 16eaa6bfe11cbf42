"""The design interview in a browser: begin, answer, skip, stop; the page carries the answers."""

import html as html_text
import re

import pytest

BEGIN = {"case": "url-shortener", "level": "mid", "seed": "7"}


def carried(html):
    """Return the hidden fields of the form, repeated ones as lists."""
    found: dict[str, list[str]] = {}
    form = html[html.index("data-question") :]
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(html_text.unescape(value))
    return found


def test_the_cases_are_listed_and_one_begins(client):
    assert 'value="url-shortener"' in client.get("/interview").text
    html = client.post("/interview", data=BEGIN).text
    assert "what do you ask me?" in html
    assert "The situation" in html


def test_an_answer_is_told_what_came_of_it_and_the_next_step_follows(client):
    html = client.post("/interview", data=BEGIN).text
    answer = {**carried(html), "answer": "How many links a day?\nHow long are they kept?"}
    html = client.post("/interview", data=answer).text
    assert "expected at this level" in html
    assert "step 2 of" in html
    html = client.post("/interview", data={**carried(html), "answer": "1"}).text
    assert "Your last answer" in html
    assert "step 3 of" in html
    assert len(carried(html)["kept"]) == 2


@pytest.mark.parametrize(
    ("answer", "said"), [("", "an empty answer"), ("many", "many")], ids=["nothing", "no number"]
)
def test_an_answer_that_is_none_asks_the_same_again(client, answer, said):
    html = client.post("/interview", data=BEGIN).text
    html = client.post("/interview", data={**carried(html), "idk": "i"}).text
    assert "step 2 of" in html
    again = client.post("/interview", data={**carried(html), "answer": answer})
    assert again.status_code == 400
    assert said in again.text.lower()
    assert "step 2 of" in again.text


def test_stopping_shows_both_halves_and_the_way_on(client):
    html = client.post("/interview", data=BEGIN).text
    html = client.post("/interview", data={**carried(html), "idk": "i"}).text
    html = client.post("/interview", data={**carried(html), "stop": "1"}).text
    assert "The half that is computed" in html
    assert "The half that is quoted" in html
    assert "Go on with step 2" in html


def test_skipping_through_ends_with_a_result(client):
    html = client.post("/interview", data={**BEGIN, "dry_run": "true"}).text
    for _ in range(40):
        if "data-question" not in html:
            break
        html = client.post("/interview", data={**carried(html), "idk": "i"}).text
    assert "The half that is computed" in html
    assert "Nothing about you is kept" in client.get("/data").text


def test_a_blueprint_is_run_or_its_problems_told(client, tmp_path):
    html = client.post("/interview", data=BEGIN).text
    sent = {**carried(html), "run": "1", "text": "nodes: ["}
    html = client.post("/interview", data=sent).text
    assert "could not be run" in html
    assert not list((tmp_path / "uploads").iterdir())


def test_a_case_that_is_not_there_is_said(client):
    answer = client.post("/interview", data={"case": "wizardry"})
    assert answer.status_code == 404
    assert "wizardry" in answer.text
