"""A design case of an interview: a situation with drawn numbers, what is asked, what counts as an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backwright.model.formula import UNITS, evaluate
from backwright.model.skill import SkillId

Level = Literal["junior", "mid", "senior", "staff"]
LEVELS: tuple[Level, ...] = ("junior", "mid", "senior", "staff")


@dataclass(frozen=True)
class Parameter:
    """A number of the situation, drawn per session.

    Attributes:
        say: What it is, as a line of the situation: "people who use it on a day".
        unit: As it is shown: "", "%", "kB", "ms" ...; default, low, high and step are in this unit.
        step: Drawn values are low, low + step, ... up to high; 0 draws from the series 1, 2, 5, 10,
            20 ... between low and high.
    """

    say: str
    default: float
    low: float
    high: float
    unit: str = ""
    step: float = 0.0

    @property
    def scale(self) -> float:
        """What one of the unit is in base units."""
        return scale_of(self.unit)

    @property
    def choices(self) -> tuple[float, ...]:
        """Every value that can be drawn, in its unit, rising."""
        if self.step:
            count = int((self.high - self.low) / self.step + 1e-9)
            return tuple(round(self.low + n * self.step, 9) for n in range(count + 1))
        series = [m * 10.0**power for power in range(-6, 16) for m in (1, 2, 5)]
        return tuple(v for v in series if self.low * (1 - 1e-9) <= v <= self.high * (1 + 1e-9))


@dataclass(frozen=True)
class Trap:
    """A usual mistake: the wrong formula, and what it misses."""

    formula: str
    because: str


@dataclass(frozen=True)
class Estimate:
    """A number to estimate.

    Attributes:
        ask: The question; may hold {parameter}.
        formula: Over parameters and earlier estimates, in base units (model/formula.py).
        unit: The reference is shown, and an answer without a unit is read, in this one.
        tolerance: An answer counts within this factor of the reference.
        because: The way to the number, in words; may hold {parameter}.
        low, high: What is plausible whatever is drawn, in `unit`; a reference outside is a mistake.
    """

    id: str
    ask: str
    formula: str
    unit: str
    skill: SkillId
    because: str
    low: float
    high: float
    tolerance: float = 1.5
    level: Level = "junior"
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True)
class Point:
    """What a good answer contains.

    Attributes:
        evidence: Alternatives; each holds terms joined by " & " that stand in one sentence, each
            term words joined by "|" of which one stands; a word may end with *.
        level: From which level on it is expected.
        answer: To a question about the scope: what the interviewer says.
    """

    id: str
    say: str
    evidence: tuple[str, ...]
    skill: SkillId
    level: Level = "junior"
    answer: str = ""
    source: str = ""


@dataclass(frozen=True)
class Prompt:
    """Something asked in words: a failure or a follow-up.

    Attributes:
        level: From which level on it is asked.
    """

    id: str
    ask: str
    points: tuple[Point, ...]
    level: Level = "junior"


@dataclass(frozen=True)
class Case:
    """One design case.

    Attributes:
        about: One line for the list.
        situation: Own words; may hold {parameter}.
        parameters: By name, in the order they are shown.
        derived: More numbers for the blueprints, by name: formulas over parameters and estimates.
        slo: In words.
        skeleton: Blueprint that the candidate starts from; {name} stands for a number.
        reference: Blueprint that meets the SLO and survives its failures; {name} as above.
        sources: What facts in it rest on, "source id/section".
    """

    id: str
    name: str
    about: str
    situation: str
    slo: str
    parameters: Mapping[str, Parameter]
    estimates: tuple[Estimate, ...]
    scope: tuple[Point, ...]
    design: tuple[Point, ...]
    failures: tuple[Prompt, ...]
    follow_ups: tuple[Prompt, ...]
    skeleton: str
    reference: str
    derived: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @property
    def skills(self) -> tuple[SkillId, ...]:
        """Every skill that an answer can say something about, in the order of the case."""
        points = [*self.scope, *self.design]
        for prompt in (*self.failures, *self.follow_ups):
            points += prompt.points
        return tuple(
            dict.fromkeys([*(e.skill for e in self.estimates), *(p.skill for p in points)])
        )

    def numbers(self, parameters: Mapping[str, float]) -> dict[str, float]:
        """Return every number of the case in base units: parameters, references, derived.

        Raises:
            FormulaError: A formula has no finite value.
        """
        known = dict(parameters)
        for estimate in self.estimates:
            known[estimate.id] = evaluate(estimate.formula, known)
        for name, formula in self.derived.items():
            known[name] = evaluate(formula, known)
        return known

    @property
    def defaults(self) -> dict[str, float]:
        """The default of each parameter, in base units."""
        return {name: p.default * p.scale for name, p in self.parameters.items()}


def scale_of(unit: str) -> float:
    """Return what one of a unit such as "TB", "requests/s", "years", "%" or "Gbit/s" is in base units."""
    head, _, tail = unit.partition("/")
    name = head.strip()
    scale = 0.01 if name == "%" else UNITS.get(name, UNITS.get(name.removesuffix("s"), 1.0))
    per = tail.strip()
    return scale / (1.0 if per in ("", "s") else UNITS.get(per, 1.0))
