"""Percentiles of latencies by nearest rank, counted from the definition."""

from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
values = {values!r}
def covered(value):
    return 100 * sum(other <= value for other in values)
print(min(value for value in values if covered(value) >= {percent} * len(values)))
"""


def _nearest_rank(values: list[int], percent: int) -> int:
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def _latencies(chance: Random, count: int, usual: int) -> list[int]:
    """Return `count` different latencies in ms: most near `usual`, about a fifth far above."""
    fast = chance.sample(range(usual, usual * 3), count - count // 5)
    values = [*fast, *chance.sample(range(usual * 6, usual * 20), count // 5)]
    chance.shuffle(values)
    return values


def draw(chance: Random, level: int) -> Drawn:
    """Draw one instance's latencies, or two instances' of unlike load from level 2 on."""
    percent = chance.choice([50, 75, 80, 90, 95])
    first = _latencies(chance, chance.randint(9, 15), chance.randint(12, 30))
    second = _latencies(chance, chance.randint(4, 7), chance.randint(40, 90)) if level >= 2 else []
    values = first + second
    rule = _nearest_rank(values, percent)
    rank = -(-percent * len(values) // 100)
    mistakes = {f"{sum(values) / len(values):.4g}": "that is the mean; outliers pull it"}
    if second:
        average = (_nearest_rank(first, percent) + _nearest_rank(second, percent)) / 2
        mistakes[f"{average:g}"] = "percentiles cannot be averaged; rank all requests together"
        mistakes[str(max(values))] = "that is the slowest request"
        shown = f"a: {' '.join(map(str, first))}\nb: {' '.join(map(str, second))}"
        text = f"All latencies of a minute in ms, by instance:\n\n```text\n{shown}\n```\n"
        text += f"What is the p{percent} of the service (both instances together)?"
    else:
        mistakes[str(values[rank - 1])] = "sort the values before taking the rank"
        mistakes[str(sorted(values)[max(rank - 2, 0)])] = (
            f"too few values are at or below it: {rank - 1}"
        )
        shown = " ".join(map(str, values))
        text = f"Latencies in ms:\n\n```text\n{shown}\n```\nWhat is the p{percent}?"
    return Drawn(
        ask=(
            f"{text} Use the nearest rank: the smallest listed value that at least {percent} % of"
            " the values do not exceed. Type the number."
        ),
        run=Run("python", _PROGRAM.format(values=values, percent=percent)),
        rule=str(rule),
        explain=(
            f"Of {len(values)} values sorted, {percent} % is rank"
            f" {percent * len(values) / 100:g}, rounded up {rank}: {rule} ms."
        ),
        wrong=tuple(Wrong(say, why) for say, why in mistakes.items() if not agrees(say, str(rule))),
        unit="ms",
    )


FAMILY = Family(
    name="percentile",
    skills={SkillId("perf.basics"): 1, SkillId("obs.metrics"): 2},
    source="systems-performance/Chapter 2, Methodologies: Percentiles",
    draw=draw,
)
