"""Small parts of Java's syntax: types, what a handler does, what is left of a list without its comments."""

from tree_sitter import Node

from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import short, text

COMMENTS = frozenset({"line_comment", "block_comment"})
_TYPE_MAX = 120
_STATEMENTS = {
    "line_comment": "comment", "block_comment": "comment", "throw_statement": "raise", "return_statement": "return",
    "continue_statement": "continue", "break_statement": "continue", "local_variable_declaration": "assign",
    ";": "pass",
}  # fmt: skip
_EXPRESSIONS = {
    "assignment_expression": "assign", "update_expression": "assign", "object_creation_expression": "call",
}  # fmt: skip


def expressions(node: Node) -> list[Node]:
    """Return the named children that are no comments."""
    return [child for child in node.named_children if child.type not in COMMENTS]


def plain_type(node: Node | None, declarator: Node | None = None) -> str:
    """Return a type as written, with the brackets that stand behind the name; "" for `var`."""
    written = short(node, _TYPE_MAX)
    if declarator is not None and declarator.child_count > 1:
        written += text(declarator.child_by_field_name("dimensions"))
    return "" if written == "var" else written


def without_optional(written: str) -> str:
    """Return what an Optional holds."""
    return written[9:-1] if written.startswith("Optional<") and written.endswith(">") else written


def type_arguments(node: Node | None) -> list[Node]:
    """Return the types between `<` and `>` of a generic type or of `this.<Foo>get()`."""
    if node is not None and node.type == "generic_type":
        node = node.named_child(node.named_child_count - 1)
    return expressions(node) if node is not None and node.type == "type_arguments" else []


def without_braces(block: Node | None) -> str:
    """Return the source of a block's statements, cut."""
    return short(block, 400).removeprefix("{").removesuffix("}").strip()


def does(block: Node | None) -> tuple[str, ...]:
    """Return the words for what the statements of a handler do."""
    words: list[str] = []
    for each in block.children[1:-1] if block is not None else ():
        kind = each.type
        if kind in _STATEMENTS:
            words.append(_STATEMENTS[kind])
        elif kind == "expression_statement":
            words.append(_of_expression(each.named_child(0)))
        else:
            whole = short(each, 2000)
            words += [word for word, sign in (("raise", "throw "), ("return", "return")) if sign in whole]
            words.append("log" if _logs(whole) else "other")
    return tuple(dict.fromkeys(words))


def _of_expression(node: Node | None) -> str:
    kind = node.type if node is not None else ""
    if kind != "method_invocation":
        return _EXPRESSIONS.get(kind, "other")
    return "log" if _logs(short(node, 80).partition("(")[0]) else "call"


def _logs(source: str) -> bool:
    """Whether a call is a message to a log; Java also writes LOG and LOGGER."""
    return bool(LOG.search(source) or LOG.search(source.lower()))
