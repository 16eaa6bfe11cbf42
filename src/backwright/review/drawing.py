"""A picture of modules, tables and outgoing systems: boxes in layers, as SVG and as Mermaid.

The layout is the layered one of Sugiyama, Tagawa and Toda (1981): modules that import each other are taken as one for the layers, a layer is as deep as the
longest way to it, and boxes are ordered by the barycentre of their neighbours. The same modules give the same picture, to the byte.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from backwright.model.blueprint import Blueprint, Module
from backwright.review.link.modules import components

BOXES_MAX = 36  # a picture with more is not read; the smallest are folded into one
TABLES_MAX = 6  # named in one box
EDGES_MAX = 160  # drawn; the thinnest are left out first
SWEEPS = 16
CHAR, LINE = 7.2, 17  # width of a character and height of a line, in pixels, at 12 px monospace
GAP_X, GAP_Y, MARGIN = 26, 74, 24
ROW_MAX = 7  # boxes beside each other before a layer is broken into two rows


@dataclass(frozen=True)
class Box:
    """A module as it is drawn."""

    name: str
    title: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    in_cycle: bool


@dataclass(frozen=True)
class Picture:
    """Boxes and edges with their weight; an edge that closes a cycle is marked."""

    boxes: tuple[Box, ...]
    edges: tuple[tuple[str, str, int, bool], ...]
    width: float
    height: float
    folded: tuple[str, ...]


def picture_of(blueprint: Blueprint) -> Picture:
    """Return the layout of a blueprint's modules."""
    chosen, folded = _chosen(blueprint.modules)
    names = {module.name for module in chosen}
    graph = {
        m.name: {target: count for target, count in m.imports if target in names and target != m.name} for m in chosen
    }
    knots = {name for group in components(graph) if len(group) > 1 for name in group}
    forward = _without_cycles(graph)
    rows = _rows(forward)
    owners = _owners(chosen)
    endpoints = _endpoints(blueprint, chosen)
    boxes = _place(rows, {m.name: m for m in chosen}, owners, endpoints, knots)
    edges = sorted(
        ((a, b, n) for a, below in graph.items() for b, n in below.items()), key=lambda e: (-e[2], e[0], e[1])
    )[:EDGES_MAX]
    marked = tuple((a, b, n, b not in forward[a]) for a, b, n in edges)
    width = max((b.x + b.width for b in boxes), default=300) + MARGIN
    height = max((b.y + b.height for b in boxes), default=80) + MARGIN + 26
    return Picture(boxes, marked, width, height, folded)


def _chosen(modules: Sequence[Module]) -> tuple[list[Module], tuple[str, ...]]:
    degree: Counter[str] = Counter()
    for module in modules:
        for target, count in module.imports:
            degree[module.name] += count
            degree[target] += count
    ranked = sorted(modules, key=lambda m: (-(m.lines + 40 * degree[m.name]), m.name))
    kept = {m.name for m in ranked[:BOXES_MAX]}
    return [m for m in modules if m.name in kept], tuple(m.name for m in ranked[BOXES_MAX:])


