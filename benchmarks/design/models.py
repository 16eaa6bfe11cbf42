"""Blueprints of the servers that are measured: calibrated at two loads, then read like anybody's YAML."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks.design.rig import SHARES, Kind, Rig, Server, poisson

from backwright.design.fitting import Level, law_of
from backwright.design.net import Net
from backwright.design.observed import Sample, read_header
from backwright.design.programs import plan_of
from backwright.design.reading import read_design
from backwright.model.measured import LoadRun

LOW = 25.0  # requests per second of the first load
SKIP = 0.1


@dataclass(frozen=True)
class Calibration:
    """What two loads told, s.

    Attributes:
        waits: Empirical law of what the database adds to the size of a class (I/O), or of the query (CPU).
        release: Law of giving a connection back, which with asyncpg is a round trip of its own.
        cpu: CPU of a request beyond what grows with its size, at the higher load; cpu_low at the lower.
        inside: The part of it within the application.
        per_round: CPU of one round of hashing; 0 for I/O.
        network: What client and network add.
    """

    waits: tuple[tuple[float, float], ...]
    release: tuple[tuple[float, float], ...]
    cpu: float
    cpu_low: float
    inside: float
    per_round: float
    network: float
    troubles: tuple[str, ...]


def sampled(run: LoadRun, rate: float) -> tuple[Level, list[int]]:
    """Return the samples of a run after its first part, and the class of each."""
    samples: list[Sample] = []
    latencies: list[float] = []
    classes: list[int] = []
    for n, header in enumerate(run.timing):
        sample = read_header(header, "app", run.plan.at[n]) if header else None
        if sample is not None and run.plan.at[n] >= SKIP * run.plan.at[-1]:
            samples.append(sample)
            latencies.append(run.latency[n])
            classes.append(run.plan.which[n])
    return Level(rate, tuple(samples), tuple(latencies)), classes


def calibrate(
    rig: Rig, server: Server, kind: Kind, high: float, seconds: float, seed: int
) -> Calibration:
    """Measure a server at a low and at a higher load."""
    with rig.serving(server) as port:
        rig.warm(kind, port)
        low_run = rig.load(poisson(kind, port, LOW, seconds, seed + 1))
        high_run = rig.load(poisson(kind, port, high, seconds, seed + 2))
    low, classes = sampled(low_run, LOW)
    busy, busy_classes = sampled(high_run, high)
    troubles = tuple(t for t in (rig.trouble(low_run), rig.trouble(high_run)) if t)
    size, busy_size = [kind.sizes[c] for c in classes], [kind.sizes[c] for c in busy_classes]
    total_low, total = _per_request(low.samples), _per_request(busy.samples)
    own = [s.cpu for s in busy.samples if s.cpu is not None]
    inside, per_round = (fmean(own) if own else 0.0), 0.0
    if kind.path == "cpu":
        inside, per_round = (
            _line(busy_size, own) if own else (0.0, _line(*_paired(low.samples, size))[1])
        )
    cpu = max(0.0, total - per_round * fmean(busy_size))
    outside = max(0.0, cpu - max(0.0, inside))
    waits = _undisturbed(
        *(
            [
                max(0.0, dict(s.sections).get("db.sleep", x) - x)
                for s, x in zip(level.samples, sizes, strict=True)
            ]
            if kind.path == "io"
            else [spent for s in level.samples for name, spent in s.sections if name == "db.read"]
            for level, sizes in ((low, size), (busy, busy_size))
        )
    )
    release = _undisturbed(
        *(
            [spent for s in level.samples for name, spent in s.sections if name == "db.release"]
            for level in (low, busy)
        )
    )
    beyond = min(
        median(
            lat - s.wall
            for s, lat in zip(level.samples, level.latencies, strict=True)
            if lat == lat
        )
        for level in (low, busy)
    )
    return Calibration(
        law_of(waits), law_of(release), cpu, max(0.0, total_low - per_round * fmean(size)), max(0.0, inside), per_round,
        max(0.0, beyond - outside), troubles,
    )  # fmt: skip


def _undisturbed(*levels: Sequence[float]) -> Sequence[float]:
    """Return the times of the load at which the median is least: waking up adds at low loads, queueing at high."""
    return min((level for level in levels if level), key=median, default=())


def _per_request(samples: Sequence[Sample]) -> float:
    """Return CPU of the process per request between the first and the last answer."""
    used = sorted((s.process or 0.0) for s in samples)
    return (used[-1] - used[0]) / (len(used) - 1)


def _paired(samples: Sequence[Sample], size: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return sizes and the CPU that the process burnt until each answer since the one before."""
    rows = sorted((s.process or 0.0, x) for s, x in zip(samples, size, strict=True))
    steps = [(x, b - a) for (a, _), (b, x) in zip(rows, rows[1:], strict=False)]
    return [x for x, _ in steps], [y for _, y in steps]


