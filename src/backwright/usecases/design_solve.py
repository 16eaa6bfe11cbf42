"""Design solve: percentiles of a blueprint with what its assumptions leave open, where it breaks, what helps."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal

from backwright.design.layers.solving import Solved, solve
from backwright.design.wording import digits, per_second, said
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.design_learning import LEARN, named
from backwright.usecases.spec import Mark

if TYPE_CHECKING:
    from backwright.design.drawn.figures import Tornado


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    rate: Annotated[str, "Arrivals, instead of those in the file: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Change a number: orders.workers=24", Mark(metavar="K=V")] = ()
    format: Annotated[Literal["text", "svg"], "Text, or the tornado of what is assumed"] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""


@dataclass(frozen=True)
class DesignSolved:
    """A blueprint solved analytically.

    Attributes:
        rate, sets: As they were asked for.
        users: Of a closed workload, 0 of an open one.
        learn: (skill id, its name) of what would help.
        svg: What each assumed number does to the percentile with an objective, if it was asked for.
        verdict: partly: no closed form holds, so no latency is given.
    """

    path: str
    name: str
    rate: str
    sets: tuple[str, ...]
    users: int
    solved: Solved
    learn: tuple[tuple[str, str], ...]
    verdict: Literal["ok", "misses", "unstable", "partly"]
    svg: str = ""


VERDICTS: dict[str, Literal["ok", "misses", "unstable", "partly"]] = {
    "misses": "misses",
    "unstable": "unstable",
    "not given": "partly",
}


def run(ask: Ask, bench: Bench) -> DesignSolved:
    """Solve; errors as in `load_design`."""
    design = load_design(ask.path, ask.set, bench, ask.rate)
    found = solve(design)
    fullest = found.uses[0].kind if found.uses else ""
    skills = [LEARN.get(fullest, "perf.capacity"), "perf.capacity"]
    return DesignSolved(
        ask.path,
        design.name,
        ask.rate,
        ask.set,
        design.workload.users,
        found,
        named(skills),
        VERDICTS.get(found.decision, "ok"),
        _svg(design.name, found) if ask.format == "svg" else "",
    )


def tornado_of(name: str, found: Solved) -> "Tornado | None":
    """Return what each assumed number does to the percentile that has an objective, else to p99; None for nothing."""
    from backwright.design.drawn.figures import Bar, Tornado

    asked = next((each for each in reversed(found.latency) if each.limit is not None), None)
    asked = asked or next((each for each in found.latency if each.percentile == 99.0), None)
    if asked is None or not found.swings or not isfinite(asked.value):
        return None
    return Tornado(
        f"What is assumed decides p{digits(asked.percentile)} of {name} at {per_second(found.rate)}",
        asked.value * 1000,
        tuple(
            Bar(s.name, s.at_low * 1000, s.at_high * 1000, said(s.at, s.low), said(s.at, s.high))
            for s in found.swings
        ),
        "ms",
        None if asked.limit is None else asked.limit * 1000,
        note="Each bar moves one number over its range, the others as they are.",
    )


def _svg(name: str, found: Solved) -> str:
    from backwright.design.drawn import charts

    chart = tornado_of(name, found)
    return charts.tornado(chart) if chart else ""
