"""Loops that make few rounds however long a list is: over what stands in the source, in steps of many, left at the first."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Loop
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.parameters import own_params

# What takes a part of a list from one place to another: `ids.slice(i, i + 500)`, `ids.subList(i, end)`.
_PARTS = frozenset("slice subList GetRange Skip subarray AsSpan array_slice substr_list".split())
_CHANGES = frozenset(
    "append push add extend Add AddRange push_back emplace_back insert unshift addAll update set put".split()
)
_BARE_FIELDS = ("csharp", "java", "kotlin", "cpp")
_CONFIGURED = regex(
    r"(?:this\.|self\.)?(?P<root>_?(?:\w*[oO]ptions|\w*[sS]ettings|\w*[cC]onfig(?:uration)?|cfg|conf))(?:\.(?:Value|CurrentValue|value))?\.\w"
)
_OWN_FIELD = regex(r"&?(?:mut )?(?:this|self|\$this)(?:\.|->)\w")
_CONFIGURATION = regex(r"(?:Config|Configuration|Settings|Options|Properties)$")
_ERRORS = regex(r"(e|err|error|ex|exc|exception)\w?$", re.IGNORECASE)
_WORDS = regex(r"[A-Za-z_]\w*")
_TAKES = frozenset("take limit Take setMaxResults".split())
_FEW = 5  # rows that are few, even if each of them asks once more
_LITERALS = ("list", "dict")
_OF_DICT = regex(r"\.(items|values|keys|entries|entrySet)(\(\))?$")
_STEPS = regex(r"(\.(map|flatMap|filter|mapErr|peek|onError|also|let|mapNotNull)\(\))+$")
_ONE = regex(
    r"([\w.]+\.)?(\w*Result|Optional|Option|\w*Either|Try|Validated|Mono|Maybe|Single|Uni|Completable(Future)?|CompletionStage)<"
)


def is_written_out(model: Model, at: int, made: Loop) -> bool:
    """Whether a loop goes through a list that is written out, whatever its elements are: `for side in (left, right)`."""
    value, over = made.value, made.over.strip()
    if value is not None and value.kind in _LITERALS:
        return _has_known_length(value)
    if value is None:
        return over[:1] == "[" and over[-1:] == "]" and not re.search(r"\.\.\.|\*|\bfor\b|\[\]", over) and "," in over
    name = _OF_DICT.sub("", over)
    if not name.isidentifier() or _is_changed(model, at, made.fn, name):
        return False
    assigned = model.project.assigned[at].get((made.fn, name), ())
    if made.fn >= 0 and name in own_params(model.files[at].functions[made.fn]):
        return False  # it is what callers give
    if not assigned:
        return _is_field_written_out(model, at, made.fn, name)
    value = assigned[0].value
    return len(assigned) == 1 and assigned[0].line <= made.line and value.kind in _LITERALS and _has_known_length(value)


def _is_field_written_out(model: Model, at: int, fn: int, name: str) -> bool:
    """Whether a field of the class around, which C# and Java name without its object, is a list that is written out."""
    own = model.project.own_class(at, fn) if model.files[at].language in _BARE_FIELDS else None
    fields = model.project.class_(own).fields if own is not None else ()
    value = next((field.value for field in fields if field.name == name), None)
    return value is not None and value.kind in _LITERALS and _has_known_length(value)


def goes_in_steps(model: Model, at: int, number: int, calls: list[int]) -> bool:
    """Whether each round takes the part of a list that begins where the loop stands: `ids[start:start + 500]`.

    `calls`: what is called in the loop itself.
    """
    file = model.files[at]
    made = file.loops[number]
    if made.kind != "count" or len(made.vars) != 1:
        return False
    name = made.vars[0].lstrip("$&*")
    part = re.compile(rf"\[\s*{re.escape(name)}\s*(:|\.\.=?)\s*[^\]\s]")
    if any(part.search(each.value.text) for each in file.assigns if each.loop == number and each.fn == made.fn):
        return True
    for index in calls:
        call = file.calls[index]
        if call.name in _PARTS and any(value.text.lstrip("$&*") == name for value in call.args[:2]):
            return True
        if any(part.search(value.text) for value in call.args if value.kind in ("name", "other")):
            return True
    return False


