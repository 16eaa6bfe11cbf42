"""How long one question takes: choose it and take in its answer, beside catsim.

    python -m benchmarks.assess.speed

CPU time, so that a busy machine does not matter; one process, one thread if OMP_NUM_THREADS=1.
The first call of a person is in it.
"""

import time
from dataclasses import replace

import numpy as np

from backwright.assess.structure import Floats
from benchmarks.assess.methods import Catsim, Method, Ours
from benchmarks.assess.world import Visible, World, catalog_structure

QUESTIONS = 40
MEDIAN_MS, P95_MS, SETUP_S = 10.0, 30.0, 10.0


def enlarged(visible: Visible, items: int) -> Visible:
    """Return the same skills with a bank of about `items` questions."""
    times = max(1, round(items / len(visible.skill)))
    return replace(
        visible,
        skill=np.repeat(visible.skill, times),
        guess=np.repeat(visible.guess, times),
        slip=np.repeat(visible.slip, times),
        kind=tuple(kind for kind in visible.kind for _ in range(times)),
    )


def question_ms(method: Method, people: int) -> Floats:
    """Return the CPU time of every question of some people who answer by the toss of a coin."""
    taken = []
    for person in range(people):
        coin = np.random.default_rng(person)
        method.reset(person)
        for _ in range(QUESTIONS):
            before = time.process_time()
            method.answer(method.next(), bool(coin.random() < 0.5))
            taken.append(1000 * (time.process_time() - before))
    return np.array(taken)


def main() -> int:
    """Return 0 when our limits hold."""
    held = True
    world = World(401, catalog_structure())
    before = time.process_time()
    learned = Ours(world.visible, world.others())
    setup_s = time.process_time() - before
    print(f"Learning from 1000 people: {setup_s:.1f} s (at most {SETUP_S:g})")
    print(f"CPU ms per question (choose + update), {QUESTIONS} questions\n{'':32s} median    p95")
    runs: list[tuple[str, Method, int]] = [("backwright, 800, calibrated", learned, 10)]
    for items in (1_000, 100_000):
        bank = enlarged(world.visible, items)
        runs.append((f"backwright, {len(bank.skill)}", Ours(bank, None), 10))
        runs.append((f"catsim, {len(bank.skill)}", Catsim(bank, None), 1 if items > 10_000 else 5))
    for name, method, people in runs:
        ms = question_ms(method, people)
        median, p95 = np.percentile(ms, [50, 95])
        print(f"  {name:30s} {median:6.1f} {p95:6.1f}")
        if name.startswith("backwright"):
            held &= bool(median <= MEDIAN_MS and p95 <= P95_MS)
    print("limits hold" if held and setup_s <= SETUP_S else "LIMITS MISSED")
    return 0 if held and setup_s <= SETUP_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
