"""Modes: whether code only runs where somebody develops."""

import re
from collections.abc import Iterator

from backwright.review.facts import Call, File
from backwright.review.link.model import Model
from backwright.review.regexes import regex

LINES_NEAR = 4  # between an `if` and what it guards, as far as facts tell
_DEVELOPS = regex(r"^(is_?(development|dev|local|debug)\w*|IsEnvironment)$", re.IGNORECASE)
_TELLS = regex(r"^is_?(prod\w*|dev\w*|local\w*)$", re.IGNORECASE)


def in_development(model: Model, at: int, fn: int, line: int) -> bool:
    """Whether the mode is asked for right before a line, or before the call whose lambda it stands in."""
    file = model.files[at]
    places = [(fn, line)]
    for number in model.enclosing(at, fn):
        made = file.functions[number]
        if made.kind != "lambda":
            break
        places.append((made.parent, made.line))
    return any(
        call.fn == scope and call.line in range(near - LINES_NEAR, near + 1)
        for call in _asking(file)
        for scope, near in places
    )


def _asking(file: File) -> Iterator[Call]:
    return (call for call in file.calls if _DEVELOPS.match(call.name))


def knows_mode(model: Model, at: int, fn: int) -> bool:
    """Whether a function, or its file, keeps in a variable how the program runs: `isProduction = ...`."""
    return any(assign.fn in (fn, -1) and _TELLS.match(assign.target) for assign in model.files[at].assigns)
