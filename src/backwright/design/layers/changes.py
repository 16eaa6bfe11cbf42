"""A design with one thing changed: a size, a connection given back early, a call taken out of the hold."""

from collections.abc import Callable
from dataclasses import replace

from backwright.design.layers.timing import Resource
from backwright.model.design import (
    Ask,
    Choice,
    Cpu,
    Design,
    Handler,
    Holding,
    Locked,
    Lookup,
    Node,
    Parallel,
    Repeat,
    Step,
    Wait,
    walk,
)

Change = Callable[[tuple[Step, ...]], tuple[Step, ...]]


def sized(design: Design, resource: Resource, size: int) -> Design:
    """Return the design with another size, per copy, of a resource."""
    match resource.kind:
        case "pool":
            name = resource.name.removesuffix(" pool")
            pools = tuple(replace(p, size=size) if p.name == name else p for p in design.pools)
            return replace(design, pools=pools)
        case "consumers":
            queues = tuple(
                replace(q, consumers=size) if q.name == resource.owner else q for q in design.queues
            )
            return replace(design, queues=queues)
        case "cores":
            return _nodes(
                design, lambda n: replace(n, cores=size) if n.name == resource.owner else n
            )
        case "lock":
            return design
        case _:
            return _nodes(
                design, lambda n: replace(n, workers=size) if n.name == resource.owner else n
            )


def with_instances(design: Design, node: str, instances: int) -> Design:
    """Return the design with another number of instances of a service."""
    return _nodes(design, lambda n: replace(n, instances=instances) if n.name == node else n)


def released(design: Design, pool: str) -> Design:
    """Return the design in which a connection is held for each call to its store, and not between them."""

    def free(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        made: list[Step] = []
        for step in steps:
            if isinstance(step, Holding) and step.pool == pool:
                made += free(step.body)
            else:
                made.append(_inside(step, free))
        return tuple(made)

    return _steps(design, free)


def without_call(design: Design, caller: str, target: str) -> Design:
    """Return the design in which a service no longer waits for another: the call goes behind a queue."""

    def drop(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(
            _inside(step, drop)
            for step in steps
            if not (isinstance(step, Ask) and step.target == target)
        )

    return _nodes(design, lambda n: _handlers(n, drop) if n.name == caller else n)


def held_across(design: Design, pool: str) -> tuple[str, ...]:
    """Return what a connection is held across though it is not its store: nodes that are called or waited in."""
    owner = next(p for p in design.pools if p.name == pool)
    found: dict[str, None] = {}
    for handler in design.node(owner.owner).handlers:
        for step in walk(handler.steps):
            if isinstance(step, Holding) and step.pool == pool:
                for inner in walk(step.body):
                    if isinstance(inner, Ask) and inner.target != owner.target:
                        found[inner.target] = None
                    elif isinstance(inner, Cpu | Wait):
                        found[owner.owner] = None
    return tuple(found)


def _nodes(design: Design, change: Callable[[Node], Node]) -> Design:
    return replace(design, nodes=tuple(change(node) for node in design.nodes))


def _handlers(node: Node, change: Change) -> Node:
    return replace(node, handlers=tuple(Handler(h.name, change(h.steps)) for h in node.handlers))


def _steps(design: Design, change: Change) -> Design:
    return _nodes(design, lambda node: _handlers(node, change))


def _inside(step: Step, change: Change) -> Step:
    """Return a step with the lists inside it changed."""
    match step:
        case Holding() | Locked() | Repeat():
            return replace(step, body=change(step.body))
        case Parallel():
            return replace(step, branches=tuple(change(branch) for branch in step.branches))
        case Choice():
            return replace(
                step, options=tuple((share, change(body)) for share, body in step.options)
            )
        case Lookup():
            return replace(step, miss=change(step.miss))
        case _:
            return step
