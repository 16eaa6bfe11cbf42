"""What a stack is chosen by: options, criteria, and facts as intervals that say where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from backwright.model.skill import SkillId

Kind = Literal["language", "framework", "store", "broker", "gateway"]
KINDS: tuple[Kind, ...] = ("language", "framework", "store", "broker", "gateway")
Method = Literal[
    "documentation",  # read in the file or page named, on or as of the day named
    "licence file",
    "support table",
    "published runs",
    "computed",  # from other facts here
    "from memory",  # the page says so to the author's knowledge; it was not opened that day
]

LEARNING = "learning"  # hours of the person's own skills: computed, never in a file
LANGUAGE = "language"  # what a framework is written for: a field of the option, not a fact


@dataclass(frozen=True)
class Criterion:
    """Something that options differ in.

    Attributes:
        short: At most 12 characters, for the head of a column.
        means: One sentence: what the words or the number say.
        better: "more" or "less" if it can be preferred; "" if it only describes (what a store is), or is
            enough or not enough (the largest message).
        words: Of a criterion in words: all it may say. If it can be preferred, they are levels,
            from least to most.
        low, high: Of a criterion in numbers: the full range, which is what "not known" stands for.
            A number is worth its place between these ends, so that an option's worth does not
            depend on which other options there are.
        unit: Of a number. A "day" is written as an ISO date and counted in years.
    """

    id: str
    name: str
    short: str
    means: str
    kinds: tuple[Kind, ...]
    better: Literal["more", "less", ""] = ""
    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its facts are numbers."""
        return not self.words

    @property
    def ends(self) -> tuple[float, float]:
        """The full range: of a number, or the first and last level of ordered words."""
        return (self.low, self.high) if self.is_number else (0.0, len(self.words) - 1.0)

    def at(self, value: str | float) -> float:
        """Return where a word, number or day stands on the criterion's scale.

        Raises:
            ValueError: No such word, or not a number or day.
        """
        if self.unit == "day":
            day = date.fromisoformat(str(value))
            return day.year + (day.timetuple().tm_yday - 1) / 365
        return float(value) if self.is_number else float(self.words.index(str(value)))

    def worth(self, value: float) -> float:
        """Return what a value on its scale is worth, 0 (worst) to 1 (best), linear between the ends."""
        low, high = self.ends
        share = (min(max(value, low), high) - low) / (high - low)
        return 1 - share if self.better == "less" else share


@dataclass(frozen=True)
class Fact:
    """What is known of one option in one criterion.

    Attributes:
        value: Words: the lowest and the highest level it may have (one if it is certain); where words
            only describe, all that hold. Numbers: one, or both ends of an interval.
        source: Id of a source and the section, as everywhere: "postgresql-docs/Transaction Isolation".
        date: The day on which the source said so: of the release, run, page or commit that was read.
        version: Of the option that the fact is about.
        url: The page or file itself.
        note: What the word or number leaves out.
    """

    value: tuple[str | float, ...]
    source: str
    date: str
    method: Method
    version: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Option:
    """Something that can be chosen.

    Attributes:
        about: One sentence: what it is.
        language: Of a framework: the options it is written for.
        skills: What a person has to know in order to work with it; their hours count.
        also: Other names that a person may type.
    """

    id: str
    name: str
    kind: Kind
    about: str
    version: str
    facts: Mapping[str, Fact]
    language: tuple[str, ...] = ()
    skills: tuple[SkillId, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Constraint:
    """What an option must have.

    Attributes:
        says: As it was asked for.
        words: Unordered words: one of these must hold (none of them, if `excludes`).
        least, most: Ends that the value must lie within, on the criterion's scale.
    """

    criterion: str
    says: str
    words: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    excludes: bool = False


@dataclass(frozen=True)
class Stack:
    """All options and criteria by id."""

    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)

    def of_kind(self, kind: str) -> tuple[Option, ...]:
        """Return the options of one kind, by id."""
        return tuple(option for option in self.options.values() if option.kind == kind)


def interval(criterion: Criterion, fact: Fact | None) -> tuple[float, float]:
    """Return the ends of what a value may be on the criterion's scale; all of it if there is no fact."""
    if fact is None:
        return criterion.ends
    at = [criterion.at(value) for value in fact.value]
    return at[0], at[-1]
