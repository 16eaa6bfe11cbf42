"""Deadlock or not: a schedule of threads that take locks, played with real locks."""

from functools import cache
from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from threading import Lock
programs = [["lock " + x, "lock " + y, "unlock " + y, "unlock " + x] for x, y in {pairs!r}]
locks, at = {{name: Lock() for name in "ABC"}}, [0] * len(programs)
def step(thread):  # False: it waits, or is done
    what, name = [*programs[thread], "end -"][at[thread]].split()
    if what == "end" or what == "lock" and not locks[name].acquire(blocking=False):
        return False
    if what == "unlock":
        locks[name].release()
    at[thread] += 1
    return True
for thread in {turns!r}:
    step(thread)
while any([step(thread) for thread in range(len(programs))]):
    pass
print("no" if set(at) == {{4}} else "yes")
"""
At = tuple[int, ...]  # steps done, by thread


def _steps(pairs: tuple[str, ...], at: At) -> dict[int, At]:
    """Return who can take a step, and where all are after it. A pair is locked, then unlocked."""
    held = "".join(pair[: min(done, 4 - done)] for pair, done in zip(pairs, at, strict=True))
    return {
        thread: (*at[:thread], at[thread] + 1, *at[thread + 1 :])
        for thread, pair in enumerate(pairs)
        if at[thread] in {2, 3} or (at[thread] < 2 and pair[at[thread]] not in held)
    }


@cache
def _ends(pairs: tuple[str, ...], at: At) -> frozenset[At]:
    """Return every state without a next step that some order of steps leads to."""
    found = [_ends(pairs, state) for state in _steps(pairs, at).values()]
    return frozenset().union(*found) if found else frozenset({at})


def draw(chance: Random, level: int) -> Drawn:
    """Draw threads that can deadlock and turns after which it is certain whether they do."""
    deadlocks = chance.random() < 0.5
    while True:
        count = chance.choice([2, 3, 3])
        pairs = tuple("".join(chance.sample("ABC", 2)) for _ in range(count))
        turns = [*range(count), *(chance.randrange(count) for _ in range(chance.randint(1, 4)))]
        chance.shuffle(turns)
        at: At = (0,) * count
        any_turns = _ends(pairs, at)  # more than one: it depends on the turns
        for thread in turns:
            at = _steps(pairs, at).get(thread, at)
        ends = _ends(pairs, at)
        if len(any_turns) > 1 == len(ends) and deadlocks != ((4,) * count in ends):
            break
    last = next(iter(ends))
    waits = [
        f"thread {n + 1} waits for {pairs[n][last[n]]}, held by thread {other + 1}"
        for n in range(count)
        for other in range(count)
        if last[n] < 2 and pairs[n][last[n]] in pairs[other][: last[other]]
    ]
    why = "; ".join(waits) if deadlocks else "after these turns no circle of waits can close"
    rows = [
        f"thread {n}: lock {pair[0]}, lock {pair[1]}, unlock {pair[1]}, unlock {pair[0]}"
        for n, pair in enumerate(pairs, 1)
    ]
    listed = "\n".join([*rows, f"turns: {' '.join(str(thread + 1) for thread in turns)}"])
    return Drawn(
        ask=(
            "Each turn runs one step of that thread; a thread whose lock is taken waits and loses"
            f" the turn.\n\n```text\n{listed}\n```\nAfter these turns the threads run on in any"
            " order. Do they deadlock? Type yes or no."
        ),
        run=Run("python", _PROGRAM.format(pairs=pairs, turns=turns)),
        rule="yes" if deadlocks else "no",
        explain=f"{why[0].upper()}{why[1:]}.",
        wrong=(Wrong("no" if deadlocks else "yes", why),),
    )


FAMILY = Family(
    name="deadlock-schedule",
    skills={SkillId("os.concurrency"): 3},
    source="ostep/Common Concurrency Problems",
    draw=draw,
    guess=0.5,
)
