"""Marks, fields, imports and types of Rust."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from backwright.review.facts import Arg, Field, Import, Mark
from backwright.review.read.syntax import DEPTH_MAX, ITEMS_MAX, line_of, named, short, text
from backwright.review.regexes import regex

BESIDE = "#path"  # what a module's path begins with that stands where an attribute says
MARKS_MAX = 60  # attributes and comment lines above one function that are looked at
_GENERIC = regex(r"(?:::)?<[^<>]*>")
_REFERENCE = regex(r"^(?:&\s*(?:'\w+\s+)?(?:mut\s+)?)+")
_ATTRIBUTE = regex(r"#\[[^\]]*\]\s*")
_COMMENTS = frozenset({"line_comment", "block_comment"})

Value = Callable[[Node], Arg]


def child(node: Node, at: int) -> Node | None:
    """Return a child, or None if broken code has none there."""
    try:
        return node.child(at)
    except IndexError:
        return None


def named_child(node: Node, at: int) -> Node | None:
    """Return a named child, or None."""
    try:
        return node.named_child(at)
    except IndexError:
        return None


def dotted(path: str) -> str:
    """Return `a::b::<T>::c` as `a.b.c`."""
    path = unqualified(path)
    for _ in range(4):
        if "<" not in path or path.startswith("<"):
            break
        path = _GENERIC.sub("", path)
    return path.replace("::", ".").replace("\n", "").replace(" ", "")


def unqualified(path: str) -> str:
    """Return a path without the trait that it is seen through: `<S::Tx as Transaction<S>>::begin` is S::Tx::begin."""
    if not path.startswith("<"):
        return path
    depth, seen_as = 0, -1
    for at, char in enumerate(path):
        if char == "<":
            depth += 1
        elif char == ">" and path[at - 1] != "-":
            depth -= 1
            if not depth:
                return f"{path[1 : seen_as if seen_as > 0 else at]}{path[at + 1 :]}"
        elif depth == 1 and seen_as < 0 and path.startswith(" as ", at):
            seen_as = at
    return path


def type_name(node: Node | None) -> str:
    """Return a type without what makes it a reference or optional."""
    if node is None:
        return ""
    written = _REFERENCE.sub("", short(node, 120))
    for wrapper in ("Option<", "std::option::Option<"):
        if written.startswith(wrapper) and written.endswith(">"):
            written = _REFERENCE.sub("", written[len(wrapper) : -1])
    return unqualified(written)


def head(node: Node | None) -> str:
    """Return the name of the type that an `impl` is for: `&mut a::Foo<T>` is Foo."""
    if node is None:
        return ""
    name = dotted(_REFERENCE.sub("", short(node, 120)).removeprefix("dyn "))
    return name.partition("<")[0].rpartition(".")[2].strip("()[] ")


# ---- attributes ---------------------------------------------------------------------------


def marks_above(node: Node, value: Value) -> tuple[Mark, ...]:
    """Return the attributes that stand above an item, in their order."""
    made: list[Mark] = []
    above = node.prev_sibling
    for _ in range(MARKS_MAX):
        if above is None or (above.type != "attribute_item" and above.type not in _COMMENTS):
            break
        if above.type == "attribute_item":
            made += mark_of(above, value)
        above = above.prev_sibling
    made.reverse()
    return tuple(made)


def declared_at(marks: tuple[Mark, ...]) -> str:
    """Return the module that `#[path = "orders_rows.rs"] mod rows;` means, beside the file: "#path::orders_rows"; "" if nothing says so."""
    path = next((mark.args[0].text for mark in marks if mark.name == "path" and len(mark.args) == 1), "")
    return f"{BESIDE}::{path.removesuffix('.rs').replace('/', '::')}" if path.endswith(".rs") else ""


def mark_of(node: Node, value: Value) -> list[Mark]:
    """Return the mark that one attribute is."""
    inner = named_child(node, 0)
    if inner is None or inner.type != "attribute" or not inner.named_child_count:
        return []
    on, _, name = dotted(text(named_child(inner, 0))).rpartition(".")
    args: tuple[Arg, ...] = ()
    tree, held = inner.child_by_field_name("arguments"), inner.child_by_field_name("value")
    if tree is not None:
        args = tuple(_token_args(tree, value, 0))
    elif held is not None:
        args = (value(held),)
    return [Mark(name, on, args, line_of(node))]


def groups(tree: Node) -> Iterator[list[Node]]:
    """Return what stands between the commas of a token tree."""
    group: list[Node] = []
    for each in tree.children[1:-1]:
        if each.type == ",":
            if group:
                yield group
            group = []
        elif each.type not in _COMMENTS:
            group.append(each)
    if group:
        yield group


def _token_args(tree: Node, value: Value, depth: int) -> Iterator[Arg]:
    for number, group in enumerate(groups(tree)):
        if number == ITEMS_MAX:
            return
        has_name = len(group) > 2 and group[1].type == "=" and group[0].is_named
        made = _token_value(group[2:] if has_name else group, value, depth)
        made.name = text(group[0]) if has_name else ""
        yield made


def _token_value(group: list[Node], value: Value, depth: int) -> Arg:
    last = group[-1]
    if last.type == "token_tree":
        items = tuple(_token_args(last, value, depth + 1)) if depth < DEPTH_MAX else ()
        if len(group) == 1:
            return Arg("list", items=items)
        return Arg("call", dotted("".join(text(each) for each in group[:-1]))[:80], items=items)
    if len(group) == 1:
        return value(last) if last.is_named else Arg("name", text(last))  # `default` is a keyword
    joined = "".join(text(each) for each in group)[:120]
    return Arg(
        "name" if all(each.is_named or each.type == "::" for each in group) else "other",
        dotted(joined),
    )


# ---- fields -------------------------------------------------------------------------------


def fields_of(body: Node, value: Value) -> Iterator[Field]:
    """Return the fields of a struct or the variants of an enum, each with its attributes."""
    marks: list[Mark] = []
    place = 0
    for each in body.named_children:
        kind = each.type
        if kind == "attribute_item":
            marks += mark_of(each, value)
        elif kind == "field_declaration":
            declared = type_name(each.child_by_field_name("type"))
            yield Field(text(each.child_by_field_name("name")), line_of(each), declared, tuple(marks))
            marks = []
        elif kind == "enum_variant":
            inner, held = each.child_by_field_name("body"), each.child_by_field_name("value")
            for attribute in named(inner, "attribute_item") if inner is not None else ():  # Sqlx(#[from] Error)
                marks += mark_of(attribute, value)
            yield Field(
                text(each.child_by_field_name("name")),
                line_of(each),
                _ATTRIBUTE.sub("", short(inner, 120)).strip("()"),
                tuple(marks),
                value(held) if held is not None else None,
            )
            marks = []
        elif kind not in _COMMENTS and kind != "visibility_modifier":  # the type of a tuple's field
            yield Field(str(place), line_of(each), type_name(each), tuple(marks))
            marks, place = [], place + 1


# ---- imports ------------------------------------------------------------------------------


def uses(node: Node) -> Iterator[Import]:
    """Return what a `use` brings: `use a::{b, c as d, e::*}`."""
    todo: list[tuple[str, Node | None]] = [("", node.child_by_field_name("argument"))]
    while todo:
        prefix, each = todo.pop()
        if each is None:
            continue
        kind = each.type
        if kind == "use_list":
            todo += [(prefix, child) for child in reversed(each.named_children) if child.type not in _COMMENTS]
        elif kind == "scoped_use_list":
            todo.append(
                (
                    _join(prefix, text(each.child_by_field_name("path"))),
                    each.child_by_field_name("list"),
                )
            )
        elif kind == "use_wildcard":
            inner = named_child(each, 0)
            yield Import(_join(prefix, text(inner)), "*", "*")
        elif kind == "use_as_clause":
            path, alias = (
                text(each.child_by_field_name("path")),
                text(each.child_by_field_name("alias")),
            )
            yield _use(prefix if path == "self" else _join(prefix, path), alias)
        else:
            path = text(each)
            yield _use(prefix if path == "self" and prefix else _join(prefix, path), "")


def _join(prefix: str, path: str) -> str:
    path = "".join(path.split())
    return f"{prefix}::{path}" if prefix and path else prefix or path


def _use(path: str, alias: str) -> Import:
    module, _, name = path.rpartition("::")
    return Import(module, name, alias or name) if module else Import(path, "", alias or path)
