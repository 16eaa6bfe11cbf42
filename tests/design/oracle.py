"""An independent interpreter of `Net` on SimPy's clock: generators walk the op tree, failures are exceptions.

It shares with the engine the streams of random numbers and what `net.py` and `agenda.py` say about order, and
nothing else: no compiled programs, no lanes of timers, no fast paths, no gates. Not covered here, because
identical floats would need identical formulas: bursts, the time of day and the failure "load"; and
autoscalers. Those have direct tests.
"""

from collections import OrderedDict
from itertools import accumulate
from math import exp, inf, prod

import simpy
from tests.design.oracle_parts import (
    NORMAL,
    READY,
    TIMER,
    Act,
    Desk,
    Failed,
    Gate,
    Round,
    Signal,
    Stay,
    Thread,
)

from backwright.design import net as model
from backwright.design.engine.streams import generator, key_of, keys, stream


class Oracle:
    """Simulates a net; after `run` its attributes are what happened."""

    def __init__(self, net, seed, arrivals_max):
        self.net, self.env, self.left = net, simpy.Environment(), arrivals_max
        self.seed, self.draws = seed, {}
        self.can_kill = any(t.kind in ("kill", "zone") for t in net.troubles)
        self.turns = [-1] * len(net.groups)
        self.down = [[0] * group.copies for group in net.groups]
        self.stays = [[[] for _ in range(group.copies)] for group in net.groups]
        self.desks = [[Desk(self, s) for _ in range(self.copies(s.group))] for s in net.stations]
        self.bulkheads = [
            [Desk(self, model.Station("", p.bulkhead)) for _ in range(self.copies(p.group))]
            if p.bulkhead is not None else None
            for p in net.policies
        ]  # fmt: skip
        self.gates = [Gate(policy) for policy in net.policies]
        self.slow = [1.0] * len(net.groups)
        self.slows = [[] for _ in net.groups]
        self.erring = []
        self.caches = [self.cache(spec) for spec in net.caches]
        self.busy = [0] * len(net.mailboxes)
        self.boxes = [[] for _ in net.mailboxes]
        self.tries, self.timeouts, self.refused = ([0] * len(net.policies) for _ in range(3))
        self.hits, self.lookups = ([0] * len(net.caches) for _ in range(2))
        self.dead_letters = [0] * len(net.mailboxes)
        self.succeeded = [[] for _ in net.programs]  # (arrival, latency)
        self.failed = [0] * len(net.programs)
        self.offered = 0

    def copies(self, group):
        return self.net.groups[group].copies if group >= 0 else 1

    def draw(self, number):
        if number not in self.draws:
            self.draws[number] = stream(
                self.net.samplers[number], self.seed, key_of(self.net.samplers[number], number)
            )
        return self.draws[number]()

    def later(self, delay, what, priority=NORMAL):
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        event.callbacks.append(lambda _: what())
        self.env.schedule(event, priority=priority, delay=delay)

    def ready(self, what, act):
        self.later(0, lambda: what() if act.is_alive else None, READY)

    # Requests

    def run(self, trace=None):
        source = self.net.source
        if trace is not None:
            for time in trace:
                self.later(time, self.arrive)
        elif source.users:
            for _ in range(source.users):
                self.later(self.draw(source.think), self.ask)
        else:
            self.later(self.draw(source.gap) / source.rate, self.come)
        for trouble in self.net.troubles:
            begin, end = self.trouble(trouble)
            self.later(trouble.at, begin)
            self.later(trouble.at + trouble.lasting, end)
        self.env.run()
        return self

    def come(self):
        self.left -= 1
        if self.left:
            self.later(self.draw(self.net.source.gap) / self.net.source.rate, self.come)
        self.arrive()

    def ask(self):
        if self.left:
            self.left -= 1
            self.arrive()

    def arrive(self):
        kind = 0
        if len(self.net.programs) > 1:
            sums = list(accumulate(self.net.source.kinds))
            u = self.draw(self.net.source.draw) * sums[-1]
            kind = next(k for k, above in enumerate(sums) if u < above)
        self.offered += 1
        began = self.env.now

        def ended(ok):
            if ok:
                self.succeeded[kind].append((began, self.env.now - began))
            else:
                self.failed[kind] += 1
            if self.net.source.users:
                self.later(self.draw(self.net.source.think), self.ask)

        act = Act(began)
        Thread(act, self.do(self.net.programs[kind], act), ended).resume()

    # Steps

    def do(self, ops, act):
        for op in ops:
            yield from getattr(self, type(op).__name__.lower())(op, act)

    def delay(self, op, act):
        seconds = self.draw(op.law) * (self.slow[op.node] if op.node >= 0 else 1.0)
        yield self.env.timeout(seconds)

    def desk(self, station, act):
        group = self.net.stations[station].group
        return self.desks[station][act.places[group] if group >= 0 else 0]

    def use(self, op, act):
        def granted(signal):
            seconds = self.draw(op.law) * (self.slow[op.node] if op.node >= 0 else 1.0)
            self.later(seconds, lambda: signal.fire(True))

        if act.is_dropped:
            raise Failed
        desk = self.desk(op.station, act)
        signal = desk.acquire(act, granted)
        if signal is None:
            signal = Signal()
            granted(signal)
        if not (yield signal):
            raise Failed
        desk.release(act)

    def hold(self, op, act):
        if act.is_dropped:
            raise Failed
        yield from self.holding(self.desk(op.station, act), op.body, act)

    def anyof(self, op, act):
        if act.is_dropped:
            raise Failed
        picked = op.stations[int(self.draw(op.pick) * len(op.stations))]
        yield from self.holding(self.desk(picked, act), op.body, act)

    def holding(self, desk, body, act):
        signal = desk.acquire(act, lambda signal: self.ready(lambda: signal.fire(True), act))
        if signal is not None and not (yield signal):
            raise Failed
        try:
            yield from self.do(body, act)
        except Failed:
            desk.release(act)
            raise
        desk.release(act)

    def visit(self, op, act):
        n = self.net.groups[op.group].copies
        order = [(self.turns[op.group] + 1 + k) % n for k in range(n)]
        copy = next((c for c in order if not self.down[op.group][c]), None)
        if copy is None:
            raise Failed
        self.turns[op.group] = copy
        places = {**act.places, op.group: copy}
        if not self.can_kill:
            before, act.places = act.places, places
            try:
                yield from self.do(op.body, act)
            finally:
                act.places = before
            return
        stay, ended = Stay(Signal()), Signal()
        stay.failed = ended
        inner = Act(self.env.now, act, stay=stay, places=places)
        stays = self.stays[op.group][copy]
        stays.append((stay, act))

        def end(ok):
            inner.awaited = False
            ended.fire(ok)

        Thread(inner, self.do(op.body, inner), end).resume()
        if not (yield ended):
            raise Failed

    def call(self, op, act):
        policy, gate, k = self.net.policies[op.policy], self.gates[op.policy], op.policy
        if policy.budget is not None:
            gate.saved = min(100.0, gate.saved + policy.budget)
        n = 0
        while True:
            if act.is_dropped:
                raise Failed
            desk = self.bulkheads[k] and self.bulkheads[k][act.places.get(policy.group, 0)]
            full = desk is not None and desk.users >= desk.station.capacity
            if full or not gate.admits(self.env.now):
                self.refused[k] += 1
                raise Failed
            one = Round(act, gate, Signal(), gate.passed(self.env.now), desk)
            if desk is not None:
                desk.acquire(act, None)
            if policy.hedge is not None:
                self.later(policy.hedge, lambda one=one: self.hedge(op, one), TIMER)
            self.launch(op, one)
            if (yield one.answer):
                return
            if n >= policy.retries:
                raise Failed
            if policy.budget is not None:
                if gate.saved < 1:
                    raise Failed
                gate.saved -= 1
            pause = min(policy.base * policy.factor**n, policy.most)
            if policy.base > 0 and policy.jitter_kind != "none":
                least = 0.5 if policy.jitter_kind == "equal" else 0.0
                pause *= least + self.draw(policy.jitter)
            n += 1
            again = Signal()
            self.later(pause, lambda again=again: again.fire(None), NORMAL if pause > 0 else READY)
            yield again

    def hedge(self, op, one):
        if not one.open or not one.act.is_alive or one.act.is_dropped:
            return
        if not one.gate.admits(self.env.now):
            self.refused[op.policy] += 1
            return
        one.decides = one.gate.passed(self.env.now) or one.decides
        self.launch(op, one)

    def launch(self, op, one):
        policy, k = self.net.policies[op.policy], op.policy
        self.tries[k] += 1
        one.left += 1
        breaks = policy.failing > 0 and self.draw(policy.chance) < policy.failing
        for target, share, draw in self.erring:
            breaks = breaks or (target == policy.callee and self.draw(draw) < share)
        if breaks:
            self.lost(one)
            return
        act = one.act
        child = Act(self.env.now, act, propagates=policy.propagate, stay=act.stay, places=act.places)  # fmt: skip
        one.kids.append(child)

        def timed_out():
            if child.awaited:
                child.awaited = False
                self.timeouts[k] += 1
                self.lost(one)

        def ended(ok):
            if child.awaited:
                child.awaited = False
                if ok:
                    one.gate.note(self.env.now, failed=0, decides=one.decides)
                    self.close(one, ok=True)
                else:
                    self.lost(one)

        if policy.timeout:
            self.later(policy.timeout, timed_out, TIMER)
        Thread(child, self.do(op.body, child), ended).resume()

    def lost(self, one):
        one.gate.note(self.env.now, failed=1, decides=one.decides)
        one.left -= 1
        if not one.left:
            self.close(one, ok=False)

    def close(self, one, *, ok):
        one.open = False
        for child in one.kids:
            child.awaited = False
        if one.desk is not None and one.act.is_alive:
            one.desk.release(one.act)
        one.answer.fire(ok)

    def fork(self, op, act):
        ended, left = Signal(), [min(op.need, len(op.branches)), 0]
        left[1] = len(op.branches) - left[0]
        for ops in op.branches:
            child = Act(self.env.now, act, stay=act.stay, places=act.places)
            thread = Thread(child, self.do(ops, child), self.joined(child, left, ended))
            self.ready(thread.resume, child)
        if left[0] > 0 and not (yield ended):
            raise Failed

    def joined(self, child, left, ended):
        def end(ok):
            child.awaited = False
            left[0 if ok else 1] -= 1
            if ended.fired:
                return
            if ok and left[0] == 0:
                ended.fire(True)
            elif not ok and left[1] < 0:
                ended.fire(False)

        return end

    def pick(self, op, act):
        u = self.draw(op.draw)
        for above, body in zip(accumulate(op.shares), op.bodies, strict=True):
            if u < above:
                yield from self.do(body, act)
                return

    def loop(self, op, act):
        for k in range(op.times):
            if k:
                again = Signal()
                self.ready(lambda again=again: again.fire(None), act)
                yield again
            yield from self.do(op.body, act)

    def send(self, op, act):
        spec, k = self.net.mailboxes[op.mailbox], op.mailbox
        if (
            self.busy[k] >= spec.consumers
            and spec.max is not None
            and len(self.boxes[k]) >= spec.max
        ):
            raise Failed
        message = [0]
        if self.busy[k] < spec.consumers:
            self.busy[k] += 1
            self.consume(k, message)
        else:
            self.boxes[k].append(message)
        return
        yield

    def consume(self, k, message):
        spec = self.net.mailboxes[k]
        act = Act(self.env.now)

        def ended(ok):
            if not ok:
                message[0] += 1
                if message[0] < spec.attempts:
                    self.boxes[k].append(message)
                else:
                    self.dead_letters[k] += 1
            if self.boxes[k]:
                self.consume(k, self.boxes[k].pop(0))
            else:
                self.busy[k] -= 1

        self.ready(Thread(act, self.do(spec.body, act), ended).resume, act)

    def cache(self, spec):
        if spec.hit is not None:
            return [0 if spec.starts_cold else inf]
        n = 0 if spec.starts_cold else min(spec.entries, spec.keys)
        draw = keys(
            spec.keys,
            spec.zipf,
            generator(self.seed, key_of(self.net.samplers[spec.draw], spec.draw)),
            lambda: None,
        )
        ttl = inf if spec.ttl is None else spec.ttl
        return draw, OrderedDict((k, ttl * (k + 1) / n) for k in reversed(range(n)))

    def cacheget(self, op, act):
        spec, k, state = self.net.caches[op.cache], op.cache, self.caches[op.cache]
        yield from self.delay(model.Delay(spec.law), act)
        self.lookups[k] += 1
        if spec.hit is not None:
            since = state[0]
            climbed = 1.0 if since == inf or not spec.refill else 1 - exp(-since / spec.refill)
            state[0] += 1
            hit, key = self.draw(spec.draw) < spec.hit * climbed, None
        else:
            draw, kept = state
            key = draw()
            hit = kept.get(key, -inf) > self.env.now
            if hit:
                kept.move_to_end(key)
            else:
                kept.pop(key, None)
        if hit:
            self.hits[k] += 1
            return
        yield from self.do(op.miss, act)
        if key is not None and spec.entries:
            kept.pop(key, None)
            if len(kept) >= spec.entries:
                kept.popitem(last=False)
            kept[key] = self.env.now + (inf if spec.ttl is None else spec.ttl)

    def break_(self, op, act):
        if self.draw(op.draw) < op.chance:
            raise Failed
        return
        yield

    # Failures

    def trouble(self, trouble):
        match trouble.kind:
            case "slow":
                factors = self.slows[trouble.target]

                def change(happens):
                    happens(trouble.factor)
                    self.slow[trouble.target] = prod(factors)

                return lambda: change(factors.append), lambda: change(factors.remove)
            case "errors":
                entry = (trouble.target, trouble.factor, trouble.draw)
                return lambda: self.erring.append(entry), lambda: self.erring.remove(entry)
            case "cold":
                return lambda: self.empty(trouble.target), lambda: None
        taken = []
        return lambda: self.take_down(trouble, taken), lambda: self.bring_back(taken)

    def empty(self, k):
        if self.net.caches[k].hit is not None:
            self.caches[k][0] = 0
        else:
            self.caches[k][1].clear()

    def take_down(self, trouble, taken):
        if trouble.kind == "kill":
            up = [c for c, reasons in enumerate(self.down[trouble.target]) if not reasons]
            taken += [(trouble.target, copy) for copy in up[: trouble.count]]
        else:
            taken += [
                (g, copy)
                for g, group in enumerate(self.net.groups)
                for copy in range(group.copies)
                if copy % group.zones == trouble.target
            ]
        for group, copy in taken:
            self.down[group][copy] += 1
        for group, copy in taken:
            self.kill(group, copy)

    def bring_back(self, taken):
        for group, copy in taken:
            self.down[group][copy] -= 1

    def kill(self, group, copy):
        lost = [(stay, act) for stay, act in self.stays[group][copy] if stay.threads]
        gone = []
        self.stays[group][copy].clear()
        rows = [self.desks[k] for k, s in enumerate(self.net.stations) if s.group == group]
        rows += [self.bulkheads[k] for k, p in enumerate(self.net.policies)
                 if p.group == group and p.bulkhead is not None]  # fmt: skip
        for stay, _ in lost:
            stay.alive = False
        for row in rows:
            gone.append(row[copy])
            row[copy] = row[copy].killed()
        for stay, _ in lost:
            for desk, entry in stay.lines:
                if desk not in gone:
                    desk.strike(entry)
        for stay, act in lost:
            for desk in stay.held:
                if desk not in gone:
                    desk.give()
            if not stay.failed.fired:
                self.ready(lambda stay=stay: stay.failed.fire(False), act)


setattr(Oracle, "break", Oracle.break_)  # a step may be called like a keyword of Python
