"""Bodies that are read into an entity and saved whole by the function that a handler hands them to."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.owned import is_person
from backwright.review.rules.parameters import parameter_of
from backwright.review.rules.privileges import Privileges
from backwright.review.rules.rule import Hit

DEPTH_MAX = 2  # functions that a body is handed through before it is saved
_SAVES = regex(r"save(AndFlush)?|persist(AndFlush)?|merge")
_BODY = frozenset({"RequestBody", "ModelAttribute", "Body"})
_DECODES = frozenset(
    "Decode BindJSON ShouldBindJSON Bind ShouldBind BodyParser ReadJSON ShouldBindBodyWith DecodeJSON".split()
)
_KEY = regex(r"id", re.IGNORECASE)
_OF_RIGHTS = regex(r"permission|privilege|authorit", re.IGNORECASE)  # of a menu: what one needs to see it
_OWNER = regex(r"(user|owner|account|tenant|org(ani[sz]ation)?|team|author|created_?by)(_?id)?", re.IGNORECASE)


def handed_bodies(model: Model, privileges: Privileges) -> Iterator[Hit]:
    """Java, Kotlin: yield `service.create(user)` of an entity that the body was read into, which the service saves as it is."""
    for handler, declared in model.handlers.items():
        file = model.files[handler.file]
        if file.language not in ("java", "kotlin") or declared.method in ("GET", "HEAD", "DELETE") or file.is_test:
            continue
        made = model.project.function(handler)
        for param in made.params:
            if not any(mark.name in _BODY for mark in param.marks):
                continue
            cls = model.project.named_type(handler.file, param.type).cls
            fields = privileges.of_class(cls) if cls is not None and cls in model.data.entities else ()
            if cls is not None and not is_person(model.project.class_(cls).name):
                fields = tuple(name for name in fields if not _OF_RIGHTS.search(name))
            for number in model.inside.calls[handler.file].get(handler.index, ()) if fields else ():
                call = file.calls[number]
                if not any(value.kind == "name" and value.text == param.name for value in call.args):
                    continue
                found = _saved(model, handler.file, call, param.name)
                left = [name for name in fields if not _is_set(model, handler, param.name, name)]
                if found is not None and cls is not None and left:
                    where, line = found
                    if all(_is_set(model, where, "", name) for name in left):
                        continue
                    name = model.project.class_(cls).name
                    path = (
                        *model.path_to(handler),
                        Spot(file.path, made.line, f"{made.name}({param.name})"),
                        Spot(model.files[where.file].path, line, f"{model.label(where)} saves it"),
                    )
                    message = (
                        f"{shown(call)}() saves the {name} that the request was read into, {' and '.join(left[:3])} too"
                    )
                    yield Hit(handler.file, call.line, message, call.fn, path, Confidence.HIGH)
                    break


def chosen_keys(model: Model) -> Iterator[Hit]:
    """Go: yield bodies that are decoded into an entity with its key and then saved, so that a client overwrites any row.

    GORM's Save writes over the row with that key, whoever it belongs to; nobody is told of an entity that belongs to no one.
    """
    own = {at for at in model.own if model.files[at].language == "go"}
    for decodes in sorted(_DECODES) if own else ():
        for at, place in model.project.calls_by_name.get(decodes, ()):
            file = model.files[at]
            call = file.calls[place]
            if at not in own or call.fn < 0 or not call.args or not model.is_served(Fn(at, call.fn)):
                continue
            var = call.args[-1].text.lstrip("&*") if call.args[-1].kind == "name" else ""
            cls = model.project.type_of(at, call.fn, var).cls if var.isidentifier() else None
            if cls is None or cls not in model.data.entities or not (key := _key(model, cls)):
                continue
            if _is_looked_at(model, Fn(at, call.fn), f"{var}.{key}"):
                continue
            for number in model.inside.calls[at].get(call.fn, ()):
                later = file.calls[number]
                if later.line <= call.line or not any(_is(value, var) for value in later.args):
                    continue
                found = _saved(model, at, later, var)
                if found is not None and not _is_looked_at(model, found[0], f".{key}"):
                    where, line = found
                    name = model.project.class_(cls).name
                    path = (
                        *model.path_to(Fn(at, call.fn)),
                        Spot(model.files[where.file].path, line, "Save() overwrites the row with that key"),
                    )
                    message = f"{model.label(Fn(at, call.fn))} saves the {name} that the request was read into with the {key} that a client chose: it overwrites anybody's"
                    yield Hit(at, call.line, message, call.fn, path, Confidence.HIGH)
                    break


def _key(model: Model, cls: Cls) -> str:
    """The key of a row that belongs to somebody, if a body can set it."""
    made = model.project.class_(cls)
    if not any(_OWNER.fullmatch(field.name) for field in made.fields):
        return ""
    for field in made.fields:
        closed = any(mark.name == "json" and any(value.text == "-" for value in mark.args) for mark in field.marks)
        if _KEY.fullmatch(field.name) and not closed:
            return field.name
    return ""


def _saved(model: Model, at: int, call: Call, name: str, depth: int = DEPTH_MAX) -> tuple[Fn, int] | None:
    """Where a call, or the function that it calls, saves what is handed to it whole."""
    if _writes(model, at, call) and call.args and _is(call.args[0], name):
        return Fn(at, call.fn), call.line
    for target in model.project.resolve_call(at, call)[:2] if depth else ():
        made = model.project.function(target)
        given = next((p for p, value in parameter_of(made, call, enumerate(call.args)) if _is(value, name)), "")
        if not given:
            continue
        for number in model.inside.calls[target.file].get(target.index, ()):
            inner = model.files[target.file].calls[number]
            if any(_is(value, given.strip("&*$. ")) for value in inner.args):
                found = _saved(model, target.file, inner, given.strip("&*$. "), depth - 1)
                if found is not None:
                    return found
    return None


def _writes(model: Model, at: int, call: Call) -> bool:
    if model.files[at].language == "go":
        return call.name == "Save" and "Where" not in call.on and bool(re.search(r"db|tx|gorm", call.on, re.IGNORECASE))
    return (
        _SAVES.fullmatch(call.name) is not None
        and re.search(r"repo|dao|entityManager|\bem\b|mapper", call.on, re.IGNORECASE) is not None
    )


def _is(value: Arg, name: str) -> bool:
    return value.kind == "name" and value.text.lstrip("&*$") == name


def _is_looked_at(model: Model, fn: Fn, name: str) -> bool:
    """Whether a function gives a field a value of its own, or compares it."""
    assigned = (each.target for each in model.inside.assigns[fn.file].get(fn.index, ()))
    compared = (
        side.text for each in model.inside.compares[fn.file].get(fn.index, ()) for side in (each.left, each.right)
    )
    return any(text.endswith(name) for text in (*assigned, *compared))


def _is_set(model: Model, fn: Fn, on: str, name: str) -> bool:
    """Whether a function sets a field of what it was given itself: `user.setRole(...)`."""
    setter = f"set{name.removeprefix('is') if name[2:3].isupper() else name}".lower()
    return any(
        model.files[fn.file].calls[number].name.lower() in (setter, f"set{name}".lower())
        and (not on or model.files[fn.file].calls[number].on == on)
        for number in model.inside.calls[fn.file].get(fn.index, ())
    )
