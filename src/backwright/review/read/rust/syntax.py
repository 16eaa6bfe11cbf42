"""Rust's syntax as facts."""

import re
from collections.abc import Iterable

import tree_sitter_rust
from tree_sitter import Language, Node

from backwright.review.facts import DEFERRED, MACRO, NEW, Arg, Call, Catch, Class, Field, Function, Import, Loop, Mark, Param
from backwright.review.read.rust.catches import bound, catch_of
from backwright.review.read.rust.macros import MARK, rewrite, written
from backwright.review.read.rust.types import child, dotted, fields_of, groups, head, marks_above, named_child, type_name, uses
from backwright.review.read.syntax import CHAIN_MAX, DEPTH_MAX, STRING_MAX, Syntax, line_of, named, short, text

_LANGUAGE = Language(tree_sitter_rust.language())
_SPAWNS = frozenset("spawn spawn_local spawn_blocking spawn_on".split())
_FORMATTED = frozenset(["format", "format_args"])
_ENTRIES = frozenset(["json", "doc", "bson"])
_OWNED = frozenset("to_string to_owned into as_str as_bytes to_vec".split())
_MARK = bytes([MARK])
_MARKED_STRINGS = (b'(c"', b"(cr")
_NAMES = frozenset(["identifier", "self"])
_PATHS = frozenset(["scoped_identifier", "generic_function", "generic_type", "scoped_type_identifier"])
_NO_TYPES = frozenset("collect parse into sum product try_into size_of from_iter min max from_str transmute".split())
_CONSTRUCTORS = re.compile(r"^(?:new|build|connect|open|init|default|try_new|start|setup)(?:_|$)|^(?:with|from|new)_")
_MAKES_SELF = re.compile(r"^(?:[\w:]*Result<\s*)?(?:Arc<|Box<|\()?\s*Self\b")
_SELF = re.compile(r"\bSelf\b")
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_MARKED = re.compile(r'^[bc]?r?(#*)"(.*)"\1$', re.DOTALL)
# Where an element of an iterator, and not the one value of an Option or Result, is handed over.
_MANY = re.compile(
    r"\b(?:iter|into_iter|iter_mut|par_iter|into_par_iter|drain|keys|values|values_mut|into_values|into_keys|chars|bytes|lines|"
    r"split|split_whitespace|chunks|windows|zip|enumerate|rev|skip|take|filter|filter_map|flat_map|flatten|buffered|chain|"
    r"buffer_unordered|repeat|cloned|copied|rows|step_by|peekable|stream)\(\)|\.\.|stream"
)
_ITERATES = frozenset(
    "for_each filter_map flat_map try_for_each for_each_concurrent try_for_each_concurrent fold try_fold retain find_map "
    "any all partition take_while skip_while map_while max_by_key min_by_key scan position".split()
)
_ITERATES_MANY = frozenset("map filter find then inspect and_then buffered".split())


