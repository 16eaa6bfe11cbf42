"""What a simulation does next: events by time, what is ready now, timers, and how a task is laid out.

Order, which every engine must keep to give the same results:

1. What became ready (the next in line got its unit, a round of a loop, a branch) runs before time goes on, first come first.
2. Then the earliest event. At the same time timers go first, in the order they were started; then the others, in
   the order they were scheduled.

A task is a list, because tasks are made and thrown away by the million and nothing in Python is
made faster. Its fields are the constants below; what a program keeps (the copy it visits, tries it has
made) follows in slots from SLOTS on.
"""

from collections import deque
from collections.abc import Callable
from heapq import heappush
from itertools import count
from typing import Any, Final

Task = list[Any]
Code = Callable[[float, Task], None]

START: Final = 0  # when it began; of a timer: when it was started
CALLER: Final = 1  # the task that waits for it, None for a request
AWAITED: Final = 2  # false once it has ended or its caller gave up
RING: Final = 3  # what to do when its timer rings
NEXT: Final = 4  # what to do when its turn in a line has come
STAY: Final = 5  # its stay at a copy that can be killed, else None
SLOTS: Final = 6


class Agenda:
    """Events and what is ready; `number` gives the next sequence number."""

    __slots__ = ("heap", "lanes", "number", "ready")

    def __init__(self) -> None:
        self.heap: list[tuple[float, float, Code, Task]] = []
        self.ready: deque[tuple[Code, Task]] = deque()
        self.number: Callable[[], int] = count(1).__next__
        self.lanes: dict[float, Lane] = {}

    def at(self, time: float, code: Code, task: Task) -> None:
        """Schedule an event."""
        heappush(self.heap, (time, self.number(), code, task))

    def lane(self, seconds: float) -> "Lane":
        """Return the lane of timers of that length."""
        if seconds not in self.lanes:
            self.lanes[seconds] = Lane(self, seconds)
        return self.lanes[seconds]


class Lane:
    """Timers of one length. They ring in the order they were started, so a queue keeps them.

    Most timers are stopped before they ring (their task is not awaited any more). Only the first one
    stands in the heap; stopped ones are dropped when it is their turn. To start a timer:

        if not lane.timers: heappush(heap, (now + lane.seconds, lane.rank, lane.ring, task))
        lane.timers.append(task)
    """

    __slots__ = ("heap", "rank", "seconds", "timers")

    def __init__(self, agenda: Agenda, seconds: float) -> None:
        self.heap = agenda.heap
        self.seconds = seconds
        self.rank = (
            -seconds
        )  # before every sequence number; of two that ring at once the longer began first
        self.timers: deque[Task] = deque()

    def start(self, now: float, task: Task) -> None:
        """Start a timer for a task whose START is now."""
        if not self.timers:
            heappush(self.heap, (now + self.seconds, self.rank, self.ring, task))
        self.timers.append(task)

    def ring(self, now: float, _: Task) -> None:
        """Ring the first timer if it is due, and stand in the heap for the next that is not stopped."""
        timers = self.timers
        head = timers[0]
        if head[AWAITED]:
            head[RING](now, head)  # may start another timer here; the lane is not empty yet
        timers.popleft()
        while timers:
            head = timers[0]
            if head[AWAITED]:
                heappush(self.heap, (head[START] + self.seconds, self.rank, self.ring, head))
                return
            timers.popleft()
