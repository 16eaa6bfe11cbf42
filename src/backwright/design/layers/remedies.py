"""Why something is full, and what would help: each remedy is tried on the design before it is said."""

from dataclasses import dataclass
from math import inf

from backwright.design.layers.accounts import WAITING, Account
from backwright.design.layers.changes import held_across, released, sized, without_call
from backwright.design.layers.flows import Values
from backwright.design.layers.laws import Ceiling, break_of, busy, ceilings_of, least_size
from backwright.design.layers.layered import layers_of
from backwright.design.layers.timing import Resource, resources_of
from backwright.design.theory.queueing import SERVERS_MAX
from backwright.design.wording import digits, listed, per_second, percent, seconds
from backwright.model.design import Design

TRIED = 20  # sizes, one after the other
SLIGHT = 0.02  # of the time held: what takes less is not named
ONE = {
    "workers": "A worker is held",
    "cores": "{one} computes",
    "servers": "{owner} works",
    "pool": "A connection is held",
    "lock": "A key of the {owner} lock is held",
    "consumers": "A consumer of {owner} works",
}


@dataclass(frozen=True)
class Remedy:
    """Something to do, with what it would bring.

    Attributes:
        does: As a sentence, its effect included.
        breaks_at: Requests per second at which the design breaks then; infinite if nothing is limited.
    """

    does: str
    breaks_at: float


def why_full(design: Design, ceiling: Ceiling, account: Account, breaks_at: float) -> str:
    """Return what a resource is held for, and the division that gives its ceiling.

    Args:
        breaks_at: Requests per second; below the ceiling if those who hold it wait for each other.
    """
    resource = resources_of(design)[ceiling.name]
    lead = ONE[resource.kind].format(
        owner=resource.owner, one="A loop" if resource.name.endswith(" loops") else "A core"
    )
    held, cut = _cut(account, ceiling.held_s)
    parts = [
        told_part(design, resource, who, each)
        for who, each in held.items()
        if each > SLIGHT * ceiling.held_s
    ]
    what = f": {listed(parts)}{cut}" if len(parts) > 1 or resource.kind in ("pool", "workers") else ""  # fmt: skip
    once = seconds(ceiling.held_s)
    if len(parts) == 1 and parts[0].startswith(
        f"{once} "
    ):  # "held 44 ms in db", the time told once
        what = parts[0].removeprefix(once).removesuffix(" of its own")
    division = f"{resource.total} / {ceiling.held_s:.3g} s = {per_second(ceiling.can_do)}"
    crowded = ""
    if breaks_at < ceiling.full_at * (1 - 1e-9):
        could = ceiling.can_do * breaks_at / ceiling.full_at
        crowded = f" With all {resource.total} held they wait for each other at what lies below, so {per_second(could)} is the most."
    return f"{lead} {seconds(ceiling.held_s)}{what}. {division}.{crowded}"


def _cut(account: Account, held: float) -> tuple[Account, str]:
    """Return the account without what time-outs cut off, taken from its largest part, and that it was."""
    over = sum(account.values()) - held
    if over <= SLIGHT * held:
        return account, ""
    who = max(account, key=lambda each: account[each])
    return {**account, who: max(0.0, account[who] - over)}, ", time-outs counted"


def told_part(design: Design, resource: Resource, who: str, each: float) -> str:
    """Return one part of the time that something is held: "180 ms waiting for payment"."""
    kinds = {node.name: node.kind for node in design.nodes}
    kind = kinds.get(who, "")
    owner = next((p.owner for p in design.pools if f"{p.name} pool" == resource.name), resource.owner)  # fmt: skip
    if who == owner:
        return f"{seconds(each)} of its own"
    if kind in ("external", "service"):
        return f"{seconds(each)} waiting for {who}"
    return f"{seconds(each)} {'in ' + who if kind or ':' not in who else who}"


WHILE = {
    "workers": "A worker is held while it waits",
    "pool": "A connection is held while it waits",
    "cores": "{one} computes",
    "servers": "{owner} works",
    "lock": "A key of the {owner} lock is held",
    "consumers": "A consumer of {owner} is held while it works",
}


def said_why(design: Design, ceiling: Ceiling, held: float, account: Account) -> str:
    """Return how many are held on average by Little's law, and what takes most of that time."""
    resource = resources_of(design)[ceiling.name]
    lead = WHILE[resource.kind].format(
        owner=resource.owner, one="A loop" if resource.name.endswith(" loops") else "A core"
    )
    average = busy(ceiling.offered, held)
    who, most = next(iter(account.items()), ("", 0.0))
    share = f", and {told_who(who)} is {percent(most / held)} of that" if len(account) > 1 and held > 0 else ""  # fmt: skip
    return (
        f"{lead}: {per_second(ceiling.offered)} x {held:.3g} s = {digits(average)} of {resource.total} busy on"
        f" average (Little's law){share}."
    )


def told_who(who: str) -> str:
    """Return whoever takes time, by name: "waiting: db pool" is "the wait for db pool"."""
    return f"the wait for the {who.removeprefix(WAITING)}" if who.startswith(WAITING) else who


