"""Where boxes, lines and their labels stand: columns from left to right, nothing on top of anything else.

The steps are those of layered drawing (Sugiyama, Tagawa, Toda 1981). Between two columns of boxes stands a column of
labels, and a line passes every column through a place of its own, so a line never runs under a box or a label of
another. Heights are least squares under the order (isotonic regression, pool adjacent violators), which is exact.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 24  # orders stop improving after about ten
SETTLES = 40  # passes over the heights; long lines are straight by then
GAP_BOX, GAP_LABEL, GAP_LINE = 24.0, 10.0, 14.0  # px between neighbours in a column
GUTTER, GUTTER_MAX = 26.0, 64.0  # px between columns; more where lines are steep
PORT = 16.0  # px between lines at the side of a box


@dataclass(frozen=True)
class Size:
    """How large something is, px."""

    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """A line that is wanted, with the size of its label (0 x 0 without one)."""

    source: str
    target: str
    label: Size


@dataclass(frozen=True)
class Spot:
    """The upper left corner and the size of what was placed."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Route:
    """The way of a wire.

    Attributes:
        points: From the source to the target; flat within a column, bent between.
        label: Where its label stands.
        is_back: It runs from right to left.
    """

    wire: Wire
    points: tuple[tuple[float, float], ...]
    label: Spot | None
    is_back: bool


@dataclass(frozen=True)
class Plan:
    """The whole drawing, from (0, 0)."""

    boxes: Mapping[str, Spot]
    routes: tuple[Route, ...]
    width: float
    height: float


@dataclass
class _Stop:
    """Something in a column: a box, a label, or where a line passes."""

    column: int
    width: float
    height: float
    gap: float
    rank: int = 0
    y: float = 0.0
    before: list["_Stop"] = field(default_factory=list)
    after: list["_Stop"] = field(default_factory=list)
    is_box: bool = False


def placed(
    sizes: Mapping[str, Size], wires: Sequence[Wire], last: frozenset[str] = frozenset()
) -> Plan:
    """Return the drawing of boxes and wires; the same input gives the same output.

    Args:
        sizes: Boxes, in the order of reading: it decides where nothing else does.
        last: Boxes that stand in the last column.
    """
    wires = [w for w in wires if w.source != w.target and w.source in sizes and w.target in sizes]
    backward = _backward(list(sizes), wires)
    pairs = [
        (w.target, w.source) if number in backward else (w.source, w.target)
        for number, w in enumerate(wires)
    ]
    ranks = _ranks(list(sizes), pairs, last)
    boxes = {
        name: _Stop(2 * ranks[name], size.width, size.height, GAP_BOX, is_box=True)
        for name, size in sizes.items()
    }
    chains = [
        _chain(boxes[a], boxes[b], wires[number].label) for number, (a, b) in enumerate(pairs)
    ]
    columns = _columns(list(boxes.values()), chains)
    _order(columns)
    _settle(columns)
    return _drawn(boxes, wires, chains, columns, backward)


def _backward(names: Sequence[str], wires: Sequence[Wire]) -> set[int]:
    """Return the wires that close a cycle when boxes are read in their order."""
    below: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, wire in enumerate(wires):
        below[wire.source].append((number, wire.target))
    found: set[int] = set()
    state: dict[str, int] = {}

    def visit(name: str) -> None:
        state[name] = 1
        for number, target in below[name]:
            if state.get(target) == 1:
                found.add(number)
            elif target not in state:
                visit(target)
        state[name] = 2

    for name in names:
        if name not in state:
            visit(name)
    return found


