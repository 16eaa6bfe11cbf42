"""YAML text as a tree that knows its lines, and `--set` on it, before any meaning is read into it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

TEXT_MAX = 1_000_000  # characters: a blueprint of a thousand services has a tenth of that
NODES_MAX = 100_000  # with aliases counted each time: a few bytes of YAML can stand for billions
DEPTH_MAX = 60


class Problem(NamedTuple):
    """What is wrong on a line of a blueprint; line 0 is the whole."""

    line: int
    message: str


@dataclass
class Leaf:
    """A scalar as it was written."""

    text: str
    line: int


@dataclass
class Rows:
    """A list."""

    items: "list[Tree]"
    line: int


@dataclass
class Fields:
    """A mapping, in the order of the file."""

    items: "dict[str, Tree]" = field(default_factory=dict)
    line: int = 0


Tree = Leaf | Rows | Fields


class TreeError(ValueError):
    """The text cannot be made a tree; `problem` says where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(line, message)


def read_tree(text: str) -> Fields:
    """Return the tree of a YAML mapping; TreeError if it is none, or too large, or too deep."""
    if len(text) > TEXT_MAX:
        raise TreeError(0, f"{len(text):,} characters; at most {TEXT_MAX:,} are read")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise TreeError(
                1, "the file is empty; `backwright design new` writes one to start from"
            )
        tree = _Growing(loader).grow(root, 0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise TreeError(
            mark.line + 1 if mark else 0,
            f"this is not YAML: {getattr(error, 'problem', None) or error}",
        ) from None
    except RecursionError:
        raise TreeError(0, f"nested deeper than {DEPTH_MAX}") from None
    finally:
        loader.dispose()
    if not isinstance(tree, Fields):
        raise TreeError(1, "a blueprint is a mapping of version, workload, services ...")
    return tree


class _Growing:
    def __init__(self, loader: Any) -> None:  # noqa: ANN401  (either of two classes of the library)
        self._loader = loader
        self._nodes = 0

    def grow(self, node: yaml.Node, depth: int) -> Tree:
        line = node.start_mark.line + 1
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise TreeError(line, f"over {NODES_MAX:,} values, aliases counted each time")
        if depth > DEPTH_MAX:
            raise TreeError(line, f"nested deeper than {DEPTH_MAX}")
        if isinstance(node, yaml.ScalarNode):
            is_null = node.tag == "tag:yaml.org,2002:null"
            return Leaf("" if is_null else str(node.value), line)
        if isinstance(node, yaml.SequenceNode):
            return Rows([self.grow(each, depth + 1) for each in node.value], line)
        assert isinstance(node, yaml.MappingNode)  # noqa: S101  (there is no fourth kind)
        self._loader.flatten_mapping(node)  # merge keys: <<
        made = Fields(line=line)
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise TreeError(key.start_mark.line + 1, "a key must be a word")
            if key.value in made.items:
                raise TreeError(key.start_mark.line + 1, f'"{key.value}" is written twice')
            made.items[key.value] = self.grow(value, depth + 1)
        return made


def lines_of(tree: Tree, at: str = "") -> Iterator[tuple[str, int]]:
    """Yield (dotted path, line) of everything in the tree."""
    if at:
        yield at, tree.line
    parts: Iterator[tuple[str, Tree]] = iter(())
    if isinstance(tree, Fields):
        parts = iter(tree.items.items())
    elif isinstance(tree, Rows):
        parts = ((str(number), each) for number, each in enumerate(tree.items))
    for name, part in parts:
        yield from lines_of(part, f"{at}.{name}" if at else name)


def set_value(tree: Fields, setting: str, sections: tuple[str, ...] = ()) -> str:
    """Apply "path=value" to the tree and return the path that was set; TreeError if it leads nowhere.

    The path may leave out what is plain: "orders.workers=24" finds services.orders.workers. What is
    not there yet is made, if its parent is there or one of `sections`. The value is YAML: a number, a
    word, {a: b}, [..]; null takes out what is there.
    """
    path, equals, text = setting.partition("=")
    first = path.strip().partition(".")[0]
    if first in sections and first not in tree.items:
        tree.items[first] = Fields(line=tree.line)
    if not equals or not path.strip() or not text.strip():
        raise TreeError(0, f'--set "{setting}": write PATH=VALUE, such as orders.workers=24')
    parts = path.strip().replace("p99.9", "p99%9").split(".")
    parts = [part.replace("%", ".") for part in parts]  # the one key that holds a dot
    value = read_tree(f"v: {text.strip()}").items["v"]
    starts: list[tuple[Tree, str]] = [
        (tree, ""),
        *((part, name) for name, part in tree.items.items()),
    ]
    walks = [_Walk([], parts, at, part).go() for part, at in starts]
    deepest = max(len(walk.steps) for walk in walks)
    best = [walk for walk in walks if len(walk.steps) == deepest]
    if len(best) > 1 and deepest:
        raise TreeError(0, f'--set "{path.strip()}" may be {" or ".join(w.at for w in best)}; write it whole')  # fmt: skip
    walk = best[0]
    missing = len(walk.rest)
    if missing > MISSING_MAX or (missing and not isinstance(walk.node, Fields)) or (missing and not deepest and len(parts) > 1):  # fmt: skip
        from difflib import get_close_matches  # only a slip of the finger needs it

        close = get_close_matches(path.strip(), [at for at, _ in lines_of(tree)], 1, 0.5)
        near = f"; nearest: {close[0]}" if close else ""
        raise TreeError(0, f'--set "{path.strip()}": no such place{near}')
    return walk.put(value)


UNSAID = ("operations", "handlers")
MISSING_MAX = 2  # steps that may be made anew: queue.max of a service that has no queue yet


@dataclass
class _Walk:
    """A way down the tree: `steps` taken as (parent, key), `rest` of the path that is not there."""

    steps: list[tuple[Fields | Rows, str]]
    rest: list[str]
    at: str
    node: Tree

    def go(self) -> "_Walk":
        """Go as deep as the path leads; keys may hold dots (p99.9), so longer ones are tried first."""
        while self.rest:
            key = self._next() or self._inner()
            if key is None:
                break
            parent = self.node
            assert not isinstance(parent, Leaf)  # noqa: S101  (a leaf has no next)
            self.steps.append((parent, key))
            self.node = parent.items[key] if isinstance(parent, Fields) else parent.items[int(key)]
            if key not in UNSAID or self.rest[0] == key:
                self.rest = self.rest[key.count(".") + 1 :]
            self.at = f"{self.at}.{key}" if self.at else key
        return self

    def _next(self) -> str | None:
        if isinstance(self.node, Fields):
            keys = (".".join(self.rest[:taken]) for taken in range(len(self.rest), 0, -1))
            return next((key for key in keys if key in self.node.items), None)
        if isinstance(self.node, Rows) and self.rest[0].isdigit():
            return self.rest[0] if int(self.rest[0]) < len(self.node.items) else None
        return None

    def _inner(self) -> str | None:
        """Return a level that people leave out: payment.charge is payment.operations.charge."""
        if isinstance(self.node, Fields):
            for word in UNSAID:
                inner = self.node.items.get(word)
                if isinstance(inner, Fields) and self.rest[0] in inner.items:
                    return word
        return None

    def put(self, value: Tree) -> str:
        """Put the value where the path ends, making what is missing; return the whole path.

        The empty value (null) takes out what is there.
        """
        if isinstance(value, Leaf) and not value.text:
            return self.take_out()
        if not self.rest:
            parent, key = self.steps[-1]
            value = _in_place_of(self.node, value)
        else:
            assert isinstance(self.node, Fields)  # noqa: S101  (checked by the caller)
            parent, key = self.node, self.rest[-1]
            for name in self.rest[:-1]:
                made = Fields(line=parent.line)
                parent.items[name] = made
                parent = made
            self.at = ".".join([*([self.at] if self.at else []), *self.rest])
        _number_lines(value, self.node.line)
        if isinstance(parent, Rows):
            parent.items[int(key)] = value
        else:
            parent.items[key] = value
        return self.at

    def take_out(self) -> str:
        """Remove what the path leads to; TreeError if it is not there."""
        if self.rest:
            raise TreeError(0, f'--set "{".".join([self.at, *self.rest]).strip(".")}=null": it is not there, so nothing can be taken out')  # fmt: skip
        parent, key = self.steps[-1]
        if isinstance(parent, Rows):
            del parent.items[int(key)]
        else:
            del parent.items[key]
        return self.at


def _in_place_of(old: Tree, value: Tree) -> Tree:
    """Return the new value; a bare number in the place of a law keeps its shape, not its provenance."""
    if (
        isinstance(old, Fields)
        and isinstance(value, Leaf)
        and {"mean", "shape", "cv"} & {*old.items}
    ):
        kept = {k: v for k, v in old.items.items() if k in ("shape", "cv")}
        return Fields({"mean": value, **kept}, old.line)
    return value


def _number_lines(tree: Tree, line: int) -> None:
    tree.line = line
    if not isinstance(tree, Leaf):
        for part in tree.items.values() if isinstance(tree, Fields) else tree.items:
            _number_lines(part, line)
