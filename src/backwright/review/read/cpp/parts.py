"""Small parts of C++'s syntax: what a declarator names, types, what a handler does."""

from tree_sitter import Node

from backwright.review.facts import Arg, Mark
from backwright.review.read.syntax import CHAIN_MAX, ITEMS_MAX, line_of, named, short, text
from backwright.review.regexes import regex

_TYPE_MAX = 120
_OTHER = frozenset({"comment", "ERROR", "preproc_if", "preproc_ifdef", "preproc_call", "preproc_def"})
_NAMES = frozenset(
    {
        "identifier", "field_identifier", "type_identifier", "destructor_name", "operator_name", "qualified_identifier",
        "structured_binding_declarator", "operator_cast", "template_function", "template_method", "namespace_identifier",
    }
)  # fmt: skip
_GENERIC = frozenset({"template_function", "template_method", "template_type"})
_LOG = regex(
    r"(?:^|[_\W])(?:log|LOG|spdlog|SPDLOG)(?![a-z])|\b(?:std::)?(?:cout|cerr|clog)\b|\bfn?printf|\bprintf\b|\bqWarning\b"
    r"|\bqCritical\b|\bqDebug\b|\bsyslog\b|[lL]ogger|\bLog(?:Error|Warn|Info)?\b|\bperror\b|CROW_LOG|BOOST_LOG|\bfmt::print"
)
_RAISES = regex(r"^(?:std::)?(?:rethrow_exception|terminate|abort|exit|throw_with_nested|_exit)\b")
_STATEMENTS = {
    "comment": "comment", "throw_statement": "raise", "return_statement": "return", "co_return_statement": "return",
    "continue_statement": "continue", "break_statement": "continue", "goto_statement": "continue",
    "declaration": "assign",
}  # fmt: skip


def expressions(node: Node | None) -> list[Node]:
    """Return the named children that are code."""
    return [each for each in node.named_children if each.type not in _OTHER] if node is not None else []


def first_of(node: Node | None) -> Node | None:
    """Return the first named child."""
    return node.named_child(0) if node is not None and node.named_child_count else None


def plain(node: Node | None) -> Node | None:
    """Return a name without its type arguments and without the word `template`."""
    if node is not None and node.type == "dependent_name":
        node = first_of(node)
    if node is not None and node.type in _GENERIC:
        return node.child_by_field_name("name") or node
    return node


def declared(node: Node | None) -> Node | None:
    """Return what a declarator names, whatever pointers, references and parameters stand around it."""
    for _ in range(CHAIN_MAX):
        if node is None or node.type in _NAMES:
            return node
        inside = node.child_by_field_name("declarator")
        if inside is None:
            parts = expressions(node)
            inside = parts[-1] if parts and not node.type.startswith("abstract") else None
        node = inside
    return None


def names_of(node: Node | None) -> tuple[str, ...]:
    """Return the names that a declarator gives: one, or those of `auto [a, b]`."""
    found = declared(node)
    if found is None:
        return ()
    if found.type == "structured_binding_declarator":
        return tuple(text(each) for each in found.named_children)
    return (text(found),)


def function_declarator(node: Node | None) -> Node | None:
    """Return the part of a declarator that has the parameters."""
    for _ in range(CHAIN_MAX):
        if node is None or node.type == "function_declarator":
            return node
        inside = node.child_by_field_name("declarator")
        if inside is None and node.type == "reference_declarator":
            inside = node.named_children[-1] if node.named_child_count else None
        node = inside
    return None


def last_name(node: Node | None) -> Node | None:
    """Return the last name of `a::b::c<T>`, with its type arguments."""
    for _ in range(CHAIN_MAX):
        if node is None or node.type != "qualified_identifier":
            return node
        node = node.child_by_field_name("name")
    return None


def split_name(node: Node | None) -> tuple[str, str]:
    """Return the last scope and the name of `ns::Foo<T>::bar`."""
    owner = ""
    for _ in range(CHAIN_MAX):
        if node is None or node.type != "qualified_identifier":
            break
        owner = text(plain(node.child_by_field_name("scope")))
        node = node.child_by_field_name("name")
    return owner, short(plain(node), 80)


