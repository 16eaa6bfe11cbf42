"""Whether a design is an open network of product form: then its mean response is exact, not approximated.

It is (Baskett, Chandy, Muntz, Palacios 1975) if arrivals are Poisson and nothing is held while something else
is waited for, nothing is given up, refused or done twice at once, and each part that has a limit is one copy
that serves in order of arrival in exponential times of one mean. Parts without a limit may have any law.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.design.layers.flows import Values, flows_of, weighted
from backwright.design.layers.timing import core_of, resources_of, server_of
from backwright.model.design import Ask, Choice, Cpu, Design, Lookup, Node, Repeat, Step, Wait

_Timed = Cpu | Wait


@dataclass(frozen=True)
class _Visit:
    """Visits per second to a station ("" where nobody waits), and s for one."""

    station: str
    rate: float
    service: float


def exact_mean(design: Design, values: Values, rate: float) -> float | None:
    """Return the mean response at a stable rate, s, computed as a BCMP network; None if it is not one.

    Args:
        rate: Requests per second, above 0.
    """
    if rate <= 0 or not _is_plain(design):
        return None
    visits = list(_visits(design, values, rate))
    if any(visit is None for visit in visits):
        return None
    return _solved(design, [visit for visit in visits if visit is not None], rate)


def _is_plain(design: Design) -> bool:
    """Whether nothing about arrivals, calls and nodes is beyond a network of queues."""
    load = design.workload
    if load.rate is None or load.arrivals != "poisson":
        return False
    if design.policies or design.pools or design.queues or design.scales:
        return False
    return all(_is_plain_node(node) for node in design.nodes)


def _is_plain_node(node: Node) -> bool:
    is_limited = node.workers is not None or node.cores is not None
    is_one = node.instances == 1 and not node.replicas
    is_open = node.queue_max is None and node.queue_order == "fifo" and node.limit is None
    return is_open and (is_one or not is_limited)


def _visits(design: Design, values: Values, rate: float) -> Iterator[_Visit | None]:
    """Yield every visit; None for what a network of queues does not have."""
    flows = flows_of(design, rate, values)
    caches = {cache.name: cache for cache in design.caches}
    for (name, operation), runs in flows.operations.items():
        node = design.node(name)
        handler = node.handler(operation)
        steps = handler.steps if handler else ()
        server = server_of(node, operation)
        if server:  # held from start to answer, so there may be no other wait inside
            yield _alone(server, node, steps, runs, values)
            continue
        for step, weight in weighted(steps, values, flows.hits):
            match step:
                case Cpu() | Wait():
                    yield _visit(_station(step, node), step, runs * weight, values)
                case Lookup():
                    yield _Visit("", runs * weight, values.law(caches[step.cache].time))
                case Ask() | Choice() | Repeat():
                    pass  # where a request goes next takes no time
                case _:
                    yield None


def _station(step: _Timed, node: Node) -> str:
    return core_of(node) if isinstance(step, Cpu) else ""


def _alone(
    server: str, node: Node, steps: tuple[Step, ...], runs: float, values: Values
) -> _Visit | None:
    if len(steps) != 1:
        return None
    step = steps[0]
    if not isinstance(step, Cpu | Wait) or _station(step, node):
        return None
    return _visit(server, step, runs, values)


def _visit(station: str, step: _Timed, runs: float, values: Values) -> _Visit | None:
    if station and step.time.shape != "exponential":
        return None
    return _Visit(station, runs, values.law(step.time))


def _solved(design: Design, visits: list[_Visit], rate: float) -> float | None:
    """Return the mean, s; None if a station serves some faster than others, which order of arrival does not allow."""
    # Imported here: most designs hold something, and then there is nothing to solve.
    from backwright.design.theory.networks import MixedPlace, OpenClass, bcmp

    resources = resources_of(design)
    services: dict[str, float] = {}
    for visit in visits:
        first = services.setdefault(visit.station, visit.service)
        if visit.station and abs(visit.service - first) > 1e-9 * first:
            return None
    places = [
        MixedPlace(name, "fifo", resources[name].size) if name else MixedPlace("", "delay")
        for name in services
    ]
    # The mean over all requests needs no kinds: each visit is one, that comes as often as it is made.
    kinds = [
        OpenClass(
            visit.station,
            visit.rate,
            tuple(float(name == visit.station) for name in services),
            tuple(visit.service if name == visit.station else 0.0 for name in services),
        )
        for visit in visits
    ]
    loads = bcmp(places, kinds)
    return sum(kind.rate * load.response for kind, load in zip(kinds, loads, strict=True)) / rate
