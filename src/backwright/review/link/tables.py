"""The table that a class says it is kept in, that a statement is about, or that an argument names."""

import re

from backwright.review.facts import Arg, Class
from backwright.review.regexes import regex

_FIELDS = frozenset({"__tablename__", "table", "table_name", "tableName"})
# `for update skip locked` names no table, and `update {}` one that is not known.
_IN_SQL = regex(
    r"\b(?:from|into|update|join)\s+(?!(?:skip|nowait|set|of|select)\b)[\"`\[]?([\w.]+(?:[\"`\]]\.[\"`\[]\w+)?)",
    re.IGNORECASE,
)
# The names in front of a statement, `WITH totals AS (...)`, and where one begins.
_NAMES = regex(
    r"(?:\bwith|,)\s+(?:recursive\s+)?[\"`\[]?(\w+)[\"`\]]?\s*(?:\([^()]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(",
    re.IGNORECASE,
)
_WITH = regex(r"(?:^|\bfrom\s*\()\s*(with\b)", re.IGNORECASE)
_BEGINS = regex(r"[()]|\b(?:select|insert|update|delete|merge)\b", re.IGNORECASE)
_WORDS = regex(r"\w[\w. -]*$")
_SCHEMA = regex(r"(?:[\w.]*\.)?(?!Self\b)(\w+)\.table(\.|$)")  # Diesel: orders::table.filter(...)
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


def main_part(sql: str) -> str:
    """Return a statement without the ones that it names in front, `WITH totals AS (...) SELECT ...`; the whole if it is about what these give.

    What is left is empty where the text was cut before.
    """
    start = _WITH.search(sql)
    if start is None:
        return sql
    names, depth = {found[1].lower() for found in _NAMES.finditer(sql, start.start(1))}, 0
    for found in _BEGINS.finditer(sql, start.end(1)):
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0:
            part = sql[found.start() :]
            return sql if table_in(part).lower() in names else part
    return ""


def table_of(value: Arg, language: str) -> str:
    """Return the table that an argument names: "orders AS o", orders, Order, or orders::table.filter(...); "" if none."""
    if value.kind in ("name", "call") and (found := _SCHEMA.match(value.text)):
        return found[1]
    if value.kind not in ("str", "name", "type") or not _WORDS.match(value.text):
        return ""
    if value.kind == "str":
        return value.text.partition(" ")[0]
    holder, _, name = value.text.removesuffix(".class").rpartition(".")
    if language == "php" and "." not in value.text:
        return ""  # a variable
    if holder and name.isupper():  # Order::TABLE says as much as the class that holds it
        return "" if holder in ("self", "static", "this") else holder.rpartition(".")[2]
    return name
