"""Rust's syntax as facts."""

from collections.abc import Iterable

import tree_sitter_rust
from tree_sitter import Language, Node

from backwright.review.facts import (
    Arg,
    Call,
    Catch,
    Class,
    Field,
    Function,
    Import,
    Loop,
    Mark,
    Param,
)
from backwright.review.read.rust.catches import bound, catch_of
from backwright.review.read.rust.generics import associated, bounded, demanded, parameters
from backwright.review.read.rust.macros import rewrite
from backwright.review.read.rust.types import (
    child,
    declared_at,
    fields_of,
    head,
    marks_above,
    named_child,
    type_name,
    uses,
)
from backwright.review.read.rust.values import RustValues
from backwright.review.read.syntax import (
    line_of,
    short,
    text,
)
from backwright.review.regexes import regex

_LANGUAGE = Language(tree_sitter_rust.language())
_CONSTRUCTORS = regex(r"^(?:new|build|connect|open|init|default|try_new|start|setup)(?:_|$)|^(?:with|from|new)_")
_MAKES_SELF = regex(r"^(?:[\w:]*Result<\s*)?(?:Arc<|Box<|\()?\s*Self\b")
_MAY_LACK = regex(r"(?:[\w:]*::)?(?:Option|Result)<")
_SELF = regex(r"\bSelf\b(?!::)")
# Where an element of an iterator, and not the one value of an Option or Result, is handed over.
_MANY = regex(
    r"\b(?:iter|into_iter|iter_mut|par_iter|into_par_iter|drain|keys|values|values_mut|into_values|into_keys|chars|bytes|lines|"
    r"split|split_whitespace|chunks|windows|zip|enumerate|rev|skip|take|filter|filter_map|flat_map|flatten|buffered|chain|"
    r"buffer_unordered|repeat|cloned|copied|rows|step_by|peekable|stream)\(\)|\.\.|stream"
)
_ITERATES = frozenset(
    "for_each filter_map flat_map try_for_each for_each_concurrent try_for_each_concurrent fold try_fold retain find_map "
    "any all partition take_while skip_while map_while max_by_key min_by_key scan position".split()
)
_ITERATES_MANY = frozenset("map filter find then inspect and_then buffered".split())
_NO_VALUES = frozenset({
    "let_declaration", "empty_statement", "block", "return_expression", "for_expression", "while_expression", "loop_expression",
    "match_expression", "if_expression", "function_item", "assignment_expression", "compound_assignment_expr", "use_declaration",
    "const_item", "static_item", "line_comment", "block_comment", "break_expression", "continue_expression", "unit_expression",
    "macro_definition", "struct_item", "attribute_item", "yield_expression", "async_block", "impl_item", "enum_item",
})  # fmt: skip


