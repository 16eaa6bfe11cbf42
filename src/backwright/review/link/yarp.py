"""Routes of YARP, .NET's reverse proxy: `MapReverseProxy()` answers what the application's settings list."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backwright.review.regexes import regex

_COMMENT = regex(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = regex(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


class Proxied(NamedTuple):
    """One route of the settings: its methods, its path, and the words that stand before it."""

    methods: tuple[str, ...]
    path: str
    words: tuple[str, ...]


def proxied(texts: Mapping[str, str], folder: str) -> Iterator[Proxied]:
    """Yield the routes that the settings in a folder list, each once."""
    found: dict[Proxied, None] = {}
    for path, text in sorted(texts.items()):
        if path.rpartition("/")[0] == folder and path.endswith(".json") and "ReverseProxy" in text:
            routes = _section(_read(text), "ReverseProxy", "Routes")
            listed = routes.values() if isinstance(routes, dict) else routes if isinstance(routes, list) else ()
            for route in listed:
                match = _section(route, "Match")
                told = _section(match, "Path")
                if isinstance(told, str):
                    methods = _section(match, "Methods")
                    verbs = tuple(str(each).upper() for each in methods) if isinstance(methods, list) else ()
                    found[Proxied(verbs or ("*",), told, tuple(_words(route)))] = None
    yield from found


def _words(route: object) -> Iterator[str]:
    policy = _section(route, "AuthorizationPolicy")
    if isinstance(policy, str) and policy:
        yield "AllowAnonymous()" if policy.lower() == "anonymous" else f"RequireAuthorization({policy})"
    limit = _section(route, "RateLimiterPolicy")
    if isinstance(limit, str) and limit:
        yield "DisableRateLimiting()" if limit.lower() == "disable" else f"RequireRateLimiting({limit})"


def _section(held: object, *names: str) -> object:
    """Return what stands below names, written in any case, None if nothing does."""
    for name in names:
        if not isinstance(held, dict):
            return None
        held = next((value for key, value in held.items() if key.lower() == name.lower()), None)
    return held


def _read(text: str) -> object:
    """Return settings, which .NET lets have comments and commas behind the last entry; None if they cannot be read."""
    plain = _COMMENT.sub(lambda match: match[1] or "", text.lstrip("\ufeff"))
    try:
        return json.loads(_LAST_COMMA.sub(lambda match: match[1] or "", plain))
    except (ValueError, RecursionError):
        return None


__all__ = ["Proxied", "proxied"]
