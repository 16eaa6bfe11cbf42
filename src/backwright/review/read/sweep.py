"""One pass over the captured nodes of a file, in the order of the source: nodes in, facts out."""

import re
from operator import itemgetter
from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from backwright.review import facts
from backwright.review.facts import (
    Allow,
    Arg,
    Assign,
    Call,
    Catch,
    Class,
    Compare,
    Field,
    File,
    Function,
    Import,
    Loop,
    Member,
    Read,
    Return,
    Secret,
    Unread,
)
from backwright.review.read.syntax import Syntax, is_spread, line_of, short
from backwright.review.regexes import regex

UNREAD_MAX = 20  # places reported per file; a file with more is not this language
CALLS_MAX = 20_000  # calls kept per file: a file with more is generated
LOG = regex(
    r"\b(log(ger|ging)?|logs?|slog|zap|console|print(ln|f|StackTrace|_exc|_exception)?|error_log|report|capture\w*|"
    r"_?logger|Sentry\w*|trace|tracing|warn(ing)?!?|error!|eprintln|fprintf|cerr|NSLog|LOG_\w+|spdlog|"
    r"Log|Logger|Serilog|logEvent|notify\w*)\b",
)
_ALLOW = regex(
    rb"backwright: *(?:allow|ignore)\b[ \[(]*([a-z0-9 ,*-]*)[\])]*[ ,:]*([^\r\n]*?)[ ]*(?:\*/|-->|\?>)?$", re.M
)
_SECRETS = regex(
    rb"(?P<aws>\b(?:AKIA|ASIA)(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b)|(?P<key>-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----)"
    rb"|(?P<github>\bgh[pousr]_[A-Za-z0-9]{36}\b)|(?P<slack>\bxox[baprs]-[A-Za-z0-9-]{20,})"
    rb"|(?P<stripe>\b[sr]k_live_[A-Za-z0-9]{20,})|(?P<google>\bAIza[0-9A-Za-z_-]{35}\b)"
)
KEY_HEAD = 800  # bytes behind the first line of a key in which its body begins, after what tells how it is encrypted
_KEY_BODY = regex(rb"[A-Za-z0-9+/]{30}")
_SECRET_STARTS = (
    b"AKIA",
    b"ASIA",
    b"PRIVATE KEY",
    b"ghp_",
    b"gho_",
    b"ghu_",
    b"ghs_",
    b"ghr_",
    b"xox",
    b"k_live_",
    b"AIza",
)
_TEST = regex(
    r"(^|/)((unit)?tests?|__tests__|spec|specs|testing|e2e|cypress|testdata|fixtures|mocks?|__mocks__)/|src/(test|it|[a-z]+Test)/"
    r"|(^|/)([\w.]+\.)?(Unit|Integration|Functional|Acceptance|EndToEnd|Architecture|Arch|Load|Api)?Tests?/|(^|/)Migrations/"  # .NET: a project for each kind
    r"|(^|/)(migrations?|alembic|db/migrate|seeders?|seeds|factories|stories|benchmarks?)/"
    r"|(^|/)tests?\.py$|(^|/)(cypress|playwright|vitest|jest)[^/]*\.config\.\w+$"
    r"|(^|/)(test_[^/]*|tests|conftest|[^/]*_test|[^/]*_spec|[^/]*\.(test|spec|[a-z\d-]+-(spec|test)|cy|stories)|[^/]*Tests?|[^/]*Spec|[^/]*[a-z]IT)\.\w+$"
)
# The order of roles where two nodes cover the same text: what holds the other comes first.
_ORDER = (
    "class",
    "fn",
    "catch",
    "try",
    "finally",
    "with",
    "macro",
    "loop",
    "return",
    "assign",
    "field",
    "import",
    "package",
    "call",
    "read",
    "compare",
    "order",
    "member",
    "error",
)
_SETS = ("bare", "awaited", "deferred", "skip")
_HOLDERS = regex(
    r"^with_statement$|^using_statement$|^try_with_resources_statement$|^(block|statement_list|compound_statement|function_body)$"
)
_GUARDED = regex(
    r"^try|^(match_expression|if_expression|if_statement|let_declaration|call_expression|invocation_expression|method_invocation)$"
)


# What is called like a number of rows, and numbers that are no upper bound for it.
_SIZE = regex(
    r"(limit|per_?page|size|take|count|rows|first|top|amount|results|length)(\(\))?(\.\w+)?\W*$", re.IGNORECASE
)
_ONE = regex(r"-?[01](\.0)?|null|nil|none|undefined", re.IGNORECASE)
_ORDER_OF = itemgetter(0, 1, 2)  # of an event: where it starts and ends, and its role


