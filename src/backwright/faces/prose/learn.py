"""Learning as text: where one is on a path, the next step, a lesson's part, progress."""

from backwright.faces.prose.layout import (
    brief,
    few,
    hours,
    label,
    markdown,
    next_block,
    para,
    percent,
    table,
)
from backwright.usecases.learn import (
    Learning,
    LessonPart,
    PathList,
    Progress,
    SkillStep,
    StageRow,
)

STEPS_SHOWN = 16  # of one stage; more do not fit a screen
MARKS = {"strong": "+", "gap": "-", "unknown": "?"}


def learning(answer: Learning, width: int) -> list[str]:
    """Return the lesson's part if one was asked for, else the way with its next step."""
    if answer.lesson:
        return [*lesson(answer.lesson, width), "", *_after_part(answer.lesson, width)]
    step = answer.next
    if step.do == "done":
        first = f"{answer.name}: every skill of it is strong."
    else:
        verb = {"lesson": "read the lesson of", "drill": "drill", "review": "review"}[step.do]
        what = step.name if step.do != "review" else few(len(answer.due), "skill")
        first = f"{answer.name}: next, {verb} {what} ({step.why})."
    lines = [*para(first, width), ""]
    if answer.kind == "skill":
        lines += _one_skill(answer, width)
    else:
        for number, stage in enumerate(answer.stages, start=1):
            lines += _stage(number, stage, width, measured=answer.measured)
        lines += _length(answer, width)
    for row in answer.due[:5]:
        text = f"{row.name}: {percent(row.recall)} that you still know it, last shown {row.last}"
        lines += label("due", text, width)
    if answer.logged_minutes:
        lines += label("logged", f"{hours(answer.logged_minutes / 60)} hours", width)
    commands = [
        (
            step.command,
            {"lesson": "the lesson", "drill": "questions", "review": "the reviews"}.get(
                step.do, ""
            ),
        )
    ]
    if answer.kind == "skill":
        commands.append((f"backwright learn {answer.path} --log 25", "minutes you studied"))
    elif step.skill:
        commands.append((f"backwright learn {step.skill}", "that skill alone"))
    return [*lines, "", *next_block(commands, width)]


def lesson(part: LessonPart, width: int) -> list[str]:
    """Return one part of a lesson."""
    left = max(1, round(part.minutes * (part.parts - part.number + 1) / part.parts))
    still = f"about {few(left, 'minute')} {'in all' if part.number == 1 else 'left'}"
    lines = para(
        f"{part.title}: lesson, part {part.number} of {part.parts}, {part.heading.lower()};"
        f" {still}",
        width,
    )
    lines += ["", *markdown(part.markdown, width)]
    if "```output" in part.markdown:
        lines += [
            "",
            *label("ran", "the code and its output were run when the lesson was checked", width),
        ]
    if part.number == part.parts:
        lines.append("")
        for source in part.sources:
            lines += label("source", source, width)
    return lines


def _after_part(part: LessonPart, width: int) -> list[str]:
    if part.number < part.parts:
        return next_block(
            [(f"backwright learn {part.skill} --part {part.number + 1}", "the next part")], width
        )
    return next_block([(f"backwright learn {part.skill} --drill", "questions on it")], width)


def _one_skill(answer: Learning, width: int) -> list[str]:
    step = answer.stages[0].skills[0]
    lines = label("can", answer.can, width)
    state = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}[step.state]
    text = f"{state}, {percent(step.mastery)}" if answer.measured else "not known yet"
    lines += label("you", f"{text}; about {hours(step.hours)} hours left", width)
    if not step.has_lesson:
        lines += label("lesson", "none yet; read this, then drill", width)
    if answer.brief:
        lines += ["", *brief(answer.brief, width), ""]
    for resource in answer.resources:
        lines += label("read", f"{resource.say}  {resource.source}", width)
    before = [s for s in answer.stages[0].also if s.hours]
    if before:
        lines += label("before", ", ".join(s.name for s in before), width)
    return lines


