"""Names in a design lead to something, calls end, and pools stand between those who use them."""

from collections.abc import Iterable, Iterator

from backwright.design.written.fields import Reader, nearest
from backwright.model.design import Ask, Design, Holding, Lookup, Node, Put, Step, bodies

CLIENT = "client"
CHAIN_MAX = 50  # calls one inside the other: no system that answers in time has more


def check_references(design: Design, reader: Reader) -> None:
    """Report every name that leads nowhere, names used twice, and calls that come back to their caller."""
    lines = dict(design.lines)
    _Checking(design, reader, lines).all()


class _Checking:
    def __init__(self, design: Design, reader: Reader, lines: dict[str, int]) -> None:
        self.design, self.reader, self.lines = design, reader, lines
        self.nodes = {node.name: node for node in design.nodes}

    def wrong(self, at: str, message: str) -> None:
        while at and at not in self.lines:
            at = at.rpartition(".")[0]
        self.reader.wrong(self.lines.get(at, 0), message)

    def all(self) -> None:
        self.names()
        for node in self.design.nodes:
            for handler in node.handlers:
                self.steps(node, handler.steps, f"{section(node)}.{node.name}.{word(node)}.{handler.name}")  # fmt: skip
        self.entries()
        self.pools()
        self.policies()
        self.operated()
        circles = cycles(self.design)
        for cycle in circles:
            circle = " calls ".join((*cycle, cycle[0]))
            self.wrong(f"services.{cycle[0]}", f"{circle}: a request would never end; break it with a queue")  # fmt: skip
        depth = 0 if circles else chain_of(self.design)
        if depth > CHAIN_MAX:
            self.wrong(
                "services", f"a request goes {depth} calls deep; at most {CHAIN_MAX} are followed"
            )

    def names(self) -> None:
        seen: dict[str, str] = {}
        groups: tuple[tuple[str, Iterable[str]], ...] = (
            ("a service, store or external", (n.name for n in self.design.nodes)),
            ("a pool", (p.name for p in self.design.pools)),
            ("a queue", (q.name for q in self.design.queues)),
            ("a cache", (c.name for c in self.design.caches)),
        )
        for kind, names in groups:
            for name in names:
                if name in seen:
                    self.wrong(
                        "", f'"{name}" names {seen[name]} and {kind}; a name stands for one thing'
                    )
                if name == CLIENT:
                    self.wrong(
                        "", f'"{CLIENT}" means those who send requests; name {kind} otherwise'
                    )
                seen[name] = kind

    def steps(self, node: Node, steps: tuple[Step, ...], at: str) -> None:
        for number, step in enumerate(steps):
            where = f"{at}.{number}"
            match step:
                case Ask():
                    self.operation(step.target, step.operation, where, "calls")
                    if step.target == node.name:
                        self.wrong(where, f"{where}: {node.name} calls itself; put the steps into one operation")  # fmt: skip
                case Holding():
                    self.held(node, step.pool, where)
                case Put() if step.queue not in (q.name for q in self.design.queues):
                    self.missing(where, "puts", step.queue, "queue", [q.name for q in self.design.queues])  # fmt: skip
                case Lookup() if step.cache not in (c.name for c in self.design.caches):
                    self.missing(where, "cache", step.cache, "cache", [c.name for c in self.design.caches])  # fmt: skip
            for body in bodies(step):
                self.steps(node, body, where)

    def held(self, node: Node, name: str, where: str) -> None:
        pool = next((p for p in self.design.pools if p.name == name), None)
        if pool is None:
            self.missing(where, "holds", name, "pool", [p.name for p in self.design.pools])
        elif pool.owner != node.name:
            self.wrong(where, f"{where}: the pool {name} belongs to {pool.owner}, not to {node.name}")  # fmt: skip

    def missing(self, at: str, verb: str, name: str, kind: str, known: Iterable[str]) -> None:
        self.wrong(at, f'{verb} "{name}": no such {kind}{nearest(name, known)}')

    def operation(self, target: str, operation: str, at: str, verb: str) -> None:
        node = self.nodes.get(target)
        if node is None and not target and operation in self.nodes:
            offered = ", ".join(f"{operation}.{h.name}" for h in self.nodes[operation].handlers)
            self.wrong(at, f'{verb} "{operation}": which of its operations? {offered}')
        elif node is None:
            self.missing(at, verb, target or operation, "service, store or external", self.nodes)  # fmt: skip
        elif node.handler(operation) is None:
            names = [handler.name for handler in node.handlers]
            self.wrong(at, f'{verb} "{target}.{operation}": {target} has no such operation{nearest(operation, names)}')  # fmt: skip

    def entries(self) -> None:
        for entry in self.design.workload.entries:
            self.operation(entry.target, entry.operation, f"workload.mix.{entry.name}", "mix")

    def pools(self) -> None:
        for pool in self.design.pools:
            for name, what in ((pool.owner, "owner"), (pool.target, "to")):
                if name not in self.nodes:
                    self.missing(f"pools.{pool.name}.{what}", f"pools.{pool.name}.{what}", name, "service, store or external", self.nodes)  # fmt: skip
        pairs = [(p.owner, p.target) for p in self.design.pools]
        for pair in sorted({pair for pair in pairs if pairs.count(pair) > 1}):
            self.wrong("pools", f"two pools between {pair[0]} and {pair[1]}; one is enough")
        for queue in self.design.queues:
            self.operation(
                queue.target, queue.operation, f"queues.{queue.name}.consumer", "consumer"
            )

    def policies(self) -> None:
        for policy in self.design.policies:
            at = f"calls.{policy.caller} -> {policy.callee}"
            for name in (policy.caller, policy.callee):
                if name not in self.nodes and name != CLIENT:
                    self.missing(at, "calls", name, "service, store or external", [CLIENT, *self.nodes])  # fmt: skip
            if not any(pair == (policy.caller, policy.callee) for pair in calls(self.design)):
                known = [f"{a} -> {b}" for a, b in sorted(set(calls(self.design)))]
                said = f"{policy.caller} -> {policy.callee}"
                self.wrong(at, f'"{said}": no such call is made{nearest(said, known)}')  # fmt: skip

    def operated(self) -> None:
        for scale in self.design.scales:
            if scale.node not in self.nodes or self.nodes[scale.node].kind != "service":
                self.missing(f"scale.{scale.node}", "scale", scale.node, "service", self.nodes)
            elif scale.signal == "cpu" and self.nodes[scale.node].cores is None:
                self.wrong(f"scale.{scale.node}", f"scale.{scale.node}: signal cpu needs cores: of the service")  # fmt: skip
            elif scale.signal != "cpu" and self.nodes[scale.node].workers is None:
                self.wrong(f"scale.{scale.node}", f"scale.{scale.node}: signal {scale.signal} needs workers: of the service")  # fmt: skip
        for number, failure in enumerate(self.design.failures):
            at = f"failures.{number}"
            if failure.kind == "cold" and failure.target not in (
                c.name for c in self.design.caches
            ):
                self.missing(
                    at, "cold", failure.target, "cache", [c.name for c in self.design.caches]
                )
            if failure.kind in ("slow", "kill", "errors") and failure.target not in self.nodes:
                self.missing(at, failure.kind, failure.target, "service, store or external", self.nodes)  # fmt: skip
        for price in self.design.prices:
            if price.node not in (*self.nodes, *(q.name for q in self.design.queues), *(c.name for c in self.design.caches)):  # fmt: skip
                self.missing(f"prices.{price.node}", "prices", price.node, "part", self.nodes)


