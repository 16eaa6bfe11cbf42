"""What a picture of a design shows: its parts with their capacity, who calls whom, how often and under which policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.design import wording
from backwright.design.drawn.ink import share
from backwright.design.drawn.relations import CLIENT, Flow, flows_of
from backwright.model.design import (
    Cache,
    Design,
    Handler,
    Law,
    Locked,
    Node,
    Pool,
    Quantity,
    Queue,
    walk,
)

Kind = Literal["client", "service", "pool", "queue", "cache", "store", "external"]
OPERATIONS_MAX = 3  # of a store named in its box; the others are counted


@dataclass(frozen=True)
class Used:
    """How much of a part is in use, if it was computed.

    Attributes:
        share: Busy over capacity; above 1 it is offered more than it can do.
        word: What that means: fine, little room, unstable.
    """

    part: str
    share: float
    word: str = ""


@dataclass(frozen=True)
class Part:
    """A box of the picture.

    Attributes:
        lines: Capacity and limits, in words.
        technology: What a C4 picture says about it, one line.
    """

    name: str
    kind: Kind
    lines: tuple[str, ...]
    technology: str = ""
    used: Used | None = None


@dataclass(frozen=True)
class Sketch:
    """A design as parts and flows, the client first. `foot` are sentences that belong below it."""

    name: str
    parts: tuple[Part, ...]
    flows: tuple[Flow, ...]
    foot: tuple[str, ...] = ()

    def part(self, name: str) -> Part:
        """Return the part of that name; KeyError if there is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)


def sketch_of(
    design: Design,
    per_second: float | None = None,
    used: Sequence[Used] = (),
    hits: Mapping[str, float] | None = None,
) -> Sketch:
    """Return what a picture of the design shows.

    Args:
        per_second: Arrivals; by default those of an open workload. A closed one has none until it is solved.
        used: How much of each part is in use, by name of the part.
        hits: Hit ratios of caches that state none.
    """
    arrivals = per_second
    if arrivals is None and design.workload.rate is not None:
        arrivals = design.workload.rate.value
    by_part = {each.part: each for each in used}
    made = _parts(design, arrivals)
    parts = tuple(Part(p.name, p.kind, p.lines, p.technology, by_part.get(p.name)) for p in made)
    known = {part.name for part in parts}
    flows = tuple(
        f for f in flows_of(design, arrivals, hits or {}) if {f.source, f.target} <= known
    )
    return Sketch(design.name, parts, flows, _foot(design))


def _parts(design: Design, arrivals: float | None) -> list[Part]:
    by_name = {node.name: node for node in design.nodes}
    parts = [Part(CLIENT, "client", _client_lines(design, arrivals))]
    scales = {scale.node: scale for scale in design.scales}
    for node in design.nodes:
        lines = _node_lines(node)
        if node.name in scales:
            scale = scales[node.name]
            aim = wording.digits(scale.target) if scale.signal == "queue" else share(scale.target)
            lines.append(f"scales {scale.least} .. {scale.most} by {scale.signal} at {aim}")
        if node.limit is not None:
            lines.append(f"limit {wording.per_second(node.limit)}")
        parts.append(Part(node.name, node.kind, tuple(lines), _technology(node)))
    parts += [Part(pool.name, "pool", _pool_lines(pool, by_name)) for pool in design.pools]
    parts += [Part(queue.name, "queue", _queue_lines(queue), "queue") for queue in design.queues]
    parts += [Part(cache.name, "cache", _cache_lines(cache), "cache") for cache in design.caches]
    return parts


def _client_lines(design: Design, arrivals: float | None) -> tuple[str, ...]:
    load = design.workload
    if arrivals is None:
        think = f", think {wording.seconds(load.think.mean.value)}" if load.think else ""
        return (f"{load.users:,} users{think}",)
    words = {
        "poisson": "Poisson",
        "regular": "evenly spaced",
        "mmpp": f"bursts of {wording.digits(load.burst)}x",
        "diurnal": f"a day of {wording.seconds(load.period)}",
    }
    lines = [f"{wording.per_second(arrivals)}, {words[load.arrivals]}"]
    if load.peak > 1:
        lines.append(f"peak {wording.digits(load.peak)}x")
    return tuple(lines)


