"""Connections of what a served page keeps besides evidence: one way to open SQLite and PostgreSQL for many processes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from backwright.adapters.postgres import ALIVE
from backwright.model.errors import StoreProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_MS = 5000  # another process writes for milliseconds; five seconds means something is stuck
CONNECT_SECONDS_MAX = 5  # a database that is gone is reported while the visitor still waits
LOCK = 0x6261636B + 1  # any constant; two processes must not create tables at once
CONNECTIONS = 10  # of one process; a request holds one for milliseconds


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{path}"


def engine_for(url: str) -> sa.Engine:
    """Return an engine; nothing is opened before the first use."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        url = f"postgresql+psycopg://{rest}"
    return sa.create_engine(
        url,
        pool_pre_ping=True,  # a connection that died while it lay idle is replaced, not an error
        pool_size=CONNECTIONS,
        pool_timeout=CONNECT_SECONDS_MAX,
        connect_args={"connect_timeout": CONNECT_SECONDS_MAX, **ALIVE},
    )


def create(engine: sa.Engine, meta: sa.MetaData) -> None:
    """Create tables that are not there; of several processes that start at once, one does it."""
    with engine.begin() as on:
        if engine.dialect.name == "postgresql":
            on.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        meta.create_all(on)


def _sqlite(url: str) -> sa.Engine:
    from pathlib import Path

    if (file := sa.make_url(url).database) is not None:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        pool_size=CONNECTIONS,
        pool_timeout=CONNECT_SECONDS_MAX,
        connect_args={"timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:  # noqa: ANN401  (the driver's connection)
        connection.isolation_level = (
            None  # transactions are begun below, as writers, or a reader that
        )
        connection.execute("PRAGMA journal_mode = WAL")  # becomes a writer could be refused at once
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        # Who only reads waits for no writer.
        only_reads = connection.get_execution_options().get("only_reads")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def our_problems() -> Iterator[None]:
    """Turn what the database says into a StoreProblem."""
    try:
        yield
    except IntegrityError:
        raise  # a key that is taken is an answer, not a problem
    except DBAPIError as error:
        first = (str(error.orig).strip() or type(error).__name__).splitlines()[0]
        raise StoreProblem(f"the database does not answer: {first}") from error
    except SQLAlchemyError as error:
        first = str(error).splitlines()[0]
        raise StoreProblem(f"the database does not answer: {first}") from error


class Tables:
    """A few tables in SQLite or PostgreSQL, made when they are first used."""

    def __init__(self, url: str, meta: sa.MetaData) -> None:
        self._engine, self._meta = engine_for(url), meta
        self._is_made = False

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction of its own; StoreProblem if the database does not answer."""
        with our_problems():
            if not self._is_made:
                create(self._engine, self._meta)
                self._is_made = True
            with self._engine.begin() as on:
                yield on
