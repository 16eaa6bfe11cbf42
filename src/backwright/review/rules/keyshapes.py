"""Keys that are known by their shape alone: private keys and tokens of well-known services."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.review.link.model import Model
from backwright.review.read.sweep import secrets_of
from backwright.review.regexes import regex
from backwright.review.rules import literals
from backwright.review.rules.credentials import words_of
from backwright.review.rules.lookalikes import looks_for_keys, only_marks
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import secret_hit

SPOTS_MAX = 12  # other keys of one file that are named
_MADE_UP = regex(r"(^|_|\b)(test|fake|mock|dummy|example|sample|demo|fixture)s?(_|\b|$)", re.IGNORECASE)
_KEPT = regex(r"(^|/)(\.env|[^/]*\.(ya?ml|properties|ini|conf|json|toml|hocon|pem|key|tf))")
# Google's keys for maps and for Firebase stand in every page and application that uses them.
_SHOWN_TO_ALL = regex(r"maps?(?-i:(?![a-z]))|firebase|google-services|auth_?domain|browser|public", re.IGNORECASE)
LINES_BEFORE = 4  # and with the line of a key: what tells what it is for
_EXAMPLE = regex(r"example|sample|test|doc", re.IGNORECASE)


def in_source(model: Model, at: int) -> Iterator[Hit]:
    """Yield the keys of one source file, once for each kind: many keys in one place are one pool."""
    file = model.files[at]
    if not file.secrets or looks_for_keys(file):
        return
    named = {assign.line: assign.target for assign in file.assigns}
    marked = only_marks(file)
    kinds: dict[str, list[int]] = {}
    for secret in file.secrets:
        if secret.kind == "key" and secret.line in marked:
            continue
        name = next((named[n] for n in range(secret.line, secret.line - 3, -1) if n in named), "")
        if secret.kind == "google" and _SHOWN_TO_ALL.search(name):
            continue
        if not _MADE_UP.search("_".join(words_of(name))):
            kinds.setdefault(secret.kind, []).append(secret.line)
    for kind, lines in kinds.items():
        told = literals.shape_of(kind)
        more = f" ({len(lines) - 1} more in this file)" if len(lines) > 1 else ""
        sure = "medium" if kind in ("google", "aws") else "high"
        hit = secret_hit(model, at, "", lines[0], f"{told[:1].upper()}{told[1:]} stands in the source{more}", sure)
        yield structs.replace(hit, path=tuple(Spot(file.path, n, f"{told}, too") for n in lines[1 : SPOTS_MAX + 1]))


def in_configuration(model: Model) -> Iterator[Hit]:
    """Yield the keys that stand in files of configuration."""
    for path, whole in model.texts.items():
        if _KEPT.search(path) and not _EXAMPLE.search(path) and not model.nobody.is_at(path):
            lines = whole.splitlines()
            for secret in secrets_of(whole.encode()):
                told = literals.shape_of(secret.kind)
                message = f"{told[:1].upper()}{told[1:]} stands in a committed file"
                around = " ".join((path, *lines[max(secret.line - LINES_BEFORE, 0) : secret.line]))
                is_shown = secret.kind == "google" and _SHOWN_TO_ALL.search(around) is not None
                yield secret_hit(model, -1, path, secret.line, message, "low" if is_shown else "high")
