"""Work in a thread while the protocol goes on: how far it is comes out, a cancellation goes in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from threading import Event, Lock
from time import monotonic
from typing import TypeVar

import anyio
from anyio import from_thread, to_thread
from anyio.lowlevel import current_token

from backwright.usecases.bench import Bench

AT_ONCE = 4  # calls that work at the same time: each may use every processor for a while
PROGRESS_EVERY_S = 0.2  # nobody reads faster, and each word is a message
_T = TypeVar("_T")


class Workshop:
    """One bench that is kept for all calls, and the threads that they work in."""

    def __init__(self, bench: Bench) -> None:
        self._bench = replace(bench, load=_once(bench.load), knowledge=_once(bench.knowledge))
        self._closing = Event()
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def bench(self) -> Bench:
        """The bench without anybody to tell how far work is."""
        return self._bench

    def close(self) -> None:
        """Ask what still works to stop at its next step, and end the processes it started."""
        self._closing.set()
        self._bench.abandon()

    async def run(
        self,
        work: Callable[[Bench], _T],
        tell: Callable[[float, str], Awaitable[None]] | None = None,
    ) -> _T:
        """Return what `work` returns; cancelled, it is told to stop as by Ctrl-C on a terminal.

        Args:
            tell: Awaited with the steps so far and a few words, at most a few times a second.
        """
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        if tell is None:
            bench = self._bench
            return await to_thread.run_sync(lambda: work(bench), limiter=self._limiter)
        send, receive = anyio.create_memory_object_stream[tuple[float, str]](1)
        stop, token, told = Event(), current_token(), [0, 0.0]

        def post(step: float, text: str) -> None:
            try:
                send.send_nowait((step, text))
            except (anyio.WouldBlock, anyio.ClosedResourceError, anyio.BrokenResourceError):
                return  # the last word is still on its way, or nobody listens any more

        def progress(text: str) -> None:
            if stop.is_set() or self._closing.is_set():
                raise KeyboardInterrupt
            told[0] += 1
            if monotonic() - told[1] >= PROGRESS_EVERY_S:
                told[1] = monotonic()
                from_thread.run_sync(post, float(told[0]), _plain(text), token=token)

        async def report() -> None:
            async for step, text in receive:
                await tell(step, text)

        bench = replace(self._bench, progress=progress)
        async with send, receive, anyio.create_task_group() as group:
            group.start_soon(report)
            try:
                made = await to_thread.run_sync(
                    lambda: work(bench), abandon_on_cancel=True, limiter=self._limiter
                )
            finally:
                stop.set()
                group.cancel_scope.cancel()
        return made


def _plain(text: str) -> str:
    """Return a word on progress without what only a person at a terminal can do."""
    return " ".join(text.partition("Ctrl-C")[0].split())


def _once(make: Callable[[], _T]) -> Callable[[], _T]:
    """Return a function that makes its value when first called, in whichever thread."""
    lock = Lock()
    made: list[_T] = []

    def kept() -> _T:
        with lock:
            if not made:
                made.append(make())
        return made[0]

    return kept
