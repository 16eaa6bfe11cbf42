"""Go's syntax as facts."""

from collections.abc import Iterable

import tree_sitter_go
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
)
from backwright.review.read.go.parts import (
    ERROR_NAME,
    FAILED,
    SUCCEEDED,
    does,
    handled,
    is_error,
    last_word,
    package_name,
    plain_type,
    statements,
    tags,
)
from backwright.review.read.go.types import (
    NAMED_TYPES,
    TYPES,
    children,
    embedded,
    first_of,
    has_text_keys,
    made_by_new,
    names_in,
    params_of,
    result_of,
    type_arguments,
    type_index,
    type_name,
    type_of,
)
from backwright.review.read.syntax import CHAIN_MAX, Syntax, line_of, named, short, text
from backwright.review.regexes import regex

_LANGUAGE = Language(tree_sitter_go.language())
_KINDS = {
    "identifier": "name", "int_literal": "num", "float_literal": "num", "imaginary_literal": "num", "iota": "num",
    "true": "bool", "false": "bool", "nil": "none", **dict.fromkeys(TYPES, "type"),
}  # fmt: skip
_MEMBERS = {"selector_expression": ("operand", "field")}
_SUBSCRIPTS = {"index_expression": "operand", "slice_expression": "operand"}
_PAIRS = {"keyed_element": ("key", "value")}
_WRAPPERS = frozenset(
    {
        "parenthesized_expression", "unary_expression", "type_assertion_expression", "literal_element",
        "variadic_argument",
    }
)  # fmt: skip
_AROUND = _WRAPPERS | {"composite_literal", "type_conversion_expression"}
_NO_TEXT = regex("[\udc80-\udcff]")  # what stands for a byte that is no UTF-8
_VERB = regex(r"%(?:%|[-+# 0]*(?:\[\d+\])?(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z])")
# Functions of these packages that call what they are given once per element of their first argument.
_WALKERS = frozenset(
    {
        "lo",
        "lop",
        "lom",
        "parallel",
        "slices",
        "sort",
        "maps",
        "filepath",
        "fs",
        "pgx",
        "pie",
        "fp",
        "iter",
        "it",
    }
)
_WALKS = frozenset(
    {
        "Map", "FilterMap", "FlatMap", "Filter", "Reject", "ForEach", "ForEachWhile", "ForEachRow", "Reduce", "GroupBy",
        "KeyBy", "UniqBy", "UniqMap", "PartitionBy", "Associate", "SliceToMap", "MapToSlice", "MapValues", "MapKeys",
        "MapEntries", "CountBy", "SumBy", "MaxBy", "MinBy", "Find", "SomeBy", "EveryBy", "NoneBy", "ContainsBy",
        "SortFunc", "SortStableFunc", "ContainsFunc", "IndexFunc", "DeleteFunc", "Slice", "SliceStable", "Walk",
        "WalkDir", "CollectRows", "Times", "MapErr", "FilterErr", "TryMap",
    }
)  # fmt: skip
_WALKED = frozenset({"ForEach", "Each", "EachWithBreak", "Range"})  # the same of what they are called on
_WHILE = (
    "(binary_expression) (call_expression) (identifier) (selector_expression) (unary_expression) (true) "
    "(parenthesized_expression) (index_expression) (type_assertion_expression)"
)
# Go has no catch: a handler is what runs if an error is there.
_CATCHES = rf"""
    ((if_statement condition: (_) @_if consequence: (block) @catch)
     (#match? @_if "{FAILED}") (#not-match? @_if "{SUCCEEDED}"))
    ((if_statement condition: (binary_expression left: (identifier) @_if operator: "==" right: (nil))
      alternative: (block) @catch) (#match? @_if "{ERROR_NAME}"))
    ((if_statement initializer: (short_var_declaration right: (expression_list
       (call_expression function: (identifier) @_if))) consequence: (block) @catch) (#eq? @_if "recover"))
    ((expression_case value: (expression_list (call_expression function: (_) @_if))) @catch
     (#match? @_if "^errors\.(Is|As)$"))
    ((expression_switch_statement value: (identifier) @_if
      (expression_case value: (expression_list [(identifier) (selector_expression)])) @catch)
     (#match? @_if "{ERROR_NAME}"))
""".replace("\\", "\\\\")


