"""Design simulate: requests through a blueprint one by one, again and again, until the percentiles are sure."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from backwright.design.drawn import charts
from backwright.design.drawn.figures import Series, Span, Timeline
from backwright.design.layers.layered import layers_of
from backwright.design.layers.provenance import numbers_of
from backwright.design.programs import Plan, plan_of
from backwright.design.trials.judging import Judged, all_judgements, judged
from backwright.design.trials.simulating import (
    ARRIVALS_MAX,
    ARRIVALS_PER_RUN,
    RUNS_MAX,
    Estimate,
    Ratio,
    Sample,
    arrivals_of,
    replicate,
    run_length,
)
from backwright.design.wording import digits
from backwright.design.written.units import UnitError, read_number
from backwright.model.design import Design, Failure
from backwright.model.errors import BadRequest
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.spec import Mark

EVENTS_PER_SECOND = (
    250_000  # of the engine on a small machine, for the estimate of how long it takes
)
RUNS_WITH_FAILURES = 12  # the time line is what one looks at then; p99 rarely becomes tight


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    rate: Annotated[str, "Arrivals, instead of those in the file: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Change a number: orders.workers=24", Mark(metavar="K=V")] = ()
    runs: Annotated[int, "At most so many runs; 0 chooses"] = 0
    length: Annotated[str, "Of one run, such as 300 s; by default long enough for a p99"] = ""
    tight: Annotated[float, "Stop when p99 is known within so many percent; 0 makes all runs"] = 5.0
    seed: Annotated[int, "Of the random numbers; the same seed gives the same answer"] = 7
    format: Annotated[Literal["text", "svg"], "Text, or the time line as a picture"] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""


@dataclass(frozen=True)
class PartUse:
    """How a part was used: averages over the runs, all copies together.

    Attributes:
        size: What there is of it; busy: held on average; waiting: in line on average.
        refused: Per run: turned away because the line was full or patience ended.
    """

    name: str
    size: int
    busy: float
    waiting: float
    peak_waiting: int
    refused: float

    @property
    def used(self) -> float:
        """Share in use."""
        return self.busy / self.size if self.size else 0.0


@dataclass(frozen=True)
class CallUse:
    """How calls under a policy went, per run."""

    name: str
    tries: float
    timeouts: float
    refused: float


@dataclass(frozen=True)
class QueueUse:
    """How a queue did: messages waiting on average and at the end, given up per run."""

    name: str
    waiting: float
    at_end: float
    dead_letters: float


@dataclass(frozen=True)
class Simulated:
    """What simulations of a design came to.

    Attributes:
        rate: Arrivals per second on average.
        latency: Mean (percentile 0) and percentiles, s; empty if the system is unstable.
        by_entry: (kind of request, its latency); failed_by_entry: (kind, share that failed).
        unstable: What is offered more than it can do, "" if nothing is.
        failed: Share of requests that failed; goodput: successes per second.
        timeline: Arrivals, successes and failures per second of a run, averaged over the runs, and
            what went wrong when; svg: the same as a picture, if it was asked for.
        length, warmup: Of a run, s; the warm-up is not counted.
        wanted: Half-width in percent that was asked for at p99; reached: that was found.
        stopped: By the person before it was that tight.
        assumed: Places of the numbers that are assumed.
        cut_at: s into a run at which it was ended because too many requests waited at once; 0 if none was.
        settings: What was set.
        users: Of a closed workload, 0 of an open one.
    """

    name: str
    path: str
    rate: float
    latency: tuple[Estimate, ...]
    by_entry: tuple[tuple[str, tuple[Estimate, ...]], ...]
    judged: tuple[Judged, ...]
    unstable: str
    offered_share: float
    failed: Ratio
    goodput: Ratio
    parts: tuple[PartUse, ...]
    calls: tuple[CallUse, ...]
    queues: tuple[QueueUse, ...]
    timeline: Timeline
    runs: int
    length: float
    warmup: float
    requests: int
    seed: int
    wanted: float
    reached: float
    stopped: bool
    assumed: tuple[str, ...]
    svg: str = ""
    cut_at: float = 0.0
    verdict: Literal["ok", "misses", "unstable", "partly"] = "ok"
    failed_by_entry: tuple[tuple[str, float], ...] = ()
    settings: tuple[str, ...] = ()
    users: int = 0


def run(ask: Ask, bench: Bench) -> Simulated:
    """Simulate; BadRequest if the blueprint or the size of the work makes no sense."""
    design = load_design(ask.path, ask.set, bench, ask.rate)
    plan = plan_of(design)
    ask = replace(ask, runs=ask.runs or (RUNS_WITH_FAILURES if design.failures else RUNS_MAX))
    length = _length(ask, plan)
    stopped = False
    kept: list[Sample] = []

    def on_progress(sample: Sample) -> bool:
        kept[:] = [sample]
        at = next((e for e in sample.latency() if e.percentile == 99.0), None)
        known = f"   p99 {at.value * 1000:.0f} ms +- {at.half * 1000:.0f}" if at else ""
        bench.progress(f"simulating  run {len(sample.summaries)} of at most {ask.runs}{known}   Ctrl-C keeps this")  # fmt: skip
        return True

    try:
        replicate(
            plan,
            ask.seed,
            executor=bench.executor,
            runs=ask.runs,
            length=length,
            tight=(99.0, ask.tight / 100) if ask.tight else None,
            at_once=bench.at_once,
            on_progress=on_progress,
        )
    except KeyboardInterrupt:
        if not kept:
            raise
        stopped = True
    return simulated(design, plan, kept[0], ask, stopped=stopped)


def _length(ask: Ask, plan: Plan) -> float:
    """Return the length of a run, refusing what would take hours."""
    if not 0 <= ask.runs <= 1000:
        raise BadRequest(f"--runs {ask.runs}: between 1 and 1,000 runs", hint=f"backwright design simulate {ask.path} --runs 40")  # fmt: skip
    if not 0 <= ask.tight < 100:
        raise BadRequest(f"--tight {ask.tight:g}: a percentage between 0 and 100", hint=f"backwright design simulate {ask.path} --tight 5")  # fmt: skip
    length = run_length(plan)
    if ask.length:
        try:
            length = read_number(ask.length, "time")
        except UnitError as error:
            raise BadRequest(f'--length "{ask.length}": {error}', hint=f"backwright design simulate {ask.path} --length 300s") from None  # fmt: skip
        if length <= 1:
            raise BadRequest(f"--length {ask.length}: longer than one second, please", hint=f"backwright design simulate {ask.path} --length 300s")  # fmt: skip
    wanted = arrivals_of(plan, length) * ask.runs
    if wanted > ARRIVALS_MAX:
        enough = ARRIVALS_PER_RUN / max(arrivals_of(plan, length) / length, 1e-9)
        hours = wanted * 10 / EVENTS_PER_SECOND / 3600
        raise BadRequest(
            f"{digits(wanted)} requests would be simulated; at most {ARRIVALS_MAX:,} are",
            detail=f"That would take about {max(1, round(hours)):,} hours here. Runs of {enough:.3g} s have {ARRIVALS_PER_RUN:,} requests each.",
            hint=f"backwright design simulate {ask.path} --length {round(enough)}s"
            if enough >= 2
            else f"backwright design solve {ask.path}{f' --rate {ask.rate}' if ask.rate else ''}",
        )
    return length


def simulated(design: Design, plan: Plan, sample: Sample, ask: Ask, *, stopped: bool) -> Simulated:
    """Return the answer from a sample."""
    rate = design.workload.rate.value if design.workload.rate else sample.of(lambda s: s.arrivals).value / (sample.length - sample.warmup)  # fmt: skip
    layers = layers_of(design, rate) if design.workload.rate else None
    unstable = layers.unstable[0] if layers and not layers.is_stable else None
    latency = () if unstable else sample.latency()
    verdicts = () if unstable else judged(design.slo, sample)
    counted = sample.length - sample.warmup
    at = next((e for e in latency if e.percentile == 99.0), None)
    reached = at.half / at.value * 100 if at and at.value else 0.0
    verdict: Literal["ok", "misses", "unstable", "partly"] = "ok"
    if unstable:
        verdict = "unstable"
    elif all_judgements(verdicts) == "misses":
        verdict = "misses"
    elif stopped:
        verdict = "partly"
    seen = timeline_of(design, plan, sample)
    kinds = plan.net.names if len(plan.net.names) > 1 and not unstable else ()
    return Simulated(
        name=design.name,
        path=ask.path,
        rate=rate,
        latency=latency,
        by_entry=tuple((name, sample.latency(number)) for number, name in enumerate(kinds)),
        judged=verdicts,
        unstable=unstable.resource.name if unstable else "",
        offered_share=unstable.used if unstable else 0.0,
        failed=sample.of(lambda s: s.failed),
        goodput=sample.of(lambda s: s.good * s.arrivals / counted),
        parts=_parts(plan, sample),
        calls=_calls(plan, sample),
        queues=_queues(plan, sample),
        timeline=seen,
        cut_at=min((s.run.ended_at for s in sample.summaries if s.run.was_stopped), default=0.0),
        svg=charts.timeline(seen) if ask.format == "svg" else "",
        runs=len(sample.summaries),
        length=sample.length,
        warmup=sample.warmup,
        requests=sum(s.arrivals for s in sample.summaries),
        seed=sample.seed,
        wanted=ask.tight,
        reached=reached,
        stopped=stopped,
        assumed=numbers_of(design).assumed,
        verdict=verdict,
        failed_by_entry=tuple((name, _failed(sample, n)) for n, name in enumerate(plan.net.names)),
        settings=ask.set,
        users=design.workload.users,
    )


def _failed(sample: Sample, kind: int) -> float:
    """Return the share of one kind of request that failed, over all runs."""
    ended = sum(each.run.arrived[kind] for each in sample.summaries)
    return sum(each.run.failed[kind] for each in sample.summaries) / ended if ended else 0.0


def _parts(plan: Plan, sample: Sample) -> tuple[PartUse, ...]:
    made = []
    for number, station in enumerate(plan.net.stations):
        uses = [each.run.stations[number] for each in sample.summaries]
        copies = plan.net.groups[station.group].copies if station.group >= 0 else 1
        count = len(uses)
        made.append(
            PartUse(
                station.name,
                station.capacity * copies,
                sum(use.busy for use in uses) / count,
                sum(use.waiting for use in uses) / count,
                max(use.peak_waiting for use in uses),
                sum(use.refused for use in uses) / count,
            )
        )
    return tuple(made)


def _calls(plan: Plan, sample: Sample) -> tuple[CallUse, ...]:
    count = len(sample.summaries)
    return tuple(
        CallUse(
            policy.name,
            sum(s.run.tries[number] for s in sample.summaries) / count,
            sum(s.run.timeouts[number] for s in sample.summaries) / count,
            sum(s.run.refused[number] for s in sample.summaries) / count,
        )
        for number, policy in enumerate(plan.net.policies)
    )


def _queues(plan: Plan, sample: Sample) -> tuple[QueueUse, ...]:
    count = len(sample.summaries)
    made = []
    for number, mailbox in enumerate(plan.net.mailboxes):
        depths = [s.run.depth[number] for s in sample.summaries]
        waiting = sum(sum(row) / max(1, len(row)) for row in depths) / count
        at_end = sum(row[-1] if row else 0 for row in depths) / count
        dead = sum(s.run.dead_letters[number] for s in sample.summaries) / count
        made.append(QueueUse(mailbox.name, waiting, at_end, dead))
    return tuple(made)


DEEP = 5.0  # waiting at most, from which a line is drawn for a station
LINES_MAX = 4


def timeline_of(design: Design, plan: Plan, sample: Sample) -> Timeline:
    """Return what happened second by second: rates, and the longest lines of those who waited."""
    rates = (
        Series("offered", sample.timeline("offered")),
        Series("answered", sample.timeline("good"), "good"),
        Series("failed", sample.timeline("errors"), "failed"),
    )
    waiting = [
        Series(f"waiting for {name}", values, "waiting")
        for name, values in (
            *((s.name, sample.rows("waiting", n)) for n, s in enumerate(plan.net.stations)),
            *((m.name, sample.rows("depth", n)) for n, m in enumerate(plan.net.mailboxes)),
        )
        if values and max(values) >= DEEP
    ]
    waiting.sort(key=lambda series: -max(series.values))
    return Timeline(
        f"{design.name}: what was asked and what was answered",
        rates,
        tuple(waiting[:LINES_MAX]),
        tuple(Span(f.at, f.lasting, said_of(f)) for f in design.failures),
        note=f"{len(sample.summaries)} runs, averaged; seed {sample.seed}"
        + (f"; {len(waiting) - LINES_MAX} shorter lines left out" * (len(waiting) > LINES_MAX)),
    )


def said_of(failure: Failure) -> str:
    """Return a failure in words."""
    return {
        "load": f"{failure.factor:g} times the arrivals",
        "slow": f"{failure.target} {failure.factor:g} times slower",
        "kill": f"{failure.count} of {failure.target} down",
        "errors": f"{failure.factor * 100:g} % of calls to {failure.target} fail",
        "cold": f"{failure.target} emptied",
        "zone": f"zone {failure.count} down",
    }[failure.kind]
