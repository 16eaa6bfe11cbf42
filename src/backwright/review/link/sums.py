"""Constants that are put together from others without any literal: `API + USERS`."""

from backwright.review.facts import Arg
from backwright.review.regexes import regex

_SUM = regex(r"[A-Za-z_][\w.]*(?:\s*\+\s*[A-Za-z_][\w.]*)+")
_TEXT_MAX = 200


def summands(value: Arg) -> list[Arg]:
    """Return the names that a value is the sum of, none if it is something else."""
    if value.kind != "other" or len(value.text) > _TEXT_MAX or not _SUM.fullmatch(value.text):
        return []
    return [Arg("name", name.strip()) for name in value.text.split("+")]