class GoSyntax(Syntax):
    """Go up to 1.24."""

    language = "go"
    suffixes = (".go",)
    query = f"""
    (function_declaration) @fn (method_declaration) @fn (func_literal) @fn (method_elem) @fn
    (type_spec) @class (type_alias) @class
    (field_declaration type: (struct_type) @class) (slice_type element: (struct_type) @class)
    (var_spec type: (struct_type) @class)
    (field_declaration) @field
    (call_expression) @call
    (composite_literal type: [(type_identifier) (qualified_type) (generic_type)]) @call
    (type_conversion_expression type: (generic_type)) @call
    (call_expression function: (selector_expression) @skip)
    (assignment_statement left: (expression_list (selector_expression) @skip))
    (expression_statement (call_expression) @bare)
    (go_statement (call_expression) @deferred) (defer_statement (call_expression) @with)
    (for_statement (range_clause) body: (block) @loop) (for_statement (for_clause) body: (block) @loop)
    (for_statement . body: (block) @loop) (for_statement . [{_WHILE}]) @loop
    (import_spec) @import (package_clause (package_identifier) @package)
    (short_var_declaration) @assign (assignment_statement) @assign (var_spec) @assign (const_spec) @assign
    (receive_statement left: (_)) @assign
    (function_declaration result: (parameter_list (parameter_declaration name: (_)) @assign))
    (method_declaration result: (parameter_list (parameter_declaration name: (_)) @assign))
    (func_literal result: (parameter_list (parameter_declaration name: (_)) @assign))
    {_CATCHES}
    (selector_expression) @read
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    (return_statement (expression_list)) @return
    (ERROR) @error
    """
    calls = frozenset({"call_expression", "composite_literal", "type_conversion_expression"})
    members = _MEMBERS
    subscripts = _SUBSCRIPTS
    wrappers = _WRAPPERS
    lambdas = frozenset({"func_literal"})
    kinds = _KINDS
    strings = frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"})
    string_parts = frozenset({"interpreted_string_literal_content", "raw_string_literal_content", "escape_sequence"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"literal_value"})
    pairs = _PAIRS
    iterators = _WALKS | _WALKED

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        """Replace bytes that are no UTF-8, which the conditions of the query cannot bear, one by one."""
        try:
            source.decode()
        except UnicodeDecodeError:
            return _NO_TEXT.sub("?", source.decode("utf-8", "surrogateescape")).encode()
        return source

    # ---- functions and types --------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind, end = node.type, node.end_point[0] + 1
        params = tuple(params_of(node.child_by_field_name("parameters")))
        returns = result_of(node.child_by_field_name("result"))
        if kind == "func_literal":
            return Function("", line_of(node), end, "lambda", params=params, returns=returns)
        name = node.child_by_field_name("name")
        made = Function(text(name), line_of(name or node), end, params=params, returns=returns)
        made.is_public = made.name[:1].isupper()
        if kind == "function_declaration":
            return made
        made.kind = "method"
        own = next(iter(params_of(node.child_by_field_name("receiver"))), None)  # none in an interface
        if own is not None:
            made.owner = own.type.partition("[")[0]
            made.receiver = own.name if own.name != "_" else ""
        return made

    def class_(self, node: Node) -> Class:
        line, end = line_of(node), node.end_point[0] + 1
        if node.type == "struct_type":  # of a field or variable, without a name
            return Class("", line, end, "struct", bases=tuple(embedded(node)))
        name, held = node.child_by_field_name("name"), node.child_by_field_name("type")
        kind = held.type if held is not None else ""
        if held is not None and kind == "struct_type":
            return Class(text(name), line, end, "struct", bases=tuple(embedded(held)))
        if held is not None and kind == "interface_type":
            bases = tuple(short(each, 80) for each in named(held, "type_elem"))
            return Class(text(name), line, end, "interface", bases=bases)
        bases = (short(held, 80),) if held is not None and kind != "function_type" else ()
        return Class(text(name), line, end, "alias" if node.type == "type_alias" else "type", bases=bases)

    def fields(self, node: Node) -> Iterable[Field]:
        marks, written = (
            tags(node.child_by_field_name("tag")),
            plain_type(node.child_by_field_name("type")),
        )
        names = [each for each in node.children_by_field_name("name") if each.is_named]
        if not names:  # embedded
            yield Field(last_word(written), line_of(node), written, marks)
        for each in names:
            yield Field(text(each), line_of(each), written, marks)

    # ---- statements -----------------------------------------------------------------------

    def loop(self, body: Node) -> Loop:
        end = body.end_point[0] + 1
        if body.type == "for_statement":
            return Loop(line_of(body), "while", over=short(first_of(body)), end=end)
        header = body.parent
        clause = first_of(header)
        if header is None or clause is None or clause.type == "block":  # for { ... }
            return Loop(line_of(header or body), "while", end=end)
        if clause.type == "range_clause":
            right = clause.child_by_field_name("right")
            names = tuple(names_in(clause.child_by_field_name("left")))
            kind = "count" if right is not None and right.type == "int_literal" else "each"
            return Loop(line_of(header), kind, names, short(right), end=end, value=self.value(right))
        first, update = (
            clause.child_by_field_name("initializer"),
            clause.child_by_field_name("update"),
        )
        names = tuple(names_in(first.child_by_field_name("left"))) if first is not None else ()
        counts = update is not None and (
            update.type in ("inc_statement", "dec_statement") or b"+=" in (update.text or b"")
        )
        over = short(clause.child_by_field_name("condition"))
        return Loop(line_of(header), "count" if counts else "while", names, over, end=end)

    def imports(self, node: Node) -> Iterable[Import]:
        module = text(node.child_by_field_name("path")).strip('"`')
        name = node.child_by_field_name("name")
        if name is not None and name.type == "dot":
            yield Import(module, "*", "*")
        else:
            yield Import(module, "", text(name) if name is not None else package_name(module))

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "parameter_declaration":  # a result that has a name: `func load() (orders []Order, err error)`
            written = plain_type(node.child_by_field_name("type"))
            names = [text(each) for each in node.children_by_field_name("name") if each.is_named]
            yield from ((name, None, written) for name in names if name != "_" and written != "error")
            return
        if kind in ("var_spec", "const_spec"):
            targets = [each for each in node.children_by_field_name("name") if each.is_named]
            declared = plain_type(node.child_by_field_name("type"))
            right = node.child_by_field_name("value")
            if right is None and kind == "const_spec":  # counts on
                return
        else:
            targets = children(node.child_by_field_name("left"))
            declared, right = "", node.child_by_field_name("right")
            operator = node.child_by_field_name("operator")
            # `sql += " WHERE id = " + id` is worth knowing; a sum is not what is added to it.
            if operator is not None and operator.type != "=":
                value = self.value(children(right)[0]) if operator.type == "+=" and children(right) else None
                if value is None or value.kind not in ("str", "fmt", "concat"):
                    return
        values = [right] if right is not None and right.type != "expression_list" else children(right)
        if len(values) in (0, len(targets)):
            for place, each in enumerate(targets):
                held = values[place] if values else None
                yield short(each, 80), held, declared or type_of(held)
        elif values:
            yield from self._unpacked(targets, values[0], declared)

    def _unpacked(self, targets: list[Node], held: Node, declared: str) -> Iterable[tuple[str, Node | None, str]]:
        """One call gives all; the first that has a name comes last, because the call's `to` is the last one."""
        names = [short(each, 80) for each in targets]
        first = next((name for name in names if name != "_"), "")
        if self.inner(held).type not in self.calls or held.type == "type_assertion_expression":  # v, ok := m[k]
            if names[0] != "_":
                yield names[0], held, declared or type_of(held)
            return
        if "_" in names:
            yield "_", held, declared
        for place, name in enumerate(names):
            if name not in ("_", first):
                yield name, held, declared or ("error" if place and is_error(name) else "")
        if first:
            yield (
                first,
                held,
                declared or ("error" if is_error(first) and names[0] != first else type_of(held)),
            )

    def catch(self, node: Node) -> Catch:
        if node.type == "expression_case":
            return _case(node)
        end, holder = node.end_point[0] + 1, node.parent
        if holder is None:
            return Catch(line_of(node), end=end)
        condition = short(holder.child_by_field_name("condition"), 300)
        alternative = holder.child_by_field_name("alternative")
        types, var = handled(condition)
        line = line_of(holder)
        if alternative is not None and alternative.id == node.id:
            types, line = (), line_of(node)
        elif "recover()" in short(holder.child_by_field_name("initializer"), 80):
            types = ("panic",)
            var = var or condition.partition(" ")[0]
        body = short(node, 410).removeprefix("{").removesuffix("}").strip()[:400] if statements(node) else ""
        return Catch(line, -1, types, var, body, does(node, var), end)

    def returned(self, node: Node) -> Node | None:
        """The first value that is not nil: of `return order, nil` the order, of `return nil, err` the error."""
        values = [value for each in named(node, "expression_list") for value in children(each)]
        return next((each for each in values if each.type != "nil"), values[0] if values else None)

    def asks_for_error(self, node: Node, name: str) -> bool:
        compared = node.parent
        if compared is None or not is_error(name):
            return False
        return node.type == "==" or compared.parent is None or compared.parent.type != "if_statement"

    def beside(self, node: Node) -> str:
        values = [value for each in named(node, "expression_list") for value in children(each)]
        return (
            text(values[-1]) if len(values) > 1 and values[-1].type == "identifier" and values[-1].type != "nil" else ""
        )

    # ---- calls and values -----------------------------------------------------------------

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        if node.type != "call_expression":
            made = node.child_by_field_name("type")
            if made is not None and made.type == "generic_type" and not type_arguments(made):
                return "", made, 0  # handlers[key](x)
            name, on = type_name(made)
            return name, on, NEW if node.type == "composite_literal" else 0
        function = node.child_by_field_name("function")
        if function is None:
            return "", None, 0
        if function.type == "selector_expression":
            return (
                text(function.child_by_field_name("field")),
                function.child_by_field_name("operand"),
                0,
            )
        if function.type == "index_expression" and type_index(function) is not None:  # newRepo[Order](a, b)
            function = function.child_by_field_name("operand") or function
            if function.type == "selector_expression":
                return (
                    text(function.child_by_field_name("field")),
                    function.child_by_field_name("operand"),
                    0,
                )
        if function.type == "parenthesized_expression":  # (*Order)(nil), (func() { ... })()
            function = self.inner(function)
        if function.type != "identifier":
            return "", function, 0
        name = text(function)
        made = made_by_new(node) if name == "new" else None
        return (*type_name(made), NEW) if made is not None else (name, None, 0)

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind != "call_expression":
            made = node.child_by_field_name("type")
            if made is not None and made.type == "generic_type":
                yield from (("<>", each) for each in type_arguments(made))
            if kind == "composite_literal":
                yield from self._elements(node.child_by_field_name("body"))
            elif (held := node.child_by_field_name("operand")) is not None:
                yield "", held
            return
        function, types = (
            node.child_by_field_name("function"),
            node.child_by_field_name("type_arguments"),
        )
        called = function.type if function is not None else ""
        if types is not None:
            yield from (("<>", each) for each in children(types))
        if function is not None and called == "index_expression":
            if (index := type_index(function)) is not None:
                yield "<>", index
        elif (
            function is not None
            and called == "identifier"
            and function.text == b"new"
            and made_by_new(node) is not None
        ):
            return
        given = node.child_by_field_name("arguments")
        if given is not None:
            for each in given.named_children:
                if each.type != "comment":
                    yield "", each

    def _elements(self, body: Node | None) -> Iterable[tuple[str, Node]]:
        for each in children(body):
            if each.type != "keyed_element":
                yield "", each
            elif (held := each.child_by_field_name("value")) is not None:
                yield self.key(each.child_by_field_name("key")), held

    def iterates(self, call: Call) -> str | None:
        first = next((value for value in call.args if value.name != "<>"), None)
        if call.on in _WALKERS and call.name in _WALKS and first is not None:
            return first.text
        return call.on if call.name in _WALKED and call.on else None

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind not in _AROUND:
                return node
            held: Node | None = None
            if kind == "unary_expression":
                operator = node.child_by_field_name("operator")
                if operator is not None and operator.type in ("&", "*"):
                    held = node.child_by_field_name("operand")
            elif kind in self.wrappers:
                held = first_of(node)
            elif kind == "composite_literal":
                made, body = node.child_by_field_name("type"), node.child_by_field_name("body")
                if made is None or made.type not in NAMED_TYPES or has_text_keys(body):
                    held = body
            elif kind == "type_conversion_expression":
                made = node.child_by_field_name("type")
                held = node.child_by_field_name("operand") if made is None or made.type != "generic_type" else None
            if held is None:
                return node
            node = held
        return node

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        kind = node.type
        if kind in _AROUND:
            node = self.inner(node)
            kind = node.type
        if kind == "identifier":
            return Arg("name", short(node))
        if kind == "literal_value":
            first = first_of(node)
            holds_map = first is not None and first.type == "keyed_element"
            if first is None and (before := node.prev_sibling) is not None:
                holds_map = before.type in ("map_type", "struct_type")
            return (
                Arg("dict", items=self._entries(node, depth))
                if holds_map
                else Arg("list", items=self._items(node, depth))
            )
        if kind == "unary_expression":
            operand = node.child_by_field_name("operand")
            number = operand is not None and self.kinds.get(operand.type) == "num"
            return Arg("num" if number else "other", short(node))
        made = super().value(node, depth)
        if made.kind == "call" and made.text == "fmt.Sprintf" and made.items:
            return _formatted(made)
        return made


def _case(node: Node) -> Catch:
    """Return a case that handles an error: `case errors.Is(err, ErrGone):`, `switch err { case ErrGone: ... }`."""
    asked = node.child_by_field_name("value")
    types, var = handled(short(asked, 300))
    if not var:
        holder = node.parent
        types = tuple(short(each, 80) for each in children(asked))
        var = short(holder.child_by_field_name("value"), 60) if holder is not None else ""
    body = next(iter(named(node, "statement_list")), None)
    return Catch(line_of(node), -1, types, var, short(body, 400), does(node, var), node.end_point[0] + 1)


def _formatted(made: Arg) -> Arg:
    """Return what Sprintf gives as a string with values put in."""
    pattern, rest = made.items[0], made.items[1:]
    if pattern.kind not in ("str", "fmt", "concat"):
        return made
    joined = _VERB.sub(lambda verb: "%" if verb[0] == "%%" else "{}", pattern.text)
    items = (*pattern.items, *rest)
    return Arg("fmt", joined, items=items) if items else Arg("str", joined)


SYNTAX = GoSyntax()
