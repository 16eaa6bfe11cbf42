"""A design run directly with SimPy, step by step: an independent model to hold analytic answers against.

It shares nothing with our engine or programs but the typed design, and does what a person would write by
hand: resources, `with request()`, processes. Slow, and meant to be plain.
"""

import math
from itertools import count
from random import Random

import simpy

from backwright.model.design import (
    Ask,
    Choice,
    Cpu,
    Design,
    Fail,
    Holding,
    Law,
    Locked,
    Lookup,
    Parallel,
    Repeat,
    Wait,
)

WARM = 0.05  # of the requests come before any is counted


class Direct:
    """One run of a design; cpu, waits, calls with pools and policies, locks, races, choices, caches."""

    def __init__(self, design: Design, seed: int) -> None:
        self.design = design
        self.chance = Random(seed)
        self.env = simpy.Environment()
        self.turns = {node.name: count() for node in design.nodes}
        self.caches = {cache.name: cache for cache in design.caches}
        self.held: dict[tuple, simpy.Resource] = {}
        self.times: list[float] = []
        self.failed = 0
        for node in design.nodes:
            for copy in range(node.instances):
                if node.workers and node.model == "threads":
                    self.held["workers", node.name, copy] = simpy.Resource(self.env, node.workers)
                if node.cores:
                    self.held["cores", node.name, copy] = simpy.Resource(self.env, node.cores)
        for pool in design.pools:
            for copy in range(design.node(pool.owner).instances):
                self.held["pool", pool.name, copy] = simpy.Resource(self.env, pool.size)

    def run(self, requests: int) -> tuple[float, list[float], float]:
        """Return mean, (p50, p90, p95, p99) in s, and the share that failed."""
        load = self.design.workload
        if load.rate is not None:
            self.env.process(self.arrivals(load.rate.value, requests))
            self.env.run()
        else:
            for _ in range(load.users):
                self.env.process(self.user(50.0))
            self.env.run(until=requests)  # seconds, here
        self.times.sort()
        many = len(self.times)
        ranks = [self.times[int(many * share)] for share in (0.5, 0.9, 0.95, 0.99)]
        return sum(self.times) / many, ranks, self.failed / (many + self.failed)

    def arrivals(self, rate: float, requests: int):
        for _ in range(requests):
            yield self.env.timeout(self.chance.expovariate(rate))
            self.env.process(self.request(requests * WARM / rate))

    def user(self, warm: float):
        while True:
            yield self.env.timeout(self.draw(self.design.workload.think))
            yield from self.request(warm)

    def request(self, warm: float):
        start, point, total = self.env.now, self.chance.random(), 0.0
        for entry in self.design.workload.entries:
            total += entry.share.value
            if point < total:
                break
        well = yield from self.ask("client", 0, entry.target, entry.operation, ())
        if start > warm and well:
            self.times.append(self.env.now - start)
        self.failed += start > warm and not well

    def draw(self, law: Law) -> float:
        mean, chance = law.mean.value, self.chance
        match law.shape:
            case "constant":
                return mean
            case "exponential":
                return chance.expovariate(1 / mean)
            case "lognormal":
                spread = math.log(1 + law.cv**2)
                return chance.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread))
            case "gamma":
                return chance.gammavariate(1 / law.cv**2, mean * law.cv**2)
        raise ValueError(law.shape)

    def ask(self, caller: str, copy: int, target: str, operation: str, pools: tuple):
        policy = self.design.policy(caller, target)
        pool = self.design.pool_between(caller, target)

        def once():
            if pool and pool.name not in pools:
                with self.held["pool", pool.name, copy].request() as turn:
                    yield turn
                    return (yield from self.operation(target, operation))
            return (yield from self.operation(target, operation))

        if policy is None:
            return (yield from once())
        for number in range(policy.retries + 1):
            well = False
            if not (policy.failing and self.chance.random() < policy.failing.value):
                work = self.env.process(once())
                if policy.timeout:
                    yield work | self.env.timeout(policy.timeout)
                    well = work.triggered and work.value
                else:
                    well = yield work
            if well:
                return True
            if number < policy.retries:
                back = policy.backoff
                pause = min(back.base * back.factor**number, back.most)
                low, width = {"none": (1, 0), "equal": (0.5, 1), "full": (0, 1)}[back.jitter]
                yield self.env.timeout(pause * (low + width * self.chance.random()))
        return False

    def operation(self, name: str, operation: str):
        node = self.design.node(name)
        copy = next(self.turns[name]) % node.instances
        steps = node.handler(operation).steps
        workers = self.held.get(("workers", name, copy))
        if workers is None:
            return (yield from self.steps(name, copy, steps, ()))
        with workers.request() as turn:
            yield turn
            return (yield from self.steps(name, copy, steps, ()))

    def steps(self, name: str, copy: int, steps: tuple, pools: tuple):
        for step in steps:
            if not (yield from self.step(name, copy, step, pools)):
                return False
        return True

    def step(self, name: str, copy: int, step, pools: tuple):
        match step:
            case Cpu() if ("cores", name, copy) in self.held:
                with self.held["cores", name, copy].request() as turn:
                    yield turn
                    yield self.env.timeout(self.draw(step.time))
            case Cpu() | Wait():
                yield self.env.timeout(self.draw(step.time))
            case Ask():
                return (yield from self.ask(name, copy, step.target, step.operation, pools))
            case Holding():
                with self.held["pool", step.pool, copy].request() as turn:
                    yield turn
                    return (yield from self.steps(name, copy, step.body, (*pools, step.pool)))
            case Locked():
                key = ("lock", step.name, self.chance.randrange(step.keys))
                lock = self.held.setdefault(key, simpy.Resource(self.env, 1))
                with lock.request() as turn:
                    yield turn
                    return (yield from self.steps(name, copy, step.body, pools))
            case Repeat():
                return (yield from self.steps(name, copy, step.body * step.times, pools))
            case Fail():
                return self.chance.random() >= step.chance.value
            case _:
                return (yield from self.branch(name, copy, step, pools))
        return True

    def branch(self, name: str, copy: int, step, pools: tuple):
        match step:
            case Parallel():
                done, left = self.env.event(), [step.need]

                def count_down(_):
                    left[0] -= 1
                    if left[0] == 0:
                        done.succeed()

                for body in step.branches:
                    self.env.process(self.steps(name, copy, body, pools)).callbacks.append(
                        count_down
                    )
                yield done
            case Choice():
                point, total = self.chance.random(), 0.0
                for share, body in step.options:
                    total += share.value
                    if point < total:
                        return (yield from self.steps(name, copy, body, pools))
            case Lookup():
                cache = self.caches[step.cache]
                yield self.env.timeout(self.draw(cache.time))
                if self.chance.random() >= cache.hit.value:
                    return (yield from self.steps(name, copy, step.miss, pools))
        return True
