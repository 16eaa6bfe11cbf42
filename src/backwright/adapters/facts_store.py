"""Facts that were read before, in one SQLite file of the cache folder. May be lost at any time."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import local

BYTES_MAX = 1_500_000_000  # about ten repositories of a million lines
BATCH = 500  # SQLite takes at least 999 variables in one statement


class _Here(local):
    """The connection of one thread: connections are not shared, and end with their thread."""

    open: sqlite3.Connection | None = None


class SqliteFacts:
    """The FactStore port. Every failure means: read it again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._here = _Here()

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept under these keys."""
        found: dict[str, bytes] = {}
        wanted = list(dict.fromkeys(keys))
        try:
            connection = self._connection()
            for start in range(0, len(wanted), BATCH):
                part = wanted[start : start + BATCH]
                marks = ",".join("?" * len(part))
                found.update(
                    connection.execute(f"SELECT key, value FROM facts WHERE key IN ({marks})", part)  # noqa: S608  (marks are ours)
                )
        except sqlite3.Error:
            self._forget()
            return {}
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep these values, or quietly do not."""
        try:
            connection = self._connection()
            with connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)", values.items()
                )
            self._prune(connection)
        except (sqlite3.Error, OSError):
            self._forget()

    def _connection(self) -> sqlite3.Connection:
        if self._here.open is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=2)
            connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
                "CREATE TABLE IF NOT EXISTS facts (number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, value BLOB NOT NULL)"
            )
            self._here.open = connection
        return self._here.open

    def _prune(self, connection: sqlite3.Connection) -> None:
        if self._path.stat().st_size > BYTES_MAX:
            with connection:
                connection.execute(
                    "DELETE FROM facts WHERE number < (SELECT avg(number) FROM facts)"
                )
            connection.execute("VACUUM")

    def _forget(self) -> None:
        if self._here.open is not None:
            self._here.open.close()
            self._here.open = None
