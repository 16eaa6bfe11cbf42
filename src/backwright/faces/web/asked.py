"""How a question, its answer and its feedback travel through a page: fields of a form in, parts of a page out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from backwright.assess.question import LETTERS
from backwright.faces.web.shown import inline, markdown

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.datastructures import ImmutableMultiDict

    from backwright.assess.question import Question
    from backwright.usecases.feedback import Feedback

HEADING_MAX = 150  # characters; a longer last sentence stays in the text
HOURS_SHOWN_MAX = 24 * 3600  # seconds; a page left open longer says nothing about the answer
_SENTENCES = re.compile(r"(?<=[.?!:;])\s+(?=[A-Z`\"])")


@dataclass(frozen=True)
class Shown:
    """A question as a page draws it: what is asked as a heading, the situation below, lettered options."""

    token: str
    domain: str
    skill: str
    heading: Markup
    body: Markup
    options: tuple[tuple[str, Markup], ...]
    unit: str
    at: int


def shown(question: Question, number: int, now: datetime) -> Shown:
    """Return the parts of a question; the last sentence that asks is the heading."""
    asks, rest = apart(question.ask)
    heading = inline(asks) if asks else Markup(f"Read this, and answer question {number}")  # noqa: S704
    return Shown(
        token=question.token,
        domain=question.domain,
        skill=question.skill,
        heading=heading,
        body=markdown(rest) if rest else Markup(),
        options=tuple(zip(LETTERS, map(inline, question.options), strict=False)),
        unit=question.unit,
        at=int(now.timestamp()),
    )


def apart(text: str) -> tuple[str, str]:
    """Return the question itself, "" if it is none or too long to stand as a heading, and the rest of the text."""
    before, gap, last = text.strip().rpartition("\n\n" if "```" not in text else "```")
    if not gap:
        before, last = "", text.strip()
    sentences = _SENTENCES.split(last.strip())
    asking = [n for n, each in enumerate(sentences) if each.endswith("?")]
    if not asking or len(sentences[asking[-1]]) > HEADING_MAX:
        return "", text.strip()
    asks = " ".join(sentences.pop(asking[-1]).split())
    return asks, f"{before}{gap}\n{' '.join(sentences)}".strip()


def answer_in(sent: ImmutableMultiDict[str, Any], now: datetime) -> dict[str, object]:
    """Return the fields question, answer and seconds of a verb that takes an answer."""
    given: dict[str, object] = {"question": str(sent.get("question", ""))}
    said = sent.get("idk") or sent.get("answer")
    given["answer"] = str(said) if said is not None else ""
    if (seconds := seconds_between(str(sent.get("at", "")), now)) is not None:
        given["seconds"] = seconds
    return given


def seconds_between(at: str, now: datetime) -> float | None:
    """Return how long ago a page was made, None if that cannot be so."""
    if not re.fullmatch(r"\d{1,12}", at):
        return None
    seconds = now.timestamp() - int(at)
    return round(seconds, 1) if 0 <= seconds <= HOURS_SHOWN_MAX else None


def letter_of(feedback: Feedback, text: str) -> str:
    """Return the letter under which an option stood, "" for a typed answer."""
    return LETTERS[feedback.options.index(text)].upper() if text in feedback.options else ""
