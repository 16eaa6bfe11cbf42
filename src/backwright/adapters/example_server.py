"""The service that `--serve example` starts: orders.buy of the example blueprint, with threads, a pool and waits.

Run by path in a process of its own. Settings: PORT, WORKERS threads, POOL connections. A thread takes a
request, computes, waits for a connection and holds it while "database" and "payment" take their time.
"""

import os
import queue
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from backwright.adapters.timing import WsgiTiming, section  # found by the line above

CPU, QUERY, PAYMENT = 0.003, 0.020, 0.150  # s on average; the example blueprint assumes more
chance = random.Random(7)  # noqa: S311  (waiting times, no secret)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Serve one order."""
    until = time.thread_time() + CPU
    while time.thread_time() < until:
        pass
    pool = environ["pool"]
    with section("orders_db.wait"):
        connection = pool.get()
    try:
        with section("postgres.write"):
            time.sleep(chance.expovariate(1 / QUERY))
        with section("payment.charge"):
            time.sleep(PAYMENT * chance.lognormvariate(-0.06, 0.35))
    finally:
        pool.put(connection)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def answer(client: socket.socket, app: WsgiTiming, pool: queue.Queue[int]) -> None:
    """Read one request, run the application, write its answer, close."""
    data = b""
    while b"\r\n\r\n" not in data:
        got = client.recv(65536)
        if not got:
            return
        data += got
    method, path, *_ = data.decode("latin-1").split(" ", 2)
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        said.append(f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n")

    parts: Any = app({"REQUEST_METHOD": method, "PATH_INFO": path, "pool": pool}, start_response)
    try:
        body = b"".join(parts)
    finally:
        parts.close()
    client.sendall(said[0].encode() + body)


def work(waiting: queue.Queue[socket.socket], app: WsgiTiming, pool: queue.Queue[int]) -> None:
    """Serve connections for ever."""
    while True:
        client = waiting.get()
        try:
            answer(client, app, pool)
        except OSError:
            continue  # the client went away
        finally:
            client.close()


def main() -> None:
    """Listen, and hand each connection to a thread."""
    settings = os.environ  # of a program of its own, given by who starts it
    pool: queue.Queue[int] = queue.Queue()
    for number in range(int(settings["POOL"])):
        pool.put(number)
    listener = socket.create_server(("127.0.0.1", int(settings["PORT"])), backlog=256)
    waiting: queue.Queue[socket.socket] = queue.Queue()
    app = WsgiTiming(application)
    for _ in range(int(settings["WORKERS"])):
        threading.Thread(target=work, args=(waiting, app, pool), daemon=True).start()
    while True:
        waiting.put(listener.accept()[0])


if __name__ == "__main__":
    main()
