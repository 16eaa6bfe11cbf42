"""Predicted and measured on real servers: python -m benchmarks.design.validate --out docs/validation (about 14 minutes).

Calibrates each server at two loads, predicts with the engine, runs, compares; changes settings and compares
the effect; overloads a server whose clients retry. Runs on a machine that others use are rejected and
counted. --fifo runs server, database, generator and probe with real-time priority (Linux, root); --quick
takes about four minutes, for a look.
"""

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import inf, isnan
from pathlib import Path

import numpy as np

from backwright.design.engine import simulate
from backwright.design.measured.comparing import (
    agree,
    measured_effect,
    percentile,
    predicted_effect,
)
from backwright.design.measured.predicting import blind, ceiling, same_arrivals
from backwright.design.net import Net
from backwright.model.measured import LoadPlan, LoadRun
from benchmarks.design.models import Calibration, blueprint, calibrate, net_of, sampled
from benchmarks.design.reporting import markdown
from benchmarks.design.rig import (
    CPU,
    CPU_NODE,
    IO,
    IO_WHOLE,
    SERVERS,
    Kind,
    Rig,
    arrivals,
    poisson,
    rig,
)

SHARES = (0.3, 0.6, 0.8)
SKIP = 0.1
WARM_SHORT = 3.0  # s, for a change, where both sides are as warm
CALIBRATE_AT = {"io": (25.0, 150.0, 270.0), "cpu": (25.0, 150.0, 350.0)}  # requests per second
PERCENTS = [*range(1, 100), 99.5]


