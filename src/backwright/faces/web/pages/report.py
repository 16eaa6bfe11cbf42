"""The report in a browser: the map of mastery, gaps, what changed; and why one skill stands where it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from backwright.faces.web import verbs
from backwright.faces.web.templating import page
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.usecases.assess import Assessment

GAPS = 8  # shown at once; the map has all


async def report(request: Request) -> Response:
    """Show the whole report, the visitor's own or a made-up person's."""
    asked: dict[str, object] = {
        name: request.query_params.get(name) for name in ("simulate", "seed")
    }
    answer = await _assessed(request, asked if asked["simulate"] else {"trend": True})
    gaps = sorted(
        (row for row in answer.skills if row.state == "gap"),
        key=lambda row: (-row.holds_back, row.mastery, row.id),
    )
    doubt = sorted(
        (row for row in answer.skills if row.state == "unknown"),
        key=lambda row: (abs(row.mastery - 0.5), row.id),
    )
    by_domain = {
        each.name: sorted(
            (row for row in answer.skills if row.domain == each.name),
            key=lambda row: (("strong", "gap", "unknown").index(row.state), row.id),
        )
        for each in answer.domains
    }
    context = {"answer": answer, "gaps": gaps, "shown": GAPS, "doubt": doubt}
    return page(request, "report.html", {**context, "by_domain": by_domain})


async def why(request: Request) -> Response:
    """Say why the report says what it says about one skill."""
    answer = await _assessed(request, {"show": request.path_params["skill"]})
    return page(request, "report_why.html", {"why": answer.why, "answer": answer})


async def _assessed(request: Request, asked: dict[str, object]) -> Assessment:
    use_case = next(each for each in USE_CASES if each.name == "assess")
    made: Assessment = await verbs.run(request, use_case, request_of(use_case, asked))
    return made


ROUTES = [
    Route("/report", report, name="report"),
    Route("/report/{skill}", why, name="report of a skill"),
]
