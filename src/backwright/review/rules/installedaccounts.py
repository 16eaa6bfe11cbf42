"""Accounts that every installation begins with: rows of users with their passwords in the SQL that sets a database up."""

import re
from collections.abc import Iterator

from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.owned import is_person
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import secret_hit

STATEMENT_MAX = 4_000  # characters of a statement that are looked at: a row of one account is shorter
_INSERT = regex(
    r"^[ \t]*insert\s+(?:ignore\s+)?into\s+[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(?P<table>\w+)[`\"\]]?",
    re.IGNORECASE | re.MULTILINE,
)
_HASH = regex(r"'(\{\w+\})?\$(2[abxy]|argon2\w*|6|pbkdf2[\w-]*)\$[^'\s]{30,}'")
_ADMIN = regex(r"'(admin\w*|root|super_?(user|admin)|sysadmin)(@[\w.-]+)?'", re.IGNORECASE)
_PREFIX = regex(r"^(t|tb|tbl|sys|base|auth|app|cms|\w{2,10}?)_(?=\w*(user|account|admin|member))", re.IGNORECASE)
_MADE_UP = regex(
    r"(^|[/._-])(tests?|testing|demo|samples?|examples?|fixtures?|mocks?|dev|local|bench\w*|fake|dummy|seeds?)([/._-]|$)",
    re.IGNORECASE,
)


def installed(model: Model) -> Iterator[Hit]:
    """Yield the first administrator of each SQL file whose password is the same wherever it is run."""
    for path, text in model.texts.items():
        if not path.endswith(".sql") or _MADE_UP.search(path) or model.nobody.is_at(path):
            continue
        for found in _INSERT.finditer(text):
            if not is_person(_PREFIX.sub("", found["table"])):
                continue
            end = text.find(";\n", found.end(), found.end() + STATEMENT_MAX)
            row = text[found.end() : end if end >= 0 else found.end() + STATEMENT_MAX]
            if (hashed := _HASH.search(row)) and _ADMIN.search(row):
                line = text.count("\n", 0, found.end() + hashed.start()) + 1
                message = (
                    f"Every installation begins with the administrator of {found['table']}, whose password is known"
                )
                yield secret_hit(model, -1, path, line, message, "high", develops=False)
                break