@dataclass(frozen=True)
class Point:
    """One load of one server; times in ms, errors predicted / measured - 1."""

    server: str
    kind: str
    share: float
    rate: float
    requests: int
    p50: tuple[float, float, float]
    p99: tuple[float, float, float]
    same_p50: float
    same_p99: float
    blind_p50: float
    blind_p99: float
    cpu_ms: float
    foreign: float | None
    hypervisor: float | None
    stolen: float
    lag_ms: float
    trouble: str
    pace: float  # time for a fixed piece of work over that at calibration
    measured_ms: list[float]

    @property
    def errors(self) -> dict[str, float]:
        """Return the four errors by name."""
        return {
            "p50": self.same_p50 / self.p50[0] - 1, "p99": self.same_p99 / self.p99[0] - 1,
            "blind p50": self.blind_p50 / self.p50[0] - 1, "blind p99": self.blind_p99 / self.p99[0] - 1,
        }  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A change of one server; effects on p99 as (ratio, low, high)."""

    server: str
    kind: str
    change: str
    rate: float
    predicted: tuple[float, float, float]
    measured: tuple[float, float, float] | None
    measured_anyway: tuple[float, float, float]
    sign: bool | None
    sign_anyway: bool | None
    pairs: int
    rejected: int
    failed: tuple[float, float, float, float]


@dataclass(frozen=True)
class Collapse:
    """A burst on a server whose clients retry: share of requests that succeed at the end."""

    name: str
    rate: float
    measured: float
    predicted: float
    before: float
    state: str
    predicted_state: str
    foreign: float | None
    trouble: str
    goodput: list[float]
    predicted_goodput: list[float]


class Bench:
    """What is measured, one after the other."""

    def __init__(self, on: Rig, seconds: float, rounds: int, seed: int) -> None:
        self.rig, self.seconds, self.rounds, self.seed = on, seconds, rounds, seed
        self._known: dict[tuple[str, str], Calibration] = {}
        self._paces: dict[tuple[str, str], float] = {}

    def calibration(self, server: str, kind: Kind) -> Calibration:
        key = server, kind.path
        if key not in self._known:
            before = self.rig.pace()
            made = calibrate(
                self.rig,
                SERVERS[server],
                kind,
                CALIBRATE_AT[kind.path],
                self.seconds * (0.5 if kind.path == "io" else 0.8),
                self.seed,
            )
            self._known[key] = made
            self._paces[key] = (before + self.rig.pace()) / 2
            say(
                f"{server} {kind.path}: CPU {', '.join(f'{c * 1e3:.2f} ms at {r:g}/s' for r, c in made.cpu)}, {made.per_round * 1e6:.2f} us a round; network {made.network * 1e3:.2f} ms, {shape(made.waits)} {shape(made.release)} {' '.join(made.troubles)}"
            )
        return self._known[key]

    def net(self, server: str, kind: Kind, rate: float = 250.0, **settings: object) -> Net:
        return net_of(
            blueprint(SERVERS[server], kind, self.calibration(server, kind), rate, **settings)
        )  # type: ignore[arg-type]

    def points(self, server: str, kind: Kind) -> list[Point]:
        made = self.calibration(server, kind)
        _, most = ceiling(self.net(server, kind), 1)
        found = []
        with self.rig.serving(SERVERS[server]) as port:
            self.rig.warm(kind, port)
            for share in SHARES:
                net = self.net(server, kind, share * most)
                for number in range(self.rounds):
                    plan = poisson(
                        kind,
                        port,
                        share * most,
                        self.seconds,
                        self.seed + 31 * number + round(share * 100) + 7 * len(server + kind.path),
                    )
                    before = self.rig.pace()
                    run = self.rig.load(plan)
                    pace = (before + self.rig.pace()) / 2 / self._paces[server, kind.path]
                    found.append(
                        self._point(server, kind, share, plan, run, net, made.network, pace)
                    )
        return found

    def _point(
        self,
        server: str,
        kind: Kind,
        share: float,
        plan: LoadPlan,
        run: LoadRun,
        net: Net,
        network: float,
        pace: float,
    ) -> Point:
        skip = SKIP * plan.at[-1]
        values = kept(run)
        p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
        rate = len(plan.at) / plan.at[-1]
        same = same_arrivals(net, plan.at, plan.which, self.seed, network=network, skip=skip)
        unseen = blind(at_rate(net, rate), rate, self.seed, network=network)
        level, _ = sampled(run, rate)
        used = sorted(s.busy or 0.0 for s in level.samples)
        seen = run.interference
        point = Point(
            server, kind.path, share, rate, len(plan.at), ms(p50), ms(p99), same.p50.value * 1e3, same.p99.value * 1e3,
            unseen.p50.value * 1e3, unseen.p99.value * 1e3, (used[-1] - used[0]) / max(1, len(used) - 1) * 1e3,
            seen.foreign if seen else None, seen.hypervisor if seen else None, seen.stolen if seen else 1.0, run.lag_p99 * 1e3, self.rig.trouble(run, pace),
            pace,
            [round(float(x) * 1e3, 2) for x in np.percentile(values, PERCENTS)],
        )  # fmt: skip
        told = ", ".join(f"{name} {error * 100:+.0f} %" for name, error in point.errors.items())
        say(
            f"  {server} {kind.path} {share:.0%} {rate:.0f}/s p50 {point.p50[0]:.2f} p99 {point.p99[0]:.1f} ms, CPU {point.cpu_ms:.2f}, pace {pace:.2f}: {told} {point.trouble}"
        )
        return point

    def change(
        self, server: str, kind: Kind, change: str, before: dict, after: dict, at: float
    ) -> Tried:
        nets = [self.net(server, kind, **side) for side in (before, after)]
        network = self.calibration(server, kind).network
        rate = at * min(ceiling(net, 1)[1] for net in nets)
        nets = [self.net(server, kind, rate, **side) for side in (before, after)]
        pairs: list[tuple[list[float], list[float]]] = []
        every: list[tuple[list[float], list[float]]] = []
        failures = [0.0, 0.0]
        plan: LoadPlan | None = None
        for number in range(self.rounds + 1):
            runs = []
            for side in (before, after):
                with self.rig.serving(SERVERS[server], **side) as port:
                    self.rig.warm(kind, port, WARM_SHORT)
                    plan = poisson(kind, port, rate, self.seconds * 0.7, self.seed + 500 + number)
                    runs.append(self.rig.load(plan))
            sides = kept(runs[0]), kept(runs[1])
            every.append(sides)
            failures = [
                f + (1 - run.count("ok") / len(run.plan.at)) / (self.rounds + 1)
                for f, run in zip(failures, runs, strict=True)
            ]
            if not any(self.rig.trouble(run) for run in runs):
                pairs.append(sides)
        assert plan is not None
        expected = [
            same_arrivals(
                net, plan.at, plan.which, self.seed, network=network, skip=SKIP * plan.at[-1]
            )
            for net in nets
        ]
        predicted = predicted_effect(
            [b / a for a, b in zip(expected[0].p99s, expected[1].p99s, strict=True)]
        )
        anyway = measured_effect([a for a, _ in every], [b for _, b in every], 0.99)
        measured = (
            measured_effect([a for a, _ in pairs], [b for _, b in pairs], 0.99) if pairs else None
        )
        tried = Tried(
            server, kind.path, change, rate, (predicted.ratio, predicted.low, predicted.high),
            (measured.ratio, measured.low, measured.high) if measured else None, (anyway.ratio, anyway.low, anyway.high),
            agree(predicted, measured) if measured else None, agree(predicted, anyway), len(pairs), len(every) - len(pairs),
            (failures[0], expected[0].failed, failures[1], expected[1].failed),
        )  # fmt: skip
        say(
            f"  {server} {kind.path} {change} at {rate:.0f}/s: p99 x {predicted.ratio:.2f} predicted, x {anyway.ratio:.2f} ({anyway.low:.2f}-{anyway.high:.2f}) measured, sign {tried.sign}, {len(pairs)} clean pairs"
        )
        return tried

    def collapse(self, name: str, share: float, retries: int, acquire: float) -> Collapse:
        kind, server = IO, SERVERS["uvicorn"]
        _, most = ceiling(self.net("uvicorn", kind), 1)
        rate = share * most
        calls = f"{{timeout: 250 ms, retries: {retries}, backoff: 50 ms full}}"
        net = self.net("uvicorn", kind, rate, acquire=acquire, calls=calls)
        phases = [(6.0, rate), (2.0, 3 * rate), (self.seconds * 1.5, rate)]
        with self.rig.serving(server, acquire=acquire) as port:
            self.rig.warm(kind, port)
            plan = arrivals(
                kind, port, phases, self.seed + 900, timeout=0.25, retries=retries, backoff=0.05
            )
            run = self.rig.load(plan)
        end = sum(seconds for seconds, _ in phases)
        measured = by_second(
            [(at, not isnan(x)) for at, x in zip(plan.at, run.latency, strict=True)], end
        )
        simulated = simulate(net, self.seed, inf, trace=list(zip(plan.at, plan.which, strict=True)))
        good = {round(at, 7) for started in simulated.started for at in started}
        predicted = by_second([(at, round(at, 7) in good) for at in plan.at], end)
        last, expected, before = mean(measured[-7:-1]), mean(predicted[-7:-1]), mean(measured[1:5])
        seen = run.interference
        found = Collapse(
            name, rate, last, expected, before, state(last), state(expected), seen.foreign if seen else None,
            self.rig.trouble(run), measured, predicted,
        )  # fmt: skip
        say(
            f"  {name}: {last:.2f} measured ({found.state}), {expected:.2f} predicted ({found.predicted_state}) {found.trouble}"
        )
        return found


def at_rate(net: Net, rate: float) -> Net:
    """Return the net with another arrival rate."""
    from dataclasses import replace

    return replace(net, source=replace(net.source, rate=rate))


def shape(law) -> str:
    """Return the mean of an empirical law, in words."""
    mean = sum((b - a) * (x + y) / 2 for (a, x), (b, y) in pairwise(law))
    return f"waits {mean * 1e3:.2f} ms"


def by_second(ended: list[tuple[float, bool]], end: float) -> list[float]:
    """Return the share of requests that succeed, by the second in which they were meant to start."""
    seconds = int(end)
    sent, good = [0] * seconds, [0] * seconds
    for at, ok in ended:
        if at < seconds:
            sent[int(at)] += 1
            good[int(at)] += ok
    return [round(g / s, 3) if s else 1.0 for g, s in zip(good, sent, strict=True)]


def state(share: float) -> str:
    """Return what a share of successes is called."""
    return "recovered" if share > 0.9 else "collapsed" if share < 0.5 else "between"


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def kept(run: LoadRun) -> list[float]:
    """Return latencies after the first part."""
    return run.succeeded(SKIP * run.plan.at[-1])


def ms(span) -> tuple[float, float, float]:
    return span.value * 1e3, span.low * 1e3, span.high * 1e3


def say(text: str) -> None:
    sys.stdout.write(f"{text.rstrip()}\n")
    sys.stdout.flush()


# server, kind, what changes, settings before and after, share of the lower ceiling at which it is tried
CHANGES = (
    ("uvicorn", IO, "pool 4 -> 2", {"pool": 4}, {"pool": 2}, 0.8),
    ("granian", IO, "pool 4 -> 8", {"pool": 4}, {"pool": 8}, 0.85),
    ("node", IO_WHOLE, "pool 4 -> 8", {"pool": 4}, {"pool": 8}, 0.85),
    ("threads", IO, "workers 16 -> 3", {"workers": 1}, {"workers": 3}, 0.8),
    ("uvicorn", IO, "acquire time-out none -> 30 ms", {}, {"acquire": 0.03}, 0.9),
    ("uvicorn", CPU, "processes 1 -> 2", {"workers": 1}, {"workers": 2}, 0.75),
    ("uvicorn", CPU, "pool 4 -> 32", {"pool": 4}, {"pool": 32}, 0.6),
)
# name, share of the ceiling, retries, patience for a connection (s)
COLLAPSES = (
    ("no retry", 0.7, 0, 0.0),
    ("3 retries", 0.7, 3, 0.0),
    ("3 retries, connections waited for 50 ms at most", 0.7, 3, 0.05),
    ("3 retries at a third of the load", 0.3, 3, 0.0),
)


def run(bench: Bench, only: set[str], servers: set[str], started: float) -> dict:
    points, tried, fell = [], [], []
    if "io" in only:
        for server in [s for s in ("uvicorn", "granian", "threads", "node") if s in servers]:
            points += bench.points(server, IO_WHOLE if server == "node" else IO)
    if "cpu" in only:
        for server in [s for s in ("uvicorn", "granian", "node") if s in servers]:
            points += bench.points(server, CPU_NODE if server == "node" else CPU)
    if "change" in only:
        tried = [bench.change(*each) for each in CHANGES if each[0] in servers]
    if "collapse" in only:
        fell = [bench.collapse(*each) for each in COLLAPSES]
    return {
        "date": time.strftime("%Y-%m-%d"), "minutes": round((time.perf_counter() - started) / 60, 1),
        "seed": bench.seed, "seconds": bench.seconds, "rounds": bench.rounds, "fifo": bench.rig.is_fifo,
        "cores": os.cpu_count(), "load_average": os.getloadavg()[0], "processor": processor(),
        "points": [asdict(p) | {"errors": p.errors} for p in points], "tried": [asdict(t) for t in tried],
        "collapses": [asdict(c) for c in fell],
    }  # fmt: skip


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "not known"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        "not known",
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", help="folder for validation.md and validation.json")
    parser.add_argument("--quick", action="store_true", help="short loads, for a look")
    parser.add_argument(
        "--fifo", action="store_true", help="real-time priority for all that is measured"
    )
    parser.add_argument("--only", default="io,cpu,change,collapse", help="which parts")
    parser.add_argument("--servers", default="uvicorn,granian,threads,node", help="which servers")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the database ends, too
    started = time.perf_counter()
    with rig(is_fifo=asked.fifo) as on:
        told = run(
            Bench(on, 4.0 if asked.quick else 10.0, asked.rounds, asked.seed),
            set(asked.only.split(",")),
            set(asked.servers.split(",")),
            started,
        )
    page = markdown(told)
    say(page)
    if asked.out:
        folder = Path(asked.out)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "validation.md").write_text(page)
        (folder / "validation.json").write_text(json.dumps(told, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
