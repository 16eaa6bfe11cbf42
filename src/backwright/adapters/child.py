"""One piece of work in a process of its own, which can be stopped at any time and never outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext


@cache
def context(modules: tuple[str, ...] = ()) -> ForkServerContext:
    """Return the server that children are forked from; it has imported what they need.

    Forked from a small process and not from us: we have threads, whose locks a fork would copy as they stand.
    """
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(modules))
    return made


class Child:
    """A process that does one thing and sends messages while it does."""

    def __init__(
        self,
        work: Callable[..., None],
        arguments: Iterable[object],
        modules: tuple[str, ...] = (),
    ) -> None:
        """Start it. `work` is called with a function that sends a message, then with the arguments."""
        made = context(modules)
        self._receive, send = made.Pipe(duplex=False)
        self._process = made.Process(target=_main, args=(send, work, tuple(arguments)))
        self._process.start()
        send.close()

    def message(self, seconds: float) -> Any:  # noqa: ANN401  (whatever the work sends)
        """Return the next message, None if none came in that time; EOFError once there will be none."""
        return self._receive.recv() if self._receive.poll(seconds) else None

    def interrupt(self) -> None:
        """Ask it to stop as Ctrl-C does: what can be kept is still sent."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End it and all that it has started, now."""
        with suppress(OSError, ValueError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Wait for its end and give back what it held."""
        self.kill()
        self._process.join()
        self._process.close()
        self._receive.close()

    def _signal(self, number: int) -> None:
        if self._process.is_alive() and self._process.pid:
            with suppress(OSError):
                os.kill(self._process.pid, number)


def _main(send: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    os.setsid()  # a group of its own, which is ended whole, and no Ctrl-C of the terminal
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        work(send.send, *arguments)
    send.close()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)
