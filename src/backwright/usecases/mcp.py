"""What serving coding agents asks for; the face itself is started by `__main__`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.usecases.serve import LOOPBACK


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    transport: Annotated[
        Literal["stdio", "http"], "How clients reach it: as a child process, or over HTTP"
    ] = "stdio"
    host: Annotated[str, "For http: address to listen on; any but loopback needs a token"] = (
        LOOPBACK
    )
    port: Annotated[int, "For http: port"] = 8766
    config: Annotated[
        Literal["", "claude", "cursor", "vscode"], "Print what this client's settings need, and end"
    ] = ""
