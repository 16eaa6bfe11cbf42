"""What follows from rates and times alone: Little, utilisation, ceilings, connections, growth, retry storms."""

from dataclasses import dataclass, replace
from math import floor, inf, log
from typing import Literal

from backwright.design.layers.flows import CLIENT, Flows, Link
from backwright.design.layers.layered import Layers, Use
from backwright.design.layers.population import called_by
from backwright.design.layers.provenance import laws_of
from backwright.model.design import CallPolicy, Design

LITTLE_ROOM = 0.7  # above it an answer takes over 3 times its work at one server (our judgement)
MONTHS_MAX = 120  # growth is not said further ahead: no rate holds for ten years

State = Literal["unstable", "over limit", "little room", "fine"]


def busy(rate: float, held: float) -> float:
    """Return how many are held at once on average (Little 1961, L = lambda W); held in s."""
    return rate * held


def least_size(rate: float, held: float, copies: int = 1) -> int:
    """Return the smallest size per copy that is offered less than it can do."""
    return floor(rate * held / copies + 1e-9) + 1


def months_until(rate: float, ceiling: float, growth: float) -> float | None:
    """Return the months until a rate that grows by a share per month reaches a ceiling; None: never, or too far.

    0 if it is reached already.
    """
    if rate >= ceiling:
        return 0.0
    if growth <= 0 or ceiling == inf:
        return None
    months = log(ceiling / rate) / log(1 + growth)
    return months if months <= MONTHS_MAX else None


@dataclass(frozen=True)
class Ceiling:
    """What one part can do, and what is asked of it.

    Attributes:
        name: Such as "orders_db pool"; label: with its size.
        kind: workers, cores, servers, pool, lock, consumers, or limit (calls let through per second).
        offered, can_do: Acquisitions or calls per second.
        held_s: How long it is held at least, s; 0 for a limit.
        used: offered / can_do.
        full_at: Requests per second of the whole workload at which it is full.
        is_assumed: Rests on times that nobody measured.
        crowded_at: Requests per second at which it is full because those who hold it wait for each other
            at what lies below.
    """

    name: str
    label: str
    kind: str
    offered: float
    can_do: float
    held_s: float
    used: float
    full_at: float
    state: State
    is_assumed: bool = False
    crowded_at: float = inf


def ceilings_of(design: Design, layers: Layers) -> tuple[Ceiling, ...]:
    """Return the ceilings of everything that is used, the fullest first."""
    rate = layers.flows.entry
    made = [_ceiling(design, use, rate) for use in layers.uses if use.rate > 0]
    made += [
        _limit(link, limit, rate, layers.flows)
        for link, limit in limits_of(design).items()
        if layers.flows.calls.get(link)
    ]
    return tuple(sorted(made, key=lambda each: -each.used))


def _limit(link: Link, limit: float, rate: float, flows: Flows) -> Ceiling:
    offered = flows.calls[link]
    used = offered / limit
    state: State = "over limit" if used > 1 else "little room" if used >= LITTLE_ROOM else "fine"
    name = f"{link[1]} limit" if link[0] != CLIENT else "client limit"
    return Ceiling(name, name, "limit", offered, limit, 0.0, used, rate / used, state)


def _ceiling(design: Design, use: Use, rate: float) -> Ceiling:
    resource = use.resource
    state = state_of(use.used)
    is_assumed = False
    label = resource.label
    if resource.kind == "servers":
        node = design.node(resource.owner)
        is_assumed = any(law.mean.origin == "assumed" for law in laws_of(node))
        label = f"{label[:-1]}, assumed)" if is_assumed else label
    return Ceiling(
        resource.name, label, resource.kind, use.rate, use.ceiling, use.bare.mean, use.used,
        rate / use.used if use.used > 0 else inf, state, is_assumed,
        use.crowded * rate / use.rate,
    )  # fmt: skip


def limits_of(design: Design) -> dict[tuple[str, str], float]:
    """Return the calls per second that are let through, by caller and callee."""
    limits = {(p.caller, p.callee): p.limit for p in design.policies if p.limit is not None}
    for caller, callee in callers_of(design):
        node = design.node(callee)
        if node.limit is not None:
            limits[caller, callee] = min(node.limit, limits.get((caller, callee), inf))
    return limits


def callers_of(design: Design) -> list[Link]:
    """Return who calls whom, the client included."""
    found = {(CLIENT, entry.target): None for entry in design.workload.entries}
    for node in design.nodes:
        for handler in node.handlers:
            found.update({(node.name, target): None for target in called_by(handler.steps)})
    return list(found)


@dataclass(frozen=True)
class Break:
    """The load at which something is full.

    Attributes:
        rate: Requests per second.
        ceiling: What is full then.
    """

    rate: float
    ceiling: Ceiling


