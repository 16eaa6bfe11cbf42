"""The dated plan as text: when it ends, how sure that is, what to do this week."""

from datetime import date

from backwright.faces.prose.layout import (
    day,
    few,
    glue,
    hours,
    label,
    next_block,
    para,
    short_day,
    step_hours,
)
from backwright.plan.hours import REVIEWS
from backwright.plan.route import SectionLine
from backwright.usecases.roadmap import DeadlineRow, Roadmap, StepRow, SwitchRow

STEPS_SHOWN = 6
NAMED_SHOWN = 4
SECTION_TITLES = {
    "prerequisites": "Prerequisites",
    "core-concepts": "Core concepts",
    "architecture": "Architecture",
    "scaling": "Scaling",
    "deployment": "Deployment",
    "projects": "Projects",
    "resources": "Resources",
    "timeline": "Timeline",
    "interview": "Interview preparation",
    "career": "Career",
}


def roadmap(answer: Roadmap, width: int) -> list[str]:
    """Return the plan, one section of it, or why a deadline cannot be met."""
    if answer.section:
        return _sections(answer, width)
    lines: list[str] = []
    if answer.deadline and not answer.deadline.possible:
        lines += [*_impossible(answer, answer.deadline, width), ""]
    elif not answer.steps:
        text = f"{answer.name}, {answer.band} level: every target is met. Nothing is left to plan."
        lines += [*para(text, width), ""]
    else:
        lines += [*para(_title(answer), width), ""]
        if answer.deadline:
            left = hours(answer.deadline.hours_left)
            text = f"{day(answer.deadline.deadline)} can be met: {left} hours are left until then."
            lines += [*label("deadline", text, width), ""]
    if answer.switch:
        lines += [*_switch(answer.switch, answer.name, width), ""]
    if answer.steps and not (answer.deadline and not answer.deadline.possible and not answer.all):
        lines += [*_this_week(answer, width), "", *_steps(answer, width), ""]
    lines += _pace(answer, width)
    for path in answer.written:
        lines += label("written", path, width)
    if lines[-1]:
        lines.append("")
    return lines + next_block(_commands(answer), width)


def _title(answer: Roadmap) -> str:
    start = "what you know today" if answer.measured else "zero, for nothing is known about you yet"
    if answer.switch:
        start = f"a finished {answer.switch.from_name}"
    if answer.simulated:
        start = f"what this made-up person knows (seed {answer.seed})"
    return (
        f"{answer.name}, {answer.band} level, in {answer.track}: reached about {day(answer.end_p50)};"
        f" with 8 chances in 10 by {day(answer.end_p80)}. {hours(answer.hours)} hours"
        f" (P80 {hours(answer.hours_p80)}) from {start}, starting {day(answer.start)}."
    )


def _this_week(answer: Roadmap, width: int) -> list[str]:
    told = [f"{part.name} ({step_hours(part.hours)} h)" for part in answer.this_week]
    text = f"{', then '.join(told)}; {answer.review_hours:.1f} h for reviews"
    return label("week 1", text, width)


def _steps(answer: Roadmap, width: int) -> list[str]:
    shown = answer.steps if answer.all else answer.steps[:STEPS_SHOWN]
    start = date.fromisoformat(answer.start)
    if width < 70:
        lines: list[str] = []
        for step in shown:
            lines += para(step.name, width, "", "  ")
            lines += para(
                f"week {_weeks(step, start)}, {step_hours(step.hours)} h (P80 {step_hours(step.hours_p80)})",
                width,
                "  ",
            )
            done = f"done by {_dated(step.end_p50, start)}, P80 {_dated(step.end_p80, start)}"
            lines += para(done, width, "  ")
            lines += [*para(step.why, width, "  "), ""]
        lines.pop()
    else:
        lines = [
            f"{'':42}hours      done by",
            f"{'week':<7}{'step':<34}{'P50':>5}{'P80':>5}    {'P50':<13}P80",
        ]
        for step in shown:
            name = step.name if len(step.name) <= 33 else step.name[:30] + "..."
            dates = f"{_dated(step.end_p50, start):<13}{_dated(step.end_p80, start)}"
            numbers = f"{step_hours(step.hours):>5}{step_hours(step.hours_p80):>5}"
            lines.append(f"{_weeks(step, start):<7}{name:<34}{numbers}    {dates}")
            lines += para(step.why, width, " " * 9)
    rest = answer.steps[len(shown) :]
    if rest:
        names = ", ".join(step.name for step in rest[:NAMED_SHOWN])
        left = sum(step.hours for step in rest)
        more = " ..." if len(rest) > NAMED_SHOWN else "."
        text = f"Then {few(len(rest), 'more step')}, about {hours(left)} hours: {names}{more}"
        lines += ["", *para(f"{text} All: {_base(answer)} --all", width)]
    return lines


