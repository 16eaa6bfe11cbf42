"""Which way of asking fits each caller: what trips and bytes cost, reasons for and against, the fewest technologies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from backwright.model.guidance import ApiGuide, Reason, Way, holds

Answers = Mapping[str, tuple[str, ...]]

COSTLY_MS = 100.0  # that a screen waits longer is felt (Nielsen 1993: .1 s seems instant)
COSTLY_SHARE = 0.5  # or half of the time, where that is at least NOTICED_MS
NOTICED_MS = 10.0  # below it half of the time is nothing; our judgement
INNER_MS = 1.0  # a trip between services of one data centre; our guess
BINARY_SIZE = 0.5  # of JSON's bytes, before either is compressed; our guess: it hangs on the fields
BINARY_WORK = 0.3  # of JSON's time to write and read; our guess: measure yours
HEAVY_CORES = 1.0  # saved by a binary form: from here on it pays for its tools; our judgement


@dataclass(frozen=True)
class Screen:
    """What a caller needs at once.

    Attributes:
        resources: Objects.
        depth: Requests that have to wait for the one before; at most `resources`.
        used: Share of an object's bytes that the caller uses.
        object_kb: One object as JSON, in kB.
        cacheable: Chance that an object is still in the client's cache, each by itself.
    """

    resources: int
    depth: int
    used: float
    object_kb: float
    cacheable: float


@dataclass(frozen=True)
class Line:
    """The network between a caller and the first server: round trip in ms, Mbit/s."""

    rtt_ms: float
    mbit: float


@dataclass(frozen=True)
class Cost:
    """What a screen costs one way.

    Attributes:
        trips: One after the other, on average.
        kb: Received, on average.
        ms: trips x round trip + kB / bandwidth + trips inside.
    """

    way: str
    trips: float
    kb: float
    ms: float


@dataclass(frozen=True)
class Encoding:
    """What writing and reading messages takes, in cores, as JSON and in a binary form; Mbit/s of both."""

    json_cores: float
    binary_cores: float
    json_mbit: float
    binary_mbit: float

    @property
    def is_heavy(self) -> bool:
        """Whether a binary form saves enough to pay for its tools."""
        return self.json_cores - self.binary_cores >= HEAVY_CORES


@dataclass(frozen=True)
class RuledOut:
    """A way that an answer rules out, and why."""

    id: str
    name: str
    say: str
    source: str


@dataclass(frozen=True)
class Served:
    """What fits one caller.

    Attributes:
        way: The one with the fewest moving parts that nothing rules out.
        allowed: Ids of all that nothing rules out.
        costs: In the order of the guide; only of ways that can serve this caller.
        saves_ms: What one trip saves over REST's trips.
        push: How news reaches it, None if it does not have to.
    """

    caller: str
    line: Line
    way: Way
    because: tuple[Reason, ...]
    ruled_out: tuple[RuledOut, ...]
    allowed: tuple[str, ...]
    costs: tuple[Cost, ...]
    saves_ms: float
    push: Way | None
    push_because: tuple[Reason, ...]
    push_ruled_out: tuple[RuledOut, ...]

    @property
    def ms(self) -> float:
        """Time of a screen by the way that fits."""
        return next(cost.ms for cost in self.costs if cost.way == self.way.id)

    @property
    def sources(self) -> tuple[str, ...]:
        """References of the ways, of what speaks for them and of what ruled out others."""
        said: list[Reason | RuledOut] = [*self.because, *self.push_because]
        said += [*self.ruled_out, *self.push_ruled_out]
        ways = [self.way, *([self.push] if self.push else [])]
        return (*(way.source for way in ways), *(each.source for each in said))


@dataclass(frozen=True)
class Fewest:
    """The fewest technologies that serve every caller, and which way each then takes, by caller."""

    families: tuple[str, ...]
    ways: Mapping[str, str]


def rest(screen: Screen, line: Line) -> Cost:
    """Return whole objects, fetched level by level; a level whose objects are all in the cache costs no trip.

    Objects are spread evenly over the levels, and each is in the cache with the same chance, independently.
    """
    trips = 0.0
    for level in range(screen.depth):
        objects = screen.resources // screen.depth + (level < screen.resources % screen.depth)
        trips += 1 - screen.cacheable**objects
    return _cost("rest", trips, screen.resources * screen.object_kb * (1 - screen.cacheable), line)


def one_trip(way: str, screen: Screen, line: Line) -> Cost:
    """Return one request for all, with the fields used; the levels are walked inside, nothing is cached."""
    inside = screen.depth * INNER_MS
    return _cost(way, 1.0, screen.resources * screen.object_kb * screen.used, line, inside)


def binary(screen: Screen, line: Line) -> Cost:
    """Return whole objects in a binary form, level by level, nothing cached."""
    kb = screen.resources * screen.object_kb * BINARY_SIZE
    return _cost("grpc", float(screen.depth), kb, line)


def _cost(way: str, trips: float, kb: float, line: Line, inside: float = 0.0) -> Cost:
    return Cost(way, trips, kb, trips * line.rtt_ms + kb * 8 / line.mbit + inside)


def costs(screen: Screen, line: Line) -> tuple[Cost, ...]:
    """Return what a screen costs by each way; round trips on a connection that stands."""
    return (
        rest(screen, line),
        one_trip("composed", screen, line),
        one_trip("graphql", screen, line),
        binary(screen, line),
    )


def is_costly(whole: float, single: float) -> bool:
    """Whether one trip is so much faster that this is a reason for it; both in ms."""
    saved = whole - single
    return saved >= COSTLY_MS or (saved >= NOTICED_MS and single <= whole * COSTLY_SHARE)


def encoding(calls_per_second: float, object_kb: float, us_per_kb: float) -> Encoding:
    """Return what messages of so many calls take; `us_per_kb` is JSON's, for writing and reading together."""
    kb = calls_per_second * object_kb
    cores = kb * us_per_kb / 1e6
    return Encoding(cores, cores * BINARY_WORK, kb * 8 / 1000, kb * BINARY_SIZE * 8 / 1000)