class RustSyntax(Syntax):
    """Rust. Macros are rewritten before the parse: see macros.py."""

    language = "rust"
    suffixes = (".rs",)
    query = """
    (function_item) @fn (function_signature_item) @fn (closure_expression) @fn (async_block) @fn
    (struct_item) @class (enum_item) @class (trait_item) @class (union_item) @class (impl_item) @class
    ((mod_item name: (identifier) @_mod body: (_)) @class (#any-of? @_mod "tests" "test"))
    (struct_item body: (_) @field) (enum_item body: (_) @field) (union_item body: (_) @field)
    (call_expression) @call (struct_expression) @call (macro_invocation) @call
    (macro_invocation (token_tree (identifier) @call . (token_tree)))
    (macro_invocation (token_tree (token_tree (identifier) @call . (token_tree))))
    (macro_invocation (token_tree (token_tree (token_tree (identifier) @call . (token_tree)))))
    ((call_expression function: (identifier) @_wrap) @skip (#any-of? @_wrap "Ok" "Some" "vec"))
    (expression_statement [
        (call_expression) @bare
        (macro_invocation) @bare
        (await_expression (call_expression) @bare)
        (try_expression [(call_expression) @bare (await_expression (call_expression) @bare)])])
    (await_expression (call_expression) @awaited)
    (for_expression body: (_) @loop) (while_expression) @loop (loop_expression body: (_) @loop)
    (use_declaration) @import (extern_crate_declaration) @import (mod_item !body) @import
    (let_declaration value: (_)) @assign (let_condition) @assign
    (const_item) @assign (static_item) @assign (source_file (type_item) @assign)
    (expression_statement (assignment_expression) @assign) (block (assignment_expression) @assign)
    (match_arm value: (assignment_expression) @assign) (closure_expression body: (assignment_expression) @assign)
    ((match_expression value: (_) @try
        body: (match_block (match_arm pattern: (match_pattern (tuple_struct_pattern type: (identifier) @_e)))))
        (#eq? @_e "Err"))
    ((match_arm pattern: (match_pattern (tuple_struct_pattern type: (identifier) @_e))) @catch (#eq? @_e "Err"))
    ((if_expression
        condition: (let_condition pattern: (tuple_struct_pattern type: (identifier) @_e) value: (_) @try)
        consequence: (block) @catch) (#eq? @_e "Err"))
    ((let_declaration pattern: (tuple_struct_pattern type: (identifier) @_e) value: (_) @try
        alternative: (block) @catch) (#eq? @_e "Ok"))
    ((call_expression function: (field_expression field: (field_identifier) @_or)
        arguments: (arguments (closure_expression parameters: (closure_parameters (_))) @catch))
        (#any-of? @_or "map_err" "unwrap_or_else" "or_else" "inspect_err"))
    ((call_expression function: (field_expression field: (field_identifier) @_or)
        arguments: (arguments (closure_expression parameters: (closure_parameters "_")) @catch))
        (#any-of? @_or "map_err" "unwrap_or_else" "or_else" "inspect_err"))
    [(arguments (field_expression) @read) (let_declaration value: (field_expression) @read)
     (let_condition value: (field_expression) @read) (binary_expression (field_expression) @read)
     (reference_expression (field_expression) @read) (field_initializer value: (field_expression) @read)
     (field_expression value: (field_expression) @read) (await_expression (field_expression) @read)
     (return_expression (field_expression) @read) (unary_expression (field_expression) @read)
     (index_expression (field_expression) @read) (assignment_expression right: (field_expression) @read)
     (compound_assignment_expr right: (field_expression) @read) (match_expression value: (field_expression) @read)
     (if_expression condition: (field_expression) @read) (block (field_expression) @read)
     (closure_expression body: (field_expression) @read) (array_expression (field_expression) @read)
     (tuple_expression (field_expression) @read) (try_expression (field_expression) @read)
     (range_expression (field_expression) @read) (type_cast_expression value: (field_expression) @read)
     (parenthesized_expression (field_expression) @read) (while_expression condition: (field_expression) @read)
     (for_expression value: (field_expression) @read) (match_arm value: (field_expression) @read)]
    (return_expression) @return (yield_expression) @return
    (function_item body: (block [(_) @return (expression_statement [
        (match_expression body: (match_block (match_arm value: [(block (_) @return .) (_) @return])))
        (if_expression consequence: (block (_) @return .))
        (if_expression alternative: (else_clause (block (_) @return .)))])] .))
    (closure_expression body: [(block (_) @return .) (_) @return])
    (async_block (block (_) @return .))
    (ERROR) @error
    """
    calls = frozenset({"call_expression", "struct_expression", "macro_invocation"})
    members = {"field_expression": ("value", "field")}
    subscripts = {"index_expression": ""}
    wrappers = frozenset({
        "await_expression", "try_expression", "parenthesized_expression", "reference_expression", "type_cast_expression",
        "unary_expression", "call_expression",
    })  # fmt: skip
    lambdas = frozenset({"closure_expression", "async_block"})
    kinds = {
        "identifier": "name", "self": "name", "crate": "name", "integer_literal": "num", "float_literal": "num",
        "boolean_literal": "bool", "unary_expression": "num", "unit_expression": "none", "char_literal": "str",
        "shorthand_field_initializer": "name", "type_identifier": "name", "field_identifier": "name",
    }  # fmt: skip
    strings = frozenset({"string_literal", "raw_string_literal"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"array_expression", "tuple_expression"})
    pairs = {"assignment_expression": ("left", "right")}
    iterators = _ITERATES

    def grammar(self, path: str) -> Language:  # noqa: ARG002
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        return rewrite(source)

    # ---- declarations ---------------------------------------------------------------------

    def function(self, node: Node) -> Function:
        end = node.end_point[0] + 1
        if node.type == "async_block":
            return Function("", line_of(node), end, "lambda", is_async=True)
        params = node.child_by_field_name("parameters")
        if node.type == "closure_expression":
            body, first = node.child_by_field_name("body"), child(node, 0)
            is_async = (body is not None and body.type == "async_block") or (first is not None and first.type == "async")
            taken = tuple(self._closure_params(params))
            return Function("", line_of(node), end, "lambda", params=taken, is_async=is_async)
        name = node.child_by_field_name("name")
        made = Function(text(name), line_of(name or node), end, params=tuple(self._params(params)))
        made.marks = marks_above(node, self.value)
        made.returns = short(node.child_by_field_name("return_type"), 80)
        made.is_public = False
        for each in node.children[:3]:
            if each.type == "visibility_modifier":
                made.is_public = True
            elif each.type == "function_modifiers":
                made.is_async = "async" in text(each)
        self._place(node, params, made)
        return made

    def _place(self, node: Node, params: Node | None, made: Function) -> None:
        """Say whose method a function is."""
        block = node.parent
        holder = block.parent if block is not None and block.type == "declaration_list" else None
        if holder is None or holder.type not in ("impl_item", "trait_item"):
            made.cls = -2
            return
        if holder.type == "impl_item":
            made.owner = head(holder.child_by_field_name("type"))
            made.is_public = made.is_public or holder.child_by_field_name("trait") is not None
        else:
            made.owner, made.is_public = text(holder.child_by_field_name("name")), True
        made.kind = "method"
        first = named_child(params, 0) if params is not None else None
        if first is not None and (first.type == "self_parameter" or short(first, 9).removeprefix("mut ").startswith("self:")):
            made.receiver = "self"
        elif _MAKES_SELF.match(made.returns) and _CONSTRUCTORS.match(made.name):
            made.kind = "constructor"
        if holder.type == "impl_item" and "Self" in made.returns:
            made.returns = _SELF.sub(made.owner, made.returns)

    def _params(self, node: Node | None) -> Iterable[Param]:
        marks: list[Mark] = []
        for each in node.named_children if node is not None else ():
            if each.type != "parameter":
                continue
            pattern, declared = each.child_by_field_name("pattern"), type_name(each.child_by_field_name("type"))
            if pattern is not None and pattern.type == "self":
                continue
            for name in bound(pattern) or [short(pattern, 60)]:
                yield Param(name, declared, tuple(marks))

    def _closure_params(self, node: Node | None) -> Iterable[Param]:
        for each in node.children if node is not None else ():
            kind = each.type
            if kind in ("|", ",", "line_comment", "block_comment"):
                continue
            declared = type_name(each.child_by_field_name("type")) if kind == "parameter" else ""
            pattern = each.child_by_field_name("pattern") if kind == "parameter" else each
            for name in bound(pattern) or ["_"]:
                yield Param(name, declared)

    def class_(self, node: Node) -> Class:
        kind = node.type.removesuffix("_item")
        end = node.end_point[0] + 1
        marks = marks_above(node, self.value)
        if kind == "impl":
            trait, of = node.child_by_field_name("trait"), node.child_by_field_name("type")
            return Class(head(of), line_of(node), end, "impl", (short(trait, 80),) if trait is not None else (), marks)
        name = node.child_by_field_name("name")
        bounds = node.child_by_field_name("bounds") if kind == "trait" else None
        bases = tuple(short(each, 80) for each in (bounds.named_children if bounds is not None else ()) if each.type != "lifetime")
        made = Class(text(name), line_of(name or node), end, "module" if kind == "mod" else kind, bases, marks)
        return made

    def fields(self, node: Node) -> Iterable[Field]:
        return fields_of(node, self.value)

    def imports(self, node: Node) -> Iterable[Import]:
        if node.type == "use_declaration":
            return uses(node)
        name = text(node.child_by_field_name("name"))
        if node.type == "mod_item":
            return [Import(f"self::{name}", "", name)]
        return [Import(name, "", text(node.child_by_field_name("alias")) or name)]

    # ---- statements -----------------------------------------------------------------------

    def loop(self, body: Node) -> Loop:
        end = body.end_point[0] + 1
        if body.type == "while_expression":
            return Loop(line_of(body), "while", over=short(body.child_by_field_name("condition")), end=end)
        header = body.parent
        if header is None or header.type != "for_expression":
            return Loop(line_of(header or body), "while", end=end)
        held = header.child_by_field_name("value")
        kind = "count" if held is not None and self.inner(held).type == "range_expression" else "each"
        names = tuple(bound(header.child_by_field_name("pattern")))
        return Loop(line_of(header), kind, names, short(held), end=end, value=self.value(held))

    def iterates(self, call: Call) -> str | None:
        if call.name in _ITERATES or (call.name in _ITERATES_MANY and _MANY.search(call.on)):
            return call.on
        return None

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "assignment_expression":
            right = node.child_by_field_name("right")
            while right is not None and right.type == "assignment_expression":
                right = right.child_by_field_name("right")
            yield short(node.child_by_field_name("left"), 80).lstrip("*&"), right, ""
            return
        held, declared = node.child_by_field_name("value"), type_name(node.child_by_field_name("type"))
        if kind == "type_item":
            yield text(node.child_by_field_name("name")), node.child_by_field_name("type"), ""
            return
        if kind in ("const_item", "static_item"):
            yield text(node.child_by_field_name("name")), held, declared
            return
        pattern = node.child_by_field_name("pattern")
        if pattern is None or pattern.type in ("struct_pattern", "slice_pattern"):
            return
        if pattern.type == "tuple_struct_pattern" and text(pattern.child_by_field_name("type")).endswith("Err"):
            return
        if pattern.type == "tuple_pattern" and held is not None and held.type == "tuple_expression":
            for each, value in zip(pattern.named_children, held.named_children, strict=False):
                yield (bound(each) or ["_"])[0], value, ""
            return
        # The first name last: that is the one that the call is said to be assigned to.
        for name in reversed(bound(pattern) if pattern.type != "_" else ["_"]):
            yield name, held, declared if pattern.type == "identifier" or pattern.type == "_" else ""

    def catch(self, node: Node) -> Catch:
        return catch_of(node)

    def returned(self, node: Node) -> Node | None:
        kind = node.type
        if kind in ("return_expression", "yield_expression"):
            held = named_child(node, 0)
        elif kind in _NO_VALUES:
            return None
        elif kind == "expression_statement":
            inner = named_child(node, 0)
            if inner is None or inner.type in _NO_VALUES or node.child_count > 1:  # a semicolon
                return None
            held = inner
        else:
            held = node
        for _ in range(4):  # Ok(Some(value))
            if held is None:
                return None
            held = self.inner(held)
            if held.type != "call_expression" or text(held.child_by_field_name("function")) not in ("Ok", "Some"):
                return held
            args = held.child_by_field_name("arguments")
            held = named_child(args, 0) if args is not None and args.named_child_count == 1 else None
        return held

    # ---- calls and values -----------------------------------------------------------------

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
            name, path = text(function.child_by_field_name("name")), function.child_by_field_name("path")
            if name[:1].isupper() or (name == "new" and text(path).rpartition("::")[2][:1].isupper()):
                return name, path, NEW
            return name, path, self._flags(node, whole, name)
        return "", function, 0

    def _flags(self, node: Node, function: Node, name: str) -> int:
        """Whether a call is a macro (see macros.py), and whether it starts something."""
        flags = DEFERRED if name in _SPAWNS else 0
        raw = node.text or b""
        at = function.end_byte - node.start_byte
        return flags | MACRO if raw[at : at + 1] == _MARK or raw[at : at + 3] in _MARKED_STRINGS else flags

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind == "call_expression":
            function, holder = node.child_by_field_name("function"), node.child_by_field_name("arguments")
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
        if kind in _PATHS:
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
            name, on, flags = self._called(node)
            if flags & MACRO and (made := self._special(node, name, depth)) is not None:
                return made
            items = self._arguments(node, depth) if depth < DEPTH_MAX else ()
            return Arg("call", f"{self.chain(on)}.{name}" if on is not None else name, items=items)
        if kind in _PATHS:
            return Arg("name", self.chain(node))
        if kind == "array_expression":
            first = named_child(node, 0)
            if first is not None and first.type == "assignment_expression":
                return Arg("dict", items=self._entries(node, depth))
        elif kind == "type_arguments":
            return Arg("type", short(node)[1:-1])
        elif kind == "unary_expression":
            source = short(node)
            return Arg("num" if source[:1] == "-" else "other", source)
        made = super().value(node, depth)
        if made.kind == "other":
            made.text = written(made.text)
        return made

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

    def _filled(self, source: str, in_order: list[Node], by_name: dict[str, Node], depth: int) -> Arg:
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

        whole = _PLACE.sub(put_in, source)[:STRING_MAX]
        return Arg("fmt", whole, items=tuple(items)) if items else Arg("str", whole)

    def string(self, node: Node, depth: int = 0) -> Arg:
        raw = node.text
        whole = literal(node)
        if raw is not None and raw[:1] == b"c" and "{" in whole:
            return self._filled(whole, [], {}, depth)
        return Arg("str", whole[:STRING_MAX])


_NO_VALUES = frozenset({
    "let_declaration", "empty_statement", "block", "return_expression", "for_expression", "while_expression", "loop_expression",
    "match_expression", "if_expression", "function_item", "assignment_expression", "compound_assignment_expr", "use_declaration",
    "const_item", "static_item", "line_comment", "block_comment", "break_expression", "continue_expression", "unit_expression",
    "macro_definition", "struct_item", "attribute_item", "yield_expression", "async_block", "impl_item", "enum_item",
})  # fmt: skip


def literal(node: Node) -> str:
    """Return what stands between the quotes."""
    whole = text(node)
    found = _MARKED.match(whole)
    return found[2] if found else whole


SYNTAX = RustSyntax()
