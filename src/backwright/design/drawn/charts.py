"""Charts as SVG: a time line, a tornado, a grid of shares, curves with their intervals. Light and dark, self-contained."""

import math
import textwrap
from collections.abc import Sequence

from backwright.design import wording
from backwright.design.drawn.figures import (
    BINS_MAX,
    Axis,
    Bar,
    Curve,
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
    ticks,
    with_unit,
)
from backwright.design.drawn.ink import opening, short, style, text_width, xml

WIDTH = 760.0  # px; fits a column of text and a printed page
MARGIN, LEADING = 16.0, 15.0
PLOT, DEPTH, APART = (
    220.0,
    66.0,
    36.0,
)  # heights of a plot, of a panel of what waits, and between them
ROW, CELL = 30.0, 42.0
MOSTLY, HARDLY = (
    0.95,
    0.05,
)  # shares from which a cell counts as all or none; chance of one run in twenty
RULES = """
.paper { fill: $paper; }
text { fill: $ink; }
.soft { fill: $ink2; }
.name { font-size: 13px; font-weight: 600; }
.grid { stroke: $line; stroke-width: 1; fill: none; }
.frame { stroke: $edge; stroke-width: 1; fill: none; }
.offered { stroke: $ink2; stroke-width: 1.5; stroke-dasharray: 5 3; fill: none; }
.good { stroke: $strong; stroke-width: 2; fill: none; }
.failed { stroke: $gap; stroke-width: 2; stroke-dasharray: 1 3; stroke-linecap: round; fill: none; }
.waiting { stroke: $ink; stroke-width: 1.5; fill: none; }
.offeredband { fill: $unknownsoft; stroke: $unknownsoft; stroke-width: .8; }
.goodband { fill: $strongsoft; stroke: $strongsoft; stroke-width: .8; fill-opacity: .7; }
.failedband { fill: $gapsoft; stroke: $gapsoft; stroke-width: .8; fill-opacity: .7; }
.waitingband { fill: $unknownsoft; stroke: $unknownsoft; stroke-width: .8; }
.span { fill: $sunk; }
.bar { fill: $strongsoft; stroke: $strong; stroke-width: 1; }
.over { fill: $gapsoft; stroke: $gap; stroke-width: 1; }
.base { stroke: $ink; stroke-width: 2; }
.limit { stroke: $gap; stroke-width: 1.5; stroke-dasharray: 6 3; fill: none; }
.none { fill: $paper; stroke: $line; }
.between { fill: $unknownsoft; stroke: $unknown; stroke-width: 1; }
.hatch { stroke: $gap; stroke-width: 1.2; }
.hatchsoft { stroke: $unknown; stroke-width: 1; }
.dot { fill: $strong; }
"""
_AT_45 = 'width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
DEFS = (
    f'<defs><pattern id="bw-over" {_AT_45}><path class="hatch" d="M0 0V7"/></pattern>'
    f'<pattern id="bw-mixed" {_AT_45}><path class="hatchsoft" d="M0 0V7"/></pattern></defs>'
)


def timeline(chart: Timeline) -> str:
    """Return rates over time above, what waits below; every peak of a second is in the band of its column."""
    names = [series.name for series in (*chart.rates, *chart.depths)]
    count = max((len(s.values) for s in (*chart.rates, *chart.depths)), default=1)
    seconds = _until(max(count, 1) * chart.step)
    levels = _levels(chart.spans, seconds)
    top = MARGIN + 52 + LEADING * (1 + max(levels, default=-1))
    rates = axis_of([value for s in chart.rates for value in s.values])
    depths = [axis_of(series.values or (0.0, 1.0), most=3) for series in chart.depths]
    left = MARGIN + 16 + max(text_width(marked(m)) for axis in (rates, *depths) for m in axis.marks)
    right = WIDTH - MARGIN
    parts = _title(chart.title, f"{', '.join(names)} over {wording.seconds(count * chart.step)}")
    parts.append(_key([(s.role, s.name) for s in chart.rates], MARGIN + 26))
    bottom = top + PLOT + (DEPTH + APART) * len(depths)
    parts += _spans(chart.spans, levels, seconds, (left, right), (top, bottom))
    parts += _up(rates, left, right, top, PLOT, chart.unit)
    for series in chart.rates:
        parts += _line(series, chart.step, seconds, rates, (left, right), (top, PLOT))
    # What waits lies orders of magnitude apart, so each line has an axis of its own.
    for number, (series, axis) in enumerate(zip(chart.depths, depths, strict=True)):
        below = top + PLOT + APART + (DEPTH + APART) * number
        parts.append(_key([(series.role, series.name)], below - 10))
        parts += _up(axis, left, right, below, DEPTH, "")
        parts += _line(series, chart.step, seconds, axis, (left, right), (below, DEPTH))
    parts += _along(seconds, left, right, bottom, "seconds")
    return _done(parts, chart.note, bottom + 40)


