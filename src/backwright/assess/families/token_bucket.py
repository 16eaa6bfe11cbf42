"""Token bucket: how many requests of three bursts pass; played, and checked by GCRA."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
# Tokens in thousandths, so that a refill per millisecond is a whole number.
full = tokens = capacity * 1000
before = passed = 0
for at_ms, requests in bursts:
    tokens = min(full, tokens + (at_ms - before) * per_second)
    before = at_ms
    for _ in range(requests):
        if tokens >= 1000:
            tokens -= 1000
            passed += 1
print(passed)
"""


def _passed(capacity: int, per_second: int, bursts: list[tuple[int, int]]) -> list[int]:
    """Return how many pass of each burst, by GCRA: the same limit without a bucket.

    A request is early by the time until its theoretical arrival; being early by up to
    `capacity` - 1 intervals is allowed. Times are in 1/`per_second` ms, so that they are whole.
    """
    interval, arrival, passed = 1000, 0, []
    for at_ms, requests in bursts:
        now, count = at_ms * per_second, 0
        for _ in range(requests):
            if max(arrival, now) - now <= (capacity - 1) * interval:
                arrival = max(arrival, now) + interval
                count += 1
        passed.append(count)
    return passed


def draw(chance: Random, level: int) -> Drawn:
    """Draw a bucket and three bursts: one that drains it, one soon after, one after a rest."""
    capacity, per_second = chance.randint(5, 20), chance.choice([1, 2, 4, 5])
    soon = chance.randint(1, 5) * 500
    later = soon + chance.randint(2, 12) * 500
    bursts = [
        (0, capacity + chance.randint(1, 6)),
        (soon, chance.randint(2, capacity)),
        (later, chance.randint(4, capacity + 6)),
    ]
    each = _passed(capacity, per_second, bursts)
    rule, total = sum(each), sum(requests for _, requests in bursts)
    uncapped = min(total, capacity + later * per_second // 1000)
    refilled = sum(min(capacity, requests) for _, requests in bursts)
    wrong = {
        refilled: "between bursts only the refill returns, not the whole bucket",
        uncapped: "tokens above the capacity are lost, and a refusal saves nothing for before",
        total: "a burst above the tokens that are there is refused in part",
    }
    told = ", ".join(f"{requests} at {at_ms / 1000:g} s" for at_ms, requests in bursts)
    return Drawn(
        ask=(
            f"A token bucket holds at most {capacity} tokens, starts full and gains {per_second} "
            "per second, continuously (fractions add up). A request takes one whole token or is "
            f"refused at once. Requests arrive: {told}. How many are let through in all? "
            "Type the number."
        ),
        run=Run("python", f"{capacity = }\n{per_second = }\n{bursts = }\n{_PROGRAM}"),
        rule=str(rule),
        explain=(
            f"Let through per burst: {each}, in all {rule}. Each burst finds what the last one "
            f"left plus {per_second} per second, at most {capacity}."
        ),
        wrong=tuple(Wrong(str(say), why) for say, why in wrong.items() if say != rule),
    )


FAMILY = Family(
    name="token-bucket",
    skills={SkillId("api.rate-limit"): 3},
    source="system-design-interview/Design a rate limiter",
    draw=draw,
)
