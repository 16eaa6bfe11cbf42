"""The MCP face: each verb a tool, catalog pages as resources, prompts. The protocol's library is imported when served."""

from typing import Any

from backwright.model.errors import NothingToDo


def launch(ask: Any) -> int:  # noqa: ANN401  (usecases.mcp.Ask)
    """Serve until the client goes, or print what a client's settings need; return the exit status."""
    from backwright.faces.mcp.clients import settings_of

    if ask.config:
        import sys

        sys.stdout.write(settings_of(ask))
        return 0
    try:
        import mcp  # noqa: F401  (only whether it is there)
    except ImportError as error:
        raise NothingToDo(
            "the library of the protocol is not installed",
            detail="It is an extra: pip install 'backwright[mcp]', in a checkout: make start.",
            hint="backwright mcp --config claude",
        ) from error
    from backwright.faces.mcp.transports import serve

    return serve(ask)
