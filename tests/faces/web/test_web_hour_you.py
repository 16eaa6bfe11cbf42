"""Who you are, what now, and the report in a browser."""

import pytest
from tests.faces.web.waiting import finished


def test_somebody_new_is_led_to_the_five_questions(client):
    html = client.get("/").text
    assert 'href="/start"' in html
    assert "simulate=intermediate" in html


def test_the_five_questions_are_kept_and_lead_to_the_assessment(client):
    sent = {
        "name": "Ada",
        "languages-asked": "1",
        "languages": ["py", "go"],
        "role": "go-developer",
        "hours_per_week": "6",
        "own_level": "i",
    }
    answer = client.post("/start", data=sent, follow_redirects=False)
    assert (303, "/assess") == (answer.status_code, answer.headers["location"])
    html = client.get("/settings").text
    assert 'value="Ada"' in html
    assert 'value="go" checked' in html
    assert 'value="go-developer" selected' in html
    assert 'value="i" checked' in html
    assert "Hello, Ada" in client.get("/").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        pytest.param("hours_per_week", "500", "500 is not a number of hours", id="hours"),
        pytest.param("hours_per_week", "lots", "is not a number", id="no number"),
        pytest.param("role", "wizard", "No role is called", id="role"),
        pytest.param("own_level", "z", "is not one of", id="level"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(client, field, value, said):
    answer = client.post("/start", data={"name": "Ada", field: value})
    assert answer.status_code in (400, 404)
    assert said in answer.text.replace("&#39;", "'")
    assert 'value="Ada"' in answer.text


def test_a_name_that_is_markup_stays_text(client):
    client.post("/start", data={"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/").text
    assert "&lt;script&gt;alert" in client.get("/").text


def test_what_now_has_one_filled_button_and_says_why(known):
    html = known.get("/").text
    assert html.count("btn go") == 1
    assert "This week" in html
    assert "Likely" in html


def test_what_was_looked_at_today_is_found_again_on_the_first_page(known):
    assert "Looked at today" not in known.get("/").text
    sent = known.post("/map", data={"path": "example"}, follow_redirects=False)
    finished(known, sent.headers["location"])
    html = known.get("/").text
    assert f'<a href="{sent.headers["location"]}">Map: example</a>' in html
    assert "Looked at today" not in known.get("/?simulate=expert").text


def test_a_look_around_keeps_nothing(client):
    html = client.get("/?simulate=intermediate").text
    assert "made-up intermediate person" in html
    assert "They are strong in" in client.get("/report?simulate=intermediate").text
    assert "Nothing is known about you yet" in client.get("/report").text


def test_the_report_says_each_number_in_words_and_leads_to_why(known):
    html = known.get("/report").text
    assert "The same as a table" in html
    assert "by domain" in html
    assert 'href="/report/' in html


def test_why_a_skill_stands_where_it_does(known):
    html = known.get("/report/sql.indexes").text
    assert "Skills around it" in html
    assert known.get("/report/no.such").status_code == 404
