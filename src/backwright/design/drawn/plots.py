"""Charts as plain text of any width from 40 columns: `o` an estimate, `=` its range, `|` the line that matters, `O` an estimate on it."""

import math
import re
import textwrap
from collections.abc import Sequence

from backwright.design import wording
from backwright.design.drawn.figures import (
    Axis,
    Bar,
    Curve,
    Dot,
    Grid,
    Series,
    Span,
    Sweep,
    Timeline,
    Tornado,
    axis_of,
    binned,
    marked,
    named,
    outcome,
    with_unit,
)
from backwright.design.drawn.ink import short

NARROW = 60  # below it a bar stands under its numbers, as in tables that became records
WIDE = 100  # a plot is not made wider: the eye loses its line
TALL, LOW = 8, 4  # rows of a time line's panel, of one of what waits
UNSTABLE = "/"  # where nothing has a value
TEXT_MAX = 400  # characters of a title or a note
_JOIN = "\x00"  # stands for a space that must not break a line
_TOGETHER = re.compile(r"(?<=\d) (?=(?:[num]?s|min|h|%|requests/s)(?:\W|$)|\.\.)|(?<=\.\.) ")


def timeline(chart: Timeline, width: int) -> list[str]:
    """Return one panel for each series over one axis of seconds; `o` is the mean of a column, `=` its range."""
    everything = (*chart.rates, *chart.depths)
    count = max((len(series.values) for series in everything), default=1)
    shared = axis_of([value for series in chart.rates for value in series.values], most=4)
    own = [axis_of(series.values or (0.0, 1.0), most=2) for series in chart.depths]
    left = max(len(marked(mark)) for axis in (shared, *own) for mark in axis.marks) + 2
    room = max(10, min(width, WIDE) - left - 1)
    seconds = max(count, 1) * chart.step
    lines = _wrapped(chart.title, width)
    for series in chart.rates:
        lines += ["", *_panel(series, shared, f"{series.name}, {chart.unit}", (left, room), TALL)]
    for series, axis in zip(chart.depths, own, strict=True):
        lines += ["", *_panel(series, axis, series.name, (left, room), LOW)]
    lines += _seconds(seconds, left, room)
    lines += _happened(chart.spans, width)
    return [*lines, *(["", *_wrapped(chart.note, width)] if chart.note else [])]


def tornado(chart: Tornado, width: int) -> list[str]:
    """Return a row for each number: what it may be, the outcome, its bar."""
    bars = sorted(chart.bars, key=lambda bar: -bar.reach)
    ends = [end for bar in bars for end in bar.ends]
    limits = [] if chart.limit is None else [chart.limit]
    axis = _span_of([*ends, chart.base, *limits])
    rows = [
        (
            short(b.label, 24),
            _change(b),
            f"{outcome(b.ends[0])} .. {outcome(b.ends[1])}",
        )
        for b in bars
    ]
    lines = _wrapped(chart.title, width)
    if not rows:
        return [*lines, "nothing that is uncertain"]
    sizes = [max(len(row[at]) for row in rows) for at in range(3)]
    is_wide = width >= NARROW and sum(sizes) + 6 + 20 <= width
    room = max(16, min(width, WIDE) - (sum(sizes) + 6 if is_wide else 2))
    head = _scale(axis, room, chart.unit, chart.limit, chart.limit_name)
    lines += ["", f"{'':<{sum(sizes) + 6}}{head}" if is_wide else f"  {head}"]
    for bar, (name, change, came) in zip(bars, rows, strict=True):
        drawn = _bar(axis, room, (bar.ends[0], chart.base, bar.ends[1]), chart.limit)
        if is_wide:
            lines.append(
                f"{name:<{sizes[0]}}  {change:>{sizes[1]}}  {came:>{sizes[2]}}  {drawn}".rstrip()
            )
        else:
            gives = f"{came} {chart.unit}" if math.isfinite(bar.ends[1]) else came
            told = f"{change} gives {gives}" if change else gives
            lines += [
                *_wrapped(name, width),
                *(f"  {line}" for line in _wrapped(told, width - 2)),
                f"  {drawn}".rstrip(),
            ]
    key = f"o {with_unit(chart.base, chart.unit)} with every number as it is; = what one of them can make of it"
    if chart.limit is not None:
        key += f"; | {chart.limit_name} {with_unit(chart.limit, chart.unit)}"
    lines += ["", *_wrapped(key, width)]
    return [*lines, *(_wrapped(chart.note, width) if chart.note else [])]


