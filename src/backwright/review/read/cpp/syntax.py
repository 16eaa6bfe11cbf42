"""C++'s syntax as facts."""

import re
from collections.abc import Iterable

import tree_sitter_cpp
from tree_sitter import Language, Node

from backwright.review.facts import (
    DEFERRED,
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
from backwright.review.read.cpp.macros import CONTROLLER, MARK, full_name, rewritten
from backwright.review.read.cpp.names import (
    component,
    import_of,
    made_type,
    namespace,
    see_through,
    spaces,
    statement_operands,
)
from backwright.review.read.cpp.parts import (
    attributes,
    class_around,
    constant,
    declared,
    does,
    expressions,
    first_of,
    formatted,
    function_declarator,
    in_class,
    json_entries,
    last_name,
    names_of,
    plain,
    plain_type,
    split_name,
    type_arguments,
    without_braces,
)
from backwright.review.read.cpp.tables import (
    ASYNC,
    CALLS,
    CLASS_KINDS,
    CLASS_TYPES,
    FORMATS,
    INSIDE,
    ITERATORS,
    LITERALS,
    MEMBERS,
    PAIRS,
    PARAMS,
    PLAIN,
    QUERY,
    SUBSCRIPTS,
    TEXTS,
    THREADS,
    UNNAMED,
    WORDS,
)
from backwright.review.read.syntax import (
    CHAIN_MAX,
    DEPTH_MAX,
    Syntax,
    line_of,
    named,
    short,
    text,
)

_LANGUAGE = Language(tree_sitter_cpp.language())


class CppSyntax(Syntax):
    """C++ up to 20, with the macros of its web frameworks."""

    language = "cpp"
    suffixes = (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".h")
    query = QUERY
    calls = CALLS
    members = MEMBERS
    subscripts = SUBSCRIPTS
    wrappers = INSIDE
    lambdas = frozenset({"lambda_expression"})
    kinds = WORDS
    strings = frozenset({"string_literal", "raw_string_literal", "concatenated_string", "char_literal"})
    string_parts = frozenset({"string_content", "raw_string_content", "escape_sequence", "character"})
    binaries = frozenset({"binary_expression"})
    lists = frozenset({"initializer_list", "argument_list"})
    pairs = PAIRS
    iterators = ITERATORS

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def prepare(self, source: bytes) -> bytes:
        return rewritten(source)

    # ---- functions and classes ------------------------------------------------------------

    def function(self, node: Node) -> Function:
        kind, end = node.type, node.end_point[0] + 1
        coroutine: tuple[Mark, ...] = ()
        if kind == "field_declaration":
            return self._asked(node, end)
        holder = function_declarator(node.child_by_field_name("declarator"))
        if kind == "lambda_expression":
            holder = node.child_by_field_name("declarator")
            made = Function("", line_of(node), end, "lambda")
        else:
            made = self._defined(node, holder, end)
            if made.name == MARK:
                return self._by_macro(node, made)
            coroutine = self._coroutine(node) if made.returns.endswith("Action") and in_class(node) else ()
            if made.name == "act":
                made.marks = made.marks or coroutine
        if holder is not None:
            made.params = tuple(self._params(holder.child_by_field_name("parameters")))
            for trailing in named(holder, "trailing_return_type"):
                made.returns = short(first_of(trailing), 120)
        made.is_async = made.returns.partition("<")[0].rpartition(":")[2] in ASYNC or bool(coroutine)
        return made

    def _defined(self, node: Node, holder: Node | None, end: int) -> Function:
        whole = declared(holder if holder is not None else node.child_by_field_name("declarator"))
        kind = whole.type if whole is not None else ""
        owner, name = split_name(whole)
        if kind == "operator_cast":
            name = short(whole, 80).partition("(")[0]
        returned = node.child_by_field_name("type")
        made = Function(name, line_of(whole or node), end, owner=owner, marks=attributes(node))
        made.returns = plain_type(returned)
        is_made = owner == name if owner else returned is None and kind == "identifier"
        if is_made and (owner or not name.isupper() or in_class(node)):  # TEST(a, b) { ... } is a macro
            made.kind = "constructor"
        elif kind == "operator_name":
            made.kind = "method" if owner or in_class(node) else "function"
        elif owner or kind in ("field_identifier", "destructor_name", "operator_cast") or name == MARK:
            made.kind = "method"
        is_static = any(text(each) == "static" for each in named(node, "storage_class_specifier"))
        made.receiver = "this" if made.kind in ("method", "constructor") and not is_static else ""
        made.is_public = not (is_static and made.kind == "function")
        made.space = spaces(node)
        return made

    def _by_macro(self, node: Node, made: Function) -> Function:
        """Return the function that a rewritten macro declares: ENDPOINT("GET", "/", root) { ... }."""
        lists = named(node, "field_initializer_list")
        first = next(iter(named(lists[0], "field_initializer")), None) if lists else None
        if first is None:  # a METHOD_LIST
            made.name, made.receiver = "initPathRouting", ""
            return made
        macro, _, _ = self.callee(first)
        given = [each for _, each in self.arguments(first)]
        made.name, made.kind, made.receiver = macro, "method", "this"
        if macro in ("ENDPOINT", "ENDPOINT_ASYNC") and len(given) > 2:
            made.name, made.line = text(given[2]), line_of(given[2])
            made.params = tuple(self._macro_params(given[3:]))
            made.marks = (Mark(macro, "", self._arguments(first, 0), line_of(first)),)
            made.is_async = macro == "ENDPOINT_ASYNC"
        elif macro == "ENDPOINT_INTERCEPTOR" and given:
            made.marks = (Mark(macro, "", self._arguments(first, 0), line_of(first)),)
        return made

    def _coroutine(self, node: Node) -> tuple[Mark, ...]:
        """Return ENDPOINT_ASYNC as a mark of the method `act` of the class that it declares."""
        holder = node.parent.parent if node.parent is not None else None
        for each in named(holder, "attribute_declaration") if holder is not None else ():
            for made in named(each, "attribute"):
                name = full_name(text(made.child_by_field_name("name")))
                values = [self.value(value) for given in named(made, "argument_list") for value in expressions(given)]
                if name == "ENDPOINT_ASYNC":
                    return (Mark(name, "", tuple(values), line_of(made)),)
        return ()

    def _asked(self, node: Node, end: int) -> Function:
        """Return the function that `QUERY(name, "SQL", PARAM(...));` or API_CALL declares."""
        clause = named(node, "bitfield_clause")
        call = next(iter(named(clause[0], "call_expression")), None) if clause else None
        if call is None or not text(call).startswith(MARK):
            return Function("", line_of(node), end, is_public=False)
        given = [each for _, each in self.arguments(call)]
        name = self.callee(call)[0]
        place = 0 if name == "QUERY" else 2
        made = Function("", line_of(node), end, "method", receiver="this")
        if len(given) > place:
            made.name, made.line = text(given[place]), line_of(given[place])
            made.params = tuple(self._macro_params(given[place + 1 :]))
            held = given[1:2]  # the SQL, or the path
            made.marks = (Mark(name, "", tuple(self.value(each) for each in held), line_of(node)),)
        return made

    def _macro_params(self, nodes: Iterable[Node]) -> Iterable[Param]:
        for each in nodes:
            given = [held for _, held in self.arguments(each)] if each.type == "call_expression" else []
            if len(given) > 1:  # BODY_DTO(Object<UserDto>, user)
                kind, name = short(given[0], 120), text(given[1])
                yield Param(name, kind, (Mark(self.callee(each)[0], line=line_of(each)),))

    def _params(self, node: Node | None) -> Iterable[Param]:
        for each in node.named_children if node is not None else ():
            if each.type in PARAMS:
                of, default = (
                    each.child_by_field_name("declarator"),
                    each.child_by_field_name("default_value"),
                )
                kind = plain_type(each.child_by_field_name("type"))
                name = "".join(names_of(of)) if of is not None else ""
                if not name and kind == "OATPP_COMPONENT":
                    held = expressions(of.child_by_field_name("parameters") if of is not None else None)
                    kind, name = (short(held[0], 120), text(held[1])) if len(held) == 2 else (kind, "")
                if name or kind != "void":
                    yield Param(
                        name,
                        kind,
                        attributes(each),
                        self.value(default) if default is not None else None,
                    )

    def class_(self, node: Node) -> Class:
        name = node.child_by_field_name("name")
        bases = tuple(
            short(base, 120)
            for each in named(node, "base_class_clause")
            for base in each.named_children
            if base.type in CLASS_TYPES
        )
        _, own = split_name(name)
        end = node.end_point[0] + 1
        return Class(
            own,
            line_of(name or node),
            end,
            CLASS_KINDS[node.type],
            bases=bases,
            marks=attributes(node),
            space=spaces(node),
        )

    def fields(self, node: Node) -> Iterable[Field]:
        if node.type == "enumerator":
            held = node.child_by_field_name("value")
            yield Field(text(node.child_by_field_name("name")), line_of(node), value=self._kept(held))
            return
        kind, held = node.child_by_field_name("type"), node.child_by_field_name("default_value")
        if kind is not None and text(kind) == MARK:
            if text(node) == CONTROLLER.decode():
                yield Field("controller", line_of(node), class_around(node))
                return
            name, written, value = component(held)
            if name:
                yield Field(name, line_of(node), written, (), self._kept(value))
            return
        declarators = node.children_by_field_name("declarator")
        for place, each in enumerate(declarators, 1):
            if function_declarator(each) is None:
                given = self._kept(held) if place == len(declarators) else None  # int a, b = 1;
                for name in names_of(each):
                    yield Field(name, line_of(each), plain_type(kind), attributes(node), given)

    def _kept(self, node: Node | None) -> Arg | None:
        return self.value(node) if node is not None else None

    def held(self, node: Node) -> Iterable[tuple[str, Node]]:
        held = node.child_by_field_name("default_value")
        kind = node.child_by_field_name("type")
        if kind is not None and text(kind) == MARK:
            name, _, held = component(held)
            if held is not None:
                yield name, held
        elif held is not None:
            for each in node.children_by_field_name("declarator"):
                yield "".join(names_of(each)), held

    # ---- statements -----------------------------------------------------------------------

    def loop(self, body: Node) -> Loop:
        line, end = line_of(body), body.end_point[0] + 1
        header = body if body.type in ("while_statement", "do_statement") else body.parent
        kind = header.type if header is not None else ""
        if header is None or kind not in ("for_statement", "for_range_loop"):
            condition = header.child_by_field_name("condition") if header is not None else None
            inside = self.inner(condition) if condition is not None else None
            return Loop(line, "while", over=short(inside), end=end, value=self.value(inside))
        if kind == "for_range_loop":
            over = header.child_by_field_name("right")
            names = names_of(header.child_by_field_name("declarator"))
            return Loop(line_of(header), "each", names, short(over), end=end, value=self.value(over))
        condition, first = (
            header.child_by_field_name("condition"),
            header.child_by_field_name("initializer"),
        )
        declarators = first.children_by_field_name("declarator") if first is not None else []
        names = tuple(name for each in declarators for name in names_of(each))
        if declarators and ".begin()" in (start := self.chain(declarators[0].child_by_field_name("value"))):
            return Loop(line_of(header), "each", names, start.partition(".begin()")[0], end=end)
        made = Loop(line_of(header), "count", names, short(condition), end=end)
        if header.child_by_field_name("update") is None:
            made.kind = "while"
        limit = condition.child_by_field_name("right") if condition is not None else None
        made.value = self.value(limit or condition)
        return made

    def imports(self, node: Node) -> Iterable[Import]:
        made = import_of(node)
        return (made,) if made is not None else ()

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        kind = node.type
        if kind == "declaration":
            yield from self._declarations(node)
        elif kind == "assignment_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            for _ in range(CHAIN_MAX):  # a = b = value
                if right is None or right.type != "assignment_expression":
                    break
                right = right.child_by_field_name("right")
            if left is not None and left.type != "call_expression":
                target = self.chain(left) if left.type == "field_expression" else short(left, 80)
                yield "_" if target == "std::ignore" else target, right, ""
        elif kind == "field_initializer":
            name, holder = (*node.named_children, None, None)[:2]
            if name is not None and name.type == "field_identifier" and not text(name).startswith(MARK):
                given = expressions(holder)
                yield f"this.{text(name)}", given[0] if len(given) == 1 else holder, ""
        else:
            yield from self._other_assigns(node, kind)

    def _other_assigns(self, node: Node, kind: str) -> Iterable[tuple[str, Node | None, str]]:
        if kind == "for_range_loop":
            written = plain_type(node.child_by_field_name("type"))
            if written:
                yield from ((name, None, written) for name in names_of(node.child_by_field_name("declarator")))
        elif kind == "lambda_capture_initializer":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            yield text(left), right, made_type(right)
        elif kind == "preproc_def":
            held = node.child_by_field_name("value")
            if text(held).lstrip()[:1] in LITERALS:
                yield text(node.child_by_field_name("name")), held, ""
        elif import_of(node) is None:  # using Ptr = std::shared_ptr<Foo>;
            name = node.child_by_field_name("name") or node.child_by_field_name("declarator")
            yield "".join(names_of(name)), node.child_by_field_name("type"), ""

    def _declarations(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        written = node.child_by_field_name("type")
        kind = plain_type(written)
        is_class = written is not None and written.type in CLASS_TYPES
        if kind == MARK:  # OATPP_COMPONENT(type, name);
            for each in named(node, "init_declarator"):
                name, kind, held = component(each.child_by_field_name("value"))
                yield name, held, kind
            return
        storage = {text(each) for each in named(node, "storage_class_specifier")}
        is_known_elsewhere = "extern" in storage
        static = "static " if "static" in storage else ""  # made once, even in a function
        for each in node.children_by_field_name("declarator"):
            held = node.child_by_field_name("value")  # in a condition
            if each.type == "init_declarator":
                held = self._initial(node, each, is_class=is_class, kind=kind)
            elif each.type == "function_declarator":  # Foo foo(a, b); with names only
                held = node if is_class else None
            elif each.type == "identifier" and held is None and is_class and not is_known_elsewhere:
                held = None if re.search(PLAIN, kind) else node
            elif function_declarator(each) is not None:
                continue
            if held is not None or is_class:
                for name in names_of(each):
                    yield name, held, f"{static}{kind or made_type(held)}".rstrip()

    def _initial(self, node: Node, declarator: Node, *, is_class: bool, kind: str) -> Node | None:
        """Return the value a variable starts with; the declaration itself if that constructs an object."""
        held = declarator.child_by_field_name("value")
        if held is None or held.type not in ("argument_list", "initializer_list"):
            return held
        if any(each.type == "=" for each in declarator.children):
            return held
        name, given = declarator.child_by_field_name("declarator"), expressions(held)
        is_plain = name is not None and name.type == "identifier"
        if is_class and is_plain and not (kind in TEXTS and len(given) == 1):
            return node
        return given[0] if len(given) == 1 else held

    def catch(self, node: Node) -> Catch:
        body = node.child_by_field_name("body")
        types: tuple[str, ...] = ()
        var = ""
        for each in expressions(node.child_by_field_name("parameters")):
            if (written := plain_type(each.child_by_field_name("type"))) != "":
                types = (written,)
            var = "".join(names_of(each.child_by_field_name("declarator")))
        return Catch(
            line_of(node),
            types=types,
            var=var,
            body=without_braces(body),
            does=does(body),
            end=node.end_point[0] + 1,
        )

    def returned(self, node: Node) -> Node | None:
        return next(iter(expressions(node)), None)

    def package(self, node: Node) -> str:
        return namespace(node)

    # ---- calls and values -----------------------------------------------------------------

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        kind = node.type
        if kind == "call_expression":
            return self._called(node.child_by_field_name("function"))
        if kind == "binary_expression":  # LOG << x, *client << "SQL" << id >> callback
            return "<<", statement_operands(node)[0], 0
        if kind == "field_initializer":
            return full_name(text(first_of(node))), None, MACRO
        name, on, flags = self._called(node.child_by_field_name("type"))
        return name, on, (flags & ~MACRO) | NEW

    def _called(self, function: Node | None) -> tuple[str, Node | None, int]:
        kind = function.type if function is not None else ""
        if function is not None and kind == "parenthesized_expression":  # (std::max)(a, b)
            inside = self.inner(function)
            if inside.type in ("qualified_identifier", "field_expression"):
                return self._called(inside)
        if function is None or kind in UNNAMED:
            return "", function, 0
        if kind == "field_expression":
            name = text(plain(function.child_by_field_name("field")))
            return name, function.child_by_field_name("argument"), 0
        if kind == "qualified_identifier":
            on, last = self.member(function)
            name = text(last)
            return name, on, DEFERRED if name in THREADS and text(on) == "std" else 0
        if kind in self.subscripts:
            return "", function, 0
        name = short(plain(function), 80)
        if name.startswith(MARK):
            return full_name(name), None, MACRO
        return name, None, MACRO if len(name) > 2 and name.isupper() else 0

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        kind = node.type
        if kind == "field_expression":
            return node.child_by_field_name("argument"), plain(node.child_by_field_name("field"))
        if kind == "::":  # what stands before it, in the scopes of a longer name
            holder = node.parent
            above = holder.parent if holder is not None else None
            of = None
            if above is not None and above.type == "qualified_identifier":
                of = next((each for each in above.children if each.type == "::"), None)
            return of, plain(holder.child_by_field_name("scope")) if holder is not None else None
        on = plain(node.child_by_field_name("scope"))
        name = node.child_by_field_name("name")
        for _ in range(CHAIN_MAX):
            if name is None or name.type != "qualified_identifier":
                break
            on = next((each for each in name.children if each.type == "::"), None)
            name = name.child_by_field_name("name")
        return on, plain(name)

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        kind = node.type
        if kind == "binary_expression":
            yield from (("", each) for each in statement_operands(node)[1:])
            return
        if kind == "call_expression":
            function = node.child_by_field_name("function")
            if function is not None and function.type == "field_expression":
                function = function.child_by_field_name("field")
            holder = node.child_by_field_name("arguments")
        else:
            function = node.child_by_field_name("type")
            holder = node.child_by_field_name("arguments") or node.child_by_field_name("value")
            if kind == "declaration":
                holder = self._given(node)
            elif kind == "field_initializer":
                holder = node.named_children[-1]
        for each in type_arguments(last_name(function)):
            yield "<>", each
        for each in expressions(holder):
            if each.type == "initializer_pair":
                held = each.child_by_field_name("value")
                if held is not None:
                    yield self.key(each.child_by_field_name("designator")), held
            elif each.type == "parameter_declaration" and each.child_by_field_name("declarator") is None:
                yield "", each.child_by_field_name("type") or each
            else:
                yield "", each

    def _given(self, node: Node) -> Node | None:
        """Return the arguments of `Foo foo(a, b);`."""
        declarator = node.child_by_field_name("declarator")
        if declarator is None:
            return None
        field = "parameters" if declarator.type == "function_declarator" else "value"
        return declarator.child_by_field_name(field)

    def iterates(self, call: Call) -> str | None:
        if call.name not in self.iterators or not call.args:
            return None
        return call.args[0].text.removesuffix(".begin").removesuffix(".cbegin")

    def inner(self, node: Node) -> Node:
        for _ in range(CHAIN_MAX):
            kind = node.type
            if kind in ("call_expression", "user_defined_literal"):
                held = see_through(node)
            elif kind in ("cast_expression", "condition_clause"):
                held = node.child_by_field_name("value")
                if held is not None and held.type == "declaration":
                    held = held.child_by_field_name("value")
            elif kind in INSIDE:
                held = next(iter(expressions(node)), None)
            else:
                return node
            if held is None:
                return node
            node = held
        return node

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        if node is None:
            return Arg("none")
        node = self.inner(node)
        kind = node.type
        if kind == "initializer_list":
            first = first_of(node)
            if first is not None and first.type == "initializer_pair":
                return Arg("dict", items=self._entries(node, depth))
            if (entries := json_entries(node)) and depth < DEPTH_MAX:
                return Arg("dict", items=tuple(self._named(*each, depth) for each in entries))
        elif kind == "unary_expression":
            operand = node.child_by_field_name("argument")
            return Arg(
                "num" if operand is not None and operand.type == "number_literal" else "other",
                short(node),
            )
        elif kind == "qualified_identifier":
            last = last_name(node)
            if last is not None and last.type in ("template_function", "template_type"):
                return Arg("type", short(node))
        elif kind == "preproc_arg":
            return constant(text(node).strip())
        made = super().value(node, depth)
        if made.kind == "call" and len(made.items) > 0 and made.text.rpartition(".")[2] in FORMATS:
            return formatted(made)
        return made

    def _named(self, key: Node, held: Node, depth: int) -> Arg:
        made = self.value(held, depth + 1)
        made.name, made.line = self.key(key), line_of(key)
        return made

    def string(self, node: Node, depth: int = 0) -> Arg:
        if node.type != "concatenated_string":
            return super().string(node, depth)
        parts: list[str] = []
        items: list[Arg] = []
        for each in node.named_children:
            if each.type in self.strings:
                parts.append(super().string(each, depth).text)
            elif each.type != "comment":  # a macro between two literals, which may be an ERROR
                parts.append("{}")
                items.append(Arg("name", short(each)))
        return Arg("concat" if items else "str", "".join(parts)[:2000], items=tuple(items))

    def key(self, node: Node | None) -> str:
        return super().key(node).lstrip(".")


SYNTAX = CppSyntax()
