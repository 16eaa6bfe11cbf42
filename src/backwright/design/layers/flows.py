"""How often each part of a design is visited: calls per second of every operation, from the workload down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backwright.model.design import (
    Ask,
    Cache,
    CallPolicy,
    Choice,
    Design,
    Fail,
    Law,
    Lookup,
    Put,
    Quantity,
    Repeat,
    Step,
    bodies,
    walk,
)

CLIENT = "client"  # the caller of the first service, in policies
Operation = tuple[str, str]  # node, name
Link = tuple[str, str]  # caller, callee


class Values:
    """What each quantity is taken to be: its value, or what stands for it while its interval is explored.

    Attributes:
        instead: Dotted path of a quantity to the number that is used in its place.
    """

    def __init__(self, instead: Mapping[str, float] | None = None) -> None:
        self.instead = dict(instead or {})

    def __call__(self, quantity: Quantity) -> float:
        return self.instead.get(quantity.at, quantity.value)

    def law(self, law: Law) -> float:
        """Return the mean of a law, s."""
        return self.instead.get(law.mean.at, law.mean.value)


@dataclass(frozen=True)
class Flows:
    """Rates, all per second.

    Attributes:
        entry: Arrivals of requests.
        operations: Runs of each operation, tries included.
        calls: From a caller to a callee, tries included.
        lookups: Of each cache; puts: into each queue.
        hits: Hit ratio of each cache.
        tries: Tries per call, by caller and callee; what is not named is tried once.
    """

    entry: float
    operations: Mapping[Operation, float]
    calls: Mapping[Link, float]
    lookups: Mapping[str, float] = field(default_factory=dict)
    puts: Mapping[str, float] = field(default_factory=dict)
    hits: Mapping[str, float] = field(default_factory=dict)
    tries: Mapping[Link, float] = field(default_factory=dict)

    def of_node(self, name: str) -> float:
        """Return runs of all operations of a node."""
        return sum(rate for (node, _), rate in self.operations.items() if node == name)


def flows_of(
    design: Design,
    rate: float,
    values: Values | None = None,
    tries: Mapping[Link, float] | None = None,
    cold: frozenset[str] = frozenset(),
) -> Flows:
    """Return the rates that so many requests per second cause.

    Args:
        rate: Requests per second.
        tries: Tries per call where they are more than one; by default those that follow from the
            chance that a call fails by itself.
        cold: Caches that hold nothing, so that every look-up misses.

    Raises:
        ValueError: Calls go round in a circle; reading a blueprint has refused that.
    """
    values = values or Values()
    if tries is None:
        tries = {(p.caller, p.callee): tries_by_failing(p, values) for p in design.policies}
    hits = {c.name: 0.0 if c.name in cold else hit_ratio(c, values) for c in design.caches}
    found = _spread(design, rate, values, tries, hits)
    expiring = [c for c in design.caches if c.ttl is not None and c.hit is None]
    if expiring and rate > 0:  # how often a key is asked for decides whether it is still there
        for each in expiring:
            if each.name not in cold:
                hits[each.name] = hit_ratio(each, values, found.lookups.get(each.name, 0.0))
        found = _spread(design, rate, values, tries, hits)
    return found


def _spread(
    design: Design,
    rate: float,
    values: Values,
    tries: Mapping[Link, float],
    hits: Mapping[str, float],
) -> Flows:
    operations: dict[Operation, float] = {}
    calls: dict[Link, float] = {}
    lookups: dict[str, float] = {}
    puts: dict[str, float] = {}
    shares = entry_shares(design, values)
    for entry, share in zip(design.workload.entries, shares, strict=True):
        runs = rate * share * tries.get((CLIENT, entry.target), 1.0)
        at = (entry.target, entry.operation)
        operations[at] = operations.get(at, 0.0) + runs
        calls[CLIENT, entry.target] = calls.get((CLIENT, entry.target), 0.0) + runs
    queues = {queue.name: queue for queue in design.queues}
    for name, operation in in_order(design):
        handler = design.node(name).handler(operation)
        runs = operations.get((name, operation), 0.0)
        if handler is None or runs == 0:
            continue
        for step, weight in weighted(handler.steps, values, hits):
            flow = runs * weight
            match step:
                case Ask():
                    link, at = (name, step.target), (step.target, step.operation)
                    flow *= tries.get(link, 1.0)
                    calls[link] = calls.get(link, 0.0) + flow
                    operations[at] = operations.get(at, 0.0) + flow
                case Lookup():
                    lookups[step.cache] = lookups.get(step.cache, 0.0) + flow
                case Put():
                    queue = queues[step.queue]
                    puts[step.queue] = puts.get(step.queue, 0.0) + flow
                    at = (queue.target, queue.operation)
                    operations[at] = operations.get(at, 0.0) + flow
    return Flows(rate, operations, calls, lookups, puts, hits, tries)


def weighted(
    steps: tuple[Step, ...], values: Values, hits: Mapping[str, float], weight: float = 1.0
) -> Iterator[tuple[Step, float]]:
    """Yield every step with how often it runs on average when the list runs once."""
    for step in steps:
        yield step, weight
        match step:
            case Choice():
                for share, body in step.options:
                    yield from weighted(body, values, hits, weight * values(share))
            case Repeat():
                yield from weighted(step.body, values, hits, weight * step.times)
            case Lookup():
                missed = 1 - hits.get(step.cache, 0.0)
                yield from weighted(step.miss, values, hits, weight * missed)
            case Fail():
                weight *= 1 - values(step.chance)  # what follows does not run
            case _:
                for body in bodies(step):
                    yield from weighted(body, values, hits, weight)


def entry_shares(design: Design, values: Values) -> list[float]:
    """Return the share of each entry; they add up to 1."""
    given = [values(entry.share) for entry in design.workload.entries]
    total = sum(given) or 1.0
    return [share / total for share in given]


def edges_of(design: Design, node: str, operation: str) -> Iterator[Operation]:
    """Yield what an operation calls or puts messages for."""
    handler = design.node(node).handler(operation)
    for step in walk(handler.steps if handler else ()):
        if isinstance(step, Ask):
            yield step.target, step.operation
        elif isinstance(step, Put):
            queue = next(q for q in design.queues if q.name == step.queue)
            yield queue.target, queue.operation


def in_order(design: Design) -> list[Operation]:
    """Return the operations that requests reach, each before what it calls."""
    done: dict[Operation, None] = {}
    open_: set[Operation] = set()

    def visit(operation: Operation) -> None:
        if operation in done:
            return
        if operation in open_:
            raise ValueError(f"calls go round in a circle through {'.'.join(operation)}")
        open_.add(operation)
        for called in edges_of(design, *operation):
            visit(called)
        open_.discard(operation)
        done[operation] = None

    for entry in design.workload.entries:
        visit((entry.target, entry.operation))
    return list(done)[::-1]


def tries_by_failing(policy: CallPolicy, values: Values, lost: float = 0.0) -> float:
    """Return the mean number of tries when each fails with a chance of its own.

    Args:
        lost: Chance that a try fails for another reason, such as its time-out.
    """
    fails = values(policy.failing) if policy.failing else 0.0
    fails = 1 - (1 - fails) * (1 - lost)
    extra = sum(fails**n for n in range(1, policy.retries + 1))
    return 1 + (extra if policy.budget is None else min(extra, policy.budget))


def hit_ratio(cache: Cache, values: Values, rate: float = 0.0) -> float:
    """Return the share of look-ups that hit.

    Args:
        rate: Look-ups per second, for a time to live; 0 takes no key for expired.
    """
    if cache.hit is not None:
        return min(1.0, max(0.0, values(cache.hit)))
    if not cache.keys or not cache.entries:
        return 0.0
    from backwright.design.theory.caching import lru_hit_ratio, ttl_hit_ratio

    fitting = lru_hit_ratio(cache.keys, cache.zipf, cache.entries).value
    if cache.ttl is None or rate <= 0:
        return fitting
    return min(fitting, ttl_hit_ratio(cache.keys, cache.zipf, rate, cache.ttl))
