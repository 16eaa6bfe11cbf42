"""Rust's type parameters and associated types, each with the traits that it is bound by: `S: Store + Clone`, `Self::Tx: Transaction`."""

from collections.abc import Iterator

from tree_sitter import Node

from backwright.review.read.rust.types import dotted
from backwright.review.read.syntax import named, short, text
from backwright.review.regexes import regex

BOUND_MAX = 80  # characters of one bound
# Bounds of the language and its library, which lead to no function of the project.
_PLAIN = frozenset(
    "Send Sync Clone Copy Debug Display Default Sized Unpin Eq PartialEq Ord PartialOrd Hash Serialize Deserialize DeserializeOwned "
    "Into From TryFrom TryInto AsRef AsMut ToString ToOwned Borrow Deref DerefMut Any Error Drop Fn FnMut FnOnce Future Iterator "
    "IntoIterator Stream StdError UnwindSafe".split()
)
_FOR_ANY = regex(r"^for\s*<[^<>]*>\s*")


def parameters(node: Node) -> tuple[str, ...]:
    """Return all type parameters of an item, each with what it is bound by there and in the `where` clause."""
    found: dict[str, list[str]] = {}
    declared = node.child_by_field_name("type_parameters")
    for each in declared.named_children if declared is not None else ():
        if each.type == "type_parameter":
            name = text(each.child_by_field_name("name"))
            found.setdefault(name, []).extend(_bounds(each.child_by_field_name("bounds")))
    for left, bounds in _wheres(node):
        if left in found:
            found[left] += bounds
    return tuple(_written(name, bounds) for name, bounds in found.items())


def bounded(*nodes: Node) -> tuple[str, ...]:
    """Return the type parameters of some items that are bound by a trait which may be the project's."""
    return tuple(each for node in nodes for each in parameters(node) if ":" in each)


def demanded(trait: Node) -> tuple[str, ...]:
    """Return the traits that a trait demands of what has it: `where Self: Store`."""
    return tuple(bound for left, bounds in _wheres(trait) if left == "Self" for bound in bounds)


def associated(holder: Node) -> Iterator[str]:
    """Yield the associated types of a trait, with their bounds, or of an `impl`, with what they are."""
    body = holder.child_by_field_name("body")
    for each in named(body, "associated_type", "type_item") if body is not None else ():
        name = f"Self::{text(each.child_by_field_name('name'))}"
        if each.type == "type_item":
            yield f"{name} = {short(each.child_by_field_name('type'), BOUND_MAX)}"
        elif bounds := _bounds(each.child_by_field_name("bounds")):
            yield _written(name, bounds)


def _wheres(node: Node) -> Iterator[tuple[str, list[str]]]:
    for clause in named(node, "where_clause"):
        for each in named(clause, "where_predicate"):
            yield text(each.child_by_field_name("left")), _bounds(each.child_by_field_name("bounds"))


def _bounds(node: Node | None) -> list[str]:
    told = (
        short(each, BOUND_MAX) for each in (node.named_children if node is not None else ()) if each.type != "lifetime"
    )
    names = (dotted(_FOR_ANY.sub("", each)).partition("<")[0].partition("(")[0] for each in told)
    return [name for name in names if name[:1].isalpha() and name.rpartition(".")[2] not in _PLAIN]


def _written(name: str, bounds: list[str]) -> str:
    return f"{name}: {' + '.join(dict.fromkeys(bounds))}" if bounds else name
