"""Random nets: two or three services over stores, with every step, policy and order that `net.py` has."""

from dataclasses import dataclass, field, replace
from random import Random

from backwright.design.net import (
    AnyOf,
    Break,
    CacheGet,
    CacheSpec,
    Call,
    Delay,
    Fork,
    Group,
    Hold,
    Loop,
    Mailbox,
    Net,
    Op,
    Pick,
    Policy,
    Sampler,
    Send,
    Source,
    Station,
    Trouble,
    Use,
    Visit,
)

ORDERS = ("fifo", "fifo", "fifo", "lifo", "codel")
SHAPES = ("exponential", "lognormal", "gamma", "uniform", "pareto", "empirical", "constant")


@dataclass
class Draft:
    """A net that grows while its programs are written.

    Attributes:
        own: Per group, its stations; shared: stations of which there is one.
        is_dangerous: Copies may be killed, callers' deadlines are propagated.
        is_plain: Lines are first come first served and nobody leaves them: the fast paths.
    """

    chance: Random
    samplers: list[Sampler] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    stations: list[Station] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    mailboxes: list[Mailbox] = field(default_factory=list)
    caches: list[CacheSpec] = field(default_factory=list)
    own: dict[int, list[int]] = field(default_factory=dict)
    shared: list[int] = field(default_factory=list)
    is_dangerous: bool = False
    is_plain: bool = False

    def one_in(self, n: int) -> bool:
        return self.chance.random() * n < 1

    def sampler(self, sampler: Sampler) -> int:
        key = self.chance.randrange(2**32) if self.one_in(2) else -1
        self.samplers.append(replace(sampler, key=key))
        return len(self.samplers) - 1

    def unit(self) -> int:
        return self.sampler(Sampler("unit"))

    def law(self, mean: float = 0.01) -> int:
        shape = self.chance.choice(SHAPES)
        mean *= self.chance.uniform(0.5, 1.5)
        points = (
            ((0.0, mean * 0.1), (0.6, mean * 0.8), (1.0, mean * 3)) if shape == "empirical" else ()
        )
        return self.sampler(Sampler(shape, mean, self.chance.choice((0.3, 1.0, 2.0)), points))

    def station(self, group: int) -> int:
        chance = self.chance
        self.stations.append(
            Station(
                f"station{len(self.stations)}",
                chance.randint(1, 4),
                group,
                queue_max=chance.randint(0, 6) if self.one_in(3) else None,
                order="fifo" if self.is_plain else chance.choice(ORDERS),
                patience=chance.uniform(0.01, 0.08)
                if self.one_in(4) and not self.is_plain
                else None,
            )
        )
        return len(self.stations) - 1

    def policy(self, caller: int, callee: int) -> int:
        chance, one_in = self.chance, self.one_in
        self.policies.append(
            Policy(
                f"policy{len(self.policies)}",
                timeout=chance.uniform(0.02, 0.15) if not one_in(4) else None,
                retries=chance.choice((0, 1, 2)),
                base=chance.choice((0.0, 0.01)),
                most=0.015,
                jitter_kind=chance.choice(("none", "equal", "full")),
                jitter=self.unit(),
                budget=chance.choice((0.1, 0.5)) if one_in(4) else None,
                breaker_errors=chance.choice((0.3, 0.5)),
                breaker_window=chance.choice((4, 10)) if one_in(4) else 0,
                breaker_open=chance.uniform(0.02, 0.2),
                hedge=chance.uniform(0.005, 0.05) if one_in(4) else None,
                propagate=self.is_dangerous and one_in(2),
                limit=chance.uniform(20, 100) if one_in(6) else None,
                bulkhead=chance.randint(1, 4) if one_in(4) else None,
                group=caller,
                failing=0.1 if one_in(4) else 0.0,
                chance=self.unit(),
                callee=callee,
            )
        )
        return len(self.policies) - 1

    def cache(self) -> int:
        chance = self.chance
        is_given = self.one_in(2)
        self.caches.append(
            CacheSpec(
                f"cache{len(self.caches)}",
                self.law(0.001),
                self.unit(),
                hit=0.7 if is_given else None,
                refill=chance.choice((0.0, 10.0)),
                keys=chance.choice((20, 1000)),
                zipf=chance.choice((0.0, 0.8, 1.0, 1.3)),
                entries=chance.choice((1, 10, 30)),
                ttl=chance.choice((None, 0.2)),
                starts_cold=self.one_in(2),
            )
        )
        return len(self.caches) - 1

    def steps(self, at: int, below: list[int], depth: int) -> tuple[Op, ...]:
        """Return a few steps of a program that stands at a copy of group `at` (-1: nowhere)."""
        return tuple(self.step(at, below, depth) for _ in range(self.chance.randint(1, 3)))

    def step(self, at: int, below: list[int], depth: int) -> Op:
        chance = self.chance
        stations = self.shared + self.own.get(at, [])
        flat = [
            lambda: Delay(self.law(), at),
            lambda: Use(chance.choice(stations), self.law(), at),
            lambda: Use(chance.choice(stations), self.law(), at),
            lambda: Break(self.unit(), 0.05),
        ]
        if self.mailboxes:
            flat.append(lambda: Send(chance.randrange(len(self.mailboxes))))
        deep = [
            lambda: Hold(chance.choice(stations), self.steps(at, below, depth - 1)),
            lambda: Pick(
                self.unit(), (0.3, 0.5), tuple(self.steps(at, below, depth - 1) for _ in "ab")
            ),
            lambda: Loop(chance.randint(0, 3), self.steps(at, below, depth - 1)),
            lambda: Fork(
                tuple(self.steps(at, below, depth - 1) for _ in range(3)), chance.randint(0, 3)
            ),
            lambda: CacheGet(self.cache(), self.steps(at, below, depth - 1)),
        ]
        if not self.is_plain:
            some = tuple(chance.sample(stations, min(2, len(stations))))
            deep.append(lambda: AnyOf(some, self.unit(), self.steps(at, below, depth - 1)))
        if below:
            deep += [lambda: self.call(at, below, depth - 1)] * 4
        return chance.choice(flat if depth <= 0 or self.one_in(3) else deep)()

    def call(self, at: int, below: list[int], depth: int) -> Op:
        """Return a call of the next group, which may call those behind it."""
        callee, *behind = below
        inside: tuple[Op, ...] = self.steps(callee, behind, depth)
        if not self.one_in(3):
            inside = (Hold(self.own[callee][0], inside),)
        body: tuple[Op, ...] = (Visit(callee, inside),)
        if self.own.get(at) and self.one_in(
            3
        ):  # a connection of the caller's pool, inside the call
            body = (Hold(self.chance.choice(self.own[at]), body),)
        return Call(self.policy(at, callee), body)

    def troubles(self) -> list[Trouble]:
        chance, result = self.chance, []
        for _ in range(chance.choice((0, 1, 2))):
            kind = chance.choice(("slow", "errors", "cold", "kill", "zone", "kill"))
            if kind == "cold" and not self.caches:
                continue
            if kind in ("kill", "zone") and not self.is_dangerous:
                continue
            many = len(self.caches) if kind == "cold" else 2 if kind == "zone" else len(self.groups)
            factor = 0.5 if kind == "errors" else 5.0
            result.append(
                Trouble(
                    kind,
                    chance.uniform(0.05, 0.6),
                    chance.uniform(0.05, 0.5),
                    chance.randrange(many),
                    factor,
                    chance.randint(1, 2),
                    self.unit(),
                )
            )
        return result


