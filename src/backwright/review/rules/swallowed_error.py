"""swallowed-error: a failed write, query or request that nobody hears of."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import AWAITED, BARE, DEFERRED, IN_WITH, Arg, Call, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answered import Answer, Answered
from backwright.review.rules.converted import converted
from backwright.review.rules.emptied import emptied, is_empty
from backwright.review.rules.escaping import escaping
from backwright.review.rules.failing import CHANGES, RANK, STORES, Failing, Weight, kind_of
from backwright.review.rules.faint import Faint
from backwright.review.rules.floating import floating
from backwright.review.rules.givenback import given_back
from backwright.review.rules.go_errors import GoErrors, Lost
from backwright.review.rules.go_overwritten import overwritten
from backwright.review.rules.go_silent import GoSilent
from backwright.review.rules.harmless import is_read_instead
from backwright.review.rules.idlechecks import idle_checks
from backwright.review.rules.looping import is_offline
from backwright.review.rules.onlylogged import OnlyLogged
from backwright.review.rules.pipelines import unheard
from backwright.review.rules.refused import refused
from backwright.review.rules.rule import Hit
from backwright.review.rules.signalled import Signalled
from backwright.review.rules.telling import NEXT, Silent, whole_of
from backwright.review.rules.unanswered import unanswered
from backwright.review.rules.unlogged import unlogged
from backwright.review.rules.unreturned import unreturned
from backwright.review.rules.unwaited import unwaited
from backwright.review.rules.weighing import in_browser

THINGS = {
    "write": "write",
    "request": "request",
    "query": "query",
    "migration": "migration",
    "start": "start",
    "connection": "connection",
    "secret": "hash or token",
}
GIVES = {
    "empty": "an empty answer",
    "none": "nothing",
    "true": "a success",
    "told": "a fault of the client",
    "bare": "a server error without a cause",
    "said": "an answer",
    "causeless": "another error without its cause",
    "passed": "a request that goes on",
    "assigned": "a fixed value",
    "half": "a shorter list",
}
DEPTH_MAX = 3  # calls between the handler and what failed, for those who did not ask for more
LINES_MAX = 3  # of a statement, before its end is named as well
SAME_MAX = 24  # other places named in one finding
DATA = regex(r"\(?(\w+ )?(bool|u?int\d*|float\d*|string|\*?\[\]|map\[)")
RETRYING = regex(r"^(with_?)?(retry|retries|retrying|backoff)(?![a-z])|[rR]etry$", re.IGNORECASE)
RETRIES = regex(r"attempt|retr(y|ies)|tries|backoff", re.IGNORECASE)
TIDIES = regex(
    r"^(close\w*|rollback\w*|flush|sync|write\w*|fprint\w*|print\w*|encode|copy|remove\w*|unlock|shutdown|stop|release|setdeadline|set\w*deadline|cancel|ack|nack|reject|unsubscribe|disconnect)$",
    re.IGNORECASE,
)
OWN = regex(
    r"^(write|remove|copy|sync|encode|print|set)", re.IGNORECASE
)  # of a function of the project it says nothing
CHANNELS = regex(
    r"(^|[._])(tx|sender|chan|channel|sink|notify|oneshot|broadcast|signal|shutdown\w*|stop\w*)$",
    re.IGNORECASE,
)


HEARD = regex(
    r"^(inspect_err|tap_err|log_err\w*|trace_err|map_err|or_log\w*|log_error\w*|unwrap_or_log)$"
)  # Rust: what looks at an error in a chain
READS = regex(r"^(get|fetch|find|load|read|list|head|query|count|exists|lookup|resolve)(?![a-z])", re.IGNORECASE)
ONE = regex(r"^(first|one|get_result|find|fetch_one|fetch_optional|get|get_one|query_row|next)$")
UNIT = Arg("none", "()")


class Place(NamedTuple):
    """Where an error is lost."""

    at: int
    line: int
    fn: int


class Caught(NamedTuple):
    """An error that is lost: where, what becomes of it, what failed, who is told, and the line where it is dropped if that is another."""

    place: Place
    ends: str
    weight: Weight
    tier: Tier | None
    dropped: int = 0


def check(model: Model) -> Iterator[Hit]:
    """Yield errors that are dropped, answered with an empty result or without a log line, or never looked at."""
    failing = Failing(model)
    go = GoErrors(model, failing)
    answered = Answered(model, failing)
    signalled = Signalled(model, failing, answered.telling)
    silent = GoSilent(model, failing, answered.telling)
    faint = Faint(model, failing, answered.telling)
    only_logged = OnlyLogged(model, failing, answered.telling)
    yield from escaping(model, failing)
    yield from idle_checks(model)
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
        caught = [each for each in caught if each.place.line not in known]
        ignored = list(_ignored(model, failing, at))
        yield from _grouped(model, [*caught, *ignored])
        known |= {each.place.line for each in (*caught, *ignored)}
        yield from _silent(model, faint.in_file(at, known), at)
        yield from _silent(model, only_logged.in_file(at, known), at)
        yield from _silent(model, emptied(model, failing, at, known), at)
        yield from _silent(model, (*unreturned(model, at), *converted(model, at)), at)
        yield from _silent(model, given_back(model, failing, at), at)
        yield from _silent(model, unanswered(model, failing, at), at)
        yield from _silent(model, refused(model, failing, at), at)
        yield from _silent(model, unwaited(model, failing, at), at)
        yield from _silent(model, signalled.in_file(at), at)
        if file.language == "go":
            lost = list(go.in_file(at))
            yield from _lost(model, lost, at)
            yield from _silent(model, silent.in_file(at), at)
            yield from _silent(model, overwritten(model, go, at, known | {each.line for each in lost}), at)


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
    if file.language == "go" and ends == "dropped" and "return" in made.does and _may_answer(file, guarded):
        return
    weight = failing.weigh(at, guarded)
    if weight is None and file.language == "rust" and ends == "empty":
        weight = failing.handed_store(at, guarded)
    if weight is None or failing.is_narrow(made, file, weight.kind):
        return
    if ends == "false":  # of a write it says that it failed
        if weight.kind not in ("query", "request"):
            return
        ends = "empty"
    if _tidies(file.calls[weight.call].name, weight):
        return
    if weight.kind == "write" and is_read_instead(model, at, made):
        return
    if ends == "assigned" and (weight.kind in ("request", "query") or READS.match(file.calls[weight.call].name)):
        return  # what is looked up may have a default
    place = Place(at, made.line, made.fn)
    tier = _tier(model, place, ends, weight)
    if tier is not None and ends == "dropped" and is_empty(made) and not is_offline(file) and not in_browser(file):
        tier = None if weight.depth <= DEPTH_MAX and file.language != "rust" else tier  # nothing says that it may fail
    yield Caught(place, ends, weight, tier)


def _may_answer(file: File, guarded: list[int]) -> bool:
    """Whether what failed was given the answer, and so has sent one."""
    return any(value.kind == "name" and value.text in ("w", "rw") for n in guarded for value in file.calls[n].args)


def _grouped(model: Model, caught: list[Caught]) -> Iterator[Hit]:
    """Yield one finding for each way in which a file loses errors, with the others in its path."""
    groups: dict[tuple[str, Tier | None], list[Caught]] = defaultdict(list)
    for each in caught:
        is_one = model.files[each.place.at].language == "rust" and each.ends == "none"  # as `empty`: the Result is gone
        groups["empty" if is_one else each.ends, each.tier].append(each)
    for group in groups.values():
        first = min(group, key=lambda each: (RANK[each.weight.kind], each.weight.depth, each.place.line))
        hit = _hit(model, first.place, first.weight, first.ends, first.tier)
        lines = [each.place.line for each in group if each.place.line != first.place.line]
        yield _with_others(model, hit, [*lines, *(each.dropped for each in group if each.dropped)])


def _with_others(model: Model, hit: Hit, lines: list[int]) -> Hit:
    """Return a finding with the other places of its file in its path."""
    others = tuple(Spot(model.files[hit.at].path, line, "the same") for line in lines[:SAME_MAX])
    return structs.replace(hit, path=(*hit.path, *others))


def _answered(model: Model, at: int, answers: dict[str, list[Answer]]) -> Iterator[Hit]:
    """Yield answers to any failure that nobody hears of, once for each way and file."""
    for group in answers.values():
        first = min(group, key=lambda each: (each.weight is None, each.weight.depth if each.weight else 0, each.line))
        is_served = model.endpoint_of(Fn(at, model.named(at, first.fn))) is not None
        tier = Tier.STRICT if is_offline(model.files[at]) and not is_served else None
        if first.weight is not None:
            hit = _hit(model, Place(at, first.line, first.fn), first.weight, first.ends, tier)
        else:
            label = model.label(Fn(at, model.named(at, first.fn)))
            what = "any error as the client's fault" if first.ends == "told" else "for any error"
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


def _tier(model: Model, place: Place, ends: str, weight: Weight) -> Tier | None:
    """Return who is told: what may well be meant so is for those who ask for more."""
    file = model.files[place.at]
    named = Fn(place.at, model.named(place.at, place.fn))
    is_served = place.fn >= 0 and model.endpoint_of(named) is not None
    if ((is_offline(file) or in_browser(file)) and not is_served) or weight.depth > DEPTH_MAX:
        return Tier.STRICT
    is_read = weight.kind in ("request", "query")
    if file.language == "rust" and ends in ("none", "empty"):
        is_row = weight.depth == 0 and ends == "none" and ONE.match(file.calls[weight.call].name)  # or not found
        is_more = ends == "none" and _is_for_some(file, place.fn)
        return Tier.STRICT if is_read and (is_row or is_more or not is_served) else None
    if ends == "skipped" or (ends == "none" and weight.kind != "write"):  # a write has no "not found"
        return Tier.STRICT
    if ends in ("dropped", "true") and is_read and named not in model.handlers:
        return Tier.STRICT
    return None


def _is_for_some(file: File, fn: int) -> bool:
    """Whether a closure stands for what an option holds, so that nothing is an answer: user.and_then(|u| post.is_author(u).ok())."""
    made = file.functions[fn] if fn >= 0 else None
    return made is not None and made.call >= 0 and file.calls[made.call].name in ("and_then", "filter_map", "flat_map")


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


def _ignored(model: Model, failing: Failing, at: int) -> Iterator[Caught]:
    file = model.files[at]
    test = {"go": _go, "rust": _rust, "kotlin": _kotlin, "javascript": floating, "csharp": floating}.get(file.language)
    if test is None:
        return
    for index, call in enumerate(file.calls):
        ends = test(model, failing, at, index)
        if not ends:
            continue
        weight = failing.weigh(at, _looked_at(model, at, index))
        is_read = weight is None or weight.kind in ("query", "request")
        if is_read and ends == "dropped" and file.language in ("go", "rust"):
            weight = failing.likely(at, index) or _handed(model, failing, at, index) or weight
        if weight is None and file.language == "go" and call.name == "Commit" and not call.args:
            weight = Weight("write", index, (), 0)
        if weight is None and ends == "empty" and file.language == "rust" and STORES.search(file.calls[call.prev].on):
            weight = Weight("query", call.prev, (), 1)
        if weight is None and ends == "given" and failing.works(at, index) and _passes_on(model, at, call.fn):
            weight = Weight("query", index, (), 1)
        if weight is None or failing.is_asking(at, call.fn):
            continue
        if _in_defer(model, at, call.fn) and call.name != "Commit":  # whose failure is that of all before it
            continue
        if file.language == "go":
            ends = _lost_in_go(model, at, ends, weight)
        if not ends or (ends == "dropped" and weight.kind != "write" and file.language != "go"):
            continue
        start = file.calls[model.effects.chain(at, weight.call)[0]].line
        line = call.line if file.language == "kotlin" else start
        place = Place(at, line, call.fn)
        ends = "dropped" if ends == "given" else ends
        yield Caught(
            place, ends, weight, _tier(model, place, ends, weight), call.line if call.line - line > LINES_MAX else 0
        )


def _handed(model: Model, failing: Failing, at: int, index: int) -> Weight | None:
    """Return a write of Rust that is known by its name and by the connection that it is given: Timeline::add(&conn, post).ok()."""
    file = model.files[at]
    if file.language != "rust":
        return None
    changing = [n for n in model.effects.chain(at, index) if CHANGES.match(file.calls[n].name)]
    weight = failing.handed_store(at, changing)
    return weight._replace(kind="write") if weight is not None else None


def _passes_on(model: Model, at: int, fn: int) -> bool:
    """Whether a function runs the rest of the application."""
    return any(NEXT.search(whole_of(model.files[at].calls[n])) for n in model.inside.calls[at].get(fn, ()))


def _lost_in_go(model: Model, at: int, ends: str, weight: Weight) -> str:
    """Return what becomes of an error that Go code does not look at, "" if it is none, or if a read may well fail there."""
    if weight.depth and not _gives_error(model, at, model.files[at].calls[weight.call]):
        return ""
    if weight.kind == "secret" and weight.depth == 0 and ends == "dropped":
        return ""  # made only to take as long as a real one
    if weight.kind not in ("request", "query"):
        return "dropped" if ends == "given" else ends
    if ends == "given" and _passes_on(model, at, model.files[at].calls[weight.call].fn):
        return "passed"
    is_lost = _looks_like_data(model, at, weight.call) if ends == "given" else _fills(model, at, weight.call)
    return "empty" if is_lost else ""


def _lost(model: Model, found: Iterable[Lost], at: int) -> Iterator[Hit]:
    """Yield what Go code loses, once for each way and file."""
    grouped: dict[str, list[Lost]] = defaultdict(list)
    for lost in found:
        grouped[lost.ends].append(lost)
    for ends, all_ in grouped.items():
        first = all_[0]
        hit = _hit(model, Place(at, first.line, first.fn), first.weight, ends, None)
        tier = Tier.STRICT if is_offline(model.files[at]) else None
        yield _with_others(model, structs.replace(hit, tier=tier), [each.line for each in all_[1:]])


def _silent(model: Model, found: Iterable[Silent], at: int) -> Iterator[Hit]:
    """Yield what is lost without a handler that guards something, once for each kind and file."""
    groups: dict[str, list[Silent]] = defaultdict(list)
    for each in found:
        groups[each.kind].append(each)
    for group in groups.values():
        first = group[0]
        named = Fn(at, model.named(at, first.fn))
        message = f"{model.label(named)} {first.says}"
        path = (*model.path_to(named), Spot(model.files[at].path, first.line, first.kind), *first.spots)
        key = f"{at}:{first.line}"
        hit = Hit(at, first.line, message, first.fn, path, Confidence.HIGH, Severity.MEDIUM, key, first.fix)
        yield _with_others(model, hit, [each.line for each in group[1:]])


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
    if call.name == "Commit" and not call.args and call.flags & IN_WITH:
        return "dropped" if call.flags & BARE and not call.to else ""  # defer func() { ... tx.Commit() }()
    if call.flags & IN_WITH or call.on.startswith("scope."):
        return ""  # a scope of GORM keeps its errors
    if call.flags & DEFERRED:  # go store.Flush(): nobody can look at what it returns
        return "dropped" if _gives_error(model, at, call) else ""
    if TIDIES.match(call.name) and not (OWN.match(call.name) and failing.likely(at, index)):
        return ""
    if call.to == "_" or (call.flags & BARE and not call.to):
        return "dropped"
    if model.effects.chain(at, index)[-1] != index:
        return ""
    made = [each for each in model.inside.assigns[at].get(call.fn, ()) if each.line == call.line]
    names = {each.target for each in made}
    if "_" not in names or any(each.type == "error" or each.target.startswith(("err", "Err", "ok")) for each in made):
        return ""
    return "given" if call.to else "dropped"


def _gives_error(model: Model, at: int, call: Call) -> bool:
    return any("error" in model.project.function(fn).returns for fn in model.project.resolve_call(at, call))


_UNWRAPS = regex(r"unwrap|expect")  # what is left is no result any more


def _rust(model: Model, failing: Failing, at: int, index: int) -> str:
    file = model.files[at]
    call = file.calls[index]
    if CHANNELS.search(call.on) or call.flags & DEFERRED or TIDIES.match(call.name):
        return ""
    if any(HEARD.search(file.calls[n].name) for n in model.effects.chain(at, index)):
        return ""
    if call.to == "_" and not any(_UNWRAPS.match(file.calls[n].name) for n in model.effects.chain(at, index)):
        return "dropped"
    if call.prev < 0:
        return ""
    if call.flags & BARE and (call.name == "ok" or (call.name == "unwrap_or" and call.args[:1] == (UNIT,))):
        return "dropped"
    if call.name == "ok" and not call.flags & BARE:
        return "none" if failing.weigh(at, [*model.effects.chain(at, call.prev)]) is not None else ""
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


def _in_defer(model: Model, at: int, fn: int) -> bool:
    """Whether a function runs when another ends: what fails there can hardly be told to anybody."""
    file = model.files[at]
    return any(
        file.functions[n].call >= 0 and file.calls[file.functions[n].call].flags & IN_WITH
        for n in model.enclosing(at, fn)
    )


# ---- telling it -------------------------------------------------------------------------------


def _hit(model: Model, place: Place, weight: Weight, ends: str, tier: Tier | None) -> Hit:
    at, line, fn = place
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