def _stage(number: int, stage: StageRow, width: int, *, measured: bool) -> list[str]:
    head = f"{number} {stage.name}: {hours(stage.hours)} hours"
    if measured:
        head += f", {stage.done} of {len(stage.skills)} strong"
    lines = para(head, width)
    lines += para(stage.about, width, "  ") if stage.about else []
    steps = [*stage.also, *stage.skills]
    lines += _skills(steps[:STEPS_SHOWN], width, measured=measured)
    if len(steps) > STEPS_SHOWN:
        lines += para(f"{len(steps) - STEPS_SHOWN} more: backwright roadmap --all", width, "    ")
    return [*lines, ""]


def _skills(steps: list[SkillStep], width: int, *, measured: bool) -> list[str]:
    lines = []
    for step in steps:
        mark = MARKS[step.state] if measured else " "
        extra = "lesson" if step.has_lesson else ""
        if width >= 70:
            name = step.name if len(step.name) <= 38 else step.name[:35] + "..."
            lines.append(f"  {mark} {name:<40}{hours(step.hours):>4} h  {step.skill:<22}{extra}")
        else:
            lines += para(f"{mark} {step.name}, {hours(step.hours)} h", width, "  ", "    ")
    return lines


def _length(answer: Learning, width: int) -> list[str]:
    low, high = answer.months
    text = (
        f"{hours(answer.hours)} hours are missing (P80 {hours(answer.hours_p80)}):"
        f" {low:g} to {high:g} months at {hours(answer.hours_per_week)} hours a week"
    )
    lines = label("length", text, width)
    if answer.months_usual[0]:
        usual = f"{answer.months_usual[0]}-{answer.months_usual[1]}"
        most, least = answer.usual_hours_per_week
        text = f"{usual} months are usual; from zero that is {hours(least)} to {hours(most)} hours a week"
        lines += label("usual", text, width)
    return lines


def path_list(answer: PathList, width: int) -> list[str]:
    """Return every path with its length."""
    lines = [*para(f"{len(answer.paths)} learning paths.", width), ""]
    rows = [
        (
            path.id,
            f"{hours(path.hours)} h",
            f"{path.months_usual[0]}-{path.months_usual[1]}",
            f"{path.strong} of {path.skills}" if answer.measured else str(path.skills),
        )
        for path in answer.paths
    ]
    head = ("path", "hours left", "usual months", "skills strong" if answer.measured else "skills")
    lines += table(head, rows, width, right=(1, 2, 3))
    return [
        *lines,
        "",
        *next_block([(f"backwright learn {answer.paths[0].id}", "its stages")], width),
    ]


def progress(answer: Progress, width: int) -> list[str]:
    """Return criteria, levels and paths; every criterion computed, never declared."""
    met = sum(c.met for c in answer.criteria)
    text = f"{met} of {len(answer.criteria)} success criteria are met, from {few(answer.answers, 'answer')}"
    lines = [*para(f"{text} and {hours(answer.logged_minutes / 60)} logged hours.", width), ""]
    lines += para("criteria (computed from evidence, never declared)", width)
    for criterion in answer.criteria:
        mark = "+" if criterion.met else "-"
        lines += para(f"{mark} {criterion.name}", width, "  ", "    ")
        if criterion.missing:
            more = len(criterion.missing) - 3
            text = f"missing: {', '.join(criterion.missing[:3])}" + (
                f" and {more} more" if more > 0 else ""
            )
            lines += para(text, width, "      ")
    lines += ["", "levels"]
    for level in answer.levels:
        months = f"{level.months[0]}-{level.months[1]} months"
        lines += para(
            f"{level.name} ({months}): {level.strong} of {level.skills} skills strong. {level.about}",
            width,
            "  ",
            "    ",
        )
    commands = [
        ("backwright learn", "the next step"),
        ("backwright assess --more 10", "settle more"),
    ]
    return [*lines, "", *next_block(commands, width)]


RENDER = {"Learning": learning, "PathList": path_list, "Progress": progress}
