"""How often the innermost statement of nested loops runs, counted by running them."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

# (the loops, with `work` as what is counted; the closed form; mistaken forms with their reasons)
_Shape = tuple[str, int, str, list[Wrong]]


def _plain(chance: Random) -> _Shape:
    """Draw two nested or successive loops with independent bounds."""
    n, m, step = chance.randint(6, 30), chance.randint(5, 25), chance.choice([2, 3, 4])
    times = -(-m // step)
    if chance.random() < 0.5:
        code = f"for i in range({n}):\n    for j in range(0, {m}, {step}):\n        work()"
        why = f"{m} / {step} rounded up is {times} values of j: {n} x {times}"
        wrong = [
            Wrong(str(n * m), f"j moves by {step}, so it takes {times} values"),
            Wrong(str(n + times), "a nested loop runs in full for each i: multiply"),
        ]
        return code, n * times, why, wrong
    code = f"for i in range({n}):\n    work()\nfor j in range({m}):\n    for k in range({step}):"
    code += "\n        work()"
    why = f"The loops follow one another: {n} + {m} x {step}"
    wrong = [Wrong(str(n * m * step), "only the last two are nested; the first is over by then")]
    return code, n + m * step, why, wrong


def _triangle(chance: Random) -> _Shape:
    """Draw an inner bound that depends on the outer counter."""
    n, pairs = chance.randint(8, 40), chance.random() < 0.5
    bounds = f"i + 1, {n}" if pairs else "i + 1"
    rule = n * (n - 1) // 2 if pairs else n * (n + 1) // 2
    code = f"for i in range({n}):\n    for j in range({bounds}):\n        work()"
    other = n * n - rule
    why = f"The first i does {n - 1 if pairs else 1}, the last one {0 if pairs else n}: "
    why += f"{n} x {n - 1 if pairs else n + 1} / 2"
    wrong = [
        Wrong(str(n * n), "j does not run over all values for each i"),
        Wrong(str(other), f"j = i {'is left out' if pairs else 'does not occur, but j = 0 does'}"),
    ]
    if not pairs:
        wrong[1] = Wrong(str(other), "range(i + 1) has i + 1 values, so also one for i = 0")
    return code, rule, why, wrong


def _halving(chance: Random) -> _Shape:
    """Draw a loop that halves, inside one that does not."""
    n, m = chance.randint(20, 4000), chance.randint(3, 12)
    rounds = n.bit_length()
    code = f"for i in range({m}):\n    n = {n}\n    while n > 0:\n        work()\n        n //= 2"
    why = f"{n} has {rounds} binary digits, each halving takes one: {m} x {rounds}"
    wrong = [
        Wrong(str(m * (rounds - 1)), "the round with n = 1 counts too, it halves to 0"),
        Wrong(str(rounds), f"the halving starts again for each of {m} values of i"),
    ]
    return code, m * rounds, why, wrong


def draw(chance: Random, level: int) -> Drawn:
    """Draw loops with fixed bounds, or at level 2 and above bounds that depend or halve."""
    shape = chance.choice([_triangle, _halving]) if level >= 2 else _plain
    code, rule, why, wrong = shape(chance)
    counted = "count = 0\n" + code.replace("work()", "count += 1") + "\nprint(count)"
    return Drawn(
        ask=f"```python\n{code}\n```\nHow many times is work() called? Type the number.",
        run=Run("python", counted),
        rule=str(rule),
        explain=f"{why} = {rule}.",
        wrong=tuple(mistake for mistake in wrong if mistake.say != str(rule)),
    )


FAMILY = Family(
    name="loop-count",
    skills={SkillId("fnd.data-structures"): 1},
    source="algs4/Analysis of algorithms",
    draw=draw,
)
