"""JavaScript's and TypeScript's syntax as facts."""

from collections.abc import Iterable
from types import MappingProxyType

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, Tree

from backwright.review.facts import (
    MACRO,
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
from backwright.review.read.javascript import modules, patterns, queries
from backwright.review.read.javascript.directives import SERVER, has_directive, serves
from backwright.review.read.javascript.patterns import (
    bases,
    blank_types,
    content,
    does,
    first_of,
    type_name,
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

_JAVASCRIPT = Language(tree_sitter_javascript.language())  # with JSX
_TYPESCRIPT = Language(tree_sitter_typescript.language_typescript())
_TSX = Language(tree_sitter_typescript.language_tsx())
_CLASSES = {
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "type_alias_declaration": "type",
}
# Functions that are called with a capital and make nothing.
_CONVERSIONS = frozenset({"String", "Number", "Boolean", "BigInt", "Symbol", "Object", "Date", "Array"})
# What lodash, async and Bluebird go through is their first argument.
_LIBRARIES = frozenset({"", "_", "lodash", "async", "Promise", "Bluebird", "BPromise", "R", "Array", "$", "jQuery"})
PARSE_STEPS = 5000  # of the parser, each a hundred tokens or so, before a file counts as one that never ends
PIECE = 65_536


class JavascriptSyntax(Syntax):
    """JavaScript and TypeScript, with JSX.

    A tagged template, such as sql`...`, is a call with the flag MACRO: its values are not put into its text.
    The arguments of types in a call are left out, as they are when the program runs.
    """

    language = "javascript"
    suffixes = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
    query = queries.COMMON
    calls = frozenset({"call_expression", "new_expression"})
    members = MappingProxyType({"member_expression": ("object", "property")})
    subscripts = MappingProxyType({"subscript_expression": "object"})
    wrappers = frozenset({
        "await_expression", "parenthesized_expression", "as_expression", "satisfies_expression",
        "non_null_expression", "type_assertion", "instantiation_expression",
    })  # fmt: skip
    lambdas = frozenset({"arrow_function", "function_expression", "generator_function", "method_definition"})
    kinds = MappingProxyType({
        "identifier": "name", "this": "name", "super": "name", "type_identifier": "name",
        "shorthand_property_identifier": "name", "property_identifier": "name", "number": "num",
        "true": "bool", "false": "bool", "null": "none", "undefined": "none",
    })  # fmt: skip
    strings = frozenset({"string", "template_string"})
    string_parts = frozenset({"string_fragment", "escape_sequence"})
    interpolations = frozenset({"template_substitution"})
    binaries = frozenset({"binary_expression", "augmented_assignment_expression"})
    plus = frozenset({"+", "+="})
    lists = frozenset({"array"})
    dicts = frozenset({"object"})
    pairs = MappingProxyType({"pair": ("key", "value")})
    iterators = frozenset({
        "map", "forEach", "filter", "reduce", "reduceRight", "flatMap", "some", "every", "find", "findIndex",
        "findLast", "findLastIndex", "each", "eachSeries", "eachLimit", "eachOf", "mapSeries", "mapLimit",
        "forEachSeries", "forEachLimit", "pMap", "from",
    })  # fmt: skip

    _serves = ""  # "file" or "function": where the file that is read has the directive of the server

    def grammar(self, path: str) -> Language:
        ending = path.lower().rpartition(".")[2]
        if ending in ("ts", "mts", "cts"):
            return _TYPESCRIPT
        return _TSX if ending == "tsx" else _JAVASCRIPT

    def prepare(self, source: bytes) -> bytes:
        """Blank the arguments of types in calls: `await find<T>(x)` would be read as `(await find)<T>(x)`."""
        self._serves = serves(source)
        return blank_types(source) if b">(" in source or b">`" in source else source

    def parser(self, path: str) -> tuple[Parser, Query]:
        language = self.grammar(path)
        if language not in self._parsers:
            own = queries.ONLY_JAVASCRIPT if language is _JAVASCRIPT else queries.ONLY_TYPESCRIPT
            self._parsers[language] = (Parser(language), Query(language, self.query + own))
        return self._parsers[language]

    def parse(self, parser: Parser, source: bytes) -> Tree | None:
        steps = PARSE_STEPS + len(source) // 20  # ordinary code needs a hundredth of a step per byte

        def is_over(*_: object) -> bool:
            nonlocal steps
            steps -= 1
            return steps < 0

        try:
            # Only a parser that is handed pieces can be stopped; only a tree of bytes knows its text. The second
            # parse takes over what the first one found.
            first = parser.parse(lambda at, _: source[at : at + PIECE], progress_callback=is_over)
        except ValueError:  # stopped
            parser.reset()
            return None
        return parser.parse(source, first)

    # ---- functions and classes --------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind, name = node.type, node.child_by_field_name("name")
        made = Function(
            text(name),
            line_of(name or node),
            node.end_point[0] + 1,
            params=tuple(self._params(node)),
        )
        made.returns = type_name(node.child_by_field_name("return_type"))
        if self._serves and (self._serves == "file" or has_directive(node)):
            made.marks = (Mark(SERVER),)
        if kind in ("arrow_function", "function_expression", "generator_function"):
            made.kind = "lambda"
            first = first_of(node)
            made.is_async = first is not None and first.type == "async"
            if not made.name:
                self._name_lambda(made, node)
            return made
        if kind in ("function_declaration", "generator_function_declaration"):
            made.cls = -2
            first = first_of(node)
            made.is_async = first is not None and first.type == "async"
            made.is_public = not made.name.startswith("_")
            return made
        self._method(made, node)
        return made

    def _method(self, made: Function, node: Node) -> None:
        made.name = self.key(node.child_by_field_name("name"))
        made.is_public = not made.name.startswith(("#", "_"))
        for each in node.children:
            if each.type == "async":
                made.is_async = True
            elif each.type == "accessibility_modifier":
                made.is_public = made.is_public and text(each) == "public"
            elif each.type not in (
                "static",
                "override_modifier",
                "decorator",
                "readonly",
                "comment",
            ):
                break
        holder = node.parent
        if holder is not None and holder.type == "object":
            made.cls = -2
            return
        made.kind = "constructor" if made.name == "constructor" else "method"
        made.receiver = "this"
        if node.type != "method_signature":
            made.marks = self._method_marks(node)

    def _name_lambda(self, made: Function, node: Node) -> None:
        """Name a function by what holds it: a key, a field, a prototype."""
        holder = node.parent
        kind = holder.type if holder is not None else ""
        if holder is None:
            return
        if kind == "pair":
            made.name = self.key(holder.child_by_field_name("key"))
        elif kind in ("public_field_definition", "field_definition"):
            name = holder.child_by_field_name("name") or holder.child_by_field_name("property")
            made.name, made.line = self.key(name), line_of(name or node)
            made.kind, made.receiver, made.marks = "method", "this", self.marks(holder)
            made.is_public = not made.name.startswith(("#", "_")) and all(
                text(each) == "public" for each in named(holder, "accessibility_modifier")
            )
        elif kind == "assignment_expression":
            owner, _, own = short(holder.child_by_field_name("left"), 120).partition(".prototype.")
            if own and "." not in own:
                made.kind, made.owner, made.name, made.receiver = "method", owner, own, "this"

    def _params(self, node: Node) -> Iterable[Param]:
        alone = node.child_by_field_name("parameter")
        if alone is not None:
            yield Param(text(alone))
            return
        holder = node.child_by_field_name("parameters")
        if holder is None:
            return
        for each in holder.named_children:
            kind = each.type
            if kind in ("required_parameter", "optional_parameter"):
                name = each.child_by_field_name("pattern")
                if name is None or name.type == "this":
                    continue
                held = each.child_by_field_name("value")
                marks = self.marks(each) if _is_marked(each) else ()
                kept = type_name(each.child_by_field_name("type"))
                yield Param(_param_name(name), kept, marks, self.value(held) if held is not None else None)
            elif kind == "assignment_pattern":
                held = each.child_by_field_name("right")
                yield Param(_param_name(each.child_by_field_name("left")), "", (), self.value(held))
            elif kind not in ("comment", "decorator"):
                yield Param(_param_name(each))

    def marks(self, node: Node) -> tuple[Mark, ...]:
        """Return the decorators that stand in a node."""
        return tuple(self._mark(each) for each in named(node, "decorator"))

    def _method_marks(self, node: Node) -> tuple[Mark, ...]:
        """Return a method's decorators: its children in JavaScript, before it in TypeScript."""
        first = first_of(node)
        if first is not None and first.type == "decorator":
            return self.marks(node)
        found: list[Mark] = []
        before = node.prev_named_sibling
        while before is not None and before.type in ("decorator", "comment"):
            if before.type == "decorator":
                found.append(self._mark(before))
            before = before.prev_named_sibling
        return tuple(reversed(found))

    def _mark(self, node: Node) -> Mark:
        inner = next(iter(content(node)), node)
        args: list[Arg] = []
        if inner.type == "call_expression":
            for name, each in self.arguments(inner):
                value = self.value(each, 1)
                value.name = name
                args.append(value)
            inner = inner.child_by_field_name("function") or inner
        on, _, name = self.chain(inner).rpartition(".")
        return Mark(name, on, tuple(args), line_of(node))

    def class_(self, node: Node) -> Class:
        name = node.child_by_field_name("name")
        made = Class(text(name), line_of(name or node), node.end_point[0] + 1)
        made.kind = _CLASSES.get(node.type, "class")
        made.bases = tuple(bases(node))
        if made.kind == "class":
            made.marks = self.marks(node)
            if name is None or not made.marks:
                self._held_class(made, node.parent)
        return made

    def _held_class(self, made: Class, holder: Node | None) -> None:
        """Name a class by what holds it, and take the decorators in front of `export`."""
        kind = holder.type if holder is not None else ""
        if holder is None:
            return
        if kind == "export_statement":
            made.marks = made.marks or self.marks(holder)
            made.name = made.name or "default"
        elif not made.name and kind == "variable_declarator":
            made.name = text(holder.child_by_field_name("name"))
        elif not made.name and kind == "assignment_expression":
            made.name = short(holder.child_by_field_name("left"), 80)

    def fields(self, node: Node) -> Iterable[Field]:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        name = name or node.child_by_field_name("pattern") or node
        held = node.child_by_field_name("value")
        kept = type_name(node.child_by_field_name("type"))
        marks = self.marks(node) if _is_marked(node) else ()
        yield Field(
            self.key(name),
            line_of(name),
            kept,
            marks,
            self.value(held) if held is not None else None,
        )

    def held(self, node: Node) -> Iterable[tuple[str, Node]]:
        value = node.child_by_field_name("value")
        if value is not None:
            yield (
                self.key(node.child_by_field_name("name") or node.child_by_field_name("property")),
                value,
            )

    # ---- calls ------------------------------------------------------------------------------

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        if node.type == "new_expression":
            made = node.child_by_field_name("constructor")
            if made is not None and made.type == "member_expression":
                return (
                    text(made.child_by_field_name("property")),
                    made.child_by_field_name("object"),
                    NEW,
                )
            if made is not None and made.type in ("identifier", "this"):
                return text(made), None, NEW
            return "", made, NEW
        function = node.child_by_field_name("function")
        if function is None:
            return "", None, 0
        if function.type == "non_null_expression":
            function = self.inner(function)
        if function.type == "member_expression":
            name, on = (
                text(function.child_by_field_name("property")),
                function.child_by_field_name("object"),
            )
        elif function.type in ("identifier", "super", "import"):
            name, on = text(function), None
        else:
            return "", function, 0
        flags = NEW if name[:1].isupper() and name not in _CONVERSIONS else 0
        given = node.child_by_field_name("arguments")
        return (
            name,
            on,
            flags | MACRO if given is not None and given.type == "template_string" else flags,
        )

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        holder = node.child_by_field_name("arguments")
        if holder is None:
            return
        if holder.type == "template_string":
            yield "", holder
            return
        for each in holder.named_children:
            if each.type == "spread_element":
                for held in content(each)[:1]:
                    yield "...", held
            elif each.type != "comment":
                yield "", each

    def iterates(self, call: Call) -> str | None:
        if call.name not in self.iterators:
            return None
        args = call.args
        first = args[0] if args else None
        if first is not None and first.kind != "fn":
            is_second = call.name in ("reduce", "reduceRight") or call.on in _LIBRARIES
            return (first.text or first.kind) if is_second and len(args) > 1 else None
        if call.on in _LIBRARIES or call.name == "from":
            return None  # an operator such as map(x => y) of RxJS, or an iterator of a library without a list
        if call.name.startswith("find") and call.on[:1].isupper() and "." not in call.on:
            return None  # User.find(callback): a query
        return call.on

    # ---- values -----------------------------------------------------------------------------

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind not in self.wrappers:
                return node
            inside = content(node)
            if not inside:
                return node
            node = inside[-1] if kind == "type_assertion" else inside[0]
        return node

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is not None:
            kind = node.type
            if kind in patterns.PARTS:
                right, path = patterns.source_of(node)
                return Arg("name", f"{short(right)}.{path}") if right is not None else Arg("other", short(node))
            if kind == "class":
                name = node.child_by_field_name("name")
                return Arg("name", text(name)) if name is not None else Arg("other", short(node))
            if kind == "unary_expression" and text(node)[:1] in "-+":
                held = node.child_by_field_name("argument")
                if held is not None and held.type == "number":
                    return Arg("num", short(node))
        return super().value(node, depth)

    def _items(self, node: Node, depth: int) -> tuple[Arg, ...]:
        if depth >= DEPTH_MAX:
            return ()
        made = []
        for each in content(node)[:ITEMS_MAX]:
            held = next(iter(content(each)), each) if each.type == "spread_element" else each
            value = self.value(held, depth + 1)
            value.name = "..." if held is not each else ""
            made.append(value)
        return tuple(made)

    def _entries(self, node: Node, depth: int) -> tuple[Arg, ...]:
        if depth >= DEPTH_MAX:
            return ()
        made = []
        for each in content(node)[:ITEMS_MAX]:
            kind = each.type
            if kind == "pair":
                entry = self.value(each.child_by_field_name("value"), depth + 1)
                entry.name = self.key(each.child_by_field_name("key"))
            elif kind == "spread_element":
                entry = self.value(next(iter(content(each)), each), depth + 1)
                entry.name = "..."
            else:
                entry = self.value(each, depth + 1)
                entry.name = self.key(each.child_by_field_name("name")) if entry.kind == "fn" else entry.text
            entry.line = line_of(each)
            made.append(entry)
        return tuple(made)

    # ---- statements -------------------------------------------------------------------------

    def imports(self, node: Node) -> Iterable[Import]:
        if node.type == "import_statement":
            return modules.imported(node)
        return modules.exported_from(node) if node.type == "export_statement" else modules.required(node)

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "export_statement":
            return modules.exported(node)
        if kind == "augmented_assignment_expression":
            return self._added(node)
        is_declared = kind == "variable_declarator"
        left = node.child_by_field_name("name" if is_declared else "left")
        right = node.child_by_field_name("value" if is_declared else "right")
        for _ in range(CHAIN_MAX):  # a = b = value
            if right is None or right.type != "assignment_expression":
                break
            right = right.child_by_field_name("right")
        declared = node.child_by_field_name("type")
        if left is None or (right is None and declared is None) or (is_declared and modules.is_require(right)):
            return ()
        if left.type in ("object_pattern", "array_pattern"):
            return self._taken_apart(left, right)
        target = short(left, 80)
        if target.startswith("("):  # (app as any).user
            target = self.chain(left)
        return ((target, right, type_name(declared)),)

    def _added(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        """Yield `sql += "text"` as sql = sql + "text"; sums of numbers say nothing."""
        right = node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if right is None or operator is None or operator.type != "+=":
            return
        if self.inner(right).type in self.strings or self.inner(right).type == "binary_expression":
            yield short(node.child_by_field_name("left"), 80), node, ""

    def _taken_apart(self, left: Node, right: Node | None) -> Iterable[tuple[str, Node | None, str]]:
        """Yield what `const { a, b: [c] } = value` gives names to."""
        if right is None:
            return
        value = self.inner(right)
        if value.type in ("identifier", "this", "member_expression") and left.type == "object_pattern":
            for name, part in patterns.bound(left):
                yield name, part if part.type in patterns.PARTS else right, ""
            return
        each: list[Node] = []
        if left.type == "array_pattern":
            if value.type == "call_expression" and self.chain(value).startswith("Promise.all"):
                value = next((held for _, held in self.arguments(value)), value)
            each = content(value) if value.type == "array" else []
        places = [child.start_byte for child in content(left)]
        for name, part in patterns.bound(left):
            place = places.index(part.start_byte) if part.start_byte in places else len(each)
            yield name, each[place] if place < len(each) else right, ""

    def loop(self, body: Node) -> Loop:
        kind = body.type
        if kind in ("while_statement", "do_statement"):
            condition = body.child_by_field_name("condition")
            over = short(self.inner(condition)) if condition is not None else ""
            return Loop(line_of(body), "while", over=over, end=body.end_point[0] + 1)
        header = body.parent
        if header is None:
            return Loop(line_of(body), "each")
        end = body.end_point[0] + 1
        if header.type == "for_in_statement":
            left, right = header.child_by_field_name("left"), header.child_by_field_name("right")
            names = tuple(name for name, _ in patterns.bound(left)) if left is not None else ()
            return Loop(line_of(header), "each", names, short(right), end=end, value=self.value(right))
        start = header.child_by_field_name("initializer")
        names = tuple(
            text(each.child_by_field_name("name")) for each in (named(start, "variable_declarator") if start else ())
        )
        condition = header.child_by_field_name("condition")
        limit = condition.child_by_field_name("right") if condition is not None else None
        held = self.value(limit) if limit is not None else None
        over = short(limit if limit is not None else condition).strip(";")
        return Loop(line_of(header), "count" if over else "while", names, over, end=end, value=held)

    def catch(self, node: Node) -> Catch:
        body = node.child_by_field_name("body")
        var = short(node.child_by_field_name("parameter"), 60)
        if node.type != "catch_clause":  # .catch((error) => ...)
            var = next((param.name for param in self._params(node)), "")
        source = short(body, 400)
        if body is not None and body.type == "statement_block":
            source = source.removeprefix("{").removesuffix("}").strip()
        return Catch(line_of(node), var=var, body=source, does=does(body), end=node.end_point[0] + 1)

    def returned(self, node: Node) -> Node | None:
        if node.type in ("return_statement", "yield_expression"):
            return next(iter(content(node)), None)
        if node.type == "arrow_function":  # x => y => z: captured as what returns the function, not as what is returned
            body = node.child_by_field_name("body")
            return body if body is not None and body.type == "arrow_function" else None
        return None if node.type == "function_expression" else node


def _is_marked(node: Node) -> bool:
    first = first_of(node)
    return first is not None and first.type == "decorator"


def _param_name(node: Node | None) -> str:
    return short(node).removeprefix("...")


SYNTAX = JavascriptSyntax()
