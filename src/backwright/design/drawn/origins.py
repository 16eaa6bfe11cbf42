"""Every number of a design with where it comes from, in the order of the blueprint."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from backwright.design import wording
from backwright.design.drawn.ink import share
from backwright.model.design import Design, Law, Origin, Quantity

# What the fields that hold a Quantity are measured in; a share where nothing is said.
_TIMES, _RATES = ("lag", "mean"), ("rate",)


@dataclass(frozen=True)
class Told:
    """A number as it is told.

    Attributes:
        at: Dotted path in the blueprint.
        value: With its unit; spread: what it may be, "" if that is one value.
    """

    at: str
    value: str
    spread: str
    origin: Origin
    ref: str = ""
    date: str = ""


def told_of(design: Design) -> tuple[Told, ...]:
    """Return the numbers of a design that are more than settings: measured, cited and assumed ones."""
    found: dict[str, Told] = {}
    for quantity, unit in _quantities(design, ""):
        if quantity.origin != "chosen":
            told = _told(quantity, unit)
            found.setdefault(told.at or f"{len(found)}", told)
    return tuple(found.values())


def counted(numbers: tuple[Told, ...]) -> str:
    """Return how many there are of each kind: "7 measured, 1 cited, 4 assumed"."""
    kinds = [
        (kind, sum(each.origin == kind for each in numbers))
        for kind in ("measured", "cited", "assumed")
    ]
    return ", ".join(f"{count} {kind}" for kind, count in kinds if count) or "all are settings"


def _quantities(value: object, name: str) -> Iterator[tuple[Quantity, str]]:
    if isinstance(value, Quantity):
        yield value, name
    elif isinstance(value, Law):
        yield value.mean, "mean"
    elif isinstance(value, tuple):
        for each in value:
            yield from _quantities(each, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _quantities(getattr(value, field.name), field.name)


def _told(quantity: Quantity, unit: str) -> Told:
    say = wording.seconds if unit in _TIMES else wording.per_second if unit in _RATES else share
    spread = "" if quantity.low == quantity.high else f"{say(quantity.low)} .. {say(quantity.high)}"
    value = say(quantity.value) + ("/month" if unit == "growth" else "")
    return Told(quantity.at, value, spread, quantity.origin, quantity.ref, quantity.date)
