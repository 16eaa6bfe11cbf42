"""Simultaneous possession: what is held is held while lower layers are waited for; a fixed point finds how long.

A worker is held over its queries, calls and the waits before them, a connection over what is done with it.
So the time that something is held includes the response times below it, and those include waits that depend
on how long things below are held. Calls are acyclic, so a few rounds from the bottom up settle it.
Source: layered queueing networks and the method of layers (Rolia and Sevcik 1995; Franks et al. 2009).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite

from backwright.design.flows import Flows, Link, Values, flows_of, tries_by_failing
from backwright.design.moments import NO_WAIT, ZERO, MomentArithmetic, Moments, Waiting
from backwright.design.population import places_of
from backwright.design.queueing import erlang_b, erlang_c
from backwright.design.timing import Resource, Walk, resources_of
from backwright.model.design import Design

ROUNDS_MAX = 60  # a design of 5 layers settles in 6; with time-outs in about 20
NEGLIGIBLE = 1e-6  # chance of a full line below which its limit changes no digit that is shown
DOUBLINGS, HALVINGS = 30, 40  # of the offered load, to find the one that is admitted
CLOSE = 1e-7  # relative change of every wait at which it has settled


@dataclass(frozen=True)
class Use:
    """How a resource is used.

    Attributes:
        rate: How often per second it is acquired, over all copies.
        held: For how long, waits below included; infinite if something below is unstable.
        bare: The same without any wait below: what it takes at the very least.
        wait: For it.
    """

    resource: Resource
    rate: float
    held: Moments
    bare: Moments
    wait: Waiting

    @property
    def used(self) -> float:
        """Share of it that is held at least on average; from 1 on it is unstable (utilisation law)."""
        return self.rate * self.bare.mean / self.resource.total

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
    """

    flows: Flows
    uses: tuple[Use, ...]
    entries: tuple[Moments, ...]
    lost: Mapping[Link, float]

    @property
    def unstable(self) -> tuple[Use, ...]:
        """What is offered more than it can do; first what is overloaded by itself, worst first."""
        own = sorted((use for use in self.uses if use.used >= 1), key=lambda use: -use.used)
        return tuple(own) or tuple(use for use in self.uses if not isfinite(use.wait.mean))

    @property
    def is_stable(self) -> bool:
        """Whether every wait has a mean."""
        return all(isfinite(use.wait.mean) and use.used < 1 for use in self.uses)

    @property
    def waits(self) -> dict[str, Waiting]:
        """The wait for each resource, by name."""
        return {use.resource.name: use.wait for use in self.uses}


def layers_of(design: Design, rate: float, values: Values | None = None) -> Layers:
    """Return how a design does with so many requests per second.

    Args:
        rate: Requests per second, at least 0.
    """
    values = values or Values()
    resources = resources_of(design)
    places = places_of(design, resources)
    smooth = 0.0 if design.workload.arrivals == "regular" else 1.0
    retried = [p for p in design.policies if p.timeout is not None and p.retries]
    lost: dict[Link, float] = {}
    waits = dict.fromkeys(resources, NO_WAIT)
    flows = flows_of(design, rate, values)
    bare, _, _ = _held(design, flows, values, waits)
    for _ in range(ROUNDS_MAX):
        held, entries, late = _held(design, flows, values, waits)
        found = {
            name: waiting(
                resource,
                *held.get(name, (0.0, ZERO)),
                places[name],
                smooth,
            )
            for name, resource in resources.items()
        }
        changed = any(_differ(found[name].mean, waits[name].mean) for name in resources)
        waits = found
        if retried:
            tries = {
                (p.caller, p.callee): tries_by_failing(p, values, late.get((p.caller, p.callee), 0.0))
                for p in design.policies
            }  # fmt: skip
            changed = changed or any(_differ(late[k], lost.get(k, 0.0)) for k in late)
            flows = flows_of(design, rate, values, tries)
        lost = late
        if not changed:
            break
    held, entries, lost = _held(design, flows, values, waits)
    uses = tuple(
        Use(
            resource,
            held[name][0] if name in held else 0.0,
            held[name][1] if name in held else ZERO,
            bare[name][1] if name in bare else ZERO,
            waits[name],
        )
        for name, resource in resources.items()
    )
    return Layers(flows, uses, entries, lost)


def _differ(a: float, b: float) -> bool:
    return a != b and not abs(a - b) <= CLOSE * max(a, b)


Held = dict[str, tuple[float, Moments]]  # resource: how often per second, how long


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
    held: Held = {}
    for resource, (rate, first, second) in sums.items():
        mean = first / rate if rate > 0 else 0.0
        spread = second / rate - mean * mean if rate > 0 and isfinite(mean) else mean
        held[resource] = (rate, Moments(mean, max(0.0, spread)))
    return held, entries, arithmetic.lost


def waiting(
    resource: Resource, rate: float, held: Moments, places: float, smooth: float = 1.0
) -> Waiting:
    """Return the wait for a resource.

    Erlang C with the correction of Allen and Cunneen for how much the time held varies, exponential for
    those that wait. Copies get requests in turn, which evens out what each sees.

    Args:
        rate: Over all copies.
        places: How many can be there at most per copy, held and waiting, because those above are few.
        smooth: Squared coefficient of variation of the gaps between arrivals: 1 Poisson, 0 even.
    """
    if rate <= 0 or held.mean <= 0:
        return NO_WAIT
    each, size = rate / resource.copies, resource.size
    erlangs = each * held.mean
    if not erlangs < size:
        return Waiting(1.0, inf)
    if places <= size:
        return NO_WAIT
    shared = resource.kind in ("workers", "servers", "pool", "cores")
    gaps = smooth / resource.copies if shared else smooth
    chance, mean = _bounded(erlangs, size, places) if isfinite(places) else (0.0, 0.0)
    if not isfinite(places) or chance < 0:
        chance = erlang_c(size, erlangs)
        mean = 1 / (size - erlangs)
    return Waiting(chance, mean * held.mean * (gaps + held.scv) / 2)


def _bounded(erlangs: float, size: int, places: float) -> tuple[float, float]:
    """Return chance and mean wait, in times held, where at most `places` can be there.

    M/M/c/K at the offered load whose admitted part is `erlangs`: as the load nears what the resource can
    do, everybody who can be there is, as in the closed network that it is. Chance is below 0 if the bound
    makes no difference.
    """
    line = int(places) - size
    low, high = erlangs, erlangs
    if (erlangs / size) ** line < NEGLIGIBLE:
        return -1.0, 0.0
    for _ in range(DOUBLINGS):
        high *= 2
        if high * (1 - _states(high, size, line)[2]) >= erlangs:
            break
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle * (1 - _states(middle, size, line)[2]) < erlangs:
            low = middle
        else:
            high = middle
    waits, queued, full = _states(high, size, line)
    chance = waits / (1 - full)
    return (chance, queued / erlangs / chance) if chance > 0 else (0.0, 0.0)


def _states(erlangs: float, size: int, line: int) -> tuple[float, float, float]:
    """Return chances: all held but room to wait, and nobody can come; between them the mean number waiting."""
    blocked, ratio = erlang_b(size, erlangs), erlangs / size
    if ratio > 1:  # counted down from the fullest state, so that nothing overflows
        terms = [ratio ** (n - line) for n in range(line + 1)]
    else:
        terms = [ratio**n for n in range(line + 1)]
    mass = sum(terms)
    scale = blocked / (terms[0] * (1 - blocked) + mass * blocked)
    queued = sum(n * term for n, term in enumerate(terms))
    return (mass - terms[-1]) * scale, queued * scale, terms[-1] * scale
