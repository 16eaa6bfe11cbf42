"""A calibrated and a validated blueprint as text: what was measured, how sure, what changes, what to do next."""

from __future__ import annotations

import shlex
from math import isfinite
from typing import TYPE_CHECKING

from backwright.design.wording import digits, per_second, percent, seconds
from backwright.faces.prose.layout import few, heading, label, next_block, para, table

if TYPE_CHECKING:
    from backwright.design.measured.comparing import Effect, Span
    from backwright.design.measured.fitting import Estimate, OperationFit
    from backwright.usecases.design_calibrate import Calibrated, Loaded
    from backwright.usecases.validation import Compared, Intervention, Validated

SECTIONS_SHOWN, CHANGES_SHOWN = 8, 10


def calibrated(answer: Calibrated, width: int) -> list[str]:
    """Return what was measured."""
    count = len(answer.changes)
    numbers = few(count, "number")
    if answer.died:
        first = (
            f"The server stopped answering; {numbers} of {answer.name} could be measured before."
        )
    elif not count:
        first = f"No number of {answer.name} could be measured."
    elif answer.written:
        first = f"{numbers} of {answer.name} {'is' if count == 1 else 'are'} measured now, written to {answer.written}."
    else:
        first = f"{numbers} of {answer.name} can be measured ones; nothing is written yet."
    lines = para(first, width)
    lines += _warning(answer.options, width)
    if answer.loads:
        lines += ["", *_loads(answer.loads, width)]
    for operation in answer.fit.operations:
        lines += ["", *_operation(operation, width)]
    lines += _cpu(answer, width)
    if answer.ceilings:
        least = answer.ceilings[0]
        lines += [
            "",
            *label(
                "ceiling", f"{per_second(least.rate)} at most by {least.what}: {least.why}", width
            ),
        ]
    lines += _changes(answer, width)
    if answer.homeless:
        lines.append("")
        for text in answer.homeless:
            lines += label("do", text, width)
    lines += _unread(answer, width)
    lines += [
        "",
        *label("basis", f"intervals are 95 %, over blocks of requests; seed {answer.seed}", width),
    ]
    return [*lines, "", *next_block(_after_calibrating(answer), width)]


def _changes(answer: Calibrated, width: int) -> list[str]:
    if not answer.changes:
        return []
    lines = ["", *heading("Changed" if answer.written else "Would change")]
    for change in answer.changes[:CHANGES_SHOWN]:
        old = " ".join(change.old.split())
        lines += para(f"{change.at} (line {change.line})", width, "  ", "    ")
        lines += para(old, width, "    was ", "      ")
        lines += para(change.new, width, "    now ", "      ")
    if len(answer.changes) > CHANGES_SHOWN:
        lines.append(f"  {len(answer.changes) - CHANGES_SHOWN} more: --json")
    return lines


def _unread(answer: Calibrated, width: int) -> list[str]:
    lines = []
    for path, line, why in answer.unread[:3]:
        lines += label("unread", f"{path}:{line}: {why}", width)
    if answer.unread_count > 3:
        lines += label("unread", f"{answer.unread_count - 3} more lines", width)
    return lines


def _after_calibrating(answer: Calibrated) -> list[tuple[str, str]]:
    where = shlex.quote(answer.written or answer.path)
    again = f"backwright design calibrate {where} {answer.options}".rstrip()
    if answer.died:
        return [(f"backwright design check {where}", "where it breaks on paper")]
    commands = []
    if answer.changes and not answer.written:
        commands.append((f"{again} --write", "write them"))
    if answer.loads:
        commands.append(
            (
                f"backwright design validate {where} {_reaching(answer.options)}".rstrip(),
                "predict, run, compare",
            )
        )
    commands.append((f"backwright design solve {where}", "where it breaks now"))
    return commands


REACHING = ("url", "serve", "env", "body", "header", "system", "i-own-this-host")


def _reaching(options: str) -> str:
    """Return those options that say how the service is reached; both verbs know them."""
    kept: list[str] = []
    takes = False
    for word in shlex.split(options):
        if word.startswith("--"):
            takes = word[2:] in REACHING
        if takes:
            kept.append(shlex.quote(word))
    return " ".join(kept)


def _warning(options: str, width: int) -> list[str]:
    if "--i-own-this-host" not in options:
        return []
    return label(
        "warning",
        "load was sent to a host that is not this machine, because you said that it is yours",
        width,
    )


def _loads(loads: tuple[Loaded, ...], width: int) -> list[str]:
    rows = []
    for load in loads:
        ok = dict(load.outcomes).get("ok", 0)
        rows.append((
            per_second(load.rate), f"{ok:,} of {load.requests:,}", _span(load.p50), _span(load.p99),
            seconds(load.lag_p99), "-" if load.foreign is None else percent(load.foreign),
        ))  # fmt: skip
    lines = table(
        ("load", "answered", "p50", "p99", "late", "others"), rows, width, right=(1, 2, 3, 4, 5)
    )
    for load in loads:
        lost = ", ".join(f"{n:,} {name}" for name, n in load.outcomes if name != "ok")
        if lost:
            lines += label("lost", f"at {per_second(load.rate)}: {lost}", width)
        if load.trouble:
            lines += label("doubt", f"at {per_second(load.rate)}: {load.trouble}", width)
    return lines


def _span(span: Span) -> str:
    if not isfinite(span.value):
        return "-"
    return f"{seconds(span.value)} ({_bare(span.low)}-{_bare(span.high)})"


def _bare(value: float) -> str:
    return seconds(value).partition(" ")[0] if value < 1 else digits(value)


