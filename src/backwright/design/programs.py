"""A design as programs for an engine: stations, laws and what a request does, step by step."""

from dataclasses import dataclass, field
from zlib import crc32

from backwright.design import net as n
from backwright.design.written.references import CLIENT
from backwright.model.design import (
    Ask,
    Cache,
    CallPolicy,
    Choice,
    Cpu,
    Design,
    Fail,
    Failure,
    Handler,
    Holding,
    Law,
    Locked,
    Lookup,
    Node,
    Parallel,
    Put,
    Quantity,
    Repeat,
    Step,
    Wait,
)

COLD_LOOKUPS = (
    10_000.0  # look-ups until a cache of given hit ratio is warm again (1 - 1/e): a guess
)


@dataclass(frozen=True)
class Plan:
    """A net and where a design's parts are in it.

    Attributes:
        workers: Node to its station of workers; cores: to its station of cores; pools: pool to station.
        groups: Node to its group; a store with replicas has a second one, "NAME replicas".
        policies: (caller, callee) to policy; queues, caches: name to index.
    """

    net: n.Net
    workers: dict[str, int]
    cores: dict[str, int]
    pools: dict[str, int]
    groups: dict[str, int]
    policies: dict[tuple[str, str], int]
    queues: dict[str, int]
    caches: dict[str, int]


def plan_of(design: Design, at: float = 0.0) -> Plan:
    """Return the net of a design.

    Args:
        at: Where in their intervals the assumed numbers are taken: 0 is their value, -1 the low end,
            1 the high end.
    """
    return _Planning(design, at).plan()


