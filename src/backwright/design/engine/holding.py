"""Steps that hold a unit of a station: Use, Hold and AnyOf, compiled.

Whoever finds a unit free goes on at once. When a unit is released it passes to the next in line: a Use draws its
time then and there; the body of a Hold becomes ready, and whoever released goes on first.
"""

from collections.abc import Callable
from heapq import heappush
from typing import cast

from backwright.design.engine.agenda import NEXT, Code, Task
from backwright.design.engine.desks import Desk, WatchfulDesk
from backwright.design.engine.scope import Build, Exits, Scope
from backwright.design.net import AnyOf, Delay, Hold, Use

DeskOf = Callable[[Task], Desk]
BodyOf = Callable[[Exits], Code]


def use(op: Use, scope: Scope, build: Build, exits: Exits) -> Code:
    """Acquire a unit, hold it for a time, release it."""
    desk = build.world.desks[op.station][0]
    group = build.world.net.stations[op.station].group

    def held(inner: Exits) -> Code:
        return build.body((Delay(op.law, op.node),), scope, inner)

    if isinstance(desk, WatchfulDesk):
        return watchful(desk_of(op.station, scope, build), scope, build, exits, held)
    if op.node in build.world.slowed:
        return slowed_use(desk_of(op.station, scope, build), exits, held)
    if len(build.world.desks[op.station]) == 1:
        return single_use(op, desk, build, exits)
    return own_use(op, place(group, scope, build), build, exits)


def single_use(op: Use, desk: Desk, build: Build, exits: Exits) -> Code:
    """Use a station of which there is one, whose line nobody leaves: the fast path."""
    agenda, draw = build.world.agenda, build.world.draw(op.law)
    heap, number, queue, admits = agenda.heap, agenda.number, desk.queue, desk.admits
    ok, fail = exits

    def turn(now: float, task: Task) -> None:
        heappush(heap, (now + draw(), number(), end, task))

    def start(now: float, task: Task) -> None:
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            heappush(heap, (now + draw(), number(), end, task))
        elif not admits(now, task, turn):
            fail(now, task)

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


