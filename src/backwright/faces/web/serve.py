"""Starts the page: an address, a port that is free, a browser if there is one, an orderly end."""

from __future__ import annotations

import socket
import sys
import webbrowser
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from threading import Timer
from typing import TYPE_CHECKING

from backwright.faces.web import many
from backwright.model.errors import BadRequest
from backwright.usecases.serve import LOOPBACK, PORT

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from backwright.usecases.serve import Ask

TRIES = 20  # ports after the usual one; then the system chooses
OPENS_AFTER = 0.5  # seconds; by then the server listens
GRACE = 10  # seconds that requests in progress are given at the end


def launch(ask: Ask) -> int:
    """Serve until interrupted; return the exit status."""
    import uvicorn

    many.check(ask)
    listener = _listener(ask.host, ask.port)
    port = listener.getsockname()[1]
    url = ask.url or f"http://{ask.host}:{port}/"
    sys.stderr.write(f"Backwright is at {url}  (Ctrl-C stops it; what you did is kept)\n")
    if many.needs_accounts(ask):
        sys.stderr.write(many.first_words(url))
    if ask.open:
        opener = Timer(OPENS_AFTER, partial(webbrowser.open, url))
        opener.daemon = True
        opener.start()
    config = uvicorn.Config(
        app_for(ask), log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def app_for(ask: Ask) -> Starlette:
    """Return the application: for the one person at this machine, or with accounts."""
    from backwright.faces.web.app import make_app
    from backwright.faces.web.jobs import Jobs
    from backwright.faces.web.site import Site
    from backwright.settings import one_numeric_thread, read_settings
    from backwright.wiring import confined, job_rows, make_bench, reply_rows

    one_numeric_thread()
    settings = read_settings()
    bench = make_bench(settings)
    bench = replace(bench, load=cache(bench.load))  # one catalog for all requests
    site = Site(bench, confined, settings.data_dir / "uploads")
    site.is_store_near = not settings.database_url
    site.parts["jobs"] = Jobs(job_rows(), make_bench, confined)
    site.parts["replies"] = reply_rows()
    if many.needs_accounts(ask):
        many.open_to_many(site, ask)
    return make_app(site)


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens: on the port asked for, or on the first that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in [port] if port else [*range(PORT, PORT + TRIES), 0]:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
        except OSError as error:
            made.close()
            if port:
                raise BadRequest(
                    f"port {port} on {host} cannot be used: {error.strerror}",
                    hint=f"backwright serve --port {port + 1}",
                ) from None
            continue
        return made
    raise BadRequest(f"no port is free on {host or LOOPBACK}", hint="backwright serve --port 9000")
