"""A line to a PostgreSQL server that tests cut and mend."""

import re
import socket
from contextlib import suppress
from threading import Thread
from urllib.parse import unquote

import pytest


class Cable:
    """A line on loopback to the PostgreSQL server of the tests, which can be cut and mended."""

    def __init__(self, target: str) -> None:
        self._target, self._ends = target, []
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        self.port, self._listener = listener.getsockname()[1], listener
        Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


def cable_to(address: str) -> Cable:
    """Return a line to the server of the tests; skip if it does not listen at a socket file."""
    folder = re.search(r"host=([^&]+)", address)
    if folder is None:
        pytest.skip("the PostgreSQL server of these tests has no socket file")
    return Cable(f"{unquote(folder[1])}/.s.PGSQL.5432")
