"""How far off the labelled approximations are: the figures behind each `Approximate.within`.

Against exact solutions where there are some (M/D/c by its state equations, several classes by exact mean
value analysis, sums of exponential stages), else against simulation: the Kiefer-Wolfowitz recursion over many
replications at once, and an LRU list. Run: python -m benchmarks.design.approximations
"""

import math
import sys
from collections import OrderedDict
from itertools import accumulate, product
from random import Random

import numpy as np

from backwright.design.theory.caching import lru_hit_ratio
from backwright.design.theory.distributions import Distribution
from backwright.design.theory.general_service import ggc_sojourn_percentile
from backwright.design.theory.mva import Class, classes
from backwright.design.theory.networks import (
    Stage,
    exponential_stages_percentile,
    stages_percentile,
)
from backwright.design.theory.queueing import ggc_wait_mean, mdc_wait_mean

REPLICATIONS = 1000
WARM, KEPT = 2000, 4000


def mdc_states(rate: float, service: float, servers: int, count: int = 900) -> np.ndarray:
    """Return P(n in system) of an M/D/c queue: what is there a service later came since or was waiting."""
    erlangs = rate * service
    arrivals = [math.exp(-erlangs)]
    for k in range(1, count):
        arrivals.append(arrivals[-1] * erlangs / k)
    moves = np.zeros((count, count))
    for start in range(count):
        left = max(0, start - servers)
        moves[start, left:] = arrivals[: count - left]
        moves[start, -1] += 1 - moves[start].sum()
    system = np.vstack([moves.T - np.eye(count), np.ones(count)])[1:]
    return np.linalg.solve(system, np.r_[np.zeros(count - 1), 1.0])


def mdc_wait_exact(rate: float, service: float, servers: int) -> float:
    """Return the exact mean wait of M/D/c from its states and Little's law, s."""
    states = mdc_states(rate, service, servers)
    return float(np.maximum(np.arange(len(states)) - servers, 0) @ states) / rate


def draw(random: np.random.Generator, law: Distribution, count: int) -> np.ndarray:
    """Return times of a law."""
    if law.kind == "constant":
        return np.full(count, law.mean)
    if law.kind == "gamma":
        return random.gamma(1 / law.cv**2, law.mean * law.cv**2, count)
    if law.kind == "lognormal":
        variance = math.log1p(law.cv**2)
        return random.lognormal(math.log(law.mean) - variance / 2, math.sqrt(variance), count)
    return random.exponential(law.mean, count)


def sojourns(
    gaps: Distribution, service: Distribution, servers: int, seed: int, replications: int = 0
) -> tuple[float, float, float, float]:
    """Return mean wait and p99 of wait plus service of G/G/c by simulation, each with its standard error."""
    random = np.random.default_rng(seed)
    many = replications or REPLICATIONS
    busy = np.zeros((many, servers))
    waits, stays = np.zeros(many), np.empty((KEPT, many))
    for n in range(WARM + KEPT):
        wait = busy[:, 0].copy()
        work = draw(random, service, many)
        if n >= WARM:
            waits += wait
            stays[n - WARM] = wait + work
        busy[:, 0] += work
        busy -= draw(random, gaps, many)[:, None]
        np.maximum(busy, 0, out=busy)
        busy.sort(axis=1)
    waits /= KEPT
    groups = [float(np.quantile(part, 0.99)) for part in np.array_split(stays, 20, axis=1)]
    return (
        float(waits.mean()),
        float(waits.std() / math.sqrt(many)),
        float(np.quantile(stays, 0.99)),
        float(np.std(groups) / math.sqrt(20)),
    )


def several_classes(
    demands: list[list[float]], users: list[int], think: list[float]
) -> list[float]:
    """Return throughput of each class at single servers by exact mean value analysis."""
    queues = {}
    for population in product(*(range(n + 1) for n in users)):
        total, rates = np.zeros(len(demands[0])), []
        for r, count in enumerate(population):
            if count == 0:
                rates.append(0.0)
                continue
            less = tuple(n - (i == r) for i, n in enumerate(population))
            spent = np.array(demands[r]) * (1 + queues[less])
            rates.append(count / (think[r] + spent.sum()))
            total += rates[-1] * spent
        queues[population] = total
    return rates


