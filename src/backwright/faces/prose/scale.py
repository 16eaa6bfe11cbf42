"""Advice on scale as text: the first way of building that holds, the ladder, what comes next and when."""

from __future__ import annotations

from math import isfinite, isinf
from typing import TYPE_CHECKING

from backwright.design.wording import digits, per_second, percent, seconds
from backwright.faces.prose.layout import few, label, next_block, para, table
from backwright.faces.prose.performance import assumptions
from backwright.usecases.design_learning import NAMES

if TYPE_CHECKING:
    from backwright.design.ladder import Rung
    from backwright.usecases.advise_scale import ScaleAdvice


def advised(answer: ScaleAdvice, width: int) -> list[str]:
    """Return the advice."""
    lines = para(_first(answer), width)
    rows = [
        (
            ("> " if i == answer.at else "  ") + rung.name,
            "no end" if isinf(rung.ceiling) else per_second(rung.ceiling),
            few(rung.machines, "machine") if rung.carries else "too little",
            _when(rung),
        )
        for i, rung in enumerate(answer.rungs)
    ]
    lines += ["", *table(("  way to build", "carries", "now", "lasts"), rows, width, right=(1,))]
    lines += [""]
    if answer.at >= 0:
        rung = answer.rungs[answer.at]
        lines += [*label("what", rung.what, width), *label("costs", rung.costs, width)]
        lines += label("latency", _latency(answer), width)
        if isfinite(rung.ceiling):
            lines += label("limit", f"{rung.limit}, at {per_second(rung.ceiling)}", width)
        lines += _next_rung(answer, width)
        if answer.survive:
            text = "the store is still one machine: give it a standby that takes over, one machine more than shown (sd.ha)"
            lines += label("survive", text, width)
    lines += label("why", _why(answer), width)
    lines += assumptions(answer.assumed, width)
    skills = dict.fromkeys(rung.skill for rung in answer.rungs[max(answer.at, 0) : answer.at + 2])
    lines += label("learn", "; ".join(f"{NAMES[skill]} ({skill})" for skill in skills), width)
    lines += label("source", "Denning and Buzen 1978 (utilisation law); the order of the rungs is our judgement", width)  # fmt: skip
    commands = [
        ("backwright design new shop -o mine.yaml", "describe your own, then check and size it"),
        (f"backwright learn {next(iter(skills))}", "what the next step takes"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _first(answer: ScaleAdvice) -> str:
    asked = f"{answer.requests} is {per_second(answer.rate)} on average and {per_second(answer.at_peak)} at the peak"
    if answer.at < 0:
        return f"{asked}: no way of building here carries that."
    rung = answer.rungs[answer.at]
    survive = ""
    if answer.left_out:
        survive = f" ({answer.left_out[0]} would carry it, and not survive the loss of a machine)"
    if answer.p99 > answer.p99_limit:
        return f"{asked}: {rung.what} carries that{survive}, with p99 {seconds(answer.p99)}, above the {seconds(answer.p99_limit)} that you promise."
    return f"{asked}: {rung.what} carries that{survive}, {few(rung.machines, 'machine')} of {answer.demand.cores} cores."


def _when(rung: Rung) -> str:
    if not rung.carries:
        return ""
    if isinf(rung.months):
        return "for good"
    return f"{rung.months:.0f} months" if rung.months >= 1.5 else "about a month"


def _latency(answer: ScaleAdvice) -> str:
    if not isfinite(answer.p99):
        return "not given: the pool or the workers of this way of building are full before its processors"  # fmt: skip
    promise = f"within the {seconds(answer.p99_limit)} that you promise"
    if answer.p99 > answer.p99_limit:
        promise = f"above the {seconds(answer.p99_limit)} that you promise, and {seconds(answer.least)} even when nobody waits"
    return f"p99 about {seconds(answer.p99)} at the peak, {promise}; computed, spread taken as exponential"


def _next_rung(answer: ScaleAdvice, width: int) -> list[str]:
    rung = answer.rungs[answer.at]
    later = next((r for r in answer.rungs[answer.at + 1 :] if r.ceiling > rung.ceiling), None)
    if later is None or not isfinite(rung.ceiling):
        return []
    when = f"in {rung.months:.0f} months" if isfinite(rung.months) else "when it grows"
    text = f"{later.what}: {when}, above {per_second(rung.ceiling)} at the peak. It costs: {later.costs}."
    return label("then", text, width)


def _why(answer: ScaleAdvice) -> str:
    d = answer.demand
    store = d.reads * d.read + (1 - d.reads) * d.write
    return (
        f"a request takes {seconds(d.app)} of the application's processors and {seconds(store)} of the store's;"
        f" {d.cores} cores at {percent(0.65)} give {digits(d.cores * 0.65)} s a second, so one machine carries"
        f" {per_second(d.cores * 0.65 / (d.app + store))} of both and {per_second(d.cores * 0.65 / store) if store else 'any number'} of the store alone"
    )


RENDER = {"ScaleAdvice": advised}
