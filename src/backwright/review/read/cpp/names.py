"""What C++ names stand for: imports, namespaces, the types that `auto` hides, calls that only pass a value on."""

from tree_sitter import Node

from backwright.review.facts import Import
from backwright.review.read.cpp.parts import expressions, first_of, last_name, plain, type_arguments
from backwright.review.read.syntax import named, short, text

OPERANDS_MAX = 200  # of one statement such as `log << a << b`
_CASTS = frozenset({"static_cast", "dynamic_cast", "const_cast", "reinterpret_cast"})
_PASSED = frozenset(
    {
        "std::move",
        "std::forward",
        "std::string",
        "std::string_view",
        "std::ref",
        "std::cref",
        "std::as_const",
    }
)
_MAKERS = _CASTS | {
    "make_shared", "make_unique", "make_optional", "dynamic_pointer_cast", "static_pointer_cast", "any_cast",
}  # fmt: skip
_ONLY_NAMED = frozenset({"declaration", "class_specifier", "struct_specifier", "alias_declaration", ";", "comment"})


def see_through(node: Node) -> Node | None:
    """Return what a cast, std::move(x) or std::string("x") passes on; None if the call is a real one."""
    if node.type == "user_defined_literal":  # "GET"_method
        first = first_of(node)
        return first if first is not None and first.type == "string_literal" else None
    function = node.child_by_field_name("function")
    kind = function.type if function is not None else ""
    if kind == "template_function" and function is not None:
        is_passed = text(function.child_by_field_name("name")) in _CASTS
    elif kind == "qualified_identifier" and function is not None:
        is_passed = text(function).partition("<")[0] in _PASSED
    else:
        return None
    given = expressions(node.child_by_field_name("arguments")) if is_passed else []
    return given[0] if len(given) == 1 else None


def made_type(node: Node | None) -> str:
    """Return the type that is plain from a value: std::make_shared<Foo>(), Mapper<Foo>(db), Foo::createShared()."""
    if node is None or node.type != "call_expression":
        return ""
    function = node.child_by_field_name("function")
    last = last_name(function)
    name = text(plain(last))
    given = type_arguments(last)
    if name in _MAKERS and given:
        return short(given[0], 120)
    if given and name[:1].isupper():
        return short(function, 120)
    if name == "createShared" and function is not None and function.type == "qualified_identifier":
        return short(function, 120).rpartition("::")[0]
    return ""


def import_of(node: Node) -> Import | None:
    """Return what an #include, a `using` or an alias brings; None if it is no import."""
    kind = node.type
    if kind == "preproc_include":
        path = node.child_by_field_name("path")
        if path is None or path.type not in ("string_literal", "system_lib_string"):
            return None
        return Import(text(path).strip('<>"'), "*", "*")
    if kind == "namespace_alias_definition":
        parts = node.named_children
        return Import(text(parts[-1]), "", text(parts[0])) if len(parts) > 1 else None
    if kind == "using_declaration":
        whole = text(node.named_children[-1]) if node.named_child_count else ""
        if any(each.type == "namespace" for each in node.children):
            return Import(whole, "*", "*")
        module, _, name = whole.rpartition("::")
        return Import(module, name, name)
    held = node.child_by_field_name("type")
    if held is not None and held.type == "type_descriptor":
        held = first_of(held) if held.named_child_count == 1 else None
    alias = node.child_by_field_name("name") or node.child_by_field_name("declarator")
    if held is None or alias is None or alias.type != "type_identifier":
        return None
    if held.type != "qualified_identifier" or type_arguments(last_name(held)):
        return None
    module, _, name = text(held).rpartition("::")
    return Import(module, name, text(alias)) if module else None


def namespace(node: Node) -> str:
    """Return the name of a namespace with those it only holds; "" if it only announces classes of others."""
    words = [text(node.child_by_field_name("name"))]
    for _ in range(8):
        body = node.child_by_field_name("body")
        inside = body.named_children if body is not None and body.named_child_count < 60 else []
        if inside and all(each.type in _ONLY_NAMED and each.child_by_field_name("body") is None for each in inside):
            return ""
        deeper = named(body, "namespace_definition") if body is not None and len(inside) == 1 else []
        if not deeper:
            break
        node = deeper[0]
        words.append(text(node.child_by_field_name("name")))
    return "::".join(word for word in words if word)


def spaces(node: Node) -> str:
    """Return the namespaces that something stands in, `shop::prices`; "" if it stands in none, or in a class."""
    words: list[str] = []
    above = node.parent
    while above is not None and above.type != "field_declaration_list":
        if above.type == "namespace_definition" and (name := above.child_by_field_name("name")) is not None:
            words.append(text(name))
        above = above.parent
    return "::".join(reversed(words))


def statement_operands(node: Node) -> list[Node]:
    """Return what stands between the `<<` and `>>` of a statement, from the left."""
    found: list[Node] = []
    for _ in range(OPERANDS_MAX):
        operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if operator is None or operator.type not in ("<<", ">>") or left is None or right is None:
            break
        found.append(right)
        node = left
    found.append(node)
    found.reverse()
    return found


def component(node: Node | None) -> tuple[str, str, Node | None]:
    """Return name, type and value of DTO_FIELD(String, name) = value, and of a component."""
    held = None
    if node is not None and node.type == "assignment_expression":
        held = node.child_by_field_name("right")
        node = node.child_by_field_name("left")
    if node is None or node.type != "call_expression":
        return "", "", None
    given = expressions(node.child_by_field_name("arguments"))
    made = node.child_by_field_name("function")
    if made is not None and made.type == "call_expression":  # CREATE_COMPONENT(type, name)(value)
        held = given[0] if given else None
        given = expressions(made.child_by_field_name("arguments"))
    if len(given) < 2:
        return "", "", None
    return text(given[1]), short(given[0], 120), held
