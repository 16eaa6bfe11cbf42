"""Roles as text: the list as seen from where the person stands, and one role opened."""

from backwright.faces.prose.layout import few, hours, label, next_block, para, table
from backwright.usecases.explore import Neighbour, RoleCard, RoleList, RoleRow, TargetRow

SHOWN_NEEDED = 6
STATES = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}


def span(row: RoleRow) -> str:
    """Return months as "6-8"."""
    low, high = round(row.months_p50), round(row.months_p80)
    return f"{low}-{high}" if high > low else f"{low}"


def role_list(answer: RoleList, width: int) -> list[str]:
    """Return every role, the closest first."""
    first = answer.roles[0]
    where = "to you is" if answer.measured else "from zero is"
    lines = para(
        f"{len(answer.roles)} roles. The closest {where} {first.name}: about"
        f" {hours(first.hours_p50)} hours (P80 {hours(first.hours_p80)}), {span(first)} months at"
        f" {hours(answer.hours_per_week)} hours a week.",
        width,
    )
    met = "targets you meet" if answer.measured else "targets"
    head = ("role", "hours P50", "P80", f"months at {hours(answer.hours_per_week)} h/week", met)
    rows = [
        (
            row.id,
            hours(row.hours_p50),
            hours(row.hours_p80),
            span(row),
            f"{row.met} of {row.targets}" if answer.measured else str(row.targets),
        )
        for row in answer.roles
    ]
    lines += ["", *table(head, rows, width, right=(1, 2, 3, 4)), ""]
    if answer.measured:
        basis = (
            f"your {few(answer.answers, 'answer')}; hours are one author's guess for a median"
            " learner, mid level. Skills not known yet count with their chance of being there."
        )
    else:
        basis = (
            "nothing is known about you yet, so hours count from zero; they are one author's guess"
            " for a median learner, mid level."
        )
    lines += [*label("basis", basis, width), ""]
    compare = " ".join(row.id for row in answer.roles[:2])
    commands = [(f"backwright explore {first.id}", "what the work is")]
    if not answer.measured:
        commands = [("backwright assess", "hours from where you really are"), *commands]
    commands += [(f"backwright explore --compare {compare}", "side by side")]
    return lines + next_block(commands, width)


def _targets(rows: list[TargetRow], *, measured: bool) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"  {row.name}",
            row.level_name,
            STATES[row.state] if measured else "",
            hours(row.hours) if row.hours else "",
        )
        for row in rows
    ]


def role_card(answer: RoleCard, width: int) -> list[str]:
    """Return one role: the work, what it asks for, where it leads."""
    row = answer.row
    start = "from where you are" if answer.measured else "from zero"
    text = (
        f"{answer.name}: about {hours(row.hours_p50)} hours {start} (P80 {hours(row.hours_p80)}),"
        f" {span(row)} months at {hours(answer.hours_per_week)} hours a week."
    )
    if answer.measured:
        text += f" You meet {row.met} of its {row.targets} targets; {row.open} are not known yet."
    lines = para(text, width)
    lines += [
        "",
        *label("the work", answer.work, width),
        *label("not it", answer.not_it, width),
        "",
    ]
    head = ("defining", "target", "you" if answer.measured else "", "hours")
    by_weight = {w: [t for t in answer.targets if t.weight == w] for w in (3, 2, 1)}
    needed = by_weight[2] if answer.all else by_weight[2][:SHOWN_NEEDED]
    rows = _targets(by_weight[3], measured=answer.measured)
    rows.append(("needed", "", "", ""))
    rows += _targets(needed, measured=answer.measured)
    if answer.all:
        rows.append(("expected", "", "", ""))
        rows += _targets(by_weight[1], measured=answer.measured)
    lines += table(head, rows, width, right=(3,))
    hidden = len(answer.targets) - len(by_weight[3]) - len(needed)
    if not answer.all and hidden:
        lines += para(f"{hidden} more: --all", width, "  ")
    lines += ["", *label("tools", ", ".join(answer.technologies), width)]
    if answer.before:
        lines += label("before", _around(answer.before), width)
    if answer.after:
        lines += label("after", _around(answer.after), width)
    lines += label("near", _around(answer.nearest), width)
    if answer.paths:
        lines += label("path", ", ".join(answer.paths), width)
    lines += [""]
    for line in answer.progression:
        lines += para(line.say, width, "  ", "    ")
    lines += [""]
    for line in answer.resources:
        lines += label("read", line.say, width)
    source = f"roles/{answer.id}; target levels and hours are our judgement"
    lines += [*label("source", source, width), ""]
    commands = [
        (f"backwright roadmap --role {answer.id} --hours-per-week 8", "a dated plan"),
        (f"backwright explore --compare {answer.id} {answer.nearest[0].id}", "beside its nearest"),
    ]
    if answer.paths:
        commands.insert(1, (f"backwright learn {answer.paths[0]}", "its path"))
    return lines + next_block(commands, width)


def _around(neighbours: tuple[Neighbour, ...]) -> str:
    return ", ".join(f"{n.name} (+{hours(n.hours)} hours)" for n in neighbours)


RENDER = {"RoleList": role_list, "RoleCard": role_card}
