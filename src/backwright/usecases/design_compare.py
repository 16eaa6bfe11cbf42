"""Design compare: two blueprints under the same arrivals, run by run, so that small differences show."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from backwright.design.layers.layered import layers_of
from backwright.design.programs import plan_of
from backwright.design.trials.judging import Judged, judged
from backwright.design.trials.knobs import cost_per_hour
from backwright.design.trials.simulating import (
    Difference,
    Ratio,
    Sample,
    differences,
    replicate,
    run_length,
)
from backwright.model.design import Design
from backwright.model.errors import BadRequest
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.spec import Mark

RUNS = 16


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    other: Annotated[str, "A second blueprint; by default the first with --set", Mark(positional=True, disk="file")] = ""  # fmt: skip
    rate: Annotated[str, "Arrivals for both, instead of those in the files: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Changes that make the second: orders.workers=24", Mark(metavar="K=V")] = ()  # fmt: skip
    runs: Annotated[int, "Pairs of runs"] = RUNS
    seed: Annotated[int, "Of the random numbers; the same seed gives the same answer"] = 7


@dataclass(frozen=True)
class Side:
    """One of the two.

    Attributes:
        unstable: What is offered more than it can do, "" if nothing is.
        cost: Per hour in the person's own prices, 0 without prices.
    """

    name: str
    unstable: str
    offered_share: float
    failed: Ratio
    judged: tuple[Judged, ...]
    cost: float


@dataclass(frozen=True)
class Compared:
    """Two designs side by side.

    Attributes:
        differences: Mean (percentile 0) and percentiles: second minus first, with 95 % intervals.
        changes: What makes the second different, as settings; empty for two files.
        by_entry: (kind of request, its differences), if both have the same several kinds.
    """

    first: Side
    second: Side
    changes: tuple[str, ...]
    differences: tuple[Difference, ...]
    rate: float
    runs: int
    length: float
    seed: int
    currency: str
    path: str
    other: str
    verdict: Literal["ok", "unstable"] = "ok"
    by_entry: tuple[tuple[str, tuple[Difference, ...]], ...] = ()


def run(ask: Ask, bench: Bench) -> Compared:
    """Compare; BadRequest if there is nothing to compare with."""
    if not ask.other and not ask.set:
        raise BadRequest(
            "nothing to compare with: name a second blueprint, or change a number",
            hint=f"backwright design compare {ask.path} --set orders.workers=24",
        )
    if not 2 <= ask.runs <= 1000:
        raise BadRequest(f"--runs {ask.runs}: between 2 and 1,000 pairs", hint=f"backwright design compare {ask.path} --runs 16")  # fmt: skip
    first = load_design(ask.path, () if ask.set and not ask.other else ask.set, bench, ask.rate)
    second = load_design(ask.other or ask.path, ask.set, bench, ask.rate)
    if first.workload.rate and second.workload.rate and not ask.rate:
        second = replace(second, workload=replace(second.workload, rate=first.workload.rate))
    length = max(run_length(plan_of(first)), run_length(plan_of(second)))
    one, two = (_sample(each, ask, bench, length) for each in (first, second))
    rate = first.workload.rate.value if first.workload.rate else 0.0
    sides = _side(first, one, rate), _side(second, two, rate)
    is_stable = not sides[0].unstable and not sides[1].unstable
    name = sides[1].name if ask.other else f"{sides[1].name} changed"
    return Compared(
        sides[0],
        replace(sides[1], name=name),
        () if ask.other else ask.set,
        differences(one, two) if is_stable else (),
        rate,
        ask.runs,
        length,
        ask.seed,
        first.currency or second.currency,
        ask.path,
        ask.other,
        "ok" if is_stable or not sides[1].unstable else "unstable",
        _by_entry(first, second, one, two) if is_stable else (),
    )


def _by_entry(
    first: Design, second: Design, one: Sample, two: Sample
) -> tuple[tuple[str, tuple[Difference, ...]], ...]:
    """Return the differences of each kind of request; () if the two are not asked for the same kinds."""
    names, others = (tuple(e.name for e in each.workload.entries) for each in (first, second))
    if names != others or len(names) < 2:
        return ()
    return tuple((name, differences(one, two, kind)) for kind, name in enumerate(names))


def _sample(design: Design, ask: Ask, bench: Bench, length: float) -> Sample:
    def on_progress(sample: Sample) -> bool:
        bench.progress(f"comparing  {design.name}: run {len(sample.summaries)} of {ask.runs}")
        return True

    return replicate(
        plan_of(design),
        ask.seed,
        executor=bench.executor,
        runs=ask.runs,
        length=length,
        tight=None,
        at_once=bench.at_once,
        on_progress=on_progress,
    )


def _side(design: Design, sample: Sample, rate: float) -> Side:
    layers = layers_of(design, rate) if rate else None
    unstable = layers.unstable[0] if layers and not layers.is_stable else None
    return Side(
        design.name,
        unstable.resource.name if unstable else "",
        unstable.used if unstable else 0.0,
        sample.of(lambda each: each.failed),
        () if unstable else judged(design.slo, sample),
        cost_per_hour(design),
    )
