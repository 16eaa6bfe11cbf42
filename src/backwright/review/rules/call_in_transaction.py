"""call-in-transaction: a request to another service, or a sleep, while a database transaction is open."""

from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import IN_WITH
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

WAITS = frozenset({"outgoing", "sleep", "mail", "process"})
MARKS = regex(r"^(\w*Transactional|atomic|transactional|transaction)$")
READ_ONLY = regex(r"NOT_SUPPORTED|NEVER")
ENDS = regex(r"^(commit\w*|Commit\w*|rollback\w*|Rollback\w*)$")


class Held(NamedTuple):
    """A stretch of code with an open transaction: functions that run in it as a whole, or lines of one function."""

    at: int
    fn: int
    first: int
    last: int
    what: str
    line: int


def check(model: Model) -> Iterator[Hit]:
    """Yield what waits for something outside while a transaction is open."""
    reach = model.effects.reaching(WAITS, through_deferred=False)
    for at in model.own:
        for held in (*_marked(model, at), *_called(model, at)):
            yield from _waiting(model, held, reach)


def _marked(model: Model, at: int) -> Iterator[Held]:
    file = model.files[at]
    for index, made in enumerate(file.functions):
        mark = next((m for m in made.marks if MARKS.match(m.name)), None)
        if mark is None and made.cls >= 0 and made.is_public and made.kind == "method":
            mark = next((m for m in file.classes[made.cls].marks if MARKS.match(m.name)), None)
        if mark is not None and not any(READ_ONLY.search(value.text) for value in mark.args):
            yield Held(at, index, made.line, made.end, f"@{mark.name}", made.line)


def _called(model: Model, at: int) -> Iterator[Held]:
    file = model.files[at]
    for index, told in model.effects.of_call[at].items():
        if not any(does.does == "transaction" for does in told):
            continue
        call = file.calls[index]
        lambdas = [n for n, made in enumerate(file.functions) if made.call == index and made.kind == "lambda"]
        if lambdas:
            for number in lambdas:
                yield Held(
                    at,
                    number,
                    file.functions[number].line,
                    file.functions[number].end,
                    shown(call),
                    call.line,
                )
        elif call.flags & IN_WITH and call.until:
            yield Held(at, call.fn, call.line, call.until, shown(call), call.line)
        else:
            ends = [
                each.line
                for each in file.calls
                if each.fn == call.fn
                and each.line > call.line
                and ENDS.match(each.name)
                and not each.flags & IN_WITH
                and each.catch < 0
            ]
            if ends:
                yield Held(at, call.fn, call.line, ends[0], shown(call), call.line)


def _waiting(model: Model, held: Held, reach: dict[Fn, Step]) -> Iterator[Hit]:
    file = model.files[held.at]
    for index, call in enumerate(file.calls):
        if held.fn not in model.enclosing(held.at, call.fn) or not held.first <= call.line <= held.last:
            continue
        steps = _steps(model, held.at, index, reach)
        if steps is None:
            continue
        fn = Fn(held.at, model.named(held.at, held.fn))
        what = _what(model, held.at, index, steps)
        message = (
            f"{model.label(fn)} {what} while a transaction is open: {shown(call)}() holds its connection and its locks"
        )
        path = (
            *model.path_to(fn),
            Spot(file.path, held.line, held.what),
            Spot(file.path, call.line, shown(call)),
            *model.path_down(steps),
        )
        yield Hit(
            held.at,
            call.line,
            message,
            call.fn,
            path,
            Confidence.MEDIUM,
            Severity.MEDIUM,
            key=f"{held.at}:{call.line}",
            fix="Make the call before the transaction or after its commit; for what must not be lost, write it to an outbox table inside.",
        )


def _steps(model: Model, at: int, index: int, reach: dict[Fn, Step]) -> list[Step] | None:
    if any(does.does in WAITS for does in model.effects.of_call[at].get(index, ())):
        return []
    call = model.files[at].calls[index]
    for target in model.project.resolve_call(at, call):
        if target in reach:
            return model.effects.steps(reach[target], reach)
    return None


def _what(model: Model, at: int, index: int, steps: list[Step]) -> str:
    last = (steps[-1].at, steps[-1].call) if steps else (at, index)
    words = {does.does for does in model.effects.of_call[last[0]].get(last[1], ())}
    return (
        "sleeps"
        if "sleep" in words
        else "sends mail"
        if "mail" in words
        else "runs a process"
        if "process" in words
        else "waits for another service"
    )
