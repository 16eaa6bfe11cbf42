"""Design size: the smallest fleet whose upper confidence limit meets the objectives, and what breaks next."""

from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.design.layers.layered import layers_of
from backwright.design.programs import plan_of
from backwright.design.trials.judging import Judged, judged, without_one
from backwright.design.trials.knobs import (
    Knob,
    KnobError,
    cost_per_hour,
    knob_named,
    knobs_of,
    usual_knobs,
    value_of,
)
from backwright.design.trials.simulating import Sample, replicate
from backwright.design.trials.sizing import Sizing, at_rate, ceiling, size
from backwright.design.wording import digits, is_or_are
from backwright.design.written.units import UnitError, read_number
from backwright.model.design import Design
from backwright.model.errors import BadRequest
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.spec import Mark

KNOBS_MAX = 8  # a search over more would rarely end in an answer that is proved
RUNS = 12
REACH = 100.0  # times the rate up to which the next thing to break is looked for


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    rate: Annotated[str, "Arrivals to hold; by default the file's rate times its peak"] = ""
    set: Annotated[tuple[str, ...], "Change a number: slo.p99=300ms", Mark(metavar="K=V")] = ()
    knob: Annotated[
        tuple[str, ...], "What may be turned: orders.workers", Mark(metavar="NAME")
    ] = ()
    seed: Annotated[int, "Of the random numbers; the same seed gives the same answer"] = 7


@dataclass(frozen=True)
class Turn:
    """A knob before and after."""

    name: str
    was: int
    now: int


@dataclass(frozen=True)
class Limit:
    """What would break next.

    Attributes:
        part: Its name; rate: arrivals per second at which it is full.
        can_turn: Whether it was among the knobs.
    """

    part: str
    rate: float
    can_turn: bool


@dataclass(frozen=True)
class Sized:
    """The smallest fleet.

    Attributes:
        rate: Arrivals per second that it holds; peak: the factor over the file's rate in it.
        judged: Objectives with their intervals, also without what must be survived.
        cost: Per hour in the person's own prices, 0 without prices; before: of the file's fleet.
        per_thousand: Cost of 1,000 requests at this rate.
        is_proved: Every cheaper fleet was ruled out, provided that more never hurts.
        was_enough: Whether the fleet of the file holds.
        why: Why there is no answer; culprit: what is overloaded and may not be turned; culprit_knobs: what
            was turned and what would turn it.
        settings: What was set, and what was found, as --set takes it.
    """

    name: str
    path: str
    rate: float
    peak: float
    turns: tuple[Turn, ...]
    judged: tuple[Judged, ...]
    currency: str
    cost: float
    before: float
    per_thousand: float
    next: Limit | None
    is_proved: bool
    trials: int
    ruled_out: int
    was_enough: bool
    why: str
    culprit: str
    settings: tuple[str, ...]
    seed: int
    verdict: Literal["ok", "none", "partly"] = "ok"
    culprit_knobs: tuple[str, ...] = ()


def run(ask: Ask, bench: Bench) -> Sized:
    """Size; BadRequest if the blueprint has no objectives or a knob does not exist."""
    design = load_design(ask.path, ask.set, bench)
    rate, peak = _rate(ask, design)
    if not design.slo.latency and design.slo.errors is None:
        raise BadRequest(
            f"{ask.path} has no objectives, so any fleet that is stable would do",
            hint=f"backwright design size {ask.path} --set slo.p99=300ms",
        )
    asked = at_rate(design, rate)
    knobs = _knobs(ask, asked)

    def on_trial(count: int) -> bool:
        bench.progress(f"sizing  {count} fleets simulated")
        return True

    found = size(asked, knobs, ask.seed, executor=bench.executor, at_once=bench.at_once, on_trial=on_trial)  # fmt: skip
    if found.design is None:
        return _none(ask, asked, rate, peak, found)
    samples = [("", _sample(found.design, ask.seed, bench))]
    samples += [
        (lost, _sample(other, ask.seed, bench)) for lost, other in without_one(found.design)
    ]
    turns = tuple(Turn(k.name, value_of(design, k), v) for k, v in zip(knobs, found.values, strict=True))  # fmt: skip
    cost = cost_per_hour(found.design)
    return Sized(
        name=design.name,
        path=ask.path,
        rate=rate,
        peak=peak,
        turns=turns,
        judged=tuple(each for lost, sample in samples for each in judged(design.slo, sample, lost)),
        currency=design.currency,
        cost=cost,
        before=cost_per_hour(design),
        per_thousand=cost / (rate * 3600) * 1000,
        next=breaks_next(found.design, rate, knobs),
        is_proved=found.is_proved,
        trials=found.trials,
        ruled_out=found.ruled_out,
        was_enough=all(turn.now <= turn.was for turn in turns),
        why="",
        culprit="",
        settings=(*ask.set, *(f"{turn.name}={turn.now}" for turn in turns if turn.now != turn.was)),
        seed=ask.seed,
    )


