"""Simulations and comparisons as text: the sentence, percentiles with noise, how parts were used, what to do."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from backwright.design.drawn import plots
from backwright.design.wording import digits, is_or_are, listed, per_second, percent, seconds
from backwright.faces.prose.layout import few, label, next_block, para, table

if TYPE_CHECKING:
    from backwright.design.trials.judging import Judged
    from backwright.design.trials.simulating import Difference, Estimate
    from backwright.usecases.design_compare import Compared, Side
    from backwright.usecases.design_simulate import Simulated

PARTS_SHOWN, CALLS_SHOWN = 8, 6
SOME = 0.01  # of the requests failed: latencies of the rest must say so
CALM = 30.0  # s before and after a failure that it is compared with


def simulated(answer: Simulated, width: int) -> list[str]:
    """Return the answer of `design simulate`."""
    lines = para(_verdict(answer), width)
    if answer.latency:
        lines += ["", *_latency(answer, width)]
    lines += ["", *_parts(answer, width)]
    if answer.latency and answer.failed.value > SOME:
        text = f"latency is that of the {percent(1 - answer.failed.value)} of the requests that were answered"
        lines += ["", *label("note", text, width)]
    calls = [call for call in answer.calls if call.timeouts or call.refused]
    if calls:
        rows = [(c.name, digits(round(c.tries)), digits(round(c.timeouts)), digits(round(c.refused))) for c in calls[:CALLS_SHOWN]]  # fmt: skip
        lines += ["", *table(("calls per run", "tries", "timed out", "refused"), rows, width, right=(1, 2, 3))]  # fmt: skip
        if len(calls) > CALLS_SHOWN:
            lines.append(f"{len(calls) - CALLS_SHOWN} more: --json")
    if answer.queues:
        rows = [(q.name, digits(round(q.waiting, 1)), digits(round(q.at_end)), digits(round(q.dead_letters))) for q in answer.queues]  # fmt: skip
        lines += ["", *table(("queue", "waiting", "at the end", "given up"), rows, width, right=(1, 2, 3))]  # fmt: skip
    if answer.timeline.spans:
        lines += ["", *_timeline(answer, width)]
    lines += ["", *label("basis", _basis(answer), width)]
    return [*lines, "", *next_block(_next(answer), width)]


def _verdict(answer: Simulated) -> str:
    asked = per_second(answer.rate)
    if answer.unstable:
        answered = (
            f"{percent(1 - answer.failed.value)} of the requests were answered"
            if answer.requests
            else "no request was answered"
        )
        return (
            f"{answer.name} is unstable at {asked}: the {answer.unstable} {is_or_are(answer.unstable)} offered"
            f" {digits(answer.offered_share)} of capacity. No latency is given, because waiting grows"
            f" without end; {answered} in the"
            f" {seconds(answer.length)} that were simulated."
        )
    begin = "Stopped early, so this is less sure than asked. " if answer.stopped else ""
    if not answer.judged:
        p99 = _at(answer.latency, 99.0)
        return f"{begin}{answer.name} at {asked}: p99 {_noisy(p99)}. It has no objectives to be judged by."
    missed = [each for each in answer.judged if each.judgement == "misses"]
    open_ = [each for each in answer.judged if each.judgement == "not decided"]
    if missed:
        return f"{begin}{answer.name} misses {listed([_objective(each) for each in missed])} at {asked}."
    if open_:
        return (
            f"{begin}{answer.name} at {asked}: {listed([_objective(each) for each in open_])} is not"
            " decided; the noise reaches across the limit."
        )
    return f"{begin}{answer.name} meets {listed([_objective(each) for each in answer.judged])} at {asked}."  # fmt: skip


def _objective(each: Judged) -> str:
    if each.what == "errors":
        return f"errors <= {percent(each.limit)} (found {percent(each.value)})"
    found = seconds(each.value) if each.value < float("inf") else "no request answered"
    return f"{each.what} <= {seconds(each.limit)} (found {found})"


def _at(latency: tuple[Estimate, ...], point: float) -> Estimate | None:
    return next((each for each in latency if each.percentile == point), None)


def _noisy(at: Estimate | None) -> str:
    return f"{digits(at.value * 1000)} ms +- {digits(at.half * 1000)}" if at else "not known"


def _name(point: float) -> str:
    return f"p{point:g}" if point else "mean"


def _latency(answer: Simulated, width: int) -> list[str]:
    limits = {each.what: each for each in answer.judged}
    rows = []
    for each in answer.latency:
        said = limits.get(_name(each.percentile))
        slo = f"{digits(said.limit * 1000)}" if said else ""
        rows.append((_name(each.percentile), digits(each.value * 1000), f"+- {digits(each.half * 1000)}", slo, said.judgement if said else ""))  # fmt: skip
    head = ("latency", "ms", "noise", "SLO", "") if limits else ("latency", "ms", "noise", "", "")
    lines = table(head, rows, width, right=(1, 2, 3))
    failed = dict(answer.failed_by_entry)
    for name, latency in answer.by_entry:
        p50, p99 = _at(latency, 50.0), _at(latency, 99.0)
        lost = f", {percent(failed[name])} failed" if failed.get(name) else ""
        if p50 and p99:
            lines += para(f"{name}: p50 {digits(p50.value * 1000)} ms, p99 {_noisy(p99)}{lost}", width, "  ", "    ")  # fmt: skip
    return lines


def _parts(answer: Simulated, width: int) -> list[str]:
    parts = sorted(answer.parts, key=lambda part: -part.used)
    locks: set[str] = set()
    rows = []
    for part in parts:
        if part.name.startswith("lock "):  # one row for the busiest of many keys
            if part.name in locks:
                continue
            locks.add(part.name)
        rows.append(
            (
                f"{part.name} ({part.size})",
                percent(part.used),
                digits(round(part.waiting, 2)),
                str(part.peak_waiting),
                digits(round(part.refused)) if part.refused else "",
            )
        )
    lines = table(("what", "used", "waiting", "most", "refused"), rows[:PARTS_SHOWN], width, right=(1, 2, 3, 4))  # fmt: skip
    if len(rows) > PARTS_SHOWN:
        lines.append(f"{len(rows) - PARTS_SHOWN} more: --json")
    return lines


def _timeline(answer: Simulated, width: int) -> list[str]:
    shown = replace(answer.timeline, title="", note="", spans=(), rates=answer.timeline.rates[1:2], depths=answer.timeline.depths[:1])  # fmt: skip
    lines = plots.timeline(shown, width)
    for span in answer.timeline.spans:
        end = span.at + span.lasting
        parts = [
            f"{percent(_share(answer, max(0.0, span.at - CALM), span.at))} of the requests were answered before",
            f"{percent(_share(answer, span.at, end))} meanwhile",
            f"{percent(_share(answer, end, end + CALM))} in the {CALM:.0f} s after",
        ]
        text = f"{span.text} from {seconds(span.at)} to {seconds(end)}: {', '.join(parts)}"
        lines += ["", *label("failure", text, width)]
    return lines


def _share(answer: Simulated, start: float, end: float) -> float:
    span = slice(int(start), max(int(start) + 1, int(end)))
    by_role = {series.role: sum(series.values[span]) for series in answer.timeline.rates}
    ended = by_role["good"] + by_role["failed"]
    return by_role["good"] / ended if ended else 0.0


def _basis(answer: Simulated) -> str:
    runs = few(answer.runs, "run")
    text = (
        f"{runs} of {seconds(answer.length)}, the first {seconds(answer.warmup)} not counted;"
        f" {answer.requests:,} requests; noise is the 95 % interval over the runs; seed {answer.seed}"
    )
    if answer.cut_at:
        text += f"; runs were ended from {seconds(answer.cut_at)} on, when over 400,000 requests waited at once"
    if answer.assumed:
        shown = ", ".join(answer.assumed[:3]) + (" ..." if len(answer.assumed) > 3 else "")
        text += f"; {few(len(answer.assumed), 'number')} assumed and taken at the middle ({shown}): design solve shows what they may change"
    return text


def _next(answer: Simulated) -> list[tuple[str, str]]:
    where, keep = shlex.quote(answer.path), kept(answer.settings)
    rate = "" if answer.users else f" --rate {answer.rate:g}"  # users make their own rate
    size = f" --rate {2 * answer.rate:.3g}" if answer.users else ""
    if answer.unstable:
        return [
            (f"backwright design check {where}{rate}{keep}", "why, and the least that is stable"),
            (f"backwright design size {where}{rate}{keep}", "the smallest fleet that holds"),
        ]
    if any("arrivals" in span.text for span in answer.timeline.spans):
        return [
            (f"backwright design sweep {where} --defences{keep}", "what helps against a burst"),
            (f"backwright design solve {where}{rate}{keep}", "where the time goes"),
        ]
    return [
        (f"backwright design solve {where}{rate}{keep}", "where the time goes, what is assumed"),
        (f"backwright design size {where}{size}{keep}", "the smallest fleet that holds"),
        (f"backwright design calibrate {where}", "measure it on your server"),
    ]


def compared(answer: Compared, width: int) -> list[str]:
    """Return the answer of `design compare`."""
    lines = para(_winner(answer), width)
    if answer.differences:
        rows = [
            (
                _name(d.percentile),
                digits(d.first * 1000),
                digits(d.second * 1000),
                _signed(d.value),
                f"{_signed(d.low)} .. {_signed(d.high)}",
                "" if d.is_sure else "not sure",
            )
            for d in answer.differences
        ]
        head = ("latency", "first ms", "second ms", "change", "95 % interval", "")
        lines += ["", *table(head, rows, width, right=(1, 2, 3))]
    for name, found in answer.by_entry:
        p50, p99 = (next((d for d in found if d.percentile == each), None) for each in (50.0, 99.0))
        if p50 and p99:
            lines += para(f"{name}: {_moved('p50', p50)}; {_moved('p99', p99)}", width, "  ", "    ")  # fmt: skip
    lines += [""]
    for word, side in (("first", answer.first), ("second", answer.second)):
        lines += label(word, _side(side, answer), width)
    if answer.changes:
        lines += label("changed", "; ".join(answer.changes), width)
    basis = (
        f"{answer.runs} pairs of runs of {seconds(answer.length)} with the same arrivals and the"
        f" same draws where the two are alike; seed {answer.seed}"
    )
    lines += label("basis", basis, width)
    where = shlex.quote(answer.path)
    keep = kept(answer.changes)
    rate = f" --rate {answer.rate:g}" if answer.rate else ""
    commands = [
        (f"backwright design solve {where}{rate}{keep}", "where the time goes"),
        (f"backwright design draw {where} --format adr{keep}", "write the decision down"),
    ]
    return [*lines, "", *next_block(commands, width)]


def kept(settings: tuple[str, ...]) -> str:
    """Return the settings of an answer as options of the next command."""
    said = " ".join(shlex.quote(each) for each in settings)
    return f" --set {said}" if said else ""


def _winner(answer: Compared) -> str:
    one, two = answer.first, answer.second
    asked = f" at {per_second(answer.rate)}" if answer.rate else ""
    if one.unstable or two.unstable:
        broken = [side for side in (one, two) if side.unstable]
        said = [
            f"{side.name} is unstable (the {side.unstable} {is_or_are(side.unstable)} offered"
            f" {digits(side.offered_share)} of capacity)"
            for side in broken
        ]
        return f"{listed(said)}{asked}, so latencies cannot be compared."
    p99 = next((d for d in answer.differences if d.percentile == 99.0), None)
    p50 = next((d for d in answer.differences if d.percentile == 50.0), None)
    if p99 is None or p50 is None:
        return f"Too few requests were answered to compare{asked}."
    said = [_change("p99", p99), _change("p50", p50)]
    return f"{two.name} against {one.name}{asked}: {', '.join(said)}."


def _change(name: str, found: Difference) -> str:
    if not found.is_sure:
        return f"no sure difference at {name}"
    word = "slower" if found.value > 0 else "faster"
    half = (found.high - found.low) / 2
    return f"{name} is {digits(abs(found.value) * 1000)} ms +- {digits(half * 1000)} {word}"


def _signed(value: float) -> str:
    """Return a difference in ms with its sign."""
    return f"{'+' if value > 0 else ''}{digits(value * 1000)}"


def _moved(name: str, found: Difference) -> str:
    sure = "" if found.is_sure else ", not sure"
    return f"{name} from {seconds(found.first)} to {seconds(found.second)}{sure}"


def _side(side: Side, answer: Compared) -> str:
    said = [side.name]
    if side.unstable:
        said.append(f"unstable at {side.unstable}")
    said.append(f"{percent(side.failed.value)} failed")
    said += [
        (
            f"{each.judgement} {each.what} <="
            f" {seconds(each.limit) if each.what != 'errors' else percent(each.limit)}"
        )
        for each in side.judged
    ]
    if side.cost:
        said.append(f"{digits(side.cost)} {answer.currency} per hour")
    return "; ".join(said)


RENDER = {"Simulated": simulated, "Compared": compared}
