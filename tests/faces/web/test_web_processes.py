"""The served page as a real server: several processes, an orderly end, and one that has none."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest
from tests.command import command, environment

from backwright.faces.web.serve import _listener

WAIT_SECONDS = 90  # a busy machine is given its time; nothing here waits for so long


def free_port():
    with _listener("127.0.0.1", 0) as made:
        return made.getsockname()[1]


@contextmanager
def served(folder, port, *options):
    """A server as a process of its own, ended with the block."""
    line = f"serve --no-open --port {port} {' '.join(options)}"
    process = subprocess.Popen(
        command(line), stderr=subprocess.PIPE, text=True, env=environment(folder)
    )
    try:
        wait_for(lambda: ask(port, "/readyz"))
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(port, path, data=None):
    """Return the answer to a request; OSError if there is none."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data and json.dumps(data).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
        return answer.read().decode()


def wait_for(holds):
    """Return what holds once it does."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with suppress(OSError):
            if found := holds():
                return found
        time.sleep(0.2)
    raise AssertionError("waited long enough")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


LONG = {"path": "shop", "rate": "40", "length": "3600s", "runs": 100}


def test_several_processes_share_jobs_and_counts_and_end_in_order(data):
    port = free_port()
    with served(data, port, "--workers", "2", "--log") as process:
        job = json.loads(ask(port, "/api/v1/design/simulate", LONG))["id"]
        wait_for(lambda: "running" in ask(port, f"/api/v1/jobs/{job}"))
        for _ in range(20):  # whichever process is asked knows it
            assert job in ask(port, "/api/v1/jobs")
        counted = ask(port, "/metrics")
        assert (
            'backwright_requests_total{method="GET",route="/api/v1/jobs",status="200"} 20.0'
            in counted
        )
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=WAIT_SECONDS)
        assert 0 == process.returncode
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert {"GET", "POST"} <= {line["method"] for line in lines}
    assert job not in told
    with served(data, port):  # stopped in order, it was marked before its server ended
        assert json.loads(ask(port, f"/api/v1/jobs/{job}"))["state"] in ("lost", "done")


def test_what_ran_when_a_server_was_killed_is_lost_and_said_so(data):
    port = free_port()
    with served(data, port) as process:
        job = json.loads(ask(port, "/api/v1/design/simulate", LONG))["id"]
        wait_for(lambda: "running" in ask(port, f"/api/v1/jobs/{job}"))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with served(data, port):
        wait_for(lambda: '"lost"' in ask(port, f"/api/v1/jobs/{job}"))
        assert "Lost: the server was restarted" in ask(port, f"/jobs/{job}")
