"""What serving the web page asks for; the face itself is started by `__main__`."""

from dataclasses import dataclass
from typing import Annotated

from backwright.usecases.spec import Mark

PORT = 8765
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    host: Annotated[str, "Address to listen on; any but loopback asks for accounts"] = LOOPBACK
    port: Annotated[int, "Port; the next free one when 0 or left out"] = 0
    workers: Annotated[int, "Processes that answer"] = 1
    log: Annotated[bool, "Write one line of JSON for each request to stderr"] = False
    open: Annotated[bool, "Open the page in a browser"] = True
    accounts: Annotated[bool, "People log in, on loopback too"] = False
    url: Annotated[
        str, "Address that people type, such as https://learn.example.org", Mark(metavar="URL")
    ] = ""
