"""Rust's macros, rewritten before the parse so that what stands in them is read like any other code.

A grammar sees only tokens in `format!("{}", a.b())`. Nearly all macros of a backend hold plain expressions, so
the source is changed before it is parsed, byte for byte, and no position moves:

    name!(a, b)             name<FF>(a, b)            a form feed between name and arguments marks a macro
    name!("... {x}", y)     name(c"... {x}", y)       c marks a string with values put in (also `, "` -> `,c"`)
    vec![a; 3]              vec<FF>(a, 3)
    json!({"a": {"b": 1}})  json<FF>(["a"= ["b"= 1]])
    select! { p = f => b }  { (f);  b }               as statements; stream! and lazy_static! too
    run! { conn: a { b } }  '__: { { b } }            blocks that a macro of the project is handed, under a label

A macro whose inside does not parse after that stays as it is. The inside of `#[cfg(test)] mod tests { ... }` is
blanked: it is no part of the program.
"""

import re
from typing import NamedTuple

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from backwright.review.read.syntax import TEXT_MAX
from backwright.review.regexes import regex

MARK = 0x0C
LABEL = b"'__: "
BANG = ord("!")
INSIDE_MAX = 6000  # bytes of one macro that is looked into; longer ones are generated or a language of their own
WORK = 6  # bytes looked at for each byte of the source, at most: macros in macros in macros are read once per level

LOGS = frozenset(
    "trace debug info warn error log event eprintln println eprint print dbg span trace_span debug_span info_span "
    "warn_span error_span error_event".split()
)
RAISES = frozenset("panic todo unimplemented unreachable bail ensure".split())
_FORMATS = (
    LOGS
    | RAISES
    | frozenset(
        "format format_args write writeln anyhow eyre err miette whatever assert assert_eq assert_ne debug_assert debug_assert_eq "
        "debug_assert_ne".split()
    )
)
_JSON = frozenset(["json", "doc", "bson", "json_string", "graphql_value"])
_ARROWS = frozenset(["params", "context", "hashmap", "btreemap", "enum_map"])
_PLAIN = frozenset(
    "vec query query_as query_scalar query_file query_file_as query_unchecked query_as_unchecked migrate routes catchers "
    "services join try_join matches include_str include_bytes env option_env concat stringify params named_params "
    "counter gauge histogram increment_counter uri row args cfg compile_error path".split()
)
_KNOWN = _FORMATS | _JSON | _PLAIN
_BRACED = frozenset(["select", "select_biased", "stream", "try_stream", "lazy_static", "thread_local"])

_MACRO = regex(rb"!( ?)([(\[{])")
_HANDED = regex(rb"\{\s*[a-z]\w*\s*:\s(?:[\w\s,]|//[^\n]*)*\{")  # a macro that is given a value and blocks
_WORDS = regex(rb"(?:[\w\s,:]|//[^\n]*)*")
_ITEMS = regex(rb"\b(struct|enum|fn|impl|static|const|mod|type|trait|union)\b")
_PATH = regex(rb"[\w:]*\Z")
_NAME = regex(rb"[a-z]\w*\Z")
_TOKEN = regex(
    rb'(?:c|b)?"(?:[^"\\]|\\.)*"|\b[bc]?r(?P<h>#+)".*?"(?P=h)|\b[bc]?r"[^"]*"|//[^\n]*|/\*.*?\*/'
    rb"|'(?:[^'\\\n]|\\[^'\n][^'\n]{0,9}|\\')'|[()\[\]{}]|=>|[=<>!+*/%&|^-]=|[=,;]",
    re.DOTALL,
)
_TESTS = regex(
    rb"#\[cfg\((?:all\(|any\()?test\b[^\]\n]*\]\s*(?:#\[[^\]\n]*\]\s*)*(?:pub(?:\([\w:]+\))?\s+)?mod\s+\w+\s*\{"
)
_SIGIL = regex(rb"(?<=[ (\n=])[%?](?=[\w&*(])")
_TARGET = regex(rb"\b(target|parent|name|logger):(?!:)")
_SIMPLE = regex(rb'(?:[\w.,&\s\x0c=]|::|\(\)|c?"(?:[^"\\]|\\.)*")*')
_KEY = regex(rb'("(?:[^"\\]|\\.)*"|\b\w+)(\s*):(?!:)')
_MARKED = regex(rb'(\w)\(c(r#*"|")')
_BIASED = regex(rb"\{\s*biased;")
_NOT_LINE = regex(rb"[^\n]")
_parser = Parser(Language(tree_sitter_rust.language()))


