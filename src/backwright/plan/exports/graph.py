"""The route as a map: columns are steps from what the person can do, bands are domains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backwright.model.skill import SkillId
from backwright.plan.exports.drawing import (
    STATES,
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
from backwright.plan.exports.layers import Band, Layout, arrange
from backwright.plan.exports.wording import basis, domain_name, done, hours_text, listed, title
from backwright.plan.route import Route, RouteSkill

# All in px. Text is 12 px with lines 15 px apart.
MARGIN, DOMAIN, FOLD, BOX, GUTTER = 20.0, 108.0, 186.0, 178.0, 36.0
PAD, TEXT, LINE, FOOTER, GAP, BAND_PAD, FOLD_LINE = 8.0, 12.0, 15.0, 18.0, 10.0, 9.0, 17.0
NAME_LINES = 3
AXIS = 30.0  # height of the column names
GAUGE = 46.0
_COLUMNS = ("Ready now", "One step away", "Two steps", "Three", "Four", "Five", "Six", "Seven")
_CSS = """
.quiet-edges{fill:none;stroke:var(--edge);opacity:.38}
.rel{fill:none;stroke:var(--ink);stroke-width:2;opacity:0;pointer-events:none}
.opens{stroke-dasharray:5 4}
g:hover>.rel,g:focus-within>.rel{opacity:1}
.box{fill:var(--sheet);stroke:var(--edge)}
.is-locked .box{fill:var(--paper);stroke-dasharray:3 3}
.is-ready .box{stroke:var(--ink);stroke-width:1.5}
.is-started .box{stroke:var(--strong);stroke-width:2.5}
a:hover .box{fill:var(--sunk)}
a:focus{outline:0}
a:focus .box,a:focus .hit{stroke:var(--focus);stroke-width:3;stroke-dasharray:none}
.hit{fill:none;stroke:none;pointer-events:all}
.tick{stroke:var(--ink);stroke-width:3}
.base{stroke:var(--edge)}
.unsure{stroke:var(--unknown);stroke-dasharray:2 3;stroke-width:3}
"""


def render(route: Route) -> str:
    """Return the map as one SVG that stands alone, or in a page whose list has `skill-<id>` ids."""
    return _Map.of(route).draw()


@dataclass(frozen=True)
class _Map:
    """The layout in px.

    Attributes:
        name_lines: Each open skill's name, broken to fit its box.
        row_y: Top of each row; band_y: top of each band; bottom: where the last one ends.
        row_height: One to three lines of text, by the longest name in the row.
    """

    route: Route
    layout: Layout
    name_lines: Mapping[SkillId, tuple[str, ...]]
    row_y: tuple[float, ...]
    row_height: tuple[float, ...]
    band_y: tuple[float, ...]
    bottom: float
    top: float

    @classmethod
    def of(cls, route: Route) -> "_Map":
        """Measure the route."""
        layout = arrange(route.skills)
        names = {skill: _name_lines(route.skills[skill]) for skill in layout.column}
        rows = max(layout.row.values(), default=-1) + 1
        lines = [1] * rows
        for skill, row in layout.row.items():
            lines[row] = max(lines[row], len(names[skill]))
        heights = [PAD + LINE * count + FOOTER + 4 for count in lines]
        top = MARGIN + 74 + LINE * len(_title_lines(route, layout)) + AXIS
        row_y, band_y, bottom = _stacked(route, layout, heights, top)
        return cls(route, layout, names, row_y, tuple(heights), band_y, bottom, top)

    def draw(self) -> str:
        """Return the SVG."""
        body = [
            *self._head(),
            *self._bands(),
            element("g", *self._edges(), class_="quiet-edges", fill="none"),
            *(self._node(skill) for skill in self.layout.column),
        ]
        size = (_width(self.route, self.layout), self.bottom + MARGIN)
        return document("bw-map", size, _CSS, title(self.route), body) + "\n"

    def _head(self) -> list[Svg]:
        route = self.route
        lines = _title_lines(route, self.layout)
        parts = [
            label(MARGIN, MARGIN + 14, f"{route.name}: map of {len(route.skills)} skills", "head")
        ]
        y = MARGIN + 36
        for line in lines:
            parts.append(label(MARGIN, y, line, "quiet"))
            y += LINE
        parts.append(_key(route, y + 6))
        y = self.top - 12
        if already := done(route):
            parts.append(label(MARGIN + DOMAIN, y, f"Already there ({len(already)})", "quiet"))
        for column in range(self.layout.columns):
            name = _COLUMNS[column] if column < len(_COLUMNS) else str(column)
            count = sum(1 for at in self.layout.column.values() if at == column)
            parts.append(label(self._x(column), y, f"{name} ({count})", "quiet"))
        return parts

    def _bands(self) -> list[Svg]:
        parts = []
        width = _width(self.route, self.layout)
        for band, y in zip(self.layout.bands, self.band_y, strict=True):
            parts.append(element("line", class_="line", x1=MARGIN, x2=width - MARGIN, y1=y, y2=y))
            name = fitted(domain_name(band.domain), DOMAIN - 8, TEXT)
            parts.append(label(MARGIN, y + BAND_PAD + TEXT, name))
            at = y + BAND_PAD
            for skill in _folded(self.route, band):
                parts.append(_fold(skill, at, self._title(skill)))
                at += FOLD_LINE
        return parts

    def _x(self, column: int) -> float:
        return MARGIN + DOMAIN + _fold_width(self.route) + column * (BOX + GUTTER)

    def _middle(self, skill: SkillId) -> float:
        row = self.layout.row[skill]
        return self.row_y[row] + self.row_height[row] / 2

    def _edges(self) -> list[Svg]:
        taken = {(self.layout.column[s], self.layout.row[s]) for s in self.layout.row}
        return [
            element("path", id=f"map-edge-{index}", d=self._path(need, skill, taken))
            for index, (need, skill) in enumerate(self.layout.edges)
        ]

    def _path(self, need: SkillId, skill: SkillId, taken: set[tuple[int, int]]) -> str:
        """Return a line from box to box that crosses no box on its way.

        Over several columns it runs straight along its own row, its goal's row, or the gap beside
        the goal's row, whichever is free first.
        """
        first, last = self.layout.column[need], self.layout.column[skill]
        x, y = self._x(first) + BOX, self._middle(need)
        to_x, to_y = self._x(last), self._middle(skill)
        between = range(first + 1, last)
        rows = self.layout.row
        if not any((column, rows[need]) in taken for column in between):
            lane = y
        elif not any((column, rows[skill]) in taken for column in between):
            lane = to_y
        else:
            edge = self.row_y[rows[skill]]
            lane = edge - GAP / 2 if y < to_y else edge + self.row_height[rows[skill]] + GAP / 2
        out, back = x + GUTTER, to_x - GUTTER
        parts = [f"M{x:g} {y:.1f}"]
        if between:
            parts += [_curve(x, y, out, lane), f"H{back:g}"]
            x, y = back, lane
        return "".join([*parts, _curve(x, y, to_x, to_y)])

    def _node(self, skill: SkillId) -> Svg:
        about = self.route.skills[skill]
        row = self.layout.row[skill]
        x, y, height = self._x(self.layout.column[skill]), self.row_y[row], self.row_height[row]
        foot = y + height - FOOTER
        bold = "def" if about.weight == 3 else ""
        parts = [titled(self._title(about))]
        parts.append(element("rect", class_="box", x=x, y=y, width=BOX, height=height, rx=3))
        for index, line in enumerate(self.name_lines[skill]):
            parts.append(label(x + PAD, y + PAD + TEXT - 2 + LINE * index, line, bold))
        parts.append(mark(about.state, x + PAD, foot))
        if self.route.measured:
            parts.append(_gauge(about.mastery, x + PAD + 20, foot + 6))
        hours = f"{hours_text(self._hours(skill))} h"
        parts.append(label(x + BOX - PAD, foot + 10, hours, "quiet small end"))
        link = element("a", *parts, href=f"#skill-{skill}")
        return element("g", link, *self._relations(skill), class_=f"is-{about.state}")

    def _relations(self, skill: SkillId) -> list[Svg]:
        """Return the skill's own lines once more, to show while it has the pointer or the focus."""
        uses = [
            element("use", href=f"#map-edge-{index}", class_="needs" if skill == end else "opens")
            for index, (begin, end) in enumerate(self.layout.edges)
            if skill in (begin, end)
        ]
        return [element("g", *uses, class_="rel", fill="none")] if uses else []

    def _hours(self, skill: SkillId) -> float:
        return sum(step.hours for step in self.route.plan.steps if step.skill == skill)

    def _title(self, about: RouteSkill) -> str:
        names = listed(self.route.skills[need].name for need in about.needs)
        needs = f"; needs {names}" if names else ""
        hours = hours_text(self._hours(about.id))
        return f"{about.name}, level {about.level}, {hours} hours, {about.state}{needs}"