def _without_cycles(graph: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return the graph without the thinnest edge of each cycle: what is left has a direction, what went is drawn in red."""
    left = {name: dict(below) for name, below in graph.items()}
    while True:
        knots = [set(group) for group in components(left) if len(group) > 1]
        if not knots:
            return left
        for group in knots:
            inside = [(count, a, b) for a in group for b, count in left[a].items() if b in group]
            _, a, b = min(inside)
            del left[a][b]


def _rows(graph: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    depth: dict[str, int] = {}
    # components() gives a module after all it reaches, so each depth is known when it is needed.
    for (name,) in components(graph):
        depth[name] = 1 + max((depth[target] for target in graph[name]), default=-1)
    deepest = max(depth.values(), default=0)
    layers: list[list[str]] = [[] for _ in range(deepest + 1)]
    for name in sorted(graph):
        layers[deepest - depth[name]].append(name)
    _order(layers, graph)
    rows: list[list[str]] = []
    for layer in layers:
        parts = -(-len(layer) // ROW_MAX)
        size = -(-len(layer) // max(parts, 1))
        rows += [layer[start : start + size] for start in range(0, len(layer), max(size, 1))]
    return rows


def _order(layers: list[list[str]], graph: Mapping[str, Mapping[str, int]]) -> None:
    near: dict[str, dict[str, int]] = defaultdict(dict)
    for a, targets in graph.items():
        for b, count in targets.items():
            near[a][b] = near[b][a] = count
    for sweep in range(SWEEPS):
        place = {name: number / max(len(layer) - 1, 1) for layer in layers for number, name in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):

            def middle(name: str) -> tuple[float, str]:
                weights = near[name]
                total = sum(weights.values())
                return (sum(place[o] * w for o, w in weights.items()) / total if total else place[name], name)  # noqa: B023  (used at once)

            layer.sort(key=middle)
            place.update((name, number / max(len(layer) - 1, 1)) for number, name in enumerate(layer))


def _owners(modules: Sequence[Module]) -> dict[str, list[str]]:
    """Module to the tables that it touches most."""
    best: dict[str, tuple[int, str]] = {}
    for module in modules:
        for table, count in module.tables:
            if table not in best or (count, module.name) > best[table]:
                best[table] = (count, module.name)
    found: dict[str, list[str]] = defaultdict(list)
    for table, (_, name) in sorted(best.items()):
        found[name].append(table)
    return found


def _endpoints(blueprint: Blueprint, modules: Sequence[Module]) -> Counter[str]:
    names = sorted((m.name for m in modules), key=len, reverse=True)
    return Counter(next((n for n in names if e.file.startswith(f"{n}/") or n == "."), "") for e in blueprint.endpoints)


def _place(
    rows: Sequence[Sequence[str]],
    modules: Mapping[str, Module],
    owners: Mapping[str, Sequence[str]],
    endpoints: Mapping[str, int],
    knots: set[str],
) -> tuple[Box, ...]:
    made: list[list[Box]] = []
    for row in rows:
        line: list[Box] = []
        for name in row:
            module = modules[name]
            told = [f"{module.files} files, {module.lines:,} lines"]
            if endpoints.get(name):
                told.append(f"{endpoints[name]} endpoints")
            tables = list(owners.get(name, ()))
            if tables:
                more = f" + {len(tables) - TABLES_MAX}" if len(tables) > TABLES_MAX else ""
                told += [f"[{table}]" for table in tables[:TABLES_MAX]] + ([more] if more else [])
            title = name if len(name) <= 30 else f"...{name[-27:]}"
            width = max(len(text) for text in (title, *told)) * CHAR + 24
            line.append(Box(name, title, tuple(told), 0, 0, width, 30 + LINE * len(told), name in knots))
        made.append(line)
    widest = max((sum(b.width + GAP_X for b in line) for line in made), default=0)
    y = float(MARGIN)
    placed: list[Box] = []
    for line in made:
        x = MARGIN + (widest - sum(b.width + GAP_X for b in line)) / 2
        for box in line:
            placed.append(
                Box(box.name, box.title, box.lines, round(x, 1), y, round(box.width, 1), box.height, box.in_cycle)
            )
            x += box.width + GAP_X
        y += max((b.height for b in line), default=0) + GAP_Y
    return tuple(placed)


STYLE = """
.bw { font: 12px ui-monospace, monospace; } .bw .paper { fill: #ffffff; } .bw rect.box { fill: #f6f8fa; stroke: #57606a; } .bw text { fill: #1b1f24; } .bw .soft { fill: #57606a; }
.bw .name { font-weight: 600; } .bw rect.knot { stroke: #b42318; stroke-width: 2; } .bw path { fill: none; stroke: #8c959f; } .bw path.knot { stroke: #b42318; } .bw .tip { fill: #8c959f; stroke: none; } .bw .tipknot { fill: #b42318; stroke: none; }
@media (prefers-color-scheme: dark) { .bw .paper { fill: #0d1117; } .bw rect.box { fill: #161b22; stroke: #9aa4af; } .bw text { fill: #e6edf3; } .bw .soft { fill: #9aa4af; } .bw rect.knot { stroke: #ff8a7a; } .bw path.knot { stroke: #ff8a7a; } .bw .tipknot { fill: #ff8a7a; } }
"""


def svg(blueprint: Blueprint, name: str) -> str:
    """Return the picture as SVG, dark and light, with a text for those who do not see it."""
    picture = picture_of(blueprint)
    by_name = {box.name: box for box in picture.boxes}
    cycles = sum(box.in_cycle for box in picture.boxes)
    told = f"{len(picture.boxes)} modules of {name}, {len(picture.edges)} imports between them" + (
        f"; {cycles} modules import each other in cycles" if cycles else ""
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bw" role="img" aria-labelledby="t d" viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" width="{picture.width:.0f}" height="{picture.height:.0f}">',
        f'<title id="t">{_text(name)}</title><desc id="d">{_text(told)}</desc><style>{STYLE}</style>',
        (
            '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker>'
            '<marker id="k" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="tipknot" d="M0 0L8 4L0 8z"/></marker></defs>'
        ),
        f'<rect class="paper" width="{picture.width:.0f}" height="{picture.height:.0f}"/>',
    ]
    parts += [_edge(by_name[a], by_name[b], count, knot) for a, b, count, knot in picture.edges]
    parts += [_box(box) for box in picture.boxes]
    foot = "an arrow is an import, thicker for more; red: what closes a cycle; [table]: touched most from there"
    if picture.folded:
        foot += f"; {len(picture.folded)} smaller modules are left out"
    parts.append(f'<text class="soft" x="{MARGIN}" y="{picture.height - 12:.0f}">{_text(foot)}</text></svg>')
    return "\n".join(parts) + "\n"


def _edge(a: Box, b: Box, count: int, knot: bool) -> str:
    width = min(1 + count**0.5 / 2.5, 6)
    kind = ' class="knot" marker-end="url(#k)"' if knot else ' marker-end="url(#a)"'
    if b.y > a.y:
        x1, y1, x2, y2 = a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y - 2
        bend = max((y2 - y1) / 2, 30)
        d = f"M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
    elif b.y < a.y:
        x1, y1, x2, y2 = a.x + a.width * 0.7, a.y, b.x + b.width * 0.7, b.y + b.height + 2
        d = f"M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 - 40:.0f} {x2:.0f} {y2 + 40:.0f} {x2:.0f} {y2:.0f}"
    else:
        first, second = (a.x + a.width, b.x - 2) if b.x > a.x else (a.x, b.x + b.width + 2)
        lift = a.y - 26 if abs(second - first) > GAP_X + 4 else a.y + a.height / 2
        y = a.y + a.height / 2
        d = f"M{first:.0f} {y:.0f}C{first:.0f} {lift:.0f} {second:.0f} {lift:.0f} {second:.0f} {b.y + b.height / 2:.0f}"
    return f'<path{kind} stroke-width="{width:.1f}" stroke-opacity=".75" d="{d}"><title>{_text(f"{a.name} imports {b.name}: {count}")}</title></path>'


def _box(box: Box) -> str:
    kind = "box knot" if box.in_cycle else "box"
    rows = [
        f'<text class="soft" x="{box.x + 12:.0f}" y="{box.y + 36 + LINE * n:.0f}">{_text(line)}</text>'
        for n, line in enumerate(box.lines)
    ]
    return (
        f'<g><title>{_text(box.name)}</title><rect class="{kind}" x="{box.x}" y="{box.y:.0f}" width="{box.width}" height="{box.height:.0f}" rx="6"/>'
        f'<text class="name" x="{box.x + 12:.0f}" y="{box.y + 19:.0f}">{_text(box.title)}</text>{"".join(rows)}</g>'
    )


def _text(text: str) -> str:
    return escape("".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text))


def mermaid(blueprint: Blueprint) -> str:
    """Return the picture as a Mermaid flowchart."""
    picture = picture_of(blueprint)
    ids = {box.name: f"m{number}" for number, box in enumerate(picture.boxes)}
    lines = ["flowchart TD"]
    for box in picture.boxes:
        label = "<br/>".join(_quoted(text) for text in (box.title, *box.lines))
        lines.append(f'  {ids[box.name]}["{label}"]')
    for a, b, count, _ in picture.edges:
        lines.append(f"  {ids[a]} -->|{count}| {ids[b]}")
    knots = [ids[box.name] for box in picture.boxes if box.in_cycle]
    if knots:
        lines += ["  classDef knot stroke:#b42318,stroke-width:2px", f"  class {','.join(knots)} knot"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "".join(char if char.isalnum() or char in " ._-/,:+()" else f"#{ord(char)};" for char in text)
