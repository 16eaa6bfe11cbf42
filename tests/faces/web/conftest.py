"""A served page for tests: the real application over a database of its own."""

from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.bench import bench_in
from tests.command import copy_of_known_person

from backwright.adapters.job_rows import JobRows
from backwright.adapters.tables import sqlite_url
from backwright.faces.web.app import make_app
from backwright.faces.web.jobs import Jobs
from backwright.faces.web.site import Site
from backwright.usecases.bench import Bench
from backwright.wiring import confined


def site_over(bench: Bench, folder: Path, data: Path | None = None) -> Site:
    """Return the site of the one person at this machine."""
    site = Site(bench, confined, folder / "uploads")
    rows = JobRows(sqlite_url(folder / "jobs.db"))
    site.parts["jobs"] = Jobs(rows, partial(bench_in, data or folder), confined)
    return site


@pytest.fixture
def client(tmp_path):
    """A browser at the page of somebody new."""
    with TestClient(make_app(site_over(bench_in(tmp_path), tmp_path)), "http://127.0.0.1") as made:
        yield made


@pytest.fixture
def known(tmp_path):
    """A browser at the page of somebody with 25 answers."""
    copy_of_known_person(tmp_path)
    app = make_app(site_over(bench_in(tmp_path / "data"), tmp_path, tmp_path / "data"))
    with TestClient(app, "http://127.0.0.1") as made:
        yield made
