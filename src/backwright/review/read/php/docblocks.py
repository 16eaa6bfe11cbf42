"""What is said beside the code: annotations as marks, the types that a docblock declares, and what a last `return` shows."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from backwright.review.facts import Arg, Mark
from backwright.review.read.syntax import STRING_MAX, line_of, text
from backwright.review.regexes import regex

DEPTH_MAX = 4  # annotations inside annotations: @ManyToMany(joinTable = @JoinTable(...)) needs two
_START = regex(r"(?:^|\n)[ \t]*(?:/\*)?\*+[ \t]*@((?:\w+\\)*[A-Z]\w*)(?=[\s(*])")
_TOKEN = regex(
    r"""\s*(?:\*(?![/\w])\s*)*(?:"(?P<str>(?:[^"]|"")*)"|(?P<at>@[\w\\]+)|(?P<word>[\w\\.:-]+)|(?P<mark>[(){}=,:]))""",
    re.DOTALL,
)
_TYPE = regex(r"@(?:var|return)\s+\??([\w\\|<>\[\], ]+)")
_CONSTANTS = {"true": "bool", "false": "bool", "null": "none"}


def docblock(node: Node) -> str:
    """Return the docblock right before a declaration, "" if there is none."""
    before = node.prev_sibling
    for _ in range(2):  # a visibility or type of a property stands in the same node
        if before is None or before.type != "comment":
            return ""
        told = text(before)
        if told.startswith("/**"):
            return told
        before = before.prev_sibling
    return ""


def annotations(node: Node) -> tuple[Mark, ...]:
    r"""Return the annotations of a declaration: `@Route("/x", methods={"GET"})`, `@ORM\Entity`."""
    source = docblock(node)
    if "@" not in source:
        return ()
    first = line_of(node) - source.count("\n") - 1
    found = []
    for match in _START.finditer(source):
        on, _, name = match[1].rpartition("\\")
        args: tuple[Arg, ...] = ()
        if source[match.end() : match.end() + 1] == "(":
            args = tuple(_entries(_Tokens(source, match.end() + 1), ")"))
        found.append(Mark(name, on.replace("\\", "."), args, first + source.count("\n", 0, match.start(1))))
    return tuple(found)


def declared_type(node: Node) -> str:
    """Return the type of `@var` or `@return`, "" if there is none or it says nothing new."""
    source = docblock(node)
    found = _TYPE.search(source) if "@" in source else None
    if found is None:
        return ""
    arms = [arm.strip().lstrip("\\") for arm in found[1].split("|")]
    arms = [arm for arm in arms if arm and arm.lower() not in ("null", "mixed", "array", "false", "void")]
    if not arms:
        return ""
    generic = re.match(r"[\w\\]+<.*>", arms[0])
    if generic:
        return re.sub(r"<(?:int|string|array-key|mixed)\s*,\s*", "<", generic[0])  # the key says nothing
    return re.split(r"[\s,]", arms[0])[0]


class _Tokens:
    def __init__(self, source: str, at: int) -> None:
        self.source, self.at = source, at

    def next(self) -> tuple[str, str]:
        found = _TOKEN.match(self.source, self.at)
        if found is None:
            return "", ""
        self.at = found.end()
        return found.lastgroup or "", found[found.lastgroup or 0]

    def peek(self) -> tuple[str, str]:
        at = self.at
        token = self.next()
        self.at = at
        return token


def _entries(tokens: _Tokens, closing: str, depth: int = DEPTH_MAX) -> Iterator[Arg]:
    """Yield the values up to a closing bracket; a key before `=` or `:` becomes the value's name."""
    while True:
        kind, word = tokens.next()
        if not kind or (word == closing and kind == "mark"):
            return
        if kind == "mark" and word == ",":
            continue
        name = ""
        if kind in ("str", "word") and tokens.peek() in (("mark", "="), ("mark", ":")):
            tokens.next()
            name = word
            kind, word = tokens.next()
        value = _value(tokens, kind, word, depth)
        value.name = name
        yield value


def _value(tokens: _Tokens, kind: str, word: str, depth: int) -> Arg:
    if kind == "str":
        return Arg("str", word.replace('""', '"')[:STRING_MAX])
    if kind == "at":
        items: tuple[Arg, ...] = ()
        if tokens.peek() == ("mark", "("):
            tokens.next()
            items = tuple(_entries(tokens, ")", depth - 1)) if depth else ()
        return Arg("call", word[1:].replace("\\", "."), items=items)
    if word == "{":
        held = tuple(_entries(tokens, "}", depth - 1)) if depth else ()
        return Arg("dict" if any(item.name for item in held) else "list", items=held)
    if word.lower() in _CONSTANTS:
        return Arg(_CONSTANTS[word.lower()], word)
    if word.replace(".", "", 1).lstrip("-").isdigit():
        return Arg("num", word)
    return Arg("name", word.replace("::", "."))


def given_back(node: Node) -> str:
    """Return the type that the last statement of a method shows: itself for `return $this`, a class for `return new Order`."""
    body = node.child_by_field_name("body")
    last = body.named_children[-1] if body is not None and body.named_children else None
    value = last.named_children[0] if last is not None and last.type == "return_statement" and last.named_children else None  # fmt: skip
    if value is None:
        return ""
    if value.type == "variable_name":
        return "self" if text(value) == "$this" else ""
    made = value.named_children[0] if value.type == "object_creation_expression" and value.named_children else None
    return text(made).lstrip("\\") if made is not None and made.type in ("name", "qualified_name") else ""
