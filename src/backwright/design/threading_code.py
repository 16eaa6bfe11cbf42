"""Programs compiled to threaded code: each step is a closure that knows what comes next.

`compiled(ops, scope, world, ok, fail)` returns the code of a list of steps that goes on with `ok` when they
are done and with `fail` when one failed; what a failed step held has been released by then. Nothing is looked
up in the op tree while the simulation runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import heappush
from typing import NamedTuple

from backwright.design.agenda import AWAITED, CALLER, NEXT, SLOTS, Code, Task
from backwright.design.net import Call, Delay, Hold, Op, Use, Visit
from backwright.design.world import World


@dataclass
class Frame:
    """The slots of a kind of task: the request itself, or the tries of one Call, or a branch."""

    outer: "Frame | None" = None
    slots: int = 0

    def slot(self) -> int:
        """Return the index of a new slot."""
        self.slots += 1
        return SLOTS + self.slots - 1

    @property
    def blank(self) -> tuple[None, ...]:
        """Return what the slots of a new task hold."""
        return (None,) * self.slots


class Exits(NamedTuple):
    """Where a step goes on."""

    ok: Code
    fail: Code


@dataclass(frozen=True)
class Scope:
    """Where a step stands: in which kind of task, at copies of which groups.

    Attributes:
        places: Group to the frame and slot that hold the number of the copy.
    """

    frame: Frame
    places: Mapping[int, tuple[Frame, int]] = field(default_factory=dict)

    def at(self, group: int, slot: int) -> "Scope":
        """Return the scope inside a visit."""
        return replace(self, places={**self.places, group: (self.frame, slot)})


def compiled(ops: tuple[Op, ...], scope: Scope, world: World, exits: Exits) -> Code:
    """Return the code of a list of steps."""
    ok = exits.ok
    for op in reversed(ops):
        ok = step(op, scope, world, Exits(ok, exits.fail))
    return ok


def step(op: Op, scope: Scope, world: World, exits: Exits) -> Code:
    """Return the code of a step."""
    match op:
        case Delay():
            return delay(op, world, exits)
        case Use():
            return use(op, scope, world, exits)
        case Hold():
            return hold(op, scope, world, exits)
        case Visit():
            return visit(op, scope, world, exits)
        case Call():
            return call(op, scope, world, exits)
        case _:
            raise NotImplementedError(type(op).__name__)


def delay(op: Delay, world: World, exits: Exits) -> Code:
    """Time passes."""
    heap, number, draw, ok = world.agenda.heap, world.agenda.number, world.draw(op.law), exits.ok

    def start(now: float, task: Task) -> None:
        heappush(heap, (now + draw(), number(), ok, task))

    return start


def slot_of(group: int, scope: Scope) -> int:
    """Return the slot that holds the copy of a group."""
    frame, slot = scope.places[group]
    if frame is not scope.frame:
        raise NotImplementedError
    return slot


def use(op: Use, scope: Scope, world: World, exits: Exits) -> Code:
    """Acquire a unit, hold it for a time, release it."""
    heap, number, draw, ok = world.agenda.heap, world.agenda.number, world.draw(op.law), exits.ok
    desks, group = world.desks[op.station], world.net.stations[op.station].group

    if group < 0:
        desk = desks[0]
        queue = desk.queue

        def turn(now: float, task: Task) -> None:
            heappush(heap, (now + draw(), number(), end, task))

        def start(now: float, task: Task) -> None:
            if desk.free:
                desk.free -= 1
                desk.busy -= now
                heappush(heap, (now + draw(), number(), end, task))
            else:
                task[NEXT] = turn
                queue.append(task)
                desk.waited -= now
                desk.peak = max(desk.peak, len(queue))

        def end(now: float, task: Task) -> None:
            if queue:
                first = queue.popleft()
                desk.waited += now
                first[NEXT](now, first)
            else:
                desk.free += 1
                desk.busy += now
            ok(now, task)

        return start
    slot = slot_of(group, scope)

    def own_turn(now: float, task: Task) -> None:
        heappush(heap, (now + draw(), number(), own_end, task))

    def own_start(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            heappush(heap, (now + draw(), number(), own_end, task))
        else:
            task[NEXT] = own_turn
            desk.join(now, task)

    def own_end(now: float, task: Task) -> None:
        desks[task[slot]].leave(now)
        ok(now, task)

    return own_start


def hold(op: Hold, scope: Scope, world: World, exits: Exits) -> Code:
    """Acquire a unit, run the body, release it."""
    ready, ok, fail = world.agenda.ready, exits.ok, exits.fail
    desks, group = world.desks[op.station], world.net.stations[op.station].group
    if group < 0:
        raise NotImplementedError
    slot = slot_of(group, scope)

    def done(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.queue:
            first = desk.queue.popleft()
            desk.waited += now
            first[NEXT](now, first)
        else:
            desk.free += 1
            desk.busy += now
        ok(now, task)

    def failed(now: float, task: Task) -> None:
        desks[task[slot]].leave(now)
        fail(now, task)

    body = compiled(op.body, scope, world, Exits(done, failed))

    def turn(_: float, task: Task) -> None:
        ready.append((body, task))

    def start(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            body(now, task)
        else:
            task[NEXT] = turn
            desk.join(now, task)

    return start


def visit(op: Visit, scope: Scope, world: World, exits: Exits) -> Code:
    """Choose a copy."""
    slot = scope.frame.slot()
    turn = world.turns[op.group]
    body = compiled(op.body, scope.at(op.group, slot), world, exits)

    def start(now: float, task: Task) -> None:
        task[slot] = turn()
        body(now, task)

    return start


def call(op: Call, scope: Scope, world: World, exits: Exits) -> Code:
    """Run the body in tries."""
    policy, k = world.net.policies[op.policy], op.policy
    heap, number = world.agenda.heap, world.agenda.number
    tries, timeouts = world.tries, world.timeouts
    ok, fail = exits
    made = scope.frame.slot()
    retries, base, factor, most = policy.retries, policy.base, policy.factor, policy.most
    jitter = world.draw(policy.jitter) if policy.jitter >= 0 else None
    kind = policy.jitter_kind

    def done(now: float, child: Task) -> None:
        if child[AWAITED]:
            child[AWAITED] = False
            ok(now, child[CALLER])

    def failed(now: float, child: Task) -> None:
        if child[AWAITED]:
            child[AWAITED] = False
            again(now, child[CALLER])

    def ring(now: float, child: Task) -> None:
        child[AWAITED] = False
        timeouts[k] += 1
        again(now, child[CALLER])

    def again(now: float, task: Task) -> None:
        n = task[made]
        if n >= retries:
            fail(now, task)
            return
        task[made] = n + 1
        pause = min(base * factor**n, most)
        if jitter is not None:
            pause *= jitter() + (0.5 if kind == "equal" else 0.0)
        heappush(heap, (now + pause, number(), attempt, task))

    frame = Frame(scope.frame)
    body = compiled(op.body, Scope(frame, scope.places), world, Exits(done, failed))
    blank = frame.blank
    lane = world.agenda.lane(policy.timeout or 1e9)
    timers, seconds, rank, alarm = lane.timers, lane.seconds, lane.rank, lane.ring

    def attempt(now: float, task: Task) -> None:
        tries[k] += 1
        child: Task = [now, task, True, ring, None, None, *blank]
        if not timers:
            heappush(heap, (now + seconds, rank, alarm, child))
        timers.append(child)
        body(now, child)

    def start(now: float, task: Task) -> None:
        task[made] = 0
        attempt(now, task)

    return start
