"""Django: views that only hand a request on to other views, each with decorators of its own."""

from collections.abc import Iterator
from dataclasses import replace

from backwright.review.facts import Arg
from backwright.review.link.declared import Declared
from backwright.review.link.project import Fn, Project
from backwright.review.link.routers import Use, words_of


def handed_on(project: Project, declared: Declared) -> list[Declared]:
    """Return the endpoint once for each view that may answer it: itself, or those it hands every request on to.

    `if request.method == "POST": return create(request)` and then `return listed(request)`.
    """
    handler = declared.handler
    made = project.function(handler) if handler is not None else None
    if handler is None or made is None or not made.params or made.cls >= 0:
        return [declared]
    told = [each.value for each in project.files[handler.file].returns if each.fn == handler.index]
    views = [_view(project, handler, value, made.params[0].name) for value in told]
    if not views or any(fn is None for fn in views):
        return [declared]
    return [
        replace(declared, handler=fn, uses=(*declared.uses, *_marks(project, fn))) for fn in views if fn is not None
    ]


def _view(project: Project, handler: Fn, value: Arg, request: str) -> Fn | None:
    """Return the function of the project that a returned call hands the request to."""
    if value.kind != "call" or not value.items or value.items[0].text != request:
        return None
    on, _, name = value.text.rpartition(".")
    found = project.resolve(handler.file, handler.index, on, name)
    return found[0] if len(found) == 1 and found[0] != handler else None


def _marks(project: Project, fn: Fn) -> Iterator[Use]:
    for mark in project.function(fn).marks:
        words = " ".join(word for value in mark.args for word in words_of(value))
        yield Use(f"{mark.name}({words})", fn.file, mark.line)
