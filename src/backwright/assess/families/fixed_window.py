"""Fixed-window limits: requests let through around a window's boundary, played one by one."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import collections
used = collections.Counter()
passed = 0
for at, requests in bursts:
    for _ in range(requests):
        if used[at // window] < limit:
            used[at // window] += 1
            passed += 1
print(passed)
"""


def _clock(seconds: int) -> str:
    """Return the time of day, counted from 10:00:00."""
    return f"10:{seconds // 60:02d}:{seconds % 60:02d}"


def draw(chance: Random, level: int) -> Drawn:
    """Draw a limit per minute and four bursts on both sides of a full minute."""
    limit, window = chance.randint(2, 12) * 10, 60
    times = [*sorted(chance.sample(range(30, 60), 2)), *sorted(chance.sample(range(60, 85), 2))]
    bursts = [(at, chance.randint(limit // 4, limit)) for at in times]
    early, late = (sum(n for at, n in bursts if at // window == minute) for minute in (0, 1))
    rule = min(limit, early) + min(limit, late)
    wrong = {
        min(limit, early + late): "the count starts again at 10:01:00, whatever came just before",
        early + late: f"each minute lets {limit} through and refuses the rest",
        2 * limit: f"a minute with fewer than {limit} requests passes what it has",
    }
    told = ", ".join(f"{requests} at {_clock(at)}" for at, requests in bursts)
    return Drawn(
        ask=(
            f"A client may send {limit} requests per minute, counted in fixed windows that start "
            "at each full minute; refused requests do not count. It sends nothing before these: "
            f"{told}. How many are let through in all? Type the number."
        ),
        run=Run("python", f"{limit = }\n{window = }\n{bursts = }\n{_PROGRAM}"),
        rule=str(rule),
        explain=(
            f"10:00 gets {early} and passes {min(limit, early)}; 10:01 gets {late} and passes "
            f"{min(limit, late)}: {rule} within {times[-1] - times[0]} s."
        ),
        wrong=tuple(Wrong(str(say), why) for say, why in wrong.items() if say != rule),
    )


FAMILY = Family(
    name="fixed-window",
    skills={SkillId("api.rate-limit"): 2},
    source="redis-docs/INCR: rate limiter pattern",
    draw=draw,
)
