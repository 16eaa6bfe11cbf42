"""Progress of a job as server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from backwright.faces.web.ending import is_ending
from backwright.model.errors import Busy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from backwright.adapters.job_rows import Job
    from backwright.faces.web.jobs import Jobs

LOOK_SECONDS = 0.4  # between two looks at the row
QUIET_SECONDS = 15  # proxies cut a stream that says nothing for a minute
LISTENERS_MAX = 100  # of one process: each looks at its row twice a second
BUSY_SECONDS = 5
STREAM_SECONDS = 600  # then the browser opens the stream again by itself


def stream(jobs: Jobs, job: Job) -> StreamingResponse:
    """Return the answer that tells the events of a job as they come; Busy if too many listen already."""
    if jobs.listeners >= LISTENERS_MAX:
        raise Busy(
            f"{jobs.listeners} browsers listen here already",
            seconds=BUSY_SECONDS,
            detail="The page of the job says how far it is, too.",
        )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_counted(jobs, job), media_type="text/event-stream", headers=headers)


async def _counted(jobs: Jobs, job: Job) -> AsyncIterator[str]:
    jobs.listeners += 1
    try:
        async for event in told(jobs, job):
            yield event
    finally:
        jobs.listeners -= 1


async def told(jobs: Jobs, job: Job) -> AsyncIterator[str]:
    """Yield the events of a job until it is over: `progress` with a JSON object, then `end`.

    Whoever goes away stops it at the next event; nothing is kept for them.
    """
    said, quiet = "", 0.0
    for _ in range(int(STREAM_SECONDS / LOOK_SECONDS)):
        now = await run_in_threadpool(jobs.rows.get, job.id)
        state = now.state if now else "lost"
        text = msgspec.json.encode({"state": state, "progress": now.progress if now else ""})
        if is_ending() or jobs.is_stopping:
            return  # without an end: the browser asks again, whoever answers then
        if now is None or now.is_over:
            yield f"event: end\ndata: {text.decode()}\n\n"
            return
        if text.decode() != said:
            said, quiet = text.decode(), 0.0
            yield f"event: progress\ndata: {said}\n\n"
        elif quiet >= QUIET_SECONDS:
            quiet = 0.0
            yield ": still there\n\n"
        quiet += LOOK_SECONDS
        await asyncio.sleep(LOOK_SECONDS)
