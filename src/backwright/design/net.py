"""What an engine simulates: stations, laws and programs. The seam between models and engines.

An engine takes a `Net`, a seed and a length, and returns a `Run`. Two engines that follow this file give the
same `Run`, bit for bit: each law, choice and arrival process draws from a stream of its own, numbered here.
What happens first when several things happen at once is said in `engine/agenda.py`, how streams are made in
`engine/streams.py`.
"""

from array import array
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Sampler:
    """A stream of random numbers: `shape` with `mean` and `cv`, or `points` of an empirical law.

    Also used for choices: shape "unit" is uniform on 0..1.

    Attributes:
        key: Seeds the stream if it is 0 or more; otherwise the sampler's own index does. Nets that differ
            elsewhere draw alike from streams of the same key.
    """

    shape: Literal["constant", "exponential", "lognormal", "gamma", "uniform", "pareto", "empirical", "unit"]  # fmt: skip
    mean: float = 1.0
    cv: float = 1.0
    points: tuple[tuple[float, float], ...] = ()
    key: int = -1


@dataclass(frozen=True)
class Group:
    """Copies behind a round-robin balancer: the instances of a service.

    Attributes:
        zones: Copy i is in zone i % zones.
    """

    name: str
    copies: int
    zones: int = 1


@dataclass(frozen=True)
class Station:
    """Something of which `capacity` can be held at once, in each copy of its group.

    Attributes:
        group: Index of a group; -1: there is one for the whole system.
        queue_max: What may wait in each copy; None is without limit. Whoever finds it full fails.
        order: fifo; lifo; codel (fifo, and who has waited over .005 s while the shortest wait of the
            last .1 s was over .005 s fails when it would be served; who need not wait waits 0 s).
        patience: Who waits longer fails, s; None waits for ever.
    """

    name: str
    capacity: int
    group: int = -1
    queue_max: int | None = None
    order: Literal["fifo", "lifo", "codel"] = "fifo"
    patience: float | None = None


@dataclass(frozen=True)
class Policy:
    """How a Call is made; the fields are those of `model.design.CallPolicy`.

    A try that fails or times out is repeated after a pause; what breaker, limit or bulkhead refuse fails the
    call at once. A call saves `budget` retries (at most 100 are saved), a retry spends one. A half-open
    breaker lets one try through; if that has not answered after `breaker_open`, another. A round (a
    try and its hedge) holds a unit of the bulkhead, a pause does not. With `propagate` a step inside does not
    acquire a station or begin a call once the try is no longer awaited; what has begun goes on.

    Attributes:
        jitter: Stream ("unit") of the jitter of the backoff.
        failing, chance: A try fails with this chance before it starts; stream ("unit").
        group: Of the caller, for the bulkhead per copy; -1 for one bulkhead.
        callee: Group of the callee, for the failure "errors"; -1 if it has none.
    """

    name: str
    timeout: float | None = None
    retries: int = 0
    base: float = 0.0
    factor: float = 2.0
    most: float = 60.0
    jitter_kind: Literal["none", "equal", "full"] = "none"
    jitter: int = -1
    budget: float | None = None
    breaker_errors: float = 0.0
    breaker_window: int = 0
    breaker_open: float = 0.0
    hedge: float | None = None
    propagate: bool = False
    limit: float | None = None
    bulkhead: int | None = None
    group: int = -1
    failing: float = 0.0
    chance: int = -1
    callee: int = -1


@dataclass(frozen=True)
class Delay:
    """Time passes; `node` (group index, -1 for none) is whose slowness counts."""

    law: int
    node: int = -1


@dataclass(frozen=True)
class Use:
    """Acquire one of a station, hold it for a time of the law, release it."""

    station: int
    law: int
    node: int = -1


@dataclass(frozen=True)
class Hold:
    """Acquire one of a station, run the body, release it."""

    station: int
    body: "tuple[Op, ...]"


@dataclass(frozen=True)
class AnyOf:
    """Acquire one of `stations`, picked evenly by the stream, run the body, release it (locks)."""

    stations: tuple[int, ...]
    pick: int
    body: "tuple[Op, ...]"


@dataclass(frozen=True)
class Visit:
    """Choose the next copy of a group that is up (round-robin) and run the body there; fails if none is."""

    group: int
    body: "tuple[Op, ...]"


@dataclass(frozen=True)
class Call:
    """Run the body as a try of its own, under a policy: it may time out, be repeated, be refused."""

    policy: int
    body: "tuple[Op, ...]"


@dataclass(frozen=True)
class Fork:
    """Run branches at once; go on when `need` have succeeded, fail when that has become impossible."""

    branches: "tuple[tuple[Op, ...], ...]"
    need: int


@dataclass(frozen=True)
class Pick:
    """Draw u from the stream; run the first body whose cumulated share is above u, else nothing."""

    draw: int
    shares: tuple[float, ...]
    bodies: "tuple[tuple[Op, ...], ...]"


@dataclass(frozen=True)
class Loop:
    """Run the body `times` times."""

    times: int
    body: "tuple[Op, ...]"


@dataclass(frozen=True)
class Send:
    """Put a message into a mailbox and go on; fails if it is full."""

    mailbox: int


@dataclass(frozen=True)
class CacheGet:
    """Look up a key of a cache after a time of its law; on a miss run the body, then store the key."""

    cache: int
    miss: "tuple[Op, ...]"


@dataclass(frozen=True)
class Break:
    """Fail with a chance; `draw` is the stream."""

    draw: int
    chance: float


Op = Delay | Use | Hold | AnyOf | Visit | Call | Fork | Pick | Loop | Send | CacheGet | Break


