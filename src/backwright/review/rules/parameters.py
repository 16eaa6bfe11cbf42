"""What a function's parameters are called, and which arguments they become."""

from collections.abc import Iterable

from backwright.review.facts import Arg, Call, Function


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
