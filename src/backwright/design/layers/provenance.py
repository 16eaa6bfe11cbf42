"""Where a design's numbers come from: how many are measured, cited, assumed, and which."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from backwright.model.design import Design, Law, Quantity, quantities

SECTIONS = ("services", "stores", "externals", "caches", "workload", "calls", "queues", "handlers", "operations", "mean", "value", "mix")  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """How many numbers come from where; settings that somebody chose are not counted.

    Attributes:
        assumed: Names of the assumed ones; shapes: of times whose shape was not written, so that
            exponential stands in.
    """

    measured: int
    cited: int
    assumed: tuple[str, ...]
    shapes: tuple[str, ...]


def numbers_of(design: Design) -> Numbers:
    """Return where the numbers of a design come from."""
    found = list(quantities(design))
    return Numbers(
        sum(quantity.origin == "measured" for quantity in found),
        sum(quantity.origin == "cited" for quantity in found),
        tuple(name_of(q.at) for q in found if q.origin == "assumed" and q.at),
        tuple(name_of(law.mean.at) for law in laws_of(design) if law.is_guess and law.mean.at),
    )


def uncertain(design: Design) -> list[Quantity]:
    """Return the numbers that may be smaller or larger than they are taken to be."""
    return [quantity for quantity in quantities(design) if quantity.high > quantity.low]


def laws_of(part: object) -> Iterator[Law]:
    """Yield every law in a value."""
    if isinstance(part, Law):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from laws_of(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from laws_of(getattr(part, field.name))


def name_of(at: str) -> str:
    """Return a short name of a place: "externals.payment.operations.charge" is "payment.charge"."""
    words = [word for word in at.split(".") if word not in SECTIONS and not word.isdigit()]
    return ".".join(words) or at
