"""Rust: which attributes of a handler and which layers of a router may guard, and which only describe, log or hand over."""

from collections.abc import Iterable, Iterator

from backwright.review.facts import File, Mark
from backwright.review.regexes import regex

# What gives sessions and identities to those who have one, what hands over the application's own objects: nobody is asked for a login.
GIVES = regex(
    r"\b(Identity(Middleware|Service)|Session(Middleware|ManagerLayer|Layer|AuthLayer|Store)|CookieSession|AuthManagerLayer|AuthSessionLayer|AuthLayer|SetSensitive\w+|\w*[Cc]ors\w*|TraceLayer|Authority\w*)"
    r"|^([\w.]+\.)?(Add)?Extension(Layer)?(\.new)?\("
)
# Attributes that document a handler, write to the log what it is given, or tell the compiler something.
_TELLS = frozenset(
    "path api_operation instrument debug_handler doc allow expect cfg cfg_attr deprecated must_use".split()
)


def guarding(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the attributes of a handler that may say who is let in: not `#[utoipa::path(post, path = "/auth/login")]`."""
    return (mark for mark in marks if mark.name not in _TELLS)


# A closure that may turn somebody away: it makes an answer or an error of its own, or runs what does.
_ANSWERS = regex(
    r"Unauthori[sz]ed|Forbidden|TooManyRequests|HttpResponse|StatusCode|into_response|Err\b|Error\w*\b|^(check|verify|validate|require|ensure|authenticate|authori[sz]e|decode)"
)


def closure_words(file: File, ref: int) -> str:
    """Return the names of the calls of a layer that is written as a closure, "" if it lets everybody through: it only logs or adds headers."""
    calls = [call for call in file.calls if call.fn == ref]
    said = [f"{call.on}.{call.name}".lstrip(".") for call in calls]
    told = [*said, *(call.name for call in calls), *(value.text for call in calls for value in call.args)]
    told += [each.value.text for each in file.returns if each.fn == ref]
    return " ".join(call.name for call in calls) if any(_ANSWERS.search(each) for each in told) else ""
