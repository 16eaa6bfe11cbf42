"""Who is there by a header that every client can set, in a program that reads tokens of its own."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Call
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.others import Others
from backwright.review.rules.owned import texts
from backwright.review.rules.rule import Hit

_HEADER = regex(r"x[-_](auth[-_])?(user|account|member|customer|owner)[-_]?(id|uid|name)?", re.IGNORECASE)
_READS = regex(r"header", re.IGNORECASE)
_SETS = regex(r"^(set|add|with|append|put|remove|allow|expose|insert|delete)", re.IGNORECASE)
_is_of_tokens = remembered(regex(r"jwt|jws|jose|(decode|verify|parse|validate|check)_?(access_?)?token", re.IGNORECASE))
_ELSEWHERE = regex(r"(^|[/_.-])(tests?|specs?|mocks?|fixtures?|clients?|gateway)([/_.-]|$)", re.IGNORECASE)


def claimed_users(others: Others) -> Iterator[Hit]:
    """Yield one finding for each file whose handlers believe such a header."""
    model, apps = others.model, others.owners.apps
    found: dict[int, list[Call]] = defaultdict(list)
    with_tokens: set[str] = set()
    for at in model.own:
        file = model.files[at]
        if _ELSEWHERE.search(file.path):
            continue
        for call in file.calls:
            if _is_of_tokens(call.name) or _is_of_tokens(call.on):
                with_tokens.add(apps.of(at))
            if call.args and _HEADER.fullmatch(call.args[0].text) and call.args[0].kind == "str" and not _SETS.match(call.name):  # fmt: skip
                if _READS.search(call.name) or _READS.search(call.on):
                    found[at].append(call)
    for at, calls in found.items():
        if apps.of(at) not in with_tokens:
            continue  # what stands before it may set the header
        calls.sort(key=lambda call: call.line)
        path = tuple(Spot(model.files[at].path, call.line, f"{call.args[0].text} says who is there") for call in calls)
        header = next(iter(texts(calls[0].args)))
        message = f"who is there is taken from the header {header}, which every client can set, and not from the token"
        fix = "Take the user out of the token that was verified."
        yield Hit(at, calls[0].line, message, calls[0].fn, path, Confidence.MEDIUM, Severity.HIGH, key=f"claimed users {at}", fix=fix)  # fmt: skip
