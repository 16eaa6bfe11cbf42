"""What holds memory in a heap snapshot, what grew between two, and what keeps the growth alive."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backwright.advise.dominators import immediate_dominators, ints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from backwright.advise.dominators import Ints
    from backwright.advise.profiles.heapsnapshot import Heap

    Numbers = NDArray[np.integer[Any]]

EDGES_MAX = 25_000_000  # dominators take about a microsecond for each edge; more is not waited for
PATH_MAX = 40  # steps of a retaining path; a linked list would have thousands
SHARED_MIN = 0.2  # of the ids; below it two snapshots are not of one process
_NAMES = {
    "code": "(compiled code)",
    "closure": "(closure)",
    "string": "(string)",
    "concatenated string": "(string)",
    "sliced string": "(string)",
    "number": "(number)",
    "bigint": "(bigint)",
    "symbol": "(symbol)",
    "array": "(array)",
    "hidden": "(system)",
    "object shape": "(object shape)",
    "regexp": "RegExp",
}
_ANY = ("synthetic", *_NAMES)  # kinds that no constructor of the person made


@dataclass(frozen=True)
class Held:
    """One constructor's objects.

    Attributes:
        own_bytes: Of the objects alone.
        retained_bytes: What would be freed with all of them; objects below others of the same
            constructor are not counted twice. None where dominators were not computed.
        is_own: Whether a constructor of the program made them; False for strings, arrays, code.
    """

    name: str
    count: int
    own_bytes: int
    retained_bytes: int | None
    is_own: bool


@dataclass(frozen=True)
class HeapSummary:
    """One snapshot.

    Attributes:
        reachable_bytes: Of what can be reached from the root without weak references.
        held: By retained size, largest first (by own size where that is not known).
    """

    file: str
    nodes: int
    edges: int
    total_bytes: int
    reachable_bytes: int | None
    held: tuple[Held, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grown:
    """How one constructor changed between two snapshots."""

    name: str
    count: int
    own_bytes: int
    retained_bytes: int | None
    is_own: bool


@dataclass(frozen=True)
class HeapGrowth:
    """The second snapshot less the first.

    Attributes:
        same_process: Whether the snapshots share enough object ids to say which objects are new.
        new_bytes: Own bytes of objects that only the second has; 0 if not the same process.
        grown: Largest growth of retained size first; only what grew.
        of: The constructor whose new objects hold most of what is new, "" if nothing grew.
        path: From the root to the new object of it that retains most, one step for each edge.
        path_bytes: What that object retains.
        holder: The last step of the path that both snapshots have: what new objects were added to.
    """

    bytes: int
    same_process: bool
    new_count: int
    new_bytes: int
    freed_count: int
    grown: tuple[Grown, ...]
    of: str = ""
    path: tuple[str, ...] = ()
    path_bytes: int = 0
    holder: str = ""


@dataclass(frozen=True)
class Tree:
    """A heap with its dominators.

    Attributes:
        classes: For each node the index of its constructor in `names`.
        order: Reachable nodes, dominators first; empty if not computed.
        retained: For each node, bytes; its own where dominators were not computed.
        strong: Whether each edge holds its target.
    """

    heap: Heap
    classes: Numbers
    names: tuple[tuple[str, bool], ...]
    order: Ints
    idoms: Ints
    retained: Numbers
    strong: NDArray[np.bool_]


def tree_of(heap: Heap) -> Tree:
    """Return the heap with retained sizes; without them above EDGES_MAX."""
    import numpy as np

    classes, names = _classes(heap)
    weak = [i for i, name in enumerate(heap.edge_type_names) if name == "weak"]
    short = [i for i, name in enumerate(heap.edge_type_names) if name == "shortcut"]
    strong = ~np.isin(heap.edge_types, weak)
    shortcut = np.isin(heap.edge_types, short)
    shortcut[: heap.first[1]] = False  # those of the root mark the person's global objects
    strong &= ~shortcut
    if int(strong.sum()) > EDGES_MAX:
        return Tree(heap, classes, names, array("i"), array("i"), heap.sizes, strong)
    # How many of the references before each edge hold: where a node's own begin among these.
    kept = np.concatenate(([0], np.cumsum(strong, dtype=np.int32)))
    order, idoms = immediate_dominators(kept[heap.first], heap.targets[strong], heap.nodes)
    retained = array("q", heap.sizes.tobytes())
    for at in range(len(order) - 1, 0, -1):
        retained[idoms[order[at]]] += retained[order[at]]
    return Tree(heap, classes, names, order, idoms, np.asarray(retained), strong)


def summarise(file: str, tree: Tree) -> HeapSummary:
    """Return what each constructor holds."""
    heap = tree.heap
    notes = []
    if not tree.order:
        notes.append(f"more than {EDGES_MAX:,} references: retained sizes were not computed")
    return HeapSummary(
        file,
        heap.nodes,
        len(heap.targets),
        int(heap.sizes.sum()),
        int(tree.retained[0]) if tree.order else None,
        tuple(sorted(_held(tree).values(), key=_size, reverse=True)),
        tuple(notes),
    )


def growth(before: Tree, after: Tree) -> HeapGrowth:
    """Return what the second has more than the first, and what keeps the most of it alive."""
    import numpy as np

    old, new = before.heap, after.heap
    is_new = ~np.isin(new.ids, old.ids)
    shared = new.nodes - int(is_new.sum())
    same = shared >= SHARED_MIN * min(old.nodes, new.nodes)
    first, second = _held(before), _held(after)
    grown = []
    for name, held in second.items():
        was = first.get(name, Held(name, 0, 0, 0, held.is_own))
        retained = None
        if held.retained_bytes is not None and was.retained_bytes is not None:
            retained = held.retained_bytes - was.retained_bytes
        change = Grown(name, held.count - was.count, held.own_bytes - was.own_bytes, retained, held.is_own)  # fmt: skip
        if _size(change) > 0:
            grown.append(change)
    grown.sort(key=_size, reverse=True)
    of = _blamed(after, is_new) if same else -1
    steps = retaining_path(after, of) if of >= 0 else ()
    kept = [text for node, text in steps if not is_new[node] and not text.startswith("(")]
    return HeapGrowth(
        int(new.sizes.sum()) - int(old.sizes.sum()),
        same,
        int(is_new.sum()) if same else 0,
        int(new.sizes[is_new].sum()) if same else 0,
        old.nodes - shared if same else 0,
        tuple(grown),
        after.names[int(after.classes[of])][0] if of >= 0 else "",
        _shortened([text for _, text in steps]),
        int(after.retained[of]) if of >= 0 else 0,
        kept[-1] if kept else "",
    )


def _size(held: Held | Grown) -> int:
    return held.own_bytes if held.retained_bytes is None else held.retained_bytes


def _blamed(tree: Tree, is_new: NDArray[np.bool_]) -> int:
    """Return the new object to show the way to, -1 if there is none.

    New objects of the program's constructors that no other such object dominates are where growth
    begins. Of the constructor whose ones retain most together it is the one that retains most.
    Code and shapes are left out: they grow while a program warms up.
    """
    if not tree.order:
        return -1
    classes, fresh = ints(tree.classes), is_new.tobytes()
    retained, idoms = tree.retained, tree.idoms
    below = bytearray(tree.heap.nodes)
    tops: dict[int, list[int]] = {}
    for node in tree.order[1:]:
        above = idoms[node]
        is_top = fresh[node] and tree.names[classes[node]][1]
        below[node] = bool(below[above] or is_top)
        if is_top and not below[above]:
            tops.setdefault(classes[node], []).append(node)
    if not tops:
        return -1
    most = max(tops.values(), key=lambda nodes: int(retained[nodes].sum()))
    return most[int(retained[most].argmax())]


def retaining_path(tree: Tree, target: int) -> tuple[tuple[int, str], ...]:
    """Return a shortest way of strong references from the root: (node, what leads to it and what it is)."""
    heap = tree.heap
    first, targets, strong = ints(heap.first), ints(heap.targets), tree.strong.tobytes()
    came: dict[int, tuple[int, int]] = {0: (-1, -1)}
    queue = deque([0])
    while queue and target not in came:
        node = queue.popleft()
        for edge in range(first[node], first[node + 1]):
            to = targets[edge]
            if strong[edge] and to not in came:
                came[to] = (node, edge)
                queue.append(to)
    steps: list[tuple[int, str]] = []
    at = target if target in came else 0
    while at != 0:
        at_from, edge = came[at]
        steps.append((at, f"{_edge(heap, edge)}: {_label(tree, at)}"))
        at = at_from
    return tuple(reversed(steps))


def _shortened(steps: list[str]) -> tuple[str, ...]:
    if len(steps) <= PATH_MAX:
        return tuple(steps)
    left = len(steps) - PATH_MAX
    return (*steps[: PATH_MAX // 2], f"... {left} steps ...", *steps[-PATH_MAX // 2 :])


def _edge(heap: Heap, edge: int) -> str:
    kind = heap.edge_type_names[int(heap.edge_types[edge])]
    name = int(heap.edge_names[edge])
    if kind in ("element", "hidden"):
        return f"[{name}]"
    text = heap.strings[name] if 0 <= name < len(heap.strings) else str(name)
    return text if kind == "property" else f"({text})" if kind == "internal" else f"{text} ({kind})"


def _label(tree: Tree, node: int) -> str:
    heap = tree.heap
    name = heap.strings[int(heap.names[node])]
    kind = heap.type_names[int(heap.types[node])]
    if kind == "closure":
        return f"function {name}" if name else "function"
    return tree.names[int(tree.classes[node])][0] if kind in _NAMES else name or kind


def _classes(heap: Heap) -> tuple[Numbers, tuple[tuple[str, bool], ...]]:
    """Return for each node its constructor's index, and the names with whether they are the program's."""
    import numpy as np

    width = len(heap.strings)
    keys, classes = np.unique(heap.types.astype(np.int64) * width + heap.names, return_inverse=True)
    seen: dict[tuple[str, bool], int] = {}
    index = []
    for key in keys.tolist():
        kind = heap.type_names[key // width]
        name = _NAMES.get(kind) or heap.strings[key % width] or "(no name)"
        is_own = kind not in _ANY and not name.startswith("system")  # "system / Context"
        index.append(seen.setdefault((name, is_own), len(seen)))
    return np.asarray(index, dtype=np.int32)[classes], tuple(seen)


def _held(tree: Tree) -> dict[str, Held]:
    import numpy as np

    classes, names = tree.classes, tree.names
    counts = np.bincount(classes, minlength=len(names)).tolist()
    own = np.bincount(classes, weights=tree.heap.sizes, minlength=len(names)).tolist()
    retained = _retained_by_class(tree)
    found: dict[str, Held] = {}
    for at, (name, is_own) in enumerate(names):
        if tree.heap.type_names[int(tree.heap.types[0])] == "synthetic" and not is_own and name not in _NAMES.values():  # fmt: skip
            continue  # roots of the engine, no objects
        both = found.get(name)
        kept = retained[at] if retained else None
        if both:  # a function and an object of one name
            kept = None if kept is None or both.retained_bytes is None else kept + both.retained_bytes  # fmt: skip
            found[name] = Held(name, both.count + counts[at], both.own_bytes + int(own[at]), kept, both.is_own or is_own)  # fmt: skip
        else:
            found[name] = Held(name, counts[at], int(own[at]), kept, is_own)
    return found


def _retained_by_class(tree: Tree) -> list[int]:
    """Return bytes by class: of each node that has no node of its class among its dominators."""
    if not tree.order:
        return []
    import numpy as np

    totals = [0] * len(tree.names)
    classes, retained = ints(tree.classes), array("q", tree.retained.astype(np.int64).tobytes())
    below = np.asarray(tree.idoms)
    by_parent = np.argsort(below, kind="stable").astype(
        np.int32
    )  # the root and the unreachable first
    nodes = np.arange(tree.heap.nodes + 1, dtype=np.int32)
    starts = ints(np.searchsorted(below[by_parent], nodes))
    children = ints(by_parent)
    open_of = [0] * len(tree.names)
    stack = [0]
    while stack:
        node = stack.pop()
        if node < 0:
            open_of[classes[~node]] -= 1
            continue
        if open_of[classes[node]] == 0:
            totals[classes[node]] += retained[node]
        if starts[node] < starts[node + 1]:
            open_of[classes[node]] += 1
            stack.append(~node)
            stack.extend(children[starts[node] : starts[node + 1]])
    return totals
