"""Where everything stands on the role map: boxes, lines, bands, in units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.plan.exports.drawing import wrapped
from backwright.plan.exports.layers import arrange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.model.skill import SkillId
    from backwright.plan.route import RouteSkill
    from backwright.plan.stages import DomainLeft

# All in units of the drawing, which the page shows about as px.
WIDTH = 1214.0  # of the page; a map of more columns is wider and scrolls
NAMES, ENDS = 122.0, 104.0  # room for the names of domains, and for hours and dates at the right
COLUMN_MIN, COLUMN_MAX, GAP = 144.0, 198.0, 26.0
TOP, BAND = 24.0, 9.0  # above the first band; what a band has more than its rows
ONE_LINE, TWO_LINES, BETWEEN = 26.0, 36.0, 7.0  # heights of a box, and what is between two
TEXT, TEXT_AT = 12.0, 27.0  # size, and where the name begins in its box
NO_ROWS = 26.0  # height of a band whose domain is done
HEADS = ("Ready now", "One step away", "Two steps", "Three", "Four", "Five", "Six", "Seven")


@dataclass(frozen=True)
class Line:
    """A line from a box to another, and the box it leads to. `kind` is "needs" or "opens"."""

    kind: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A skill on the map.

    Attributes:
        lines: Of its name.
        needs, opens: Ids of skills on the map.
    """

    skill: RouteSkill
    hours: float
    x: float
    y: float
    name: tuple[str, ...]
    needs: tuple[str, ...]
    opens: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Band:
    """A domain's band from `y` on."""

    domain: DomainLeft
    y: float


@dataclass(frozen=True)
class RoleMap:
    """The drawing; `columns` holds the head of each column with its x and its boxes, top down."""

    width: float
    height: float
    box_width: float
    box_height: float
    columns: tuple[tuple[str, float, tuple[Box, ...]], ...]
    bands: tuple[Band, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box, in the order of reading: column by column."""
        return tuple(box for _, _, boxes in self.columns for box in boxes)

    @cached_property
    def by_id(self) -> dict[str, Box]:
        """Every box by its skill."""
        return {box.skill.id: box for box in self.boxes}


def role_map(
    skills: Sequence[RouteSkill], domains: Sequence[DomainLeft], hours: dict[str, float]
) -> RoleMap:
    """Return the map of the skills that are not done; `hours` are those left, by skill."""
    by_id = {skill.id: skill for skill in skills}
    layout = arrange(by_id)
    room = (WIDTH - NAMES - ENDS) / max(layout.columns, 1)
    column = min(COLUMN_MAX, max(COLUMN_MIN, room))
    width = column - GAP
    names = {
        skill: wrapped(
            by_id[skill].name, width - TEXT_AT - 5, TEXT, 2, bold=by_id[skill].weight == 3
        )
        for skill in layout.column
    }
    height = TWO_LINES if any(len(lines) > 1 for lines in names.values()) else ONE_LINE
    bands, tops, y = [], {}, TOP
    by_name = {each.domain: each for each in domains}
    for band in layout.bands:
        bands.append(Band(by_name[band.domain], y))
        tops.update({band.top + n: y + 6 + n * (height + BETWEEN) for n in range(band.height)})
        y += band.height * (height + BETWEEN) + BAND if band.height else NO_ROWS
    place = {
        skill: (NAMES + layout.column[skill] * column, tops[layout.row[skill]])
        for skill in layout.column
    }
    needs: dict[SkillId, list[SkillId]] = {skill: [] for skill in place}
    opens: dict[SkillId, list[SkillId]] = {skill: [] for skill in place}
    for need, skill in layout.edges:
        needs[skill].append(need)
        opens[need].append(skill)

    def line(kind: str, begin: SkillId, end: SkillId, other: SkillId) -> Line:
        (x0, y0), (x1, y1) = place[begin], place[end]
        return Line(kind, _curve(x0 + width, y0 + height / 2, x1, y1 + height / 2), *place[other])

    boxes: list[list[Box]] = [[] for _ in range(layout.columns)]
    for skill in sorted(place, key=lambda s: (layout.column[s], layout.row[s])):
        boxes[layout.column[skill]].append(
            Box(
                by_id[skill],
                hours.get(skill, 0.0),
                *place[skill],
                names[skill],
                tuple(needs[skill]),
                tuple(opens[skill]),
                (
                    *(line("needs", need, skill, need) for need in needs[skill]),
                    *(line("opens", skill, other, other) for other in opens[skill]),
                ),
            )
        )
    return RoleMap(
        max(WIDTH, NAMES + layout.columns * column + ENDS),
        y,
        width,
        height,
        tuple(
            (HEADS[min(at, len(HEADS) - 1)], NAMES + at * column, tuple(each))
            for at, each in enumerate(boxes)
        ),
        tuple(bands),
    )


def _curve(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a path that leaves and arrives level."""
    bend = min((x1 - x0) / 2, 40.0)
    return f"M{x0:g} {y0:g}C{x0 + bend:g} {y0:g} {x1 - bend:g} {y1:g} {x1:g} {y1:g}"
