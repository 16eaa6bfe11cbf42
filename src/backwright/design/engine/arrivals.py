"""When requests arrive: evenly, by chance, in bursts, over the day, from users who think, from a trace."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from heapq import heappush
from itertools import accumulate, islice
from math import inf, pi, sin

from backwright.design.engine.agenda import Code, Task
from backwright.design.engine.world import World
from backwright.design.net import Source

Launch = Callable[[float], None]
NOBODY: Task = []  # the task of events that concern no request


def launcher(world: World, starts: Sequence[Launch]) -> Launch:
    """Return what lets one request arrive: it picks a kind by the shares of the source."""
    if len(starts) == 1:
        return starts[0]
    source = world.net.source
    draw = world.draw(source.draw)
    shares = list(accumulate(source.kinds))
    whole, last = shares[-1], len(starts) - 1

    def launch(now: float) -> None:
        starts[min(bisect_right(shares, draw() * whole), last)](now)

    return launch


def in_turn(starts: Sequence[Launch], kinds: Iterable[int]) -> Launch:
    """Return what lets one request arrive: its kind is the next of those given."""
    following = iter(kinds).__next__

    def launch(now: float) -> None:
        starts[following()](now)

    return launch


def begin(
    world: World, launch: Launch, arrivals_max: int | None, trace: Sequence[float] | None
) -> None:
    """Schedule the first arrivals of the source; each schedules the next."""
    most = inf if arrivals_max is None else arrivals_max
    source = world.net.source
    if most < 1:
        return
    if trace is not None:
        follow(world, launch, islice(trace, arrivals_max))
    elif source.users:
        world.on_end = users(world, launch, most)
    elif source.burst_on or source.period or any(t.kind == "load" for t in world.net.troubles):
        changing(world, launch, most)
    else:
        steady(world, launch, most)


def follow(world: World, launch: Launch, times: Iterable[float]) -> None:
    """Let requests arrive at given times."""
    coming = iter(times)
    at = world.agenda.at

    def arrive(now: float, _: Task) -> None:
        after = next(coming, None)
        if after is not None:
            at(after, arrive, NOBODY)
        launch(now)

    first = next(coming, None)
    if first is not None:
        at(first, arrive, NOBODY)


def steady(world: World, launch: Launch, most: float) -> None:
    """Let requests arrive at a rate that never changes."""
    heap, number = world.agenda.heap, world.agenda.number
    gap, rate = world.draw(world.net.source.gap), world.net.source.rate
    left = most

    def arrive(now: float, _: Task) -> None:
        nonlocal left
        left -= 1
        if left:
            heappush(heap, (now + gap() / rate, number(), arrive, NOBODY))
        launch(now)

    if rate > 0:
        heappush(heap, (gap() / rate, number(), arrive, NOBODY))


def users(world: World, launch: Launch, most: float) -> Callable[[float], None]:
    """Let users think, ask, wait for the end and think again; return what to do at the end of a request.

    A failure "load" divides their thinking time.
    """
    source = world.net.source
    think, at = world.draw(source.think), world.agenda.at
    left = most

    def arrive(now: float, _: Task) -> None:
        nonlocal left
        if left:
            left -= 1
            launch(now)

    def again(now: float) -> None:
        at(now + think() / world.load, arrive, NOBODY)

    for _ in range(source.users):
        again(0.0)
    return again


class Pace:
    """An arrival process whose rate changes: what is left of the gap shrinks or grows with the rate.

    For exponential gaps this is exact (a Poisson process with that rate), for constant gaps it spaces
    arrivals evenly in units of work.
    """

    def __init__(self, world: World, launch: Launch, most: float) -> None:
        self.world = world
        self.launch = launch
        self.left = most
        self.gap = world.draw(world.net.source.gap)
        self.rate = 0.0
        self.factor = 1.0  # of the burst or the top of the day
        self.next_at = 0.0
        self.remaining = self.gap()  # in units of the mean gap, while nothing is scheduled
        self.ticket: Task = []  # of the arrival that is scheduled; others are void

    def change(self, now: float) -> None:
        """Follow a change of the burst or the load."""
        rate = self.world.net.source.rate * self.factor * self.world.load
        if self.rate > 0:
            self.remaining = (self.next_at - now) * self.rate
        self.rate = rate
        self.ticket = []
        if rate > 0 and self.left:
            self.next_at = now + self.remaining / rate
            self.world.agenda.at(self.next_at, self.arrive, self.ticket)

    def stop(self) -> None:
        """Let nobody arrive any more."""
        self.left = 0
        self.rate = 0.0
        self.ticket = []

    def arrive(self, now: float, ticket: Task) -> None:
        """Let one arrive and schedule the next."""
        if ticket is not self.ticket:
            return
        self.left -= 1
        if self.left:
            self.next_at = now + self.gap() / self.rate
            self.world.agenda.at(self.next_at, self.arrive, ticket)
        else:
            self.stop()
        self.launch(now)


def changing(world: World, launch: Launch, most: float) -> None:
    """Let requests arrive at a rate that changes with bursts, the time of day and the load."""
    source = world.net.source
    pace = Pace(world, launch, most)
    world.on_load = pace.change
    if source.period:
        pace.factor = max(1.0, source.peak)
        pace.left = inf  # of candidates
        pace.launch = thinned(world, launch, most, pace)
    if source.burst_on:
        pace.factor = quiet(source)
        world.agenda.at(world.draw(source.switch)() * source.burst_off, bursts(world, pace), NOBODY)
    pace.change(0.0)


def quiet(source: Source) -> float:
    """Return the factor of the rate outside of bursts, so that the mean is the rate; at least 0."""
    mean = source.burst_on + source.burst_off
    return max(0.0, (mean - source.burst * source.burst_on) / source.burst_off)


def bursts(world: World, pace: Pace) -> Code:
    """Return the code that switches between burst and quiet."""
    source = world.net.source
    draw, at = world.draw(source.switch), world.agenda.at
    bursting = False

    def switch(now: float, _: Task) -> None:
        nonlocal bursting
        bursting = not bursting
        pace.factor = source.burst if bursting else quiet(source)
        pace.change(now)
        if pace.left:
            at(now + draw() * (source.burst_on if bursting else source.burst_off), switch, NOBODY)

    return switch


def thinned(world: World, launch: Launch, most: float, pace: Pace) -> Launch:
    """Return what lets a candidate at the top rate arrive with the chance of the time of day.

    The rate is rate * (1 + (peak - 1) * sin(2 pi t / period)), and 0 where that is negative (Lewis and
    Shedler 1979).
    """
    source = world.net.source
    draw, top, swing = world.draw(source.thin), max(1.0, source.peak), source.peak - 1
    turn = 2 * pi / source.period
    left = most

    def consider(now: float) -> None:
        nonlocal left
        if draw() * top < 1 + swing * sin(turn * now):
            left -= 1
            if not left:
                pace.stop()
            launch(now)

    return consider
