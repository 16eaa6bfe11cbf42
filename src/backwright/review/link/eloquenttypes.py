"""Eloquent, whose classes ask for themselves: what gives one of them, and what gives many."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backwright.review.link.project import Project, Type

_MODELS = ("Eloquent.Model", "Foundation.Auth.User")
_GIVES = frozenset(
    "find findOrFail findOr first firstOrFail firstWhere firstOr firstOrNew firstOrCreate updateOrCreate createOrFirst sole make forceCreate fresh refresh".split()
) | {"create"}
_LISTS = frozenset("all get paginate simplePaginate cursorPaginate cursor lazy findMany".split())


def model_given(project: "Project", at: int, fn: int, chain: str, name: str) -> "Type | None":
    """Return what a call gives: `Order::where(...)->first()` an order, unless a relation of theirs stands in the chain."""
    if name not in _GIVES and name not in _LISTS:
        return None
    first, _, rest = chain.partition(".")
    known = project.type_of(at, fn, first)
    if known.cls is None or known.is_many or not any(each.endswith(_MODELS) for each in project.ancestors(known.cls)):
        return None
    words = [word.removesuffix("()") for word in rest.split(".") if word]
    if any(project.method(known.cls, word) for word in words):
        return None
    return known._replace(args=(), is_many=name in _LISTS)
