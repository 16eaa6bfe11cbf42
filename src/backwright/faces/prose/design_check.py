"""A blueprint checked by law: where it breaks, the ceilings, why, what to do, what is wrong anyway."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.design.wording import digits, listed, per_second
from backwright.faces.prose.layout import few, heading, label, next_block, para, percent, table

if TYPE_CHECKING:
    from backwright.design.layers.lint import Warned
    from backwright.design.layers.provenance import Numbers
    from backwright.usecases.design_check import DesignChecked

ROWS_SHOWN, HINTS_SHOWN, LEARN_SHOWN = 12, 3, 3
NAME = 23  # columns of a warning's name
NARROW = 60


def checked(answer: DesignChecked, width: int) -> list[str]:
    """Return the check."""
    found = answer.checked
    lines = para(first_sentence(answer), width)
    shown = found.ceilings[:ROWS_SHOWN]
    rows = [
        (
            c.label,
            per_second(c.offered),
            per_second(c.can_do),
            percent(c.used),
            f"  {c.state}",
        )
        for c in shown
    ]
    if rows:
        lines += ["", *table(("", "offered", "can do", "used", ""), rows, width, right=(1, 2, 3))]
    if len(found.ceilings) > len(shown):
        lines.append(f"{len(found.ceilings) - len(shown)} more, less used: --json")
    lines.append("")
    if found.why:
        lines += label("why", found.why, width)
    if found.do:
        lines += label("do", " ".join(found.do), width)
    if found.room:
        lines += label("room", "; ".join(found.room), width)
    for each in found.connections:
        if each.most > each.now:
            text = f"{each.store} is asked for {each.now} connections, scaled out {each.most}, and accepts {each.accepts}"
            lines += label("connect", text, width)
    lines += _warnings(answer, width)
    lines += label("numbers", said_numbers(found.numbers), width)
    names = [f"{name} ({skill})" for skill, name in answer.learn[:LEARN_SHOWN]]
    lines += label("learn", "; ".join(names), width)
    return [*lines, "", *next_block(_commands(answer), width)]


def first_sentence(answer: DesignChecked) -> str:
    """Return the answer in a sentence or two."""
    found, name = answer.checked, answer.name
    asked = f"{digits(found.rate)} requests/s"
    if found.breaks_at is None and any(each.kind != "limit" for each in found.ceilings):
        return f"{name}: nothing in it takes time, so no load makes it unstable. Say how long each step takes."
    if found.breaks_at is None:
        return f"{name}: nothing in it is limited in number, so no load makes it unstable. Say how many workers, cores, servers or connections there are."
    breaks = f"{digits(found.breaks_at)} requests/s"
    full = said_full(found.bottleneck)
    if found.verdict == "saturated":
        return (
            f"{name} carries at most {breaks} and {found.users:,} users could ask for {digits(found.rate)}:"
            f" {full} full, and users wait until the load fits."
        )
    if found.held:
        return f"{name} is unstable at {asked}: {found.held}. No latency is given, because waiting grows without end."
    if found.verdict == "unstable":
        return (
            f"{name} breaks at {breaks} and you ask for {digits(found.rate)}: {full} unstable, offered"
            f" {digits(found.offered)} of capacity. No latency is given, because waiting grows without end."
        )
    who = f" ({found.users:,} users)" if found.users else ""
    return (
        f"{name} is stable at {asked}{who} and breaks at {digits(found.breaks_at)}: {full} full first,"
        f" today {percent(found.offered)} used."
    )


PARTS = ("workers", "cores", "loops", "consumers", "replicas", "pool", "lock")


def said_full(label_: str) -> str:
    """Return "the orders workers are", "the db pool is", "postgres is"."""
    plain = label_.partition(" (")[0]
    part = next((each for each in PARTS if plain.endswith(f" {each}")), "")
    return f"{'the ' if part else ''}{plain} {'are' if part.endswith('s') else 'is'}"


def _warnings(answer: DesignChecked, width: int) -> list[str]:
    found = answer.checked
    warnings = [w for w in found.warnings if w.level == "warning"]
    hints = [w for w in found.warnings if w.level == "hint"]
    lines: list[str] = []
    for what, some, most in (("warning", warnings, len(warnings)), ("hint", hints, HINTS_SHOWN)):
        if some:
            lines += ["", *heading(few(len(some), what))]
            for each in some[:most]:
                lines += warned(each, answer.path, width)
            if len(some) > most:
                lines.append(f"  {len(some) - most} more: --json")
    return [*lines, ""]


def warned(each: Warned, path: str, width: int) -> list[str]:
    """Return one warning: its name, where it is, what it says."""
    where = f"{path}:{each.line}" if each.line else path
    if width < NARROW:
        return [
            *para(f"{each.name}  {where}", width, "  ", "    "),
            *para(each.text, width, "    "),
        ]
    return _columns(each.name, where, each.text, width)


def _columns(name: str, where: str, text: str, width: int) -> list[str]:
    lead = f"  {name:<{NAME}}{where}  "
    if len(lead) > width // 2:
        return [lead.rstrip(), *para(text, width, " " * (NAME + 2))]
    return para(text, width, lead, " " * len(lead))


def said_numbers(numbers: Numbers) -> str:
    """Return where the numbers come from."""
    assumed = f"{len(numbers.assumed)} assumed"
    if numbers.assumed:
        assumed += (
            f" ({listed(list(numbers.assumed[:4]))}{' ...' if len(numbers.assumed) > 4 else ''})"
        )
    said = f"{numbers.measured} measured, {numbers.cited} cited, {assumed}"
    if numbers.shapes:
        shapes = listed(list(numbers.shapes[:3])) + (" ..." if len(numbers.shapes) > 3 else "")
        said += f"; spread of {shapes} not given, taken as exponential"
    return said


def _commands(answer: DesignChecked) -> list[tuple[str, str]]:
    found = answer.checked
    rest = f"{shlex.quote(answer.path)}{''.join(f' --set {shlex.quote(each)}' for each in answer.sets)}"
    rate = f" --rate {answer.rate}" if answer.rate else ""
    lower = f"{found.breaks_at * 0.7:.3g}" if found.breaks_at is not None else ""
    size = (f"backwright design size {rest}{rate}", "the smallest fleet that holds")
    commands = [(f"backwright design solve {rest}{rate}", "latency, and what decides it"), size]
    if found.verdict != "ok" and lower:
        commands[0] = (
            f"backwright design solve {rest} --rate {lower}",
            "at a load that it carries",
        )
    if answer.learn:
        commands.append((f"backwright learn {answer.learn[0][0]}", ""))
    return commands


RENDER = {"DesignChecked": checked}