@dataclass
class _Planning:
    design: Design
    at: float
    samplers: list[n.Sampler] = field(default_factory=list)
    groups: list[n.Group] = field(default_factory=list)
    stations: list[n.Station] = field(default_factory=list)
    policies: list[n.Policy] = field(default_factory=list)
    locks: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    programs: dict[tuple[str, str, str], tuple[n.Op, ...]] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Lay out stations first, then write the programs that use them."""
        design = self.design
        made = Plan(n.Net((), (), (), (), (), (), n.Source(0, 0, ()), (), ()), {}, {}, {}, {}, {}, {}, {})  # fmt: skip
        self.made = made
        for node in design.nodes:
            self.node(node)
        for pool in design.pools:
            group, patience = made.groups.get(pool.owner, -1), pool.acquire_timeout
            station = n.Station(pool.name, pool.size, group, patience=patience)
            made.pools[pool.name] = self.station(station)
        for number, cache in enumerate(design.caches):
            made.caches[cache.name] = number
        for number, queue in enumerate(design.queues):
            made.queues[queue.name] = number
        caches = tuple(self.cache(cache) for cache in design.caches)
        entries = design.workload.entries
        programs = tuple(self.entry(entry.target, entry.operation) for entry in entries)
        mailboxes = tuple(
            n.Mailbox(q.name, q.consumers, self.visit("", q.target, q.operation), q.max, q.attempts)
            for q in design.queues
        )
        source = self.source()
        troubles = tuple(self.trouble(failure) for failure in design.failures)
        net = n.Net(
            tuple(self.samplers), tuple(self.groups), tuple(self.stations), tuple(self.policies), mailboxes, caches, source,
            programs, tuple(entry.name for entry in entries), troubles, self.scalers(),
        )  # fmt: skip
        return Plan(net, made.workers, made.cores, made.pools, made.groups, made.policies, made.queues, made.caches)  # fmt: skip

    # Stations

    def node(self, node: Node) -> None:
        self.made.groups[node.name] = self.group(n.Group(node.name, node.instances, node.zones))
        if node.workers is not None:
            self.made.workers[node.name] = self.station(
                self.workers(node, self.made.groups[node.name])
            )
        if node.cores is not None:
            station = n.Station(f"{node.name} cores", node.cores, self.made.groups[node.name])
            self.made.cores[node.name] = self.station(station)
        if node.replicas and node.workers is not None:
            name = replicas_of(node)
            self.made.groups[name] = self.group(n.Group(name, node.replicas, node.zones))
            self.made.workers[name] = self.station(self.workers(node, self.made.groups[name]))

    def workers(self, node: Node, group: int) -> n.Station:
        return n.Station(self.groups[group].name, node.workers or 1, group, node.queue_max, node.queue_order)  # fmt: skip

    def group(self, group: n.Group) -> int:
        self.groups.append(group)
        return len(self.groups) - 1

    def station(self, station: n.Station) -> int:
        self.stations.append(station)
        return len(self.stations) - 1

    def sampler(self, sampler: n.Sampler) -> int:
        """Return a stream of its own: who shares a stream would change the other's chance."""
        self.samplers.append(sampler)
        return len(self.samplers) - 1

    def law(self, law: Law) -> int:
        mean = taken(law.mean, self.at)
        scale = mean / law.mean.value if law.mean.value else 1.0
        points = tuple((share, seconds * scale) for share, seconds in law.points)
        return self.sampler(n.Sampler(law.shape, mean, law.cv, points, key_of(law.mean.at)))

    def draw(self, at: str = "") -> int:
        return self.sampler(n.Sampler("unit", key=key_of(at)))

    # Programs

    def entry(self, target: str, operation: str) -> tuple[n.Op, ...]:
        return self.ask(CLIENT, Ask(target, operation), frozenset())

    def ask(self, caller: str, step: Ask, held: frozenset[str]) -> tuple[n.Op, ...]:
        """Return a call: under its policy if there is one, with a connection if there is a pool."""
        pool = self.design.pool_between(caller, step.target)
        body = self.visit(caller, step.target, step.operation)
        if pool is not None and pool.name not in held:
            body = (n.Hold(self.made.pools[pool.name], body),)
        number = self.policy(caller, step.target)
        return body if number is None else (n.Call(number, body),)

    def visit(self, caller: str, target: str, operation: str) -> tuple[n.Op, ...]:
        """Return what happens at the callee, the same for every caller."""
        node = self.design.node(target)
        handler = node.handler(operation)
        assert handler is not None  # noqa: S101  (reading has checked)
        known = (target, operation, "")
        if known not in self.programs:
            self.programs[known] = self.handled(node, handler)
        return self.programs[known]

    def handled(self, node: Node, handler: Handler) -> tuple[n.Op, ...]:
        name = node.name
        if node.replicas and handler.name in node.replica_reads:
            name = replicas_of(node)
        body = self.steps(node, handler.steps, frozenset())
        group, workers = self.made.groups[name], self.made.workers.get(name)
        if workers is not None:
            only = body[0] if len(body) == 1 else None
            held = (
                n.Use(workers, only.law, only.node)
                if isinstance(only, n.Delay)
                else n.Hold(workers, body)
            )
            body = (held,)
        needs_copy = workers is not None or node.cores is not None or any(p.owner == node.name for p in self.design.pools)  # fmt: skip
        return (n.Visit(group, body),) if needs_copy or self.may_fail(node) else body

    def may_fail(self, node: Node) -> bool:
        return any(f.kind == "zone" or (f.kind == "kill" and f.target == node.name) for f in self.design.failures)  # fmt: skip

    def steps(self, node: Node, steps: tuple[Step, ...], held: frozenset[str]) -> tuple[n.Op, ...]:
        made: list[n.Op] = []
        for step in steps:
            made += self.step(node, step, held)
        return tuple(made)

    def step(self, node: Node, step: Step, held: frozenset[str]) -> tuple[n.Op, ...]:  # noqa: PLR0911  (one per kind)
        group = self.made.groups[node.name]
        match step:
            case Cpu():
                cores = self.made.cores.get(node.name)
                law = self.law(step.time)
                return (n.Delay(law, group) if cores is None else n.Use(cores, law, group),)
            case Wait():
                return (n.Delay(self.law(step.time), group),)
            case Ask():
                return self.ask(node.name, step, held)
            case Holding():
                return (n.Hold(self.made.pools[step.pool], self.steps(node, step.body, held | {step.pool})),)  # fmt: skip
            case Locked():
                return (
                    n.AnyOf(
                        self.lock(step),
                        self.draw(f"lock {step.name} {len(self.samplers)}"),
                        self.steps(node, step.body, held),
                    ),
                )
            case Parallel():
                return (n.Fork(tuple(self.steps(node, branch, held) for branch in step.branches), step.need),)  # fmt: skip
            case Choice():
                return (self.choice(node, step, held),)
            case Repeat():
                return (n.Loop(step.times, self.steps(node, step.body, held)),)
            case Put():
                return (n.Send(self.made.queues[step.queue]),)
            case Lookup():
                return (
                    n.CacheGet(self.made.caches[step.cache], self.steps(node, step.miss, held)),
                )
            case Fail():
                return (n.Break(self.draw(step.chance.at), taken(step.chance, self.at)),)

    def choice(self, node: Node, step: Choice, held: frozenset[str]) -> n.Pick:
        total, shares = 0.0, []
        for share, _ in step.options:
            total += share.value
            shares.append(min(total, 1.0))
        if abs(total - 1) < 1e-9:
            shares[-1] = 1.0  # shares of 1/3 must not leave a crack at the top
        bodies = tuple(self.steps(node, body, held) for _, body in step.options)
        return n.Pick(self.draw(step.options[0][0].at), tuple(shares), bodies)

    def lock(self, step: Locked) -> tuple[int, ...]:
        key = (step.name, step.keys)
        if key not in self.locks:
            self.locks[key] = tuple(self.station(n.Station(f"lock {step.name}", 1)) for _ in range(step.keys))  # fmt: skip
        return self.locks[key]

    def policy(self, caller: str, callee: str) -> int | None:
        """Return the policy of calls between two nodes, None if they are made plainly."""
        if (caller, callee) in self.made.policies:
            return self.made.policies[caller, callee]
        written = self.design.policy(caller, callee)
        node = self.design.node(callee)
        errs = any(f.kind == "errors" and f.target == callee for f in self.design.failures)
        if written is None and node.limit is None and not errs:
            return None
        policy = written or CallPolicy(caller, callee)
        limits = [limit for limit in (policy.limit, node.limit) if limit is not None]
        breaker = policy.breaker
        failing = taken(policy.failing, self.at) if policy.failing else 0.0
        self.policies.append(
            n.Policy(
                f"{caller} -> {callee}",
                policy.timeout,
                policy.retries,
                policy.backoff.base,
                policy.backoff.factor,
                policy.backoff.most,
                policy.backoff.jitter,
                self.draw(f"jitter {caller} -> {callee}"),
                policy.budget,
                breaker.errors if breaker else 0.0,
                breaker.window if breaker else 0,
                breaker.open_for if breaker else 0.0,
                policy.hedge,
                policy.deadline == "propagate",
                min(limits) if limits else None,
                policy.bulkhead,
                self.made.groups.get(caller, -1),
                failing,
                self.draw(f"failing {caller} -> {callee}") if failing or errs else -1,
                self.made.groups[callee],
            )
        )
        self.made.policies[caller, callee] = len(self.policies) - 1
        return len(self.policies) - 1

    # Caches, arrivals, trouble

    def cache(self, cache: Cache) -> n.CacheSpec:
        hit = taken(cache.hit, self.at, better_high=True) if cache.hit else None
        return n.CacheSpec(
            cache.name, self.law(cache.time), self.draw(f"cache {cache.name}"), hit, COLD_LOOKUPS, cache.keys, cache.zipf, cache.entries, cache.ttl
        )  # fmt: skip

    def source(self) -> n.Source:
        load = self.design.workload
        gap = self.sampler(
            n.Sampler(
                "constant" if load.arrivals == "regular" else "exponential", key=key_of("arrivals")
            )
        )
        kinds = tuple(entry.share.value for entry in load.entries)
        draw = self.draw("mix")
        if load.rate is None:
            assert load.think is not None  # noqa: S101  (reading has checked)
            return n.Source(gap, draw, kinds, users=load.users, think=self.law(load.think))
        rate = taken(load.rate, self.at)
        if load.arrivals == "mmpp":
            switch = self.sampler(n.Sampler("exponential", key=key_of("burst")))
            return n.Source(gap, draw, kinds, rate, burst=load.burst, burst_on=load.burst_on, burst_off=load.burst_off, switch=switch)  # fmt: skip
        if load.arrivals == "diurnal":
            return n.Source(gap, draw, kinds, rate, period=load.period, peak=load.peak, thin=self.draw("thin"))  # fmt: skip
        return n.Source(gap, draw, kinds, rate)

    def trouble(self, failure: Failure) -> n.Trouble:
        target = -1
        if failure.kind == "cold":
            target = self.made.caches[failure.target]
        elif failure.kind == "zone":
            target = failure.count - 1
        elif failure.target:
            target = self.made.groups[failure.target]
        draw = self.draw(f"{failure.kind} {failure.target}") if failure.kind == "errors" else -1
        return n.Trouble(failure.kind, failure.at, failure.lasting, target, failure.factor, failure.count, draw)  # fmt: skip

    def scalers(self) -> tuple[n.Scaler, ...]:
        made = []
        for scale in self.design.scales:
            stations = self.made.cores if scale.signal == "cpu" else self.made.workers
            signal = "queue" if scale.signal == "queue" else "use"
            made.append(n.Scaler(self.made.groups[scale.node], stations[scale.node], signal, scale.target, scale.interval, scale.boot, scale.least, scale.most))  # type: ignore[arg-type]  # fmt: skip
        return tuple(made)


def key_of(at: str) -> int:
    """Return the number of a stream that belongs to a place in the blueprint, -1 for no place.

    Designs that differ elsewhere draw the same there: common random numbers.
    """
    return crc32(at.encode()) if at else -1


def replicas_of(node: Node) -> str:
    """Return the name of the group of a store's replicas."""
    return f"{node.name} replicas"


def taken(quantity: Quantity, at: float, *, better_high: bool = False) -> float:
    """Return a number at a place of its interval: -1 low, 0 its value, 1 high.

    Args:
        better_high: The high end is the kind one (a hit ratio), so the places are swapped.
    """
    if better_high:
        at = -at
    if at >= 0:
        return quantity.value + (quantity.high - quantity.value) * at
    return quantity.value + (quantity.low - quantity.value) * -at