class RustSyntax(RustValues):
    """Rust. Macros are rewritten before the parse: see macros.py."""

    language = "rust"
    suffixes = (".rs",)
    query = """
    (function_item) @fn (function_signature_item) @fn (closure_expression) @fn (async_block) @fn
    (struct_item) @class (enum_item) @class (trait_item) @class (union_item) @class (impl_item) @class
    ((mod_item name: (identifier) @_mod body: (_)) @class (#any-of? @_mod "tests" "test"))
    (struct_item body: (_) @field) (enum_item body: (_) @field) (union_item body: (_) @field)
    ((block (label) @label) @macro (#eq? @label "'__"))
    (call_expression) @call (struct_expression) @call (macro_invocation) @call
    (macro_invocation (token_tree (identifier) @call . (token_tree "(")))
    (macro_invocation (token_tree (token_tree (identifier) @call . (token_tree "("))))
    (macro_invocation (token_tree (token_tree (token_tree (identifier) @call . (token_tree "(")))))
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
    ((if_expression condition: (let_condition pattern: (tuple_struct_pattern type: (identifier) @_e) @catch value: (_) @try)
        !alternative) (#eq? @_e "Ok"))
    ((if_expression condition: (let_chain (let_condition
        pattern: (tuple_struct_pattern type: (identifier) @_e) @catch value: (_) @try)) !alternative) (#eq? @_e "Ok"))
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
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    (return_expression) @return (yield_expression) @return
    (function_item body: (block [(_) @return (expression_statement [
        (match_expression body: (match_block (match_arm value: [(block (_) @return .) (_) @return])))
        (if_expression consequence: (block (_) @return .))
        (if_expression alternative: (else_clause (block (_) @return .)))])] .))
    (function_item body: (block (_) @return . (line_comment) .))
    (closure_expression body: [(block (_) @return .) (_) @return])
    (async_block (block (_) @return .))
    (ERROR) @error
    """
    iterators = _ITERATES

    def grammar(self, path: str) -> Language:
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
            is_async = (body is not None and body.type == "async_block") or (
                first is not None and first.type == "async"
            )
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
            made.cls, made.typed = -2, bounded(node)
            return
        made.typed = bounded(holder, node)
        if holder.type == "impl_item":
            made.owner = head(holder.child_by_field_name("type"))
            made.is_public = made.is_public or holder.child_by_field_name("trait") is not None
        else:
            made.owner, made.is_public = text(holder.child_by_field_name("name")), True
        made.kind = "method"
        first = named_child(params, 0) if params is not None else None
        if first is not None and (
            first.type == "self_parameter" or short(first, 9).removeprefix("mut ").startswith("self:")
        ):
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
            pattern, declared = (
                each.child_by_field_name("pattern"),
                type_name(each.child_by_field_name("type")),
            )
            if pattern is not None and pattern.type == "self":
                continue
            may_lack = _MAY_LACK.match(short(each.child_by_field_name("type"), 40))
            for name in bound(pattern) or [short(pattern, 60)]:
                yield Param(name, declared, tuple(marks), Arg("none") if may_lack else None)

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
            return Class(
                head(of),
                line_of(node),
                end,
                "impl",
                (short(trait, 80),) if trait is not None else (),
                marks,
                typed=(*bounded(node), *associated(node)),
            )
        name = node.child_by_field_name("name")
        is_trait = kind == "trait"
        bounds = node.child_by_field_name("bounds") if is_trait else None
        bases = tuple(
            short(each, 80) for each in (bounds.named_children if bounds is not None else ()) if each.type != "lifetime"
        )
        return Class(
            text(name),
            line_of(name or node),
            end,
            "module" if kind == "mod" else kind,
            (*bases, *demanded(node)) if is_trait else bases,
            marks,
            typed=(*parameters(node), *associated(node)) if is_trait else parameters(node),
        )

    def fields(self, node: Node) -> Iterable[Field]:
        return fields_of(node, self.value)

    def imports(self, node: Node) -> Iterable[Import]:
        if node.type == "use_declaration":
            return uses(node)
        name = text(node.child_by_field_name("name"))
        if node.type == "mod_item":
            return [Import(declared_at(marks_above(node, self.value)) or f"self::{name}", "", name)]
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
        held, declared = (
            node.child_by_field_name("value"),
            type_name(node.child_by_field_name("type")),
        )
        if kind == "type_item":
            yield text(node.child_by_field_name("name")), node.child_by_field_name("type"), declared
            return
        if kind in ("const_item", "static_item"):
            yield text(node.child_by_field_name("name")), held, declared
            return
        pattern = node.child_by_field_name("pattern")
        if pattern is None or pattern.type == "slice_pattern" or "{" in text(pattern):
            return
        if pattern.type == "tuple_struct_pattern" and text(pattern.child_by_field_name("type")).endswith("Err"):
            return
        if pattern.type == "tuple_pattern" and held is not None and held.type == "tuple_expression":
            for each, value in zip(pattern.named_children, held.named_children, strict=False):
                yield (bound(each) or ["_"])[0], value, ""
            return
        if pattern.type == "_" and held is not None and held.type == "try_expression":
            return  # let _ = store().await?; drops what it gives, and not its error
        # The first name last: that is the one that the call is said to be assigned to.
        for name in reversed(bound(pattern) if pattern.type != "_" else ["_"]):
            yield (
                name,
                held,
                declared if pattern.type in ("identifier", "_") else "",
            )

    def kept_until(self, node: Node, name: str) -> int:
        """A guard of a lock lives to the end of the block it is bound in."""
        held = node.parent
        if name not in ("unwrap", "expect") or held is None or held.type != "let_declaration" or held.parent is None:
            return 0
        return held.parent.end_point[0] + 1

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
            if held.type != "call_expression" or text(held.child_by_field_name("function")) not in (
                "Ok",
                "Some",
            ):
                return held
            args = held.child_by_field_name("arguments")
            held = named_child(args, 0) if args is not None and args.named_child_count == 1 else None
        return held


SYNTAX = RustSyntax()
