"""Sizes and sweeps as text: the fleet that holds, one number through a range, bursts and defences."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.design.wording import digits, listed, per_second, percent, seconds
from backwright.faces.prose.design_runs import kept
from backwright.faces.prose.layout import few, label, next_block, para, table

if TYPE_CHECKING:
    from backwright.design.trials.judging import Judged
    from backwright.usecases.design_size import Sized, Turn
    from backwright.usecases.design_sweep import Point, Swept


def sized(answer: Sized, width: int) -> list[str]:
    """Return the answer of `design size`."""
    where = shlex.quote(answer.path)
    asked = per_second(answer.rate)
    if answer.verdict == "none":
        lines = para(f"No fleet of {answer.name} holds {asked}: {answer.why}.", width)
        lines += [
            "",
            *label(
                "basis",
                (
                    f"{few(answer.ruled_out, 'fleet')} ruled out by law, {answer.trials} simulated; seed"
                    f" {answer.seed}"
                ),
                width,
            ),
        ]
        knobs = " ".join(answer.culprit_knobs)
        commands = [
            (
                f"backwright design check {where} --rate {answer.rate:g}{kept(answer.settings)}",
                "where it breaks, and why",
            ),
            (f"backwright design size {where} --rate {answer.rate:g} --knob {knobs}{kept(answer.settings)}", "let it grow")
            if knobs
            else (f"backwright design solve {where}{kept(answer.settings)}", "where the time goes without any waiting"),
        ]  # fmt: skip
        return [*lines, "", *next_block(commands, width)]
    rows = [(t.name, str(t.was), str(t.now), _step(t.was, t.now)) for t in answer.turns]
    lines = para(_fleet(answer), width)
    lines += ["", *table(("what", "now", "needed", ""), rows, width, right=(1, 2))]
    lines += [""]
    for each in answer.judged:
        lines += label("holds", _held(each), width)
    if answer.cost:
        change = f" (now {digits(answer.before)})" if answer.before != answer.cost else ""
        text = (
            f"{digits(answer.cost)} {answer.currency} per hour{change}, {digits(answer.per_thousand)}"
            f" {answer.currency} per 1,000 requests, from your own prices"
        )
        lines += label("cost", text, width)
    else:
        lines += label("cost", "not computed: the blueprint has no prices of yours", width)
    if answer.next:
        more = "which may be turned" if answer.next.can_turn else "which was not among what may be turned"  # fmt: skip
        text = f"{answer.next.part}, full at {per_second(answer.next.rate)} ({answer.next.rate / answer.rate:.2g} times this), {more}"  # fmt: skip
        lines += label("breaks", text, width)
    proof = (
        ("every cheaper fleet was ruled out, provided that more never hurts")
        if answer.is_proved
        else "not proved to be the smallest: there were too many to try"
    )
    basis = (
        f"{proof}; {answer.trials} fleets simulated, {answer.ruled_out} ruled out by law; the upper"
        f" end of every 95 % interval is within its limit; seed {answer.seed}"
    )
    lines += label("basis", basis, width)
    keep = kept(answer.settings)
    commands = [
        (f"backwright design simulate {where} --rate {answer.rate:g}{keep}", "look at it"),
        (f"backwright design draw {where} --format adr{keep}", "write the decision down"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _fleet(answer: Sized) -> str:
    asked = per_second(answer.rate)
    peak = f" ({answer.peak:g} times the average)" if answer.peak != 1 else ""
    if answer.was_enough:
        spare = [t for t in answer.turns if t.now < t.was]
        rest = f"; it could do with {listed([_some(t) for t in spare])}" if spare else ", and nothing can be taken away"  # fmt: skip
        return f"{answer.name} as it is holds {asked}{peak}{rest}."
    grown = [t for t in answer.turns if t.now > t.was]
    return f"{answer.name} holds {asked}{peak} with {listed([_some(t) for t in grown])}."


NAMES = {
    "instances": ("instance of", "instances of"),
    "replicas": ("replica of", "replicas of"),
    "workers": ("worker in each", "workers in each"),
    "cores": ("core in each", "cores in each"),
    "loops": ("event loop in each", "event loops in each"),
    "servers": ("server in", "servers in"),
    "size": ("connection in", "connections in"),
    "consumers": ("consumer of", "consumers of"),
}


def _some(turn: Turn) -> str:
    """Return "15 connections in orders_db"."""
    part, _, field = turn.name.rpartition(".")
    return f"{turn.now} {NAMES[field][turn.now != 1]} {part}"


def _step(was: int, now: int) -> str:
    if was == now:
        return "as it is"
    return f"{now - was:+d}"


def _held(each: Judged) -> str:
    lost = f" with {each.lost} lost" if each.lost else ""
    if each.what == "errors":
        return f"errors {percent(each.value)} of at most {percent(each.limit)}{lost} (at worst {percent(each.high)})"
    return f"{each.what} {seconds(each.value)} of at most {seconds(each.limit)}{lost} (at worst {seconds(each.high)})"


def swept(answer: Swept, width: int) -> list[str]:
    """Return the answer of `design sweep`."""
    if answer.cells:
        return _map(answer, width)
    if answer.defences:
        return _defences(answer, width)
    lines = para(_turning(answer), width)
    rows = []
    for point in answer.points:
        found = {each.percentile: each for each in point.latency}
        p50, p99 = found.get(50.0), found.get(99.0)
        rows.append(
            (
                point.text,
                digits(p50.value * 1000) if p50 else "-",
                f"{digits(p99.value * 1000)} +- {digits(p99.half * 1000)}" if p99 else "-",
                percent(point.failed) if p99 else "",
                percent(point.ceiling_share),
                f"unstable at {point.unstable}" if point.unstable else point.fullest,
            )
        )
    head = (answer.over, "p50 ms", "p99 ms", "failed", "used", "fullest part")
    lines += ["", *table(head, rows, width, right=(1, 2, 3, 4))]
    lines += ["", *label("basis", f"{answer.runs} runs each, the same draws for every value; seed {answer.seed}", width)]  # fmt: skip
    where = shlex.quote(answer.path)
    commands = [
        (
            f"backwright design sweep {where} --metastability{kept(answer.settings)}",
            "what a burst leaves behind",
        ),
        (f"backwright design size {where}{kept(answer.settings)}", "the smallest fleet that holds"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _turning(answer: Swept) -> str:
    stable = [point for point in answer.points if not point.unstable]
    if not stable:
        return f"{answer.name} is unstable at every value of {answer.over} that was tried."
    if answer.slo_p99:
        within = [p for p in stable if (f := _p99(p)) is not None and f <= answer.slo_p99]
        if not within:
            return f"{answer.name} never meets p99 <= {seconds(answer.slo_p99)} over {answer.over}."
        if len(within) == len(answer.points):
            return f"{answer.name} meets p99 <= {seconds(answer.slo_p99)} at every value of {answer.over} that was tried."  # fmt: skip
        return f"{answer.name} meets p99 <= {seconds(answer.slo_p99)} for {answer.over} from {within[0].text} to {within[-1].text}."  # fmt: skip
    broken = [point for point in answer.points if point.unstable]
    end = f"; unstable at {broken[0].text}" if broken else ""
    return (
        f"{answer.name} over {answer.over}: p99 {seconds(_p99(stable[0]) or 0)} at {stable[0].text},"
        f" {seconds(_p99(stable[-1]) or 0)} at {stable[-1].text}{end}."
    )


def _p99(point: Point) -> float | None:
    return next((each.value for each in point.latency if each.percentile == 99.0), None)


def _map(answer: Swept, width: int) -> list[str]:
    loads = sorted({cell.load for cell in answer.cells})
    bursts = sorted({cell.burst for cell in answer.cells})
    at = {(cell.load, cell.burst): cell for cell in answer.cells}
    broken = [cell for cell in answer.cells if cell.aftermath.recovered < 1]
    if broken:
        first = min(broken, key=lambda cell: (cell.load, cell.burst))
        text = (
            f"{answer.name} does not always come back from a burst: at {percent(first.load)} of its"
            f" ceiling ({per_second(first.rate)}) a burst of {first.burst:g} times the arrivals for 10 s"
            " leaves it broken after the burst has passed."
        )
    else:
        text = f"{answer.name} came back from every burst that was tried."
    rows = []
    for load in loads:
        row = [f"{percent(load)} ({per_second(load * answer.ceiling)})"]
        for burst in bursts:
            cell = at.get((load, burst))
            row.append("" if cell is None else f"{percent(cell.aftermath.after)}{' !' if cell.aftermath.recovered < 1 else ''}")  # fmt: skip
        rows.append(tuple(row))
    lines = para(text, width)
    lines += ["", *table(("load", *(f"burst {burst:g}x" for burst in bursts)), rows, width, right=range(1, len(bursts) + 1))]  # fmt: skip
    lines += [
        "",
        *para(
            (
                "Share of the requests that are answered long after a burst of 10 s (from one and a half to two minutes); !"
                " marks where it did not come back in every run."
            ),
            width,
        ),
    ]
    lines += ["", *label("basis", f"ceiling {per_second(answer.ceiling)}; 3 runs a cell; seed {answer.seed}", width)]  # fmt: skip
    where = shlex.quote(answer.path)
    commands = [
        (
            f"backwright design sweep {where} --defences{kept(answer.settings)}",
            "which change lets it recover",
        ),
        ("backwright learn dist.retries", "why retries do this"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _defences(answer: Swept, width: int) -> list[str]:
    plain = next((d for d in answer.defences if d.name == "as it is"), None)
    best = answer.defences[0]
    where = shlex.quote(answer.path)
    asked = f"a burst of {answer.burst:g} times the arrivals for 10 s at {percent(answer.load)} of the ceiling"  # fmt: skip
    if plain and plain.aftermath.recovered == 1:
        text = f"{answer.name} comes back from {asked} as it is."
    elif best.aftermath.recovered == 1:
        names = [d.name for d in answer.defences if d.aftermath.recovered == 1]
        text = f"{answer.name} stays broken after {asked}; it comes back with {listed(names[:3], 'or')}."  # fmt: skip
    else:
        text = f"{answer.name} stays broken after {asked}, and no single change that was tried brings it back in every run."  # fmt: skip
    rows = [
        (
            d.name,
            percent(d.aftermath.before),
            percent(d.aftermath.after),
            percent(d.aftermath.recovered),
        )
        for d in answer.defences
    ]
    lines = para(text, width)
    lines += ["", *table(("change", "answered before", "after", "came back"), rows, width, right=(1, 2, 3))]  # fmt: skip
    helped = plain is not None and plain.aftermath.recovered < 1
    how = [d for d in answer.defences if helped and d.how and d.aftermath.recovered == 1][:3]
    lines += [""] if how else []
    for each in how:
        lines += label("how", each.how, width)
    lines += [
        "",
        *label(
            "basis",
            (
                f"ceiling {per_second(answer.ceiling)}; 3 runs each with the same arrivals; seed"
                f" {answer.seed}"
            ),
            width,
        ),
    ]
    commands = [
        (
            f"backwright design sweep {where} --metastability{kept(answer.settings)}",
            "the map of loads and bursts",
        ),
        ("backwright learn dist.backpressure", "what the defences do"),
    ]
    return [*lines, "", *next_block(commands, width)]


RENDER = {"Sized": sized, "Swept": swept}
