"""A served page for tests: the real application over SQLite and over PostgreSQL, each test with a database of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.bench import bench_in, bench_over
from tests.command import known_person

from backwright.adapters.job_rows import JobRows
from backwright.adapters.tables import sqlite_url
from backwright.faces.web.app import make_app
from backwright.faces.web.jobs import Jobs
from backwright.faces.web.site import Site
from backwright.usecases.bench import Bench
from backwright.wiring import confined

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
        rows = JobRows(self.url or sqlite_url(self.folder / "jobs.db"))
        return Jobs(rows, partial(bench_over, self.folder, self.url), confined)

    def site(self, bench: Bench | None = None) -> Site:
        """Return the site of the one person at this machine."""
        site = Site(bench or self.bench(), confined, self.folder / "uploads")
        site.parts["jobs"] = self.jobs()
        return site

    def known(self) -> Bench:
        """Return a bench over it, of somebody with 25 answers; `tests.command.known_person` made them."""
        bench = self.bench()
        bench.store.append(tuple(bench_in(known_person()).store.all_rows()))
        return bench


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


@pytest.fixture(params=["somebody new", "somebody known"])
def anyone(request, database):
    """A browser at the page of somebody new, then of somebody with 25 answers."""
    bench = database.known() if request.param == "somebody known" else None
    with TestClient(make_app(database.site(bench)), "http://127.0.0.1") as made:
        yield made
