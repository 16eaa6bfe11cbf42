"""Coupling: how modules depend on each other, by imports, tables and common changes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A module with what it holds.

    Attributes:
        endpoints: Endpoints that are declared or handled in it.
        abstract: Share of its classes that are interfaces or abstract, 0 to 1.
        writes, reads: Table to the number of places that write, or only read it.
    """

    name: str
    files: int
    lines: int
    endpoints: int
    abstract: float
    writes: tuple[tuple[str, int], ...] = ()
    reads: tuple[tuple[str, int], ...] = ()
    is_technical: bool = False


@dataclass(frozen=True)
class Tie:
    """What ties one module to another.

    Attributes:
        imports: Import statements that lead from source to target. calls: Calls of its functions.
        commits: Commits that changed both.
        example: "file:line" of one import.
    """

    source: str
    target: str
    imports: int
    calls: int
    commits: int
    example: str = ""


@dataclass(frozen=True)
class Coupling:
    """All modules and ties of a system.

    Attributes:
        commits: Looked at; 0 without history.
    """

    parts: tuple[Part, ...]
    ties: tuple[Tie, ...]
    commits: int = 0
