"""Knows that this process was told to end, before its connections are closed: streams end, probes say so."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_ENDING = threading.Event()
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def is_ending() -> bool:
    """Whether the process was told to end."""
    return _ENDING.is_set()


def listen() -> None:
    """Hear the signals that end the server, and pass them on to it. Elsewhere than in the main thread nobody hears them."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _SIGNALS:
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def heard(
            number: int,
            frame: FrameType | None,
            before: signal._HANDLER = before,
        ) -> None:
            _ENDING.set()
            if callable(before):
                before(number, frame)

        signal.signal(number, heard)
