"""Design draw: a blueprint as an outline, a picture, a diagram of another tool, or a decision record."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright import __version__
from backwright.design import wording
from backwright.design.drawn.adr import Figure, Option, Record, adr
from backwright.design.drawn.drawing import summary, svg
from backwright.design.drawn.ink import share
from backwright.design.drawn.notations import d2, mermaid, structurizr
from backwright.design.drawn.origins import Told, told_of
from backwright.design.drawn.relations import Flow
from backwright.design.drawn.sketch import Part, sketch_of
from backwright.design.drawn.usage import used_of
from backwright.design.layers.flows import Values
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.layers.provenance import uncertain
from backwright.model.design import Design, Quantity
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.spec import Mark

PARTS_TOLD = 8  # of a decision record's table: the fullest ones


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Blueprint, or the name of an example", Mark(positional=True, disk="file")]
    format: Annotated[
        Literal["text", "svg", "mermaid", "structurizr", "d2", "html", "adr", "json"],
        "How to draw it",
    ] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""
    set: Annotated[
        tuple[str, ...], "Numbers to change, as path=value", Mark(metavar="PATH=VALUE")
    ] = ()
    rate: Annotated[str, "Arrivals to draw it with, such as 120/s", Mark(metavar="RATE")] = ""


@dataclass(frozen=True)
class DesignDrawing:
    """A design in every notation.

    Attributes:
        path: As it was asked for.
        summary: How many parts of each kind there are.
        objectives, prices: In words; empty if the blueprint has none.
        foot: Sentences that belong below a picture, such as planned failures.
        numbers: Those that are not settings, with where they come from.
    """

    path: str
    name: str
    note: str
    summary: str
    parts: tuple[Part, ...]
    flows: tuple[Flow, ...]
    foot: tuple[str, ...]
    objectives: tuple[str, ...]
    prices: tuple[str, ...]
    numbers: tuple[Told, ...]
    svg: str
    mermaid: str
    structurizr: str
    d2: str
    adr: str
    verdict: Literal["ok"] = "ok"


def run(ask: Ask, bench: Bench) -> DesignDrawing:
    """Draw a design; errors as in `load_design`."""
    design = load_design(ask.path, ask.set, bench, ask.rate)
    layers = _layers(design)
    sketch = (
        sketch_of(design, used=used_of(layers), hits=layers.flows.hits)
        if layers
        else sketch_of(design)
    )
    numbers = told_of(design)
    plain = load_design(ask.path, (), bench, ask.rate) if ask.set else None
    before = (_option(plain, (), _layers(plain)),) if plain else ()
    objectives, prices = objectives_of(design), prices_of(design)
    picture = mermaid(sketch)
    record = Record(
        f"How {design.name} is built",
        bench.clock.now().date().isoformat(),
        tuple(text for text in (design.note, f"The system has {summary(sketch)}.", *sketch.foot) if text),
        (*objectives, *prices),
        (*before, _option(design, ask.set, layers)),
        _command(ask),
        __version__,
        numbers=numbers,
        picture=picture,
    )  # fmt: skip
    return DesignDrawing(
        ask.path, design.name, design.note, summary(sketch), sketch.parts, sketch.flows, sketch.foot, objectives, prices, numbers,
        svg(sketch), picture, structurizr(sketch), d2(sketch), adr(record),
    )  # fmt: skip


def _layers(design: Design) -> Layers | None:
    """Return how the design does by law; None for a closed workload, whose rate is not known."""
    rate = design.workload.rate
    return None if rate is None else layers_of(design, rate.value)


def _option(design: Design, sets: tuple[str, ...], layers: Layers | None) -> Option:
    """Return the design as an option of a decision: how full its parts are, at both ends of what is assumed, too."""
    name = f"{', '.join(sets)}" if sets else "as the blueprint stands"
    rate = design.workload.rate
    if layers is None or rate is None:
        return Option(name, sets)
    ends = [
        _at_end(design, rate.value, lambda q: q.low),
        _at_end(design, rate.value, lambda q: q.high),
    ]
    figures, bad = [], []
    fullest = sorted(layers.uses, key=lambda use: -use.used)
    for use in fullest[:PARTS_TOLD]:
        low, high = sorted(end.get(use.resource.name, use.used) for end in ends)
        may = "" if low == high else f"{share(low)} .. {share(high)} at the ends of what is assumed"
        full = f"; full at {wording.per_second(rate.value / use.used)}" if use.used > 0 else ""
        is_stable = None if low < 1 <= high else high < 1
        figures.append(
            Figure(
                f"{use.resource.label} in use, stable below 100 %",
                share(use.used) + full,
                may or "no number behind it is assumed",
                is_stable,
            )
        )
        if use.used >= 1:
            bad.append(
                f"{use.resource.name} is offered {wording.digits(use.used)} of its capacity: unstable, so it has no latency"
            )
    neutral = ["percentiles were not computed here: see design solve and design simulate"]
    if len(fullest) > PARTS_TOLD:
        neutral.append(f"{len(fullest) - PARTS_TOLD} parts that are less full are left out")
    return Option(name, sets, tuple(figures), cons=tuple(bad), neutral=tuple(neutral))


def _at_end(design: Design, rate: float, end: Callable[[Quantity], float]) -> dict[str, float]:
    """Return how full each resource is if every assumed number stands at one end of its range."""
    instead = {q.at: end(q) for q in uncertain(design) if q.at}
    per_second = instead.get("workload.rate", rate)
    return {u.resource.name: u.used for u in layers_of(design, per_second, Values(instead)).uses}


def objectives_of(design: Design) -> tuple[str, ...]:
    """Return what must hold, in words."""
    slo = design.slo
    words = [
        f"p{percentile:g} at most {wording.seconds(limit)}" for percentile, limit in slo.latency
    ]
    if slo.errors is not None:
        words.append(f"errors at most {share(slo.errors)}")
    if slo.availability:
        words.append(f"available {share(slo.availability)} of the time")
    if slo.survive:
        words.append(f"holds while one {slo.survive} is lost")
    rate = design.workload.rate
    if rate is not None and words:
        peak = (
            f", at its peak {wording.per_second(rate.value * design.workload.peak)}"
            if design.workload.peak > 1
            else ""
        )
        words.append(f"at {wording.per_second(rate.value)}{peak}")
    return tuple(words)


def prices_of(design: Design) -> tuple[str, ...]:
    """Return what instances cost, in words; prices are the person's own."""
    return tuple(
        f"{price.node} costs {price.per_hour:g} {design.currency}/h for each instance".replace(
            "  ", " "
        )
        for price in design.prices
    )


def _command(ask: Ask) -> str:
    words = ["backwright", "design", "draw", ask.path]
    words += [f"--rate={ask.rate}"] if ask.rate else []
    if ask.set:
        words += ["--set", *ask.set]
    return shlex.join([*words, "--format", "adr"])
