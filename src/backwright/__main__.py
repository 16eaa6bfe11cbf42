"""Run the command line: `python -m backwright`. The faces that it can start are handed to it here."""

import gc
import sys
from typing import Any

from backwright.faces.cli import main

USUAL = gc.get_threshold()
# One command makes millions of objects that live on: looking for cycles as often as usual cost a twentieth of a review.
ONCE = 100_000


def run() -> None:
    """Run as the `backwright` command."""
    gc.set_threshold(ONCE, *USUAL[1:])
    sys.exit(main(launchers={"serve": _serve, "mcp": _mcp}))


def _serve(ask: Any) -> int:  # noqa: ANN401  (usecases.serve.Ask, imported when it is needed)
    from backwright.faces.web.serve import launch

    gc.set_threshold(*USUAL)  # it runs for months, and what a review leaves behind should go soon
    return launch(ask)


def _mcp(ask: Any) -> int:  # noqa: ANN401
    from backwright.faces.mcp import launch

    gc.set_threshold(*USUAL)
    return launch(ask)


if __name__ == "__main__":
    run()
