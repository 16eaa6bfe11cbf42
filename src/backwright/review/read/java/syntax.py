"""Java's syntax as facts."""

from collections.abc import Iterable

import tree_sitter_java
from tree_sitter import Language, Node

from backwright.review.facts import (
    NEW,
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
from backwright.review.read.java.parts import (
    does,
    expressions,
    plain_type,
    type_arguments,
    without_braces,
    without_optional,
)
from backwright.review.read.syntax import (
    CHAIN_MAX,
    DEPTH_MAX,
    ITEMS_MAX,
    Syntax,
    line_of,
    named,
    short,
    text,
)
from backwright.review.regexes import regex

_LANGUAGE = Language(tree_sitter_java.language())
_KINDS = {
    "class_declaration": "class", "interface_declaration": "interface", "enum_declaration": "enum",
    "record_declaration": "record", "annotation_type_declaration": "annotation", "class_body": "class",
}  # fmt: skip
_INSIDE = {
    "cast_expression": "value",
    "array_creation_expression": "value",
    "template_expression": "template_argument",
}
_WHILE = ("while_statement", "do_statement")
_FIXED = frozenset({"private", "protected", "abstract", "native", "static"})
_MEMBERS = {"field_access": ("object", "field"), "scoped_identifier": ("scope", "name")}
_SUBSCRIPTS = {"array_access": "array"}
_WORDS = {
    "identifier": "name", "this": "name", "super": "name", "class_literal": "name",
    "decimal_integer_literal": "num", "hex_integer_literal": "num", "octal_integer_literal": "num",
    "binary_integer_literal": "num", "decimal_floating_point_literal": "num", "hex_floating_point_literal": "num",
    "true": "bool", "false": "bool", "null_literal": "none",
    "type_identifier": "type", "generic_type": "type", "scoped_type_identifier": "type", "array_type": "type",
    "wildcard": "type", "integral_type": "type", "floating_point_type": "type", "boolean_type": "type",
    "annotated_type": "type",
}  # fmt: skip
# A call that is a statement; in `x = switch (y) { case A -> f(); }` it is none although the grammar says so.
_BARE = "\n".join(
    f"({holder} (expression_statement [(method_invocation) (object_creation_expression)] @bare)" + ")" * depth
    for holder, depth in (
        ("block", 1), ("constructor_body", 1), ("if_statement", 1), ("for_statement", 1), ("enhanced_for_statement", 1),
        ("while_statement", 1), ("do_statement", 1), ("labeled_statement", 1), ("switch_block_statement_group", 1),
        ("block (switch_expression (switch_block (switch_rule", 4),
    )
)  # fmt: skip
# What calls its function once per element on anything, and what does so on streams only: Optional has a `map` too.
# orders.stream().map(this::reply), which is .map(x->reply(x)), and ids.stream().map(orders::findById).
# Of others than a stream, a page or an optional, it is not known here how often they run it.
_EACH = (
    rb"((?:[sS]tream\(\)\s*(?:\.\w+\([^()]*\)\s*){0,3}\.(?:map|flatMap|peek)"
    rb"|\.(?:forEach|forEachOrdered|mapToObj|mapToInt|mapToLong|mapToDouble|anyMatch|allMatch|noneMatch|removeIf))\(\s*)"
)
_OWN_EACH = regex(_EACH + rb"this::(\w+)(?=\s*\))")
_FOR_EACH = regex(_EACH + rb"(?!this\b|super\b)([a-z]\w*)::(?!new\b)(\w+)(?=\s*\))")
_ALWAYS = frozenset(
    {
        "forEach", "forEachOrdered", "anyMatch", "allMatch", "noneMatch", "mapToObj", "mapToInt", "mapToLong",
        "mapToDouble", "removeIf", "concatMap", "flatMapIterable", "flatMapSequential", "mapMulti",
    }
)  # fmt: skip
_ON_STREAMS = frozenset(
    {
        "map",
        "flatMap",
        "filter",
        "peek",
        "reduce",
        "takeWhile",
        "dropWhile",
        "doOnNext",
        "filterWhen",
    }
)
_MANY = regex(r"([sS]tream|Flux|\bObservable|\bFlowable|\bMulti)\b|\b[pP]age(\(\))?$|\wPage(\(\))?$|\bfindAll\w*\(\)")
_ONE = regex(r"\.(findFirst|findAny|max|min|reduce|collect\w*|toList|next|single|block\w*|first|last)\(\)")
_OF_STREAM = regex(r"\.(parallelS|s)tream\(\)")


class JavaSyntax(Syntax):
    """Java up to 21."""

    language = "java"
    suffixes = (".java",)
    query = """
    (method_declaration) @fn (constructor_declaration) @fn (compact_constructor_declaration) @fn (lambda_expression) @fn
    (static_initializer) @fn (class_body (block) @fn) (enum_body_declarations (block) @fn)
    (class_declaration) @class (interface_declaration) @class (enum_declaration) @class (record_declaration) @class
    (annotation_type_declaration) @class
    (object_creation_expression (class_body) @class) (enum_constant body: (class_body) @class)
    (field_declaration) @field (constant_declaration) @field (enum_constant) @field
    (annotation_type_element_declaration) @field
    (record_declaration parameters: (formal_parameters [(formal_parameter) (spread_parameter)] @field))
    (method_invocation) @call (object_creation_expression) @call (explicit_constructor_invocation) @call
    BARE
    (for_statement body: (_) @loop) (enhanced_for_statement body: (_) @loop)
    (while_statement) @loop (do_statement) @loop
    (import_declaration) @import (package_declaration) @package
    (local_variable_declaration) @assign (assignment_expression) @assign (enhanced_for_statement) @assign
    (resource name: (_)) @assign (instanceof_expression name: (identifier)) @assign
    (try_statement body: (block) @try) (try_with_resources_statement body: (block) @try (catch_clause))
    (resource) @with
    (catch_clause) @catch
    (field_access) @read
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    (return_statement) @return (lambda_expression body: (expression) @return)
    (return_statement (switch_expression body: (switch_block (switch_rule (expression_statement (_) @return)))))
    (ERROR) @error
    """.replace("BARE", _BARE)
    calls = frozenset(
        {
            "method_invocation", "object_creation_expression", "explicit_constructor_invocation", "annotation",
            "marker_annotation",
        }
    )  # fmt: skip
    members = _MEMBERS
    subscripts = _SUBSCRIPTS
    wrappers = frozenset({"parenthesized_expression"})
    lambdas = frozenset({"lambda_expression"})
    kinds = _WORDS
    strings = frozenset({"string_literal", "character_literal"})
    string_parts = frozenset({"string_fragment", "multiline_string_fragment", "escape_sequence"})
    interpolations = frozenset({"string_interpolation"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"array_initializer", "element_value_array_initializer"})
    iterators = _ALWAYS | _ON_STREAMS

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        """Write a method that is run for each element as the lambda that it stands for."""
        if b"::" not in source:
            return source
        return _FOR_EACH.sub(rb"\1x->\2.\3(x)", _OWN_EACH.sub(rb"\1x->\2(x)", source))

    # ---- functions and classes ------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind, line, end = node.type, line_of(node), node.end_point[0] + 1
        if kind == "lambda_expression":
            return Function("", line, end, "lambda", params=self._params(node.child_by_field_name("parameters")))
        if kind in ("static_initializer", "block"):
            name = "<init>" if kind == "block" else "<clinit>"
            return Function(name, line, end, is_public=False)
        named_by = node.child_by_field_name("name")
        made = Function(
            text(named_by),
            line_of(named_by or node),
            end,
            "method" if kind == "method_declaration" else "constructor",
        )
        made.params = self._params(node.child_by_field_name("parameters"))
        made.marks, words = self._modifiers(node)
        made.returns = plain_type(node.child_by_field_name("type"), node if kind == "method_declaration" else None)
        if kind == "method_declaration" and node.child_by_field_name("body") is None:
            made.end = made.line  # an interface's: there is nothing to run
        made.receiver = "" if "static" in words else "this"
        made.is_public = "public" in words or "default" in words
        if not made.is_public and kind == "method_declaration" and _FIXED.isdisjoint(words):
            # No body and yet not abstract: it stands in an interface.
            made.is_public = node.child_by_field_name("body") is None
        return made

    def _params(self, node: Node | None) -> tuple[Param, ...]:
        if node is None:
            return ()
        if node.type == "identifier":
            return (Param(text(node)),)
        made = []
        for each in node.named_children:
            kind = each.type
            if kind in ("identifier", "underscore_pattern"):
                made.append(Param(text(each)))
            elif kind in ("formal_parameter", "spread_parameter"):
                name, written = _declared(each)
                plain = without_optional(written)
                made.append(
                    Param(
                        name,
                        plain,
                        self._modifiers(each)[0],
                        Arg("none") if plain != written else None,
                    )
                )
        return tuple(made)

    def _modifiers(self, node: Node) -> tuple[tuple[Mark, ...], set[str]]:
        """Return the annotations and the other words that stand before a declaration."""
        holder = node.named_child(0)
        marks: list[Mark] = []
        words: set[str] = set()
        if holder is None or holder.type != "modifiers":
            return (), words
        for each in holder.children:
            kind = each.type
            if kind in ("annotation", "marker_annotation"):
                name, on, _ = self.callee(each)
                args = self._arguments(each, 0) if kind == "annotation" else ()
                marks.append(Mark(name, self.chain(on), args, line_of(each)))
            else:
                words.add(kind)
        return tuple(marks), words

    def class_(self, node: Node) -> Class:
        kind, line, end = _KINDS[node.type], line_of(node), node.end_point[0] + 1
        if node.type == "class_body":  # new Foo() { ... }, or a constant of an enum with methods of its own
            holder = node.parent
            made = holder.child_by_field_name("type") if holder is not None else None
            return Class("", line, end, kind, bases=(short(made, 120),) if made is not None else ())
        bases: list[str] = []
        for each in node.named_children:
            if each.type == "superclass":
                bases += [short(base, 120) for base in expressions(each)]
            elif each.type in ("super_interfaces", "extends_interfaces"):
                bases += [short(base, 120) for types in named(each, "type_list") for base in expressions(types)]
        name = node.child_by_field_name("name")
        marks, _ = self._modifiers(node)
        return Class(text(name), line_of(name or node), end, kind, bases=tuple(bases), marks=marks)

    def fields(self, node: Node) -> Iterable[Field]:
        kind, marks = node.type, self._modifiers(node)[0]
        if kind in ("formal_parameter", "spread_parameter"):
            name, written = _declared(node)
            yield Field(name, line_of(node), written, marks)
        elif kind == "enum_constant":
            name_node, args = (
                node.child_by_field_name("name"),
                node.child_by_field_name("arguments"),
            )
            given = Arg("list", items=self._arguments(node, 0)) if args is not None else None
            yield Field(text(name_node), line_of(name_node or node), "", marks, given)
        elif kind == "annotation_type_element_declaration":
            name_node, held = node.child_by_field_name("name"), node.child_by_field_name("value")
            given = self.value(held) if held is not None else None
            yield Field(
                text(name_node),
                line_of(name_node or node),
                plain_type(node.child_by_field_name("type")),
                marks,
                given,
            )
        else:
            declared = node.child_by_field_name("type")
            for each in node.children_by_field_name("declarator"):
                held = each.child_by_field_name("value")
                given = self.value(held) if held is not None else None
                name_node = each.child_by_field_name("name")
                yield Field(text(name_node), line_of(each), plain_type(declared, each), marks, given)

    # ---- statements -----------------------------------------------------------------------

    def loop(self, body: Node) -> Loop:
        line, end = line_of(body), body.end_point[0] + 1
        if body.type in _WHILE:
            condition = body.child_by_field_name("condition")
            inside = self.inner(condition) if condition is not None else None
            return Loop(line, "while", over=short(inside), end=end, value=self.value(inside))
        header = body.parent
        if header is None or header.type not in ("for_statement", "enhanced_for_statement"):
            return Loop(line, "while", end=end)
        if header.type == "enhanced_for_statement":
            over = header.child_by_field_name("value")
            name = text(header.child_by_field_name("name"))
            return Loop(line_of(header), "each", (name,), short(over), end=end, value=self.value(over))
        condition = header.child_by_field_name("condition")
        first = header.child_by_field_name("init")
        declared = first.children_by_field_name("declarator") if first is not None else []
        names = tuple(text(each.child_by_field_name("name")) for each in declared)
        step = header.child_by_field_name("update")
        limit = condition.child_by_field_name("right") if condition is not None else None
        made = Loop(line_of(header), "while" if step is None else "count", names, short(condition), end=end)
        made.value = self.value(limit or condition)
        return made

    def imports(self, node: Node) -> Iterable[Import]:
        path = next(iter(named(node, "scoped_identifier", "identifier")), None)
        whole = text(path)
        if any(child.type == "asterisk" for child in node.named_children):
            yield Import(whole, "*", "*")
            return
        module, _, name = whole.rpartition(".")
        yield Import(module, name, name)

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "local_variable_declaration":
            declared = node.child_by_field_name("type")
            for each in node.children_by_field_name("declarator"):
                name = text(each.child_by_field_name("name"))
                yield name, each.child_by_field_name("value"), plain_type(declared, each)
        elif kind == "assignment_expression":
            yield from self._assigned(node)
        elif kind == "instanceof_expression":  # o instanceof Foo foo
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            yield text(node.child_by_field_name("name")), left, plain_type(right)
        else:  # what a resource or a loop declares
            held = node.child_by_field_name("value") if kind == "resource" else None
            written = plain_type(node.child_by_field_name("type"))
            if held is not None or written:
                yield text(node.child_by_field_name("name")), held, written

    def _assigned(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        operator, right = node.child_by_field_name("operator"), node.child_by_field_name("right")
        sign = operator.type if operator is not None else ""
        # `sql += " WHERE id = " + id` is worth knowing; a sum is not what is added to it.
        if sign != "=" and (sign != "+=" or self.value(right).kind not in ("str", "fmt", "concat")):
            return
        for _ in range(CHAIN_MAX):  # a = b = value
            if right is None or right.type != "assignment_expression":
                break
            right = right.child_by_field_name("right")
        yield short(node.child_by_field_name("left"), 80), right, ""

    def catch(self, node: Node) -> Catch:
        body = node.child_by_field_name("body")
        types: tuple[str, ...] = ()
        var = ""
        for each in named(node, "catch_formal_parameter"):
            types = tuple(short(kind, 120) for held in named(each, "catch_type") for kind in expressions(held))
            var = text(each.child_by_field_name("name"))
        return Catch(
            line_of(node),
            types=types,
            var=var,
            body=without_braces(body),
            does=does(body),
            end=node.end_point[0] + 1,
        )

    def returned(self, node: Node) -> Node | None:
        if node.type != "return_statement":  # the body of a lambda
            return node
        return next(iter(expressions(node)), None)

    def package(self, node: Node) -> str:
        return text(next(iter(named(node, "scoped_identifier", "identifier")), None))

    # ---- calls and values -----------------------------------------------------------------

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "method_invocation":
            on = node.child_by_field_name("object")
            if on is not None and on.type == "parenthesized_expression":  # ((Foo) x).bar()
                on = self.inner(on)
            return text(node.child_by_field_name("name")), on, 0
        if kind == "object_creation_expression":
            made = node.child_by_field_name("type")
            if made is not None and made.type == "generic_type":
                made = made.named_child(0)
            if made is not None and made.type == "scoped_type_identifier":
                return text(made.named_child(made.named_child_count - 1)), made.named_child(0), NEW
            return text(made), None, NEW
        if kind == "explicit_constructor_invocation":
            return (
                text(node.child_by_field_name("constructor")),
                node.child_by_field_name("object"),
                0,
            )
        name = node.child_by_field_name("name")  # an annotation
        if name is not None and name.type == "scoped_identifier":
            return text(name.child_by_field_name("name")), name.child_by_field_name("scope"), 0
        return text(name), None, 0

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        holder = node.child_by_field_name("arguments")
        if kind == "method_invocation":
            types = node.child_by_field_name("type_arguments")
            if types is not None:
                yield from (("<>", each) for each in type_arguments(types))
        elif kind == "object_creation_expression":
            # new TypeReference<List<Order>>() {}: the type is what the call is about.
            last = node.child(node.child_count - 1)
            if last is not None and last.type == "class_body":
                yield from (("<>", each) for each in type_arguments(node.child_by_field_name("type")))
        for each in expressions(holder) if holder is not None else ():
            if each.type == "element_value_pair":
                held = each.child_by_field_name("value")
                if held is not None:
                    yield text(each.child_by_field_name("key")), held
            else:
                yield "", each

    def iterates(self, call: Call) -> str | None:
        name, on = call.name, call.on
        if name in _ON_STREAMS:
            # Behind findFirst() there is one element, and none of these loops.
            found = list(_MANY.finditer(on))
            if not found or _ONE.search(on, found[-1].end()):
                return None
        elif name not in _ALWAYS:
            return None
        source = _OF_STREAM.search(on)
        return on[: source.start()] if source and on[: source.start()] != "Arrays" else on

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind in _INSIDE:
                held = node.child_by_field_name(_INSIDE[kind])
            elif kind == "parenthesized_expression":
                held = next(iter(expressions(node)), None)
            else:
                return node
            if held is None:
                return node
            node = held
        return node

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        kind = node.type if node is not None else ""
        if node is not None and kind == "method_reference":  # Handler::get, this::list, Order::new
            first, last = node.child(0), node.child(node.child_count - 1)
            on = self.chain(first)
            if first is not None and first.type == "generic_type":
                on = on.partition("<")[0]
            return Arg("name", f"{on}.{text(last)}")
        if node is not None and kind == "unary_expression":
            operand = node.child_by_field_name("operand")
            number = operand is not None and self.kinds.get(operand.type) == "num"
            return Arg("num" if number else "other", short(node))
        return super().value(node, depth)

    def _items(self, node: Node, depth: int) -> tuple[Arg, ...]:
        kept = expressions(node)[:ITEMS_MAX] if depth < DEPTH_MAX else ()
        return tuple(self.value(each, depth + 1) for each in kept)


def _declared(node: Node) -> tuple[str, str]:
    """Return name and type of a parameter."""
    if node.type == "formal_parameter":
        return text(node.child_by_field_name("name")), plain_type(node.child_by_field_name("type"), node)
    kinds = [child for child in expressions(node) if child.type not in ("modifiers", "variable_declarator")]
    declarator = next(iter(named(node, "variable_declarator")), None)
    name = declarator.child_by_field_name("name") if declarator is not None else None
    return text(name), f"{plain_type(kinds[0])}..." if kinds else ""


SYNTAX = JavaSyntax()
