"""What a resource can do at most when everything that is held above is busy with what lies below.

With all N of it held, N requests go round between what lies below: a closed system, whose throughput is
known exactly (product form). It is less than N over the bare time held, since they wait for each other,
and no more than what lies below can do. Source: hierarchical decomposition, Chandy, Herzog and Woo 1975.
"""

from collections.abc import Mapping

from backwright.design.layers.moments import Moments
from backwright.design.layers.population import Crowd
from backwright.design.layers.timing import Resource

MANY = (
    4  # servers; below these loads nobody waits for a server long enough to change a ceiling by 1 %
)
CALM_MANY, CALM_FEW = 0.5, 0.1
TOKENS_MAX = (
    2000  # beyond it the exact sum takes longer than an answer may; then the bare time counts
)

Held = Mapping[str, tuple[float, Moments]]  # resource: how often per second, how long


def crowded_ceilings(
    resources: Mapping[str, Resource], crowds: Mapping[str, Crowd], bare: Held
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the throughput of each resource with all of it held, and the same with limits of holders below.

    Both are acquisitions per second, for resources that are held while others are waited for. The second
    says how long a request is held at most when it is full; the first what the resource could do by itself.

    Args:
        bare: How often and how long each resource is held, without any wait.
    """
    below: dict[str, list[str]] = {}
    for name, crowd in crowds.items():
        for holder in crowd.holders:
            below.setdefault(holder, []).append(name)
    own: dict[str, float] = {}
    capped: dict[str, float] = {}

    def leaves(name: str, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for each in below.get(name, ()):
            if each not in seen:
                inner = leaves(each, seen | {name})
                found |= inner or {each}
        return found

    def ceiling(name: str, seen: frozenset[str]) -> float:
        if name in capped:
            return capped[name]
        rate, time = bare.get(name, (0.0, Moments(0.0, 0.0)))
        total = resources[name].total
        own[name] = _closed(resources, bare, name, sorted(leaves(name, frozenset())))
        found = own[name]
        for each in below.get(name, ()):
            visits = bare.get(each, (0.0, time))[0] / rate if rate > 0 else 0.0
            if each in below and each not in seen and visits > 0:
                found = min(found, ceiling(each, seen | {name}) / visits)
        capped[name] = min(found, total / time.mean if time.mean > 0 else found)
        return capped[name]

    for name in below:
        if bare.get(name, (0.0, None))[0] > 0:
            ceiling(name, frozenset())
    return own, capped


def _closed(resources: Mapping[str, Resource], bare: Held, name: str, leaves: list[str]) -> float:
    """Return the throughput of a closed system of as many requests as can be held."""
    rate, time = bare[name]
    total = resources[name].total
    alone = total / time.mean if time.mean > 0 else float("inf")
    demands = []
    for leaf in leaves:
        leaf_rate, leaf_time = bare.get(leaf, (0.0, time))
        demand = leaf_rate * leaf_time.mean / rate
        servers = resources[leaf].total
        crowded = demand / time.mean * total / servers  # load of it with all held
        if servers < total and crowded > (CALM_MANY if servers >= MANY else CALM_FEW):
            demands.append((leaf, demand, servers))
    if not demands or total > TOKENS_MAX:
        return alone
    from backwright.design.theory.mva import Station, closed

    delay = max(0.0, time.mean - sum(demand for _, demand, _ in demands))
    return min(alone, closed([Station(*each) for each in demands], total, delay).throughput)
