"""sql-from-input: values put into the text of a statement instead of being passed beside it."""

import re
from collections.abc import Iterator, Mapping

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call, Compare
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.taint import Trace, is_number, receiver_of
from backwright.review.regexes import regex
from backwright.review.rules.guarded import is_of_list, is_refused
from backwright.review.rules.looping import NAMES
from backwright.review.rules.parameters import parameter_of
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows, is_text_with_values

SINKS = frozenset({"sink-sql"})
_CHECKS = regex(r"valid|check|verif|is_?num|is_?uuid|ensure|assert", re.IGNORECASE)
CALLERS_DEPTH = 3  # functions followed upwards to see whether anything but constants is handed down
_CONSTANT = regex(r"([\w.]+\.)?[A-Z][A-Z0-9_]+")
OUTSIDE_MAX = 4  # steps in the handler before what it is sent is handed on
_HANDED = regex(r"^[\w\\]+\.\w+\(\w+\)$")  # a place that names a function of the project and its parameter
_ENDPOINT = regex(r"([A-Z]+|\*) /")  # a place that names the endpoint
CONDITIONS = frozenset({"First", "Find", "Take", "Last", "Delete"})  # GORM: a lone string is a condition in SQL

# What the program's own objects are called by: `order.getId()`, `user.id`, `Status::Paid->value`.
_OWN_KEY = regex(r"\w(\.|->|::)(get_?)?(id|uuid|pk|primary_?key)(\(\))?$", re.IGNORECASE)
_PLACES = regex(
    r"[=<>(,]\s*(\?|\$\d|[:@]\w)|\b(like|in)\s*\(?\s*(\?|\$\d|[:@]\w)", re.IGNORECASE
)  # of values that are bound
_NUMBERS = regex(r"(limit|offset|page|page_?size|size|count|skip|take|top)$", re.IGNORECASE)


def check(model: Model) -> Iterator[Hit]:
    """Yield statements with a client's input in their text, then those with a parameter of their function in it."""
    seen: set[tuple[int, int]] = set()
    for hit in flows(model, "sink-sql", "puts what a client sent into the SQL text of", _in_text, (0, 1, 2)):
        if hit.tier is None and _is_compared(model, hit):
            hit = structs.replace(hit, confidence=Confidence.LOW, tier=Tier.STRICT)
        if hit.tier is None and _is_direct(model, hit):
            hit = structs.replace(hit, tier=Tier.DEFAULT)
        path = model.files[hit.at].path
        seen |= {(hit.at, hit.line), *((hit.at, spot.line) for spot in hit.path if spot.file == path)}
        yield hit
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            if (at, call.line) not in seen and any(does.does in SINKS for does in told):
                found = _from_parameter(model, at, call, told)
                if found is not None:
                    seen.add((at, call.line))
                    yield found


def _is_direct(model: Model, hit: Hit) -> bool:
    """Whether what a client sent is asked for in the function that puts it into the statement: nothing between them was misread."""
    if hit.fn < 0:
        return False
    file, (first, last) = model.files[hit.at].path, _lines_of(model, hit)
    asked = [spot for spot in hit.path if not _ENDPOINT.match(spot.note) and spot.note != "the same"]
    inside = [spot.file == file and first <= spot.line <= last for spot in asked]
    if len(asked) > 1 and all(inside):
        return True
    return model.files[hit.at].language == "php" and _is_handed_once(hit, asked, inside)


def _is_handed_once(hit: Hit, asked: list[Spot], inside: list[bool]) -> bool:
    """PHP: whether a handler hands what it is sent to the function with the statement, `$this->orders->find($this->input->post("id"))`, and nothing lies between them."""
    if True not in inside:
        return False
    outside, end = asked[: inside.index(True)], asked[inside.index(True) :]
    handed = [spot for spot in outside if _HANDED.search(spot.note)]
    return (
        1 <= len(outside) <= OUTSIDE_MAX
        and len(handed) == 1
        and handed[0] == outside[-1]
        and all(spot.file == outside[0].file for spot in outside)
        and end[0].line == hit.line
    )


