"""Advise security: which way to let callers in fits, what its numbers have to be, what may go wrong."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.advise.security import (
    Budget,
    Fit,
    Guessing,
    Hashing,
    Lifetimes,
    fit,
    guessing,
    hashing,
    lifetimes,
    session_limit,
    threats,
)
from backwright.catalog.advice import read_advice
from backwright.model.guidance import SecurityGuide, SessionLimit, Threat
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.citing import cited
from backwright.usecases.spec import Mark

Caller = Literal["browser", "mobile", "service", "third-party"]
AT_ONCE_MINUTES, MINUTES_MAX = 2.0, 60.0  # below and above: sessions or look-ups, or any token
DEFAULTS: dict[str, Any] = {
    "callers": ("browser",),
    "data": "personal",
    "exposure": "internet",
    "accounts": "own",
    "sites": 1,
    "services": 1,
    "revoke_minutes": 15.0,
}
NUMBERS: dict[str, Any] = {
    "logins_per_second": 2.0,
    "cores": 1.0,
    "memory_mib": 512.0,
    "hash_ms": 19.0,
    "users": 10_000,
    "active": 1000,
    "requests_per_second": 100.0,
    "bits": 20.0,
    "risk": 0.001,
}
LIMITS = {
    "sites": (1, 10_000, "sites"),
    "services": (1, 100_000, "services"),
    "revoke_minutes": (0.0, 525_600.0, "minutes"),
    "logins_per_second": (1e-6, 1e6, "logins a second"),
    "cores": (0.01, 100_000, "cores"),
    "memory_mib": (1, 1e8, "MiB"),
    "hash_ms": (0.01, 60_000, "ms"),
    "users": (1, 10**10, "accounts"),
    "active": (1, 10**10, "clients"),
    "requests_per_second": (0.0, 1e9, "requests a second"),
    "bits": (1, 256, "bits"),
    "risk": (1e-12, 1, ""),
}


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    callers: Annotated[
        tuple[Caller, ...], "Who logs in (assumed browser)", Mark(positional=True, metavar="CALLER")
    ] = ()
    data: Annotated[
        Literal["", "public", "personal", "payment", "health"],
        "The most sensitive data behind it (assumed personal)",
    ] = ""
    exposure: Annotated[
        Literal["", "internet", "partners", "internal"],
        "From where it can be reached (assumed internet)",
    ] = ""
    accounts: Annotated[
        Literal["", "own", "provider"],
        "Whether you keep the accounts or an identity provider does (assumed own)",
    ] = ""
    sites: Annotated[int | None, "Sites that share the login (assumed 1)"] = None
    services: Annotated[int | None, "Services that check who calls (assumed 1)"] = None
    revoke_minutes: Annotated[
        float | None, "Minutes within which access that is withdrawn must end (assumed 15)"
    ] = None
    logins_per_second: Annotated[float | None, "Logins a second at peak (assumed 2)"] = None
    cores: Annotated[float | None, "Processors that hashing may use (assumed 1)"] = None
    memory_mib: Annotated[float | None, "Memory that hashing may use (assumed 512)"] = None
    hash_ms: Annotated[
        float | None, "Time of Argon2id with 19 MiB and 2 passes on your server (assumed 19)"
    ] = None
    users: Annotated[int | None, "Accounts (assumed 10000)"] = None
    active: Annotated[int | None, "Clients with a token at the same time (assumed 1000)"] = None
    requests_per_second: Annotated[float | None, "Requests with a token a second (assumed 100)"] = (
        None
    )
    bits: Annotated[float | None, "Strength of a weak password in bits (assumed 20)"] = None
    risk: Annotated[
        float | None, "Accepted chance a year that an account is guessed (assumed 0.001)"
    ] = None


@dataclass(frozen=True)
class Check:
    """A review rule that finds a mistake of these schemes in code."""

    rule: str
    command: str


@dataclass(frozen=True)
class SecurityAdvice:
    """The advice.

    Attributes:
        fits: One for each kind of caller, in the order asked.
        hashing, guessing: None where no person's password is kept here.
        lifetimes: None where no scheme uses tokens that expire.
        session: How long a login of a person may last; None without persons.
        sources: Text of each source named, by its reference.
        verdict: "short" if the cores or memory do not carry even the weakest accepted password hash.
    """

    answers: dict[str, tuple[str, ...]]
    assumed: tuple[Assumed, ...]
    fits: tuple[Fit, ...]
    hashing: Hashing | None
    guessing: Guessing | None
    lifetimes: Lifetimes | None
    session: SessionLimit | None
    budget: Budget
    threats: tuple[Threat, ...]
    checks: tuple[Check, ...]
    skills: tuple[tuple[str, str], ...]
    sources: dict[str, str]
    verdict: Literal["ok", "short"]


def run(ask: Ask, bench: Bench) -> SecurityAdvice:
    """Advise; BadRequest for a number out of range."""
    values, assumed = filled(ask, DEFAULTS, positional="callers")
    numbers, guessed = filled(ask, NUMBERS)
    in_range({**values, **numbers}, LIMITS, "advise security")
    guide = read_advice(bench.advice("security"), "security", SecurityGuide)
    callers = tuple(dict.fromkeys(values["callers"]))
    answers = {
        "caller": callers,
        "data": (values["data"],),
        "exposure": (values["exposure"],),
        "accounts": (values["accounts"],),
        "sites": ("one" if values["sites"] == 1 else "several",),
        "checkers": ("one" if values["services"] == 1 else "several",),
        "revocation": (_revocation(values["revoke_minutes"]),),
    }
    budget = Budget(**numbers, revoke_minutes=values["revoke_minutes"])
    fits = tuple(fit(caller, answers, guide) for caller in callers)
    people = bool({"browser", "mobile"} & set(callers))
    keeps_passwords = people and values["accounts"] == "own"
    tokens = any(each.scheme.id in TOKENS for each in fits)
    found = threats(answers, guide)
    rules = dict.fromkeys(
        [r for each in fits for r in each.scheme.rules] + [t.rule for t in found if t.rule]
    )
    hashes = hashing(budget, guide.hashes) if keeps_passwords else None
    used = (PASSWORD if keeps_passwords else ()) + (TOKEN if tokens else ())
    assumed += tuple(each for each in guessed if each.name.replace(" ", "_") in used)
    references = [source for each in fits for source in each.sources]
    references += [t.source for t in found] + ([hashes.source] if hashes else [])
    session = session_limit(answers, guide) if people else None
    references += [session.source] if session else []
    return SecurityAdvice(
        answers, assumed, fits, hashes,
        guessing(budget) if keeps_passwords else None,
        lifetimes(budget) if tokens else None,
        session, budget, found,
        tuple(Check(rule, f"backwright review . --rule {rule}") for rule in rules),
        _skills(fits, found, bench),
        {each: cited(each, bench) for each in dict.fromkeys(references)},
        "short" if hashes is not None and not hashes.fits else "ok",
    )  # fmt: skip


TOKENS = (
    "code-jwt",
    "code-introspected",
    "client-credentials",
    "bound-tokens",
    "delegation",
    "delegation-bound",
)
PASSWORD: tuple[str, ...] = (
    "logins_per_second",
    "cores",
    "memory_mib",
    "hash_ms",
    "users",
    "bits",
    "risk",
)
TOKEN: tuple[str, ...] = ("active", "requests_per_second")


def _revocation(minutes: float) -> str:
    return (
        "at-once" if minutes < AT_ONCE_MINUTES else "minutes" if minutes <= MINUTES_MAX else "hours"
    )


def _skills(
    fits: tuple[Fit, ...], found: tuple[Threat, ...], bench: Bench
) -> tuple[tuple[str, str], ...]:
    return bench.catalog.named([*(each.scheme.skill for each in fits), *(t.skill for t in found)])
