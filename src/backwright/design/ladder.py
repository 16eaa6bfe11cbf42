"""The ladder of growth: from one machine to partitions, each rung with the rate that it carries, computed.

A rung is a way to build: where the application runs, what stands before the store, how the store is
divided. Its ceiling follows from demands (utilisation law): a machine carries `cores x cap / seconds`.
The first rung whose ceiling holds the peak is the answer; the next ones say when they will be needed.
"""

from dataclasses import dataclass
from math import ceil, inf, log

from backwright.model.design import (
    Ask,
    Cache,
    Cpu,
    Design,
    Entry,
    Handler,
    Law,
    Lookup,
    Node,
    Pool,
    Quantity,
    Slo,
    Step,
    Wait,
    Workload,
)

CAP = 0.65  # of a processor at the peak: waiting doubles near it, and a lost machine must fit in
INSTANCES_MAX = 200  # of one service: beyond it, coordination costs that this does not count
REPLICAS_MAX = 15  # of one primary: each takes every write, and must be kept up to date
THREADS_PER_CORE = 8  # of a synchronous application, mostly waiting


@dataclass(frozen=True)
class Demand:
    """What is asked for, at the busiest moment.

    Attributes:
        rate: Requests per second on average; peak: the busiest moment over it.
        reads: Share of requests that only read.
        app, read, write: Processor seconds of the application per request, of the store per read and
            per write.
        cacheable: Share of reads that may be a little old; hit: of them, found in a cache.
        later: Share of the work of a write that may be done after the answer.
        growth: Share per month.
        cores: Of one machine; p99: what is promised, s.
    """

    rate: float
    peak: float
    reads: float
    app: float
    read: float
    write: float
    cacheable: float
    hit: float
    later: float
    growth: float
    cores: int
    p99: float

    @property
    def at_peak(self) -> float:
        """Requests per second at the busiest moment."""
        return self.rate * self.peak


@dataclass(frozen=True)
class Rung:
    """One way to build.

    Attributes:
        ceiling: Requests per second at the peak that it carries; `limit` says what ends there.
        machines: That the peak needs on this rung; 0 if it does not carry it.
        months: Until growth passes its ceiling; 0 if it is passed, infinite without growth.
        costs: What it brings besides machines, in words; skill: what one should know.
    """

    name: str
    what: str
    ceiling: float
    limit: str
    machines: int
    months: float
    costs: str
    skill: str

    @property
    def carries(self) -> bool:
        """Whether it holds the peak of today."""
        return self.machines > 0


@dataclass(frozen=True)
class Shape:
    """How the system is divided on a rung."""

    instances: int
    replicas: int
    shards: int
    has_cache: bool
    has_queue: bool
    is_apart: bool


def ladder(demand: Demand) -> tuple[Rung, ...]:
    """Return the rungs, simplest first."""
    return tuple(rung_of(demand, name) for name in RUNGS)


def chosen(rungs: tuple[Rung, ...]) -> int:
    """Return the index of the first rung that carries the peak, -1 if none does."""
    return next((i for i, rung in enumerate(rungs) if rung.carries), -1)


def store_reads(demand: Demand, *, cached: bool) -> float:
    """Return processor seconds of the store for reads, per request."""
    miss = 1 - demand.cacheable * demand.hit if cached else 1.0
    return demand.reads * miss * demand.read


def store_writes(demand: Demand, *, queued: bool) -> float:
    """Return processor seconds of the store for writes, per request at the peak.

    What may be done later is spread over the day, so at the peak only its average counts.
    """
    later = demand.later if queued else 0.0
    return (1 - demand.reads) * demand.write * (1 - later + later / demand.peak)


def rung_of(demand: Demand, name: str) -> Rung:
    """Return a rung with its ceiling for this demand."""
    what, costs, skill = RUNGS[name]
    limits = limits_of(demand, name)
    limit, most = min(limits.items(), key=lambda item: item[1])
    shape = shape_of(demand, name)
    fits = most >= demand.at_peak
    machines = (shape.instances if shape.is_apart else 0) + (1 + shape.replicas) * shape.shards + shape.has_cache + shape.has_queue  # fmt: skip
    months = 0.0
    if fits:
        months = log(most / demand.at_peak) / log(1 + demand.growth) if demand.growth > 0 else inf
    return Rung(name, what, most, limit, machines if fits else 0, months, costs, skill)


