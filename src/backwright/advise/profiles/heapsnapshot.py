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

    Numbers = NDArray[np.integer[Any]]

# What is read, and how many bytes a number of it takes: half a gigabyte of text has 10^8 of them.
_NODE = {"type": 4, "name": 4, "id": 8, "self_size": 8, "edge_count": 4}
_EDGE = {"type": 1, "name_or_index": 4, "to_node": 4}
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
    column = _columns(data, b"nodes", nodes_said, node_fields, _NODE)
    edge = _columns(data, b"edges", edges_said, edge_fields, _EDGE)
    strings = _strings(data)
    first = np.concatenate(([0], np.cumsum(column["edge_count"])))
    targets = edge["to_node"] // len(node_fields)
    _check(nodes_said > 0, "it has no objects")
    _check(
        first[-1] == edges_said,
        "its edges are not as many as its objects say",
    )
    _check(
        not edges_said or targets.max() < nodes_said,
        "an edge leads to an object that is not there",
    )
    _check(
        column["type"].max() < len(type_names),
        "an object has a type that is not there",
    )
    _check(
        not edges_said or edge["type"].max() < len(edge_type_names),
        "an edge has a type that is not there",
    )
    _check(
        column["name"].max() < len(strings),
        "an object has a name that is not there",
    )
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


def _columns(
    data: bytes, name: bytes, rows: int, fields: list[str], wanted: dict[str, int]
) -> dict[str, Numbers]:
    """Return the wanted fields of an array, each as numbers of so many bytes."""
    import numpy as np

    for field in wanted:
        if field not in fields:
            raise BadRequest(f"its heap snapshot has no field '{field}'")
    flat = _array(data, name, rows * len(fields), 8 if max(wanted.values()) == 8 else 4)
    table = flat.reshape(-1, len(fields))
    found: dict[str, Numbers] = {}
    for field, size in wanted.items():
        numbers = table[:, fields.index(field)]
        fits = not len(numbers) or bool(0 <= numbers.min() and numbers.max() < 2 ** (8 * size - 1))
        _check(fits, f"a number of '{field}' is out of range")
        found[field] = numbers.astype(np.dtype(f"i{size}"))  # a copy, so that the table can go
    return found


def _array(data: bytes, name: bytes, length: int, size: int) -> Numbers:
    """Return all numbers of an array, each of `size` bytes."""
    import warnings

    import numpy as np

    start = _opened(data, name)
    end = data.find(b"]", start)
    if end < 0:
        raise BadRequest(f"its heap snapshot ends inside '{name.decode()}': the file is cut short")
    if length > (end - start + 1) // 2 + 1:  # a number takes a digit and a comma
        raise BadRequest(f"its heap snapshot has fewer '{name.decode()}' than it says")
    made = np.empty(length, dtype=np.dtype(f"i{size}"))
    filled = 0
    with warnings.catch_warnings():
        warnings.simplefilter(
            "error", DeprecationWarning
        )  # numpy's word for text that is no number
        while start < end:
            comma = data.rfind(b",", start, start + PIECE) if start + PIECE < end else end
            stop = comma if comma > start else end
            try:
                piece = np.fromstring(data[start:stop], dtype=np.int64, sep=",")
            except (DeprecationWarning, ValueError):
                raise BadRequest(
                    f"the '{name.decode()}' of its heap snapshot are no numbers"
                ) from None
            if filled + len(piece) > length:
                raise BadRequest(f"its heap snapshot has more '{name.decode()}' than it says")
            if len(piece):
                _check(
                    -1 <= piece.min() and piece.max() < 2 ** (8 * size - 1),
                    "a number is out of range",
                )
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
