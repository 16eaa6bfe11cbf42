"""Eloquent's classes, which ask for themselves: which of them a chain gives."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backwright.review.link.project import Project, Type

_MODELS = ("Eloquent.Model", "Foundation.Auth.User")
# What gives one of them, and what gives many.
_MODEL_GIVES = frozenset(
    "find findOrFail findOr first firstOrFail firstWhere firstOr firstOrNew firstOrCreate updateOrCreate createOrFirst sole make forceCreate fresh refresh".split()
) | {"create"}
_MODEL_LISTS = frozenset("all get paginate simplePaginate cursorPaginate cursor lazy findMany".split())


def of_model(project: "Project", at: int, fn: int, chain: str, name: str) -> "Type | None":
    """Return what `Order::where(...)->first()` gives: it is about orders, unless a relation of theirs stands in the chain."""
    if project.files[at].language != "php" or (name not in _MODEL_GIVES and name not in _MODEL_LISTS):
        return None
    first, _, rest = chain.partition(".")
    known = project.type_of(at, fn, first)
    if known.cls is None or known.is_many or not any(each.endswith(_MODELS) for each in project.ancestors(known.cls)):
        return None
    words = [word.removesuffix("()") for word in rest.split(".") if word]
    return (
        None
        if any(project.method(known.cls, word) for word in words)
        else type(known)(known.name, known.cls, is_many=name in _MODEL_LISTS)
    )
