"""What machines ask of a server: is it alive, is it ready, how much has it done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from backwright.adapters.measures import CONTENT_TYPE
from backwright.faces.web.ending import is_ending
from backwright.faces.web.jobs import jobs_of
from backwright.faces.web.problems import RETRY_SECONDS
from backwright.faces.web.site import site_of, visitor_of
from backwright.model.errors import BackwrightError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from backwright.faces.web.site import Site


async def healthz(request: Request) -> Response:
    """Say that the process answers."""
    return _said(200, "alive")


async def readyz(request: Request) -> Response:
    """Say whether it can do its work: catalog read, databases there, not told to end."""
    failed = await run_in_threadpool(_missing, site_of(request))
    if is_ending():
        failed = (*failed, "it was told to end")
    return _said(503 if failed else 200, "not ready" if failed else "ready", failed)


async def metrics(request: Request) -> Response:
    """Send what was counted, to whoever runs this server."""
    if not visitor_of(request).is_operator:
        raise NotFound(f"there is no page '{request.url.path}'")
    measures = site_of(request).parts.get("measures")
    if measures is None:
        raise NotFound("nothing is counted here")
    jobs = await run_in_threadpool(jobs_of(request).rows.count)
    return Response(
        await run_in_threadpool(measures.text, jobs), headers={"content-type": CONTENT_TYPE}
    )


def _missing(site: Site) -> tuple[str, ...]:
    """Return what does not answer, without saying where it is: anybody may ask."""
    needs: dict[str, Callable[[], object]] = {
        "catalog": lambda: site.bench.digest,
        "evidence": lambda: site.bench.store.stamp("nobody"),
        "jobs": site.parts["jobs"].rows.count,
    }
    if (accounts := site.parts.get("accounts")) is not None:
        needs["people"] = lambda: accounts.people.named("nobody")
    return tuple(name for name, ask in needs.items() if not _answers(ask))


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except BackwrightError:
        return False
    return True


def _said(status: int, state: str, failed: tuple[str, ...] = ()) -> Response:
    body = msgspec.json.encode({"status": state, **({"failed": failed} if failed else {})})
    headers = {"cache-control": "no-store"}
    if status == 503:
        headers["retry-after"] = str(RETRY_SECONDS)
    return Response(body, status, headers, "application/json")


ROUTES = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
]
