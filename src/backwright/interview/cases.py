"""A case with its numbers drawn: every parameter, every reference, every text filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from backwright.interview.quantity import exact, show
from backwright.model.case import Case, Estimate

HOLE = re.compile(r"\{([a-z_][a-z_0-9]*)\}")


@dataclass(frozen=True)
class Drawn:
    """A case as one session sees it.

    Attributes:
        numbers: Parameters, references and derived numbers, in base units.
        shown: The same as text with units; parameters and estimates only.
    """

    case: Case
    seed: int
    numbers: Mapping[str, float]
    shown: Mapping[str, str]

    @property
    def situation(self) -> str:
        """The situation with its numbers."""
        return self.filled(self.case.situation)

    @property
    def slo(self) -> str:
        """What must hold, in words."""
        return self.filled(self.case.slo)

    def filled(self, text: str) -> str:
        """Return prose with {name} replaced by the number and its unit."""
        return HOLE.sub(lambda hole: self.shown.get(hole[1], hole[0]), text)

    def blueprint(self, text: str) -> str:
        """Return YAML with {name} replaced by the plain number in base units."""
        return HOLE.sub(
            lambda hole: exact(self.numbers[hole[1]]) if hole[1] in self.numbers else hole[0], text
        )

    def estimate(self, name: str) -> Estimate:
        """Return an estimate by id; KeyError if the case has none of that name."""
        for each in self.case.estimates:
            if each.id == name:
                return each
        raise KeyError(name)


def draw(case: Case, seed: int) -> Drawn:
    """Return the case with parameters drawn; the same seed draws the same; seed 0 takes the defaults."""
    chance = Random(f"{case.id} {seed}")  # noqa: S311  (numbers of an exercise)
    parameters = {
        name: (chance.choice(p.choices) if seed else p.default) * p.scale
        for name, p in case.parameters.items()
    }
    return with_values(case, parameters, seed)


def with_values(case: Case, parameters: Mapping[str, float], seed: int = 0) -> Drawn:
    """Return the case with these parameters, in base units."""
    numbers = case.numbers(parameters)
    shown = {name: show(numbers[name], p.unit) for name, p in case.parameters.items()}
    shown |= {e.id: show(numbers[e.id], e.unit) for e in case.estimates}
    return Drawn(case, seed, numbers, shown)