class _Token(NamedTuple):
    start: int
    end: int
    depth: int
    text: bytes


def rewrite(source: bytes) -> bytes:
    """Return the source with the insides of macros as expressions, at the same length."""
    tests = list(_TESTS.finditer(source)) if b"cfg(" in source else []
    macros = list(_MACRO.finditer(source))
    if not tests and not macros:
        return source
    out = bytearray(source)
    done = 0
    for found in tests:
        if found.start() < done:
            continue
        done = _inside(out, found.end() - 1, len(out))[1]
        if done < 0:
            break
        _blank(out, found.end(), done)
    left = WORK * len(source)
    for found in reversed(macros):  # the inner ones first
        if left <= 0:
            break
        start = source.rfind(b"\n", 0, found.start()) + 1
        before = source[start : found.start()]
        name = _NAME.search(before[-40:])
        if name and out[found.start()] == BANG and not before.lstrip().startswith(b"//"):
            left -= _rewrite_one(out, found, name[0].decode())
    return bytes(out)


def source(node: Node, limit: int = TEXT_MAX) -> str:
    """Return a node's source on one line, cut, about as it was before it was rewritten."""
    raw = (node.text or b"")[: 4 * limit]
    if b"\x0c" in raw or b'c"' in raw:
        raw = _MARKED.sub(rb"\1!(\2", raw.replace(b"\x0c", b"!")).replace(b',c"', b', "').replace(b' c"', b' "')
    return " ".join(raw.decode("utf-8", "replace").split())[:limit]


def _rewrite_one(out: bytearray, found: re.Match[bytes], name: str) -> int:
    """Rewrite one macro if its inside then parses; return how many bytes were looked at."""
    opener, start = found.end() - 1, found.start() - len(name)
    is_braced = found[2] == b"{"
    if is_braced and name not in _BRACED and name not in _JSON and name not in _ARROWS:
        return _rewrite_blocks(out, start, opener)
    if not is_braced and (found[1] or (name not in _KNOWN and not _in_expression(out, start))):
        return 0
    tokens, end = _inside(out, opener, INSIDE_MAX)
    if end < 0:
        return INSIDE_MAX
    size = end - opener
    inside = bytearray(out[opener : end + 1])
    base = [token._replace(start=token.start - opener, end=token.end - opener) for token in tokens]
    if is_braced and name in _BRACED:
        _statements(name, inside, base)
        if not _parses(b"fn f() " + inside):
            return 4 * size
        begin = start - len(_PATH.search(out[max(0, start - 60) : start])[0])  # type: ignore[index]
        if name in ("lazy_static", "thread_local"):
            inside[0] = inside[-1] = 0x20
        out[begin:opener] = b" " * (opener - begin)
        out[opener : end + 1] = inside
        return 4 * size
    if is_braced and name in _JSON:
        if not found[1] or not inside[-2:-1].isspace():
            return size
        _entries(inside, base)
        inside[-2], inside[-1], inside[0] = ord("]"), ord(")"), ord("[")
        inside[:0] = b"("
        opener -= 1
    else:
        inside[0], inside[-1] = ord("("), ord(")")
        mark = _expressions(name, inside, base)
        if mark == 0:  # the string itself carries the mark
            inside[:0] = b"("
            inside[1] = ord("c")
            opener -= 1
    if not (name in _KNOWN and _SIMPLE.fullmatch(inside, 1, len(inside) - 1)) and not _parses(
        b"fn f(){f" + inside + b"}"
    ):
        return 4 * size
    out[opener : end + 1] = inside
    if out[found.start()] == BANG:
        out[found.start()] = MARK
    return 2 * size


