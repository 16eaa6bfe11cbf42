"""How right is the assessment, on people of simulated worlds it has never seen, beside its peers.

    python -m benchmarks.assess.accuracy            3 worlds x 60 people, a few minutes
    python -m benchmarks.assess.accuracy --quick    1 world x 20 people

Every score is over all skills, asked or not. Languages are declared, rapid answers are dropped
(for every method). "cold" sees the authors' opinions alone, "calibrated" also the answers of 1000
other people. Simulated: real people are noisier, so read the numbers as upper estimates.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from backwright.assess.structure import Bools, Floats
from benchmarks.assess.methods import METHODS, Method
from benchmarks.assess.world import KINDS, World, catalog_structure

CHECKPOINTS = (10, 20, 30, 60)
SEEDS = (401, 402, 403)
PEOPLE, OTHERS = 60, 1000
HEAD = "accuracy % 10/20/30/60   ECE 10/20/30/60         log loss 30  decided 30   stop caring, % at 60"
SURE = 0.9  # decided: this certain that a skill is mastered, or that it is not


@dataclass(frozen=True)
class Reports:
    """What was believed of N people at one checkpoint, and what is true.

    Attributes:
        believed: P(mastered) (N, K).
        true: Whether mastered (N, K).
        kind: Key of KINDS per person.
    """

    believed: Floats
    true: Bools
    kind: tuple[str, ...]

    @property
    def correct(self) -> Bools:
        result: Bools = (self.believed > 0.5) == self.true
        return result


@dataclass(frozen=True)
class Score:
    """Scores of one checkpoint; shares are 0 to 1.

    Attributes:
        ece: Expected calibration error over ten bins (Guo et al. 2017).
        decided: Share of skills with P >= SURE either way, `decided_right` of them rightly.
        kinds: Accuracy by kind of person.
    """

    accuracy: float
    ece: float
    log_loss: float
    decided: float
    decided_right: float
    kinds: dict[str, float]
    kinds_ece: dict[str, float]


def reports(
    method: Method, world: World, people: int, checkpoints: Sequence[int] = CHECKPOINTS
) -> dict[int, Reports]:
    """Return what a method believes of `people` people of a world at each checkpoint."""
    crowd = world.people(people, seed=1)
    seen: dict[int, list[Floats]] = {checkpoint: [] for checkpoint in checkpoints}
    for person in range(people):
        sitting = world.sitting(crowd, person)
        method.reset(person)
        method.declare(world.declared(crowd, person))
        for number in range(max(checkpoints)):
            item = method.next()
            if sitting.is_rapid(item, number):
                method.skip(item)
            else:
                method.answer(item, sitting.answer(item, number))
            if number + 1 in seen:
                seen[number + 1].append(method.mastery.copy())
    return {n: Reports(np.array(each), crowd.mastered, crowd.kind) for n, each in seen.items()}


def joined(parts: Iterable[Reports]) -> Reports:
    """Return the reports of several worlds as one."""
    each = list(parts)
    return Reports(
        np.concatenate([part.believed for part in each]),
        np.concatenate([part.true for part in each]),
        tuple(kind for part in each for kind in part.kind),
    )


def calibration_error(believed: Floats, true: Bools) -> float:
    """Return the expected calibration error over ten equal bins."""
    bins = np.clip((believed * 10).astype(int), 0, 9).ravel()
    gap = np.bincount(bins, (believed - true).ravel(), minlength=10)
    return float(np.abs(gap).sum() / believed.size)


def score(found: Reports) -> Score:
    """Return the scores of one checkpoint."""
    certain = np.clip(found.believed, 1e-4, 1 - 1e-4)
    decided = (found.believed >= SURE) | (found.believed <= 1 - SURE)
    kind = np.array(found.kind)
    present = [name for name in KINDS if (kind == name).any()]
    return Score(
        accuracy=float(found.correct.mean()),
        ece=calibration_error(found.believed, found.true),
        log_loss=float(-np.log(np.where(found.true, certain, 1 - certain)).mean()),
        decided=float(decided.mean()),
        decided_right=float(found.correct[decided].mean()) if decided.any() else 0.0,
        kinds={name: float(found.correct[kind == name].mean()) for name in present},
        kinds_ece={
            name: calibration_error(found.believed[kind == name], found.true[kind == name])
            for name in present
        },
    )


def row(name: str, scores: dict[int, Score]) -> str:
    """Return one line of the table."""

    def each(what: str, scale: float, digits: int) -> str:
        return " ".join(
            f"{scale * getattr(s, what):{digits + 3}.{digits}f}" for s in scores.values()
        )

    middle, last = scores[30], scores[60]
    stops = last.kinds.get("disengages")
    return (
        f"{name:28s} {each('accuracy', 100, 1)}   {each('ece', 1, 3)}   {middle.log_loss:.3f}"
        f"   {100 * middle.decided:3.0f} % @ {100 * middle.decided_right:.1f}"
        f"   {100 * stops if stops is not None else float('nan'):5.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1 world x 20 people")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS), help="worlds")
    parser.add_argument("--people", type=int, default=PEOPLE, help="people per world")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    ask = parser.parse_args()
    seeds, people = (ask.seeds[:1], 20) if ask.quick else (ask.seeds, ask.people)
    structure = catalog_structure()
    worlds = [World(seed, structure) for seed in seeds]
    print(f"{len(structure.skills)} skills; worlds {seeds} x {people} people")
    print(f"{'':28s} {HEAD}")
    for calibrated in (False, True):
        print("calibrated" if calibrated else "cold")
        for kind in METHODS[:1] if ask.ours else METHODS:
            found = []
            for world in worlds:
                method = kind(world.visible, world.others(OTHERS) if calibrated else None)
                found.append(reports(method, world, people))
            scores = {n: score(joined(part[n] for part in found)) for n in CHECKPOINTS}
            print(row("  " + kind.name, scores), flush=True)


if __name__ == "__main__":
    main()