def _operation(operation: OperationFit, width: int) -> list[str]:
    rows = [("whole time in the server", _estimate(operation.wall), "")]
    if operation.cpu is not None:
        rows.append(("CPU of a request", _estimate(operation.cpu), "demand"))
    if operation.own is not None and operation.cpu is not None:
        rows.append(("  of it in the application", _estimate(operation.own), ""))
    rows += [
        (section.name, _estimate(section.time), "waiting" if section.is_wait else "demand")
        for section in operation.sections[:SECTIONS_SHOWN]
    ]
    left = len(operation.sections) - SECTIONS_SHOWN
    if left > 0:
        rows.append((f"{left} more sections", "--json", ""))
    if operation.network > 0:
        rows.append(("client and network", f"{seconds(operation.network)} (median)", ""))
    return table((operation.name, "mean", ""), rows, width)


def _estimate(estimate: Estimate) -> str:
    high = seconds(estimate.high) if isfinite(estimate.high) else "?"
    return f"{seconds(estimate.value)} ({seconds(estimate.low)} .. {high}) of {estimate.count:,}"


def _cpu(answer: Calibrated, width: int) -> list[str]:
    cpu = answer.fit.cpu
    if cpu is None or len(cpu.levels) < 2:
        return []
    each = ", ".join(f"{seconds(e.value)} at {per_second(rate)}" for rate, e in cpu.levels)
    if not cpu.depends_on_load:
        return label("load", f"CPU of a request is the same at each load: {each}", width)
    return label(
        "load",
        f"CPU of a request depends on the load: {each}; {seconds(cpu.marginal.value)} for each and"
        f" {seconds(max(0.0, cpu.fixed.value))} each second whatever comes. The highest load counts",
        width,
    )


def validated(answer: Validated, width: int) -> list[str]:
    """Return how right the predictions were."""
    lines = para(_first(answer), width)
    lines += _warning(answer.options, width)
    if answer.loads:
        lines += ["", *_compared(answer.loads, width)]
    for tried in answer.interventions:
        lines += ["", *_intervention(tried, width)]
    lines.append("")
    ceiling = f"{answer.ceiling_of} gives out at {per_second(answer.ceiling)} at most"
    lines += label("ceiling", ceiling, width)
    added = f"client and network add {seconds(answer.network)}, measured at a low load and added to every prediction"
    lines += label("basis", f"{added}; intervals are 95 %; seed {answer.seed}", width)
    if answer.report:
        lines += label("report", answer.report, width)
    where = shlex.quote(answer.path)
    commands = [
        (
            f"backwright design calibrate {where} {_reaching(answer.options)}".rstrip(),
            "measure what it rests on",
        )
    ]
    if answer.verdict == "ok":
        commands = [(f"backwright design size {where}", "now that it can be believed")]
    return [*lines, "", *next_block(commands, width)]


def _first(answer: Validated) -> str:
    right = sum(each.is_right for each in answer.loads if each.counts)
    believed = sum(each.counts for each in answer.loads)
    if answer.died:
        return f"The server stopped answering at {per_second(answer.loads[-1].rate)}; {right} of {believed} loads before were predicted."
    if answer.verdict == "partly" and not answer.stopped:
        return f"Nothing can be said about {answer.name}: no run was free of interference."
    signs = [each.sign_right for each in answer.interventions]
    text = (
        f"{answer.name} was predicted at {right} of {believed} loads"
        if believed
        else f"{answer.name} was changed"
    )
    if signs:
        text += (
            f"; the effect of a change had the right sign in {signs.count(True)} of {len(signs)}"
        )
    if answer.rejected:
        text += f"; {few(answer.rejected, 'load')} not counted because of interference"
    return ("Stopped. " if answer.stopped else "") + text + "."


def _compared(loads: tuple[Compared, ...], width: int) -> list[str]:
    rows = [
        (
            per_second(each.rate), seconds(each.p50.value), f"{seconds(each.same_p50.value)} {each.error_p50 * 100:+.0f} %",
            _span(each.p99), f"{seconds(each.same_p99.value)} {each.error_p99 * 100:+.0f} %",
            "not counted" if not each.counts else "right" if each.is_right else "wrong",
        )
        for each in loads
    ]  # fmt: skip
    lines = table(
        ("load", "p50", "predicted", "p99", "predicted", ""), rows, width, right=(1, 2, 3, 4)
    )
    for each in loads:
        told = []
        if each.failed or each.same_failed > 0.0005:
            told.append(f"{percent(each.failed)} failed, {percent(each.same_failed)} predicted")
        if each.trouble:
            told.append(each.trouble)
        if told:
            lines += label(
                "doubt" if each.trouble else "failed",
                f"at {per_second(each.rate)}: {'; '.join(told)}",
                width,
            )
    return lines


def _intervention(tried: Intervention, width: int) -> list[str]:
    words = {True: "right", False: "wrong", None: "not decided"}
    lines = para(
        f"{tried.change} at {per_second(tried.rate)}: the sign was {words[tried.sign_right]}", width
    )
    lines += para(f"predicted  p99 {_effect(tried.predicted)}", width, "  ", "    ")
    if tried.measured is not None:
        lines += para(
            f"measured   p99 {_effect(tried.measured)}, {few(tried.pairs, 'pair')} of runs",
            width,
            "  ",
            "    ",
        )
    if tried.rejected:
        lines += para(
            f"{few(tried.rejected, 'pair')} not counted because of interference",
            width,
            "  ",
            "    ",
        )
    return lines


def _effect(effect: Effect) -> str:
    return f"x {digits(effect.ratio)} ({digits(effect.low)} .. {digits(effect.high)})"


RENDER = {"Calibrated": calibrated, "Validated": validated}
