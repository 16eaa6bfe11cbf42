"""Turns a command line of ours, as hints and examples give it, into the tool call that does the same."""

import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from backwright.faces.mcp.listing import tool_name
from backwright.usecases import USE_CASES, UseCase
from backwright.usecases.spec import Question

WORDS_MAX = 2  # of a verb's name: "design check"


class Call(NamedTuple):
    """A tool and its arguments."""

    tool: str
    arguments: dict[str, Any]


def call_of(line: str) -> Call | None:
    """Return the tool call of `backwright design check shop --rate 40`; None if it is no line of ours."""
    try:
        program, *words = shlex.split(line)
    except ValueError:
        return None
    if program != "backwright":
        return None
    names = {use_case.name: use_case for use_case in USE_CASES}
    for count in range(WORDS_MAX, 0, -1):
        use_case = names.get(".".join(words[:count]))
        if use_case and len(words) >= count:
            return Call(tool_name(use_case), dict(_arguments(use_case, words[count:])))
    return None


def _arguments(use_case: UseCase, words: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield the named values of the words behind a verb; what no question asks for is left out."""
    questions = use_case.questions()
    flags = {f"--{q.name.replace('_', '-')}": q for q in questions}
    flags |= {f"-{q.mark.short}": q for q in questions if q.mark.short}
    bare = iter([q for q in questions if q.mark.positional])
    rest = list(words)
    while rest:
        word = rest.pop(0)
        flag, _, joined = word.partition("=")
        if flag not in flags:
            question = None if word.startswith("-") else next(bare, None)
            if question is not None and question.repeated:
                yield question.name, [word, *_taken(rest)]
            elif question is not None:
                yield question.name, _value(question, word)
            continue
        question = flags[flag]
        if question.type is bool:
            yield question.name, True
        elif question.repeated:
            yield question.name, [*([joined] if joined else ()), *_taken(rest)]
        elif joined:
            yield question.name, _value(question, joined)
        elif rest and not (question.mark.bare and rest[0].startswith("-")):
            yield question.name, _value(question, rest.pop(0))
        elif question.mark.bare:
            yield question.name, question.mark.bare


def _taken(rest: list[str]) -> Iterator[str]:
    while rest and not rest[0].startswith("-"):
        yield rest.pop(0)


def _value(question: Question, word: str) -> Any:  # noqa: ANN401  (a text or a number)
    try:
        return question.type(word) if question.type in (int, float) else word
    except ValueError:
        return word  # a placeholder, such as N
