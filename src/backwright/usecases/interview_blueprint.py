"""Runs a candidate's blueprint against the SLO, the failures and the price of a case, and names what it does not need."""

import math
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backwright.model.design import (
    Ask,
    Choice,
    Cpu,
    Design,
    Failure,
    Handler,
    Holding,
    Locked,
    Lookup,
    Node,
    Parallel,
    Repeat,
    Slo,
    Step,
    Wait,
    walk,
)
from backwright.usecases.judgement import Check, Judgement

if TYPE_CHECKING:
    from backwright.design.net import Run
    from backwright.design.programs import Plan

WARM_UP = 5.0  # s, not looked at
STEADY_MIN = 30.0  # s before the first failure that the SLO is measured over, warm-up included
CALM = 30.0  # s after the last failure; the last RECOVERED of them are looked at
FLUSHED = 10  # s that a flush counts as a failure; caches need longer to fill, which the end shows
RECOVERED = 20.0  # s at the end in which the SLO has to hold again
GOOD_DURING = 0.8  # share of requests of a failure's seconds that still have to succeed
DEAD_LETTERS = 0.001  # messages given up, as a share of requests
COST_WITHIN = 2.0  # of the reference's price
FULL = 0.97  # a station used more than this is what the rest waits for
REQUESTS_MAX = 200_000  # of one run; a cell of a case has a tenth of it
VARIANTS_MAX = 6  # parts looked at for whether they are needed
PRICES = {
    "service": 1.0,
    "store": 4.0,
    "external": 0.0,
}  # of what has none in the case, per instance


@dataclass(frozen=True)
class _Seen:
    """One run, looked at."""

    slo: tuple[Check, ...]
    failures: tuple[Check, ...]
    busiest: str

    @property
    def holds(self) -> bool:
        return all(check.is_met for check in (*self.slo, *self.failures))


def judge_blueprint(design: Design, given: Design, reference: Design, seed: int) -> Judgement:
    """Return what comes of a candidate's design.

    Args:
        design: The candidate's.
        given: What the candidate started from: its workload, times, SLO, failures and prices count.
        reference: A design that holds; the price is compared with its.
    """
    if missing := _missing(design, given):
        return Judgement(problems=missing, seed=seed)
    changed = _changed(design, given)
    failures = _failures(design, given, reference)
    fair = replace(design, workload=given.workload, slo=given.slo, failures=failures)
    seen = _run(fair, seed)
    cost = _cost(fair, given, reference)
    holds = seen.holds and cost.is_met and not changed
    needed = {node.name for node in given.nodes}
    spare = tuple(_unnecessary(fair, needed, seed)) if seen.holds and not changed else ()
    return Judgement(
        (), changed, seen.slo, seen.failures, cost, seen.busiest, spare, seed, _length(fair), holds
    )


def _missing(design: Design, given: Design) -> tuple[str, ...]:
    """Return what the requests or failures of the case need and the design does not have."""
    nodes = {node.name: node for node in design.nodes}
    found = []
    for entry in given.workload.entries:
        if entry.target not in nodes:
            found.append(f"requests go to {entry.target}, and there is no {entry.target} in it")
        elif not nodes[entry.target].handler(entry.operation):
            found.append(
                f"requests ask for {entry.target}.{entry.operation}, and {entry.target} has no {entry.operation}"
            )
    found += [
        f"the case fails {failure.target}, and there is no {failure.target} in it"
        for failure in given.failures
        if failure.kind in ("slow", "kill", "errors") and failure.target not in nodes
    ]
    return tuple(found)


def _rate(design: Design) -> float:
    return design.workload.rate.value if design.workload.rate else math.inf


