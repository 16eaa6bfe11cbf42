"""Kotlin's syntax as facts."""

from collections.abc import Iterable

import tree_sitter_kotlin
from tree_sitter import Language, Node

from backwright.review.facts import (
    DEFERRED,
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
from backwright.review.read.kotlin.marks import marks_astray, marks_in
from backwright.review.read.kotlin.nodes import (
    child,
    first_named,
    given_in,
    infix,
    is_generic,
    last,
    last_named,
    parts_of,
    type_name,
    unsigned,
)
from backwright.review.read.kotlin.repair import repair
from backwright.review.read.kotlin.tables import (
    ITERATORS,
    KINDS,
    LISTS,
    MAPS,
    MEMBERS,
    NO_VALUES,
    QUERY,
    STARTS,
    SUBSCRIPTS,
    TRIMS,
    TYPES,
    WRAPPERS,
)
from backwright.review.read.kotlin.values import VALUES, does, literal
from backwright.review.read.syntax import (
    CHAIN_MAX,
    CONVERTS,
    DEPTH_MAX,
    ITEMS_MAX,
    STRING_MAX,
    Syntax,
    line_of,
    named,
    short,
    text,
)
from backwright.review.regexes import regex

_NAME = regex(r"[A-Za-z_]\w*")
_LANGUAGE = Language(tree_sitter_kotlin.language())


class KotlinSyntax(Syntax):
    """Kotlin, also scripts."""

    language = "kotlin"
    suffixes = (".kt", ".kts")
    query = QUERY
    calls = frozenset({"call_expression"})
    members = MEMBERS
    subscripts = SUBSCRIPTS
    wrappers = WRAPPERS
    lambdas = frozenset({"lambda_literal", "anonymous_function"})
    kinds = KINDS
    strings = frozenset({"string_literal", "multiline_string_literal"})
    string_parts = frozenset({"string_content", "escape_sequence"})
    interpolations = frozenset({"interpolation"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"collection_literal"})
    iterators = ITERATORS

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        return repair(source)

    # ---- functions and classes ------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind, end = node.type, node.end_point[0] + 1
        if kind == "lambda_literal":
            return Function("", line_of(node), end, "lambda", params=tuple(self._lambda_params(node)))
        if kind == "anonymous_initializer":
            return Function("init", line_of(node), end, "constructor", receiver="this")
        if kind in ("getter", "setter"):
            return self._accessor(node)
        made = Function("", line_of(node), end)
        owner, name, after = "", None, False
        for each in node.children:
            which = each.type
            if which == "modifiers":
                self._modify(made, each)
            elif which in ("identifier", "constructor"):
                name = each
            elif which == "function_value_parameters":
                made.params, after = tuple(self._params(each)), True
            elif which in TYPES:
                if after:
                    made.returns = type_name(each)
                else:
                    owner = type_name(each).partition("<")[0]
            elif which == "function_body":
                break
        made.marks = made.marks or marks_astray(node, self._arguments)
        if kind == "anonymous_function":
            made.kind = "lambda"
            return made
        made.name, made.line, made.owner = text(name).strip("`"), line_of(name or node), owner
        self._place(made, node)
        return made

    def _place(self, made: Function, node: Node) -> None:
        holder = node.parent
        where = holder.type if holder is not None else ""
        if node.type == "secondary_constructor":
            made.kind, made.receiver = "constructor", "this"
        elif where in ("class_body", "enum_class_body"):
            made.kind, made.receiver = "method", "this"
        elif where != "ERROR":
            made.cls = -2

    def _accessor(self, node: Node) -> Function:
        holder = node.parent
        declared = next(iter(named(holder, "variable_declaration")), None) if holder is not None else None
        made = Function(
            self._variable(declared)[0] if declared is not None else node.type,
            line_of(node),
            node.end_point[0] + 1,
        )
        made.kind, made.receiver = "method", "this"
        for each in node.named_children:
            if each.type == "identifier":
                made.params = (Param(text(each)),)
            elif each.type in TYPES:
                made.returns = type_name(each)
        return made

    def _modify(self, made: Function, modifiers: Node) -> None:
        """Put marks, `suspend` and visibility into a function."""
        made.marks = marks_in(modifiers, self._arguments)
        for each in modifiers.named_children:
            if each.type == "function_modifier":
                made.is_async = made.is_async or text(each) == "suspend"
            elif each.type == "visibility_modifier":
                made.is_public = text(each) not in ("private", "protected")

    def _params(self, node: Node) -> Iterable[Param]:
        """Modifiers, parameter and default stand beside each other."""
        marks: tuple[Mark, ...] = ()
        made: Param | None = None
        for each in node.named_children:
            kind = each.type
            if kind == "parameter_modifiers":
                marks = marks_in(each, self._arguments)
            elif kind == "parameter":
                if made is not None:
                    yield made
                declared = last_named(each)
                made = Param(text(first_named(each)).strip("`"), type_name(declared), marks)
                marks = ()
            elif made is not None and kind not in ("line_comment", "block_comment"):
                made.default = self.value(each)
        if made is not None:
            yield made

    def _lambda_params(self, node: Node) -> Iterable[Param]:
        first = first_named(node)
        if first is None:
            return
        if first.type != "lambda_parameters":
            yield Param("it")
            return
        for each in first.named_children:
            for inner in each.named_children if each.type == "multi_variable_declaration" else (each,):
                if inner.type == "variable_declaration":
                    yield Param(*self._variable(inner))

    def _variable(self, node: Node) -> tuple[str, str]:
        """Return name and type of a variable declaration."""
        name, declared = "", ""
        for each in node.named_children:
            if each.type == "identifier":
                name = text(each).strip("`")
            elif each.type in TYPES:
                declared = type_name(each)
        return name, declared

    def class_(self, node: Node) -> Class:
        made = Class("", line_of(node), node.end_point[0] + 1)
        if node.type in ("object_declaration", "object_literal"):
            made.kind = "object"
        for each in node.children:
            kind = each.type
            if kind == "identifier" and not made.name:
                made.name, made.line = text(each).strip("`"), line_of(each)
            elif kind == "interface":
                made.kind = "interface"
            elif kind == "modifiers":
                made.marks = marks_in(each, self._arguments)
                kinds = {text(word) for word in named(each, "class_modifier")}
                made.kind = (
                    "enum" if "enum" in kinds else "record" if "data" in kinds and made.kind == "class" else made.kind
                )
            elif kind == "delegation_specifiers":
                made.bases = tuple(self._bases(each))
        made.marks = made.marks or marks_astray(node, self._arguments)
        return made

    def _bases(self, node: Node) -> Iterable[str]:
        for each in named(node, "delegation_specifier"):
            inner = next((child for child in each.named_children if child.type != "annotation"), None)
            if inner is not None and inner.type in (
                "constructor_invocation",
                "explicit_delegation",
            ):
                inner = first_named(inner)
            name = short(inner, 80)
            if name != "_" and not name.rpartition(".")[2][:1].islower():  # see repair
                yield name

    def fields(self, node: Node) -> Iterable[Field]:
        line = line_of(node)
        marks: tuple[Mark, ...] = ()
        first = first_named(node)
        if first is not None and first.type == "modifiers":
            marks = marks_in(first, self._arguments)
        if node.type == "enum_entry":
            name = next(iter(named(node, "identifier")), None)
            values = next(iter(named(node, "value_arguments")), None)
            held = Arg("list", items=self._arguments(node, 0)) if values is not None else None
            yield Field(text(name), line_of(name or node), "", marks, held)
        elif node.type == "class_parameter":
            name, declared, value = None, "", None
            for each in node.named_children:
                if each.type == "identifier" and name is None:
                    name = each
                elif each.type in TYPES and not declared:
                    declared = type_name(each)
                elif name is not None and each.type not in ("line_comment", "block_comment"):
                    value = self.value(each)
            yield Field(text(name).strip("`"), line_of(name or node), declared, marks, value)
        else:
            for target, held_node, declared in self.assigns(node):
                line = line_of(next(iter(named(node, "variable_declaration")), node))
                yield Field(
                    target,
                    line,
                    declared,
                    marks,
                    self.value(held_node) if held_node is not None else None,
                )

    def held(self, node: Node) -> Iterable[tuple[str, Node]]:
        if node.type == "property_declaration":
            for target, held, _ in self.assigns(node):
                if held is not None:
                    yield target, held

    # ---- statements -----------------------------------------------------------------------

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        if node.type == "assignment":
            operator = node.child_by_field_name("operator")
            if operator is not None and operator.type == "=":
                yield (
                    short(node.child_by_field_name("left"), 80),
                    node.child_by_field_name("right"),
                    "",
                )
            return
        variables: list[tuple[str, str]] = []
        held: Node | None = None
        follows = False
        for each in node.children:
            kind = each.type
            if follows and each.is_named and kind not in ("line_comment", "block_comment"):
                held, follows = each, False
            elif kind == "variable_declaration":
                variables = [self._variable(each)]
            elif kind == "multi_variable_declaration":
                variables = [self._variable(inner) for inner in named(each, "variable_declaration")]
            elif kind == "=":
                follows = True
            elif kind == "property_delegate":
                held = self._delegate(each)
        for name, declared in variables:
            yield name, held, declared

    def _delegate(self, node: Node) -> Node | None:
        """Return the value of `by`; of `by lazy { ... }` what the lambda gives."""
        held = first_named(node)
        if held is None or held.type != "call_expression" or text(child(held, 0)) != "lazy":
            return held
        lambda_node = last(held)
        body = self.inner(lambda_node) if lambda_node is not None else held
        given = last_named(body) if body.named_child_count else None
        return given if given is not None and given.type not in NO_VALUES else held

    def loop(self, body: Node) -> Loop:
        if body.type in ("while_statement", "do_while_statement"):
            condition = body.child_by_field_name("condition")
            return Loop(line_of(body), "while", over=short(condition), end=body.end_point[0] + 1)
        header = body.parent
        if header is None:
            return Loop(line_of(body), "each")
        names: list[str] = []
        over: Node | None = None
        for each in header.named_children:
            if each.type == "variable_declaration":
                names.append(self._variable(each)[0])
            elif each.type == "multi_variable_declaration":
                names += [self._variable(inner)[0] for inner in named(each, "variable_declaration")]
            elif each.type not in ("label", "annotation", "line_comment", "block_comment"):
                over = each
                break
        words = short(over)
        is_count = over is not None and (
            over.type == "range_expression" or any(word in words for word in (" until ", " downTo ", ".indices"))
        )
        kind = "count" if is_count else "each"
        return Loop(
            line_of(header),
            kind,
            tuple(names),
            words,
            end=body.end_point[0] + 1,
            value=self.value(over),
        )

    def iterates(self, call: Call) -> str | None:
        on = call.on
        if call.name in ITERATORS and on:
            is_class = on.isidentifier() and on[0].isupper() and not on.isupper()
            return None if is_class else on  # City.find { ... } is a query
        if call.name == "repeat" and not call.on and call.args:
            return call.args[0].text
        return None

    def imports(self, node: Node) -> Iterable[Import]:
        whole = text(next(iter(named(node, "qualified_identifier")), None)).replace("`", "")
        alias = text(next(iter(named(node, "identifier")), None))
        end = last(node)
        if end is not None and (end.type == "*" or (end.type == ";" and text(node).rstrip("; ").endswith("*"))):
            yield Import(whole, "*", "*")
        else:
            module, _, name = whole.rpartition(".")
            yield Import(module, name, alias or name)

    def package(self, node: Node) -> str:
        return text(next(iter(named(node, "qualified_identifier")), None)).replace("`", "")

    def returned(self, node: Node) -> Node | None:
        if node.type in ("return_expression", "throw_expression"):
            label = node.child_by_field_name("label")
            given = last_named(node)
            is_bare = given is None or (label is not None and given.id == label.id)
            return None if is_bare or node.type == "throw_expression" else given
        return None if node.type in NO_VALUES else node

    def catch(self, node: Node) -> Catch:
        body = next(iter(named(node, "block")), None)
        caught, var = "", ""
        for each in node.named_children:
            if each.type == "identifier":
                var = text(each)
            elif each.type in TYPES:
                caught = type_name(each)
        inside = short(body, 400).removeprefix("{").removesuffix("}").strip()
        types = (caught,) if caught else ()
        return Catch(
            line_of(node),
            types=types,
            var=var,
            body=inside,
            does=does(body),
            end=node.end_point[0] + 1,
        )

    # ---- calls and values -----------------------------------------------------------------

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        if node.type != "call_expression":
            return self._other_callee(node)
        function = child(node, 0)
        if function is not None and function.type == "call_expression":
            function = child(parts_of(node)[0], 0)
        if function is not None and function.type == "index_expression" and is_generic(function):
            function = child(function, 0)
        return self._named_callee(unsigned(function))

    def _named_callee(self, function: Node | None) -> tuple[str, Node | None, int]:
        if function is None:
            return "", None, 0
        kind = function.type
        if kind == "navigation_expression":
            of, name = unsigned(function.child(0)), text(function.child(function.child_count - 1))
        elif kind == "identifier":
            of, name = None, text(function)
        else:
            return "", function, 0
        if name[:1] == "`":
            name = name.strip("`")
        return name, of, NEW if name[:1].isupper() else DEFERRED if name in STARTS else 0

    def _other_callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "constructor_invocation":  # what a class extends
            name = type_name(first_named(node)).partition("<")[0]
            return name.rpartition(".")[2], None, NEW
        if kind == "infix_expression":
            return text(infix(node)), None, 0
        return self._named_callee(node.prev_named_sibling)  # in an error: the name stands before it

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        return unsigned(child(node, 0)), last(node)

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind == "infix_expression":
            operator = infix(node)
            yield from (("", each) for each in node.named_children if operator is None or each.id != operator.id)
        elif kind == "value_arguments":
            yield from given_in(node)
            following = node.next_named_sibling
            if following is not None and following.type in ("annotated_lambda", "lambda_literal"):
                yield "", self.inner(following)
        elif kind == "annotated_lambda":
            yield "", self.inner(node)
        elif kind == "parenthesized_expression":  # of an annotation, see marks_astray
            yield "", first_named(node) or node
        else:
            for part in parts_of(node):
                for each in part.children:
                    which = each.type
                    if which == "value_arguments":
                        yield from given_in(each)
                    elif which == "annotated_lambda":
                        yield "", self.inner(each)
                    elif which == "type_arguments":
                        yield "<>", each
                    elif which == "index_expression" and is_generic(each):
                        yield "<>", child(each, 1) or each

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind not in self.wrappers:
                return node
            if kind in ("parenthesized_expression", "as_expression"):
                inside = first_named(node)
            elif kind == "binary_expression":  # x ?: throw E(): it is x, or nothing goes on
                operator, other = child(node, 1), child(node, 2)
                if operator is None or operator.type != "?:" or other is None:
                    return node
                if other.type not in ("throw_expression", "return_expression"):
                    return node
                inside = child(node, 0)
            elif kind == "unary_expression":
                operator = child(node, 1)
                if operator is None or operator.type != "!!":
                    return node
                inside = child(node, 0)
            else:
                inside = last_named(node)
            if inside is None:
                return node
            node = inside
        return node

    def chain(self, node: Node | None) -> str:
        words: list[str] = []
        for _ in range(CHAIN_MAX):
            if node is None:
                break
            kind = node.type
            if kind in self.wrappers:
                node = self.inner(node)
                kind = node.type
            if kind == "navigation_expression":
                words.append(text(node.child(node.child_count - 1)))
                node = unsigned(child(node, 0))
            elif kind == "call_expression":
                name, node, _ = self.callee(node)
                words.append(f"{name}()")
            elif kind == "index_expression":
                words.append("[]")
                node = child(node, 0)
            elif kind in self.strings or kind in self.lambdas:
                words.append(literal(node) if kind in self.strings else "{}")
                break
            else:
                words.append(short(node, 60))
                break
        words.reverse()
        return ".".join(words).replace(".[]", "[]")

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        kind = node.type
        if kind in self.wrappers:
            node = self.inner(node)
            kind = node.type
        if kind in self.strings:
            return self.string(node, depth)
        if kind == "call_expression":
            return self._called(node, depth)
        if kind == "navigation_expression":
            return Arg("name", self.chain(node))
        if kind == "infix_expression":
            name = text(infix(node))
            if name in ("bind", "to", "bindContract") and depth < DEPTH_MAX:
                return Arg("call", name, items=self._arguments(node, depth))
        if kind in VALUES:
            return VALUES[kind](node)
        return super().value(node, depth)

    def _called(self, node: Node, depth: int) -> Arg:
        name, on, _ = self.callee(node)
        if on is not None and name in CONVERTS and self.inner(on).type in (*self.strings, *self.subscripts):
            return self.value(on, depth)
        if on is None:
            if name in LISTS or name in MAPS:
                return self._collection(node, name, depth)
            return Arg("call", name, items=self._arguments(node, depth) if depth < DEPTH_MAX else ())
        if name in TRIMS or name == "format":
            receiver = self.inner(on)
            if receiver.type in self.strings:
                made = self.string(receiver, depth)
                if name == "format" and depth < DEPTH_MAX:
                    return Arg("fmt", made.text, items=(*made.items, *self._arguments(node, depth)))
                return made
        items = self._arguments(node, depth) if depth < DEPTH_MAX else ()
        return Arg("call", f"{self.chain(on)}.{name}", items=items)

    def _collection(self, node: Node, name: str, depth: int) -> Arg:
        """`listOf` and `mapOf` are literals in all but name."""
        if depth >= DEPTH_MAX:
            return Arg("list" if name in LISTS else "dict")
        given = [each for keyword, each in self.arguments(node) if keyword != "<>"][:ITEMS_MAX]
        if name in LISTS:
            return Arg("list", items=tuple(self.value(each, depth + 1) for each in given))
        entries = []
        for each in given:
            if each.type == "infix_expression" and text(infix(each)) == "to":
                entry = self.value(last_named(each), depth + 1)
                entry.name = self.key(first_named(each))
            else:
                entry = self.value(each, depth + 1)
            entry.line = line_of(each)
            entries.append(entry)
        return Arg("dict", items=tuple(entries))

    def string(self, node: Node, depth: int = 0) -> Arg:
        parts: list[str] = []
        items: list[Arg] = []
        is_put_in = False  # the grammar reads the `$` of `"$a"` as text
        for each in node.named_children:
            if each.type == "interpolation":
                parts.append("{}")
                if depth < DEPTH_MAX:
                    items.append(self.value(first_named(each), depth + 1))
                continue
            part = text(each)
            if is_put_in and (found := _NAME.match(part)):
                parts[-1] = "{}"
                items.append(Arg("name", found[0]))
                part = part[found.end() :]
            is_put_in = part == "$"
            parts.append(part)
        joined = "".join(parts)
        if "\x01" in joined or "\x02" in joined:  # dollars, see repair
            joined = joined.replace("\x01", "$").replace("\x02", "")
        return Arg("fmt" if items else "str", joined[:STRING_MAX], items=tuple(items))


SYNTAX = KotlinSyntax()
