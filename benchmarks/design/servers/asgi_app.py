"""The ASGI application that is measured: a pool of connections to PostgreSQL, one I/O and one CPU operation.

/io?x=SECONDS    a connection is held while the database sleeps
/cpu?x=ROUNDS    hashing on the event loop, then an indexed SELECT through the pool, then JSON

Settings are environment variables: POOL connections, DATABASE (an address), ACQUIRE (s of patience for a
connection; the answer is then 503).
"""

import hashlib
import json
import os

import asyncpg

from backwright.adapters.timing import AsgiTiming, section

POOL = int(os.environ.get("POOL", "4"))
ACQUIRE = float(os.environ.get("ACQUIRE", "0")) or None
state: dict[str, asyncpg.Pool] = {}


async def pool() -> asyncpg.Pool:
    if "pool" not in state:
        made = asyncpg.create_pool(os.environ["DATABASE"], min_size=POOL, max_size=POOL)
        state["pool"] = await made
    return state["pool"]


async def io(seconds: float) -> tuple[int, bytes]:
    connections = await pool()
    try:
        with section("db.wait"):
            connection = await connections.acquire(timeout=ACQUIRE)
    except TimeoutError:
        return 503, b"no connection"
    try:
        with section("db.sleep"):
            await connection.execute(f"SELECT pg_sleep({seconds:f})")
    finally:
        with section("db.release"):  # a round trip: asyncpg resets the session
            await connections.release(connection)
    return 200, b'{"ok":1}'


async def cpu(rounds: int) -> tuple[int, bytes]:
    digest = b"x" * 1024
    for _ in range(rounds):
        digest = hashlib.sha256(digest).digest() * 32
    connections = await pool()
    with section("db.wait"):
        connection = await connections.acquire(timeout=ACQUIRE)
    try:
        with section("db.read"):
            row = await connection.fetchrow("SELECT id, v FROM t WHERE id = $1", rounds % 100_000)
    finally:
        with section("db.release"):
            await connections.release(connection)
    return 200, json.dumps({"id": row["id"], "v": row["v"], "h": digest[:8].hex()}).encode()


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await pool()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    query = scope["query_string"].partition(b"=")[2]
    if scope["path"] == "/io":
        status, body = await io(float(query))
    elif scope["path"] == "/cpu":
        status, body = await cpu(int(query))
    else:
        status, body = 200, b"ok"
    head = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


app = AsgiTiming(application)
