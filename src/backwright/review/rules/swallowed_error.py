"""swallowed-error: a failed write, query or request that nobody hears of."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_WITH, Arg, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.answered import Answer, Answered
from backwright.review.rules.failing import RANK, Failing, Weight, kind_of
from backwright.review.rules.go_errors import GoErrors, Lost
from backwright.review.rules.looping import is_offline
from backwright.review.rules.pipelines import unheard
from backwright.review.rules.rule import Hit
from backwright.review.rules.unlogged import unlogged

THINGS = {
    "write": "write",
    "request": "request",
    "query": "query",
    "migration": "migration",
    "start": "start",
    "connection": "connection",
}
GIVES = {
    "empty": "an empty answer",
    "none": "nothing",
    "true": "a success",
    "told": "a fault of the client",
    "bare": "a server error without a cause",
    "said": "an answer",
    "half": "a shorter list",
}
DEPTH_MAX = 3  # calls between the handler and what failed, for those who did not ask for more
LINES_MAX = 3  # of a statement, before its end is named as well
SAME_MAX = 24  # other places named in one finding
DATA = re.compile(r"\(?(\w+ )?(bool|u?int\d*|float\d*|string|\[\]|map\[)")
RETRYING = re.compile(r"^(with_?)?(retry|retries|retrying|backoff)(?![a-z])|[rR]etry$", re.IGNORECASE)
RETRIES = re.compile(r"attempt|retr(y|ies)|tries|backoff", re.IGNORECASE)
TIDIES = re.compile(
    r"^(close\w*|rollback\w*|flush|sync|write\w*|fprint\w*|print\w*|encode|copy|remove\w*|unlock|shutdown|stop|release|setdeadline|set\w*deadline|cancel|ack|nack|reject|unsubscribe|disconnect)$",
    re.IGNORECASE,
)
OWN = re.compile(
    r"^(write|remove|copy|sync|encode|print|set)", re.IGNORECASE
)  # of a function of the project it says nothing
CHANNELS = re.compile(
    r"(^|[._])(tx|sender|chan|channel|sink|notify|oneshot|broadcast|signal|shutdown\w*|stop\w*)$",
    re.IGNORECASE,
)
CALLBACK_LIBRARIES = frozenset({"mysql", "sqlite3", "better-sqlite3", "node-redis 3"})


UNIT = Arg("none", "()")


class Place(NamedTuple):
    """Where an error is lost, and the calls of the same function for which it is the same."""

    at: int
    line: int
    fn: int
    same: tuple[int, ...] = ()


class Caught(NamedTuple):
    """A handler that drops an error: where, what becomes of it, what failed, and who is told."""

    place: Place
    ends: str
    weight: Weight
    tier: Tier | None


def check(model: Model) -> Iterator[Hit]:
    """Yield errors that are dropped, answered with an empty result or without a log line, or never looked at."""
    failing = Failing(model)
    go = GoErrors(model, failing)
    answered = Answered(model, failing)
    for at in model.own:
        file = model.files[at]
        known = set()
        if model.declared:
            for hit in (*unlogged(model, at), *unheard(model, at)):
                known.add(hit.line)
                yield hit
        answers = answered.in_file(at, known)
        yield from _answered(model, at, answers)
        known |= {each.line for group in answers.values() for each in group}
        caught = [made for index in range(len(file.catches)) for made in _caught(model, failing, at, index)]
        yield from _grouped(model, [each for each in caught if each.place.line not in known])
        yield from _ignored(model, failing, at)
        if file.language == "go":
            yield from _lost(model, go.in_file(at), at)


# ---- handlers ---------------------------------------------------------------------------------


def _caught(model: Model, failing: Failing, at: int, index: int) -> Iterator[Caught]:
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
    if _tidies(file.calls[weight.call].name, weight):
        return
    yield Caught(Place(at, made.line, made.fn), ends, weight, _tier(file, ends, weight))


def _grouped(model: Model, caught: list[Caught]) -> Iterator[Hit]:
    """Yield one finding for each way in which a file drops errors, with the others in its path."""
    groups: dict[tuple[str, Tier | None], list[Caught]] = defaultdict(list)
    for each in caught:
        groups[each.ends, each.tier].append(each)
    for (ends, tier), group in groups.items():
        first = min(group, key=lambda each: (RANK[each.weight.kind], each.weight.depth, each.place.line))
        hit = _hit(model, first.place, first.weight, ends, tier)
        yield _with_others(model, hit, [each.place.line for each in group if each is not first])


def _with_others(model: Model, hit: Hit, lines: list[int]) -> Hit:
    """Return a finding with the other places of its file in its path."""
    others = tuple(Spot(model.files[hit.at].path, line, "the same") for line in lines[:SAME_MAX])
    return structs.replace(hit, path=(*hit.path, *others))


def _answered(model: Model, at: int, answers: dict[str, list[Answer]]) -> Iterator[Hit]:
    """Yield answers to any failure that nobody hears of, once for each way and file."""
    for ends, group in answers.items():
        first = min(group, key=lambda each: (each.weight is None, each.weight.depth if each.weight else 0, each.line))
        is_served = model.endpoint_of(Fn(at, model.named(at, first.fn))) is not None
        tier = Tier.STRICT if is_offline(model.files[at]) and not is_served else None
        if first.weight is not None:
            hit = _hit(model, Place(at, first.line, first.fn), first.weight, ends, tier)
        else:
            label = model.label(Fn(at, model.named(at, first.fn)))
            what = "any error as the client's fault" if ends == "told" else "for any error"
            message = f"{label} answers {what} and logs nothing: nobody hears what failed"
            fix = "Log the error with the request's method and path before answering."
            path = model.path_to(Fn(at, model.named(at, first.fn)))
            hit = Hit(
                at,
                first.line,
                message,
                first.fn,
                path,
                Confidence.MEDIUM,
                Severity.MEDIUM,
                f"{at}:{first.line}",
                fix,
                tier=tier,
            )
        said = [each.said for each in group if each.said - each.line > LINES_MAX]
        yield _with_others(model, hit, [*said, *(each.line for each in group if each is not first)])


def _tidies(name: str, weight: Weight) -> bool:
    """Whether a call only tidies up or prints."""
    return bool(TIDIES.match(name)) and name not in ("write", "Write") and not (weight.depth and OWN.match(name))


def _tier(file: File, ends: str, weight: Weight) -> Tier | None:
    """Return who is told: what may well be meant so is for those who ask for more."""
    is_lost = ends == "none" and weight.kind == "write" and file.language == "rust"  # a write has no "not found"
    if (ends in ("none", "skipped") and not is_lost) or is_offline(file) or weight.depth > DEPTH_MAX:
        return Tier.STRICT
    if ends in ("dropped", "true") and weight.kind in ("request", "query"):
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
    return any(RETRYING.search(file.calls[number].name) for number in guarded)


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
    grouped: dict[tuple[int, str], list[tuple[int, Weight]]] = defaultdict(list)
    for index, call in enumerate(file.calls):
        ends = test(model, failing, at, index)
        if not ends:
            continue
        weight = failing.weigh(at, _looked_at(model, at, index))
        if weight is None or failing.is_asking(at, call.fn) or _in_defer(model, at, call.fn):
            continue
        if file.language == "go":
            if weight.depth and not _gives_error(model, at, file.calls[weight.call]):
                continue
            if weight.kind in ("request", "query"):
                if (ends == "given" and _looks_like_data(model, at, weight.call)) or (
                    ends == "dropped" and _fills(model, at, weight.call)
                ):
                    grouped[call.fn, "empty"].append((call.line, weight))
                continue
            grouped[call.fn, "dropped" if ends == "given" else ends].append((call.line, weight))
            continue
        if ends == "dropped" and weight.kind != "write":
            continue
        if file.language == "rust" and ends != "none":
            grouped[-1, ends].append((call.line, weight))  # a file has one way to forget them
            continue
        line = call.line if file.language == "kotlin" else file.calls[weight.call].line
        place = Place(at, line, call.fn)
        yield _hit(model, place, weight, "dropped" if ends == "given" else ends, _tier(file, ends, weight))
    for (_, ends), found in grouped.items():  # who forgets one error of a function forgets them all
        found.sort(key=lambda each: each[1].depth > DEPTH_MAX)
        dropped, weight = found[0]
        line = file.calls[model.effects.chain(at, weight.call)[0]].line  # where the statement starts
        same = tuple(each.call for _, each in found[1:])
        hit = _hit(model, Place(at, line, file.calls[weight.call].fn, same), weight, ends, _tier(file, ends, weight))
        ends_at = (Spot(file.path, dropped, "dropped here"),) if dropped - line > LINES_MAX else ()
        yield structs.replace(hit, path=(*hit.path, *ends_at))


def _lost(model: Model, found: Iterator[Lost], at: int) -> Iterator[Hit]:
    """Yield what Go code loses, once for each way and file."""
    grouped: dict[str, list[Lost]] = defaultdict(list)
    for lost in found:
        grouped[lost.ends].append(lost)
    for ends, all_ in grouped.items():
        first = all_[0]
        hit = _hit(model, Place(at, first.line, first.fn), first.weight, ends, None)
        tier = Tier.STRICT if is_offline(model.files[at]) else None
        yield _with_others(model, structs.replace(hit, tier=tier), [each.line for each in all_[1:]])


def _looked_at(model: Model, at: int, index: int) -> list[int]:
    """Return the calls whose failure is dropped: those of the chain, or those in runCatching's block."""
    file = model.files[at]
    if file.language == "kotlin":
        return [n for n, each in enumerate(file.calls) if each.fn >= 0 and file.functions[each.fn].call == index]
    return model.effects.chain(at, index)


