"""The first page: what to do now, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from backwright.faces.web.site import bench_of
from backwright.faces.web.templating import page
from backwright.usecases.start import Ask, run

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def home(request: Request) -> Response:
    """Show where the person stands and the one thing to do next."""
    state = await run_in_threadpool(run, Ask(), bench_of(request))
    return page(request, "home.html", {"state": state})


ROUTES = [Route("/", home)]
