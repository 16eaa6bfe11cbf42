"""Wasted rows: what is loaded only to be deleted or counted, which one statement would do where the rows are."""

import re

from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_DELETES = regex(
    r"^(delete|remove|destroy|purge|bulk_?delete|batch_?delete)(_?(all|range|many|batch|in_?batch|entities|items|rows|multiple))?(_?async)?$",
    re.IGNORECASE,
)
_COUNTS = frozenset({"len", "count", "sizeof"})  # of what they are given
_SIZES = frozenset(
    {"Count", "Length", "length", "size", "count", "isEmpty", "Any", "len", "is_empty"}
)  # of what they are called on


def is_wasted(model: Model, access: Access) -> bool:
    """Whether the function that has loaded the rows does nothing with them but delete or count them."""
    file = model.files[access.at]
    if access.fn < 0 or not access.to.lstrip("$").isidentifier() or access.to == "return":
        return False
    name = access.to.lstrip("$")
    chain = set(access.calls)
    deleted = counted = other = 0
    for number in model.inside.calls[access.at].get(access.fn, ()):
        call = file.calls[number]
        if number in chain:
            continue
        given = any(value.kind == "name" and value.text.lstrip("$") == name for value in call.args)
        if given and _DELETES.match(call.name):
            deleted += 1
        elif (given and call.name in _COUNTS and not call.on) or (
            call.on.lstrip("$") == name and (call.name in _SIZES or _DELETES.match(call.name))
        ):
            counted += 1
        elif given or re.match(rf"\$?{re.escape(name)}\b", call.on):
            other += 1
    for read in model.inside.reads[access.at].get(access.fn, ()):
        if read.base.lstrip("$") == name and read.attr not in _SIZES and read.attr not in ("<", "nil", "in", "not in"):
            other += 1
    loops = model.inside.loops[access.at].get(access.fn, ())
    if any(re.match(rf"\$?{re.escape(name)}\b", loop.over) for loop in loops):
        return False
    returned = any(
        re.search(rf"\b{re.escape(name)}\b(?!\.(Count|Length|length|size))", each.value.text)
        for each in file.returns
        if each.fn == access.fn
    )
    return deleted > 0 or (counted > 0 and not other and not returned)
