"""A question family: a seed in, a question and the program that computes its key out.

The program really runs the thing asked about (a query, a server, a trace); `rule` is the same
answer by an independent way, so that a wrong program and a wrong rule are both noticed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

SAME = 1e-9  # relative difference of two computed numbers that counts as none


@dataclass(frozen=True)
class Drawn:
    """One instance of a family.

    Attributes:
        ask: Markdown; ends by saying what to type.
        run: Prints the key, alone.
        rule: The key by an independent rule, formatted as the program prints it.
        explain: Why, with this instance's numbers.
        wrong: Likely mistakes with this instance's numbers, each with its reason.
        tolerance: Relative tolerance of a numeric answer.
    """

    ask: str
    run: Run
    rule: str
    explain: str
    wrong: tuple[Wrong, ...] = ()
    tolerance: float = 0.0
    unit: str = ""


@dataclass(frozen=True)
class Family:
    """A family of executed questions.

    Attributes:
        name: The file's name, with hyphens.
        skills: Skill to the difficulty level (1..4) at which this family asks it.
        source: "<source id>/<section>", as for any question.
        draw: From a seeded generator and a level to one instance. Pure.
        guess: Chance of the right answer by guessing; .5 where the answer is one of two words.
    """

    name: str
    skills: Mapping[SkillId, int]
    source: str
    draw: Callable[[Random, int], Drawn]
    guess: float = 0.03


def agrees(printed: str, key: str, tolerance: float = 0.0) -> bool:
    """Whether what was printed (or typed) is the key: as text, or as a number within tolerance."""
    said, wanted = printed.strip().lower(), key.strip().lower()
    if said == wanted:
        return True
    try:
        number, target = float(said), float(wanted)
    except ValueError:
        return False
    return abs(number - target) <= max(tolerance, SAME) * max(abs(target), SAME)


def normal(text: str) -> str:
    """Return the text without case, outer quotes and repeated spaces, for comparing answers."""
    return " ".join(text.strip().strip("`'\"").lower().split())
