"""The engine beside exact theory: whether each known answer is inside its interval, and how far off it is.

Run: python -m benchmarks.design.exact [--quick] [--only WORD] [--processes 2]
Each case is replicated RUNS times with seeds of its own; the interval is Student's, 99 %. With so many
intervals one in a hundred should miss: all of them together are judged at 99 % by Bonferroni's correction.
"""

import argparse
import math
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from backwright.design.engine import simulate
from backwright.design.net import Run
from backwright.design.theory.statistics import Interval, mean_interval
from benchmarks.design.cases import every_case
from benchmarks.design.nets import Case

RUNS = 20
WARM = 2000  # requests that are not counted: from ten to a thousand times what the slowest case forgets in
QUICK = 1 / 30  # of the requests of the full size
CONFIDENCE = 0.99
TARGETS = {"mean": 0.003, "p99": 0.01}  # largest relative error, at full size


@dataclass(frozen=True)
class Row:
    """One known value, its estimate, and the intervals alone and among all."""

    case: str
    kind: str
    exact: float
    interval: Interval
    wide: Interval

    @property
    def error(self) -> float:
        """Relative error."""
        return self.interval.estimate / self.exact - 1

    def holds(self, interval: Interval) -> bool:
        """Say whether the exact value is inside; rounding counts as inside."""
        slack = 1e-9 * abs(self.exact)
        return interval.low - slack <= self.exact <= interval.high + slack


def run_once(case: Case, seed: int, requests: int) -> tuple[Run, float]:
    """Simulate one replication of so many requests after a warm-up; return it and the warm-up, s."""
    warm = WARM / case.rate
    if case.closed_rate:
        return simulate(case.net, seed, warm + requests / case.rate, warm), warm
    return simulate(case.net, seed, math.inf, warm, arrivals_max=requests + WARM), warm


def measured(case: Case, requests: int, runs: int, seed: int, levels: tuple[float, ...]) -> list[list[Interval]]:  # fmt: skip
    """Return for each known value its interval at each level of confidence, over replications."""
    values: list[list[float]] = [[] for _ in case.known]
    for number in range(runs):
        run, warm = run_once(case, seed + number, max(100, requests // runs))
        for known, each in zip(case.known, values, strict=True):
            each.append(known.measure(run, warm))
    return [[mean_interval(each, level) for level in levels] for each in values]


def answered(number: int, scale: float, runs: int, levels: tuple[float, ...]) -> tuple[list[Row], float]:  # fmt: skip
    """Return the rows of one case, by its place among all, and the CPU seconds they took."""
    case, start = every_case()[number], time.process_time()
    requests = int(1e6 * case.millions * scale)
    answers = measured(case, requests, runs, 1000 * number, levels)
    rows = [
        Row(case.name, known.kind, known.exact, narrow, wide)
        for known, (narrow, wide) in zip(case.known, answers, strict=True)
    ]
    return rows, time.process_time() - start


def main() -> None:
    """Print a row for each known value, then how many are inside and the largest errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thirtieth of the requests")
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    cases = every_case()
    numbers = [number for number, case in enumerate(cases) if asked.only in case.name]
    count = sum(len(cases[number].known) for number in numbers)
    levels = (CONFIDENCE, 1 - (1 - CONFIDENCE) / max(1, count))
    scale, runs = (QUICK, RUNS // 2) if asked.quick else (1.0, RUNS)
    every, total = [], 0.0
    print(f"{'':67}{'exact':>12}{'measured':>12}{'error':>9}{'+- 99 %':>9}{'CPU s':>7}")
    with ProcessPoolExecutor(asked.processes) as pool:
        work = partial(answered, scale=scale, runs=runs, levels=levels)
        for rows, spent in pool.map(work, numbers):
            show(rows, spent)
            every += rows
            total += spent
    report(every, total, len(numbers))
    if any(not row.holds(row.wide) for row in every):
        raise SystemExit(1)


def show(rows: list[Row], spent: float) -> None:
    """Print a line for each value of a case; the CPU time beside the first."""
    for place, row in enumerate(rows):
        name = f"{row.case[:55]}, {row.kind}"
        mark = "" if row.holds(row.interval) else "  outside"
        seconds = f"{spent:7.1f}" if place == 0 else " " * 7
        print(f"{name:67}{row.exact:12.6g}{row.interval.estimate:12.6g}{row.error:+9.3%}"
              f"{row.interval.half / row.exact:9.3%}{seconds}{mark}", flush=True)  # fmt: skip


def report(rows: list[Row], spent: float, cases: int) -> None:
    """Print the sums."""
    outside = [row for row in rows if not row.holds(row.interval)]
    far = [row for row in rows if not row.holds(row.wide)]
    print(f"\n{cases} cases, {len(rows)} known values, {spent:.0f} CPU s")
    print(f"inside 99 %: {len(rows) - len(outside)} of {len(rows)} (of correct ones {len(rows) / 100:.1f} "
          f"should miss); inside 99 % for all together: {len(rows) - len(far)} of {len(rows)}")  # fmt: skip
    for kind, target in TARGETS.items():
        errors = sorted(abs(row.error) for row in rows if row.kind == kind)
        if errors:
            middle, good = errors[len(errors) // 2], sum(error <= target for error in errors)
            print(f"{kind}: error at most {errors[-1]:.2%}, median {middle:.2%}; "
                  f"{good} of {len(errors)} within {target:.1%}")  # fmt: skip
    for row in far:
        print(f"outside even so: {row.case}, {row.kind}: {row.error:+.2%}")


if __name__ == "__main__":
    main()
