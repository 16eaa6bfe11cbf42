"""Advise api: REST, GraphQL or gRPC for those who call, from trips and bytes; and how news reaches them."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.advise.api import Encoding, Fewest, Line, Screen, Served, encoding, fewest, serve
from backwright.catalog.advice import read_advice
from backwright.model.errors import BadRequest
from backwright.model.guidance import ApiGuide
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.citing import cited
from backwright.usecases.spec import Mark

Caller = Literal["browser", "mobile", "partner", "service"]
VERB = "advise api"
# Round trip in ms and Mbit/s by caller: our guesses for a person in the same region, on a phone in a mobile network,
# a partner's data centre elsewhere, and a service in the same data centre.
LINES: dict[str, Line] = {
    "browser": Line(50, 20),
    "mobile": Line(100, 8),
    "partner": Line(60, 100),
    "service": Line(1, 1000),
}
TEAMS_MANY = 3  # from here on no one endpoint is right for all; our judgement
SOON_S = 30.0  # below it asking again costs more than a connection that is held; our judgement
CACHED_MOSTLY = 0.5
DEFAULTS: dict[str, Any] = {
    "callers": ("browser",),
    "resources": 4,
    "depth": 2,
    "used": 0.4,
    "object_kb": 2.0,
    "cacheable": 0.3,
    "pushes": "none",
    "teams": 1,
    "within_ms": 1000.0,
}
BETWEEN: dict[str, Any] = {"calls_per_second": 100.0, "encode_us": 25.0}
PUSHING: dict[str, Any] = {"late_s": 2.0, "clients": 1000}
LIMITS = {
    "resources": (1, 10_000, "objects"),
    "depth": (1, 100, "requests in a row"),
    "used": (0.001, 1.0, "of an object"),
    "object_kb": (0.01, 100_000, "kB"),
    "cacheable": (0.0, 1.0, "of the objects"),
    "rtt_ms": (0.01, 10_000, "ms"),
    "mbit": (0.01, 1e6, "Mbit/s"),
    "teams": (1, 10_000, "teams"),
    "within_ms": (1.0, 600_000, "ms"),
    "calls_per_second": (0.0, 1e9, "calls a second"),
    "encode_us": (0.01, 100_000, "us"),
    "late_s": (0.01, 86_400, "s"),
    "clients": (1, 10**9, "clients"),
}


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    callers: Annotated[
        tuple[Caller, ...], "Who calls (assumed browser)", Mark(positional=True, metavar="CALLER")
    ] = ()
    resources: Annotated[int | None, "Objects that a screen needs (assumed 4)"] = None
    depth: Annotated[int | None, "Of its requests, how many wait for the one before (assumed 2)"] = None  # fmt: skip
    used: Annotated[float | None, "Share of an object's fields that it shows (assumed 0.4)"] = None
    object_kb: Annotated[float | None, "One object as JSON, in kB (assumed 2)"] = None
    cacheable: Annotated[
        float | None, "Share of objects that clients find in their cache (assumed 0.3)"
    ] = None
    rtt_ms: Annotated[
        float | None, "Round trip (assumed browser 50, mobile 100, partner 60, service 1)"
    ] = None
    mbit: Annotated[
        float | None,
        "Bandwidth in Mbit/s (assumed browser 20, mobile 8, partner 100, service 1000)",
    ] = None
    pushes: Annotated[
        Literal["", "none", "server", "both"],
        "Who sends without being asked: none, server, both (assumed none)",
    ] = ""
    late_s: Annotated[float | None, "Seconds that news may be late (assumed 2)"] = None
    clients: Annotated[int | None, "Clients that wait for news at once (assumed 1000)"] = None
    teams: Annotated[int | None, "Teams that build clients (assumed 1)"] = None
    calls_per_second: Annotated[float | None, "Calls a second between services (assumed 100)"] = None  # fmt: skip
    encode_us: Annotated[
        float | None, "Writing and reading 1 kB of JSON, both ends, in us (assumed 25)"
    ] = None
    within_ms: Annotated[float | None, "A screen must be there after so many ms (assumed 1000)"] = None  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A review rule that finds a mistake of these ways in code."""

    rule: str
    command: str


