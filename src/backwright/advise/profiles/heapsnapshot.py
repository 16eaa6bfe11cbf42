"""Reads V8's .heapsnapshot into arrays: the numbers are parsed in pieces, never as JSON objects."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backwright.advise.profiles.limits import HEAP_BYTES_MAX
from backwright.advise.profiles.values import NAME_MAX
from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

HEADER_MAX = 1_000_000  # the description of the fields is about two thousand characters
PIECE = 8 * 2**20  # bytes parsed at once, so that text and numbers are not both held in full


@dataclass(frozen=True)
class Heap:
    """One snapshot as a graph. Node 0 is the root; edges lie in the order of the nodes they leave.

    Attributes:
        types, names: For each node, indexes into `type_names` and `strings`.
        ids: V8's own, the same for one object in every snapshot of a process.
        sizes: Bytes of each object alone.
        first: Where each node's edges begin; one entry more than nodes.
        edge_types, edge_names: For each edge; a name is an index of an element or into `strings`.
        targets: The node each edge leads to.
    """

    types: Numbers
    names: Numbers
    ids: Numbers
    sizes: Numbers
    first: Numbers
    edge_types: Numbers
    edge_names: Numbers
    targets: Numbers
    strings: list[str]
    type_names: list[str]
    edge_type_names: list[str]

    @property
    def nodes(self) -> int:
        """How many objects there are."""
        return len(self.types)


def read_heap(data: bytes) -> Heap:
    """Return the graph of a snapshot.

    Raises:
        BadRequest: The file is larger than HEAP_BYTES_MAX, cut short, or its numbers do not hold together.
    """
    import numpy as np

    if len(data) > HEAP_BYTES_MAX:
        raise BadRequest(
            f"it has {len(data) // 2**20:,} MB; a snapshot of at most {HEAP_BYTES_MAX // 2**20} MB is read"
        )
    meta, nodes_said, edges_said = _header(data)
    node_fields, edge_fields = _names(meta, "node_fields"), _names(meta, "edge_fields")
    type_names, edge_type_names = _first_list(meta, "node_types"), _first_list(meta, "edge_types")
    nodes = _array(data, b"nodes", nodes_said * len(node_fields)).reshape(-1, len(node_fields))
    edges = _array(data, b"edges", edges_said * len(edge_fields)).reshape(-1, len(edge_fields))
    strings = _strings(data)
    column = {name: nodes[:, at] for at, name in enumerate(node_fields)}
    edge = {name: edges[:, at] for at, name in enumerate(edge_fields)}
    for wanted, there in ((("type", "name", "id", "self_size", "edge_count"), column), (("type", "name_or_index", "to_node"), edge)):  # fmt: skip
        for name in wanted:
            if name not in there:
                raise BadRequest(f"its heap snapshot has no field '{name}'")
    first = np.concatenate(([0], np.cumsum(column["edge_count"])))
    width = len(node_fields)
    targets = edge["to_node"] // width
    _check(len(nodes) > 0, "it has no objects")
    _check(
        bool((column["edge_count"] >= 0).all()) and first[-1] == len(edges),
        "its edges are not as many as its objects say",
    )
    _check(
        not len(targets) or (targets.min() >= 0 and targets.max() < len(nodes)),
        "an edge leads to an object that is not there",
    )
    _check(
        column["type"].min() >= 0 and column["type"].max() < len(type_names),
        "an object has a type that is not there",
    )
    _check(
        not len(edges) or (edge["type"].min() >= 0 and edge["type"].max() < len(edge_type_names)),
        "an edge has a type that is not there",
    )
    _check(
        column["name"].min() >= 0 and column["name"].max() < len(strings),
        "an object has a name that is not there",
    )
    _check(column["self_size"].min() >= 0, "an object has a negative size")
    return Heap(
        column["type"], column["name"], column["id"], column["self_size"], first,
        edge["type"], edge["name_or_index"], targets, strings, type_names, edge_type_names,
    )  # fmt: skip


def _check(holds: Any, problem: str) -> None:  # noqa: ANN401  (numpy's own truth)
    if not holds:
        raise BadRequest(f"its heap snapshot does not hold together: {problem}")


def _header(data: bytes) -> tuple[dict[str, Any], int, int]:
    start = data.find(b"{", data.find(b'"snapshot"'))
    try:
        text = data[start : start + HEADER_MAX].decode("utf-8", errors="replace")
        found, _ = json.JSONDecoder().raw_decode(text)
        meta, nodes, edges = found["meta"], int(found["node_count"]), int(found["edge_count"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest("the description of its heap snapshot cannot be read") from None
    if not isinstance(meta, dict) or nodes < 0 or edges < 0:
        raise BadRequest("the description of its heap snapshot cannot be read")
    return meta, nodes, edges


def _names(meta: dict[str, Any], key: str) -> list[str]:
    found = meta.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(n, str) for n in found):
        raise BadRequest(f"its heap snapshot says nothing about '{key}'")
    return found


def _first_list(meta: dict[str, Any], key: str) -> list[str]:
    found = meta.get(key)
    if not isinstance(found, list) or not found or not isinstance(found[0], list):
        raise BadRequest(f"its heap snapshot says nothing about '{key}'")
    return [str(name) for name in found[0]]


def _opened(data: bytes, name: bytes) -> int:
    """Return where an array begins. Inside a string its quotes would be escaped, so it is the key."""
    found = re.search(rb'"' + name + rb'"\s*:\s*\[', data)
    if found is None:
        raise BadRequest(f"its heap snapshot has no '{name.decode()}': the file is cut short")
    return found.end()


def _array(data: bytes, name: bytes, length: int) -> Numbers:
    import warnings

    import numpy as np

    start = _opened(data, name)
    end = data.find(b"]", start)
    if end < 0:
        raise BadRequest(f"its heap snapshot ends inside '{name.decode()}': the file is cut short")
    if length > (end - start + 1) // 2 + 1:  # a number takes a digit and a comma
        raise BadRequest(f"its heap snapshot has fewer '{name.decode()}' than it says")
    made = np.empty(length, dtype=np.int64)
    filled = 0
    with warnings.catch_warnings():
        warnings.simplefilter(
            "error", DeprecationWarning
        )  # numpy's word for text that is no number
        while start < end:
            stop = min(start + PIECE, end)
            if stop < end:
                stop = data.rfind(b",", start, stop) if data.rfind(b",", start, stop) > 0 else end
            try:
                piece = np.fromstring(data[start:stop], dtype=np.int64, sep=",")
            except (DeprecationWarning, ValueError):
                raise BadRequest(
                    f"the '{name.decode()}' of its heap snapshot are no numbers"
                ) from None
            if filled + len(piece) > length:
                raise BadRequest(f"its heap snapshot has more '{name.decode()}' than it says")
            made[filled : filled + len(piece)] = piece
            filled += len(piece)
            start = stop + 1
    if filled != length:
        raise BadRequest(
            f"its heap snapshot has {filled:,} numbers in '{name.decode()}', not {length:,}"
        )
    return made


def _strings(data: bytes) -> list[str]:
    import msgspec

    start = _opened(data, b"strings")
    end = data.rfind(b"]")
    try:
        found = msgspec.json.decode(data[start - 1 : end + 1], type=list[str])
    except (msgspec.DecodeError, RecursionError):
        raise BadRequest(
            "the strings of its heap snapshot cannot be read: the file is cut short"
        ) from None
    return [each[:NAME_MAX] for each in found]
