"""Jobs of the HTTP interface: long work that was begun, how far it is, what came of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from backwright.faces.web.api.answering import answer
from backwright.faces.web.api.operation import ROOT, Json, Operation, in_path
from backwright.faces.web.jobs import error_of, jobs_of, own_job
from backwright.faces.web.site import visitor_of
from backwright.faces.web.streams import stream
from backwright.model.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request

    from backwright.adapters.job_rows import Job

LOOK_SECONDS = 0.1
STATES = ("queued", "running", "done", "failed", "cancelled", "lost")
_TIME: Json = {"type": ["string", "null"], "format": "date-time"}
JOB_SCHEMA: Json = {
    "$ref": "#/$defs/Job",
    "$defs": {
        "Job": {
            "type": "object",
            "properties": {
                "schema": {"type": "string", "const": "backwright/job/1"},
                "id": {"type": "string"},
                "verb": {"type": "string"},
                "state": {"type": "string", "enum": list(STATES)},
                "progress": {"type": "string", "description": "What it is at, in a few words"},
                "created": _TIME,
                "started": _TIME,
                "ended": _TIME,
                "problem": {
                    "anyOf": [{"$ref": "#/$defs/JobProblem"}, {"type": "null"}],
                    "description": "What went wrong",
                },
                "links": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "self, events, cancel; answer once it is done",
                },
            },
            "required": ["schema", "id", "verb", "state", "progress", "created", "links"],
        },
        "JobProblem": {
            "type": "object",
            "properties": {
                "kind": {"type": "string"},
                "problem": {"type": "string"},
                "detail": {"type": "string"},
                "hint": {"type": "string"},
            },
            "required": ["kind", "problem", "detail", "hint"],
        },
    },
}
_LIST: Json = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Job"}}},
    "required": ["items"],
    "$defs": JOB_SCHEMA["$defs"],
}


def operations() -> list[Operation]:
    """Return the operations on jobs."""
    one = (in_path("job", "Id of the job"),)
    tag = "Jobs"
    return [
        Operation(
            "GET", "/jobs", "list_jobs", tag, "Your jobs of the last day, newest first", _list,
            answers={200: _LIST},
        ),
        Operation(
            "GET", "/jobs/{job}", "get_job", tag, "How far a job is", _get, one,
            answers={200: JOB_SCHEMA}, problems=(404,),
        ),
        Operation(
            "GET", "/jobs/{job}/answer", "get_job_answer", tag, "What came of a job", _answer, one,
            answers={200: {"type": "object", "properties": {"schema": {"type": "string"}}, "required": ["schema"]}},
            problems=(404, 409, 503),
        ),
        Operation(
            "GET", "/jobs/{job}/events", "get_job_events", tag,
            "Progress as it comes, as server-sent events: `progress`, then `end`", _events, one,
            answers={200: {"type": "string"}}, problems=(404,), produces="text/event-stream",
        ),
        Operation(
            "POST", "/jobs/{job}/cancel", "cancel_job", tag, "Cancel a job", _cancel, one,
            answers={202: JOB_SCHEMA}, problems=(404,),
        ),
    ]  # fmt: skip


def encoded(job: Job) -> bytes:
    """Return a job as JSON."""
    return msgspec.json.encode(_shown(job))


def _shown(job: Job) -> Json:
    place = f"{ROOT}/jobs/{job.id}"
    links = {"self": place, "events": f"{place}/events", "page": f"/jobs/{job.id}"}
    links |= {"answer": f"{place}/answer"} if job.state == "done" else {}
    links |= {} if job.is_over else {"cancel": f"{place}/cancel"}
    return {
        "schema": "backwright/job/1",
        "id": job.id,
        "verb": job.verb,
        "state": job.state,
        "progress": job.progress,
        "created": _time(job.created),
        "started": _time(job.started),
        "ended": _time(job.ended),
        "problem": job.error or None,
        "links": links,
    }


def _time(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None


async def over(request: Request, job: Job, seconds: float) -> Job:
    """Return the job once it is over, or as it is after so many seconds."""
    rows = jobs_of(request).rows
    for _ in range(int(seconds / LOOK_SECONDS)):
        found = await run_in_threadpool(rows.get, job.id)
        if found is None or found.is_over:
            return found or job
        await asyncio.sleep(LOOK_SECONDS)
    return job


async def answered(request: Request, job: Job) -> Response:
    """Return what came of a job that is over: its answer, or its problem as an error."""
    error = error_of(job)
    if error is not None:
        raise error
    kept = None
    if job.state == "done":
        kept = await run_in_threadpool(jobs_of(request).rows.part, job.id, "answer.json")
    if kept is None:
        raise NotFound(f"nothing came of this job: it is {job.state}", hint="ask for it again")
    return answer(request, kept[1])


async def _list(request: Request) -> Response:
    rows = jobs_of(request).rows
    found = await run_in_threadpool(rows.of, visitor_of(request).profile)
    return answer(request, msgspec.json.encode({"items": [_shown(job) for job in found]}))


async def _get(request: Request) -> Response:
    return answer(request, encoded(await own_job(request)))


async def _answer(request: Request) -> Response:
    job = await own_job(request)
    if not job.is_over:
        raise NotYet(f"this job is {job.state}", detail="Its answer is not there yet.")
    return await answered(request, job)


async def _events(request: Request) -> Response:
    job = await own_job(request)
    return stream(jobs_of(request), job)


async def _cancel(request: Request) -> Response:
    job = await own_job(request)
    rows = jobs_of(request).rows
    await run_in_threadpool(rows.unwant, job.id)
    now: Any = await run_in_threadpool(rows.get, job.id)
    return answer(request, encoded(now or job), 202)


class NotYet(NotFound):
    """The job is still being done."""

    status = 409
