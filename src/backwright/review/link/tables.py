"""The table that a class says it is kept in, or that a statement is about."""

import re

from backwright.review.facts import Class
from backwright.review.regexes import regex

_FIELDS = frozenset({"__tablename__", "table", "table_name", "tableName"})
# `for update skip locked` names no table, and `update {}` one that is not known.
_IN_SQL = regex(
    r"\b(?:from|into|update|join)\s+(?!(?:skip|nowait|set|of|select)\b)[\"`\[]?([\w.]+(?:[\"`\]]\.[\"`\[]\w+)?)",
    re.IGNORECASE,
)
_MARKS = frozenset({"Table", "Entity", "table_name", "diesel", "sea_orm"})


def named_table(made: Class, language: str) -> str:
    """Return the table that a field or a mark of a class names, "" if none does."""
    names = {"table"} if language == "php" else _FIELDS  # PHP: another field may name any other table
    for each in made.fields:
        if each.name in names and each.value is not None and each.value.kind == "str":
            return each.value.text
    for mark in made.marks:
        for value in mark.args if mark.name in _MARKS else ():
            if (value.kind == "str" and value.name in ("", "name", "table_name")) or (
                value.kind == "name" and value.name == "table_name"
            ):
                return value.text
    return ""


def table_in(sql: str) -> str:
    """Return the first table that a statement names, "" if it names none."""
    found = _IN_SQL.search(sql)
    return re.sub(r"[\"`\[\]]", "", found[1]) if found else ""  # [sales].[orders]
