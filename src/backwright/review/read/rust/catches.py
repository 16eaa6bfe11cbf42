"""What Rust code does with an error: `Err` arms, `if let Err`, `let ... else`, `map_err` and `unwrap_or_else`."""

from tree_sitter import Node

from backwright.review.facts import Catch
from backwright.review.read.rust.macros import LOGS, RAISES, source
from backwright.review.read.rust.types import named_child
from backwright.review.read.sweep import LOG
from backwright.review.read.syntax import line_of, short, text
from backwright.review.regexes import regex

LOOKED_AT = 2000  # characters of a statement that are searched for what it does
_BOUND = regex(
    r"(?<![\w:.])(?!(?:ref|mut|box|if|in|true|false|self|crate|super)\b)[a-z_]\w*\b(?!\s*(?:::|\(|!|:(?!:)))"
)
_LEAVES = regex(r"\b(return|break|continue)\b")
_LITERAL = regex(r'"[^"]*"')
_ENDS = regex(r"\b(?:panic|todo|unreachable|unimplemented|bail)[\x0c!(]|process::(?:exit|abort)|resume_unwind")
_LOGGED = regex(rf"\b(?:{'|'.join(sorted(LOGS))})(?:[\x0c!]\s?\(|\(c\")")
_STATEMENTS = {"let_declaration": "assign", "line_comment": "comment", "block_comment": "comment"}
_WORDS = {
    "break_expression": ("continue",),
    "continue_expression": ("continue",),
    "assignment_expression": ("assign",),
    "compound_assignment_expr": ("assign",),
    "unit_expression": (),
}
_COMPOUND = frozenset({
    "if_expression", "match_expression", "for_expression", "while_expression", "loop_expression", "block",
    "closure_expression",
})  # fmt: skip
_THROUGH = frozenset({"try_expression", "await_expression", "parenthesized_expression", "unsafe_block"})


def bound(pattern: Node | None) -> list[str]:
    """Return the names that a pattern binds."""
    if pattern is None:
        return []
    if pattern.type in ("identifier", "self"):
        return [text(pattern)]
    return list(dict.fromkeys(_BOUND.findall(_LITERAL.sub("", short(pattern, 200)))))


def catch_of(node: Node) -> Catch:
    """Return the handler that a match arm, a block or a closure is."""
    pattern: Node | None
    body: Node | None = node
    tail = "return"
    if node.type == "tuple_struct_pattern":
        return _passed_over(node)
    if node.type == "match_arm":
        pattern, body = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        pattern = named_child(pattern, 0) if pattern is not None else None
        tail = "call" if _is_dropped(node) else "return"
    elif node.type == "closure_expression":
        pattern, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        tail = "raise" if _handed_to(node).endswith("map_err") else "return"
    else:
        tail = "other"
        holder = node.parent
        condition = holder.child_by_field_name("condition") if holder is not None else None
        pattern = condition.child_by_field_name("pattern") if condition is not None else None
    types, var = _caught(pattern)
    is_empty = body is None or body.type == "unit_expression" or (body.type == "block" and body.child_count == 2)
    return Catch(
        line_of(node),
        types=types,
        var=var,
        body="" if is_empty or body is None else source(body, 400),
        does=() if body is None or (is_empty and tail != "raise") else _does(body, tail) or (tail,),
        end=node.end_point[0] + 1,
    )


def _passed_over(pattern: Node) -> Catch:
    """Return what `if let Ok(found) = ask() { ... }` without an else does with an error: nothing, or what stands below it."""
    asked = pattern.parent or pattern
    holder = asked
    while holder.type != "if_expression" and holder.parent is not None:
        holder = holder.parent
    body = holder.child_by_field_name("consequence")
    goes_on = body is not None and not _LEAVES.search(short(body, LOOKED_AT))
    line = asked.end_point[0] + 1
    return Catch(line, does=("pass",) if goes_on else ("other",), end=line, start=line_of(pattern))