def tornado(chart: Tornado) -> str:
    """Return bars around the base, widest first, with both outcomes and the objective."""
    bars = sorted(chart.bars, key=lambda bar: -bar.reach)
    ends = [end for bar in bars for end in bar.ends]
    axis = axis_of(
        [*ends, chart.base, *([chart.limit] if chart.limit is not None else [])], from_zero=False
    )
    names = [short(bar.label) for bar in bars]
    left = MARGIN + max((text_width(name) for name in names), default=60) + 10
    tells = [_ends(bar) for bar in bars]
    right = WIDTH - MARGIN - max((text_width(told) for told in tells), default=60) - 12
    room = (
        max(text_width(outcome(end)) for end in (*ends, chart.base)) + 6
    )  # for outcomes beside a bar
    top, height = MARGIN + 52, ROW * len(bars)
    inner = (left + room, right - room)
    parts = _title(
        chart.title,
        "; ".join(
            f"{b.label}: {outcome(b.ends[0])} to {outcome(b.ends[1])} {chart.unit}" for b in bars
        ),
    )
    parts += _along(axis, *inner, top + height, chart.unit)
    x0 = _at(axis, chart.base, inner)
    parts.append(f'<path class="base" d="M{x0:.1f} {top - 6:.1f}V{top + height:.1f}"/>')
    told = f"base {with_unit(chart.base, chart.unit)}"
    is_left = chart.limit is not None and chart.limit > chart.base
    parts.append(
        _text(told, x0 + (4 if not is_left else -4), top - 10, "" if not is_left else "end")
    )
    for number, bar in enumerate(bars):
        y = top + ROW * number + 5
        parts.append(_text(names[number], left - 6, y + 14, "end", title=bar.label))
        parts += _bar(bar, chart.limit, axis, inner, y)
        parts.append(_text(tells[number], right + 8, y + 14, kind="soft"))
    if chart.limit is not None:
        x1 = _at(axis, chart.limit, inner)
        parts.append(f'<path class="limit" d="M{x1:.1f} {top - 6:.1f}V{top + height:.1f}"/>')
        parts.append(
            _text(
                f"{chart.limit_name} {with_unit(chart.limit, chart.unit)}",
                x1 + (4 if is_left else -4),
                top - 10,
                "" if is_left else "end",
            )
        )
    return _done(parts, chart.note, top + height + 40)


def grid(chart: Grid) -> str:
    """Return cells with their share as a number; full, hatched and empty colours say all, some and none."""
    left = MARGIN + max(text_width(row) for row in (*chart.rows, "")) + 14
    size = min(110.0, max(56.0, (WIDTH - left - MARGIN) / max(len(chart.columns), 1)))
    top = MARGIN + 52
    bottom = top + CELL * len(chart.rows)
    told = f"{chart.row_name} up, {chart.column_name} to the right; share that {chart.good}"
    parts = [*_title(chart.title, told), _text(chart.row_name, MARGIN, top - 10, kind="soft")]
    for number, (row, cells) in enumerate(zip(chart.rows, chart.cells, strict=True)):
        y = bottom - CELL * (number + 1)
        parts.append(_text(row, left - 8, y + CELL / 2 + 4, "end"))
        for at, cell in enumerate(cells):
            parts += _cell(cell, left + size * at, y, size)
    for at, column in enumerate(chart.columns):
        parts.append(_text(column, left + size * (at + 0.5), bottom + 16, "middle"))
    parts.append(_text(chart.column_name, left, bottom + 34, kind="soft"))
    width = max(left + size * len(chart.columns) + MARGIN, 420.0)
    x, y = MARGIN, bottom + 58
    for kind, words in (
        ("bar", chart.good),
        ("between", "in part"),
        ("over", chart.bad),
        ("none", "not run"),
    ):
        parts.append(_swatch(kind, x, y - 10))
        parts.append(_text(words, x + 18, y))
        x += text_width(words) + 40
    return _done(parts, chart.note, y + 16, width)


