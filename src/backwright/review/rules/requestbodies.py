"""Whole request bodies: values that hold every field that a client sent, whatever it is called."""

import re

from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

_BODY = {
    "python": regex(
        r"(await\s+)?(self\.)?(flask\.|connexion\.)?request\.(json|get_json|form|data|POST|values)(\(\))?(\.(to_dict|dict|copy|items)(\(\))?)?(\(\))?|(await\s+)?request\.json\(\)|"
        r"json\.loads\(\s*request\.(body|data|get_data\(\))[^)]*\)"
    ),
    "javascript": regex(r"(await\s+)?(req|request|ctx\.request|ctx\.req|c\.req|event)\.(body|json)(\(\))?|(req|request)\.payload|(await\s+)?readBody(\(event\))?"),
    "php": regex(r"\$?(this\.)?request(\(\))?(\.|->)(all|input|post|toArray)(\(\))?|\$_POST|Input(\.|::)all(\(\))?|Request(\.|::)all(\(\))?"),
}  # fmt: skip
# Middleware and calls that let only listed fields through.
CHECKS = regex(
    r"valid|schema|celebrate|joi|zod|pick|omit|permit|whitelist|allow|dto|only\b|serializ|sanit|parse_obj|filter_?fields|clean",
    re.IGNORECASE,
)


def is_body(model: Model, at: int, fn: int, value: Arg) -> bool:
    """Whether a value is everything that a client sent, itself or through one variable; spread counts as well."""
    pattern = _BODY.get(model.files[at].language)
    if pattern is None or value.kind not in ("name", "call", "other", "dict", "list"):
        return False
    if value.kind == "dict":
        return any(item.name in ("...", "**", "") and is_body(model, at, fn, item) for item in value.items)
    text = re.sub(r"^(\*\*|\.\.\.)\s*", "", value.text).strip()
    if pattern.fullmatch(text):
        return value.kind != "call" or not value.items or all(item.name for item in value.items)
    if not re.fullmatch(r"\$?\w+", text):
        return False
    for number in model.enclosing(at, fn):
        found = model.project.assigned[at].get((number, text.lstrip("$")), ())
        if found:
            return (
                any(
                    pattern.fullmatch(a.value.text.strip()) is not None
                    and (a.value.kind != "call" or not a.value.items or all(i.name for i in a.value.items))
                    for a in found
                )
                and len(found) == 1
            )
    return False


def is_checked(model: Model, at: int, fn: int, body: Arg) -> bool:
    """Whether a schema or a list of fields stands before: in the endpoint's chain, or among what the function calls."""
    around = set(model.enclosing(at, fn))
    declared = model.endpoint_of(Fn(at, model.named(at, fn)))
    if declared is not None and any(CHECKS.search(use.text) for use in declared.uses):
        return True
    return any(
        CHECKS.search(call.name) or call.name in ("pop", "unset", "except")
        for call in model.files[at].calls
        if call.fn in around
    )
