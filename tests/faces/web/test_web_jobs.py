"""Long work on the page: a job, its progress, its answer, its end before time."""

import pytest
from starlette.testclient import TestClient
from tests.faces.web.waiting import finished

from backwright.faces.web.app import make_app
from backwright.faces.web.streams import LISTENERS_MAX

SWEEP = {"path": "shop", "rate": "40", "length": "30s", "runs": "2"}


def test_what_lasts_is_answered_on_a_page_of_its_own(client):
    sent = client.post("/map", data={"path": "example"}, follow_redirects=False)
    assert 303 == sent.status_code
    page = finished(client, sent.headers["location"])
    assert "/orders" in page.text
    assert 'value="example"' in page.text  # the form stands filled in beside the answer


def test_an_answer_can_be_had_as_json(client):
    place = client.post("/map", data={"path": "example"}, follow_redirects=False).headers[
        "location"
    ]
    finished(client, place)
    assert "backwright/map/1" == client.get(f"{place}/answer.json").json()["schema"]


def test_what_goes_wrong_is_said_with_the_form(client):
    place = client.post("/design/simulate", data={"path": "nowhere"}, follow_redirects=False)
    page = finished(client, place.headers["location"])
    assert 404 == page.status_code
    assert "nowhere" in page.text


def test_a_link_with_values_starts_nothing(client):
    page = client.get("/design/simulate", params=SWEEP)
    assert 200 == page.status_code
    assert 'value="shop"' in page.text


@pytest.mark.parametrize("path", ["", "/events", "/answer.json"])
def test_a_job_that_is_not_there_is_not_found(client, path):
    assert 404 == client.get(f"/jobs/nothing{path}").status_code


def test_a_job_that_is_cancelled_says_so_and_leaves_the_form(client):
    long = {"path": "shop", "rate": "40", "length": "3600s", "runs": "100"}
    place = client.post("/design/simulate", data=long, follow_redirects=False).headers["location"]
    page = client.get(place)
    assert "Cancel" in page.text
    client.post(f"{place}/cancel")
    page = finished(client, place)
    assert "Cancelled" in page.text or "Answer" in page.text  # what is known by then is an answer
    assert 'value="3600s"' in page.text


def test_events_end_with_the_job(client):
    place = client.post("/map", data={"path": "example"}, follow_redirects=False).headers[
        "location"
    ]
    with client.stream("GET", f"{place}/events") as stream:
        assert "text/event-stream" in stream.headers["content-type"]
        lines = list(stream.iter_lines())
    assert "event: end" in lines
    assert '"done"' in lines[-2]


def test_too_many_that_listen_are_told_to_look_instead(database):
    site = database.site()
    with TestClient(make_app(site), "http://127.0.0.1") as client:
        place = client.post("/map", data={"path": "example"}, follow_redirects=False)
        site.parts["jobs"].listeners = LISTENERS_MAX
        answer = client.get(f"{place.headers['location']}/events")
    assert 503 == answer.status_code
    assert answer.headers["retry-after"]
