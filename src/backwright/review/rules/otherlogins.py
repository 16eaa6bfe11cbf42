"""Logins at other places: records of a feed, a mail server, a mirror keep a password that has to be sent there as it is."""

import re

from backwright.review.facts import Class
from backwright.review.regexes import regex
from backwright.review.rules.owned import is_person

_ADDRESS = regex(
    r"(feed|site|base|server|remote|repo(sitory)?|api|web|target|proxy|jdbc|ldap|smtp|imap|git|ftp)?_?(url|uri|host(_?name)?|endpoint|jdbc_?url)",
    re.IGNORECASE,
)
_COLUMN = regex(
    r"[\s,(`\"]((feed|site|base|server|remote|repo(sitory)?|api|target|proxy|jdbc|ldap|smtp|imap|git|ftp)_?(url|uri|host)|host(name)?|url)[`\"]?\s*(=|,|\))",
    re.IGNORECASE,
)
_TABLE = regex(r"(?:into|update)\s+[`\"\[]?(?:\w+\.)?(?P<name>\w+)", re.IGNORECASE)


def logs_in_elsewhere(made: Class) -> bool:
    """Whether a record tells beside its password where that is for, and is nobody who logs in here."""
    return not is_person(made.name) and any(_ADDRESS.fullmatch(field.name) for field in made.fields)


def writes_elsewhere(text: str) -> bool:
    """Whether a statement writes such a record: `UPDATE feeds SET feed_url=$1, password=$2`."""
    table = _TABLE.search(text)
    return table is not None and not is_person(table["name"]) and _COLUMN.search(text) is not None
