"""Finds the line of a TOML value by its path, so that a content error can say where."""

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*\[(\[)?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) where the value at `path` starts; the nearest enclosing line if unsure.

    `path` is like ("item", 3, "right"): the key `right` of the fourth `[[item]]` table.
    """
    best, table, counts = 1, (), {}  # type: ignore[var-annotated]
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = header[2].replace('"', "")
            if header[1]:
                counts[name] = counts.get(name, -1) + 1
                table = (*name.split("."), counts[name])
            else:
                table = tuple(name.split("."))
            if table == tuple(path[: len(table)]):
                best = number
        elif key := re.match(r'^\s*"?([\w.+-]+)"?\s*=', line):
            here = (*table, key[1])
            if here == tuple(path[: len(here)]):
                best = number
    return best
