"""Roles side by side. The answer names the trade, never a winner."""

import textwrap

from backwright.faces.prose.explore import span
from backwright.faces.prose.layout import hours, next_block, para
from backwright.usecases.explore import ComparedRole, Comparison

DEFINING_SHOWN = 4
FIRST = 25  # columns of the names


def comparison(answer: Comparison, width: int) -> list[str]:
    """Return the roles as columns, or as records where columns do not fit."""
    roles = answer.roles
    closest = min(roles, key=lambda r: r.row.hours_p50)
    others = [r for r in roles if r is not closest]
    ahead = min(r.row.hours_p50 for r in others) - closest.row.hours_p50
    whose = "closest to you" if answer.measured else "closest from zero"
    text = f"{closest.row.name} is {whose}, by {hours(ahead)} hours."
    if closest is roles[0]:
        told = [f"{r.row.name} costs {hours(r.hours_from_first)} hours more" for r in roles[1:]]
        text += f" From there {', '.join(told)}."
    lines = [*para(text, width), ""]
    if width >= 70 and len(roles) <= 3:
        lines += _columns(answer, width)
    else:
        for role in roles:
            lines += [*_record(role, answer, width), ""]
    lines += para(
        "No pay or demand figures: none that we could find has a source that holds.", width
    )
    lines += [""]
    first, second = roles[0].row.id, roles[1].row.id
    commands = [
        (f"backwright explore {first}", "opened"),
        (f"backwright roadmap --role {second} --from-role {first}", "what a switch takes"),
    ]
    return lines + next_block(commands, width)


def _facts(role: ComparedRole, answer: Comparison) -> list[tuple[str, str]]:
    row = role.row
    facts = [
        ("hours (P80)", f"{hours(row.hours_p50)} ({hours(row.hours_p80)})"),
        (f"months at {hours(answer.hours_per_week)} h a week", span(row)),
        ("targets", str(row.targets)),
    ]
    if answer.measured:
        facts[2] = ("targets you meet", f"{row.met} of {row.targets}")
        facts += [("gaps", str(row.gaps)), ("not known yet", str(row.open))]
    first = role is answer.roles[0]
    facts += [
        ("shared with the first", "-" if first else str(role.shared_with_first)),
        ("hours from the first", "-" if first else hours(role.hours_from_first)),
        ("nearest role from there", role.nearest),
    ]
    return facts


def _columns(answer: Comparison, width: int) -> list[str]:
    per_role = [_facts(role, answer) for role in answer.roles]
    size = (width - FIRST) // len(answer.roles) - 2
    lines = _row("", [role.row.id for role in answer.roles], size)
    for n, (name, _) in enumerate(per_role[0]):
        lines += _row(name, [facts[n][1] for facts in per_role], size)
    lines.append("")
    for n in range(DEFINING_SHOWN):
        cells = [_defining(role, n, measured=answer.measured) for role in answer.roles]
        heads = ("defining skills", "  * = strong for you" if answer.measured else "")
        if any(cells):
            lines += _row(heads[n] if n < len(heads) else "", cells, size)
    lines.append("")
    lines += _row("technologies", [", ".join(r.technologies[:4]) for r in answer.roles], size)
    return [*lines, ""]


def _row(name: str, cells: list[str], size: int) -> list[str]:
    """Return one row whose cells wrap inside their columns."""
    wrapped = [textwrap.wrap(cell, size) or [""] for cell in cells]
    lines = []
    for n in range(max(len(cell) for cell in wrapped)):
        parts = [(cell[n] if n < len(cell) else "").ljust(size + 2) for cell in wrapped]
        lines.append(f"{name if n == 0 else '':<{FIRST}}{''.join(parts)}".rstrip())
    return lines


def _defining(role: ComparedRole, number: int, *, measured: bool) -> str:
    rest = len(role.defining) - DEFINING_SHOWN + 1
    if number == DEFINING_SHOWN - 1 and rest > 1:
        return f"+ {rest} more"
    if number >= len(role.defining):
        return ""
    target = role.defining[number]
    return target.name + (" *" if measured and target.state == "strong" else "")


def _record(role: ComparedRole, answer: Comparison, width: int) -> list[str]:
    lines = para(role.row.name, width)
    for name, value in _facts(role, answer):
        lines += para(f"{name}: {value}", width, "  ", "    ")
    names = ", ".join(target.name for target in role.defining)
    return lines + para(f"defining: {names}", width, "  ", "    ")


RENDER = {"Comparison": comparison}
