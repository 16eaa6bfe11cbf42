"""Makes a request from named values that came over a wire: words, JSON values, lists of either."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from backwright.model.errors import BadRequest
from backwright.usecases.nearest import nearest
from backwright.usecases.spec import Question, UseCase

TEXT_MAX = 20_000  # characters of one value; a blueprint that is typed into a form goes another way
VALUES_MAX = 200  # of one field
_TRUE, _FALSE = {"true", "1", "on", "yes"}, {"false", "0", "off", "no", ""}


def request_of(use_case: UseCase, given: Mapping[str, object]) -> Any:  # noqa: ANN401  (the verb's Ask)
    """Return the verb's `Ask` from values by field name; an empty text stands for "not given".

    Raises:
        BadRequest: A field is unknown, missing, of another type or not among its choices. The
            problem names the field and the value.
    """
    questions = {question.name: question for question in use_case.questions()}
    for name in given:
        if name not in questions:
            close = nearest(str(name)[:80], questions)
            raise BadRequest(
                f"'{use_case.name}' has no field '{str(name)[:80]}'",
                detail=f"nearest: {', '.join(close)}" if close else "",
            )
    values = {}
    for name, question in questions.items():
        value = given.get(name)
        if _is_empty(value, question):
            if question.default is ...:
                raise BadRequest(
                    f"'{use_case.name}' needs a value for '{name}'", detail=question.help
                )
            continue
        values[name] = _value(question, value)
    return use_case.ask(**values)


def _is_empty(value: object, question: Question) -> bool:
    if value is None or value in ([], ()):
        return True
    return value == "" and question.default != ""


def _value(question: Question, value: object) -> object:
    if not question.repeated:
        if isinstance(value, (list, tuple)):
            raise _wrong(question, value, "one value, not several")
        return _one(question, value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        value = [value]
    several = list(value)
    if len(several) > VALUES_MAX:
        raise BadRequest(f"{question.name}: {len(several)} values; at most {VALUES_MAX}")
    return tuple(_one(question, each) for each in several if each != "")


def _one(question: Question, value: object) -> object:
    if question.type is bool:
        return _truth(question, value)
    if question.type in (int, float):
        return _number(question, value)
    if not isinstance(value, str):
        raise _wrong(question, value, "a text")
    if len(value) > TEXT_MAX:
        raise BadRequest(f"{question.name}: {len(value):,} characters; at most {TEXT_MAX:,}")
    if question.choices and value not in question.choices:
        raise _wrong(question, value, f"one of {', '.join(c for c in question.choices if c)}")
    return value


def _truth(question: Question, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise _wrong(question, value, "true or false")


def _number(question: Question, value: object) -> float | int:
    what = "a whole number" if question.type is int else "a number"
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _wrong(question, value, what)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _wrong(question, value, what) from None
    if not math.isfinite(number) or (question.type is int and number != int(number)):
        raise _wrong(question, value, what)
    return int(number) if question.type is int else number


def _wrong(question: Question, value: object, what: str) -> BadRequest:
    said = str(value)
    shown = said if len(said) <= 60 else f"{said[:57]}..."
    return BadRequest(f"{question.name}: '{shown}' is not {what}", detail=question.help)
