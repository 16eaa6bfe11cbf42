"""The plan as a Gantt chart: a bar a step up to P50, a lighter tail up to P80, months across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from backwright.model.plan import Step
from backwright.plan.exports.drawing import (
    Svg,
    document,
    element,
    fitted,
    label,
    mark,
    text_width,
    titled,
    wrapped,
)
from backwright.plan.exports.wording import (
    MONTHS,
    basis,
    hours_text,
    step_dates,
    step_hours,
    title,
)
from backwright.plan.route import Route

# All in px. 900 wide prints on A4 with names of nearly 7 pt.
WIDTH, MARGIN, NAME, HOURS, ROW, TEXT, LINE = 900.0, 12.0, 300.0, 32.0, 17.0, 11.0, 15.0
LEFT, RIGHT = MARGIN + NAME + HOURS + 12, WIDTH - MARGIN
AXIS, KEY, BAR = 34.0, 30.0, 9.0
# Months from one line of the grid to the next: the first that leaves room for a label.
_GRIDS = (1, 3, 12, 24, 60, 120, 600, 1200, 6000, 12000)
_MONTHS_A_YEAR = 12
_MONTH_MIN, _YEAR_MIN = 13.0, 30.0  # px that a month's and a year's label take
_SHORT_MIN = 25.0  # px that "Nov" takes; below it, one letter
_CSS = """
text{font-size:11px}
.head{font-size:16px}
.grid{stroke:var(--line)}
.year{stroke:var(--edge)}
.row{stroke:var(--line);opacity:.55}
.bar{fill:currentColor}
.tail{fill:currentColor;opacity:.3}
.cap{stroke:currentColor;stroke-width:1.5}
a:hover .hit,a:focus .hit{fill:var(--sunk)}
a:focus{outline:0}
a:focus .hit{stroke:var(--focus);stroke-width:2}
.hit{fill:transparent}
.small{font-size:10px}
"""


def render(route: Route) -> str:
    """Return the chart of all steps as one SVG that stands alone."""
    return chart(route, route.plan.steps, headed=True) + "\n"


def chart(route: Route, steps: Sequence[Step], *, headed: bool = False) -> Svg:
    """Return the chart of some of the steps, on the time line of all of them.

    `headed` puts the title above, for a picture with no page around it.
    """
    span = Span.of(route)
    head = _head(route) if headed else []
    top = MARGIN + (24 + LINE * len(head) if headed else 0)
    first = top + KEY + AXIS
    bottom = first + ROW * max(len(steps), 1)
    body = [
        *head,
        _key(top + 4),
        *_grid(span, top + KEY, bottom),
        *(_row(route, step, span, first + ROW * index) for index, step in enumerate(steps)),
    ]
    if not steps:
        body.append(label(LEFT + 6, first + 12, "Nothing is left to learn.", "quiet"))
    return document("bw-gantt", (WIDTH, bottom + MARGIN), _CSS, title(route), body)


def _head(route: Route) -> list[Svg]:
    width = WIDTH - 2 * MARGIN
    lines = [*wrapped(title(route), width, TEXT, 3), *wrapped(basis(route), width, TEXT, 2)]
    return [
        label(MARGIN, MARGIN + 14, f"{route.name}: {len(route.plan.steps)} steps", "head"),
        *(label(MARGIN, MARGIN + 35 + LINE * at, line, "quiet") for at, line in enumerate(lines)),
    ]


@dataclass(frozen=True)
class Span:
    """The time across the chart, whole months from `begin` to `end`."""

    begin: date
    end: date

    @classmethod
    def of(cls, route: Route) -> "Span":
        """Return the months that hold every step of the route."""
        plan = route.plan
        begin = min([plan.start, *(step.start_p50 for step in plan.steps)])
        end = max([plan.end_p80, *(step.end_p80 for step in plan.steps)])
        return cls(begin.replace(day=1), _month_after(end, 1))

    def x(self, day: date) -> float:
        """Return where a day lies."""
        share = (day - self.begin).days / max((self.end - self.begin).days, 1)
        return LEFT + (RIGHT - LEFT) * share

    def lines(self) -> tuple[int, list[date]]:
        """Return how many months lie between lines of the grid, and where these lines are."""
        months = _month_index(self.end) - _month_index(self.begin)
        room = (RIGHT - LEFT) / max(months, 1)
        every = next((grid for grid in _GRIDS if room * grid >= _room(grid)), _GRIDS[-1])
        days = [self.begin]
        while (day := _month_after(days[0], _aligned(days, every))) < self.end:
            days.append(day)
        return every, days


def _room(grid: int) -> float:
    return _MONTH_MIN if grid < _MONTHS_A_YEAR else _YEAR_MIN


def _aligned(days: Sequence[date], every: int) -> int:
    """Return how many months after the first line the next one is: quarters start in January."""
    into = _month_index(days[0]) % every
    return len(days) * every - into


def _month_index(day: date) -> int:
    return day.year * _MONTHS_A_YEAR + day.month - 1


def _month_after(day: date, months: int) -> date:
    """Return the first of the month so many months later, or the last day there is."""
    year, month = divmod(_month_index(day) + months, _MONTHS_A_YEAR)
    return date(year, month + 1, 1) if year <= date.max.year else date.max


def _grid(span: Span, top: float, bottom: float) -> list[Svg]:
    every, days = span.lines()
    parts = []
    edges = [span.x(day) for day in (*days, span.end)]
    years = [day == days[0] or day.month == 1 for day in days]
    year_edges = [x for x, is_year in zip(edges, [*years, True], strict=True) if is_year]
    ends = dict(pairwise(year_edges))
    for day, is_year, (x, after) in zip(days, years, pairwise(edges), strict=True):
        parts.append(_line(x, top + (2 if is_year else 18), bottom, "year" if is_year else "grid"))
        if is_year and ends[x] - x >= _YEAR_MIN:
            parts.append(label(x + 3, top + 12, str(day.year), "small"))
        if every < _MONTHS_A_YEAR and after - x >= _MONTH_MIN:
            name = MONTHS[day.month - 1][: 3 if after - x >= _SHORT_MIN else 1]
            parts.append(label((x + after) / 2, top + 27, name, "quiet small mid"))
    parts.append(_line(RIGHT, top + 18, bottom, "grid"))
    parts.append(label(MARGIN + NAME + HOURS, top + 27, "hours", "quiet small end"))
    return parts


def _line(x: float, top: float, bottom: float, class_: str) -> Svg:
    return element("line", class_=class_, x1=x, x2=x, y1=top, y2=bottom)


def _row(route: Route, step: Step, span: Span, y: float) -> Svg:
    """Return one step: mark, name, hours, and its bar."""
    state = "started" if step.started else route.skills[step.skill].state
    bold = step.weight == 3
    class_ = "def" if bold else "quiet" if not step.weight else ""
    name = fitted(step.name, NAME - 20, TEXT, bold=bold)
    rule = element("line", class_="row", x1=MARGIN, x2=RIGHT, y1=y + ROW, y2=y + ROW)
    hit = element("rect", class_="hit", x=MARGIN, y=y, width=RIGHT - MARGIN, height=ROW)
    return element(
        "a",
        titled(f"{step.name}, {state}, {step_hours(step)}: {step_dates(step)}; {step.why}"),
        hit,
        rule,
        mark(state, MARGIN, y + 3, 11),
        label(MARGIN + 18, y + 12.5, name, class_),
        label(MARGIN + NAME + HOURS, y + 12.5, hours_text(step.hours), "quiet end"),
        _bar(span, step, state, y + ROW / 2),
        href=f"#skill-{step.skill}",
    )


def _bar(span: Span, step: Step, state: str, middle: float) -> Svg:
    begin, end, late = span.x(step.start_p50), span.x(step.end_p50), span.x(step.end_p80)
    return _bars(state, begin, max(end, begin + 2), max(late, end, begin + 2), middle)


def _bars(state: str, begin: float, end: float, late: float, middle: float) -> Svg:
    """Return the expected days as a bar, what P80 adds as a thin tail with a cap."""
    low, high = middle - BAR / 2, middle + BAR / 2
    return element(
        "g",
        element("rect", class_="tail", x=end, y=middle - 2, width=late - end, height=4.0),
        element("rect", class_="bar", x=begin, y=low, width=end - begin, height=BAR),
        element("line", class_="cap", x1=late, x2=late, y1=low, y2=high),
        class_=state,
    )


def _key(y: float) -> Svg:
    """Return what the shapes mean, in one line."""
    x = MARGIN
    parts = []
    for state in ("started", "ready", "locked"):
        parts += [mark(state, x, y, 11), label(x + 16, y + 9.5, state)]
        x += 30 + text_width(state, TEXT)
    parts += [label(x, y + 9.5, "bold: defines the role", "def")]
    x += 12 + text_width("bold: defines the role", TEXT, bold=True)
    parts += [label(x, y + 9.5, "grey: a prerequisite", "quiet")]
    x += 16 + text_width("grey: a prerequisite", TEXT)
    parts += [_bars("ready", x, x + 30, x + 60, y + 6)]
    parts += [label(x + 68, y + 9.5, "as likely as not (P50), then 8 chances in 10 (P80)")]
    return element("g", *parts)
