"""Blueprints of the servers that are measured: calibrated at two loads, then read like anybody's YAML."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from statistics import fmean, median

import numpy as np

from backwright.design.measured.fitting import Level, law_of
from backwright.design.measured.observed import Sample, read_header
from backwright.design.net import Net
from backwright.design.programs import plan_of
from backwright.design.written.reading import read_design
from backwright.model.measured import LoadRun
from benchmarks.design.rig import SHARES, Kind, Rig, Server, poisson

SKIP = 0.1


@dataclass(frozen=True)
class Calibration:
    """What two loads told, s.

    Attributes:
        waits: Empirical law of what the database adds to the size of a class (I/O), or of the query (CPU).
        release: Law of giving a connection back, which with asyncpg is a round trip of its own.
        cpu: (rate, CPU of a request beyond what grows with its size) at each load; it falls with the load.
        inside: The part of it within the application.
        per_round: CPU of one round of hashing; 0 for I/O.
        network: What client and network add.
    """

    waits: tuple[tuple[float, float], ...]
    release: tuple[tuple[float, float], ...]
    cpu: tuple[tuple[float, float], ...]
    inside: float
    per_round: float
    network: float
    troubles: tuple[str, ...]

    def cpu_at(self, rate: float) -> float:
        """Return the CPU of a request at a rate: linear in the time between requests, as `fixed / rate` is."""
        gaps = [1 / at for at, _ in reversed(self.cpu)]
        return float(np.interp(1 / rate, gaps, [value for _, value in reversed(self.cpu)]))


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
    rig: Rig, server: Server, kind: Kind, rates: Sequence[float], seconds: float, seed: int
) -> Calibration:
    """Measure a server at several loads, the lowest first."""
    levels: list[Level] = []
    sizes: list[list[float]] = []
    troubles = []
    with rig.serving(server) as port:
        rig.warm(kind, port)
        for number, rate in enumerate(rates):
            run = rig.load(poisson(kind, port, rate, seconds, seed + 1 + number))
            level, classes = sampled(run, rate)
            levels.append(level)
            sizes.append([kind.sizes[c] for c in classes])
            troubles += [t] if (t := rig.trouble(run)) else []
    own = [s.cpu for s in levels[-1].samples if s.cpu is not None]
    inside, per_round = (fmean(own) if own else 0.0), 0.0
    if kind.path == "cpu":
        inside, per_round = (
            _line(sizes[-1], own)
            if own
            else (0.0, _line(*_paired(levels[-1].samples, sizes[-1]))[1])
        )
    inside = max(0.0, inside)
    cpu = [
        max(0.0, _per_request(x.samples) - per_round * fmean(size))
        for x, size in zip(levels, sizes, strict=True)
    ]
    waits = (
        _undisturbed(*map(_waits, levels, sizes))
        if kind.path == "io"
        else _undisturbed(*(_section(x, "db.read") for x in levels))
    )
    release = _undisturbed(*(_section(x, "db.release") for x in levels))
    if kind.path == "cpu":  # the turns of the loop within these sections are steps of their own
        waits, release = ([max(0.0, each - inside / 2) for each in law] for law in (waits, release))
    beyond = min(
        median(lat - s.wall for s, lat in zip(x.samples, x.latencies, strict=True) if not isnan(lat)) - max(0.0, each - inside)
        for x, each in zip(levels, cpu, strict=True)
    )  # fmt: skip
    return Calibration(
        law_of(waits), law_of(release), tuple(zip(rates, cpu, strict=True)),
        inside, per_round, max(0.0, beyond), tuple(troubles),
    )  # fmt: skip


def _section(level: Level, name: str) -> list[float]:
    return [spent for s in level.samples for section, spent in s.sections if section == name]


def _waits(level: Level, sizes: Sequence[float]) -> list[float]:
    """Return what the database took beyond the time that it was asked to sleep."""
    return [
        max(0.0, dict(s.sections).get("db.sleep", x) - x)
        for s, x in zip(level.samples, sizes, strict=True)
    ]


def _undisturbed(*levels: Sequence[float]) -> Sequence[float]:
    """Return the times of the load at which the mean is least: waking up adds at low loads, queueing at high."""
    return min((level for level in levels if level), key=fmean, default=())


def _per_request(samples: Sequence[Sample]) -> float:
    """Return CPU of the event loop or process per request between the first and the last answer."""
    used = sorted((s.busy or 0.0) for s in samples)
    return (used[-1] - used[0]) / (len(used) - 1)


def _paired(samples: Sequence[Sample], size: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return sizes and the CPU that the process burnt until each answer since the one before."""
    rows = sorted((s.busy or 0.0, x) for s, x in zip(samples, size, strict=True))
    steps = [(x, b - a) for (a, _), (b, x) in pairwise(rows)]
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
    rate: float,
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
    outside = max(0.0, made.cpu_at(rate) - made.inside)
    has_pool = server.name != "node" or kind.path == "io"
    for n, size in enumerate(kind.sizes):
        first = outside / 2 + made.per_round * size
        if not has_pool:  # one turn of the loop from the first byte to the last
            first += outside / 2 + made.inside
        elif not made.per_round:
            first += made.inside / 2
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
        if has_pool:
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
    mean = sum((b - a) * (x + y) / 2 for (a, x), (b, y) in pairwise(points))
    return f"{{mean: {mean * 1e6:.2f} us, shape: empirical, points: [{told}], source: measured, ref: calibration, date: 2026-01-01}}"


def net_of(text: str) -> Net:
    """Read a blueprint and return what the engine simulates."""
    reading = read_design(text)
    if reading.design is None:
        raise SystemExit("\n".join(f"line {line}: {why}" for line, why in reading.problems[:10]))
    return plan_of(reading.design).net
