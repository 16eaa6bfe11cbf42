"""The mastery report as text: what is strong, what is a gap, what is not known yet."""

import textwrap

from backwright.faces.prose.layout import day, few, label, next_block, para, percent, table
from backwright.usecases.assess import Assessment
from backwright.usecases.report import DomainRow, SkillRow, Why

SCALE = 20  # marks of the plot, one for each 5 %
SHOWN = {"strong": 2, "gap": 3, "unknown": 3}


def assessment(answer: Assessment, width: int) -> list[str]:
    """Return the report, or why one skill stands where it does."""
    if not answer.skills:
        return [
            *para("Nothing is known about you yet: 0 answers, 0 labs, 0 findings.", width),
            "",
            *next_block([("backwright assess", "")], width),
        ]
    if answer.why:
        return _why(answer.why, width)
    if answer.trend:
        return _trend(answer, width)
    by_state = {s: [r for r in answer.skills if r.state == s] for s in ("strong", "gap", "unknown")}
    lines = para(_first_sentence(answer, by_state), width)
    lines += ["", *_domains(answer, width), ""]
    by_state["strong"].sort(key=lambda r: (-r.mastery, r.id))
    by_state["gap"].sort(key=lambda r: (-r.holds_back, r.mastery, r.id))
    by_state["unknown"].sort(key=lambda r: (abs(r.mastery - 0.5), r.id))
    scale = True
    for state, title in (
        ("strong", "the surest"),
        ("gap", "those that hold back most other skills"),
        ("unknown", "those worth asking next"),
    ):
        lines += _plots(by_state[state], state, title, width, scale=scale)
        scale = False
    lines += [
        "",
        *para(
            "o is mastery, the chance that you can do it unaided; | is 80 %. At or right of | is"
            " strong, up to 20 % a gap, between them not known yet.",
            width,
        ),
        "",
    ]
    lines += _basis(answer, width)
    counts = ", ".join(
        f"{len(by_state[s])} {name}"
        for s, name in (("strong", "strong"), ("gap", "gap"), ("unknown", "not known yet"))
    )
    lines += ["", *label("answer", f"{answer.level.capitalize()}: {counts}.", width)]
    return [*lines, *next_block(_commands(answer, by_state), width)]


def _first_sentence(answer: Assessment, by_state: dict[str, list[SkillRow]]) -> str:
    who = f"A made-up {answer.simulated} person is" if answer.simulated else "You are"
    text = f"{who} at {answer.level} level for {answer.role_name}: {answer.targets_met} of its"
    text += f" {answer.targets} targets met."
    shown = 1 if answer.simulated else 2
    most = [_most(answer.domains, state, shown) for state in ("strong", "gap")]
    told = [
        f"most {name}: {found}"
        for name, found in zip(("strong", "gaps"), most, strict=True)
        if found
    ]
    if told:
        joined = "; ".join(told)
        text += f" {joined[:1].upper()}{joined[1:]}."
    unknown = len(by_state["unknown"])
    return text + (
        f" {unknown} of {len(answer.skills)} skills are not known yet." if unknown else ""
    )


def _most(domains: tuple[DomainRow, ...], state: str, shown: int) -> str:
    """Return the domains with the most skills of a state, with their counts."""
    counts = [(getattr(d, state), d.strong + d.gap + d.unknown, d.name) for d in domains]
    best = sorted((c for c in counts if c[0]), key=lambda c: (-c[0], c[2]))[:shown]
    return ", ".join(f"{spoken(name)} ({count} of {total})" for count, total, name in best)


def spoken(domain: str) -> str:
    """Return a domain's id as a person says it."""
    return {"ai": "AI", "api": "APIs"}.get(domain, domain.replace("-", " "))


def _domains(answer: Assessment, width: int) -> list[str]:
    total = {
        "strong": sum(d.strong for d in answer.domains),
        "gap": sum(d.gap for d in answer.domains),
        "unknown": sum(d.unknown for d in answer.domains),
    }
    if width < 70:
        lines = ["+ strong  - gap  ? not known yet"]
        size = max(len(spoken(d.name)) for d in answer.domains)
        for d in answer.domains:
            marks = _marks(d.strong, d.gap, d.unknown)
            pieces = textwrap.wrap(marks, max(8, width - size - 2)) or [""]
            lines += [
                f"{spoken(d.name) if n == 0 else '':<{size}}  {p}" for n, p in enumerate(pieces)
            ]
        return [
            *lines,
            f"{'all':<{size}}  {total['strong']} +  {total['gap']} -  {total['unknown']} ?",
        ]
    rows = [
        (
            spoken(d.name),
            str(d.strong),
            str(d.gap),
            str(d.unknown),
            _marks(d.strong, d.gap, d.unknown),
        )
        for d in answer.domains
    ]
    rows.append(
        (
            f"all {len(answer.skills)}",
            str(total["strong"]),
            str(total["gap"]),
            str(total["unknown"]),
            "",
        )
    )
    head = ("domain", "strong", "gap", "not known yet", "+ strong - gap ? not known")
    return table(head, rows, width, right=(1, 2, 3))


def _marks(strong: int, gap: int, unknown: int) -> str:
    return "+" * strong + "-" * gap + "?" * unknown


