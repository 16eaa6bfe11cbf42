"""Retries with backoff under a deadline: time spent or attempts made, on asyncio's clock."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import asyncio, contextlib, selectors
class Skip(selectors.SelectSelector):  # the loop asks it to wait; it moves the clock instead
    now = 0.0
    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(0)
clock, attempts = Skip(), 0
async def main():
    global attempts
    async with asyncio.timeout({deadline}):
        for number in range({retries} + 1):
            if number:
                await asyncio.sleep(min({base} * 2 ** (number - 1), {cap}))
            attempts += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), {timeout})
loop = asyncio.SelectorEventLoop(clock)
loop.time = lambda: clock.now
with contextlib.suppress(TimeoutError):
    loop.run_until_complete(main())
print({printed})
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw a retry policy; ask for the total time, or for the attempts that a deadline leaves."""
    timeout, base = chance.randint(3, 20) * 50, chance.randint(1, 5) * 50
    retries = chance.randint(3, 5)
    cap = base * chance.choice([2, 4])
    pauses = [min(base * 2**number, cap) for number in range(retries)]
    starts = [number * timeout + sum(pauses[:number]) for number in range(retries + 1)]
    total = starts[-1] + timeout
    text = (
        f"A server never answers. The client waits {timeout} ms per attempt, then retries up to"
        f" {retries} times. The pause before a retry is {base} ms, doubles each time and stays at"
        f" {cap} ms once there; no jitter."
    )
    if chance.random() < 0.5:
        deadline, rule, unit, printed = None, str(total), "ms", "round(clock.now)"
        text += " How many ms after the start does the caller get the error? Type the number."
        explain = f"{retries + 1} x {timeout} waiting + {sum(pauses)} of pauses = {rule} ms."
        mistakes = {
            str(
                total - sum(pauses) + base * (2**retries - 1)
            ): f"the pause stops growing at {cap} ms",
            str(total - timeout): f"{retries} retries are {retries + 1} attempts",
            str((retries + 1) * timeout): "the pauses count as well",
        }
    else:
        deadline, unit, printed = chance.randrange(starts[1] + 25, total, 50), "", "attempts"
        rule = str(sum(start < deadline for start in starts))
        text += (
            f" All stops {deadline} ms after the start. How many attempts start? Type the number."
        )
        listed = ", ".join(map(str, starts))
        explain = f"Starts would be at {listed} ms; {rule} of them before {deadline} ms."
        mistakes = {
            str(deadline // timeout): "the pauses between attempts take time too",
            str(retries + 1): "the deadline cuts the series short",
            str(
                sum(start + timeout < deadline for start in starts)
            ): "the one that is cut off did start",
        }
    numbers = {"timeout": timeout, "base": base, "retries": retries, "cap": cap}
    return Drawn(
        ask=text,
        run=Run("python", _PROGRAM.format(**numbers, deadline=deadline, printed=printed)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
        unit=unit,
    )


FAMILY = Family(
    name="retry-deadline",
    skills={SkillId("dist.retries"): 3},
    source="aws-builders/Timeouts, retries, and backoff with jitter",
    draw=draw,
)
