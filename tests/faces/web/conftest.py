"""A served page for tests: the real application over SQLite and over PostgreSQL, each test with a database of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.bench import FixedClock, bench_in, bench_over
from tests.command import known_person

from backwright.adapters.job_rows import JobRows
from backwright.adapters.passwords import Argon2Secrets
from backwright.adapters.reply_rows import ReplyRows
from backwright.adapters.tables import sqlite_url
from backwright.faces.web.app import make_app
from backwright.faces.web.jobs import Jobs
from backwright.faces.web.site import Site
from backwright.model.account import Account, SignUp
from backwright.settings import Settings
from backwright.usecases.bench import Bench
from backwright.wiring import confined, make_accounts

SCHEMAS = count()


@dataclass(frozen=True)
class Database:
    """Where a served page of a test keeps what it is told.

    Attributes:
        url: Of PostgreSQL, "" for files in the folder.
    """

    url: str
    folder: Path

    def bench(self) -> Bench:
        """Return a bench over it, empty."""
        return bench_over(self.folder, self.url)

    def jobs(self) -> Jobs:
        """Return the jobs of a page over it; each makes a bench of its own in its process."""
        rows = JobRows(self.served_url)
        return Jobs(rows, partial(bench_over, self.folder, self.url), confined)

    @property
    def served_url(self) -> str:
        """Where the page keeps what it forgets after a day."""
        return self.url or sqlite_url(self.folder / "served.db")

    def site(self, bench: Bench | None = None) -> Site:
        """Return the site of the one person at this machine."""
        site = Site(bench or self.bench(), confined, self.folder / "uploads")
        site.parts["jobs"] = self.jobs()
        site.parts["replies"] = ReplyRows(self.served_url)
        return site

    def known(self) -> Bench:
        """Return a bench over it, of somebody with 25 answers; `tests.command.known_person` made them."""
        bench = self.bench()
        bench.store.append(tuple(bench_in(known_person()).store.all_rows()))
        return bench


def site_over(bench: Bench, folder: Path) -> Site:
    """Return the site of the one person at this machine, over files in a folder."""
    return Database("", folder).site(bench)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database of each sort: all that a page does, it does over both."""
    if request.param == "sqlite":
        yield Database("", tmp_path)
        return
    import psycopg

    address = request.getfixturevalue("postgres_address")
    schema = f"test_{next(SCHEMAS)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        mark = "&" if "?" in address else "?"
        yield Database(f"{address}{mark}options=-csearch_path%3D{schema}", tmp_path)
        # Threads of the page still hold connections; they are ended first, so that nothing waits for a lock.
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def client(database):
    """A browser at the page of somebody new."""
    app = make_app(database.site())
    with TestClient(app, "http://127.0.0.1") as made:
        yield made


@pytest.fixture
def known(database):
    """A browser at the page of somebody with 25 answers."""
    app = make_app(database.site(database.known()))
    with TestClient(app, "http://127.0.0.1") as made:
        yield made


class Crowd:
    """A page for many people: its accounts, and a browser for each of them."""

    def __init__(self, database: Database, sign_up: SignUp = "invite", url: str = "") -> None:
        self.database, self.clock = database, FixedClock(step_seconds=0)
        self.site = database.site(replace(database.bench(), clock=self.clock))
        self.site.is_local, self.site.url = False, url
        settings = Settings(data_dir=database.folder, database_url=database.url, sign_up=sign_up)
        self.accounts = replace(make_accounts(settings, self.clock), secrets=QUICK)
        self.site.parts["accounts"] = self.accounts
        self.app = make_app(self.site)

    def browser(self) -> TestClient:
        """Return the browser of somebody who is not logged in; it says where its forms come from, as browsers do."""
        origin = self.site.url or "http://127.0.0.1"
        return TestClient(
            self.app, origin, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False
        )

    def account(self, name: str) -> Account:
        """Return the account of somebody, made if there is none; the first one is the operator's."""
        found = self.accounts.people.named(name)
        if found:
            return found
        ticket = self.accounts.first_ticket() or self.accounts.issue("account")
        return self.accounts.new_account(name, PASSWORD, ticket, name)

    def person(self, name: str) -> TestClient:
        """Return the browser of somebody who is logged in."""
        self.account(name)
        browser = self.browser()
        answer = browser.post("/account/login", data={"name": name, "password": PASSWORD})
        assert 303 == answer.status_code, answer.text
        return browser


PASSWORD = "gravel tulip ferry nine"
QUICK = Argon2Secrets(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def crowd(database) -> Crowd:
    """A page for many people, of whom there are none yet."""
    return Crowd(database)


@pytest.fixture(params=["somebody new", "somebody known"])
def anyone(request, database):
    """A browser at the page of somebody new, then of somebody with 25 answers."""
    bench = database.known() if request.param == "somebody known" else None
    with TestClient(make_app(database.site(bench)), "http://127.0.0.1") as made:
        yield made
