"""A server that is started for a measurement: its settings, its end, and that nothing of it is left behind."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.command import environment

from backwright.adapters.supervisor import ChildServers
from backwright.model.errors import BadRequest, NotFound

# Listens, starts a child of its own that ignores being asked to end, and writes both ids down.
SERVER = """
import os, socket, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
open(os.environ["OUT"], "w").write(f"{os.getpid()} {child.pid}")
listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended and is not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "server.py"
    path.write_text(SERVER)
    return path


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc who is alive")
def test_a_server_and_its_children_end_with_the_block(script, tmp_path):
    servers = ChildServers(patience=0.2)
    port, out = servers.free_port(), tmp_path / "pids"
    with servers.serve(f"{sys.executable} {script}", {"PORT": str(port), "OUT": str(out)}, port):
        pids = [int(pid) for pid in out.read_text().split()]
        assert all(map(is_alive, pids))
        with socket.socket() as client:
            client.connect(("127.0.0.1", port))
    assert wait_for(lambda: not any(map(is_alive, pids)))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc who is alive")
def test_it_ends_even_if_we_are_killed(script, tmp_path):
    out, port = tmp_path / "pids", ChildServers().free_port()
    code = f"""
import time
from backwright.adapters.supervisor import ChildServers
with ChildServers(patience=0.2).serve({f"{sys.executable} {script}"!r}, {{"PORT": "{port}", "OUT": {str(out)!r}}}, {port}):
    print("up", flush=True)
    time.sleep(60)
"""
    environ = environment(tmp_path)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environ) as us:
        assert us.stdout.readline() == b"up\n"
        pids = [int(pid) for pid in out.read_text().split()]
        us.send_signal(signal.SIGKILL)
    assert wait_for(lambda: not any(map(is_alive, pids)))


@pytest.mark.parametrize(
    ("command", "error", "said"),
    [
        pytest.param("no-such-program-here", NotFound, "cannot be started", id="no such program"),
        pytest.param(f"{sys.executable} -c 'raise SystemExit(3)'", NotFound, "status 3", id="it ends at once"),
        pytest.param("   ", BadRequest, "empty", id="nothing"),
    ],
)  # fmt: skip
def test_what_does_not_start_is_said(command, error, said):
    servers = ChildServers()
    with pytest.raises(error, match=said), servers.serve(command, {}, servers.free_port()):
        pass


def test_the_last_words_of_a_server_are_shown():
    servers = ChildServers()
    command = f"""{sys.executable} -c 'raise RuntimeError("no database here")'"""
    with pytest.raises(NotFound) as raised, servers.serve(command, {}, servers.free_port()):
        pass
    assert "no database here" in raised.value.detail
