"""C#'s expressions: chains, calls and values."""

from collections.abc import Iterable, Mapping

from tree_sitter import Node

from backwright.review.facts import NEW, Arg
from backwright.review.read.csharp.parts import first_of
from backwright.review.read.syntax import (
    CHAIN_MAX,
    DEPTH_MAX,
    ITEMS_MAX,
    STRING_MAX,
    Syntax,
    named,
    short,
    text,
)

_CLAUSES = {
    "where_clause": "Where",
    "order_by_clause": "OrderBy",
    "join_clause": "Join",
    "group_clause": "GroupBy",
    "select_clause": "Select",
}
_NUMBERS = frozenset({"integer_literal", "real_literal"})

_WRAPPERS = frozenset(
    {"await_expression", "parenthesized_expression", "as_expression", "postfix_unary_expression",
     "checked_expression", "ref_expression", "cast_expression", "argument", "expression_element",
     "collection_element"}
)  # fmt: skip
_HOLDERS = _WRAPPERS | {"query_expression", "binary_expression"}


class CSharpValues(Syntax):
    """The part of the syntax that says what an expression is."""

    calls = frozenset(
        {"invocation_expression", "object_creation_expression", "implicit_object_creation_expression",
         "constructor_initializer", *_CLAUSES}
    )  # fmt: skip
    members: Mapping[str, tuple[str, str]] = {
        "member_access_expression": ("expression", "name"),
        "conditional_access_expression": ("condition", ""),
        "qualified_name": ("qualifier", "name"),
    }
    subscripts: Mapping[str, str] = {"element_access_expression": "expression"}
    wrappers = _WRAPPERS
    lambdas = frozenset({"lambda_expression", "anonymous_method_expression"})
    kinds: Mapping[str, str] = {
        "identifier": "name", "generic_name": "name", "this": "name", "base": "name", "predefined_type": "name",
        "alias_qualified_name": "name", "integer_literal": "num", "real_literal": "num", "boolean_literal": "bool",
        "null_literal": "none", "default_expression": "none", "declaration_expression": "name",
    }  # fmt: skip
    strings = frozenset(
        {"string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression",
         "character_literal"}
    )  # fmt: skip
    string_parts = frozenset(
        {
            "string_literal_content",
            "escape_sequence",
            "raw_string_content",
            "string_content",
            "character_literal_content",
        }
    )
    interpolations = frozenset({"interpolation"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset(
        {"initializer_expression", "array_creation_expression", "implicit_array_creation_expression",
         "collection_expression", "tuple_expression"}
    )  # fmt: skip

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind not in _HOLDERS:
                return node
            if kind == "cast_expression":
                held = node.child_by_field_name("value")
            elif kind == "query_expression":
                clauses = named(node, *_CLAUSES)
                held = clauses[-1] if clauses else None
            elif kind == "binary_expression":  # found ?? throw new NotFound()
                right = node.child_by_field_name("right")
                is_guard = right is not None and right.type == "throw_expression"
                held = node.child_by_field_name("left") if is_guard else None
            else:
                held = first_of(node)
            if held is None:
                return node
            node = held
        return node

    def chain(self, node: Node | None) -> str:
        words: list[str] = []
        for _ in range(CHAIN_MAX):
            if node is None:
                break
            kind = node.type
            if kind == "identifier":
                words.append(text(node))
                break
            if kind in self.members:
                node, name_node = self.member(node)
                words.append(text(name_node) if name_node is not None else "[]")
            elif kind in self.calls:
                name, node, _ = self.callee(node)
                words.append(f"{name}()")
            elif kind == "element_access_expression":
                node = node.child_by_field_name("expression")
                words.append("[]")
            elif (held := self.inner(node)).id != node.id:
                node = held
            else:
                words.append(self._end(node, kind))
                break
        if len(words) == 1:
            return words[0]
        words.reverse()
        return ".".join(words).replace(".[]", "[]")

    def _end(self, node: Node, kind: str) -> str:
        """Return what a chain starts with, if it is no plain name."""
        if kind in self.strings:
            return "''"
        if kind in self.lambdas:
            return "{}"
        return text(first_of(node)) if kind == "generic_name" else short(node, 60)

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        node = self.inner(node)
        kind = node.type
        if kind == "identifier":
            return Arg("name", text(node))
        first = first_of(node)
        made: Arg | None = None
        if kind == "invocation_expression":
            made = self._name_of(node)
        elif kind == "typeof_expression":
            made = Arg("type", short(first))
        elif kind == "type_argument_list":
            made = Arg("type", short(node)[1:-1])
        elif kind == "declaration_expression":  # out var order
            made = Arg("name", text(node.child_by_field_name("name")))
        elif kind == "prefix_unary_expression" and first is not None and first.type in _NUMBERS:
            made = Arg("num", short(node))
        elif kind == "anonymous_object_creation_expression":
            made = Arg("dict", items=self._named(_anonymous(node, self), depth))
        elif kind == "initializer_expression" and first is not None and first.type == "assignment_expression":
            made = Arg("dict", items=self._named(self._initialized(node), depth))
        return made if made is not None else super().value(node, depth)

    def _name_of(self, node: Node) -> Arg | None:
        """Return what nameof(...) gives, None for any other call."""
        function = node.child_by_field_name("function")
        if function is None or function.type != "identifier" or text(function) != "nameof":
            return None
        _, held = next(iter(self.arguments(node)), ("", None))
        return Arg("str", self.chain(held).rpartition(".")[2])

    def string(self, node: Node, depth: int = 0) -> Arg:
        if node.type == "verbatim_string_literal":
            return Arg("str", text(node)[2:-1].replace('""', '"')[:STRING_MAX])
        if node.type != "interpolated_string_expression":
            return super().string(node, depth)
        parts: list[str] = []
        items: list[Arg] = []
        for child in node.named_children:
            if child.type == "interpolation":
                parts.append("{}")
                held = next(
                    (each for each in child.named_children if each.type != "interpolation_brace"),
                    None,
                )
                if depth < DEPTH_MAX and held is not None and len(items) < ITEMS_MAX:
                    items.append(self.value(held, depth + 1))
            elif child.type in self.string_parts:
                parts.append(text(child))
        return Arg("fmt" if "{}" in parts else "str", "".join(parts)[:STRING_MAX], items=tuple(items))

    def _items(self, node: Node, depth: int) -> tuple[Arg, ...]:
        if depth >= DEPTH_MAX:
            return ()
        if node.type in ("array_creation_expression", "implicit_array_creation_expression"):
            held = next(iter(named(node, "initializer_expression")), None)
            return self._items(held, depth) if held is not None else ()
        return tuple(
            self.value(
                each.named_children[-1] if each.type == "argument" and each.named_child_count else each,
                depth + 1,
            )
            for each in node.named_children[:ITEMS_MAX]
            if each.type != "comment"
        )

    def _named(self, entries: Iterable[tuple[str, Node]], depth: int) -> tuple[Arg, ...]:
        made: list[Arg] = []
        for name, held in entries if depth < DEPTH_MAX else ():
            value = self.value(held, depth + 1)
            value.name, value.line = name, held.start_point[0] + 1
            made.append(value)
            if len(made) == ITEMS_MAX:
                break
        return tuple(made)

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "invocation_expression":
            function = node.child_by_field_name("function")
            if function is None:
                return "", None, 0
            if function.type == "identifier":
                return text(function), None, 0
            if function.type in self.members:
                on, name = self.member(function)
                return text(name), on, 0
            if function.type == "generic_name":
                return text(first_of(function)), None, 0
            return "", function, 0
        if kind in _CLAUSES:
            return "AsQueryable" if _chooses_nothing(node) else _CLAUSES[kind], _clause_before(node), 0
        if kind == "constructor_initializer":
            return (
                next(
                    (each.type for each in node.children if not each.is_named and each.type != ":"),
                    "",
                ),
                None,
                0,
            )
        made = node.child_by_field_name("type") if kind == "object_creation_expression" else _wanted_type(node)
        on, word = self.parts(made)
        return word, on, NEW

    def parts(self, node: Node | None) -> tuple[Node | None, str]:
        """Return what stands before the last word of a name, and that word without generics."""
        on: Node | None = None
        for _ in range(CHAIN_MAX):
            if node is None or node.type == "identifier":
                break
            if node.type == "qualified_name":
                on, node = node.child_by_field_name("qualifier"), node.child_by_field_name("name")
            elif node.type == "alias_qualified_name":
                on, node = node.child_by_field_name("alias"), node.child_by_field_name("name")
            elif node.type in ("generic_name", "nullable_type"):
                node = first_of(node)
            else:
                break
        return on, short(node, 120)

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        kind = node.type
        if kind == "member_access_expression":
            on, name = node.child_by_field_name("expression"), node.child_by_field_name("name")
        elif kind == "conditional_access_expression":
            on = node.child_by_field_name("condition")
            name = node.named_children[-1].child_by_field_name("name")
        else:
            on, name = node.child_by_field_name("qualifier"), node.child_by_field_name("name")
        return on, first_of(name) if name is not None and name.type == "generic_name" else name

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind in _CLAUSES:
            for each in _clause_arguments(node):
                yield "", each
            return
        if kind == "invocation_expression":
            generics = _generics(node.child_by_field_name("function"))
            held = node.child_by_field_name("arguments")
            children = [held] if held is not None else []
        else:
            generics = _generics(node.child_by_field_name("type") or _wanted_type(node))
            children = node.named_children
        if generics is not None:
            yield "<>", generics
        for each in children:
            if each.type == "argument_list":
                for argument in each.named_children:
                    # `this` and `base` are no nodes with a name
                    if argument.type == "argument" and (parts := argument.named_children or argument.children):
                        yield (
                            text(argument.child_by_field_name("name")) if len(parts) > 1 else "",
                            parts[-1],
                        )
            elif each.type == "initializer_expression":
                yield from self._initialized(each)

    def _initialized(self, node: Node) -> Iterable[tuple[str, Node]]:
        """Return the entries of `{ Id = 1 }`, `{ ["a"] = 1 }`, `{ { "a", 1 } }` and `{ 1, 2 }`."""
        for each in node.named_children:
            if each.type == "assignment_expression":
                held = each.child_by_field_name("right")
                if held is not None:
                    yield self.key(each.child_by_field_name("left")), held
            elif each.type == "initializer_expression" and each.named_child_count == 2:
                yield self.key(first_of(each)), each.named_children[1]
            elif each.type != "comment":
                yield "", each

    def key(self, node: Node | None) -> str:
        return text(node).strip("[]\"'@$ ")[:120]


def _anonymous(node: Node, values: CSharpValues) -> Iterable[tuple[str, Node]]:
    name = ""
    children = [each for each in node.children if each.type not in ("comment", ",")]
    for each, after in zip(children, [*children[1:], None], strict=True):
        if not each.is_named:
            continue
        if after is not None and after.type == "=":
            name = text(each)
        else:
            yield name or values.chain(each).rpartition(".")[2], each
            name = ""


def _wanted_type(node: Node) -> Node | None:
    """Return the type that `new()` stands for: that of the field or variable it is given to."""
    if node.type != "implicit_object_creation_expression":
        return None
    holder = node.parent
    if holder is not None and holder.type == "variable_declarator":
        holder = holder.parent
    if holder is None or holder.type not in ("variable_declaration", "property_declaration"):
        return None
    return holder.child_by_field_name("type")


def _chooses_nothing(node: Node) -> bool:
    """Whether a clause gives the rows as they are: `from order in orders where order.IsOpen select order`."""
    holder = node.parent
    if node.type != "select_clause" or holder is None:
        return False
    begins = named(holder, "from_clause")
    name = begins[0].child_by_field_name("name") if len(begins) == 1 and not named(holder, "join_clause") else None
    chosen = first_of(node)
    return name is not None and chosen is not None and chosen.type == "identifier" and text(chosen) == text(name)


def _clause_before(node: Node) -> Node | None:
    """Return what a clause of a query works on: the clause before it, or where the first one reads from."""
    before = node.prev_named_sibling
    for _ in range(CHAIN_MAX):
        if before is None or before.type in _CLAUSES:
            return before
        prior = before.prev_named_sibling
        if before.type == "from_clause" and prior is None:
            return before.named_children[-1] if before.named_child_count else None
        before = prior
    return None


def _clause_arguments(node: Node) -> list[Node]:
    held = [each for each in node.named_children if each.type != "comment"]
    if node.type == "join_clause":  # [type] name in source on key equals key
        typed = node.child_by_field_name("type") is not None
        return held[1 + typed : 2 + typed]
    return held


def _generics(node: Node | None) -> Node | None:
    """Return the type arguments of what is called or constructed."""
    if node is None or node.type == "identifier":
        return None
    if node.type == "conditional_access_expression":
        node = node.named_children[-1]
    name = node.child_by_field_name("name") if node.type != "generic_name" else node
    return name.named_children[-1] if name is not None and name.type == "generic_name" else None
