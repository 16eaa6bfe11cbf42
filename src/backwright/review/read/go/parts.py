"""Pieces of Go's syntax that need no tree: names of packages, tags, types, and what an error handler does."""

import re

from tree_sitter import Node

from backwright.review.facts import Arg, Mark
from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import short, text
from backwright.review.regexes import regex

# How an error is called, and the conditions that ask whether there is one; the query uses them too.
_NAME = r"(\b|\.)((\w*[a-z0-9_])?[eE]rr(or|s)?([A-Z0-9_]\w*)?(\(\))?|e|ex)"
FAILED = (
    rf"({_NAME}\s*!=\s*nil\b|{_NAME}\s*==\s*[A-Za-z]\w*(\.\w+)?|errors\.(Is|As|AsType)\b|"
    r"\bIs[A-Z]\w*\(\s*\w*[eE]rr\w*\)|\bstatus\.Code\()"
)
SUCCEEDED = rf"{_NAME}\s*==\s*nil\b"
ERROR_NAME = r"^(\w*[a-z0-9_])?[eE]rr(or)?([A-Z0-9_]\w*)?$"

_LOOKED_AT = 1500  # bytes of a nested statement that are looked at for what it does
_VAR = regex(rf"(?P<var>[\w.]*{_NAME})\s*[!=]=")
_ASKED = regex(
    r"(?P<no>!?)\s*\b(?P<call>\w+\.)?(?P<name>Is|As|AsType|Is[A-Z]\w*)(\[(?P<type>[^\]]+)\])?"
    r"\(\s*(?P<var>[\w.]+(\(\))?)\s*(,\s*&?(?P<what>[\w.]+))?"
)
_EQUALS = regex(rf"{_NAME}\s*==\s*(?P<what>[A-Za-z]\w*(\.\w+)?)")
_CODE = regex(r"\bstatus\.Code\((?P<var>\w+)\)\s*==\s*(?P<what>[\w.]+)")
_IS_ERROR = regex(ERROR_NAME)
_TAG = regex(r'([\w.-]+):"((?:[^"\\]|\\.)*)"')
_MAJOR = regex(r"v([2-9]|\d\d+)$")
_VERSION = regex(r"\.v\d+$")
_LOGS = regex(
    r"\b(fmt\.(Print|Fprint)|log\w*\.|[a-z]?log\b|klog|glog|sentry|\w*[lL]og(ger)?\b|\b[lL]og[A-Z]|Capture\w+|RecordError|Notice\w*Error)"
)
_STOPS = regex(r"^(panic|os\.Exit|runtime\.Goexit|(.*\.)?(Fatal|Panic)(f|ln|w|Context)?|.*\.FailNow)$")
_MADE = regex(r"(^|\.)([eE]rr\w*|New\w*Err\w*|\w*Err|\w*Error[fs]?|\w*[wW]rapf?|\w*WithStack|\w*WithMessagef?)$")
_WORD = regex(r"\w+")


def package_name(module: str) -> str:
    """Return what a package is called in the files that import it, as far as its path tells."""
    words = module.split("/")
    last = words[-1]
    if len(words) > 1 and _MAJOR.fullmatch(last):
        last = words[-2]
    last = _VERSION.sub("", last)
    for start in ("go-", "golang-", "go."):
        last = last.removeprefix(start) or last
    for end in ("-go", ".go", "-golang"):
        last = last.removesuffix(end) or last
    return last.replace("-", "").replace(".", "") if not last.isidentifier() else last


def tags(node: Node | None) -> tuple[Mark, ...]:
    """Return a field's tags, each as a mark: `json:"id,omitempty"` is json with one string."""
    if node is None:
        return ()
    written = text(node)[1:-1]
    if node.type == "interpreted_string_literal":
        written = written.replace('\\"', '"')
    line = node.start_point[0] + 1
    return tuple(Mark(name, "", (Arg("str", held),), line) for name, held in _TAG.findall(written))


def plain_type(node: Node | None, limit: int = 120) -> str:
    """Return a type as written, without the star of a pointer."""
    return short(node, limit).lstrip("*& ")


def last_word(written: str) -> str:
    """Return the name that an embedded type gives its field: `Model` of `*gorm.Model`, `Base` of `Base[T]`."""
    return written.partition("[")[0].rpartition(".")[2].strip("* ")


