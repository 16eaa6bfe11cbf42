"""How much of a request a language or framework can change: its computing against its waiting (Amdahl's law)."""

from dataclasses import dataclass

from backwright.model.design import (
    Ask,
    Choice,
    Cpu,
    Design,
    Holding,
    Locked,
    Lookup,
    Node,
    Parallel,
    Repeat,
    Step,
    Wait,
)

DEPTH_MAX = 50  # calls within calls; a blueprint that goes deeper calls itself


@dataclass(frozen=True)
class Split:
    """The time of an average request without queueing, ms: computed in services, waited for the rest.

    The computing is all that services do, framework and own code together, so the share is an upper
    bound of what another framework can change.
    """

    cpu_ms: float
    wait_ms: float

    @property
    def share(self) -> float:
        """Share of the request's time that is computing, 0 to 1: at most this much can be saved."""
        return self.cpu_ms / (self.cpu_ms + self.wait_ms)

    def times_faster(self, factor: float) -> float:
        """Return the latency left, 0 to 1, if the computing takes 1/factor of its time (Amdahl 1967)."""
        return 1 - self.share + self.share / factor


def split_of(design: Design) -> Split:
    """Return where the time of an average request goes, from a blueprint's means; queueing left out."""
    cpu = wait = 0.0
    for entry in design.workload.entries:
        inside, outside = _called(design, entry.target, entry.operation, 0)
        cpu += entry.share.value * inside
        wait += entry.share.value * outside
    return Split(cpu * 1000, wait * 1000)


def _called(design: Design, target: str, operation: str, depth: int) -> tuple[float, float]:
    node = design.node(target)
    handler = node.handler(operation)
    if handler is None or depth > DEPTH_MAX:
        return 0.0, 0.0
    return _steps(design, node, handler.steps, depth)


def _steps(design: Design, node: Node, steps: tuple[Step, ...], depth: int) -> tuple[float, float]:
    each = [_step(design, node, step, depth) for step in steps]
    return sum(cpu for cpu, _ in each), sum(wait for _, wait in each)


def _step(design: Design, node: Node, step: Step, depth: int) -> tuple[float, float]:
    """Return seconds of (computing in services, everything else)."""
    cpu = wait = 0.0
    match step:
        case Cpu() if node.kind == "service":
            cpu = step.time.mean.value
        case Cpu() | Wait():
            wait = step.time.mean.value
        case Ask():
            cpu, wait = _called(design, step.target, step.operation, depth + 1)
        case Holding() | Locked():
            cpu, wait = _steps(design, node, step.body, depth)
        case Repeat():
            cpu, wait = (step.times * t for t in _steps(design, node, step.body, depth))
        case Choice():
            taken = [(s.value, _steps(design, node, body, depth)) for s, body in step.options]
            cpu = sum(share * inside for share, (inside, _) in taken)
            wait = sum(share * outside for share, (_, outside) in taken)
        case Lookup():
            cache = next((c for c in design.caches if c.name == step.cache), None)
            miss = 1 - (cache.hit.value if cache and cache.hit else 0.0)
            cpu, wait = (miss * t for t in _steps(design, node, step.miss, depth))
            wait += cache.time.mean.value if cache else 0.0
        case Parallel():
            # The longest branch is what the answer waits for; a tie takes the first.
            branches = [_steps(design, node, branch, depth) for branch in step.branches]
            cpu, wait = max(branches, key=sum, default=(0.0, 0.0))
    return cpu, wait
