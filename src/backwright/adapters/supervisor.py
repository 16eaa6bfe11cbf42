"""The Servers port: starts a person's own server for a measurement and leaves nothing of it behind."""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep
from typing import IO

from backwright.adapters.guarding import STOP_SECONDS
from backwright.model.errors import BadRequest, NotFound

START_SECONDS = 60.0  # a JVM with migrations may take most of it
LOG_BYTES = 600  # of its last words, shown if it does not start
_GUARD = str(Path(__file__).with_name("guarding.py"))
_EXAMPLE = str(Path(__file__).with_name("example_server.py"))


class ChildServers:
    """Runs a command in a process group of its own.

    Args:
        patience: s that a server gets to end by itself before it is killed.
    """

    def __init__(self, patience: float = STOP_SECONDS) -> None:
        self._patience = patience

    def free_port(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port: int = found.getsockname()[1]
            return port

    @contextmanager
    def serve(self, command: str, environment: Mapping[str, str], port: int) -> Iterator[int]:
        words = [sys.executable, "-I", _EXAMPLE] if command == "example" else shlex.split(command)
        if not words:
            raise BadRequest("--serve is empty", hint='--serve "uvicorn app:app --port {port}"')
        with tempfile.TemporaryFile() as log:
            try:
                child = subprocess.Popen(  # noqa: S603  (the person's own command)
                    words, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise NotFound(f"'{words[0]}' cannot be started: {error.strerror}") from None
            guard = subprocess.Popen(  # noqa: S603  (our own file)
                [sys.executable, "-I", "-S", _GUARD, str(child.pid), str(self._patience)],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
            try:
                _await(child, port, command, log)
                yield child.pid
            finally:
                _end(child, guard)


def _await(child: "subprocess.Popen[bytes]", port: int, command: str, log: IO[bytes]) -> None:
    until = perf_counter() + START_SECONDS
    while perf_counter() < until:
        with suppress(OSError), socket.socket() as tried:
            tried.settimeout(1)
            tried.connect(("127.0.0.1", port))
            return
        if child.poll() is not None:
            break
        sleep(0.05)
    ended = child.returncode is not None
    log.seek(0)
    last = log.read()[-LOG_BYTES:].decode(errors="replace").strip().splitlines()[-1:]
    what = (
        f"ended with status {child.returncode}"
        if ended
        else f"did not listen on port {port} within {START_SECONDS:.0f} s"
    )
    raise NotFound(f"'{command}' {what}", detail=last[0] if last else "It printed nothing.")


def _end(child: "subprocess.Popen[bytes]", guard: "subprocess.Popen[bytes]") -> None:
    """End the whole group: the guard asks, waits and insists; here it is only waited for."""
    if guard.stdin is not None:
        guard.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(STOP_SECONDS + 2)
    with suppress(subprocess.TimeoutExpired):
        guard.wait(STOP_SECONDS + 2)
