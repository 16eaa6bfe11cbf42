"""Advise deploy: where to run services, in how many zones, how to roll out, how to keep data, at your prices."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from backwright.advise.deploy import (
    CANARY_MAX,
    Canary,
    Choice,
    Layout,
    Plan,
    Recovery,
    RuledOut,
    canary,
    choose,
    layout,
    machine,
    monthly,
    recovery,
    roll_out,
)
from backwright.catalog.advice import read_advice
from backwright.model.errors import BadRequest
from backwright.model.guidance import DeployGuide, Rollout
from backwright.usecases.assuming import Assumed, filled, in_range
from backwright.usecases.bench import Bench
from backwright.usecases.citing import cited

DEFAULTS: dict[str, Any] = {
    "team": 4,
    "services": 1,
    "state": "managed",
    "rate": 10.0,
    "peak": 4.0,
    "idle": 30.0,
    "regions": 1,
    "availability": 99.9,
    "on_call": "office",
    "per_instance": 50.0,
    "machine": 99.5,
    "depends": 99.95,
    "error_rate": 0.1,
    "rise_to": 1.0,
    "within_minutes": 10.0,
    "data_gib": 20.0,
    "log_gib_day": 2.0,
    "restore_mib_s": 50.0,
    "rpo_minutes": 60.0,
    "rto_minutes": 240.0,
}
ZONE, CONFIDENCE = 0.9995, 0.95  # our guess; usual
LIMITS = {
    "team": (1, 100_000, "people"),
    "services": (1, 100_000, "services"),
    "rate": (1e-6, 1e8, "requests a second"),
    "peak": (1.0, 1000.0, "times the mean"),
    "idle": (0.0, 100.0, "per cent"),
    "regions": (1, 100, "regions"),
    "availability": (50.0, 99.9999, "per cent"),
    "per_instance": (0.001, 1e7, "requests a second"),
    "machine": (50.0, 100.0, "per cent"),
    "depends": (50.0, 100.0, "per cent"),
    "error_rate": (0.0, 50.0, "per cent"),
    "rise_to": (0.001, 100.0, "per cent"),
    "within_minutes": (0.1, 10_080.0, "minutes"),
    "data_gib": (0.0, 1e7, "GiB"),
    "log_gib_day": (0.0, 1e7, "GiB"),
    "restore_mib_s": (0.01, 1e6, "MiB/s"),
    "rpo_minutes": (0.0, 525_600.0, "minutes"),
    "rto_minutes": (0.1, 525_600.0, "minutes"),
}
PLATFORMS = ("vm", "paas", "containers", "kubernetes", "functions")
SMALL, LARGE, MANY, PEAKY = 5, 15, 8, 10  # people, people, services, times the mean: our judgement


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    team: Annotated[int | None, "People who build and run it (assumed 4)"] = None
    services: Annotated[int | None, "Services that are deployed on their own (assumed 1)"] = None
    state: Annotated[
        Literal["", "none", "managed", "own"],
        "Data: none, in a managed database, or in one you run yourself (assumed managed)",
    ] = ""
    needs: Annotated[
        tuple[Literal["disk", "streams", "long-jobs", "agents"], ...],
        "A disk that stays, open connections, jobs beyond 15 minutes, agents on the machine",
    ] = ()
    rate: Annotated[float | None, "Requests a second on average (assumed 10)"] = None
    peak: Annotated[float | None, "Highest hour by the mean (assumed 4)"] = None
    idle: Annotated[float | None, "Hours with almost no traffic, in per cent (assumed 30)"] = None
    regions: Annotated[int | None, "Regions it must run in (assumed 1)"] = None
    availability: Annotated[float | None, "Goal in per cent (assumed 99.9)"] = None
    on_call: Annotated[
        Literal["", "none", "office", "always"], "Who acts when it fails (assumed office hours)"
    ] = ""
    regulated: Annotated[bool, "Rules ask you to show who patches what and where data is"] = False
    budget: Annotated[float | None, "Money a month for running it, in your currency"] = None
    price: Annotated[
        tuple[str, ...],
        "Your own price, such as vm=40: an instance a month; functions=2: a million requests",
    ] = ()
    per_instance: Annotated[
        float | None, "Requests a second that one instance carries (assumed 50)"
    ] = None
    machine: Annotated[
        float | None, "Availability of one machine, in per cent (assumed 99.5, as AWS promises)"
    ] = None
    depends: Annotated[
        float | None,
        "Availability of what it cannot do without, in per cent (assumed 99.95 with a managed database, else 100)",
    ] = None
    error_rate: Annotated[float | None, "Failed requests now, in per cent (assumed 0.1)"] = None
    rise_to: Annotated[
        float | None, "Failed requests of a bad version, in per cent (assumed 1)"
    ] = None
    within_minutes: Annotated[
        float | None, "Minutes in which a rollout must notice it (assumed 10)"
    ] = None
    data_gib: Annotated[float | None, "Data to keep (assumed 20)"] = None
    log_gib_day: Annotated[float | None, "Log of changes a day (assumed 2)"] = None
    restore_mib_s: Annotated[float | None, "Speed of a restore, measured (assumed 50)"] = None
    rpo_minutes: Annotated[float | None, "Minutes of data that may be lost (assumed 60)"] = None
    rto_minutes: Annotated[float | None, "Minutes until it is back (assumed 240)"] = None


@dataclass(frozen=True)
class DeployAdvice:
    """The advice.

    Attributes:
        recovery: None where there is no data.
        canary: None where the rise is not above the rate now.
        over_budget: Nothing that is left has a price within the budget.
        sources: Text of each source named, by its reference.
        verdict: "unreachable" if no layout reaches the goal, or nothing is left to choose.
    """

    answers: dict[str, tuple[str, ...]]
    assumed: tuple[Assumed, ...]
    plan: Plan
    choice: Choice
    layout: Layout
    rollout: Rollout
    not_rollouts: tuple[RuledOut, ...]
    canary: Canary
    recovery: Recovery | None
    budget: float | None
    skills: tuple[tuple[str, str], ...]
    sources: dict[str, str]
    verdict: Literal["ok", "unreachable"]


def run(ask: Ask, bench: Bench) -> DeployAdvice:
    """Advise; BadRequest for a number out of range or a price that cannot be read."""
    values, assumed = filled(ask, DEFAULTS)
    in_range(values, LIMITS, "advise deploy")
    if values["rise_to"] <= values["error_rate"]:
        raise BadRequest(
            f"--rise-to {values['rise_to']:g} is not above --error-rate {values['error_rate']:g}: a bad version has more errors",
            hint="backwright advise deploy --error-rate 0.1 --rise-to 1",
        )
    prices = _prices(ask.price)
    guide = read_advice(bench.advice("deploy"), "deploy", DeployGuide)
    if values["state"] == "none":
        assumed = tuple(each for each in assumed if not each.option.startswith(DATA))
    if values["state"] != "managed" and ask.depends is None:
        values["depends"] = 100.0
        assumed = tuple(each for each in assumed if each.name != "depends")
    plan = _plan(values)
    zones, spread = layout(plan), canary(plan)
    answers = _answers(ask, values, plan, spread)
    costs = {name: monthly(name, price, plan, zones.instances) for name, price in prices.items()}
    choice = choose(answers, guide, costs, ask.budget)
    if choice.left and choice.left[0].platform.id == "vm":
        zones = machine(plan)
    answers["instances"] = ("one" if zones.instances == 1 else "several",)
    rollout, before = roll_out(answers, guide)
    kept = recovery(plan, guide) if values["state"] != "none" else None
    return DeployAdvice(
        answers, assumed, plan, choice, zones, rollout, before, spread, kept, ask.budget,
        _skills(choice, rollout, kept, bench), _sources(choice, rollout, before, kept, bench),
        "ok" if zones.reachable and choice.left and (kept is None or kept.meets) else "unreachable",
    )  # fmt: skip


DATA = ("--data-gib", "--log-gib-day", "--restore-mib-s", "--rpo-minutes", "--rto-minutes")


def _plan(values: dict[str, Any]) -> Plan:
    return Plan(
        values["rate"], values["peak"], values["per_instance"], values["availability"] / 100,
        values["machine"] / 100, ZONE, values["depends"] / 100, values["on_call"],
        values["error_rate"] / 100, values["rise_to"] / 100, values["within_minutes"], CONFIDENCE,
        values["data_gib"], values["log_gib_day"], values["restore_mib_s"],
        values["rpo_minutes"], values["rto_minutes"],
    )  # fmt: skip


def _answers(
    ask: Ask, values: dict[str, Any], plan: Plan, spread: Canary
) -> dict[str, tuple[str, ...]]:
    team, services = values["team"], values["services"]
    return {
        "team": ("small" if team < SMALL else "large" if team >= LARGE else "middle",),
        "services": ("one" if services == 1 else "many" if services >= MANY else "few",),
        "state": (values["state"],),
        "needs": ask.needs or ("none",),
        "peak": ("peaky" if values["peak"] >= PEAKY else "flat",),
        "idle": ("mostly" if values["idle"] >= 50 else "rarely",),
        "regions": ("one" if values["regions"] == 1 else "several",),
        "alone": ("enough" if machine(plan).reachable else "short",),
        "zones": ("one" if layout(plan, zones_max=1).reachable else "several",),
        "on_call": (values["on_call"],),
        "regulated": ("yes" if ask.regulated else "no",),
        "detect": ("yes" if spread.share <= CANARY_MAX else "no",),
    }


def _prices(given: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for text in given:
        name, _, amount = text.partition("=")
        try:
            value = float(amount)
        except ValueError:
            value = -1.0
        if name not in PLATFORMS or not 0 <= value < 1e12:
            raise BadRequest(
                f"--price {text[:60]} cannot be read: a platform, then = and a number",
                detail=f"platforms: {', '.join(PLATFORMS)}",
                hint="backwright advise deploy --price vm=40 paas=25 --budget 200",
            )
        found[name] = value
    return found


def _skills(
    choice: Choice, rollout: Rollout, kept: Recovery | None, bench: Bench
) -> tuple[tuple[str, str], ...]:
    ids = [each.platform.skill for each in choice.left] + [rollout.skill, "sd.ha"]
    ids += [kept.backup.skill] if kept else []
    return bench.catalog.named(ids)


def _sources(
    choice: Choice,
    rollout: Rollout,
    before: tuple[RuledOut, ...],
    kept: Recovery | None,
    bench: Bench,
) -> dict[str, str]:
    used = [each.source for each in (*choice.ruled_out, *before)] + [rollout.source]
    counted = {aspect for each in choice.left for aspect, _ in each.values}
    used += [
        level.source
        for each in choice.left
        for a, level in each.platform.levels.items()
        if a in counted
    ]
    used += [kept.backup.source] if kept else []
    return {each: cited(each, bench) for each in dict.fromkeys(used)}
