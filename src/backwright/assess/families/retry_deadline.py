"""Retries with backoff under a deadline: time spent or attempts made, on asyncio's clock."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import asyncio, selectors
class Skip(selectors.SelectSelector):  # the loop asks it to wait; it moves the clock instead
    now = 0.0
    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(0)
clock, attempts = Skip(), 0
async def call():
    global attempts
    for number in range({retries} + 1):
        if number:
            await asyncio.sleep(min({base} * 2 ** (number - 1), {cap}))
        attempts += 1
        try:
            async with asyncio.timeout({timeout}):
                await asyncio.Event().wait()
        except TimeoutError:
            pass
async def main():
    try:
        async with asyncio.timeout({deadline}):
            await call()
    except TimeoutError:
        pass
loop = asyncio.SelectorEventLoop(clock)
loop.time = lambda: clock.now
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
    uncapped = (retries + 1) * timeout + base * (2**retries - 1)
    text = (
        f"A server never answers. The client waits {timeout} ms per attempt, then retries up to"
        f" {retries} times. The pause before a retry is {base} ms, doubles each time and stays at"
        f" {cap} ms once there; no jitter."
    )
    if chance.random() < 0.5:
        deadline, rule, unit, printed = None, str(total), "ms", "round(clock.now)"
        text += " How many ms after the start does the caller get the error? Type the number."
        listed = " + ".join(map(str, pauses))
        explain = f"{retries + 1} x {timeout} waiting + {listed} of pauses = {rule} ms."
        mistakes = {
            str(uncapped): f"the pause stops growing at {cap} ms",
            str(total - timeout): f"{retries} retries are {retries + 1} attempts",
            str((retries + 1) * timeout): "the pauses count as well",
        }
    else:
        deadline, unit, printed = chance.randrange(starts[1] + 25, total, 50), "", "attempts"
        rule = str(sum(start < deadline for start in starts))
        text += f" A deadline stops all at {deadline} ms. How many attempts start? Type the number."
        explain = f"Attempts would start at {', '.join(map(str, starts))} ms; {rule} of them are"
        explain += f" before {deadline} ms."
        mistakes = {
            str(deadline // timeout): "the pauses between attempts take time too",
            str(retries + 1): "the deadline cuts the series short",
            str(
                sum(start + timeout < deadline for start in starts)
            ): "the one that is cut off did start",
        }
    numbers = dict(timeout=timeout, base=base, retries=retries, cap=cap, deadline=deadline)
    return Drawn(
        ask=text,
        run=Run("python", _PROGRAM.format(printed=printed, **numbers)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(say, why) for say, why in mistakes.items() if say != rule),
        unit=unit,
    )


FAMILY = Family(
    name="retry-deadline",
    skills={SkillId("dist.retries"): 3},
    source="aws-builders/Timeouts, retries, and backoff with jitter",
    draw=draw,
)
