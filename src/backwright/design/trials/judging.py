"""Whether a design meets its objectives: every limit against the interval of what was simulated."""

from dataclasses import dataclass, replace
from typing import Literal

from backwright.design.trials.simulating import PERCENTILES, Sample
from backwright.model.design import Design, Slo

Judgement = Literal["meets", "misses", "not decided"]
NO_LATENCY = float("inf")


@dataclass(frozen=True)
class Judged:
    """One objective beside what was found.

    Attributes:
        what: "p99", "errors".
        limit, value, low, high: Seconds for a percentile, a share for errors.
        judgement: meets if even the upper end is within the limit; misses if even the lower is not.
        lost: What was taken away to see whether the rest still holds, "" for nothing.
    """

    what: str
    limit: float
    value: float
    low: float
    high: float
    judgement: Judgement
    lost: str = ""


def judged(slo: Slo, sample: Sample, lost: str = "") -> tuple[Judged, ...]:
    """Return every objective that a simulation can speak to."""
    made = []
    found = {each.percentile: each for each in sample.latency()}
    for asked, limit in slo.latency:
        point = nearest_point(asked)
        at = found.get(point)
        low, value, high = (at.low, at.value, at.high) if at else (NO_LATENCY,) * 3
        made.append(Judged(f"p{point:g}", limit, value, low, high, judge(low, high, limit), lost))
    if slo.errors is not None:
        share = sample.of(lambda each: each.failed)
        low, high = max(0.0, share.low), share.high
        made.append(Judged("errors", slo.errors, share.value, low, high, judge(low, high, slo.errors), lost))  # fmt: skip
    return tuple(made)


def nearest_point(point: float) -> float:
    """Return the percentile that is simulated nearest above (p75 is judged by p90: stricter)."""
    return next((each for each in PERCENTILES if each >= point), PERCENTILES[-1])


def judge(low: float, high: float, limit: float) -> Judgement:
    """Return what an interval says about a limit."""
    if high <= limit:
        return "meets"
    return "misses" if low > limit else "not decided"


def all_judgements(made: tuple[Judged, ...]) -> Judgement:
    """Return misses if one misses, meets if all meet, else not decided."""
    said = {each.judgement for each in made}
    if "misses" in said:
        return "misses"
    return "not decided" if "not decided" in said else "meets"


def without_one(design: Design) -> tuple[tuple[str, Design], ...]:
    """Return (what was lost, the design without it) for what the objectives say must be survived.

    An instance: of each service in turn. A zone: of every node at once, rounded against us. A service
    with one instance is lost whole; that is for the lint to say, since nothing can be simulated.
    """
    if design.slo.survive == "instance":
        return tuple(
            (f"one {node.name}", _fewer(design, {node.name: 1}))
            for node in design.nodes
            if node.kind == "service" and node.instances > 1
        )
    if design.slo.survive == "zone":
        lost = {
            node.name: -(-node.instances // node.zones)
            for node in design.nodes
            if node.kind == "service" and node.zones > 1
        }
        return (("one zone", _fewer(design, lost)),)
    return ()


def _fewer(design: Design, lost: dict[str, int]) -> Design:
    nodes = tuple(
        replace(node, instances=max(1, node.instances - lost.get(node.name, 0)))
        for node in design.nodes
    )
    return replace(design, nodes=nodes)
