"""An interview as text: the situation, a question, what came of an answer, the result in its two halves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.prose.layout import (
    NARROW,
    few,
    label,
    markdown,
    next_block,
    para,
    percent,
    table,
)
from backwright.interview.quantity import figures

if TYPE_CHECKING:
    from backwright.interview.scoring import Judged, PointRow
    from backwright.usecases.interview import CaseList, Interview
    from backwright.usecases.interview_turns import Turn
    from backwright.usecases.judgement import Judgement

MISSED_SHOWN = 5  # expected points that were not found, in the result
EVIDENCE_SHOWN = 6
LETTERS = "abcde"
AS = {
    "junior": "a junior",
    "mid": "a mid-level engineer",
    "senior": "a senior",
    "staff": "a staff engineer",
}


def listed(answer: CaseList, width: int) -> list[str]:
    """Return the cases."""
    order = (
        "those that would tell most about you first"
        if answer.measured
        else "in alphabetical order: nothing is known of you yet"
    )
    lines = para(f"{few(len(answer.cases), 'design case')}, {order}.", width)
    rows = [(row.id, row.about) for row in answer.cases]
    lines += [""]
    for id_, about in rows:
        lines += (
            para(about, width, f"{id_:<16}  ", " " * 18)
            if width >= 60
            else [id_, *para(about, width, "  ")]
        )
    commands = [
        ("backwright interview", "the first of them, with drawn numbers"),
        (f"backwright interview {rows[0][0]} --level senior", "as a senior"),
    ]
    return [*lines, "", *next_block(commands, width)]


def interview(answer: Interview, width: int) -> list[str]:
    """Return an interview: its opening and next question, or the result."""
    if not answer.turns and answer.design is None:
        if answer.written:
            return _written(answer, width)
        return [*opening(answer, width), "", *_next_question(answer, width)]
    if not (answer.is_over or answer.is_transcript or answer.design):
        lines = came_of(answer.turns[-1], width) if answer.turns else []
        return [*lines, "", *_next_question(answer, width)]
    lines = []
    if answer.is_transcript:
        lines += [*opening(answer, width), ""]
        for turn in answer.turns:
            lines += [
                *asked(turn, answer.steps, width),
                *_said(turn, width),
                "",
                *came_of(turn, width),
                "",
            ]
            if turn.kind == "design" and answer.design:
                lines += [*judged(answer.design, width), ""]
    return [*lines, *result(answer, width)]


def opening(answer: Interview, width: int) -> list[str]:
    """Return the situation with its numbers."""
    lines = para(f"{answer.name}, as {AS[answer.level]}. Numbers of seed {answer.seed}.", width)
    lines += ["", *markdown(answer.situation, width), ""]
    lines += label("holds", answer.slo, width)
    lines += label("wanted", f"at this level: {answer.about}", width)
    return lines


def asked(turn: Turn, steps: int, width: int) -> list[str]:
    """Return a question."""
    place = f"{turn.number} of {steps}  "
    ask = f"{turn.ask} In {turn.unit}." if turn.unit and width < NARROW else turn.ask
    lines = para(ask, width, place, " " * len(place)) if turn.question is None else []
    if turn.question is not None:
        head = f"{place}{turn.question.domain} / {turn.question.skill_name}"
        lines = [*para(head, width), *markdown(turn.ask, width)]
        for letter, option in zip(LETTERS, turn.question.options, strict=False):
            lines += para(option, width, f"  {letter}  ", "     ")
    return lines


def _said(turn: Turn, width: int) -> list[str]:
    lines: list[str] = []
    for line in turn.said.strip().splitlines():
        lines += para(line, width, "> ") if line.strip() else [">"]
    return lines


def came_of(turn: Turn, width: int) -> list[str]:
    """Return the feedback on an answer."""
    if turn.estimate:
        return _estimate(turn.estimate, width)
    if turn.feedback:
        right = turn.feedback.right
        verdict = "Right" if turn.feedback.outcome == "right" else "Not this: the answer is"
        lines = para(f"{verdict}: {right}." if verdict == "Right" else f"{verdict} {right}.", width)
        if turn.feedback.chosen_because:
            lines += label("yours", turn.feedback.chosen_because, width)
        return [*lines, *label("why", turn.feedback.explain, width)]
    return _points(turn, width)


def _estimate(made: Judged, width: int) -> list[str]:
    within = f"counts within a factor of {made.tolerance:g}"
    if made.verdict == "right":
        lines = para(f"Right: {made.reference}; yours is {made.understood} ({within}).", width)
    elif made.factor is None:
        lines = para(f"It is {made.reference} ({within}).", width)
    else:
        factor = made.factor if made.factor > 1 else 1 / made.factor
        way = "too high" if made.factor > 1 else "too low"
        shown = figures(factor) if factor >= 10 else f"{factor:.1f}"
        lines = para(
            f"Off by a factor of {shown}, {way}: it is {made.reference}, yours is {made.understood} ({within}).",
            width,
        )
    if made.trap:
        lines += label("yours", made.trap, width)
    return [*lines, *label("why", made.because, width)]


def _points(turn: Turn, width: int) -> list[str]:
    wanted = [point for point in turn.points if point.expected]
    found = [point for point in turn.points if point.quote]
    met = sum(bool(point.quote) for point in wanted)
    beyond = len(found) - met
    lines = para(
        f"{met} of {few(len(wanted), 'point')} expected at this level{f', and {beyond} beyond it' if beyond else ''}.",
        width,
    )
    for point in turn.points:
        lines += _point(point, width)
    hidden = [point for point in turn.points if not point.expected and not point.quote]
    if hidden:
        levels = sorted({point.level for point in hidden}, key=("mid", "senior", "staff").index)
        lines += para(
            f"{few(len(hidden), 'more point')} that {' or '.join(AS[level] for level in levels)} would raise.",
            width,
        )
    return lines


def _point(point: PointRow, width: int) -> list[str]:
    if not point.expected and not point.quote:
        return []
    lines = para(point.say, width, "+ " if point.quote else "- ", "  ")
    if point.quote:
        lines += para(f'"{point.quote}"', width, "    ")
    if point.answer:
        lines += para(point.answer, width, "  = ", "    ")
    return lines


def judged(made: Judgement, width: int) -> list[str]:
    """Return what came of running a blueprint."""
    if made.problems:
        lines = para(
            f"Your blueprint could not be run: {few(len(made.problems), 'problem')}.", width
        )
        for problem in made.problems:
            lines += para(problem, width, "  ")
        return lines
    checks = [*made.slo, *made.failures, *([made.cost] if made.cost else [])]
    missed = [check for check in checks if not check.is_met]
    if made.holds:
        lines = para("Your blueprint holds: SLO, failures and price.", width)
    elif missed:
        first = missed[0]
        lines = para(
            f"Your blueprint does not hold: {first.what} is {first.got}, and {first.limit} was asked.",
            width,
        )
    else:
        lines = para(
            "Your blueprint was run, but it changes what was given, so it does not count.", width
        )
    rows = [(c.what, c.got, c.limit, "" if c.is_met else "missed") for c in checks]
    lines += ["", *table(("", "yours", "asked", ""), rows, width)]
    lines += ["", *label("busiest", made.busiest, width)] if made.busiest else []
    for text in made.changed:
        lines += label("changed", text, width)
    for text in made.unnecessary:
        lines += label("spare", f"not needed for any of this: {text}", width)
    basis = f"simulation of {made.seconds:g} s, seed {made.seed}; +- is its 95 % noise on one run"
    return [*lines, *label("basis", basis, width)]


def result(answer: Interview, width: int) -> list[str]:
    """Return the result: the computed half, the quoted half, evidence, what next."""
    estimates, checklist = answer.estimates, answer.checklist
    met = sum(part.met for part in checklist.parts)
    expected = sum(part.expected for part in checklist.parts)
    said = (
        [f"{estimates.right} of {few(estimates.asked, 'estimate')} within tolerance"]
        if estimates.score is not None
        else []
    )
    said += [f"{met} of {expected} expected points said"] if expected else []
    if answer.design and not answer.design.problems:
        said.append("the blueprint holds" if answer.design.holds else "the blueprint does not hold")
    if answer.knowledge_asked:
        said.append(f"{answer.knowledge_right} of {few(answer.knowledge_asked, 'question')} right")
    lines = para(
        f"{answer.name} as {AS[answer.level]}: {', '.join(said) or 'nothing was answered'}.", width
    )
    lines.append("")
    lines += _halves(answer, width)
    missed = [p for turn in answer.turns for p in turn.points if p.expected and not p.quote]
    for point in missed[:MISSED_SHOWN]:
        lines += label("missed", point.say, width)
    if len(missed) > MISSED_SHOWN:
        lines += label("", f"and {len(missed) - MISSED_SHOWN} more", width)
    lines += [*_evidence(answer, width), *label("source", "; ".join(answer.sources), width)]
    if answer.next is not None and answer.turns:
        lines += label("open", f"{len(answer.turns)} of {answer.steps} steps were answered", width)
    return [*lines, "", *next_block(_commands(answer), width)]


def _halves(answer: Interview, width: int) -> list[str]:
    lines: list[str] = []
    if answer.estimates.score is not None:
        text = f"estimates {percent(answer.estimates.score)}: 100 % within tolerance, 0 % from a factor of 10 on"
        lines += label("computed", text, width)
    if answer.design and not answer.is_transcript:
        lines += [*judged(answer.design, width), ""]
    if answer.checklist.score is not None:
        parts = ", ".join(
            f"{p.name} {p.met} of {p.expected}" for p in answer.checklist.parts if p.expected
        )
        beyond = sum(p.beyond for p in answer.checklist.parts)
        more = f"; {beyond} beyond {answer.level}" if beyond else ""
        lines += label(
            "quoted", f"checklist {percent(answer.checklist.score)}: {parts}{more}", width
        )
        lines += label(
            "", "a point counts only with a sentence of yours; words are found, not meaning", width
        )
    return lines


def _evidence(answer: Interview, width: int) -> list[str]:
    if not answer.evidence:
        return []
    rows = answer.evidence[:EVIDENCE_SHOWN]
    told = "; ".join(f"{row.name} {row.right} for, {row.wrong} against" for row in rows)
    more = len(answer.evidence) - len(rows)
    kept = f"{few(answer.kept, 'row')} kept" if answer.kept else "nothing kept"
    return label("evidence", f"{kept}. {told}{f'; and {more} more skills' if more else ''}", width)


def _commands(answer: Interview) -> list[tuple[str, str]]:
    commands = []
    if answer.drill:
        commands.append(
            (f"backwright learn {answer.drill.skill} --drill", _short(answer.drill.name))
        )
    if answer.design is None:
        commands.append(
            (
                f"backwright interview {answer.case} --seed {answer.seed} --skeleton mine.yaml",
                "then --blueprint mine.yaml",
            )
        )
    commands.append(("backwright interview", "another case"))
    return commands


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:37] + "..."


def _next_question(answer: Interview, width: int) -> list[str]:
    turn = answer.next
    if turn is None:
        return []
    lines = asked(turn, answer.steps, width)
    again = f"backwright interview {answer.case} --level {answer.level} --seed {answer.seed}"
    if answer.turns:
        return [
            *lines,
            "",
            *para(f"Give it as --answer {turn.id}=TEXT, after the ones before.", width),
        ]
    commands = [
        (f'{again} --answer "{turn.id}=TEXT"', "answer it"),
        (f"{again} --skeleton mine.yaml", "a blueprint to start from"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _written(answer: Interview, width: int) -> list[str]:
    lines = para(f"Wrote the blueprint to start from to {answer.written}.", width)
    lines += label("holds", answer.slo, width)
    again = f"backwright interview {answer.case} --level {answer.level} --seed {answer.seed}"
    return [*lines, "", *next_block([(f"{again} --blueprint {answer.written}", "run it")], width)]


RENDER = {"CaseList": listed, "Interview": interview}
