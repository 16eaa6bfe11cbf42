"""What JavaScript's functions are called that are wrapped or exported."""

import re

from backwright.review.facts import File

EXPORTS = ("default", "module.exports", "exports")
_EXPORTED = re.compile(r"(?:module\.)?exports\.(\w+)\Z")


def own_name(file: File, index: int) -> str:
    """Return what a function is called: `exports.list = ...` is list, and so is `const list = wrap(async () => ...)`."""
    made = file.functions[index]
    if made.name:
        found = _EXPORTED.match(made.name)
        return found[1] if found else made.name
    if made.kind != "lambda" or made.call < 0:
        return ""
    call = file.calls[made.call]
    while call.inside >= 0 and not call.to:
        call = file.calls[call.inside]
    if not call.to or call.to == "return" or (call.loop >= 0 and made.loop == call.loop != -1):
        return ""
    name = call.to.removesuffix("[]")
    found = _EXPORTED.match(name)
    name = found[1] if found else name
    is_wrapper = not call.on or call.on.partition(".")[0] in ("_", "lodash")
    return (
        name
        if is_wrapper
        and (re.fullmatch(r"\w+", name) or name == "module.exports")
        and call.name not in ("require", "setTimeout", "setInterval")
        else ""
    )