class _Place(NamedTuple):
    """Where the sweep stands."""

    fn: int = -1
    cls: int = -1
    loop: int = -1
    catch: int = -1
    guards: int = 0  # IN_TRY, IN_FINALLY, IN_WITH and IN_MACRO
    call: int = -1  # among whose arguments
    until: int = 0  # last line of the block that a resource is held for


def is_test(path: str) -> bool:
    """Whether a file is a test by its path, or a migration, seed or the like: code that serves nobody."""
    return bool(_TEST.search(path))


def read_file(path: str, source: bytes, syntax: Syntax) -> File:
    """Return the facts of one file. What does not parse is named in `unread`; the rest is used."""
    return _Sweep(path, source, syntax).run()


class _Sweep:
    def __init__(self, path: str, source: bytes, syntax: Syntax) -> None:
        self.path, self.source, self.parsed, self.syntax = path, source, source, syntax
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.fields: dict[int, list[Field]] = {}
        self.imports: list[Import] = []
        self.assigns: list[Assign] = []
        self.loops: list[Loop] = []
        self.calls: list[Call] = []
        self.catches: list[Catch] = []
        self.reads: list[Read] = []
        self.returns: list[Return] = []
        self.compares: list[Compare] = []
        self.members: list[Member] = []
        self.impls: list[Class] = []
        self.unread: list[Unread] = []
        self.package = ""
        self.at = _Place()
        self.stack: list[tuple[int, _Place]] = []
        self.sets: dict[str, set[int]] = {}
        self.receivers_end: list[int] = []  # for each call: where what it is called on ends
        self.given: dict[int, tuple[int, int, Arg]] = {}  # node of a lambda -> call, place, value
        self.waiting: dict[int, list[int]] = {}  # node of a receiver that is a call -> calls on it
        self.made: dict[int, int] = {}  # node of a call -> its number
        self.named: dict[int, str] = {}  # node of a value -> what it is assigned to
        self.seen: set[tuple[int, int, str, str]] = set()

    def run(self) -> File:
        syntax = self.syntax
        parser, query = syntax.parser(self.path)
        self.parsed = syntax.prepare(self.source)
        tree = syntax.parse(parser, self.parsed)
        if tree is None:
            self.unread.append(Unread(0, 0, "takes too long to parse"))
            return self._file()
        captures = QueryCursor(query).captures(tree.root_node)
        self.sets = {role: {node.id for node in captures.get(role, ())} for role in _SETS}
        events: list[tuple[int, int, int, Node]] = []
        for order, role in enumerate(_ORDER):
            found = captures.get(role)
            if found:
                unique = {node.id: node for node in found}.values() if len(found) > 1 else found
                events += [(node.start_byte, -node.end_byte, order, node) for node in unique]
        events.sort(key=_ORDER_OF)
        handlers = [getattr(self, f"_{role}") for role in _ORDER]
        stack = self.stack
        for start, minus_end, order, node in events:
            while stack and stack[-1][0] <= start:
                self.at = stack.pop()[1]
            handlers[order](node, -minus_end)
        return self._file()

    def _file(self) -> File:
        for index, fields in self.fields.items():
            self.classes[index].fields = tuple(fields)
        return File(
            path=self.path,
            language=self.syntax.language,
            lines=self.source.count(b"\n") + 1,
            package=self.package,
            is_test=is_test(self.path),
            functions=tuple(self.functions),
            classes=tuple(self.classes),
            imports=tuple(self.imports),
            assigns=tuple(self.assigns),
            loops=tuple(self.loops),
            calls=tuple(self.calls),
            catches=tuple(self.catches),
            reads=tuple(self.reads),
            returns=tuple(self.returns),
            unread=tuple(self.unread[:UNREAD_MAX]),
            allows=allows_of(self.source),
            secrets=secrets_of(self.source),
            compares=tuple(self.compares),
            members=tuple(self.members),
            impls=tuple(self.impls),
        )

    def _enter(self, end: int, place: _Place) -> None:
        self.stack.append((end, self.at))
        self.at = place

    # ---- containers -----------------------------------------------------------------------

    def _class(self, node: Node, end: int) -> None:
        made = self.syntax.class_(node)
        if made.kind == "impl":  # Rust: more of a type, which becomes one class if both stand in this file
            index = next((at for at, each in enumerate(self.classes) if each.name == made.name), -1)
            if index >= 0:
                self.classes[index].bases += made.bases
                self.classes[index].marks += made.marks
            if made.bases or made.typed:
                self.impls.append(made)
            self._enter(end, _Place(cls=index))
            return
        made.outer = self.at.cls
        self.classes.append(made)
        self._enter(end, _Place(cls=len(self.classes) - 1))

    def _fn(self, node: Node, end: int) -> None:
        made = self.syntax.function(node)
        at = self.at
        index = len(self.functions)
        made.parent, made.loop = at.fn, at.loop
        if made.cls != -2:  # -2: the reader says that it is no method although it stands in a class
            made.cls = at.cls
        if made.cls >= 0 and not made.owner:
            made.owner = self.classes[made.cls].name
        loop = at.loop if made.kind == "lambda" else -1
        if given := self.given.get(node.id):
            made.call, made.place, value = given
            value.ref = index
            call = self.calls[made.call] if made.call >= 0 else None
            over = self.syntax.iterates(call) if call is not None else None
            if call is not None and over is not None:
                names = tuple(param.name for param in made.params)
                loop = self._new_loop(Loop(line=call.line, kind="map", vars=names, over=over, end=made.end))
                made.loop = loop
        if not made.name:
            made.name = self.named.get(node.id, "")
        self.functions.append(made)
        self._enter(end, at._replace(fn=index, loop=loop, call=-1, guards=at.guards if made.kind == "lambda" else 0))

    def _new_loop(self, loop: Loop) -> int:
        loop.fn, loop.parent = self.at.fn, self.at.loop
        self.loops.append(loop)
        return len(self.loops) - 1

    def _loop(self, node: Node, end: int) -> None:
        self._enter(end, self.at._replace(loop=self._new_loop(self.syntax.loop(node))))

    def _try(self, _: Node, end: int) -> None:
        self._enter(end, self.at._replace(guards=self.at.guards | facts.IN_TRY))

    def _finally(self, _: Node, end: int) -> None:
        self._enter(end, self.at._replace(guards=self.at.guards | facts.IN_FINALLY))

    def _with(self, node: Node, end: int) -> None:
        self._enter(end, self.at._replace(guards=self.at.guards | facts.IN_WITH, until=_end_of(node, _HOLDERS, 4)))

    def _macro(self, _: Node, end: int) -> None:
        self._enter(end, self.at._replace(guards=self.at.guards | facts.IN_MACRO))

    def _catch(self, node: Node, end: int) -> None:
        made = self.syntax.catch(node)
        made.fn, made.loop = self.at.fn, self.at.loop
        made.start = made.start or _start_of(node)
        self.catches.append(made)
        self._enter(end, self.at._replace(catch=len(self.catches) - 1))

    # ---- single facts ---------------------------------------------------------------------

    def _call(self, node: Node, end: int) -> None:
        if node.id in self.sets["skip"] or len(self.calls) >= CALLS_MAX:
            return
        syntax, at = self.syntax, self.at
        name, on, flags = syntax.callee(node)
        flags |= at.guards
        if node.id in self.sets["awaited"]:
            flags |= facts.AWAITED
        if node.id in self.sets["bare"]:
            flags |= facts.BARE
        if node.id in self.sets["deferred"]:
            flags |= facts.DEFERRED
        if at.catch >= 0:
            flags |= facts.IN_CATCH
        index = len(self.calls)
        call = Call(name, syntax.chain(on), line_of(node), at.fn, at.loop, flags)
        if on is not None:
            # A chain spreads over lines: a call is where its name stands, behind the receiver.
            call.line = on.end_point[0] + 1 + _next_line(self.parsed, on.end_byte)
            receiver = syntax.inner(on)
            if receiver.id in self.made:  # C#: a clause of a query comes after what it works on
                call.prev = self.made[receiver.id]
            elif receiver.type in syntax.calls:
                self.waiting.setdefault(receiver.id, []).append(index)
            elif not name and receiver.type in syntax.lambdas:  # called where it is written: go func() { ... }()
                call.line = line_of(node)
                self.given[receiver.id] = (index, -1, Arg("fn"))
        call.to = self.named.get(node.id, "")
        call.catch = at.catch
        call.until = at.until or (syntax.kept_until(node, name) if call.to else 0)
        inside = at.call
        while inside >= 0 and end <= self.receivers_end[inside]:  # in its receiver, not in its arguments
            inside = self.calls[inside].inside
        call.inside = inside
        self.receivers_end.append(on.end_byte if on is not None else -1)
        args = []
        is_long = is_spread(node)
        for place, (keyword, each) in enumerate(syntax.arguments(node)):
            value = syntax.value(each, 1)
            value.name = keyword
            if is_long:
                value.line = line_of(each)
            if value.kind == "fn":
                self.given[syntax.inner(each).id] = (index, place, value)
            elif value.kind in ("dict", "list", "call"):
                self._lambdas_inside(each, index, place, value)
            args.append(value)
        call.args = tuple(args)
        self.calls.append(call)
        self.made[node.id] = index
        self._enter(end, _Place(at.fn, at.cls, at.loop, at.catch, at.guards, index, at.until))
        for waiting in self.waiting.pop(node.id, ()):
            self.calls[waiting].prev = index

    def _lambdas_inside(self, node: Node, call: int, place: int, value: Arg) -> None:
        """Note the functions that stand in a list or dictionary argument: `{ handler: () => ... }`."""
        if value.kind == "call":
            return  # they belong to that inner call
        self._lambdas_below(node, value)
        wanted = [item for item in value.items if item.kind == "fn"]
        for child in self.syntax.inner(node).named_children:
            if not wanted:
                return
            held = child
            if child.type in self.syntax.pairs:
                found = child.child_by_field_name(self.syntax.pairs[child.type][1])
                held = found if found is not None else child
            held = self.syntax.inner(held)
            if held.type in self.syntax.lambdas:
                self.given[held.id] = (call, place, wanted.pop(0))

    def _lambdas_below(self, node: Node, value: Arg) -> None:
        """Note the functions in objects that lie in others: `[{ path: "/orders", options: { handler: () => ... } }]`."""
        if not any(item.kind in ("dict", "list") for item in value.items):
            return
        parts = [each for each in self.syntax.inner(node).named_children if not each.type.endswith("comment")]
        for part, item in zip(parts, value.items, strict=False):
            if item.kind in ("dict", "list") and item.items:
                pair = self.syntax.pairs.get(part.type)
                held = part.child_by_field_name(pair[1]) if pair is not None else part
                if held is not None:
                    self._lambdas_inside(held, -1, -1, item)

    def _kept(self, node: Node, value: Arg) -> None:
        """Note a function that is assigned or returned, alone or in a list or dictionary, so that `ref` is known."""
        if value.kind == "fn":
            self.given.setdefault(self.syntax.inner(node).id, (-1, -1, value))
        elif value.kind in ("dict", "list"):
            self._lambdas_inside(node, -1, -1, value)

    def _import(self, node: Node, _: int) -> None:
        for made in self.syntax.imports(node):
            made.line, made.fn = made.line or line_of(node), self.at.fn
            self.imports.append(made)

    def _package(self, node: Node, _: int) -> None:
        self.package = self.package or self.syntax.package(node)

    def _assign(self, node: Node, _: int) -> None:
        at = self.at
        for target, held, kind in self.syntax.assigns(node):
            value = self.syntax.value(held) if held is not None else Arg("none")
            if held is not None:
                inner = self.syntax.inner(held)
                self.named[inner.id] = target
                self._kept(held, value)
                if inner.type in self.syntax.lists:
                    self.named.update((self.syntax.inner(each).id, f"{target}[]") for each in inner.named_children)
            if at.cls >= 0 and at.fn < 0:
                self.fields.setdefault(at.cls, []).append(Field(target, line_of(node), kind, (), value))
            else:
                self.assigns.append(Assign(target, value, line_of(node), at.fn, kind, at.loop, at.cls))

    def _field(self, node: Node, _: int) -> None:
        if self.at.cls >= 0:
            self.fields.setdefault(self.at.cls, []).extend(self.syntax.fields(node))
            for name, held in self.syntax.held(node):
                self.named[self.syntax.inner(held).id] = name

    def _read(self, node: Node, _: int) -> None:
        if node.id in self.sets["skip"]:
            return
        of, name = self.syntax.member(node)
        base, attr = self.syntax.chain(of), short(name, 60)
        key = (self.at.fn, self.at.loop, base, attr)
        if key not in self.seen and len(base) <= 60:
            self.seen.add(key)
            self.reads.append(Read(base, attr, line_of(node), self.at.fn, self.at.loop))

    def _return(self, node: Node, _: int) -> None:
        held = self.syntax.returned(node)
        if held is not None:
            value = self.syntax.value(held)
            self._kept(held, value)
            self.returns.append(Return(value, line_of(node), self.at.fn, self.at.catch, self.syntax.beside(node)))
            self.named.setdefault(self.syntax.inner(held).id, "return")

    def _compare(self, node: Node, _: int) -> None:
        first, second = self.syntax.compared(node)
        if first is None or second is None:
            return
        left, right = self.syntax.value(first, 1), self.syntax.value(second, 1)
        kinds = {left.kind, right.kind}
        if not kinds & {"none", "num", "bool"} and kinds != {"str"}:
            self.compares.append(Compare(left, right, line_of(first), self.at.fn))
        elif right.kind == "none" and self.syntax.asks_for_error(node, left.text):
            self.reads.append(Read(left.text, "nil", line_of(first), self.at.fn, self.at.loop))

    def _order(self, node: Node, _: int) -> None:
        """A page size that is compared with more than one row: `limit > 100` is a read of `<` of it."""
        first, second = node.prev_named_sibling, node.next_named_sibling
        if first is not None and second is not None:  # else they stand around types
            for each, other in ((first, second), (second, first)):
                name = short(each, 60)
                if _SIZE.search(name) and not _ONE.fullmatch(short(other, 60)):
                    self.reads.append(Read(name, "<", line_of(each), self.at.fn, self.at.loop))

    def _member(self, node: Node, _: int) -> None:
        first, second = self.syntax.compared(node)
        if first is not None and second is not None:
            left, right = self.syntax.value(first, 1), self.syntax.value(second, 1)
            if left.kind in ("name", "call", "other"):
                self.members.append(Member(left, right, line_of(first), self.at.fn))

    def _error(self, node: Node, _: int) -> None:
        first, last = line_of(node), node.end_point[0] + 1
        if not self.unread or self.unread[-1].end < first:
            self.unread.append(Unread(first, last, "does not parse"))


