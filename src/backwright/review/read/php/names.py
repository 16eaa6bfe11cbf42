"""Small parts of PHP: written names and types, what a handler does, what runs a closure per element."""

import re
from collections.abc import Iterable

from tree_sitter import Node

from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import short, text
from backwright.review.regexes import regex

# Methods of collections, queries and iterators that call a closure, given first, once per element.
METHODS = frozenset({
    "each", "eachSpread", "map", "mapSpread", "mapInto", "mapWithKeys", "mapToGroups", "mapToDictionary",
    "flatMap", "transform", "through", "filter", "reject", "reduce", "reduceWithKeys", "partition", "every", "some",
    "contains", "doesntContain", "sum", "avg", "min", "max", "sortBy", "sortByDesc", "groupBy", "keyBy",
    "unique", "countBy", "takeWhile", "takeUntil", "skipWhile", "skipUntil", "eachById", "lazyEach", "forAll",
    "exists", "findFirst", "walk",
})  # fmt: skip
# Functions that do, and the place of what they go through.
OVER = {
    "array_map": 1, "array_walk": 0, "array_walk_recursive": 0, "array_filter": 0, "array_reduce": 0, "usort": 0,
    "uasort": 0, "uksort": 0, "array_find": 0, "array_find_key": 0, "array_any": 0, "array_all": 0, "iterator_apply": 0,
}  # fmt: skip
_CALLS = frozenset({
    "function_call_expression", "member_call_expression", "nullsafe_member_call_expression",
    "scoped_call_expression", "object_creation_expression",
})  # fmt: skip
_WORDS = {
    "comment": "comment", "return_statement": "return", "continue_statement": "continue", "break_statement": "continue",
    "exit_statement": "call", "empty_statement": "pass",
}  # fmt: skip
_LOGS = regex(
    r"log\w*(\(\))?(\??->|::)(log|debug|info|notice|warning|error|critical|alert|emergency|exception)$",
    re.I,
)
_RAISES = regex(r"\bthrow\b")
_RETURNS = regex(r"\breturn\b")


def last(node: Node | None) -> Node | None:
    """Return the last named child that is no comment."""
    count = node.named_child_count if node is not None else 0
    while node is not None and count:
        count -= 1
        found = node.named_child(count)
        if found is not None and found.type != "comment":
            return found
    return None


def written(node: Node | None) -> str:
    r"""Return a name without what marks it: `$this` is this, `${x}` is x, `\strlen` is strlen."""
    return text(node).lstrip("$\\").strip("{}")


def split(node: Node | None) -> tuple[str, str]:
    r"""Return a qualified name as (name, namespace): `ORM\Entity` is Entity of ORM."""
    space, _, name = text(node).lstrip("\\").rpartition("\\")
    return name, space


def const_parts(node: Node) -> tuple[Node | None, Node | None]:
    """Return holder and name of `Order::class`."""
    return node.named_child(0), last(node)


def type_name(node: Node | None) -> str:
    r"""Return what a type is at its heart: `?User`, `User|null` and `\User` are User."""
    if node is None:
        return ""
    source = short(node, 120).lstrip("?").strip()
    if "(" in source:
        return source
    arms = [arm.strip().lstrip("\\") for arm in source.split("|")]
    return "|".join(arm for arm in arms if arm.lower() != "null") or source


def attributes(holder: Node) -> Iterable[Node]:
    """Return the attributes of `#[A, B(1)] #[C]`."""
    for group in holder.named_children:
        for each in group.named_children:
            if each.type == "attribute":
                yield each


def does(body: Node | None) -> tuple[str, ...]:
    """Return what the statements of an error handler do, in words."""
    words: list[str] = []
    for each in body.named_children if body is not None else ():
        kind = each.type
        if kind in _WORDS:
            words.append(_WORDS[kind])
        elif kind == "expression_statement":
            words.append(_does_one(each.named_child(0)))
        else:
            whole = text(each)
            words += [word for word, sign in (("raise", _RAISES), ("return", _RETURNS)) if sign.search(whole)]
            words.append("log" if LOG.search(whole) else "other")
    return tuple(dict.fromkeys(words))


def _does_one(node: Node | None) -> str:
    kind = node.type if node is not None else ""
    if node is not None and kind == "error_suppression_expression":
        node = last(node)
        kind = node.type if node is not None else ""
    if kind == "throw_expression":
        return "raise"
    if kind in _CALLS:
        args = node.child_by_field_name("arguments") if node is not None else None
        before = short(node, 400).removesuffix(short(args, 400)).rstrip()
        return "log" if _LOGS.search(before) or LOG.search(before.partition("(")[0]) else "call"
    if kind in (
        "print_intrinsic",
        "binary_expression",
        "conditional_expression",
        "match_expression",
    ):
        whole = text(node)
        return "raise" if _RAISES.search(whole) else "log" if LOG.search(whole) else "other"
    return "assign" if kind.endswith("assignment_expression") else "other"
