"""A blueprint solved: whether it meets its targets, percentiles with their ranges, where time goes, what helps."""

from __future__ import annotations

import shlex
from math import isfinite
from typing import TYPE_CHECKING

from backwright.design.layers.attempts import told
from backwright.design.layers.remedies import told_who
from backwright.design.wording import digits, per_second, said, seconds
from backwright.faces.prose.design_check import said_full, said_numbers
from backwright.faces.prose.layout import TABLE_MIN, label, next_block, para, percent, table

if TYPE_CHECKING:
    from backwright.design.layers.solving import Judgement, Percentile, Solved, Swing, Use
    from backwright.usecases.design_solve import DesignSolved

PLOT = 31  # columns of the plot
RANGE = 22  # columns of the range above it
ROWS_SHOWN, ATTEMPTS_SHOWN, KINDS_SHOWN, SWINGS_SHOWN = 8, 3, 8, 5
WITHIN = "waits are approximations (Allen-Cunneen, layers)"


def solved(answer: DesignSolved, width: int) -> list[str]:
    """Return the solution."""
    found = answer.solved
    lines = para(" ".join(_sentences(answer)), width)
    if found.latency:
        lines += ["", *_latency(found, width), "", *para(_legend(found), width)]
    if len(found.by_entry) > 1:
        lines += ["", *_kinds(found, width)]
    if len(found.swings) > 1:
        lines += ["", *_tornado(found, width)]
    lines += ["", *_parts(found, width), ""]
    if found.why:
        lines += label("why", found.why, width)
    for text in found.beware:
        lines += label("beware", text, width)
    do = _do(found)
    if do:
        lines += label("do", do, width)
    lines += label("numbers", said_numbers(found.numbers), width)
    if found.left:
        lines += label(
            "left", f"not varied, for there are too many: {', '.join(found.left)}", width
        )
    names = [f"{name} ({skill})" for skill, name in answer.learn]
    lines += label("learn", "; ".join(names), width)
    return [*lines, "", *next_block(_commands(answer), width)]


def _sentences(answer: DesignSolved) -> list[str]:
    found, name = answer.solved, answer.name
    at = f"{digits(found.rate)} requests/s"
    if answer.users:
        at += f" ({answer.users:,} users)"
    full = said_full(found.bottleneck)
    breaks = digits(found.breaks_at)
    if found.decision == "unstable" and found.not_given:
        return [
            f"{name} is unstable at {digits(found.rate)} requests/s: {found.not_given}.",
            "No latency is given, because waiting grows without end.",
        ]
    if found.decision == "unstable":
        return [
            f"{name} breaks at {breaks} requests/s and you ask for {digits(found.rate)}: {full} unstable, offered {digits(found.offered)} of capacity.",
            f"{_range(found)}No latency is given, because waiting grows without end.",
        ]
    if found.decision == "not given":
        return [
            f"{name} carries {at} on average, but {found.not_given}.",
            _most(answer, breaks) if answer.users else f"It breaks at {breaks} requests/s.",
        ]
    told_ = [
        _judged(each, name if number == 0 else "It", at, found)
        for number, each in enumerate(found.judgements)
    ]
    if not told_:
        p99 = next(each for each in found.latency if each.percentile == 99.0)
        told_.append(
            f"{name} has a p99 of {seconds(p99.value)} at {at}; no target is written (slo: {{p99: 300 ms}})."
        )
    if isfinite(found.breaks_at) and answer.users:
        told_.append(f"{_most(answer, breaks)}{_between(found)}")
    elif isfinite(found.breaks_at):
        told_.append(f"Above {breaks} requests/s it is unstable: {full} full.{_between(found)}")
    return told_


def _most(answer: DesignSolved, breaks: str) -> str:
    """Return what a closed workload gets at most: users who wait send nothing, so it is never unstable."""
    return f"More than {breaks} requests/s it never carries: {said_full(answer.solved.bottleneck)} full then."


def _judged(each: Judgement, name: str, at: str, found: Solved) -> str:
    if each.percentile == 0:
        return _errors(each, name)
    what = f"p{digits(each.percentile)} <= {seconds(each.limit)}"
    span = (
        f"{seconds(each.low)} to {seconds(each.high)}"
        if isfinite(each.high)
        else f"{seconds(each.low)} to unstable"
    )
    if each.decision == "meets":
        over = f" over all that you assumed ({span})" if each.high > each.low else ""
        return f"{name} meets {what} at {at}{over}: {seconds(each.value)}."
    if each.decision == "misses":
        over = (
            f", and {seconds(each.low)} at the very best of what you assumed"
            if each.high > each.low
            else ""
        )
        return f"{name} misses {what} at {at}: {seconds(each.value)}{over}."
    if not each.by:
        return (
            f"{name} may or may not meet {what} at {at}: {span}, and no single assumption decides."
        )
    swing = next(s for s in found.swings if s.at == each.at)
    is_time = said(each.at, 1.0) == seconds(1.0)
    verb = "averages" if is_time else "is"
    return (
        f"{name} meets {what} at {at} only if {each.by} {verb} {each.side} {said(each.at, each.threshold)}."
        f" You assumed {_span(each.at, swing.low, swing.high)}, so this is not decided."
    )


