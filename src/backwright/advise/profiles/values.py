"""What every profile is read into: frames, and stacks of them with weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

NAME_MAX = 300  # characters of a name that are kept; a longer one is generated or hostile

Kind = Literal["cpu", "wall", "off-cpu", "allocated", "in-use", "unknown"]
Unit = Literal["samples", "seconds", "bytes", "objects"]


class Frame(NamedTuple):
    """One function as a profile names it.

    Attributes:
        file: As written in the profile; empty if it does not say.
        line: Of the function or of the call; 0 if it does not say.
    """

    name: str
    file: str = ""
    line: int = 0


class Weight(NamedTuple):
    """How much one stack was seen.

    Attributes:
        value: In the profile's unit, at least 0.
        samples: How often it was seen; 0 where the profile was traced and not sampled.
    """

    value: float
    samples: int


@dataclass(frozen=True)
class Profile:
    """Stacks with weights, whatever the file's format was.

    Attributes:
        form: The format it was read from, such as "speedscope".
        kind: What was measured, as far as the file says.
        stacks: Indexes of frames, outermost first.
        seconds: Wall time that the profile covers; 0 if it does not say.
        samples: Sum over all stacks; 0 if traced, so that there is no sampling error.
        threads: How many the file tells apart; 1 if it does not.
        notes: What was not read, and what was assumed.
    """

    form: str
    kind: Kind
    unit: Unit
    frames: tuple[Frame, ...]
    stacks: Mapping[tuple[int, ...], Weight]
    seconds: float = 0.0
    threads: int = 1
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """The weight of all stacks."""
        return sum(weight.value for weight in self.stacks.values())

    @property
    def samples(self) -> int:
        """How many samples there are; 0 if the profile was traced."""
        return sum(weight.samples for weight in self.stacks.values())


class Gathering:
    """Adds up stacks while a file is read."""

    def __init__(self) -> None:
        self.frames: dict[Frame, int] = {}
        self._stacks: dict[tuple[int, ...], tuple[float, int]] = {}

    def frame(self, name: str, file: str = "", line: int = 0) -> int:
        """Return the index of a frame, new or known."""
        made = Frame((name or "(anonymous)")[:NAME_MAX], file[:NAME_MAX], max(line, 0))
        return self.frames.setdefault(made, len(self.frames))

    def add(self, stack: tuple[int, ...], value: float, samples: int) -> None:
        """Count a stack, outermost frame first."""
        before = self._stacks.get(stack, (0.0, 0))
        self._stacks[stack] = (before[0] + value, before[1] + samples)

    def stacks(self) -> dict[tuple[int, ...], Weight]:
        """Return what was counted; stacks without weight are left out."""
        return {s: Weight(v, n) for s, (v, n) in self._stacks.items() if v > 0}