def remedies_of(
    design: Design, ceiling: Ceiling, account: Account, rate: float, values: Values | None = None
) -> tuple[Remedy, ...]:
    """Return what helps against a full resource at this rate, the best first."""
    values = values or Values()
    resource = resources_of(design)[ceiling.name]
    found: list[Remedy] = []
    if resource.kind == "pool":
        found += _give_back(design, resource, ceiling, rate, values)
    if resource.kind == "workers":
        found += _wait_elsewhere(design, resource, account, rate, values)
    found += _enlarge(design, resource, ceiling, rate, values)
    return tuple(found)


def _give_back(
    design: Design, resource: Resource, ceiling: Ceiling, rate: float, values: Values
) -> list[Remedy]:
    pool = resource.name.removesuffix(" pool")
    across = [who for who in held_across(design, pool) if who != resource.owner]
    if not across:
        return []
    after = ceilings_of(released(design, pool), layers_of(released(design, pool), rate, values))
    then = next((each for each in after if each.name == ceiling.name), None)
    if then is None:
        return []
    first = break_of(after)
    text = (
        f"Return the connection before the {listed(across)} call: held {seconds(then.held_s)}, the pool"
        f" then carries {per_second(then.can_do)}"
    )
    return [Remedy(f"{text}{_next(first.ceiling if first else None, ceiling, rate)}.", first.rate if first else inf)]  # fmt: skip


def _wait_elsewhere(
    design: Design, resource: Resource, account: Account, rate: float, values: Values
) -> list[Remedy]:
    waited = {
        who: each
        for who, each in account.items()
        if who in {n.name for n in design.nodes if n.kind != "store"} and who != resource.owner
    }
    if not waited:
        return []
    who = max(waited, key=lambda name: waited[name])
    if waited[who] < 0.3 * sum(account.values()):
        return []
    without = without_call(design, resource.owner, who)
    after = ceilings_of(without, layers_of(without, rate, values))
    then = next((each for each in after if each.name == resource.name), None)
    if then is None:
        return []
    first = break_of(after)
    text = (
        f"Answer before {who} is asked (a queue, or async workers): held {seconds(then.held_s)}, the"
        f" workers then carry {per_second(then.can_do)}"
    )
    return [Remedy(f"{text}{_next(first.ceiling if first else None, then, rate)}.", first.rate if first else inf)]  # fmt: skip


def _enlarge(
    design: Design, resource: Resource, ceiling: Ceiling, rate: float, values: Values
) -> list[Remedy]:
    if resource.kind == "lock":
        keys = least_size(ceiling.offered, ceiling.held_s)
        text = f"{keys} keys are the least that are stable, if requests spread evenly over them; or hold the lock for less."  # fmt: skip
        return [Remedy(text, inf)]
    least = max(least_size(ceiling.offered, ceiling.held_s, resource.copies), resource.size + 1)
    if least > SERVERS_MAX - TRIED:
        return []  # nobody builds that, and it cannot be computed
    size = least  # enough, unless they wait for each other below
    for size in range(least, least + TRIED):
        larger = sized(design, resource, size)
        first = break_of(ceilings_of(larger, layers_of(larger, rate, values)))
        if first is None or first.rate > rate or first.ceiling.name != resource.name:
            break
    left = 1 - ceiling.offered * ceiling.held_s / (size * resource.copies)
    word = {
        "pool": "A pool of {0}",
        "workers": "{0} workers",
        "cores": "{0} cores",
        "servers": "{0} at once",
        "consumers": "{0} consumers",
    }[resource.kind].format(size)
    each = " in each instance" if resource.copies > 1 and resource.kind != "servers" else ""
    verbs = ("is", "leaves") if resource.kind == "pool" else ("are", "leave")
    text = f"{word}{each} {verbs[0]} the least that {verbs[0]} stable, and {verbs[1]} {percent(left)} of room"
    text += _limits(design, resource, size)
    return [Remedy(f"{text}{_next(first.ceiling if first else None, ceiling, rate)}.", first.rate if first else inf)]  # fmt: skip


def _limits(design: Design, resource: Resource, size: int) -> str:
    """Return what stands against a larger pool."""
    if resource.kind != "pool":
        return ""
    pool = next(p for p in design.pools if f"{p.name} pool" == resource.name)
    store, owner = design.node(pool.target), design.node(pool.owner)
    asked = size * resource.copies
    if store.connections_max is not None and asked > store.connections_max:
        return f", but {store.name} accepts only {store.connections_max} connections"
    if owner.workers is not None and owner.model == "threads" and size > owner.workers:
        return f", but only {owner.workers} workers can use them"
    return ""


def _next(first: Ceiling | None, ceiling: Ceiling, rate: float) -> str:
    """Return what breaks next, if that is before the rate that is asked for."""
    if first is None or first.name == ceiling.name or first.full_at > rate:
        return ""
    return f"; {first.name} break next, at {per_second(first.full_at)}"
