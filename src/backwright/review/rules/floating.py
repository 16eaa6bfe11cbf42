"""Writes that nobody waits for: the answer is sent before it is known whether they worked, and their errors are lost."""

import re

from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_TRY, Call
from backwright.review.link.effects import Does
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing, Weight

CALLBACK_LIBRARIES = frozenset({"mysql", "sqlite3", "better-sqlite3", "node-redis 3"})
REPOSITORIES = regex(r"repo(sitor(y|ies))?$|manager$|prisma|model$", re.IGNORECASE)
# What tells others of something that is done: it may be late, or not come at all.
TOLD = regex(
    r"publish|emit|notif|broadcast|pub_?sub|track|metric|telemetr|analytic|audit|webhook|cache|warm|log", re.IGNORECASE
)
DEPTH_MAX = 2  # calls between a function of the project that is not awaited, and the write


def floating(model: Model, failing: Failing, at: int, index: int) -> str:
    """A write whose promise nobody awaits: the answer is sent before it is known whether it worked, and its error is lost."""
    file = model.files[at]
    call = file.calls[index]
    if file.language == "javascript" and _is_left(model, failing, at, index):
        return "dropped"
    if (
        not call.flags & BARE
        or call.flags & AWAITED
        or failing.kind(at, index) != "write"
        or _is_built(model, at, call)
        or any(v.kind == "fn" for v in call.args)
    ):
        return ""
    told = model.effects.of_call[at].get(index, ())
    if any(
        does.effect.blocks or does.effect.library in CALLBACK_LIBRARIES or does.does in ("publish", "mail")
        for does in told
    ):
        return ""
    if file.language == "csharp" and not call.name.endswith("Async"):
        return ""
    if model.effects.chain(at, index)[-1] != index or any(
        v.kind == "name" and re.search(r"^(cb|callback|done|next)$", v.text) for v in call.args
    ):
        return ""
    return "dropped" if model.in_async(at, call.fn) else ""


def _is_left(model: Model, failing: Failing, at: int, index: int) -> bool:
    """Whether a call starts an async function of the project that writes and lets its errors rise, where nobody takes them."""
    file = model.files[at]
    call = file.calls[index]
    is_left = call.flags & BARE or (call.flags & DEFERRED and not call.to)  # also `void this.mark(id)`
    if not is_left or call.flags & AWAITED or call.inside >= 0 or not model.in_async(at, call.fn):
        return False
    targets = model.project.resolve_call(at, call)
    if not targets or not all(model.project.function(fn).is_async for fn in targets):
        return False
    if model.effects.chain(at, index)[-1] != index or TOLD.search(call.name) or TOLD.search(call.on):
        return False
    weight = failing.weigh(at, [index])
    return (
        weight is not None
        and weight.kind == "write"
        and 0 < weight.depth <= DEPTH_MAX
        and not any(does.does == "publish" for does in _done(model, weight))
        and all(_rises(model, step.at, step.call) for step in weight.steps)
    )


def _done(model: Model, weight: Weight) -> tuple[Does, ...]:
    """Return what is done at the end of the steps to a write."""
    last = weight.steps[-1]
    return tuple(model.effects.of_call[last.at].get(last.call, ()))


def _rises(model: Model, at: int, index: int) -> bool:
    """Whether an error of a call leaves the function that it stands in."""
    chain = [model.files[at].calls[n] for n in model.effects.chain(at, index)]
    if not (chain[-1].flags & AWAITED or chain[-1].to == "return"):
        return False
    return not any(call.flags & IN_TRY or call.name == "catch" for call in chain)


def _is_built(model: Model, at: int, call: Call) -> bool:
    """Whether a call only adds to a query that a variable holds, which is run later: update.increment("version"); await update."""
    if REPOSITORIES.search(call.on):
        return False  # what is called on these is run at once
    enclosing = model.enclosing(at, call.fn)
    made = (each for fn in enclosing for each in model.project.assigned[at].get((fn, call.on), ()))
    if not any(each.value.kind == "call" for each in made):
        return False
    others = (other for other in model.files[at].calls if other.on == call.on and other.line != call.line)
    return any(other.fn in enclosing for other in others)
