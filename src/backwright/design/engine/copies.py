"""The copies of a group while the simulation runs: which are up, whose turn it is, who stays at one."""

from itertools import cycle

from backwright.design.engine.agenda import Agenda, Code, Task
from backwright.design.engine.desks import WatchfulDesk
from backwright.design.net import Group


class Stay:
    """A visit to a copy that can be killed, with all that is done there on its behalf.

    It lasts until its last task has ended: branches and tries that nobody waits for may outlive the visit.

    Attributes:
        stays: Those at the same copy; it puts itself there.
        tasks: How many are there: the visit itself, branches and tries that began in it.
        is_open: The visit itself has not ended, so its caller waits.
        fail: What its caller does if the copy is killed.
        held: Desks of which it holds a unit, here and elsewhere.
        lines: Where it stands in line: desk and entry, by the entry's identity.
    """

    __slots__ = ("caller", "fail", "held", "is_alive", "is_open", "lines", "stays", "tasks")

    def __init__(self, caller: Task, fail: Code, stays: "dict[Stay, None]") -> None:
        self.stays = stays
        stays[self] = None
        self.tasks = 1
        self.is_open = True
        self.caller = caller
        self.fail = fail
        self.is_alive = True
        self.held: list[WatchfulDesk] = []
        self.lines: dict[int, tuple[WatchfulDesk, Task]] = {}

    def end(self) -> None:
        """Note that the visit itself has ended."""
        self.is_open = False
        self.left()

    def left(self) -> None:
        """Note that one of its tasks has ended."""
        self.tasks -= 1
        if not self.tasks:
            del self.stays[self]


class Copies:
    """The copies of a group, and the balancer in front of them.

    Attributes:
        turn: Gives the next copy, round robin over those that are up; -1 if none is.
        reasons: Per copy, how many failures keep it down; -1: it is not in service.
        stays: Per copy, who is there, in order of arrival (only if copies can be killed).
    """

    def __init__(self, group: Group, most: int, *, can_change: bool) -> None:
        self.group = group
        self.reasons = [0 if i < group.copies else -1 for i in range(most)]
        self.stays: list[dict[Stay, None]] = [{} for _ in range(most)]
        self.last = -1
        self.can_change = can_change
        self.turn = self.following if can_change else cycle(range(group.copies)).__next__

    def following(self) -> int:
        """Return the first copy after the last one, in the order of their numbers, that is up."""
        reasons = self.reasons
        n = len(reasons)
        for step in range(1, n + 1):
            copy = (self.last + step) % n
            if reasons[copy] == 0:
                self.last = copy
                return copy
        return -1

    @property
    def up(self) -> list[int]:
        """Return the copies that serve."""
        return [copy for copy, reasons in enumerate(self.reasons) if reasons == 0]

    @property
    def in_service(self) -> list[int]:
        """Return the copies that serve or are down and will come back."""
        return [copy for copy, reasons in enumerate(self.reasons) if reasons >= 0]


def kill(
    copies: Copies, copy: int, tables: list[list[WatchfulDesk]], agenda: Agenda, now: float
) -> None:
    """Lose all work at a copy: it fails to its callers, and what it holds elsewhere is given back.

    Args:
        copies: The group.
        copy: Which one.
        tables: Per station of the group, the desks by copy; those of this copy are replaced.
        agenda: Where callers go on.
        now: The time, s.
    """
    lost = list(copies.stays[copy])
    copies.stays[copy].clear()
    gone = {id(table[copy]) for table in tables}
    for stay in lost:
        stay.is_alive = False
    for table in tables:
        table[copy] = table[copy].successor(now)
    for stay in lost:
        for desk, entry in list(stay.lines.values()):
            if id(desk) not in gone:
                desk.strike(now, entry)
    for stay in lost:
        for desk in stay.held:
            if id(desk) not in gone:
                desk.leave(now)
        if stay.is_open:
            agenda.ready.append((stay.fail, stay.caller))