def _changed(design: Design, given: Design) -> tuple[str, ...]:
    """Return the times that were given and are shorter in the design, and capacity that is larger."""
    nodes = {node.name: node for node in design.nodes}
    found = []
    for old in given.nodes:
        new = nodes.get(old.name)
        if new is None:
            continue
        if old.kind == "store" and (new.workers or math.inf) > (old.workers or math.inf):
            found.append(
                f"{old.name} works on {new.workers or 'any number of'} at once; given: {old.workers}"
            )
        for handler in old.handlers:
            mine = new.handler(handler.name)
            before, after = _own_time(handler), _own_time(mine) if mine else None
            if after is not None and after < before * 0.999:
                found.append(
                    f"{old.name}.{handler.name} takes {after * 1000:.3g} ms; given: {before * 1000:.3g} ms"
                )
    return tuple(found)


def _own_time(handler: Handler) -> float:
    """Return the mean time of a handler's own steps, s."""
    return sum(step.time.mean.value for step in walk(handler.steps) if isinstance(step, Cpu | Wait))


def _failures(design: Design, given: Design, reference: Design) -> tuple[Failure, ...]:
    """Return the case's failures: those given, a flush of every cache if the reference's is flushed.

    If the SLO says to survive the loss of an instance, one of every service dies at once.
    """
    flushed = {failure.at for failure in reference.failures if failure.kind == "cold"}
    cold = [
        Failure("cold", at, 0.0, cache.name) for at in sorted(flushed) for cache in design.caches
    ]
    others = {
        (f.kind, f.target): f
        for f in (*reference.failures, *given.failures)
        if f.kind != "cold" and (not f.target or any(n.name == f.target for n in design.nodes))
    }
    if killed := next((f for f in others.values() if f.kind == "kill"), None):
        others |= {
            ("kill", n.name): replace(killed, target=n.name)
            for n in design.nodes
            if n.kind == "service"
        }
    return tuple(sorted((*others.values(), *cold), key=lambda f: (f.at, f.target)))


def _length(design: Design) -> float:
    return max([STEADY_MIN, *(f.at + f.lasting for f in design.failures)]) + CALM


def _run(design: Design, seed: int) -> _Seen:
    from backwright.design.engine import simulate
    from backwright.design.programs import plan_of

    plan = plan_of(design)
    length = _length(design)
    run = simulate(plan.net, seed, length, WARM_UP, arrivals_max=REQUESTS_MAX)
    first = min([f.at for f in design.failures], default=length)
    served = sorted(
        (at, taken)
        for started, latencies in zip(run.started, run.latencies, strict=True)
        for at, taken in zip(started, latencies, strict=True)
    )
    steady = [taken for at, taken in served if at < first]
    after = [taken for at, taken in served if at >= length - RECOVERED - 1]
    slo = [*_latency(steady, design.slo, ""), *_errors(run, WARM_UP, first, design.slo, "")]
    failing: list[Check] = []
    if design.failures:
        failing += [_during(run, design), *_latency(after, design.slo, " again at the end")]
        failing += _errors(run, length - RECOVERED, length, design.slo, " at the end")
        failing += _drained(run, plan, design)
    return _Seen(tuple(slo), tuple(failing), _busiest(run, plan))


def _latency(taken: list[float], slo: Slo, when: str) -> Iterable[Check]:
    taken = sorted(taken)
    for percentile, limit in slo.latency:
        what = f"p{percentile:g}{when}"
        if not taken:
            yield Check(what, "no request was answered", f"{limit * 1000:.4g} ms", is_met=False)
            continue
        value, noise = _percentile(taken, percentile / 100)
        got = f"{value * 1000:.3g} ms +- {noise * 1000:.2g}"
        yield Check(what, got, f"{limit * 1000:.4g} ms", value <= limit)


def _percentile(ordered: list[float], share: float) -> tuple[float, float]:
    """Return a percentile and half its 95 % interval from the order statistics (as if independent)."""
    n = len(ordered)
    spread = 1.96 * math.sqrt(n * share * (1 - share))
    at, low, high = (
        ordered[max(0, min(n - 1, math.ceil(n * share + d) - 1))] for d in (0, -spread, spread)
    )
    return at, (high - low) / 2


