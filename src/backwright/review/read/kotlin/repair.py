"""Kotlin that the grammar cannot read, rewritten into what it can: at equal length but for JPA's properties and references, and lines always stay."""

import re
from re import Match

from backwright.review.regexes import regex

DOLLAR = b"\x01"  # stands for a `$` that puts nothing in: the reader turns it back
NOTHING = b"\x02"  # stands for the first of two dollars

_SUSPEND = regex(rb"suspend(?<!\wsuspend)(?=\s*\{)")
_CONTEXT = regex(
    rb"^[ \t]*context\s*\((?:[^()]|\([^()]*\)){0,400}\)"
    rb"(?=\s*(?:@|(?:[a-z]+\s+){0,6}(?:fun|val|var|class|interface|object)\b))"
    rb"|(?:(?<=: )|(?<=suspend ))context\([^()\n]*\)",
    re.MULTILINE,
)
_GUARD = regex(rb" if (?=[^\n]{0,300}->)")
_TESTED = regex(rb"^\s*(?:!?is|!?in|[A-Z]\w*)\b(?:(?!->)[^\"]){0,200}$")
_JUMP = regex(rb"(?<=break)@\w+|(?<=continue)@\w+")
_DELEGATION = regex(rb" by(?= [\w.]+(?:\([^()\n]*\))? *\{[ \t]*\r?\n)")
_HEADER = regex(rb"^\s*\)|^\s*(?:@?\w+\s+)*(?:class|object)\b|= object\b")
_MEMBER = regex(rb"\n[ \t]*([ \t])(?=(?:get(?:\((?!\s*\))|\s*[<{.\[])|set\([^():\n]*[.,\"]|where(?:\?\.|\.| = )))")
_INFIX_GET = regex(rb"(?<=[})] )get(?= [A-Za-z(])")
_DOLLARS = regex(rb'\$\$("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*")')
_LONE_DOLLAR = regex(rb"(?<!\$)\$(?!\$)")
_TYPE = rb"[A-Z][\w.]*(?:<[\w.<>, ?*]{1,120}>)?\??"
_GENERIC = regex(rb"<(" + _TYPE + rb"(?:, ?" + _TYPE + rb")*)>(?=\((?!\))| ?\{)")
_GENERIC_CALL = regex(rb"(?:(?:= |\(|return |\?: )[A-Z]\w*|(?<![\w>])(?<![^?]: )[a-z]\w*)$")
_ONE_LINE = regex(rb"\b(?:class|object|interface)\b[^\n]*")
_BODY = regex(rb"(\b(?:class|interface|object) \w+(?:<[^\n{}>]{0,80}>)?) \{((?:[ \t]*\r?\n)*)[ \t]")
_BARE = regex(rb"^[a-z]+(?= (?:class|interface|object) \w+[ \t]*\r?$)", re.MULTILINE)
_FUNCTION = regex(rb"^(?:private|internal|public|open|inline)(?= fun [\w.<>]+\(\) \{)", re.MULTILINE)
_BEFORE = regex(rb"[ \t]*(@\S+ )*(?:[a-z]+ )*$")
_CLOSED = regex(rb"(?<=[^\s{>;]) (?=\})")
_HANDLER = regex(rb"\b(?:catch ?\(|finally ?\{)")
_NOT_NULL = regex(rb" & Any\b")
_LAST_COMMA = regex(rb",(?=[ \t\r]*\n[ \t]*>)")
# JPA's getters and setters as Kotlin's properties. These lines grow, which only what follows in them notices.
_RESULTS = regex(rb"\.(resultList|resultStream|singleResult|singleResultOrNull)\b(?![ \t]*[(=])")
_MAX_RESULTS = regex(rb"\.maxResults = (?!=)([^\n{}]+)")
# orders.map(::reply), ids.map(orders::findById): what runs for each element, as the lambda that it stands for.
_FOR_EACH = regex(
    rb"\.(map|mapNotNull|flatMap|forEach|onEach|any|all|none|associateWith|associateBy|groupBy|sumOf)\([ \t]*(?:(?:this|([a-z]\w*))?::(\w+))[ \t]*\)"
)
_KEYWORDS = frozenset({b"by", b"in", b"is", b"as", b"else", b"return", b"throw", b"to", b"and", b"or"})
_BRACKETS = bytes.maketrans(b"<>?*", b"[] _")


def _lambda(found: Match[bytes]) -> bytes:
    on = found[2] + b"." if found[2] else b""
    return b"." + found[1] + b" { " + on + found[3] + b"(it) }"


def _called(found: Match[bytes]) -> bytes:
    return b".get" + found[1][:1].upper() + found[1][1:] + b"()"


