"""Dominators of a flow graph: which node every way from the root leads through.

SEMI-NCA (Georgiadis, Tarjan, Werneck 2006), the variant of Lengauer and Tarjan 1979 that finds
semidominators with path compression and then walks up to the nearest common ancestor. Iterative, so
that no depth of a graph can exhaust the stack.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.integer[Any]]
    # Nodes and edges are kept in arrays of four bytes: a list takes ten times that.
    Ints = array[int]


def ints(numbers: Numbers) -> Ints:
    """Return numpy's numbers as an array that Python indexes fast."""
    import numpy as np

    return array("i", np.ascontiguousarray(numbers, dtype=np.int32).tobytes())


def depth_first(first: Ints, targets: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Return (nodes in the order first seen from node 0, the number of each one's parent).

    Edges of node v are targets[first[v]:first[v + 1]]. The second list is by number, -1 for the root.
    """
    number = array("i", [-1]) * nodes
    number[0] = 0
    order, parents = array("i", [0]), array("i", [-1])
    stack, at = array("i", [0]), array("i", [first[0]])
    while stack:
        node, edge = stack[-1], at[-1]
        end = first[node + 1]
        while edge < end and number[targets[edge]] >= 0:
            edge += 1
        if edge == end:
            stack.pop()
            at.pop()
            continue
        at[-1] = edge + 1
        child = targets[edge]
        number[child] = len(order)
        order.append(child)
        parents.append(number[node])
        stack.append(child)
        at.append(first[child])
    return order, parents


def immediate_dominators(first: Numbers, targets: Numbers, nodes: int) -> tuple[Ints, Ints]:
    """Return (nodes in an order in which dominators come first, each node's immediate dominator).

    Nodes that cannot be reached from node 0 are not in the order; they and node 0 have -1.
    `first` and `targets` as in `depth_first`.
    """
    import numpy as np

    order, parents = depth_first(ints(first), ints(targets), nodes)
    count = len(order)
    number = np.full(nodes, -1, dtype=np.int32)
    number[np.asarray(order)] = np.arange(count, dtype=np.int32)
    sources = np.repeat(number, np.diff(first))
    keep = sources >= 0
    pairs = number[targets][keep].astype(np.int64) * count + sources[keep]
    del sources, keep
    pairs.sort()  # by target
    starts = ints(np.searchsorted(pairs, np.arange(count + 1, dtype=np.int64) * count))
    preds = ints(pairs % count)
    del pairs
    above = _idoms(count, parents, starts, preds)
    idoms = array("i", [-1]) * nodes
    for at in range(1, count):
        idoms[order[at]] = order[above[at]]
    return order, idoms


def _idoms(count: int, parents: Ints, starts: Ints, preds: Ints) -> Ints:
    """Return the immediate dominator of each number; `preds[starts[w]:starts[w + 1]]` lead to w."""
    above = parents[:]  # the forest of what is linked so far, compressed on the way
    label = array("i", range(count))
    semi = array("i", range(count))
    for w in range(count - 1, 0, -1):
        low = parents[w]
        for at in range(starts[w], starts[w + 1]):
            v = preds[at]
            if v > w:  # linked already: the least semidominator on its way up to w
                if above[v] > w:
                    _compress(v, w, above, label, semi)
                v = semi[label[v]]
            low = min(low, v)
        semi[w] = low
    idoms = parents[:]
    for w in range(1, count):
        v = idoms[w]
        while v > semi[w]:
            v = idoms[v]
        idoms[w] = v
    return idoms


def _compress(v: int, w: int, above: Ints, label: Ints, semi: Ints) -> None:
    trail = [v]
    while above[trail[-1]] > w:
        trail.append(above[trail[-1]])
    top = trail.pop()
    while trail:
        node = trail.pop()
        if semi[label[top]] < semi[label[node]]:
            label[node] = label[top]
        above[node] = above[top]
        top = node
