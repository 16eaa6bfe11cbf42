"""C++ macros that declare things, written as the C++ they stand for, at equal length so that positions stay.

`METHOD_LIST_BEGIN ... METHOD_LIST_END` (Drogon) becomes a method that holds the calls between; `ENDPOINT(...) {` (oat++)
becomes `$():$INT(...) {`, a constructor whose initializer list has the macro's arguments; a `$` marks what was rewritten.
`ENDPOINT_ASYNC("GET", "/x", List) {` is a class with a method `act`, and becomes `struct [[$INT_ASYNC("GET", "/x")]] List {`.
"""

import re
from itertools import pairwise

from backwright.review.regexes import regex

MARK = "$"
_LISTS = regex(rb"\b((?:METHOD|PATH|WS_PATH)_LIST_)BEGIN\b((?:(?!_LIST_BEGIN).)*?)\b\1END\b", re.DOTALL)
_EXPORTS = regex(rb"\b[A-Z][A-Z0-9_]*_(?:EXPORTS?|API|DLL|DEPRECATED)_?\b(?![ \t]*\()")
_CLASS = regex(
    rb"(?:class|struct)[ \t]+([A-Z][A-Z0-9_]{2,})[ \t]+(?=[A-Za-z_]\w*[ \t]*(?:final[ \t]*)?(?:\n[ \t]*)?[:{])"
)
_NOISE = regex(
    rb"\bQ_(?:OBJECT|GADGET|INVOKABLE)\b|\b[A-Z]\w*_NAMESPACE_(?:BEGIN|END)\b(?:\([^()\n]*\))?"
    rb"|\b(?:DTO_INIT|API_CLIENT_INIT)[ \t]*\([^()\n]*\)"
)
_STRING = rb"\"(?:[^\"\\\n]|\\.)*\""
_COROUTINE = regex(
    rb"(?P<start>\n[ \t;]*)ENDPOINT_ASYNC[ \t]*\((?P<given>\s*%(text)s\s*,\s*(?:%(text)s|[\w:\s])+),\s*(?P<name>\w+)\s*\)(?=\s*\{)"
    % {b"text": _STRING}
)
_CONTROLLER = regex(rb"\bENDPOINT_ASYNC_INIT[ \t]*\([^()\n]*\);?")
# What stands before the argument list: a function with a body, one without, and a field.
_OATPP = regex(
    rb"\n[ \t;]*(?:(?P<body>ENDPOINT\w*|DTO_FIELD_INFO)|(?P<query>QUERY|API_CALL\w*)"
    rb"|(?P<field>DTO_FIELD|OATPP_CREATE_COMPONENT|OATPP_COMPONENT))(?=[ \t]*\()"
)
# A macro that is a statement without a semicolon: LOG_X("...") and the next line starts with a word.
_PART = rb"[^()\n;{}\"]|\"(?:[^\"\\\n]|\\.)*\""
_UNENDED = regex(
    rb"\n[ \t]*[A-Z][A-Z0-9_]{3,}\w*[ \t]*\((?:%(part)s|\((?:%(part)s|\((?:%(part)s)*\))*\))*\)[ \t]*\n\s*?([ \t])"
    rb"(?=(?:\s|//[^\n]*\n|/\*.*?\*/)*[A-Za-z_])" % {b"part": _PART},
    re.DOTALL,
)
_ASKED = regex(rb"\n[ \t;]*\$ \$:\$\w*[ \t]*(?=\()")
_BRACKETS = regex(rb"[()]|//[^\n]*|%s" % _STRING)
_ARGUMENTS_MAX = 20_000  # bytes of one query's arguments
_GAP_MAX = 200  # bytes of blanks that may stand before the semicolon
_CO_RETURN = regex(rb"\bco_return(?=\s*\{)")  # the grammar has no list there
CONTROLLER = b"$ controller;"  # what every such class has: the controller that it is written in
_PREFIXES = {"body": b"$():", "query": b"$ $:", "field": b"$ $="}
_CONDITION = regex(rb"#[ \t]*(if|elif|else|endif)\w*[^\n]*")
_OPENS = regex(rb"\s*(?:[:,?)\]]|&&|\|\||<<|=)")
_MIDDLE = b",(=&|+?<["
_NESTED_MAX = 40  # `#if` in `#if`; deeper is generated, or no code
_BLANK = regex(rb"[^\n]")
_NAMES = {
    f"{MARK}{name[5:]}": name
    for name in (
        "ENDPOINT ENDPOINT_ASYNC ENDPOINT_INFO ENDPOINT_INTERCEPTOR ENDPOINT_INTERCEPTOR_ASYNC DTO_FIELD DTO_FIELD_INFO "
        "QUERY API_CALL API_CALL_ASYNC API_CALL_HEADERS OATPP_CREATE_COMPONENT OATPP_COMPONENT"
    ).split()
}


def full_name(name: str) -> str:
    """Return the macro that a rewritten name stands for; any other name as it is."""
    return _NAMES.get(name, name)


