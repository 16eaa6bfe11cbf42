"""The Store port for one person on a server that others use: whatever a verb asks for, it meets their rows only."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backwright.model.errors import Refused
from backwright.model.evidence import Evidence
from backwright.usecases.ports import Store


class OwnRows:
    """A store that holds one profile and takes what is brought in for it.

    Raises:
        Refused: A caller who may only read adds or deletes.
    """

    def __init__(self, store: Store, profile: str, *, may_write: bool = True) -> None:
        self._store, self._profile, self._may_write = store, profile, may_write

    def append(self, rows: Sequence[Evidence]) -> int:
        self._check()
        # Rows from another machine carry the profile they had there; here they are of who brings them.
        return self._store.append([replace(row, profile=self._profile) for row in rows])

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        return self._store.rows(profile) if profile == self._profile else ()

    def all_rows(self) -> Iterator[Evidence]:
        yield from self._store.rows(self._profile)

    def profiles(self) -> tuple[tuple[str, int], ...]:
        rows = len(self._store.rows(self._profile))
        return ((self._profile, rows),) if rows else ()

    def stamp(self, profile: str) -> str:
        return self._store.stamp(profile) if profile == self._profile else "0"

    def delete(self, profile: str) -> int:
        self._check()
        return self._store.delete(profile) if profile == self._profile else 0

    def _check(self) -> None:
        if not self._may_write:
            raise Refused("this token may only read", hint="make one that may write at /account")