def _stacked(
    route: Route, layout: Layout, heights: Sequence[float], top: float
) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Return the tops of rows and of bands, and where the last band ends."""
    row_y: list[float] = []
    band_y: list[float] = []
    y = top
    for band in layout.bands:
        band_y.append(y)
        at = y + BAND_PAD
        for height in heights[band.top : band.top + band.height]:
            row_y.append(at)
            at += height + GAP
        boxes = at - GAP - y - BAND_PAD if band.height else LINE
        y += max(boxes, FOLD_LINE * len(_folded(route, band))) + 2 * BAND_PAD
    return tuple(row_y), tuple(band_y), y


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{middle:g} {y:.1f} {middle:g} {to_y:.1f} {to_x:g} {to_y:.1f}"


def _name_lines(about: RouteSkill) -> tuple[str, ...]:
    return wrapped(about.name, BOX - 2 * PAD, TEXT, NAME_LINES, bold=about.weight == 3)


def _folded(route: Route, band: Band) -> list[RouteSkill]:
    return [skill for skill in done(route) if skill.domain == band.domain]


def _fold_width(route: Route) -> float:
    return FOLD + GUTTER / 2 if done(route) else 0.0


def _width(route: Route, layout: Layout) -> float:
    """Return the width: as many columns as there are, but room for the key at least."""
    boxes = layout.columns * (BOX + GUTTER) - GUTTER
    return max(2 * MARGIN + DOMAIN + _fold_width(route) + boxes, 760.0)


def _title_lines(route: Route, layout: Layout) -> tuple[str, ...]:
    width = _width(route, layout) - 2 * MARGIN
    return wrapped(title(route), width, TEXT, 3) + wrapped(basis(route), width, TEXT, 2)


def _fold(about: RouteSkill, y: float, words: str) -> Svg:
    """Return one line of the list of what is done."""
    x = MARGIN + DOMAIN
    return element(
        "a",
        titled(words),
        element("rect", class_="hit", x=x - 3, y=y - 1, width=FOLD + 3, height=FOLD_LINE - 1, rx=2),
        mark("done", x, y, 11),
        label(x + 17, y + 10, fitted(about.name, FOLD - 20, 11), "small"),
        href=f"#skill-{about.id}",
    )


def _gauge(mastery: float | None, x: float, y: float) -> Svg:
    """Return the chance that the person does it unaided: a tick on a scale, and the number."""
    if mastery is None:
        line = element("line", class_="unsure", x1=x, x2=x + GAUGE, y1=y, y2=y)
        return element("g", line, label(x + GAUGE + 6, y + 4, "?", "quiet small"))
    at = x + GAUGE * mastery
    return element(
        "g",
        element("line", class_="base", x1=x, x2=x + GAUGE, y1=y, y2=y),
        element("line", class_="tick", x1=at, x2=at, y1=y - 5, y2=y + 5),
        label(x + GAUGE + 6, y + 4, f"{mastery:.0%}".replace("%", " %"), "quiet small"),
    )


def _key(route: Route, y: float) -> Svg:
    """Return what the shapes mean, in one line."""
    words = {"ready": "ready: all it needs is done", "locked": "locked: its needs come first"}
    used = {skill.state for skill in route.skills.values()}
    parts, x = [], MARGIN
    for state in filter(used.__contains__, STATES):
        word = words.get(state, state)
        parts += [mark(state, x, y), label(x + 18, y + 10, word, "small")]
        x += 36 + text_width(word, 11)
    if any(skill.weight == 3 for skill in route.skills.values()):
        parts.append(label(x, y + 10, "Bold: defines the role", "small def"))
        x += 20 + text_width("Bold: defines the role", 11, bold=True)
    if route.measured:
        parts += [_gauge(0.6, x, y + 6), label(x + 84, y + 10, "applies it unaided", "small")]
    return element("g", *parts)
