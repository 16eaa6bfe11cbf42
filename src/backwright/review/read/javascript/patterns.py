"""What both halves of the reader of JavaScript need of single nodes: contents, types, patterns that take apart."""

from collections.abc import Iterator

from tree_sitter import Node

from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import short, text
from backwright.review.regexes import regex

# Parts of `{ a, b: c, d = 1 }`. The value of such a part is what it takes: `req.body.a`.
PARTS = frozenset({"shorthand_property_identifier_pattern", "pair_pattern", "object_assignment_pattern"})
_BOUND_MAX = 100  # names taken out of one pattern
_DEEP_MAX = 20  # how deep a pattern is followed
# What may stand between < and >: no operators but | & =>, nothing open; and what looks like HTML is none of it.
_PLAIN = rb"""[\w\s.,\[\]$]|\|(?!\|)|&(?!&)|=>|"[^"\n]*"|'[^'\n]*'|\([^()<>;]*\)"""
_TYPES_1 = rb"<(?>" + _PLAIN + rb"|\{(?>=>|[^{}<>])*+\})*+>"
_TYPES_2 = rb"<(?>" + _PLAIN + rb"|" + _TYPES_1 + rb"|\{(?>=>|[^{}<>]|" + _TYPES_1 + rb")*+\})*+>"
_TYPES = regex(
    rb"(?<=[\w$])(?!<(?:b|i|u|s|p|a|em|br|td|th|li|sup|sub|div|span|code|small|strong)>)"
    rb"<(?>" + _PLAIN + rb"|" + _TYPES_2 + rb"|\{(?>=>|[^{}<>]|" + _TYPES_2 + rb")*+\})++>(?=[(`])"
)
_SIGN = regex(rb"[^\r\n]")
_UNWRAPPED = ("Readonly<", "Partial<", "Required<", "Ref<", "Relation<")


def blank_types(source: bytes) -> bytes:
    """Return the source with the arguments of types in front of parentheses and templates blanked."""
    return _TYPES.sub(lambda found: _SIGN.sub(b" ", found[0]), source)


def content(node: Node) -> list[Node]:
    """Return the named children that are no comments."""
    return [child for child in node.named_children if child.type != "comment"]


def first_of(node: Node) -> Node | None:
    """Return the first child, if there is one."""
    return node.child(0) if node.child_count else None


def type_name(node: Node | None) -> str:
    """Return what an annotation says at its heart: `: User | null` is User, `Readonly<User>` is User."""
    if node is None:
        return ""
    written = short(node, 120).lstrip(":").strip()
    for wrapper in _UNWRAPPED:
        if written.startswith(wrapper) and written.endswith(">"):
            written = written[len(wrapper) : -1]
    if "|" in written and not any(sign in written for sign in "<({["):
        arms = [arm.strip() for arm in written.split("|")]
        kept = [arm for arm in arms if arm not in ("null", "undefined", "")]
        return kept[0] if len(kept) == 1 else written
    for nothing in (" | null", " | undefined"):
        written = written.removesuffix(nothing)
    return written


def bound(pattern: Node) -> Iterator[tuple[str, Node]]:
    """Yield the names that a pattern binds, each with the part of the pattern that says what is taken."""
    todo = [(pattern, pattern, 0)]
    count = 0
    while todo and count < _BOUND_MAX:
        node, part, depth = todo.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            count += 1
            yield text(node), part if part is not pattern else node
        elif kind in ("object_pattern", "array_pattern", "rest_pattern", "pair_pattern") and depth < _DEEP_MAX:
            inside = [node.child_by_field_name("value")] if kind == "pair_pattern" else content(node)
            todo += [(child, _part(node, child, part), depth + 1) for child in reversed(inside) if child is not None]
        elif kind in ("object_assignment_pattern", "assignment_pattern"):
            left = node.child_by_field_name("left")
            if left is not None:
                todo.append((left, part, depth + 1))


def _part(node: Node, child: Node, part: Node) -> Node:
    """Return the part that stands for a child: the innermost entry of an object, or the item of an array."""
    if node.type == "object_pattern" or (node.type == "array_pattern" and part.type not in PARTS):
        return child
    return part


def source_of(part: Node) -> tuple[Node | None, str]:
    """Return what is taken apart, and the path of a part in it: `body.email`."""
    path: list[str] = []
    node: Node | None = part
    for _ in range(3 * _DEEP_MAX):
        if node is None:
            break
        kind = node.type
        if kind == "pair_pattern":
            path.append(text(node.child_by_field_name("key")).strip("\"'"))
        elif kind == "shorthand_property_identifier_pattern":
            path.append(text(node))
        elif kind == "object_assignment_pattern":
            path.append(text(node.child_by_field_name("left")))
        elif kind in ("variable_declarator", "assignment_expression"):
            right = node.child_by_field_name("value") or node.child_by_field_name("right")
            return right, ".".join(reversed(path))
        node = node.parent
    return None, ""


def bases(node: Node) -> Iterator[str]:
    """Yield what a class, an interface or an intersection of types is made of."""
    value = node.child_by_field_name("value")
    if value is not None and value.type == "intersection_type":
        yield from (short(each, 80) for each in content(value) if each.type != "object_type")
    for each in node.named_children:
        if each.type not in ("class_heritage", "extends_type_clause"):
            continue
        for clause in content(each):
            if clause.type == "extends_clause":
                yield short(clause).removeprefix("extends").strip()[:80]
            elif clause.type == "implements_clause":
                yield from (short(base, 80) for base in content(clause))
            else:
                yield short(clause, 80)


def does(body: Node | None) -> tuple[str, ...]:
    """Return what an error handler does with the error."""
    if body is None:
        return ()
    if body.type != "statement_block":  # .catch(() => null)
        return (_does_expression(body),)
    words: list[str] = []
    for each in body.named_children:
        kind = each.type
        if kind == "comment":
            words.append("comment")
        elif kind == "empty_statement":
            words.append("pass")
        elif kind == "throw_statement":
            words.append("raise")
        elif kind == "return_statement":
            words.append("return")
        elif kind in ("continue_statement", "break_statement"):
            words.append("continue")
        elif kind == "expression_statement":
            inner = next(iter(content(each)), None)
            word = _does_expression(inner) if inner is not None else "other"
            words.append("assign" if word == "return" else word)
        else:
            whole = text(each)
            words += [word for word, sign in (("raise", "throw "), ("return", "return")) if sign in whole]
            words.append("log" if LOG.search(whole) else "other")
    return tuple(dict.fromkeys(words))


def _does_expression(node: Node) -> str:
    if node.type in ("call_expression", "await_expression", "new_expression"):
        return "log" if LOG.search(short(node, 60).partition("(")[0]) else "call"
    return "return"