def _looks_like_data(model: Model, at: int, index: int) -> bool:
    """Whether what a failed call gives cannot be told from an answer: false, 0, "" or an empty list, and no nil pointer."""
    targets = model.project.resolve_call(at, model.files[at].calls[index])
    return bool(targets) and all(DATA.match(model.project.function(fn).returns) for fn in targets)


def _fills(model: Model, at: int, index: int) -> bool:
    """Whether a query writes what it finds into a variable, so that its result is nothing but the error: Find(&list)."""
    told = model.effects.of_call[at].get(index, ())
    return any(does.effect.into for does in told)


def _go(model: Model, failing: Failing, at: int, index: int) -> str:
    file = model.files[at]
    call = file.calls[index]
    if TIDIES.match(call.name) or call.flags & (IN_WITH | DEFERRED) or call.on.startswith("scope."):
        return ""  # a scope of GORM keeps its errors
    if call.to == "_" or (call.flags & BARE and not call.to):
        return "dropped"
    if model.effects.chain(at, index)[-1] != index:
        return ""
    targets = {each.target for each in file.assigns if each.line == call.line and each.fn == call.fn}
    if "_" not in targets or any(name.startswith(("err", "Err", "ok")) for name in targets):
        return ""
    return "given" if call.to else "dropped"