def _plots(rows: list[SkillRow], state: str, title: str, width: int, *, scale: bool) -> list[str]:
    if not rows:
        return []
    shown = rows[: SHOWN[state]]
    name = "not known yet" if state == "unknown" else state
    head = f"{name} ({len(shown)} of {len(rows)}, {title})"
    ruler = f"0{'':14}80  100 %"
    has_ruler = scale and width >= 70 and len(head) < 56
    lines = [f"{head:<54}{ruler}"] if has_ruler else para(head, width)
    for row in shown:
        dots = _dot(row.mastery)
        if width >= 70:
            lines.append(f"  {_named(row, state)[:45]:<46}{percent(row.mastery):>5} {dots}")
        else:
            lines += para(_named(row, state), width, "  ")
            lines.append(f"    {dots} {percent(row.mastery):>5}")
    return lines if width >= 70 else ["", *lines]


def _named(row: SkillRow, state: str) -> str:
    """Return a skill's name; for a gap with how many others wait for it."""
    if state == "gap" and row.holds_back:
        name = row.name if len(row.name) <= 28 else f"{row.name[:25]}..."
        return f"{name} (holds back {row.holds_back})"
    return row.name


def _dot(share: float) -> str:
    """Return the probability's place on a scale of 20 marks, with the line that matters at 80 %."""
    place = min(SCALE - 1, round(share * SCALE))
    marks = [" "] * SCALE
    marks[16] = "|"
    marks[place] = "O" if place == 16 else "o"
    return "".join(marks)


def _basis(answer: Assessment, width: int) -> list[str]:
    lines: list[str] = []
    if answer.own_level:
        text = f'You said "{answer.own_level}". Measured: {answer.level}.'
        if answer.own_level == answer.level:
            text = f'You said "{answer.own_level}", and that is what was measured.'
        lines += label("guess", text, width)
    if answer.since:
        lines += label("since", f"{answer.since[0]}: {', '.join(answer.since[1:])}", width)
    text = few(answer.questions, "answer")
    if answer.minutes >= 1:
        text += f" in {few(round(answer.minutes), 'minute')}"
    if answer.dropped:
        text += f", {answer.dropped} dropped as too fast"
    fitted = (
        "fitted to the answers stored here"
        if answer.calibrated
        else "set by authors, not yet fitted to real answers"
    )
    text += f"; item difficulty {fitted}."
    if answer.left_out:
        text += (
            f" {few(answer.left_out, 'more skill')} of languages that you never used are left out."
        )
    lines += label("basis", text, width)
    direct = sum(row.evidence > 0 for row in answer.skills)
    text = (
        f"{few(direct, 'skill')} asked about; the other {len(answer.skills) - direct} follow from"
        " them through prerequisites and domains, so they are less sure"
    )
    lines += label("sure", text, width)
    text = "a skill at the level that the role needs at mid seniority"
    lines += label("target", text, width)
    if answer.simulated:
        lines += label("seed", f"{answer.seed}; nothing was kept", width)
    return lines


def _commands(answer: Assessment, by_state: dict[str, list[SkillRow]]) -> list[tuple[str, str]]:
    if answer.simulated:
        return [("backwright assess", "the same with your own answers")]
    commands = [(f"backwright roadmap --role {answer.role}", "a dated plan")]
    if by_state["unknown"]:
        commands.append(("backwright assess --more 10", "settle more of them"))
    doubt = by_state["gap"] or by_state["unknown"]
    if doubt:
        commands.append((f"backwright assess --show {doubt[0].id}", "why it says so"))
    return commands


def _trend(answer: Assessment, width: int) -> list[str]:
    first, last = answer.trend[0], answer.trend[-1]
    text = f"{day(last.day)}: {last.strong} strong, {last.gap} gap, {last.unknown} not known yet"
    if first is not last:
        text += f"; on {day(first.day)} it was {first.strong}, {first.gap}, {first.unknown}"
    lines = para(f"{text}.", width)
    rows = [
        (day(r.day), str(r.strong), str(r.gap), str(r.unknown), percent(r.ready))
        for r in answer.trend
    ]
    head = ("end of", "strong", "gap", "not known yet", "ready")
    lines += ["", *table(head, rows, width, right=(1, 2, 3, 4)), ""]
    text = f"expected share of the targets of {answer.role_name} that you do unaided"
    lines += label("ready", text, width)
    return [*lines, "", *next_block([("backwright assess --report", "the whole report")], width)]


def _why(why: Why, width: int) -> list[str]:
    skill = why.skill
    state = {"strong": "strong", "gap": "a gap", "unknown": "not known yet"}[skill.state]
    lines = para(
        f"{skill.name} is {state}: {percent(skill.mastery)} that you can do it unaided.", width
    )
    lines.append("")
    if why.own:
        lines.append("your answers")
        rows = [(f"  {row.when}", row.what, row.outcome) for row in why.own]
        lines += table(("", "", ""), rows, width)
    else:
        lines += para(
            "No question about it was asked; what is known comes from its neighbours.", width
        )
    if skill.retrievability < 0.99:
        text = f"{percent(skill.retrievability)} chance that it is still remembered; older answers weigh less"
        lines += label("age", text, width)
    lines += ["", "skills around it"]
    around = [
        (f"  {r.name}", percent(r.mastery), f"{few(r.evidence, 'answer')}") for r in why.around
    ]
    lines += table(("", "", ""), around, width, right=(1,))
    commands = [
        (f"backwright assess --skill {skill.id} --more 5", "ask about it"),
        (f"backwright learn {skill.id}", "learn it"),
    ]
    return [*lines, "", *next_block(commands, width)]


RENDER = {"Assessment": assessment}
