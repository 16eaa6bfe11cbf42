"""SSH to whoever answers: clients that accept every key that a host shows."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex

_OPTION = regex(r"StrictHostKeyChecking[ =]no\b", re.IGNORECASE)
_ACCEPTS = frozenset({"PromiscuousVerifier", "InsecureIgnoreHostKey", "AcceptAllServerKeyVerifier"})
_CALLED = _ACCEPTS | frozenset(
    "AutoAddPolicy WarningPolicy set_missing_host_key_policy connect ClientConfig addHostKeyVerifier setConfig put setProperty set "
    "addConfig addTransientConfig exec execSync execFile spawn run Popen call check_call check_output system Command Sprintf env setenv".split()
)
_POLICIES = regex(r"\b(AutoAddPolicy|WarningPolicy)\b")
_GANYMED = regex(r"^(ch\.ethz\.ssh2|com\.trilead\.ssh2)\b")


class Unknown(NamedTuple):
    """Where any host is accepted."""

    at: int
    line: int
    fn: int


def unknown_hosts(model: Model) -> Iterator[Unknown]:
    """Yield each line once."""
    told: set[tuple[int, int]] = set()
    own = frozenset(model.own)
    for name in sorted(_CALLED):
        for at, number in model.project.calls_by_name.get(name, ()):
            call = model.files[at].calls[number]
            line = _line(call) or (call.line if name == "connect" and _connects(model, at, call) else 0)
            if at in own and line and (at, line) not in told:
                told.add((at, line))
                yield Unknown(at, line, call.fn)
    for at in model.own:
        for assign in model.files[at].assigns:
            if (at, assign.line) not in told and _tells(assign.value):
                told.add((at, assign.line))
                yield Unknown(at, assign.line, assign.fn)


def _line(call: Call) -> int:
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
    if call.args or not call.on or not any(_GANYMED.match(each.module) for each in model.files[at].imports):
        return False
    made = model.project.assigned[at].get((call.fn, call.on), ())
    return any(
        each.value.kind == "call" and each.value.text.rpartition(".")[2] == "Connection" for each in made
    ) or any(
        other.flags & NEW and other.name == "Connection" and other.to == call.on and other.fn == call.fn
        for other in model.files[at].calls
    )
