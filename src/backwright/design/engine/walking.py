"""Walks over programs: what is inside a step, and which copies it needs to know."""

from collections.abc import Iterator

from backwright.design.net import (
    AnyOf,
    CacheGet,
    Call,
    Fork,
    Hold,
    Loop,
    Net,
    Op,
    Pick,
    Use,
    Visit,
)


def inside(op: Op) -> tuple[tuple[Op, ...], ...]:
    """Return the lists of steps inside a step."""
    match op:
        case Hold() | AnyOf() | Visit() | Call() | Loop():
            return (op.body,)
        case Fork():
            return op.branches
        case Pick():
            return op.bodies
        case CacheGet():
            return (op.miss,)
        case _:
            return ()


def walk(ops: tuple[Op, ...]) -> Iterator[Op]:
    """Yield every step, each before what is inside it."""
    for op in ops:
        yield op
        for body in inside(op):
            yield from walk(body)


def every(net: Net) -> Iterator[Op]:
    """Yield every step of every program and mailbox."""
    for program in net.programs:
        yield from walk(program)
    for mailbox in net.mailboxes:
        yield from walk(mailbox.body)


def groups_of(op: Op, net: Net) -> set[int]:
    """Return the groups of whose copies a step itself needs to know the number."""
    match op:
        case Use() | Hold():
            groups = {net.stations[op.station].group}
        case AnyOf():
            groups = {net.stations[k].group for k in op.stations}
        case Call():
            policy = net.policies[op.policy]
            groups = {policy.group} if policy.bulkhead is not None else set()
        case _:
            groups = set()
    return groups - {-1}


def needed(ops: tuple[Op, ...], net: Net) -> set[int]:
    """Return the groups that are visited outside of these steps and whose copy they need to know."""
    result: set[int] = set()
    for op in ops:
        result |= groups_of(op, net)
        for body in inside(op):
            wanted = needed(body, net)
            result |= wanted - {op.group} if isinstance(op, Visit) else wanted
    return result
