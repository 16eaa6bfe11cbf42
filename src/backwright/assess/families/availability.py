"""Availability of parts in series and in parallel, by enumerating every state of the parts."""

from fractions import Fraction
from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from fractions import Fraction
from itertools import product
tiers = {tiers!r}  # (copies, copies needed, percent)
parts = [(tier, percent) for tier, (copies, _, percent) in enumerate(tiers) for _ in range(copies)]
up_share = Fraction()
for state in product((False, True), repeat=len(parts)):
    chance, working = Fraction(1), [0] * len(tiers)
    for up, (tier, percent) in zip(state, parts):
        chance *= Fraction(percent if up else 100 - percent, 100)
        working[tier] += up
    if all(count >= needed for count, (_, needed, _) in zip(working, tiers)):
        up_share += chance
print(f"{{float(100 * up_share):.2f}}")
"""
_WITHIN = 2e-4  # relative: 0.02 points, so that rounding in between does not matter


def _up(copies: int, needed: int, percent: int) -> Fraction:
    """Return the availability of a tier of which one copy, or two of three, must work."""
    one = Fraction(percent, 100)
    return one**2 * (3 - 2 * one) if needed == 2 else 1 - (1 - one) ** copies


def draw(chance: Random, level: int) -> Drawn:
    """Draw two or three tiers in series, at least one of them redundant."""
    redundant = chance.choice([(2, 1), (2, 1), (3, 1), (3, 2)])
    shapes = [redundant, (1, 1), *([(1, 1), (2, 1)][: chance.randint(0, 2)])][:3]
    tiers = [(*shape, chance.choice([80, 90, 92, 94, 95, 96, 97, 98, 99])) for shape in shapes]
    chance.shuffle(tiers)
    names = chance.sample(["proxy", "api", "database", "cache", "auth", "search"], len(tiers))
    lines = []
    for name, (copies, needed, percent) in zip(names, tiers, strict=True):
        many = f"{copies} instances, {needed} must work," if copies > 1 else "1 instance,"
        lines.append(f"{name:<9} {many:<28} {percent} % each")
    series = alone = whole = Fraction(1)
    for copies, needed, percent in tiers:
        series, alone = series * Fraction(percent, 100) ** copies, alone * Fraction(percent, 100)
        whole *= _up(copies, needed, percent)
    rule = f"{float(100 * whole):.2f}"
    factors = " x ".join(f"{float(_up(*tier)):.6g}" for tier in tiers)
    mistakes = {
        f"{float(100 * series):.2f}": "a tier does not need all its instances",
        f"{float(100 * alone):.2f}": "count the redundancy: a tier survives a lost instance",
        f"{min(float(100 * _up(*tier)) for tier in tiers):.2f}": "every tier takes its share",
    }
    return Drawn(
        ask=(
            "A request needs every tier below. Instances fail independently.\n\n```text\n"
            + "\n".join(lines)
            + "\n```\nHow available is the whole, in percent? Type it with two decimals."
        ),
        run=Run("python", _PROGRAM.format(tiers=tiers)),
        rule=rule,
        explain=f"Each tier by itself, then multiply: {factors}, that is {rule} %.",
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
        unit="%",
    )


FAMILY = Family(
    name="availability",
    skills={SkillId("sd.ha"): 2},
    source="aws-well-architected/Reliability Pillar: Availability",
    draw=draw,
)
