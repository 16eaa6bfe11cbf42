"""A design checked by law: what is full, why, what to do, what is wrong whatever the numbers."""

from dataclasses import dataclass
from typing import Literal

from backwright.design.layers.accounts import accounts_of
from backwright.design.layers.flows import Values
from backwright.design.layers.laws import (
    Break,
    Ceiling,
    Connections,
    break_of,
    ceilings_of,
    connections_of,
    months_until,
)
from backwright.design.layers.layered import layers_of
from backwright.design.layers.lint import Warned, lint
from backwright.design.layers.provenance import Numbers, numbers_of
from backwright.design.layers.remedies import remedies_of, why_full
from backwright.design.layers.stability import rate_of, why_not_stable
from backwright.design.wording import digits, per_second, percent
from backwright.model.design import Design

REMEDIES_SHOWN = 3


@dataclass(frozen=True)
class Checked:
    """What the laws say about a design.

    Attributes:
        rate: Requests per second that are asked for; of users who think, the most they can ask for.
        users: Of a closed workload, 0 of an open one.
        breaks_at: Requests per second from which something is full; None if nothing is limited.
        bottleneck: What is full first, its label; offered: its load over what it can do.
        held: Why it is unstable though nothing is full by itself, "" otherwise.
        room: Sentences about peak and growth.
        verdict: unstable: waiting grows without end. saturated: users wait until the load fits.
    """

    rate: float
    users: int
    ceilings: tuple[Ceiling, ...]
    breaks_at: float | None
    bottleneck: str
    offered: float
    held: str
    why: str
    do: tuple[str, ...]
    room: tuple[str, ...]
    connections: tuple[Connections, ...]
    warnings: tuple[Warned, ...]
    numbers: Numbers
    verdict: Literal["ok", "unstable", "saturated"]


def check(design: Design, values: Values | None = None) -> Checked:
    """Return what the laws say."""
    values = values or Values()
    rate = rate_of(design, values)
    layers = layers_of(design, rate, values)
    patient = layers if layers.is_stable else layers_of(design, rate, values, is_retried=False)
    ceilings = ceilings_of(design, patient)
    first = break_of(ceilings)
    is_full = first is not None and first.rate <= rate
    accounts = accounts_of(design, patient.flows, values)
    why = ""
    do: tuple[str, ...] = ()
    if first is not None:
        account = accounts.get(first.ceiling.name, {})
        why = why_full(design, first.ceiling, account, first.rate)
        if first.ceiling.state != "fine":
            found = remedies_of(design, first.ceiling, account, rate, values)
            do = tuple(remedy.does for remedy in found[:REMEDIES_SHOWN])
    held = "" if is_full or design.workload.users else why_not_stable(design, layers, patient, rate)
    closed = bool(design.workload.users)
    bad: Literal["unstable", "saturated"] = "saturated" if closed else "unstable"
    return Checked(
        rate, design.workload.users, ceilings, first.rate if first else None, first.ceiling.label if first else "",
        first.ceiling.used if first else 0.0, held, why, do, _room(design, first, rate, values), connections_of(design),
        lint(design, layers, values), numbers_of(design), bad if is_full or held else "ok",
    )  # fmt: skip


def _room(design: Design, first: Break | None, rate: float, values: Values) -> tuple[str, ...]:
    if first is None or rate <= 0 or first.rate <= rate:
        return ()
    said = [f"{digits(first.rate / rate)} times today's rate"]
    load = design.workload
    if load.peak > 1:
        left = first.rate / rate / load.peak
        said.append(
            f"at the peak of {digits(load.peak)}x ({per_second(rate * load.peak)}) "
            + ("it is unstable" if left <= 1 else f"{percent(1 / left)} is used")
        )
    growth = values(load.growth) if load.growth else 0.0
    if growth > 0:
        months = months_until(rate * load.peak, first.rate, growth)
        at = "its peak is full" if load.peak > 1 else "it is full"
        if months is None:
            said.append(f"growth of {percent(growth)} a month does not fill it within ten years")
        elif months > 0:
            said.append(f"growing {percent(growth)} a month, {at} in {months:.0f} months")
    return tuple(said)
