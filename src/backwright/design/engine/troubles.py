"""What happens to a system from outside: failures on the clock, and autoscalers."""

from collections.abc import Callable
from math import ceil, prod
from typing import cast

from backwright.design.engine.agenda import Code, Task
from backwright.design.engine.copies import kill
from backwright.design.engine.desks import WatchfulDesk
from backwright.design.engine.world import World
from backwright.design.net import Scaler, Trouble

Happening = Callable[[float], None]
NOBODY: Task = []  # the task of events that concern no request


def trouble(world: World) -> None:
    """Schedule the failures of a net."""
    for each in world.net.troubles:
        begin, end = happening(each, world)
        world.agenda.at(each.at, event(begin), NOBODY)
        world.agenda.at(each.at + each.lasting, event(end), NOBODY)


def event(happening: Happening) -> Code:
    """Return what happens as the code of an event."""
    return lambda now, _: happening(now)


def happening(each: Trouble, world: World) -> tuple[Happening, Happening]:
    """Return what begins and what ends a failure."""
    match each.kind:
        case "load":
            return loaded(each, world)
        case "slow":
            return slowed(each, world)
        case "errors":
            return erring(each, world)
        case "cold":
            return (lambda _: world.shelves[each.target].empty()), (lambda _: None)
        case "kill" | "zone":
            return down(each, world)


def loaded(each: Trouble, world: World) -> tuple[Happening, Happening]:
    """Let arrivals come `factor` times as often."""

    def change(now: float) -> None:
        world.load = prod(world.loads)
        world.on_load(now)

    def begin(now: float) -> None:
        world.loads.append(each.factor)
        change(now)

    def end(now: float) -> None:
        world.loads.remove(each.factor)
        change(now)

    return begin, end


def slowed(each: Trouble, world: World) -> tuple[Happening, Happening]:
    """Let times that are drawn at a node from now on be `factor` times as long."""
    factors = world.slows[each.target]

    def begin(_: float) -> None:
        factors.append(each.factor)
        world.slow[each.target] = prod(factors)

    def end(_: float) -> None:
        factors.remove(each.factor)
        world.slow[each.target] = prod(factors)

    return begin, end


def erring(each: Trouble, world: World) -> tuple[Happening, Happening]:
    """Let a share of the tries of calls to a group fail before they start."""
    entry = (each.factor, world.draw(each.draw))
    return (
        lambda _: world.erring[each.target].append(entry),
        lambda _: world.erring[each.target].remove(entry),
    )


def down(each: Trouble, world: World) -> tuple[Happening, Happening]:
    """Take down the first `count` copies of a group that are up, or one zone of every group."""
    taken: list[tuple[int, int]] = []

    def chosen() -> list[tuple[int, int]]:
        if each.kind == "kill":
            return [(each.target, copy) for copy in world.copies[each.target].up[: each.count]]
        return [
            (group, copy)
            for group, copies in enumerate(world.copies)
            for copy in copies.in_service
            if copy % copies.group.zones == each.target
        ]

    def begin(now: float) -> None:
        taken.extend(chosen())
        for group, copy in taken:
            world.copies[group].reasons[copy] += 1
        for group, copy in taken:
            kill(world.copies[group], copy, tables(group, world), world.agenda, now)

    def end(_: float) -> None:
        for group, copy in taken:
            reasons = world.copies[group].reasons
            if reasons[copy] > 0:  # an autoscaler may have taken it out of service
                reasons[copy] -= 1

    return begin, end


def tables(group: int, world: World) -> list[list[WatchfulDesk]]:
    """Return the desks of a group's stations and bulkheads, each by copy."""
    stations = [world.desks[k] for k, s in enumerate(world.net.stations) if s.group == group]
    bulkheads = [row for k, row in world.bulkheads.items() if world.net.policies[k].group == group]
    # where copies can be killed all desks are watchful
    return cast("list[list[WatchfulDesk]]", stations) + bulkheads


def scale(world: World) -> None:
    """Schedule the autoscalers of a net."""
    for each in world.net.scalers:
        world.daemons += 1
        world.agenda.at(each.interval, Scaling(each, world).decide, NOBODY)


class Scaling:
    """An autoscaler at work.

    New copies serve after `boot`. Copies that are no longer wanted get no new work and finish what they have,
    the highest numbers first; those that boot go before those that serve.
    """

    def __init__(self, spec: Scaler, world: World) -> None:
        self.spec = spec
        self.world = world
        self.copies = world.copies[spec.group]
        self.booting: dict[int, Task] = {}  # copy to the ticket of its start
        self.before = 0.0

    def decide(self, now: float, task: Task) -> None:
        """Set the number of copies by what was used since the last time."""
        spec = self.spec
        wanted = max(spec.least, min(spec.most, ceil(self.wanted(now) - 1e-9)))
        serving = self.copies.in_service
        for _ in range(wanted - len(serving) - len(self.booting)):
            self.boot(now)
        for _ in range(len(serving) + len(self.booting) - wanted):
            if self.booting:
                del self.booting[max(self.booting)]
            else:
                self.copies.reasons[self.copies.in_service[-1]] = -1
        self.world.agenda.at(now + spec.interval, self.decide, task)

    def wanted(self, now: float) -> float:
        """Return how many copies would be used just as much as aimed at."""
        spec, desks = self.spec, self.world.desks[self.spec.station]
        is_use = spec.signal == "use"
        total = sum(
            desk.busy + desk.held * now if is_use else desk.waited + desk.waiting * now
            for desk in desks
        )
        average = (total - self.before) / spec.interval
        self.before = total
        capacity = self.world.net.stations[spec.station].capacity if is_use else 1
        return average / (capacity * spec.target)

    def boot(self, now: float) -> None:
        """Start one copy more."""
        reasons = self.copies.reasons
        copy = next(k for k, r in enumerate(reasons) if r < 0 and k not in self.booting)
        ticket: Task = [copy]
        self.booting[copy] = ticket
        self.world.agenda.at(now + self.spec.boot, self.serve, ticket)

    def serve(self, _: float, ticket: Task) -> None:
        """Let a copy that has booted serve."""
        copy = ticket[0]
        if self.booting.get(copy) is ticket:
            del self.booting[copy]
            self.copies.reasons[copy] = 0
