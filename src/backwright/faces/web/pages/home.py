"""The first page: what to do now, and why; or a look around as a made-up person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from backwright.faces.web import verbs
from backwright.faces.web.jobs import jobs_of, sent_of
from backwright.faces.web.site import bench_of, visitor_of
from backwright.faces.web.templating import page
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STEPS = 5  # of the plan, on this page
WORKS = 3  # pieces of long work, on this page
ABOUT_MAX = 60  # characters of what a piece of work was about; of a path the end tells most


async def home(request: Request) -> Response:
    """Show where the person stands and the one thing to do next."""
    use_case = next(each for each in USE_CASES if each.name == "start")
    asked = {name: request.query_params.get(name) for name in ("simulate", "seed")}
    state = await verbs.run(request, use_case, request_of(use_case, asked))
    today = bench_of(request).clock.now().date()
    monday = today - timedelta(days=today.weekday())
    steps = state.roadmap.steps if state.roadmap else ()
    soon = [s for s in steps if date.fromisoformat(s.start_p50) <= monday + timedelta(days=6)]
    return page(
        request,
        "home.html",
        {
            "state": state,
            "soon": (soon or list(steps))[:STEPS],
            "monday": monday,
            "works": await _works(request),
        },
    )


async def _works(request: Request) -> list[dict[str, str]]:
    """Return the visitor's latest long work, by verb and what it was about; it is kept for a day."""
    rows = jobs_of(request).rows
    jobs = await run_in_threadpool(rows.of, visitor_of(request).profile)
    found = []
    for job in jobs[:WORKS]:
        sent = dict(sent_of(job))
        about = sent.get("path") or next((v for v in sent.values() if v), "")
        found.append(
            {
                "id": job.id,
                "verb": job.verb.replace(".", " ").capitalize(),
                "about": about[-ABOUT_MAX:],
                "state": job.state,
            }
        )
    return found


ROUTES = [Route("/", home, name="home")]