def _rewrite_blocks(out: bytearray, start: int, opener: int) -> int:
    """Make `db_run! { conn: sqlite, mysql { ... } postgresql { ... } }` the blocks it is handed; return the bytes looked at."""
    if not _HANDED.match(out, opener):
        return 0
    tokens, end = _inside(out, opener, INSIDE_MAX)
    if end < 0:
        return INSIDE_MAX
    inside = bytearray(out[opener : end + 1])
    at = 1
    for token in [*(t for t in tokens if t.depth == 1 and t.text in (b"{", b"}")), _Token(end, end, 1, b"{")]:
        if token.text == b"{":
            words = inside[at : token.start - opener]
            if not _WORDS.fullmatch(words) or _ITEMS.search(words):
                return len(inside)
            _blank(inside, at, token.start - opener)
        at = token.end - opener
    if not _parses(b"fn f() " + inside):
        return 4 * len(inside)
    begin = start - len(_PATH.search(out[max(0, start - 60) : start])[0])  # type: ignore[index]
    out[begin:opener] = LABEL.ljust(opener - begin) if opener - begin >= len(LABEL) else b" " * (opener - begin)
    out[opener : end + 1] = inside
    return 4 * len(inside)


def _expressions(name: str, inside: bytearray, tokens: list[_Token]) -> int:
    """Make the inside of a macro a list of arguments; return 0 if its format string stands right behind the opener."""
    for token in tokens:
        if token.depth == 1 and token.text == b"=>":  # context! { "name" => name }
            inside[token.start + 1] = ord(" ")
        elif token.depth == 1 and token.text == b";" and name == "vec":
            inside[token.start] = ord(",")
    if name in _JSON:
        _entries(inside, tokens)
    if name in LOGS:
        _blank_sigils(inside, tokens)
    return _mark_format(inside, tokens) if name in _FORMATS else 1


def _mark_format(inside: bytearray, tokens: list[_Token]) -> int:
    """Put a c before the format string, if there is room; return where the string starts, less one."""
    for token in tokens:
        if token.depth != 1 or token.text[:1] not in (b'"', b"r"):
            continue
        before = token.start - 1
        if inside[: token.start].rstrip().endswith(b"="):  # target: "x"
            continue
        if inside[before : before + 1].isspace():
            inside[before] = ord("c")
        return before
    return 1


def _blank_sigils(inside: bytearray, tokens: list[_Token]) -> None:
    """`%error`, `?error` and `target: "x"` of log macros as plain values and named arguments."""
    at = 1
    for token in [*tokens, _Token(len(inside) - 1, 0, 0, b"")]:
        if token.text[:1] in (b'"', b"r", b"c", b"/", b"'") or not token.text:
            part = _SIGIL.sub(b" ", bytes(inside[at - 1 : token.start]))
            inside[at - 1 : token.start] = _TARGET.sub(rb"\1=", part)
            at = token.end


def _entries(inside: bytearray, tokens: list[_Token]) -> None:
    """Make `{"a": 1}` an array of assignments, `["a"= 1]`, which the grammar accepts as an expression."""
    opened = [True] if inside[:1] == b"{" else []
    before = b"{" if opened else b"("
    keys: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if token.text in (b"{", b"[", b"("):
            gap = inside[tokens[number - 1].end if number else 1 : token.start].strip()
            is_object = (
                token.text == b"{" and before in (b"(", b"[", b",", b"{", b"'") and (not gap or gap.endswith(b":"))
            )
            opened.append(is_object)
            if is_object:
                inside[token.start] = ord("[")
        elif token.text in (b"}", b"]", b")") and opened:
            if opened.pop():
                inside[token.start] = ord("]")
        elif token.text[:1] == b'"' and opened and opened[-1] and before in (b"{", b","):
            keys.append((token.start, token.end))
        before = token.text if token.text[:1] != b'"' else b"'"
        if before.startswith(b"/"):
            before = b","
    for start, end in keys:
        found = _KEY.match(inside, start)
        if found and found.end(1) == end:
            inside[found.end() - 1] = ord("=")


