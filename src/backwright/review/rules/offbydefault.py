"""Python: certificates that are only checked where a variable of the environment says so: without it, nobody checks them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

_CHECKS = regex(
    r"(verif\w*|validat\w*|check)_?(ssl|tls|certs?|certificates?)|(ssl|tls|certs?|certificates?)_?(verif\w*|validat\w*|check)",
    re.IGNORECASE,
)
_IS_SET = regex(r"[\"']\w+[\"']\s+in\s+(os\.)?environ")
_ASKS = frozenset({"get", "getenv", "bool", "getboolean", "env"})
_NO = regex(r"(false|0|no|off)", re.IGNORECASE)
_TAKES = frozenset({"verify", "verify_ssl", "ssl_verify", "verify_certs", "ssl"})


def off_by_default(model: Model) -> Iterator[Hit]:
    """Yield the constant, with the calls that are given it."""
    named: dict[str, tuple[int, int]] = {}
    for at in model.own:
        if model.files[at].language == "python":
            for assign in model.files[at].assigns:
                name = assign.target.rpartition(".")[2]
                if assign.fn < 0 and _CHECKS.search(name) and _is_off(assign.value):
                    named[name] = (at, assign.line)
    if not named:
        return
    used: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for at in model.own:
        if model.files[at].language != "python":
            continue
        for call in model.files[at].calls:
            for value in call.args:
                name = value.text.rpartition(".")[2]
                if value.name in _TAKES and value.kind == "name" and name in named:
                    used[name].append((at, value.line or call.line, call.fn))
    for name, places in used.items():
        at, line, fn = places[0]
        file, defined = named[name]
        message = f"{model.label_around(at, fn)} does not check the server's certificate unless {name} is set"
        hit = Hit(at, line, message, fn, model.path_around(at, fn), Confidence.MEDIUM)
        others = [Spot(model.files[n].path, where, "the same") for n, where, _ in places[1:]]
        first = Spot(model.files[file].path, defined, f"{name} is off where nobody sets it")
        yield structs.replace(hit, path=(*hit.path, first, *others))


def _is_off(value: Arg) -> bool:
    if value.kind == "other":
        return _IS_SET.fullmatch(value.text.strip()) is not None
    if value.kind != "call" or value.text.rpartition(".")[2] not in _ASKS or len(value.items) < 2:
        return False
    return any(
        item.kind in ("bool", "str", "num") and item.name in ("", "default") and _NO.fullmatch(item.text) is not None
        for item in value.items[1:2]
    )
