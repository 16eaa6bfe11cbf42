"""Small questions about Kotlin's nodes; what is not there is None."""

from collections.abc import Iterable

from tree_sitter import Node

from backwright.review.read.syntax import named, short, text


def child(node: Node, at: int) -> Node | None:
    """Return the child at a place."""
    return node.child(at) if at < node.child_count else None


def last(node: Node) -> Node | None:
    """Return the last child."""
    count = node.child_count
    return node.child(count - 1) if count else None


def first_named(node: Node) -> Node | None:
    """Return the first child that is no token."""
    return node.named_child(0) if node.named_child_count else None


def last_named(node: Node) -> Node | None:
    """Return the last child that is no token."""
    count = node.named_child_count
    return node.named_child(count - 1) if count else None


def infix(node: Node) -> Node | None:
    """Return the name of an infix call."""
    names = named(node, "identifier")
    if len(names) == 1:
        return names[0]
    return child(node, 1)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes of one call: `f(a) { b }` is read as a call of `f(a)`."""
    first = child(node, 0)
    if first is None or first.type != "call_expression":
        return (node,)
    second, end = child(node, 1), last(first)
    if second is None or second.type != "annotated_lambda" or end is None or end.type != "value_arguments":
        return (node,)
    return (first, node)


def given_in(node: Node) -> Iterable[tuple[str, Node]]:
    """Return the values between parentheses."""
    for each in node.named_children:
        if each.type != "value_argument":
            continue
        held = last(each)
        if held is None:
            continue
        second = each.child(1) if each.child_count > 2 else None
        yield text(each.child(0)).strip("`") if second is not None and second.type == "=" else "", held


def unsigned(node: Node | None) -> Node | None:
    """Return what stands after `!` or `-`: the grammar reads `!a.b()` as a call on `!a`."""
    while node is not None and node.type == "unary_expression" and node.child_count > 1:
        first = node.child(0)
        if first is None or first.is_named:
            break
        node = node.child(1)
    return node


def is_generic(node: Node) -> bool:
    """Whether `f[Type]` is a call's types, see repair."""
    held = child(node, 2)
    return (
        held is not None
        and held.type in ("identifier", "navigation_expression", "index_expression")
        and (text(held)[:1].isupper())
    )


def type_name(node: Node | None) -> str:
    """Return a type as written, without what makes it nullable."""
    written = short(node, 120).replace("`", "")
    return written.rstrip("?")
