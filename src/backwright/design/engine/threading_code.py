"""Programs compiled to threaded code: each step is a closure that knows what comes next.

A step is compiled with two exits: `ok`, which goes on when it is done, and `fail`, which goes on when it
failed; what a failed step held has been released by then, so a failure unwinds to the nearest Call without a
stack. Nothing is looked up in the op tree while the simulation runs.
"""

from bisect import bisect_right
from heapq import heappush
from itertools import accumulate

from backwright.design.engine.agenda import AWAITED, CALLER, STAY, Code, Task
from backwright.design.engine.calling import call
from backwright.design.engine.copies import Stay
from backwright.design.engine.holding import any_of, hold, use
from backwright.design.engine.lookups import HIT
from backwright.design.engine.mailboxes import ATTEMPTS
from backwright.design.engine.scope import Build, Exits, Frame, Scope
from backwright.design.engine.world import World
from backwright.design.net import (
    AnyOf,
    Break,
    CacheGet,
    Call,
    Delay,
    Fork,
    Hold,
    Loop,
    Op,
    Pick,
    Send,
    Use,
    Visit,
)


def compiled(ops: tuple[Op, ...], scope: Scope, world: World, exits: Exits) -> Code:
    """Return the code of a list of steps."""

    def body(ops: tuple[Op, ...], scope: Scope, exits: Exits) -> Code:
        ok = exits.ok
        for op in reversed(ops):
            ok = step(op, scope, build, Exits(ok, exits.fail))
        return ok

    build = Build(world, body)
    return body(ops, scope, exits)


def step(op: Op, scope: Scope, build: Build, exits: Exits) -> Code:  # noqa: PLR0911  (one for each kind)
    """Return the code of a step."""
    match op:
        case Delay():
            return delay(op, build, exits)
        case Use():
            return use(op, scope, build, exits)
        case Hold():
            return hold(op, scope, build, exits)
        case AnyOf():
            return any_of(op, scope, build, exits)
        case Visit():
            return visit(op, scope, build, exits)
        case Call():
            return call(op, scope, build, exits)
        case Fork():
            return fork(op, scope, build, exits)
        case Pick():
            return pick(op, scope, build, exits)
        case Loop():
            return loop(op, scope, build, exits)
        case Send():
            return send(op, build, exits)
        case CacheGet():
            return cache_get(op, scope, build, exits)
        case Break():
            return chance(op, build, exits)


def delay(op: Delay, build: Build, exits: Exits) -> Code:
    """Let time pass."""
    world = build.world
    heap, number, draw = world.agenda.heap, world.agenda.number, world.draw(op.law)
    ok = world.alive(exits.ok)
    if op.node in world.slowed:
        slow, node = world.slow, op.node

        def start_slowed(now: float, task: Task) -> None:
            heappush(heap, (now + draw() * slow[node], number(), ok, task))

        return start_slowed

    def start(now: float, task: Task) -> None:
        heappush(heap, (now + draw(), number(), ok, task))

    return start


def visit(op: Visit, scope: Scope, build: Build, exits: Exits) -> Code:
    """Choose the next copy that is up and run the body there; fail if none is."""
    world = build.world
    copies = world.copies[op.group]
    turn, fail = copies.turn, exits.fail
    if world.can_kill:
        return perilous_visit(op, scope, build, exits)
    if world.most(op.group) == 1 and not copies.can_change:
        return build.body(op.body, scope, exits)  # there is nothing to choose
    slot = scope.frame.slot()
    body = build.body(op.body, scope.at(op.group, slot), exits)
    if copies.can_change:

        def look(now: float, task: Task) -> None:
            copy = task[slot] = turn()
            (fail if copy < 0 else body)(now, task)

        return look

    def start(now: float, task: Task) -> None:
        task[slot] = turn()
        body(now, task)

    return start


def perilous_visit(op: Visit, scope: Scope, build: Build, exits: Exits) -> Code:
    """Visit a copy that can be killed: the body is a task of its own, which then ends without its caller."""
    world = build.world
    copies = world.copies[op.group]
    turn, stays, fail = copies.turn, copies.stays, exits.fail
    ok_after, fail_after = world.alive(exits.ok), world.alive(exits.fail)
    inner = scope.nested(op.body, world)
    slot = inner.frame.slot()

    def done(now: float, child: Task) -> None:
        child[AWAITED] = False
        child[STAY].end()
        ok_after(now, child[CALLER])

    def failed(now: float, child: Task) -> None:
        child[AWAITED] = False
        child[STAY].end()
        fail_after(now, child[CALLER])

    body = build.body(op.body, inner.at(op.group, slot), Exits(done, failed))
    blank, carried = inner.frame.blank, inner.carried

    def start(now: float, task: Task) -> None:
        copy = turn()
        if copy < 0:
            fail(now, task)
            return
        stay = Stay(task, fail_after, stays[copy])
        child = [now, task, True, None, None, stay, *blank]
        for theirs, ours in carried:
            child[ours] = task[theirs]
        child[slot] = copy
        body(now, child)

    return start


