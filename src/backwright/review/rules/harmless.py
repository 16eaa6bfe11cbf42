"""Failures that lose nothing: what is done again in the handler, a row that is read when it could not be added, what a check refuses."""

from backwright.review.facts import NEW, Catch
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, Failing
from backwright.review.rules.telling import Telling

# Functions that are there to say no: that they fail is what the client did.
_CHECKS = regex(
    r"^_*(check|validate|verify|ensure|assert|require|enforce|limit|throttle|rate_?limit)(?![a-z])|^_*is[A-Z_]"
)


def is_done_again(model: Model, telling: Telling, at: int, index: int, failed: int) -> bool:
    """Whether a handler makes the call that failed once more: `catch { order.delete(); }` after a file that was not there."""
    calls = model.files[at].calls
    call = calls[failed]
    return bool(call.on) and any(
        calls[n].name == call.name and calls[n].on == call.on for n in telling.calls(at, index) if n != failed
    )


def is_read_instead(model: Model, at: int, made: Catch) -> bool:
    """Whether a row that could not be added is read behind the handler: it is there already, or that is told."""
    file = model.files[at]
    accesses = model.data.by_function.get(Fn(at, made.fn), ())
    guarded = range(made.start, made.line)
    written = {each.entity for each in accesses if each.op == "write" and each.line in guarded} - {None}
    created = {call.name for call in file.calls if call.fn == made.fn and call.flags & NEW and call.line in guarded}
    return any(
        each.op != "write"
        and each.line > made.end
        and each.entity is not None
        and (each.entity in written or model.project.class_(each.entity).name in created)
        for each in accesses
    )


def is_refusal(model: Model, failing: Failing, at: int, guarded: list[int]) -> bool:
    """Whether all that may fail is a check."""
    names = [model.files[at].calls[n].name for n in guarded if failing.works(at, n)]
    return bool(names) and all(_CHECKS.match(name) for name in names)


def keeps_its_errors(model: Model, failing: Failing, at: int, guarded: list[int]) -> bool:
    """Whether what is guarded are functions that take every error of theirs themselves, so that nothing comes here."""
    found = False
    for number in guarded:
        targets = model.project.resolve_call(at, model.files[at].calls[number])[:1]
        is_kept = bool(targets) and _takes_all(model, failing, targets[0])
        if not is_kept and (targets or failing.works(at, number)):
            return False
        found = found or is_kept
    return found


def _takes_all(model: Model, failing: Failing, fn: Fn) -> bool:
    """Whether all that works in a function stands before a handler for any error that throws none."""
    file = model.files[fn.file]
    taken = [
        made for made in file.catches
        if made.fn == fn.index and made.start and "raise" not in made.does and all(BROAD.match(t.strip()) for t in made.types)
    ]  # fmt: skip
    working = [n for n in model.inside.calls[fn.file].get(fn.index, ()) if failing.works(fn.file, n)]
    return bool(taken) and all(any(made.start <= file.calls[n].line <= made.end for made in taken) for n in working)
