"""Nested retries: how many calls reach the bottom service, counted by letting each one fail."""

from math import prod
from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
retries = {retries!r}  # of each caller, outermost first
reached = 0
def call(depth):
    global reached
    if depth == len(retries):
        reached += 1
        raise ConnectionError("down")
    for left in range(retries[depth], -1, -1):
        try:
            return call(depth + 1)
        except ConnectionError:
            if not left:
                raise
try:
    call(0)
except ConnectionError:
    print(reached)
"""
_CHAINS = (
    ("mobile app", "gateway", "orders", "payments"),
    ("web page", "checkout", "inventory", "pricing"),
    ("scheduler", "reports", "accounts", "ledger"),
)


def draw(chance: Random, level: int) -> Drawn:
    """Draw a chain of two or three callers above a service that is down."""
    chain = chance.choice(_CHAINS)[: chance.choice([3, 4, 4])]
    callers, bottom = chain[:-1], chain[-1]
    retries = [chance.randint(1, 4) for _ in callers]
    if len(retries) == 3 and chance.random() < 0.3:
        retries[chance.randrange(3)] = 0
    attempts = [count + 1 for count in retries]
    rule = str(prod(attempts))
    counts = ", ".join(
        f"{name} {count}" for name, count in zip(callers, retries, strict=True) if count
    )
    silent = [name for name, count in zip(callers, retries, strict=True) if not count]
    none = f" ({silent[0]} does not retry)" if silent else ""
    mistakes = {
        str(sum(attempts)): "each attempt of an outer caller starts all inner ones anew: multiply",
        str(attempts[-1]): "the callers above repeat the whole inner series",
        str(prod(max(count, 1) for count in retries)): "n retries are n + 1 attempts",
    }
    return Drawn(
        ask=(
            f"Calls go {' -> '.join(chain)}. `{bottom}` is down and fails each call at once. Each"
            f" caller retries a failed call, after the first attempt, up to so many times: {counts}"
            f"{none}. How many calls reach `{bottom}` for one operation of the {chain[0]}?"
            " Type the number."
        ),
        run=Run("python", _PROGRAM.format(retries=retries)),
        rule=rule,
        explain=f"Attempts multiply, retries + 1 each: {' x '.join(map(str, attempts))} = {rule}.",
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
    )


FAMILY = Family(
    name="retry-product",
    skills={SkillId("dist.retries"): 2},
    source="aws-builders/Timeouts, retries, and backoff with jitter",
    draw=draw,
)
