"""What would help a design most: each change is made, solved and told with what it brings."""

from dataclasses import dataclass

from backwright.design.layers.accounts import accounts_of
from backwright.design.layers.changes import (
    held_across,
    released,
    sized,
    with_instances,
    without_call,
)
from backwright.design.layers.flows import Values
from backwright.design.layers.latency import Solver
from backwright.design.layers.laws import Ceiling, break_of, ceilings_of
from backwright.design.layers.layered import Layers, layers_of
from backwright.design.layers.timing import Resource, resources_of
from backwright.design.wording import digits, listed, seconds
from backwright.model.design import Design

GROWN = 1.5  # times the size that is tried first (our choice: what is often at hand)
GOOD = 0.02  # a percentile that falls by less is not worth the words


@dataclass(frozen=True)
class Attempt:
    """A change that was tried.

    Attributes:
        does: What it is, as a sentence without its effect.
        value: The percentile that was asked for then, s; None if it stays unstable.
        worst: The same at the worst end of what was assumed; None if it is unstable there.
        breaks_at: Requests per second.
    """

    does: str
    value: float | None
    worst: float | None
    breaks_at: float


def attempts_of(
    design: Design,
    ceiling: Ceiling,
    layers: Layers,
    worst: Values,
    target: float,
    limit: float | None,
) -> tuple[Attempt, ...]:
    """Return what lowers a percentile, the most effective first.

    Args:
        ceiling: Of what is full first.
        worst: The worst corner of what was assumed.
        target: Share of requests, 0..1; limit: that it should not exceed, s.
    """
    before = Solver(design).latency(Values(), (target,))
    made = []
    for does, changed in _changes(design, ceiling, layers):
        solver = Solver(changed)
        now, then = (solver.latency(values, (target,)) for values in (Values(), worst))
        rate = layers.flows.entry
        first = break_of(ceilings_of(changed, layers_of(changed, rate)))
        value = now.percentiles[0] if now else None
        helps = before is None or (value is not None and value < before.percentiles[0] * (1 - GOOD))
        if value is not None and (helps or (first is not None and first.rate > ceiling.full_at)):
            made.append(Attempt(does, value, then.percentiles[0] if then else None, first.rate if first else float("inf")))  # fmt: skip
    return tuple(sorted(made, key=lambda a: (a.worst or 1e9, a.value or 1e9)))


def _changes(design: Design, ceiling: Ceiling, layers: Layers) -> list[tuple[str, Design]]:
    resource = resources_of(design)[ceiling.name]
    made: list[tuple[str, Design]] = []
    for pool in design.pools:
        across = [who for who in held_across(design, pool.name) if who != pool.owner]
        if across:
            text = f"return the connection of {pool.name} before the {listed(across)} call"
            made.append((text, released(design, pool.name)))
    if resource.kind == "workers":
        account = accounts_of(design, layers.flows, Values()).get(resource.name, {})
        kinds = {node.name: node.kind for node in design.nodes}
        waited = {who: each for who, each in account.items() if kinds.get(who) in ("external", "service") and who != resource.owner}  # fmt: skip
        if waited:
            who = max(waited, key=lambda name: waited[name])
            made.append((f"answer before {who} is asked, through a queue or async workers", without_call(design, resource.owner, who)))  # fmt: skip
    made += _larger(design, resource)
    return made


def _larger(design: Design, resource: Resource) -> list[tuple[str, Design]]:
    size = max(resource.size + 1, round(resource.size * GROWN))
    word = {
        "workers": f"{size} workers instead of {resource.size}",
        "cores": f"{size} cores instead of {resource.size}",
        "servers": f"let {resource.owner} do {size} things at once instead of {resource.size}",
        "pool": f"a pool {resource.name.removesuffix(' pool')} of {size} instead of {resource.size}",
        "consumers": f"{size} consumers instead of {resource.size}",
    }.get(resource.kind, "")
    made = [(word, sized(design, resource, size))] if word else []
    if resource.kind in ("workers", "cores"):
        more = resource.copies + 1
        made.append((f"{more} instances of {resource.owner} instead of {resource.copies}", with_instances(design, resource.owner, more)))  # fmt: skip
    return made


def told(attempt: Attempt, percentile: float, limit: float | None = None) -> str:
    """Return a change with its effect: "24 workers instead of 16: p99 560 ms, at worst 716 ms"."""
    if attempt.value is None:
        return attempt.does
    worst = (
        f"at worst {seconds(attempt.worst)}" if attempt.worst is not None else "unstable at worst"
    )
    if limit is not None and attempt.worst is not None and attempt.worst > limit:
        worst += ", still above the target"
    text = f"{attempt.does}: p{digits(percentile)} {seconds(attempt.value)}, {worst}"
    return f"{text[0].upper()}{text[1:]}"
