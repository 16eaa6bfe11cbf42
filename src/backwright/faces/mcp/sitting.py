"""Questions over a protocol: as text that says how to answer, or as a form that the client shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backwright.assess.question import DONT_KNOW, LETTERS, Question
from backwright.faces.mcp.listing import tool_name
from backwright.faces.prose.asked import feedback_lines, question_lines, verdict
from backwright.usecases import UseCase
from backwright.usecases.feedback import Feedback

WIDTH = 80
# Clients give up after ten rounds of forms in one call; a sitting goes on with the next call.
FORMS_MAX = 8
TRIES_MAX = 3  # entries that fit no answer, as on the command line
# Fields of a request that say it is a step or only a report: then no form is shown.
_STEPS = ("question", "answer", "report", "show", "simulate")


@dataclass(frozen=True)
class Form:
    """What a client shows a person: text, and the schema of what is filled in."""

    message: str
    schema: dict[str, Any]


def question_in(answer: object) -> Question | None:
    """Return the question that an answer asks, None if it asks none."""
    for name in ("next", "question"):
        if isinstance(found := getattr(answer, name, None), Question):
            return found
    return None


def is_sitting(use_case: UseCase, arguments: Mapping[str, object]) -> bool:
    """Whether this call begins or goes on with a sitting: a verb that asks one question after another."""
    names = {question.name for question in use_case.questions()}
    return {"question", "answer", "asked"} <= names and not any(arguments.get(n) for n in _STEPS)


def asking_text(use_case: UseCase, answer: Any, arguments: Mapping[str, object]) -> str:  # noqa: ANN401  (an answer of any verb)
    """Return what came of the last answer, the question, and the call that answers it."""
    question = question_in(answer)
    assert question is not None  # noqa: S101  (the caller asked first)
    names = {each.name for each in use_case.questions()}
    following = {
        k: v for k, v in arguments.items() if k not in (*_STEPS, "seconds", "languages", "asked")
    }
    following |= {"question": question.token, "answer": _any_answer(question)}
    if "asked" in names:
        following["asked"] = answer.number
    shown = json.dumps(following, ensure_ascii=False)
    lines = [*_came_of(answer.feedback), *_headed(question, getattr(answer, "number", 0))]
    lines += [
        "",
        "Ask the person, do not answer for them. Then call",
        f"  {tool_name(use_case)} {shown}",
    ]
    return "\n".join(lines) + "\n"


def form_of(question: Question, number: int, feedback: Feedback | None, problem: str = "") -> Form:
    """Return the form of a question; what came of the last answer stands before it."""
    lines = [*_came_of(feedback), *([problem, ""] if problem else []), *_headed(question, number)]
    entry: dict[str, Any] = {"type": "string", "title": "Your answer"}
    if question.options:
        letters = [*LETTERS[: len(question.options)], DONT_KNOW]
        # Letters with their names, as every revision of the protocol that has forms knows them.
        entry |= {"enum": letters, "enumNames": [*question.options, "I don't know"]}
    else:
        unit = f" in {question.unit}" if question.unit else ""
        entry["description"] = f"A value{unit}, or i for I don't know"
    schema = {"type": "object", "properties": {"answer": entry}, "required": ["answer"]}
    return Form("\n".join(lines), schema)


def _headed(question: Question, number: int) -> list[str]:
    place = f"   question {number}" if number else ""
    return [
        f"{question.domain} / {question.skill_name}{place}",
        "",
        *question_lines(question, WIDTH),
    ]


def _came_of(feedback: Feedback | None) -> list[str]:
    if feedback is None:
        return []
    if not feedback.revealed:
        return ["Kept.", ""]
    return [*verdict(feedback, WIDTH), *feedback_lines(feedback, WIDTH), ""]


def _any_answer(question: Question) -> str:
    if question.options:
        return "|".join([*LETTERS[: len(question.options)], DONT_KNOW])
    return f"<value{' in ' + question.unit if question.unit else ''}|{DONT_KNOW}>"


def going_on(use_case: UseCase, answer: Any, scope: Mapping[str, object], *, stopped: bool) -> str:  # noqa: ANN401
    """Return what came of the last answer, and the calls that go on and that report."""
    done = answer.number - 1
    said = (
        f"Stopped by the person after {done} questions; every answer is kept."
        if stopped
        else f"{done} questions asked; every answer is kept."
    )
    on = json.dumps({**scope, "asked": done}, ensure_ascii=False)
    lines = [*_came_of(answer.feedback), said, f"go on    {tool_name(use_case)} {on}"]
    return "\n".join([*lines, f'report   {tool_name(use_case)} {{"report": true}}']) + "\n"
