"""The Limiter port by the `limits` library: counted in this process, or in the people tables for all processes."""

import time
from math import ceil
from typing import Any

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from backwright.adapters.people_tables import COUNTERS
from backwright.adapters.rows import keepable
from backwright.adapters.tables import our_problems
from backwright.usecases.ports import Allowance


class Limits:
    """The Limiter port."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._windows = FixedWindowRateLimiter(storage or MemoryStorage())

    def hit(self, limit: tuple[int, int], *key: str) -> Allowance:
        allowed = self._windows.hit(_item(limit), *key)
        return self._allowance(limit, key, allowed=allowed)

    def look(self, limit: tuple[int, int], *key: str) -> Allowance:
        return self._allowance(limit, key, allowed=self._windows.test(_item(limit), *key))

    def forgive(self, limit: tuple[int, int], *key: str) -> None:
        self._windows.clear(_item(limit), *key)

    def _allowance(
        self, limit: tuple[int, int], key: tuple[str, ...], *, allowed: bool
    ) -> Allowance:
        ends_at, left = self._windows.get_window_stats(_item(limit), *key)
        seconds = ceil(ends_at - time.time())
        return Allowance(allowed, limit[0], max(0, left), max(1, min(seconds, limit[1])))


class SqlCounters(Storage):
    """Counters that all processes of a server share: guesses at a password count wherever they arrive."""

    STORAGE_SCHEME = None

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        # The two dialects say the same with one name; SQLAlchemy has no word for both.
        self._insert: Any = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = int(time.time())
        row = self._insert(COUNTERS).values(key=keepable(key), count=amount, ends_at=now + expiry)
        is_over = COUNTERS.c.ends_at <= now
        row = row.on_conflict_do_update(
            index_elements=[COUNTERS.c.key],
            set_={
                "count": case((is_over, amount), else_=COUNTERS.c.count + amount),
                "ends_at": case((is_over, now + expiry), else_=COUNTERS.c.ends_at),
            },
        )
        with our_problems(), self._engine.begin() as connection:
            return int(connection.execute(row.returning(COUNTERS.c.count)).scalar_one())

    def get(self, key: str) -> int:
        return self._row(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._row(key)[1]

    def check(self) -> bool:
        self._row("")
        return True

    def reset(self) -> int | None:
        with our_problems(), self._engine.begin() as connection:
            return connection.execute(delete(COUNTERS)).rowcount

    def clear(self, key: str) -> None:
        with our_problems(), self._engine.begin() as connection:
            connection.execute(delete(COUNTERS).where(COUNTERS.c.key == keepable(key)))

    def _row(self, key: str) -> tuple[int, float]:
        now = time.time()
        query = select(COUNTERS.c.count, COUNTERS.c.ends_at).where(COUNTERS.c.key == keepable(key))
        with our_problems(), self._engine.connect() as connection:
            reader = connection.execution_options(only_reads=True)
            row = reader.execute(query).one_or_none()
        return (row[0], float(row[1])) if row and row[1] > now else (0, now)


def _item(limit: tuple[int, int]) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit[0], limit[1])
