"""Amdahl's law: what speeding up one part does to the whole, by adding up the parts."""

from fractions import Fraction
from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from fractions import Fraction
before = after = Fraction()
for name, milliseconds in {parts!r}.items():
    before += milliseconds
    after += Fraction(milliseconds, {factor}) if name == {target!r} else milliseconds
print(round(float({printed}), 4))
"""
_NAMES = ("SQL", "JSON", "auth", "templates", "cache reads", "logging", "payment call")
_WITHIN = 0.02


def draw(chance: Random, level: int) -> Drawn:
    """Draw the parts of a request and one to speed up; ask for the speed-up or the new total."""
    names = chance.sample(_NAMES, chance.randint(3, 4))
    parts = {name: chance.randint(2, 40) * 4 for name in names}
    target, factor = names[0], chance.choice([2, 3, 4, 5, 8, 10, 20])
    total, part = sum(parts.values()), parts[target]
    share = Fraction(part, total)
    speedup = 1 / (1 - share + share / factor)
    chance.shuffle(names)
    shown = ", ".join(f"{name} {parts[name]}" for name in names)
    text = f"A request spends its time in ms one after the other on: {shown}. You make {target}"
    text += f" {factor} times as fast."
    if chance.random() < 0.6:
        printed, rule, unit = "before / after", str(round(float(speedup), 4)), "times"
        text += " How many times as fast does the whole request become?"
        mistakes = {
            str(factor): f"only {target} got faster, {float(share):.0%} of the time",
            f"{float(1 + share * (factor - 1)):.4g}": "weigh the times, not the speeds",
            f"{float(1 / (1 - share)):.4g}": f"{target} still takes {part / factor:g} ms",
        }
    else:
        printed, rule, unit = "after", str(round(float(total / speedup), 4)), "ms"
        text += " How many ms does the whole request take then?"
        mistakes = {
            f"{total / factor:.4g}": f"only {target} got faster, not all {total} ms",
            str(total - part): f"{target} still takes {part / factor:.4g} ms",
            f"{part / factor:.4g}": "the other parts take as long as before",
        }
    return Drawn(
        ask=f"{text} Type a number (within 2 %).",
        run=Run(
            "python", _PROGRAM.format(parts=parts, factor=factor, target=target, printed=printed)
        ),
        rule=rule,
        explain=(
            f"{total} ms become {total - part} + {part}/{factor} = {float(total / speedup):.4g} ms,"
            f" {float(speedup):.3g} times as fast: the {total - part} ms that stay set the limit."
        ),
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
        unit=unit,
    )


FAMILY = Family(
    name="amdahl",
    skills={SkillId("perf.tuning"): 2},
    source="systems-performance/Chapter 2, Methodologies: Amdahl's law of scalability",
    draw=draw,
)
