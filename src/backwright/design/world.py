"""All that is alive during one simulation: agenda, streams, desks, copies and counters."""

from array import array
from collections.abc import Callable
from itertools import cycle

from backwright.design.agenda import Agenda
from backwright.design.desks import Desk
from backwright.design.net import Net
from backwright.design.streams import Draw, stream


class World:
    """The state of a simulation.

    Attributes:
        turns: Per group, gives the next copy.
        desks: Per station, per copy.
        tries, timeouts, refused: Per policy, since the warm-up.
        offered: Arrivals of requests.
        starts, ends: Per kind: arrival and end of requests that succeeded; `lost_starts`,
            `lost_ends` of those that failed.
        load: Factor of the arrivals.
        daemons: Events in the agenda that come back for ever.
    """

    def __init__(self, net: Net, seed: int, on_refill: Callable[[], None]) -> None:
        self.net = net
        self.seed = seed
        self.on_refill = on_refill
        self.agenda = Agenda()
        self.draws: dict[int, Draw] = {}
        self.turns = [cycle(range(group.copies)).__next__ for group in net.groups]
        self.desks = [
            [Desk(s) for _ in range(net.groups[s.group].copies if s.group >= 0 else 1)]
            for s in net.stations
        ]
        self.tries = [0] * len(net.policies)
        self.timeouts = [0] * len(net.policies)
        self.refused = [0] * len(net.policies)
        self.dead_letters = [0] * len(net.mailboxes)
        self.hits = [0] * len(net.caches)
        self.lookups = [0] * len(net.caches)
        self.counters = (self.tries, self.timeouts, self.refused, self.dead_letters, self.hits, self.lookups)  # fmt: skip
        kinds = range(len(net.programs))
        self.offered = array("d")
        self.starts = [array("d") for _ in kinds]
        self.ends = [array("d") for _ in kinds]
        self.lost_starts = [array("d") for _ in kinds]
        self.lost_ends = [array("d") for _ in kinds]
        self.load = 1.0
        self.on_load: Callable[[float], None] = ignore
        self.on_end: Callable[[float], None] = ignore
        self.daemons = 0

    def draw(self, number: int) -> Draw:
        """Return what gives the next number of a stream."""
        if number not in self.draws:
            sampler = self.net.samplers[number]
            self.draws[number] = stream(sampler, self.seed, number, self.on_refill)
        return self.draws[number]

    def serving(self, group: int) -> int:
        """Return how many copies of a group are up."""
        return self.net.groups[group].copies

    def depth(self, mailbox: int) -> int:
        """Return how many messages wait."""
        return 0


def ignore(_: float) -> None:
    """Do nothing."""
