"""The page of a piece of long work: how far it is, a button to cancel it, then the answer where its verb would show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backwright.faces.web import verbs
from backwright.faces.web.jobs import error_of, jobs_of, own_job, sent_of, use_case_of
from backwright.faces.web.site import visitor_of
from backwright.faces.web.streams import stream
from backwright.faces.web.templating import page
from backwright.model.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request

    from backwright.adapters.job_rows import Job

THIS = "/jobs/this/"  # by which templates name the downloads of the answer that they show


async def show(request: Request) -> Response:
    """Show a job: the answer if it is there."""
    job = await own_job(request)
    use_case = use_case_of(job)
    rows = jobs_of(request).rows
    if job.state == "done":
        kept = await run_in_threadpool(rows.part, job.id, "page")
        if kept is not None:
            texts: dict[str, str] = msgspec.json.decode(kept[1])
            here = {name: text.replace(THIS, f"/jobs/{job.id}/") for name, text in texts.items()}
            blocks = {name: Markup(text) for name, text in here.items()}  # noqa: S704  (made by our templates)
            return page(request, "job_done.html", {"blocks": blocks, "job": job, "verb": use_case})
    error = error_of(job)
    if error is not None:
        filled = ImmutableMultiDict(list(sent_of(job)))
        return verbs.show(request, use_case, None, filled, error)
    before = await run_in_threadpool(rows.before, job) if job.state == "queued" else 0
    context = {
        "job": job,
        "verb": use_case,
        "before": before,
        "sent": sent_of(job),
        "fields": fields(request, job),
    }
    return page(request, "job.html", context, headers={"cache-control": "no-store"})


def fields(request: Request, job: Job) -> Any:  # noqa: ANN401  (fields of a form)
    """Return the form of the job's verb as it was filled in."""
    from backwright.faces.web.forms import fields_of

    return fields_of(use_case_of(job), visitor_of(request), ImmutableMultiDict(list(sent_of(job))))


async def cancel(request: Request) -> Response:
    """Cancel a job and go back to its page."""
    job = await own_job(request)
    await run_in_threadpool(jobs_of(request).rows.unwant, job.id)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


async def download(request: Request) -> Response:
    """Send one of the files that came of a job."""
    job = await own_job(request)
    name = request.path_params["name"]
    kept = (
        None
        if name == "page"
        else await run_in_threadpool(jobs_of(request).rows.part, job.id, name)
    )
    if kept is None:
        raise NotFound(f"nothing called '{name[:80]}' came of this")
    media, body = kept
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media, headers={} if media == "image/svg+xml" else headers)


async def events(request: Request) -> Response:
    """Send progress as it comes, as server-sent events: `progress` with a JSON object, then `end`."""
    job = await own_job(request)
    return stream(jobs_of(request), job)


ROUTES = [
    Route("/jobs/{job}", show),
    Route("/jobs/{job}/cancel", cancel, methods=["POST"]),
    Route("/jobs/{job}/events", events),
    Route("/jobs/{job}/{name}", download),
]
