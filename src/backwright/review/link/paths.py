"""Paths of endpoints in one notation: /orders/{id}, whatever the framework writes."""

import re

from backwright.review.regexes import regex

_PARAMETERS = (
    (regex(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)"), r"{\1}"),  # Django's regular expressions
    (regex(r"(?<=[/.\-~]):(\w+)<[^<>/]*>"), r"{\1}"),  # Fiber's :id<int>
    (regex(r"/\{\$\}$"), "/"),  # Go's "this path alone"
    (regex(r"<(\w+):(?:int|float|path|re(?::[^<>]*)?)>"), r"{\1}"),  # Bottle's <id:int>
    (regex(r"<(?:[\w.]+(?:\([^)]*\))?:)?(\w+)(?:\.\.)?>"), r"{\1}"),  # <int:id>, <id>, <path..>
    (regex(r"\[\[?\.\.\.(\w+)\]\]?"), r"{\1}"),  # [...slug]
    (regex(r"(?<=/)\[(\w+)\]"), r"{\1}"),  # [id]
    (regex(r"\{\*{1,2}(\w+)\}"), r"{\1}"),  # {**slug}
    (regex(r"\{(\w+)(?:[:?=<](?:[^{}]|\{[^{}]*\})*)\}"), r"{\1}"),  # {id:int}, {id?}, {id:[0-9]{4}}
    (regex(r"\{(\w+)\.\.\.\}"), r"{\1}"),  # {path...}
    (
        regex(r"(?<=[/.\-~])[:*](\w+)(?:\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})?[?*+]?"),
        r"{\1}",
    ),  # :id, :id(\d+), *path
    (regex(r"\(:(\w+)\)"), r"{\1}"),  # CodeIgniter: (:num)
    (regex(r"#\{(\w+)\}"), r"{\1}"),
    (regex(r"\{\$(\w+)\}"), r"{\1}"),
)
_REGEX_ENDS = regex(r"^\^|\\?[$Z]$|/\?\$?$")
_INNER_START = regex(r"/\^+/?")  # of a Django pattern that is included below another
_GROUP = regex(
    r"\((?!\w+\))(?:[^()]|\([^()]*\))*\)"
)  # what is left of regular expressions; Next.js' (group) is gone already
_STAR = regex(r"/\*+(?=/|$)")


def canonical_path(path: str) -> str:
    """Return a path with a leading slash, without a trailing one, parameters as {name}."""
    path = re.sub(r"\?[\w-]+=.*$", "", path.strip().replace("\\/", "/"))  # Drogon: parameters of the query behind it
    path = _INNER_START.sub("/", path)
    if path.startswith("^") or path.endswith(("$", "/?")):
        path = _REGEX_ENDS.sub("", _REGEX_ENDS.sub("", path))
        path = path.replace("\\.", ".").replace("\\-", "-")
    if not path.startswith("/"):
        path = "/" + path
    for pattern, name in _PARAMETERS:
        path = pattern.sub(name, path)
    path = _GROUP.sub("{*}", path)
    path = _STAR.sub("/{*}", path)
    path = re.sub(r"\[/?(\{\w+\})\]", r"/\1", path)  # Slim's optional parts
    path = re.sub(r"/{2,}", "/", path)
    return path.rstrip("/") or "/"


def join(prefix: str, path: str) -> str:
    """Return two parts of a path put together, with one slash between them."""
    if not prefix:
        return path
    if not path or path == "/":
        return prefix
    return (
        f"{prefix.rstrip('/')}/{path.lstrip('/')}"
        if not path.startswith((":", "?")) or path.startswith(":")
        else prefix + path
    )


def parameters(path: str) -> tuple[str, ...]:
    """Return the names of a canonical path's parameters."""
    return tuple(re.findall(r"\{(\w+)\}", path))
