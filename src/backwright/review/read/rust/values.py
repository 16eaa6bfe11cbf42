"""Calls and values of Rust: chains, macros that make strings, struct literals."""

import re
from collections.abc import Iterable, Mapping

from tree_sitter import Node

from backwright.review.facts import (
    DEFERRED,
    MACRO,
    NEW,
    Arg,
)
from backwright.review.read.rust.macros import MARK, source
from backwright.review.read.rust.types import (
    child,
    dotted,
    groups,
    named_child,
)
from backwright.review.read.syntax import (
    CHAIN_MAX,
    CONVERTS,
    DEPTH_MAX,
    STRING_MAX,
    Syntax,
    named,
    short,
    text,
)
from backwright.review.regexes import regex

_SPAWNS = frozenset("spawn spawn_local spawn_blocking spawn_on".split())
_FORMATTED = frozenset(["format", "format_args"])
_ENTRIES = frozenset(["json", "doc", "bson", "json_string", "graphql_value"])
_OWNED = frozenset("to_string to_owned into as_str as_bytes to_vec".split())
_MARK = bytes([MARK])
_MARKED_STRINGS = (b'(c"', b'(cr"', b"(cr#")
_NAMES = frozenset(["identifier", "self"])
_PATHS = frozenset(["scoped_identifier", "generic_function", "generic_type", "scoped_type_identifier"])
_NO_TYPES = frozenset("collect parse into sum product try_into size_of from_iter min max from_str transmute".split())
_PLACE = regex(r"\{\{|\}\}|\{([^{}]*)\}")
_MARKED = regex(r'^[bc]?r?(#*)"(.*)"\1$', re.DOTALL)


