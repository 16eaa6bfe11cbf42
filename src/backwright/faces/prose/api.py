"""Advice on an API as text: the way for each caller, what its screens cost, how news gets there, how to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from backwright.design.wording import digits, listed, seconds
from backwright.faces.prose.layout import few, label, next_block, para, percent, table
from backwright.faces.prose.performance import assumptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.advise.api import RuledOut, Served
    from backwright.model.guidance import Reason, Way
    from backwright.usecases.advise_api import ApiAdvice

WHO = {
    "browser": "people in a browser",
    "mobile": "your mobile app",
    "partner": "partners' programs",
    "service": "your other services",
}
SHORT = {"rest": "REST", "composed": "an endpoint for it", "graphql": "GraphQL", "grpc": "gRPC"}


def advised(answer: ApiAdvice, width: int) -> list[str]:
    """Return the advice."""
    lines = para(_first(answer), width)
    if len(answer.served) > 1:
        lines += para(_fewest(answer), width)
    for each in answer.served:
        if each.ms > answer.within_ms:
            late = (
                f"By network alone a screen takes {WHO[each.caller]} {_ms(each.ms)}, more than the"
                f" {_ms(answer.within_ms)} allowed: fewer bytes, fewer trips or a server nearer to them."
            )
            lines += para(late, width)
    lines += ["", *_times(answer, width)]
    for way, those in _grouped([(each.way, each) for each in answer.served]):
        because = _once([reason for each in those for reason in each.because])
        out = _once([out for each in those for out in each.ruled_out])
        lines += ["", *_way(way, because, out, _who(those), width)]
    for way, those in _grouped([(each.push, each) for each in answer.served if each.push]):
        because = _once([reason for each in those for reason in each.push_because])
        out = _once([out for each in those for out in each.push_ruled_out])
        lines += ["", *_way(way, because, out, f"news for {_who(those)}", width)]
    lines += ["", *_numbers(answer, width)]
    lines += label("source", "; ".join(answer.sources.values()), width)
    lines += assumptions(answer.assumed, width)
    lines += label("learn", "; ".join(f"{name} ({id_})" for id_, name in answer.skills[:4]), width)
    rules = " ".join(f"--rule {check.rule}" for check in answer.checks[:3])
    commands = [
        (f"backwright review . {rules}", "its usual mistakes in code"),
        (f"backwright learn {answer.skills[0][0]}", "how it works, what goes wrong"),
        ("backwright advise security browser mobile", "who gets in how"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _grouped(pairs: list[tuple[Way, Served]]) -> list[tuple[Way, list[Served]]]:
    """Return each way once, with all callers that take it."""
    by_id: dict[str, tuple[Way, list[Served]]] = {}
    for way, served in pairs:
        by_id.setdefault(way.id, (way, []))[1].append(served)
    return list(by_id.values())


def _who(those: list[Served]) -> str:
    return listed([WHO[each.caller] for each in those])


def _first(answer: ApiAdvice) -> str:
    groups = _grouped([(each.way, each) for each in answer.served])
    said = "; ".join(f"for {_who(those)}, {way.name}" for way, those in groups)
    return f"{said[0].upper()}{said[1:]}."


def _fewest(answer: ApiAdvice) -> str:
    least = answer.fewest
    same = all(least.ways[each.caller] == each.way.name for each in answer.served)
    if len(least.families) > 1:
        return f"No one technology serves all of them well: {listed(list(least.families))} are the fewest."
    if same:
        return f"One technology serves all of them: {least.families[0]}."
    taken = listed([f"{WHO[c]} by {way}" for c, way in least.ways.items()])
    return f"One technology can serve all of them, if you want only one: {least.families[0]} ({taken})."  # fmt: skip


def _ms(value: float) -> str:
    return seconds(value / 1000)


def _times(answer: ApiAdvice, width: int) -> list[str]:
    rows = []
    for each in answer.served:
        for cost in each.costs:
            mark = "> " if cost.way == each.way.id else "  "
            who = f"{mark}{each.caller} by {SHORT[cost.way]}"
            rows.append((who, digits(cost.trips), f"{digits(cost.kb)} kB", _ms(cost.ms)))
    head = ("  a screen for", "trips", "received", "network")
    return table(head, rows, width, right=(1, 2, 3))


Said = TypeVar("Said", "Reason", "RuledOut")


def _once(said: list[Said]) -> list[Said]:
    """Return what was said for several callers once."""
    return list({each.say: each for each in said}.values())


def _way(
    way: Way, because: Sequence[Reason], ruled: Sequence[RuledOut], who: str, width: int
) -> list[str]:
    lines = para(f"{way.name} ({who})", width)
    lines += _in("how", way.how, width)
    for number, reason in enumerate(because):
        lines += _in("why" if number == 0 else "", reason.say, width)
    lines += _in("costs", way.costs, width)
    lines += _in("not when", way.not_when, width)
    for number, out in enumerate(ruled):
        lines += _in("simpler" if number == 0 else "", f"{out.name}: no, {out.say}", width)
    return lines


def _in(name: str, text: str, width: int) -> list[str]:
    return para(text, width, f"  {name:<9}", " " * 11)


def _numbers(answer: ApiAdvice, width: int) -> list[str]:
    screen = answer.screen
    lines = label(
        "screen",
        f"{few(screen.resources, 'object')} of {digits(screen.object_kb)} kB, {few(screen.depth, 'request')} in a row,"
        f" {percent(screen.used)} of the fields shown, {percent(screen.cacheable)} still in the client's cache. Trips x round"
        " trip + kB / bandwidth, on a connection that stands; a new one takes two more trips (TCP, TLS 1.3)",
        width,
    )
    lines += label("network", "; ".join(_line(each) for each in answer.served), width)
    lines += label("saved", "; ".join(_saved(each) for each in answer.served), width)
    if answer.encoding is not None:
        work = answer.encoding
        lines += label(
            "encoding",
            f"JSON of these calls takes {digits(work.json_cores)} cores and {digits(work.json_mbit)} Mbit/s, a binary form about"
            f" {digits(work.binary_cores)} and {digits(work.binary_mbit)} (30 % of the work and 50 % of the bytes, our guess:"
            " measure yours); from one core saved on it pays",
            width,
        )
    if answer.polled_per_second is not None:
        lines += label(
            "asking",
            f"{answer.clients:,} clients that ask each {digits(answer.late_s)} s are {digits(answer.polled_per_second)} requests/s;"
            f" held connections are {answer.clients:,} at once, and half a minute is where we draw the line",
            width,
        )
    return lines


def _line(served: Served) -> str:
    return f"{served.caller} {_ms(served.line.rtt_ms)}, {digits(served.line.mbit)} Mbit/s"


def _saved(served: Served) -> str:
    if served.saves_ms <= 0:
        return f"{served.caller}: one trip for all saves nothing"
    return f"{served.caller}: one trip for all saves {_ms(served.saves_ms)}"


RENDER = {"ApiAdvice": advised}
