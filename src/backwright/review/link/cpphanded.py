"""C++: methods that are handed over by their address and run: `callbackTo(&List::answer)`, `std::bind(&Jobs::sweep, this)`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Call

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_RUNS = frozenset("callbackTo yieldTo bind bind_front mem_fn invoke thread jthread async".split())


def pointed(project: "Project", at: int, call: Call) -> "Iterator[Fn]":
    """Yield the project's methods whose address a call is given to run."""
    if call.name not in _RUNS:
        return
    for value in call.args:
        on, _, name = value.text.rpartition(".")
        if value.kind == "name" and on and name in project.functions_by_name:
            yield from project.resolve(at, call.fn, on, name)