def _errors(run: "Run", start: float, end: float, slo: Slo, when: str) -> Iterable[Check]:
    if slo.errors is None:
        return
    seconds = range(math.ceil(start), min(int(end), len(run.good)))
    failed, good = sum(run.errors[s] for s in seconds), sum(run.good[s] for s in seconds)
    share = failed / (failed + good) if failed + good else 1.0
    yield Check(f"errors{when}", _share(share), _share(slo.errors), share <= slo.errors)


def _share(share: float) -> str:
    return f"{100 * share:.3g} %"


def _during(run: "Run", design: Design) -> Check:
    """Return how many requests of the worst kind succeeded in the seconds of failures (a flush counts for ten).

    Arrivals are counted over all kinds, so those of one kind are its share of them.
    """
    seconds = {
        s
        for f in design.failures
        for s in range(int(f.at), min(math.ceil(f.at + (f.lasting or FLUSHED)), len(run.good)))
    }
    asked = sum(run.offered[s] for s in seconds)
    total = sum(entry.share.value for entry in design.workload.entries)
    worst, name = 1.0, ""
    for entry, started in zip(design.workload.entries, run.started, strict=True):
        share = sum(int(at) in seconds for at in started) / max(
            1e-9, asked * entry.share.value / total
        )
        if share < worst:
            worst, name = share, entry.name
    got = _share(worst) + (f" of {name}" if name else "")
    return Check(
        "answered during failures", got, f"{100 * GOOD_DURING:.0f} % or more", worst >= GOOD_DURING
    )


def _drained(run: "Run", plan: "Plan", design: Design) -> Iterable[Check]:
    for name, index in plan.queues.items():
        depth = run.depth[index][-1] if run.depth[index] else 0
        limit = max(10, int(_rate(design)))  # a second of arrivals
        yield Check(f"waiting in {name} at the end", str(depth), f"{limit}", depth <= limit)
        dead, most = run.dead_letters[index], int(DEAD_LETTERS * sum(run.arrived))
        yield Check(f"given up in {name}", str(dead), str(most), dead <= most)


def _busiest(run: "Run", plan: "Plan") -> str:
    """Return the station that is used most, as "web workers: 63 % used"."""
    best = (0.0, "")
    for station, use in zip(plan.net.stations, run.stations, strict=True):
        copies = plan.net.groups[station.group].copies if station.group >= 0 else 1
        best = max(best, (use.busy / (station.capacity * copies), station.name))
    used, name = best
    return (
        f"{name}: {100 * used:.0f} % used{', the rest waits for it' * (used > FULL)}"
        if name
        else ""
    )


def price_of(design: Design, prices: Mapping[str, float]) -> float:
    """Return the price of a design per hour: instances times price; a store's copies count each."""
    return sum(
        prices.get(node.name, PRICES[node.kind]) * (node.instances + node.replicas)
        for node in design.nodes
    )


def _cost(design: Design, given: Design, reference: Design) -> Check:
    prices = {price.node: price.per_hour for price in given.prices}
    mine, best = price_of(design, prices), price_of(reference, prices)
    unit = given.currency or "units"
    return Check(
        f"price (the reference: {best:g})", f"{mine:g} {unit}/h", f"{COST_WITHIN * best:g} {unit}/h",
        mine <= COST_WITHIN * best,
    )  # fmt: skip


# What could go


def _unnecessary(design: Design, given: Container[str], seed: int) -> Iterable[str]:
    variants = list(_without(design, given))
    for told, without in variants[:VARIANTS_MAX]:
        if _run(without, seed).holds:
            yield told
    if len(variants) > VARIANTS_MAX:
        yield f"(not looked at: {', '.join(told for told, _ in variants[VARIANTS_MAX:])})"