def _span(at: str, low: float, high: float) -> str:
    """Return "150 to 220 ms": the unit once where it is the same."""
    first, last = said(at, low), said(at, high)
    unit = last.partition(" ")[2]
    return f"{first.removesuffix(f' {unit}') if unit else first} to {last}"


def _errors(each: Judgement, name: str) -> str:
    if each.decision == "undecided":
        return (
            f"{_share(each.value).capitalize()} of requests fail, and {_share(each.high)} at the worst of what you assumed, so errors"
            f" <= {_share(each.limit)} are not decided."
        )
    return f"{name} {each.decision} errors <= {_share(each.limit)}: {_share(each.value)} fail."


def _share(value: float) -> str:
    return "under 0.001 %" if 0 <= value < 1e-5 else f"{digits(100 * value)} %"


def _between(found: Solved) -> str:
    if found.breaks_high <= found.breaks_low * 1.005:
        return ""
    return (
        f" That is {digits(found.breaks_low)} to {digits(found.breaks_high)} over what you assumed."
    )


def _range(found: Solved) -> str:
    if found.breaks_high <= found.breaks_low * 1.005:
        return ""
    return f"Over what you assumed it breaks at {digits(found.breaks_low)} to {digits(found.breaks_high)}. "


# Percentiles


def _latency(found: Solved, width: int) -> list[str]:
    limits = [each.limit for each in found.latency if each.limit is not None]
    limit = max(limits, default=None)
    tops = [each.high for each in found.latency if isfinite(each.high)]
    top = 2 * limit if limit else _nice(max([*tops, *(each.value for each in found.latency)]))
    has_noise = any(each.noise is not None for each in found.latency)
    lines = []
    if width >= TABLE_MIN:
        ranges = "range" if len(found.swings) != 1 else _ranged(found.swings[0])
        ruler = f"0{f'SLO {_ms(limit)}':>{PLOT // 2 + 2}}" if limit else "0"
        lines.append(
            f"{'latency':<9}{'ms':>7}{'  noise' if has_noise else '':<9}{ranges:>20}   {ruler:<{PLOT - 8}}{_ms(top) + ' ms':>8}".rstrip()
        )
    for each in found.latency:
        name = f"p{digits(each.percentile)}"
        noise = f"+- {_ms(each.noise)}" if each.noise is not None else ""
        span = f"{_ms(each.low)} .. {_ms(each.high)}" if each.high > each.low else ""
        bar = plotted(each, limit, top)
        if width >= TABLE_MIN:
            lines.append(f"  {name:<7}{_ms(each.value):>7}{noise:>9}{span:>20}   {bar}".rstrip())
        else:
            given = f" {noise}" if noise else ""
            lines += [
                f"  {name:<6}{_ms(each.value)} ms{given}{f'  ({span})' if span else ''}",
                f"    {bar}".rstrip(),
            ]
    return lines


def plotted(each: Percentile, limit: float | None, top: float) -> str:
    """Return the range as a line of marks: o the estimate, = its range, | the limit, O both."""
    marks = [" "] * PLOT
    low, high = _column(each.low, top), _column(each.high, top)
    for column in range(low, min(high, PLOT - 1) + 1):
        marks[column] = "="
    if high >= PLOT:
        marks[PLOT - 1] = ">"
    here = min(_column(each.value, top), PLOT - 1)
    marks[here] = "o"
    if limit is not None:
        line = min(_column(limit, top), PLOT - 1)
        marks[line] = "O" if line == here else "|"
    return "".join(marks).rstrip()


def _column(value: float, top: float) -> int:
    return (
        PLOT if not isfinite(value) else round(value / top * (PLOT - 1)) if value <= top else PLOT
    )


def _nice(value: float) -> float:
    """Return a round number at or above a value."""
    step = 1e-6
    while step * 10 < value:
        step *= 10
    return next(step * each for each in (1, 2, 3, 4, 5, 6, 8, 10) if step * each >= value)


