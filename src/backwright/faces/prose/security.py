"""Advice on security as text: the scheme for each caller, its numbers, what may go wrong, how to check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.faces.prose.layout import heading, label, next_block, para, percent
from backwright.faces.prose.performance import assumptions

if TYPE_CHECKING:
    from backwright.advise.security import Fit, Guessing, Hashing, Lifetimes
    from backwright.usecases.advise_security import SecurityAdvice

THREATS_SHOWN = 7
WHO = {
    "browser": "people in a browser",
    "mobile": "people in your mobile app",
    "service": "other services",
    "third-party": "other people's apps",
}


def advised(answer: SecurityAdvice, width: int) -> list[str]:
    """Return the advice."""
    firsts = [f"for {WHO[each.caller]}, {each.scheme.name}" for each in answer.fits]
    first = "; ".join(firsts)
    lines = para(f"{first[0].upper()}{first[1:]}.", width)
    if answer.hashing is not None and not answer.hashing.fits:
        lines += para(_short(answer.hashing, answer), width)
    for each in answer.fits:
        lines += ["", *_fit(each, answer, width)]
    if answer.hashing is not None or answer.lifetimes is not None or answer.session is not None:
        lines += ["", *heading("Numbers")]
    if answer.hashing is not None and answer.guessing is not None:
        lines += _hashing(answer.hashing, answer, width)
        lines += _guessing(answer.guessing, answer, width)
    if answer.lifetimes is not None:
        lines += _lifetimes(answer.lifetimes, answer, width)
    if answer.session is not None:
        limit = answer.session
        idle = (
            f", or {limit.idle_minutes:.0f} minutes without a request" if limit.idle_minutes else ""
        )
        lines += label(
            "login",
            f"ask again after {limit.overall_hours:.0f} h at the latest{idle} ({limit.level} for this data:"
            f" the level is our reading) [{answer.sources[limit.source]}]",
            width,
        )
    lines += ["", *heading("What your answers make possible")]
    for threat in answer.threats[:THREATS_SHOWN]:
        rule = f" (rule {threat.rule})" if threat.rule else ""
        lines += para(f"{threat.kind}: {threat.say} {threat.do}{rule}", width, "  ", "    ")
    if len(answer.threats) > THREATS_SHOWN:
        lines += para(f"{len(answer.threats) - THREATS_SHOWN} more: --json", width, "  ")
    lines += ["", *label("source", "; ".join(_shown_sources(answer)), width)]
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills[:4]), width)
    rules = " ".join(f"--rule {check.rule}" for check in answer.checks[:3])
    commands = [
        (
            f"backwright review . {rules}",
            f"mistakes of {'this' if len(answer.fits) == 1 else 'these'} in code",
        ),
        (f"backwright learn {answer.skills[0][0]}", "how it works, what goes wrong"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _shown_sources(answer: SecurityAdvice) -> list[str]:
    """Return the sources of the schemes and their reasons, each once; those of threats are in --json."""
    used = [source for each in answer.fits for source in each.sources]
    return [answer.sources[each] for each in dict.fromkeys(used)]


def _fit(fit: Fit, answer: SecurityAdvice, width: int) -> list[str]:
    lines = para(f"{fit.scheme.name} ({WHO[fit.caller]})", width)
    lines += _in("how", fit.scheme.how, width)
    for number, reason in enumerate(fit.because):
        lines += _in("why" if number == 0 else "", reason.say, width)
    lines += _in("costs", fit.scheme.costs, width)
    lines += _in("not when", fit.scheme.not_when, width)
    for number, ruled in enumerate(fit.ruled_out):
        lines += _in("simpler" if number == 0 else "", f"{ruled.name}: no, {ruled.say}", width)
    return lines


def _in(name: str, text: str, width: int) -> list[str]:
    return para(text, width, f"  {name:<9}", " " * 11)


def _short(hashing: Hashing, answer: SecurityAdvice) -> str:
    budget = answer.budget
    return (
        f"The budget does not carry passwords: even {_set(hashing)} takes {hashing.ms:.0f} ms, and"
        f" {budget.logins_per_second:g} logins/s need {hashing.cores_needed:.1f} cores at 70 % use and"
        f" {hashing.memory_kib / 1024:.0f} MiB for each; you have {budget.cores:g} and {budget.memory_mib:g} MiB."
    )


def _set(hashing: Hashing) -> str:
    return f"Argon2id m={hashing.memory_kib} KiB, t={hashing.passes}, p={hashing.lanes}"


def _hashing(hashing: Hashing, answer: SecurityAdvice, width: int) -> list[str]:
    if not hashing.fits:
        return label(
            "hash",
            "give hashing more cores or memory, or leave passwords to a provider or passkeys",
            width,
        )
    budget = answer.budget
    return label(
        "hash",
        f"{_set(hashing)}: about {hashing.ms:.0f} ms; {budget.logins_per_second:g} logins/s x"
        f" {hashing.ms / 1000:.3f} s = {hashing.cores_used:.2f} of {budget.cores:g} cores. At most"
        f" {hashing.at_once} at once ({hashing.memory_mib:.0f} MiB), then wait. Measure one and set --hash-ms"
        f" [{answer.sources[hashing.source]}]",
        width,
    )


def _guessing(guessing: Guessing, answer: SecurityAdvice, width: int) -> list[str]:
    budget = answer.budget
    lines = label(
        "guesses",
        f"{guessing.a_year:,.0f} a year on one account keep the risk of {100 * budget.risk:g} % at {budget.bits:g} bits:"
        f" {guessing.burst} wrong ones in a row, then one each {_minutes(guessing.pause_minutes)};"
        f" after 100 another factor (their risk: {_small(guessing.risk_at_max)}) [NIST SP 800-63B, Rate limiting]",
        width,
    )
    lines += label(
        "spraying",
        f"ten common passwords on {budget.users:,} accounts open about {guessing.sprayed:,.0f} or more (below 10 bits, Bonneau 2012):"
        f" refuse common and leaked passwords. Honest people fail about {guessing.failures_an_hour:,.0f} times an hour"
        f" (5 %, our guess): alarm above {guessing.alarm_an_hour:,.0f}; below that one password on all accounts"
        f" takes {guessing.days_below_alarm:,.1f} days",
        width,
    )
    return lines


def _small(share: float) -> str:
    return percent(share) if share >= 0.01 else f"{100 * share:.2g} %"


def _minutes(value: float) -> str:
    if value >= 2 * 1440:
        return f"{value / 1440:.0f} days"
    return f"{value / 60:.0f} h" if value >= 120 else f"{value:.0f} minutes"


def _lifetimes(lifetimes: Lifetimes, answer: SecurityAdvice, width: int) -> list[str]:
    budget = answer.budget
    ids = {each.scheme.id for each in answer.fits}
    lines: list[str] = []
    if lifetimes.token_minutes > 1:
        lines += label(
            "tokens",
            f"at most {lifetimes.token_minutes:g} minutes ({budget.revoke_minutes:g} less 1 for clocks): a stolen one works"
            f" {lifetimes.exposure_minutes:g} minutes on average, {lifetimes.worst_minutes:g} at worst;"
            f" {budget.active:,} clients refresh {lifetimes.refreshes_per_second:.2f}/s",
            width,
        )
    if lifetimes.token_minutes <= 1 or ids & {"code-introspected"}:
        lines += label(
            "look-ups",
            f"{lifetimes.lookups_per_second:g}/s at the authorization server, one for each request; each second of cache"
            " is a second that withdrawn access goes on",
            width,
        )
    return lines


RENDER = {"SecurityAdvice": advised}