def _rate(ask: Ask, design: Design) -> tuple[float, float]:
    if ask.rate:
        text = ask.rate if "/" in ask.rate else f"{ask.rate}/s"
        try:
            rate = read_number(text, "rate")
        except UnitError as error:
            raise BadRequest(f'--rate "{ask.rate}": {error}', hint=f"backwright design size {ask.path} --rate 120") from None  # fmt: skip
        if rate <= 0:
            raise BadRequest(f"--rate {ask.rate}: above zero, please", hint=f"backwright design size {ask.path} --rate 120")  # fmt: skip
        return rate, 1.0
    load = design.workload
    if load.rate is None:
        raise BadRequest(
            f"{ask.path} has a closed workload of {load.users} users, which cannot be sized by rate",
            hint=f"backwright design size {ask.path} --rate 120",
        )
    return load.rate.value * load.peak, load.peak


def _knobs(ask: Ask, design: Design) -> tuple[Knob, ...]:
    try:
        knobs = tuple(knob_named(design, name) for name in ask.knob) or usual_knobs(design)
    except KnobError as error:
        raise BadRequest(str(error), hint=f"backwright design size {ask.path}") from None
    if len(knobs) > KNOBS_MAX:
        few = " ".join(knob.name for knob in knobs[:3])
        raise BadRequest(
            f"{len(knobs)} knobs are too many to search; at most {KNOBS_MAX}",
            detail=f"there is: {', '.join(knob.name for knob in knobs)}",
            hint=f"backwright design size {ask.path} --knob {few}",
        )
    return knobs


def _sample(design: Design, seed: int, bench: Bench) -> Sample:
    return replicate(plan_of(design), seed, executor=bench.executor, runs=RUNS, tight=None, at_once=bench.at_once)  # fmt: skip


def _none(ask: Ask, design: Design, rate: float, peak: float, found: Sizing) -> Sized:
    layers = layers_of(design, rate)
    knobs = {knob.part for knob in found.knobs}
    fixed = [use for use in layers.unstable if part_of(use.resource.name) not in knobs]
    culprit = fixed[0].resource.name if fixed else ""
    turns = (knob.name for knob in knobs_of(design) if knob.part == part_of(culprit))
    why = found.why
    if culprit:
        why = f"the {culprit} {is_or_are(culprit)} offered {digits(fixed[0].used)} of the capacity, and not among what may be turned"  # fmt: skip
    return Sized(
        name=design.name,
        path=ask.path,
        rate=rate,
        peak=peak,
        turns=(),
        judged=(),
        currency=design.currency,
        cost=0.0,
        before=cost_per_hour(design),
        per_thousand=0.0,
        next=None,
        is_proved=False,
        trials=found.trials,
        ruled_out=found.ruled_out,
        was_enough=False,
        why=why,
        culprit=culprit,
        settings=ask.set,
        seed=ask.seed,
        verdict="none",
        culprit_knobs=(*(knob.name for knob in found.knobs), *list(turns)[:1]) if culprit else (),
    )


def part_of(resource: str) -> str:
    """Return the part of the blueprint that a resource belongs to: "orders_db pool" is orders_db."""
    return resource.partition(" ")[0]


def breaks_next(design: Design, rate: float, knobs: tuple[Knob, ...]) -> Limit | None:
    """Return what is full first when the arrivals grow from here, None if nothing is up to REACH times."""
    found = ceiling(design, rate, rate * REACH)
    if found is None:
        return None
    return Limit(*found, any(found[0].startswith(knob.part) for knob in knobs))