def _without(design: Design, given: Container[str]) -> Iterable[tuple[str, Design]]:
    """Yield the design without each part that can be left out, and the sentence for it."""
    for cache in design.caches:
        rewritten = _mapped(design, lambda step, name=cache.name: step.miss if isinstance(step, Lookup) and step.cache == name else (step,))  # type: ignore[misc]  # fmt: skip
        yield (
            f"the cache {cache.name}: the store carries every look-up",
            replace(
                rewritten,
                caches=tuple(c for c in design.caches if c.name != cache.name),
                failures=tuple(
                    f for f in design.failures if (f.kind, f.target) != ("cold", cache.name)
                ),
            ),
        )
    for node in design.nodes:
        if node.replicas:
            less = replace(node, replicas=0, replica_reads=())
            yield f"the replicas of {node.name}", _with_node(design, less)
        fed = any(queue.target == node.name for queue in design.queues)
        if node.name not in given and not fed and (hop := _hop(node)):
            target = hop.target
            named = f"{node.name}, which only passes requests on to {target}"
            yield named, _passed(design, node, hop)
        if node.kind == "service" and node.instances > 1:
            less = replace(node, instances=node.instances - 1)
            yield f"one of the {node.instances} instances of {node.name}", _with_node(design, less)


def _with_node(design: Design, node: Node) -> Design:
    return replace(design, nodes=tuple(node if n.name == node.name else n for n in design.nodes))


def _hop(node: Node) -> Ask | None:
    """Return the one call that a service's single handler makes after nothing but computing."""
    if node.kind != "service" or len(node.handlers) != 1:
        return None
    *before, last = node.handlers[0].steps or (None,)
    only_computes = all(isinstance(step, Cpu | Wait) for step in before)
    return last if isinstance(last, Ask) and only_computes else None


def _passed(design: Design, node: Node, hop: Ask) -> Design:
    """Return the design in which callers of `node` call what it calls."""
    entries = tuple(
        replace(e, target=hop.target, operation=hop.operation) if e.target == node.name else e
        for e in design.workload.entries
    )
    rewritten = _mapped(
        design, lambda s: (hop,) if isinstance(s, Ask) and s.target == node.name else (s,)
    )
    return replace(
        rewritten,
        nodes=tuple(n for n in rewritten.nodes if n.name != node.name),
        workload=replace(design.workload, entries=entries),
        policies=tuple(p for p in design.policies if node.name not in (p.caller, p.callee)),
        pools=tuple(p for p in design.pools if node.name not in (p.owner, p.target)),
        failures=tuple(f for f in design.failures if f.target != node.name),
    )


def _mapped(design: Design, change: Callable[[Step], tuple[Step, ...]]) -> Design:
    """Return the design with every step of every handler replaced by what `change` makes of it."""
    nodes = tuple(
        replace(
            node,
            handlers=tuple(replace(h, steps=_steps(h.steps, change)) for h in node.handlers),
        )
        for node in design.nodes
    )
    return replace(design, nodes=nodes)


def _steps(steps: tuple[Step, ...], change: Callable[[Step], tuple[Step, ...]]) -> tuple[Step, ...]:
    return tuple(made for step in steps for made in change(_inside(step, change)))


def _inside(step: Step, change: Callable[[Step], tuple[Step, ...]]) -> Step:
    match step:
        case Holding() | Locked() | Repeat():
            return replace(step, body=_steps(step.body, change))
        case Parallel():
            return replace(step, branches=tuple(_steps(b, change) for b in step.branches))
        case Choice():
            return replace(step, options=tuple((q, _steps(b, change)) for q, b in step.options))
        case Lookup():
            return replace(step, miss=_steps(step.miss, change))
        case _:
            return step


def judge_text(text: str, given: str, reference: str, seed: int) -> Judgement:
    """Return what comes of a candidate's YAML; the case's own two texts are known to be right."""
    from backwright.design.written.reading import read_design

    read = read_design(text)
    designs = [read_design(own).design for own in (given, reference)]
    if read.design is None:
        return Judgement(tuple(f"line {p.line}: {p.message}" for p in read.problems), seed=seed)
    assert designs[0] is not None  # noqa: S101  (tests read every case)
    assert designs[1] is not None  # noqa: S101
    return judge_blueprint(read.design, designs[0], designs[1], seed)