def grid(chart: Grid, width: int) -> list[str]:
    """Return the shares as a table, the highest row first; what does not fit stands in a second block below."""
    head = max([len(chart.row_name), *(len(row) for row in chart.rows)])
    size = max([6, *(len(column) for column in chart.columns)]) + 1
    fit = max(1, (width - head - 1) // size)
    lines = _wrapped(chart.title, width)
    for start in range(0, len(chart.columns), fit):
        columns = chart.columns[start : start + fit]
        lines += [
            "",
            f"{chart.row_name:<{head}} {''.join(f'{column:>{size}}' for column in columns)}",
        ]
        for row, cells in reversed(list(zip(chart.rows, chart.cells, strict=True))):
            shown = "".join(f"{_share(cell):>{size}}" for cell in cells[start : start + fit])
            lines.append(f"{row:>{head}} {shown}")
    key = f"{chart.column_name} to the right, {chart.row_name} upwards; share of runs: 100 % {chart.good}, 0 % {chart.bad}"
    if any(cell is None for row in chart.cells for cell in row):
        key += "; - not run"
    lines += ["", *_wrapped(key, width)]
    return [*lines, *(_wrapped(chart.note, width) if chart.note else [])]


def sweep(chart: Sweep, width: int) -> list[str]:
    """Return a row for each x with its value, its interval and its bar; what is unstable has no value."""
    lines = _wrapped(chart.title, width)
    for curve in chart.curves:
        lines += ["", *_curve(curve, chart, width)]
    if chart.unstable_from is not None:
        told = f"From {with_unit(chart.unstable_from, chart.x_unit)} on it is unstable: waiting grows without end, so there is no value."
        lines += ["", *_wrapped(told, width)]
    key = "o estimate, = its interval"
    if chart.limit is not None:
        key += f", | {chart.limit_name} {with_unit(chart.limit, chart.y_unit)}, O an estimate on that line"
    lines += (
        _wrapped(key, width) if chart.unstable_from is not None else ["", *_wrapped(key, width)]
    )
    return [*lines, *(_wrapped(chart.note, width) if chart.note else [])]


def _curve(curve: Curve, chart: Sweep, width: int) -> list[str]:
    limits = [] if chart.limit is None else [chart.limit]
    dots = [dot for dot in curve.dots if math.isfinite(dot.value)]
    values = [end for dot in dots for end in (dot.low, dot.value, dot.high)]
    axis = axis_of([*values, *limits] or [0.0, 1.0], may_be_log=True)
    rows = [
        (with_unit(dot.x, chart.x_unit), wording.digits(dot.value), _interval(dot)) for dot in dots
    ]
    beyond = _unstable(chart, curve)
    names = [row[0] for row in rows] + [with_unit(x, chart.x_unit) for x in beyond]
    sizes = [
        max([len(name) for name in names], default=0),
        *(max([len(r[at]) for r in rows], default=0) for at in (1, 2)),
    ]
    is_wide = width >= NARROW and sum(sizes) + 6 + 20 <= width
    room = max(16, min(width, WIDE) - (sum(sizes) + 6 if is_wide else 2))
    head = _scale(axis, room, chart.y_unit, chart.limit, chart.limit_name)
    name = f"{short(curve.name, 20)} {named(chart.y_name, chart.y_unit)}" + (
        ", in powers of ten" if axis.is_log else ""
    )
    lines = [*_wrapped(name, width), f"{'':<{sum(sizes) + 6}}{head}" if is_wide else f"  {head}"]
    for dot, (at, value, interval) in zip(dots, rows, strict=True):
        drawn = _bar(axis, room, (dot.low, dot.value, dot.high), chart.limit)
        if is_wide:
            lines.append(
                f"{at:>{sizes[0]}}  {value:>{sizes[1]}}  {interval:>{sizes[2]}}  {drawn}".rstrip()
            )
        else:
            lines += [f"{at}  {value}  {interval}".rstrip(), f"  {drawn}".rstrip()]
    for x in beyond:
        at = with_unit(x, chart.x_unit)
        hatched = (UNSTABLE * room)[: room - 10] + " unstable "
        lines += [f"{at:>{sizes[0]}}  {'':>{sizes[1] + sizes[2] + 2}}  {hatched}".rstrip()] if is_wide else [at, f"  {hatched}".rstrip()]  # fmt: skip
    return lines


def _unstable(chart: Sweep, curve: Curve) -> list[float]:
    """Return the x that are shown as unstable: those without a value, else the first one and the end."""
    if chart.unstable_from is None:
        return []
    without = [dot.x for dot in curve.dots if not math.isfinite(dot.value)]
    ends = [
        chart.unstable_from,
        *([chart.until] if chart.until and chart.until > chart.unstable_from else []),
    ]
    return without or ends


def _interval(dot: Dot) -> str:
    return "" if dot.low == dot.high else f"{wording.digits(dot.low)} .. {wording.digits(dot.high)}"


def _change(bar: Bar) -> str:
    return f"{bar.at_low} .. {bar.at_high}" if bar.at_low or bar.at_high else ""


def _share(cell: float | None) -> str:
    return "-" if cell is None else f"{100 * cell:.0f} %"


def _span_of(values: Sequence[float]) -> Axis:
    """Return an axis with a little room at both ends, so that no mark stands on its edge."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite), max(finite)
    edge = (high - low or abs(high) or 1.0) * 0.05
    return Axis(low - edge, high + edge, ())


def _column(axis: Axis, room: int, value: float) -> int:
    return min(room - 1, round(axis.place(value) * (room - 1)))


def _bar(axis: Axis, room: int, ends: tuple[float, float, float], limit: float | None) -> str:
    """Return a bar from low to high with its estimate and the limit."""
    low, value, high = (_column(axis, room, end) for end in ends)
    cells = [" "] * room
    for at in range(low, high + 1):
        cells[at] = "="
    cells[value] = "o"
    if limit is not None:
        at = _column(axis, room, limit)
        cells[at] = "O" if at == value else "|"
    return "".join(cells).rstrip()


def _scale(axis: Axis, room: int, unit: str, limit: float | None, limit_name: str) -> str:
    """Return what stands above bars: both ends of the axis, and the limit over its line where it fits."""
    low, high = (
        wording.digits(max(axis.low, 0.0) if axis.low < 0 <= axis.high * 0.05 else axis.low),
        f"{wording.digits(axis.high)} {unit}",
    )
    cells = [" "] * room
    _put(cells, 0, low)
    _put(cells, room - len(high), high)
    if limit is not None:
        told = f"{limit_name} {wording.digits(limit)}"
        at = _column(axis, room, limit) - len(told) // 2
        at = min(max(at, 0), room - len(told))
        around = cells[max(at - 1, 0) : at + len(told) + 1]
        if at >= 0 and all(cell == " " for cell in around):
            _put(cells, at, told)
    return "".join(cells).rstrip()


def _put(cells: list[str], at: int, text: str) -> None:
    for number, char in enumerate(text):
        if 0 <= at + number < len(cells):
            cells[at + number] = char


def _panel(series: Series, axis: Axis, name: str, frame: tuple[int, int], rows: int) -> list[str]:
    """Return a series as columns: `=` from the least to the most of what falls into a column, `o` at its mean."""
    left, room = frame
    bins = binned(series.values, room)
    stretch = [bins[at * len(bins) // room] for at in range(room)] if bins else []
    cells = [[" "] * room for _ in range(rows)]

    def row(value: float) -> int:
        return rows - 1 - round(axis.place(value) * (rows - 1))

    for at, each in enumerate(stretch):
        for y in range(row(each.most), row(each.least) + 1):
            cells[y][at] = "="
        cells[row(each.mean)][at] = "o"
    names = {row(mark): marked(mark) for mark in (axis.marks[0], axis.marks[-1])}
    lines = _wrapped(name, left + room)
    for y, line in enumerate(cells):
        lines.append(f"{names.get(y, ''):>{left - 2}}  {''.join(line)}".rstrip())
    return lines


def _seconds(seconds: float, left: int, room: int) -> list[str]:
    cells = [" "] * (left + room)
    end = f"{marked(seconds)} s"
    _put(cells, left, "0")
    _put(cells, left + room - len(end), end)
    middle = marked(seconds / 2)
    if room >= 30:
        _put(cells, left + room // 2 - len(middle) // 2, middle)
    return ["".join(cells).rstrip()]


def _happened(spans: Sequence[Span], width: int) -> list[str]:
    lines = [""] if spans else []
    for span in spans:
        for_ = f" for {marked(span.lasting)} s" if span.lasting else ""
        lines += _wrapped(f"at {marked(span.at)} s  {span.text}{for_}", width)
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Return the text wrapped; a number does not part from its unit, nor a range in its middle."""
    glued = _TOGETHER.sub(_JOIN, " ".join(short(text, TEXT_MAX).split()))
    lines = textwrap.wrap(glued, min(max(width, 20), 80), break_on_hyphens=False)
    return [line.replace(_JOIN, " ") for line in lines]
