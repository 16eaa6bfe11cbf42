"""The stores of the contract suite: a SQLite file, and a PostgreSQL server that pip brought."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backwright.adapters.postgres import PostgresStore
from backwright.adapters.sqlite import SqliteStore
from backwright.usecases.ports import Store


@pytest.fixture
def postgres(postgres_address: str) -> Iterator[PostgresStore]:
    """Yield an empty PostgreSQL store."""
    import psycopg

    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS evidence, backwright_version")
    store = PostgresStore(postgres_address)
    yield store
    if store._here.open:
        store._here.open.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return an empty store of each sort."""
    if request.param == "sqlite":
        return SqliteStore(tmp_path / "evidence.db")
    return request.getfixturevalue("postgres")
