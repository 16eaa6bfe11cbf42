"""swallowed-error: a failed write, query or request that nobody hears of."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_WITH, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.failing import Failing, Weight, kind_of
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit

THINGS = {"write": "write", "request": "request", "query": "query"}
GIVES = {"empty": "an empty answer", "none": "nothing", "true": "a success"}
RETRIES = re.compile(r"attempt|retr(y|ies)|tries|backoff", re.IGNORECASE)
TIDIES = re.compile(
    r"^(close\w*|rollback\w*|flush|sync|write\w*|fprint\w*|print\w*|encode|copy|remove\w*|unlock|shutdown|stop|release|setdeadline|set\w*deadline|cancel|ack|nack|reject|unsubscribe|disconnect)$",
    re.IGNORECASE,
)
CHANNELS = re.compile(
    r"(^|[._])(tx|sender|chan|channel|sink|notify|oneshot|broadcast|signal|shutdown\w*|stop\w*)$",
    re.IGNORECASE,
)
CALLBACK_LIBRARIES = frozenset({"mysql", "sqlite3", "better-sqlite3", "node-redis 3"})


def check(model: Model) -> Iterator[Hit]:
    """Yield errors that are dropped, answered with an empty result, or never looked at."""
    failing = Failing(model)
    for at in model.own:
        file = model.files[at]
        for index in range(len(file.catches)):
            yield from _caught(model, failing, at, index)
        yield from _ignored(model, failing, at)


# ---- handlers ---------------------------------------------------------------------------------


def _caught(model: Model, failing: Failing, at: int, index: int) -> Iterator[Hit]:
    file = model.files[at]
    made = file.catches[index]
    ends = failing.ends(at, index)
    if not ends or failing.is_asking(at, made.fn) or "sleep" in made.body:
        return
    guarded = failing.guarded(at, index)
    if not guarded or _is_retried(model, at, index, guarded):
        return
    weight = failing.weigh(at, guarded)
    if weight is None or failing.is_narrow(made, file.language, weight.kind):
        return
    if TIDIES.match(file.calls[weight.call].name) and file.calls[weight.call].name not in (
        "write",
        "Write",
    ):
        return
    tier = _tier(file, ends, weight)
    yield _hit(model, failing, at, made.line, made.fn, weight, ends, tier)


def _tier(file: File, ends: str, weight: Weight) -> Tier | None:
    """Return who is told: what may well be meant so is for those who ask for more."""
    if ends in ("none", "skipped") or is_offline(file) or weight.depth > 3:
        return Tier.STRICT
    if ends in ("dropped", "true") and weight.kind != "write":
        return Tier.STRICT
    return None


def _is_retried(model: Model, at: int, index: int, guarded: list[int]) -> bool:
    """Whether a loop tries again."""
    file = model.files[at]
    made = file.catches[index]
    for loop in model.loops(at, made.loop):
        each = file.loops[loop]
        if RETRIES.search(each.over) or any(RETRIES.search(var) for var in each.vars):
            return True
        if each.kind in ("count", "while") and any(
            each.line <= call.line <= each.end
            and any(d.does == "sleep" for d in model.effects.of_call[at].get(number, ()))
            for number, call in enumerate(file.calls)
        ):
            return True
    return any(RETRIES.search(file.calls[number].name) for number in guarded)


# ---- results that nobody looks at ---------------------------------------------------------------


def _ignored(model: Model, failing: Failing, at: int) -> Iterator[Hit]:
    file = model.files[at]
    test = {
        "go": _go,
        "rust": _rust,
        "kotlin": _kotlin,
        "javascript": _floating,
        "csharp": _floating,
    }.get(file.language)
    if test is None:
        return
    dropped = {(each.line, each.fn) for each in file.assigns if each.target == "_"}
    for index, call in enumerate(file.calls):
        ends = test(model, failing, at, index, (call.line, call.fn) in dropped)
        if not ends:
            continue
        inner = (
            [
                n
                for n, each in enumerate(file.calls)
                if each.fn >= 0 and file.functions[each.fn].call == index
            ]
            if file.language == "kotlin"
            else model.effects.chain(at, index)
        )
        weight = failing.weigh(at, inner)
        if (
            weight is None
            or (ends == "dropped" and weight.kind != "write")
            or failing.is_asking(at, call.fn)
            or _in_defer(model, at, call.fn)
        ):
            continue
        if (
            weight.depth
            and file.language == "go"
            and not _gives_error(model, at, file.calls[weight.call])
        ):
            continue
        yield _hit(
            model,
            failing,
            at,
            file.calls[weight.call].line if file.language != "kotlin" else call.line,
            call.fn,
            weight,
            ends,
            _tier(file, ends, weight),
        )


def _go(model: Model, failing: Failing, at: int, index: int, is_dropped: bool) -> str:
    call = model.files[at].calls[index]
    if TIDIES.match(call.name) or call.flags & (IN_WITH | DEFERRED):
        return ""
    if call.to == "_" or (call.flags & BARE and not call.to):
        return "dropped"
    outer = model.effects.chain(at, index)
    return "dropped" if is_dropped and not call.to and outer[-1] == index else ""


def _gives_error(model: Model, at: int, call: Call) -> bool:
    return any(
        "error" in model.project.function(fn).returns for fn in model.project.resolve_call(at, call)
    )


def _rust(model: Model, failing: Failing, at: int, index: int, is_dropped: bool) -> str:
    file = model.files[at]
    call = file.calls[index]
    if CHANNELS.search(call.on) or call.flags & DEFERRED or TIDIES.match(call.name):
        return ""
    if call.to == "_":
        return "dropped"
    if call.prev < 0:
        return ""
    if call.name == "ok" and call.flags & BARE:
        return "dropped"
    if call.name == "unwrap_or_default" or (
        call.name in ("unwrap_or", "unwrap_or_else")
        and call.args
        and kind_of(call.args[0]) == "empty"
    ):
        before = file.calls[call.prev]
        return "empty" if before.flags & AWAITED or failing.kind(at, call.prev) else ""
    return ""


def _kotlin(model: Model, failing: Failing, at: int, index: int, is_dropped: bool) -> str:
    file = model.files[at]
    call = file.calls[index]
    if call.name != "runCatching":
        return ""
    chain = [file.calls[number] for number in model.effects.chain(at, index)]
    names = {each.name for each in chain}
    if names & {
        "onFailure",
        "getOrThrow",
        "exceptionOrNull",
        "fold",
        "recover",
        "recoverCatching",
        "isFailure",
        "isSuccess",
        "mapCatching",
        "onSuccess",
    } or chain[-1].to not in ("", "return"):
        return ""
    last = chain[-1]
    if last.name in ("getOrDefault", "getOrElse") and last.args:
        value = last.args[0]
        given = (
            value
            if value.kind != "fn"
            else next((each.value for each in file.returns if each.fn == value.ref), value)
        )
        return kind_of(given) if kind_of(given) in ("empty", "true") else ""
    if last.name == "getOrNull" and not last.flags & BARE:
        return "none"
    return "dropped" if last.flags & BARE else ""


def _floating(model: Model, failing: Failing, at: int, index: int, is_dropped: bool) -> str:
    """A write whose promise nobody awaits: the answer is sent before it is known whether it worked, and its error is lost."""
    file = model.files[at]
    call = file.calls[index]
    if (
        not call.flags & BARE
        or call.flags & AWAITED
        or failing.kind(at, index) != "write"
        or any(v.kind == "fn" for v in call.args)
    ):
        return ""
    told = model.effects.of_call[at].get(index, ())
    if any(
        does.effect.blocks
        or does.effect.library in CALLBACK_LIBRARIES
        or does.does in ("publish", "mail")
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


def _in_defer(model: Model, at: int, fn: int) -> bool:
    """Whether a function runs when another ends: what fails there can hardly be told to anybody."""
    file = model.files[at]
    return any(
        file.functions[n].call >= 0 and file.calls[file.functions[n].call].flags & IN_WITH
        for n in model.enclosing(at, fn)
    )


# ---- telling it -------------------------------------------------------------------------------


def _hit(
    model: Model,
    failing: Failing,
    at: int,
    line: int,
    fn: int,
    weight: Weight,
    ends: str,
    tier: Tier | None,
) -> Hit:
    file = model.files[at]
    call = file.calls[weight.call]
    named = Fn(at, model.named(at, fn))
    declared = model.endpoint_of(named) if fn >= 0 else None
    label = model.label(named) if fn >= 0 else file.path
    who = f"{declared.method} {declared.path}" if declared is not None else "its caller"
    thing = THINGS[weight.kind]
    if ends in ("dropped", "skipped"):
        message = (
            f"{label} drops a failed {thing}, {shown(call)}(): {who} goes on as if it had worked"
        )
    else:
        message = f"{label} turns a failed {thing}, {shown(call)}(), into {GIVES[ends]}: {who} cannot tell the difference"
    path = (
        *(model.path_to(named) if fn >= 0 else ()),
        Spot(file.path, call.line, shown(call)),
        *model.path_down(weight.steps),
    )
    severity = (
        Severity.HIGH
        if weight.kind == "write" and ends in ("dropped", "true") and declared is not None
        else Severity.MEDIUM
    )
    confidence = Confidence.HIGH if weight.depth <= 1 else Confidence.MEDIUM
    return Hit(
        at,
        line,
        message,
        fn,
        path,
        confidence,
        severity,
        key=f"{at}:{line}",
        fix=_fix(file.language, thing),
        tier=tier,
    )


def _fix(language: str, thing: str) -> str:
    how = {
        "go": 'Return the error, wrapped with what was tried: fmt.Errorf("...: %w", err).',
        "rust": "Pass it on with `?`, or log it and answer with an error.",
        "javascript": "Await it and let the error reach the error handler, or log it and throw it on.",
        "python": "Let the error rise, or log it and raise it again.",
    }.get(language, "Let the error rise, or log it and throw it on.")
    return f"{how} If the {thing} may fail, catch only the error you expect and log it."
