"""Ports: what a use case may ask of the outside world. Adapters implement them."""

from dataclasses import dataclass
from typing import Protocol

from backwright.model.item import Run


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
