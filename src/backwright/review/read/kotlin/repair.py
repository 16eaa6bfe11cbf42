"""Kotlin that the grammar cannot read, rewritten at equal length into what it can, so that positions stay."""

import re
from re import Match

DOLLAR = b"\x01"  # stands for a `$` that puts nothing in: the reader turns it back
NOTHING = b"\x02"  # stands for the first of two dollars

_SUSPEND = re.compile(rb"\bsuspend(?=\s*\{)")
_CONTEXT = re.compile(
    rb"^[ \t]*context\s*\((?:[^()]|\([^()]*\)){0,400}\)"
    rb"(?=\s*(?:@|(?:(?:private|public|internal|protected|suspend|inline|override|open|abstract|operator|infix|data)\s+)*"
    rb"(?:fun|val|var|class|interface|object)\b))",
    re.MULTILINE,
)
_GUARD = re.compile(rb"^([ \t]*(?:!?is|!?in|[A-Z]\w*)\b(?:(?!->)[^\n\"]){0,200}?) if (?=[^\n]*->)", re.MULTILINE)
_JUMP = re.compile(rb"(?<=break)@\w+|(?<=continue)@\w+")
_DELEGATION = re.compile(rb"^([^\n]*:[^\n]* )by(?= [\w.]+(?:\([^()\n]*\))? *\{[ \t]*\r?$)", re.MULTILINE)
_HEADER = re.compile(rb"^\s*\)|^\s*(?:@?\w+\s+)*(?:class|object)\b|= object\b")
_MEMBER = re.compile(rb"\n[ \t]*([ \t])(?=(?:get(?:\((?!\s*\))|\s*[<{.\[])|where(?:\?\.|\.| = )))")
_INFIX_GET = re.compile(rb"(?<=[})] )get(?= [A-Za-z])")
_DOLLARS = re.compile(rb'\$\$("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*")')
_LONE_DOLLAR = re.compile(rb"(?<!\$)\$(?!\$)")
_TYPE = rb"[A-Z][\w.]*(?:<[\w.<>, ?*]{1,120}>)?\??"
_GENERIC = re.compile(rb"(?<=\w)<(" + _TYPE + rb"(?:, ?" + _TYPE + rb")*)>(?=\((?!\))| ?\{)")
_GENERIC_CALL = re.compile(rb"(?:(?:= |\(|return |-> |\?: )[A-Z]\w*|(?<![\w>])[a-z]\w*)$")
_BRACKETS = bytes.maketrans(b"<>?*", b"[] _")


def repair(source: bytes) -> bytes:
    """Return the source with each known weak spot of the grammar written in another way."""
    if b"suspend" in source:
        source = _SUSPEND.sub(_blank, source)
    if b"context" in source:
        source = _CONTEXT.sub(_blank, source)
    if b" if " in source and b"when" in source:
        source = _GUARD.sub(rb"\1 ,  ", source)
    if b"break@" in source or b"continue@" in source:
        source = _JUMP.sub(_blank, source)
    if b" by " in source:
        source = _DELEGATION.sub(_delegation, source)
    if b"$$" in source:
        source = _DOLLARS.sub(_dollars, source)
    if b"} get " in source or b") get " in source:
        source = _INFIX_GET.sub(b"Get", source)
    source = _GENERIC.sub(_generic, source)
    if b" get" in source or b" where" in source or b"\tget" in source:
        source = _end_statements(source)
    return source


def _blank(match: Match[bytes]) -> bytes:
    """Spaces instead of what the facts do not need; lines stay lines."""
    found = match[0]
    return b" " * len(found) if b"\n" not in found else re.sub(rb"[^\n]", b" ", found)


def _delegation(match: Match[bytes]) -> bytes:
    """`class A : B by b {` would read the body as a lambda for `b`."""
    before = match[1]
    return before + b" ," if _HEADER.search(before) else match[0]


def _dollars(match: Match[bytes]) -> bytes:
    """`$$"..."` puts in what has two dollars; one stands for itself."""
    return b"  " + _LONE_DOLLAR.sub(DOLLAR, match[1]).replace(b"$$", NOTHING + b"$")


def _generic(match: Match[bytes]) -> bytes:
    """`get<Item>(x)` and `get<Item> {` are read as comparisons: brackets are not."""
    at = match.start()
    if not _GENERIC_CALL.search(match.string[max(0, at - 60) : at]):
        return match[0]
    return b"[" + match[1].translate(_BRACKETS) + b"]"


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
        return before[-1:].isalnum() or before[-1:] in (
            b")",
            b"}",
            b"]",
            b'"',
            b"'",
            b"_",
            b"!",
            b"?",
        )
    return False
