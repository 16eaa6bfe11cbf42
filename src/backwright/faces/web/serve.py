"""Starts the page: an address, a port that is free, a browser if there is one, an orderly end."""

from __future__ import annotations

import signal
import socket
import sys
import webbrowser
from contextlib import suppress
from dataclasses import replace
from errno import EACCES, EADDRINUSE
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING

from backwright.faces.web import many
from backwright.model.errors import BadRequest
from backwright.usecases.serve import LOOPBACK, PORT

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from backwright.usecases.serve import Ask

PORT_MAX = 65_535
TRIES = 20  # ports after the usual one; then the system chooses
OPENS_AFTER = 0.5  # seconds; by then the server listens
GRACE = 10  # seconds that requests in progress are given at the end
WORKERS_MAX = 64  # each takes about 150 MB; whoever needs more needs a second machine
OPEN_MAX = 512  # connections of one process; more are told to come again (503)


def launch(ask: Ask) -> int:
    """Serve until interrupted; return the exit status."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from backwright.adapters.measures import share_between_processes
    from backwright.faces.web.patience import Patient

    many.check(ask)
    check_workers(ask.workers)
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
    # Once it has stopped in order, the server sends itself the signal again; what is tidied up here still has its turn.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="backwright-", ignore_cleanup_errors=True) as folder:
        if ask.workers > 1:
            share_between_processes(Path(folder) / "counts")
        config = uvicorn.Config(
            partial(app_for, ask),
            factory=True,
            http=Patient,
            workers=ask.workers,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=OPEN_MAX,
            server_header=False,
        )
        with suppress(KeyboardInterrupt):
            if ask.workers > 1:
                Multiprocess(config, sockets=[listener]).run()
            else:
                uvicorn.Server(config).run(sockets=[listener])
    return 0


def check_workers(workers: int) -> None:
    """Raise BadRequest if so many processes make no sense."""
    if not 1 <= workers <= WORKERS_MAX:
        raise BadRequest(
            f"--workers {workers}: from 1 to {WORKERS_MAX} processes can answer",
            detail="One for each processor is enough.",
            hint="backwright serve --workers 2",
        )


def app_for(ask: Ask) -> Starlette:
    """Return the application: for the one person at this machine, or with accounts. Called in each worker process."""
    from backwright.adapters.measures import Measures
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
    site.parts["measures"] = Measures()
    site.parts["log"] = ask.log
    if many.needs_accounts(ask):
        many.open_to_many(site, ask)
    return make_app(site)


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens: on the port asked for, or on the first that is free."""
    if not 0 <= port <= PORT_MAX:
        raise BadRequest(
            f"--port {port}: from 1 to {PORT_MAX}", hint="backwright serve --port 9000"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    why = ""
    for number in [port] if port else [*range(PORT, PORT + TRIES), 0]:
        # Named as TCP: only then are answers sent at once instead of being held for the next acknowledgement.
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
            made.listen()  # who comes while the rest is loaded waits, and is not turned away
        except OSError as error:
            made.close()
            why = str(error.strerror or error)
            if error.errno not in (EADDRINUSE, EACCES):
                break  # another port would not help
            continue
        return made
    what = f"port {port} on {host}" if port else f"{host or LOOPBACK}"
    raise BadRequest(
        f"{what} cannot be listened on: {why}",
        hint=f"backwright serve --port {port + 1 if port else 9000}",
    )
