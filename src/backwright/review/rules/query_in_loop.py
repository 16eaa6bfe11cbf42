"""query-in-loop: one query, or one request to another service, for each element of a list."""

from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.effects import Step
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import Loops, is_offline
from backwright.review.rules.rule import Hit

WHOLE = ("whereIn", "inList", "In", "in_", "__in", "any_", "ANY", "Contains", "eq_any", "is_in")


def check(model: Model) -> Iterator[Hit]:
    """Yield calls in loops that ask once per element."""
    loops, asking = Loops(model), Asking(model)
    yield from _in_loops(model, loops, asking)


def _in_loops(model: Model, loops: Loops, asking: Asking) -> Iterator[Hit]:
    requests = {(at, index) for at in model.own for index, told in model.effects.of_call[at].items() if any(d.does == "outgoing" and asking.asks(d) for d in told)}
    names = {model.project.function(fn).name for fn in asking.reach}
    names |= {model.project.function(fn).owner for fn in asking.reach if model.project.function(fn).kind == "constructor"}
    for at in model.own:
        file = model.files[at]
        inside = {number for number, made in enumerate(file.functions) if made.kind == "lambda" and any(file.functions[n].loop >= 0 for n in model.enclosing(at, number))}
        done: set[tuple[int, ...]] = set()
        for index, call in enumerate(file.calls):
            if call.loop < 0 and call.fn not in inside:
                continue
            access = model.data.by_call.get((at, index))
            if access is not None:
                if access.calls in done or not asking.reads(access):
                    continue
                done.add(access.calls)
                yield from _direct(model, loops, at, access.index, "query", access.calls)
            elif (at, index) in requests:
                chain = tuple(model.effects.chain(at, index))
                if chain not in done:
                    done.add(chain)
                    yield from _direct(model, loops, at, index, "request", chain)
            elif call.name in names or call.name in model.project.imported[at]:
                yield from _through(model, loops, asking, at, index)


def _direct(model: Model, loops: Loops, at: int, index: int, what: str, chain: tuple[int, ...]) -> Iterator[Hit]:
    loop = _loop(model, loops, at, index, chain)
    if loop >= 0:
        yield _hit(model, at, index, loop, what, [], Confidence.HIGH)


def _through(model: Model, loops: Loops, asking: Asking, at: int, index: int) -> Iterator[Hit]:
    call = model.files[at].calls[index]
    targets = [fn for fn in model.project.resolve_call(at, call) if fn in asking.reach]
    if not targets:
        return
    target = targets[0]
    _, what, depth = asking.reach[target]
    loop = _loop(model, loops, at, index, (index,))
    if loop >= 0 and Fn(at, model.named(at, call.fn)) != target:
        confidence = Confidence.HIGH if depth < 3 and len(targets) == 1 else Confidence.MEDIUM
        yield _hit(model, at, index, loop, what, asking.steps(target), confidence)


def _loop(model: Model, loops: Loops, at: int, index: int, chain: tuple[int, ...]) -> int:
    """Return the loop that makes a call run once per element, -1 for none."""
    file = model.files[at]
    call = file.calls[index]
    fn = Fn(at, model.named(at, call.fn)) if call.fn >= 0 else None
    if is_offline(file) and (fn is None or not model.is_served(fn)):
        return -1
    for loop in loops.around(at, index):
        if not loops.grows(at, loop):
            if file.loops[loop].kind == "while":
                continue
            return -1
        names = loops.names(at, loop)
        if not any(loops.depends(at, number, names) for number in chain) and not _prepared(model, loops, at, index, names):
            continue
        if _asks_for_whole(model, at, chain, file.loops[loop].vars) or loops.remembers(at, loop, index) or loops.searches(at, loop, index):
            return -1
        return loop
    return -1


def _prepared(model: Model, loops: Loops, at: int, index: int, names: frozenset[str]) -> bool:
    """Whether a statement was given something of the element before it is run: statement.setLong(1, order.id)."""
    file = model.files[at]
    call = file.calls[index]
    if not call.on or call.loop < 0:
        return False
    return any(file.calls[number].on == call.on and number != index and loops.depends(at, number, names) and file.calls[number].args for number in loops.calls[at].get(call.loop, ()))


def _asks_for_whole(model: Model, at: int, chain: tuple[int, ...], variables: tuple[str, ...]) -> bool:
    """Whether the variable of the loop is a list that one query asks for at once."""
    for number in chain:
        call = model.files[at].calls[number]
        for value in call.args:
            listed = call.name in WHOLE or value.name.endswith("__in") or (value.kind == "call" and value.text.rpartition(".")[2] in WHOLE)
            if listed and any(each.text in variables for each in (value, *value.items)):
                return True
    return False


def _hit(model: Model, at: int, index: int, loop: int, what: str, steps: list[Step], confidence: Confidence) -> Hit:
    file = model.files[at]
    call, made = file.calls[index], file.loops[loop]
    fn = Fn(at, model.named(at, call.fn))
    declared = model.endpoint_of(fn) if call.fn >= 0 else None
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    each = _noun(made.vars, made.over)
    thing = "one query" if what == "query" else "one request to another service"
    how = f"calls {shown(call)}() in a loop: {thing}" if steps else f"runs {thing}"
    path = (*model.path_to(fn), Spot(file.path, made.line, f"for each {each}"), Spot(file.path, call.line, shown(call)), *model.path_down(steps))
    place = ".".join(f"{s.at}:{s.call}" for s in steps[-1:]) or f"{at}:{call.line}"
    return Hit(at, call.line, f"{who} {how} per {each}", call.fn, path, confidence, key=f"{at}:{fn.index}:{place}")


def _noun(variables: tuple[str, ...], over: str) -> str:
    for name in variables:
        if len(name) > 1 and name not in ("it", "el", "idx", "key"):
            return name.lstrip("$&")
    last = over.replace("()", "").rpartition(".")[2].strip("$&* ")
    return f"element of {last}" if last.isidentifier() else "element"
