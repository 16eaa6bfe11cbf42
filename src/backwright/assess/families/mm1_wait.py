"""Waiting in an M/M/1 queue, by adding up its birth-death chain."""

from random import Random

from backwright.assess.family import Drawn, Family, agrees
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
rate, service_s = {rate}, {service_ms} / 1000
share = [1.0]  # of the time with n in the system: in balance, as many go up as come down
for _ in range(5000):
    share.append(share[-1] * rate * service_s)
whole = sum(share)
inside = sum(count * part for count, part in enumerate(share)) / whole
waiting = sum((count - 1) * part for count, part in enumerate(share) if count) / whole
print(round({counted} / rate * 1000, 3))  # Little's law: time = number / rate
"""
_WITHIN = 0.02


def draw(chance: Random, level: int) -> Drawn:
    """Draw a rate and a service time that load one server by 40 to 95 %."""
    service_ms = chance.choice([2, 4, 5, 8, 10, 16, 20, 25, 40, 50])
    rate = round(chance.choice([0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95]) * 1000 / service_ms)
    load = rate * service_ms / 1000
    total = service_ms / (1 - load)
    waits = chance.random() < 0.4
    counted, key = ("waiting", total - service_ms) if waits else ("inside", total)
    rule = str(round(key, 3))
    asked = "does a job wait before it is served" if waits else "pass from arrival to completion"
    other = total if waits else total - service_ms
    mistakes = {
        f"{other:.4g}": (
            "that includes the service itself" if waits else "the service itself counts as well"
        ),
        f"{service_ms * load if waits else service_ms * (1 + load):.4g}": (
            "waiting grows as load / (1 - load), not in proportion to the load"
        ),
        f"{service_ms}": "jobs arrive in bunches, so many find the server busy",
    }
    formula = f"{service_ms} / (1 - {load:g}) = {total:.4g} ms"
    return Drawn(
        ask=(
            f"One server takes jobs in order of arrival from an unbounded queue. {rate} jobs arrive"
            f" per second (Poisson); service takes {service_ms} ms on average (exponential). How"
            f" many ms {asked}, on average in the long run? Type a number (within 2 %)."
        ),
        run=Run("python", _PROGRAM.format(rate=rate, service_ms=service_ms, counted=counted)),
        rule=rule,
        explain=(
            f"M/M/1 at load {rate} x {service_ms / 1000:g} = {load:g}: in the system {formula}"
            + (f", of which {total - service_ms:.4g} ms waiting." if waits else ".")
        ),
        wrong=tuple(Wrong(*one) for one in mistakes.items() if not agrees(one[0], rule, _WITHIN)),
        tolerance=_WITHIN,
        unit="ms",
    )


FAMILY = Family(
    name="mm1-wait",
    skills={SkillId("perf.capacity"): 3},
    source="systems-performance/Chapter 2, Methodologies: Queueing theory",
    draw=draw,
)
