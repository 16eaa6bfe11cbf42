"""Ports: what a use case may ask of the outside world. Adapters implement them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backwright.model.evidence import Evidence
from backwright.model.item import Run
from backwright.model.measured import LoadPlan, LoadRun
from backwright.model.source import Change, Tree


@dataclass(frozen=True)
class Ran:
    """What a program printed, and what went wrong (empty if nothing).

    Attributes:
        missing: The runtime is not on this machine, so nothing was run.
    """

    printed: str
    problem: str
    missing: bool = False


class Sandbox(Protocol):
    """Runs the catalog's own programs: questions, lessons. Never a user's code."""

    def runtimes(self) -> frozenset[str]:
        """Return the runtimes that this machine has, such as python, sqlite, node."""
        ...

    def run(self, run: Run) -> Ran:
        """Run one program within its limits and return what it printed."""
        ...

    def run_many(self, runs: Sequence[Run]) -> list[Ran]:
        """Run programs that share a process where that saves time; one result each, in order."""
        ...


class Store(Protocol):
    """The append-only evidence log. One contract suite runs over every adapter."""

    def append(self, rows: Sequence[Evidence]) -> int:
        """Add rows in one transaction, all or none; rows whose id is there already are skipped.

        Returns:
            How many were added.

        Raises:
            StoreProblem: The disk is full, read-only, or the database is damaged or newer.
        """
        ...

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        """Return every row of a profile, in the order of recording."""
        ...

    def all_rows(self) -> Iterator[Evidence]:
        """Yield every row of everybody, in the order of recording."""
        ...

    def profiles(self) -> tuple[tuple[str, int], ...]:
        """Return (profile, rows) for each profile, by name."""
        ...

    def stamp(self, profile: str) -> str:
        """Return a text that changes whenever the rows of a profile do; cheap to ask for."""
        ...

    def delete(self, profile: str) -> int:
        """Forget a person; return how many rows went."""
        ...


class Clock(Protocol):
    """The time, new ids and chance."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        ...

    def new_id(self) -> str:
        """Return a UUIDv7."""
        ...

    def seed(self) -> int:
        """Return a number nobody chose, below 2**31."""
        ...


class Cache(Protocol):
    """Keeps what is slow to compute and can be computed again. May forget at any time."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under the key, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Keep the value, or quietly do not."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class Lessons(Protocol):
    """Reads lessons when one is shown."""

    def read(self, skill: str) -> str:
        """Return the lesson's Markdown; NotFound if the skill has none."""
        ...

    def brief(self, skill: str) -> str:
        """Return the Markdown of the brief that stands in for a lesson, "" if there is none."""
        ...


class Files(Protocol):
    """The files a person names: exports and imports."""

    def write(self, path: str, text: str) -> str:
        """Write the text whole or not at all; return the absolute path."""
        ...

    def read(self, path: str) -> str:
        """Return the text of a file; NotFound if there is none."""
        ...

    def load(self, path: str, limit: int) -> bytes:
        """Return the bytes of a file of at most `limit`; NotFound if there is none, BadRequest if it is larger."""
        ...


class Trees(Protocol):
    """Folders of source code that a person names. Read only, unless a fix is asked for."""

    def root(self, path: str) -> str:
        """Return the folder that `scan` would go through; NotFound if there is neither folder nor file."""
        ...

    def scan(self, path: str, exclude: Sequence[str] = ()) -> Tree:
        """Return what lies below a folder, or one file; NotFound if there is neither."""
        ...

    def read(self, root: str, path: str) -> bytes | None:
        """Return a file's content; None if it is gone or cannot be read."""
        ...

    def write(self, root: str, path: str, content: bytes) -> None:
        """Replace a file's content, whole or not at all; StoreProblem if it cannot be written."""
        ...


class Git(Protocol):
    """What git knows about a folder."""

    def change(self, root: str, ref: str) -> Change:
        """Return what differs from a revision, "" for the merge base with main; BadRequest without git or revision."""
        ...

    def identity(self, root: str) -> str:
        """Return the address under which the person commits, "" if there is none."""
        ...

    def own_lines(self, root: str, path: str, lines: Sequence[int], address: str) -> frozenset[int]:
        """Return which of these lines that address wrote last."""
        ...

    def together(self, root: str, commits: int) -> tuple[tuple[str, ...], ...]:
        """Return the files of each of the last commits, newest first; () without git."""
        ...


class FactStore(Protocol):
    """Facts of files that were read before. May forget at any time."""

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept under these keys."""
        ...

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep these values, or quietly do not."""
        ...


class LoadGenerator(Protocol):
    """Sends requests to a service of the person's own, and says what came back and how clean it was."""

    def run(
        self, plan: LoadPlan, *, is_own_host: bool = False, system: tuple[str, ...] = ()
    ) -> LoadRun:
        """Carry out a plan; a server that dies meanwhile is part of the result.

        Args:
            is_own_host: Accept addresses that are not this machine, at a bounded rate.
            system: Names of processes that belong to what is measured, such as "postgres".

        Raises:
            BadRequest: Not http, not loopback, or more than is measured at once.
            NotFound: Nothing answers there.
        """
        ...


class Servers(Protocol):
    """Starts a person's server for a measurement and ends it, children and all."""

    def free_port(self) -> int:
        """Return a port on loopback that nobody listens on."""
        ...

    def serve(
        self, command: str, environment: Mapping[str, str], port: int
    ) -> AbstractContextManager[int]:
        """Return a block in which the command runs and listens on the port; gives its process id.

        Raises:
            NotFound: It cannot be started, or does not listen in time.
        """
        ...
