"""A design as an SVG picture: who calls whom, with capacity in the boxes and rate and policy on the lines."""

import textwrap
from collections.abc import Sequence
from itertools import pairwise

from backwright.design import wording
from backwright.design.drawn.ink import opening, share, short, shown, style, text_width, xml
from backwright.design.drawn.placing import Plan, Route, Size, Spot, Wire, placed
from backwright.design.drawn.relations import Flow
from backwright.design.drawn.sketch import Part, Sketch, Used

MARGIN, LEADING = 20.0, 15.0  # px
LABEL_WIDTH = 24  # characters of a label's line
PAD = 12.0
BAR = 9.0  # height of the bar that shows how much is used
OPERATIONS_SHOWN = 2
LOADED, FULL = 0.7, 1.0  # shares from which a bar is hatched, and from which it is called unstable
ROUND = {"pool": 14.0, "client": 14.0, "service": 3.0, "external": 3.0}
RULES = """
.paper { fill: $paper; }
text { fill: $ink; }
.soft { fill: $ink2; }
.name { font-size: 13px; font-weight: 600; }
.box { fill: $sheet; stroke: $edge; stroke-width: 1.2; }
.thin { fill: none; stroke: $edge; stroke-width: 1.2; }
.own { stroke: $ink; }
.external { stroke-dasharray: 5 4; }
.line { fill: none; stroke: $edge; stroke-width: 1.4; }
.message { stroke-dasharray: 2 4; stroke-linecap: round; }
.tip { fill: $edge; }
.bar { fill: $sunk; stroke: $edge; stroke-width: 1; }
.fine { fill: $strong; }
.loaded { fill: $gapsoft; stroke: $gap; }
.hatch { stroke: $gap; stroke-width: 1.6; }
.unstable { fill: $gap; }
.limit { stroke: $ink; stroke-width: 1.5; }
"""

DEFS = (
    '<defs><marker id="bw-to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
    '<path class="tip" d="M0 0L8 4L0 8z"/></marker><pattern id="bw-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0V6"/></pattern></defs>'
)


