"""Which number of a blueprint each measured demand is: sections to operations, CPU to the steps that compute."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.design.measured.fitting import Estimate, Fit, OperationFit, SectionFit
from backwright.design.written.patching import Measured
from backwright.model.design import Ask, Cpu, Design, Law, Node, Wait, walk


@dataclass(frozen=True)
class Placed:
    """What found its place, and what did not: sentences that say what to do about it."""

    numbers: tuple[Measured, ...]
    homeless: tuple[str, ...]


def place(design: Design, fit: Fit, names: Mapping[str, str], ref: str, date: str) -> Placed:
    """Return where in the blueprint each fitted demand belongs.

    Args:
        names: What a section is called in the blueprint, such as {"db.sleep": "postgres.read"}, where the
            two differ.
    """
    numbers: dict[str, Measured] = {}
    homeless: list[str] = []
    for operation in fit.operations:
        node_name, _, handler_name = operation.name.rpartition(".")
        node = next((n for n in design.nodes if n.name == node_name), None)
        handler = node.handler(handler_name) if node else None
        if handler is None:
            homeless.append(f"{operation.name} is no operation of the blueprint")
            continue
        steps = tuple(walk(handler.steps))
        asked = [step for step in steps if isinstance(step, Ask)]
        laws = [s.time for s in steps if isinstance(s, Cpu)]
        for number in _cpu(operation, laws, ref, date, homeless):
            numbers.setdefault(number.at, number)
        placed = 0
        demands = [section for section in operation.sections if not section.is_wait]
        for section in demands:
            law = _law(design, section, names, asked, alone=len(demands) == 1)
            if law is None:
                homeless.append(
                    f"section {section.name} of {operation.name}: which operation is it? --map {section.name}=STORE.OPERATION"
                )
                continue
            placed += 1
            measured = _measured(law.mean.at, section.time, ref, date, section.points)
            numbers.setdefault(measured.at, measured)
        if not placed and operation.cpu is None:
            _whole(operation, steps, ref, date, numbers, homeless)
    return Placed(tuple(numbers.values()), tuple(homeless))


def _cpu(
    operation: OperationFit, laws: list[Law], ref: str, date: str, homeless: list[str]
) -> Iterator[Measured]:
    """Yield the CPU of a request over the steps that compute, in the proportion in which they stand."""
    if operation.cpu is None:
        return
    if not laws:
        homeless.append(
            f"{operation.name} has no cpu step for the {operation.cpu.value * 1000:.2f} ms of CPU that a request takes"
        )
        return
    total = sum(law.mean.value for law in laws)
    for law in laws:
        share = law.mean.value / total if total else 1 / len(laws)
        cpu = operation.cpu
        part = Estimate(cpu.value * share, cpu.low * share, cpu.high * share, cpu.count)
        yield _measured(law.mean.at, part, ref, date, ())


def _law(
    design: Design, section: SectionFit, names: Mapping[str, str], asked: list[Ask], *, alone: bool
) -> Law | None:
    """Return the law of the operation that a section is."""
    name = names.get(section.name, section.name)
    node_name, _, operation = name.rpartition(".")
    for ask in asked:
        if (ask.target, ask.operation) == (node_name, operation):
            return _only_law(design.node(ask.target), ask.operation)
    close = [ask for ask in asked if name in (ask.target, ask.operation)]
    if not close and alone and len(asked) == 1 and section.name not in names:
        close = asked
    return _only_law(design.node(close[0].target), close[0].operation) if len(close) == 1 else None


def _only_law(node: Node, operation: str) -> Law | None:
    """Return the law of an operation that is one wait; a service's handler is measured by itself."""
    handler = node.handler(operation)
    steps = handler.steps if handler and node.kind != "service" else ()
    laws = [step.time for step in steps if isinstance(step, Wait)]
    return laws[0] if len(laws) == 1 and laws[0].mean.at else None


def _whole(
    operation: OperationFit,
    steps: tuple[object, ...],
    ref: str,
    date: str,
    numbers: dict[str, Measured],
    homeless: list[str],
) -> None:
    """Without sections only the whole time is known: it has a place if the handler is one wait."""
    waits = [step.time for step in steps if isinstance(step, Wait)]
    if len(steps) == 1 and len(waits) == 1:
        number = _measured(waits[0].mean.at, operation.wall, ref, date, operation.law)
        numbers.setdefault(number.at, number)
    else:
        homeless.append(
            f"{operation.name}: only its whole time is known; name its parts with section(...) of backwright.adapters.timing"
        )


def _measured(
    at: str, time: Estimate, ref: str, date: str, points: tuple[tuple[float, float], ...]
) -> Measured:
    shape = "empirical" if points else ""
    return Measured(
        at,
        time.value,
        min(time.low, time.value),
        max(time.high, time.value),
        ref,
        date,
        shape,
        points,
    )
