"""Python: tables as SQL in the source writes them, for applications without classes for their rows."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_CREATE = regex(
    r"create\s+table\s+(?:if\s+not\s+exists\s+)?[`\"\[]?(\w+)[`\"\]]?\s*\((.*?)\)\s*(?:;|$)", re.IGNORECASE | re.DOTALL
)
_COLUMN = regex(r"(?:^|,)\s*[`\"\[]?(\w+)[`\"\]]?\s+([A-Za-z]\w*)")
_INSERT = regex(
    r"insert\s+(?:or\s+\w+\s+)?into\s+[`\"\[]?(\w+)[`\"\]]?\s*\(([^()]*)\)\s*values\s*\(([^()]*)\)", re.IGNORECASE
)
_WHO = regex(r"session\b|current_user|(^|\.)g\.\w*user|request\.user|get_jwt_identity|self\.current_user")
_RUNS = ("execute", "executescript", "executemany", "query", "run", "text", "raw")


def tables(model: Model) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (path, table, fields with their types): what is created, then what rows are given.

    A column that is filled with who is logged in has no type: whatever it holds, it names somebody.
    """
    given: list[tuple[str, str, dict[str, str]]] = []
    own = {at for at in model.own if model.files[at].language == "python"}
    texts: list[tuple[str, str]] = []
    for name in _RUNS:
        for at, index in model.project.calls_by_name.get(name, ()):
            call = model.files[at].calls[index]
            if at in own and call.args and call.args[0].kind in ("str", "fmt", "concat"):
                texts.append((model.files[at].path, call.args[0].text))
                given += [(model.files[at].path, *made) for made in _given(call.args[0].text, call.args[1:2])]
    for at in own:
        texts += [(model.files[at].path, a.value.text) for a in model.files[at].assigns if a.value.kind == "str"]
    for path, sql in texts:
        for table, body in _CREATE.findall(sql) if "table" in sql or "TABLE" in sql else ():
            yield path, table, {column: type_.lower() for column, type_ in _COLUMN.findall(body)}
    yield from given


def _given(sql: str, values: tuple[Arg, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    found = _INSERT.search(sql)
    items = [item for value in values for item in (value.items or (value,))]
    if found is None or not items:
        return
    columns = [column.strip(' \n\t`"[]') for column in found[2].split(",")]
    if len(columns) == len(items):
        yield found[1], {c: "" for c, item in zip(columns, items, strict=True) if _WHO.search(item.text)}
