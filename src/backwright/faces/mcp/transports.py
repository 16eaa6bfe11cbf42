"""How clients reach the server: as a child process over stdin and stdout, or over HTTP with a token."""

import hmac
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import anyio

from backwright.faces.mcp.server import make_server
from backwright.faces.mcp.working import Workshop
from backwright.model.errors import BadRequest
from backwright.settings import one_numeric_thread, read_settings
from backwright.wiring import code_stamp, confined, make_bench

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  (to be recognized, not to be listened on)
TOKEN_MIN = 16  # characters; what is shorter can be tried out
CONNECTIONS_MAX = 256  # each client holds one or two; more get 503 instead of a slow answer
GRACE_S = 3  # for answers that are being written when the server is told to end
PATH = "/mcp"
Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def serve(ask: Any) -> int:  # noqa: ANN401  (usecases.mcp.Ask)
    """Serve until the client goes or the process is told to end; return the exit status."""
    one_numeric_thread()
    settings = read_settings()
    shared = ask.transport == "http" and ask.host not in LOOPBACK
    if shared and len(settings.mcp_token) < TOKEN_MIN:
        raise BadRequest(
            f"'{ask.host}' can be reached by others, so clients need a token",
            detail=f"Set BACKWRIGHT_MCP_TOKEN to at least {TOKEN_MIN} characters that nobody can guess.",
            hint="backwright mcp --transport http",
        )
    bench = make_bench(settings)
    if shared:
        bench = confined(bench, Path.cwd(), settings)
    workshop = Workshop(bench)
    server = make_server(workshop, shared=shared, stamp=code_stamp())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _leave(workshop))
    if ask.transport == "http":
        _over_http(server, ask.host, ask.port, settings.mcp_token)
    else:
        anyio.run(_over_stdio, server)
    return _leave(workshop)


def _leave(workshop: Workshop) -> NoReturn:
    """End at once: a thread that reads, or works for a client that is gone, cannot be waited for."""
    workshop.close()
    sys.stdout.flush()
    os._exit(0)


async def _over_stdio(server: "Server[Any]") -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _over_http(server: "Server[Any]", host: str, port: int, token: str) -> None:
    import uvicorn

    app = http_app(server, host, token)
    sys.stderr.write(f"backwright mcp: http://{host}:{port}{PATH}\n")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=GRACE_S,
    )


def http_app(server: "Server[Any]", host: str, token: str) -> Asgi:
    """Return the server over HTTP; with a token, only for those who send it.

    A web page that a person happens to open must not reach a server on their machine by a name of its
    own choosing, so requests are refused that name another host than this one. A server for everywhere
    has names we cannot know; there the token refuses.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    names = [*LOOPBACK[:2], "[::1]"] if host in LOOPBACK else [f"[{host}]" if ":" in host else host]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=host not in EVERYWHERE,
        allowed_hosts=[*names, *(f"{name}:*" for name in names)],
        allowed_origins=[f"http://{name}:*" for name in names],
    )
    app = server.streamable_http_app(
        streamable_http_path=PATH, transport_security=security, host=host
    )
    return _Guarded(app, token) if token else app


class _Guarded:
    """Lets through who sends the token."""

    def __init__(self, app: Asgi, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  (ASGI's own)
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                await _refuse(send)
                return
        await self._app(scope, receive, send)


async def _refuse(send: Any) -> None:  # noqa: ANN401
    body = b'{"problem": "this server wants the header Authorization: Bearer <token>"}'
    headers = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": body})