def repair(source: bytes) -> bytes:
    """Return the source with each known weak spot of the grammar written in another way."""
    if b"suspend" in source:
        source = _SUSPEND.sub(_blank, source)
    if b"context(" in source or b"context (" in source:
        source = _CONTEXT.sub(_blank, source)
    if b" if " in source and b"when" in source:
        source = _GUARD.sub(_guard, source)
    if b"break@" in source or b"continue@" in source:
        source = _JUMP.sub(_blank, source)
    if b" by " in source:
        source = _DELEGATION.sub(_delegation, source)
    if b"$$" in source:
        source = _DOLLARS.sub(_dollars, source)
    if b"} get " in source or b") get " in source:
        source = _INFIX_GET.sub(b"Get", source)
    if b" & Any" in source:
        source = _NOT_NULL.sub(_blank, source)
    source = _GENERIC.sub(_generic, source)
    source = _ONE_LINE.sub(_one_line, source)
    if b"@" in source:
        source = _BODY.sub(_body, source)
        source = _BARE.sub(_unmodified, source)
        source = _FUNCTION.sub(_unmodified, source)
    source = _LAST_COMMA.sub(b" ", source)
    if b"catch" in source or b"finally" in source:
        source = _join_handlers(source)
    if b"persistence" in source or b"hibernate" in source:
        source = _MAX_RESULTS.sub(rb".setMaxResults(\1)", _RESULTS.sub(_called, source))
    if b"::" in source:
        source = _FOR_EACH.sub(_lambda, source)
    if b" get" in source or b" set(" in source or b" where" in source or b"\tget" in source:
        source = _end_statements(source)
    return source


def _blank(match: Match[bytes]) -> bytes:
    """Spaces instead of what the facts do not need; lines stay lines."""
    found = match[0]
    return b" " * len(found) if b"\n" not in found else re.sub(rb"[^\n]", b" ", found)


def _guard(match: Match[bytes]) -> bytes:
    """`is A if b ->` in a `when`: one more condition instead."""
    at = match.start()
    line = match.string[match.string.rfind(b"\n", 0, at) + 1 : at]
    return b" ,  " if _TESTED.search(line) else match[0]


def _one_line(match: Match[bytes]) -> bytes:
    """`class A { val b = 1 }`: a member ends with a line or a semicolon."""
    line = match[0]
    at = line.find(b"{")
    return line[:at] + _CLOSED.sub(b";", line[at:]) if at >= 0 and b" }" in line else line


def _body(match: Match[bytes]) -> bytes:
    """`@A @B class C { ... }` can be read as `class` called with `C` and a lambda: not if it extends something."""
    source, at = match.string, match.start()
    before = _BEFORE.match(source, source.rfind(b"\n", 0, at) + 1, at)
    if before is None or not (before[1] or _is_marked(source, before.start())):
        return match[0]
    return match[1] + b":_{" + match[2]


def _unmodified(match: Match[bytes]) -> bytes:
    """`@A private fun b() { ... }`, the same: not without `private`."""
    return b" " * len(match[0]) if _is_marked(match.string, match.start()) else match[0]


def _is_marked(source: bytes, at: int) -> bool:
    """Whether the line before is an annotation, or can be the end of one."""
    start = source.rfind(b"\n", 0, max(0, at - 1)) + 1
    return source[start:at].lstrip()[:1] in (b"@", b")")


def _delegation(match: Match[bytes]) -> bytes:
    """`class A : B by b {` would read the body as a lambda for `b`."""
    at = match.start()
    before = match.string[match.string.rfind(b"\n", 0, at) + 1 : at]
    return b"  ," if b":" in before and _HEADER.search(before) else match[0]


def _dollars(match: Match[bytes]) -> bytes:
    """`$$"..."` puts in what has two dollars; one stands for itself."""
    return b"  " + _LONE_DOLLAR.sub(DOLLAR, match[1]).replace(b"$$", NOTHING + b"$")


def _generic(match: Match[bytes]) -> bytes:
    """`get<Item>(x)` and `get<Item> {` are read as comparisons: brackets are not."""
    at = match.start()
    if not _GENERIC_CALL.search(match.string[max(0, at - 60) : at]):
        return match[0]
    return b"[" + match[1].translate(_BRACKETS) + b"]"


def _join_handlers(source: bytes) -> bytes:
    """`catch` on a line of its own would start a statement, but for a comment before it."""
    changed = None
    for match in _HANDLER.finditer(source):
        at = match.start()
        start = source.rfind(b"\n", 0, at) + 1
        if at - start >= 4 and not source[start:at].strip():
            changed = changed or bytearray(source)
            changed[at - 4 : at] = b"/**/"
    return source if changed is None else bytes(changed)


def _end_statements(source: bytes) -> bytes:
    """`get(` on a new line after a property is read as its getter: end the statement before it."""
    places = [match.start(1) for match in _MEMBER.finditer(source) if _ends_statement(source, match.start())]
    if not places:
        return source
    changed = bytearray(source)
    for place in places:
        changed[place] = 0x3B
    return bytes(changed)


def _ends_statement(source: bytes, at: int) -> bool:
    """Whether a statement can end before `at`, comments left out."""
    for _ in range(20):
        before = source[max(0, at - 400) : at].rstrip()
        if before.endswith(b"*/"):
            at = source.rfind(b"/*", 0, at)
            if at < 0:
                return False
            continue
        start = before.rfind(b"\n") + 1
        comment = before.find(b"//", start)
        if comment >= 0 and before.count(b'"', start, comment) % 2 == 0:
            at -= len(source[max(0, at - 400) : at]) - comment
            continue
        word = before[-7:].split()[-1:]
        if word and word[0] in _KEYWORDS:
            return False
        return before[-1:].isalnum() or (bool(before) and before[-1:] in b")}]\"'_!?")
    return False
