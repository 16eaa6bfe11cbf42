"""A station of one copy while the simulation runs: what is free, who waits, how it was used."""

from collections import deque

from backwright.design.agenda import NEXT, Task
from backwright.design.net import Station


class Desk:
    """One copy of a station.

    Times are summed without multiplying: each start subtracts the time, each end adds it, so that
    the unit-seconds up to a time t are `busy + held * t`.

    Attributes:
        free: Units that nobody holds.
        queue: Tasks in line; each has in NEXT what to do when its turn comes.
        busy, waited: Sums of unit-seconds held and waited, see above.
        peak: Most in line since the warm-up; refused: turned away since the warm-up.
    """

    __slots__ = ("busy", "capacity", "free", "peak", "queue", "refused", "waited")

    def __init__(self, station: Station) -> None:
        self.capacity = station.capacity
        self.free = station.capacity
        self.queue: deque[Task] = deque()
        self.busy = 0.0
        self.waited = 0.0
        self.peak = 0
        self.refused = 0

    @property
    def held(self) -> int:
        return self.capacity - self.free

    @property
    def waiting(self) -> int:
        return len(self.queue)

    def join(self, now: float, task: Task) -> None:
        """Stand in line."""
        queue = self.queue
        queue.append(task)
        self.waited -= now
        self.peak = max(self.peak, len(queue))

    def leave(self, now: float) -> None:
        """Give a unit to the first in line, or back."""
        if self.queue:
            task = self.queue.popleft()
            self.waited += now
            task[NEXT](now, task)
        else:
            self.free += 1
            self.busy += now
