"""What pages about blueprints draw and quote: problems with their lines, the range of each percentile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from backwright.design.wording import digits, seconds

if TYPE_CHECKING:
    from backwright.usecases.design_solve import DesignSolved

WIDTH = 320.0  # of the drawing of a range
ABOVE = 2.0  # the axis ends at so many times the limit
_LINE = re.compile(r"^\s*(?:line (\d+)\s+)?(.*)$")


@dataclass(frozen=True)
class ProblemLine:
    """One thing that is wrong; number is 0 and source "" if it is in no one line."""

    number: int
    message: str
    source: str


def problem_lines(problem: str, text: str) -> tuple[ProblemLine, ...]:
    """Return what is wrong in a blueprint, each with the line it is about; () if there is no list."""
    lines = text.splitlines()
    found = []
    for said in problem.splitlines()[1:]:
        match = _LINE.match(said)
        number = int(match[1] or 0) if match else 0
        source = lines[number - 1] if 0 < number <= len(lines) else ""
        found.append(ProblemLine(number, match[2] if match else said, source))
    return tuple(found)


@dataclass(frozen=True)
class Range:
    """One percentile as a row: in words, and where its marks stand on a drawing WIDTH units wide.

    Attributes:
        is_over: The range goes on beyond the end of the axis.
        limit: Where the objective stands; None if there is none.
    """

    name: str
    value: str
    noise: str
    span: str
    asked: str
    low: float
    at: float
    high: float
    is_over: bool
    limit: float | None


def ranges_of(answer: DesignSolved) -> tuple[Range, ...]:
    """Return each percentile of a solved blueprint, all on one axis."""
    latency = answer.solved.latency
    if not latency:
        return ()
    limits = [each.limit for each in latency if each.limit is not None]
    ends = [each.high for each in latency if isfinite(each.high)]
    top = ABOVE * max(limits) if limits else max([*ends, *(each.value for each in latency)])
    limit = _at(max(limits), top) if limits else None
    return tuple(
        Range(
            f"p{digits(each.percentile)}",
            _said(each.value),
            f"± {_said(each.noise)}" if each.noise is not None else "",
            f"{_said(each.low)} to {_said(each.high)}" if each.high > each.low else "",
            seconds(each.limit) if each.limit is not None else "",
            _at(each.low, top),
            _at(each.value, top),
            _at(each.high, top),
            each.high > top,
            limit,
        )
        for each in latency
    )


def _said(value: float) -> str:
    return seconds(value) if isfinite(value) else "unstable"


def _at(value: float, top: float) -> float:
    return round(WIDTH * min(1.0, value / top), 1) if top > 0 and isfinite(value) else WIDTH
