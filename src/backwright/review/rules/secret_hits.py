"""Secrets that stand where everybody reads them: what a literal says, and how its finding is told."""

import re

from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import is_development

ENVIRONMENT = regex(r"env|config|settings|getenv|property", re.IGNORECASE)
DEFAULT = regex(r"^[$#]\{\s*(?P<name>[\w.-]+)\s*:-?(?P<text>[^?}][^}]{2,})\}$")
LOCAL = regex(
    r"@(localhost|127\.0\.0\.1|0\.0\.0\.0|db|database|postgres\w*|mysql|mariadb|mongo\w*|redis|rabbitmq|"
    r"host\.docker\.internal|sqlserver|mssql)([:/?]|$)|(server|host|data source)\s*=\s*(localhost|127\.0\.0\.1|\.|\(localdb\)|"
    r"\(local\)|db|postgres|mysql|sqlserver|mssql)\b",
    re.IGNORECASE,
)
_UNWRAP = frozenset(
    "hex decode b64decode fromhex unhexlify GetBytes from byte bytes toByteArray SymmetricSecurityKey SecretKeySpec fromBase64 "
    "FromBase64String base64_decode String str String.from SecretStr new of hmacShaKeyFor to_string into hex2bin Buffer "
    "DecodeString decodeBase64 encodeToByteArray from_secret from_static".split()
)
_ENCODING = regex(r"utf[-_]?(8|16)|ascii|latin[-_]?1|iso-8859-1|hex|base64(url)?|binary", re.IGNORECASE)
_FIX = (
    "Read it from the environment or a secret store, refuse to start without it, and replace the value that was committed: "
    "it stays in the history."
)


def secret_hit(
    model: Model, at: int, file: str, line: int, message: str, sure: str, fn: int = -1, *, develops: bool | None = None
) -> Hit:
    """Return the finding of one secret; what only developers use, or is not sure, is for the strict tier.

    `develops`: whether the file is for development, if more is known of it than its name.
    """
    path = file or model.files[at].path
    if sure != "low" and (is_development(path) if develops is None else develops):
        sure = "low" if file else "medium"
    low = sure == "low"
    return Hit(
        at, line, message, fn, confidence=Confidence(sure), severity=Severity.MEDIUM if low else None, file=file, fix=_FIX,
        tier=Tier.STRICT if low else None,
    )  # fmt: skip


def literal(value: Arg) -> str | None:
    """Return the text of a literal, also through what only decodes it; None if it is none."""
    if value.kind == "str":
        return value.text
    if value.kind == "call" and value.items and _ENCODING.fullmatch(value.items[0].text):
        return None  # how something else is decoded
    on, _, last = value.text.rpartition(".")
    if value.kind == "call" and last == "String" and on[:1].islower():
        return None  # an argument of a command is asked for: `cmd.String("password")`
    if (
        value.kind == "call"
        and value.items
        and value.text.rpartition(".")[2] in _UNWRAP
        and not ENVIRONMENT.search(value.text.rpartition(".")[0])
        and value.items[0].kind in ("str", "call")
        and not value.items[0].name
        and len(value.items) <= 2
    ):
        return literal(value.items[0])
    return None


def shown_name(name: str) -> str:
    """Return a name as people say it: without the object that holds it."""
    return re.sub(r"^(self|this|\$this|app\.config)\W+", "", name).strip("[]\"'$") or name


def secret_message(kind: str, name: str, *, committed: bool = False) -> str:
    """Return the sentence about a key, a password or a token under some name."""
    where = "in a committed file" if committed else "in the source"
    told = shown_name(name)
    if kind == "key":
        return f"{told} is a literal {where}: who reads it can sign or decrypt as the application"
    return f"{told} is a {kind} that stands {where}"
