"""What was drawn is given again, to the same person only, until something about them changes."""

import gzip

import pytest
from starlette.testclient import TestClient
from tests.evidence_rows import evidence

from backwright.faces.web.app import make_app

PAGE = "/role/go-developer"


@pytest.fixture
def site(database):
    return database.site(database.known())


@pytest.fixture
def browser(site):
    with TestClient(make_app(site), "http://127.0.0.1") as made:
        yield made


def test_a_page_has_a_tag_and_is_not_sent_twice(browser):
    first = browser.get(PAGE)
    again = browser.get(PAGE, headers={"if-none-match": first.headers["etag"]})
    assert (200, 304) == (first.status_code, again.status_code)
    assert b"" == again.content
    assert first.content == browser.get(PAGE).content


def test_new_evidence_shows_at_once(browser, site):
    before = browser.get("/api/v1/evidence").json()["total"]
    browser.get(PAGE)
    site.bench.store.append([evidence(99_999, profile=site.bench.profile)])
    assert before + 1 == browser.get("/api/v1/evidence").json()["total"]


def test_a_theme_is_not_somebody_elses(browser):
    light = browser.get(PAGE, headers={"cookie": "theme=light"}).text
    dark = browser.get(PAGE, headers={"cookie": "theme=dark"}).text
    assert 'data-theme="light"' in light
    assert 'data-theme="dark"' in dark


def test_one_person_never_sees_what_was_drawn_for_another(crowd):
    ada, ben = crowd.person("ada"), crowd.person("ben")
    crowd.site.bench.store.append([evidence(1, profile=crowd.account("ada").id)])
    assert 1 == ada.get("/api/v1/evidence").json()["total"]
    assert 0 == ben.get("/api/v1/evidence").json()["total"]
    assert 200 == ada.get(PAGE).status_code
    ada.post("/account/logout")
    assert 200 != ada.get(PAGE).status_code


def test_pages_are_sent_compressed_to_those_who_read_that(browser):
    plain = browser.get(PAGE, headers={"accept-encoding": "identity"})
    packed = browser.get(PAGE, headers={"accept-encoding": "gzip"})
    assert "gzip" == packed.headers["content-encoding"]
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert len(gzip.compress(plain.content)) < 20_000


def test_errors_are_not_remembered(browser):
    assert 404 == browser.get("/role/wizard").status_code
    assert 404 == browser.get("/role/wizard").status_code
