"""PHP's syntax as facts."""

from collections.abc import Iterable, Mapping

import tree_sitter_php
from tree_sitter import Language, Node

from backwright.review.facts import (
    NEW,
    Arg,
    Call,
    Catch,
    Class,
    Field,
    File,
    Function,
    Import,
    Loop,
    Mark,
    Param,
)
from backwright.review.read.php.docblocks import annotations, declared_type, given_back
from backwright.review.read.php.names import (
    METHODS,
    OVER,
    attributes,
    const_parts,
    does,
    last,
    split,
    type_name,
    written,
)
from backwright.review.read.php.pages import paged
from backwright.review.read.syntax import (
    CHAIN_MAX,
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

_LANGUAGE = Language(tree_sitter_php.language_php())
_CALL = """[(function_call_expression) (member_call_expression) (nullsafe_member_call_expression)
 (scoped_call_expression) (object_creation_expression)]"""
_NUMBER = regex(r"[-+]\s*\.?\d")
# Constructs of the language that read like functions.
_BUILT_IN = {
    "exit_statement": "exit", "echo_statement": "echo", "php_tag": "echo", "print_intrinsic": "print",
    "include_expression": "include", "include_once_expression": "include_once", "require_expression": "require",
    "require_once_expression": "require_once", "shell_command_expression": "shell_exec", "unset_statement": "unset",
}  # fmt: skip
_NAMES = frozenset({
    "variable_name", "name", "qualified_name", "class_constant_access_expression", "dynamic_variable_name",
    "subscript_expression",
})  # fmt: skip
_NUMBERS = frozenset({"int", "integer", "float", "double", "bool", "boolean"})
_CLASSES = {
    "interface_declaration": "interface",
    "trait_declaration": "trait",
    "enum_declaration": "enum",
}


class PhpSyntax(Syntax):
    """PHP 5.3 to 8.5, also inside HTML."""

    language = "php"
    suffixes = (".php",)
    query = f"""
    [(function_definition) (method_declaration) (anonymous_function) (arrow_function)] @fn
    (property_hook body: (_)) @fn
    [(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @class
    (anonymous_class body: (_) @class)
    {_CALL} @call
    [(exit_statement) (echo_statement) (print_intrinsic) (include_expression) (include_once_expression)
     (require_expression) (require_once_expression) (shell_command_expression) (unset_statement)] @call
    ((text_interpolation (php_tag) @call) . (expression_statement) (#eq? @call "<?="))
    (program (php_tag) @call . (expression_statement) (#eq? @call "<?="))
    (expression_statement {_CALL} @bare ";")
    (expression_statement (error_suppression_expression {_CALL} @bare) ";")
    (function_call_expression arguments: (arguments (variadic_placeholder))) @skip
    (member_call_expression arguments: (arguments (variadic_placeholder))) @skip
    (scoped_call_expression arguments: (arguments (variadic_placeholder))) @skip
    (foreach_statement body: (_) @loop) (for_statement body: (_) @loop) [(while_statement) (do_statement)] @loop
    (namespace_use_declaration) @import (namespace_definition) @package
    [(assignment_expression) (reference_assignment_expression)] @assign
    [(static_variable_declaration) (const_declaration)] @assign
    (augmented_assignment_expression operator: [".=" "??="]) @assign
    [(property_declaration) (property_promotion_parameter) (enum_case)] @field
    (try_statement body: (_) @try)
    (catch_clause) @catch
    [(member_access_expression) (nullsafe_member_access_expression) (scoped_property_access_expression)] @read
    ((class_constant_access_expression (_) . (name) @_constant) @read (#not-eq? @_constant "class"))
    ["==" "!=" "===" "!==" "<>"] @compare ["<" ">" "<=" ">="] @order
    [(return_statement) (yield_expression)] @return (arrow_function body: (_) @return)
    (ERROR) @error
    """
    calls = frozenset({
        "function_call_expression", "member_call_expression", "nullsafe_member_call_expression",
        "scoped_call_expression", "object_creation_expression", "print_intrinsic", "include_expression",
        "include_once_expression", "require_expression", "require_once_expression",
    })  # fmt: skip
    members: Mapping[str, tuple[str, str]] = {
        "member_access_expression": ("object", "name"),
        "nullsafe_member_access_expression": ("object", "name"),
        "scoped_property_access_expression": ("scope", "name"),
    }
    subscripts: Mapping[str, str] = {"subscript_expression": ""}
    wrappers = frozenset({
        "parenthesized_expression", "cast_expression", "error_suppression_expression", "clone_expression",
        "by_ref", "argument", "array_element_initializer", "assignment_expression",
        "reference_assignment_expression",
    })  # fmt: skip
    lambdas = frozenset({"anonymous_function", "arrow_function"})
    kinds: Mapping[str, str] = {"integer": "num", "float": "num", "boolean": "bool", "null": "none"}
    strings = frozenset({"string", "encapsed_string", "heredoc", "nowdoc", "shell_command_expression"})
    string_parts = frozenset({"string_content", "nowdoc_string", "escape_sequence"})
    binaries = frozenset({"binary_expression"})
    plus = frozenset({"."})
    iterators = METHODS

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def whole(self, file: File) -> File:
        return paged(file)

    # ---- roles ----------------------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind = node.type
        params = tuple(self._params(node.child_by_field_name("parameters")))
        end = node.end_point[0] + 1
        if kind in self.lambdas:
            made = Function("", line_of(node), end, "lambda", params=params)
        elif kind == "property_hook":  # get => ...: a method with the name of its property
            holder = node.parent.parent if node.parent is not None else None
            elements = named(holder, "property_element") if holder is not None else []
            name = written(elements[0].child_by_field_name("name")) if elements else ""
            return Function(name, line_of(node), end, "method", params=params, receiver="this")
        else:
            name_node = node.child_by_field_name("name")
            made = Function(text(name_node), line_of(name_node or node), end, params=params)
        made.marks = self._marks(node)
        made.returns = type_name(node.child_by_field_name("return_type"))
        if made.returns in ("", "array", "iterable", "Collection") and kind not in self.lambdas:
            made.returns = declared_type(node) or made.returns or given_back(node)
        if kind == "method_declaration":
            made.kind = "constructor" if made.name == "__construct" else "method"
            made.receiver = "this"
            for each in node.children:
                if each.type == "name":
                    break
                if each.type == "visibility_modifier":
                    made.is_public = text(each) == "public"
                elif each.type == "static_modifier":
                    made.receiver = ""
        elif kind == "function_definition":
            made.cls = -2
        return made

    def _params(self, node: Node | None) -> Iterable[Param]:
        for each in node.named_children if node is not None else ():
            name = each.child_by_field_name("name")
            if name is not None:
                held = each.child_by_field_name("default_value")
                default = self.value(held) if held is not None else None
                kind = each.child_by_field_name("type")
                if default is None and kind is not None and kind.type == "optional_type":
                    default = Arg("none")  # ?User: nobody need be there
                declared = type_name(kind)
                yield Param(written(name), declared, self._marks(each), default)

    def _marks(self, node: Node) -> tuple[Mark, ...]:
        holder = node.child_by_field_name("attributes")
        if holder is None:
            return annotations(node)
        made = list(annotations(node))
        for each in attributes(holder):
            name, on = split(each.named_child(0))
            args = self._arguments(each, 0)
            made.append(Mark(name, on.replace("\\", "."), args, line_of(each)))
        return tuple(made)

    def class_(self, node: Node) -> Class:
        name = node.child_by_field_name("name")
        kind = _CLASSES.get(node.type, "class")
        body: Node | None = node
        if node.type == "declaration_list":  # of an anonymous class
            holder = node.parent
            made = Class("class@anonymous", line_of(holder or node), node.end_point[0] + 1)
        else:
            holder, body = node, node.child_by_field_name("body")
            made = Class(
                text(name),
                line_of(name or node),
                node.end_point[0] + 1,
                kind,
                marks=self._marks(node),
            )
        clauses = named(holder, "base_clause", "class_interface_clause") if holder is not None else []
        clauses += named(body, "use_declaration") if body is not None else []  # a trait's methods are the class's own
        made.bases = tuple(
            short(each, 80).lstrip("\\")
            for clause in clauses
            for each in named(clause, "name", "qualified_name", "relative_name")
        )
        return made

    def loop(self, body: Node) -> Loop:
        end = body.end_point[0] + 1
        if body.type in ("while_statement", "do_statement"):
            condition = body.child_by_field_name("condition")
            made = Loop(
                line_of(body),
                "while",
                over=short(condition).removeprefix("(").removesuffix(")"),
                end=end,
            )
            inside = last(condition)
            # while ($row = $result->fetch())
            if inside is not None and inside.type == "assignment_expression":
                made.vars = _variables(inside.child_by_field_name("left"))
                made.value = self.value(inside)
            return made
        header = body.parent
        if header is None:
            return Loop(line_of(body), "each", end=end)
        if header.type == "for_statement":
            start = header.child_by_field_name("initialize")
            names = _variables(start.child_by_field_name("left")) if start is not None else ()
            kind = "count" if start is not None or header.child_by_field_name("update") is not None else "while"
            return Loop(
                line_of(header),
                kind,
                names,
                short(header.child_by_field_name("condition")),
                end=end,
            )
        parts = [each for each in header.named_children if each.type != "comment"]
        value = self.value(parts[0])
        over = self.chain(parts[0]) if value.kind in ("name", "call") else short(parts[0])
        kind = "count" if value.text == "range" else "each"
        element = parts[1] if len(parts) > 1 else None
        names = _variables(element)
        if element is not None and element.type == "pair":  # $key => $value: the value first
            sides = [each for each in element.named_children if each.type != "comment"]
            names = tuple(word for each in reversed(sides) for word in _variables(each))
        return Loop(line_of(header), kind, names, over, end=end, value=value)

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "function_call_expression":
            function = node.child_by_field_name("function")
            flags = 0
        elif kind == "object_creation_expression":
            flags = NEW
            function = node.named_child(0)
            if function is not None and function.type == "anonymous_class":
                return "class@anonymous", None, NEW
        elif kind in _BUILT_IN:
            return _BUILT_IN[kind], None, 0
        else:
            on = node.child_by_field_name("scope" if kind == "scoped_call_expression" else "object")
            return text(node.child_by_field_name("name")), on, 0
        if function is None:
            return "", None, flags
        if function.type in ("name", "variable_name"):
            return written(function), None, flags
        if function.type in ("qualified_name", "relative_name"):
            parts = function.named_children
            spaces = [each for each in parts if each.type == "namespace_name"]
            return text(parts[-1]), spaces[0] if spaces else None, flags
        return "", function, flags

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind == "shell_command_expression":
            yield "", node
            return
        if kind in _BUILT_IN:
            yield from (("", each) for each in _listed(node))
            return
        if kind == "object_creation_expression":
            made = node.named_child(0)
            is_own = made is not None and made.type == "anonymous_class"
            holder = next(iter(named(made if made is not None and is_own else node, "arguments")), None)
        else:
            holder = node.child_by_field_name("parameters" if kind == "attribute" else "arguments")
        for each in holder.named_children if holder is not None else ():
            if each.type == "argument":
                held = last(each)
                if held is not None:
                    yield text(each.child_by_field_name("name")), held

    def iterates(self, call: Call) -> str | None:
        args = call.args
        if call.on:
            return call.on if call.name in METHODS and args and args[0].kind == "fn" else None
        place = OVER.get(call.name)
        if place is None or place >= len(args):
            return None
        return args[place].text

    def imports(self, node: Node) -> Iterable[Import]:
        body = node.child_by_field_name("body")
        prefix = ""
        for each in node.named_children:
            if each.type == "namespace_name":  # use App\Models\{User, Post}
                prefix = text(each).strip("\\") + "\\"
        for each in named(body if body is not None else node, "namespace_use_clause"):
            alias = each.child_by_field_name("alias")
            names = named(each, "qualified_name", "name", "namespace_name")
            if not names:
                continue
            module, _, name = (prefix + text(names[0]).lstrip("\\")).rpartition("\\")
            made = Import(module, name, text(alias) if alias is not None else name, line_of(each))
            if not module:  # of the global namespace: use PDO
                made.module, made.name = name, ""
            yield made

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "static_variable_declaration":
            yield written(node.child_by_field_name("name")), node.child_by_field_name("value"), ""
            return
        if kind == "const_declaration":
            declared = type_name(node.child_by_field_name("type"))
            for each in named(node, "const_element"):
                yield text(each.named_child(0)), last(each), declared
            return
        left = node.child_by_field_name("left")
        if left is not None and left.type != "list_literal":
            yield self._named(left)[:80], node.child_by_field_name("right"), ""

    def _named(self, node: Node) -> str:
        return self._subscript(node) if node.type == "subscript_expression" else self.chain(node)

    def fields(self, node: Node) -> Iterable[Field]:
        kind = node.type
        marks = self._marks(node)
        if kind == "enum_case":
            held = node.child_by_field_name("value")
            name = node.child_by_field_name("name")
            yield Field(
                text(name),
                line_of(name or node),
                "",
                marks,
                self.value(held) if held is not None else None,
            )
            return
        declared = type_name(node.child_by_field_name("type"))
        if declared in ("", "array", "Collection"):
            declared = declared_type(node) or declared
        elements = [node] if kind == "property_promotion_parameter" else named(node, "property_element")
        for each in elements:
            name, held = each.child_by_field_name("name"), each.child_by_field_name("default_value")
            value = self.value(held) if held is not None else None
            yield Field(written(name), line_of(name or each), declared, marks, value)

    def catch(self, node: Node) -> Catch:
        body = node.child_by_field_name("body")
        kinds = node.child_by_field_name("type")
        types = tuple(short(each, 80).lstrip("\\") for each in (kinds.named_children if kinds is not None else ()))
        var = written(node.child_by_field_name("name"))
        inside = short(body, 402).removeprefix("{").removesuffix("}").strip()
        return Catch(
            line_of(node),
            types=types,
            var=var,
            body=inside,
            does=does(body),
            end=node.end_point[0] + 1,
        )

    def returned(self, node: Node) -> Node | None:
        if node.type in ("return_statement", "yield_expression"):
            return last(node)
        return node if node.type not in self.lambdas else None  # the body of fn() => ...

    def package(self, node: Node) -> str:
        return text(node.child_by_field_name("name"))

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        kind = node.type
        if kind == "class_constant_access_expression":
            return const_parts(node)
        of, at = self.members[kind]
        name = node.child_by_field_name(at)
        if of == "scope" and name is not None and name.named_child_count:  # self::$pool
            name = name.named_child(0)
        return node.child_by_field_name(of), name

    # ---- values ---------------------------------------------------------------------------

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            if node.type not in self.wrappers:
                return node
            found = last(node)
            if found is None:
                return node
            node = found
        return node

    def chain(self, node: Node | None) -> str:
        words: list[str] = []
        for _ in range(CHAIN_MAX):
            if node is None:
                break
            kind = node.type
            if kind in ("variable_name", "dynamic_variable_name"):
                words.append(written(node))
                break
            if kind in self.members or kind == "class_constant_access_expression":
                node, name_node = self.member(node)
                words.append(text(name_node))
            elif kind in self.calls:
                name, node, _ = self.callee(node)
                words.append(f"{name}()")
            elif kind == "subscript_expression":
                node = node.named_child(0)
                words.append("[]")
            elif kind in self.wrappers:
                node = last(node)
            elif kind in self.strings or kind in self.lambdas:
                words.append("''" if kind in self.strings else "{}")
                break
            else:
                words.append(short(node).lstrip("\\"))
                break
        words.reverse()
        return ".".join(words).replace(".[]", "[]")

    def _subscript(self, node: Node) -> str:
        """Return `$_GET['id']` as `_GET['id']`, `$this->rows[$i]` as `this.rows[i]`."""
        keys: list[str] = []
        for _ in range(CHAIN_MAX):
            if node.type != "subscript_expression":
                break
            parts = [each for each in node.named_children if each.type != "comment"]
            key = parts[1] if len(parts) > 1 else None
            keys.append(f"[{written(key) if key is not None and key.type == 'variable_name' else short(key, 60)}]")
            node = parts[0]
        keys.reverse()
        return (self.chain(node) + "".join(keys))[:80]

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        if (number := _cast(node)) is not None:
            return Arg("call", "intval", items=(self.value(number, depth + 1),) if depth < DEPTH_MAX else ())
        node = self.inner(node)
        kind = node.type
        if kind in _NAMES:
            return Arg("name", self._named(node))
        if kind == "array_creation_expression":
            return self._array(node, depth)
        if kind in self.calls:
            if _is_reference(node):
                name, on, _ = self.callee(node)
                return Arg("name", f"{self.chain(on)}.{name}" if on is not None else name)
        elif kind == "shell_command_expression" and depth == 0:  # deeper it is what the call is given
            return Arg("call", "shell_exec", items=(self.string(node, 1),))
        elif kind == "unary_op_expression":
            source = short(node)
            return Arg("num" if _NUMBER.match(source) else "other", source)
        return super().value(node, depth)

    def string(self, node: Node, depth: int = 0) -> Arg:
        kind = node.type
        body = node.child_by_field_name("value") if kind in ("heredoc", "nowdoc") else node
        if body is None or not body.named_child_count:
            return Arg("str", text(node).lstrip("b").strip("\"'`")[:STRING_MAX] if body is node else "")
        parts: list[str] = []
        items: list[Arg] = []
        row = body.named_children[0].start_point[0]
        for each in body.named_children:
            if each.type in self.string_parts:
                if kind == "heredoc" and each.start_point[0] > row:  # the newline is in no part
                    parts.append("\n")
                row = each.end_point[0]
                parts.append(text(each))
            else:
                row = each.end_point[0]
                parts.append("{}")
                if depth < DEPTH_MAX:
                    items.append(self.value(each, depth + 1))
        joined = "".join(parts)[:STRING_MAX]
        return Arg("fmt", joined, items=tuple(items)) if "{}" in parts else Arg("str", joined)

    def operand(self, node: Node) -> Node:
        return node if _cast(node) is not None else self.inner(node)

    def _array(self, node: Node, depth: int) -> Arg:
        """Return an array: a dict if any of its entries has a key."""
        entries: list[Arg] = []
        is_dict = False
        for each in node.named_children[: ITEMS_MAX if depth < DEPTH_MAX else 1]:
            if each.type == "comment":
                continue
            parts = [part for part in each.named_children if part.type != "comment"]
            has_key = each.type == "array_element_initializer" and len(parts) == 2
            is_dict = is_dict or has_key
            if depth < DEPTH_MAX:
                entry = self.value(each, depth + 1)
                entry.name = self.key(parts[0]) if has_key else ""
                entry.line = line_of(each)
                entries.append(entry)
        return Arg("dict" if is_dict else "list", items=tuple(entries))

    def key(self, node: Node | None) -> str:
        if node is not None and node.type in ("string", "encapsed_string"):
            return self.string(node, DEPTH_MAX).text[:160]
        return self.value(node, DEPTH_MAX).text[:160]


def _cast(node: Node) -> Node | None:
    """Return what `(int) $x` makes a number of, None for anything else."""
    while node.type in ("parenthesized_expression", "argument") and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type != "cast_expression" or text(node.child_by_field_name("type")).lower() not in _NUMBERS:
        return None
    return node.child_by_field_name("value")


def _is_reference(node: Node) -> bool:
    """Whether a call is none: `$this->list(...)` names the function."""
    holder = node.child_by_field_name("arguments")
    if holder is None or holder.named_child_count != 1:
        return False
    only = holder.named_child(0)
    return only is not None and only.type == "variadic_placeholder"


def _variables(node: Node | None) -> tuple[str, ...]:
    """Return the variables that a pattern binds: `$a`, `[$a, $b]`, `['id' => $id]`."""
    found: list[str] = []
    todo = [node] if node is not None else []
    while todo and len(found) < ITEMS_MAX:
        each = todo.pop()
        if each.type == "variable_name":
            found.append(written(each))
        elif each.type in (
            "list_literal",
            "by_ref",
            "pair",
            "array_creation_expression",
            "array_element_initializer",
        ):
            todo += reversed(each.named_children)
    return tuple(found)


def _listed(node: Node) -> Iterable[Node]:
    """Return the values of `echo $a, $b`, `<?= $a ?>`, `unset($a, $b)`, `exit(1)`."""
    holder: Node | None = node
    if node.type == "php_tag":  # <?= $a ?>: the statement after it
        holder = node.next_named_sibling
        if holder is None and node.parent is not None:
            holder = node.parent.next_named_sibling
    children = holder.named_children if holder is not None else []
    todo = [each for each in children if each.type != "comment"][::-1]
    for _ in range(ITEMS_MAX):
        if not todo:
            return
        each = todo.pop()
        if each.type == "sequence_expression":
            todo += reversed(each.named_children)
        else:
            yield each


SYNTAX = PhpSyntax()
