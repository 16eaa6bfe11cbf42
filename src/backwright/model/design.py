"""The design part of a blueprint: what a backend can carry, in numbers that say where they come from.

Times are seconds, rates are per second, sizes are bytes, shares are 0..1, whatever unit they were written in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

Origin = Literal["chosen", "measured", "cited", "assumed"]
Shape = Literal["constant", "exponential", "lognormal", "gamma", "uniform", "pareto", "empirical"]


@dataclass(frozen=True)
class Quantity:
    """A number with its interval and its provenance.

    Attributes:
        low, high: What it may be: equal to value if chosen, measured or cited without a range.
        origin: chosen (a setting: a worker count, a time-out), measured, cited or assumed.
        ref, date: Where a measured or cited number comes from, and when.
        at: Dotted path in the blueprint, such as "services.orders.handlers.buy.0.cpu".
    """

    value: float
    low: float
    high: float
    origin: Origin = "assumed"
    ref: str = ""
    date: str = ""
    at: str = ""


@dataclass(frozen=True)
class Law:
    """How a duration is distributed.

    Attributes:
        cv: Coefficient of variation (standard deviation over mean) of gamma and lognormal.
        points: Of an empirical law: (share of requests, seconds), both rising, from share 0 to 1;
            linear in between.
        is_guess: The shape was not written; exponential stands in for it.
    """

    mean: Quantity
    shape: Shape = "exponential"
    cv: float = 1.0
    points: tuple[tuple[float, float], ...] = ()
    is_guess: bool = False


# What a handler does, in order. A step is one of the classes below.


@dataclass(frozen=True)
class Cpu:
    """Compute: takes a core of the instance if the service has `cores` or is an event loop."""

    time: Law


@dataclass(frozen=True)
class Wait:
    """Let time pass without computing."""

    time: Law


@dataclass(frozen=True)
class Ask:
    """Call an operation of another service, store or external system, and wait for its answer.

    What the caller holds (its worker, pools, locks) stays held. The policy of caller -> target
    applies. If the caller has a pool to the target that it does not hold yet, a connection is held
    for the call.
    """

    target: str
    operation: str


@dataclass(frozen=True)
class Holding:
    """Hold a connection of a pool while the body runs."""

    pool: str
    body: "tuple[Step, ...]"


@dataclass(frozen=True)
class Locked:
    """Hold one of `keys` locks of the same name (system-wide), picked evenly, while the body runs."""

    name: str
    keys: int
    body: "tuple[Step, ...]"


@dataclass(frozen=True)
class Parallel:
    """Run branches at once and go on when `need` of them are done."""

    branches: "tuple[tuple[Step, ...], ...]"
    need: int


@dataclass(frozen=True)
class Choice:
    """Take one option with its share; if the shares add up to less than 1, otherwise none."""

    options: "tuple[tuple[Quantity, tuple[Step, ...]], ...]"


@dataclass(frozen=True)
class Repeat:
    """Run the body several times, one after the other."""

    times: int
    body: "tuple[Step, ...]"


@dataclass(frozen=True)
class Put:
    """Put a message into a queue and go on."""

    queue: str


@dataclass(frozen=True)
class Lookup:
    """Ask a cache; on a miss the body runs."""

    cache: str
    miss: "tuple[Step, ...]"


@dataclass(frozen=True)
class Fail:
    """Fail with this chance."""

    chance: Quantity


Step = Cpu | Wait | Ask | Holding | Locked | Parallel | Choice | Repeat | Put | Lookup | Fail


@dataclass(frozen=True)
class Handler:
    """An operation and its steps."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Node:
    """Something that does work: a service of yours, a store, or an external system.

    Attributes:
        instances: Copies, each with its own workers; requests go round-robin.
        workers: Requests an instance works on at once, held until the answer; None is without limit
            (event loops, external systems). For a store: what it can do at once.
        cores: Cores per instance that `cpu` steps compete for; None is without competition. An
            event loop has as many as it has processes.
        queue_max: Requests that may wait for a worker per instance; None is without limit.
        queue_order: codel drops what has waited too long (Nichols and Jacobson 2012).
        connections_max: Connections a store accepts.
        replicas: Copies of a store that serve operations named in `replica_reads`.
        lag: How far a replica is behind, s.
        zones: Failure zones that the instances are spread over.
        availability: Share of time an instance is up; None if not said.
        limit: Calls per second that an external system lets through; None is not said.
    """

    name: str
    kind: Literal["service", "store", "external"]
    handlers: tuple[Handler, ...]
    instances: int = 1
    workers: int | None = None
    model: Literal["threads", "eventloop"] = "threads"
    cores: int | None = None
    queue_max: int | None = None
    queue_order: Literal["fifo", "lifo", "codel"] = "fifo"
    connections_max: int | None = None
    replicas: int = 0
    replica_reads: tuple[str, ...] = ()
    lag: Quantity | None = None
    zones: int = 1
    availability: Quantity | None = None
    limit: float | None = None

    def handler(self, name: str) -> Handler | None:
        """Return the handler of that name."""
        return next((h for h in self.handlers if h.name == name), None)


