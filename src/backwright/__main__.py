"""Run the command line: `python -m backwright`."""

import sys

from backwright.faces.cli import main


def run() -> None:
    """Run as the `backwright` command."""
    sys.exit(main())


if __name__ == "__main__":
    run()