def _statements(name: str, inside: bytearray, tokens: list[_Token]) -> None:
    """Make the inside of a braced macro a block of statements."""
    if name in ("lazy_static", "thread_local"):
        inside[:] = re.sub(rb"\bstatic ref\b", b"static    ", inside)
    elif name.startswith("select"):
        _select(inside, [token for token in tokens if token.depth == 1])


def _select(inside: bytearray, tokens: list[_Token]) -> None:
    """`pattern = future, if guard => body,` as `(future); body;`."""
    biased = _BIASED.match(inside)
    start, state, guard, is_block = (biased.end() if biased else 1), "pattern", 0, False
    for number, token in enumerate(tokens):
        word = token.text
        if state == "pattern" and word == b"," and not inside[start : token.start].strip():
            _blank(inside, start, token.end)  # the comma behind a block
        elif state == "pattern" and word in (b"=", b"=>"):
            _blank(inside, start, token.end)
            if word == b"=":
                inside[token.end - 1] = ord("(")
            state, guard = ("future", 0) if word == b"=" else ("body", 0)
        elif state == "future" and word == b",":
            guard = token.start
        elif state == "future" and word == b"=>":
            _blank(inside, guard or token.start, token.end)
            inside[guard or token.start] = ord(")")
            inside[token.end - 1] = ord(";")
            state = "body"
        elif state == "body" and word == b",":
            inside[token.start] = ord(";")
            start, state = token.end, "pattern"
        elif state == "body" and word == b"}" and is_block:
            start, state = token.end, "pattern"
        if state == "body" and word == b"=>":
            is_block = _opens_block(inside, token, tokens[number + 1 : number + 2])


def _opens_block(inside: bytearray, arrow: _Token, following: list[_Token]) -> bool:
    """Whether the body behind an arrow is a block."""
    return any(token.text == b"{" and not inside[arrow.end : token.start].strip() for token in following)


def _blank(inside: bytearray, start: int, end: int) -> None:
    inside[start:end] = _NOT_LINE.sub(b" ", bytes(inside[start:end]))


def _inside(out: bytearray, opener: int, limit: int) -> tuple[list[_Token], int]:
    """Return the tokens in a bracket, with their depth, and where it closes; -1 if it does not."""
    tokens: list[_Token] = []
    depth = 0
    for found in _TOKEN.finditer(out, opener, min(len(out), opener + limit)):
        word = found[0]
        if word in b"([{":
            depth += 1
            if depth > 1:
                tokens.append(_Token(found.start(), found.end(), depth - 1, word))
        elif word in b")]}":
            depth -= 1
            if depth == 0:
                return tokens, found.start()
            tokens.append(_Token(found.start(), found.end(), depth, word))
        else:
            tokens.append(_Token(found.start(), found.end(), depth, word))
    return tokens, -1


def _in_expression(out: bytearray, start: int) -> bool:
    """Whether what stands before a macro says that a value is wanted there."""
    before = bytes(out[max(0, start - 80) : start])
    before = before[: len(before) - len(_PATH.search(before)[0])].rstrip()  # type: ignore[index]
    return before.endswith((b"=", b"(", b",", b">", b"&", b"[", b"|", b"return", b"+", b"match", b"if", b"in"))


def _parses(source: bytes) -> bool:
    return not _parser.parse(source).root_node.has_error