@dataclass(frozen=True)
class Mailbox:
    """A queue: `consumers` messages at once run the body; a message that fails is tried `attempts` times.

    It goes back to the end of the line, full or not.
    """

    name: str
    consumers: int
    body: tuple[Op, ...]
    max: int | None = None
    attempts: int = 1


@dataclass(frozen=True)
class CacheSpec:
    """A cache: hits by chance if `hit` is set, else a real LRU.

    After it was emptied the chance climbs back as 1 - exp(-look-ups since / `refill`). With keys, it is an
    LRU of `entries` keys drawn from a Zipf law, with `ttl` from when a key was stored. Unless it starts cold, it
    begins with the most popular keys, their ages spread evenly over the ttl.
    """

    name: str
    law: int
    draw: int
    hit: float | None = None
    refill: float = 0.0
    keys: int = 0
    zipf: float = 1.0
    entries: int = 0
    ttl: float | None = None
    starts_cold: bool = False


@dataclass(frozen=True)
class Source:
    """Where requests come from.

    Attributes:
        rate: Arrivals per second, 0 for a closed source; `gap` is its stream ("exponential" of mean 1,
            scaled by the momentary rate, or "constant").
        users, think: Of a closed source; each user thinks first.
        kinds: Shares of the programs; `draw` is the stream that picks.
        burst...: The two states of an MMPP; `switch` is the stream (exponential of mean 1) of state times.
        period, peak: Of a diurnal sine (thinning: candidates at the top rate, `thin` is the stream), 0 if none.
    """

    gap: int
    draw: int
    kinds: tuple[float, ...]
    rate: float = 0.0
    users: int = 0
    think: int = -1
    burst: float = 1.0
    burst_on: float = 0.0
    burst_off: float = 0.0
    switch: int = -1
    period: float = 0.0
    peak: float = 1.0
    thin: int = -1


@dataclass(frozen=True)
class Trouble:
    """A failure on the clock; fields as in `model.design.Failure`, target as an index of group or cache.

    kill: the first `count` copies that are up. zone: every copy whose number modulo its group's zones is
    `target`. Work at a copy that goes down fails to whoever waits for it, and gives back what it holds elsewhere;
    what it called at other nodes goes on. slow: times drawn from now on. load divides the thinking times of a
    closed source, and does not change a trace.
    """

    kind: Literal["load", "slow", "kill", "errors", "cold", "zone"]
    at: float
    lasting: float
    target: int = -1
    factor: float = 1.0
    count: int = 1
    draw: int = -1


@dataclass(frozen=True)
class Scaler:
    """An autoscaler of a group: every `interval` s it sets copies to ceil(busy / (capacity * target)).

    Copies it adds serve after `boot`; those it takes get no new work and finish what they have, the highest
    numbers first.

    Attributes:
        station: Whose use is the signal (its average over the interval).
        signal: use: busy over capacity; queue: waiting per copy over `target`.
    """

    group: int
    station: int
    signal: Literal["use", "queue"]
    target: float
    interval: float
    boot: float
    least: int
    most: int


@dataclass(frozen=True)
class Net:
    """A system ready to be simulated. Indices are positions in these tuples.

    Attributes:
        programs: One per kind of request, in the order of `source.kinds`.
    """

    samplers: tuple[Sampler, ...]
    groups: tuple[Group, ...]
    stations: tuple[Station, ...]
    policies: tuple[Policy, ...]
    mailboxes: tuple[Mailbox, ...]
    caches: tuple[CacheSpec, ...]
    source: Source
    programs: tuple[tuple[Op, ...], ...]
    names: tuple[str, ...]
    troubles: tuple[Trouble, ...] = ()
    scalers: tuple[Scaler, ...] = ()


@dataclass(frozen=True)
class StationUse:
    """How a station was used, over all copies, after the warm-up.

    Attributes:
        busy: Average number held; waiting: average number in line; peak_waiting: most in line at
            one copy.
        refused: Turned away because the line was full or patience ended.
    """

    busy: float
    waiting: float
    peak_waiting: int
    refused: int


@dataclass(frozen=True)
class Run:
    """What one simulation gave.

    Attributes:
        latencies: Per kind, seconds from arrival (first try) to success, in order of arrival... of the
            requests that arrived after the warm-up and succeeded; `started` are their arrival times.
        arrived, failed: Per kind, of those that arrived after the warm-up and ended.
        unfinished: Requests still in the system at the end.
        tries: Tries of calls by policy; timeouts, refused (breaker, limit, bulkhead) by policy. These,
            dead_letters, hits and lookups are counted after the warm-up.
        offered, good, errors: Per whole second of the run: arrivals, successes, failures (at their end).
        busy, waiting: Per station, sampled at each whole second from 1 on.
        copies: Per group, sampled at each whole second.
        dead_letters, depth: Per mailbox: messages given up; messages waiting, sampled each second.
        hits, lookups: Per cache.
        events: Handled, for speed figures.
        was_stopped: Before its length: by whoever asked for it, or because too many requests were alive.
    """

    latencies: tuple[array, ...]  # type: ignore[type-arg]
    started: tuple[array, ...]  # type: ignore[type-arg]
    arrived: tuple[int, ...]
    failed: tuple[int, ...]
    unfinished: int
    tries: tuple[int, ...]
    timeouts: tuple[int, ...]
    refused: tuple[int, ...]
    offered: tuple[int, ...]
    good: tuple[int, ...]
    errors: tuple[int, ...]
    stations: tuple[StationUse, ...]
    busy: tuple[tuple[int, ...], ...]
    waiting: tuple[tuple[int, ...], ...]
    copies: tuple[tuple[int, ...], ...]
    dead_letters: tuple[int, ...]
    depth: tuple[tuple[int, ...], ...]
    hits: tuple[int, ...]
    lookups: tuple[int, ...]
    events: int
    ended_at: float
    was_stopped: bool = False