def sweep(chart: Sweep) -> str:
    """Return curves with their intervals, the objective, and hatched what is unstable."""
    curves = [
        Curve(c.name, tuple(d for d in c.dots if math.isfinite(d.value))) for c in chart.curves
    ]
    dots = [dot for curve in curves for dot in curve.dots]
    limits = [] if chart.limit is None else [chart.limit]
    ups = axis_of([*(d.low for d in dots), *(d.high for d in dots), *limits], may_be_log=True)
    xs = [dot.x for dot in dots] + [x for x in (chart.until, chart.unstable_from) if x is not None]
    across = axis_of(xs or [0.0, 1.0], from_zero=False, most=8)
    if chart.unstable_from is not None and chart.unstable_from >= across.high:
        across = axis_of([across.low, across.high * 1.1], from_zero=False, most=8)
    left = MARGIN + 16 + max(text_width(marked(mark)) for mark in ups.marks)
    right = WIDTH - MARGIN - max((text_width(short(c.name, 20)) for c in curves), default=0) - 14
    top, height = MARGIN + 40, PLOT + 60
    told = "; ".join(
        f"{c.name}: "
        + ", ".join(f"{wording.digits(d.value)} at {wording.digits(d.x)}" for d in c.dots)
        for c in curves
    )
    parts = [
        *_title(chart.title, told),
        *_up(ups, left, right, top, height, named(chart.y_name, chart.y_unit)),
    ]
    if chart.unstable_from is not None:
        x = _at(across, chart.unstable_from, (left, right))
        parts.append(
            f'<rect fill="url(#bw-over)" x="{x:.1f}" y="{top:.1f}" width="{right - x:.1f}" height="{height:.1f}"/>'
        )
        for number, words in enumerate(
            ("unstable from", with_unit(chart.unstable_from, chart.x_unit))
        ):
            at = max(min(x + 8, right - text_width(words) - 6), left)
            parts += _boxed(words, at, top + 18 + LEADING * number)
    if chart.limit is not None:
        y = top + height * (1 - ups.place(chart.limit))
        parts.append(f'<path class="limit" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts += _boxed(
            f"{chart.limit_name} {with_unit(chart.limit, chart.y_unit)}", left + 6, y - 5
        )
    ends: list[tuple[float, str]] = []
    for curve in curves:
        parts += _curve(curve, across, ups, (left, right), (top, height))
        if curve.dots:
            ends.append(
                (top + height * (1 - ups.place(curve.dots[-1].value)), short(curve.name, 20))
            )
    for y, name in _apart(ends):
        parts.append(_text(name, right + 8, y + 4))
    parts += _along(across, left, right, top + height, named(chart.x_name, chart.x_unit))
    return _done(parts, chart.note, top + height + 40)


def _title(title: str, told: str) -> list[str]:
    # The opening needs the height, which is known at the end: _done() fills it in.
    return [
        title,
        told,
        f'<text class="name" x="{MARGIN:.0f}" y="{MARGIN + 4:.0f}">{xml(short(title, 90))}</text>',
    ]


def _done(parts: Sequence[str], note: str, height: float, width: float = WIDTH) -> str:
    title, told, *drawn = parts
    lines = textwrap.wrap(" ".join(note.split()), 110)
    for number, line in enumerate(lines):
        drawn.append(_text(line, MARGIN, height + 8 + LEADING * number, kind="soft"))
    width = max([width, *(text_width(line) + 2 * MARGIN for line in lines)])
    height += LEADING * len(lines) + MARGIN / 2
    head = [
        opening("bw-chart", title, told, width, height),
        f"<style>{style('bw-chart', RULES)}</style>",
        DEFS,
    ]
    return (
        "\n".join(
            [
                *head,
                f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
                *drawn,
                "</svg>",
            ]
        )
        + "\n"
    )


