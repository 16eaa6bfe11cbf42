"""Our calibration of questions against published parameters, and its speed beside girth.

    python -m benchmarks.assess.calibration

References: R's mirt 1.47, tests/testthat/test-01-mirtOne.R. girth is a pure-Python peer
(pip install girth); without it only our own times are shown.
"""

import csv
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from backwright.assess.irt import Calibrated, rasch, two_parameter
from backwright.assess.structure import Floats

DATA = Path(__file__).with_name("lsat.csv")
LSAT7_SLOPE = np.array([0.988, 1.081, 1.706, 0.7651, 0.7358])
LSAT7_INTERCEPT = np.array([1.8561, 0.808, 1.8043, 0.486, 1.8545])
LSAT7_LIKELIHOOD = -2658.805
LSAT6_LIKELIHOOD = -2466.653
LSAT6_RASCH = np.array([2.73, 0.999, 0.24, 1.306, 2.099])
LSAT6_VARIANCE = 0.57
CLOSE, CLOSE_LIKELIHOOD, FAST_MS = 0.002, 0.0005, 200.0


def answers(name: str) -> Floats:
    """Return the 1000 x 5 answers of "lsat6" or "lsat7"."""
    with DATA.open() as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return np.array(
        [[int(c) for c in row["pattern"]] for row in rows for _ in range(int(row[name]))], float
    )


def simulated(people: int, items: int, missing: float = 0.0) -> tuple[Floats, Floats, Floats]:
    """Return answers of a two-parameter world (N, J), its slopes and intercepts."""
    random = np.random.default_rng(0)
    slope, intercept = random.lognormal(0, 0.3, items), random.normal(0, 1.2, items)
    ability = random.normal(size=(people, 1))
    chance = 1 / (1 + np.exp(-ability * slope - intercept))
    right = (random.random((people, items)) < chance).astype(float)
    right[random.random(right.shape) < missing] = np.nan
    return right, slope, intercept


def cpu_ms(run: Callable[[], Any], times: int = 5) -> float:
    """Return the median CPU time of a call, after a first one that is not counted."""
    run()
    taken = []
    for _ in range(times):
        before = time.process_time()
        run()
        taken.append(1000 * (time.process_time() - before))
    return median(taken)


def off(found: Floats, wanted: Floats) -> float:
    return float(np.abs(found - wanted).max())


def rms(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))


def line(what: str, value: float, limit: float, unit: str = "") -> bool:
    ok = value <= limit
    print(f"  {what:44s} {value:9.4f}{unit}   at most {limit:g}{unit}   {'ok' if ok else 'MISSED'}")
    return ok


def against_mirt() -> list[bool]:
    print("Against R mirt's published values (largest difference)")
    seven, six = two_parameter(answers("lsat7")), two_parameter(answers("lsat6"))
    one = rasch(answers("lsat6"))
    likelihood_7 = abs(seven.log_likelihood - LSAT7_LIKELIHOOD)
    likelihood_6 = abs(six.log_likelihood - LSAT6_LIKELIHOOD)
    return [
        line("LSAT7 slopes", off(seven.slope, LSAT7_SLOPE), CLOSE),
        line("LSAT7 intercepts", off(seven.intercept, LSAT7_INTERCEPT), CLOSE),
        line("LSAT7 log-likelihood", likelihood_7, CLOSE_LIKELIHOOD),
        line("LSAT6 log-likelihood", likelihood_6, CLOSE_LIKELIHOOD),
        line("LSAT6 Rasch intercepts", off(one.intercept, LSAT6_RASCH), CLOSE),
        line("LSAT6 Rasch variance", abs(one.variance - LSAT6_VARIANCE), CLOSE),
    ]


def speed() -> list[bool]:
    print("Speed, CPU ms")
    small, large = answers("lsat7"), simulated(1000, 150)[0]
    result = [line("LSAT7, ours", cpu_ms(lambda: two_parameter(small)), FAST_MS, " ms")]
    result.append(line("1000 x 150, ours", cpu_ms(lambda: two_parameter(large)), FAST_MS, " ms"))
    if find_spec("girth"):
        from girth import twopl_mml

        for name, right, times in (("LSAT7", small, 3), ("1000 x 150", large, 1)):
            before = time.process_time()
            for _ in range(times):
                twopl_mml(right.T.astype(int))
            taken = 1000 * (time.process_time() - before) / times
            print(f"  {name + ', girth':44s} {taken:9.1f} ms")
    else:
        print("  girth is not installed; for a comparison: pip install girth")
    return result


def recovery() -> None:
    print("Recovery of a simulated bank (root mean square error)")
    for people, items, missing in ((1000, 150, 0.0), (1000, 150, 0.5), (5000, 150, 0.0)):
        right, slope, intercept = simulated(people, items, missing)
        fit: Calibrated = two_parameter(right)
        a, d = (
            np.sqrt(np.mean((x - y) ** 2))
            for x, y in ((fit.slope, slope), (fit.intercept, intercept))
        )
        print(
            f"  {people} x {items}, {missing:.0%} missing: slope {a:.3f}, intercept {d:.3f},"
            f" {fit.iterations} steps"
        )


def main() -> int:
    """Return 0 when every limit holds."""
    held = [*against_mirt(), *speed()]
    recovery()
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
