"""The Store port over one SQLite file, safe on kill -9 and on several processes at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import local
from time import sleep

from backwright.adapters.rows import COLUMNS, flat, keepable, unflat
from backwright.model.errors import NothingToDo, StoreProblem
from backwright.model.evidence import Evidence

VERSION = 1
PAGE = 1000  # rows read at once
BUSY_MS = 5000  # another process writes for milliseconds; five seconds means something is stuck
RETRY_MS = 10
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
_COLUMNS = ", ".join(COLUMNS)
_VALUES = ", ".join("?" * len(COLUMNS))
# Not OR IGNORE, which would also pass over a row that lacks a value and keep the rest of the batch.
_INSERT = f"INSERT INTO evidence ({_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT (id) DO NOTHING"  # noqa: S608
_SELECT = f"SELECT {_COLUMNS} FROM evidence"  # noqa: S608
_STAMP = "SELECT count(*), max(id) FROM evidence WHERE profile = ?"

_WRITE_ERRORS = ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")


class _Here(local):
    """The connection of one thread: connections are not shared, and end with their thread."""

    open: sqlite3.Connection | None = None


class SqliteStore:
    """The evidence of everybody who uses this machine's data directory."""

    def __init__(self, path: Path, busy_ms: int = BUSY_MS) -> None:
        self._path = path
        self._busy_ms = busy_ms
        self._here = _Here()

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
            found = database.execute(
                f"{_SELECT} WHERE profile = ? ORDER BY id", (keepable(profile),)
            )
            return tuple(unflat(row) for row in found)

    def all_rows(self) -> Iterator[Evidence]:
        if not self._path.exists():
            return
        with self._database() as database:
            last = database.execute("SELECT max(id) FROM evidence").fetchone()[0]
            # In pages up to the row that was last at the start: a reader who appends meanwhile
            # neither meets their own rows nor holds the write-ahead log open.
            after = ""
            while page := database.execute(
                f"{_SELECT} WHERE id > ? AND id <= ? ORDER BY id LIMIT {PAGE}", (after, last)
            ).fetchall():
                yield from (unflat(row) for row in page)
                after = page[-1][0]

    def profiles(self) -> tuple[tuple[str, int], ...]:
        if not self._path.exists():
            return ()
        with self._database() as database:
            found = database.execute(
                "SELECT profile, count(*) FROM evidence GROUP BY profile ORDER BY profile"
            )
            return tuple((str(name), int(count)) for name, count in found)

    def stamp(self, profile: str) -> str:
        if self._here.open is None and not self._path.exists():
            return "0"
        with self._database() as database:
            found = database.execute(_STAMP, (keepable(profile),)).fetchone()
            return f"{found[0]}{found[1] or ''}"

    def delete(self, profile: str) -> int:
        if not self._path.exists():
            return 0
        with self._database() as database:
            database.execute("PRAGMA secure_delete = ON")  # gone from the file's pages, too
            gone = database.execute(
                "DELETE FROM evidence WHERE profile = ?", (keepable(profile),)
            ).rowcount
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # and from the log beside it
            return gone

    def rescue(self) -> tuple[tuple[Evidence, ...], int]:
        """Return every row that can still be read, and how many are known to be lost.

        A damaged page stops a scan, so the rows are scanned from both ends, and those between are
        fetched one by one with the ids from the index. If the index is damaged, too, more may be
        lost than is counted; the count is 0 only if the whole table was read.

        Raises:
            NothingToDo: There is no database file.
        """
        if not self._path.exists():
            raise NothingToDo(f"there is no database {self._path}")
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
            good = {row.id: row for row in _readable_rows(database)}
            ids, is_index_whole = _readable_ids(database)
            # backwright: allow query-in-loop, a damaged page ends any query that touches it, so each row is asked for alone
            lost = sum(not _fetch_into(good, database, each) for each in ids if each not in good)
            if not is_index_whole and not _is_whole(database):
                lost = max(1, lost)
        return tuple(good[each] for each in sorted(good)), lost

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection, opened on first use; given up after any error."""
        with self._our_problems():
            try:
                if self._here.open is None:
                    self._here.open = self._connect()
                yield self._here.open
            except sqlite3.Error:
                if self._here.open:
                    self._here.open.close()
                self._here.open = None
                raise

    @contextmanager
    def _our_problems(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _problem(error, self._path, self._busy_ms) from error

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _read_only(self._path) from error
        database = sqlite3.connect(self._path, timeout=self._busy_ms / 1000, isolation_level=None)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            database.close()
            raise StoreProblem(
                "the database was written by a newer Backwright "
                f"(format {version}; this knows {VERSION})",
                detail="Nothing was changed. An older program could lose what it does not know.",
                hint="upgrade Backwright, or BACKWRIGHT_DATA_DIR=elsewhere backwright start",
            )
        _use_log(database, self._busy_ms)
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


def _use_log(database: sqlite3.Connection, busy_ms: int) -> None:
    """Switch to the write-ahead log, which is a no-op unless the database is new.

    Two programs that create it at once lock each other out here, and SQLite does not wait by its
    busy timeout in this one case.
    """
    for left in reversed(range(busy_ms // RETRY_MS)):
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
            sleep(RETRY_MS / 1000)
        else:
            return


def _readable_rows(database: sqlite3.Connection) -> Iterator[Evidence]:
    """Yield rows from both ends of the table, each as far as it can be read."""
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error):
            for values in database.execute(f"{_SELECT} ORDER BY id {direction}"):
                with suppress(StoreProblem):
                    yield unflat(values)


def _readable_ids(database: sqlite3.Connection) -> tuple[set[str], bool]:
    """Return the ids that the index knows, and whether all of it could be read."""
    query = "SELECT id FROM evidence INDEXED BY evidence_profile ORDER BY profile {0}, id {0}"
    ids: set[str] = set()
    whole = True
    for direction in ("ASC", "DESC"):
        try:
            ids.update(str(each) for (each,) in database.execute(query.format(direction)))
        except sqlite3.Error:
            whole = False
    return ids, whole


def _fetch_into(good: dict[str, Evidence], database: sqlite3.Connection, id_: str) -> bool:
    """Fetch one row by its id; return whether it could be read."""
    with suppress(sqlite3.Error, StoreProblem):
        values = database.execute(f"{_SELECT} WHERE id = ?", (id_,)).fetchone()
        if values:
            good[id_] = unflat(values)
            return True
    return False


def _is_whole(database: sqlite3.Connection) -> bool:
    """Whether the table, its index aside, can be read from end to end."""
    try:
        for values in database.execute(f"{_SELECT} ORDER BY id"):
            unflat(values)
    except (sqlite3.Error, StoreProblem):
        return False
    return True


def _read_only(path: Path) -> StoreProblem:
    return StoreProblem(
        f"the data directory is read-only: answers cannot be kept in {path.parent}",
        hint="backwright assess --simulate intermediate --seed 7   (keeps nothing)",
    )


def _problem(error: sqlite3.Error, path: Path, busy_ms: int) -> StoreProblem:
    text = str(error)
    if "readonly" in text or "unable to open" in text:
        return _read_only(path)
    if "full" in text:
        return StoreProblem(
            "the disk is full: what you just did was not kept",
            detail="Everything before it is safe. Make room (1 MB is enough), then go on.",
            hint="backwright assess --resume",
        )
    if getattr(error, "sqlite_errorname", "") in _WRITE_ERRORS:
        return StoreProblem(
            f"the disk takes no more: what you just did was not kept ({text})",
            detail="Everything before it is safe. A quota or a limit of file size may be reached.",
            hint="backwright assess --resume",
        )
    if "locked" in text or "busy" in text:
        return StoreProblem(
            f"the database {path} is held by another program for more than {busy_ms / 1000:g} s",
            detail="Nothing was changed.",
            hint="close the other program, then try again",
        )
    return StoreProblem(
        f"the database cannot be read: {text}",
        detail=f"Nothing was changed in {path}. What is still readable can be copied out.",
        hint="backwright data rescue rescued.jsonl",
    )
