"""What the answers of an interview say about skills: one row each, modest in weight."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backwright.assess.question import parse_token
from backwright.interview.cases import Drawn
from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.usecases.bench import Bench
from backwright.usecases.interview_turns import Turn
from backwright.usecases.standing import recorded

if TYPE_CHECKING:
    from backwright.usecases.judgement import Judgement

# An estimate is a typed answer, but a formula shared by many cases; half of a question.
ESTIMATE = (0.05, 0.15, 0.5)  # guess, slip, weight
# A quote shows that a thing was named, not that it was understood; silence shows less still.
SAID = (0.25, 0.1, 0.25)
MISSED = (0.25, 0.45, 0.25)
# A blueprint that holds took more than a word.
HOLDS = (0.1, 0.3, 1.0)
DESIGN_SKILLS = ("sd.scaling", "perf.capacity")  # what a blueprint that holds or fails speaks for
WORDS_KEPT = 200  # characters of an answer in a row


def evidence_of(
    bench: Bench, drawn: Drawn, turns: Iterable[Turn], judgement: "Judgement | None"
) -> list[Evidence]:
    """Return a row for each number, each expected point, each question, and the blueprint."""
    rows: list[Evidence] = []
    place = f"case:{drawn.case.id}"
    for turn in turns:
        if turn.estimate:
            outcome = {"right": Outcome.RIGHT, "unknown": Outcome.UNKNOWN}.get(
                turn.estimate.verdict, Outcome.WRONG
            )
            rows.append(
                _row(
                    bench,
                    drawn,
                    turn.estimate.skill,
                    f"{place}/{turn.id}",
                    outcome,
                    ESTIMATE,
                    turn.said,
                )
            )
        for point in turn.points:
            source = (
                f"{place}/{turn.id}/{point.id}" if turn.id != point.id else f"{place}/{turn.id}"
            )
            if point.quote:
                rows.append(
                    _row(bench, drawn, point.skill, source, Outcome.RIGHT, SAID, point.quote)
                )
            elif point.expected:
                rows.append(_row(bench, drawn, point.skill, source, Outcome.WRONG, MISSED, ""))
        if turn.feedback and turn.question:
            rows.append(_answer(bench, turn))
    if judgement and not judgement.problems:
        outcome = Outcome.RIGHT if judgement.holds else Outcome.WRONG
        rows += [
            _row(bench, drawn, skill, f"{place}/blueprint/{skill}", outcome, HOLDS, "blueprint")
            for skill in DESIGN_SKILLS
        ]
    return rows


def _row(
    bench: Bench,
    drawn: Drawn,
    skill: str,
    source: str,
    outcome: Outcome,
    noise: tuple[float, float, float],
    said: str,
) -> Evidence:
    guess, slip, weight = noise
    return recorded(
        bench, skill=skill, kind=Kind.ANSWER, outcome=outcome, guess=guess, slip=slip, weight=weight, source=source,
        given=said[:WORDS_KEPT], seed=drawn.seed,
    )  # fmt: skip


def _answer(bench: Bench, turn: Turn) -> Evidence:
    """Return the row of a knowledge question: as in an assessment."""
    from backwright.usecases.asking import open_question

    source, seed = parse_token(turn.id)
    question, key = open_question(bench, source, seed)
    assert turn.feedback is not None  # noqa: S101  (the caller has looked)
    return recorded(
        bench, skill=question.skill, kind=Kind.ANSWER, outcome=Outcome(turn.feedback.outcome),
        guess=key.noise.guess, slip=key.noise.slip, source=source, given=turn.feedback.said, seed=seed,
    )  # fmt: skip