def lru_simulated(keys: int, exponent: float, entries: int, seed: int = 1, count: int = 400_000) -> float:  # fmt: skip
    """Return the hit ratio of an LRU list under Zipf requests, its first quarter left out."""
    random, held, hits = Random(seed), OrderedDict[int, None](), 0
    weights = list(accumulate(r**-exponent for r in range(1, keys + 1)))
    for n, key in enumerate(random.choices(range(keys), cum_weights=weights, k=count)):
        if key in held:
            held.move_to_end(key)
            hits += n >= count // 4
        else:
            held[key] = None
            if len(held) > entries:
                held.popitem(last=False)
    return hits / (count - count // 4)


def mdc_errors() -> list[tuple[str, float]]:
    """Return Cosmetatos' error at each load and number of servers."""
    return [
        (f"M/D/{c} at {used}", mdc_wait_mean(used * c, 1, c).value / mdc_wait_exact(used * c, 1, c) - 1)
        for c, used in product((1, 2, 4, 8, 16, 32), (0.5, 0.7, 0.8, 0.9, 0.95))
    ]  # fmt: skip


def ggc_errors(*, is_quick: bool = False) -> list[tuple[str, float, float, float, float]]:
    """Return relative errors of Allen-Cunneen's mean wait and of the p99, each with the simulation's own."""
    rows = []
    laws = (
        Distribution("constant"),
        Distribution("gamma", cv=0.5),
        Distribution("lognormal", cv=0.7),
        Distribution("lognormal", cv=1.5),
        Distribution("gamma", cv=2.0),
        Distribution("lognormal", cv=2.0),
    )
    for law, servers, used, arrival in product(
        laws, (2, 6, 16), (0.5, 0.7, 0.85), (1.0,) if is_quick else (1.0, 0.5, 1.5)
    ):
        gaps = Distribution("gamma", 1 / (used * servers), arrival)
        wait, wait_error, p99, p99_error = sojourns(
            gaps, law, servers, seed=1, replications=300 if is_quick else 0
        )
        mean = ggc_wait_mean(used * servers, 1, servers, arrival, law.spread()).value
        slow = ggc_sojourn_percentile(0.99, used * servers, law, servers, arrival).value
        rows.append(
            (
                f"arrivals cv {arrival}, {law.kind} cv {law.spread():.1f}, {servers} servers at {used}",
                (mean - wait) / (wait + 1.0),
                wait_error / (wait + 1.0),
                slow / p99 - 1,
                p99_error / p99,
            )
        )
    return rows


def class_errors(count: int = 200) -> list[float]:
    """Return Schweitzer's largest error of throughput in random systems of two classes and three servers."""
    random, errors = Random(1), []
    for _ in range(count):
        demands = [[random.expovariate(1) for _ in range(3)] for _ in range(2)]
        users = [random.randint(1, 12), random.randint(1, 12)]
        think = [random.choice((0.0, 1.0, 5.0)), random.choice((0.0, 1.0, 5.0))]
        exact = several_classes(demands, users, think)
        kinds = [Class(str(r), users[r], think[r], tuple(demands[r])) for r in range(2)]
        guess = classes((1, 1, 1), kinds)
        errors.append(
            max(abs(load.throughput / rate - 1) for load, rate in zip(guess.classes, exact, strict=True))
        )  # fmt: skip
    return errors


def stage_errors(count: int = 300) -> list[float]:
    """Return errors of the gamma law's p99 for sums of two to six exponential stages."""
    random, errors = Random(1), []
    for _ in range(count):
        means = [random.lognormvariate(0, 1) for _ in range(random.randint(2, 6))]
        guess = stages_percentile(0.99, [Stage(mean, mean * mean) for mean in means]).value
        errors.append(guess / exponential_stages_percentile(0.99, means) - 1)
    return errors


def cache_errors() -> list[tuple[str, float]]:
    """Return Che's error of the hit ratio, in parts of the simulated one."""
    return [
        (f"{keys} keys, exponent {exponent}, {entries} entries",
         lru_hit_ratio(keys, exponent, entries).value / lru_simulated(keys, exponent, entries) - 1)
        for keys, exponent, entries in
        ((100, 1.0, 10), (1000, 0.8, 10), (1000, 0.8, 100), (10_000, 1.0, 100), (10_000, 1.2, 1000), (100_000, 0.7, 5000))
    ]  # fmt: skip


def main() -> None:
    """Print the worst errors of each approximation."""
    is_quick = "--quick" in sys.argv
    print("Cosmetatos, mean wait of M/D/c")
    for name, error in sorted(mdc_errors(), key=lambda row: -abs(row[1]))[:4]:
        print(f"  {name:52}{error:+8.2%}")
    rows = ggc_errors(is_quick=is_quick)
    print("Allen-Cunneen: error of the mean wait in parts of wait + service; p99 of wait + service")
    for name, mean, noise, slow, slow_noise in sorted(rows, key=lambda row: -abs(row[3]))[:12]:
        print(f"  {name:52}{mean:+8.2%} +- {noise:.2%}{slow:+9.2%} +- {slow_noise:.2%}")
    print("Schweitzer-Bard, throughput, two classes: worst, median",
          *(f"{x:.2%}" for x in (max(class_errors()), float(np.median(class_errors())))))  # fmt: skip
    print("gamma law, p99 of two to six exponential stages: lowest, highest",
          *(f"{x:+.2%}" for x in (min(stage_errors()), max(stage_errors()))))  # fmt: skip
    print("Che, hit ratio")
    for name, error in cache_errors():
        print(f"  {name:52}{error:+8.2%}")


if __name__ == "__main__":
    main()
