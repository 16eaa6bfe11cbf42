"""Go's parameters, types and literals as they are written, without what a value means."""

from collections.abc import Iterable

from tree_sitter import Node

from backwright.review.facts import Param
from backwright.review.read.go.parts import plain_type
from backwright.review.read.syntax import named, short, text

TYPES = frozenset(
    {
        "type_identifier", "qualified_type", "generic_type", "pointer_type", "slice_type", "array_type", "map_type",
        "channel_type", "function_type", "struct_type", "interface_type", "parenthesized_type", "type_elem",
        "implicit_length_array_type",
    }
)  # fmt: skip
NAMED_TYPES = frozenset({"type_identifier", "qualified_type", "generic_type"})
_BUILT_IN = frozenset(
    {
        "any", "bool", "byte", "rune", "string", "error", "int", "int8", "int16", "int32", "int64", "uint", "uint8",
        "uint16", "uint32", "uint64", "float32", "float64",
    }
)  # fmt: skip


def children(node: Node | None) -> list[Node]:
    """Return the named children that are no comments."""
    return [child for child in node.named_children if child.type != "comment"] if node is not None else []


def first_of(node: Node | None) -> Node | None:
    """Return the first named child that is no comment."""
    return next((child for child in node.named_children if child.type != "comment"), None) if node is not None else None


def names_in(node: Node | None) -> Iterable[str]:
    """Return the names on the left of `:=`, without the blank one."""
    return (text(each) for each in children(node) if each.type == "identifier" and each.text != b"_")


def params_of(node: Node | None) -> Iterable[Param]:
    """Return the parameters of a list; those without a name keep their place."""
    for each in children(node):
        written = plain_type(each.child_by_field_name("type"))
        if each.type == "variadic_parameter_declaration":
            written = f"[]{written}"
        elif each.type != "parameter_declaration":
            continue
        names = [name for name in each.children_by_field_name("name") if name.is_named]
        if not names:
            yield Param("", written)
        for name in names:
            yield Param(text(name), written)


def result_of(node: Node | None) -> str:
    """Return what a function gives as written, without the names of results: `(*Order, error)`."""
    if node is None or node.type != "parameter_list":
        return short(node, 120)
    types: list[str] = []
    for each in children(node):
        names = [name for name in each.children_by_field_name("name") if name.is_named]
        types += [short(each.child_by_field_name("type"), 80)] * max(1, len(names))
    return f"({', '.join(types)})" if len(types) > 1 else "".join(types)


def embedded(node: Node) -> Iterable[str]:
    """Return the types that a struct embeds."""
    for held in named(node, "field_declaration_list"):
        for each in named(held, "field_declaration"):
            if each.child_by_field_name("name") is None:
                yield plain_type(each.child_by_field_name("type"), 80)


def type_name(node: Node | None) -> tuple[str, Node | None]:
    """Return the name of a type and the package that it stands in."""
    for _ in range(3):
        if node is None or node.type != "generic_type":
            break
        node = node.child_by_field_name("type")
    if node is not None and node.type == "qualified_type":
        return text(node.child_by_field_name("name")), node.child_by_field_name("package")
    return short(node, 60), None


def type_arguments(node: Node) -> list[Node]:
    """Return what stands in the brackets of a generic type or call, unless it is an index: `handlers[key](x)`."""
    given = children(node.child_by_field_name("type_arguments"))
    return given if len(given) != 1 or _is_type(given[0]) else []


def type_index(node: Node) -> Node | None:
    """Return the type argument of `newRepo[Order](...)`, which looks like `handlers[key](...)`."""
    index = node.child_by_field_name("index")
    return index if index is not None and _is_type(index) else None


def _is_type(node: Node) -> bool:
    written = short(node, 60).lstrip("*[]")
    is_named = written in _BUILT_IN or written.rpartition(".")[2][:1].isupper()
    return "(" not in written and (is_named or written.startswith("map["))


def made_by_new(node: Node) -> Node | None:
    """Return the type that `new(Order)` makes, if it has a name."""
    given = children(node.child_by_field_name("arguments"))
    return given[0] if len(given) == 1 and given[0].type in NAMED_TYPES else None


def has_text_keys(body: Node | None) -> bool:
    """Whether a literal of a named type is a map: `gin.H{"error": ...}`."""
    first = first_of(body)
    if first is None or first.type != "keyed_element":
        return False
    held = first_of(first.child_by_field_name("key"))
    return held is not None and held.type in ("interpreted_string_literal", "raw_string_literal")


def type_of(node: Node | None) -> str:
    """Return the type that a value says of itself: `x.(*User)`, `[]Order{}`, `make(map[string]Order)`."""
    kind = node.type if node is not None else ""
    if node is None or kind not in (
        "type_assertion_expression",
        "composite_literal",
        "call_expression",
    ):
        return ""
    made = node.child_by_field_name("type")
    if kind == "composite_literal":
        return short(made, 120) if made is not None and made.type not in NAMED_TYPES else ""
    if kind == "call_expression":
        function = node.child_by_field_name("function")
        given = (
            children(node.child_by_field_name("arguments")) if function is not None and function.text == b"make" else []
        )
        return short(given[0], 120) if given and given[0].type in TYPES else ""
    return plain_type(made)
