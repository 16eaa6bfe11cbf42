"""The Store port over PostgreSQL, for a data directory that several machines share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import local
from time import monotonic
from typing import TYPE_CHECKING, Any

from backwright.adapters.rows import COLUMNS, flat, keepable, unflat
from backwright.model.errors import StoreProblem
from backwright.model.evidence import Evidence

if TYPE_CHECKING:
    import psycopg

VERSION = 1
_TYPES = {
    "guess": "DOUBLE PRECISION",
    "slip": "DOUBLE PRECISION",
    "weight": "DOUBLE PRECISION",
    "seed": "BIGINT",
    "schema": "INTEGER",
}
_COLUMNS = ", ".join(f'"{name}"' for name in COLUMNS)
_TABLE = ", ".join(f'"{name}" {_TYPES.get(name, "TEXT")} NOT NULL' for name in COLUMNS)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS backwright_version (version INTEGER NOT NULL);
INSERT INTO backwright_version SELECT {VERSION} WHERE NOT EXISTS (SELECT 1 FROM backwright_version);
CREATE TABLE IF NOT EXISTS evidence ({_TABLE}, PRIMARY KEY (id));
CREATE INDEX IF NOT EXISTS evidence_profile ON evidence (profile, id);
"""  # noqa: S608  (constants of this file)
_VALUES = ", ".join(["%s"] * len(COLUMNS))
_INSERT = f"INSERT INTO evidence ({_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT (id) DO NOTHING"  # noqa: S608
_PROFILES = 'SELECT profile, count(*) FROM evidence GROUP BY profile ORDER BY profile COLLATE "C"'
_SELECT = f"SELECT {_COLUMNS} FROM evidence"  # noqa: S608
_STAMP = 'SELECT count(*), max(id COLLATE "C") FROM evidence WHERE profile = %s'
LOCK = 0x6261636B  # any constant; two processes must not create the schema at once
CONNECT_SECONDS_MAX = 5  # a page says sooner that the database is gone than a person gives up
IDLE_SECONDS = 1.0  # after such a pause a connection is asked whether it still lives, before a row depends on it
AGAIN_SECONDS = (
    1.0  # after a failed attempt others are told so at once, instead of each waiting for their own
)
# Seconds until a peer that says nothing counts as gone, in the system's words: a cable cut is noticed like a restart.
ALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class _Here(local):
    """The connection of one thread: connections are not shared, and end with their thread."""

    open: "psycopg.Connection | None" = None
    used: float = 0.0


class PostgresStore:
    """The evidence in one PostgreSQL database, named by a URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._here = _Here()
        self._failed = (0.0, "")  # when the last attempt to connect failed, and what was said

    def append(self, rows: Sequence[Evidence]) -> int:
        with self._cursor() as cursor:
            cursor.executemany(_INSERT, [flat(row) for row in rows])
            return cursor.rowcount if rows else 0

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        with self._cursor() as cursor:
            cursor.execute(
                f'{_SELECT} WHERE profile = %s ORDER BY id COLLATE "C"', (keepable(profile),)
            )
            return tuple(unflat(row) for row in cursor.fetchall())

    def all_rows(self) -> Iterator[Evidence]:
        with self._cursor() as cursor:
            cursor.execute(f'{_SELECT} ORDER BY id COLLATE "C"')
            for row in cursor:
                yield unflat(row)

    def profiles(self) -> tuple[tuple[str, int], ...]:
        with self._cursor() as cursor:
            cursor.execute(_PROFILES)
            return tuple((str(name), int(count)) for name, count in cursor.fetchall())

    def stamp(self, profile: str) -> str:
        with self._cursor() as cursor:
            cursor.execute(_STAMP, (keepable(profile),))
            count, last = cursor.fetchone() or (0, None)
            return f"{count}{last or ''}"

    def delete(self, profile: str) -> int:
        with self._cursor() as cursor:
            cursor.execute("DELETE FROM evidence WHERE profile = %s", (keepable(profile),))
            return cursor.rowcount

    @contextmanager
    def _cursor(self) -> "Iterator[psycopg.Cursor]":
        """Yield a cursor inside one transaction, opening the connection on first use."""
        try:
            import psycopg
        except ImportError as error:
            raise StoreProblem(
                "BACKWRIGHT_DATABASE_URL names PostgreSQL, but its driver is not installed",
                hint="pip install 'psycopg[binary]'",
            ) from error
        try:
            connection = self._living()
            with connection.transaction(), connection.cursor() as cursor:
                yield cursor
            self._here.used = monotonic()
        except psycopg.Error as error:
            first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise StoreProblem(
                f"the database does not answer: {first_line}",
                detail="Nothing was changed.",
                hint="check BACKWRIGHT_DATABASE_URL, or unset it to use the local file",
            ) from error

    def _living(self) -> "psycopg.Connection":
        """Return this thread's connection; a new one if the server has ended it, as at its restart."""
        import psycopg

        here = self._here
        if here.open and not here.open.closed and monotonic() - here.used > IDLE_SECONDS:
            try:
                here.open.execute("SELECT 1")
            except psycopg.Error:
                here.open.close()
        if here.open is None or here.open.closed:
            here.open = self._connect()
        return here.open

    def _connect(self) -> "psycopg.Connection":
        import psycopg

        when, said = self._failed
        if monotonic() - when < AGAIN_SECONDS and said:
            raise psycopg.OperationalError(said)
        try:
            connection = psycopg.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, **ALIVE
            )
        except psycopg.OperationalError as error:
            self._failed = (monotonic(), str(error))
            raise
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            cursor.execute(_SCHEMA.encode())
            cursor.execute("SELECT version FROM backwright_version")
            found = cursor.fetchone()
        if found and found[0] > VERSION:
            connection.close()
            raise StoreProblem(
                "the database was written by a newer Backwright "
                f"(format {found[0]}; this knows {VERSION})",
                detail="Nothing was changed. An older program could lose what it does not know.",
                hint="upgrade Backwright",
            )
        return connection
