"""One HTTP/1.1 connection of the load generator: what is sent, and when an answer is complete."""

import errno
import ipaddress
import socket
from typing import Literal
from urllib.parse import urlsplit

from backwright.model.errors import BadRequest
from backwright.model.measured import Target

HEAD_BYTES_MAX = 64 * 1024  # more header than this is no answer to a measurement
READ_BYTES = 256 * 1024
_PENDING = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY)

State = Literal["more", "done", "lost"]
Address = tuple[socket.AddressFamily, tuple[str, int]]


def addresses_of(url: str, *, is_own_host: bool = False) -> list[Address]:
    """Return the addresses behind a URL: on this machine, unless the person owns the other one.

    Names are looked up once, here, so that a name cannot point elsewhere later.

    Raises:
        BadRequest: Not http, no such host, or not on loopback.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise BadRequest(
            f"'{url}' is no http address",
            detail="Load is sent without TLS: name the server itself, not what stands before it.",
        )
    try:
        port = parts.port or 80
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise BadRequest(f"'{url}' names no host that is known here: {error}") from None
    hosts = [str(each[4][0]).partition("%")[0] for each in found]
    if not is_own_host and not all(ipaddress.ip_address(host).is_loopback for host in hosts):
        raise BadRequest(
            f"'{parts.hostname}' is not this machine"
            + (f" but {hosts[0]}" if hosts[0] != parts.hostname else ""),
            detail="Load on a machine of somebody else would be an attack.",
            hint="the same command with --i-own-this-host, if it is yours",
        )
    return [(each[0], (host, port)) for each, host in zip(found, hosts, strict=True)]


def request_bytes(target: Target, tail: str) -> bytes:
    """Return a request as it goes over the wire."""
    parts = urlsplit(target.url + tail)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{target.method} {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in target.headers]
    if target.body or target.method not in ("GET", "HEAD", "DELETE"):
        lines.append(f"Content-Length: {len(target.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + target.body


class Exchange:
    """A connection and the answer that is being read from it.

    Attributes:
        request: Index of the request that it carries, -1 while idle.
        status, timing: Of the last complete answer.
        served: Complete answers so far.
    """

    def __init__(self, address: Address) -> None:
        family, where = address
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(0)  # never blocks
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = self.socket.connect_ex(where)
        self.is_connecting = code in _PENDING
        self.problem = code if code and not self.is_connecting else 0
        self.request = -1
        self.serial = 0
        self.served = 0
        self.status = 0
        self.timing = ""
        self._out = b""
        self._reset()

    def _reset(self) -> None:
        self._in = bytearray()
        self._need: int | None = None  # body bytes still to come; -1: chunks; -2: until closed
        self._will_close = False

    def connected(self) -> bool:
        """Return whether connecting has succeeded; called when the socket can be written."""
        self.is_connecting = False
        self.problem = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return not self.problem

    def start(self, request: int, data: bytes) -> None:
        """Take on a request; `flush` sends it."""
        self.request, self._out = request, data
        self.serial += 1
        self._reset()

    @property
    def is_fresh(self) -> bool:
        """Nothing of an answer has been read: a reused connection may have been closed before."""
        return not self._in and self._need is None

    def flush(self) -> bool:
        """Send what is left of the request; return whether all is sent. OSError if it is lost."""
        if self._out:
            try:
                sent = self.socket.send(self._out)
            except BlockingIOError:
                return False
            self._out = self._out[sent:]
        return not self._out

    def read(self) -> State:
        """Read what is there: "more" to come, "done", or "lost" (closed within an answer)."""
        try:
            data = self.socket.recv(READ_BYTES)
        except BlockingIOError:
            return "more"
        except OSError:
            return "lost"
        if not data:
            if self.request >= 0 and self._need == -2:
                return self._complete()
            return "lost"
        if self.request < 0:
            return "lost"  # an answer that nobody asked for
        return self._take(data)

    def _take(self, data: bytes) -> State:
        if self._need is None:
            self._in += data
            if not self._head():
                return "lost" if len(self._in) > HEAD_BYTES_MAX else "more"
        elif self._need >= 0:
            self._need -= len(data)
        elif self._need == -1:
            self._in += data
        if self._need == -1:
            return self._chunks()
        return self._complete() if self._need is not None and -2 != self._need <= 0 else "more"

    def _head(self) -> bool:
        """Parse the head if it is complete; what follows it is taken as body."""
        end = self._in.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = bytes(self._in[:end]).split(b"\r\n")
        words = first.split(b" ", 2)
        self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        rest = self._in[end + 4 :]
        if 100 <= self.status < 200:  # an interim answer; the real one follows
            self._in = rest
            return self._head()
        length: int | None = None
        chunked = False
        timings: list[str] = []
        for line in lines:
            name, _, value = line.partition(b":")
            name = name.lower()
            value = value.strip()
            if name == b"content-length" and value.isdigit():
                length = int(value)
            elif name == b"transfer-encoding":
                chunked = b"chunked" in value.lower()
            elif name == b"connection":
                self._will_close = b"close" in value.lower()
            elif name == b"server-timing":
                timings.append(value.decode("latin-1"))
        self.timing = ", ".join(timings)
        if self.status in (204, 304):
            self._need = 0
        elif chunked:
            self._need, self._in = -1, rest
        elif length is None:
            self._need, self._will_close = -2, True
        else:
            self._need = max(length - len(rest), 0)
        return True

    def _chunks(self) -> State:
        while True:
            line = self._in.find(b"\r\n")
            if line < 0:
                return "more"
            try:
                size = int(bytes(self._in[:line]).split(b";")[0], 16)
            except ValueError:
                return "lost"
            if size == 0:  # trailers, if any, end with an empty line
                if self._in[line : line + 4] == b"\r\n\r\n" or self._in.find(b"\r\n\r\n") >= 0:
                    return self._complete()
                return "more"
            if len(self._in) < line + 2 + size + 2:
                return "more"
            del self._in[: line + 2 + size + 2]

    def _complete(self) -> State:
        self.served += 1
        return "done"

    @property
    def can_go_on(self) -> bool:
        """Whether another request may be sent after a complete answer."""
        return not self._will_close

    def close(self) -> None:
        """Give the connection up."""
        self.socket.close()
