"""Advice on splitting as text: the verdict, the numbers, the parts, the steps."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import few, heading, label, next_block, para, percent, table

if TYPE_CHECKING:
    from backwright.advise.split import Candidate
    from backwright.usecases.advise_split import SplitAdvice

MODULES_SHOWN, PARTS_SHOWN = 10, 3
FIRST = {
    "don't": "Don't split {name}: {why}.",
    "not yet": "Do not split {name} yet: {why}.",
    "possible": "{name} could be split: {why}.",
}


def advised(answer: SplitAdvice, width: int) -> list[str]:
    """Return the advice."""
    advice = answer.advice
    lines = para(FIRST[advice.verdict].format(name=answer.name, why="; ".join(advice.why)), width)
    history = f"{answer.commits:,} commits" if answer.commits else "no git history"
    lines += [
        "",
        *label(
            "read",
            f"{answer.lines:,} lines in {few(len(advice.modules), 'module')}; imports, calls, tables, {history}",
            width,
        ),
    ]
    lines += label(
        "numbers",
        f"modularity {advice.modularity:.2f} (structure from 0.30); a change of one module reaches {percent(advice.propagation)} of the others",
        width,
    )
    rows = [
        (
            m.name,
            f"{m.lines:,}",
            str(m.used),
            str(m.uses),
            "-" if m.instability is None else f"{m.instability:.2f}",
            "-" if m.distance is None else f"{m.distance:.2f}",
            "cycle" if m.in_cycle else "",
        )
        for m in sorted(advice.modules, key=lambda m: -m.lines)[:MODULES_SHOWN]
    ]
    lines += [
        "",
        *table(
            ("module", "lines", "used", "uses", "unstable", "distance", ""),
            rows,
            max(width, 40),
            right=(1, 2, 3, 4, 5),
        ),
    ]
    if len(advice.modules) > MODULES_SHOWN:
        lines.append(f"{len(advice.modules) - MODULES_SHOWN} more: --json")
    for candidate in advice.candidates[:PARTS_SHOWN]:
        lines += ["", *_part(candidate, width)]
    if advice.verdict != "possible":
        lines += ["", *heading("Instead")]
        for text in advice.instead:
            lines += para(text, width, "  ", "  ")
    lines += [
        "",
        *label(
            "changes", "this answer would change with " + "; or ".join(advice.would_change), width
        ),
    ]
    lines += label(
        "source",
        "Newman 2006 (modularity); Martin, Clean Architecture (instability, distance); Fowler, MonolithFirst",
        width,
    )
    where = shlex.quote(answer.path)
    commands = [
        (f"backwright map {where} --format html -o map.html", "the modules as a picture"),
        (f"backwright review {where} --rule module-cycle", "the cycles, with their imports"),
        ("backwright learn arch.decomposition", "when and how to divide"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _part(made: Candidate, width: int) -> list[str]:
    ready = "ready to be cut" if made.is_ready else "not ready"
    more = f" and {len(made.modules) - 1} more" if len(made.modules) > 1 else ""
    lines = para(
        f"{made.name}{more}: {ready}, {made.lines:,} lines, {few(made.endpoints, 'endpoint')}",
        width,
    )
    if len(made.modules) > 1:
        lines += _in("parts", ", ".join(made.modules), width)
    for text in made.reasons:
        lines += _in("for", text, width)
    for text in made.against:
        lines += _in("against", text, width)
    for crossing in made.crossing[:3]:
        lines += _in(
            "crosses",
            f"{crossing.source} -> {crossing.target}: {crossing.imports} imports, {crossing.calls} calls, {crossing.example}",
            width,
        )
    for number, step in enumerate(made.steps, 1):
        lines += _in("step" if number == 1 else "", f"{number} {step}", width)
    return lines


def _in(name: str, text: str, width: int) -> list[str]:
    return para(text, width, f"  {name:<9}", " " * 13 if name in ("step", "") else " " * 11)


RENDER = {"SplitAdvice": advised}
