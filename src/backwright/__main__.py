"""Run the command line: `python -m backwright`. The faces that it can start are handed to it here."""

import gc
import sys
from typing import Any

from backwright.faces.cli import main


def run() -> None:
    """Run as the `backwright` command."""
    gc.set_threshold(
        100_000, 20, 100
    )  # a review makes millions of objects that live on: looking for cycles so often cost a tenth of it
    sys.exit(main(launchers={"serve": _serve, "mcp": _mcp}))


def _serve(ask: Any) -> int:  # noqa: ANN401  (usecases.serve.Ask, imported when it is needed)
    from backwright.faces.web.serve import launch

    return launch(ask)


def _mcp(ask: Any) -> int:  # noqa: ANN401
    from backwright.faces.mcp import launch

    return launch(ask)


if __name__ == "__main__":
    run()
