"""Commands as links: the page of the verb with its form filled in as the command line would."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from backwright.usecases import USE_CASES

if TYPE_CHECKING:
    from starlette.datastructures import ImmutableMultiDict

    from backwright.usecases.spec import Question, UseCase

LEFT_OUT = ("--json", "--plain", "--no-color", "--help")  # how it is shown, not what is asked


def page_of(command: str) -> str:
    """Return the address of what a command line asks for, "" if no page answers it.

    Files that it would write are left out: a browser saves what it is sent.
    """
    found = parsed(command)
    if found is None:
        return ""
    use_case, given = found
    query = urlencode(given)
    return f"/{use_case.name.replace('.', '/')}{f'?{query}' if query else ''}"


def parsed(command: str) -> tuple[UseCase, list[tuple[str, str]]] | None:
    """Return the verb of a command line and its fields as (name, text); None if it is no verb of ours."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if not words or words[0] != "backwright":
        return None
    for use_case in USE_CASES:
        name = use_case.name.split(".")
        if words[1 : 1 + len(name)] == name:
            given = _given(use_case, words[1 + len(name) :])
            return None if given is None else (use_case, given)
    return None


def _given(use_case: UseCase, words: list[str]) -> list[tuple[str, str]] | None:
    questions = use_case.questions()
    options = {f"--{q.name.replace('_', '-')}": q for q in questions if not q.mark.positional}
    options |= {f"-{q.mark.short}": q for q in questions if q.mark.short}
    bare = [q for q in questions if q.mark.positional]
    given: list[tuple[Question, str]] = []
    while words:
        word = words.pop(0)
        if word in LEFT_OUT:
            continue
        if word == "--as":
            del words[:1]
        elif not word.startswith("-") or word == "-":
            if not bare:
                return None
            given.append((bare[0], word))
            bare = bare if bare[0].repeated else bare[1:]
        elif (taken := _option(word, words, options)) is not None:
            given += taken
        else:
            return None
    return [(q.name, value) for q, value in given if q.mark.disk != "write"]


def _option(
    word: str, words: list[str], options: dict[str, Question]
) -> list[tuple[Question, str]] | None:
    """Take the values of an option off the words; None if there is no such option."""
    name, _, attached = word.partition("=")
    question = options.get(name)
    if question is None:
        off = options.get(name.replace("--no-", "--", 1))
        return [(off, "false")] if off is not None and off.type is bool else None
    if question.type is bool:
        return [(question, "true")]
    if attached:
        return [(question, attached)]
    values = []
    while words and not words[0].startswith("-"):
        values.append(words.pop(0))
        if not question.repeated:
            break
    if not values:
        return [(question, question.mark.bare)] if question.mark.bare else None
    return [(question, value) for value in values]


def as_json(use_case: UseCase, sent: ImmutableMultiDict[str, Any] | None) -> str:
    """Return the address of the same answer as JSON, "" if it has none: long work, or text from an editor."""
    given = [] if sent is None else [(n, v) for n, v in sent.multi_items() if isinstance(v, str)]
    is_typed = any(name == "text" and value.strip() for name, value in given) and not any(
        name == "shown" and value for name, value in given
    )
    if use_case.lasts or use_case.writes or is_typed:
        return ""
    names = {question.name for question in use_case.questions()}
    query = urlencode([(name, value) for name, value in given if name in names and value.strip()])
    return f"/api/v1/{use_case.name.replace('.', '/')}{f'?{query}' if query else ''}"