def _is_dropped(arm: Node) -> bool:
    """Whether the match of an arm is a statement, so that what the arm gives is dropped."""
    block = arm.parent
    match = block.parent if block is not None else None
    holder = match.parent if match is not None else None
    if holder is None or holder.type != "expression_statement":
        return False
    return holder.child_count > 1 or holder.next_named_sibling is not None


def _handed_to(closure: Node) -> str:
    call = closure.parent.parent if closure.parent is not None else None
    return text(call.child_by_field_name("function")) if call is not None else ""


def _caught(pattern: Node | None) -> tuple[tuple[str, ...], str]:
    """Return the kinds of errors that a pattern takes, and the name of the error."""
    if pattern is None:
        return (), ""
    names = [name for name in bound(pattern) if name != "_"]
    inner = pattern.named_children[-1] if pattern.type == "tuple_struct_pattern" and pattern.named_child_count else None
    kinds: tuple[str, ...] = ()
    if inner is not None and inner.type not in (
        "identifier",
        "_",
        "ref_pattern",
        "remaining_field_pattern",
    ):
        arms = [arm.strip().partition("(")[0].partition("{")[0].strip() for arm in short(inner, 200).split("|")]
        kinds = tuple(arm for arm in arms if arm[:1].isalpha() and arm not in ("_", *names))
    return kinds, names[0] if names else ""


def _does(body: Node, tail: str) -> tuple[str, ...]:
    words: list[str] = []
    if body.type == "async_block" and body.named_child_count:
        body = body.named_children[-1]
    if body.type != "block":
        words += _value(body, tail)
    else:
        children = body.named_children
        for number, each in enumerate(children):
            if each.type == "expression_statement" and each.named_child_count:
                is_last = number == len(children) - 1 and not text(each).endswith(";")
                words += _value(each.named_children[0], tail if is_last else "call")
            elif each.type in _STATEMENTS:
                words.append(_STATEMENTS[each.type])
            else:
                words += _value(each, tail)
    return tuple(dict.fromkeys(words))


def _value(node: Node, tail: str) -> list[str]:
    """Return what one expression does; `tail` is what its value becomes, "call" if it is dropped."""
    for _ in range(20):
        if node.type not in _THROUGH or not node.named_child_count:
            break
        node = node.named_children[0]
    kind = node.type
    if kind == "return_expression":
        return _returns(short(node, LOOKED_AT)[6:].lstrip())
    if kind in _WORDS:
        return list(_WORDS[kind])
    if kind in ("call_expression", "macro_invocation"):
        return _calls(node, tail)
    if kind not in _COMPOUND:
        return ["other"] if tail == "call" else ["raise" if tail == "raise" else "return"]
    whole = short(node, LOOKED_AT)
    words = [word for word, sign in (("raise", "Err("), ("return", "return")) if sign in whole]
    words += ["raise"] if _ENDS.search(whole) else []
    words += ["log"] if _LOGGED.search(whole) or LOG.search(whole) else []
    return words + ([tail] if tail in ("raise", "return") else [] if words else ["other"])


def _returns(held: str) -> list[str]:
    if held.startswith(("Err(", "Err::", "Poll::Ready(Err")):
        return ["raise"]
    may_raise = held.startswith(("match ", "if ")) and "Err(" in held
    return ["raise", "return"] if may_raise else ["return"]


def _calls(node: Node, tail: str) -> list[str]:
    """Return what a call or macro does as a statement or as the last value."""
    callee = node.child_by_field_name("function" if node.type == "call_expression" else "macro")
    name = text(callee)
    last = name.rpartition("::")[2]
    is_method = callee is not None and callee.type == "field_expression"
    if last in LOGS and not is_method:
        return ["log"]
    if name.startswith("Err") or (last in RAISES and not is_method) or _ENDS.search(name):
        return ["raise"]
    words = ["raise"] if _ENDS.search(short(node, LOOKED_AT)) else []
    is_log = LOG.search(short(callee, 80))
    return [*words, "log" if is_log else tail if tail != "other" else "call"]
