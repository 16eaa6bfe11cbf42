"""How long a connection may take to say what it wants: slow ones hold places that others need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    import asyncio

# Seconds from the first byte of a request, or from the connection, to the end of its headers. A phone in a tunnel needs
# two; uvicorn itself would wait for ever, and 512 such connections are all that a process takes.
HEAD_SECONDS = 15.0


class Patient(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's own protocol, whose connections end if the headers of a request do not come to an end."""

    head_seconds = HEAD_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._answers():
            self._forget()
        elif self._timer is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _answers(self) -> bool:
        """Whether headers have come whole, and what they ask for is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _begin(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._end)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        if not self._answers() and not self.transport.is_closing():
            self.transport.close()
