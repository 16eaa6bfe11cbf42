"""Source trees: which files there are, and which are not read and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceFile:
    """A file that may be read.

    Attributes:
        path: Below the root, with slashes.
        stamp: Changes when the file does: size and time of last change.
    """

    path: str
    size: int
    stamp: str


@dataclass(frozen=True)
class Skipped:
    """A file, or the rest of one, that was not read.

    Attributes:
        line: First line that was not understood, 0 for the whole file.
    """

    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Tree:
    """What lies below a folder.

    Attributes:
        root: Absolute path. name: Its last part.
        is_git: Whether it lies in a git work tree.
        single: The one file that was asked for, "" for a folder.
    """

    root: str
    name: str
    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    is_git: bool
    single: str = ""


@dataclass(frozen=True)
class Change:
    """What differs from a revision.

    Attributes:
        base: The revision's short id.
        lines: File to its added or changed lines; {0} stands for all of a new file.
        deleted: Files that are gone.
    """

    base: str
    lines: dict[str, frozenset[int]]
    deleted: tuple[str, ...] = ()


def ending_of(path: str) -> str:
    """Return ".py" of "a/b.PY": what pathlib's suffix is, without the cost of a path for each file."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""
