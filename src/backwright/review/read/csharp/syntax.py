"""C#'s syntax as facts."""

from collections.abc import Iterable

import tree_sitter_c_sharp
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
from backwright.review.read.csharp.parts import (
    EXTENSION,
    bare_type,
    does,
    first_of,
    names_in,
    prepared,
    type_name,
)
from backwright.review.read.csharp.values import CSharpValues
from backwright.review.read.syntax import CHAIN_MAX, line_of, named, short, text

_LANGUAGE = Language(tree_sitter_c_sharp.language())
_KEPT_MODIFIERS = (
    "static",
    "const",
    "readonly",
)  # kept as marks of a field: who shares it, and whether it changes
_KEPT_OF_CLASS = ("abstract", "partial")  # and of a class: nobody makes one; others add to it
_ACCESS = frozenset({"public", "private", "protected", "internal"})


class CSharpSyntax(CSharpValues):
    """C#, up to what version 14 brings."""

    language = "csharp"
    suffixes = (".cs",)
    query = """
    [(method_declaration) (constructor_declaration) (destructor_declaration) (operator_declaration)
     (conversion_operator_declaration) (local_function_statement) (lambda_expression)
     (anonymous_method_expression) (accessor_declaration body: (_))
     (property_declaration value: (arrow_expression_clause))
     (indexer_declaration value: (arrow_expression_clause))] @fn
    [(class_declaration) (struct_declaration) (record_declaration) (interface_declaration)
     (enum_declaration)] @class
    (class_declaration (parameter_list (parameter) @field) @fn)
    (struct_declaration (parameter_list (parameter) @field) @fn)
    (record_declaration (parameter_list (parameter) @field) @fn)
    [(field_declaration) (property_declaration) (event_field_declaration) (enum_member_declaration)] @field
    [(invocation_expression) (object_creation_expression) (implicit_object_creation_expression)
     (constructor_initializer) (where_clause) (order_by_clause) (join_clause) (group_clause)
     (select_clause)] @call
    ((invocation_expression function: (identifier) @_name) @skip (#eq? @_name "nameof"))
    (expression_statement [(invocation_expression) (object_creation_expression)] @bare)
    (expression_statement (await_expression (invocation_expression) @bare))
    ((expression_statement (await_expression (invocation_expression function: (member_access_expression
      expression: (invocation_expression) @bare name: (identifier) @_name)))) (#eq? @_name "ConfigureAwait"))
    ((method_declaration returns: (predefined_type) @_type
      body: (arrow_expression_clause (invocation_expression) @bare)) (#eq? @_type "void"))
    (constructor_declaration body: (arrow_expression_clause (invocation_expression) @bare))
    (await_expression (invocation_expression) @awaited)
    ((await_expression (invocation_expression function: (member_access_expression
      expression: (invocation_expression) @awaited name: (identifier) @_name))) (#eq? @_name "ConfigureAwait"))
    (foreach_statement "await" right: (invocation_expression) @awaited)
    (local_declaration_statement "await" (variable_declaration (variable_declarator (invocation_expression) @awaited)))
    ((assignment_expression left: (identifier) @_left right: (invocation_expression) @deferred) (#eq? @_left "_"))
    (foreach_statement body: (_) @loop) (for_statement body: (_) @loop)
    (while_statement) @loop (do_statement) @loop
    (using_directive) @import
    (local_declaration_statement (variable_declaration) @assign)
    (using_statement (variable_declaration) @assign) (for_statement (variable_declaration) @assign)
    (fixed_statement (variable_declaration) @assign)
    (expression_statement (assignment_expression) @assign)
    (arrow_expression_clause (assignment_expression) @assign)
    (lambda_expression body: (assignment_expression) @assign)
    (parenthesized_expression . (assignment_expression) @assign)
    (assignment_expression right: (assignment_expression) @assign)
    (try_statement body: (block) @try)
    (using_statement (variable_declaration) @with) (local_declaration_statement "using" (variable_declaration) @with)
    (using_statement [(invocation_expression) (object_creation_expression) (await_expression)] @with)
    (catch_clause) @catch
    [(member_access_expression) (conditional_access_expression (member_binding_expression))] @read
    (invocation_expression function: [(member_access_expression) (conditional_access_expression)] @skip)
    (assignment_expression left: (member_access_expression) @skip)
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    [(return_statement) (yield_statement (_)) (arrow_expression_clause)] @return
    (lambda_expression body: [(invocation_expression) (await_expression) (object_creation_expression)
      (implicit_object_creation_expression) (anonymous_object_creation_expression)
      (conditional_expression) (switch_expression)] @return)
    (namespace_declaration name: (_) @package) (file_scoped_namespace_declaration name: (_) @package)
    (ERROR) @error
    """
    iterators = frozenset({"Select", "SelectMany", "ForEach", "ForEachAsync", "ForAll", "ConvertAll", "SelectAwait"})

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        return prepared(source)

    # ---- functions and types ---------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind = node.type
        line, end = line_of(node), node.end_point[0] + 1
        if kind in self.lambdas:
            return self._lambda(node, line, end)
        if kind == "accessor_declaration":
            return self._accessor(node, line, end)
        if kind == "parameter_list":  # of a primary constructor
            holder = node.parent
            name_node = holder.child_by_field_name("name") if holder is not None else None
            line = line_of(name_node or node)
            return Function(
                text(name_node).replace(EXTENSION, "extension"),
                line,
                end,
                "constructor",
                params=self._params(node),
                receiver="this",
            )
        name_node = node.child_by_field_name("name")
        modifiers, marks = self._before(node)
        made = Function(
            self._own_name(node, name_node),
            line_of(name_node or node),
            end,
            "constructor" if kind == "constructor_declaration" else "method",
            params=self._params(node.child_by_field_name("parameters")),
            marks=marks,
            is_async="async" in modifiers,
            returns=short(node.child_by_field_name("returns") or node.child_by_field_name("type"), 80),
            receiver="" if "static" in modifiers else "this",
        )
        if kind == "local_function_statement":
            made.kind = "function"
        elif modifiers & _ACCESS:
            made.is_public = "public" in modifiers
        else:
            made.is_public = _is_of_interface(node)
        if made.params and not made.receiver and self._extends(node):
            made.owner, made.receiver = bare_type(made.params[0].type), made.params[0].name
        return made

    def _lambda(self, node: Node, line: int, end: int) -> Function:
        params = self._params(node.child_by_field_name("parameters"))
        first = node.named_children[0] if node.named_child_count else None
        if first is None or first.type == "implicit_parameter":
            return Function("", line, end, "lambda", params=params)
        modifiers, marks = self._before(node)
        made = Function("", line, end, "lambda", params=params, marks=marks, is_async="async" in modifiers)
        made.returns = short(node.child_by_field_name("type"), 80)
        return made

    def _before(self, node: Node) -> tuple[set[str], tuple[Mark, ...]]:
        """Return what stands before the name of a declaration: its modifiers and attributes."""
        modifiers: set[str] = set()
        marks: list[Mark] = []
        for each in node.named_children:
            kind = each.type
            if kind == "modifier":
                modifiers.add(text(each))
            elif kind == "attribute_list":
                marks += self._attributes(each)
            elif kind == "parameter_list":
                break
        return modifiers, tuple(marks)

    def _accessor(self, node: Node, line: int, end: int) -> Function:
        """Return an accessor: the getter has the name of its property, the setter `set_Name`."""
        holder = node.parent.parent if node.parent is not None else None
        word = text(node.child_by_field_name("name"))
        name = self._own_name(holder, holder.child_by_field_name("name")) if holder is not None else ""
        declared = type_name(holder.child_by_field_name("type")) if holder is not None else ""
        made = Function(name, line, end, "method", marks=self._before(node)[1], receiver="this")
        if word == "get":
            made.returns = declared
        else:
            made.name = f"set_{name}" if word == "init" else f"{word}_{name}"
            made.params = (Param("value", declared),)
        return made

    def _own_name(self, node: Node, name: Node | None) -> str:
        kind = node.type
        if kind == "destructor_declaration":
            return f"~{text(name)}"
        if kind == "indexer_declaration":
            return "this[]"
        if kind == "operator_declaration":
            return f"operator {text(node.child_by_field_name('operator'))}"
        if kind == "conversion_operator_declaration":
            return f"operator {short(node.child_by_field_name('type'), 60)}"
        return text(name)

    def _extends(self, node: Node) -> bool:
        """Whether the first parameter has the word `this`."""
        params = node.child_by_field_name("parameters")
        first = next(iter(named(params, "parameter")), None) if params is not None else None
        return first is not None and any(text(each) == "this" for each in named(first, "modifier"))

    def _params(self, node: Node | None) -> tuple[Param, ...]:
        if node is None:
            return ()
        if node.type == "implicit_parameter":
            return (Param(text(node)),)
        made = [self._param(each) for each in named(node, "parameter", "implicit_parameter")]
        rest = node.child_by_field_name("name")  # `params X[] rest` has no node of its own
        if rest is not None:
            made.append(Param(text(rest), type_name(node.child_by_field_name("type"))))
        return tuple(made)

    def _param(self, node: Node) -> Param:
        name = node.child_by_field_name("name")
        if name is None:
            return Param(text(node))
        children = node.named_children
        marks = self._before(node)[1] if children[0].type == "attribute_list" else ()
        made = Param(text(name), type_name(node.child_by_field_name("type")), marks)
        if children[-1].start_byte > name.start_byte:
            made.default = self.value(children[-1])
        return made

    def _attributes(self, holder: Node) -> Iterable[Mark]:
        for each in named(holder, "attribute"):
            called = each.child_by_field_name("name")
            on, name = self.parts(called)
            args = next(iter(named(each, "attribute_argument_list")), None)
            yield Mark(name, short(on, 80), (*self._types(called), *self._mark_args(args)), line_of(each))

    def _types(self, called: Node | None) -> Iterable[Arg]:
        """Yield the types that a generic attribute is given: [TypeFilter<NeedsKey>]."""
        for held in named(called, "type_argument_list") if called is not None else ():
            yield from (Arg("type", short(kind, 80)) for kind in held.named_children)

    def _mark_args(self, node: Node | None) -> tuple[Arg, ...]:
        made = []
        for each in named(node, "attribute_argument") if node is not None else ():
            value = self.value(each.named_children[-1] if each.named_child_count else None, 1)
            value.name = text(each.child_by_field_name("name"))
            made.append(value)
        return tuple(made)

    def class_(self, node: Node) -> Class:
        name = node.child_by_field_name("name")
        made = Class(text(name), line_of(name or node), node.end_point[0] + 1, node.type.partition("_")[0])
        if made.name == EXTENSION:
            params = self._params(next(iter(named(node, "parameter_list")), None))
            made.name, made.kind = bare_type(params[0].type) if params else "", "extension"
        bases = []
        for holder in named(node, "base_list"):
            for each in holder.named_children:
                base = each.child_by_field_name("type") if each.type == "primary_constructor_base_type" else each
                if each.type not in ("argument_list", "comment"):
                    bases.append(short(base, 120))
        modifiers, marks = self._before(node)
        kept = [word for word in _KEPT_OF_CLASS if word in modifiers]
        made.bases, made.marks = (
            tuple(bases),
            marks + tuple(Mark(word, line=made.line) for word in kept),
        )
        made.typed = tuple(
            text(each.child_by_field_name("name"))
            for held in named(node, "type_parameter_list")
            for each in named(held, "type_parameter")
        )
        made.bounds = tuple(
            f"{text(held.named_children[0])}: {short(kind, 120)}"
            for held in named(node, "type_parameter_constraints_clause")
            for each in named(held, "type_parameter_constraint")
            if (kind := each.child_by_field_name("type")) is not None
        )
        return made

    # ---- fields ----------------------------------------------------------------------------

    def fields(self, node: Node) -> Iterable[Field]:
        modifiers, marks = self._before(node)
        declaration = next(iter(named(node, "variable_declaration")), node)
        kind = type_name(declaration.child_by_field_name("type"))
        kept = [word for word in _KEPT_MODIFIERS if word in modifiers]
        if kept:
            marks += tuple(Mark(word, line=line_of(declaration)) for word in kept)
        for name, held in self._declared(declaration):
            yield Field(
                text(name),
                line_of(name),
                kind,
                marks,
                self.value(held) if held is not None else None,
            )

    def held(self, node: Node) -> Iterable[tuple[str, Node]]:
        value = node.child_by_field_name("value")
        if value is not None and value.type == "arrow_expression_clause":
            return  # what a getter returns is given to nobody
        for name, held in self._declared(next(iter(named(node, "variable_declaration")), node)):
            if held is not None:
                yield text(name), held

    def _declared(self, node: Node) -> Iterable[tuple[Node, Node | None]]:
        """Return the name and the value of what a declaration declares."""
        if node.type == "variable_declaration":
            for each in named(node, "variable_declarator"):
                name = each.child_by_field_name("name") or first_of(each)
                last = each.named_children[-1] if each.named_child_count else None
                if name is not None:
                    yield name, last if last is not None and last.end_byte > name.end_byte else None
            return
        name = node.child_by_field_name("name")
        held = node.named_children[-1] if node.type == "parameter" else node.child_by_field_name("value")
        if held is not None and held.type == "arrow_expression_clause":
            held = first_of(held)
        if name is not None:
            yield name, held if held is not None and held.start_byte > name.start_byte else None

    # ---- loops, errors ---------------------------------------------------------------------

    def loop(self, body: Node) -> Loop:
        end = body.end_point[0] + 1
        if body.type in ("while_statement", "do_statement"):
            return Loop(line_of(body), "while", over=short(body.child_by_field_name("condition")), end=end)
        header = body.parent
        if header is None:
            return Loop(line_of(body), "each", end=end)
        if header.type == "for_statement":
            condition, start = (
                header.child_by_field_name("condition"),
                header.child_by_field_name("initializer"),
            )
            names = tuple(text(name) for name, _ in self._declared(start)) if start is not None else ()
            kind = "count" if condition is not None else "while"
            return Loop(line_of(header), kind, tuple(n for n in names if n), short(condition), end=end)
        right = header.child_by_field_name("right")
        names = tuple(names_in(header.child_by_field_name("left")))
        return Loop(line_of(header), "each", names, short(right), end=end, value=self.value(right))

    def iterates(self, call: Call) -> str | None:
        if call.name not in self.iterators:
            return None
        if call.on.rpartition(".")[2] == "Parallel":  # Parallel.ForEach(orders, order => ...)
            return next((arg.text for arg in call.args if arg.kind != "type"), "")
        return call.on

    def catch(self, node: Node) -> Catch:
        body = node.child_by_field_name("body")
        made = Catch(line_of(node), body=short(body, 400), does=does(body), end=node.end_point[0] + 1)
        for each in named(node, "catch_declaration"):
            made.types = (short(each.child_by_field_name("type"), 120),)
            made.var = text(each.child_by_field_name("name"))
        if any("not" not in text(each).split() for each in named(node, "catch_filter_clause")):
            made.does = (*made.does, "filter")  # of `when (ex is not X)` all others come here
        return made

    # ---- imports, assignments, returns -----------------------------------------------------

    def imports(self, node: Node) -> Iterable[Import]:
        alias = node.child_by_field_name("name")
        target = next((each for each in reversed(node.named_children) if each.type != "comment"), None)
        if target is None:
            return
        if alias is None:
            yield Import(text(target), "*", "global *" if any(each.type == "global" for each in node.children) else "*")
        else:
            on, name = self.parts(target)
            yield Import(text(on), name, text(alias))

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        if node.type == "variable_declaration":
            kind = type_name(node.child_by_field_name("type"))
            for name, held in self._declared(node):
                yield from self._targets(name, held, kind)
            return
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = text(node.child_by_field_name("operator"))
        if left is None or operator not in ("=", "??=", "+="):
            return
        for _ in range(CHAIN_MAX):  # a = b = value
            if right is None or right.type != "assignment_expression":
                break
            right = right.child_by_field_name("right")
        if operator != "+=" or (right is not None and right.type not in ("integer_literal", "real_literal")):
            yield from self._targets(left, right, "")

    def _targets(self, left: Node, right: Node | None, kind: str) -> Iterable[tuple[str, Node | None, str]]:
        if left.type not in ("tuple_pattern", "tuple_expression"):
            yield short(left, 80), right, kind
            return
        sides = named(right, "argument") if right is not None and right.type == "tuple_expression" else []
        for n, each in enumerate(left.named_children):
            target = self.inner(each)
            if target.type == "declaration_expression":
                target = target.child_by_field_name("name") or target
            if text(target) != "_":  # a part that is left out is not a dropped result
                yield short(target, 80), sides[n] if n < len(sides) else right, ""

    def returned(self, node: Node) -> Node | None:
        if node.type in ("return_statement", "yield_statement"):
            return first_of(node)
        if node.type != "arrow_expression_clause":
            return node  # what a lambda is
        holder = node.parent
        if holder is None or holder.type in ("constructor_declaration", "destructor_declaration"):
            return None
        if holder.type == "accessor_declaration" and text(holder.child_by_field_name("name")) != "get":
            return None
        declared = holder.child_by_field_name("returns") or holder.child_by_field_name("type")
        held = first_of(node)
        return None if text(declared) == "void" or (held is not None and held.type == "throw_expression") else held


def _is_of_interface(node: Node) -> bool:
    """Whether a member without an access modifier can be seen: it belongs to an interface, or implements it by name."""
    if named(node, "explicit_interface_specifier"):
        return True
    holder = node.parent.parent if node.parent is not None else None
    return holder is not None and holder.type == "interface_declaration"


SYNTAX = CSharpSyntax()
