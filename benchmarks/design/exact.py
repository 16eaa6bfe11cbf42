"""The engine beside exact theory: is each known answer inside the engine's own interval, and how far off?

Run: python -m benchmarks.design.exact [--quick] [--only WORD]
Each case is replicated RUNS times with seeds of its own; the interval is Student's, 99 %. With so many
intervals one in a hundred should miss: all of them together are judged at 99 % by Bonferroni's correction.
"""

import math
import sys
import time
from dataclasses import dataclass

from backwright.design.engine import simulate
from backwright.design.net import Run
from backwright.design.statistics import Interval, mean_interval
from benchmarks.design.cases import WARM, Case, Known, every_case

RUNS = 20
REQUESTS, QUICK = 2_800_000, 140_000  # of a case of weight 1, over all its runs
CONFIDENCE = 0.99
TARGETS = {"mean": 0.003, "p99": 0.01}  # largest relative error, at full size


@dataclass(frozen=True)
class Row:
    """One known value, its estimate, and the intervals alone and among all."""

    case: str
    known: Known
    interval: Interval
    wide: Interval

    @property
    def error(self) -> float:
        """Relative error."""
        return self.interval.estimate / self.known.exact - 1

    def holds(self, interval: Interval) -> bool:
        """Say whether the exact value is inside; rounding counts as inside."""
        slack = 1e-9 * abs(self.known.exact)
        return interval.low - slack <= self.known.exact <= interval.high + slack


def run_once(case: Case, seed: int, requests: int) -> Run:
    """Simulate one replication of about so many requests after the warm-up."""
    if case.length:
        return simulate(case.net, seed, WARM + case.length * requests / 1000, WARM)
    more = math.ceil(WARM * case.net.source.rate)
    return simulate(case.net, seed, math.inf, WARM, arrivals_max=requests + more)


def measured(case: Case, requests: int, runs: int, first_seed: int, confidences: tuple[float, ...]) -> list[list[Interval]]:  # fmt: skip
    """Return for each known value its interval at each confidence, over replications."""
    values: list[list[float]] = [[] for _ in case.known]
    for seed in range(first_seed, first_seed + runs):
        run = run_once(case, seed, max(200, requests // runs))
        for known, each in zip(case.known, values, strict=True):
            each.append(known.measure(run))
    return [[mean_interval(each, c) for c in confidences] for each in values]


def main() -> None:
    """Print a row for each known value, then how many are inside and the largest errors."""
    is_quick = "--quick" in sys.argv
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    cases = [case for case in every_case() if only in case.name]
    count = sum(len(case.known) for case in cases)
    levels = (CONFIDENCE, 1 - (1 - CONFIDENCE) / max(1, count))
    rows, begun = [], time.process_time()
    print(f"{'':67}{'exact':>12}{'measured':>12}{'error':>9}{'+- 99 %':>9}{'CPU s':>7}")
    for number, case in enumerate(cases):
        start = time.process_time()
        requests = int((QUICK if is_quick else REQUESTS) * case.weight)
        answers = measured(case, requests, RUNS, 1000 * number, levels)
        spent = time.process_time() - start
        for known, (narrow, wide) in zip(case.known, answers, strict=True):
            row = Row(case.name, known, narrow, wide)
            rows.append(row)
            mark = "" if row.holds(narrow) else "  outside"
            name = f"{case.name[:55]}, {known.kind}"
            print(f"{name:67}{known.exact:12.6g}{narrow.estimate:12.6g}{row.error:+9.3%}"
                  f"{narrow.half / known.exact:9.3%}{spent:7.1f}{mark}", flush=True)  # fmt: skip
            spent = 0.0
    report(rows, time.process_time() - begun, len(cases))
    if not is_quick and any(not row.holds(row.wide) for row in rows):
        raise SystemExit(1)


def report(rows: list[Row], spent: float, cases: int) -> None:
    """Print the sums."""
    outside = [row for row in rows if not row.holds(row.interval)]
    far = [row for row in rows if not row.holds(row.wide)]
    print(f"\n{cases} cases, {len(rows)} known values, {RUNS} runs each, {spent:.0f} CPU s")
    print(f"inside 99 %: {len(rows) - len(outside)} of {len(rows)} (of correct ones {len(rows) / 100:.1f} "
          f"should miss); inside 99 % for all together: {len(rows) - len(far)} of {len(rows)}")  # fmt: skip
    for kind, target in TARGETS.items():
        errors = sorted(abs(row.error) for row in rows if row.known.kind == kind)
        if errors:
            middle, good = errors[len(errors) // 2], sum(error <= target for error in errors)
            print(f"{kind}: error at most {errors[-1]:.2%}, median {middle:.2%}; "
                  f"{good} of {len(errors)} within {target:.1%}")  # fmt: skip
    for row in far:
        print(f"outside even so: {row.case}, {row.known.kind}: {row.error:+.2%}")


if __name__ == "__main__":
    main()