def _text(text: str, x: float, y: float, anchor: str = "", kind: str = "", title: str = "") -> str:
    more = (f' text-anchor="{anchor}"' if anchor else "") + (f' class="{kind}"' if kind else "")
    tip = f"<title>{xml(title)}</title>" if title else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{tip}{xml(text)}</text>'


def _boxed(text: str, x: float, y: float) -> list[str]:
    """Return text on a plate of paper, so that lines and hatching do not run through it."""
    plate = f'<rect class="paper" x="{x - 3:.1f}" y="{y - 11:.1f}" width="{text_width(text) + 6:.1f}" height="15"/>'
    return [plate, _text(text, x, y)]


def _at(axis: Axis, value: float, ends: tuple[float, float]) -> float:
    return ends[0] + (ends[1] - ends[0]) * axis.place(value)


def _up(axis: Axis, left: float, right: float, top: float, height: float, name: str) -> list[str]:
    parts = []
    for mark in axis.marks:
        y = top + height * (1 - axis.place(mark))
        parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts.append(_text(marked(mark), left - 6, y + 4, "end", "soft"))
    parts.append(f'<path class="frame" d="M{left:.1f} {top:.1f}V{top + height:.1f}H{right:.1f}"/>')
    if name:
        parts.append(_text(name, left + 6, top - 6, kind="soft"))
    return parts


def _along(axis: Axis, left: float, right: float, y: float, name: str) -> list[str]:
    parts = [f'<path class="frame" d="M{left:.1f} {y:.1f}H{right:.1f}"/>']
    for mark in axis.marks:
        x = _at(axis, mark, (left, right))
        parts.append(f'<path class="frame" d="M{x:.1f} {y:.1f}v4"/>')
        parts.append(_text(marked(mark), x, y + 16, "middle", "soft"))
    parts.append(_text(name, (left + right) / 2, y + 31, "middle", "soft"))
    return parts


def _key(rows: Sequence[tuple[str, str]], y: float) -> str:
    made, x = [], MARGIN
    for role, name in rows:
        made.append(f'<path class="{role}" d="M{x:.1f} {y - 4:.1f}h22"/>{_text(name, x + 28, y)}')
        x += 28 + text_width(name) + 18
    return "".join(made)


def _line(
    series: Series,
    step: float,
    across: Axis,
    up: Axis,
    ends: tuple[float, float],
    frame: tuple[float, float],
) -> list[str]:
    if not series.values:
        return []
    bins = binned(series.values, BINS_MAX)
    top, height = frame
    width = len(series.values) * step / len(bins)
    xs = [_at(across, width * (number + 0.5), ends) for number in range(len(bins))]

    def y(value: float) -> float:
        return top + height * (1 - up.place(value))

    parts = []
    if any(each.most > each.least for each in bins):
        upper = " ".join(f"{x:.1f},{y(b.most):.1f}" for x, b in zip(xs, bins, strict=True))
        lower = " ".join(
            f"{x:.1f},{y(b.least):.1f}" for x, b in zip(reversed(xs), reversed(bins), strict=True)
        )
        parts.append(f'<polygon class="{series.role}band" points="{upper} {lower}"/>')
    points = " ".join(f"{x:.1f},{y(b.mean):.1f}" for x, b in zip(xs, bins, strict=True))
    parts.append(
        f'<polyline class="{series.role}" points="{points}"><title>{xml(series.name)}</title></polyline>'
    )
    return parts


def _levels(spans: Sequence[Span], across: Axis) -> list[int]:
    """Return on which row above the plot each text stands, so that none runs into another."""
    ends: list[float] = []
    levels = []
    for span in spans:
        x = WIDTH * 0.9 * across.place(span.at)
        level = next((n for n, end in enumerate(ends) if end <= x), len(ends))
        ends[level : level + 1] = [x + text_width(span.text) + 14]
        levels.append(level)
    return levels


def _spans(
    spans: Sequence[Span],
    levels: Sequence[int],
    across: Axis,
    ends: tuple[float, float],
    frame: tuple[float, float],
) -> list[str]:
    """Return what happens as bands of the plot, then their texts, so that no band covers a text."""
    bands, texts = [], []
    for span, level in zip(spans, levels, strict=True):
        x1 = _at(across, span.at, ends)
        x2 = max(_at(across, span.at + span.lasting, ends), x1 + 1.5)
        y = frame[0] - 20 - LEADING * level
        at = min(x1 + 3, WIDTH - MARGIN - text_width(span.text))
        box = f'x="{x1:.1f}" y="{frame[0]:.1f}" width="{x2 - x1:.1f}" height="{frame[1] - frame[0]:.1f}"'
        bands.append(
            f'<rect class="span" {box}/><path class="frame" d="M{x1:.1f} {y - 9:.1f}V{frame[1]:.1f}"/>'
        )
        texts += _boxed(span.text, at, y)
    return [*bands, *texts]


