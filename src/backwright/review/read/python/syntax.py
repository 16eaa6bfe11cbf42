"""Python's syntax as facts."""

from collections.abc import Iterable

import tree_sitter_python
from tree_sitter import Language, Node

from backwright.review.facts import NEW, Arg, Catch, Class, Function, Import, Loop, Mark, Param
from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import DEPTH_MAX, ITEMS_MAX, Syntax, line_of, named, short, text
from backwright.review.regexes import regex

_LANGUAGE = Language(tree_sitter_python.language())
_PLACE = regex(r"%(\(\w+\))?[-+ #0]*\d*(\.\d+)?[sdifrxXeEgGc]")
_FIELD = regex(r"\{[^{}]*\}")


class PythonSyntax(Syntax):
    """Python 3."""

    language = "python"
    suffixes = (".py", ".pyi")
    query = """
    (function_definition) @fn (lambda) @fn
    (class_definition) @class
    (call) @call (decorator (call) @skip)
    (expression_statement (call) @bare) (expression_statement (await (call) @bare))
    (await (call) @awaited)
    (with_statement "async" (with_clause (with_item (call) @awaited)))
    (with_statement "async" (with_clause (with_item (as_pattern (call) @awaited))))
    (for_statement "async" right: (call) @awaited) (for_in_clause "async" right: (call) @awaited)
    (for_statement body: (_) @loop) (while_statement) @loop
    (list_comprehension body: (_) @loop) (set_comprehension body: (_) @loop)
    (generator_expression body: (_) @loop) (dictionary_comprehension body: (_) @loop)
    (import_statement) @import (import_from_statement) @import
    (assignment) @assign (augmented_assignment) @assign
    (with_item (as_pattern) @assign) (named_expression) @assign
    (try_statement body: (block) @try) (with_item) @with
    (except_clause) @catch
    (attribute) @read (comparison_operator ["in" "not in"] @read)
    (return_statement) @return (yield) @return
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    (comparison_operator operators: _ @member (#any-of? @member "in" "not in"))
    (ERROR) @error
    """
    calls = frozenset({"call"})
    members = {"attribute": ("object", "attribute")}
    subscripts = {"subscript": "value"}
    wrappers = frozenset({"await", "parenthesized_expression", "as_pattern"})
    lambdas = frozenset({"lambda"})
    kinds = {
        "identifier": "name", "integer": "num", "float": "num", "true": "bool", "false": "bool",
        "none": "none", "unary_operator": "num", "list_comprehension": "list",
    }  # fmt: skip
    strings = frozenset({"string", "concatenated_string"})
    string_parts = frozenset({"string_content"})
    interpolations = frozenset({"interpolation"})
    binaries = frozenset({"binary_operator"})
    lists = frozenset({"list", "tuple", "set"})
    dicts = frozenset({"dictionary"})
    pairs = {"pair": ("key", "value")}
    iterators = frozenset()

    def grammar(self, path: str) -> Language:
        return _LANGUAGE

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        held = self.inner(node) if node is not None else None
        if held is not None and depth < DEPTH_MAX:
            if held.type == "binary_operator" and (made := self._percent(held, depth)) is not None:
                return made
            if held.type == "call" and (made := self._formatted(held, depth)) is not None:
                return made
            if chosen := _choices(held):
                return Arg("other", short(held), items=tuple(self.value(each, depth + 1) for each in chosen))
        return super().value(held, depth)

    def _percent(self, node: Node, depth: int) -> Arg | None:
        """Return `"..." % values` as a text that values are put into."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if (
            left is None
            or right is None
            or left.type not in self.strings
            or text(node.child_by_field_name("operator")) != "%"
        ):
            return None
        put_in = (
            [each.child_by_field_name("value") or each for each in right.named_children]
            if right.type in ("tuple", "dictionary")
            else [right]
        )
        return self._put_in(left, _PLACE.sub("{}", self.string(left).text), put_in, depth)

    def _formatted(self, node: Node, depth: int) -> Arg | None:
        """Return `"...".format(values)` as a text that values are put into."""
        function = node.child_by_field_name("function")
        of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
        if of is None or of.type not in self.strings or text(function)[-7:] != ".format":
            return None
        return self._put_in(
            of, _FIELD.sub("{}", self.string(of).text), [each for _, each in self.arguments(node)], depth
        )

    def _put_in(self, literal: Node, told: str, values: list[Node], depth: int) -> Arg:
        inside = self.string(literal, depth).items
        return Arg("fmt", told, items=(*inside, *(self.value(each, depth + 1) for each in values[:ITEMS_MAX])))

    def function(self, node: Node) -> Function:
        params = tuple(self._params(node.child_by_field_name("parameters")))
        if node.type == "lambda":
            return Function("", line_of(node), node.end_point[0] + 1, "lambda", params=params)
        name = node.child_by_field_name("name")
        first = node.child(0)
        made = Function(text(name), line_of(name or node), node.end_point[0] + 1, params=params)
        made.marks = self._marks(node)
        if any(mark.name == "overload" for mark in made.marks):
            made.name = "<overload>"  # only says how the one that follows may be called
        made.is_async = first is not None and first.type == "async"
        made.returns = short(node.child_by_field_name("return_type"), 80)
        made.is_public = not made.name.startswith("_")
        holder = node.parent
        if holder is not None and holder.type == "decorated_definition":
            holder = holder.parent
        if holder is not None and holder.parent is not None and holder.parent.type == "class_definition":
            made.kind = "constructor" if made.name == "__init__" else "method"
            is_static = any(mark.name == "staticmethod" for mark in made.marks)
            made.receiver = params[0].name if params and not is_static else ""
        else:
            made.cls = -2
        return made

    def _params(self, node: Node | None) -> Iterable[Param]:
        for each in node.named_children if node is not None else ():
            kind = each.type
            if kind == "identifier":
                yield Param(text(each))
            elif kind in ("typed_parameter", "default_parameter", "typed_default_parameter"):
                name = each.child_by_field_name("name") or each.named_child(0)
                held = each.child_by_field_name("value")
                declared = type_name(text(each.child_by_field_name("type")))
                yield Param(text(name).lstrip("*"), declared, (), self.value(held) if held is not None else None)
            elif kind in ("list_splat_pattern", "dictionary_splat_pattern"):
                yield Param(text(each))

    def _marks(self, node: Node) -> tuple[Mark, ...]:
        holder = node.parent
        if holder is None or holder.type != "decorated_definition":
            return ()
        made = []
        for each in named(holder, "decorator"):
            inner = each.named_children[0]
            args: tuple[Arg, ...] = ()
            if inner.type == "call":
                args = self._arguments(inner, 0)
                inner = inner.child_by_field_name("function") or inner
            on, _, name = self.chain(inner).rpartition(".")
            made.append(Mark(name, on, args, line_of(each)))
        return tuple(made)

    def class_(self, node: Node) -> Class:
        bases = node.child_by_field_name("superclasses")
        names = tuple(
            short(each, 80)
            for each in (bases.named_children if bases is not None else ())
            if each.type != "keyword_argument"
        )
        name = node.child_by_field_name("name")
        words = named(bases, "keyword_argument") if bases is not None else []
        marks = (*self._marks(node), *(self._keyword(each) for each in words))
        return Class(text(name), line_of(name or node), node.end_point[0] + 1, bases=names, marks=marks)

    def _keyword(self, node: Node) -> Mark:
        """`class Body(BaseModel, extra="allow")` is marked `extra` by the word class."""
        held = self.value(node.child_by_field_name("value"))
        return Mark(text(node.child_by_field_name("name")), "class", (held,), line_of(node))

    def loop(self, body: Node) -> Loop:
        if body.type == "while_statement":
            condition = body.child_by_field_name("condition")
            return Loop(line_of(body), "while", over=short(condition), end=body.end_point[0] + 1)
        header = body.parent
        if header is not None and header.type != "for_statement":
            clause = named(header, "for_in_clause")
            header = clause[0] if clause else header
        if header is None:
            return Loop(line_of(body), "each")
        left, right = header.child_by_field_name("left"), header.child_by_field_name("right")
        names = tuple(
            word
            for word in text(left).replace("(", " ").replace(")", " ").replace(",", " ").split()
            if word.isidentifier()
        )
        over = short(right)
        kind = "count" if over.startswith("range(") else "each"
        return Loop(line_of(header), kind, names, over, end=body.end_point[0] + 1, value=self.value(right))

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        function = node.child_by_field_name("function")
        if function is None:
            return "", None, 0
        if function.type == "attribute":
            name = text(function.child_by_field_name("attribute"))
            return name, function.child_by_field_name("object"), NEW if name[:1].isupper() else 0
        if function.type == "identifier":
            name = text(function)
            return name, None, NEW if name[:1].isupper() else 0
        return "", function, 0

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        holder = node.child_by_field_name("arguments")
        if holder is None:
            return
        if holder.type == "generator_expression":
            yield "", holder
            return
        for each in holder.named_children:
            if each.type == "keyword_argument":
                held = each.child_by_field_name("value")
                if held is not None:
                    yield text(each.child_by_field_name("name")), held
            elif each.type == "dictionary_splat":
                yield "**", each
            elif each.type != "comment":
                yield "", each

    def imports(self, node: Node) -> Iterable[Import]:
        if node.type == "import_statement":
            for each in node.named_children:
                if each.type == "aliased_import":
                    yield Import(text(each.child_by_field_name("name")), "", text(each.child_by_field_name("alias")))
                else:
                    yield Import(text(each), "", text(each).partition(".")[0])
            return
        module = text(node.child_by_field_name("module_name"))
        is_type_only = _in_type_checking(node)
        if named(node, "wildcard_import"):
            yield Import(module, "*", "*", is_type_only=is_type_only)
        for each in node.children_by_field_name("name"):
            if each.type == "aliased_import":
                name, alias = text(each.child_by_field_name("name")), text(each.child_by_field_name("alias"))
            else:
                name = alias = text(each)
            yield Import(module, name, alias, is_type_only=is_type_only)

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        if node.type == "as_pattern":  # with Session() as session
            yield short(node.child_by_field_name("alias"), 80), node.named_child(0), ""
            return
        if node.type == "named_expression":  # if order := find(number)
            yield text(node.child_by_field_name("name")), node.child_by_field_name("value"), ""
            return
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and left.type in ("pattern_list", "tuple_pattern"):
            if (
                right is not None
                and right.type in ("expression_list", "tuple")
                and right.named_child_count == left.named_child_count
            ):
                yield from (
                    (short(to, 80), held, "")
                    for to, held in zip(left.named_children, right.named_children, strict=True)
                )
            elif right is not None:  # each holds a part of it: path, query = self.path.split("?")
                yield from ((short(to, 80), right, "") for to in left.named_children if to.type == "identifier")
            return
        if left is None:
            return
        while right is not None and right.type == "assignment":  # a = b = value
            right = right.child_by_field_name("right")
        yield short(left, 80), right, type_name(text(node.child_by_field_name("type")))

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """A container that something is looked for in is read, too: `"user" not in session` reads `not in` of it."""
        if node.type in ("in", "not in"):
            return node.next_named_sibling, node
        return super().member(node)

    def compared(self, node: Node) -> tuple[Node | None, Node | None]:
        holder = node.parent  # of a == b == c the first two
        if holder is None or holder.child_by_field_name("operators") != node:
            return None, None
        return holder.named_child(0), holder.named_child(1)

    def catch(self, node: Node) -> Catch:
        body = next(iter(named(node, "block")), None)
        caught, var = "", ""
        for each in node.named_children:
            if each.type == "as_pattern":
                caught, var = short(each.named_child(0)), text(each.child_by_field_name("alias"))
            elif each.type not in ("block", "comment"):
                caught = short(each)
        types = tuple(word.strip() for word in caught.strip("()").split(",") if word.strip())
        return Catch(
            line_of(node), types=types, var=var, body=short(body, 400), does=_does(body), end=node.end_point[0] + 1
        )


def _choices(node: Node) -> list[Node]:
    """Return what `first or second` and `first if asked else second` may be, if one of them is made here."""
    if node.type == "boolean_operator" and text(node.child_by_field_name("operator")) == "or":
        found = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    elif node.type == "conditional_expression":
        found = [node.named_child(0), node.named_child(2)]
    else:
        return []
    chosen = [each for each in found if each is not None]
    return chosen if any(each.type == "call" for each in chosen) else []


def _in_type_checking(node: Node) -> bool:
    block = node.parent
    holder = block.parent if block is not None else None
    return holder is not None and holder.type == "if_statement" and "TYPE_CHECKING" in short(holder, 60)


def type_name(written: str) -> str:
    """Return what a type is at its heart: Optional[User] and `User | None` are User, Annotated[X, ...] is kept."""
    if not written:
        return ""
    written = written.strip().strip("\"'")
    for wrapper in ("Optional[", "typing.Optional[", "Mapped[", "ClassVar[", "Final["):
        if written.startswith(wrapper):
            written = written[len(wrapper) : -1]
    arms = [arm.strip() for arm in written.split("|")] if "[" not in written else [written]
    return next((arm for arm in arms if arm != "None"), written).strip("\"'")[:120]


def _does(body: Node | None) -> tuple[str, ...]:
    words: list[str] = []
    for each in body.named_children if body is not None else ():
        kind = each.type
        if kind == "comment":
            words.append("comment")
        elif kind in ("pass_statement",) or (kind == "expression_statement" and text(each) == "..."):
            words.append("pass")
        elif kind == "raise_statement":
            words.append("raise")
        elif kind == "return_statement":
            words.append("return")
        elif kind in ("continue_statement", "break_statement"):
            words.append("continue")
        elif kind == "expression_statement":
            inner = each.named_child(0)
            if inner is not None and inner.type in ("call", "await"):
                words.append("log" if LOG.search(short(inner, 60).partition("(")[0]) else "call")
            else:
                words.append("assign")
        else:
            whole = text(each)
            words += [word for word, sign in (("raise", "raise"), ("return", "return")) if sign in whole]
            words.append("log" if LOG.search(whole) else "other")
    return tuple(dict.fromkeys(words))


SYNTAX = PythonSyntax()
