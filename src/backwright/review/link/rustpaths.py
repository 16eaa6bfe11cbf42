"""Rust: the path that a router is mounted at, however the string is put together."""

import re
from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers

_JOINED = regex(r"^\[(.*)\]\.(concat|join)$", re.DOTALL)
_SAME = regex(r"^([\w.]+)\.(as_str|as_ref|to_string|to_owned|into|clone|deref|borrow)$")
_CONSTANT = regex(r"[\w.]*[A-Z_]{3,}")
_VARIANT = regex(r"(?:\w+\.)*[A-Z]\w*\.[A-Z]\w*\.[a-z]\w*")
_UNKNOWN = "{*}"


def path_of(routers: "Routers", at: int, fn: int, value: Arg) -> str | None:
    """Return a mount's path, None if nothing is known of it. A base path from the configuration is taken as none."""
    path = _told(routers, at, fn, value)
    if path is None:  # a constant of a crate that was not read, or a variant of an enum that has all paths
        is_told = _CONSTANT.fullmatch(value.text) or (value.kind == "call" and _VARIANT.fullmatch(value.text))
        return f"/{_UNKNOWN}" if is_told else None
    return path.removeprefix(_UNKNOWN) if path.startswith(_UNKNOWN + "/") else path


def _told(routers: "Routers", at: int, fn: int, value: Arg) -> str | None:
    if value.kind != "call":
        return routers.constant(at, fn, value)
    if value.text == "concat":
        return "".join(_told(routers, at, fn, item) or _UNKNOWN for item in value.items)
    if same := _SAME.match(value.text):
        return routers.constant(at, fn, Arg("name", same[1]))
    if joined := _JOINED.match(value.text):
        parts = [part.strip().lstrip("&") for part in joined[1].split(",")]
        told = [
            part[1:-1] if part.startswith('"') else routers.constant(at, fn, Arg("name", part)) or _UNKNOWN
            for part in parts
            if part
        ]
        return "".join(told)
    return None
