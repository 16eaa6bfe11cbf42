"""Whether a burst leaves a design broken after it has passed, and which defence brings it back."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Literal

from backwright.design.programs import plan_of
from backwright.design.trials.simulating import Sample, replicate
from backwright.design.trials.sizing import at_rate
from backwright.model.design import Breaker, CallPolicy, Design, Failure

BEFORE, BURST, AFTER = 40.0, 10.0, 120.0  # s: calm, too much, and the time that it has to recover
WATCHED = 30.0  # s at the end that must be as good as the calm
RECOVERED = 0.9  # of the goodput before the burst
RUNS = 3
REQUESTS_PER_RUN = 40_000  # a fast system is watched for a shorter time


@dataclass(frozen=True)
class Aftermath:
    """What a burst left behind, over several runs.

    Attributes:
        before, after: Successes per arrival before the burst and long after it.
        recovered: Share of the runs in which it came back.
        tries: Tries of calls per arrival after the burst, against before.
    """

    before: float
    after: float
    recovered: float


@dataclass(frozen=True)
class Cell:
    """One load and one burst of the map."""

    load: float
    rate: float
    burst: float
    aftermath: Aftermath


@dataclass(frozen=True)
class Defence:
    """One change to the design and what it does against the burst.

    Attributes:
        name: What is changed; how: as settings of the blueprint.
    """

    name: str
    how: str
    aftermath: Aftermath
    good_at_rest: float


def aftermath_of(
    design: Design,
    rate: float,
    burst: float,
    seed: int,
    executor: Executor | None = None,
    runs: int = RUNS,
) -> Aftermath:
    """Simulate a burst of so many times the rate and look at the time after it."""
    scale = min(1.0, REQUESTS_PER_RUN / (rate * (BEFORE + AFTER + BURST * burst)))
    before, lasting, after, watched = (each * scale for each in (BEFORE, BURST, AFTER, WATCHED))
    calm = at_rate(design, rate)
    hit = replace(calm, failures=(Failure("load", before, lasting, factor=burst),))
    length = before + lasting + after
    sample = replicate(
        plan_of(hit), seed, executor=executor, runs=runs, length=length, tight=None, at_once=runs
    )
    return _read(sample, before, length, watched)


def _read(sample: Sample, before: float, length: float, watched: float) -> Aftermath:
    firsts, lasts, back = [], [], 0
    for each in sample.summaries:
        first = _share(each.run.good, each.run.offered, max(1, int(before / 3)), int(before))
        last = _share(each.run.good, each.run.offered, int(length - watched), int(length))
        firsts.append(first)
        lasts.append(last)
        back += last >= RECOVERED * first
    count = len(firsts)
    return Aftermath(sum(firsts) / count, sum(lasts) / count, back / count)


def _share(good: tuple[int, ...], offered: tuple[int, ...], start: int, stop: int) -> float:
    asked = sum(offered[start:stop])
    return sum(good[start:stop]) / asked if asked else 0.0


def map_of(
    design: Design,
    ceiling: float,
    seed: int,
    *,
    loads: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9),
    bursts: tuple[float, ...] = (1.5, 2.0, 3.0, 5.0),
    executor: Executor | None = None,
    on_cell: Callable[[int], bool] = lambda _: True,
) -> tuple[Cell, ...]:
    """Return the map of load and burst; loads are shares of the ceiling. Stops when on_cell says so."""
    made: list[Cell] = []
    for load in loads:
        for burst in bursts:
            rate = load * ceiling
            made.append(Cell(load, rate, burst, aftermath_of(design, rate, burst, seed, executor)))
            if not on_cell(len(made)):
                return tuple(made)
    return tuple(made)


def defended(design: Design) -> tuple[tuple[str, str, Design], ...]:
    """Return (name, settings, changed design) of every defence that can be tried on this design."""
    made: list[tuple[str, str, Design]] = []
    retried = [p for p in design.policies if p.retries]
    timed = [p for p in design.policies if p.timeout is not None]
    pairs = ", ".join(f"{p.caller} -> {p.callee}" for p in retried)

    def policies(name: str, how: str, change: Callable[[CallPolicy], CallPolicy], which: list[CallPolicy]) -> None:  # fmt: skip
        if which:
            kept = tuple(change(p) if p in which else p for p in design.policies)
            made.append((name, how, replace(design, policies=kept)))

    policies("no retries", f"{pairs}: retries: 0", lambda p: replace(p, retries=0), retried)
    policies("one retry instead of more", f"{pairs}: retries: 1", lambda p: replace(p, retries=1), [p for p in retried if p.retries > 1])  # fmt: skip
    policies(
        "retry budget of 10 %", f"{pairs}: budget: 10 %", lambda p: replace(p, budget=0.1), retried
    )
    policies("circuit breaker", "breaker: {errors: 50 %, window: 100, open: 5 s}", lambda p: replace(p, breaker=Breaker()), timed)  # fmt: skip
    policies("deadlines that travel with the call", "deadline: propagate", lambda p: replace(p, deadline="propagate"), timed)  # fmt: skip
    policies("four times the time-out", "timeout x 4", lambda p: replace(p, timeout=(p.timeout or 1) * 4), timed)  # fmt: skip
    orders: tuple[tuple[Literal["lifo", "codel"], str], ...] = (
        ("lifo", "newest first"),
        ("codel", "drop what waited too long"),
    )
    for order, name in orders:
        nodes = tuple(
            replace(n, queue_order=order) if n.kind == "service" and n.workers else n
            for n in design.nodes
        )
        made.append((name, f"queue: {{order: {order}}}", replace(design, nodes=nodes)))
    bounded = tuple(
        replace(n, queue_max=n.workers if n.queue_max is None else min(n.queue_max, n.workers))
        if n.kind == "service" and n.workers
        else n
        for n in design.nodes
    )
    made.append(("bounded line: as many may wait as work", "queue: {max: WORKERS}", replace(design, nodes=bounded)))  # fmt: skip
    return tuple(made)


def rank_defences(
    design: Design,
    rate: float,
    burst: float,
    seed: int,
    *,
    executor: Executor | None = None,
    on_trial: Callable[[int], bool] = lambda _: True,
) -> tuple[Defence, ...]:
    """Return the design as it is and with each defence, those that recover best first."""
    made: list[Defence] = []
    for name, how, changed in (("as it is", "", design), *defended(design)):
        found = aftermath_of(changed, rate, burst, seed, executor)
        made.append(Defence(name, how, found, found.before))
        if not on_trial(len(made)):
            break
    return tuple(sorted(made, key=lambda d: (-d.aftermath.recovered, -round(d.aftermath.after, 2), -d.good_at_rest)))  # fmt: skip
