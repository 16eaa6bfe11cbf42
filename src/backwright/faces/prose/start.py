"""The first hour as text: "what now?" for somebody known, the whole hour for a made-up newcomer."""

from backwright.faces.prose.layout import day, few, hours, label, next_block, para
from backwright.faces.prose.learn import lesson
from backwright.faces.prose.report import assessment
from backwright.faces.prose.roadmap import roadmap
from backwright.usecases.start import Start


def start(answer: Start, width: int) -> list[str]:
    """Return what now, or the pictures of the simulated hour."""
    if answer.simulated:
        return _hour(answer, width)
    if not answer.assessment or not answer.roadmap or not answer.learning:
        who = f"{answer.person.name}, nothing" if answer.person.name else "Nothing"
        text = f"{who} is known about you yet: 0 answers, 0 labs, 0 findings."
        return [
            *para(text, width),
            "",
            *next_block([("backwright assess", "about 25 questions")], width),
        ]
    return _now(answer, width)


def _now(answer: Start, width: int) -> list[str]:
    way, plan, report = answer.learning, answer.roadmap, answer.assessment
    if way is None or plan is None or report is None:
        return []
    due = len(way.due)
    step = way.next
    first = (
        f"{few(due, 'review is', 'reviews are')} due, then {step.name}."
        if due
        else f"Next: {step.name} ({step.why})."
    )
    if step.do == "done":
        first = f"{plan.name}: every target is met."
    lines = [*para(first, width), ""]
    text = (
        f"{plan.name}: {hours(way.logged_minutes / 60)} of {hours(plan.hours + way.logged_minutes / 60)}"
        f" hours logged; about {day(plan.end_p50)}, with 8 chances in 10 by {day(plan.end_p80)}"
    )
    lines += label("plan", text, width)
    if due:
        lines += label(
            "due",
            f"{few(due, 'short question')}, about {few(max(1, round(due * 1.5)), 'minute')}",
            width,
        )
    count = {s: sum(r.state == s for r in report.skills) for s in ("strong", "gap", "unknown")}
    text = f"{report.level}: {count['strong']} strong, {count['gap']} gap, {count['unknown']} not known yet"
    lines += [*label("you", text, width), ""]
    commands = [("backwright learn", "the reviews, then the lesson" if due else "the next step")]
    if count["unknown"]:
        commands.append(("backwright assess --more 10", "settle more skills"))
    commands.append(("backwright roadmap", "the dated plan"))
    return lines + next_block(commands, width)


def _hour(answer: Start, width: int) -> list[str]:
    text = (
        f"Nobody to ask here, so this is a simulated newcomer ({answer.simulated}, JavaScript and"
        f" Python, {hours(answer.person.hours_per_week)} hours a week, seed {answer.seed});"
        " read 'you' as that person. Nothing is kept."
    )
    lines = [*para(text, width), "", "1  The report", ""]
    if answer.assessment:
        lines += _without_next(assessment(answer.assessment, width))
    lines += ["", "2  The plan", ""]
    if answer.roadmap:
        lines += _without_next(roadmap(answer.roadmap, width))
    lines += ["", "3  The first lesson", ""]
    if answer.learning and answer.learning.lesson:
        lines += lesson(answer.learning.lesson, width)
    commands = [("backwright start", "the same hour with you, on a terminal")]
    if answer.learning and answer.learning.lesson:
        skill = answer.learning.lesson.skill
        commands.append((f"backwright learn {skill} --part 2", "the rest of this lesson"))
    return [*lines, "", *next_block(commands, width)]


def _without_next(lines: list[str]) -> list[str]:
    """Return a picture without its own commands: nothing of a made-up person is kept."""
    ends = [n for n, line in enumerate(lines) if line.startswith(("next ", "answer "))]
    kept = lines[: min(ends, default=len(lines))]
    while kept and not kept[-1]:
        kept.pop()
    return kept


RENDER = {"Start": start}
