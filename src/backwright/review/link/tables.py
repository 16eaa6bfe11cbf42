"""The table that a class says it is kept in."""

from backwright.review.facts import Class

_FIELDS = frozenset({"__tablename__", "table", "table_name", "tableName"})
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
