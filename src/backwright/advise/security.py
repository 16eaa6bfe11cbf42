"""Which way to let callers in fits the answers, with what its numbers have to be: hashing, guesses, lifetimes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, sqrt

from backwright.model.guidance import (
    HashSet,
    Reason,
    Scheme,
    SecurityGuide,
    SessionLimit,
    Threat,
    holds,
)

Answers = Mapping[str, tuple[str, ...]]

USE_MAX = (
    0.7  # of the cores given to hashing; the rest is for the minute in which logins come together
)
HASH_MS_MAX = 500.0  # a person waits for it at each login; more protection than that is better spent on a factor
BURST = 5  # wrong passwords that a person types in a row before they look for the right one
FAILURES_MAX = 100  # in a row on one account (NIST SP 800-63B, rate limiting)
FAILED_SHARE = 0.05  # of honest logins that fail; our guess, to be replaced by what is measured
SKEW_MINUTES = 1.0  # clocks differ; a token is accepted that much longer
COMMON_BITS = (
    10.0  # strength against ten guesses at everybody's password is below it (Bonneau 2012)
)
HOURS_A_YEAR = 8766.0
MEMORIES_MIB = (19, 32, 46, 64, 96, 128, 192, 256, 512, 1024)


@dataclass(frozen=True)
class Ruled:
    """A scheme that an answer rules out, and why."""

    id: str
    name: str
    say: str
    source: str


@dataclass(frozen=True)
class Fit:
    """The scheme for one kind of caller, and those looked at before it."""

    caller: str
    scheme: Scheme
    because: tuple[Reason, ...]
    ruled_out: tuple[Ruled, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """References of the scheme, of what speaks for it and of what ruled out others."""
        reasons = [each.source for each in self.because] + [each.source for each in self.ruled_out]
        return (self.scheme.source, *reasons)


@dataclass(frozen=True)
class Hashing:
    """Parameters of Argon2id that a login rate and a budget of cores and memory allow.

    Attributes:
        fits: Whether at least the weakest accepted set does.
        ms: Of one hash, by the speed given.
        budget_ms: What one hash may take: cores * USE_MAX / logins a second.
        cores_used: logins a second * ms: cores busy with hashing on average.
        at_once: Hashes to let run at once, no more: what memory and cores hold.
        memory_mib: In use at that many.
        cores_needed: For the weakest accepted set, if it does not fit.
    """

    fits: bool
    memory_kib: int
    passes: int
    lanes: int
    ms: float
    budget_ms: float
    cores_used: float
    at_once: int
    memory_mib: float
    cores_needed: float
    source: str


@dataclass(frozen=True)
class Guessing:
    """Limits on wrong passwords that keep the risk given.

    Attributes:
        a_year: Guesses on one account a year that keep the risk: risk * 2^bits.
        burst: Wrong ones in a row before a pause.
        pause_minutes: Between further guesses, so that a year has `a_year` of them.
        risk_at_max: Chance that FAILURES_MAX guesses on one account succeed.
        sprayed: Accounts that ten guesses at each would open, at least, while common passwords are allowed.
        failures_an_hour: That honest people cause, by our guess of their share.
        alarm_an_hour: Failures that are more than chance (3 sigma above).
        days_below_alarm: That trying one password on every account takes if nobody is to be alarmed.
    """

    a_year: float
    burst: int
    pause_minutes: float
    risk_at_max: float
    sprayed: float
    failures_an_hour: float
    alarm_an_hour: float
    days_below_alarm: float


@dataclass(frozen=True)
class Lifetimes:
    """How long what was stolen works.

    Attributes:
        token_minutes: Lifetime of an access token that keeps the time to withdraw; 0 if none can.
        exposure_minutes: That a token stolen at a random moment works on average, and `worst_minutes`.
        refreshes_per_second: That so many active clients cause.
        lookups_per_second: Where tokens are looked up instead; without a cache.
    """

    token_minutes: float
    exposure_minutes: float
    worst_minutes: float
    refreshes_per_second: float
    lookups_per_second: float


@dataclass(frozen=True)
class Budget:
    """The numbers that were given or assumed.

    Attributes:
        hash_ms: Of Argon2id with 19 MiB and 2 passes on the person's server.
        bits: Strength of a weak password against one guesser who knows which are common.
        risk: Accepted chance a year that an account is guessed.
        revoke_minutes: Within which access that is withdrawn has to end.
    """

    logins_per_second: float
    cores: float
    memory_mib: float
    hash_ms: float
    users: int
    bits: float
    risk: float
    revoke_minutes: float
    active: int
    requests_per_second: float


def fit(caller: str, answers: Answers, guide: SecurityGuide) -> Fit:
    """Return the scheme with the fewest moving parts that nothing rules out.

    The guide's last scheme for a caller has no `unless`, so that there is always one.
    """
    known = {**answers, "caller": (caller,)}
    ruled: list[Ruled] = []
    mine = [scheme for scheme in guide.schemes if caller in scheme.callers]
    for scheme in mine[:-1]:
        against = next((each for each in scheme.unless if holds(each.when, known)), None)
        if against is None:
            return Fit(caller, scheme, _reasons(scheme, known), tuple(ruled))
        ruled.append(Ruled(scheme.id, scheme.name, against.say, against.source))
    return Fit(caller, mine[-1], _reasons(mine[-1], known), tuple(ruled))


def _reasons(scheme: Scheme, known: Answers) -> tuple[Reason, ...]:
    return tuple(each for each in scheme.because if holds(each.when, known))


def threats(answers: Answers, guide: SecurityGuide) -> tuple[Threat, ...]:
    """Return what the answers make possible, in the order of STRIDE; one saying once."""
    found: dict[str, Threat] = {}
    for threat in guide.threats:
        if holds(threat.when, answers):
            found.setdefault(threat.say, threat)
    return tuple(found.values())


def session_limit(answers: Answers, guide: SecurityGuide) -> SessionLimit:
    """Return the limit for the data; the strictest if there are several kinds."""
    fitting = [each for each in guide.sessions if set(each.data) & set(answers["data"])]
    return min(fitting, key=lambda each: each.overall_hours)


def hashing(budget: Budget, sets: tuple[HashSet, ...]) -> Hashing:
    """Return the strongest parameters that the budget holds.

    Time of a hash is taken as memory * passes * speed, speed from `hash_ms`: measured, it grows somewhat
    more with memory that does not fit a cache. Utilisation law: logins/s * ms/1000 = cores busy; memory:
    one hash for each core runs at a time, or as many as memory holds.
    """
    speed = budget.hash_ms / (19 * 2)  # ms for each MiB and pass
    allowed = 1000 * budget.cores * USE_MAX / budget.logins_per_second
    limit = min(allowed, HASH_MS_MAX)
    at_once = max(ceil(budget.cores), 1)
    room = budget.memory_mib / at_once
    if at_once > 1 and room < 19:  # fewer at once before weaker parameters
        at_once = max(floor(budget.memory_mib / 19), 1)
        room = budget.memory_mib / at_once
    best: tuple[int, int, int, str] | None = None
    for memory in MEMORIES_MIB:  # beyond the accepted sets: memory first, two passes
        ms = memory * 2 * speed
        if memory > 46 and memory <= room and ms <= limit:
            best = (memory * 1024, 2, 1, sets[0].source)
    if best is None:
        for each in sets:  # most memory first
            if (
                each.memory_kib / 1024 <= room
                and each.memory_kib / 1024 * each.passes * speed <= limit
            ):
                best = (each.memory_kib, each.passes, each.lanes, each.source)
                break
    weakest = min(sets, key=lambda each: each.memory_kib * each.passes)
    fits = best is not None
    memory_kib, passes, lanes, source = best or (
        weakest.memory_kib,
        weakest.passes,
        weakest.lanes,
        weakest.source,
    )
    ms = memory_kib / 1024 * passes * speed
    used = budget.logins_per_second * ms / 1000
    return Hashing(
        fits, memory_kib, passes, lanes, ms, allowed, used, at_once, at_once * memory_kib / 1024,
        used / USE_MAX, source,
    )  # fmt: skip


def guessing(budget: Budget) -> Guessing:
    """Return the limits on wrong passwords that keep the accepted risk."""
    space = 2.0**budget.bits
    a_year = budget.risk * space
    failures = budget.logins_per_second * 3600 * FAILED_SHARE
    slack = 3 * sqrt(failures)
    return Guessing(
        a_year,
        BURST,
        60 * HOURS_A_YEAR / a_year,
        min(FAILURES_MAX / space, 1.0),
        min(budget.users * 10 / 2**COMMON_BITS, budget.users),
        failures,
        failures + slack,
        budget.users / slack / 24 if slack else 0.0,
    )


def lifetimes(budget: Budget) -> Lifetimes:
    """Return how long tokens may live so that withdrawn access ends in time."""
    minutes = max(budget.revoke_minutes - SKEW_MINUTES, 0.0)
    refreshes = budget.active / (minutes * 60) if minutes else 0.0
    return Lifetimes(
        minutes,
        minutes / 2 + SKEW_MINUTES,
        minutes + SKEW_MINUTES,
        refreshes,
        budget.requests_per_second,
    )
