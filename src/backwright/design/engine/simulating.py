"""One simulation from beginning to end: build the world, handle events, gather the run.

Programs are compiled to closures (`threading_code.py`), events are (time, number, code, task) in a heap, and
the loop below calls one after the other. What order they run in is said in `agenda.py`.
"""

from collections.abc import Callable, Sequence
from heapq import heappop
from math import inf

from backwright.design.engine.agenda import START, Task
from backwright.design.engine.arrivals import Launch, begin, in_turn, launcher
from backwright.design.engine.outcome import Finished, Samples, Stopped, gathered
from backwright.design.engine.scope import Exits, Frame, Scope
from backwright.design.engine.threading_code import compiled, consumer
from backwright.design.engine.troubles import scale, trouble
from backwright.design.engine.world import World
from backwright.design.net import Net, Run


def never() -> bool:
    """Return that nobody wants to stop."""
    return False


def simulate(
    net: Net,
    seed: int,
    length: float,
    warmup: float = 0.0,
    *,
    arrivals_max: int | None = None,
    trace: Sequence[float] | Sequence[tuple[float, int]] | None = None,
    should_stop: Callable[[], bool] = never,
) -> Run:
    """Simulate a net for `length` seconds and return what happened.

    If arrivals end (`arrivals_max`, a trace), the run ends at the whole second at which nothing is left to
    do, so the length may be infinite.

    Args:
        net: What to simulate.
        seed: Any whole number from 0 on; the same seed gives the same run.
        length: s.
        warmup: s; requests that arrive earlier are simulated and not counted.
        arrivals_max: No request arrives after so many.
        trace: Arrival times, s, rising, instead of those that the source would draw; or (time, kind) pairs.
        should_stop: Asked every simulated second and every 1,024 draws of a stream; when it says
            yes, the run up to then is returned. So it is when over ALIVE_MAX requests are alive.

    Raises:
        ValueError: If the run would never end.
    """
    if length == inf and arrivals_max is None and trace is None:
        raise ValueError("a run of infinite length needs arrivals_max or a trace")

    def on_refill() -> None:
        if should_stop():
            raise Stopped

    world = World(net, seed, on_refill)
    samples = Samples(world, length, ends=arrivals_max is not None or trace is not None)
    if warmup > 0:
        world.agenda.at(warmup, samples.warm, [])
    for mailbox in range(len(net.mailboxes)):
        consumer(world, mailbox)
    times, launch = followed(world, trace)
    begin(world, launch, arrivals_max, times)
    trouble(world)
    scale(world)
    now, was_stopped = run(world, samples, length)
    return gathered(world, samples, now, min(warmup, now), was_stopped=was_stopped)


def followed(
    world: World, trace: Sequence[float] | Sequence[tuple[float, int]] | None
) -> tuple[Sequence[float] | None, Launch]:
    """Return the times of a trace, and what lets one request arrive, of its own kind if the trace has kinds."""
    starts = launches(world)
    times: list[float] = []
    kinds: list[int] = []
    for each in trace or ():
        if not isinstance(each, tuple):
            break
        times.append(each[0])
        kinds.append(each[1])
    if kinds:
        return times, in_turn(starts, kinds)
    return trace, launcher(world, starts)  # type: ignore[return-value]  # no pairs, so times


def launches(world: World) -> list[Launch]:
    """Return what starts a request, for each kind."""
    return [launch(world, kind) for kind in range(len(world.net.programs))]


def launch(world: World, kind: int) -> Launch:
    """Return what starts a request of a kind."""
    offered = world.offered.append
    frame = Frame()
    body = compiled(world.net.programs[kind], Scope(frame), world, endings(world, kind))
    blank = frame.blank

    def arrive(now: float) -> None:
        offered(now)
        body(now, [now, None, True, None, None, None, *blank])

    return arrive


def endings(world: World, kind: int) -> Exits:
    """Return what notes the end of a request; a closed source then lets its user think."""
    starts, ends = world.starts[kind].append, world.ends[kind].append
    lost_starts, lost_ends = world.lost_starts[kind].append, world.lost_ends[kind].append

    def succeeded(now: float, task: Task) -> None:
        starts(task[START])
        ends(now)

    def failed(now: float, task: Task) -> None:
        lost_starts(task[START])
        lost_ends(now)

    def answered(now: float, task: Task) -> None:
        succeeded(now, task)
        world.on_end(now)

    def refused(now: float, task: Task) -> None:
        failed(now, task)
        world.on_end(now)

    return Exits(answered, refused) if world.net.source.users else Exits(succeeded, failed)


def run(world: World, samples: Samples, length: float) -> tuple[float, bool]:
    """Handle events until the end; return when that was, and whether somebody stopped it."""
    heap, ready = world.agenda.heap, world.agenda.ready
    following = ready.popleft
    now = 0.0
    world.agenda.at(min(1.0, length), samples.tick if length >= 1 else samples.end, [])
    try:
        while True:
            now, _, code, task = heappop(heap)
            code(now, task)
            while ready:
                code, task = following()
                code(now, task)
    except Finished:
        return now, False
    except Stopped:
        return now, True