def own_use(op: Use, slot: int, build: Build, exits: Exits) -> Code:
    """Use a station of the copy whose number is in a slot, whose line nobody leaves."""
    agenda, draw = build.world.agenda, build.world.draw(op.law)
    heap, number, desks = agenda.heap, agenda.number, build.world.desks[op.station]
    ok, fail = exits

    def turn(now: float, task: Task) -> None:
        heappush(heap, (now + draw(), number(), end, task))

    def start(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            heappush(heap, (now + draw(), number(), end, task))
        elif not desk.admits(now, task, turn):
            fail(now, task)

    def end(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.queue:
            desk.leave(now)
        else:
            desk.free += 1
            desk.busy += now
        ok(now, task)

    return start


def slowed_use(find: DeskOf, exits: Exits, held: BodyOf) -> Code:
    """Use a station of a node that can become slow, whose line nobody leaves."""
    ok, fail = exits

    def end(now: float, task: Task) -> None:
        find(task).leave(now)
        ok(now, task)

    turn = held(Exits(end, fail))

    def start(now: float, task: Task) -> None:
        desk = find(task)
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            turn(now, task)
        elif not desk.admits(now, task, turn):
            fail(now, task)

    return start


def hold(op: Hold, scope: Scope, build: Build, exits: Exits) -> Code:
    """Acquire a unit, run the body, release it."""
    world = build.world
    desks, group = world.desks[op.station], world.net.stations[op.station].group

    def held(inner: Exits) -> Code:
        return build.body(op.body, scope, inner)

    if isinstance(desks[0], WatchfulDesk):
        find = desk_of(op.station, scope, build)
        return watchful(find, scope, build, exits, held, later=True)
    if len(desks) == 1:
        return single_hold(desks[0], build, exits, held)
    return own_hold(desks, place(group, scope, build), build, exits, held)


def single_hold(desk: Desk, build: Build, exits: Exits, held: BodyOf) -> Code:
    """Hold a station of which there is one, whose line nobody leaves."""
    ready, (ok, fail), queue = build.world.agenda.ready, exits, desk.queue

    def done(now: float, task: Task) -> None:
        if queue:
            desk.leave(now)
        else:
            desk.free += 1
            desk.busy += now
        ok(now, task)

    def failed(now: float, task: Task) -> None:
        desk.leave(now)
        fail(now, task)

    body = held(Exits(done, failed))

    def turn(_: float, task: Task) -> None:
        ready.append((body, task))

    def start(now: float, task: Task) -> None:
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            body(now, task)
        elif not desk.admits(now, task, turn):
            fail(now, task)

    return start


def own_hold(desks: list[Desk], slot: int, build: Build, exits: Exits, held: BodyOf) -> Code:
    """Hold a station of the copy whose number is in a slot, whose line nobody leaves."""
    ready, (ok, fail) = build.world.agenda.ready, exits

    def done(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.queue:
            desk.leave(now)
        else:
            desk.free += 1
            desk.busy += now
        ok(now, task)

    def failed(now: float, task: Task) -> None:
        desks[task[slot]].leave(now)
        fail(now, task)

    body = held(Exits(done, failed))

    def turn(_: float, task: Task) -> None:
        ready.append((body, task))

    def start(now: float, task: Task) -> None:
        desk = desks[task[slot]]
        if desk.free:
            desk.free -= 1
            desk.busy -= now
            body(now, task)
        elif not desk.admits(now, task, turn):
            fail(now, task)

    return start


def any_of(op: AnyOf, scope: Scope, build: Build, exits: Exits) -> Code:
    """Acquire one of several stations, run the body, release it."""
    draw, n = build.world.draw(op.pick), len(op.stations)
    finders = [desk_of(station, scope, build) for station in op.stations]

    def find(task: Task) -> Desk:
        return finders[min(int(draw() * n), n - 1)](task)

    def held(inner: Exits) -> Code:
        return build.body(op.body, scope, inner)

    return watchful(find, scope, build, exits, held, later=True)


def watchful(
    find: DeskOf, scope: Scope, build: Build, exits: Exits, held: BodyOf, *, later: bool = False
) -> Code:
    """Hold a unit of a watchful desk, which is kept in a slot: its copy may get a new desk meanwhile.

    Args:
        find: Gives the desk.
        scope, build, exits: As for every step.
        held: Compiles what is done with the unit.
        later: Whoever comes from the line becomes ready, instead of going on at once.
    """
    ready, (ok, fail) = build.world.agenda.ready, exits
    slot = scope.frame.slot()
    dropped = scope.dropped()

    def done(now: float, task: Task) -> None:
        task[slot].give_back(now, task)
        ok(now, task)

    def failed(now: float, task: Task) -> None:
        task[slot].give_back(now, task)
        fail(now, task)

    body = held(Exits(done, failed))
    guarded = build.world.alive(body)
    fail_later = build.world.alive(fail)

    def turn_later(_: float, task: Task) -> None:
        ready.append((guarded, task))

    turn = turn_later if later else body

    def start(now: float, task: Task) -> None:
        if dropped(task):
            fail(now, task)
            return
        desk = task[slot] = cast("WatchfulDesk", find(task))
        if desk.free:
            desk.take(now, task)
            body(now, task)
        elif not desk.line_up(now, task, turn, fail_later, dropped):
            fail(now, task)

    return start


def desk_of(station: int, scope: Scope, build: Build) -> DeskOf:
    """Return what finds the desk of a station for a task."""
    desks, group = build.world.desks[station], build.world.net.stations[station].group
    if len(desks) == 1:
        return lambda _: desks[0]
    slot = place(group, scope, build)
    return lambda task: desks[task[slot]]


def place(group: int, scope: Scope, build: Build) -> int:
    """Return the slot that holds the number of the copy of a group; ValueError outside of a visit to it."""
    if group not in scope.places:
        name = build.world.net.groups[group].name
        raise ValueError(f"a station of '{name}' is used outside of a visit to '{name}'")
    return scope.places[group]
