"""Rate of a counter that restarts, by differences of neighbouring samples in SQL."""

from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
CREATE TABLE sample(at INTEGER, value INTEGER);
INSERT INTO sample VALUES {rows};
WITH step AS (SELECT at, value, lag(value) OVER (ORDER BY at) AS before FROM sample)
SELECT round(
    sum(CASE WHEN value < before THEN value WHEN before IS NULL THEN 0 ELSE value - before END)
    * 1.0 / (max(at) - min(at)), 4) FROM step;
"""
_WITHIN = 0.02


def draw(chance: Random, level: int) -> Drawn:
    """Draw samples of a counter of a process that restarts once or twice."""
    every, count = chance.choice([10, 15, 30]), chance.randint(5, 7)
    first = chance.randint(2, count - 3)
    resets = chance.choice([[first], [first + 1], [first, first + 2]])
    values = [chance.randint(300, 2000)]
    for index in range(1, count):
        step = chance.randint(2, 12) * every
        anew = chance.randint(1, min(values[-1], 6 * every) - 1) if index in resets else 0
        values.append(anew or values[-1] + step)  # lower than before, or nobody could tell
    span = every * (count - 1)
    lost = sum(values[index - 1] for index in resets)
    increase = values[-1] - values[0] + lost
    rule = str(round(increase / span, 4))
    skipped = increase - sum(values[index] for index in resets)
    mistakes = {
        f"{(values[-1] - values[0]) / span:.4g}": "the counter started anew; add what came before",
        f"{skipped / span:.4g}": "what was counted since the restart is an increase too",
        f"{increase / (every * count):.4g}": f"{count} samples span {count - 1} intervals",
    }
    table = "\n".join(
        name + "".join(f"{number:7}" for number in row)
        for name, row in (("second ", range(0, span + 1, every)), ("counter", values))
    )
    rows = ", ".join(f"({index * every}, {value})" for index, value in enumerate(values))
    return Drawn(
        ask=(
            "Samples of `http_requests_total` of one process:\n\n"
            f"```text\n{table}\n```\n"
            "A drop means that the process restarted at 0. What is the average rate per second from"
            " the first to the last sample, without extrapolation? Type a number (within 2 %)."
        ),
        run=Run("sqlite", _PROGRAM.format(rows=rows)),
        rule=rule,
        explain=(
            f"Add back what was lost: {values[-1]} - {values[0]} + {lost} = {increase} requests in"
            f" {span} s, {increase / span:.4g} per second."
        ),
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
    )


FAMILY = Family(
    name="counter-rate",
    skills={SkillId("obs.metrics"): 2},
    source="prometheus-docs/Query functions: rate()",
    draw=draw,
)
