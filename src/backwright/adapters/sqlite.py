"""The Store port over one SQLite file, safe on kill -9 and on several processes at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backwright.adapters.rows import COLUMNS, flat, unflat
from backwright.model.errors import StoreProblem
from backwright.model.evidence import Evidence

VERSION = 1
BUSY_MS = 5000  # another process writes for milliseconds; five seconds means something is stuck
_TYPES = {"guess": "REAL", "slip": "REAL", "weight": "REAL", "seed": "INTEGER", "schema": "INTEGER"}
_TABLE = (
    "CREATE TABLE evidence ("
    + ", ".join(f"{name} {_TYPES.get(name, 'TEXT')} NOT NULL" for name in COLUMNS)
    + ", PRIMARY KEY (id)) WITHOUT ROWID"
)
_SCHEMA = f"""
BEGIN IMMEDIATE;
{_TABLE};
CREATE INDEX evidence_profile ON evidence (profile, id);
CREATE TRIGGER evidence_is_append_only BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is only ever added'); END;
PRAGMA user_version = {VERSION};
COMMIT;
"""
_INSERT = f"INSERT OR IGNORE INTO evidence ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM evidence"  # noqa: S608


class SqliteStore:
    """The evidence of everybody who uses this machine's data directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None

    def append(self, rows: Sequence[Evidence]) -> int:
        with self._database() as database:
            before = database.total_changes
            database.execute("BEGIN IMMEDIATE")
            try:
                database.executemany(_INSERT, [flat(row) for row in rows])
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
            return database.total_changes - before

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        if not self._path.exists():
            return ()
        with self._database() as database:
            found = database.execute(f"{_SELECT} WHERE profile = ? ORDER BY id", (profile,))
            return tuple(unflat(row) for row in found)

    def all_rows(self) -> Iterator[Evidence]:
        if not self._path.exists():
            return
        with self._database() as database:
            for row in database.execute(f"{_SELECT} ORDER BY id"):
                yield unflat(row)

    def profiles(self) -> tuple[tuple[str, int], ...]:
        if not self._path.exists():
            return ()
        with self._database() as database:
            found = database.execute(
                "SELECT profile, count(*) FROM evidence GROUP BY profile ORDER BY profile"
            )
            return tuple((str(name), int(count)) for name, count in found)

    def delete(self, profile: str) -> int:
        if not self._path.exists():
            return 0
        with self._database() as database:
            gone = database.execute("DELETE FROM evidence WHERE profile = ?", (profile,)).rowcount
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("VACUUM")  # deleted means gone from the file, too
            return gone

    def rescue(self) -> tuple[tuple[Evidence, ...], int]:
        """Return every row that can still be read, and how many could not."""
        database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        good: list[Evidence] = []
        lost = 0
        for order in ("", " ORDER BY id DESC"):
            try:
                for row in database.execute(_SELECT + order):
                    try:
                        good.append(unflat(row))
                    except (ValueError, TypeError):
                        lost += 1
            except sqlite3.DatabaseError:
                lost += 1
        database.close()
        return tuple({row.id: row for row in good}.values()), lost

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._open is None:
                self._open = self._connect()
            yield self._open
        except sqlite3.Error as error:
            self._open = None
            raise _problem(error, self._path) from error

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _read_only(self._path) from error
        database = sqlite3.connect(self._path, timeout=BUSY_MS / 1000, isolation_level=None)
        database.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            database.close()
            raise StoreProblem(
                f"the database was written by a newer Backwright (format {version}; this knows {VERSION})",
                detail="Nothing was changed. An older program could lose what it does not know.",
                hint="upgrade Backwright, or BACKWRIGHT_DATA_DIR=elsewhere backwright start",
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            self._create(database)
        return database

    @staticmethod
    def _create(database: sqlite3.Connection) -> None:
        try:
            database.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            if "already exists" not in str(error):  # another process was first
                raise


def _read_only(path: Path) -> StoreProblem:
    return StoreProblem(
        f"the data directory is read-only: answers cannot be kept in {path.parent}",
        hint="backwright assess --simulate intermediate --seed 7   (keeps nothing)",
    )


def _problem(error: sqlite3.Error, path: Path) -> StoreProblem:
    text = str(error)
    if "readonly" in text or "unable to open" in text:
        return _read_only(path)
    if "full" in text:
        return StoreProblem(
            "the disk is full: what you just did was not kept",
            detail="Everything before it is safe. Make room (1 MB is enough), then go on.",
            hint="backwright assess --resume",
        )
    if "locked" in text or "busy" in text:
        return StoreProblem(
            f"the database {path} is held by another program for more than {BUSY_MS // 1000} s",
            detail="Nothing was changed.",
            hint="close the other program, then try again",
        )
    return StoreProblem(
        f"the database cannot be read: {text}",
        detail=f"Nothing was changed in {path}. What is still readable can be copied out.",
        hint="backwright data rescue rescued.jsonl",
    )
