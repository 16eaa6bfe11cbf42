"""Go: what the methods do that sqlc makes of named queries, whose own code is generated and not read."""

import re
from collections.abc import Mapping
from itertools import zip_longest

from backwright.review.link.packs import Effect
from backwright.review.regexes import regex

MADE = regex(r"\bQuer(ies|ier)\(\)(\.WithTx\(\))?$")  # what a method must be called on
_NAMED = regex(r"^[ \t]*--[ \t]*name:[ \t]*(?P<name>\w+)[ \t]+:(?P<gives>\w+)[^\n]*\n", re.MULTILINE)
_READS = regex(r"^(?:\s|--[^\n]*\n)*(?:select|with|values)\b", re.IGNORECASE)
_MANY = frozenset({"many", "batchmany"})


def made_methods(texts: Mapping[str, str]) -> dict[str, Effect]:
    """Return the effect of each method by its name: `-- name: ListOrders :many` and the SQL below it."""
    found: dict[str, Effect] = {}
    for path, text in texts.items():
        if not path.endswith(".sql") or "name:" not in text:
            continue
        named = list(_NAMED.finditer(text))
        for each, following in zip_longest(named, named[1:]):
            end = following.start() if following is not None else len(text)
            sql = text[each.end() : end].strip()
            op = "read" if _READS.match(sql) else "write"
            many = each["gives"] in _MANY
            found[each["name"]] = Effect("query", (), op=op, many=many, sql=(f"text:{sql}",), library="sqlc")
    return found