def rewritten(source: bytes) -> bytes:
    """Return the source with macros as plain C++ and with what breaks its brackets blanked."""
    if not source.isascii():
        source = _readable(source)
    if b"_LIST_BEGIN" in source:
        source = _LISTS.sub(_list, source)
    if b"_EXPORT" in source or b"_API" in source or b"_DLL" in source or b"_DEPRECATED" in source:
        source = _EXPORTS.sub(_unless_directive, source)
    if b"class" in source or b"struct" in source:
        source = _CLASS.sub(_blank_first, source)
    if b"Q_" in source or b"_NAMESPACE_" in source or b"_INIT" in source:
        source = _NOISE.sub(_unless_directive, source)
    if b"co_return" in source:
        source = _CO_RETURN.sub(b"return   ", source)
    source = _UNENDED.sub(_ended, source)
    if b"oatpp" in source or b"OATPP" in source or b"ENDPOINT_ASYNC_INIT" in source:
        if b"ENDPOINT_ASYNC" in source:
            source = _CONTROLLER.sub(
                CONTROLLER, _COROUTINE.sub(rb"\g<start>struct [[$INT_ASYNC(\g<given>)]] \g<name>", source)
            )
        source = _queries_ended(_OATPP.sub(_oatpp, source))
    return _conditions(source) if b"#if" in source or b"# if" in source else source


def _readable(source: bytes) -> bytes:
    """Return valid UTF-8 of the same length: the parser's predicates raise on anything else."""
    try:
        source.decode()
    except UnicodeDecodeError:
        # Each byte that is none of a character becomes one `?`.
        return source.decode("utf-8", "surrogateescape").encode("utf-8", "replace")
    return source


def _list(found: re.Match[bytes]) -> bytes:
    if _in_directive(found):
        return found[0]
    opening, closing = found[1] + b"BEGIN", found[1] + b"END"
    return b"void $(){".ljust(len(opening)) + found[2] + b"}".ljust(len(closing))


def _oatpp(found: re.Match[bytes]) -> bytes:
    kind = found.lastgroup or ""
    if kind != "body" and found.string[: found.start()].rstrip()[-1:] in (b",", b"("):
        return found[0]  # a parameter
    name = found[kind]
    return found[0][: -len(name)] + _PREFIXES[kind] + b"$" + name[5:]


def _queries_ended(source: bytes) -> bytes:
    """End each `QUERY(...)` that has no semicolon behind it: the macro needs none."""
    parts: list[bytes] = []
    done = 0
    for found in _ASKED.finditer(source):
        end = _closing(source, found.end()) if found.start() >= done else -1
        if end > 0 and source[end : end + _GAP_MAX].lstrip()[:1] not in (b";", b"", b","):
            parts += (source[done:end], b";")
            done = end
    return b"".join((*parts, source[done:])) if parts else source


def _closing(source: bytes, at: int) -> int:
    """Return where the arguments end that begin here, -1 if they do not end."""
    depth = 0
    for found in _BRACKETS.finditer(source, at, at + _ARGUMENTS_MAX):
        if found[0] in (b"(", b")"):
            depth += 1 if found[0] == b"(" else -1
            if depth == 0:
                return found.end()
    return -1


def _ended(found: re.Match[bytes]) -> bytes:
    at = found.start(1) - found.start()
    return found[0][:at] + b";" + found[0][at + 1 :]


def _in_directive(found: re.Match[bytes]) -> bool:
    start = found.string.rfind(b"\n", 0, found.start()) + 1
    return found.string[start : found.start()].lstrip().startswith(b"#")


def _unless_directive(found: re.Match[bytes]) -> bytes:
    return found[0] if _in_directive(found) else b" " * len(found[0])


def _blank_first(found: re.Match[bytes]) -> bytes:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return found[0][:start] + b" " * (end - start) + found[0][end:]


def _conditions(source: bytes) -> bytes:
    """Blank `#if` lines that stand amid a statement, with all their branches but the first."""
    groups: list[list[re.Match[bytes]]] = []
    blanks: list[tuple[int, int]] = []
    for found in _CONDITION.finditer(source):
        if source[source.rfind(b"\n", 0, found.start()) + 1 : found.start()].strip():
            continue
        if found[1] == b"if":
            groups.append([found])
        elif groups:
            groups[-1].append(found)
            if found[1] == b"endif":
                group = groups.pop()
                blanks += _broken(source, group) if len(groups) < _NESTED_MAX else ()
    if not blanks:
        return source
    made = bytearray(source)
    for start, end in blanks:
        made[start:end] = _BLANK.sub(b" ", source[start:end])
    return bytes(made)


def _broken(source: bytes, group: list[re.Match[bytes]]) -> list[tuple[int, int]]:
    first = group[0]
    branches = [source[one.end() : other.start()] for one, other in pairwise(group)]
    is_dead = first[0].split()[-2:] in ([b"#if", b"0"], [b"if", b"0"])
    before = source[max(0, first.start() - 200) : first.start()].rstrip()[-1:]
    breaks = (before and before in _MIDDLE) or any(
        branch.count(b"{") != branch.count(b"}")
        or branch.count(b"(") != branch.count(b")")
        or _OPENS.match(branch)
        or _ends_amid(branch)
        for branch in branches
    )
    if is_dead:
        return [(first.end(), group[1].start())]
    if not breaks:
        return []
    rest = [(group[1].start(), group[-1].end())] if len(group) > 2 else [group[-1].span()]
    return [first.span(), *rest]


def _ends_amid(branch: bytes) -> bool:
    """Whether a branch ends amid a statement: `if (x)` without what follows, `else`, `a,`."""
    line = branch.rstrip().rpartition(b"\n")[2].strip()
    if not line or line.startswith((b"#", b"//", b"*")) or line.endswith((b"*/", b"\\")):
        return False
    line = line.partition(b"//")[0].rstrip()
    return line[-1:] not in (b";", b"{", b"}", b":", b">", b"")
