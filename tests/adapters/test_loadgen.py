"""The load generator over real sockets on loopback: what comes back is told, whatever the server does."""

import socket
import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from math import isnan

import pytest

from backwright.adapters.http_exchange import addresses_of, request_bytes
from backwright.adapters.interference import judged
from backwright.adapters.loadgen import SocketLoad
from backwright.model.errors import BadRequest, NotFound
from backwright.model.measured import LoadPlan, Target

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Answer = Callable[[bytes, int], bytes | None]  # request and its number to the answer; None: hang up


@contextmanager
def server(answer: Answer, stop_after: int = 10**9) -> Iterator[int]:
    """Serve on a port until the block ends, or until so many answers; each connection has a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    count, lock, clients = [0], threading.Lock(), []

    def talk(client: socket.socket) -> None:
        with client:
            data = b""
            while got := client.recv(65536):
                data += got
                while b"\r\n\r\n" in data:
                    request, _, data = data.partition(b"\r\n\r\n")
                    with lock:
                        count[0] += 1
                        number = count[0]
                    said = answer(request, number) if number <= stop_after else None
                    if number >= stop_after:
                        listener.close()
                    if said is None:
                        return
                    client.sendall(said)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(client)
            threading.Thread(target=quiet, args=(client,), daemon=True).start()

    def quiet(client: socket.socket) -> None:
        try:
            talk(client)
        except OSError:
            return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for client in clients:
            client.close()


def plan(port: int, count: int, gap: float = 0.001, **more: object) -> LoadPlan:
    at = array("d", (gap * (n + 1) for n in range(count)))
    target = Target("a.b", f"http://127.0.0.1:{port}/x")
    return LoadPlan((target,), at, array("H", [0]) * count, **more)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(OK, "ok", id="a length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "ok",
            id="chunks",
        ),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", "ok", id="no body"),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "ok",
            id="an interim answer first",
        ),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
            "status",
            id="a redirect is not followed",
        ),
        pytest.param(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "status", id="an error"),
        pytest.param(b"rubbish\r\n\r\n", "timeout", id="what is no HTTP never ends"),
    ],
)
def test_an_answer_is_understood(answer, outcome):
    with server(lambda request, number: answer) as port:
        run = SocketLoad().run(plan(port, 5, timeout=0.2))
    assert 5 == run.count(outcome)
    assert all(isnan(latency) is (outcome != "ok") for latency in run.latency)


def test_connections_that_the_server_closes_after_each_answer_are_opened_anew():
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    with server(lambda request, number: closing) as port:
        run = SocketLoad().run(plan(port, 30))
    assert 30 == run.count("ok")
    assert {1} == set(run.tries)


def test_a_server_that_dies_is_a_result():
    with server(lambda request, number: OK, stop_after=20) as port:
        run = SocketLoad().run(plan(port, 3000))
    assert run.died_at is not None
    assert 19 <= run.count("ok") <= 20
    assert run.count("unsent") > 0
    assert 3000 == len(run.outcome)


def test_time_outs_are_counted_and_tried_again():
    with server(lambda request, number: OK if number > 3 else b"") as port:
        run = SocketLoad().run(plan(port, 3, timeout=0.05, retries=2, backoff=0.01))
    assert 3 == run.count("ok")
    assert {2} == set(run.tries)
    assert all(
        latency >= 0.05 for latency in run.latency
    )  # from the intended start of the first try


def test_latency_counts_from_the_intended_start_even_if_connections_are_short():
    with server(lambda request, number: OK) as port:
        run = SocketLoad().run(plan(port, 50, gap=0.0, connections=1, warm=1))
    assert 50 == run.count("ok")
    assert run.waited > 0
    assert all(
        a <= b for a, b in pairwise(run.latency)
    )  # one after the other, all meant for the same moment


def test_timing_headers_are_kept():
    timed = OK.replace(b"\r\n\r\n", b"\r\nServer-Timing: wall;dur=1.5\r\n\r\n", 1)
    with server(lambda request, number: timed) as port:
        run = SocketLoad().run(plan(port, 3))
    assert ("wall;dur=1.5",) * 3 == run.timing


def test_a_body_is_sent_with_its_length():
    sent = request_bytes(Target("a.b", "http://h/x", "POST", (("X-A", "1"),), b"{}"), "?n=1")
    assert b"POST /x?n=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}" == sent


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://192.0.2.7/", id="an address elsewhere"),
        pytest.param("http://10.0.0.1:8000/", id="an address of the same network"),
        pytest.param("http://0.0.0.0:8000/", id="every address is not loopback"),
        pytest.param("http://[2001:db8::1]/", id="an IPv6 address elsewhere"),
        pytest.param("http://169.254.169.254/latest", id="a cloud's metadata"),
        pytest.param("https://127.0.0.1/", id="TLS"),
        pytest.param("ftp://127.0.0.1/", id="another protocol"),
        pytest.param("127.0.0.1:8000", id="no protocol"),
        pytest.param("http://127.0.0.1:99999/", id="no port"),
    ],
)
def test_only_loopback_is_loaded(url):
    with pytest.raises(BadRequest):
        addresses_of(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "[::1]", "localhost"])
def test_loopback_is_accepted(host):
    assert addresses_of(f"http://{host}:8000/")


def test_a_host_of_ones_own_has_a_bounded_rate():
    with pytest.raises(BadRequest, match="the most that is sent"):
        SocketLoad().run(plan(9, 1000), is_own_host=True)


def test_nobody_there_is_said_before_anything_is_sent():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotFound, match="nothing answers"):
        SocketLoad().run(plan(port, 10))


@pytest.mark.parametrize(
    ("seen", "is_clean"),
    [
        pytest.param({"foreign": 0.01, "steal": 0.0, "stolen": 0.02}, True, id="a quiet machine"),
        pytest.param({"foreign": 0.30, "steal": 0.0, "stolen": 0.02}, False, id="a busy neighbour"),
        pytest.param({"foreign": 0.0, "steal": 0.1, "stolen": 0.02}, False, id="a busy host"),
        pytest.param({"foreign": None, "steal": None, "stolen": 0.5}, False, id="interrupted"),
        pytest.param({"foreign": None, "steal": None, "stolen": 0.0}, True, id="no /proc"),
    ],
)
def test_the_probe_judges(seen, is_clean):
    found = judged({**seen, "busiest": ""})
    assert is_clean is found.is_clean
    assert is_clean is (found.why == "")
