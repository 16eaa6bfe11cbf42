"""What the timing middleware costs a request: python -m benchmarks.design.middleware.

CPU time of an application that answers at once after one wait of the loop, with and without it; the least of
several rounds in turn.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from time import process_time

from backwright.adapters.timing import AsgiTiming, WsgiTiming, section

COUNT, ROUNDS = 5000, 15
SCOPE = {"type": "http", "method": "GET", "path": "/"}


async def asgi(scope, receive, send):
    with section("db.wait"):
        await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def wsgi(environ, start_response):
    with section("db.wait"):
        pass
    start_response("200 OK", [])
    return [b"ok"]


async def nowhere(message) -> None:
    return


async def serve(app) -> None:
    for _ in range(COUNT):
        await app(dict(SCOPE), None, nowhere)


def ask_asgi(app) -> None:
    asyncio.run(serve(app))


def ask_wsgi(app) -> None:
    for _ in range(COUNT):
        body = app({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda status, headers: None)
        for _ in body:
            pass
        if hasattr(body, "close"):
            body.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "timing.jsonl")
        for name, ask, bare, timed in (
            ("ASGI", ask_asgi, asgi, AsgiTiming),
            ("WSGI", ask_wsgi, wsgi, WsgiTiming),
        ):
            apps = {"bare": bare, "header": timed(bare), "header and line": timed(bare, path=path)}
            best = dict.fromkeys(apps, float("inf"))
            for _ in range(ROUNDS):
                for word, app in apps.items():
                    began = process_time()
                    ask(app)
                    best[word] = min(best[word], (process_time() - began) / COUNT * 1e6)
            more = ", ".join(
                f"{word} {spent - best['bare']:+.1f} us"
                for word, spent in best.items()
                if word != "bare"
            )
            sys.stdout.write(f"{name}: bare {best['bare']:.1f} us a request; {more}\n")


if __name__ == "__main__":
    main()