def serve(caller: str, answers: Answers, screen: Screen, line: Line, guide: ApiGuide) -> Served:
    """Return what fits a caller: the first way and the first push that nothing rules out.

    The guide's last way for a caller has no `unless` that can hold for it when all others are ruled out.
    """
    priced = {cost.way: cost for cost in costs(screen, line)}
    costly = is_costly(priced["rest"].ms, priced["composed"].ms)
    known = {**answers, "caller": (caller,), "trips": ("costly" if costly else "cheap",)}
    way, ruled, allowed = _first(guide.ways, known)
    push: Way | None = None
    push_ruled: tuple[RuledOut, ...] = ()
    if known["pushes"] != ("none",):
        push, push_ruled, _ = _first(guide.pushes, known)
    return Served(
        caller, line, way, _reasons(way, known), ruled, allowed,
        tuple(priced[each.id] for each in guide.ways if caller in each.callers),
        priced["rest"].ms - priced["composed"].ms,
        push, _reasons(push, known) if push else (), push_ruled,
    )  # fmt: skip


def _first(
    ways: Sequence[Way], known: Answers
) -> tuple[Way, tuple[RuledOut, ...], tuple[str, ...]]:
    """Return the first way that is allowed, those ruled out before it, and all that are allowed."""
    mine = [way for way in ways if set(way.callers) & set(known["caller"])]
    against = {way.id: next((r for r in way.unless if holds(r.when, known)), None) for way in mine}
    left = [way for way in mine if against[way.id] is None] or mine[-1:]
    ruled = []
    for way in mine[: mine.index(left[0])]:
        reason = against[way.id]
        if reason is not None:
            ruled.append(RuledOut(way.id, way.name, reason.say, reason.source))
    return left[0], tuple(ruled), tuple(way.id for way in left)


def _reasons(way: Way, known: Answers) -> tuple[Reason, ...]:
    return tuple(each for each in way.because if holds(each.when, known))


def fewest(served: Sequence[Served], guide: ApiGuide) -> Fewest:
    """Return the smallest set of technologies with an allowed way for each caller; of equal ones the plainest."""
    by_id = {way.id: way for way in guide.ways}
    families = tuple(dict.fromkeys(way.family for way in guide.ways))
    for size in range(1, len(families) + 1):
        for chosen in combinations(families, size):  # in the guide's order, plainest first
            ways = {
                each.caller: next(
                    (by_id[id_].name for id_ in each.allowed if by_id[id_].family in chosen), ""
                )
                for each in served
            }
            if all(ways.values()):
                return Fewest(chosen, ways)
    return Fewest(families, {each.caller: each.way.name for each in served})
