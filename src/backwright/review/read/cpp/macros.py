"""C++ macros that declare things, written as the C++ they stand for, at equal length so that positions stay.

`METHOD_LIST_BEGIN ... METHOD_LIST_END` (Drogon) becomes a method that holds the calls between; `ENDPOINT(...) {` (oat++)
becomes `$():$INT(...) {`, a constructor whose initializer list has the macro's arguments; a `$` marks what was rewritten.
"""

import re

MARK = "$"
_LISTS = re.compile(rb"\b((?:METHOD|PATH|WS_PATH)_LIST_)BEGIN\b(.*?)\b\1END\b", re.DOTALL)
_EXPORTS = re.compile(rb"\b[A-Z][A-Z0-9_]*_(?:EXPORTS?|API|DLL|DEPRECATED)\b(?![ \t]*\()")
_CLASS = re.compile(
    rb"^[ \t]*(?:template[ \t]*<[^;{}]*>\s*)?(?:class|struct)[ \t]+([A-Z][A-Z0-9_]{2,})[ \t]+"
    rb"(?=[A-Za-z_]\w*[ \t]*(?:final[ \t]*)?(?:\n[ \t]*)?[:{])",
    re.MULTILINE,
)
_NOISE = re.compile(
    rb"\bQ_(?:OBJECT|GADGET|INVOKABLE)\b|\b[A-Z]\w*_NAMESPACE_(?:BEGIN|END)\b(?:\([^()\n]*\))?"
    rb"|\b(?:DTO_INIT|ENDPOINT_ASYNC_INIT|API_CLIENT_INIT)[ \t]*\([^()\n]*\)"
)
# What stands before the argument list: a function with a body, one without, and a field.
_OATPP = re.compile(
    rb"^[ \t]*(?:(?P<body>ENDPOINT\w*|DTO_FIELD_INFO)|(?P<query>QUERY|API_CALL\w*)"
    rb"|(?P<field>DTO_FIELD|OATPP_CREATE_COMPONENT|OATPP_COMPONENT))(?=[ \t]*\()",
    re.MULTILINE,
)
_PREFIXES = {"body": b"$():", "query": b"$ $:", "field": b"$ $="}
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(if|elif|else|endif)\w*[^\n]*", re.MULTILINE)
_OPENS = re.compile(rb"\s*(?:[:,?)\]]|&&|\|\||<<|=)")
_MIDDLE = b",(=&|+?<["
_BLANK = re.compile(rb"[^\n]")
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
    if b"_LIST_BEGIN" in source:
        source = _LISTS.sub(_list, source)
    if b"_EXPORT" in source or b"_API" in source or b"_DLL" in source or b"_DEPRECATED" in source:
        source = _EXPORTS.sub(_unless_directive, source)
    if b"class" in source or b"struct" in source:
        source = _CLASS.sub(_blank_first, source)
    if b"Q_" in source or b"_NAMESPACE_" in source or b"_INIT" in source:
        source = _NOISE.sub(_unless_directive, source)
    if b"oatpp" in source or b"OATPP" in source:
        source = _OATPP.sub(_oatpp, source)
    return _conditions(source) if b"#if" in source or b"# if" in source else source


def _list(found: re.Match[bytes]) -> bytes:
    if _in_directive(found):
        return found[0]
    opening, closing = found[1] + b"BEGIN", found[1] + b"END"
    return b"void $(){".ljust(len(opening)) + found[2] + b"}".ljust(len(closing))


def _oatpp(found: re.Match[bytes]) -> bytes:
    kind = found.lastgroup or ""
    if kind == "query" and found.string[: found.start()].rstrip()[-1:] in (b",", b"("):
        return found[0]  # a parameter of an endpoint
    name = found[kind]
    return found[0][: -len(name)] + _PREFIXES[kind] + b"$" + name[5:]


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
        if found[1] == b"if":
            groups.append([found])
        elif groups:
            groups[-1].append(found)
            if found[1] == b"endif":
                blanks += _broken(source, groups.pop())
    if not blanks:
        return source
    made = bytearray(source)
    for start, end in blanks:
        made[start:end] = _BLANK.sub(b" ", source[start:end])
    return bytes(made)


def _broken(source: bytes, group: list[re.Match[bytes]]) -> list[tuple[int, int]]:
    first = group[0]
    branches = [
        source[one.end() : other.start()] for one, other in zip(group, group[1:], strict=False)
    ]
    is_dead = first[0].split()[-2:] in ([b"#if", b"0"], [b"if", b"0"])
    before = source[max(0, first.start() - 200) : first.start()].rstrip()[-1:]
    breaks = (before and before in _MIDDLE) or any(
        branch.count(b"{") != branch.count(b"}")
        or branch.count(b"(") != branch.count(b")")
        or _OPENS.match(branch)
        for branch in branches
    )
    if is_dead:
        return [(first.end(), group[1].start())]
    if not breaks:
        return []
    rest = [(group[1].start(), group[-1].end())] if len(group) > 2 else [group[-1].span()]
    return [first.span(), *rest]
