"""The step Call, compiled: tries with time-outs, retries, hedges, and what refuses them.

A call that breaker, limit or bulkhead refuse fails at once and is not repeated. A try that fails or times out is
repeated after a pause, as long as retries and budget last. A try whose caller gave up goes on working.
"""

from collections import deque
from collections.abc import Callable
from heapq import heappush

from backwright.design.engine.agenda import AWAITED, CALLER, SLOTS, STAY, Code, Task
from backwright.design.engine.scope import Build, Exits, Scope
from backwright.design.engine.world import World
from backwright.design.net import Call, Policy

# Slots of a round: a try and its hedge. It is laid out as a task whose caller is the calling task.
KIDS, LEFT, DECIDES, DESK = SLOTS, SLOTS + 1, SLOTS + 2, SLOTS + 3

Pause = Callable[[int], float]


def call(op: Call, scope: Scope, build: Build, exits: Exits) -> Code:
    """Run the body as tries of its own, under a policy."""
    policy = build.world.net.policies[op.policy]
    is_guarded = (
        policy.budget is not None
        or policy.breaker_window > 0
        or policy.limit is not None
        or policy.bulkhead is not None
        or policy.hedge is not None
        or policy.failing > 0
        or any(t.kind == "errors" and t.target == policy.callee for t in build.world.net.troubles)
        or build.world.is_watchful
    )
    if is_guarded:
        return GuardedCall(op, scope, build, exits).start
    return plain_call(op, scope, build, exits)


def pauses(policy: Policy, world: World) -> Pause:
    """Return what gives the pause before try n + 2, s: base * factor^n, at most `most`, with jitter."""
    base, factor, most = policy.base, policy.factor, policy.most
    if base <= 0:
        return lambda _: 0.0
    if policy.jitter_kind == "none":
        return lambda n: min(base * factor**n, most)
    least = 0.5 if policy.jitter_kind == "equal" else 0.0
    draw = world.draw(policy.jitter)
    return lambda n: min(base * factor**n, most) * (least + draw())


def plain_call(op: Call, scope: Scope, build: Build, exits: Exits) -> Code:
    """Call under a policy of time-out and retries only: the fast path."""
    world, k = build.world, op.policy
    policy, agenda = world.net.policies[k], world.agenda
    heap, number, ready = agenda.heap, agenda.number, agenda.ready
    tries, timeouts, retries = world.tries, world.timeouts, policy.retries
    pause_of = pauses(policy, world)
    (ok, fail), made = exits, scope.frame.slot()

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
        pause = pause_of(n)
        if pause > 0:
            heappush(heap, (now + pause, number(), attempt, task))
        else:
            ready.append((attempt, task))

    inner = scope.nested(op.body, world)
    body = build.body(op.body, inner, Exits(done, failed))
    blank, carried = inner.frame.blank, inner.carried
    timers, seconds, rank, alarm = timing(policy, world)

    def attempt(now: float, task: Task) -> None:
        tries[k] += 1
        child: Task = [now, task, True, ring, None, None, *blank]
        for theirs, ours in carried:
            child[ours] = task[theirs]
        if seconds:
            if not timers:
                heappush(heap, (now + seconds, rank, alarm, child))
            timers.append(child)
        body(now, child)

    def start(now: float, task: Task) -> None:
        task[made] = 0
        attempt(now, task)

    return start


def timing(policy: Policy, world: World) -> tuple[deque[Task], float, float, Code]:
    """Return the queue, the length, the rank and the ring of the lane of time-outs; length 0: there is none."""
    if not policy.timeout:
        return deque(), 0.0, 0, nothing
    lane = world.agenda.lane(policy.timeout)
    return lane.timers, lane.seconds, lane.rank, lane.ring


def nothing(_now: float, _task: Task) -> None:
    """Do nothing."""