@dataclass(frozen=True)
class Pool:
    """Connections that an instance of `owner` keeps to `target`.

    Attributes:
        size: Per instance of the owner.
        acquire_timeout: A request that waits longer for a connection fails, s; None: waits for ever.
    """

    name: str
    owner: str
    target: str
    size: int
    acquire_timeout: float | None = None


@dataclass(frozen=True)
class Backoff:
    """The pause before try n is base * factor^(n-1), at most `most`, s.

    Attributes:
        jitter: none; equal (half to one and a half times the pause); full (0 to the pause).
    """

    base: float = 0.0
    factor: float = 2.0
    most: float = 60.0
    jitter: Literal["none", "equal", "full"] = "full"


@dataclass(frozen=True)
class Breaker:
    """Opens when `errors` of the last `window` calls failed; lets one through after `open_for` s."""

    errors: float = 0.5
    window: int = 100
    open_for: float = 5.0


@dataclass(frozen=True)
class CallPolicy:
    """How calls from one node (or "client") to another are made.

    Attributes:
        timeout: Of one try, s; None waits for ever.
        retries: Tries after the first.
        budget: Retries allowed as a share of calls; None is without limit.
        hedge: A second try starts after this many s if no answer came; the first answer wins.
        deadline: propagate: work whose caller has given up is dropped when it would start.
        limit: Calls per second that are let through (token bucket of one second); others fail.
        bulkhead: Calls at once per instance of the caller; others fail.
        failing: Chance that a call fails by itself.
    """

    caller: str
    callee: str
    timeout: float | None = None
    retries: int = 0
    backoff: Backoff = Backoff()
    budget: float | None = None
    breaker: Breaker | None = None
    hedge: float | None = None
    deadline: Literal["none", "propagate"] = "none"
    limit: float | None = None
    bulkhead: int | None = None
    failing: Quantity | None = None


@dataclass(frozen=True)
class Queue:
    """A queue between services: each message runs a handler of the consumer.

    Attributes:
        target, operation: What consumes a message.
        consumers: Messages in work at once, over all instances.
        max: Messages that may wait; a Put into a full queue fails. None is without limit.
        attempts: Times a message is tried before it is a dead letter.
    """

    name: str
    target: str
    operation: str
    consumers: int
    max: int | None = None
    attempts: int = 1


@dataclass(frozen=True)
class Cache:
    """A cache: its hit ratio is given, or follows from keys, Zipf exponent and size.

    Attributes:
        hit: Given hit ratio; None if it is computed.
        zipf: Exponent of the popularity of keys; entries: how many fit; ttl: s, None for ever.
        time: Of one look-up.
        cold_at: The cache is emptied at this many s of the simulation.
    """

    name: str
    time: Law
    hit: Quantity | None = None
    keys: int = 0
    zipf: float = 1.0
    entries: int = 0
    ttl: float | None = None
    cold_at: float | None = None


@dataclass(frozen=True)
class Scale:
    """An autoscaler of a service.

    Attributes:
        target: Share of workers (signal "workers") or cores ("cpu") in use that it aims at.
        interval: s between decisions; boot: s until a new instance serves.
    """

    node: str
    signal: Literal["cpu", "workers", "queue"]
    target: float
    interval: float
    boot: float
    least: int
    most: int