@dataclass(frozen=True)
class ApiAdvice:
    """The advice.

    Attributes:
        served: One for each kind of caller, in the order asked.
        fewest: The fewest technologies that serve all of them.
        encoding: None where no service calls.
        polled_per_second: Requests a second if clients asked again instead; None without pushes.
        sources: Text of each source named, by its reference.
        verdict: "slow" if the way that fits a caller is later than `within_ms` by network alone.
    """

    answers: dict[str, tuple[str, ...]]
    assumed: tuple[Assumed, ...]
    screen: Screen
    served: tuple[Served, ...]
    fewest: Fewest
    encoding: Encoding | None
    polled_per_second: float | None
    late_s: float
    clients: int
    teams: int
    within_ms: float
    checks: tuple[Check, ...]
    skills: tuple[tuple[str, str], ...]
    sources: dict[str, str]
    verdict: Literal["ok", "slow"]


def run(ask: Ask, bench: Bench) -> ApiAdvice:
    """Advise; BadRequest for a number out of range, or a chain longer than there are objects."""
    values, assumed = filled(ask, DEFAULTS, positional="callers")
    between, guessed = filled(ask, BETWEEN)
    pushing, waited = filled(ask, PUSHING)
    lines = {"rtt_ms": ask.rtt_ms, "mbit": ask.mbit}
    in_range({**values, **between, **pushing, **lines}, LIMITS, VERB)
    if values["depth"] > values["resources"]:
        raise BadRequest(
            f"--depth {values['depth']} is more than --resources {values['resources']}:"
            " a request that waits for another brings at least one object",
            hint=f"backwright {VERB} --resources {values['depth']} --depth {values['depth']}",
        )
    callers = tuple(dict.fromkeys(values["callers"]))
    guide = read_advice(bench.advice("api"), "api", ApiGuide)
    screen = Screen(*(values[name] for name in SCREEN))
    work = encoding(between["calls_per_second"], screen.object_kb, between["encode_us"])
    answers = {
        "caller": callers,
        "teams": ("many" if values["teams"] >= TEAMS_MANY else "few",),
        "pushes": (values["pushes"],),
        "lateness": ("soon" if pushing["late_s"] < SOON_S else "minutes",),
        "cached": ("mostly" if screen.cacheable >= CACHED_MOSTLY else "partly",),
        "encoding": ("heavy" if work.is_heavy else "light",),
    }
    served = tuple(serve(caller, answers, screen, _line(caller, ask), guide) for caller in callers)
    inside, pushed = "service" in callers, values["pushes"] != "none"
    assumed += (guessed if inside else ()) + (waited if pushed else ()) + _networks(ask, callers)
    ways = [each.way for each in served] + [each.push for each in served if each.push]
    rules = dict.fromkeys(rule for way in ways for rule in way.rules)
    return ApiAdvice(
        answers, assumed, screen, served, fewest(served, guide), work if inside else None,
        pushing["clients"] / pushing["late_s"] if pushed else None,
        pushing["late_s"], pushing["clients"], values["teams"], values["within_ms"],
        tuple(Check(rule, f"backwright review . --rule {rule}") for rule in rules),
        bench.catalog.named(way.skill for way in ways),
        {s: cited(s, bench) for s in dict.fromkeys(s for each in served for s in each.sources)},
        "slow" if any(each.ms > values["within_ms"] for each in served) else "ok",
    )  # fmt: skip


SCREEN = ("resources", "depth", "used", "object_kb", "cacheable")


def _line(caller: str, ask: Ask) -> Line:
    usual = LINES[caller]
    return Line(
        usual.rtt_ms if ask.rtt_ms is None else ask.rtt_ms,
        usual.mbit if ask.mbit is None else ask.mbit,
    )


def _networks(ask: Ask, callers: tuple[str, ...]) -> tuple[Assumed, ...]:
    """What was taken for the network; as an option only where one number is right for all callers."""
    found = []
    for name, given in (("rtt_ms", ask.rtt_ms), ("mbit", ask.mbit)):
        usual = [getattr(LINES[caller], name) for caller in callers]
        if given is None and len(set(usual)) == 1:
            option = f"--{name.replace('_', '-')} {usual[0]:g}"
            found.append(Assumed(name.replace("_", " "), f"{usual[0]:g}", option))
    return tuple(found)
