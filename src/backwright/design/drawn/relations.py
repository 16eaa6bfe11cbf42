"""Who calls whom in a design, how often, under which policy, and what is held meanwhile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backwright.design import wording
from backwright.design.drawn.ink import share
from backwright.model.design import (
    Ask,
    CallPolicy,
    Choice,
    Design,
    Holding,
    Locked,
    Lookup,
    Node,
    Put,
    Repeat,
    Step,
    bodies,
    walk,
)

CLIENT = "client"


@dataclass(frozen=True)
class Flow:
    """Calls or messages from one part to another.

    Attributes:
        rate: First tries per second, as the workload asks; None if the workload does not say how often.
        at_most: The rate is an upper limit, since a hit ratio is not known.
        operations: What is called, in the order of the blueprint.
        policy: Time-out, retries and so on, in words.
        held: Pools and locks that the caller holds meanwhile, though the call does not need them.
        is_message: Goes through a queue: nobody waits for the answer.
    """

    source: str
    target: str
    rate: float | None = None
    at_most: bool = False
    operations: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    is_message: bool = False


def flows_of(design: Design, per_second: float | None, hits: Mapping[str, float]) -> list[Flow]:
    """Return calls and messages between parts, in the order in which a request meets them.

    Args:
        per_second: Arrivals; None if they are not known, then no flow has a rate.
        hits: Hit ratios of caches that state none. Without one, what follows a miss counts in full, as a limit.
    """
    return _Counting(design, per_second, hits).flows()


def policy_words(policy: CallPolicy | None) -> tuple[str, ...]:
    """Return how calls are made, in words; nothing for what is not set."""
    if policy is None:
        return ()
    words = []
    if policy.timeout is not None:
        words.append(f"time-out {wording.seconds(policy.timeout)}")
    if policy.retries:
        budget = f", budget {share(policy.budget)}" if policy.budget is not None else ""
        words.append(f"{policy.retries} {'retry' if policy.retries == 1 else 'retries'}{budget}")
    if policy.hedge is not None:
        words.append(f"hedge after {wording.seconds(policy.hedge)}")
    if policy.breaker is not None:
        words.append(f"breaker at {share(policy.breaker.errors)} of {policy.breaker.window}")
    if policy.limit is not None:
        words.append(f"limit {wording.per_second(policy.limit)}")
    if policy.bulkhead is not None:
        words.append(f"at most {policy.bulkhead} at once")
    if policy.deadline == "propagate":
        words.append("deadline passed on")
    if policy.failing is not None and policy.failing.value > 0:
        words.append(f"fails {share(policy.failing.value)}")
    return tuple(words)


@dataclass(frozen=True)
class _Load:
    """How often steps run, what is held meanwhile, and whether the rate is certain."""

    rate: float
    held: tuple[str, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True)
class _Reached:
    """What a handler runs elsewhere."""

    target: str
    operation: str
    load: _Load


class _Counting:
    """Adds up who calls whom: steps of each handler, callers before what they call."""

    def __init__(self, design: Design, arrivals: float | None, hits: Mapping[str, float]) -> None:
        self._design = design
        self._arrivals = arrivals
        self._hits = hits
        self._pools = {pool.name: pool for pool in design.pools}
        self._queues = {queue.name: queue for queue in design.queues}
        self._caches = {cache.name: cache for cache in design.caches}
        self._rates: dict[tuple[str, str], float] = defaultdict(float)
        self._operations: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._held: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._messages: set[tuple[str, str]] = set()
        self._unsure: set[tuple[str, str]] = set()

    def flows(self) -> list[Flow]:
        loads: dict[tuple[str, str], float] = defaultdict(float)
        unsure: set[tuple[str, str]] = set()
        for entry in self._design.workload.entries:
            each = entry.share.value * (self._arrivals or 0)
            loads[entry.target, entry.operation] += each
            self._add(CLIENT, entry.target, _Load(each), entry.name)
        for node, operation in self._callers_first():
            handler = node.handler(operation)
            if handler is None:
                continue
            key = (node.name, operation)
            for reached in self._count(
                node, handler.steps, _Load(loads[key], (), key not in unsure)
            ):
                below = (reached.target, reached.operation)
                loads[below] += reached.load.rate
                if not reached.load.is_sure:
                    unsure.add(below)
        for pool in self._design.pools:
            self._add(pool.owner, pool.name, _Load(0))
            self._add(pool.name, pool.target, _Load(0))
        for queue in self._design.queues:
            self._add(queue.name, queue.target, _Load(0), queue.operation)
            self._messages.add((queue.name, queue.target))
        return [self._flow(edge, total) for edge, total in self._rates.items()]

    def _flow(self, edge: tuple[str, str], total: float) -> Flow:
        source, target = edge
        is_known = self._arrivals is not None
        caller = self._pools[source].owner if source in self._pools else source
        policy = () if target in self._pools else policy_words(self._design.policy(caller, target))
        return Flow(
            source,
            target,
            total if is_known else None,
            edge in self._unsure and is_known,
            tuple(self._operations[edge]),
            policy,
            tuple(self._held[edge]),
            edge in self._messages,
        )

    def _add(self, source: str, target: str, load: _Load, operation: str = "") -> None:
        self._rates[source, target] += load.rate
        if operation:
            self._operations[source, target][operation] = None
        if not load.is_sure:
            self._unsure.add((source, target))

    def _callers_first(self) -> list[tuple[Node, str]]:
        """Return handlers, callers before what they call; a call that closes a cycle does not count for the order."""
        nodes = {node.name: node for node in self._design.nodes}
        seen: set[tuple[str, str]] = set()
        order: list[tuple[Node, str]] = []

        def visit(name: str, operation: str) -> None:
            if name not in nodes or (name, operation) in seen:
                return
            seen.add((name, operation))
            handler = nodes[name].handler(operation)
            for step in walk(handler.steps) if handler else ():
                if isinstance(step, Ask):
                    visit(step.target, step.operation)
                elif isinstance(step, Put) and step.queue in self._queues:
                    visit(self._queues[step.queue].target, self._queues[step.queue].operation)
            order.append((nodes[name], operation))

        for node in reversed(self._design.nodes):
            for handler in reversed(node.handlers):
                visit(node.name, handler.name)
        for entry in reversed(self._design.workload.entries):
            visit(entry.target, entry.operation)
        return order[::-1]

    def _count(self, node: Node, steps: Sequence[Step], load: _Load) -> list[_Reached]:
        """Count what steps call and put, and return what runs because of them."""
        found: list[_Reached] = []
        for step in steps:
            inner = load
            match step:
                case Ask():
                    self._call(node.name, step, load)
                    found.append(_Reached(step.target, step.operation, load))
                case Put():
                    found += self._put(node.name, step.queue, load)
                case Holding():
                    self._add(node.name, step.pool, load)
                    inner = replace(load, held=(*load.held, step.pool))
                case Locked():
                    inner = replace(load, held=(*load.held, f"lock {step.name}"))
                case Repeat():
                    inner = replace(load, rate=load.rate * step.times)
                case Lookup():
                    self._add(node.name, step.cache, load)
                    inner = self._missed(step.cache, load)
                case _:
                    pass
            for at, body in enumerate(bodies(step)):
                part = (
                    inner.rate * step.options[at][0].value
                    if isinstance(step, Choice)
                    else inner.rate
                )
                found += self._count(node, body, replace(inner, rate=part))
        return found

    def _call(self, caller: str, step: Ask, load: _Load) -> None:
        through = next(
            (n for n in load.held if n in self._pools and self._pools[n].target == step.target),
            None,
        )
        if through is None:
            between = self._design.pool_between(caller, step.target)
            if between is not None:
                through = between.name
                self._add(caller, through, load)
        edge = (caller if through is None else through, step.target)
        self._add(*edge, load, step.operation)
        for name in load.held:
            if name != through:
                self._held[edge][name] = None

    def _put(self, caller: str, name: str, load: _Load) -> list[_Reached]:
        self._add(caller, name, load)
        self._messages.add((caller, name))
        queue = self._queues.get(name)
        if queue is None:
            return []
        self._add(name, queue.target, load, queue.operation)
        return [_Reached(queue.target, queue.operation, replace(load, held=()))]

    def _missed(self, name: str, load: _Load) -> _Load:
        cache = self._caches.get(name)
        hit = self._hits.get(name) if cache is None or cache.hit is None else cache.hit.value
        return (
            replace(load, is_sure=False)
            if hit is None
            else replace(load, rate=load.rate * (1 - hit))
        )
