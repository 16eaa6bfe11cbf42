"""Scores an interview: numbers against computed references, words against a checklist with quotes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from backwright.interview.cases import Drawn
from backwright.interview.levels import is_expected, share_met, weighed
from backwright.interview.quantity import read_quantity, show
from backwright.interview.quoting import quotes
from backwright.model.case import Estimate, Level, Point
from backwright.model.formula import evaluate

ZERO_AT = 10.0  # an estimate that is off by this factor earns nothing
TRAP_WITHIN = 1.2  # an answer within this factor of a trap's value fell for it
Verdict = Literal["right", "trap", "off", "unknown"]
DONT_KNOW = ("i", "", "skip", "?")


@dataclass(frozen=True)
class Judged:
    """What came of an estimate.

    Attributes:
        said: As it was typed; understood: as it was read, with unit.
        factor: Answer over reference; None if nothing was said.
        trap: What the usual mistake behind this very number misses, "" if none fits.
        because: The way to the reference.
        score: 1 within tolerance, then falling with the logarithm of the error to 0 at a factor of 10.
    """

    id: str
    skill: str
    said: str
    understood: str
    reference: str
    tolerance: float
    factor: float | None
    verdict: Verdict
    trap: str
    because: str
    score: float


@dataclass(frozen=True)
class PointRow:
    """A point of the checklist and its quote.

    Attributes:
        quote: From the answer; "" if the point was not found there.
        expected: Whether this level is expected to say it.
        answer: What the interviewer replies (scope only).
    """

    id: str
    say: str
    skill: str
    level: str
    quote: str
    expected: bool
    answer: str = ""
    source: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the checklist half: how many expected points were met, and how many beyond."""

    name: str
    met: int
    expected: int
    beyond: int
    share: float | None


@dataclass(frozen=True)
class Checklist:
    """The half that reads words: share of the expected points, parts weighed by level; 0 to 1."""

    score: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Estimates:
    """The half that is computed, as far as it is numbers: mean score, 0 to 1; None without answers."""

    score: float | None
    right: int
    asked: int


def judge(drawn: Drawn, estimate: Estimate, said: str) -> Judged:
    """Return what came of an answer to an estimate.

    Raises:
        BadRequest: It is no number of the asked kind.
    """
    reference = drawn.numbers[estimate.id]
    because = drawn.filled(estimate.because)
    told = show(reference, estimate.unit)
    if said.strip().lower() in DONT_KNOW:
        return Judged(
            estimate.id, estimate.skill, said, "", told, estimate.tolerance, None, "unknown", "", because, 0.0
        )  # fmt: skip
    value = read_quantity(said, estimate.unit)
    error = abs(math.log(value / reference))
    room, zero = math.log(estimate.tolerance), math.log(max(ZERO_AT, estimate.tolerance * 2))
    verdict: Verdict = "right"
    trap, score = "", 1.0
    if error > room + 1e-9:
        trap = _trap(drawn, estimate, value)
        verdict = "trap" if trap else "off"
        score = max(0.0, 1 - (error - room) / (zero - room))
    return Judged(
        estimate.id, estimate.skill, said, show(value, estimate.unit), told, estimate.tolerance,
        value / reference, verdict, trap, because, round(score, 3),
    )  # fmt: skip


def _trap(drawn: Drawn, estimate: Estimate, value: float) -> str:
    """Return what the nearest trap within reach misses, "" if none is near."""
    near = [
        (abs(math.log(value / evaluate(trap.formula, drawn.numbers))), trap.because)
        for trap in estimate.traps
    ]
    error, because = min(near, default=(math.inf, ""))
    return drawn.filled(because) if error <= math.log(TRAP_WITHIN) else ""


def rows_of(points: Iterable[Point], text: str, level: Level) -> tuple[PointRow, ...]:
    """Return each point with its quote from the answer."""
    return tuple(
        PointRow(
            found.point.id, found.point.say, found.point.skill, found.point.level, found.quote,
            is_expected(found.point, level), found.point.answer, found.point.source,
        )
        for found in quotes(text, points)
    )  # fmt: skip


def estimates_of(judged: Iterable[Judged]) -> Estimates:
    """Return the score of the numbers; what was asked and not answered yet does not count."""
    listed = list(judged)
    score = sum(j.score for j in listed) / len(listed) if listed else None
    return Estimates(score, sum(j.verdict == "right" for j in listed), len(listed))


def checklist_of(
    scope: Iterable[PointRow],
    design: Iterable[PointRow],
    failures: Iterable[PointRow],
    follow_ups: Iterable[PointRow],
    level: Level,
) -> Checklist:
    """Return the checklist half; a part that was not answered does not count."""
    parts = []
    names = ("scope", "design", "failure", "follow-ups")
    for name, rows in zip(names, (scope, design, failures, follow_ups), strict=True):
        listed = list(rows)
        wanted = [row for row in listed if row.expected]
        parts.append(
            Part(
                name,
                sum(bool(row.quote) for row in wanted),
                len(wanted),
                sum(bool(row.quote) for row in listed if not row.expected),
                share_met(bool(row.quote) for row in wanted),
            )
        )
    return Checklist(weighed(level, (part.share for part in parts)), tuple(parts))
