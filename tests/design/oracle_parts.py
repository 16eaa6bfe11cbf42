"""What the oracle is made of, on SimPy's clock: threads that wait, desks with a line, gates before calls."""

from dataclasses import dataclass, field

from backwright.design import net as model

READY, TIMER, NORMAL = -1, 0, 1  # priorities of what happens at the same time


class Failed(Exception):
    """A step failed."""


class Signal:
    """Something one thread waits for; whoever fires it lets that thread go on at once."""

    def __init__(self):
        self.fired, self.value, self.waiter = False, None, None

    def fire(self, value):
        assert not self.fired
        self.fired, self.value = True, value
        if self.waiter is not None:
            self.waiter.resume(value)


@dataclass(eq=False)
class Stay:
    """A visit to a copy that can be killed; it lasts until the last thread in it has ended."""

    failed: Signal
    threads: int = 0
    held: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    alive: bool = True


@dataclass(eq=False)
class Act:
    """A task: who waits for it, and whether it still does."""

    began: float
    caller: "Act | None" = None
    awaited: bool = True
    propagates: bool = False
    stay: Stay | None = None
    places: dict = field(default_factory=dict)

    @property
    def is_alive(self):
        return self.stay is None or self.stay.alive

    @property
    def is_dropped(self):
        act = self
        while act is not None:
            if act.propagates and not (act.awaited and act.is_alive):
                return True
            act = act.caller
        return False


class Thread:
    """Runs a generator that yields SimPy events or signals; tells `on_end` whether it succeeded."""

    def __init__(self, act, steps, on_end):
        self.act, self.steps, self.on_end = act, steps, on_end
        if act.stay:
            act.stay.threads += 1

    def resume(self, value=None):
        if not self.act.is_alive:
            return None
        while True:
            try:
                awaited = self.steps.send(value)
            except StopIteration:
                return self.end(ok=True)
            except Failed:
                return self.end(ok=False)
            if isinstance(awaited, Signal):
                if not awaited.fired:
                    awaited.waiter = self
                    return None
                value = awaited.value
            else:
                awaited.callbacks.append(lambda event: self.resume(event.value))
                return None

    def end(self, *, ok):
        if self.act.stay:
            self.act.stay.threads -= 1
        self.on_end(ok)


@dataclass(eq=False)
class Entry:
    act: Act
    began: float
    granted: object
    signal: Signal


class Desk:
    """A station of one copy."""

    def __init__(self, oracle, station):
        self.oracle, self.station = oracle, station
        self.users, self.line, self.good = 0, [], [0.0]
        self.at, self.busy, self.waited, self.peak, self.refused = 0.0, 0.0, 0.0, 0, 0

    def tally(self):
        now = self.oracle.env.now
        self.busy += self.users * (now - self.at)
        self.waited += len(self.line) * (now - self.at)
        self.at = now

    def acquire(self, act, granted):
        """Call `granted(signal)` when a unit is there, which fires it; the signal says whether one was."""
        now, signal = self.oracle.env.now, Signal()
        self.tally()
        if self.users < self.station.capacity:
            self.users += 1
            self.good.append(now)
            if act.stay:
                act.stay.held.append(self)
            return None
        if self.station.queue_max is not None and len(self.line) >= self.station.queue_max:
            self.refused += 1
            raise Failed
        entry = Entry(act, now, granted, signal)
        self.line.append(entry)
        self.peak = max(self.peak, len(self.line))
        if act.stay:
            act.stay.lines.append((self, entry))
        if self.station.patience is not None:
            self.oracle.later(self.station.patience, lambda: self.tired(entry), TIMER)
        return signal

    def tired(self, entry):
        if entry in self.line:
            self.strike(entry)
            self.refused += 1
            entry.signal.fire(False)

    def strike(self, entry):
        self.tally()
        self.line.remove(entry)
        if entry.act.stay and entry.act.stay.alive:
            entry.act.stay.lines.remove((self, entry))

    def release(self, act):
        if act.stay:
            act.stay.held.remove(self)
        self.give()

    def give(self):
        now = self.oracle.env.now
        while self.line:
            entry = self.line[-1 if self.station.order == "lifo" else 0]
            self.strike(entry)
            late = False
            if self.station.order == "codel":
                if now - entry.began <= 0.005:
                    self.good.append(now)
                late = now - entry.began > 0.005 and all(now - t > 0.1 for t in self.good)
            self.refused += late
            if not late and not entry.act.is_dropped:
                if entry.act.stay:
                    entry.act.stay.held.append(self)
                entry.granted(entry.signal)
                return
            self.oracle.ready(lambda entry=entry: entry.signal.fire(False), entry.act)
        self.tally()
        self.users -= 1

    def killed(self):
        """Return an empty desk that keeps the books."""
        self.tally()
        new = Desk(self.oracle, self.station)
        new.at, new.busy, new.waited = self.at, self.busy, self.waited
        new.peak, new.refused = self.peak, self.refused
        self.line = []
        return new


@dataclass(eq=False)
class Gate:
    """Budget, breaker and limit of a policy."""

    policy: model.Policy
    saved: float = 0.0
    outcomes: list = field(default_factory=list)
    opened_until: float | None = None
    tokens: float | None = None
    filled_at: float = 0.0

    def admits(self, now):
        if self.opened_until is not None and now < self.opened_until:
            return False
        limit = self.policy.limit
        if limit is None:
            return True
        most = max(1.0, limit)
        if self.tokens is None:
            self.tokens = most
        self.tokens = min(most, self.tokens + (now - self.filled_at) * limit)
        self.filled_at = now
        return self.tokens >= 1

    def passed(self, now):
        if self.tokens is not None:
            self.tokens -= 1
        if self.opened_until is None:
            return False
        self.opened_until = now + self.policy.breaker_open
        return True

    def note(self, now, *, failed, decides):
        policy = self.policy
        if not policy.breaker_window:
            return
        if self.opened_until is not None:
            if decides:
                self.opened_until = now + policy.breaker_open if failed else None
            return
        self.outcomes.append(failed)
        last = self.outcomes[-policy.breaker_window :]
        if len(last) == policy.breaker_window and sum(last) >= policy.breaker_errors * len(last):
            self.opened_until = now + policy.breaker_open
            self.outcomes = []


@dataclass(eq=False)
class Round:
    """A try and its hedge."""

    act: Act
    gate: Gate
    answer: Signal
    decides: bool
    desk: Desk | None
    kids: list = field(default_factory=list)
    left: int = 0
    open: bool = True
