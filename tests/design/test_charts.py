"""Charts as SVG and as text: nothing is lost, nothing runs out of its width, and the marks mean what they say."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.drawn import charts, plots
from backwright.design.drawn.figures import (
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
    ticks,
)

NS = "{http://www.w3.org/2000/svg}"
HOUR = [60.0] * 3600
HOUR[1800] = 260.0
TIMELINE = Timeline(
    "A burst <of> 10 s & what it leaves",
    (Series("offered", tuple(HOUR), "offered"), Series("good", tuple(HOUR), "good"), Series("failed", (0.0,) * 3600, "failed")),
    (Series("waiting", tuple(float(n % 90) for n in range(3600)), "waiting"),),
    (Span(60, 10, "load 3x"), Span(75, 0, "redis emptied"), Span(3590, 10, "1 of orders down")),
    note="mean of 20 runs, seed 7",
)  # fmt: skip
TORNADO = Tornado(
    "What the p99 depends on",
    612,
    (Bar("growth", 600, 640, "3 %", "7 %"), Bar("payment.charge", 504, 990, "150 ms", "220 ms"), Bar("falls", 700, 590)),
    limit=700,
)  # fmt: skip
GRID = Grid(
    "Does it come back?",
    "load",
    ("50 %", "60 %", "70 %"),
    "burst",
    ("2x", "5x"),
    ((1.0, 1.0, 0.85), (0.3, 0.0, None)),
)
SWEEP = Sweep(
    "Latency against arrivals", "arrivals", "requests/s", "latency", "ms",
    (Curve("p50", (Dot(20, 190, 188, 193), Dot(60, 202, 200, 205))), Curve("p99", (Dot(20, 554, 535, 591), Dot(60, 700, 646, 770)))),
    limit=700, unstable_from=76, until=90,
)  # fmt: skip
EMPTY = [
    pytest.param("timeline", Timeline("nothing", ()), id="no series"),
    pytest.param("timeline", Timeline("nothing", (Series("offered", ()),)), id="no values"),
    pytest.param("timeline", Timeline("one", (Series("offered", (0.0,)),)), id="one second of nothing"),
    pytest.param("tornado", Tornado("nothing", 5, ()), id="no bars"),
    pytest.param("tornado", Tornado("unstable", 5, (Bar("x", 4, float("inf"), "1", "2"), Bar("y", float("inf"), float("inf")))), id="an unstable end"),
    pytest.param("tornado", Tornado("same", 5, (Bar("x", 5, 5),)), id="a bar of no width"),
    pytest.param("grid", Grid("nothing", "x", (), "y", (), ()), id="no cells"),
    pytest.param("sweep", Sweep("nothing", "x", "1/s", "y", "ms", ()), id="no curves"),
    pytest.param("sweep", Sweep("all", "x", "1/s", "y", "ms", (Curve("p99", ()),), 7, unstable_from=3), id="all unstable"),
    pytest.param("sweep", Sweep("inf", "x", "1/s", "y", "ms", (Curve("p99", (Dot(1, float("inf"), 1, 2),)),)), id="without end"),
]  # fmt: skip
CHARTS = [
    pytest.param("timeline", TIMELINE, id="a time line"),
    pytest.param("tornado", TORNADO, id="a tornado"),
    pytest.param("grid", GRID, id="a grid"),
    pytest.param("sweep", SWEEP, id="a sweep"),
]


@pytest.mark.parametrize(("kind", "chart"), [*CHARTS, *EMPTY])
def test_svg_is_xml_of_readable_text_inside_its_frame(kind, chart):
    picture = getattr(charts, kind)(chart)
    root = ET.fromstring(picture)
    width, height = float(root.get("width")), float(root.get("height"))
    assert min(float(n) for n in re.findall(r"font(?:-size)?: ?(\d+)px", picture)) >= 11
    assert "nan" not in picture
    assert "inf " not in picture.replace("inf</", "")
    for text in root.iter(f"{NS}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 < float(text.get("y")) < height


@pytest.mark.parametrize("width", [40, 59, 60, 80, 133, 200])
@pytest.mark.parametrize(("kind", "chart"), [*CHARTS, *EMPTY])
def test_plots_fit_every_width_in_ascii(kind, chart, width):
    lines = getattr(plots, kind)(chart, width)
    assert [] == [line for line in lines if len(line) > width or not line.isascii()]
    assert [] == [line for line in lines if line != line.rstrip()]


def test_the_peak_of_one_second_in_an_hour_is_drawn():
    bins = binned(HOUR, 600)
    assert 600 == len(bins)
    assert 260 == max(each.most for each in bins)
    column = [line for line in plots.timeline(TIMELINE, 80) if "=" in line]
    assert len(column) > 2


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=500), st.integers(1, 700))
def test_groups_of_seconds_lose_neither_peak_nor_sum(values, count):
    bins = binned(values, count)
    assert min(len(values), count) == len(bins)
    assert max(values) == max(each.most for each in bins)
    assert min(values) == min(each.least for each in bins)
    assert all(
        each.least <= each.mean * (1 + 1e-9) and each.mean <= each.most * (1 + 1e-9)
        for each in bins
    )


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 10))
def test_marks_are_round_few_and_hold_everything(low, span, most):
    marks = ticks(low, low + span, most)
    assert marks[0] <= low + 1e-6 * (abs(low) + span)
    assert marks[-1] >= (low + span) - 1e-6 * (abs(low) + span)
    assert 2 <= len(marks) <= most + 3


@pytest.mark.parametrize(
    ("values", "is_log"),
    [pytest.param([1, 2, 3, 20], False, id="near"), pytest.param([2, 40, 900], True, id="far apart"), pytest.param([0, 900], False, id="zero has no logarithm")],
)  # fmt: skip
def test_powers_of_ten_where_values_lie_far_apart(values, is_log):
    axis = axis_of(values, may_be_log=True)
    assert is_log == axis.is_log
    assert [0, 1] == [axis.place(axis.low), axis.place(axis.high)]


def test_the_widest_bar_comes_first_and_says_what_it_does():
    lines = [
        line for line in plots.tornado(TORNADO, 80) if "=" in line and not line.startswith("o ")
    ]
    assert ["payment.charge", "falls", "growth"] == [line.split()[0] for line in lines]
    assert "150 ms .. 220 ms" in lines[0]
    assert "504 .. 990" in lines[0]
    assert re.search(r"=o=*\|=+$", lines[0])


def test_an_estimate_on_the_limit_is_a_capital_o():
    rows = [line for line in plots.sweep(SWEEP, 80) if line.startswith("60 requests/s")]
    assert "O" in rows[1]
    assert "O" not in rows[0]


@pytest.mark.parametrize("width", [40, 80])
def test_what_is_unstable_has_no_value(width):
    text = "\n".join(plots.sweep(SWEEP, width))
    assert "/// unstable" in text
    assert re.search(r"76 requests/s\s+/+ unstable", text)
    assert re.search(r">unstable from<.*>76 requests/s<", charts.sweep(SWEEP), re.DOTALL)


def test_each_cell_shows_its_share_as_a_number():
    said = ["".join(each.itertext()) for each in ET.fromstring(charts.grid(GRID)).iter(f"{NS}text")]
    assert [100, 100, 85, 30, 0] == [
        int(t.split()[0]) for t in said if re.fullmatch(r"\d+ %", t) and t not in GRID.columns
    ]
    rows = plots.grid(GRID, 40)
    assert "   5x    30 %    0 %      -" in rows
    assert any("not run" in line for line in rows)
