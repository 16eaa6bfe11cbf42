"""What C# source says in words: types, what an error handler does, and what must be blanked before parsing."""

import re
from collections.abc import Iterable

from tree_sitter import Node

from backwright.review.read.syntax import short, text
from backwright.review.regexes import regex

_LOG = regex(
    r"\b_?(?:log|logger|logging|telemetry\w*|console|debug|trace|serilog|nlog|sentry\w*|diagnostics?)\b"
    r"|(?:^|\.)(?:log|track|captureexception|recordexception|addexception)\w*$",
    re.IGNORECASE,
)
_DIRECTIVE = regex(rb"^[ \t]*#[ \t]*(if|elif|else|endif)\b[^\r\n]*", re.MULTILINE)
_NEVER = regex(rb"#[ \t]*if[ \t]+(?:false|0)\b")
_NOT_LINE_ENDS = regex(rb"[^\r\n]")
_COMMENT_END = regex(rb"//[^\r\n]*\s*$")
# `extension(Order order) { ... }` of C# 14, not in the grammar, has the shape of a type with a constructor.
_EXTENSION = regex(rb"\bextension(?=\s*(?:<[^>{;]*>\s*)?\([^();{}]+\)[^;{}()=]*(?:\(\)[^;{}()=]*)?\{)")
_EXTENSION_TYPE = b"struct @_"
EXTENSION = "@_"
# `order?.Note = text;` of C# 14.
_CONDITIONAL_TARGET = regex(rb"((?:^|[{};)>])[ \t]*[A-Za-z_][\w.]*)\?(?=\.[\w.]+[ \t]*[-+*/|&]?=[^=>])", re.MULTILINE)
DOES = {
    "throw_statement": "raise",
    "return_statement": "return",
    "yield_statement": "return",
    "continue_statement": "continue",
    "break_statement": "continue",
    "goto_statement": "continue",
    "comment": "comment",
    "local_declaration_statement": "assign",
}


def type_name(node: Node | None) -> str:
    """Return a type as written, without `?`; "" if the compiler is left to find it."""
    if node is None or node.type == "implicit_type":
        return ""
    return short(node, 120).rstrip("?")


def does(body: Node | None) -> tuple[str, ...]:
    """Return what the statements of an error handler do, in the words of Catch.does."""
    words: list[str] = []
    for each in body.named_children if body is not None else ():
        kind = each.type
        if kind in DOES:
            words.append(DOES[kind])
        elif kind == "expression_statement":
            words.append(_expression_does(first_of(each)))
        elif kind not in (
            "empty_statement",
            "preproc_region",
            "preproc_endregion",
            "preproc_pragma",
        ):
            whole = text(each)
            words += [word for word, sign in (("raise", "throw"), ("return", "return")) if sign in whole]
            heads = re.findall(r"[\w.?]+(?=\()", whole[:2000])
            words.append("log" if any(_LOG.search(head) for head in heads) else "other")
    return tuple(dict.fromkeys(words))


def _expression_does(node: Node | None) -> str:
    if node is not None and node.type == "await_expression":
        node = first_of(node)
    if node is None or node.type not in ("invocation_expression", "object_creation_expression"):
        return "assign"
    return "log" if _LOG.search(short(node.child_by_field_name("function"), 80).replace("?", "")) else "call"


def prepared(source: bytes) -> bytes:
    """Return source of the same length that the grammar can read: no conditional compilation, no newest syntax."""
    if b"#if" in source or b"# if" in source:
        source = _one_program(source)
    if b"extension" in source:
        source = _EXTENSION.sub(_EXTENSION_TYPE, source)
    if b"?." in source:
        source = _CONDITIONAL_TARGET.sub(rb"\1 ", source)
    return source


def _one_program(source: bytes) -> bytes:
    """Blank the directives, and each branch that cannot stand beside the one before it."""
    made = bytearray(source)
    open_: list[list[tuple[int, int]]] = []  # for each #if that is open: its branches
    never: set[int] = set()  # starts of branches that are never compiled
    for match in _DIRECTIVE.finditer(source):
        start, end = match.span()
        if match[1] == b"if":
            open_.append([])
            if _NEVER.search(match[0]):
                never.add(end)
        elif not open_:
            continue
        else:
            first, _ = open_[-1].pop()
            if first in never:
                made[first:start] = _NOT_LINE_ENDS.sub(b" ", bytes(made[first:start]))
            open_[-1].append((first, start))
        made[start:end] = b" " * (end - start)
        if match[1] == b"endif":
            _blank_branches(made, open_.pop())
        else:
            open_[-1].append((end, end))
    return bytes(made)


def _blank_branches(made: bytearray, branches: list[tuple[int, int]]) -> None:
    if all(_is_whole(bytes(made[first:last])) for first, last in branches):
        return
    kept = next((n for n, (first, last) in enumerate(branches) if made[first:last].strip()), 0)
    for n, (first, last) in enumerate(branches):
        if n != kept:
            made[first:last] = _NOT_LINE_ENDS.sub(b" ", bytes(made[first:last]))


def _is_whole(branch: bytes) -> bool:
    """Whether a branch is statements or members, so that branches may stand one after the other."""
    bare = _COMMENT_END.sub(b"", branch).strip()
    if not bare:
        return True
    is_balanced = all(bare.count(a) == bare.count(b) for a, b in ((b"{", b"}"), (b"(", b")")))
    return is_balanced and bare[-1:] in b";}]" and bare[:1] not in b".&|?:,+="


def names_in(node: Node | None) -> Iterable[str]:
    """Return the variables that a loop or a deconstruction declares."""
    if node is None:
        return
    if node.type == "identifier":
        yield text(node)
        return
    todo = [node]
    while todo:
        each = todo.pop()
        name = each.child_by_field_name("name") if each.type == "declaration_expression" else None
        if name is not None:
            yield text(name)
        elif each.type in ("identifier", "discard"):
            yield text(each)
        else:
            todo += reversed(each.named_children)


def bare_type(written: str) -> str:
    """Return a type without namespace and generics: `IQueryable` of `System.Linq.IQueryable<Order>`."""
    return written.partition("<")[0].rpartition(".")[2]


def first_of(node: Node) -> Node | None:
    """Return the first named child that is no comment."""
    children = node.named_children
    if children and children[0].type != "comment":
        return children[0]
    return next((each for each in children if each.type != "comment"), None)
