"""A synchronous WSGI server of a fixed number of threads, and the application that is measured in it.

One request per connection, as with synchronous workers without keep-alive: a thread takes a connection,
reads the request, holds itself over every wait, answers and closes.

/io?x=SECONDS    a connection of the pool is held while the database sleeps
/cpu?x=ROUNDS    hashing, then an indexed SELECT through the pool

Settings: PORT, WORKERS threads, POOL connections, DATABASE (an address).
"""

import hashlib
import os
import queue
import socket
import threading

import psycopg

from backwright.adapters.timing import WsgiTiming, section

WORKERS, POOL = int(os.environ.get("WORKERS", "16")), int(os.environ.get("POOL", "4"))
connections: "queue.LifoQueue[psycopg.Connection]" = queue.LifoQueue()


def application(environ, start_response):
    value = environ["QUERY_STRING"].partition("=")[2]
    path = environ["PATH_INFO"]
    body = b"ok"
    if path == "/cpu":
        digest = b"x" * 1024
        for _ in range(int(value)):
            digest = hashlib.sha256(digest).digest() * 32
        body = digest[:8].hex().encode()
    if path in ("/io", "/cpu"):
        with section("db.wait"):
            connection = connections.get()
        try:
            if path == "/io":
                with section("db.sleep"):
                    connection.execute(f"SELECT pg_sleep({float(value):f})")
            else:
                with section("db.read"):
                    connection.execute(
                        "SELECT id, v FROM t WHERE id = %s", (int(value) % 100_000,)
                    ).fetchone()
        finally:
            connections.put(connection)
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


app = WsgiTiming(application)


def serve(client: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        got = client.recv(65536)
        if not got:
            return
        data += got
    method, target, _ = data.split(b"\r\n", 1)[0].decode().split(" ", 2)
    path, _, query = target.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    head: list[str] = []

    def start_response(status, headers, *_):
        head.append(f"HTTP/1.1 {status}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers))

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        parts.close()
    client.sendall(f"{head[0]}Connection: close\r\n\r\n".encode() + body)


def work(waiting: "queue.Queue[socket.socket]") -> None:
    while True:
        client = waiting.get()
        try:
            serve(client)
        except OSError:
            pass
        finally:
            client.close()


def main() -> None:
    for _ in range(POOL):
        connections.put(psycopg.connect(os.environ["DATABASE"], autocommit=True))
    listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=1024)
    waiting: queue.Queue[socket.socket] = queue.Queue()
    for _ in range(WORKERS):
        threading.Thread(target=work, args=(waiting,), daemon=True).start()
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.put(client)


if __name__ == "__main__":
    main()
