"""JavaScript: a check that is asynchronous, throws what it refuses, and is not awaited: what it refuses goes on, and nobody takes its error."""

from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_CATCH, IN_TRY, NEW, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.owned import snake
from backwright.review.rules.rule import Hit
from backwright.review.rules.unawaited import CHECK

_REFUSES = regex(r"(Exception|Error)$")
_FIX = (
    "Write await before it: an error of a promise that nobody awaits is no error of the caller, and ends the process."
)
DEPTH_MAX = 2  # calls below a check that may change something


def idle_checks(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file."""
    own = [at for at in model.own if model.files[at].language == "javascript"]
    checks = {fn for at in own for fn in _checks(model, at)}
    found: dict[int, list[Call]] = defaultdict(list)
    for name in sorted({model.project.function(fn).name for fn in checks}):
        for at, index in model.project.calls_by_name.get(name, ()):
            call = model.files[at].calls[index]
            if at in model.own and _is_idle(model, at, index):
                targets = model.project.resolve_call(at, call)
                if targets and all(fn in checks for fn in targets):
                    found[at].append(call)
    for at, calls in found.items():
        calls.sort(key=lambda call: call.line)
        first = calls[0]
        path = tuple(Spot(model.files[at].path, call.line, "this one, too") for call in calls[1:])
        message = f"{first.name}() throws what it refuses and is not awaited: {model.label(Fn(at, model.named(at, first.fn)))} goes on, and nobody takes the error"
        yield Hit(
            at, first.line, message, first.fn, path, Confidence.HIGH, Severity.HIGH, key=f"idle checks {at}", fix=_FIX
        )


def _checks(model: Model, at: int) -> Iterator[Fn]:
    """Yield the asynchronous functions of a file that refuse by what they throw, and change nothing."""
    file = model.files[at]
    throwing = {
        call.fn
        for call in file.calls
        if call.flags & NEW and not call.flags & (IN_CATCH | IN_TRY) and call.inside < 0 and not call.to
        and call.fn >= 0 and _REFUSES.search(call.name)
    }  # fmt: skip
    for index in sorted(throwing):
        made = file.functions[index]
        if made.is_async and made.name and not CHECK.match(snake(made.name)) and not _changes(model, Fn(at, index)):
            yield Fn(at, index)


def _changes(model: Model, fn: Fn) -> bool:
    """Whether a function does anything but read: it may be started and left to itself."""
    reached = [each for level in model.effects.levels(fn, DEPTH_MAX) for each in level]
    accesses = [access for each in reached for access in model.data.by_function.get(each, ())]
    does = {does.does for each in reached for does in model.effects.of_function.get(each, ())}
    is_other = bool(does & {"outgoing", "publish", "mail", "cache-set", "migrate", "file", "process"})
    return is_other or not accesses or any(access.op != "read" for access in accesses)


def _is_idle(model: Model, at: int, index: int) -> bool:
    """Whether a call is a statement of its own in an asynchronous function, and nothing waits for it."""
    call = model.files[at].calls[index]
    if not call.flags & BARE or call.flags & (AWAITED | DEFERRED) or call.inside >= 0 or call.to:
        return False
    return model.effects.chain(at, index)[-1] == index and model.in_async(at, call.fn)
