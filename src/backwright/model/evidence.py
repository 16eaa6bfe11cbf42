"""What a person did: one row each, only ever added, from which everything else is computed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SCHEMA_VERSION = 1


class Kind(StrEnum):
    """What sort of evidence a row is."""

    ANSWER = "answer"  # a question of an assessment
    DRILL = "drill"  # a question while learning
    LAB = "lab"
    FINDING = "finding"
    TIME = "time"  # minutes spent on a skill; says nothing about mastery
    DECLARED = "declared"  # what the person said: languages, goal, hours, own guess


class Outcome(StrEnum):
    """What came of it."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # "I don't know"
    RAPID = "rapid"  # answered too fast to have been read: kept, not counted
    NONE = "none"  # declared and time rows


@dataclass(frozen=True)
class Evidence:
    """One row of the log.

    Attributes:
        id: UUIDv7, so that rows sort by the moment of recording.
        profile: Whose it is.
        skill: Id, or "" for what is about the person.
        variant: The tool it was shown with ("postgresql"), or "".
        guess: Chance of this outcome's being right without mastery, 0 to 1.
        slip: Chance of its being wrong despite mastery, 0 to 1.
        weight: How much it counts, 1 for a question; minutes for a time row.
        source: "item:<id>", "family:<name>/<level>", "declare:<what>", "lesson:<skill>",
            "case:<id>/<step>", a lab run,
            a finding's fingerprint.
        given: What the person answered or declared, verbatim.
        seed: Of the question's numbers and option order; the question is rebuilt from it.
        occurred_at: When the person did it, UTC.
        recorded_at: When the row was written, UTC.
    """

    id: str
    profile: str
    skill: str
    variant: str
    kind: Kind
    outcome: Outcome
    guess: float
    slip: float
    weight: float
    source: str
    given: str
    seed: int
    occurred_at: datetime
    recorded_at: datetime
    schema: int = SCHEMA_VERSION


@dataclass(frozen=True)
class Person:
    """What a person declared, the latest statement of each kind."""

    profile: str
    name: str = ""
    languages: tuple[str, ...] | None = None
    role: str = ""
    band: str = "mid"
    hours_per_week: float = 0.0
    own_level: str = ""
