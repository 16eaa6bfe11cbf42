"""retry-without-backoff: a failed call that is made again at once."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity
from backwright.review.facts import File, Loop
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing
from backwright.review.rules.looping import root
from backwright.review.rules.rule import Hit

TRIES = regex(r"attempt|retr(y|ies)|\btries\b|max_?tries", re.IGNORECASE)
WAITS = regex(
    r"^(sleep\w*|usleep|delay|wait\w*|backoff\w*|after|After|NewTimer|Tick|timeout|setTimeout|park\w*|Sleep|Delay|pause|jitter|sleepCoro|nanosleep|yield_now|timer|Duration)$|backoff|sleep|[Dd]elay",
    re.IGNORECASE,
)


def check(model: Model) -> Iterator[Hit]:
    """Yield loops that try a request or a write again without waiting."""
    failing = Failing(model)
    for at in model.own:
        file = model.files[at]
        for index, made in enumerate(file.catches):
            loop = _loop(model, at, index)
            if loop is None or _waits(file, loop) or not _tries_again(file, index, loop):
                continue
            guarded = failing.guarded(at, index)
            weight = failing.weigh(at, guarded)
            if weight is None or weight.kind == "query":
                continue
            call = file.calls[weight.call]
            if any(root(value.text) in loop.vars and not TRIES.search(root(value.text)) for value in call.args):
                continue
            fn = Fn(at, model.named(at, made.fn))
            label = model.label(fn) if made.fn >= 0 else file.path
            yield Hit(
                at, call.line, f"{label} calls {shown(call)}() again at once when it fails", made.fn, model.path_to(fn) if made.fn >= 0 else (), Confidence.MEDIUM, Severity.MEDIUM,
                key=f"{at}:{loop.line}", fix="Wait between tries, longer each time and with some chance in it, and stop after a few.",
            )  # fmt: skip


def _loop(model: Model, at: int, index: int) -> Loop | None:
    """Return the loop that tries again: one that counts or says so, not one over the things to do."""
    file = model.files[at]
    made = file.catches[index]
    for number in model.loops(at, made.loop):
        loop = file.loops[number]
        names = " ".join((loop.over, *loop.vars))
        if TRIES.search(names) or (
            loop.kind == "while" and re.fullmatch(r"\(?\s*(true|True|1|)\s*\)?", loop.over.strip())
        ):
            return loop
        if (
            loop.kind == "count"
            or (loop.kind == "map" and loop.over.isdigit())
            or re.match(r"(range\(|1\.\.|0\.\.)", loop.over)
        ):
            return loop
    return None


def _waits(file: File, loop: Loop) -> bool:
    return any(loop.line <= call.line <= loop.end and WAITS.search(call.name) for call in file.calls)


def _tries_again(file: File, index: int, loop: Loop) -> bool:
    """Whether the loop goes on after an error, and ends when all is well."""
    made = file.catches[index]
    if {"raise"} & set(made.does) and "if" not in made.body:
        return False
    if "return" in made.does and "if" not in made.body:
        return False
    start = made.start or made.line
    ends = any(each.fn == made.fn and start <= each.line <= loop.end and each.catch != index for each in file.returns)
    return ends or bool(TRIES.search(" ".join((loop.over, *loop.vars, made.body))))
