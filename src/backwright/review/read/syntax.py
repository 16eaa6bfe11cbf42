"""What a language says about its own syntax, so that one sweep can read them all."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from tree_sitter import Language, Node, Parser, Query, Tree

from backwright.review.facts import Arg, Call, Catch, Class, Field, File, Function, Import, Loop
from backwright.review.regexes import regex

TEXT_MAX = 160  # characters kept of a value that is no literal: enough to recognise, no copy of the source
STRING_MAX = 2000  # characters kept of a string: the longest SQL statements that matter
DEPTH_MAX = 4  # how deep nested values are kept: {where: {id: {in: [...]}}} is the deepest that means something
ITEMS_MAX = 60  # entries kept of one list or dictionary; a table of constants is not interesting
# Calls on a literal or an entry that leave it what it is.
CONVERTS = frozenset(
    "getBytes toByteArray toCharArray encode as_bytes as_ref as_str to_string to_owned into to_vec c_str data toString ToCharArray encodeToByteArray asString strip trim".split()
)
_CHOICES, _CHOOSING = frozenset({"binary_expression", "boolean_operator"}), frozenset({"or", "||", "??", "?:"})
CHAIN_MAX = 80  # links followed in one chain of calls
_SPACE = regex(r"\s+")
_QUOTES = regex(r"""^[A-Za-z@$]*#*("{3}|'{3}|["'`])(.*?)(\1)#*$""", re.DOTALL)


