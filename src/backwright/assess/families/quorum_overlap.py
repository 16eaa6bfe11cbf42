"""Quorums: the smallest read set that meets every write set, found by trying all subsets."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from itertools import combinations
replicas, given = {replicas}, {given}
def sets(size):  # as bit masks
    return [sum(1 << one for one in group) for group in combinations(range(replicas), size)]
smallest = next(
    size for size in range(1, replicas + 1) if all(a & b for a in sets(given) for b in sets(size))
)
print({printed})
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw N and one of W and R; ask for the other, or for how many replicas may then be down."""
    replicas = chance.randint(3, 9)
    given = chance.randint(2, replicas)
    known, wanted = chance.choice([("write", "read"), ("read", "write")])
    needed = replicas - given + 1
    text = f"Data has {replicas} replicas. A {known} waits for any {given} of them."
    text += " Reads must see the latest confirmed write (strict quorums; newest version wins)."
    if chance.random() < 0.6:
        printed, rule = "smallest", needed
        text += f" For how many replicas must a {wanted} wait at least? Type the number."
        explain = f"R + W > N: {given} + {needed} = {replicas + 1} > {replicas}, so two sets share"
        explain += " at least one replica."
        mistakes = {
            str(replicas - given): "the two sets can then just miss each other",
            str(replicas // 2 + 1): "a majority is needed only if the other side is one as well",
            str(given): f"only the sum matters, and it must be {replicas + 1}",
        }
    else:
        printed, rule = "replicas - smallest", given - 1
        text += f" A {wanted} waits for as few as that allows. How many replicas may be down while"
        text += f" a {wanted} still succeeds? Type the number."
        explain = f"A {wanted} needs {replicas} - {given} + 1 = {needed} replicas, so {rule} of"
        explain += f" {replicas} may be down."
        mistakes = {
            str(replicas - given): f"that is what a {known} survives",
            str(given): f"with {needed - 1} left, the {wanted} can miss every one of the {given}",
            str((replicas - 1) // 2): "that holds when both sides are majorities",
        }
    return Drawn(
        ask=text,
        run=Run("python", _PROGRAM.format(replicas=replicas, given=given, printed=printed)),
        rule=str(rule),
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] not in (str(rule), "0")),
    )


FAMILY = Family(
    name="quorum-overlap",
    skills={SkillId("dist.consistency"): 2},
    source="dynamo-paper/4.5 Execution of get () and put () operations",
    draw=draw,
)
