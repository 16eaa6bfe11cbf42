"""Python: handlers that are objects: of a class that is called, or of a feed whose rows a method gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.review.facts import Arg

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

_FEEDS = ("django.contrib.syndication.views.Feed",)
_HOPS = 3  # names followed from one file to another


def answering(project: Project, at: int, fn: int, value: Arg) -> tuple[Fn, Cls, str] | None:
    """Return the method that answers, its class and its label, if a handler is such an object: `path("feed", OrdersFeed())`."""
    if project.files[at].language != "python" or value.kind not in ("name", "call"):
        return None
    found = _class_of(project, at, fn, value, _HOPS)
    if found is None:
        return None
    is_feed = any(base in _FEEDS for base in project.ancestors(found))
    method = next(iter(project.method(found, "items" if is_feed else "__call__")), None)
    if method is None:
        return None
    return method, found, f"{project.class_(found).name}.{project.function(method).name}"


def _class_of(project: Project, at: int, fn: int, value: Arg, hops: int) -> Cls | None:
    """Return the class that an object is made of, where it is handed over or where its name is given it."""
    if value.kind == "call":
        return project.find_class(at, value.text)
    if value.kind != "name" or not hops:
        return None
    for scope in dict.fromkeys((fn, -1)):
        for assign in project.assigned[at].get((scope, value.text), ()):
            if assign.value.kind in ("name", "call") and assign.value.text != value.text:
                if (found := _class_of(project, at, scope, assign.value, hops - 1)) is not None:
                    return found
    root, _, rest = value.text.partition(".")
    made = project.imported[at].get(root)
    if made is None:
        return None
    for number in project.module_files(at, made.inner if rest else made.module):
        if number != at:
            return _class_of(project, number, -1, Arg("name", rest or made.name), hops - 1)
    return None


__all__ = ["answering"]