def takes_few(model: Model, at: int, made: Loop) -> bool:
    """Whether a loop goes through what a query gives that asks for a few rows, whatever there is: `orders.take(3)`."""
    if made.kind not in ("each", "map"):
        return False
    if made.kind == "map" and _holds_one(model, at, made):
        return True
    access = model.data.origin_of(at, made.fn, made.value) if made.value is not None else None
    access = access or model.data.origin(at, made.fn, made.over)
    if access is None:
        return False
    calls = [model.files[access.at].calls[number] for number in access.calls]
    plain = (value for call in calls if call.name in _TAKES for value in call.args[:1])
    named = (item for call in calls for value in call.args for item in (value, *value.items) if item.name in _TAKES)
    return any(value.kind == "num" and value.text.isdigit() and int(value.text) <= _FEW for value in (*plain, *named))


def _holds_one(model: Model, at: int, made: Loop) -> bool:
    """Kotlin, Java: whether what is mapped is one result, or none: `login().flatMap { ... }`, where login() gives a Result."""
    if model.files[at].language not in ("java", "kotlin"):
        return False
    on, _, name = _STEPS.sub("", made.over.strip()).rpartition(".")
    if not name.endswith("()"):
        return False
    there = model.project.resolve(at, made.fn, on, name.removesuffix("()"))
    return bool(there) and all(_ONE.match(model.project.function(fn).returns) for fn in there)


def is_configured(model: Model, at: int, made: Loop) -> bool:
    """Whether a loop goes through what somebody has written into the configuration: `options.Repositories`, no parameter of that name."""
    own = model.project.own_class(at, made.fn) if _OWN_FIELD.match(made.over.strip()) else None
    if own is not None and _CONFIGURATION.search(model.project.class_(own).name) and own not in model.data.entities:
        return True
    found = _CONFIGURED.match(made.over.strip())
    if found is None:
        return False
    file, name = model.files[at], found["root"]
    if any(name in own_params(file.functions[fn]) for fn in model.enclosing(at, made.fn)):
        return False
    is_local = any((fn, name) in model.project.assigned[at] for fn in model.enclosing(at, made.fn))
    return not is_local and model.project.type_of(at, made.fn, name).cls not in model.data.entities


def finds_one(model: Model, at: int, number: int, index: int) -> bool:
    """Whether a loop is left with what a call gave, or what was made of it, and its function gives nothing if it is not: a search."""
    file = model.files[at]
    made, call = file.loops[number], file.calls[index]
    if made.kind == "map" or file.language == "go" or not call.to or _ERRORS.match(call.to):
        return False
    returned = [each for each in file.returns if each.fn == call.fn and each.catch < 0]
    if any(each.line > made.end and not _is_nothing(each.value) for each in returned):
        return False
    within = [each for each in returned if call.line < each.line <= made.end]
    names = _made_of(model, at, number, call.to) if within else set()
    return any(names & set(_named_in(each.value)) for each in within)


def _named_in(value: Arg) -> Iterator[str]:
    if value.kind != "str":
        yield from _WORDS.findall(value.text)
    for item in value.items:
        yield from _named_in(item)


def _made_of(model: Model, at: int, number: int, name: str) -> set[str]:
    """Return a name, and the names of what a loop makes of it."""
    file, names = model.files[at], {name}
    made = file.loops[number]
    for call in file.calls:
        if made.line <= call.line <= made.end and call.to.isidentifier() and call.on.partition(".")[0] in names:
            names.add(call.to)
    return {each for each in names if not _ERRORS.match(each)}


def _is_nothing(value: Arg) -> bool:
    return value.kind in ("none", "bool") or value.text in (
        "",
        "default",
        "null",
        "nil",
        "None",
        "undefined",
        "Optional.empty",
    )


def is_left_after(model: Model, at: int, number: int, index: int) -> bool:
    """Go: whether the statement behind a call leaves the loop with what the call gave, its error too: `return true, err`."""
    file = model.files[at]
    made, call = file.loops[number], file.calls[index]
    if file.language != "go" or not call.to:
        return False
    end = max(call.line, *(value.line for value in call.args), 0)
    return any(
        each.line == end + 1
        and each.line <= made.end
        and each.fn == call.fn
        and each.catch < 0
        and call.to in (each.beside, *re.findall(r"\w+", each.value.text))
        for each in file.returns
    )


def _has_known_length(value: Arg) -> bool:
    return bool(value.items) and not any(
        item.text.startswith(("*", "...")) or item.name in ("...", "**") for item in value.items
    )


def _is_changed(model: Model, at: int, fn: int, name: str) -> bool:
    calls = (model.files[at].calls[number] for number in model.inside.calls[at].get(fn, ()))
    return any(call.on.lstrip("$") == name and call.name in _CHANGES for call in calls) or any(
        each.target.startswith(f"{name}[") for each in model.inside.assigns[at].get(fn, ())
    )
