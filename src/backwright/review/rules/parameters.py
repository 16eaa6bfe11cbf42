"""What a function's parameters are called, and which arguments they become."""

from collections.abc import Iterable

from backwright.review.facts import Arg, Call, Function
from backwright.review.regexes import regex

_PART = regex(r"(?:\.\.\.)?(\w+)(?:\s*:\s*(\w+))?(?:\s*=[^,]*)?$")  # { limit: size = 10 }


def own_params(made: Function) -> list[str]:
    """Return the names of a function's parameters without the object itself."""
    names = [param.name for param in made.params]
    return (
        names[1:]
        if names and names[0] in (made.receiver, "self", "cls", "&self", "this") and made.receiver != ""
        else names
    )


def parameter_of(made: Function, call: Call, values: Iterable[tuple[int, Arg]]) -> list[tuple[str, Arg]]:
    """Return the parameters that these arguments (by place) become."""
    names = own_params(made)
    found = []
    for place, value in values:
        if value.name and value.name in names:
            found.append((value.name, value))
        elif not value.name and place < len(names):
            found.append((names[place], value))
    return found


def taken_apart(param: str) -> dict[str, str]:
    """Return the names that a parameter binds which is taken apart, `{ limit: size = 10, offset }`, each with the entry that it takes."""
    if not param.startswith("{"):
        return {}
    parts = (_PART.match(part.strip()) for part in param.strip("{} \n").split(","))
    return {part[2] or part[1]: part[1] for part in parts if part is not None}


def entry_of(made: Function, call: Call, name: str) -> Arg | None:
    """Return what becomes of a name that a parameter binds which is taken apart: the entry of the dictionary that a call gives, or that of what it names."""
    for place, param in enumerate(made.params):
        parts = taken_apart(param.name)
        if name not in parts or place >= len(call.args):
            continue
        given = call.args[place]
        if given.kind == "dict":
            return next((item for item in given.items if item.name == parts[name]), None)
        return Arg("name", f"{given.text}.{parts[name]}") if given.kind == "name" else None
    return None