def _lines_of(model: Model, hit: Hit) -> tuple[int, int]:
    """Return the lines of the function around a finding."""
    made = model.files[hit.at].functions[model.named(hit.at, hit.fn)]
    return made.line, made.end


def _is_compared(model: Model, hit: Hit) -> bool:
    """Whether what stands in the text was compared before with something that is no client's: the name of a column that is there."""
    known = model.taint.around(Fn(hit.at, hit.fn))
    names = {
        word
        for call in model.files[hit.at].calls
        if call.line == hit.line and call.fn == hit.fn
        for value in call.args
        for item in _items(model, hit.at, call, value)
        for word in _words(item)
    } & known.keys()
    return any(
        each.line < hit.line and _one_of(each.left, names) != _one_of(each.right, names) and _is_own(known, each)
        for each in model.inside.compares[hit.at].get(hit.fn, ())
    )


def _one_of(value: Arg, names: set[str]) -> bool:
    return value.kind == "name" and value.text.lstrip("$") in names


def _is_own(known: Mapping[str, Trace], each: Compare) -> bool:
    """Whether only one side of a comparison comes from a client, and the other is a value and no literal."""
    sides = (each.left, each.right)
    return all(side.kind in ("name", "call") for side in sides) and (
        sum(NAMES.findall(side.text)[:1] != [] and NAMES.findall(side.text)[0] in known for side in sides) == 1
    )


def _in_text(model: Model, at: int, call: Call, value: Arg) -> bool:
    if not _is_of_sql(model, at, call):
        return False
    if call.name in CONDITIONS and model.files[at].language == "go":
        return len(call.args) == 2 and value is call.args[1] and not _is_checked(model, at, call, value)
    return (
        not _is_bound(model, at, call, value)
        and is_text_with_values(model, at, call.fn, value)
        and not is_refused(model, at, call, model.taint.around(Fn(at, call.fn)))
        and not is_of_list(model, at, call, value)
    )


def _is_of_sql(model: Model, at: int, call: Call) -> bool:
    """Python: whether a bare `text()` is SQLAlchemy's by its import; there are others, which write pages."""
    if call.name != "text" or call.on or model.files[at].language != "python":
        return True
    made = model.project.imported[at].get("text")
    if made is None:
        return any(each.name == "*" for each in model.files[at].imports)
    return re.match(r"sqlalchemy|sqlmodel|flask_sqlalchemy", made.module) is not None or bool(
        model.project.module_files(at, made.module)
    )