def _gives_error(model: Model, at: int, call: Call) -> bool:
    return any("error" in model.project.function(fn).returns for fn in model.project.resolve_call(at, call))


def _rust(model: Model, failing: Failing, at: int, index: int) -> str:
    file = model.files[at]
    call = file.calls[index]
    if CHANNELS.search(call.on) or call.flags & DEFERRED or TIDIES.match(call.name):
        return ""
    if call.to == "_":
        return "dropped"
    if call.prev < 0:
        return ""
    if call.flags & BARE and (call.name == "ok" or (call.name == "unwrap_or" and call.args[:1] == (UNIT,))):
        return "dropped"
    if call.name == "ok" and call.to == "return" and failing.kind(at, call.prev) == "write":
        return "none"
    if call.name == "unwrap_or_default" or (
        call.name in ("unwrap_or", "unwrap_or_else") and call.args and kind_of(call.args[0]) == "empty"
    ):
        before = file.calls[call.prev]
        return "empty" if before.flags & AWAITED or failing.kind(at, call.prev) else ""
    return ""


def _kotlin(model: Model, failing: Failing, at: int, index: int) -> str:
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
            value if value.kind != "fn" else next((each.value for each in file.returns if each.fn == value.ref), value)
        )
        return kind_of(given) if kind_of(given) in ("empty", "true") else ""
    if last.name == "getOrNull" and not last.flags & BARE:
        return "none"
    return "dropped" if last.flags & BARE else ""


def _floating(model: Model, failing: Failing, at: int, index: int) -> str:
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


def _in_defer(model: Model, at: int, fn: int) -> bool:
    """Whether a function runs when another ends: what fails there can hardly be told to anybody."""
    file = model.files[at]
    return any(
        file.functions[n].call >= 0 and file.calls[file.functions[n].call].flags & IN_WITH
        for n in model.enclosing(at, fn)
    )


# ---- telling it -------------------------------------------------------------------------------


def _hit(model: Model, place: Place, weight: Weight, ends: str, tier: Tier | None) -> Hit:
    at, line, fn, same = place
    file = model.files[at]
    call = file.calls[weight.call]
    named = Fn(at, model.named(at, fn))
    declared = model.endpoint_of(named) if fn >= 0 else None
    label = model.label(named) if fn >= 0 else file.path
    who = f"{declared.method} {declared.path}" if declared is not None else "its caller"
    thing = THINGS[weight.kind]
    if ends in ("dropped", "skipped"):
        message = f"{label} drops a failed {thing}, {shown(call)}(): {who} goes on as if it had worked"
    else:
        message = (
            f"{label} turns a failed {thing}, {shown(call)}(), into {GIVES[ends]}: {who} cannot tell the difference"
        )
    path = [*(model.path_to(named) if fn >= 0 else ()), Spot(file.path, call.line, shown(call))]
    path += model.path_down(weight.steps)
    firsts = [(n, file.calls[model.effects.chain(at, n)[0]].line) for n in same[:SAME_MAX]]
    path += [Spot(file.path, start, f"the same: {shown(file.calls[n])}") for n, start in firsts]
    is_lost = weight.kind == "write" and ends in ("dropped", "true") and declared is not None
    severity = Severity.HIGH if is_lost else Severity.MEDIUM
    confidence = Confidence.HIGH if weight.depth <= 1 else Confidence.MEDIUM
    fix = _fix(file.language, thing)
    return Hit(at, line, message, fn, tuple(path), confidence, severity, f"{at}:{line}", fix, tier=tier)


def _fix(language: str, thing: str) -> str:
    how = {
        "go": 'Return the error, wrapped with what was tried: fmt.Errorf("...: %w", err).',
        "rust": "Pass it on with `?`, or log it and answer with an error.",
        "javascript": "Await it and let the error reach the error handler, or log it and throw it on.",
        "python": "Let the error rise, or log it and raise it again.",
    }.get(language, "Let the error rise, or log it and throw it on.")
    return f"{how} If the {thing} may fail, catch only the error you expect and log it."
