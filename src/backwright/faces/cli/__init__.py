"""The terminal face: parse, call one use case, print. Conversations are loops over one verb."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

EXIT_OK, EXIT_NEGATIVE, EXIT_PROBLEM, EXIT_PARTLY = 0, 1, 2, 3


Launchers = Mapping[str, Callable[[Any], int]]  # by name, what starts another face


def main(arguments: Sequence[str] | None = None, launchers: Launchers | None = None) -> int:
    """Run one command line; return its exit status (docs/reference/exit-status.md)."""
    from backwright.faces.cli.commands import run

    return run(list(sys.argv[1:] if arguments is None else arguments), launchers or {})
