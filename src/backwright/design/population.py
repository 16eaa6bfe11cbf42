"""How many can be at a resource at once, because what they hold above it is limited, too."""

from math import inf

from backwright.design.timing import Resource, core_of, server_of
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

Bound = tuple[float, str]  # how many at most over all copies, and by what


def places_of(design: Design, resources: dict[str, Resource]) -> dict[str, float]:
    """Return how many can be at each resource at most, held and waiting, per copy; infinite without limit.

    A pool of 10 in front of a store that does 10 things at once: nobody ever waits at the store.
    """
    return _Population(design, resources).places()


class _Population:
    def __init__(self, design: Design, resources: dict[str, Resource]) -> None:
        self.design = design
        self.resources = resources
        self.pools = {(p.owner, p.target): f"{p.name} pool" for p in design.pools}
        self.seen: dict[str, dict[str, dict[str, float]]] = {}  # resource: caller: by what: how many
        self.insides: dict[str, float] = {}

    def places(self) -> dict[str, float]:
        for node in self._callers_first():
            inside = self._inside(node)
            for handler in node.handlers:
                self._steps(node, handler.steps, (inside, node.name), frozenset(), 1)
        found = {}
        for name, resource in self.resources.items():
            callers = self.seen.get(name)
            total = sum(sum(by.values()) for by in callers.values()) if callers else inf
            found[name] = max(1.0, -(-total // resource.copies)) if total < inf else inf
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

    def _inside(self, node: Node) -> float:
        """Return how many can be at work in a node at once."""
        if node.name in self.insides:
            return self.insides[node.name]
        inbound = self.seen.get(node.name, {})
        total = sum(sum(by.values()) for by in inbound.values()) if inbound else inf
        if any(entry.target == node.name for entry in self.design.workload.entries):
            total = self.design.workload.users or inf
        total += sum(q.consumers for q in self.design.queues if q.target == node.name and inbound)
        if node.workers is not None and node.model == "threads":
            total = min(total, node.workers * node.instances)
        self.insides[node.name] = total
        return total

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
                    target = self.design.node(step.target)
                    wide = 1 if inner != bound else fan
                    self._at(target.name, node, inner, wide)
                    server = server_of(target, step.operation)
                    if server and server != target.name:
                        self._at(server, node, inner, wide)
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
        """Note that so many can come to a resource or node; return the bound of what is held there."""
        most, what = bound[0] * fan, bound[1]
        by = self.seen.setdefault(name, {}).setdefault(node.name, {})
        by[what] = max(by.get(what, 0.0), most)
        total = self.resources[name].total if name in self.resources else inf
        return (total, name) if total < most else (most, what)


def called_by(steps: tuple[Step, ...]) -> list[str]:
    """Return the nodes that a list of steps calls."""
    return [step.target for step in walk(steps) if isinstance(step, Ask)]
