"""Python: functions that a module keeps under a name of its own: `verify_password = manager.verify_password`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project


def held(project: "Project", at: int, name: str) -> "tuple[Fn, ...]":
    """Return the method of an object of the module, or the function of another, that the module gives a name once and for all."""
    if project.files[at].language != "python":
        return ()
    told = project.assigned[at].get((-1, name), ())
    if len(told) != 1 or told[0].value.kind != "name":
        return ()
    on, _, taken = told[0].value.text.rpartition(".")
    return project.resolve(at, -1, on, taken) if on and taken.isidentifier() else ()
