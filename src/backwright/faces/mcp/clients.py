"""What clients keep in their settings so as to start or reach this server."""

import json
from typing import Any

SERVER = "backwright"
_LIST = {"claude": "mcpServers", "cursor": "mcpServers", "vscode": "servers"}


def settings_of(ask: Any) -> str:  # noqa: ANN401  (usecases.mcp.Ask)
    """Return the JSON for .mcp.json (Claude Code), .cursor/mcp.json or .vscode/mcp.json."""
    entry: dict[str, Any] = {"command": "backwright", "args": ["mcp"]}
    if ask.transport == "http":
        host = f"[{ask.host}]" if ":" in ask.host else ask.host
        entry = {"type": "http", "url": f"http://{host}:{ask.port}/mcp"}
    elif ask.config == "vscode":
        entry = {"type": "stdio", **entry}
    return json.dumps({_LIST[ask.config]: {SERVER: entry}}, indent=2) + "\n"
