"""Many people on one page: coming in, sessions, tokens, and what each may see."""

import pytest
from tests.faces.web.conftest import PASSWORD, Crowd

from backwright.faces.web.sessions import cookie_name


def log_in(browser, name="ann", password=PASSWORD, **more):
    return browser.post("/account/login", data={"name": name, "password": password, **more})


def test_the_first_account_is_made_by_the_link_that_the_start_printed(crowd):
    ticket = crowd.accounts.first_ticket()
    browser = crowd.browser()
    assert "runs this server" in browser.get(f"/account/new?token={ticket}").text
    sent = {"name": "ann", "password": PASSWORD, "token": ticket}
    answer = browser.post("/account/new", data=sent)
    assert (303, "/") == (answer.status_code, answer.headers["location"])
    assert crowd.accounts.people.named("ANN").is_operator
    assert 200 == browser.get("/").status_code
    assert "" == crowd.accounts.first_ticket(), "there is no second first account"
    assert 403 == crowd.browser().post("/account/new", data={**sent, "name": "eve"}).status_code


def test_who_has_not_logged_in_is_asked_to_and_then_sent_where_they_wanted(crowd):
    crowd.account("ann")
    browser = crowd.browser()
    asked = browser.get("/explore?name=caching")
    assert (303, "/account/login?next=/explore%3Fname%3Dcaching") == (
        asked.status_code,
        asked.headers["location"],
    )
    assert "Log in" in browser.get(asked.headers["location"]).text
    answer = log_in(browser, next="/explore?name=caching")
    assert "/explore?name=caching" == answer.headers["location"]
    assert 200 == browser.get("/explore").status_code


def test_somebody_who_logs_out_is_out_at_once(crowd):
    browser = crowd.person("ann")
    kept = dict(browser.cookies)
    assert 303 == browser.post("/account/logout").status_code
    assert not browser.cookies
    browser.cookies.update(kept)
    assert 303 == browser.get("/").status_code


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        pytest.param("", {"session=", "HttpOnly", "SameSite=lax", "Path=/"}, id="http"),
        pytest.param(
            "https://learn.example.org",
            {"__Host-session=", "HttpOnly", "SameSite=lax", "Path=/", "Secure"},
            id="https",
        ),
    ],
)
def test_the_cookie_is_kept_from_scripts_and_neighbours(database, url, parts):
    crowd = Crowd(database, url=url)
    crowd.site.hosts |= {"learn.example.org"}
    crowd.account("ann")
    cookie = log_in(crowd.browser()).headers["set-cookie"]
    assert set() == {part for part in parts if part not in cookie}
    assert ("Secure" in cookie) == bool(url)
    assert "Domain" not in cookie


def test_a_session_is_never_one_that_was_there_before_the_login(crowd):
    crowd.account("ann")
    browser = crowd.browser()
    name = cookie_name(crowd.site)
    planted = log_in(browser).cookies[name]
    stranger = crowd.browser()
    stranger.headers["cookie"] = f"{name}={planted}"
    assert 200 == stranger.get("/").status_code
    assert planted != log_in(browser).cookies[name]
    assert 303 == stranger.get("/").status_code, "the session before the login has ended"
    stranger.headers["cookie"] = f"{name}=made-up"
    assert "made-up" != log_in(stranger).cookies[name]
