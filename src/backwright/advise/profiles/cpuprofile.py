"""Reads V8's .cpuprofile: a tree of calls, and which node of it was seen when."""

from dataclasses import dataclass, field

from backwright.advise.profiles.values import Gathering, Profile
from backwright.model.errors import BadRequest


@dataclass(frozen=True)
class _Call:
    functionName: str = ""  # noqa: N815  (the format's own names)
    url: str = ""
    lineNumber: int = -1  # noqa: N815


@dataclass(frozen=True)
class _Node:
    id: int
    callFrame: _Call  # noqa: N815
    hitCount: int = 0  # noqa: N815
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    nodes: list[_Node]
    startTime: float = 0.0  # noqa: N815
    endTime: float = 0.0  # noqa: N815
    samples: list[int] = field(default_factory=list)
    timeDeltas: list[float] = field(default_factory=list)  # noqa: N815


def read_cpuprofile(data: bytes) -> Profile:
    """Return the stacks of one thread; "(idle)" is wall time in which it had nothing to do.

    A sample stands for the time until the next one. Where the file has no samples the nodes' own
    hit counts are used.

    Raises:
        BadRequest: The JSON is no profile, or its nodes are no tree.
    """
    import msgspec

    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(f"its V8 profile cannot be read: {error}") from None
    made = Gathering()
    stacks = _stacks(made, found.nodes)
    lost = 0
    if found.samples and len(found.timeDeltas) == len(found.samples):
        # deltas[i] is the time before sample i, so sample i lasted deltas[i + 1].
        lasts = [*found.timeDeltas[1:], 0.0]
        for seen, lasted in zip(found.samples, lasts, strict=True):
            if seen in stacks:
                made.add(stacks[seen], max(lasted, 0.0) * 1e-6, 1)
            else:
                lost += 1
    else:
        seconds = max(found.endTime - found.startTime, 0.0) * 1e-6
        hits = sum(max(node.hitCount, 0) for node in found.nodes)
        for node in found.nodes:
            if node.hitCount > 0:
                value = seconds * node.hitCount / hits if seconds else float(node.hitCount)
                made.add(stacks[node.id], value, node.hitCount)
    notes = (f"{lost} samples name a node that is not there",) if lost else ()
    length = max(found.endTime - found.startTime, 0.0) * 1e-6
    return Profile(
        "V8 cpuprofile", "wall", "seconds", tuple(made.frames), made.stacks(), length, 1, notes
    )


def _stacks(made: Gathering, nodes: list[_Node]) -> dict[int, tuple[int, ...]]:
    """Return each node's stack without the root; nodes may stand in any order."""
    parents = {child: node.id for node in nodes for child in node.children}
    by_id = {node.id: node for node in nodes}
    if len(by_id) < len(nodes):
        raise BadRequest("its V8 profile has two nodes of the same id")
    done: dict[int, tuple[int, ...]] = {}
    for start in by_id:
        trail: list[int] = []
        at: int | None = start
        while at is not None and at in by_id and at not in done:
            trail.append(at)
            if len(trail) > len(nodes):
                raise BadRequest("the calls of its V8 profile go round in a circle")
            at = parents.get(at)
        above = done.get(at, ()) if at is not None else ()
        for node in reversed(trail):
            call = by_id[node].callFrame
            if call.functionName != "(root)":
                above = (*above, made.frame(call.functionName, call.url, call.lineNumber + 1))
            done[node] = above
    return done
