"""Advice on one deployable or several as text: the verdict, what drives it, what it costs, what is missing."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from backwright.design.wording import digits, listed, percent, seconds
from backwright.faces.prose.layout import label, next_block, para, table
from backwright.faces.prose.performance import assumptions

if TYPE_CHECKING:
    from backwright.usecases.advise_monolith_or_services import DivisionAdvice

FIRST = {
    "one": "Keep one deployable, divided into modules inside: nothing you said drives a division.",
    "carve": "Take out the one part that {why}, and leave the rest together.",
    "not yet": "Do not divide yet. There is a reason ({why}), but {missing}.",
    "services": "Divide into services along the teams: {why}.",
}
DRIVERS = {
    "releases": "{teams} teams wait for one release line, which is {used} used",
    "isolation": "must fail, or be certified, by itself",
    "hardware": "needs another kind of machine",
}
MISSING = {
    "boundaries": "the boundaries have held for {months} months only",
    "tables": "{shared} tables are written by more than one part",
    "operation": "tracing, automatic deployment and people on call are not there for each service",
}
DO = {
    "boundaries": "draw the modules and have their imports checked (review.boundaries in backwright.toml)",
    "tables": "give each table one owner that the others ask",
    "operation": "build the deployment, the tracing and the rota with the first service, not the fifth",
}


def advised(answer: DivisionAdvice, width: int) -> list[str]:
    """Return the advice."""
    division, facts = answer.division, answer.facts
    words = {"teams": facts.teams, "used": percent(division.line.used), "months": digits(facts.months), "shared": facts.shared}  # fmt: skip
    why = listed([DRIVERS[each].format(**words) for each in division.drivers])
    missing = listed([MISSING[each].format(**words) for each in division.missing])
    lines = para(FIRST[division.verdict].format(why=why, missing=missing), width)
    lines += ["", *label("releases", _line(answer), width), "", *_costs(answer, width)]
    if division.verdict == "not yet":
        lines += [""]
        for number, each in enumerate(division.missing, 1):
            lines += label("do" if number == 1 else "", f"{number} {DO[each]}", width)
    lines += ["", *label("changes", _changes(answer), width)]
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "Modular monolith (arch.monolith); Dividing a system (arch.decomposition); Sagas (arch.saga)", width)  # fmt: skip
    lines += label(
        "source",
        (
            "Fowler, MonolithFirst and MicroservicePrerequisites; Newman, Building Microservices;"
            " Skelton and Pais, Team Topologies; the limits of 6 months, 2 tables and 70 % are our"
            " judgement"
        ),
        width,
    )
    commands = [
        ("backwright advise split .", "the same question asked of your code"),
        ("backwright design compare shop --set orders.instances=2", "latency of two designs"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _line(answer: DivisionAdvice) -> str:
    facts, division = answer.facts, answer.division
    total = facts.teams * facts.releases
    whole = division.line
    if isinf(whole.wait):
        now = (
            f"{_releases(total)} of {digits(facts.minutes)} min a workday do not fit one line: it"
            f" is offered {whole.used:.2f} of what it can do"
        )
    else:
        now = (
            f"{_releases(total)} of {digits(facts.minutes)} min a workday"
            f" {'uses' if total == 1 else 'use'} {percent(whole.used)} of one line; each waits {digits(whole.wait)} min on average (M/D/1)"
        )
    if facts.teams == 1:
        return now
    if isinf(division.divided.wait):
        return f"{now}; a line for each team is too little as well, so make a release shorter"
    return f"{now}; with a line for each team a release waits {digits(division.divided.wait)} min"


def _releases(count: float) -> str:
    return f"{digits(count)} {'release' if count == 1 else 'releases'}"


def _costs(answer: DivisionAdvice, width: int) -> list[str]:
    costs, facts = answer.division.costs, answer.facts
    rows = [
        ("added to a request", "0 ms", f"{seconds(costs.latency)}, {percent(costs.slow)} of requests meet a slow call"),
        ("available", f"{100 * costs.whole:.4g} %", (f"{100 * costs.availability:.4g} % for a request that needs {digits(1 + facts.crossing)}"
" services")),
        ("down in a year", f"{digits(costs.whole_hours)} h", f"{digits(costs.hours)} h"),
        ("machines", str(costs.whole_machines), str(costs.machines)),
        ("sagas", "none", f"{digits(costs.sagas)}/s that were transactions"),
    ]  # fmt: skip
    return table(("what it costs", "one", f"{facts.parts} services"), rows, width)


def _changes(answer: DivisionAdvice) -> str:
    division, facts = answer.division, answer.facts
    if division.verdict == "one":
        need = 0.7 * 480 / (facts.releases * facts.minutes) if facts.releases * facts.minutes else 0
        told = (
            f"about {max(2, -(-need // 1)):.0f} teams on one release line"
            if need
            else "more releases"
        )
        return f"{told}, a part that must fail by itself, or one that needs another machine would change this"
    if division.verdict == "not yet":
        return "once that is there, the answer is to divide"
    if division.verdict == "carve":
        return "without that part's need, the answer is to keep one"
    shorter = 0.7 * 480 / (facts.teams * facts.releases)
    return f"a release of {digits(shorter)} min instead of {digits(facts.minutes)} would take the reason away: try that first, it is cheaper"


RENDER = {"DivisionAdvice": advised}
