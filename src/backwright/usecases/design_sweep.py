"""Design sweep: one number through a range; or loads and bursts, to see what a burst leaves behind."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from backwright.design.drawn import charts
from backwright.design.drawn.figures import Curve, Dot, Grid, Sweep
from backwright.design.layers.flows import Values
from backwright.design.layers.layered import layers_of
from backwright.design.layers.stability import rate_of
from backwright.design.programs import plan_of
from backwright.design.trials.metastable import Cell, Defence, map_of, rank_defences
from backwright.design.trials.simulating import Estimate, Sample, replicate, run_length
from backwright.design.trials.sizing import ceiling
from backwright.model.design import Design
from backwright.model.errors import BadRequest
from backwright.usecases.bench import Bench
from backwright.usecases.design_file import load_design
from backwright.usecases.spec import Mark

POINTS_MAX = 60
RUNS, ARRIVALS = 6, 8000
RANGE = re.compile(r"\s*([\d.eE+-]+)\s*([^\d.]*?)\s*\.\.\s*([\d.eE+-]+)\s*(\S*)\s*")
BURST = 3.0
LEAST, MOST = 1e-3, 1e9  # requests per second between which the ceiling is looked for


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[
        str, "Blueprint file, or a bundled example such as shop", Mark(positional=True, disk="file")
    ]
    over: Annotated[str, "What to vary: workload.rate=20..100/s, or orders.workers=8,16,24"] = ""
    points: Annotated[int, "Points of a range"] = 9
    metastability: Annotated[bool, "Loads and bursts: where does it not come back by itself?"] = False  # fmt: skip
    defences: Annotated[bool, "Which change lets it recover from a burst, ranked"] = False
    burst: Annotated[float, "For --defences: so many times the arrivals for 10 s"] = BURST
    load: Annotated[float, "For --defences: share of the ceiling that is asked for"] = 0.7
    rate: Annotated[str, "Arrivals, instead of those in the file: 120 or 120/s"] = ""
    set: Annotated[tuple[str, ...], "Change a number: orders.workers=24", Mark(metavar="K=V")] = ()
    seed: Annotated[int, "Of the random numbers; the same seed gives the same answer"] = 7
    format: Annotated[Literal["text", "svg"], "Text, or the curve or map as a picture"] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""


@dataclass(frozen=True)
class Point:
    """One value of what is varied.

    Attributes:
        text: As it was set; number: for the axis.
        latency: Mean and percentiles; empty if unstable.
        unstable: What is offered more than it can do, "" if nothing is.
        ceiling_share: Offered share of what is fullest.
    """

    text: str
    number: float
    latency: tuple[Estimate, ...]
    failed: float
    fullest: str
    ceiling_share: float
    unstable: str


@dataclass(frozen=True)
class Swept:
    """What a sweep found: points, or the map of loads and bursts, or ranked defences.

    Attributes:
        ceiling: Arrivals per second at which the first part is full; 0 if not looked for.
        chart: Curves over a number, or the map; svg: the same as a picture, if it was asked for.
        stopped: By the person before all was tried.
    """

    name: str
    path: str
    over: str
    points: tuple[Point, ...]
    cells: tuple[Cell, ...]
    defences: tuple[Defence, ...]
    slo_p99: float
    ceiling: float
    burst: float
    load: float
    rate: float
    runs: int
    seed: int
    chart: Sweep | Grid | None = None
    svg: str = ""
    stopped: bool = False
    settings: tuple[str, ...] = ()
    verdict: Literal["ok", "partly"] = "ok"


def run(ask: Ask, bench: Bench) -> Swept:
    """Sweep; BadRequest if nothing is varied or what is varied does not exist."""
    if ask.metastability or ask.defences:
        return _bursts(ask, bench)
    if not ask.over:
        raise BadRequest(
            "nothing to vary: name a number and its range",
            hint=f"backwright design sweep {ask.path} --over workload.rate=20..100/s",
        )
    where, texts = _values(ask)
    made: list[Point] = []
    stopped = False
    design = load_design(ask.path, ask.set, bench, ask.rate)
    try:
        for text in texts:
            changed = load_design(ask.path, (*ask.set, f"{where}={text}"), bench, ask.rate)
            bench.progress(f"sweeping  {where}={text}   {len(made) + 1} of {len(texts)}   Ctrl-C keeps this")  # fmt: skip
            made.append(_point(changed, text, ask, bench))
    except KeyboardInterrupt:
        if not made:
            raise
        stopped = True
    return _swept(ask, design, points=tuple(made), stopped=stopped)


def _swept(
    ask: Ask,
    design: Design,
    *,
    points: tuple[Point, ...] = (),
    cells: tuple[Cell, ...] = (),
    defences: tuple[Defence, ...] = (),
    full: float = 0.0,
    stopped: bool = False,
) -> Swept:
    limit = next((seconds for point, seconds in design.slo.latency if point == 99.0), 0.0)
    rate = design.workload.rate.value if design.workload.rate else 0.0
    chart: Sweep | Grid | None = None
    if cells:
        chart = _grid(design, cells, full)
    elif all(point.number for point in points) and len(points) > 1:
        chart = _curves(design, ask, points, limit)
    picture = ""
    if chart and ask.format == "svg":
        picture = charts.grid(chart) if isinstance(chart, Grid) else charts.sweep(chart)
    return Swept(
        name=design.name,
        path=ask.path,
        over=ask.over.partition("=")[0],
        points=points,
        cells=cells,
        defences=defences,
        slo_p99=limit,
        ceiling=full,
        burst=ask.burst,
        load=ask.load,
        rate=rate,
        runs=RUNS,
        seed=ask.seed,
        chart=chart,
        svg=picture,
        stopped=stopped,
        settings=ask.set,
        verdict="partly" if stopped else "ok",
    )


def _grid(design: Design, cells: tuple[Cell, ...], ceiling: float) -> Grid:
    loads, bursts = sorted({c.load for c in cells}), sorted({c.burst for c in cells})
    at = {(c.load, c.burst): c.aftermath.after for c in cells}
    return Grid(
        f"{design.name}: answered after a burst of 10 s",
        "burst, times the arrivals",
        tuple(f"{burst:g}x" for burst in bursts),
        "load",
        tuple(f"{load:.0%} ({load * ceiling:.3g}/s)" for load in loads),
        tuple(tuple(at.get((load, burst)) for burst in bursts) for load in loads),
        "all answered",
        "none",
    )


def _curves(design: Design, ask: Ask, points: tuple[Point, ...], limit: float) -> Sweep:
    made = []
    for name, wanted in (("p99", 99.0), ("p50", 50.0)):
        found = [(p.number, e) for p in points for e in p.latency if e.percentile == wanted]
        dots = tuple(Dot(x, e.value * 1000, e.low * 1000, e.high * 1000) for x, e in found)
        made.append(Curve(name, dots))
    broken = [point.number for point in points if point.unstable]
    unit = re.sub(r"^[\d.eE+-]+\s*", "", points[0].text)
    name = ask.over.partition("=")[0].strip()
    return Sweep(
        f"{design.name}: latency over {name}",
        name,
        unit,
        "latency",
        "ms",
        tuple(curve for curve in made if curve.dots),
        limit * 1000 or None,
        unstable_from=min(broken) if broken and min(broken) > points[0].number else None,
        until=points[-1].number,
    )


def _values(ask: Ask) -> tuple[str, list[str]]:
    where, equals, said = ask.over.partition("=")
    hint = f"backwright design sweep {ask.path} --over workload.rate=20..100/s"
    if not equals or not said.strip():
        raise BadRequest(f"--over {ask.over}: write PATH=FROM..TO or PATH=A,B,C", hint=hint)
    match = RANGE.fullmatch(said)
    if match is None:
        texts = [each.strip() for each in said.split(",") if each.strip()]
    else:
        try:
            low, high = float(match[1]), float(match[3])
        except ValueError:
            raise BadRequest(
                f"--over {ask.over}: '{said}' is no range of numbers", hint=hint
            ) from None
        if not 2 <= ask.points <= POINTS_MAX or low >= high:
            raise BadRequest(f"--over {said} with {ask.points} points: a range rises, and has 2 to {POINTS_MAX} points", hint=hint)  # fmt: skip
        is_whole = not match[4] and low == int(low) and high == int(high)
        values = [low + (high - low) * i / (ask.points - 1) for i in range(ask.points)]
        if is_whole:
            values = sorted({float(round(value)) for value in values})
        texts = [f"{value:.6g}{match[4]}" for value in values]
    if len(texts) > POINTS_MAX:
        raise BadRequest(f"{len(texts)} points; at most {POINTS_MAX}", hint=hint)
    return where.strip(), texts


def _point(design: Design, text: str, ask: Ask, bench: Bench) -> Point:
    rate = rate_of(design, Values())
    layers = layers_of(design, rate)
    fullest = max(layers.uses, key=lambda use: use.used, default=None)
    number = float(re.match(r"[\d.eE+-]+", text)[0]) if re.match(r"\d", text) else 0.0  # type: ignore[index]
    full, share = (fullest.resource.name, fullest.used) if fullest else ("", 0.0)
    if not layers.is_stable and rate:
        unstable = layers.unstable[0].resource.name if layers.unstable else full
        return Point(text, number, (), 0.0, full, share, unstable)
    plan = plan_of(design)
    sample: Sample = replicate(plan, ask.seed, executor=bench.executor, runs=RUNS, length=run_length(plan, ARRIVALS), tight=None, at_once=RUNS)  # fmt: skip
    return Point(
        text, number, sample.latency(), sample.of(lambda s: s.failed).value, full, share, ""
    )


def _bursts(ask: Ask, bench: Bench) -> Swept:
    if not 0 < ask.load < 2 or not 1 < ask.burst <= 100:
        raise BadRequest(
            f"--load {ask.load:g} --burst {ask.burst:g}: a load between 0 and 2, a burst between 1 and 100",
            hint=f"backwright design sweep {ask.path} --defences --load 0.7 --burst 3",
        )
    design = load_design(ask.path, ask.set, bench, ask.rate)
    found = ceiling(design, LEAST, MOST)
    if found is None:
        raise BadRequest(
            f"nothing in {ask.path} is ever full, so no burst can be too much",
            hint=f"backwright design check {ask.path}",
        )
    full = found[1]

    def on_each(done: int) -> bool:
        bench.progress(f"simulating bursts  {done} done   Ctrl-C stops")
        return True

    if ask.defences:
        ranked = rank_defences(design, ask.load * full, ask.burst, ask.seed, executor=bench.executor, on_trial=on_each)  # fmt: skip
        return _swept(ask, design, defences=ranked, full=full)
    cells = map_of(design, full, ask.seed, executor=bench.executor, on_cell=on_each)
    return _swept(ask, design, cells=cells, full=full)
