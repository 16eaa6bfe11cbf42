"""Analytic answers beside a direct SimPy model of the same designs, and how long a cold answer takes.

    python -m benchmarks.design.solving [--quick]

For each design: the error of mean and percentiles of `design solve` against RUNS runs of `direct.py`, and how far
those runs differ from each other (the noise of the comparison). Last, wall time of fresh processes.
"""

import resource
import subprocess
import sys
import time
from statistics import mean, median

from backwright.design.layers.flows import Values
from backwright.design.layers.latency import Solver
from backwright.design.layers.laws import break_of, ceilings_of
from backwright.design.written.reading import read_design
from benchmarks.design.direct import Direct

RUNS, REQUESTS, QUICK = 3, 60_000, 10_000
STARTS = 15
WANTED = (0.5, 0.9, 0.95, 0.99)

HELD = """
services:
  app: {workers: 6, handlers: {get: [{cpu: exponential(5 ms)}, {call: far.read}]}}
externals: {far: {operations: {read: exponential(20 ms)}}}
"""
SHOP = """
services:
  app: {workers: 16, handlers: {get: [{cpu: constant(5 ms)}, {hold: p, steps: [{call: db.write}, {call: far.pay}]}]}}
pools: {p: {owner: app, to: db, size: 10}}
stores: {db: {servers: 10, operations: {write: exponential(25 ms)}}}
externals: {far: {operations: {pay: {mean: 182 ms, shape: lognormal, cv: 0.6}}}}
"""
LAYERS = """
services:
  app: {instances: 3, workers: 8, handlers: {get: [{cpu: "lognormal(3 ms, cv 1.2)"}, {call: db.read}, {cpu: constant(1 ms)}]}}
pools: {p: {owner: app, to: db, size: 2}}
stores: {db: {servers: 6, operations: {read: exponential(10 ms)}}}
"""
BOTH = """
services:
  app: {workers: 12, handlers: {get: [{cpu: exponential(20 ms)}, {call: db.read}]}}
stores: {db: {servers: 6, operations: {read: exponential(50 ms)}}}
"""
LOOPS = """
services:
  app: {model: eventloop, loops: 2, handlers: {get: [{cpu: exponential(3 ms)}, {call: db.read}, {cpu: constant(2 ms)}]}}
pools: {p: {owner: app, to: db, size: 8}}
stores: {db: {servers: 16, operations: {read: "lognormal(15 ms, cv 1.5)"}}}
"""
RACE = """
services:
  app: {workers: 64, handlers: {get: [{parallel: [[{call: a.r}], [{call: b.r}], [{call: a.r}]]}]}}
stores:
  a: {servers: 4, operations: {r: exponential(10 ms)}}
  b: {servers: 4, operations: {r: "lognormal(12 ms, cv 0.5)"}}
"""
CACHE = """
services:
  app:
    workers: 40
    handlers:
      get: [{cache: c, miss: [{call: db.r}]}]
      put: [{call: db.w}, {lock: stock, keys: 5, steps: [{wait: exponential(5 ms)}]}]
caches: {c: {hit: 90 %, time: constant(1 ms)}}
stores: {db: {servers: 4, operations: {r: exponential(20 ms), w: "gamma(30 ms, cv 0.7)"}}}
"""
TRIES = """
services:
  app: {workers: 30, handlers: {get: [{cpu: constant(2 ms)}, {call: far.r}]}}
externals: {far: {operations: {r: "lognormal(80 ms, cv 1)"}}}
calls:
  app -> far: {timeout: 200 ms, retries: 2, backoff: 50 ms full, failing: 2 %}
"""
DEEP = """
services:
  gate: {workers: 40, handlers: {get: [{cpu: constant(1 ms)}, {call: app.get}]}}
  app: {instances: 2, workers: 10, handlers: {get: [{cpu: exponential(4 ms)}, {hold: p, steps: [{call: db.r}, {call: db.r}]}, {call: far.r}]}}
pools: {p: {owner: app, to: db, size: 5}}
stores: {db: {servers: 8, operations: {r: exponential(20 ms)}}}
externals: {far: {operations: {r: "lognormal(30 ms, cv 0.8)"}}}
"""
ONE = """
services:
  app: {workers: 16, handlers: {get: [{cpu: constant(5 ms)}, {call: db.r}]}}
stores: {db: {servers: 1, operations: {r: exponential(8 ms)}}}
"""
LATE = """
services:
  app: {workers: 30, handlers: {get: [{cpu: constant(2 ms)}, {call: db.r}]}}
stores: {db: {servers: 6, operations: {r: exponential(40 ms)}}}
calls:
  app -> db: {timeout: 250 ms, retries: 1, backoff: 50 ms full}
"""
GET = "mix: {app.get: 100 %}"
CASES = [
    *(("held workers", HELD, f"rate: {rate}/s, {GET}") for rate in (150, 200, 220)),
    *(("pool across a call", SHOP, f"rate: {rate}/s, {GET}") for rate in (30, 40, 45)),
    *(("three layers", LAYERS, f"rate: {rate}/s, {GET}") for rate in (420, 510)),
    *(("workers and store", BOTH, f"rate: {rate}/s, {GET}") for rate in (80, 100)),
    *(("event loops", LOOPS, f"rate: {rate}/s, {GET}") for rate in (200, 320)),
    *(("fan-out", RACE, f"rate: {rate}/s, {GET}") for rate in (80, 150)),
    ("cache and locks", CACHE, "rate: 300/s, mix: {app.get: 80 %, app.put: 20 %}"),
    *(("tries", TRIES, f"rate: {rate}/s, {GET}") for rate in (100, 200)),
    *(("four layers", DEEP, f"rate: {rate}/s, mix: {{gate.get: 100 %}}") for rate in (120, 160, 185)),
    *(("one server", ONE, f"rate: {rate}/s, {GET}") for rate in (80, 110)),
    ("60 users", BOTH, f"users: 60, think: 500 ms, {GET}"),
    ("100 users", BOTH, f"users: 100, think: 500 ms, {GET}"),
]  # fmt: skip
COMMANDS = ("--version", "design check shop", "design solve shop --rate 40", "design solve saga")


