"""All that is alive during one simulation: agenda, streams, desks, copies and counters."""

from array import array
from collections.abc import Callable

from backwright.design.engine.agenda import STAY, Agenda, Code, Task
from backwright.design.engine.copies import Copies
from backwright.design.engine.desks import Desk, WatchfulDesk
from backwright.design.engine.gates import Gate
from backwright.design.engine.lookups import GivenRatio, LeastRecentlyUsed, Shelf
from backwright.design.engine.mailboxes import Box
from backwright.design.engine.streams import Draw, generator, key_of, keys, stream
from backwright.design.engine.walking import every
from backwright.design.net import AnyOf, CacheSpec, Net, Station


class World:
    """The state of a simulation.

    Attributes:
        can_kill: Copies can be killed, so work must be able to end anywhere.
        copies: Per group.
        desks: Per station, per copy.
        bulkheads: Per policy that has one, per copy of the caller.
        tries, timeouts, refused: Per policy, since the warm-up.
        offered: Arrivals of requests.
        starts, ends: Per kind: arrival and end of requests that succeeded; `lost_starts`,
            `lost_ends` of those that failed.
        load: Factor of the arrivals, followed by `on_load`; slow: factor of times, per group.
        erring: Per group, the failures "errors" that are on: share and stream.
        daemons: Events in the agenda that come back for ever.
    """

    def __init__(self, net: Net, seed: int, on_refill: Callable[[], None]) -> None:
        self.net = net
        self.seed = seed
        self.on_refill = on_refill
        self.agenda = Agenda()
        self.draws: dict[int, Draw] = {}
        kinds = {trouble.kind for trouble in net.troubles}
        self.can_kill = bool(kinds & {"kill", "zone"})
        self.slowed = {t.target for t in net.troubles if t.kind == "slow"}
        self.is_watchful = self.can_kill or any(policy.propagate for policy in net.policies)
        self.copies = [self.balanced(group) for group in range(len(net.groups))]
        picked = {k for op in every(net) if isinstance(op, AnyOf) for k in op.stations}
        self.desks = [self.row(k, station, picked) for k, station in enumerate(net.stations)]
        self.bulkheads = {
            k: [
                WatchfulDesk(Station(policy.name, policy.bulkhead), self.agenda.ready)
                for _ in range(self.most(policy.group))
            ]
            for k, policy in enumerate(net.policies)
            if policy.bulkhead is not None
        }
        self.shelves: list[Shelf] = [self.shelf(spec) for spec in net.caches]
        self.boxes = [Box(spec) for spec in net.mailboxes]
        self.gates = [Gate(policy) for policy in net.policies]
        self.count()
        self.load, self.loads = 1.0, [1.0]
        self.slows = [[1.0] for _ in net.groups]
        self.slow = [1.0] * len(net.groups)
        self.erring: list[list[tuple[float, Draw]]] = [[] for _ in net.groups]
        self.on_load: Callable[[float], None] = ignore
        self.on_end: Callable[[float], None] = ignore
        self.daemons = 0

    def count(self) -> None:
        """Start all counters at nothing."""
        net = self.net
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

    def most(self, group: int) -> int:
        """Return how many copies a group may have; 1 if there is no group."""
        if group < 0:
            return 1
        scaled = [scaler.most for scaler in self.net.scalers if scaler.group == group]
        return max([self.net.groups[group].copies, *scaled])

    def balanced(self, group: int) -> Copies:
        """Return the copies of a group."""
        can_change = self.can_kill or any(s.group == group for s in self.net.scalers)
        return Copies(self.net.groups[group], self.most(group), can_change=can_change)

    def row(self, number: int, station: Station, picked: set[int]) -> list[Desk]:
        """Return the desks of a station, one per copy."""
        copies = range(self.most(station.group))
        is_plain = station.order == "fifo" and station.patience is None and number not in picked
        if is_plain and not self.is_watchful:
            return [Desk(station.capacity, station.queue_max) for _ in copies]
        lane = None if station.patience is None else self.agenda.lane(station.patience)
        return [WatchfulDesk(station, self.agenda.ready, lane) for _ in copies]

    def shelf(self, spec: CacheSpec) -> Shelf:
        """Return the state of a cache."""
        if spec.hit is not None:
            return GivenRatio(spec, self.draw(spec.draw))
        rng = generator(self.seed, key_of(self.net.samplers[spec.draw], spec.draw))
        return LeastRecentlyUsed(spec, keys(spec.keys, spec.zipf, rng, self.on_refill))

    def draw(self, number: int) -> Draw:
        """Return what gives the next number of a stream."""
        if number not in self.draws:
            sampler = self.net.samplers[number]
            self.draws[number] = stream(sampler, self.seed, key_of(sampler, number), self.on_refill)
        return self.draws[number]

    def alive(self, code: Code) -> Code:
        """Return code that does nothing for a task whose copy was killed; for all that is scheduled."""
        if not self.can_kill:
            return code

        def guarded(now: float, task: Task) -> None:
            stay = task[STAY]
            if stay is None or stay.is_alive:
                code(now, task)

        return guarded


def ignore(_: float) -> None:
    """Do nothing."""