def _end_of(node: Node, kinds: re.Pattern[str], hops: int) -> int:
    """Return the last line of the nearest node around one that is of these kinds, 0 if there is none."""
    for _ in range(hops):
        parent = node.parent
        if parent is None:
            return 0
        if kinds.search(parent.type):
            return parent.end_point[0] + 1
        node = parent
    return 0


def _start_of(node: Node) -> int:
    """Return the first line of the try, match, if or call around a handler, 0 if there is none."""
    for _ in range(3):
        parent = node.parent
        if parent is None:
            return 0
        if _GUARDED.search(parent.type):
            return line_of(parent)
        node = parent
    return 0


def _next_line(source: bytes, at: int) -> bool:
    """Whether only white space stands between a receiver and the next line."""
    rest = source[at : at + 120].split(b"\n", 1)
    return len(rest) == 2 and not rest[0].strip(b" .\t\r")


def allows_of(source: bytes) -> tuple[Allow, ...]:
    """Return the comments that allow rules: our name, a colon, and `allow query-in-loop, at most 3`."""
    if b"backwright:" not in source:
        return ()
    found = []
    for match in _ALLOW.finditer(source):
        line_start = source.rfind(b"\n", 0, match.start()) + 1
        before = source[line_start : match.start()].strip(b" \t/#*<!-;")
        words = re.split(rb"[ ,]+", match[1].strip(b" ,"))
        rules = [w.decode() for w in words if b"-" in w]
        # Words without a dash are the start of the reason.
        rest = b" ".join(w for w in words if b"-" not in w and w != b"*")
        reason = (rest + b" " + match[2]).decode("utf-8", "replace").strip(" ,:-")
        line = source.count(b"\n", 0, match.start()) + 1
        found.append(Allow(line, tuple(rules), reason, not before))
    return tuple(found)


def secrets_of(source: bytes) -> tuple[Secret, ...]:
    """Return where keys stand that are recognised by their shape alone."""
    if not any(start in source for start in _SECRET_STARTS):  # much faster than the pattern
        return ()
    return tuple(
        Secret(source.count(b"\n", 0, match.start()) + 1, match.lastgroup or "")
        for match in _SECRETS.finditer(source)
        if match.lastgroup != "key" or _has_body(source, match.end())
    )


def _has_body(source: bytes, start: int) -> bool:
    """Whether a key follows its first line: a comment, a placeholder and what looks for keys have only the line."""
    return _KEY_BODY.search(source[start : start + KEY_HEAD].partition(b"-----END")[0]) is not None