def is_error(name: str) -> bool:
    """Whether a variable holds an error, by its name."""
    return bool(_IS_ERROR.match(name))


def handled(condition: str) -> tuple[tuple[str, ...], str]:
    """Return which errors a condition lets through, () for any, and the name of the error."""
    types: list[str] = []
    var = ""
    for found in _ASKED.finditer(condition):
        var = var or found["var"]
        if not found["no"]:
            own = found["name"] in ("Is", "As", "AsType")
            what = found["type"] or found["what"] if own else f"{found['call'] or ''}{found['name']}"
            types += [what.lstrip("*")] if what else []
    types += [found["what"] for found in _EQUALS.finditer(condition) if found["what"] != "nil"]
    for found in _CODE.finditer(condition):
        var = var or found["var"]
        types.append(found["what"])
    if not var and (named := _VAR.search(condition)):
        var = named["var"]
    return tuple(dict.fromkeys(types)), var


def does(body: Node | None, var: str) -> tuple[str, ...]:
    """Return what a handler does, in words. Returning the error, or another one, is Go's way to raise."""
    words: list[str] = []
    for each in statements(body):
        words += _does(each, var)
    return tuple(dict.fromkeys(words))


def statements(body: Node | None) -> list[Node]:
    """Return the statements and comments of a block or of a case of a switch."""
    found: list[Node] = []
    for each in body.named_children if body is not None else ():
        if each.type == "statement_list":
            found += each.named_children
        elif each.type == "comment" or (body is not None and body.type == "block"):
            found.append(each)
    return found


def _does(node: Node, var: str) -> list[str]:
    kind = node.type
    if kind == "comment":
        return ["comment"]
    if kind == "return_statement":
        return _returns(node, var)
    if kind in ("continue_statement", "break_statement", "goto_statement"):
        return ["continue"]
    if kind == "expression_statement":
        return _calls(next(iter(node.named_children), None))
    if kind in (
        "assignment_statement",
        "short_var_declaration",
        "var_declaration",
        "inc_statement",
        "dec_statement",
    ):
        return ["assign"]
    if kind in ("go_statement", "defer_statement", "send_statement"):
        return ["call"]
    if kind == "empty_statement":
        return []
    whole = (node.text or b"")[:_LOOKED_AT].decode("utf-8", "replace")
    words = ["raise"] if re.search(rf"\breturn\b[^\n]*\b{re.escape(var or 'err')}\b|\bpanic\(", whole) else []
    words += ["return"] if re.search(r"\breturn\b", whole) else []
    return [*words, "log" if _is_log(whole) else "other"]


def _calls(node: Node | None) -> list[str]:
    if node is None or node.type != "call_expression":
        return ["assign" if node is None or node.type != "unary_expression" else "other"]
    called = short(node.child_by_field_name("function"), 120)
    words = ["log"] if _is_log(called.partition("(")[0]) else []
    if _STOPS.match(called):
        words.append("raise")
    return words or ["call"]


def _is_log(source: str) -> bool:
    return bool(LOG.search(source) or _LOGS.search(source))


def _returns(node: Node, var: str) -> list[str]:
    """Return "raise" if an error is given to the caller, else "return", and "call" if another call is returned."""
    listed = next((child for child in node.named_children if child.type == "expression_list"), None)
    values = [child for child in listed.named_children if child.type != "comment"] if listed is not None else []
    if not values:
        return ["return"]
    for each in values:
        if each.type == "call_expression":
            name = short(each.child_by_field_name("function"), 120)
        elif each.type in ("identifier", "selector_expression"):
            name = short(each, 120)
        else:  # &AppError{...}
            name = short(each, 60).partition("{")[0].strip("&* ") if "{" in short(each, 60) else ""
        if name and (name == var or _MADE.search(name)):
            return ["raise"]
    called = [each for each in values if each.type == "call_expression"]
    if called and called[-1].id == values[-1].id and len(values) > 1:  # return nil, translate(err)
        held = short(called[-1].child_by_field_name("arguments"), 200)
        if var in _WORD.findall(held):
            return ["raise"]
    return ["return", "call"] if called else ["return"]
