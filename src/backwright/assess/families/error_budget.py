"""Error budgets: minutes left of an objective's window, by walking through its minutes."""

from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
budget = 0  # in millionths of a minute
for day in range({days}):
    for minute in range(24 * 60):
        budget += {allowed}  # the part of this minute that may fail
for minutes, percent in {incidents!r}:
    for minute in range(minutes):
        budget -= 10_000 * percent
print(round(budget / 1_000_000, 2))
"""
_OBJECTIVES = {"99.5": 5_000, "99.8": 2_000, "99.9": 1_000, "99.95": 500}  # allowed, in millionths
_WITHIN = 0.02


def draw(chance: Random, level: int) -> Drawn:
    """Draw an objective, its window and one or two incidents that leave some of the budget."""
    objective, allowed = chance.choice(list(_OBJECTIVES.items()))
    days = chance.choice([7, 28, 30, 90]) if allowed > 1_000 else chance.choice([28, 30, 90])
    whole = days * 1440 * allowed / 1_000_000
    full = (max(2, round(whole * chance.randint(10, 50) / 100)), 100)
    percent = chance.choice([10, 20, 25, 50])
    partial = (round(whole * chance.randint(10, 35) / percent), percent)
    incidents = chance.choice([[full], [partial], [full, partial]])
    spent = sum(minutes * percent for minutes, percent in incidents) / 100
    rule = str(round(whole - spent, 2))
    described = [
        f"{minutes} minutes with {'every' if percent == 100 else f'{percent} % of'}"
        f" request{'s' if percent < 100 else ''} failing"
        for minutes, percent in incidents
    ]
    naive = whole - sum(minutes for minutes, _ in incidents)
    terms = " + ".join(f"{minutes} x {percent / 100:g}" for minutes, percent in incidents)
    mistakes = {
        f"{naive:.2f}": "a minute counts by the part of its requests that failed",
        f"{whole:.2f}": "that is the whole budget; take off what the incidents used",
        f"{spent:.2f}": "that is what the incidents used, not what is left",
    }
    return Drawn(
        ask=(
            f"An objective says that {objective} % of requests succeed over {days} days. Traffic is"
            f" even. So far in this window: {' and '.join(described)}. How many minutes of complete"
            " outage does the error budget still allow? Type a number (within 2 %)."
        ),
        run=Run("python", _PROGRAM.format(days=days, allowed=allowed, incidents=incidents)),
        rule=rule,
        explain=(
            f"{days} x 1440 min x {100 - float(objective):g} % = {whole:g} min, less {terms} ="
            f" {spent:g}: {rule} min are left."
        ),
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
        unit="minutes",
    )


FAMILY = Family(
    name="error-budget",
    skills={SkillId("obs.slo"): 2},
    source="sre-workbook/Implementing SLOs",
    draw=draw,
)
