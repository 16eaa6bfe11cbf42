"""How the time of an operation is put together from its steps, in any arithmetic of durations.

The same walk gives means and variances (`moments`), whole distributions (`density`) and the account of
where time goes (`accounts`); what differs is the arithmetic that is handed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from backwright.design.layers.flows import CLIENT, Flows, Values
from backwright.model.design import (
    Ask,
    CallPolicy,
    Choice,
    Cpu,
    Design,
    Fail,
    Holding,
    Law,
    Locked,
    Lookup,
    Node,
    Parallel,
    Repeat,
    Step,
    Wait,
    walk,
)

T = TypeVar("T")
Kind = Literal["workers", "cores", "servers", "pool", "lock", "consumers"]


@dataclass(frozen=True)
class Resource:
    """Something that is held, of which there is a limited number.

    Attributes:
        name: As a person would say it, unique: "orders workers", "orders_db pool", "postgres".
        owner: Node that it belongs to; of a lock or consumers the name of the lock or queue.
        copies: Instances, between which requests are divided round-robin; size: in each.
    """

    name: str
    kind: Kind
    owner: str
    copies: int
    size: int

    @property
    def total(self) -> int:
        """How many can be held at once over all copies."""
        return self.copies * self.size

    @property
    def label(self) -> str:
        """The name with its size: "orders workers (2 x 16)"."""
        return f"{self.name} ({f'{self.copies} x ' if self.copies > 1 else ''}{self.size})"


class Arithmetic(Protocol[T]):
    """Durations of independent things, and what can be done with them."""

    def nothing(self) -> T:
        """No time at all."""

    def law(self, law: Law, mean: float, node: str) -> T:
        """A time with the shape of a law and this mean, s, spent in a node."""

    def wait(self, resource: str) -> T:
        """The wait for a resource."""

    def then(self, first: T, second: T) -> T:
        """One after the other."""

    def either(self, parts: Sequence[tuple[float, T]]) -> T:
        """One of several; shares add up to 1."""

    def times(self, one: T, count: int) -> T:
        """The same, several times, one after the other."""

    def fastest(self, branches: Sequence[T], need: int) -> T:
        """All at once, until `need` of them are done."""

    def tried(self, one: T, policy: CallPolicy, failing: float) -> T:
        """A call that may time out or fail and be tried again; the time until it succeeds or is given up.

        `failing` is the chance that a try fails by itself.
        """

    def failing(self, chance: float) -> T:
        """A step that fails with a chance and takes no time."""

    def called(self, one: T, node: str) -> T:
        """A time spent in another node, seen by its caller."""


def resources_of(design: Design) -> dict[str, Resource]:
    """Return whatever is limited in number, by name, those that callers hold longest first."""
    found: list[Resource] = []
    for node in design.nodes:
        if node.kind == "service":
            if node.workers is not None and node.model == "threads":
                found.append(Resource(f"{node.name} workers", "workers", node.name, node.instances, node.workers))  # fmt: skip
            if node.cores is not None:
                what = "loops" if node.model == "eventloop" else "cores"
                found.append(
                    Resource(f"{node.name} {what}", "cores", node.name, node.instances, node.cores)
                )
    sizes = {node.name: node.instances for node in design.nodes}
    found += [
        Resource(f"{p.name} pool", "pool", p.owner, sizes[p.owner], p.size) for p in design.pools
    ]
    found += [Resource(f"{q.name} consumers", "consumers", q.name, 1, q.consumers) for q in design.queues]  # fmt: skip
    for node in design.nodes:
        if node.kind != "service" and node.workers is not None:
            found.append(Resource(node.name, "servers", node.name, node.instances, node.workers))
            if node.replicas and node.replica_reads:
                found.append(Resource(f"{node.name} replicas", "servers", node.name, node.replicas, node.workers))  # fmt: skip
    for name, keys in locks_of(design).items():
        found.append(Resource(f"{name} lock", "lock", name, keys, 1))
    return {resource.name: resource for resource in found}


def locks_of(design: Design) -> dict[str, int]:
    """Return the names of locks, with how many keys each has."""
    return {
        step.name: step.keys
        for node in design.nodes
        for handler in node.handlers
        for step in walk(handler.steps)
        if isinstance(step, Locked)
    }


def server_of(node: Node, operation: str) -> str:
    """Return the name of what an operation of a node holds from start to answer, "" for nothing."""
    if node.workers is None or (node.kind == "service" and node.model == "eventloop"):
        return ""
    if node.kind == "service":
        return f"{node.name} workers"
    if node.replicas and operation in node.replica_reads:
        return f"{node.name} replicas"
    return node.name


def core_of(node: Node) -> str:
    """Return the name of what a compute step of a node holds, "" for nothing."""
    if node.kind != "service" or node.cores is None:
        return ""
    return f"{node.name} {'loops' if node.model == 'eventloop' else 'cores'}"


class Walk(Generic[T]):
    """Puts together the times of operations, each once.

    Attributes:
        held: Called for each place where something is held, with its name, how often per second, and
            for how long.
    """

    def __init__(
        self,
        design: Design,
        flows: Flows,
        values: Values,
        arithmetic: Arithmetic[T],
        held: Callable[[str, float, T], None] | None = None,
    ) -> None:
        self.design = design
        self.flows = flows
        self.values = values
        self.arithmetic = arithmetic
        self.held = held or (lambda _resource, _rate, _time: None)
        self._nodes = {node.name: node for node in design.nodes}
        self._policies = {(p.caller, p.callee): p for p in design.policies}
        self._pools = {(p.owner, p.target): p.name for p in design.pools}
        self._done: dict[tuple[str, str], T] = {}

    def entry(self, number: int) -> T:
        """Return the time of a kind of request, from its arrival to the answer."""
        entry = self.design.workload.entries[number]
        return self._called(CLIENT, (entry.target, entry.operation), 0.0, "")

    def operation(self, name: str, operation: str) -> T:
        """Return the time of an operation, the wait for a server of its node included."""
        found = self._done.get((name, operation))
        if found is not None:
            return found
        node = self._nodes[name]
        handler = node.handler(operation)
        runs = self.flows.operations.get((name, operation), 0.0)
        time = self.steps(node, handler.steps if handler else (), runs, frozenset())
        server = server_of(node, operation)
        if server:
            self.held(server, runs, time)
            time = self.arithmetic.then(self.arithmetic.wait(server), time)
        self._done[name, operation] = time
        return time

    def steps(self, node: Node, steps: tuple[Step, ...], runs: float, holds: frozenset[str]) -> T:
        """Return the time of a list of steps that runs so often per second while pools are held."""
        total = self.arithmetic.nothing()
        for step in steps:
            total = self.arithmetic.then(total, self._step(node, step, runs, holds))
            if isinstance(step, Fail):
                runs *= 1 - self.values(step.chance)
        return total

    def _step(self, node: Node, step: Step, runs: float, holds: frozenset[str]) -> T:
        arithmetic = self.arithmetic
        match step:
            case Cpu():
                core = core_of(node)
                time = arithmetic.law(step.time, self.values.law(step.time), node.name)
                return self._holding(core, runs, time) if core else time
            case Wait():
                return arithmetic.law(step.time, self.values.law(step.time), node.name)
            case Ask():
                pool = self._pools.get((node.name, step.target), "")
                return self._called(
                    node.name, (step.target, step.operation), runs, "" if pool in holds else pool
                )
            case Holding():
                time = self.steps(node, step.body, runs, holds | {step.pool})
                return self._holding(f"{step.pool} pool", runs, time)
            case Locked():
                time = self.steps(node, step.body, runs, holds)
                return self._holding(f"{step.name} lock", runs, time)
            case Repeat():
                one = self.steps(node, step.body, runs * step.times, holds)
                return arithmetic.times(one, step.times)
            case _:
                return self._either(node, step, runs, holds)

    def _either(self, node: Node, step: Step, runs: float, holds: frozenset[str]) -> T:
        arithmetic = self.arithmetic
        match step:
            case Parallel():
                branches = [self.steps(node, branch, runs, holds) for branch in step.branches]
                return arithmetic.fastest(branches, step.need)
            case Choice():
                parts = [
                    (share, self.steps(node, body, runs * share, holds))
                    for share, body in ((self.values(share), body) for share, body in step.options)
                ]
                rest = 1 - sum(share for share, _ in parts)
                return arithmetic.either([*parts, (max(0.0, rest), arithmetic.nothing())])
            case Lookup():
                missed = 1 - self.flows.hits.get(step.cache, 0.0)
                cache = next(c for c in self.design.caches if c.name == step.cache)
                look = arithmetic.law(cache.time, self.values.law(cache.time), cache.name)
                miss = self.steps(node, step.miss, runs * missed, holds)
                parts = [(1 - missed, arithmetic.nothing()), (missed, miss)]
                return arithmetic.then(look, arithmetic.either(parts))
            case Fail():
                return arithmetic.failing(self.values(step.chance))
            case _:  # putting into a queue takes no time
                return arithmetic.nothing()

    def _holding(self, resource: str, runs: float, time: T) -> T:
        self.held(resource, runs, time)
        return self.arithmetic.then(self.arithmetic.wait(resource), time)

    def _called(self, caller: str, callee: tuple[str, str], runs: float, pool: str) -> T:
        """Return the time of a call; each try takes a connection of its own if there is a pool."""
        link = (caller, callee[0])
        time = self.arithmetic.called(self.operation(*callee), callee[0])
        if pool:
            time = self._holding(f"{pool} pool", runs * self.flows.tries.get(link, 1.0), time)
        policy = self._policies.get(link)
        if policy is None:
            return time
        failing = self.values(policy.failing) if policy.failing else 0.0
        if policy.timeout is None and policy.hedge is None and not failing:
            return time
        return self.arithmetic.tried(time, policy, failing)
