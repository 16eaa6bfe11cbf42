"""Kotlin: handlers that ask a request who sent it and answer 401 if that is nobody: `val user = userOf(request) ?: return unauthorized()`."""

from backwright.review.facts import Arg
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

_EARLY = 8  # calls: who sends a request is asked before anything is done
_DEPTH_MAX = 3
_DENIES = regex(r"(?i)unauthori[sz]ed|\b401\b")
_REQUESTS = regex(r"(Server)?(Web)?(Http)?(Servlet)?(Request|Exchange|Headers)\b")
_CALL = frozenset({"call", "call.request"})  # Ktor's
# Gives what a client sent, which says nothing of who it is.
_SENT = regex(r"(?i)receive\w*|\w*body\w*|\w*param\w*|respond\w*|header|getHeader|get|path\w*|query\w*")
_ENTRIES = regex(r"(?i)log-?_?in|sign-?_?(in|up)|refresh|register|token|password|callback|webhook")


def sends_away(project: Project, handler: Fn, path: str = "") -> bool:
    """Whether a handler answers 401 where what a request says of its sender is nothing; a log-in answers so, too, to a wrong password."""
    file = project.files[handler.file]
    if file.language != "kotlin" or _ENTRIES.search(path):
        return False
    lines = {told.line for told in file.returns if told.fn == handler.index and _DENIES.search(_words(told.value))}
    if not lines:
        return False
    calls = [call for call in file.calls if call.fn == handler.index]
    requests = _CALL | {param.name for param in project.function(handler).params if _REQUESTS.match(param.type)}
    return any(
        call.to not in ("", "return")
        and (call.line in lines or call.line + 1 in lines)
        and not _SENT.fullmatch(call.name)
        and (call.on in requests or any(value.text in requests for value in call.args))
        for call in calls[:_EARLY]
    )


def _words(value: Arg, depth: int = _DEPTH_MAX) -> str:
    return " ".join([value.text, *(_words(item, depth - 1) for item in value.items if depth > 0)])


__all__ = ["sends_away"]
