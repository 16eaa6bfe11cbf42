"""Simultaneous possession: what is held is held while lower layers are waited for; a fixed point finds how long.

A worker is held over its queries, calls and the waits before them, a connection over what is done with it.
So the time that something is held includes the response times below it, and those include waits that depend
on how long things below are held. Calls are acyclic, so a few rounds from the bottom up settle it.
Source: layered queueing networks and the method of layers (Rolia and Sevcik 1995; Franks et al. 2009).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from backwright.design.layers.flows import Flows, Link, Values, flows_of, tries_by_failing, weighted
from backwright.design.layers.moments import NO_WAIT, ZERO, MomentArithmetic, Moments, Waiting
from backwright.design.layers.population import Crowd, crowds_of
from backwright.design.layers.possession import Held, crowded_ceilings
from backwright.design.layers.timing import Resource, Walk, resources_of, server_of
from backwright.design.theory.queueing import erlang_c
from backwright.model.design import Ask, Design, Parallel, walk

ROUNDS_MAX = 60  # a design of 5 layers settles in 6; with time-outs in about 20
FADES = 20  # power of the utilisation: 4 % fade at 85 %, 64 % at 98 %
NO_WEIGHT = 1e-14  # of all that was summed: what weighs less is left out
NOTICED = 0.98  # of a ceiling: what breaks closer below it is the same, seen from another layer
CLOSE = 1e-5  # relative change of every wait at which it has settled


@dataclass(frozen=True)
class Use:
    """How a resource is used.

    Attributes:
        rate: How often per second it is acquired, over all copies.
        held: For how long, waits below included; infinite if something below is unstable.
        bare: The same without any wait below: what it takes at the very least.
        wait: For it.
        crowded: Acquisitions per second with all of it held, when those who hold it wait for each other below.
    """

    resource: Resource
    rate: float
    held: Moments
    bare: Moments
    wait: Waiting
    crowded: float = inf

    @property
    def used(self) -> float:
        """What is asked of it over what it can do; from 1 on it is unstable (utilisation law)."""
        return self.rate / self.ceiling

    @property
    def busy(self) -> float:
        """Share that is held on average, waits below included; at most 1."""
        return min(1.0, self.rate * self.held.mean / self.resource.total) if self.rate else 0.0

    @property
    def ceiling(self) -> float:
        """Acquisitions per second that it can do at most: size over time held."""
        return self.resource.total / self.bare.mean if self.bare.mean > 0 else inf


@dataclass(frozen=True)
class Layers:
    """A design at one load, layer by layer.

    Attributes:
        entries: Response time of each kind of request, in the order of the workload.
        lost: Chance that a try of a call times out, by caller and callee.
        waits: For each resource, as requests see them: what does not fit into a line is added to it.
    """

    flows: Flows
    uses: tuple[Use, ...]
    entries: tuple[Moments, ...]
    lost: Mapping[Link, float]
    waits: Mapping[str, Waiting]

    @property
    def unstable(self) -> tuple[Use, ...]:
        """What is offered more than it can do; first what is overloaded by itself, worst first."""
        own = sorted((use for use in self.uses if use.used >= 1), key=lambda use: -use.used)
        return tuple(own) or tuple(use for use in self.uses if not isfinite(use.wait.mean))

    @property
    def is_stable(self) -> bool:
        """Whether every wait has a mean."""
        return all(
            isfinite(use.wait.mean) and use.used < 1 and use.rate < use.crowded for use in self.uses
        )


def layers_of(
    design: Design,
    rate: float,
    values: Values | None = None,
    cold: frozenset[str] = frozenset(),
    *,
    is_retried: bool = True,
) -> Layers:
    """Return how a design does with so many requests per second.

    Args:
        rate: Requests per second, at least 0.
        cold: Caches that hold nothing.
        is_retried: Whether calls that time out are tried again, which adds to the load.
    """
    values = values or Values()
    resources = resources_of(design)
    crowds = crowds_of(design, resources)
    order = _bottom_up(resources, crowds)
    smooth = 0.0 if design.workload.arrivals == "regular" else 1.0
    retried = is_retried and any(p.timeout is not None and p.retries for p in design.policies)
    lost: dict[Link, float] = {}
    seen: dict[str, Waiting] = {}
    waits = dict.fromkeys(resources, NO_WAIT)
    flows = flows_of(design, rate, values, None, cold)
    bare, _, _ = _held(design, flows, values, waits)
    alone, capped = crowded_ceilings(resources, crowds, bare)
    alone = _below_all(resources, bare, alone)
    bunches = bunches_of(design, flows, values)
    for _ in range(ROUNDS_MAX):
        held, _, late = _held(design, flows, values, waits)
        runs = {node.name: flows.of_node(node.name) for node in design.nodes}
        arrivals = _Arrivals(smooth, bunches, runs, design.workload.users)
        found, seen = _settled(order, crowds, _limited(resources, held, capped), arrivals, waits)
        changed = any(_differ(found[name].total, waits[name].total) for name in resources)
        waits = found
        if retried:
            tries = {
                (p.caller, p.callee): tries_by_failing(p, values, late.get((p.caller, p.callee), 0.0))
                for p in design.policies
            }  # fmt: skip
            changed = changed or any(_differ(late[k], lost.get(k, 0.0)) for k in late)
            flows = flows_of(design, rate, values, tries, cold)
        lost = late
        if not changed:
            break
    held, _, _ = _held(design, flows, values, waits)
    _, entries, lost = _held(design, flows, values, seen)
    uses = tuple(
        Use(
            resource,
            held[name][0] if name in held else 0.0,
            held[name][1] if name in held else ZERO,
            bare[name][1] if name in bare else ZERO,
            waits[name],
            alone.get(name, inf),
        )
        for name, resource in resources.items()
    )
    return Layers(flows, uses, entries, lost, seen)


def _below_all(
    resources: Mapping[str, Resource], bare: Held, alone: Mapping[str, float]
) -> dict[str, float]:
    """Return those ceilings that bind before any single resource is full."""
    full = min((resources[n].total / (r * t.mean) for n, (r, t) in bare.items() if r * t.mean > 0), default=inf)  # fmt: skip
    return {n: most for n, most in alone.items() if bare[n][0] > 0 and most / bare[n][0] < NOTICED * full}  # fmt: skip


def _limited(resources: Mapping[str, Resource], held: Held, capped: Mapping[str, float]) -> Held:
    """Return what is held, no longer than when all of it is held: waits below cannot be longer than that."""
    made: dict[str, tuple[float, Moments]] = dict(held)
    for name, most in capped.items():
        rate, time = held.get(name, (0.0, ZERO))
        longest = resources[name].total / most if most > 0 else inf
        if time.mean > longest:
            made[name] = rate, Moments(longest, time.scv * longest**2)
    return made


def _differ(a: float, b: float) -> bool:
    return a != b and not abs(a - b) <= CLOSE * max(a, b)


def _held(
    design: Design, flows: Flows, values: Values, waits: Mapping[str, Waiting]
) -> tuple[Held, tuple[Moments, ...], dict[Link, float]]:
    sums: dict[str, list[float]] = {}

    def hold(resource: str, rate: float, time: Moments) -> None:
        total = sums.setdefault(resource, [0.0, 0.0, 0.0])
        if rate > 0:
            total[0] += rate
            total[1] += rate * time.mean
            total[2] += rate * (time.variance + time.mean**2)

    arithmetic = MomentArithmetic(waits)
    walk = Walk(design, flows, values, arithmetic, hold)
    entries = tuple(walk.entry(n) for n in range(len(design.workload.entries)))
    for queue in design.queues:
        time = walk.operation(queue.target, queue.operation)
        hold(f"{queue.name} consumers", flows.puts.get(queue.name, 0.0), time)
    held: dict[str, tuple[float, Moments]] = {}
    for resource, (rate, first, second) in sums.items():
        mean = first / rate if rate > 0 else 0.0
        spread = second / rate - mean * mean if rate > 0 and isfinite(mean) else mean
        held[resource] = (rate, Moments(mean, max(0.0, spread)))
    return held, entries, arithmetic.lost


def bunches_of(design: Design, flows: Flows, values: Values) -> dict[str, float]:
    """Return companions per second: with how many others of its request each call comes to a resource at once.

    In bunches of b the gaps between arrivals have b times the squared coefficient of variation.
    """
    weighed: dict[str, float] = {}
    for (name, operation), runs in flows.operations.items():
        node = design.node(name)
        handler = node.handler(operation)
        for step, weight in weighted(handler.steps if handler else (), values, flows.hits):
            if not isinstance(step, Parallel):
                continue
            asked = [
                ask for branch in step.branches for ask in walk(branch) if isinstance(ask, Ask)
            ]
            at_once = Counter(ask.target for ask in asked)
            for ask in asked:
                pool = design.pool_between(name, ask.target)
                server = server_of(design.node(ask.target), ask.operation)
                for resource in (server, f"{pool.name} pool" if pool else ""):
                    more = (at_once[ask.target] - 1) * runs * weight
                    weighed[resource] = weighed.get(resource, 0.0) + more
    return weighed


def own_wait(resource: Resource, rate: float, held: Moments, gaps: float = 1.0) -> Waiting:
    """Return the wait for a resource that anybody can come to.

    Erlang C with the correction of Allen and Cunneen for how much the time held varies, exponential for
    those that wait.

    Args:
        rate: Over all copies.
        gaps: Squared coefficient of variation of the gaps between arrivals at one copy.
    """
    if rate <= 0 or held.mean <= 0:
        return NO_WAIT
    erlangs = rate / resource.copies * held.mean
    if not erlangs < resource.size:
        return Waiting(1.0, inf)
    mean = held.mean / (resource.size - erlangs) * (gaps + held.scv) / 2
    return Waiting(erlang_c(resource.size, erlangs), mean)


def shared_wait(resource: Resource, rate: float, held: Moments, users: int, wait: float) -> Waiting:
    """Return the wait for a resource that so many users share, who come again after the rest of their round.

    M/M/c//N, the machine repair model: who arrives finds what the others would leave (Sevcik and Mitrani
    1981; Lavenberg and Reiser 1980). From one time held to the next the wait is a sum of departures, so it
    varies less than an exponential one.

    Args:
        wait: That was found in the round before, s; settles together with this one.
    """
    if rate <= 0 or held.mean <= 0:
        return NO_WAIT
    each, size = rate / resource.copies, resource.size
    count = max(1, round(users / resource.copies))
    if not each * held.mean < size:
        return Waiting(1.0, inf)
    elsewhere = count / each - held.mean - wait
    if elsewhere <= 0:
        return Waiting(1.0, max(0, count - size) / size * held.mean, inf, 1e-3)
    mass, late, first, second = _line_of_others(count, held.mean / elsewhere, size)
    if late <= 0:
        return NO_WAIT
    mean, square = first / late, second / late
    scv = max(1e-3, square / mean**2 - 1)
    # How much the time held varies counts as it does for strangers (Allen and Cunneen). As it fills up it counts
    # no more: all users stand in line then, and the mean decides how long. How fast that goes is our judgement.
    free = 1 - (each * held.mean / size) ** FADES
    varied = 1 + (held.scv - 1) / 2 * min(1.0, scv) * free
    return Waiting(late / mass, mean * held.mean / size * varied, inf, scv)


def _line_of_others(count: int, come: float, size: int) -> tuple[float, float, float, float]:
    """Return sums over how many of the others are found there: 1, and of those who wait 1, line, line (line + 1).

    Weights are relative to the likeliest number, from where they are summed both ways until they do not count:
    some hundred steps, however many users there are.

    Args:
        come: Time held over time elsewhere.
    """
    below = int(count * come / (1 + come))
    likely = below if below < size else int(count - size / come)
    likely = min(max(likely, 0), count - 1)
    mass = late = first = second = 0.0
    for step in (1, -1):
        n, term = likely, 1.0
        if step < 0:
            term *= n / (count - n) / come if n < size else size / (count - n) / come
            n -= 1
        while 0 <= n < count and term > NO_WEIGHT * mass:
            mass += term
            if n >= size:
                line = n - size + 1
                late += term
                first += term * line
                second += term * line * (line + 1)
            if step > 0:
                n += 1
                term *= (count - n) * come / min(n, size)
            else:
                term *= min(n, size) / ((count - n) * come)
                n -= 1
    return mass, late, first, second


@dataclass(frozen=True)
class _Arrivals:
    """How requests come to resources.

    Attributes:
        smooth: Squared coefficient of variation of the gaps between arrivals: 1 Poisson, 0 even.
        bunches: Companions per second, by resource.
        runs: Of each node, per second.
        users: Of a closed workload, 0 of an open one.
    """

    smooth: float
    bunches: Mapping[str, float]
    runs: Mapping[str, float]
    users: int

    def gaps(self, resource: Resource, rate: float) -> float:
        """Return the squared coefficient of variation of the gaps at one copy of a resource.

        Copies get requests in turn, which evens out what each sees: the first visit of a request, that is.
        When it comes again it stays with its copy.
        """
        if rate <= 0:
            return self.smooth
        first = (
            0.0 if resource.kind == "lock" else min(1.0, self.runs.get(resource.owner, 0.0) / rate)
        )
        even = first / resource.copies + 1 - first
        return (self.smooth + self.bunches.get(resource.name, 0.0) / rate) * even


def _settled(
    order: Sequence[Resource],
    crowds: Mapping[str, Crowd],
    held: Held,
    arrivals: _Arrivals,
    before: Mapping[str, Waiting],
) -> tuple[dict[str, Waiting], dict[str, Waiting]]:
    """Return the wait for each resource, and the same as a request sees it over all layers.

    Whoever cannot come to a resource, because what must be held for that is held by others, waits there
    instead. Together it is the same wait: what is cut off below is found again above. Where that is longer
    than the wait that the upper resource has of its own, a request sees the whole wait of the lower one.

    Args:
        order: Each resource before what is held above it.
        before: Waits of the round before.
    """
    waits: dict[str, Waiting] = {}
    pushed: dict[str, Waiting] = {}
    passive: set[str] = set()
    for resource in order:
        name, crowd = resource.name, crowds[resource.name]
        rate, time = held.get(name, (0.0, ZERO))
        gaps = arrivals.gaps(resource, rate)
        from_below = pushed.get(name, NO_WAIT)
        own = (
            shared_wait(resource, rate, time, arrivals.users, before.get(name, NO_WAIT).total)
            if arrivals.users
            else own_wait(resource, rate, time, gaps)
        )
        if from_below.total > own.total:
            passive.add(name)
        chance, mean, _, scv = max(own, from_below, key=lambda wait: wait.total)
        cut = inf
        if crowd.holders and isfinite(crowd.places):
            cut = max(0.0, crowd.places - resource.size) / resource.size * time.mean
        waits[name] = Waiting(chance, mean, cut, scv if cut == inf else 1.0)
        beyond = waits[name].beyond
        for holder in crowd.holders if beyond else ():
            runs = held.get(holder, (0.0, ZERO))[0]
            share = min(1.0, rate / runs * beyond / mean) if runs and isfinite(mean) else 1.0
            more = Waiting(share, mean)
            pushed[holder] = max(pushed.get(holder, NO_WAIT), more, key=lambda wait: wait.total)
    seen = {}
    for name, wait in waits.items():
        whole = passive & crowds[name].holders
        seen[name] = NO_WAIT if name in passive else wait
        if (
            whole
        ):  # also if it is itself only the line of one further down: then nothing is left to see
            seen[name] = NO_WAIT if name in passive else Waiting(wait.chance, wait.mean)
    return waits, seen


def _bottom_up(resources: Mapping[str, Resource], crowds: Mapping[str, Crowd]) -> list[Resource]:
    """Return the resources, each before those that are held above it."""
    order: dict[str, None] = {}
    below: dict[str, list[str]] = {}
    for name, crowd in crowds.items():
        for holder in crowd.holders:
            below.setdefault(holder, []).append(name)

    def visit(name: str, above: frozenset[str]) -> None:
        if name in order or name in above:
            return
        for each in below.get(name, ()):
            visit(each, above | {name})
        order[name] = None

    for name in resources:
        visit(name, frozenset())
    return [resources[name] for name in order]