class Syntax:
    """One language. A subclass fills the tables and the methods that say what a node means.

    The query captures nodes by these roles; the sweep calls the method of the same name:
    fn, class, loop (capture the BODY that is repeated), call, import, assign, field, catch, read, return, compare, package;
    and without a method: try (the guarded block), with (a resource expression), bare (a call that is a statement),
    awaited, deferred (a call that is started and not waited for), skip (a call that is no call, such as
    a decorator, or a read that is no read, such as what is called), error.
    """

    language = ""
    suffixes: tuple[str, ...] = ()
    query = ""
    # Node types by what they are.
    calls: frozenset[str] = frozenset()
    members: Mapping[str, tuple[str, str]] = {}  # type -> (field of the object, field of the name)
    subscripts: Mapping[str, str] = {}  # type -> field of the object ("" for the first child)
    wrappers: frozenset[str] = frozenset()  # await, parentheses, casts: the value is inside
    lambdas: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = {}  # other types -> kind of Arg
    strings: frozenset[str] = frozenset()
    string_parts: frozenset[str] = frozenset()  # children of a string that are its text
    interpolations: frozenset[str] = frozenset()  # children of a string that are values
    binaries: frozenset[str] = frozenset()
    plus = frozenset({"+"})
    lists: frozenset[str] = frozenset()
    dicts: frozenset[str] = frozenset()
    pairs: Mapping[str, tuple[str, str]] = {}  # type -> (field of the key, field of the value)
    iterators: frozenset[str] = frozenset()  # functions that call what they are given once per element
    arrow = "."  # between object and name

    def grammar(self, path: str) -> Language:
        """Return the grammar for a file."""
        raise NotImplementedError

    def prepare(self, source: bytes) -> bytes:
        """Return the source as it is parsed: macros may be blanked, lines may not move."""
        return source

    def parse(self, parser: Parser, source: bytes) -> Tree | None:
        """Return the tree, or None if the grammar loses itself in broken code and would take minutes."""
        return parser.parse(source)

    def whole(self, file: File) -> File:
        """Return the facts of a file as they are kept."""
        return file

    # ---- what each role means -------------------------------------------------------------

    def function(self, node: Node) -> Function:
        """Return the function; indexes are filled in by the sweep."""
        raise NotImplementedError

    def class_(self, node: Node) -> Class:
        """Return the class without its fields."""
        raise NotImplementedError

    def loop(self, body: Node) -> Loop:
        """Return the loop whose repeated part is `body`."""
        raise NotImplementedError

    def callee(self, node: Node) -> tuple[str, Node | None, int]:
        """Return a call's name, what it is called on, and flags (NEW, MACRO)."""
        raise NotImplementedError

    def arguments(self, node: Node) -> Iterable[tuple[str, Node]]:
        """Return a call's arguments as (keyword or "", value)."""
        raise NotImplementedError

    def imports(self, node: Node) -> Iterable[Import]:
        """Return what an import statement brings."""
        raise NotImplementedError

    def assigns(self, node: Node) -> Iterable[tuple[str, Node | None, str]]:
        """Return (target, value, declared type) of an assignment or declaration."""
        raise NotImplementedError

    def fields(self, node: Node) -> Iterable[Field]:
        """Return the fields that a member declaration makes."""
        return ()

    def held(self, node: Node) -> Iterable[tuple[str, Node]]:
        """Return (name, value) of the fields of a member declaration: what a call or lambda there is given to."""
        return ()

    def member(self, node: Node) -> tuple[Node | None, Node | None]:
        """Return the object and the name of a member access."""
        of, named = self.members[node.type]
        return node.child_by_field_name(of), node.child_by_field_name(named)

    def catch(self, node: Node) -> Catch:
        """Return an error handler."""
        raise NotImplementedError

    def kept_until(self, node: Node, name: str) -> int:
        """Return the last line on which what a call gives still holds something, 0 if it holds nothing."""
        return 0

    def returned(self, node: Node) -> Node | None:
        """Return the value of a return statement."""
        return node.named_children[0] if node.named_child_count else None

    def asks_for_error(self, node: Node, name: str) -> bool:
        """Whether a comparison of a name with null asks for an error, and is not the condition of a handler."""
        return False

    def beside(self, node: Node) -> str:
        """Return the name of the error that a return gives beside its value, "" for none."""
        return ""

    def compared(self, node: Node) -> tuple[Node | None, Node | None]:
        """Return the two sides of a test for equality, of which the operator is captured.

        A pattern of the whole takes quadratic time for a long chain of operators.
        """
        holder = node.parent
        if holder is None:
            return None, None
        return holder.child_by_field_name("left"), holder.child_by_field_name("right")

    def package(self, node: Node) -> str:
        """Return the name that a package declaration gives."""
        return text(node)

    def iterates(self, call: Call) -> str | None:
        """Return what is gone through if the call runs its function once per element, else None."""
        return call.on if call.name in self.iterators else None

    # ---- shared ---------------------------------------------------------------------------

    @cached_property
    def _parsers(self) -> dict[Language, tuple[Parser, Query]]:
        return {}

    @cached_property
    def _leaves(self) -> frozenset[str]:
        """Types that are a kind of value and nothing else: names and numbers, which are what most values are."""
        known = (self.strings, self.calls, self.lambdas, self.binaries, self.lists, self.dicts, self.wrappers)
        return frozenset(self.kinds).difference(*known, self.members, self.subscripts)

    def parser(self, path: str) -> tuple[Parser, Query]:
        """Return parser and compiled query for a file."""
        language = self.grammar(path)
        if language not in self._parsers:
            self._parsers[language] = (Parser(language), Query(language, self.query))
        return self._parsers[language]

    def inner(self, node: Node) -> Node:
        """Return the value inside parentheses, await, casts."""
        hops = 0
        while node.type in self.wrappers and hops < CHAIN_MAX and node.named_child_count:
            node = node.named_children[0]
            hops += 1
        return node

    def chain(self, node: Node | None) -> str:
        """Return a dotted chain with arguments left out: `db.query().filter().all`."""
        if node is None:
            return ""
        kind = node.type
        if kind in self._leaves:
            return short(node, 60)
        words: list[str] = []
        for _ in range(CHAIN_MAX):
            if node is None:
                break
            kind = node.type
            if kind in self.wrappers and node.named_child_count:
                node = self._otherwise(node.named_children[0])
            elif kind in self.calls:
                name, node, _ = self.callee(node)
                words.append(f"{name}()")
            elif kind in self.members:
                node, name_node = self.member(node)
                words.append(text(name_node))
            elif kind in self.subscripts:
                of = self.subscripts[kind]
                node = node.child_by_field_name(of) if of else node.named_child(0)
                words.append("[]")
            elif kind in self.strings or kind in self.lambdas:
                words.append("''" if kind in self.strings else "{}")
                break
            else:
                words.append(short(node, 60))
                break
        words.reverse()
        return ".".join(words).replace(".[]", "[]")

    def _otherwise(self, node: Node) -> Node:
        """Return what is meant if nothing else was handed in, of `(conn or db)` and `(tx ?? this.db)`; else the node itself."""
        if node.type not in _CHOICES:
            return node
        operator, right = node.child_by_field_name("operator"), node.child_by_field_name("right")
        if operator is None or right is None or text(operator) not in _CHOOSING:
            return node
        return right if self.kinds.get(right.type) == "name" or right.type in self.members else node

    def value(self, node: Node | None, depth: int = 0) -> Arg:
        """Return a node as a value."""
        if node is None:
            return Arg("none")
        node = self.inner(node)
        kind = node.type
        if kind in self._leaves:
            return Arg(self.kinds[kind], short(node))
        if kind in self.strings:
            return self.string(node, depth)
        if kind in self.calls:
            name, on, _ = self.callee(node)
            if on is not None and name in CONVERTS and self.inner(on).type in (*self.strings, *self.subscripts):
                return self.value(on, depth)
            chain = f"{self.chain(on)}.{name}" if on is not None else name
            items = self._arguments(node, depth) if depth < DEPTH_MAX else ()
            return Arg("call", chain, items=items)
        if kind in self.members or kind in self.subscripts:
            return Arg("name", self.chain(node) if kind in self.members else short(node))
        if kind in self.lambdas:
            return Arg("fn", short(node, 80))
        if kind in self.binaries:
            return self._binary(node, depth)
        if kind in self.lists:
            return Arg("list", items=self._items(node, depth))
        if kind in self.dicts:  # of what is too deep, the source says at least which names stand in it
            return Arg("dict", short(node) if depth >= DEPTH_MAX else "", items=self._entries(node, depth))
        return Arg(self.kinds.get(kind, "other"), short(node))

    def string(self, node: Node, depth: int = 0) -> Arg:
        """Return a string, with values put in if it has any."""
        parts: list[str] = []
        items: list[Arg] = []
        for child in node.children if node.child_count else ():
            if child.type in self.string_parts:
                parts.append(text(child))
            elif child.type in self.interpolations:
                parts.append("{}")
                if depth < DEPTH_MAX and child.named_child_count:
                    items.append(self.value(child.named_children[0], depth + 1))
        if not parts:
            found = _QUOTES.match(text(node))
            return Arg("str", (found[2] if found else text(node).strip("\"'`"))[:STRING_MAX])
        joined = "".join(parts)[:STRING_MAX]
        return Arg("fmt", joined, items=tuple(items)) if items else Arg("str", joined)

    def _binary(self, node: Node, depth: int) -> Arg:
        """Return literals joined by + as one string; any other operation as its source."""
        operands: list[Node] = []
        todo = [node]
        while todo and len(operands) < ITEMS_MAX:
            each = self.operand(todo.pop())
            operator = each.child_by_field_name("operator") if each.type in self.binaries else None
            if operator is None or text(operator) not in self.plus:
                operands.append(each)
                continue
            left, right = each.child_by_field_name("left"), each.child_by_field_name("right")
            todo += [side for side in (right, left) if side is not None]
        if len(operands) < 2 or not any(each.type in self.strings for each in operands):
            return Arg("other", short(node))
        values = [self.value(each, depth + 1) for each in operands]
        joined = "".join(v.text if v.kind in ("str", "fmt") else "{}" for v in values)[:STRING_MAX]
        put_in = tuple(i for v in values for i in ((v,) if v.kind not in ("str", "fmt") else v.items))
        return Arg("concat", joined, items=put_in) if put_in else Arg("str", joined)

    def operand(self, node: Node) -> Node:
        """Return what is joined with others, without what changes nothing of it."""
        return self.inner(node)

    def _items(self, node: Node, depth: int) -> tuple[Arg, ...]:
        if depth >= DEPTH_MAX:
            return ()
        return tuple(self.value(each, depth + 1) for each in _parts(node))

    def _entries(self, node: Node, depth: int) -> tuple[Arg, ...]:
        if depth >= DEPTH_MAX:
            return ()
        entries = []
        is_long = is_spread(node)
        for each in _parts(node):
            if each.type in self.pairs:
                of, at = self.pairs[each.type]
                key, held = each.child_by_field_name(of), each.child_by_field_name(at)
                entry = self.value(held, depth + 1)
                entry.name = self.key(key)
            else:  # shorthand {name}, spread, method
                entry = self.value(each, depth + 1)
                entry.name = entry.text if entry.kind in ("name", "other") else ""
            if is_long:
                entry.line = line_of(each)
            entries.append(entry)
        return tuple(entries)

    def key(self, node: Node | None) -> str:
        """Return the key of an entry, without quotes."""
        return text(node).strip("\"'`")[:TEXT_MAX] if node is not None else ""

    def _arguments(self, node: Node, depth: int) -> tuple[Arg, ...]:
        values = []
        is_long = is_spread(node)
        for name, each in self.arguments(node):
            value = self.value(each, depth + 1)
            value.name = name
            if is_long:
                value.line = line_of(each)
            values.append(value)
            if len(values) == ITEMS_MAX:
                break
        return tuple(values)


def _parts(node: Node) -> list[Node]:
    """Return the entries of a list or dictionary that are kept: no comments, and not too many."""
    return [child for child in node.named_children if not child.type.endswith("comment")][:ITEMS_MAX]


def is_spread(node: Node) -> bool:
    """Whether a node covers several lines."""
    return node.start_point[0] != node.end_point[0]


def text(node: Node | None) -> str:
    """Return a node's source."""
    raw = node.text if node is not None else None
    return raw.decode("utf-8", "replace") if raw else ""


def short(node: Node | None, limit: int = TEXT_MAX) -> str:
    """Return a node's source on one line, cut."""
    raw = node.text if node is not None else None
    if not raw:
        return ""
    cut = raw[: 2 * limit].decode("utf-8", "replace")
    return (_SPACE.sub(" ", cut) if "\n" in cut or "  " in cut else cut)[:limit]


def named(node: Node, *kinds: str) -> list[Node]:
    """Return the named children of these types."""
    return [child for child in node.named_children if child.type in kinds]


def line_of(node: Node) -> int:
    """Return the line a node starts on, from 1."""
    return node.start_point[0] + 1
