"""Kotlin's simple values, and what an error handler does."""

from collections.abc import Callable, Mapping

from tree_sitter import Node

from backwright.review.facts import Arg
from backwright.review.read.kotlin.nodes import child, first_named
from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import short, text
from backwright.review.regexes import regex

_PATH = regex(r"\"/[\w/{}-]*\"")
_DOES = {
    "line_comment": "comment",
    "block_comment": "comment",
    "throw_expression": "raise",
    "return_expression": "return",
    "assignment": "assign",
    "property_declaration": "assign",
}


def _word(node: Node) -> Arg:
    word = text(node)
    return Arg("bool" if word in ("true", "false") else "none" if word == "null" else "name", word)


def _reference(node: Node) -> Arg:
    return Arg("name", short(node).removeprefix("::").replace("::", "."))


def _signed(node: Node) -> Arg:
    held = first_named(node)
    is_number = held is not None and held.type.endswith("_literal") and text(child(node, 0)) == "-"
    return Arg("num" if is_number else "other", short(node))


def _types(node: Node) -> Arg:
    return Arg("type", short(node)[1:-1])


def _bracketed_types(node: Node) -> Arg:  # see repair
    held = short(node.parent)
    return Arg("type", held[held.find("[") + 1 : -1].replace("[", "<").replace("]", ">"))


def _indexed(node: Node) -> Arg:
    return Arg("name", short(node))


VALUES: Mapping[str, Callable[[Node], Arg]] = {
    "identifier": _word,
    "callable_reference": _reference,
    "unary_expression": _signed,
    "type_arguments": _types,
    "[": _bracketed_types,
    "index_expression": _indexed,
}


def literal(node: Node) -> str:
    """Return what a text stands for in front of a call: itself if it is a path, as in `"/orders".nest { }`; others say nothing."""
    told = short(node)
    return f"'{told[1:-1]}'" if _PATH.fullmatch(told) else "''"


def does(body: Node | None) -> tuple[str, ...]:
    """Return what an error handler does, in words."""
    words: list[str] = []
    for each in body.named_children if body is not None else ():
        kind = each.type
        if kind in _DOES:
            words.append(_DOES[kind])
        elif kind == "call_expression":
            words.append("log" if LOG.search(short(each, 60).partition("(")[0].partition("{")[0]) else "call")
        elif kind == "identifier":
            word = text(each)
            words.append(
                "continue" if word in ("continue", "break") else "pass" if word in ("Unit", "null") else "other"
            )
        else:
            whole = text(each)
            words += [word for word, sign in (("raise", "throw "), ("return", "return")) if sign in whole]
            words.append("log" if LOG.search(whole) else "other")
    return tuple(dict.fromkeys(words))