def break_of(ceilings: tuple[Ceiling, ...]) -> Break | None:
    """Return what breaks first as load grows; rate limits refuse but do not break. None: nothing is limited.

    What is held for no time at all is not limited either.
    """
    held = [each for each in ceilings if each.kind != "limit" and each.full_at < inf]
    if not held:
        return None
    first = min(held, key=lambda each: each.full_at)
    crowded = min(held, key=lambda each: each.crowded_at)
    if crowded.crowded_at >= first.full_at:
        return Break(first.full_at, first)
    used = crowded.used * crowded.full_at / crowded.crowded_at
    return Break(crowded.crowded_at, replace(crowded, used=used, state=state_of(used)))


def state_of(used: float) -> State:
    """Return the word for a share of what can be done."""
    return "unstable" if used >= 1 else "little room" if used >= LITTLE_ROOM else "fine"


@dataclass(frozen=True)
class Connections:
    """Connections that a store is asked for at once when all pools are full.

    Attributes:
        now, most: With the instances there are, and with as many as autoscaling may start.
        accepts: What the store takes.
    """

    store: str
    now: int
    most: int
    accepts: int


def connections_of(design: Design) -> tuple[Connections, ...]:
    """Return the connection arithmetic of each store that says how many it accepts."""
    most = {scale.node: scale.most for scale in design.scales}
    made = []
    for node in design.nodes:
        pools = [pool for pool in design.pools if pool.target == node.name]
        if node.connections_max is None or not pools:
            continue
        instances = {pool.owner: design.node(pool.owner).instances for pool in pools}
        now = sum(pool.size * instances[pool.owner] for pool in pools)
        top = sum(pool.size * max(instances[pool.owner], most.get(pool.owner, 0)) for pool in pools)
        made.append(Connections(node.name, now, top, node.connections_max))
    return tuple(made)


@dataclass(frozen=True)
class Storm:
    """Calls that, once they time out, keep timing out: a metastable failure.

    If abandoned work is not cancelled, each request comes back as 1 + R tries that all are worked on. Where
    load rho times (1 + R) is at least 1, a burst that makes calls time out can keep a system down after it
    has passed. Source: Bronson et al. 2021; Huang et al. 2022.

    Attributes:
        resource: What is overloaded then; used: its load now, all tries answered in time.
        tries: 1 + R, along the chain of calls from the client.
    """

    caller: str
    callee: str
    resource: str
    used: float
    tries: float

    @property
    def load(self) -> float:
        """Load once every try times out."""
        return self.used * self.tries


def storms_of(design: Design, layers: Layers) -> tuple[Storm, ...]:
    """Return the calls whose retries can keep the callee overloaded, worst first."""
    found = []
    chains = tries_along(design)
    for policy in design.policies:
        if policy.timeout is None or policy.deadline == "propagate" or policy.breaker is not None:
            continue
        tries = chains.get((policy.caller, policy.callee), 1.0)
        if tries <= 1 or not policy.retries:
            continue
        worst = max(
            (
                use
                for use in layers.uses
                if use.rate > 0 and use.resource.owner in below(design, policy.callee)
            ),
            key=lambda use: use.used,
            default=None,
        )
        if worst and worst.used < 1 <= worst.used * tries:
            found.append(
                Storm(policy.caller, policy.callee, worst.resource.name, worst.used, tries)
            )
    return tuple(sorted(found, key=lambda storm: -storm.load))


def below(design: Design, node: str) -> set[str]:
    """Return a node and all that it calls, directly or not."""
    found = {node}
    waiting = [node]
    while waiting:
        for handler in design.node(waiting.pop()).handlers:
            new = set(called_by(handler.steps)) - found
            found |= new
            waiting += new
    return found


def tries_of(policy: CallPolicy | None) -> float:
    """Return the most tries that a call can become, its budget kept."""
    if policy is None:
        return 1.0
    return 1.0 + (policy.retries if policy.budget is None else min(policy.retries, policy.budget))


def tries_along(design: Design) -> dict[Link, float]:
    """Return how many tries of each call one request of a client can become, by caller and callee."""
    policies = {(p.caller, p.callee): p for p in design.policies}
    links = callers_of(design)
    worst: dict[Link, float] = {}

    def into(node: str) -> float:
        found = [along(link) for link in links if link[1] == node]
        return max(found, default=1.0)

    def along(link: Link) -> float:
        if link not in worst:
            before = 1.0 if link[0] == CLIENT else into(link[0])
            worst[link] = before * tries_of(policies.get(link))
        return worst[link]

    for link in links:
        along(link)
    return worst
