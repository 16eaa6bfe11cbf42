"""How many can be at a resource at once, because what they hold above it is limited, too."""

from dataclasses import dataclass
from math import inf

from backwright.design.layers.timing import Resource, core_of, server_of
from backwright.model.design import (
    Ask,
    Cpu,
    Design,
    Holding,
    Locked,
    Node,
    Parallel,
    Step,
    bodies,
    walk,
)

Bound = tuple[float, frozenset[str]]  # how many at most over all copies, and held by what


@dataclass(frozen=True)
class Crowd:
    """Who can come to a resource.

    Attributes:
        places: How many can be there at most, held and waiting, per copy; infinite without limit.
        holders: What they hold meanwhile, which is why they are no more. Whoever cannot come yet waits
            for that instead. Empty if they are limited by the number of users, or not at all.
    """

    places: float
    holders: frozenset[str]


def crowds_of(design: Design, resources: dict[str, Resource]) -> dict[str, Crowd]:
    """Return who can come to each resource.

    A pool of 10 in front of a store that does 10 things at once: nobody ever waits at the store.
    """
    return _Population(design, resources).crowds()


class _Population:
    def __init__(self, design: Design, resources: dict[str, Resource]) -> None:
        self.design = design
        self.resources = resources
        self.pools = {(p.owner, p.target): f"{p.name} pool" for p in design.pools}
        # resource: caller: held by what: how many; the same for nodes
        self.seen: dict[str, dict[str, dict[frozenset[str], float]]] = {}
        self.inbound: dict[str, dict[str, dict[frozenset[str], float]]] = {}
        self.insides: dict[str, Bound] = {}

    def crowds(self) -> dict[str, Crowd]:
        for node in self._callers_first():
            inside = self._inside(node)
            for handler in node.handlers:
                self._steps(node, handler.steps, inside, frozenset(), 1)
        found = {}
        for name, resource in self.resources.items():
            most, holders = _total(self.seen.get(name, {}))
            alike = 1 if resource.kind == "lock" else resource.copies  # one key may draw everybody
            places = max(1.0, -(-most // alike)) if most < inf else inf
            found[name] = Crowd(places, holders if most < inf else frozenset())
        return found

    def _callers_first(self) -> list[Node]:
        """Return the nodes, each after whatever calls it."""
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order:
                return
            for handler in self.design.node(name).handlers:
                for called in called_by(handler.steps):
                    visit(called)
            order[name] = None

        for node in self.design.nodes:
            visit(node.name)
        return [self.design.node(name) for name in reversed(order)]

    def _inside(self, node: Node) -> Bound:
        """Return how many can be at work in a node at once."""
        if node.name in self.insides:
            return self.insides[node.name]
        most, holders = _total(self.inbound.get(node.name, {}))
        if any(entry.target == node.name for entry in self.design.workload.entries):
            most, holders = self.design.workload.users or inf, frozenset()
        elif any(queue.target == node.name for queue in self.design.queues):
            most, holders = inf, frozenset()
        server = server_of(node, "")
        if server:
            for each in (server, f"{node.name} replicas"):
                self.seen[each] = {"": {holders: most}}
            total = self.resources[server].total
            if total < most:
                most, holders = total, frozenset({server})
        self.insides[node.name] = most, holders
        return most, holders

    def _steps(
        self, node: Node, steps: tuple[Step, ...], bound: Bound, holds: frozenset[str], fan: int
    ) -> None:
        for step in steps:
            match step:
                case Ask():
                    pool = self.pools.get((node.name, step.target), "")
                    inner = bound
                    if pool and pool not in holds:
                        inner = self._at(pool, node, bound, fan)
                    wide = inner[0] * (fan if inner == bound else 1)
                    callers = self.inbound.setdefault(step.target, {}).setdefault(node.name, {})
                    callers[inner[1]] = max(callers.get(inner[1], 0.0), wide)
                case Holding():
                    inner = self._at(f"{step.pool} pool", node, bound, fan)
                    self._steps(node, step.body, inner, holds | {f"{step.pool} pool"}, 1)
                case Locked():
                    inner = self._at(f"{step.name} lock", node, bound, fan)
                    self._steps(node, step.body, inner, holds, 1)
                case Cpu():
                    if core_of(node):
                        self._at(core_of(node), node, bound, fan)
                case Parallel():
                    for branch in step.branches:
                        self._steps(node, branch, bound, holds, fan * len(step.branches))
                case _:
                    for body in bodies(step):
                        self._steps(node, body, bound, holds, fan)

    def _at(self, name: str, node: Node, bound: Bound, fan: int) -> Bound:
        """Note that so many can come to a resource; return the bound of what is held there."""
        most, holders = bound[0] * fan, bound[1]
        by = self.seen.setdefault(name, {}).setdefault(node.name, {})
        by[holders] = max(by.get(holders, 0.0), most)
        total = self.resources[name].total if name in self.resources else inf
        return (total, frozenset({name})) if total < most else (most, holders)


def _total(callers: dict[str, dict[frozenset[str], float]]) -> Bound:
    if not callers:
        return inf, frozenset()
    most = sum(sum(by.values()) for by in callers.values())
    return most, frozenset(h for by in callers.values() for held in by for h in held)


def called_by(steps: tuple[Step, ...]) -> list[str]:
    """Return the nodes that a list of steps calls."""
    return [step.target for step in walk(steps) if isinstance(step, Ask)]
