"""What came of an answer: shared by the assessment, the drill and the faces."""

from dataclasses import dataclass

from backwright.model.item import Wrong


@dataclass(frozen=True)
class Feedback:
    """What came of an answer, and what it moved.

    Attributes:
        dropped: Too fast to have been read; not counted.
        repeated: The same question was answered less than a week ago; not counted again.
        chosen_because: Why the chosen wrong answer is wrong, "" if right or unknown.
        before, after: Mastery of the skill around this answer, None when not revealed.
    """

    outcome: str
    said: str
    right: str
    explain: str
    chosen_because: str
    do: str
    source: str
    proof: str
    skill: str
    skill_name: str
    dropped: bool
    repeated: bool
    seconds: float | None
    revealed: bool
    options: tuple[str, ...]
    wrong: tuple[Wrong, ...] = ()
    before: float | None = None
    after: float | None = None
