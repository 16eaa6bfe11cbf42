"""Ktor: handlers that themselves ask for a session and send away who has none."""

import re

from backwright.review.facts import Arg
from backwright.review.link.kotlinrefusals import sends_away
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_SENDS_AWAY = regex(r"(?i)\blog_?in\b|sign_?in\b|unauthori[sz]ed|forbidden|\b401\b|\b403\b")
_ANSWERS = regex(r"respond\w*|redirect\w*")
_READS = regex(r"get|getOrThrow|getOrFail|require")
DEPTH_MAX = 3


def demands_session(project: Project, handler: Fn) -> bool:
    """Whether a handler reads a session, and answers that somebody must log in or fails without one."""
    calls = [call for call in project.files[handler.file].calls if call.fn == handler.index]
    reads = [call for call in calls if _READS.fullmatch(call.name) and re.search(r"\bsessions$", call.on)]
    if not reads:
        return sends_away(project, handler)
    if any(call.name != "get" for call in reads):
        return True
    return any(
        _ANSWERS.fullmatch(call.name) and _SENDS_AWAY.search(" ".join(_words(value) for value in call.args))
        for call in calls
    )


def _words(value: Arg, depth: int = DEPTH_MAX) -> str:
    text = "" if value.kind in ("str", "fmt") and not value.text.startswith("/") else value.text
    return " ".join([text, *(_words(item, depth - 1) for item in value.items if depth > 0)])