def _line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Return intercept and slope of the least-squares line."""
    mx, my = fmean(x), fmean(y)
    slope = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum(
        (a - mx) ** 2 for a in x
    )
    return my - slope * mx, slope


def blueprint(
    server: Server,
    kind: Kind,
    made: Calibration,
    *,
    pool: int = 4,
    workers: int = 1,
    acquire: float = 0.0,
    calls: str = "",
) -> str:
    """Return the YAML: a handler for each class, the pool held over all that happens on a connection."""
    service = (
        f"model: eventloop, loops: 1, instances: {workers}"
        if server.model == "eventloop"
        else f"workers: {16 if workers == 1 else workers}, cores: 1"
    )
    lines = [
        "version: 1",
        f"name: {server.name}-{kind.path}",
        "workload:",
        "  rate: 100/s",
        "  mix:",
    ]
    lines += [f"    app.{kind.path}{n:02}: {share * 100:g} %" for n, share in enumerate(SHARES)]
    lines += [
        "services:",
        "  app:",
        *(f"    {each.strip()}" for each in service.split(",")),
        "    handlers:",
    ]
    outside = max(0.0, made.cpu - made.inside) if made.inside else made.cpu
    has_pool = server.name != "node" or kind.path == "io"
    for n, size in enumerate(kind.sizes):
        first = (
            outside / 2
            + made.per_round * size
            + (0.0 if made.per_round and has_pool else made.inside / 2)
        )
        lines += [f"      {kind.path}{n:02}:", f"        - cpu: {_constant(first)}"]
        if has_pool:
            lines += [
                "        - hold: pool",
                "          steps:",
                f"            - call: db.{'read' if made.per_round else f'sleep{n:02}'}",
            ]
            if made.per_round:  # the loop is needed again for each answer of the database
                lines.append(f"            - cpu: {_constant(made.inside / 2)}")
            if made.release:
                lines.append("            - call: db.release")
        lines.append(f"        - cpu: {_constant(outside / 2 + made.inside / 2)}")
    lines += ["stores:", "  db:", "    servers: 1000", "    operations:"]
    if made.per_round:
        lines.append(f"      read: {_law(made.waits or ((0.0, 0.0), (1.0, 1e-6)))}")
    else:
        for n, size in enumerate(kind.sizes):
            lines += [
                f"      sleep{n:02}:",
                f"        - wait: {_constant(size)}",
                f"        - wait: {_law(made.waits)}",
            ]
    if made.release:
        lines.append(f"      release: {_law(made.release)}")
    patience = f", acquire_timeout: {acquire:g} s" if acquire else ""
    lines += ["pools:", f"  pool: {{owner: app, to: db, size: {pool}{patience}}}"]
    if calls:
        lines += ["calls:", f"  client -> app: {calls}"]
    return "\n".join(lines) + "\n"


def _constant(seconds: float) -> str:
    return f"constant({seconds * 1e6:.1f} us)"


def _law(points: Sequence[tuple[float, float]]) -> str:
    told = ", ".join(f"[{share:g}, {max(0.0, time) * 1e6:.1f} us]" for share, time in points)
    mean = sum((b - a) * (x + y) / 2 for (a, x), (b, y) in zip(points, points[1:], strict=False))
    return f"{{mean: {mean * 1e6:.2f} us, shape: empirical, points: [{told}], source: measured, ref: calibration, date: 2026-01-01}}"


def net_of(text: str) -> Net:
    """Read a blueprint and return what the engine simulates."""
    reading = read_design(text)
    if reading.design is None:
        raise SystemExit("\n".join(f"line {line}: {why}" for line, why in reading.problems[:10]))
    return plan_of(reading.design).net
