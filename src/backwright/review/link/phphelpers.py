"""PHP's functions that declare routes for what they are handed: `apiResource("orders", OrderController::class)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from backwright.review.facts import Arg, Call

if TYPE_CHECKING:
    from backwright.review.link.project import Project

CALLERS_MAX = 200  # of one such function


def handed(project: Project, at: int, call: Call) -> list[tuple[Call, int, int]] | None:
    """Return a call once for each caller of the function that it stands in, with what that one hands over, its file and function.

    None if nothing of it is a parameter, or if only other files call it. It then stands where the caller calls.
    """
    file = project.files[at]
    if file.language != "php" or call.fn < 0 or call.prev >= 0:
        return None
    made = file.functions[call.fn]
    names = [param.name for param in made.params]
    if made.kind != "function" or not made.name or not set(names) & _used(call.args):
        return None
    found: list[tuple[Call, int, int]] = []
    callers = project.calls_by_name.get(made.name, ())
    for number, index in callers[:CALLERS_MAX]:
        caller = project.files[number].calls[index]
        if number != at or caller.on or caller.fn == call.fn:
            continue
        given = {value.name: value for value in caller.args if value.name}
        plain = [value for value in caller.args if not value.name]
        env = {**dict(zip(names, plain, strict=False)), **given}
        args = tuple(_put(value, env) for value in call.args)
        found.append((structs.replace(call, args=args, fn=caller.fn), at, caller.fn))
    return found if found or not callers else None


def _used(values: tuple[Arg, ...]) -> set[str]:
    """Return the variables among values and what stands in them."""
    return {value.text for value in values if value.kind == "name"} | {
        name for value in values if value.items for name in _used(value.items)
    }


def _put(value: Arg, env: dict[str, Arg]) -> Arg:
    if value.kind == "name" and value.text in env:
        return structs.replace(env[value.text], name=value.name)
    return structs.replace(value, items=tuple(_put(item, env) for item in value.items)) if value.items else value
