"""Cuts an answer to a size that a model can take in, and says what was cut."""

import json
from collections.abc import Iterator
from typing import Any

# Clients refuse or cut what is longer than about 25,000 tokens, of 3 to 4 characters each; the answer
# comes as text and as values, and a client may show either.
TEXT_MAX = 30_000  # characters
VALUES_MAX = 40_000  # characters of JSON
KEEP = 10  # entries of a list that are always kept: fewer tell nothing
STRING_MAX = 8_000  # characters of one text in values that are too long: a lesson's part has 4,000
CUT = " ... (cut)"


def bounded_text(text: str, limit: int = TEXT_MAX) -> tuple[str, list[str]]:
    """Return at most `limit` characters, whole lines, and what was cut in words."""
    if len(text) <= limit:
        return text, []
    kept = text[: text.rfind("\n", 0, limit) + 1] or text[:limit]
    return kept, [f"text after line {kept.count(chr(10))} of {text.count(chr(10))}"]


def bounded_values(
    values: dict[str, Any], limit: int = VALUES_MAX
) -> tuple[dict[str, Any], list[str]]:
    """Return values of at most `limit` characters of JSON, and what was cut in words.

    Only lists are shortened, from their end, the longest first, and long texts; fields stay, so that
    the schema still holds. What is still too long then is left as it is.
    """
    if _size(values) <= limit:
        return values, []
    values = json.loads(json.dumps(values))
    said: list[str] = []
    for holder, key, where in _long_texts(values, ""):
        said.append(f"{where}: {STRING_MAX} of {len(holder[key])} characters")
        holder[key] = holder[key][:STRING_MAX] + CUT
    left_out: dict[str, int] = {}
    while (excess := _size(values) - limit) > 0:
        lists = [found for found in _lists(values, "") if len(found[0]) > KEEP]
        if not lists:
            break
        longest, where = max(lists, key=lambda found: _size(found[0]))
        count = len(longest)
        share = max(0.0, 1 - excess / _size(longest))
        del longest[max(KEEP, min(count - 1, int(count * share))) :]
        left_out[where] = left_out.get(where, 0) + count - len(longest)
    said += [f"{where}: {count} left out" for where, count in left_out.items()]
    return values, said


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _long_texts(value: Any, where: str) -> Iterator[tuple[Any, Any, str]]:  # noqa: ANN401  (JSON)
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        inner = _path(where, key)
        if isinstance(each, str) and len(each) > STRING_MAX:
            yield value, key, inner
        elif isinstance(each, (dict, list)):
            yield from _long_texts(each, inner)


def _lists(value: Any, where: str) -> Iterator[tuple[list[Any], str]]:  # noqa: ANN401  (JSON)
    if isinstance(value, list):
        yield value, where
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, (dict, list)):
            yield from _lists(each, _path(where, key))


def _path(where: str, key: str | int) -> str:
    """Return the path of a value; places in a list have the path of the list."""
    if isinstance(key, int):
        return where
    return f"{where}.{key}" if where else key
