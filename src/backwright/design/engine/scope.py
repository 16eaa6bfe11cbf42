"""Where a step of a program stands: in which kind of task, at which copies, and where it goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from backwright.design.engine.agenda import AWAITED, CALLER, SLOTS, STAY, Code, Task
from backwright.design.engine.desks import Dropped
from backwright.design.engine.walking import needed
from backwright.design.engine.world import World
from backwright.design.net import Op


@dataclass
class Frame:
    """The slots of a kind of task: a request or message, the tries of a Call, a branch, a visit that can be killed.

    Attributes:
        outer: The frame of the task that is its caller.
        is_given_up: Whether work in it is dropped once its caller has given up.
    """

    outer: "Frame | None" = None
    is_given_up: bool = False
    slots: int = 0

    def slot(self) -> int:
        """Return the index of a new slot."""
        self.slots += 1
        return SLOTS + self.slots - 1

    @property
    def blank(self) -> tuple[None, ...]:
        """Return what the slots of a new task hold."""
        return (None,) * self.slots


class Exits(NamedTuple):
    """Where a step goes on."""

    ok: Code
    fail: Code


@dataclass(frozen=True)
class Scope:
    """Where a step stands.

    Attributes:
        places: Group to the slot that holds the number of the copy.
        carried: Pairs of slots, of the caller and of a new task of this frame, to be copied over.
    """

    frame: Frame
    places: Mapping[int, int] = field(default_factory=dict)
    carried: tuple[tuple[int, int], ...] = ()

    def at(self, group: int, slot: int) -> "Scope":
        """Return the scope inside a visit."""
        return replace(self, places={**self.places, group: slot})

    def nested(self, ops: tuple[Op, ...], world: World, *, is_given_up: bool = False) -> "Scope":
        """Return the scope of steps that run as a task of their own."""
        frame = Frame(self.frame, is_given_up)
        groups = sorted(needed(ops, world.net) & self.places.keys())
        places = {group: frame.slot() for group in groups}
        carried = tuple((self.places[group], places[group]) for group in groups)
        return Scope(frame, places, carried)

    def dropped(self) -> Dropped:
        """Return the function that says whether a task that stands here is to be dropped.

        It is, if it or a task above it is a try of a call that propagates deadlines, and whoever waited
        for that try has given up or was killed.
        """
        flags: list[bool] = []
        frame: Frame | None = self.frame
        while frame is not None:
            flags.append(frame.is_given_up)
            frame = frame.outer
        while flags and not flags[-1]:
            flags.pop()
        if not flags:
            return never_dropped

        def dropped(task: Task) -> bool:
            for flag in flags:
                if flag:
                    stay = task[STAY]
                    if not task[AWAITED] or (stay is not None and not stay.is_alive):
                        return True
                task = task[CALLER]
            return False

        return dropped


def never_dropped(_: Task) -> bool:
    """Return that work goes on whoever waits for it."""
    return False


@dataclass(frozen=True)
class Build:
    """What is needed to compile a step: the world, and how a list of steps is compiled."""

    world: World
    body: Callable[[tuple[Op, ...], Scope, Exits], Code]