def fork(op: Fork, scope: Scope, build: Build, exits: Exits) -> Code:
    """Run branches as tasks of their own; go on when `need` are done, fail when that cannot be any more.

    What is still running then goes on, and nobody waits for it.
    """
    world, ready = build.world, build.world.agenda.ready
    need = min(op.need, len(op.branches))
    spare = len(op.branches) - need
    ok, fail = exits.ok, exits.fail
    ok_after, fail_after = world.alive(ok), world.alive(fail)
    made: list[tuple[Code, tuple[tuple[int, int], ...], Frame, int]] = []

    def branch(ops: tuple[Op, ...]) -> None:
        inner = scope.nested(ops, world)
        slot = inner.frame.slot()  # of [successes to come, failures that may come]

        def done(now: float, child: Task) -> None:
            child[AWAITED] = False
            if child[STAY] is not None:
                child[STAY].left()
            left = child[slot]
            left[0] -= 1
            if left[0] == 0 and left[1] >= 0:
                ok_after(now, child[CALLER])

        def failed(now: float, child: Task) -> None:
            child[AWAITED] = False
            if child[STAY] is not None:
                child[STAY].left()
            left = child[slot]
            left[1] -= 1
            if left[1] == -1 and left[0] > 0:
                fail_after(now, child[CALLER])

        body = world.alive(build.body(ops, inner, Exits(done, failed)))
        made.append((body, inner.carried, inner.frame, slot))

    for ops in op.branches:
        branch(ops)

    def start(now: float, task: Task) -> None:
        left = [need, spare]
        if task[STAY] is not None:
            task[STAY].tasks += len(made)
        for body, carried, frame, slot in made:
            child = [now, task, True, None, None, task[STAY], *frame.blank]
            for theirs, ours in carried:
                child[ours] = task[theirs]
            child[slot] = left
            ready.append((body, child))
        if need <= 0:
            ok(now, task)

    return start


def pick(op: Pick, scope: Scope, build: Build, exits: Exits) -> Code:
    """Run the body whose cumulated share is above what was drawn, or nothing."""
    draw = build.world.draw(op.draw)
    bodies = [build.body(body, scope, exits) for body in op.bodies]
    bodies.append(exits.ok)
    shares = list(accumulate(op.shares))

    def start(now: float, task: Task) -> None:
        bodies[bisect_right(shares, draw())](now, task)

    return start


def loop(op: Loop, scope: Scope, build: Build, exits: Exits) -> Code:
    """Run the body several times; each round after the first becomes ready, so that the stack stays flat."""
    if op.times < 1:
        return exits.ok
    ready, ok, times = build.world.agenda.ready, exits.ok, op.times
    slot = scope.frame.slot()

    def round_done(now: float, task: Task) -> None:
        task[slot] -= 1
        if task[slot]:
            ready.append((again, task))
        else:
            ok(now, task)

    body = build.body(op.body, scope, Exits(round_done, exits.fail))
    again = build.world.alive(body)

    def start(now: float, task: Task) -> None:
        task[slot] = times
        body(now, task)

    return start


def send(op: Send, build: Build, exits: Exits) -> Code:
    """Put a message into a mailbox."""
    box, ready = build.world.boxes[op.mailbox], build.world.agenda.ready
    ok, fail = exits

    def start(now: float, task: Task) -> None:
        (ok if box.put(now, ready) else fail)(now, task)

    return start


def cache_get(op: CacheGet, scope: Scope, build: Build, exits: Exits) -> Code:
    """Look up a key after a time; on a miss run the body, then store the key."""
    world, k = build.world, op.cache
    shelf, hits, lookups = world.shelves[k], world.hits, world.lookups
    ok = exits.ok
    slot = scope.frame.slot()

    def store(now: float, task: Task) -> None:
        shelf.store(now, task[slot])
        ok(now, task)

    miss = build.body(op.miss, scope, Exits(store, exits.fail))

    def look(now: float, task: Task) -> None:
        lookups[k] += 1
        key = task[slot] = shelf.ask(now)
        if key == HIT:
            hits[k] += 1
            ok(now, task)
        else:
            miss(now, task)

    return delay(Delay(world.net.caches[k].law), build, Exits(look, exits.fail))


def chance(op: Break, build: Build, exits: Exits) -> Code:
    """Fail with a chance."""
    draw, share = build.world.draw(op.draw), op.chance
    ok, fail = exits

    def start(now: float, task: Task) -> None:
        (fail if draw() < share else ok)(now, task)

    return start


def consumer(world: World, mailbox: int) -> None:
    """Compile the body of a mailbox, and what follows a message: another try, a dead letter, the next."""
    box, ready, dead_letters = world.boxes[mailbox], world.agenda.ready, world.dead_letters
    attempts = box.spec.attempts

    def done(_now: float, _message: Task) -> None:
        box.following(ready)

    def failed(_now: float, message: Task) -> None:
        message[ATTEMPTS] += 1
        if message[ATTEMPTS] < attempts:
            box.queue.append(message)
        else:
            dead_letters[mailbox] += 1
        box.following(ready)

    frame = Frame()
    frame.slot()  # ATTEMPTS is the first
    box.begin = compiled(box.spec.body, Scope(frame), world, Exits(done, failed))
    box.blank = frame.blank
