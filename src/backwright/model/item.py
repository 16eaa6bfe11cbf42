"""Questions: what is asked, what is right, what each wrong choice would teach."""

from dataclasses import dataclass
from enum import StrEnum

from backwright.model.skill import SkillId


class ItemKind(StrEnum):
    """How an item is answered."""

    CHOICE = "choice"
    TYPED = "typed"


@dataclass(frozen=True)
class Wrong:
    """A wrong answer and the reason why it is wrong."""

    say: str
    because: str


@dataclass(frozen=True)
class Run:
    """A program to execute: `runtime` names what executes it, `program` is its whole text."""

    runtime: str
    program: str


@dataclass(frozen=True)
class Item:
    """One authored question.

    Attributes:
        id: "<skill>/<name>", unique for ever.
        level: Difficulty, 1 beginner to 4 expert.
        right: The key of a choice; empty when typed.
        answer: The key when typed; a number or a short word.
        tolerance: Relative tolerance of a numeric answer, 0 means exact.
        run: What executes `check` (or the first code block of `ask`); empty when nothing is run.
        prints: What the program prints when the key is right; the answer itself when empty.
        version: What version-dependent facts were true for, with `reviewed` the ISO date.
    """

    id: str
    skill: SkillId
    level: int
    ask: str
    explain: str
    source: str
    kind: ItemKind = ItemKind.CHOICE
    right: str = ""
    wrong: tuple[Wrong, ...] = ()
    answer: str = ""
    accept: tuple[str, ...] = ()
    tolerance: float = 0.0
    unit: str = ""
    do: str = ""
    run: str = ""
    check: str = ""
    prints: str = ""
    version: str = ""
    reviewed: str = ""

    @property
    def is_executed(self) -> bool:
        """Whether the key was confirmed by running something, or is typed."""
        return self.kind is ItemKind.TYPED or bool(self.run)


@dataclass(frozen=True)
class Noise:
    """How far an answer can be trusted.

    Attributes:
        guess: Chance of a right answer without mastery, 0 to 1.
        slip: Chance of a wrong answer despite mastery, 0 to 1.
    """

    guess: float
    slip: float


def nominal_noise(kind: ItemKind, options: int) -> Noise:
    """Return the author's expectation before any data: one in `options`, rarely for a typed answer.

    Values of research on the simulated worlds (docs/method.md, Assessment): four options .24/.09,
    typed or executed .03/.12.
    """
    if kind is ItemKind.TYPED:
        return Noise(0.03, 0.12)
    return Noise(max(0.2, 0.96 / max(options, 2)), 0.09)
