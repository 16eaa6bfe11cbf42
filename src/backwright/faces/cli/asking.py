"""A question and its feedback as a person at a terminal meets them, or line by line in a pipe."""

import time
from collections.abc import Callable
from typing import Any

from backwright.assess.question import LETTERS, Question
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.prose.layout import label, markdown, para, percent
from backwright.model.mastery import state_of
from backwright.usecases.feedback import Feedback

STATES = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}
IDK = "I don't know (an honest i costs nothing and saves questions)"


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
    lines = [*head, "", *markdown(question.ask, width)]
    if question.options:
        lines.append("")
        for letter, option in zip(LETTERS, question.options, strict=False):
            lines += para(option, width, f"  {letter}  ", "     ")
        lines += para(IDK, width, "  i  ", "     ")
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
    lines = label("why", feedback.explain, width)
    if feedback.chosen_because:
        lines += label(_letter(feedback) or "yours", feedback.chosen_because, width)
    if feedback.do:
        lines += label("do", feedback.do, width)
    lines += label("source", feedback.source, width)
    if feedback.proof:
        lines += label("proof", feedback.proof, width)
    if feedback.dropped:
        text = f"answered in {feedback.seconds or 0:.1f} s, too fast to have been read; not counted"
        lines += label("dropped", text, width)
    elif feedback.repeated:
        text = "the same question was answered less than a week ago; not counted again"
        lines += label("dropped", text, width)
    elif feedback.after is not None:
        before = f"{percent(feedback.before)} -> " if feedback.before is not None else ""
        state = STATES[state_of(feedback.after).value]
        text = f"{feedback.skill_name}   {before}{percent(feedback.after)}: {state}"
        lines += label("moved", text, width)
    for line in lines:
        say(line)


def verdict(feedback: Feedback, width: int) -> list[str]:
    """Return the first line of the feedback."""
    right = feedback.right
    if right in feedback.options:
        right = f"{LETTERS[feedback.options.index(right)]}, {right}"
    if feedback.outcome == "right":
        return para(f"Right: {right}.", width)
    if feedback.outcome == "unknown":
        return para(f"The answer is {right}.", width)
    return para(f"Not {_letter(feedback) or feedback.said}: the answer is {right}.", width)


def _letter(feedback: Feedback) -> str:
    if feedback.said in feedback.options:
        return LETTERS[feedback.options.index(feedback.said)]
    return ""


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