class RustValues(Syntax):
    """The part of the syntax that is about expressions. Macros are rewritten before the parse: see macros.py."""

    calls = frozenset({"call_expression", "struct_expression", "macro_invocation"})
    members: Mapping[str, tuple[str, str]] = {"field_expression": ("value", "field")}
    subscripts: Mapping[str, str] = {"index_expression": ""}
    wrappers = frozenset({
        "await_expression", "try_expression", "parenthesized_expression", "reference_expression", "type_cast_expression",
        "unary_expression", "call_expression",
    })  # fmt: skip
    lambdas = frozenset({"closure_expression", "async_block"})
    kinds: Mapping[str, str] = {
        "identifier": "name", "self": "name", "crate": "name", "integer_literal": "num", "float_literal": "num",
        "boolean_literal": "bool", "unary_expression": "num", "unit_expression": "none", "char_literal": "str",
        "shorthand_field_initializer": "name", "type_identifier": "name", "field_identifier": "name",
    }  # fmt: skip
    strings = frozenset({"string_literal", "raw_string_literal"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"array_expression", "tuple_expression"})
    pairs: Mapping[str, tuple[str, str]] = {"assignment_expression": ("left", "right")}

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "call_expression":
            return self._called(node)
        if kind == "struct_expression":
            of = node.child_by_field_name("name")
            while of is not None and of.type in ("generic_type", "generic_type_with_turbofish"):
                of = of.child_by_field_name("type")
            if of is not None and of.type == "scoped_type_identifier":
                return text(of.child_by_field_name("name")), of.child_by_field_name("path"), NEW
            return text(of), None, NEW
        if kind == "macro_invocation":
            of = node.child_by_field_name("macro")
            if of is not None and of.type == "scoped_identifier":
                return text(of.child_by_field_name("name")), of.child_by_field_name("path"), MACRO
            return text(of), None, MACRO
        dot = node.prev_sibling  # a name before brackets in a macro that is no expression
        if dot is not None and dot.type in (".", "::"):
            return text(node), dot.prev_sibling, 0
        return text(node), None, MACRO if dot is not None and dot.type == "!" else 0

    def _called(self, node: Node) -> tuple[str, Node | None, int]:
        whole = function = node.child_by_field_name("function")
        if function is None or whole is None:
            return "", None, 0
        kind = function.type
        if kind == "generic_function":
            function = function.child_by_field_name("function") or function
            kind = function.type
        elif kind == "parenthesized_expression":
            function = self.inner(function)
            kind = function.type
        if kind == "field_expression":
            name = text(function.child_by_field_name("field"))
            return name, function.child_by_field_name("value"), DEFERRED if name in _SPAWNS else 0
        if kind == "identifier":
            name = text(function)
            return name, None, NEW if name[:1].isupper() else self._flags(node, whole, name)
        if kind == "scoped_identifier":
            name, path = (
                text(function.child_by_field_name("name")),
                function.child_by_field_name("path"),
            )
            if name[:1].isupper() or (name == "new" and dotted(text(path)).rpartition(".")[2][:1].isupper()):
                return name, path, NEW
            return name, path, self._flags(node, whole, name)
        return "", function, 0

    def _flags(self, node: Node, function: Node, name: str) -> int:
        """Whether a call is a macro (see macros.py), and whether it starts something."""
        flags = DEFERRED if name in _SPAWNS else 0
        raw = node.text or b""
        at = function.end_byte - node.start_byte
        return flags | MACRO if raw[at : at + 1] == _MARK or raw.startswith(_MARKED_STRINGS, at) else flags

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind == "call_expression":
            function, holder = (
                node.child_by_field_name("function"),
                node.child_by_field_name("arguments"),
            )
            if function is not None and function.type == "generic_function":
                types = function.child_by_field_name("type_arguments")
                called = text(function.child_by_field_name("function"))
                if types is not None and re.split("[.:]", called)[-1] not in _NO_TYPES:
                    yield "<>", types
            for each in holder.named_children if holder is not None else ():
                kind = each.type
                if kind == "assignment_expression":
                    held = each.child_by_field_name("right")
                    if held is not None:
                        yield text(each.child_by_field_name("left")), held
                elif kind not in ("line_comment", "block_comment", "attribute_item"):
                    yield "", each
        elif kind == "struct_expression":
            yield from self._initial(node)
        else:
            tree = next(iter(named(node, "token_tree")), None) if kind == "macro_invocation" else node.next_sibling
            for group in groups(tree) if tree is not None and tree.type == "token_tree" else ():
                if len(group) > 2 and group[1].type == "=" and group[0].is_named:
                    yield text(group[0]), group[2]
                elif group[0].is_named:
                    yield "", group[0]

    def _initial(self, node: Node) -> Iterable[tuple[str, Node]]:
        body = node.child_by_field_name("body")
        for each in body.named_children if body is not None else ():
            if each.type == "field_initializer":
                held = each.child_by_field_name("value")
                if held is not None:
                    yield text(each.child_by_field_name("field")), held
            elif each.type == "shorthand_field_initializer":
                yield text(each), each
            elif each.type == "base_field_initializer" and each.named_child_count:
                yield "**", each.named_children[0]

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind not in self.wrappers:
                return node
            held: Node | None
            if kind == "call_expression":  # "text".to_owned()
                held = self._owned(node)
            elif kind == "reference_expression":
                held = node.child_by_field_name("value")
            elif kind == "unary_expression":
                held = child(node, 1) if (node.text or b"")[:1] == b"*" else None
            else:
                held = named_child(node, 0)
            if held is None:
                return node
            node = held
        return node

    def _owned(self, node: Node) -> Node | None:
        """Return the literal that a call only copies: `"text".to_owned()`, `String::from("text")`."""
        function = node.child_by_field_name("function")
        if function is None:
            return None
        held: Node | None = None
        if function.type == "field_expression":
            held = function.child_by_field_name("value")
            if held is None or held.type not in self.strings:
                return None
            return held if text(function.child_by_field_name("field")) in _OWNED else None
        if function.type == "scoped_identifier" and function.end_byte - function.start_byte == 12:
            args = node.child_by_field_name("arguments") if function.text == b"String::from" else None
            held = named_child(args, 0) if args is not None else None
        return held if held is not None and held.type in self.strings else None

    def chain(self, node: Node | None) -> str:
        words: list[str] = []
        for _ in range(CHAIN_MAX):
            if node is None:
                break
            kind = node.type
            if kind in _NAMES:
                words.append(text(node))
                break
            if kind == "call_expression":
                name, node, _ = self._called(node)
                words.append(f"{name}()")
            elif kind == "field_expression":
                words.append(text(node.child_by_field_name("field")))
                node = node.child_by_field_name("value")
            elif kind in self.wrappers and (held := self.inner(node)) != node:
                node = held
            elif kind in self.calls:
                name, node, _ = self.callee(node)
                words.append(f"{name}()")
            elif kind == "index_expression":
                words.append("[]")
                node = named_child(node, 0)
            else:
                words.append(self._root(node, kind))
                break
        if len(words) == 1:
            return words[0]
        words.reverse()
        return ".".join(words).replace(".[]", "[]")

    def _root(self, node: Node, kind: str) -> str:
        if kind in _PATHS or kind == "bracketed_type":
            return dotted(short(node, 120))
        if kind in self.strings:
            return "''"
        return "{}" if kind in self.lambdas else short(node, 60)

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        node = self.inner(node)
        kind = node.type
        if kind == "identifier":
            name = text(node)
            return Arg("none" if name == "None" else "name", name)
        if kind in self.strings:
            return self.string(node, depth)
        if kind == "call_expression":
            return self._call(node, depth)
        made = Arg("name", self.chain(node)) if kind in _PATHS else self._other(node, kind, depth)
        if made.kind == "other":
            made.text = source(node)
        return made

    def _call(self, node: Node, depth: int) -> Arg:
        name, on, flags = self._called(node)
        if flags & MACRO and (made := self._special(node, name, depth)) is not None:
            return made
        if on is not None and name in CONVERTS and self.inner(on).type in (*self.strings, *self.subscripts):
            return self.value(on, depth)
        items = self._arguments(node, depth) if depth < DEPTH_MAX else ()
        return Arg("call", f"{self.chain(on)}.{name}" if on is not None else name, items=items)

    def _other(self, node: Node, kind: str, depth: int) -> Arg:
        if kind == "type_arguments":
            return Arg("type", short(node)[1:-1])
        if kind == "unary_expression":
            whole = short(node)
            return Arg("num" if whole[:1] == "-" else "other", whole)
        first = named_child(node, 0) if kind == "array_expression" else None
        if first is not None and first.type == "assignment_expression":  # json!
            return Arg("dict", items=self._entries(node, depth))
        return super().value(node, depth)

    def _special(self, node: Node, name: str, depth: int) -> Arg | None:
        """Return what format!, vec! and json! make."""
        if name in _FORMATTED:
            return self._format(node, depth)
        args = node.child_by_field_name("arguments")
        if args is None or not args.named_child_count:
            return None
        if name in _ENTRIES:
            return self.value(args.named_children[0], depth)
        return Arg("list", items=self._items(args, depth)) if name == "vec" else None

    def _format(self, node: Node, depth: int) -> Arg | None:
        given = list(self.arguments(node))
        if not given or given[0][1].type not in self.strings:
            return None
        if depth >= DEPTH_MAX:
            return Arg("fmt", _PLACE.sub("{}", literal(given[0][1])))
        by_name = {name: each for name, each in given[1:] if name}
        in_order = [each for name, each in given[1:] if not name]
        return self._filled(literal(given[0][1]), in_order, by_name, depth)

    def _filled(self, pattern: str, in_order: list[Node], by_name: dict[str, Node], depth: int) -> Arg:
        """Return a format string with its values: {} in order, {0} by place, {name} by name."""
        items: list[Arg] = []
        following = iter(in_order)

        def put_in(found: re.Match[str]) -> str:
            if found[1] is None:
                return found[0][0]
            name = found[1].partition(":")[0].strip()
            held: Node | None = None
            if not name:
                held = next(following, None)
            elif name.isdigit():
                held = in_order[int(name)] if int(name) < len(in_order) else None
            elif name in by_name:
                held = by_name[name]
            else:
                items.append(Arg("name", name))
            if held is not None:
                items.append(self.value(held, depth + 1))
            return "{}"

        whole = _PLACE.sub(put_in, pattern)[:STRING_MAX]
        return Arg("fmt", whole, items=tuple(items)) if items else Arg("str", whole)

    def string(self, node: Node, depth: int = 0) -> Arg:
        raw = node.text
        whole = literal(node)
        if raw is not None and raw[:1] == b"c" and "{" in whole:
            return self._filled(whole, [], {}, depth)
        return Arg("str", whole[:STRING_MAX])


def literal(node: Node) -> str:
    """Return what stands between the quotes."""
    whole = text(node)
    found = _MARKED.match(whole)
    return found[2] if found else whole
