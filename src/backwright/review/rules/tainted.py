"""Calls that are dangerous with what a client sent: the part that the rules about injected input share."""

import re
from collections.abc import Callable, Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.taint import Trace
from backwright.review.regexes import regex
from backwright.review.rules.looping import NAMES
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_GIVEN = regex(r"(\w+) = ")
_ENTITY = regex(r"[A-Z]\w*[a-z]\w*(\.\w+)?$")
WAYS_MAX = 20  # other calls that are looked at for one dangerous call
Counts = Callable[[Model, int, Call, Arg], bool]


def flows(
    model: Model, does: str, verb: str, counts: Counts | None = None, places: tuple[int, ...] | None = None
) -> Iterator[Hit]:
    """Yield calls with this effect that get something a client sent, with the way it took: one finding for each function."""
    joined: dict[Fn, Hit] = {}
    for hit in _flows(model, does, verb, counts, places):
        fn = Fn(hit.at, model.named(hit.at, hit.fn)) if hit.fn >= 0 else Fn(hit.at, -1 - hit.line)
        first = joined.setdefault(fn, hit)
        if first.tier is not None and hit.tier is None:  # the sure one is told, the other is where it shows, too
            first, hit = hit, first
            joined[fn] = first
        spot = Spot(model.files[hit.at].path, hit.line, "the same")
        if hit.line != first.line and spot not in first.path:
            joined[fn] = structs.replace(first, path=(*first.path, spot))
    yield from joined.values()


def _flows(model: Model, does: str, verb: str, counts: Counts | None, places: tuple[int, ...] | None) -> Iterator[Hit]:
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            effect = next((d for d in told if d.does == does), None)
            if effect is None or effect.effect.at_service:
                continue
            call = model.files[at].calls[index]
            for value, trace in model.taint.arguments(Fn(at, call.fn), call, places):
                if not _comes_later(model, at, call, trace) and (counts is None or counts(model, at, call, value)):
                    hit = hit_of(model, at, call, trace, verb)
                    if hit.tier is None and _is_given_anew(model, at, call, value):
                        hit = structs.replace(hit, confidence=Confidence.LOW, tier=Tier.STRICT)
                    more = tuple(spot for spot in _ways(model, at, call, value) if spot not in hit.path)
                    yield structs.replace(hit, path=(*hit.path, *more)) if more else hit
                    break


def _is_given_anew(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether the last that a variable is given before a call is not a client's: `query = text(...)` over the parameter."""
    if value.kind != "name" or call.loop >= 0:
        return False
    fn = Fn(at, call.fn)
    before = [each for each in model.project.assigned[at].get((call.fn, value.text), ()) if each.line < call.line]
    last = max(before, key=lambda each: each.line, default=None)
    return last is not None and model.taint.of(fn, last.value, model.taint.around(fn), last.line) is None


def _comes_later(model: Model, at: int, call: Call, trace: Trace) -> bool:
    """Whether a variable is only given what a client sent behind the call, in another branch."""
    last = trace.spots[-1] if trace.spots and call.loop < 0 else None
    named = _GIVEN.match(last.note) if last is not None and last.line > call.line else None
    return (
        last is not None
        and named is not None
        and last.file == model.files[at].path
        and any(each.line == last.line for each in model.project.assigned[at].get((call.fn, named[1]), ()))
    )


def _ways(model: Model, at: int, call: Call, value: Arg) -> Iterator[Spot]:
    """The other calls that bring a client's value to the function of a dangerous one."""
    names = {name for text in flat((value,)) for name in NAMES.findall(text)[:1]}
    for fn in model.enclosing(at, call.fn):
        for name in sorted(names):
            yield from model.taint.ways.get((Fn(at, fn), name), ())[1:]


def hit_of(model: Model, at: int, call: Call, trace: Trace, verb: str) -> Hit:
    """Return the finding of a call that gets what a client sent."""
    fn = Fn(at, model.named(at, call.fn))
    file = model.files[at].path
    declared = trace.declared or model.endpoint_of(fn)
    where = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    spots = trace.spots
    if declared is not None:
        first = Spot(model.files[declared.at].path, declared.line, f"{declared.method} {declared.path}")
        spots = spots if spots and spots[0] == first else (first, *spots)
    path = (*spots, Spot(file, call.line, f"{shown(call)}()"), *_other_ways(model, fn, call, spots))
    return Hit(
        at,
        call.line,
        f"{where} {verb} {shown(call)}()",
        call.fn,
        path,
        Confidence.LOW if trace.is_made else Confidence.HIGH if declared is not None else Confidence.MEDIUM,
        key=f"{at} {call.line}",
        tier=Tier.STRICT if trace.is_made else None,
    )


def _other_ways(model: Model, fn: Fn, call: Call, spots: tuple[Spot, ...]) -> Iterator[Spot]:
    """Python: yield the other calls that give what a client sent to a function whose parameter ends in a dangerous call."""
    if fn.index < 0 or model.files[fn.file].language != "python":
        return
    made = model.project.function(fn)
    used = {value.text for value in call.args} | {item.text for value in call.args for item in value.items}
    if not any(param.name in used for param in made.params):
        return
    seen = {(spot.file, spot.line) for spot in spots}
    for edge in model.effects.callers.get(fn, ())[:WAYS_MAX]:
        other = model.files[edge.at].calls[edge.call]
        place = (model.files[edge.at].path, other.line)
        if place not in seen and any(model.taint.arguments(edge.caller, other)):
            seen.add(place)
            yield Spot(*place, f"{model.label(edge.caller)} gives it what a client sent, too")


def is_text_with_values(model: Model, at: int, fn: int, value: Arg) -> bool:
    """Whether a value is text into which others are put: f-string, concatenation, %, format, or a variable of such."""
    if value.kind in ("fmt", "concat"):
        return True
    if value.kind == "call" and re.search(
        r"(^|\.|')(format|sprintf|Sprintf|Format|formatted|join|text|sql|raw|String\.format)$", value.text
    ):
        if value.text.endswith(".join") and value.items and _ENTITY.match(value.items[0].text):
            return False  # tables are joined
        return bool(value.items) or "''.format" in value.text or "format" in value.text
    if value.kind == "other" and re.search(r"[\"'`].*[\"'`]\s*[%+.]|[%+.]\s*[\"'`]|\$\{|format!", value.text):
        return True
    if value.kind == "name":
        for number in (*model.enclosing(at, fn), -1):
            for assign in model.project.assigned[at].get((number, value.text), ()):
                if assign.value.kind != "name" and is_text_with_values(model, at, number, assign.value):
                    return True
    return False
