"""The timing middleware: what it adds, what it counts, and that it never changes an application."""

import asyncio
import json
import sys
import threading
from time import thread_time

import pytest

from backwright.adapters.timing import AsgiTiming, WsgiTiming, section
from backwright.design.measured.observed import read_header, read_timing

SCOPE = {"type": "http", "method": "GET", "path": "/buy"}


def burn(seconds: float) -> None:
    until = thread_time() + seconds
    while thread_time() < until:
        pass


async def answer(send, status: int = 200) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def ask(app, count: int = 1) -> list[dict[str, str]]:
    """Ask an ASGI application several times at once; return the headers of the answers."""
    starts: list[dict[str, str]] = []

    async def send(message):
        if message["type"] == "http.response.start":
            starts.append({k.decode(): v.decode() for k, v in message["headers"]})

    await asyncio.gather(*(app(dict(SCOPE), None, send) for _ in range(count)))
    return starts


def test_asgi_tells_wall_cpu_and_sections():
    async def app(scope, receive, send):
        burn(0.01)
        with section("db.wait"):
            await asyncio.sleep(0.02)
        await answer(send)

    (head,) = asyncio.run(ask(AsgiTiming(app)))
    told = read_header(head["server-timing"], "orders.buy")
    assert "b" == head["a"]
    assert told.wall >= told.cpu + 0.019
    assert told.cpu >= 0.01
    assert dict(told.sections)["db.wait"] >= 0.019
    assert 0 == told.inflight
    assert told.busy >= told.cpu


def test_asgi_counts_the_cpu_of_a_request_and_not_of_those_between_its_steps():
    async def app(scope, receive, send):
        await asyncio.sleep(0)
        burn(0.01)
        await asyncio.sleep(0.06)  # until all have burnt: the wall time holds the others' work
        await answer(send)

    heads = asyncio.run(ask(AsgiTiming(app), 5))
    told = [read_header(head["server-timing"], "x") for head in heads]
    assert all(0.01 <= each.cpu < 0.04 for each in told)
    assert {0, 1, 2, 3, 4} == {each.inflight for each in told}


@pytest.mark.parametrize("header", [True, False])
def test_asgi_writes_lines(tmp_path, header):
    async def app(scope, receive, send):
        with section("db.read"):
            await asyncio.sleep(0)
        await answer(send, 404)

    path = tmp_path / "timing.jsonl"
    heads = asyncio.run(ask(AsgiTiming(app, path=str(path), header=header), 3))
    read = read_timing(path.read_text())
    assert [header] * 3 == ["server-timing" in head for head in heads]
    assert ["GET /buy"] * 3 == [s.name for s in read.samples]
    assert {404} == {s.status for s in read.samples}
    assert {"db.read"} == {name for s in read.samples for name, _ in s.sections}


def test_asgi_hands_on_errors_cancellation_and_other_protocols():
    seen = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            seen.append("lifespan")
            return
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def broken(scope, receive, send):
        raise LookupError("mine")

    async def scenario():
        timed = AsgiTiming(app)
        await timed({"type": "lifespan"}, None, None)
        task = asyncio.ensure_future(timed(dict(SCOPE), None, None))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(LookupError, match="mine"):
            await AsgiTiming(broken)(dict(SCOPE), None, None)
        return timed._inflight

    assert 0 == asyncio.run(scenario())
    assert ["lifespan", "cancelled"] == seen


def test_a_disk_that_refuses_breaks_nothing(tmp_path):
    async def app(scope, receive, send):
        await answer(send)

    timed = AsgiTiming(app, path=str(tmp_path / "no" / "folder"))
    assert 2 == len(asyncio.run(ask(timed, 2)))


def test_wsgi_tells_the_threads_own_cpu_and_ends_when_the_body_is_taken(tmp_path):
    def app(environ, start_response):
        with section("db.wait"):
            pass
        burn(0.01)
        start_response("200 OK", [])
        return iter([b"a", b"b"])

    heads: list[dict[str, str]] = []
    timed = WsgiTiming(app, path=str(tmp_path / "t.jsonl"))
    body = timed({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda s, h: heads.append(dict(h)))
    assert 1 == timed._inflight
    assert [b"a", b"b"] == list(body)
    body.close()
    body.close()
    assert 0 == timed._inflight
    assert read_header(heads[0]["Server-Timing"], "x").cpu >= 0.01
    assert 1 == len(json.loads(f"[{(tmp_path / 't.jsonl').read_text()}]"))


def test_wsgi_counts_requests_in_work():
    timed = WsgiTiming(lambda environ, start: [b""])
    environ = {"REQUEST_METHOD": "GET"}
    bodies = [timed(environ, lambda s, h: None) for _ in range(3)]
    threads = [threading.Thread(target=body.close) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 == timed._inflight


def test_the_middleware_imports_nothing_else_of_ours():
    code = "import sys, backwright.adapters.timing; print([m for m in sys.modules if m.startswith('backwright')])"
    import subprocess

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (
        "['backwright', 'backwright.adapters', 'backwright.adapters.timing']" == said.stdout.strip()
    )
