"""Go: a mutex that is held while a call goes out, so that everybody who needs the mutex waits for the network."""

import re
from collections.abc import Iterator, Mapping

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import DEFERRED, IN_WITH, Call, File
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import root
from backwright.review.rules.onejob import is_of_one_job
from backwright.review.rules.rule import Hit

WAITS = frozenset({"outgoing", "query", "one", "lazy", "publish", "mail", "sleep", "process"})
SOCKET_WRITES = regex(r"^(Write(JSON|Message|PreparedMessage|Control)?|Send|SendMessage|wsjson\.Write)$")
SERIAL = regex(r"write|conn|once|flush|refresh|init|send|serial|migrat|sync|tx|db", re.IGNORECASE)


def held_locks(model: Model) -> Iterator[Hit]:
    """Yield calls that wait for a network or a disk between Lock and Unlock of a mutex that others need too."""
    reach: Mapping[Fn, Step] | None = None
    for at in model.own:
        file = model.files[at]
        if file.language != "go":
            continue
        locks = [
            index
            for index, call in enumerate(file.calls)
            if call.name == "Lock" and not call.args and not call.flags & IN_WITH and call.on
        ]
        for index in locks:
            if reach is None:
                reach = model.effects.reaching(WAITS, through_deferred=False)
            yield from _held(model, at, index, reach)


def _held(model: Model, at: int, index: int, reach: Mapping[Fn, Step]) -> Iterator[Hit]:
    file = model.files[at]
    lock = file.calls[index]
    if lock.fn < 0 or not _is_shared(model, at, index):
        return
    end = _until(file, index)
    if not _guards_state(model, at, index, end):
        return
    for number, call in enumerate(file.calls):
        if (
            call.fn != lock.fn
            or not lock.line < call.line <= end
            or call.flags & (IN_WITH | DEFERRED)
            or number == index
        ):
            continue
        steps = _waits(model, at, number, reach)
        if steps is None and not _writes_sockets(model, at, number):
            continue
        fn = Fn(at, model.named(at, lock.fn))
        message = f"{model.label(fn)} holds {lock.on} while it waits for {shown(call)}(): every other request that needs the lock waits too"
        path = (
            *model.path_to(fn),
            Spot(file.path, lock.line, f"{lock.on} is locked"),
            Spot(file.path, call.line, shown(call)),
            *model.path_down(steps or ()),
        )
        yield Hit(
            at,
            call.line,
            message,
            lock.fn,
            path,
            Confidence.MEDIUM,
            Severity.HIGH if model.is_served(fn) else Severity.MEDIUM,
            key=f"{at}:{lock.fn}:{lock.on}",
            tier=Tier.STRICT if _is_of_one_job(model, at, lock) else None,
            fix=f"Make the call first, then lock {lock.on} only to store the result; copy what the call needs before.",
        )
        return


def _is_of_one_job(model: Model, at: int, lock: Call) -> bool:
    """Whether the lock stands in an object that is made for one job, so that mostly nobody else asks for it."""
    fn = Fn(at, model.named(at, lock.fn))
    receiver = model.project.function(fn).receiver
    return bool(receiver) and root(lock.on) == receiver and is_of_one_job(model, at, fn)


def _until(file: File, index: int) -> int:
    """Return the line on which a lock is given back."""
    lock = file.calls[index]
    ends = [
        call
        for call in file.calls
        if call.fn == lock.fn and call.name == "Unlock" and call.on == lock.on and call.line >= lock.line
    ]
    if any(call.flags & IN_WITH for call in ends) or not ends:
        return file.functions[lock.fn].end if ends else lock.line
    return min(call.line for call in ends)


def _is_shared(model: Model, at: int, index: int) -> bool:
    """Whether others wait for the lock: a request takes it, or another function does, and it is no lock that only puts writers in order."""
    file = model.files[at]
    lock = file.calls[index]
    last = lock.on.rpartition(".")[2]
    fn = Fn(at, model.named(at, lock.fn))
    made = file.functions[fn.index]
    first = root(lock.on)
    if last != "mu" and SERIAL.search(last):
        return False
    of_object = bool(made.receiver) and first == made.receiver
    if not of_object and (lock.fn, first) in model.project.assigned[at]:
        return False
    others = {
        call.fn
        for call in file.calls
        if call.name in ("Lock", "RLock") and call.on.rpartition(".")[2] == last and call.fn != lock.fn
    }
    return bool(others) or model.is_served(fn)


def _guards_state(model: Model, at: int, index: int, end: int) -> bool:
    """Whether the lock guards something in memory that others read, and does not only put slow work in order."""
    file = model.files[at]
    lock = file.calls[index]
    owner = root(lock.on)
    inside = {number for number, made in enumerate(file.functions) if lock.fn in model.enclosing(at, number)}
    changed = any(
        a.fn in inside
        and lock.line < a.line <= end
        and root(a.target) == owner
        and ("." in a.target or "[" in a.target)
        for a in file.assigns
    )
    return changed or any(
        made.fn in inside and lock.line < made.line <= end and made.over.startswith(f"{owner}.") for made in file.loops
    )


def _waits(model: Model, at: int, number: int, reach: Mapping[Fn, Step]) -> list[Step] | None:
    """Return the steps from a call to what it waits for, None if it waits for nothing."""
    told = model.effects.of_call[at].get(number, ())
    if any(does.does in WAITS and does.effect.blocks is not False for does in told):
        return []
    call = model.files[at].calls[number]
    for target in model.project.resolve_call(at, call):
        if target in reach:
            return model.effects.steps(reach[target], reach)
    return None


def _writes_sockets(model: Model, at: int, number: int) -> bool:
    """Whether a call writes to one of many sockets that a loop goes through: the slowest reader holds up all."""
    file = model.files[at]
    call = file.calls[number]
    if call.loop < 0 or not SOCKET_WRITES.match(call.name):
        return False
    variables = {name for loop in model.loops(at, call.loop) for name in file.loops[loop].vars}
    return root(call.on) in variables and any("websocket" in made.module for made in file.imports)
