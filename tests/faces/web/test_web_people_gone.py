"""The database goes away and comes back: pages say so, and work again by themselves."""

from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from starlette.testclient import TestClient
from tests.faces.web.cable import Cable, cable_to
from tests.faces.web.conftest import Crowd, Database

from backwright.faces.web.app import make_app

BACK_SECONDS = 20  # how long the tests wait for what takes about one


@pytest.fixture
def cable(postgres_address: str, tmp_path) -> Iterator[tuple[Cable, Database]]:
    """Yield a line that can be cut, and a database at its end."""
    import psycopg

    line = cable_to(postgres_address)
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS gone CASCADE")
        connection.execute("CREATE SCHEMA gone")
    url = f"postgresql://postgres@127.0.0.1:{line.port}/postgres?options=-csearch_path%3Dgone"
    yield line, Database(url, tmp_path)
    line.cut()


def comes_back(ask) -> bool:
    """Whether a page is there again within a while."""
    until = monotonic() + BACK_SECONDS
    while monotonic() < until:
        if 200 == ask().status_code:
            return True
        sleep(0.2)
    return False


def test_a_page_says_when_to_come_again_and_works_when_the_database_is_back(cable):
    line, database = cable
    with TestClient(make_app(database.site(database.known())), "http://127.0.0.1") as browser:
        assert 200 == browser.get("/report").status_code
        line.cut()
        for _ in range(5):
            gone = browser.get("/report")
            assert 503 == gone.status_code
            assert int(gone.headers["retry-after"]) > 0
            assert "does not answer" in gone.text
        line.mend()
        assert comes_back(lambda: browser.get("/report"))


def test_a_connection_that_died_while_nobody_asked_costs_nobody_an_error(cable):
    line, database = cable
    with TestClient(make_app(database.site(database.known())), "http://127.0.0.1") as browser:
        assert 200 == browser.get("/report").status_code
        line.cut()
        line.mend()
        sleep(1.1)  # the pause after which a connection is looked at first
        assert 200 == browser.get("/report").status_code


def test_sessions_outlive_a_database_that_was_gone(cable):
    line, database = cable
    crowd = Crowd(database)
    browser = crowd.person("ann")
    assert 200 == browser.get("/account").status_code
    line.cut()
    gone = browser.get("/account")
    assert (503, True) == (gone.status_code, "retry-after" in gone.headers)
    assert "<h1" in gone.text or 'role="alert"' in gone.text
    line.mend()
    assert comes_back(lambda: browser.get("/account")), "and nobody had to log in again"


def test_a_program_is_told_as_a_problem(cable):
    line, database = cable
    crowd = Crowd(database)
    token = crowd.accounts.new_token(crowd.account("ann"), "look", "read")
    line.cut()
    answer = crowd.browser().get("/api/v1/explore", headers={"authorization": f"Bearer {token}"})
    assert 503 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