@dataclass(frozen=True)
class Failure:
    """Something that goes wrong in a simulation from `at` for `lasting` seconds.

    Attributes:
        kind: load (arrivals x factor), slow (times of a node x factor), kill (`count` instances of a
            node are down and their work is lost), errors (share `factor` of calls to a node fail),
            cold (a cache is emptied), zone (one zone of every node is down).
    """

    kind: Literal["load", "slow", "kill", "errors", "cold", "zone"]
    at: float
    lasting: float
    target: str = ""
    factor: float = 1.0
    count: int = 1


@dataclass(frozen=True)
class Entry:
    """A kind of request: its share of the arrivals and what it calls first."""

    name: str
    share: Quantity
    target: str
    operation: str
    tenant: str = ""


@dataclass(frozen=True)
class Workload:
    """Who asks, how often, and for what.

    Attributes:
        rate: Arrivals per second (open); None for a closed workload.
        users, think: Of a closed workload: how many, and the pause between answer and next request.
        arrivals: poisson; regular (evenly spaced); mmpp: two states, `burst` times the rate for
            `burst_on` s on average, less for `burst_off` s, so that the mean is `rate`; diurnal: a sine
            over `period` s whose top is `peak` times the mean.
        peak: Busiest moment over the average, for sizing.
        growth: Share per month.
    """

    entries: tuple[Entry, ...]
    rate: Quantity | None = None
    users: int = 0
    think: Law | None = None
    arrivals: Literal["poisson", "regular", "mmpp", "diurnal"] = "poisson"
    burst: float = 1.0
    burst_on: float = 1.0
    burst_off: float = 1.0
    period: float = 86_400.0
    peak: float = 1.0
    growth: Quantity | None = None


@dataclass(frozen=True)
class Slo:
    """What must hold.

    Attributes:
        latency: (percentile such as 99.0, seconds) pairs.
        errors: Largest share of failed requests.
        survive: What may be lost while the rest still holds: "instance", "zone" or "".
        availability: Share of time; 0 if not asked.
    """

    latency: tuple[tuple[float, float], ...] = ()
    errors: float | None = None
    survive: Literal["", "instance", "zone"] = ""
    availability: float = 0.0


@dataclass(frozen=True)
class Price:
    """What one instance of a node costs per hour, in the person's own currency and from their file."""

    node: str
    per_hour: float
    ref: str = ""


@dataclass(frozen=True)
class Design:
    """A backend in numbers. Names are unique over nodes, pools, queues and caches.

    Attributes:
        lines: (dotted path, line in the file), for messages.
    """

    name: str
    nodes: tuple[Node, ...]
    workload: Workload
    pools: tuple[Pool, ...] = ()
    queues: tuple[Queue, ...] = ()
    caches: tuple[Cache, ...] = ()
    policies: tuple[CallPolicy, ...] = ()
    scales: tuple[Scale, ...] = ()
    failures: tuple[Failure, ...] = ()
    slo: Slo = Slo()
    prices: tuple[Price, ...] = ()
    currency: str = ""
    note: str = ""
    lines: tuple[tuple[str, int], ...] = ()

    def node(self, name: str) -> Node:
        """Return a node; KeyError if there is none of that name (reading has checked)."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def policy(self, caller: str, callee: str) -> CallPolicy | None:
        """Return the policy of calls from one to the other, if one is written."""
        return next((p for p in self.policies if (p.caller, p.callee) == (caller, callee)), None)

    def pool_between(self, owner: str, target: str) -> Pool | None:
        """Return the pool that one node keeps to another."""
        return next((p for p in self.pools if (p.owner, p.target) == (owner, target)), None)


def bodies(step: Step) -> tuple[tuple[Step, ...], ...]:
    """Return the lists of steps inside a step."""
    match step:
        case Holding() | Locked() | Repeat():
            return (step.body,)
        case Parallel():
            return step.branches
        case Choice():
            return tuple(body for _, body in step.options)
        case Lookup():
            return (step.miss,)
        case _:
            return ()


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield every step, each before what is inside it."""
    for step in steps:
        yield step
        for body in bodies(step):
            yield from walk(body)


def quantities(value: object) -> Iterator[Quantity]:
    """Yield every quantity inside a design, or inside a part of one, in the order of the fields."""
    if isinstance(value, Quantity):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from quantities(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from quantities(each)
