"""Roles side by side. The answer names the trade, never a winner."""

from backwright.faces.prose.explore import span
from backwright.faces.prose.layout import hours, next_block, para, table
from backwright.usecases.explore import ComparedRole, Comparison

DEFINING_SHOWN = 4


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
    lines += para("No pay or demand figures: none that we could find has a source that holds.", width)
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
    names = [name for name, _ in per_role[0]]
    size = (width - 26) // len(answer.roles) - 2
    rows = [
        (name, *(facts[n][1][:size] for facts in per_role)) for n, name in enumerate(names)
    ]
    rows.append(("", *("" for _ in answer.roles)))
    for n in range(DEFINING_SHOWN):
        cells = [_defining(role, n, size, answer.measured) for role in answer.roles]
        if any(cells):
            head = "defining skills" if n == 0 else "  * = strong for you" if n == 1 and answer.measured else ""
            rows.append((head, *cells))
    rows.append(("technologies", *(", ".join(r.technologies[:2])[:size] for r in answer.roles)))
    return [*table(("", *(r.row.id[:size] for r in answer.roles)), rows, width), ""]


def _defining(role: ComparedRole, number: int, size: int, measured: bool) -> str:  # noqa: FBT001
    rest = len(role.defining) - DEFINING_SHOWN + 1
    if number == DEFINING_SHOWN - 1 and rest > 1:
        return f"+ {rest} more"
    if number >= len(role.defining):
        return ""
    target = role.defining[number]
    mark = " *" if measured and target.state == "strong" else ""
    return f"{target.name[: size - len(mark)]}{mark}"


def _record(role: ComparedRole, answer: Comparison, width: int) -> list[str]:
    lines = para(role.row.name, width)
    for name, value in _facts(role, answer):
        lines += para(f"{name}: {value}", width, "  ", "    ")
    names = ", ".join(target.name for target in role.defining)
    return lines + para(f"defining: {names}", width, "  ", "    ")


RENDER = {"Comparison": comparison}
