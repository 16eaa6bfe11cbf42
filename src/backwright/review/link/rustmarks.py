"""Rust: which attributes of a handler and which layers of a router may guard, and which only describe, log or hand over."""

from collections.abc import Iterable, Iterator

from backwright.review.facts import Mark
from backwright.review.regexes import regex

# What gives sessions and identities to those who have one, what hands over the application's own objects: nobody is asked for a login.
GIVES = regex(
    r"\b(Identity(Middleware|Service)|Session(Middleware|ManagerLayer|Layer|AuthLayer|Store)|CookieSession|AuthManagerLayer|AuthSessionLayer|AuthLayer|SetSensitive\w+|\w*Cors\w*|TraceLayer|Authority\w*)"
    r"|^([\w.]+\.)?(Add)?Extension(Layer)?(\.new)?\("
)
# Attributes that document a handler, write to the log what it is given, or tell the compiler something.
_TELLS = frozenset("path api_operation instrument debug_handler doc allow expect cfg cfg_attr deprecated must_use".split())


def guarding(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the attributes of a handler that may say who is let in: not `#[utoipa::path(post, path = "/auth/login")]`."""
    return (mark for mark in marks if mark.name not in _TELLS)
