"""A station of one copy while the simulation runs: what is free, who waits, how it was used."""

from collections import deque
from collections.abc import Callable
from math import inf

from backwright.design.engine.agenda import (
    AWAITED,
    CALLER,
    NEXT,
    SLOTS,
    START,
    STAY,
    Code,
    Lane,
    Task,
)
from backwright.design.net import Station

# Of "Controlling Queue Delay" (Nichols and Jacobson 2012), as far as the order "codel" follows it.
CODEL_TARGET, CODEL_INTERVAL = 0.005, 0.1
FAIL, DROPPED = SLOTS, SLOTS + 1  # of an entry in the line of a watchful desk

Dropped = Callable[[Task], bool]


class Desk:
    """One copy of a station, first come first served, for tasks that wait until it is their turn.

    Times are summed without multiplying: each start subtracts the time, each end adds it, so that
    the unit-seconds up to a time t are `busy + held * t`.

    Attributes:
        free: Units that nobody holds.
        queue: Tasks in line; each has in NEXT what to do when its turn comes.
        most: How many may wait.
        busy, waited: Sums for unit-seconds held and waited, see above.
        peak: Most in line since the warm-up; refused: turned away since the warm-up.
    """

    __slots__ = ("busy", "capacity", "free", "most", "peak", "queue", "refused", "waited")

    def __init__(self, capacity: int, most: int | None = None) -> None:
        self.capacity = capacity
        self.free = capacity
        self.queue: deque[Task] = deque()
        self.most = inf if most is None else most
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

    def admits(self, now: float, task: Task, turn: Code) -> bool:
        """Stand in line unless it is full."""
        queue = self.queue
        if len(queue) >= self.most:
            self.refused += 1
            return False
        task[NEXT] = turn
        queue.append(task)
        self.waited -= now
        if len(queue) > self.peak:  # noqa: PLR1730  (max() takes longer, and this runs for each who waits)
            self.peak = len(queue)
        return True

    def leave(self, now: float) -> None:
        """Give a unit to the first in line, or back."""
        if self.queue:
            task = self.queue.popleft()
            self.waited += now
            task[NEXT](now, task)
        else:
            self.free += 1
            self.busy += now


class WatchfulDesk(Desk):
    """A desk whose line may be left early: patience ends, an order that drops, callers that gave up, kills.

    An entry of the line is laid out as a task, so that a lane can time it: CALLER is the task that
    waits, AWAITED is false once it has left.

    Attributes:
        live: How many wait; `queue` may also hold some that have left.
        lane: Of timers of the patience, if it has an end.
        punctual_at: When somebody last waited no longer than the target of codel.
    """

    __slots__ = ("lane", "live", "order", "punctual_at", "ready")

    def __init__(
        self, station: Station, ready: deque[tuple[Code, Task]], lane: Lane | None = None
    ) -> None:
        super().__init__(station.capacity, station.queue_max)
        self.order = station.order
        self.ready = ready
        self.lane = lane
        self.live = 0
        self.punctual_at = 0.0

    @property
    def waiting(self) -> int:
        return self.live

    def successor(self, now: float) -> "WatchfulDesk":
        """Return the empty desk that takes the place of this one, whose copy is killed now.

        What was held and who waited is gone; the sums go on.
        """
        station = Station("", self.capacity, order=self.order)
        new = WatchfulDesk(station, self.ready, self.lane)
        new.most, new.peak, new.refused = self.most, self.peak, self.refused
        new.busy = self.busy + now * self.held
        new.waited = self.waited + now * self.live
        return new

    def take(self, now: float, task: Task) -> None:
        """Hold a free unit."""
        self.free -= 1
        self.busy -= now
        self.punctual_at = now
        if task[STAY] is not None:
            task[STAY].held.append(self)

    def line_up(self, now: float, task: Task, turn: Code, fail: Code, dropped: Dropped) -> bool:
        """Stand in line; false if it is full. Later `turn` or `fail` goes on with the task."""
        if self.live >= self.most:
            self.refused += 1
            return False
        stay = task[STAY]
        entry: Task = [now, task, True, self.tired, turn, stay, fail, dropped]
        self.queue.append(entry)
        self.live += 1
        self.waited -= now
        self.peak = max(self.peak, self.live)
        if stay is not None:
            stay.lines[id(entry)] = (self, entry)
        if self.lane is not None:
            self.lane.start(now, entry)
        return True

    def strike(self, now: float, entry: Task) -> None:
        """Take somebody out of the line."""
        entry[AWAITED] = False
        self.live -= 1
        self.waited += now
        if entry[STAY] is not None:
            entry[STAY].lines.pop(id(entry), None)

    def tired(self, now: float, entry: Task) -> None:
        """Fail somebody whose patience has ended."""
        self.strike(now, entry)
        self.refused += 1
        while self.queue and not self.queue[0][AWAITED]:
            self.queue.popleft()
        entry[FAIL](now, entry[CALLER])

    def give_back(self, now: float, task: Task) -> None:
        """Release the unit that a task holds."""
        if task[STAY] is not None:
            task[STAY].held.remove(self)
        self.leave(now)

    def leave(self, now: float) -> None:
        """Give a unit to whoever is next and still wants it, or back."""
        queue = self.queue
        following = queue.pop if self.order == "lifo" else queue.popleft
        while queue:
            entry = following()
            if not entry[AWAITED]:
                continue
            self.strike(now, entry)
            task = entry[CALLER]
            if self.order == "codel" and self.is_late(now, now - entry[START]):
                self.refused += 1
            elif not entry[DROPPED](task):
                if task[STAY] is not None:
                    task[STAY].held.append(self)
                entry[NEXT](now, task)
                return
            self.ready.append((entry[FAIL], task))
        self.free += 1
        self.busy += now

    def is_late(self, now: float, waited: float) -> bool:
        """Return whether codel fails who has waited so long."""
        if waited <= CODEL_TARGET:
            self.punctual_at = now
            return False
        return now - self.punctual_at > CODEL_INTERVAL
