"""Middleware that a person puts around their own ASGI or WSGI application, to see where a request's time goes.

    from backwright.adapters.timing import AsgiTiming, WsgiTiming, section
    app = AsgiTiming(app)                      # a Server-Timing header on each answer
    app = AsgiTiming(app, path="timing.jsonl") # a line of JSON for each request, too

    with section("db.wait"): ...               # inside a handler: a wait for a pool, a query, a call

Standard library only; nothing else of backwright is imported, so this file can be copied. Header names:
`wall` and `cpu` (ms of this request until its answer starts), `inflight` (requests in work when it
arrived), `busy` (CPU ms, since its start, of what requests queue for: the event loop's thread with ASGI, the
process with WSGI, whose threads share one lock; and its id), then the sections (ms).
"""

import json
import os
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from threading import Lock, get_ident
from time import perf_counter, process_time, thread_time
from types import TracebackType
from typing import Any, Self, TextIO

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Record:
    """What is known of one request while it runs; times in seconds."""

    __slots__ = ("began", "cpu", "has_loop", "inflight", "sections", "status", "stepped")

    def __init__(self, inflight: int, *, has_loop: bool) -> None:
        self.has_loop = has_loop
        self.began = perf_counter()
        self.cpu = 0.0
        self.stepped: float | None = None
        self.inflight = inflight
        self.sections: dict[str, float] = {}
        self.status = 0

    def cpu_so_far(self) -> float:
        """CPU seconds of this request alone, the step that is running included."""
        return self.cpu + (thread_time() - self.stepped if self.stepped is not None else 0.0)

    def busy(self) -> float:
        """CPU seconds of what requests queue for: a server may do other work in threads beside its loop."""
        return thread_time() if self.has_loop else process_time()

    def whose(self) -> str:
        """Return which process it is, and which thread if it has a loop of its own."""
        return f"{os.getpid()}.{get_ident()}" if self.has_loop else str(os.getpid())

    def header(self) -> str:
        """Return the Server-Timing value."""
        said = [
            f"wall;dur={(perf_counter() - self.began) * 1000:.3f}",
            f"cpu;dur={self.cpu_so_far() * 1000:.3f}",
            f"inflight;dur={self.inflight}",
            f'busy;dur={self.busy() * 1000:.3f};desc="{self.whose()}"',
        ]
        said += [f"{name};dur={spent * 1000:.3f}" for name, spent in self.sections.items()]
        return ", ".join(said)


_record: ContextVar[Record | None] = ContextVar("backwright_timing", default=None)


class section:  # noqa: N801  (reads as a word in the handler that uses it)
    """Add the time of a block to a named section of the running request; does nothing outside one.

    A name is letters, digits, ".", "_" or "-"; call it as the blueprint calls what is waited for, such
    as "postgres.write" for an operation or "orders_db" for the wait for a pool.
    """

    __slots__ = ("_began", "_name")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Self:
        self._began = perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        record = _record.get()
        if record is not None:
            spent = perf_counter() - self._began
            record.sections[self._name] = record.sections.get(self._name, 0.0) + spent


class _Lines:
    """Where JSON lines go; a disk that refuses must not break the application."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._process = 0

    def write(self, record: Record, method: str, path: str) -> None:
        if not self._path:
            return
        try:
            if (
                self._file is None or self._process != os.getpid()
            ):  # each forked worker opens its own
                self._file = Path(self._path).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115  (open as long as the process)
                self._process = os.getpid()
            self._file.write(
                json.dumps({
                    "at": round(record.began, 6), "request": f"{method} {path}",
                    "status": record.status,
                    "wall": round((perf_counter() - record.began) * 1000, 3),
                    "cpu": round(record.cpu_so_far() * 1000, 3), "inflight": record.inflight,
                    "busy": round(record.busy() * 1000, 3), "whose": record.whose(),
                    "sections": {k: round(v * 1000, 3) for k, v in record.sections.items()},
                }) + "\n"
            )  # fmt: skip
        except OSError:
            self._path = ""


class _Metered:
    """Awaits a coroutine and counts the CPU time of its own steps only, not of what runs between them.

    Work in tasks that it starts is not counted.
    """

    __slots__ = ("_awaitable", "_record")

    def __init__(self, awaitable: Awaitable[None], record: Record) -> None:
        self._awaitable, self._record = awaitable, record

    def __await__(self) -> Generator[Any, Any, None]:
        steps, record = self._awaitable.__await__(), self._record
        send: Any = getattr(steps, "send", None)
        value: Any = None
        error: BaseException | None = None
        while True:
            record.stepped = thread_time()
            try:
                if error is not None:
                    asked = steps.throw(error)
                elif send is not None:
                    asked = send(value)
                else:
                    asked = next(steps)
            except StopIteration:
                return
            finally:
                record.cpu += thread_time() - record.stepped
                record.stepped = None
            error = None
            try:
                value = yield asked
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as raised:  # handed on into the coroutine
                error, value = raised, None


class AsgiTiming:
    """ASGI middleware; what is not an HTTP request passes untouched.

    Args:
        path: A file for one JSON line per request; "" for none.
        header: Whether answers carry Server-Timing. Everybody who can ask can read it.
    """

    def __init__(self, app: AsgiApp, *, path: str = "", header: bool = True) -> None:
        self._app, self._lines, self._header = app, _Lines(path), header
        self._inflight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application and time it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = Record(self._inflight, has_loop=True)
        self._inflight += 1
        token = _record.set(record)

        async def timed(message: Any) -> None:  # noqa: ANN401  (ASGI's own)
            if message["type"] == "http.response.start":
                record.status = message["status"]
                if self._header:
                    said = (b"server-timing", record.header().encode())
                    message = {**message, "headers": [*message.get("headers", ()), said]}
            await send(message)

        try:
            await _Metered(self._app(scope, receive, timed), record)
        finally:
            self._inflight -= 1
            _record.reset(token)
            self._lines.write(record, scope["method"], scope["path"])


class WsgiTiming:
    """WSGI middleware: one thread per request, so its thread's CPU time is the request's.

    Args: as for AsgiTiming.
    """

    def __init__(self, app: WsgiApp, *, path: str = "", header: bool = True) -> None:
        self._app, self._lines, self._header = app, _Lines(path), header
        self._inflight, self._lock = 0, Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Run the application and time it until its last byte is taken."""
        with self._lock:
            record = Record(self._inflight, has_loop=False)
            self._inflight += 1
        record.stepped = thread_time()
        _record.set(record)

        def timed(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:  # noqa: ANN401
            record.status = int(status[:3])
            if self._header:
                headers = [*headers, ("Server-Timing", record.header())]
            return start_response(status, headers, *more)

        try:
            return _Body(self._app(environ, timed), lambda: self._ended(environ, record))
        except BaseException:
            self._ended(environ, record)
            raise

    def _ended(self, environ: dict[str, Any], record: Record) -> None:
        with self._lock:
            self._inflight -= 1
        _record.set(None)
        self._lines.write(record, environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))


class _Body:
    """The parts of an answer; tells once when the server has taken them or given up."""

    def __init__(self, parts: Iterable[bytes], ended: Callable[[], None]) -> None:
        self._parts, self._ended = parts, ended
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                if hasattr(self._parts, "close"):
                    self._parts.close()
            finally:
                self._ended()