def _ranks(
    names: Sequence[str], pairs: Sequence[tuple[str, str]], last: frozenset[str]
) -> dict[str, int]:
    """Return the column of each box: as far left as its callers allow, or the last one."""
    above: dict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        above[b].append(a)
    ranks: dict[str, int] = {}

    def rank(name: str) -> int:
        if name not in ranks:
            ranks[name] = max((rank(each) + 1 for each in above[name]), default=0)
        return ranks[name]

    for name in names:
        rank(name)
    callers = {a for a, _ in pairs}
    end = max((ranks[n] for n in names if n not in last), default=-1) + 1
    for name in names:
        if name in last and name not in callers:
            ranks[name] = max(ranks[name], end)
    # Whoever is not called stands close to what it calls.
    below: dict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        below[a].append(b)
    for name in names[1:]:
        if not above[name] and below[name]:
            ranks[name] = min(ranks[each] for each in below[name]) - 1
    return ranks


def _chain(first: _Stop, end: _Stop, label: Size) -> list[_Stop]:
    """Return the stops of a line, its label beside its first box."""
    chain = [first]
    for column in range(first.column + 1, end.column):
        has_label = column == first.column + 1 and label.height > 0
        size, gap = (label, GAP_LABEL) if has_label else (Size(0, 0), GAP_LINE)
        chain.append(_Stop(column, size.width, size.height, gap))
    chain.append(end)
    for a, b in pairwise(chain):
        a.after.append(b)
        b.before.append(a)
    return chain


def _columns(boxes: Sequence[_Stop], chains: Sequence[Sequence[_Stop]]) -> list[list[_Stop]]:
    last = max((box.column for box in boxes), default=0)
    columns: list[list[_Stop]] = [[] for _ in range(last + 1)]
    for box in boxes:
        columns[box.column].append(box)
    for chain in chains:
        for stop in chain[1:-1]:
            columns[stop.column].append(stop)
    return columns


def _order(columns: list[list[_Stop]]) -> None:
    """Sort each column by the barycentres of its neighbours; the order with the fewest crossings is kept."""
    _number(columns)
    best, kept = _crossings(columns), [list(column) for column in columns]
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            middles = {id(stop): _middle(stop, forward=forward) for stop in column}
            column.sort(key=lambda stop: middles[id(stop)])
            for rank, stop in enumerate(column):
                stop.rank = rank
        _swap(columns)
        count = _crossings(columns)
        if count < best:
            best, kept = count, [list(column) for column in columns]
    columns[:] = kept
    _number(columns)


def _number(columns: Sequence[Sequence[_Stop]]) -> None:
    for column in columns:
        for rank, stop in enumerate(column):
            stop.rank = rank


def _middle(stop: _Stop, *, forward: bool) -> float:
    near = (stop.before if forward else stop.after) or (stop.after if forward else stop.before)
    if not near:
        return float(stop.rank)
    return sum(each.rank for each in near) / len(near)


def _swap(columns: Sequence[list[_Stop]]) -> None:
    """Exchange neighbours in a column as long as that removes crossings."""
    for column in columns:
        for at in range(len(column) - 1):
            a, b = column[at], column[at + 1]
            now = _between(a.before, b.before) + _between(a.after, b.after)
            other = _between(b.before, a.before) + _between(b.after, a.after)
            if other < now:
                column[at], column[at + 1] = b, a
                a.rank, b.rank = b.rank, a.rank


def _between(upper: Sequence[_Stop], lower: Sequence[_Stop]) -> int:
    return sum(u.rank > w.rank for u in upper for w in lower)


def _crossings(columns: Sequence[Sequence[_Stop]]) -> int:
    count = 0
    for column in columns:
        ends = [each.rank for stop in column for each in sorted(stop.after, key=lambda s: s.rank)]
        count += sum(ends[i] > ends[j] for i in range(len(ends)) for j in range(i + 1, len(ends)))
    return count