def main() -> None:
    """Print the table and the times."""
    quick = "--quick" in sys.argv
    print(
        f"error in % of mean, p50, p90, p95, p99 against SimPy ({RUNS} runs); spread: of the runs' p99"
    )
    errors: list[list[float]] = []
    for name, body, load in CASES:
        row = compared(name, body, load, QUICK if quick else REQUESTS)
        errors.append(row)
    for number, what in enumerate(("mean", "p50", "p90", "p95", "p99")):
        column = [abs(row[number]) for row in errors]
        print(f"{what:<5} median {median(column):4.1f} %   largest {max(column):5.1f} %")
    print("where retries add to the load, the state is not steady:")
    compared("late tries", LATE, f"rate: 120/s, {GET}", QUICK if quick else REQUESTS)
    started(3 if quick else STARTS)


def compared(name: str, body: str, load: str, requests: int) -> list[float]:
    read = read_design(f"version: 1\nname: x\nworkload: {{{load}}}\n{body}")
    assert read.design is not None, read.problems
    solver = Solver(read.design)
    start = time.process_time()
    found = solver.latency(Values(), WANTED)
    took = time.process_time() - start
    assert found is not None
    many = requests if read.design.workload.rate else 1000
    runs = [Direct(read.design, seed).run(many) for seed in range(RUNS)]
    exact = [mean(run[0] for run in runs), *(mean(run[1][n] for run in runs) for n in range(4))]
    last = [run[1][3] for run in runs]
    row = [100 * (a / b - 1) for a, b in zip((found.mean, *found.percentiles), exact, strict=True)]
    used = solver.rate(Values()) / break_of(ceilings_of(read.design, found.layers)).rate
    print(
        f"{name:<19} load {used:.2f}  {' '.join(f'{each:+6.1f}' for each in row)}"
        f"   p99 {1000 * exact[4]:6.1f} ms  spread {100 * (max(last) / min(last) - 1):3.0f} %  {1000 * took:4.1f} ms"
    )
    return row


def started(times: int) -> None:
    for command in COMMANDS:
        walls, used = [], []
        for _ in range(times):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "backwright", *command.split()],
                check=False,
                capture_output=True,
            )
            walls.append(1000 * (time.perf_counter() - start))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(
                1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            )
        print(
            f"{command:<30} wall {min(walls):4.0f} ms  CPU {min(used):4.0f} ms (least of {times})"
        )


if __name__ == "__main__":
    main()
