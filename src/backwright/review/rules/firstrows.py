"""Lists of which only the first row is looked at: that of a table with one row, such as a site's settings."""

import re
from collections.abc import Iterable, Iterator

from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_COUNTS = frozenset({"count", "sizeof", "empty", "isset", "is_null"})
_COUNTED = regex(r"\\?\b(?:count|sizeof|empty|isset|is_null)\(\$\w+\)")


def only_first(model: Model, access: Access) -> bool:
    """PHP: whether nothing but `$rows[0]` is made of what a query gives, though it may be counted."""
    file = model.files[access.at]
    if file.language != "php":
        return False
    last = file.calls[access.calls[-1]]
    calls = [file.calls[number] for number in model.inside.calls[access.at].get(access.fn, ())]
    assigned = [each for each in file.assigns if each.fn == access.fn]
    values = [each.value for each in assigned] + [each.value for each in file.returns if each.fn == access.fn]
    if any(f".{last.name}()[0]" in value.text for value in values):
        return True
    name = last.to
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        return False
    if any(each.target == name and each.value.text == f"{name}[0]" for each in assigned):
        return True
    told = [_COUNTED.sub("", text) for text in _texts(values)]
    told += [text for call in calls if call.name not in _COUNTS for text in (call.on, *map(_plain, _texts(call.args)))]
    told += [loop.over for loop in file.loops if loop.fn == access.fn]
    mentions = [text for text in told if re.search(rf"(^|\W){name}\b(?!\()", text)]
    return bool(mentions) and all(re.search(rf"(^|\W){name}\[0\]", text) for text in mentions)


def _plain(text: str) -> str:
    return _COUNTED.sub("", text)


def _texts(values: Iterable[Arg]) -> Iterator[str]:
    """Yield the text of each value and of what stands in it, but not of what is only counted."""
    for value in values:
        if value.kind == "call" and value.text in _COUNTS:
            continue
        yield value.text
        yield from _texts(value.items)