def _weeks(step: StepRow, start: date) -> str:
    first = (date.fromisoformat(step.start_p50) - start).days // 7 + 1
    last = max(first, (date.fromisoformat(step.end_p50) - start).days // 7 + 1)
    return str(first) if first == last else f"{first}-{last}"


def _dated(iso: str, start: date) -> str:
    """Return the day, with its year where that is not the start's."""
    year = iso[:4]
    return short_day(iso) if year == str(start.year) else f"{short_day(iso)} {year}"


def _pace(answer: Roadmap, width: int) -> list[str]:
    text = "as likely sooner as later; P80: 8 chances in 10 to need no more. P80 of a date is for the plan up to there."
    lines = label("P50", text, width)
    text = (
        "what you have begun; then from the ground up what leads to the skills that define the"
        " role, first what most rests on ('defines', 'needed', 'expected': how much the role asks)"
    )
    lines += label("order", text, width)
    if answer.pace_logged:
        text = (
            f"your own: {answer.pace:.2f} hours for each estimated hour, from"
            f" {few(answer.pace_logged, 'finished skill')}"
        )
    else:
        text = (
            "not measured yet, and the hours are one author's guess for a median learner; each skill"
            " that you finish with an hour logged or more corrects them"
        )
    steps = answer.hours_per_week * (1 - REVIEWS)
    text += f". Of {hours(answer.hours_per_week)} hours a week {steps:.1f} go to steps, the rest to reviews."
    return lines + label("pace", text, width)


def _switch(switch: SwitchRow, name: str, width: int) -> list[str]:
    text = (
        f"{switch.from_name} to {name}: {hours(switch.hours)} hours instead of"
        f" {hours(switch.hours_zero)} from zero. {switch.shared} targets are shared;"
        f" {hours(switch.hours_distance)} hours would be left without what one language teaches about another."
    )
    lines = label("switch", text, width)
    for transfer in switch.transfers[:5]:
        lines += label("saves", transfer, width)
    return lines


def _impossible(answer: Roadmap, late: DeadlineRow, width: int) -> list[str]:
    text = (
        f"Not by {day(late.deadline)}: {hours(late.hours_left)} hours are left until then and the"
        f" plan needs {hours(answer.hours)} (P80 {hours(answer.hours_p80)}). No order of steps changes that."
    )
    lines = [*para(text, width), ""]
    lines += label("keep", f"{few(late.kept, 'step')}, {hours(late.kept_hours)} hours fit", width)
    if late.entry_fits:
        text = f"entry level of the same role by {day(late.entry_p50)}, {hours(late.entry_hours)} hours"
        lines += label("or", text, width)
    if late.dropped:
        shown = late.dropped if answer.all else late.dropped[:5]
        more = len(late.dropped) - len(shown)
        text = ", ".join(shown) + (f", {more} more: --all" if more else "")
        lines += label("drop", text, width)
    text = f"{late.hours_per_week_p50:g} hours a week instead of {hours(answer.hours_per_week)}"
    text += f" (P80: {late.hours_per_week_p80:g})"
    return lines + label("or", text, width)


def _commands(answer: Roadmap) -> list[tuple[str, str]]:
    base = _base(answer)
    if answer.deadline and not answer.deadline.possible:
        commands = []
        if answer.deadline.entry_fits:
            commands.append((f"{base} --band entry --deadline {answer.deadline.deadline}", ""))
        wanted = -(-answer.deadline.hours_per_week_p50 // 1)
        if wanted <= 80:
            commands.append((f"{base} --hours-per-week {wanted:.0f}", ""))
        return commands or [(f"{base} --all", "the whole plan")]
    first = [("backwright learn", "start week 1")]
    if not answer.measured and not answer.simulated:
        first = [("backwright assess", "so that the plan starts where you are")]
    return [
        *first,
        (f"{base} --section scaling", "10 sections in all"),
        (f"{base} --export ics,md", "calendar, Markdown"),
    ]


def _base(answer: Roadmap) -> str:
    """Return the command of this plan; the role is remembered unless the plan was hypothetical."""
    hypothetical = answer.simulated or answer.switch
    return f"backwright roadmap --role {answer.role}" if hypothetical else "backwright roadmap"


def _sections(answer: Roadmap, width: int) -> list[str]:
    names = list(answer.sections) if answer.section == "all" else [answer.section]
    lines = para(
        f"{answer.name}, {answer.band} level: {', '.join(SECTION_TITLES[n].lower() for n in names)}.",
        width,
    )
    for name in names:
        lines += ["", SECTION_TITLES[name]]
        for entry in answer.sections[name]:
            lines += _section_line(entry, width)
        if name == "timeline" and answer.steps:
            text = (
                f"your plan: {hours(answer.hours)} hours (P80 {hours(answer.hours_p80)}), about"
                f" {day(answer.end_p50)}, with 8 chances in 10 by {day(answer.end_p80)}"
            )
            lines += para(glue(text), width, "- ", "  ")
    others = [n for n in answer.sections if n not in names][:2]
    base = _base(answer)
    commands = [(f"{base} --section {n}", "") for n in others] or [(base, "the dated plan")]
    return [*lines, "", *next_block([*commands, (base, "the dated plan")], width)]


def _section_line(entry: SectionLine, width: int) -> list[str]:
    lines = para(entry.say, width, "- ", "  ")
    told = []
    if entry.skill:
        state = {"done": ", met", "started": ", begun", "ready": ", open", "locked": ", later"}.get(
            entry.state, ""
        )
        told.append(f"skill {entry.skill}{state}")
    if entry.source:
        told.append(entry.source)
    return lines + para("; ".join(told), width, "    ")


RENDER = {"Roadmap": roadmap}
