"""Little's law for pools: how many connections are busy on average, checked by playing the arrivals."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
# Play one second of evenly spaced arrivals per stream and add up the time that connections are held.
held = 0.0
for per_second, milliseconds in {streams!r}:
    for arrival in range(per_second):
        held += milliseconds / 1000
print(round(held, 3))
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw one stream of requests, or two that share a pool at level 3 and above."""
    api = (chance.randint(4, 30) * 10, chance.choice([8, 12, 15, 20, 25, 40]))
    job = (chance.randint(2, 8), chance.choice([250, 400, 650, 800]))
    streams = [api, job] if level >= 3 else [api]
    text = f"An API handles {api[0]} requests/s and holds a connection for {api[1]} ms each."
    if level >= 3:
        text += (
            f" A job runs {job[0]} times a second and holds one for {job[1]} ms. Both share a pool."
        )
    busy = sum(rate * held / 1000 for rate, held in streams)
    sum_of_parts = " + ".join(f"{rate} x {held / 1000:g}" for rate, held in streams)
    mistake = sum(rate for rate, _ in streams) * sum(held for _, held in streams) / 1000
    wrong = [Wrong(f"{api[0]:g}", "requests per second are not connections: time held matters")]
    if level >= 3 and mistake != busy:
        wrong.append(Wrong(f"{mistake:g}", "multiply each stream by its own time, then add"))
    return Drawn(
        ask=f"{text} How many connections are busy on average? Type a number (within 2 %).",
        run=Run("python", _PROGRAM.format(streams=streams)),
        rule=str(round(busy, 3)),
        explain=f"Busy = rate x time held (Little's law): {sum_of_parts} = {busy:g}.",
        wrong=tuple(wrong),
        tolerance=0.02,
        unit="connections",
    )


FAMILY = Family(
    name="busy-connections",
    skills={SkillId("sql.pooling"): 3, SkillId("perf.capacity"): 2},
    source="systems-performance/Chapter 2, Methodologies: Little's law",
    draw=draw,
)
