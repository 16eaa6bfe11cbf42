"""The MCP face: each verb a tool, catalog pages as resources, prompts. The protocol's library is imported when served."""

from typing import Any


def launch(ask: Any) -> int:  # noqa: ANN401  (usecases.mcp.Ask)
    """Serve until the client goes, or print what a client's settings need; return the exit status."""
    from backwright.faces.mcp.clients import settings_of

    if ask.config:
        import sys

        sys.stdout.write(settings_of(ask))
        return 0
    from backwright.faces.mcp.transports import serve

    return serve(ask)
