"""SSH to whoever answers: clients that accept every key that a host shows."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import NEW, Arg, Call, File
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_OPTION = regex(r"StrictHostKeyChecking[ =]no\b", re.IGNORECASE)
_ACCEPTS = frozenset({"PromiscuousVerifier", "InsecureIgnoreHostKey", "AcceptAllServerKeyVerifier"})
_POLICIES = regex(r"\b(AutoAddPolicy|WarningPolicy)\b")
_GANYMED = regex(r"^(ch\.ethz\.ssh2|com\.trilead\.ssh2)\b")


class Unknown(NamedTuple):
    """Where any host is accepted."""

    at: int
    line: int
    fn: int


def unknown_hosts(model: Model) -> Iterator[Unknown]:
    """Yield each line once."""
    for at in model.own:
        file = model.files[at]
        opens = any(_GANYMED.match(made.module) for made in file.imports)
        lines: set[int] = set()
        for call in file.calls:
            line = _line(file, call) or (call.line if opens and _connects(model, at, call) else 0)
            if line and line not in lines:
                lines.add(line)
                yield Unknown(at, line, call.fn)
        for assign in file.assigns:
            if assign.line not in lines and _tells(assign.value):
                lines.add(assign.line)
                yield Unknown(at, assign.line, assign.fn)


def _line(file: File, call: Call) -> int:
    """The line where a call accepts every host, 0 if it does not."""
    if call.name in _ACCEPTS or (call.name in ("AutoAddPolicy", "WarningPolicy") and call.inside >= 0):
        return call.line
    for place, value in enumerate(call.args):
        if value.kind == "str" and value.text == "StrictHostKeyChecking":
            after = call.args[place + 1] if place + 1 < len(call.args) else None
            if after is not None and after.kind == "str" and after.text.lower() == "no":
                return call.line
        elif _tells(value) or _is_careless(call, value):
            return value.line or call.line
    return 0


def _is_careless(call: Call, value: Arg) -> bool:
    if value.name == "known_hosts":
        return value.kind == "none" and call.on == "asyncssh"
    return value.kind == "name" and (
        value.text.rpartition(".")[2] in _ACCEPTS
        or (call.name == "set_missing_host_key_policy" and _POLICIES.search(value.text) is not None)
    )


def _tells(value: Arg) -> bool:
    if value.kind in ("str", "fmt", "concat") and "ost" in value.text and _OPTION.search(value.text):
        return True
    return value.kind == "list" and any(_tells(item) for item in value.items)


def _connects(model: Model, at: int, call: Call) -> bool:
    """Whether a connection of these libraries is opened without what checks the key: `new Connection(ip, port).connect()`."""
    if call.name != "connect" or call.args or not call.on:
        return False
    made = model.project.assigned[at].get((call.fn, call.on), ())
    return any(
        each.value.kind == "call" and each.value.text.rpartition(".")[2] == "Connection" for each in made
    ) or any(
        other.flags & NEW and other.name == "Connection" and other.to == call.on and other.fn == call.fn
        for other in model.files[at].calls
    )
