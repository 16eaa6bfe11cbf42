"""What people call a function."""

from typing import TYPE_CHECKING

from backwright.review.link.javascript import EXPORTS, called

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

_LEVELS_MAX = 6  # of functions in functions


def label_of(project: "Project", fn: "Fn") -> str:
    """Return how a person calls a function: "OrderService.recent"; a lambda is called as what holds it."""
    made = project.function(fn)
    for _ in range(_LEVELS_MAX):
        name = called(project, fn)
        if name and made.owner and made.cls >= 0 and project.files[fn.file].language == "csharp":
            return f"{project.files[fn.file].classes[made.cls].name}.{name}"  # not the type that it extends
        if name and name not in ("return", *EXPORTS):
            return f"{made.owner}.{name}" if made.owner else name
        if made.parent < 0:
            break
        fn = fn._replace(index=made.parent)
        made = project.function(fn)
    return "(anonymous)"
