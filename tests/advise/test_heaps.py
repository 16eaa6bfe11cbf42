"""Heap snapshots: dominators, retained sizes, growth, the way to what grew; whole and damaged."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backwright.advise import heaps
from backwright.advise.dominators import immediate_dominators
from backwright.advise.heaps import growth, summarise, tree_of
from backwright.advise.profiles import is_heap
from backwright.advise.profiles.heapsnapshot import read_heap
from backwright.model.errors import BadRequest

TYPES = ["hidden", "array", "string", "object", "code", "closure", "synthetic"]
EDGES = ["context", "element", "property", "internal", "weak", "shortcut"]


def snapshot(nodes, edges, **changed) -> bytes:
    """Return a .heapsnapshot.

    nodes: (type, name, id, size), the root first; edges: (from, kind, name, to) by position of the node.
    """
    strings: dict[str, int] = {}
    index = lambda text: strings.setdefault(text, len(strings))  # noqa: E731
    counts = [sum(1 for e in edges if e[0] == at) for at in range(len(nodes))]
    flat_nodes = [
        value
        for (kind, name, id_, size), count in zip(nodes, counts, strict=True)
        for value in (TYPES.index(kind), index(name), id_, size, count)
    ]
    flat_edges = [
        value
        for _, kind, name, to in sorted(edges, key=lambda e: e[0])
        for value in (EDGES.index(kind), name if kind == "element" else index(name), to * 5)
    ]
    meta = {
        "node_fields": ["type", "name", "id", "self_size", "edge_count"],
        "node_types": [TYPES, "string", "number", "number", "number"],
        "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": [EDGES, "string_or_number", "node"],
    }
    head = {"meta": meta, "node_count": len(nodes), "edge_count": len(edges)}
    made = {"snapshot": head, "nodes": flat_nodes, "edges": flat_edges, "strings": list(strings)}
    return json.dumps(made | changed).encode()


ROOT = ("synthetic", "", 1, 0)
BEFORE = snapshot(
    [ROOT, ("object", "Map", 3, 100), ("object", "Order", 5, 40), ("string", "sku", 7, 20)],
    [(0, "property", "cache", 1), (1, "element", 0, 2), (2, "property", "sku", 3)],
)
AFTER = snapshot(
    [
        ROOT, ("object", "Map", 3, 100), ("object", "Order", 5, 40), ("string", "sku", 7, 20),
        ("object", "Order", 9, 40), ("string", "other", 11, 60),
    ],
    [
        (0, "property", "cache", 1), (1, "element", 0, 2), (1, "element", 1, 4),
        (2, "property", "sku", 3), (4, "property", "note", 5), (5, "weak", "w", 1),
    ],
)  # fmt: skip


def held(tree) -> dict[str, tuple[int, int, int]]:
    return {h.name: (h.count, h.own_bytes, h.retained_bytes) for h in summarise("a", tree).held}


def test_a_snapshot_says_what_each_constructor_holds():
    tree = tree_of(read_heap(AFTER))
    assert {"Map": (1, 100, 260), "Order": (2, 80, 160), "(string)": (2, 80, 80)} == held(tree)


def test_objects_below_others_of_their_constructor_are_not_counted_twice():
    chain = snapshot(
        [ROOT, *[("object", "Node", 3 + 2 * n, 10) for n in range(5)]],
        [(n, "property", "next", n + 1) for n in range(5)],
    )
    assert {"Node": (5, 50, 50)} == held(tree_of(read_heap(chain)))


def test_what_two_hold_together_belongs_to_neither():
    shared = snapshot(
        [ROOT, ("object", "A", 3, 1), ("object", "B", 5, 1), ("object", "Shared", 7, 100)],
        [(0, "property", "a", 1), (0, "property", "b", 2), (1, "property", "s", 3), (2, "property", "s", 3)],
    )  # fmt: skip
    assert {"A": (1, 1, 1), "B": (1, 1, 1), "Shared": (1, 100, 100)} == held(
        tree_of(read_heap(shared))
    )


def test_a_circle_of_objects_is_held_by_what_leads_into_it():
    circle = snapshot(
        [ROOT, ("object", "A", 3, 1), ("object", "B", 5, 10), ("object", "C", 7, 100)],
        [(0, "property", "a", 1), (1, "property", "b", 2), (2, "property", "c", 3), (3, "property", "a", 1)],
    )  # fmt: skip
    assert 111 == held(tree_of(read_heap(circle)))["A"][2]


def test_weak_references_hold_nothing():
    weak = snapshot(
        [ROOT, ("object", "A", 3, 1), ("object", "Gone", 5, 100)],
        [(0, "property", "a", 1), (1, "weak", "w", 2)],
    )
    summary = summarise("a", tree_of(read_heap(weak)))
    assert (101, 1) == (summary.total_bytes, summary.reachable_bytes)


def test_growth_names_the_constructor_what_it_was_added_to_and_the_way():
    grown = growth(tree_of(read_heap(BEFORE)), tree_of(read_heap(AFTER)))
    assert (100, 2, 100, 0) == (grown.bytes, grown.new_count, grown.new_bytes, grown.freed_count)
    assert ("Order", "cache: Map", 100) == (grown.of, grown.holder, grown.path_bytes)
    assert ("cache: Map", "[1]: Order") == grown.path
    assert {"Map": 100, "Order": 100, "(string)": 60} == {
        g.name: g.retained_bytes for g in grown.grown
    }


def test_two_snapshots_alike_grow_by_nothing():
    grown = growth(tree_of(read_heap(BEFORE)), tree_of(read_heap(BEFORE)))
    assert (0, 0, "", ()) == (grown.bytes, grown.new_count, grown.of, grown.path)


def test_snapshots_of_two_processes_are_compared_by_constructor_only():
    other = snapshot(
        [("synthetic", "", 901, 0), ("object", "Map", 903, 500)], [(0, "property", "c", 1)]
    )
    grown = growth(tree_of(read_heap(BEFORE)), tree_of(read_heap(other)))
    assert not grown.same_process
    assert {"Map": 340} == {g.name: g.retained_bytes for g in grown.grown}
    assert () == grown.path


def test_a_long_chain_exhausts_no_stack_and_its_path_is_shortened():
    length = 20_000
    nodes = [ROOT, *[("object", "Node", 3 + 2 * n, 1) for n in range(length)]]
    edges = [(n, "property", "next", n + 1) for n in range(length)]
    before = tree_of(read_heap(snapshot(nodes[:-1], edges[:-1])))
    grown = growth(before, tree_of(read_heap(snapshot(nodes, edges))))
    assert heaps.PATH_MAX + 1 == len(grown.path)
    assert f"... {length - heaps.PATH_MAX} steps ..." in grown.path


def test_too_many_references_leave_retained_sizes_out_and_say_so(monkeypatch):
    monkeypatch.setattr(heaps, "EDGES_MAX", 2)
    summary = summarise("a", tree_of(read_heap(AFTER)))
    assert {None} == {h.retained_bytes for h in summary.held}
    assert "more than 2 references" in summary.notes[0]
    assert "Map" == summary.held[0].name


WHOLE = json.loads(AFTER)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(AFTER[:-30], "cut short", id="cut in the strings"),
        pytest.param(AFTER[: AFTER.index(b'"edges": [') + 20], "cut short", id="cut in the edges"),
        pytest.param(AFTER[: AFTER.index(b'"edges": [')], "cut short", id="cut before the edges"),
        pytest.param(b'{"snapshot": {"meta"', "cannot be read", id="cut in its description"),
        pytest.param(b'{"snapshot": ' + b'{"a":' * 100_000, "cannot be read", id="nested without end"),
        pytest.param(
            AFTER.replace(b'"node_count": 6', b'"node_count": 9000000000'), "fewer 'nodes'", id="a count of billions"
        ),
        pytest.param(AFTER.replace(b'"node_count": 6', b'"node_count": 5'), "more 'nodes'", id="a count too small"),
        pytest.param(AFTER.replace(b'"node_count": 6', b'"node_count": -1'), "cannot be read", id="a negative count"),
        pytest.param(AFTER.replace(b'"nodes": [6', b'"nodes": [x'), "no numbers", id="letters for numbers"),
        pytest.param(
            json.dumps(WHOLE | {"edges": [2, 1, 5000, *WHOLE["edges"][3:]]}).encode(), "not there", id="an edge to nowhere"
        ),
        pytest.param(
            json.dumps(WHOLE | {"nodes": [77, *WHOLE["nodes"][1:]]}).encode(), "type that is not there", id="an unknown type"
        ),
        pytest.param(
            json.dumps(WHOLE | {"nodes": [6, 999, *WHOLE["nodes"][2:]]}).encode(), "name that is not there", id="a name beyond the strings"
        ),
        pytest.param(
            json.dumps(WHOLE | {"nodes": [*WHOLE["nodes"][:4], 9, *WHOLE["nodes"][5:]]}).encode(), "as many as", id="edges miscounted"
        ),
        pytest.param(snapshot([], []), "no objects", id="no objects"),
    ],
)  # fmt: skip
def test_a_snapshot_that_does_not_hold_together_is_refused(data, why):
    assert is_heap(data)
    with pytest.raises(BadRequest, match=why):
        tree_of(read_heap(data))


def brute_force(nodes: int, edges: list[tuple[int, int]]) -> list[int]:
    """Return immediate dominators by taking each node out and seeing what can no longer be reached."""

    def reach(without: int) -> set[int]:
        seen, todo = set(), [0]
        while todo:
            at = todo.pop()
            if at in seen or at == without:
                continue
            seen.add(at)
            todo += [b for a, b in edges if a == at]
        return seen

    everything = reach(-1)
    dominators = {n: {d for d in everything if n not in reach(d)} - {n} for n in everything}
    found = [-1] * nodes
    for node in everything - {0}:
        found[node] = max(dominators[node], key=lambda d: len(dominators[d]))
    return found


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
)))  # fmt: skip
def test_dominators_are_those_found_by_taking_each_node_out(graph):
    nodes, edges = graph
    edges = sorted(edges)
    counts = np.bincount([a for a, _ in edges], minlength=nodes) if edges else np.zeros(nodes, int)
    first = np.concatenate(([0], np.cumsum(counts)))
    order, idoms = immediate_dominators(first, np.asarray([b for _, b in edges], dtype=int), nodes)
    assert brute_force(nodes, edges) == list(idoms)
    position = {node: at for at, node in enumerate(order)}
    assert all(position[idoms[node]] < position[node] for node in order[1:])


PROGRAM = """
const v8 = require('v8');
const kept = [];
class Session { constructor(n) { this.user = 'user-' + n; } }
kept.push(new Session(0));
v8.writeHeapSnapshot('before.heapsnapshot');
for (let n = 1; n <= 500; n++) kept.push(new Session(n));
v8.writeHeapSnapshot('after.heapsnapshot');
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not on this machine")
def test_what_v8_itself_writes_names_what_grew(tmp_path):
    subprocess.run(["node", "-e", PROGRAM], cwd=tmp_path, check=True, timeout=60)
    before, after = (
        tree_of(read_heap((tmp_path / f"{name}.heapsnapshot").read_bytes()))
        for name in ("before", "after")
    )
    grown = growth(before, after)
    assert "Session" == grown.of
    assert 500 == next(g.count for g in grown.grown if g.name == "Session")
    assert "kept (context): Array" == grown.holder
