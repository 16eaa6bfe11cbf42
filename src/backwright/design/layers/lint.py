"""What is wrong with a design whatever the numbers: time-outs, retries, pools, caches, single points of failure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backwright.design.layers.flows import CLIENT, Link, Values
from backwright.design.layers.laws import (
    break_of,
    callers_of,
    ceilings_of,
    connections_of,
    storms_of,
    tries_along,
)
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.layers.moments import MomentArithmetic, pauses_of, survival
from backwright.design.layers.timing import Walk
from backwright.design.wording import digits, per_second, percent, seconds
from backwright.model.design import (
    CallPolicy,
    Cpu,
    Design,
    Holding,
    Locked,
    Node,
    Step,
    bodies,
    walk,
)

LOOP_STEP = 0.05  # s: computing that stops an event loop for longer is felt by everybody on it
HEDGED = 0.10  # share of calls made twice from which hedging costs more than a tail (our judgement)


@dataclass(frozen=True)
class Warned:
    """One thing that is wrong.

    Attributes:
        name: Such as "timeout nesting".
        at: Dotted path in the blueprint; line: in its file, 0 if not known.
        skill: What to learn about it.
        level: A warning costs availability or money; a hint is worth a look.
    """

    name: str
    at: str
    line: int
    text: str
    skill: str
    level: Literal["warning", "hint"] = "warning"


def lint(design: Design, layers: Layers, values: Values | None = None) -> tuple[Warned, ...]:
    """Return what is wrong, warnings first, in the order of the file."""
    linting = _Linting(design, layers, values or Values())
    found = {(w.name, w.at, w.text): w for w in linting.all()}
    return tuple(sorted(found.values(), key=lambda w: (w.level == "hint", w.line, w.name)))


class _Linting:
    def __init__(self, design: Design, layers: Layers, values: Values) -> None:
        self.design = design
        self.layers = layers
        self.values = values
        self.rate = layers.flows.entry
        self.lines = dict(design.lines)
        self.links = callers_of(design)
        self.policies = {(p.caller, p.callee): p for p in design.policies}
        self.nodes = {node.name: node for node in design.nodes}

    def all(self) -> Iterator[Warned]:
        yield from self.nesting()
        yield from self.products()
        yield from self.retries()
        yield from self.missing_timeouts()
        yield from self.hedges()
        yield from self.pools()
        yield from self.storms()
        yield from self.cold_caches()
        yield from self.survival()
        yield from self.loops()
        yield from self.orders()
        yield from self.busy_moments()
        yield from self.queues()

    def warn(
        self,
        name: str,
        at: str,
        text: str,
        skill: str,
        level: Literal["warning", "hint"] = "warning",
    ) -> Warned:
        return Warned(name, at, self.line(at), text, skill, level)

    def line(self, at: str) -> int:
        while at and at not in self.lines:
            at = at.rpartition(".")[0]
        return self.lines.get(at, 0)

    def place(self, link: Link) -> str:
        """Return the path of a policy, or of what is called if there is none."""
        for at in self.lines:
            if at.startswith("calls.") and at.count(".") == 1:
                caller, arrow, callee = at.removeprefix("calls.").partition("->")
                if arrow and (caller.strip(), callee.strip()) == link:
                    return at
        node = self.nodes[link[1]]
        return f"{'externals' if node.kind == 'external' else f'{node.kind}s'}.{node.name}"

    # Calls

    def nesting(self) -> Iterator[Warned]:
        for outer in self.links:
            upper = self.policies.get(outer)
            if upper is None or upper.timeout is None:
                continue
            for inner in self.links:
                lower = self.policies.get(inner)
                if inner[0] != outer[1] or lower is None or lower.timeout is None:
                    continue
                if lower.deadline == "propagate":
                    continue
                longest = _longest(lower)
                after = f" over {lower.retries + 1} tries" if lower.retries else ""
                if longest > upper.timeout:
                    yield self.warn(
                        "timeout nesting",
                        self.place(inner),
                        f"{outer[0]} gives up after {seconds(upper.timeout)}, {inner[0]} after"
                        f" {seconds(longest)}{after}: abandoned work goes on for"
                        f" {seconds(longest - upper.timeout)}",
                        "dist.retries",
                    )

    def products(self) -> Iterator[Warned]:
        total = tries_along(self.design)
        for link in self.links:
            tries = self._chain(link)
            if len(tries) > 1:
                yield self.warn(
                    "retry product",
                    self.place(link),
                    f"{' x '.join(f'{n} tries' for n in tries)} = up to {digits(total[link])} calls of {link[1]}"
                    " for one request",
                    "dist.retries",
                )

    def _chain(self, link: Link) -> list[int]:
        """Return the tries of each retrying call from the client down to this one; () if this one has none."""
        policy = self.policies.get(link)
        if policy is None or not policy.retries:
            return []
        above = [self._above(each) for each in self.links if each[1] == link[0]]
        return [*max(above, key=_product, default=[]), policy.retries + 1]

    def _above(self, link: Link) -> list[int]:
        policy = self.policies.get(link)
        own = [policy.retries + 1] if policy and policy.retries else []
        if link[0] == CLIENT:
            return own
        above = [self._above(each) for each in self.links if each[1] == link[0]]
        return [*max(above, key=_product, default=[]), *own]

    def retries(self) -> Iterator[Warned]:
        for link, policy in self.policies.items():
            if not policy.retries:
                continue
            at, who = self.place(link), f"{link[0]} -> {link[1]}"
            if policy.backoff.base == 0:
                text = f"{who} tries again at once: when {link[1]} is slow, that makes it slower; pause first, such as `backoff: 50 ms full`"
                yield self.warn("retry without backoff", at, text, "dist.retries")
            elif policy.backoff.jitter == "none":
                text = f"{who} pauses without jitter: those that failed together come back together"
                yield self.warn("retry without jitter", at, text, "dist.retries", "hint")
            if policy.budget is None and policy.breaker is None:
                text = f"while {link[1]} is down, {who} makes {policy.retries + 1} times the calls; a budget of 10 % limits that to 1.1 times"
                yield self.warn("retry without budget", at, text, "dist.retries", "hint")
            if policy.timeout is not None and self.nodes[link[1]].kind == "external":
                text = f"a try of {who} that timed out may have been carried out: each needs the same idempotency key"
                yield self.warn("needs idempotency", at, text, "api.idempotency", "hint")

    def missing_timeouts(self) -> Iterator[Warned]:
        for link in self.links:
            policy, node = self.policies.get(link), self.nodes[link[1]]
            if node.kind != "external":
                continue
            at, who = self.place(link), f"{link[0]} -> {link[1]}"
            if policy is None or policy.timeout is None:
                text = f"{who} waits for ever: when {link[1]} hangs, whatever is held meanwhile is lost"
                yield self.warn("no timeout", at, text, "dist.retries")
            if policy is None or policy.breaker is None:
                text = f"{who} has no breaker: while {link[1]} is down, each request waits for its time-out"
                yield self.warn("no breaker", at, text, "dist.circuit-breaker", "hint")

    def hedges(self) -> Iterator[Warned]:
        arithmetic = MomentArithmetic(self.layers.waits)
        for link, policy in self.policies.items():
            if policy.hedge is None or not self.layers.is_stable:
                continue
            parts = Walk(self.design, self.layers.flows, self.values, arithmetic)
            for handler in self.nodes[link[1]].handlers:
                late = survival(parts.operation(link[1], handler.name))(policy.hedge)
                if late > HEDGED:
                    text = f"{link[0]} -> {link[1]}.{handler.name} is asked twice after {seconds(policy.hedge)}: {percent(late)} more calls; hedge at the p95"
                    yield self.warn("hedging cost", self.place(link), text, "dist.retries")

    def storms(self) -> Iterator[Warned]:
        for storm in storms_of(self.design, self.layers):
            text = (
                f"{storm.resource}: load {storm.used:.2f} x {digits(storm.tries)} tries = {storm.load:.1f}, and"
                " from 1 on a burst that makes calls time out can keep them timing out after it has passed"
            )
            yield self.warn(
                "retry storm", self.place((storm.caller, storm.callee)), text, "dist.backpressure"
            )

    # Things that are held

    def pools(self) -> Iterator[Warned]:
        for pool in self.design.pools:
            owner = self.nodes[pool.owner]
            at = f"pools.{pool.name}"
            if owner.workers is not None and owner.model == "threads" and pool.size > owner.workers:
                text = f"{pool.size} connections for {owner.workers} workers: {pool.size - owner.workers} can never be used"
                yield self.warn("pool above workers", f"{at}.size", text, "sql.pooling", "hint")
            if pool.acquire_timeout is None:
                text = f"whoever finds {pool.name} empty waits for ever; fail after 1 s instead"
                yield self.warn("no acquire timeout", at, text, "sql.pooling", "hint")
        for each in connections_of(self.design):
            if each.now > each.accepts:
                text = f"the pools ask {each.store} for {each.now} connections, and it accepts {each.accepts}"
                yield self.warn("too many connections", f"stores.{each.store}", text, "sql.pooling")
            elif each.most > each.accepts:
                text = f"scaled out, the pools ask {each.store} for {each.most} connections, and it accepts {each.accepts}"
                yield self.warn("too many connections", f"stores.{each.store}", text, "sql.pooling")

    def cold_caches(self) -> Iterator[Warned]:
        warm = break_of(ceilings_of(self.design, self.layers))
        if warm is None or warm.ceiling.state == "unstable":
            return
        for cache in self.design.caches:
            hit = self.layers.flows.hits.get(cache.name, 0.0)
            if not self.layers.flows.lookups.get(cache.name):
                continue
            cold = layers_of(self.design, self.rate, self.values, frozenset({cache.name}))
            first = break_of(ceilings_of(self.design, cold))
            if first is not None and first.rate <= self.rate:
                text = (
                    f"with {cache.name} empty, {first.ceiling.name} is offered {self.rate / first.rate:.1f} of what it can do:"
                    f" the design stands on {percent(hit)} hits; warm it, or limit what misses let through"
                )
                yield self.warn("cold cache", f"caches.{cache.name}", text, "cache.basics")

    def survival(self) -> Iterator[Warned]:
        survive = self.design.slo.survive
        used = {each.resource.owner: each for each in self.layers.uses if each.resource.kind in ("workers", "cores")}  # fmt: skip
        for node in self.design.nodes if survive else ():
            if node.kind == "external" or not self.layers.flows.of_node(node.name):
                continue
            at = f"{'services' if node.kind == 'service' else 'stores'}.{node.name}"
            copies = node.instances if node.kind == "service" else 1 + node.replicas
            if copies < 2:
                text = f"{node.name} is one instance, and the {survive} that it is in must be allowed to fail"
                yield self.warn("single point", at, text, "sd.ha")
                continue
            if survive == "zone" and node.zones < 2:
                text = f"all {copies} copies of {node.name} are in one zone, which must be allowed to fail"
                yield self.warn("single point", at, text, "sd.ha")
                continue
            lost = 1 if survive == "instance" else -(-copies // node.zones)
            use = used.get(node.name)
            if use and use.used < 1 <= use.used * copies / (copies - lost):
                load = use.used * copies / (copies - lost)
                text = f"without one {survive}, {copies - lost} of {copies} instances of {node.name} are offered {load:.2f} of what they can do"
                yield self.warn("no spare", at, text, "sd.ha")

    def loops(self) -> Iterator[Warned]:
        for node in self.design.nodes:
            for handler in node.handlers if node.model == "eventloop" else ():
                for step in walk(handler.steps):
                    if isinstance(step, Cpu) and self.values.law(step.time) >= LOOP_STEP:
                        text = f"{node.name}.{handler.name} computes {seconds(self.values.law(step.time))} on its loop while all others wait; use a worker"
                        at = step.time.mean.at or f"services.{node.name}"
                        yield self.warn("blocked loop", at, text, "os.async-io")

    def orders(self) -> Iterator[Warned]:
        pairs: dict[tuple[str, str], str] = {}
        for node in self.design.nodes:
            for handler in node.handlers:
                for pair in _nested(handler.steps, ()):
                    pairs.setdefault(pair, f"services.{node.name}.handlers.{handler.name}")
        for (outer, inner), at in pairs.items():
            if outer < inner and (inner, outer) in pairs:
                text = f"{outer} and {inner} are taken in both orders: two requests can wait for each other for ever"
                yield self.warn("lock order", at, text, "sql.transactions")

    # Load

    def busy_moments(self) -> Iterator[Warned]:
        load = self.design.workload
        ceilings = ceilings_of(self.design, self.layers)
        first = break_of(ceilings)
        for each in ceilings:
            if each.state == "over limit":
                text = f"{each.name}: {per_second(each.offered)} of {per_second(each.can_do)}; {percent(1 - 1 / each.used)} of the calls are refused"
                yield self.warn("over the limit", "externals", text, "api.rate-limit")
        if first is None or first.rate <= self.rate or load.rate is None:
            return
        top = max(load.peak, load.burst if load.arrivals == "mmpp" else 1.0)
        if top * self.rate >= first.rate:
            what = (
                "in a burst"
                if load.arrivals == "mmpp" and load.burst >= load.peak
                else "at its peak"
            )
            text = f"{what} of {digits(top)}x the workload asks for {per_second(top * self.rate)}, and it breaks at {per_second(first.rate)}"
            yield self.warn("no room for the peak", "workload", text, "perf.capacity")

    def queues(self) -> Iterator[Warned]:
        for node in self.design.nodes:
            entered = any(e.target == node.name for e in self.design.workload.entries)
            client = self.policies.get((CLIENT, node.name))
            patient = client is None or client.timeout is None
            if entered and patient and self.design.slo.latency and _waits(node):
                text = f"in overload requests queue for {node.name} without limit, and all of them miss the target; bound the queue and refuse early"
                yield self.warn("unbounded queue", f"services.{node.name}", text, "dist.backpressure", "hint")  # fmt: skip
        for queue in self.design.queues:
            at = f"queues.{queue.name}"
            if queue.attempts == 1:
                text = f"a message of {queue.name} that fails once is a dead letter; who looks at those?"
                yield self.warn("no second attempt", at, text, "msg.delivery", "hint")
            elif queue.attempts > 1:
                text = f"a message of {queue.name} may run {queue.attempts} times: its handler must be idempotent"
                yield self.warn("message may repeat", at, text, "msg.delivery", "hint")


def _waits(node: Node) -> bool:
    """Whether requests can queue for a node without limit."""
    return node.queue_max is None and (node.workers is not None or node.cores is not None)


def _product(tries: list[int]) -> int:
    total = 1
    for each in tries:
        total *= each
    return total


def _longest(policy: CallPolicy) -> float:
    """Return how long a call can take with all its tries and mean pauses, s."""
    pauses = sum(pause.mean for pause in pauses_of(policy.backoff, policy.retries))
    return (policy.timeout or 0.0) * (1 + policy.retries) + pauses


def _nested(steps: tuple[Step, ...], outer: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield (held, taken while it is held) of pools and locks."""
    for step in steps:
        here = outer
        if isinstance(step, Holding | Locked):
            name = f"pool {step.pool}" if isinstance(step, Holding) else f"lock {step.name}"
            yield from ((each, name) for each in outer)
            here = (*outer, name)
        for body in bodies(step):
            yield from _nested(body, here)
