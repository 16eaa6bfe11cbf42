"""Python: loops that set every attribute that a client names: `for key, value in body.items(): setattr(user, key, value)`."""

import re
from collections.abc import Iterator

from backwright.review.facts import Call, Loop
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import root
from backwright.review.rules.privileges import Privileges
from backwright.review.rules.requestbodies import is_body

_BODY = regex(r"request\.(json|form|data|POST|get_json|args|values)")
_ALLOWS = regex(r"(^|\.)(allow)$|[\"']allow[\"']")
_CHOOSES = regex(r"allow|permit|white_?list|fields|editable|in$", re.IGNORECASE)


def filled_by_name(model: Model, privileges: Privileges) -> Iterator[tuple[int, int, int, str, tuple[str, ...]]]:
    """Yield (file, function, line, class, privileged fields) of each such loop over a body that is not limited to fields."""
    for at, index in model.project.calls_by_name.get("setattr", ()):
        file = model.files[at]
        call = file.calls[index]
        if file.language != "python" or file.is_test or call.on or call.fn < 0 or call.loop < 0 or len(call.args) != 3:
            continue
        loop = file.loops[call.loop]
        if call.args[1].text not in loop.vars or not _is_sent(model, at, call, loop) or _is_chosen(model, at, call):
            continue
        cls = _entity(model, at, call)
        fields = privileges.of_class(cls) if cls is not None and cls in model.data.entities else ()
        if cls is not None and fields:
            yield at, call.fn, call.line, model.project.class_(cls).name, fields


def _is_sent(model: Model, at: int, call: Call, loop: Loop) -> bool:
    """Whether the loop goes through all that a client sent: the request's body, or a model that keeps fields nobody declared."""
    if _BODY.search(loop.over):
        return True
    name = root(loop.over)
    made = model.files[at].functions[call.fn]
    for assign in model.project.assigned[at].get((call.fn, name), ()):
        if is_body(model, at, call.fn, assign.value):
            return True
        name = root(assign.value.text) if assign.value.kind in ("call", "name") else name
    param = next((p for p in made.params if p.name == name), None)
    cls = model.project.named_type(at, param.type).cls if param is not None and param.type else None
    return cls is not None and _keeps_more(model, cls)


def _keeps_more(model: Model, cls: Cls) -> bool:
    """Pydantic: `extra="allow"` as a keyword of the class, in its Config, or in its model_config."""
    file, made = model.files[cls.file], model.project.class_(cls)
    told = [value.text for mark in made.marks if mark.name == "extra" for value in mark.args]
    for index, each in enumerate(file.classes):
        if index == cls.index or (each.outer == cls.index and each.name == "Config"):
            for field in each.fields:
                if field.value is not None and field.name == "extra":
                    told.append(field.value.text)
                if field.value is not None and field.name == "model_config":
                    told += [item.text for item in field.value.items if item.name == "extra"]
    return any(_ALLOWS.search(text) for text in told)


def _is_chosen(model: Model, at: int, call: Call) -> bool:
    """Whether the function asks if a name is one of those that may be set."""
    reads = model.inside.reads[at].get(call.fn, ())
    return any(read.attr in ("in", "not in") and _CHOOSES.search(read.base) for read in reads)


def _entity(model: Model, at: int, call: Call) -> Cls | None:
    """The class of what is set: by its type, or by the query that found it."""
    known = model.project.type_of(at, call.fn, call.args[0].text)
    if known.cls is not None:
        return known.cls
    access = model.data.origin(at, call.fn, call.args[0].text)
    if access is not None and access.entity is not None:
        return access.entity
    for edge, target in model.effects.callees.get(Fn(at, call.fn), ()):
        if model.files[edge.at].calls[edge.call].to == call.args[0].text:
            entity = next((a.entity for a in model.data.by_function.get(target, ()) if a.entity is not None), None)
            if entity is not None:
                return entity
    return None