def random_net(seed: int) -> Net:
    """Return a random net."""
    chance = Random(seed)
    manner = chance.choice(("plain", "watchful", "dangerous"))
    draft = Draft(chance, is_dangerous=manner == "dangerous", is_plain=manner == "plain")
    draft.groups = [
        Group(f"group{k}", chance.randint(1, 3), chance.randint(1, 3))
        for k in range(chance.randint(1, 3))
    ]
    draft.shared = [draft.station(-1) for _ in range(chance.randint(1, 2))]
    for k in range(len(draft.groups)):
        draft.own[k] = [draft.station(k) for _ in range(chance.randint(1, 2))]
    for k in range(chance.choice((0, 0, 1, 2))):  # a message may send to mailboxes before its own
        body = draft.steps(-1, list(range(len(draft.groups))), 2)
        draft.mailboxes.append(
            Mailbox(
                f"box{k}",
                chance.randint(1, 3),
                body,
                chance.choice((None, 3)),
                chance.randint(1, 3),
            )
        )
    programs = tuple(
        (draft.call(-1, list(range(len(draft.groups))), 4), *draft.steps(-1, [], 1))
        for _ in range(chance.randint(1, 2))
    )
    is_closed = chance.random() < 0.2
    source = Source(
        draft.sampler(Sampler(chance.choice(("exponential", "exponential", "constant")))),
        draft.unit(),
        (1.0,) if len(programs) == 1 else (0.7, 0.3),
        rate=chance.uniform(20, 200),
        users=chance.randint(1, 8) if is_closed else 0,
        think=draft.law(0.05) if is_closed else -1,
    )
    troubles = tuple(draft.troubles())
    return Net(
        tuple(draft.samplers), tuple(draft.groups), tuple(draft.stations), tuple(draft.policies),
        tuple(draft.mailboxes), tuple(draft.caches), source, programs,
        tuple(f"kind{k}" for k in range(len(programs))), troubles,
    )  # fmt: skip