class GuardedCall:
    """A call under a policy with more than time-out and retries, or in a net where callers give up or die.

    A round is a try and its hedge. Only the caller's side of it is here: what a try does goes on by
    itself, and reports to `done` or `failed`.
    """

    def __init__(self, op: Call, scope: Scope, build: Build, exits: Exits) -> None:
        world, k = build.world, op.policy
        policy = world.net.policies[k]
        self.world, self.policy, self.k = world, policy, k
        self.gate = world.gates[k]
        self.bulkheads = world.bulkheads.get(k)
        self.place = scope.places.get(policy.group)
        self.ok, self.fail = world.alive(exits.ok), world.alive(exits.fail)
        self.again, self.attempt = world.alive(self.repeat), world.alive(self.begin)
        self.dropped = scope.dropped()
        self.made = scope.frame.slot()
        self.pause_of = pauses(policy, world)
        self.chance = world.draw(policy.chance) if policy.failing > 0 else None
        self.erring = world.erring[policy.callee] if policy.callee >= 0 else []
        inner = scope.nested(op.body, world, is_given_up=policy.propagate)
        self.round = inner.frame.slot()
        self.body = build.body(op.body, inner, Exits(self.done, self.failed))
        self.blank, self.carried = inner.frame.blank, inner.carried
        self.lane = world.agenda.lane(policy.timeout) if policy.timeout else None
        self.hedges = world.agenda.lane(policy.hedge) if policy.hedge is not None else None

    def start(self, now: float, task: Task) -> None:
        """Begin a call."""
        self.gate.called()
        task[self.made] = 0
        self.begin(now, task)

    def begin(self, now: float, task: Task) -> None:
        """Begin a round, unless something refuses it."""
        if self.dropped(task):
            self.fail(now, task)
            return
        desk = None
        if self.bulkheads is not None:
            desk = self.bulkheads[0 if self.place is None else task[self.place]]
        if (desk is not None and not desk.free) or not self.gate.admits(now):
            self.world.refused[self.k] += 1
            self.fail(now, task)
            return
        decides = self.gate.passed(now)
        if desk is not None:
            desk.take(now, task)
        tries = [now, task, True, self.hedge, None, task[STAY], [], 0, decides, desk]
        if self.hedges is not None:
            self.hedges.start(now, tries)
        self.launch(now, tries)

    def launch(self, now: float, tries: Task) -> None:
        """Begin a try of a round."""
        self.world.tries[self.k] += 1
        tries[LEFT] += 1
        if self.breaks():
            self.lost(now, tries)
            return
        task = tries[CALLER]
        child: Task = [now, task, True, self.ring, None, task[STAY], *self.blank]
        for theirs, ours in self.carried:
            child[ours] = task[theirs]
        child[self.round] = tries
        if task[STAY] is not None:
            task[STAY].tasks += 1
        tries[KIDS].append(child)
        if self.lane is not None:
            self.lane.start(now, child)
        self.body(now, child)

    def breaks(self) -> bool:
        """Return whether the try fails before it starts."""
        if self.chance is not None and self.chance() < self.policy.failing:
            return True
        return any(draw() < share for share, draw in self.erring)

    def hedge(self, now: float, tries: Task) -> None:
        """Begin a second try of a round that has no answer yet."""
        stay = tries[STAY]
        if (stay is not None and not stay.is_alive) or self.dropped(tries[CALLER]):
            return
        if not self.gate.admits(now):
            self.world.refused[self.k] += 1
            return
        tries[DECIDES] = self.gate.passed(now) or tries[DECIDES]
        self.launch(now, tries)

    def done(self, now: float, child: Task) -> None:
        """Take the first answer; nobody waits for the other try of the round."""
        if child[STAY] is not None:
            child[STAY].left()
        if child[AWAITED]:
            tries = child[self.round]
            self.gate.note(now, 0, decides=tries[DECIDES])
            self.close(now, tries)
            self.ok(now, child[CALLER])

    def failed(self, now: float, child: Task) -> None:
        """Note that a try failed."""
        if child[STAY] is not None:
            child[STAY].left()
        if child[AWAITED]:
            child[AWAITED] = False
            self.lost(now, child[self.round])

    def ring(self, now: float, child: Task) -> None:
        """Give up a try."""
        child[AWAITED] = False
        self.world.timeouts[self.k] += 1
        self.lost(now, child[self.round])

    def lost(self, now: float, tries: Task) -> None:
        """Go on after a try without answer: if it was the last of its round, call again."""
        self.gate.note(now, 1, decides=tries[DECIDES])
        tries[LEFT] -= 1
        if not tries[LEFT]:
            self.close(now, tries)
            self.again(now, tries[CALLER])

    def close(self, now: float, tries: Task) -> None:
        """End a round."""
        tries[AWAITED] = False
        for child in tries[KIDS]:
            child[AWAITED] = False
        tries[KIDS].clear()
        stay, desk = tries[STAY], tries[DESK]
        if desk is not None and (stay is None or stay.is_alive):
            desk.give_back(now, tries[CALLER])

    def repeat(self, now: float, task: Task) -> None:
        """Begin the next round after a pause, or fail."""
        n = task[self.made]
        if n >= self.policy.retries or not self.gate.affords():
            self.fail(now, task)
            return
        task[self.made] = n + 1
        pause = self.pause_of(n)
        if pause > 0:
            self.world.agenda.at(now + pause, self.attempt, task)
        else:
            self.world.agenda.ready.append((self.attempt, task))
