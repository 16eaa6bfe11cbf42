"""Kotlin's annotations as marks, also where the grammar puts them before what they belong to."""

from collections.abc import Callable, Iterable

from tree_sitter import Node

from backwright.review.facts import Arg, Mark
from backwright.review.read.kotlin.nodes import first_named
from backwright.review.read.syntax import line_of, text

_ANNOTATIONS_MAX = 20  # of one declaration
Arguments = Callable[[Node, int], tuple[Arg, ...]]


def marks_in(modifiers: Node, arguments: Arguments) -> tuple[Mark, ...]:
    """Return the annotations among modifiers."""
    return tuple(_marks(modifiers.named_children, arguments))


def marks_astray(node: Node, arguments: Arguments) -> tuple[Mark, ...]:
    """Return the annotations of a declaration that the grammar reads as an expression before it.

    `@Resource("/orders")` above `class Orders()` and a comment below it is read as the expression `("/orders")`, annotated.
    """
    holder = node.parent
    before = node.prev_named_sibling if holder is not None and holder.type == "source_file" else None
    found: list[Mark] = []
    for _ in range(_ANNOTATIONS_MAX):  # each annotation holds what follows it
        if before is None or before.type != "annotated_expression":
            break
        parts = before.named_children
        found += _marks(parts, arguments)
        before = parts[-1] if parts else None
    if not found or before is None or before.type != "parenthesized_expression":
        return ()
    found[-1].args = arguments(before, 0)
    return tuple(found)


def _marks(nodes: Iterable[Node], arguments: Arguments) -> Iterable[Mark]:
    for each in nodes:
        if each.type != "annotation":
            continue
        for inner in each.named_children:
            if inner.type == "constructor_invocation":
                on, _, name = text(first_named(inner)).partition("<")[0].rpartition(".")
                yield Mark(name, on, arguments(inner, 0), line_of(inner))
            elif inner.type == "user_type":
                on, _, name = text(inner).partition("<")[0].rpartition(".")
                yield Mark(name, on, (), line_of(inner))
