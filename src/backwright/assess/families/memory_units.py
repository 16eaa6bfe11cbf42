"""Back of the envelope: storage and bandwidth from rate, size and time, added up by seconds."""

from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
data = 0  # bytes
for second in range({seconds}):
    data += {rate} * {size}
print(round({printed}, 4))
"""
_WITHIN = 0.02


def draw(chance: Random, level: int) -> Drawn:
    """Draw a stream of events; ask for a day's storage, or from level 2 on for more steps."""
    rate = chance.choice([20, 50, 120, 200, 350, 500, 800, 1200, 2500, 4000])
    size = chance.choice([150, 200, 250, 400, 500, 600, 800, 1500, 2000, 3000])
    days, copies, seconds = chance.choice([7, 14, 30, 90, 365]), chance.choice([2, 3]), 86_400
    key = rate * size * 86_400 / 10**9
    if level >= 2 and chance.random() < 0.4:
        kilobytes, size, seconds = size // 10, size // 10 * 1000, 1
        key, unit, printed = rate * size * 8 / 10**6, "Mbit/s", "data * 8 / 10**6"
        text = f"A service sends {rate} responses/s of {kilobytes} kB each. Which bandwidth do they"
        text += " take in Mbit/s, without overhead (1 kB = 1000 bytes)?"
        explain = f"{rate} x {size} bytes x 8 bits = {key:g} Mbit/s."
        mistakes = {
            f"{key / 8:g}": "network rates count bits: 8 in a byte",
            f"{key / 1000:g}": "a megabit is 10^6 bits, not 10^9",
        }
    elif level >= 2:
        key, unit = key * days * copies / 1000, "TB"
        printed = f"data * {days} * {copies} / 10**12"
        text = f"A service stores {rate} events/s of {size} bytes on average. They are kept {days}"
        text += f" days, in {copies} copies. How many TB is that (1 TB = 10^12 bytes)?"
        explain = f"{rate} x {size} x 86400 x {days} x {copies} bytes = {key:.4g} TB."
        mistakes = {
            f"{key / copies:.4g}": f"each of the {copies} copies takes its space",
            f"{key / days:.4g}": f"that is one day; it is kept {days}",
            f"{key * 1000:.6g}": "a TB is 10^12 bytes, 1000 GB",
        }
    else:
        unit, printed = "GB", "data / 10**9"
        text = (
            f"A service logs {rate} lines/s of {size} bytes on average. How many GB is that a day"
        )
        text += " (1 GB = 10^9 bytes, uncompressed)?"
        explain = f"{rate} x {size} bytes x 86400 s = {key:.4g} GB."
        mistakes = {
            f"{key / 24:.4g}": "that is one hour: a day has 24 x 3600 s",
            f"{key * 1000:.6g}": "that many MB; a GB is 1000 MB",
            f"{key * 8:.4g}": "storage is counted in bytes, not bits",
        }
    rule = str(round(key, 4))
    numbers = {"seconds": seconds, "rate": rate, "size": size, "printed": printed}
    return Drawn(
        ask=f"{text} Type a number (within 2 %).",
        run=Run("python", _PROGRAM.format(**numbers)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
        unit=unit,
    )


FAMILY = Family(
    name="memory-units",
    skills={SkillId("perf.capacity"): 1, SkillId("sd.method"): 2},
    source="system-design-primer/Back-of-the-envelope calculations",
    draw=draw,
)
