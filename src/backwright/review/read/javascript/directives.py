"""The directive of functions that pages may call on the server: `"use server"`, at the head of a file or of a function."""

import re

from tree_sitter import Node

from backwright.review.read.javascript.patterns import content
from backwright.review.read.syntax import text
from backwright.review.regexes import regex

SERVER = "use server"
_OF_FILE = regex(rb"(?>(?:\xef\xbb\xbf)?(?:\s+|//[^\n]*|/\*.*?\*/)*)[\"']use server[\"']", re.DOTALL)


def serves(source: bytes) -> str:
    """Return where a file has the directive: "file", "function", or "" for nowhere."""
    if b"use server" not in source:
        return ""
    return "file" if _OF_FILE.match(source) else "function"


def has_directive(node: Node) -> bool:
    """Whether a function begins with the directive."""
    body = node.child_by_field_name("body")
    first = next(iter(content(body)), None) if body is not None and body.type == "statement_block" else None
    return first is not None and first.type == "expression_statement" and text(first).strip("\"'`; ") == SERVER