def _until(end: float) -> Axis:
    """Return an axis of seconds that ends where the values end."""
    return Axis(0.0, end, tuple(mark for mark in ticks(0.0, end, 8) if mark <= end))


def _ends(bar: Bar) -> str:
    return f"{bar.at_low} .. {bar.at_high}" if bar.at_low or bar.at_high else ""


def _bar(
    bar: Bar, limit: float | None, axis: Axis, inner: tuple[float, float], y: float
) -> list[str]:
    low, high = bar.ends
    x1, x2 = _at(axis, low, inner), _at(axis, high, inner)
    height = ROW - 10
    cut = x2 if limit is None else min(max(_at(axis, limit, inner), x1), x2)
    parts = [
        f'<rect class="bar" x="{x1:.1f}" y="{y:.1f}" width="{max(cut - x1, 0):.1f}" height="{height:.0f}"/>'
    ]
    if cut < x2:
        over = f'x="{cut:.1f}" y="{y:.1f}" width="{x2 - cut:.1f}" height="{height:.0f}"'
        parts.append(f'<rect class="over" {over}/><rect fill="url(#bw-over)" {over}/>')
    parts.append(_text(outcome(low), x1 - 4, y + 14, "end", "soft"))
    parts.append(_text(outcome(high), x2 + 4, y + 14, kind="soft"))
    return parts


def _cell(cell: float | None, x: float, y: float, size: float) -> list[str]:
    box = f'x="{x + 1:.1f}" y="{y + 1:.1f}" width="{size - 2:.1f}" height="{CELL - 2:.1f}"'
    if cell is None:
        return [
            f'<rect class="none" {box}/>',
            _text("-", x + size / 2, y + CELL / 2 + 4, "middle", "soft"),
        ]
    kind = "bar" if cell >= MOSTLY else "over" if cell <= HARDLY else "between"
    parts = [f'<rect class="{kind}" {box}/>']
    if kind == "between":
        parts.append(f'<rect fill="url(#bw-mixed)" {box}/>')
    words = f"{100 * cell:.0f} %"
    return [*parts, *_boxed(words, x + size / 2 - text_width(words) / 2, y + CELL / 2 + 4)]


def _swatch(kind: str, x: float, y: float) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="12" height="12"'
    over = f'<rect fill="url(#bw-mixed)" {box}/>' if kind == "between" else ""
    return f'<rect class="{kind}" {box}/>{over}'


def _curve(
    curve: Curve, across: Axis, up: Axis, ends: tuple[float, float], frame: tuple[float, float]
) -> list[str]:
    top, height = frame
    dots = curve.dots
    if not dots:
        return []

    def point(x: float, value: float) -> str:
        return f"{_at(across, x, ends):.1f},{top + height * (1 - up.place(value)):.1f}"

    upper = " ".join(point(dot.x, dot.high) for dot in dots)
    lower = " ".join(point(dot.x, dot.low) for dot in reversed(dots))
    middle = " ".join(point(dot.x, dot.value) for dot in dots)
    parts = [
        f'<polygon class="goodband" points="{upper} {lower}"/>',
        f'<polyline class="good" points="{middle}"/>',
    ]
    for dot in dots:
        x, y = point(dot.x, dot.value).split(",")
        told = f"{curve.name} at {wording.digits(dot.x)}: {wording.digits(dot.value)} ({wording.digits(dot.low)} .. {wording.digits(dot.high)})"
        parts.append(
            f'<circle class="dot" cx="{x}" cy="{y}" r="3"><title>{xml(told)}</title></circle>'
        )
    return parts


def _apart(ends: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return labels from top to bottom with at least a line between them."""
    made: list[tuple[float, str]] = []
    for y, name in sorted(ends):
        made.append((max(y, made[-1][0] + LEADING - 1) if made else y, name))
    return made
