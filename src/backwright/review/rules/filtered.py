"""C#: handlers with a filter, `catch (SqlException e) when (e.Number == 2601)`, which take only what somebody thought of."""

import re

from backwright.review.facts import Catch, File


def is_filtered(file: File, made: Catch) -> bool:
    """Whether a handler looks at its error before its body does: then a filter looks at it."""
    if "filter" in made.does:
        return True
    if file.language != "csharp" or not made.var or re.search(rf"\b{re.escape(made.var)}\b", made.body):
        return False
    lines = (made.line, made.line + 1)
    if any(each.base == made.var and each.fn == made.fn and each.line in lines for each in file.reads):
        return True
    return any(
        call.fn == made.fn and call.line in lines and any(value.text == made.var for value in call.args)
        for call in file.calls
    )