def _settle(columns: Sequence[Sequence[_Stop]]) -> None:
    """Give each stop a height: near its neighbours, in the order of its column, with room between."""
    for column in columns:
        y = 0.0
        for stop in column:
            stop.y = y + stop.height / 2
            y += stop.height + stop.gap
    for turn in range(SETTLES):
        for column in columns if turn % 2 == 0 else list(reversed(columns)):
            wanted, weights = [], []
            for stop in column:
                near = [(n.y + _port(n, stop), _pull(stop, n)) for n in (*stop.before, *stop.after)]
                total = sum(weight for _, weight in near)
                own = sum(
                    (y - _port(stop, n)) * w
                    for (y, w), n in zip(near, (*stop.before, *stop.after), strict=True)
                )
                wanted.append(own / total if total else stop.y)
                weights.append(total or 0.1)
            for stop, y in zip(column, _isotonic(column, wanted, weights), strict=True):
                stop.y = y
    top = min((stop.y - stop.height / 2 for column in columns for stop in column), default=0)
    for column in columns:
        for stop in column:
            stop.y -= top


def _pull(a: _Stop, b: _Stop) -> float:
    """Return how much a link wants to be flat: most between two stops of one line."""
    return (1.0, 2.0, 16.0)[(not a.is_box) + (not b.is_box)]


def _port(box: _Stop, other: _Stop) -> float:
    """Return how far from the middle of a stop the line to another leaves it."""
    if not box.is_box:
        return 0.0
    side = box.after if other.column > box.column else box.before
    if len(side) == 1:
        return 0.0
    order = sorted(side, key=lambda stop: stop.rank)
    step = min(PORT, (box.height - 10) / len(order))
    return (order.index(other) - (len(order) - 1) / 2) * step


def _isotonic(
    column: Sequence[_Stop], wanted: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """Return the heights nearest to those wanted (least squares) that keep order and gaps: pool adjacent violators."""
    offsets = [0.0] if column else []
    for a, b in pairwise(column):
        gap = min(a.gap, b.gap) if not (a.is_box and b.is_box) else GAP_BOX
        offsets.append(offsets[-1] + a.height / 2 + gap + b.height / 2)
    blocks: list[list[float]] = []  # [mean, weight, count]
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        blocks.append([want - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, heavy, count = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * heavy) / (last[1] + heavy)
            last[1] += heavy
            last[2] += count
    means = [block[0] for block in blocks for _ in range(int(block[2]))]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _drawn(
    boxes: Mapping[str, _Stop],
    wires: Sequence[Wire],
    chains: Sequence[Sequence[_Stop]],
    columns: Sequence[Sequence[_Stop]],
    backward: set[int],
) -> Plan:
    widths = [max((stop.width for stop in column), default=0) for column in columns]
    lefts, x = [], 0.0
    for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
        lefts.append(x)
        steep = max((abs(stop.y - n.y) for stop in column for n in stop.after), default=0)
        gutter = min(GUTTER_MAX, max(GUTTER, steep / 5)) if number + 1 < len(columns) else 0
        x += width + (gutter if width or number % 2 == 0 else gutter / 2)
    spots = {}
    for name, box in boxes.items():
        left, width = lefts[box.column], widths[box.column]
        spots[name] = Spot(
            round(left, 1), round(box.y - box.height / 2, 1), round(width, 1), box.height
        )
    routes = []
    for number, (wire, chain) in enumerate(zip(wires, chains, strict=True)):
        points: list[tuple[float, float]] = []
        label = None
        for at, stop in enumerate(chain):
            left, width = lefts[stop.column], widths[stop.column]
            if at == 0:
                points.append((left + width, stop.y + _port(stop, chain[1])))
            elif at == len(chain) - 1:
                points.append((left, stop.y + _port(stop, chain[-2])))
            else:
                points += [(left, stop.y), (left + width, stop.y)]
                if stop.width:
                    label = Spot(
                        round(left + (width - stop.width) / 2, 1), round(stop.y - stop.height / 2, 1), stop.width, stop.height
                    )  # fmt: skip
        if number in backward:
            points.reverse()
        rounded = tuple((round(px, 1), round(py, 1)) for px, py in points)
        routes.append(Route(wire, rounded, label, number in backward))
    height = max((stop.y + stop.height / 2 for column in columns for stop in column), default=0)
    return Plan(spots, tuple(routes), x, height)