def limits_of(demand: Demand, name: str) -> dict[str, float]:
    """Return, for what a rung consists of, the requests per second at which each part is full."""
    machine = demand.cores * CAP
    cached, queued = name in ("cache", "replicas", "queue", "partitions"), name in ("queue", "partitions")  # fmt: skip
    reads, writes = store_reads(demand, cached=cached), store_writes(demand, queued=queued)
    if name == "one machine":
        return {"its processor": _over(machine, demand.app + reads + writes)}
    app = machine if name == "two machines" else machine * INSTANCES_MAX
    limits = {"the application's processors": _over(app, demand.app)}
    if name in ("replicas", "queue"):
        limits["the primary's writes"] = _over(machine, writes)
        limits["reads of the replicas"] = _over(machine * REPLICAS_MAX, reads)
    elif name == "partitions":
        limits["nothing here: partitions grow with the load"] = inf
    else:
        limits["the store's processor"] = _over(machine, reads + writes)
    return limits


def _over(capacity: float, demand: float) -> float:
    return capacity / demand if demand > 0 else inf


def shape_of(demand: Demand, name: str) -> Shape:
    """Return how many of what the peak needs on a rung; one instance more than needed where there are several."""
    machine = demand.cores * CAP
    needed = ceil(demand.at_peak * demand.app / machine)
    cached, queued = name in ("cache", "replicas", "queue", "partitions"), name in ("queue", "partitions")  # fmt: skip
    reads = demand.at_peak * store_reads(demand, cached=cached)
    writes = demand.at_peak * store_writes(demand, queued=queued)
    instances = 1 if name in ("one machine", "two machines") else max(2, needed + 1)
    replicas = 0
    if name in ("replicas", "queue"):
        replicas = max(1, min(REPLICAS_MAX, ceil(reads / machine)))
    shards = max(2, ceil((reads + writes) / machine)) if name == "partitions" else 1
    return Shape(instances, replicas, shards, cached, queued, name != "one machine")


# name: what it is; what it costs besides machines; the skill behind it
RUNGS: dict[str, tuple[str, str, str]] = {
    "one machine": (
        "application and store on one machine",
        "a failure of the machine is a failure of the system; back it up",
        "perf.capacity",
    ),
    "two machines": (
        "application and store on a machine each",
        "a network between them: a pool of connections and time-outs",
        "sql.pooling",
    ),
    "several instances": (
        "a load balancer before several instances (one more than needed)",
        "no state in the process: sessions, files and locks move out",
        "sd.scaling",
    ),
    "cache": (
        "a cache before the store for what may be a little old",
        "stale reads, invalidation, and a store that must survive a cold cache",
        "cache.basics",
    ),
    "replicas": (
        "replicas of the store for reads",
        "replicas lag: what was just written is read from the primary",
        "sql.replication",
    ),
    "queue": (
        "a queue for work that may be done after the answer",
        "at-least-once delivery: consumers must bear to see a message twice",
        "msg.queues",
    ),
    "partitions": (
        "the store divided by key, each part with its own machine",
        "no joins or transactions across parts; the key decides everything, and is hard to change",
        "sql.sharding",
    ),
}


def design_of(demand: Demand, name: str) -> Design:
    """Return a rung as a design of one partition, to be solved and simulated like any other."""
    shape = shape_of(demand, name)
    rate = demand.at_peak / shape.shards
    reading: tuple[Step, ...] = (Ask("store", "read"),)
    if shape.has_cache and demand.cacheable > 0:
        reading = (Lookup("cache", reading),)
    app = Node(
        "app",
        "service",
        (
            Handler("read", (Cpu(_law(demand.app)), *reading)),
            Handler("write", (Cpu(_law(demand.app)), Ask("store", "write"))),
        ),
        instances=max(1, ceil(shape.instances / shape.shards)),
        workers=demand.cores * THREADS_PER_CORE,
        cores=demand.cores,
    )
    share = (1 - demand.later + demand.later / demand.peak) if shape.has_queue else 1.0
    store = Node(
        "store",
        "store",
        (Handler("read", (Wait(_law(demand.read)),)), Handler("write", (Wait(_law(demand.write * share)),))),
        workers=demand.cores,
        replicas=shape.replicas,
        replica_reads=("read",) if shape.replicas else (),
        connections_max=500,
    )  # fmt: skip
    hit = demand.cacheable * demand.hit
    cache = Cache("cache", _law(0.0005), hit=_number(hit))
    entries = (("read", demand.reads), ("write", 1 - demand.reads))
    return Design(
        name.replace(" ", "-"),
        (app, store),
        Workload(
            tuple(Entry(f"app.{op}", _number(part), "app", op) for op, part in entries if part > 0),
            rate=_number(rate),
        ),
        pools=(Pool("pool", "app", "store", max(2, demand.cores * 2)),),
        caches=(cache,) if shape.has_cache and demand.cacheable > 0 else (),
        slo=Slo(((99.0, demand.p99),)),
        note=RUNGS[name][0],
    )


def _law(mean: float) -> Law:
    return Law(_number(max(mean, 1e-6)))


def _number(value: float) -> Quantity:
    return Quantity(value, value, value, "assumed")
