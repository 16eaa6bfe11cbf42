"""What JavaScript brings in and gives out: import, require, export, in all their forms."""

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from backwright.review.facts import Import
from backwright.review.read.javascript.patterns import content, first_of
from backwright.review.read.syntax import line_of, named, text

_CLIMB_MAX = 6  # from `require("x")` up to the declaration: members, calls, parentheses, await


def _unquoted(node: Node | None) -> str:
    return text(node).strip("\"'`")


def is_require(node: Node | None) -> bool:
    """Whether a value is `require("x")` and nothing else: that is an import and no assignment."""
    if node is None or node.type != "call_expression":
        return False
    function = node.child_by_field_name("function")
    return function is not None and function.type == "identifier" and function.text == b"require"


def imported(node: Node) -> Iterator[Import]:
    """Yield what an import statement brings."""
    first = node.child(1) if node.child_count > 1 else None
    is_type_only = first is not None and first.type in ("type", "typeof")
    clause = next((each for each in node.named_children if each.type.startswith("import_")), None)
    if clause is not None and clause.type == "import_require_clause":  # import x = require("x")
        yield Import(_unquoted(clause.child_by_field_name("source")), "", text(first_of(clause)))
        return
    module = _unquoted(node.child_by_field_name("source"))
    if clause is None:
        yield Import(module)
        return
    for each in clause.named_children:
        if each.type == "identifier":
            yield Import(module, "default", text(each), is_type_only=is_type_only)
        elif each.type == "namespace_import":
            yield Import(module, "", text(next(iter(content(each)), None)), is_type_only=is_type_only)
        elif each.type == "named_imports":
            yield from _specified(module, named(each, "import_specifier"), is_type_only=is_type_only)


def exported_from(node: Node) -> Iterator[Import]:
    """Yield what `export ... from "x"` passes on."""
    module = _unquoted(node.child_by_field_name("source"))
    first = node.child(1) if node.child_count > 1 else None
    is_type_only = first is not None and first.type == "type"
    clause = next(iter(named(node, "export_clause", "namespace_export")), None)
    if clause is None:
        yield Import(module, "*", "*", is_type_only=is_type_only)
    elif clause.type == "namespace_export":
        yield Import(module, "", _unquoted(next(iter(content(clause)), None)), is_type_only=is_type_only)
    else:
        yield from _specified(module, named(clause, "export_specifier"), is_type_only=is_type_only)


def _specified(module: str, nodes: list[Node], *, is_type_only: bool) -> Iterator[Import]:
    for each in nodes:
        name = _unquoted(each.child_by_field_name("name"))
        alias = _unquoted(each.child_by_field_name("alias")) or name
        first = first_of(each)
        is_type = is_type_only or (first is not None and first.type == "type")
        yield Import(module, name, alias, line_of(each), is_type_only=is_type)


def required(call: Node) -> Iterator[Import]:
    """Yield what `require("x")` or `import("x")` brings, and under which names."""
    given = call.child_by_field_name("arguments")
    first = next(iter(content(given)), None) if given is not None else None
    if first is None or first.type not in ("string", "template_string"):
        return
    module, name = _unquoted(first), ""
    holder = call.parent
    for _ in range(_CLIMB_MAX):
        kind = holder.type if holder is not None else ""
        if holder is None:
            break
        if kind == "member_expression" and not name:
            name = text(holder.child_by_field_name("property"))
        elif kind == "variable_declarator":
            target = holder.child_by_field_name("name")
            if target is not None and target.type == "object_pattern":
                yield from _taken(module, target)
                return
            yield Import(module, name, text(target))
            return
        elif kind not in ("await_expression", "parenthesized_expression"):
            break
        holder = holder.parent
    yield Import(module)


def _taken(module: str, pattern: Node) -> Iterator[Import]:
    for each in content(pattern):
        kind = each.type
        if kind == "pair_pattern":
            yield Import(
                module,
                _unquoted(each.child_by_field_name("key")),
                text(each.child_by_field_name("value")),
            )
        elif kind == "object_assignment_pattern":
            name = text(each.child_by_field_name("left"))
            yield Import(module, name, name)
        elif kind == "shorthand_property_identifier_pattern":
            yield Import(module, text(each), text(each))
    if not pattern.named_child_count:
        yield Import(module)


def exported(node: Node) -> Iterable[tuple[str, Node | None, str]]:
    """Yield what an export statement gives another name: `default`, or an alias."""
    clause = next(iter(named(node, "export_clause")), None)
    if clause is not None:
        for each in named(clause, "export_specifier"):
            alias = each.child_by_field_name("alias")
            if alias is not None and text(alias) != text(each.child_by_field_name("name")):
                yield _unquoted(alias), each.child_by_field_name("name"), ""
        return
    declared = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    if declared is not None:
        name = declared.child_by_field_name("name")
        if name is not None:
            yield "default", name, ""
    elif value is not None:
        yield "default", value, ""
    else:  # export = value
        last = content(node)[-1:]
        if last:
            yield "module.exports", last[0], ""