def svg(sketch: Sketch) -> str:
    """Return the picture as SVG, for light and dark, with a text for those who do not see it."""
    plan = plan_of(sketch)
    foot = [
        line for text in (*sketch.foot, _legend(sketch)) for line in textwrap.wrap(shown(text), 110)
    ]
    width = max(plan.width + 2 * MARGIN, max(text_width(line) for line in foot) + 2 * MARGIN, 320)
    top = MARGIN + 30
    height = top + plan.height + 24 + LEADING * len(foot) + MARGIN / 2
    told = "; ".join(_told(flow) for flow in sketch.flows) or "no calls"
    flows = {(flow.source, flow.target): flow for flow in sketch.flows}
    parts = [
        opening("bw-design", sketch.name, told, width, height),
        f"<style>{style('bw-design', RULES)}</style>",
        DEFS,
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="name" x="{MARGIN:.0f}" y="{MARGIN + 6:.0f}">{xml(short(sketch.name, 60))}</text>',
        f'<g transform="translate({MARGIN:.0f} {top:.0f})">',
    ]
    lines = [(route, flows[route.wire.source, route.wire.target]) for route in plan.routes]
    parts += [_line(route, flow) for route, flow in lines]
    parts += [_label(route.label, flow) for route, flow in lines if route.label is not None]
    parts += [_box(part, plan.boxes[part.name]) for part in sketch.parts if part.name in plan.boxes]
    parts.append("</g>")
    for number, line in enumerate(foot):
        y = top + plan.height + 24 + LEADING * (number + 1) - 4
        parts.append(f'<text class="soft" x="{MARGIN:.0f}" y="{y:.0f}">{xml(line)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def plan_of(sketch: Sketch) -> Plan:
    """Return where everything stands; what nobody calls and what calls nobody stands there, too."""
    sizes = {part.name: _size(part, sketch) for part in sketch.parts}
    wires = [Wire(flow.source, flow.target, _label_size(flow)) for flow in sketch.flows]
    last = frozenset(part.name for part in sketch.parts if part.kind in ("store", "external"))
    return placed(sizes, wires, last)


def _size(part: Part, sketch: Sketch) -> Size:
    texts = [text_width(line) for line in _lines(part)]
    texts.append(text_width(short(part.name), 13, bold=True))
    if part.used is not None:
        texts.append(text_width(_used_words(part.used)))
    height = 34 + LEADING * len(_lines(part)) + (BAR + LEADING + 8 if part.used else 0)
    if part.kind == "store":
        height += 10
    ends = max(
        sum(flow.source == part.name for flow in sketch.flows),
        sum(flow.target == part.name for flow in sketch.flows),
    )
    return Size(
        max(*texts, 96.0) + 2 * PAD + _lines_end(part),
        max(height, 10 + 14.0 * ends),
    )


def _lines_end(part: Part) -> float:
    """Return what the three bars of a queue take from its right."""
    return 14.0 if part.kind == "queue" else 0.0


def _lines(part: Part) -> list[str]:
    kind = {"external": "external system"}.get(part.kind, part.kind)
    first = [] if part.kind == "client" else [kind]
    return first + [short(line, 36) for line in part.lines]


def label_lines(flow: Flow, *, wrapped: bool = True) -> list[str]:
    """Return what stands on a line: how often and what, then the policy, then what is held meanwhile."""
    names = [short(name, 20) for name in flow.operations[:OPERATIONS_SHOWN]]
    more = len(flow.operations) - len(names)
    named = ", ".join(names) + (f" + {more}" if more > 0 else "")
    often = ""
    if flow.rate is not None:
        often = f"{'at most ' if flow.at_most else ''}{wording.per_second(flow.rate)}"
    texts = [f"{often} {named}".strip(), *flow.policy]
    if flow.held:
        texts.append(f"holding {', '.join(short(name, 20) for name in flow.held)}")
    if not wrapped:
        return [text for text in texts if text]
    return [line for text in texts if text for line in textwrap.wrap(text, LABEL_WIDTH)]


def _label_size(flow: Flow) -> Size:
    lines = label_lines(flow)
    if not lines:
        return Size(0, 0)
    return Size(round(max(text_width(line) for line in lines) + 8, 1), LEADING * len(lines) + 4)


def _line(route: Route, flow: Flow) -> str:
    kind = "line message" if flow.is_message else "line"
    points = route.points
    d = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 == y2:
            d.append(f"H{x2:g}")
        else:
            bend = (x2 - x1) * 0.6
            d.append(f"C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}")
    return f'<path class="{kind}" marker-end="url(#bw-to)" d="{"".join(d)}"><title>{xml(_told(flow))}</title></path>'


def _told(flow: Flow) -> str:
    words = [
        *([f"{wording.per_second(flow.rate)}"] if flow.rate is not None else []),
        *flow.operations,
        *flow.policy,
    ]
    words += [f"holding {name}" for name in flow.held]
    return f"{flow.source} to {flow.target}" + (f": {', '.join(words)}" if words else "")


def _label(spot: Spot, flow: Flow) -> str:
    rows = []
    for number, line in enumerate(label_lines(flow)):
        kind = ' class="soft"' if number else ""
        y = spot.y + LEADING * (number + 1) - 2
        rows.append(f'<text{kind} x="{spot.x + 4:g}" y="{y:g}">{xml(line)}</text>')
    return f'<g><rect class="paper" x="{spot.x:g}" y="{spot.y:g}" width="{spot.width:g}" height="{spot.height:g}"/>{"".join(rows)}</g>'


def _box(part: Part, spot: Spot) -> str:
    top = spot.y + (10 if part.kind == "store" else 0)
    x = spot.x + PAD
    rows = [f'<text class="name" x="{x:g}" y="{top + 20:g}">{xml(short(part.name))}</text>']
    y = top + 20
    for line in _lines(part):
        y += LEADING
        rows.append(f'<text class="soft" x="{x:g}" y="{y:g}">{xml(line)}</text>')
    if part.used is not None:
        rows.append(_bar(part.used, x, y + 8, spot.width - 2 * PAD - _lines_end(part)))
    return f"<g><title>{xml(part.name)}</title>{_outline(part, spot)}{''.join(rows)}</g>"


def _outline(part: Part, spot: Spot) -> str:
    x, y, w, h = spot.x, spot.y, spot.width, spot.height
    kind = {"service": "box own", "external": "box external"}.get(part.kind, "box")
    if part.kind == "store":  # a drum
        lid = f"M{x:g} {y + 7:g}A{w / 2:g} 7 0 0 0 {x + w:g} {y + 7:g}"
        body = f"M{x:g} {y + 7:g}A{w / 2:g} 7 0 0 1 {x + w:g} {y + 7:g}V{y + h - 7:g}A{w / 2:g} 7 0 0 1 {x:g} {y + h - 7:g}z"
        return f'<path class="box" d="{body}"/><path class="thin" d="{lid}"/>'
    box = f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{ROUND.get(part.kind, 0):g}"/>'
    if part.kind == "queue":  # messages in line
        bars = "".join(f"M{x + w - 6 - 5 * n:g} {y:g}V{y + h:g}" for n in range(3))
        return f'{box}<path class="thin" d="{bars}"/>'
    if part.kind == "cache":  # a folded corner
        return f'<path class="box" d="M{x:g} {y:g}H{x + w - 12:g}L{x + w:g} {y + 12:g}V{y + h:g}H{x:g}z"/>'
    return box


def _bar(used: Used, x: float, y: float, width: float) -> str:
    """Return how much is used as a bar and in words; a full bar is hatched from LOADED on, whole and plain from FULL on."""
    state = "unstable" if used.share >= FULL else "loaded" if used.share >= LOADED else "fine"
    filled = width * min(max(used.share, 0), 1)
    shape = f'<rect class="bar" x="{x:g}" y="{y:g}" width="{width:g}" height="{BAR:g}"/>'
    shape += f'<rect class="{state}" x="{x:g}" y="{y:g}" width="{filled:.1f}" height="{BAR:g}"/>'
    if state == "loaded":
        shape += f'<rect fill="url(#bw-hatch)" x="{x:g}" y="{y:g}" width="{filled:.1f}" height="{BAR:g}"/>'
    return f'{shape}<text x="{x:g}" y="{y + BAR + 13:g}">{xml(_used_words(used))}</text>'


def _used_words(used: Used) -> str:
    return f"{share(round(used.share, 3))} used" + (f", {used.word}" if used.word else "")


def _legend(sketch: Sketch) -> str:
    kinds = {part.kind for part in sketch.parts}
    words = ["a line is a call, with how often it is first tried"]
    if "queue" in kinds:
        words.append("dotted: a message, nobody waits")
    if "external" in kinds:
        words.append("dashed box: not yours")
    if "pool" in kinds:
        words.append("rounded: a pool of connections")
    return "; ".join(words)


def summary(
    sketch: Sketch,
    kinds: Sequence[str] = ("service", "store", "external", "queue", "cache", "pool"),
) -> str:
    """Return how many parts of each kind there are, in words."""
    plural = {"service": "services", "store": "stores", "external": "external systems", "queue": "queues", "cache": "caches", "pool": "pools"}  # fmt: skip
    counted = [(kind, sum(part.kind == kind for part in sketch.parts)) for kind in kinds]
    one = {"external": "external system"}
    told = [f"{n} {plural[k] if n != 1 else one.get(k, k)}" for k, n in counted if n]
    return ", ".join(told) or "no parts"
