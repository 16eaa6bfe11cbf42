"""Functions that an endless loop runs between its pauses, and those that a program for a schedule runs."""

import re
from collections.abc import Iterator

from backwright.review.facts import File, Loop
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

_ENDLESS = regex(
    r"^(true|True|1|isActive|running|isRunning|self\.running|!?\w*(stop|quit|shutdown|closed|done|terminat)\w*(\(\))?)?$"
)
_TICKS = regex(r"^(time\.)?Tick\(|\b\w*[tT](icker|imer)\.C$")
_PAUSES = frozenset({"Sleep", "sleep", "delay", "tick", "After"})
# `cron.py`, `run_worker.py`: a file that is started for what its block at the end calls.
_PROGRAM = regex(r"(^|/)(\w+_)?(cron|crons|cronjobs?|worker|scheduler|daemon|job_runner)\.py$")


def ticking(model: Model, at: int) -> Iterator[Fn]:
    """Yield the functions that the endless loops of a file run in each round, and those that its block at the end calls."""
    file = model.files[at]
    for made in file.loops:
        if made.fn >= 0 and _is_endless(file, made):
            for number in model.inside.calls[at].get(made.fn, ()):
                call = file.calls[number]
                if made.line <= call.line <= made.end:
                    yield from model.project.resolve_call(at, call)[:1]
    if file.language == "python" and _PROGRAM.search(file.path):
        for call in file.calls:
            if call.fn < 0 and not call.on:
                yield from (fn for fn in model.project.resolve(at, -1, "", call.name)[:1] if fn.file == at)


def _is_endless(file: File, made: Loop) -> bool:
    """Whether a loop has no end of its own and waits in each round."""
    if made.kind == "each":
        return _TICKS.search(made.over) is not None
    if made.kind != "while" or not _ENDLESS.match(re.sub(r"\s", "", made.over)):
        return False
    return any(
        call.fn == made.fn and call.name in _PAUSES and made.line <= call.line <= made.end for call in file.calls
    ) or any(read.fn == made.fn and read.attr == "C" and made.line <= read.line <= made.end for read in file.reads)
