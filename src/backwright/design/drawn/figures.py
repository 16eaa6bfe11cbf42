"""What charts show: time lines, tornadoes, grids and curves as plain values, and the marks of their axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.design import wording

POINTS_MAX = 3600  # seconds of a time line: an hour
BINS_MAX = 600  # columns that a time line is drawn with; more than pixels that an eye parts
DECADES_FROM = 30.0  # largest over smallest value from which an axis counts in powers of ten


@dataclass(frozen=True)
class Series:
    """One line of a time line: a value for each second (or each `step`).

    Attributes:
        role: What it means, for its colour and pattern; good and failed are states.
    """

    name: str
    values: tuple[float, ...]
    role: Literal["offered", "good", "failed", "waiting"] = "offered"


@dataclass(frozen=True)
class Span:
    """Something that happens at a moment or for a while, s: a failure, a burst."""

    at: float
    lasting: float
    text: str


@dataclass(frozen=True)
class Timeline:
    """Rates over time, and below them what waits.

    Attributes:
        rates: Per second, all of one unit; depths: how many wait, an axis of their own.
        step: Seconds between values.
        note: What stands below it: runs, seed, what was averaged.
    """

    title: str
    rates: tuple[Series, ...]
    depths: tuple[Series, ...] = ()
    spans: tuple[Span, ...] = ()
    unit: str = "requests/s"
    step: float = 1.0
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """What one uncertain number does to the outcome.

    Attributes:
        low, high: The outcome when the number is at one end of its range and at the other; either may be larger.
            Infinite: the system is unstable there.
        at_low, at_high: These ends as text with units: "150 ms", "220 ms".
    """

    label: str
    low: float
    high: float
    at_low: str = ""
    at_high: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The outcomes in order."""
        return min(self.low, self.high), max(self.low, self.high)

    @property
    def reach(self) -> float:
        """How much it matters; infinite if an end is unstable."""
        return math.inf if math.isinf(self.ends[1]) else self.ends[1] - self.ends[0]


@dataclass(frozen=True)
class Tornado:
    """Bars around a base, widest first.

    Attributes:
        base: The outcome with all numbers as they are taken to be; limit: the objective.
        unit: Of base, limit and bars.
    """

    title: str
    base: float
    bars: tuple[Bar, ...]
    unit: str = "ms"
    limit: float | None = None
    limit_name: str = "SLO"
    note: str = ""


@dataclass(frozen=True)
class Grid:
    """Shares by two quantities: does it recover, by load and burst.

    Attributes:
        columns, rows: Labels with units, from left to right and from bottom to top.
        cells: Shares 0..1 by row, then column; None was not run.
        good, bad: What 1 and 0 mean, in a word.
    """

    title: str
    column_name: str
    columns: tuple[str, ...]
    row_name: str
    rows: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    good: str = "recovered"
    bad: str = "did not"
    note: str = ""


@dataclass(frozen=True)
class Dot:
    """A point of a curve with what it may be (both ends equal: no interval)."""

    x: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A line of a sweep, such as a percentile against the rate; x rises."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Sweep:
    """Curves over one quantity.

    Attributes:
        unstable_from: x from which nothing has a value; until: the end of the axis if it lies beyond the last dot.
        limit: The objective, on the axis of the values.
    """

    title: str
    x_name: str
    x_unit: str
    y_name: str
    y_unit: str
    curves: tuple[Curve, ...]
    limit: float | None = None
    limit_name: str = "SLO"
    unstable_from: float | None = None
    until: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Bin:
    """Neighbouring values as one: the least, the mean, the most. A peak of one second is never lost."""

    least: float
    mean: float
    most: float


def binned(values: Sequence[float], bins: int) -> tuple[Bin, ...]:
    """Return the values in at most `bins` groups of neighbours, as even as can be."""
    count = min(len(values), max(bins, 1))
    made = []
    for number in range(count):
        part = values[number * len(values) // count : (number + 1) * len(values) // count]
        made.append(Bin(min(part), math.fsum(part) / len(part), max(part)))
    return tuple(made)


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return round numbers (1, 2 or 5 times a power of ten apart) from at most `low` to at least `high`."""
    if not high > low:
        high = low + (abs(low) or 1.0)
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    step *= next((factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= most), 20)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


@dataclass(frozen=True)
class Axis:
    """From values to places between 0 and 1, with its marks."""

    low: float
    high: float
    marks: tuple[float, ...]
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands, held between 0 and 1."""
        if self.is_log:
            value = max(value, self.low)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)


def axis_of(
    values: Sequence[float], *, from_zero: bool = True, may_be_log: bool = False, most: int = 6
) -> Axis:
    """Return an axis that holds all values; in powers of ten if they may be and lie far apart."""
    finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if may_be_log and low > 0 and high / low >= DECADES_FROM:
        first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
        marks = tuple(10.0**power for power in range(first, last + 1))
        return Axis(marks[0], marks[-1], marks, is_log=True)
    marks = ticks(min(low, 0.0) if from_zero else low, high, most)
    return Axis(marks[0], marks[-1], marks)


def marked(value: float) -> str:
    """Return a number as an axis shows it."""
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else wording.digits(value)


def outcome(value: float) -> str:
    """Return an outcome as a number; one without end is unstable, and has none."""
    return wording.digits(value) if math.isfinite(value) else "unstable"


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit: "76 requests/s", "50/s", "3"."""
    return f"{wording.digits(value)}{'' if unit.startswith('/') or not unit else ' '}{unit}"


def named(name: str, unit: str) -> str:
    """Return what stands at an axis."""
    return f"{name}, {unit}" if unit else name