def plain_type(node: Node | None) -> str:
    """Return a type as written, "" for `auto`."""
    if node is None or node.type == "placeholder_type_specifier":
        return ""
    if node.child_by_field_name("body") is not None:  # struct { ... } x
        return text(node.child_by_field_name("name"))
    return short(node, _TYPE_MAX)


def type_arguments(node: Node | None) -> list[Node]:
    """Return the types between `<` and `>` of a name."""
    if node is not None and node.type == "dependent_name":
        node = first_of(node)
    if node is not None and node.type in _GENERIC:
        return expressions(node.child_by_field_name("arguments"))
    return []


def attributes(node: Node) -> tuple[Mark, ...]:
    """Return the `[[attributes]]` that stand before a declaration."""
    first = node.child(0) if node.child_count else None
    if first is None or first.type != "attribute_declaration":
        return ()
    return tuple(
        Mark(
            text(each.child_by_field_name("name")),
            text(each.child_by_field_name("prefix")),
            (),
            line_of(each),
        )
        for each in named(first, "attribute")
    )


def json_entries(node: Node) -> list[tuple[Node, Node]]:
    """Return keys and values of `{{"a", 1}, {"b", 2}}`, [] if any item is no such pair."""
    found: list[tuple[Node, Node]] = []
    for each in node.named_children[:ITEMS_MAX]:
        pair = each.named_children if each.type == "initializer_list" else []
        if len(pair) != 2 or pair[0].type != "string_literal":
            return []
        found.append((pair[0], pair[1]))
    return found


def in_class(node: Node) -> bool:
    """Whether a member stands in the body of a class."""
    return node.parent is not None and node.parent.type == "field_declaration_list"


def class_around(node: Node) -> str:
    """Return the name of the class around the one that a field is of, "" if there is none."""
    names: list[str] = []
    above = node.parent
    while above is not None and len(names) < 2:
        if above.type in ("class_specifier", "struct_specifier"):
            names.append(text(above.child_by_field_name("name")))
        above = above.parent
    return names[1] if len(names) > 1 else ""


def constant(source: str) -> Arg:
    """Return what `#define NAME source` stands for."""
    if len(source) > 1 and source[0] == source[-1] == '"' and '"' not in source[1:-1]:
        return Arg("str", source[1:-1])
    return Arg("num" if source[:1].isdigit() else "other", source[:160])


def formatted(made: Arg) -> Arg:
    """Return std::format("a {}", b) as a string with values put in."""
    first = made.items[0]
    if first.kind != "str" or len(made.items) == 1:
        return made
    return Arg("fmt", first.text, items=made.items[1:])


def without_braces(block: Node | None) -> str:
    """Return the source of a block's statements, cut."""
    return short(block, 400).removeprefix("{").removesuffix("}").strip()


def does(block: Node | None) -> tuple[str, ...]:
    """Return the words for what the statements of a handler do."""
    words: list[str] = []
    for each in block.named_children if block is not None else ():
        kind = each.type
        if kind in _STATEMENTS:
            words.append(_STATEMENTS[kind])
        elif kind == "expression_statement":
            words.append(_of_expression(first_of(each)))
        else:
            whole = short(each, 2000)
            words += [word for word, sign in (("raise", "throw"), ("return", "return")) if sign in whole]
            words.append("log" if _LOG.search(whole) else "other")
    return tuple(dict.fromkeys(words))


def _of_expression(node: Node | None) -> str:
    kind = node.type if node is not None else ""
    if kind == "":
        return "pass"
    source = short(node, 200)
    if kind == "call_expression":
        head = source.partition("(")[0]
        if _RAISES.match(head):
            return "raise"
        return "log" if _LOG.search(head) else "call"
    if kind == "binary_expression" and "<<" in source:
        return "log" if _LOG.search(source.partition("<<")[0]) else "call"
    if kind in ("assignment_expression", "update_expression"):
        return "assign"
    return "call" if kind in ("co_await_expression", "new_expression", "delete_expression") else "other"