def _ms(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "unstable"
    return f"{value * 1000:,.0f}" if value >= 0.01 else digits(value * 1000)


def _ranged(swing: Swing) -> str:
    short = swing.name.rpartition(".")[2] if len(swing.name) > 8 else swing.name
    low, high = said(swing.at, swing.low), said(swing.at, swing.high)
    if low.partition(" ")[2] == high.partition(" ")[2] == "ms":  # the unit of the column
        return f"{short} {_bare(swing.at, swing.low)} .. {_bare(swing.at, swing.high)}"
    whole = f"{short} {low} .. {high}"
    return whole if len(whole) <= RANGE else "range"


def _bare(at: str, value: float) -> str:
    return said(at, value).partition(" ")[0]


def _legend(found: Solved) -> str:
    ranges = ""
    if len(found.swings) == 1:
        swing = found.swings[0]
        ranges = f" at {swing.name} {said(swing.at, swing.value)}; = what it can be over the range you assumed"
    elif found.swings:
        ranges = "; = what it can be with all assumptions at their best, or all at their worst"
    noise = [each.noise for each in found.latency if each.noise is not None]
    how = (
        "noise is the 95 % interval of the simulation"
        if noise
        else f"computed, not simulated: {WITHIN}"
    )
    exact = (
        f" The mean, {seconds(found.mean)}, is exact: nothing is held while something else is waited for,"
        " so each part queues as if it were alone (product form: Jackson, BCMP)."
        if found.is_mean_exact
        else ""
    )
    return f"o estimate{ranges}; {how}.{exact}"


def _kinds(found: Solved, width: int) -> list[str]:
    head = ("request", *(f"p{digits(each.percentile)}" for each in found.latency))
    rows = [
        (name, *(f"{_ms(value)} ms" for value in values))
        for name, values in found.by_entry[:KINDS_SHOWN]
    ]
    lines = table(head, rows, width, right=range(1, len(head)))
    if len(found.by_entry) > KINDS_SHOWN:
        lines.append(f"{len(found.by_entry) - KINDS_SHOWN} more: --json")
    return lines


def _tornado(found: Solved, width: int) -> list[str]:
    percentile = next(
        (each.percentile for each in reversed(found.latency) if each.limit is not None), 99.0
    )
    head = ("what decides", "assumed", f"p{digits(percentile)} then")
    rows = [
        (
            swing.name,
            f"{said(swing.at, swing.low)} .. {said(swing.at, swing.high)}",
            f"{_ms(swing.at_low)} .. {_ms(swing.at_high)} ms".replace("unstable ms", "unstable"),
        )
        for swing in found.swings[:SWINGS_SHOWN]
    ]
    lines = table(head, rows, width)
    if len(found.swings) > SWINGS_SHOWN:
        lines.append(f"{len(found.swings) - SWINGS_SHOWN} more, deciding less: --json")
    return lines


def _parts(found: Solved, width: int) -> list[str]:
    for head in (
        f"used at {per_second(found.rate)}",
        "used",
    ):  # the shorter where the longer does not fit
        rows = [_part(use) for use in found.uses[:ROWS_SHOWN]]
        lines = table(("what", head, "ceiling", "where the time goes"), rows, width, right=(1,))
        if len(lines) == len(rows) + 1:
            break
    if len(found.uses) > ROWS_SHOWN:
        lines.append(f"{len(found.uses) - ROWS_SHOWN} more, less used: --json")
    return lines


def _part(use: Use) -> tuple[str, str, str, str]:
    label_ = use.label.replace(", assumed)", ")")
    if use.kind == "external":
        return label_, "-", "limit not given", ""
    return label_, percent(use.used), per_second(use.ceiling), _time(use.held_s, use.account)


def _time(held: float, account: tuple[tuple[str, float], ...]) -> str:
    """Return "held 210 ms: 180 in payment"."""
    if held <= 0:
        return ""
    total = seconds(held)
    if len(account) < 2:
        return f"held {total}"
    who, most = account[0]
    unit = total.partition(" ")[2]
    part = seconds(most).removesuffix(f" {unit}")
    return f"held {total}: {part} {told_who(who) if who.startswith('waiting') else f'in {who}'}"


def _do(found: Solved) -> str:
    steps = []
    undecided = next(
        (each for each in found.judgements if each.decision == "undecided" and each.by), None
    )
    if undecided is not None:
        steps.append(f"Measure {undecided.by}: it decides")
    percentile = next(
        (each.percentile for each in reversed(found.latency) if each.limit is not None), 99.0
    )
    limit = next((each.limit for each in reversed(found.latency) if each.limit is not None), None)
    steps += [told(attempt, percentile, limit).rstrip(".") for attempt in found.do]
    shown = steps[:ATTEMPTS_SHOWN]
    if len(shown) == 1:
        return f"{shown[0]}."
    return " ".join(f"{number} {step}." for number, step in enumerate(shown, 1))


def _commands(answer: DesignSolved) -> list[tuple[str, str]]:
    found, path = answer.solved, shlex.quote(answer.path)
    rest = f"{path}{''.join(f' --set {shlex.quote(each)}' for each in answer.sets)}"
    rate = f" --rate {answer.rate}" if answer.rate else ""
    if found.decision == "unstable":
        return [
            (f"backwright design check {rest}{rate}", "the laws, and what else is wrong"),
            (f"backwright design size {rest}{rate}", "smallest fleet that holds"),
        ]
    commands = [(f"backwright design simulate {rest}{rate}", "with failures and noise")]
    if found.decision == "undecided":
        commands.insert(0, (f"backwright design calibrate {path}", "measure it on your server"))
    double = f"{found.rate * 2:.3g}" if not answer.users else ""
    commands.append(
        (
            f"backwright design size {rest}{f' --rate {double}' if double else ''}",
            "smallest fleet that holds",
        )
    )
    return commands


RENDER = {"DesignSolved": solved}
