"""Loops that ask another table in each round: one statement cannot take the place of them all."""

import re

from backwright.review.facts import Arg, Call
from backwright.review.regexes import regex
from backwright.review.rules.looping import Loops, root

# What an entity's class has and its objects have not: `model.objects`.
_OF_CLASS = regex(r"\w+\.(objects|_default_manager|_base_manager)\b")
_TAKES_TABLE = frozenset("table Table from From collection Collection".split())
_TAKES_CLASS = frozenset({"query", "select"})
_BEGINS = frozenset({"select", "update", "delete", "insert"})  # SQLAlchemy's statements
_IS_TABLE = regex(r"\.(table|model|bean|entity|klass|entity_?type|table_?name)$", re.IGNORECASE)
# The place of a table in a statement that is put together.
_PLACE = regex(r"\b(?:from|into|update|table|join)\s+(?:only\s+|if\s+exists\s+)?[`\"\[\\]*(\{\}|%[sv])", re.IGNORECASE)
_PLACES = regex(r"\{\}|%[a-z]")


def asks_another_table(loops: Loops, at: int, loop: int, chain: tuple[int, ...], names: frozenset[str]) -> bool:
    """Whether what stands for the element of the round says which table a query asks."""
    calls = loops.model.files[at].calls
    return any(
        _names_table(loops, at, loop, calls[number], names) or _sends_for_class(loops, at, loop, calls[number])
        for number in chain
    )


def _sends_for_class(loops: Loops, at: int, loop: int, call: Call) -> bool:
    """Python: whether a statement is sent that was begun with the class of the round: `statement = update(model).where(...)`."""
    file = loops.model.files[at]
    if file.language != "python" or not call.args or call.args[0].kind != "name":
        return False
    begun = (file.calls[number] for number in loops.calls[at].get(loop, ()))
    return any(
        each.name in _BEGINS
        and each.args
        and each.args[0].kind == "name"
        and each.args[0].text in file.loops[loop].vars
        for each in begun
        if each.on.rpartition(".")[2] in ("", "sa", "sql", "sqlalchemy")
    )


def _names_table(loops: Loops, at: int, loop: int, call: Call, names: frozenset[str]) -> bool:
    if loops.model.files[at].language == "python" and _OF_CLASS.match(call.on):
        name = root(call.on)  # model = getattr(row, field).model_class()
        return name in names or any(each.target == name for each in loops.assigns[at].get(loop, ()))
    first = call.args[0] if call.args else None
    if first is None:
        return False
    is_plain = first.kind == "name" and not first.name
    if is_plain and call.name in _TAKES_TABLE:
        return loops.mentions(at, first, names)
    if is_plain and call.name in _TAKES_CLASS and loops.model.files[at].language == "python":
        return first.text in names
    return any(
        (value.kind == "name" and _IS_TABLE.search(value.text) is not None and root(value.text) in names)
        or _puts_table(loops, at, value, names)
        for value in call.args
    )


def _puts_table(loops: Loops, at: int, value: Arg, names: frozenset[str]) -> bool:
    """Whether a statement is put together with the element as its table: `"DELETE FROM " + name`."""
    text, items = value.text, value.items
    if value.kind == "call" and items and items[0].kind == "str":  # fmt.Sprintf("DELETE FROM %s", name)
        text, items = items[0].text, items[1:]
    elif value.kind not in ("fmt", "concat"):
        return False
    found = _PLACE.search(text)
    if found is None:
        return False
    place = len(_PLACES.findall(text[: found.start(1)]))
    return place < len(items) and loops.mentions(at, items[place], names)
