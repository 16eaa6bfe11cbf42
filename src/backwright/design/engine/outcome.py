"""What a simulation gave: samples at each whole second, and the `Run` at the end."""

from array import array
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backwright.design.engine.agenda import Task
from backwright.design.engine.world import World
from backwright.design.net import Run, StationUse

Times = array  # of "d"


# Waiting or under way at once: about 200 MB. A line that long says that it grows without end.
ALIVE_MAX = 400_000


class Stopped(Exception):
    """Whoever waits for the run wants no more of it, or too much is alive at once."""


class Finished(Exception):
    """The simulation is over; raised by an event, so that the loop need not ask."""


class Samples:
    """What is looked at each whole second: use and lines of stations, copies, depth of mailboxes."""

    def __init__(self, world: World, length: float, *, ends: bool) -> None:
        self.world = world
        self.length = length
        self.ends = ends  # arrivals do, so the run is over when nothing is left to do
        self.busy: list[list[int]] = [[] for _ in world.desks]
        self.waiting: list[list[int]] = [[] for _ in world.desks]
        self.copies: list[list[int]] = [[] for _ in world.net.groups]
        self.depth: list[list[int]] = [[] for _ in world.net.mailboxes]
        self.busy_before = [0.0] * len(world.desks)  # unit-seconds before the end of the warm-up
        self.waited_before = [0.0] * len(world.desks)

    def tick(self, now: float, task: Task) -> None:
        """Sample, see whether to stop, come back in a second."""
        world = self.world
        alive = len(world.agenda.heap)
        for k, desks in enumerate(world.desks):
            held = waiting = 0
            for desk in desks:
                held += desk.capacity - desk.free
                waiting += desk.waiting
            self.busy[k].append(held)
            self.waiting[k].append(waiting)
            alive += waiting
        for k, samples in enumerate(self.copies):
            samples.append(len(world.copies[k].up))
        for k, depth in enumerate(self.depth):
            depth.append(len(world.boxes[k].queue))
            alive += depth[-1]
        if alive > ALIVE_MAX:
            raise Stopped
        world.on_refill()
        if self.ends and len(world.agenda.heap) <= world.daemons:
            raise Finished
        if now + 1 <= self.length:
            world.agenda.at(now + 1, self.tick, task)
        else:
            world.agenda.at(self.length, self.end, task)

    def end(self, _now: float, _task: Task) -> None:
        """Stop."""
        raise Finished

    def warm(self, now: float, _: Task) -> None:
        """Forget what happened during the warm-up."""
        world = self.world
        for k, desks in enumerate(world.desks):
            self.busy_before[k] = sum(desk.busy + desk.held * now for desk in desks)
            self.waited_before[k] = sum(desk.waited + desk.waiting * now for desk in desks)
            for desk in desks:
                desk.peak, desk.refused = desk.waiting, 0
        for counts in world.counters:
            counts[:] = [0] * len(counts)

    def station(self, k: int, now: float, seconds: float) -> StationUse:
        """Return how a station was used in the `seconds` since the warm-up."""
        desks = self.world.desks[k]
        busy = sum(desk.busy + desk.held * now for desk in desks) - self.busy_before[k]
        waited = sum(desk.waited + desk.waiting * now for desk in desks) - self.waited_before[k]
        return StationUse(
            busy=busy / seconds if seconds > 0 else 0.0,
            waiting=waited / seconds if seconds > 0 else 0.0,
            peak_waiting=max(desk.peak for desk in desks),
            refused=sum(desk.refused for desk in desks),
        )


def per_second(times: list["array[float]"], seconds: int) -> tuple[int, ...]:
    """Return how many of the times are in each second; the very end belongs to the last one."""
    every = np.concatenate([np.frombuffer(each) for each in times if each] or [np.empty(0)])
    second = np.minimum(every.astype(np.int64), seconds - 1)
    return tuple(np.bincount(second, minlength=seconds).tolist())


def packed(values: NDArray[Any]) -> "array[float]":
    """Return numbers as an array of doubles."""
    result = array("d")
    result.frombytes(values.tobytes())
    return result


def latencies(world: World, kind: int, warmup: float) -> tuple["array[float]", "array[float]"]:
    """Return latencies and arrival times of those who arrived after the warm-up, in order of arrival."""
    if not world.starts[kind]:
        return array("d"), array("d")
    starts, ends = np.frombuffer(world.starts[kind]), np.frombuffer(world.ends[kind])
    order = np.argsort(starts, kind="stable")
    order = order[starts[order] >= warmup]
    return packed(ends[order] - starts[order]), packed(starts[order])


def gathered(
    world: World, samples: Samples, now: float, warmup: float, *, was_stopped: bool
) -> Run:
    """Return the run that ended now."""
    seconds = max(1, ceil(now))
    kinds = range(len(world.net.programs))
    both = [latencies(world, kind, warmup) for kind in kinds]
    failed = tuple(sum(start >= warmup for start in world.lost_starts[kind]) for kind in kinds)
    ended = sum(map(len, world.ends)) + sum(map(len, world.lost_ends))
    return Run(
        latencies=tuple(latency for latency, _ in both),
        started=tuple(started for _, started in both),
        arrived=tuple(len(both[kind][0]) + failed[kind] for kind in kinds),
        failed=failed,
        unfinished=len(world.offered) - ended,
        tries=tuple(world.tries),
        timeouts=tuple(world.timeouts),
        refused=tuple(world.refused),
        offered=per_second([world.offered], seconds),
        good=per_second(world.ends, seconds),
        errors=per_second(world.lost_ends, seconds),
        stations=tuple(samples.station(k, now, now - warmup) for k in range(len(world.desks))),
        busy=tuple(map(tuple, samples.busy)),
        waiting=tuple(map(tuple, samples.waiting)),
        copies=tuple(map(tuple, samples.copies)),
        dead_letters=tuple(world.dead_letters),
        depth=tuple(map(tuple, samples.depth)),
        hits=tuple(world.hits),
        lookups=tuple(world.lookups),
        events=world.agenda.number() - 1 - len(world.agenda.heap),
        ended_at=now,
        was_stopped=was_stopped,
    )
