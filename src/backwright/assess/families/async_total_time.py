"""Sequential and concurrent awaits: total time, by asyncio on a clock that skips the waiting."""

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
clock = Skip()
call, both, start = asyncio.sleep, asyncio.gather, asyncio.ensure_future
async def main():
{body}
loop = asyncio.SelectorEventLoop(clock)
loop.time = lambda: clock.now
loop.run_until_complete(main())
print(round(clock.now))
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw a few awaits: one by one, two together, and a call started early and awaited late."""
    times = [10 * number for number in chance.sample(range(3, 40), 6)]
    early, one, left, right, other, third = times
    early += 200  # about as long as the lines that it overlaps
    lines = [f"await call({one})", f"await both(call({left}), call({right}))"]
    shape = chance.choice(["plain", "early", "early", "chain"])
    if shape == "plain":
        lines.append(f"await call({other})")
    if shape == "chain":
        lines.append(f"await both(call({other}), call({third}))")
    chance.shuffle(lines)
    between = one + max(left, right)
    awaited = {"plain": other, "early": 0, "chain": max(other, third)}[shape]
    rule, parts = between + awaited, [one, left, right]
    parts += {"plain": [other], "early": [early], "chain": [other, third]}[shape]
    mistakes = {
        str(sum(parts)): "calls that wait at the same time overlap",
        str(max(parts)): "an await holds up the lines after it",
    }
    explain = f"`both` takes as long as its slower call; awaits in a row add up: {rule} ms."
    if shape == "early":
        lines = [f"job = start(call({early}))", *lines, "await job"]
        rule = max(early, between)
        mistakes[str(early + between)] = "the job has been running since the first line"
        explain = f"The lines between take {between} ms while the job takes its {early}; the"
        explain += f" longer of the two is {rule} ms."
    code = "\n".join(lines)
    meaning = "`both` runs two calls concurrently (asyncio.gather, Promise.all)"
    if shape == "early":
        meaning += "; `start` begins a call without waiting (create_task, a promise not awaited)"
    return Drawn(
        ask=(
            f"`call(n)` is an I/O call that takes n ms; other code takes no time. {meaning}.\n\n"
            f"```text\n{code}\n```\nHow many ms does this take in all? Type the number."
        ),
        run=Run("python", _PROGRAM.format(body="\n".join(f"    {line}" for line in lines))),
        rule=str(rule),
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != str(rule)),
        unit="ms",
    )


FAMILY = Family(
    name="async-total-time",
    skills={SkillId("os.async-io"): 2, SkillId("py.async"): 2, SkillId("node.async"): 2},
    source="python-docs/Coroutines and Tasks",
    draw=draw,
)