def _is_bound(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether an argument stands behind the statement, as one of its parameters."""
    before = call.args[: next((place for place, each in enumerate(call.args) if each is value), 0)]
    return any(
        (each.kind == "str" and _PLACES.search(each.text))
        or (each.kind in ("str", "fmt", "concat") and _looks_like_sql(model, at, call, each))
        for each in before
    )


def _is_checked(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a function that is named after a check was given the value before."""
    return any(
        other.fn == call.fn
        and other.line < call.line
        and _CHECKS.search(other.name)
        and any(each.text == value.text for each in other.args)
        for other in model.files[at].calls
    )


def _from_parameter(model: Model, at: int, call: Call, told: list[Does]) -> Hit | None:
    """A value that the function was given stands in the text: whoever calls it decides what is run."""
    if call.fn < 0:
        return None
    text = next((v for v in call.args[:2] if is_text_with_values(model, at, call.fn, v)), None)
    fn = Fn(at, model.named(at, call.fn))
    made = model.files[at].functions[call.fn]
    if text is None or not _looks_like_sql(model, at, call, text):
        return None
    if fn in model.handlers and model.files[at].language == "python":
        return None  # what it takes from a client is told already; the rest are numbers and what a decorator hands it
    params = {
        p.name
        for number in model.enclosing(at, call.fn)
        for p in model.files[at].functions[number].params
        if not is_number(p.type)
    } - {receiver_of(made)}
    known = dict.fromkeys(params)
    items = [item for item in _items(model, at, call, text) if not _is_of_numbers(item)]
    if not any(word in known for item in items for word in _words(item)):
        return None
    given = {word for item in items for word in _words(item) if word in known}
    if is_refused(model, at, call, given) or _only_constants(model, fn, given, CALLERS_DEPTH):
        return None
    served = model.is_served(fn)
    path = (*model.path_to(fn), Spot(model.files[at].path, call.line, f"{shown(call)}()"))
    message = f"{model.label(fn)} puts its parameter into the SQL text of {shown(call)}()"
    # Nobody was seen to hand it what a client sent; most such texts are put together from what the program itself chose.
    return Hit(
        at, call.line, message, call.fn, path, Confidence.MEDIUM if served else Confidence.LOW, tier=Tier.STRICT,
        key=f"{at} {fn.index} parameter",
    )  # fmt: skip


def _only_constants(model: Model, fn: Fn, names: set[str], depth: int) -> bool:
    """Whether all who call a function give these parameters fixed texts and numbers, themselves or through their own parameters."""
    made = model.project.function(fn)
    edges = [edge for edge in model.effects.callers.get(fn, ()) if not model.files[edge.at].is_test]
    if not edges or depth == 0:
        return False
    for edge in edges:
        call = model.files[edge.at].calls[edge.call]
        own = (
            {param.name.strip("&*$. ") for param in model.project.function(edge.caller).params}
            if edge.caller.index >= 0
            else set()
        )
        for param, value in parameter_of(made, call, enumerate(call.args)):
            if param.strip("&*$. ") not in names or value.kind in ("str", "num", "bool", "none"):
                continue
            if value.kind == "name" and (
                _CONSTANT.fullmatch(value.text) or _is_fixed(model, edge.at, call.fn, value.text)
            ):
                continue
            word = value.text.lstrip("&*$")
            if not (value.kind == "name" and word in own and _only_constants(model, edge.caller, {word}, depth - 1)):
                return False
    return True


def _is_fixed(model: Model, at: int, fn: int, name: str) -> bool:
    """Whether a variable is only given fixed texts, or runs over a list of them."""
    for number in (*model.enclosing(at, fn), -1):
        values = [assign.value for assign in model.project.assigned[at].get((number, name), ())]
        values += [
            loop.value
            for loop in model.files[at].loops
            if loop.fn == number and name in loop.vars and loop.value is not None
        ]
        if values:
            return all(
                value.kind == "str"
                or (value.kind == "list" and bool(value.items) and all(i.kind == "str" for i in value.items))
                for value in values
            )
    return False


def _is_of_numbers(value: Arg) -> bool:
    """Whether a value is a limit, an offset or the key of an object that was loaded before, or made of nothing else."""
    told = value.items or (value,)
    return all(each.kind == "num" or _NUMBERS.search(each.text) or _OWN_KEY.search(each.text) for each in told)


def _items(model: Model, at: int, call: Call, value: Arg) -> list[Arg]:
    if value.kind == "name":
        for number in (*model.enclosing(at, call.fn), -1):
            for assign in model.project.assigned[at].get((number, value.text), ()):
                if is_text_with_values(model, at, number, assign.value):
                    return list(assign.value.items) or [assign.value]
    return list(value.items) or [value]


def _words(value: Arg) -> list[str]:
    from backwright.review.link.taint import CLEAN, WORDS

    if value.kind == "call" and CLEAN.search(value.text):
        return []
    found = (
        [word.split(".")[0].split("[")[0].lstrip("$") for word in WORDS.findall(value.text)]
        if value.kind in ("name", "call", "other")
        else []
    )
    return found + [word for item in value.items for word in _words(item)]


def _looks_like_sql(model: Model, at: int, call: Call, value: Arg) -> bool:
    texts = [value.text, *(i.text for i in value.items)]
    if value.kind == "name":
        for number in (*model.enclosing(at, call.fn), -1):
            texts += [a.value.text for a in model.project.assigned[at].get((number, value.text), ())]
    return any(
        word in text.upper()
        for text in texts
        for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", " FROM ", "WHERE ")
    )
