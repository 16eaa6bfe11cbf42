"""The turns of an interview: scope, estimates, design, failures, follow-ups, knowledge; what each came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from backwright.assess.question import Question
from backwright.interview.cases import Drawn
from backwright.interview.levels import KNOWLEDGE_QUESTIONS, SHIFT, TARGET_FROM, Asked
from backwright.interview.scoring import DONT_KNOW, Judged, PointRow, judge, rows_of
from backwright.model.case import Level, Point
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.feedback import Feedback
from backwright.usecases.standing import Standing, own_track, role_of, standing

Sort = Literal["scope", "estimate", "design", "failure", "follow-up", "knowledge"]
SCOPE = "Before you design anything: what do you ask me? One question a line."
DESIGN = "Design it. Say what parts there are and why, how data is kept and found, and what could break first."


@dataclass(frozen=True)
class Turn:
    """One step: what was asked, what was said, what came of it.

    Attributes:
        id: Answer it by this name.
        number: From 1, within the interview.
        unit: Of an estimate.
        estimate: Of an estimate that was answered; points: of words; feedback: of a question.
    """

    id: str
    kind: Sort
    number: int
    ask: str
    unit: str = ""
    said: str = ""
    estimate: Judged | None = None
    points: tuple[PointRow, ...] = ()
    question: Question | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True)
class Sitting:
    """One interview as it was asked for, with the answers so far."""

    drawn: Drawn
    level: Level
    role: str
    asked: Asked
    answers: Mapping[str, str]


def turns_of(sitting: Sitting, bench: Bench) -> tuple[tuple[Turn, ...], Turn | None, int]:
    """Return the answered turns, the next one (None at the end), and how many there are in all."""
    planned = _planned(sitting)
    total = len(planned) + KNOWLEDGE_QUESTIONS
    done: list[Turn] = []
    following: Turn | None = None
    for turn, points in planned:
        said = sitting.answers.get(turn.id)
        if said is None:
            following = following or turn
        else:
            done.append(_answered(sitting, turn, points, said))
    rounds = _knowledge(sitting, bench, len(planned))
    if following is None and len(rounds) < KNOWLEDGE_QUESTIONS:
        following = _question(sitting, bench, rounds, len(planned))
        total = total if following else len(planned) + len(rounds)
    return (*done, *rounds), following, total


def _planned(sitting: Sitting) -> list[tuple[Turn, tuple[Point, ...]]]:
    """Return the turns before the knowledge round, with the points that answers are searched for."""
    drawn, asked = sitting.drawn, sitting.asked
    listed: list[tuple[str, Sort, str, str, tuple[Point, ...]]] = [
        ("scope", "scope", SCOPE, "", asked.scope)
    ]
    listed += [(e.id, "estimate", drawn.filled(e.ask), e.unit, ()) for e in asked.estimates]
    listed.append(("design", "design", DESIGN, "", asked.design))
    listed += [(p.id, "failure", p.ask, "", p.points) for p in asked.failures]
    listed += [(p.id, "follow-up", p.ask, "", p.points) for p in asked.follow_ups]
    return [
        (Turn(id_, kind, number, ask, unit), points)
        for number, (id_, kind, ask, unit, points) in enumerate(listed, 1)
    ]


def _answered(sitting: Sitting, turn: Turn, points: tuple[Point, ...], said: str) -> Turn:
    from dataclasses import replace

    if turn.kind == "estimate":
        estimate = judge(sitting.drawn, sitting.drawn.estimate(turn.id), said)
        return replace(turn, said=said, estimate=estimate)
    words = "" if said.strip().lower() in DONT_KNOW else said
    return replace(turn, said=said, points=rows_of(points, words, sitting.level))


# The knowledge round


def _knowledge(sitting: Sitting, bench: Bench, before: int) -> list[Turn]:
    """Return the questions that were answered, rebuilt from their tokens."""
    from backwright.assess.question import judge as judge_answer
    from backwright.assess.question import parse_token
    from backwright.usecases.asking import open_question

    turns = []
    tokens = [key for key in sitting.answers if key.startswith(("item:", "family:"))]
    for number, token in enumerate(tokens, before + 1):
        source, seed = parse_token(token)
        question, key = open_question(bench, source, seed)
        judged = judge_answer(question, key, sitting.answers[token])
        feedback = Feedback(
            judged.outcome.value, judged.said, key.right, key.explain, judged.because, key.do, key.source, key.proof,
            question.skill, question.skill_name, dropped=False, repeated=False, seconds=None, revealed=True,
            options=question.options, wrong=key.wrong,
        )  # fmt: skip
        turns.append(
            Turn(
                token,
                "knowledge",
                number,
                question.ask,
                question.unit,
                sitting.answers[token],
                None,
                (),
                question,
                feedback,
            )
        )
    return turns


def _question(sitting: Sitting, bench: Bench, rounds: list[Turn], before: int) -> Turn | None:
    """Return the question worth asking next within the role's skills at this level, None if there is none."""
    from backwright.usecases.asking import asking_for, open_question

    stand = standing(bench)
    asking = asking_for(bench, stand)
    asked = {turn.id.rpartition("@")[0] for turn in rounds}
    for number, entry in enumerate(asking.entries):
        if entry.source in asked:
            asking.engine.skip(number)
    taken = {turn.question.skill for turn in rounds if turn.question}
    scope = [skill for skill in scope_of(sitting, bench, stand) if skill not in taken]
    chosen = asking.choose(scope) if scope else None
    if chosen is None:
        return None
    question = open_question(bench, asking.entries[chosen.item].source, sitting.drawn.seed)[0]
    number = before + len(rounds) + 1
    return Turn(question.token, "knowledge", number, question.ask, question.unit, question=question)


def scope_of(sitting: Sitting, bench: Bench, stand: Standing) -> list[SkillId]:
    """Return the role's own skills whose target, moved to the level, is high enough to be asked."""
    from backwright.plan.goal import goal_of, targets_of

    role = role_of(bench.catalog, sitting.role)
    track = own_track(role, bench.catalog, stand)
    named = goal_of(bench.catalog, targets_of(role, SHIFT[sitting.level]), track).named
    least = TARGET_FROM[sitting.level]
    return [s for s, target in named.items() if target.level >= least] or list(named)
