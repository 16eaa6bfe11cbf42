"""The review's page: endpoints, findings with their code path, fix and lesson, and files for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backwright.faces.prose import review_html, review_markdown, review_sarif
from backwright.faces.web import verbs
from backwright.model.blueprint import Spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.faces.web.site import Visitor
    from backwright.usecases.review import EndpointRow, FindingRow, Review
    from backwright.usecases.review_excerpts import Excerpt
    from backwright.usecases.spec import UseCase

AROUND = 2  # lines of code before and after each place
IN_FULL = 40  # findings shown with their path; further ones are a line each
ENDPOINTS_SHOWN = 12  # at once; the others are one click away
FILES = {
    "review.sarif": ("SARIF", "for code hosts and editors"),
    "review.md": ("Markdown", "for a ticket or a pull request"),
    "review.html": ("one page", "without network, to pass on"),
    "answer.json": ("JSON", "everything, for programs"),
}


@dataclass(frozen=True)
class Stop:
    """One place on the way of a finding, with the code around it."""

    spot: Spot
    excerpt: Excerpt | None


@dataclass(frozen=True)
class Case:
    """A finding with its number and its way, the last stop being the place it is about."""

    number: int
    row: FindingRow
    stops: tuple[Stop, ...]


async def page(use_case: UseCase, request: Request) -> Response:
    """Show the form; what is sent becomes a job."""
    return await verbs.verb_page(use_case, request, {"excerpts": AROUND, "watch": False})


def context(answer: Review, _: Visitor) -> dict[str, Any]:
    """Return what the template needs besides the answer."""
    code = {(each.file, each.line): each for each in answer.excerpts}
    cases = [Case(number, row, _stops(row, code)) for number, row in enumerate(answer.findings, 1)]
    return {
        "cases": cases[:IN_FULL],
        "rest": cases[IN_FULL:],
        "by_endpoint": _by_endpoint(answer.endpoints, cases),
        "endpoints_shown": ENDPOINTS_SHOWN,
        "counts": {
            name: sum(row.severity.value == name for row in answer.findings)
            for name in ("high", "medium", "low")
        },
        "rules": _rules(cases),
        "downloads": FILES,
    }


def files(answer: Review) -> dict[str, tuple[str, str | bytes]]:
    """Return the downloads."""
    return {
        "review.sarif": ("application/sarif+json", review_sarif.render(answer)),
        "review.md": ("text/markdown; charset=utf-8", review_markdown.render(answer)),
        "review.html": ("text/html; charset=utf-8", review_html.render(answer)),
    }


def _stops(row: FindingRow, code: Mapping[tuple[str, int], Excerpt]) -> tuple[Stop, ...]:
    spots = list(row.path)
    if not any((spot.file, spot.line) == (row.file, row.line) for spot in spots):
        spots.append(Spot(row.file, row.line, row.symbol or "here"))
    seen: set[tuple[str, int]] = set()
    stops = []
    for spot in reversed(spots):  # of several notes on one line the last has the code
        place = (spot.file, spot.line)
        stops.append(Stop(spot, None if place in seen else code.get(place)))
        seen.add(place)
    return tuple(reversed(stops))


def _by_endpoint(
    endpoints: Sequence[EndpointRow], cases: Sequence[Case]
) -> list[tuple[EndpointRow, list[Case]]]:
    """Return each endpoint with the findings whose way begins there, worst first."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.row.path:
            found.setdefault(case.row.path[0].note, []).append(case)
    rows = [(each, found.get(f"{each.method} {each.path}", [])) for each in endpoints]
    return sorted(
        rows, key=lambda r: (min((c.row.severity.rank for c in r[1]), default=9), -len(r[1]))
    )


def _rules(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.row.rule, []).append(case)
    return list(found.items())