def section(node: Node) -> str:
    """Return the section of the file that a node stands in."""
    return {"service": "services", "store": "stores", "external": "externals"}[node.kind]


def word(node: Node) -> str:
    """Return the key under which its operations stand."""
    return "handlers" if node.kind == "service" else "operations"


def calls(design: Design) -> Iterator[tuple[str, str]]:
    """Yield (caller, callee) of every call, with "client" for those from outside."""
    for entry in design.workload.entries:
        yield CLIENT, entry.target
    for node in design.nodes:
        for handler in node.handlers:
            yield from ((node.name, target) for target, _ in asked(handler.steps))


def asked(steps: tuple[Step, ...]) -> Iterator[tuple[str, str]]:
    """Yield (node, operation) of every synchronous call in steps, however deep."""
    for step in steps:
        if isinstance(step, Ask):
            yield step.target, step.operation
        for body in bodies(step):
            yield from asked(body)


def chain_of(design: Design) -> int:
    """Return how many calls deep the deepest request goes, at most one more than CHAIN_MAX."""
    graph = {
        (node.name, handler.name): set(asked(handler.steps))
        for node in design.nodes
        for handler in node.handlers
    }
    reached = {(entry.target, entry.operation) for entry in design.workload.entries}
    depth = 0
    while reached and depth <= CHAIN_MAX:
        depth += 1
        reached = {to for each in reached for to in graph.get(each, ())}
    return depth


def cycles(design: Design) -> list[tuple[str, ...]]:
    """Return groups of operations' nodes that call each other in a circle, one per circle found."""
    graph = {
        (node.name, handler.name): sorted(set(asked(handler.steps)))
        for node in design.nodes
        for handler in node.handlers
    }
    found: list[tuple[str, ...]] = []
    state: dict[tuple[str, str], int] = {}

    for start in graph:
        stack: list[tuple[tuple[str, str], int]] = [(start, 0)]
        while stack:
            here, position = stack.pop()
            if position == 0:
                if state.get(here):
                    continue
                state[here] = 1
            nexts = graph.get(here, [])
            if position < len(nexts):
                stack.append((here, position + 1))
                to = nexts[position]
                if state.get(to) == 1:
                    path = [each for each, _ in stack]
                    found.append(tuple(node for node, _ in path[path.index(to) :]))
                elif not state.get(to):
                    stack.append((to, 0))
            else:
                state[here] = 2
    return found