def _node_lines(node: Node) -> list[str]:
    lines = [_capacity(node)]
    if node.kind != "service":
        if node.connections_max:
            lines.append(f"accepts {node.connections_max:,} connections")
        if node.replicas:
            behind = f", {wording.seconds(node.lag.value)} behind" if node.lag else ""
            lines.append(f"{node.replicas} replicas{behind}")
        named = [f"{h.name} {took}" for h in node.handlers if (took := _operation(h))]
        lines += named[:OPERATIONS_MAX]
        if len(named) > OPERATIONS_MAX:
            lines.append(f"{len(named) - OPERATIONS_MAX} more operations")
    if node.kind == "service" and node.cores and node.model == "threads":
        lines.append(f"{node.cores} cores each" if node.instances > 1 else f"{node.cores} cores")
    if node.queue_max is not None or node.queue_order != "fifo":
        room = "no limit" if node.queue_max is None else f"at most {node.queue_max:,}"
        order = "" if node.queue_order == "fifo" else f", {node.queue_order}"
        lines.append(f"line {room}{order}")
    if node.zones > 1:
        lines.append(f"over {node.zones} zones")
    if node.availability is not None:
        lines.append(f"up {share(node.availability.value)} each")
    locks = {s.name: s.keys for h in node.handlers for s in walk(h.steps) if isinstance(s, Locked)}
    lines += [f"lock {name}, {keys:,} keys" for name, keys in locks.items()]
    return [line for line in lines if line]


def _capacity(node: Node) -> str:
    copies = f"{node.instances} x " if node.instances > 1 else ""
    if node.kind == "service":
        if node.model == "eventloop":
            loops = node.cores or 1
            return f"{copies}{loops} event loop{'s' if loops > 1 else ''}"
        if node.workers is None:
            return f"{node.instances} instance{'s' if node.instances > 1 else ''}, no worker limit"
        return f"{copies}{node.workers:,} worker{'s' if node.workers > 1 else ''}"
    if node.workers is None:
        return "" if node.kind == "external" else "no limit"
    return f"{copies}{node.workers:,} at once"


def _technology(node: Node) -> str:
    if node.kind == "service":
        return "event loop" if node.model == "eventloop" else "threads"
    return "store" if node.kind == "store" else ""


def _operation(handler: Handler) -> str:
    """Return the time of an operation that is one law, "" for one of many steps."""
    laws = [step.time for step in handler.steps if hasattr(step, "time")]
    return law(laws[0]) if len(laws) == len(handler.steps) == 1 else ""


def law(time: Law) -> str:
    """Return a duration with what it may be: 182 ms (150 .. 220 ms)."""
    return spread(time.mean)


def spread(quantity: Quantity) -> str:
    """Return a time with its range if it has one."""
    told = wording.seconds(quantity.value)
    if quantity.low == quantity.high:
        return told
    low, high = wording.seconds(quantity.low), wording.seconds(quantity.high)
    unit = high.rpartition(" ")[2]
    return f"{told} ({low.removesuffix(f' {unit}')} .. {high})"


def _pool_lines(pool: Pool, by_name: Mapping[str, Node]) -> tuple[str, ...]:
    copies = by_name[pool.owner].instances if pool.owner in by_name else 1
    lines = [
        f"{copies} x {pool.size:,} connections" if copies > 1 else f"{pool.size:,} connections"
    ]
    if pool.acquire_timeout is not None:
        lines.append(f"wait at most {wording.seconds(pool.acquire_timeout)}")
    return tuple(lines)


def _queue_lines(queue: Queue) -> tuple[str, ...]:
    lines = [f"{queue.consumers:,} consumers"]
    lines.append("no limit" if queue.max is None else f"at most {queue.max:,} waiting")
    if queue.attempts > 1:
        lines.append(f"{queue.attempts} attempts")
    return tuple(lines)


def _cache_lines(cache: Cache) -> tuple[str, ...]:
    lines = [f"hit {share(cache.hit.value)}"] if cache.hit is not None else []
    if cache.hit is None and cache.keys:
        lines += [f"{cache.entries:,} of {cache.keys:,} keys", f"Zipf {wording.digits(cache.zipf)}"]
    if cache.ttl is not None:
        lines.append(f"kept {wording.seconds(cache.ttl)}")
    return (*lines, f"look-up {law(cache.time)}")


def _foot(design: Design) -> tuple[str, ...]:
    words = []
    for failure in design.failures:
        for_ = f" for {wording.seconds(failure.lasting)}" if failure.lasting else ""
        what = {
            "load": f"load {wording.digits(failure.factor)}x",
            "slow": f"{failure.target} {wording.digits(failure.factor)}x slower",
            "kill": f"{failure.count} of {failure.target} down",
            "errors": f"{share(failure.factor)} of calls to {failure.target} fail",
            "cold": f"{failure.target} emptied",
            "zone": f"{failure.count} zone down",
        }[failure.kind]
        words.append(f"at {wording.seconds(failure.at)} {what}{for_}")
    return ("failures: " + "; ".join(words),) if words else ()
