"""Ways down to a query that need an option, where the loop's call does not give it: `present(order)` with `options = {}`."""

from collections.abc import Iterator, Mapping, Sequence

from backwright.review.facts import Arg, Call, Function
from backwright.review.link.effects import Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking

_CHOICE = regex(r"\(?(\w+)\??\.(\w+)\s*\?(?![.?])")  # options.isPublic ? {...} : undefined

# Parameter to the fields that it is known to have; of any other it has none.
Bare = Mapping[str, frozenset[str]]


def is_left_out(model: Model, asking: Asking, call: Call, target: Fn) -> bool:
    """Whether a call gives no option that one of the ways down to a query needs."""
    if model.files[target.file].language != "javascript" or target not in asking.reach:
        return False
    bare = _bare(model.project.function(target), call, {})
    return bool(bare) and all(_needs(model, steps, bare) for steps in _ways(model, asking, target))


def _ways(model: Model, asking: Asking, fn: Fn) -> Iterator[list[Step]]:
    """Yield the ways from a function down to what it asks."""
    yield asking.steps(fn)
    for step in asking.more(fn):
        if step.at == fn.file and model.files[step.at].calls[step.call].fn == fn.index:
            yield [step, *(asking.steps(step.target) if step.target is not None else ())]


def _needs(model: Model, steps: Sequence[Step], bare: Bare) -> bool:
    """Whether a way hands on a field of what has it not, having looked at it before: it is taken only if it is there."""
    for step in steps:
        call = model.files[step.at].calls[step.call]
        if _is_stopped(model, step, call, bare):
            return True
        if step.target is None or not (bare := _bare(model.project.function(step.target), call, bare)):
            return False
    return False


def _is_stopped(model: Model, step: Step, call: Call, bare: Bare) -> bool:
    fields = [each for each in (_field(value) for value in call.args) if each is not None and each[0] in bare]
    missing = [(name, field) for name, field in fields if field not in bare[name]]
    reads = {(each.base, each.attr): each.line for each in model.inside.reads[step.at].get(call.fn, ())}
    return bool(missing) and all(reads.get(each, call.line) < call.line for each in missing)


def _field(value: Arg) -> tuple[str, str] | None:
    words = value.text.split(".") if value.kind == "name" else []
    return (words[0], words[1]) if len(words) > 1 else None


def _bare(into: Function, call: Call, bare: Bare) -> Bare:
    """Return which parameters of a function a call leaves without some fields."""
    found: dict[str, frozenset[str]] = {}
    for place, param in enumerate(into.params):
        known = _fields(call.args[place], bare) if place < len(call.args) else frozenset[str]()
        default = param.default
        if known is not None and (default is None or (default.kind in ("none", "dict") and not default.items)):
            found[param.name] = known
    return found


def _fields(value: Arg, bare: Bare) -> frozenset[str] | None:
    """Return the fields that a value is known to have, None if nothing is known."""
    if value.kind == "none" or (value.kind == "name" and value.text == "undefined"):
        return frozenset()
    if value.kind == "name":
        return bare.get(value.text)
    if value.kind == "dict":
        names = frozenset(item.name for item in value.items)
        return None if names & {"", "..."} else names
    choice = _CHOICE.match(value.text) if value.kind == "other" else None
    is_off = choice is not None and choice[1] in bare and choice[2] not in bare[choice[1]]
    return frozenset() if is_off else None
