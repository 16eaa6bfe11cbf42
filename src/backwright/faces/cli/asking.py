"""A question and its feedback as a person at a terminal meets them, or line by line in a pipe."""

import time
from collections.abc import Callable
from typing import Any

from backwright.assess.question import LETTERS, Question
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.prose.asked import feedback_lines, question_lines, verdict
from backwright.faces.prose.layout import markdown, para
from backwright.usecases.feedback import Feedback


def show_question(talk: Talk, question: Question, number: int, left: int) -> None:
    """Write the question with its options."""
    width = talk.terminal.width
    if not talk.terminal.is_talking:
        _as_lines(talk, question, number)
        return
    title = f"{question.domain} / {question.skill_name}"
    place = f"question {number}, about {left} to go" if left else f"question {number}"
    gap = width - len(title) - len(place)
    head = [f"{title}{' ' * gap}{place}"] if gap >= 2 else [*para(title, width), place]
    lines = [*head, "", *question_lines(question, width)]
    for line in ["", *lines, ""]:
        talk.terminal.say(line)


def _as_lines(talk: Talk, question: Question, number: int) -> None:
    width = talk.terminal.width
    lines = [f"Q{number} {question.domain} / {question.skill_name}", *markdown(question.ask, width)]
    lines += [
        f"{letter}) {option}" for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    for line in [*lines, "i) I don't know"]:
        talk.terminal.say(line)


def prompt_for(talk: Talk, question: Question) -> str:
    """Return the prompt line of a question."""
    if not talk.terminal.is_talking:
        return "> "
    letters = " ".join(LETTERS[: len(question.options)])
    if question.options:
        return fitting(
            talk,
            f"answer {letters} i, or s to stop and keep: ",
            f"{letters} i, or s to stop and keep: ",
        )
    unit = f"answer in {question.unit}" if question.unit else "answer"
    return fitting(
        talk,
        f"{unit}, i for I don't know, s to stop and keep: ",
        "answer, i, or s to stop and keep: ",
    )


def fitting(talk: Talk, full: str, short: str) -> str:
    """Return the prompt that leaves room to type on this terminal."""
    return full if len(full) + 6 <= talk.terminal.width else short


def answer_of(talk: Talk, question: Question, send: Callable[[str, float | None], Any]) -> Any:  # noqa: ANN401  (the answer of the verb that asks)
    """Ask until the answer is one of the options, and send it with the seconds it took."""
    asked = time.monotonic()

    def read(said: str) -> Any:  # noqa: ANN401
        # A pipe answers at once: only a person's seconds tell whether it was read.
        seconds = time.monotonic() - asked if talk.terminal.is_talking else None
        return send(said, seconds)

    return talk.until(prompt_for(talk, question), read)


def show_feedback(talk: Talk, feedback: Feedback, number: int) -> None:
    """Write what came of an answer: the verdict, why, what to do, what it moved."""
    width = talk.terminal.width
    say = talk.terminal.say
    if not feedback.revealed:
        say(f"Kept. Question {number + 1} follows.")
        return
    say()
    for line in verdict(feedback, width):
        say(line)
    if talk.terminal.is_talking:
        say()
    for line in feedback_lines(feedback, width):
        say(line)


def go_on(talk: Talk, prompt: str, extra: dict[str, Callable[[], None]] | None = None) -> str:
    """Wait for Enter on a terminal; a pipe goes on by itself. Returns what was typed.

    Raises:
        Stopped: The person typed s.
    """
    if not talk.terminal.is_talking:
        return ""
    while True:
        said = talk.line(prompt).strip().lower()
        if said == "s":
            raise Stopped("stop")
        if extra and said in extra:
            extra[said]()
            continue
        return said
